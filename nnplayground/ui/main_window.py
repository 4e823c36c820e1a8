"""The window: places the parts and connects them; it decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow, QStatusBar, QVBoxLayout, QWidget

from nnplayground.ui.docks import PanelDock, arrange, stack, unstack
from nnplayground.ui.dropping import dropped_path
from nnplayground.ui.ground import Ground
from nnplayground.ui.lessons.dock import LESSONS_WANT, LessonsDock
from nnplayground.ui.theme.theme import Theme

if TYPE_CHECKING:
    from nnplayground.engine.backend import Backend

SIZE = QSize(1280, 800)
SMALLEST = QSize(1000, 660)
RAIL_BELOW = 1120
DATA_WIDTH, RAIL_WIDTH, RIGHT_WIDTH, NARROW_RIGHT_WIDTH = 214, 66, 288, 246
BOTTOM_HEIGHT, LOW_BOTTOM_HEIGHT = 206, 180
BOTTOM_SHARE = 0.3
"""How much of the window's height the panel below gets at most, however large the text is."""
TABS_BELOW = 480
"""The window's height, at the usual size of text, below which Output and 'Try it' lie behind each other as tabs."""
OUTPUT_FIRST, DRAW_FIRST, INSPECTOR_FIRST, PAINT_FIRST = [430, 240], [345, 325], [340, 350], [520, 150]
LAYOUT_VERSION = 2


class MainWindow(QMainWindow):
    """One project, its run, and everything that shows them.

    Its parts take half a second to import and to make. With `at_once` off the window is painted before, empty, and
    filled right after; this module imports none of them.
    """

    painted = Signal()
    """The window is on the screen for the first time, with everything in it."""

    def __init__(self, theme: Theme, create_backend: Callable[[], Backend], *, at_once: bool = True) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.theme = theme
        self._create_backend = create_backend
        self.filled = self._seen = self._closing = False
        self.setAcceptDrops(True)
        self.setMinimumSize(SMALLEST)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setWindowTitle("nnplayground")
        self.resize(SIZE)
        self.installEventFilter(self)
        self._restore()
        if at_once:
            self._fill()
        else:
            self.setCentralWidget(Ground(theme, (DATA_WIDTH, RIGHT_WIDTH), BOTTOM_HEIGHT))

    def _fill(self) -> None:
        from nnplayground.ui.parts import Parts  # not before the window is painted

        self._parts = parts = Parts(self, self.theme, self._create_backend)
        self.document, self.session, self.files, self.actions_ = parts.document, parts.session, parts.files, parts.actions
        self.menu_row, self.transport, self.status, self.board = parts.menu_row, parts.transport, parts.status, parts.board
        self.data, self.network, self.output = parts.data, parts.network, parts.output
        self.inspector, self.curves, self.bottom, self.log = parts.inspector, parts.curves, parts.bottom, parts.log
        self.trying, self.aside, self.runs = parts.trying, parts.aside, parts.runs
        self._place_panels()
        self._connect()
        self._arrange()
        if (state := QSettings().value("window/state")) is not None:
            self.restoreState(state, LAYOUT_VERSION)
        self.filled = True
        self._show_title()
        self.setFocus()

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
        self.output.let_scroll()
        self.docks = (
            PanelDock("dataDock", self.tr("Data"), self.data, self),
            PanelDock("outputDock", self.tr("Output"), self.output, self),
            PanelDock("inspectorDock", self.aside.accessibleName(), self.aside, self),
            PanelDock("curvesDock", self.bottom.accessibleName(), self.bottom, self),
        )
        self.lessons = LessonsDock(self, self._parts.lessons.panel, self.actions_.lessons)
        self.lessons.opened.connect(self._size_docks)
        view = self.actions_.view_menu
        first = view.actions()[0]
        view.insertActions(first, [dock.toggleViewAction() for dock in (*self.docks, self.lessons)])
        view.insertSeparator(first)
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.status, 1)
        self.setStatusBar(bar)

    def _connect(self) -> None:
        self.network.layer_selected.connect(self._select)
        self.trying.page_changed.connect(self._share_right)
        self.output.painting.changed.connect(self._make_room_to_paint)
        self.document.modified_changed.connect(self._show_title)
        self.files.changed.connect(self._show_title)
        self.actions_.reset_layout.triggered.connect(self._arrange)
        self._zoom = self.theme.zoom
        self.theme.changed.connect(self._on_zoom)
        escape = QShortcut(QKeySequence("Esc"), self)
        escape.activated.connect(self._leave_layer)
        self.painted.connect(self._parts.start)

    def _select(self, layer: int | None) -> None:
        """The layer's inspector gets room, and the output stays in sight."""
        self.inspector.show_layer(layer)
        self.aside.open_page(self.trying if layer is None else self.inspector)
        self._share(self._try_first if layer is None else INSPECTOR_FIRST)
        if layer is not None:
            self.docks[2].raise_()

    @property
    def _try_first(self) -> list[int]:
        """How Output and 'Try it' share their height: to draw takes more room than to type."""
        return DRAW_FIRST if self.trying.page is self.trying.picture else OUTPUT_FIRST

    def _share_right(self) -> None:
        if self.aside.shown_page is self.trying:
            self._share(self._try_first)

    def _share(self, wishes: list[int]) -> None:
        """Let Output and what is below it share their height as wished, but all of the Output be seen if that can be."""
        _data, output, inspector, _curves = self.docks
        if output.isFloating() or inspector.isFloating() or not (output.isVisible() and inspector.isVisible()):
            return
        room = output.height() + inspector.height()
        whole = self.output.whole_height() + output.titleBarWidget().minimumSizeHint().height()
        rest = inspector.minimumSizeHint().height()
        wished = room * wishes[0] // sum(wishes)
        # A page of test pictures is as good with a row less, and whoever draws must see the answer.
        first = min(wished if wishes is DRAW_FIRST else max(wished, whole), max(room - rest, 1))
        self.resizeDocks([output, inspector], [first, room - first], Qt.Orientation.Vertical)

    def _make_room_to_paint(self, painting: bool) -> None:
        if painting:
            self.docks[1].show()  # whoever closed it cannot paint
            self.docks[1].raise_()
        self._share(PAINT_FIRST if painting else self._try_first)

    def _leave_layer(self) -> None:
        self.output.painting.set_on(False)
        self.network.select_layer(None)
        self._select(None)

    def _show_title(self, _what: object = None) -> None:
        self.setWindowTitle(self.tr("{name}[*] · nnplayground").format(name=self.files.name))
        self.setWindowModified(self.files.unsaved)

    # The layout

    def _arrange(self) -> None:
        arrange(self, *self.docks)
        self.lessons.arrange(self.docks[0])
        self._stacked = False
        self._size_docks()

    def _on_zoom(self) -> None:
        if self.theme.zoom != self._zoom:
            self._zoom = self.theme.zoom
            # Once the panels know how small they can be with the new letters.
            QTimer.singleShot(0, self, self._size_docks)

    def _size_docks(self) -> None:
        self.data.set_rail(self._is_narrow)
        if (low := self._is_low) != self._stacked:
            self._stacked = low
            _data, output, inspector, _curves = self.docks
            stack(self, output, inspector) if low else unstack(self, output, inspector)
        # The docks' layout hears of new sizes with the next events.
        QTimer.singleShot(0, self, self._resize_docks)

    @property
    def _is_narrow(self) -> bool:
        return self.width() < (RAIL_BELOW + (LESSONS_WANT if self.lessons.is_beside else 0)) * self.theme.zoom

    @property
    def _is_low(self) -> bool:
        return self.height() < TABS_BELOW * self.theme.zoom

    def _resize_docks(self) -> None:
        # What the panels ask for with the new letters travels up a layout at a time.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        for dock in self.docks:
            dock.panel.updateGeometry()  # else it still asks for the room of what has just been hidden
        data, output, inspector, curves = self.docks
        rail = self.data.rail
        left = RAIL_WIDTH if rail else self.theme.pixels(DATA_WIDTH)  # a rail holds pictures, which do not grow
        right = self.theme.pixels(NARROW_RIGHT_WIDTH if rail else RIGHT_WIDTH)
        docks, widths = [data, output, inspector], [left, right, right]
        if self.lessons.is_beside:
            docks, widths = [*docks, self.lessons], [*widths, self.lessons.wish]
        self.resizeDocks(docks, widths, Qt.Orientation.Horizontal)
        low = BOTTOM_HEIGHT if self.height() >= 760 else LOW_BOTTOM_HEIGHT
        self.resizeDocks([curves], [min(self.theme.pixels(low), round(self.height() * BOTTOM_SHARE))], Qt.Orientation.Vertical)
        self._share(self._try_first)

    def _restore(self) -> None:
        settings = QSettings()
        if (geometry := settings.value("window/geometry")) is not None:
            self.restoreGeometry(geometry)
        self.theme.restore(str(settings.value("window/appearance", "")), float(str(settings.value("window/zoom", 1.0))))

    def _remember(self) -> None:
        settings = QSettings()
        settings.setValue("window/geometry", self.saveGeometry())
        settings.setValue("window/state", self.saveState(LAYOUT_VERSION))
        settings.setValue("window/appearance", self.theme.appearance)
        settings.setValue("window/zoom", self.theme.zoom)

    # Qt's own

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Of its own events. Not `event`, below which Qt paints the whole window: see ARCHITECTURE.md, 'Traps'."""
        if watched is self and event.type() is QEvent.Type.ShortcutOverride and _presses_a_button(event):
            event.accept()  # Space presses the button that has the focus; elsewhere it is Play
            return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange and self.filled:
            self.session.refresh()  # minimised it looks at nothing

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._seen:
            self._seen = self.filled
            # After this paint event has reached the screen, and not within it.
            QTimer.singleShot(0, self, self.painted.emit if self.filled else self._fill_late)

    def _fill_late(self) -> None:
        if not self.filled:
            self._fill()
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.filled:
            return
        before, now = event.oldSize(), event.size()
        if self._is_narrow != self.data.rail or not before.isValid() or self._is_low != self._stacked:
            self._size_docks()
        elif before.height() != now.height():
            QTimer.singleShot(0, self, self._share_right)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.filled:
            super().closeEvent(event)
            return
        if not self._closing:
            self.files.take_typed()
        if (self.files.unsaved or self.files.saving or self.files.guest) and not self._closing:
            event.ignore()
            self.files.unless_unsaved(self._close_now)
            return
        self._remember()
        self.hide()
        self._parts.close()
        super().closeEvent(event)

    def _close_now(self) -> None:
        self._closing = True
        if not self.close() or self.isVisible():  # where the answer came at once: Qt does nothing while it asks whether to close
            QTimer.singleShot(0, self, self.close)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        path = dropped_path(event)
        if self.filled and path is not None and self._parts.opener(path) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event)
        if self.filled and path is not None and (opener := self._parts.opener(path)) is not None:
            event.acceptProposedAction()
            opener(path)


def _presses_a_button(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space and isinstance(QApplication.focusWidget(), QAbstractButton)
