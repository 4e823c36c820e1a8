"""What the menus offer. Every action is here once: menus, shortcuts and tool buttons share it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QMenu, QMenuBar, QToolButton, QWidget

from nnplayground.ui.document import Document
from nnplayground.ui.files import Files
from nnplayground.ui.key_list import KeyList
from nnplayground.ui.own.samples import Samples
from nnplayground.ui.own.tables import Tables
from nnplayground.ui.recent import RecentMenu
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.theme.theme import ZOOMS, Role, Theme

Key = QKeySequence.StandardKey


class Actions(QObject):
    """Made once for a window; `view_menu` takes the docks' toggles."""

    def __init__(
        self, window: QMainWindow, theme: Theme, document: Document, session: TrainingSession, files: Files,
        tables: Tables, samples: Samples,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._theme, self._document = window, theme, document
        tr = self.tr
        self._icons: list[tuple[QAction, str]] = []
        self.new = self._action("newAction", tr("&New"), files.new, Key.New)
        self.open = self._action("openAction", tr("&Open…"), files.open, Key.Open, "folder-open-outline")
        self.recent = RecentMenu(files, window)
        self.save = self._action("saveAction", tr("&Save"), files.save, Key.Save, "content-save-outline")
        self.save_as = self._action("saveAsAction", tr("Save &as…"), files.save_as, Key.SaveAs)
        self.import_table = self._action("importTableAction", tr("&Import table…"), tables.choose, "Ctrl+I", "table")
        self.paste_table = self._action("pasteTableAction", tr("&Paste table…"), tables.paste, "Ctrl+Shift+V", "table-arrow-left")
        self.import_pictures = self._action("importPicturesAction", tr("Import p&ictures…"), samples.choose_pictures, icon="image-outline")
        self.import_arrays = self._action("importArraysAction", tr("Import a&rrays…"), samples.choose_arrays, icon="code-brackets")
        self.lessons = self._action("lessonsAction", tr("&Lessons"), lambda: None, "Ctrl+L", "school-outline")
        self.lessons.setToolTip(tr("Lessons: tutorials step by step, in this window"))
        self.lessons.setCheckable(True)
        self.data_manager = self._action("dataManagerAction", tr("&Data manager…"), lambda: None, icon="download")
        self.load_weights = self._action("loadWeightsAction", tr("Load &weights…"), lambda: None)
        self.export_weights = self._action("exportWeightsAction", tr("&Weights…"), lambda: None)
        self.export_model = self._action("exportModelAction", tr("Keras &model…"), lambda: None)
        self.export_code = self._action("exportCodeAction", tr("Keras &code…"), lambda: None)
        self.quit = self._action("quitAction", tr("&Quit"), window.close, Key.Quit)
        self.undo = document.stacks.createUndoAction(self, tr("Undo"))
        self.redo = document.stacks.createRedoAction(self, tr("Redo"))
        for action, name, keys, icon in ((self.undo, "undoAction", Key.Undo, "undo"), (self.redo, "redoAction", Key.Redo, "redo")):
            action.setObjectName(name)
            action.setShortcuts(QKeySequence.keyBindings(keys))
            window.addAction(action)
            self._icons.append((action, icon))
        document.stacks.undoTextChanged.connect(self._name_undo)
        document.stacks.redoTextChanged.connect(self._name_redo)
        self.paint = self._action("paintAction", tr("&Paint points"), lambda: None, "Ctrl+B", "draw")
        self.play = self._action("playAction", tr("Play or pause"), session.toggle, "Space", "play")
        self.step = self._action("stepAction", tr("One epoch"), session.step, "Right", "skip-next")
        self.step.setShortcut(QKeySequence("Ctrl+Right"))
        self.stop = self._action("stopAction", tr("Stop"), session.stop, "Ctrl+.", "stop")
        self.reset = self._action("resetAction", tr("Reset"), session.reset, "Ctrl+R", "restart")
        self.show_runs = self._action("showRunsAction", tr("Kept r&uns"), lambda: None, "Ctrl+Shift+R", "compare-horizontal")
        self.reset_layout = self._action("resetLayoutAction", tr("Reset layout"), lambda: None)
        self.zoom_in = self._action("zoomInAction", tr("Larger text"), lambda: self._zoom(1), Key.ZoomIn)
        self.zoom_in.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self.zoom_out = self._action("zoomOutAction", tr("Smaller text"), lambda: self._zoom(-1), Key.ZoomOut)
        self.zoom_reset = self._action("zoomResetAction", tr("Text at its usual size"), lambda: theme.set_zoom(1.0), "Ctrl+0")
        self.keyboard_help = self._action("keyboardHelpAction", tr("&Keyboard"), self._show_keys, "F1", "help-circle-outline")
        self.appearance = self._appearance()
        self.switch_theme = self._action("switchThemeAction", tr("Light or dark"), self._switch_theme, icon="theme-light-dark")
        self.more_keys: Callable[[], tuple[str, list[tuple[str, str]]]] = lambda: ("", [])
        """The keys of the network's canvas, with a title: the list of keys names them, too."""
        self._dress()
        theme.changed.connect(self._dress)

    def menu_bar(self) -> QMenuBar:
        """The menus; the window adds its docks to `view_menu`, the network panel fills `network_menu` and the end of `edit_menu`."""
        bar = QMenuBar()
        tr = self.tr
        file, self.edit_menu = bar.addMenu(tr("&File")), bar.addMenu(tr("&Edit"))
        self.view_menu, self.network_menu = bar.addMenu(tr("&View")), bar.addMenu(tr("&Network"))
        run, help_menu = bar.addMenu(tr("&Run")), bar.addMenu(tr("&Help"))
        _fill(file, self.new, self.open)
        file.addMenu(self.recent)
        _fill(file, self.save, self.save_as, None, self.load_weights)
        _fill(file.addMenu(tr("&Export")), self.export_code, self.export_model, self.export_weights)
        _fill(file, None, self.import_table, self.import_pictures, self.import_arrays,
              self.data_manager, None, self.quit)  # fmt: skip
        _fill(self.edit_menu, self.undo, self.redo, None, self.paste_table, None)
        looks = self.view_menu.addMenu(tr("Appearance"))
        looks.addActions(self.appearance)
        _fill(self.view_menu, self.zoom_in, self.zoom_out, self.zoom_reset, None, self.reset_layout)
        _fill(run, self.play, self.step, self.stop, None, self.reset, None, self.show_runs)
        _fill(help_menu, self.lessons, self.keyboard_help)
        return bar

    def close(self) -> None:
        """No names any more: the stack clears itself when it goes, which is after the actions."""
        self._document.stacks.undoTextChanged.disconnect(self._name_undo)
        self._document.stacks.redoTextChanged.disconnect(self._name_redo)

    def _name_undo(self, text: str) -> None:
        self.undo.setText(self.tr("Undo: {what}").format(what=text) if text else self.tr("Undo"))

    def _name_redo(self, text: str) -> None:
        self.redo.setText(self.tr("Redo: {what}").format(what=text) if text else self.tr("Redo"))

    def _appearance(self) -> list[QAction]:
        group = QActionGroup(self)
        result = []
        for name, text, dark in (
            ("system", self.tr("Like the system"), None),
            ("light", self.tr("Light"), False),
            ("dark", self.tr("Dark"), True),
        ):
            action = self._action(f"{name}ThemeAction", text, partial(self._theme.set_dark, dark))
            action.setCheckable(True)
            action.setChecked(name == self._theme.appearance)
            action.setData(dark)
            group.addAction(action)
            result.append(action)
        return result

    def _action(self, name: str, text: str, slot: Callable[[], object], keys: Key | str | None = None, icon: str = "") -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        action.triggered.connect(lambda _checked=False: slot())
        if isinstance(keys, str):
            action.setShortcut(QKeySequence(keys))
        elif keys is not None:
            action.setShortcuts(keys)
        if icon:
            self._icons.append((action, icon))
        self._window.addAction(action)
        return action

    def _switch_theme(self) -> None:
        _system, light, dark = self.appearance
        (light if self._theme.dark else dark).trigger()

    def _zoom(self, step: int) -> None:
        nearest = min(range(len(ZOOMS)), key=lambda i: abs(ZOOMS[i] - self._theme.zoom))
        self._theme.set_zoom(ZOOMS[min(len(ZOOMS) - 1, max(0, nearest + step))])

    def _show_keys(self) -> None:
        native = QKeySequence.SequenceFormat.NativeText
        named = [(a.shortcut().toString(native), a.text().replace("&", "").rstrip("…").partition(": ")[0])
                 for a in self._window.actions() if not a.shortcut().isEmpty()]  # fmt: skip
        KeyList(self._theme, self._window, ((self.tr("Everywhere"), named), self.more_keys())).open()

    def _dress(self) -> None:
        for action, icon in self._icons:
            action.setIcon(self._theme.icon(icon))


class MenuRow(QWidget):
    """Menus at the left; at the right the file's name and the actions one wants at hand."""

    def __init__(self, theme: Theme, actions: Actions, files: Files, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files = files
        self.bar = actions.menu_bar()
        self.file_name, self.state = QLabel(), QLabel()
        self.file_name.setObjectName("fileName")
        self.state.setObjectName("fileState")
        self.state.setProperty("tone", "muted")
        theme.use_font(self.file_name, Role.HELPER, weight=600)
        theme.use_font(self.state, Role.HELPER)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(5)
        row.addWidget(self.bar)
        row.addStretch(1)
        row.addWidget(self.file_name)
        row.addWidget(self.state)
        row.addSpacing(8)
        row.addWidget(self._lessons_button(theme, actions))
        for action in (actions.undo, actions.redo, actions.switch_theme, actions.keyboard_help):
            button = QToolButton()
            button.setDefaultAction(action)
            theme.use_icon_size(button, 17)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setProperty("tone", "window")
            button.setAccessibleName(action.text().replace("&", ""))
            row.addWidget(button)
        files.changed.connect(self._refresh)
        self._refresh()

    def _lessons_button(self, theme: Theme, actions: Actions) -> QToolButton:
        """With its name, since nobody looks for lessons behind a picture."""
        button = QToolButton()
        button.setObjectName("lessonsButton")
        button.setDefaultAction(actions.lessons)
        theme.use_icon_size(button, 17)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("tone", "window")
        button.setAccessibleName(self.tr("Lessons"))
        return button

    def _refresh(self) -> None:
        self.file_name.setText(self._files.name)
        if self._files.guest:
            self.state.setText(self.tr("Lesson"))
        elif self._files.unsaved:
            self.state.setText(self.tr("Edited"))
        else:
            self.state.setText(self.tr("Saved") if self._files.path else "")


def _fill(menu: QMenu, *actions: QAction | None) -> None:
    for action in actions:
        if action is None:
            menu.addSeparator()
        else:
            menu.addAction(action)
