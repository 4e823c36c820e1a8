"""An inspector with a project behind it, for tests that use it as a person does."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from nnplayground.core.analysis import analyse
from nnplayground.core.spec import ProjectSpec, TrainingSpec
from nnplayground.data.registry import facts
from nnplayground.ui.edit import Edit
from nnplayground.ui.inspector.panel import InspectorPanel

W = TypeVar("W", bound=QWidget)


class Bench:
    """An inspector with a document of one spec behind it."""

    def __init__(self, panel: InspectorPanel, spec: ProjectSpec) -> None:
        self.panel, self.spec = panel, spec
        self.asked: list[Edit] = []
        panel.edit_requested.connect(self._apply)
        self.show(spec)

    def show(self, spec: ProjectSpec) -> None:
        self.spec = spec
        self.panel.show_analysis(analyse(spec, facts(spec.data)))
        QApplication.processEvents()  # what is new in a layout is shown with the next events

    def _apply(self, edit: Edit) -> None:
        self.asked.append(edit)
        self.show(edit.apply(self.spec))

    @property
    def set(self) -> TrainingSpec:
        return self.spec.training

    @property
    def said(self) -> str:
        """All sentences in sight."""
        return "\n".join(label.text() for label in self.panel.findChildren(QLabel) if label.isVisible())

    def type(self, name: str, text: str) -> None:
        """Type into a field and press Enter."""
        line = self.find(QLineEdit, name)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def find(self, kind: type[W], name: str) -> W:
        found = self.panel.findChild(kind, name)
        assert found is not None, name
        return found
