"""Everything that works in the window, made and introduced to each other."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMainWindow

from nnplayground.core import presets
from nnplayground.core.data_spec import default_data
from nnplayground.data.registry import facts, info
from nnplayground.engine.backend import Backend
from nnplayground.ui.actions import Actions, MenuRow
from nnplayground.ui.board import Board
from nnplayground.ui.data.panel import DataPanel
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.files import Files, Questions
from nnplayground.ui.inspector.panel import InspectorPanel
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.status import StatusRow
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.transport import Transport
from nnplayground.ui.views.curves import CurvesPanel
from nnplayground.ui.views.output import OutputPanel


class Parts:
    """The project, its run, and the panels that show them. The window places the panels."""

    def __init__(self, window: QMainWindow, theme: Theme, create_backend: Callable[[], Backend]) -> None:
        self.document = Document(presets.default_project(), facts, window)
        self.session = TrainingSession(self.document, create_backend, parent=window)
        self.files = Files(self.document, self.session, Questions(window))
        self.actions = Actions(window, theme, self.document, self.session, self.files)
        self.menu_row = MenuRow(theme, self.actions, self.document, self.files)
        self.transport = Transport(theme, self.session)
        self.status = StatusRow(theme, self.session)
        self.data, self.network = DataPanel(theme), NetworkPanel(theme)
        self.output, self.inspector, self.curves = OutputPanel(theme), InspectorPanel(theme), CurvesPanel(theme)
        self.board = Board(self.document, self.session, window)
        for panel in (self.transport, self.status, self.data, self.network, self.output, self.inspector, self.curves):
            self.board.add(panel)
        self.network.fill_menu(self.actions.network_menu)
        self.data.data_chosen.connect(self._choose_data)
        self.status.problem_list.edit_requested.connect(self.document.apply)
        self.document.refused.connect(lambda sentence: self.status.say(sentence, "error"))
        self.files.said.connect(lambda sentence: self.status.say(sentence, "ok"))

    def _choose_data(self, name: str) -> None:
        known, title = facts(default_data(name)), info(name).title
        text = QCoreApplication.translate("window", "Data {title}").format(title=title)
        self.document.apply(Edit(text, lambda spec: presets.choose_data(spec, name, known)))
