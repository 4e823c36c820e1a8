"""The window: places the parts and connects them; it decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow, QStatusBar, QVBoxLayout, QWidget

from nnplayground.core import presets
from nnplayground.core.data_spec import default_data
from nnplayground.data.registry import facts, info
from nnplayground.engine.backend import Backend
from nnplayground.ui.actions import Actions, MenuRow
from nnplayground.ui.board import Board
from nnplayground.ui.data.panel import DataPanel
from nnplayground.ui.docks import PanelDock, arrange
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.files import SUFFIXES, Files, Questions
from nnplayground.ui.inspector.panel import InspectorPanel
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.status import StatusRow
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.transport import Transport
from nnplayground.ui.views.curves import CurvesPanel
from nnplayground.ui.views.output import OutputPanel

SIZE = QSize(1280, 800)
SMALLEST = QSize(1000, 660)
RAIL_BELOW = 1120
DATA_WIDTH, RAIL_WIDTH, RIGHT_WIDTH, NARROW_RIGHT_WIDTH = 214, 66, 288, 246
BOTTOM_HEIGHT, LOW_BOTTOM_HEIGHT = 206, 180
OUTPUT_FIRST, INSPECTOR_FIRST = [430, 240], [340, 350]
LAYOUT_VERSION = 1


class MainWindow(QMainWindow):
    """One project, its run, and everything that shows them."""

    painted = Signal()
    """The window is on the screen for the first time."""

    def __init__(self, theme: Theme, create_backend: Callable[[], Backend]) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.theme = theme
        self.document = Document(presets.default_project(), facts, self)
        self.session = TrainingSession(self.document, create_backend, parent=self)
        self.files = Files(self.document, self.session, Questions(self))
        self.actions_ = Actions(self, theme, self.document, self.session, self.files)
        self._seen, self._closing = False, False
        self._make_panels()
        self._place_panels()
        self._connect()
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE)
        self._arrange()
        self._restore()
        self._show_title()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()

    def _make_panels(self) -> None:
        theme = self.theme
        self.menu_row = MenuRow(theme, self.actions_, self.document, self.files)
        self.transport = Transport(theme, self.session)
        self.status = StatusRow(theme, self.session)
        self.data, self.network = DataPanel(theme), NetworkPanel(theme)
        self.output, self.inspector, self.curves = OutputPanel(theme), InspectorPanel(theme), CurvesPanel(theme)
        self.board = Board(self.document, self.session, self)
        for panel in (self.transport, self.status, self.data, self.network, self.output, self.inspector, self.curves):
            self.board.add(panel)

    def _place_panels(self) -> None:
        self.setContentsMargins(8, 0, 8, 0)
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(0)
        column.addWidget(self.menu_row)
        column.addWidget(self.transport)
        self.setMenuWidget(top)
        self.setCentralWidget(self.network)
        self.docks = (
            PanelDock("dataDock", self.tr("Data"), self.data, self),
            PanelDock("outputDock", self.tr("Output"), self.output, self),
            PanelDock("inspectorDock", self.tr("Inspector"), self.inspector, self),
            PanelDock("curvesDock", self.tr("Curves"), self.curves, self),
        )
        view = self.actions_.view_menu
        first = view.actions()[0]
        view.insertActions(first, [dock.toggleViewAction() for dock in self.docks])
        view.insertSeparator(first)
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.status, 1)
        self.setStatusBar(bar)

    def _connect(self) -> None:
        self.data.data_chosen.connect(self._choose_data)
        self.status.problem_list.edit_requested.connect(self.document.apply)
        self.network.layer_selected.connect(self._select)
        self.document.refused.connect(lambda sentence: self.status.say(sentence, "error"))
        self.document.modified_changed.connect(self._show_title)
        self.files.changed.connect(self._show_title)
        self.files.said.connect(lambda sentence: self.status.say(sentence, "ok"))
        self.actions_.reset_layout.triggered.connect(self._arrange)
        escape = QShortcut(QKeySequence("Esc"), self)
        escape.activated.connect(lambda: self.network.select_layer(None))
        self.painted.connect(self.session.start)

    def _choose_data(self, name: str) -> None:
        known = facts(default_data(name))
        title = info(name).title
        self.document.apply(Edit(self.tr("Data {title}").format(title=title), lambda spec: presets.choose_data(spec, name, known)))

    def _select(self, layer: int | None) -> None:
        """The layer's inspector gets room, and the output stays in sight."""
        self.inspector.show_layer(layer)
        _data, output, inspector, _curves = self.docks
        self.resizeDocks([output, inspector], OUTPUT_FIRST if layer is None else INSPECTOR_FIRST, Qt.Orientation.Vertical)

    def _show_title(self, _what: object = None) -> None:
        self.setWindowTitle(self.tr("{name}[*] · nnplayground").format(name=self.files.name))
        self.setWindowModified(self.document.modified)

    # The layout

    def _arrange(self) -> None:
        arrange(self, *self.docks)
        self._size_docks()

    def _size_docks(self) -> None:
        self.data.set_rail(self.width() < RAIL_BELOW)
        # The docks' layout hears of new sizes with the next events.
        QTimer.singleShot(0, self, self._resize_docks)

    def _resize_docks(self) -> None:
        data, output, inspector, curves = self.docks
        rail = self.data.rail
        right = NARROW_RIGHT_WIDTH if rail else RIGHT_WIDTH
        self.resizeDocks([data, output, inspector], [RAIL_WIDTH if rail else DATA_WIDTH, right, right], Qt.Orientation.Horizontal)
        self.resizeDocks([curves], [BOTTOM_HEIGHT if self.height() >= 760 else LOW_BOTTOM_HEIGHT], Qt.Orientation.Vertical)
        self.resizeDocks([output, inspector], OUTPUT_FIRST, Qt.Orientation.Vertical)

    def _restore(self) -> None:
        settings = QSettings()
        if (geometry := settings.value("window/geometry")) is not None:
            self.restoreGeometry(geometry)
        if (state := settings.value("window/state")) is not None:
            self.restoreState(state, LAYOUT_VERSION)
        appearance = settings.value("window/appearance", "systemThemeAction")
        for action in self.actions_.appearance:
            if action.objectName() == appearance:
                action.trigger()
        self.theme.set_zoom(float(str(settings.value("window/zoom", 1.0))))

    def _remember(self) -> None:
        settings = QSettings()
        settings.setValue("window/geometry", self.saveGeometry())
        settings.setValue("window/state", self.saveState(LAYOUT_VERSION))
        settings.setValue("window/appearance", next(a.objectName() for a in self.actions_.appearance if a.isChecked()))
        settings.setValue("window/zoom", self.theme.zoom)

    # Qt's own

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and _presses_a_button(event):
            event.accept()  # Space presses the button that has the focus; elsewhere it is Play
            return True
        handled = super().event(event)
        if event.type() is QEvent.Type.Paint and not self._seen:
            self._seen = True
            # After this paint event has reached the screen, and not within it.
            QTimer.singleShot(0, self, self.painted.emit)
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        before, now = event.oldSize(), event.size()
        if (before.width() < RAIL_BELOW) != (now.width() < RAIL_BELOW) or not before.isValid():
            self._size_docks()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.document.modified and not self._closing:
            event.ignore()
            self.files.unless_unsaved(self._close_now)
            return
        self._remember()
        self.hide()
        self.session.close()
        super().closeEvent(event)

    def _close_now(self) -> None:
        self._closing = True
        self.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.files.open_dropped(path)


def _presses_a_button(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space and isinstance(QApplication.focusWidget(), QAbstractButton)


def _dropped_file(event: QDropEvent) -> Path | None:
    """The one project file that is being dragged; None for anything else."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in SUFFIXES else None
