"""`CompareCard`: one comparison of a lesson: what it varies, what to see in it, and the button that trains it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from nnplayground.core.lesson import Lesson, variation_names
from nnplayground.ui.lessons.rich import rich
from nnplayground.ui.theme.theme import Role, Theme


class CompareCard(QFrame):
    """The button trains all variations, or stops them while they train."""

    asked = Signal(int)
    stop_asked = Signal()

    def __init__(self, theme: Theme, lesson: Lesson, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"compareCard{number}")
        self.setProperty("kind", "card")
        self._number, self._running = number, False
        comparison = lesson.comparisons[number]
        title, look, names = QLabel(comparison.title), QLabel(rich(comparison.look)), QLabel(", ".join(variation_names(lesson, number)))
        theme.use_font(title, Role.TITLE)
        theme.use_font(look, Role.HELPER)
        theme.use_font(names, Role.CAPTION)
        names.setProperty("tone", "muted")
        names.setTextFormat(Qt.TextFormat.PlainText)
        self.state = QLabel()
        self.state.setProperty("tone", "ok")
        theme.use_font(self.state, Role.HELPER)
        self.button = QPushButton()
        self.button.setObjectName(f"compareButton{number}")
        self.button.setToolTip(self.tr("Train these one after the other, keep each in Runs, and lay their curves over one another"))
        self.button.clicked.connect(self._on_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 9)
        column.setSpacing(4)
        for label in (title, names, look, self.state):
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName(comparison.title)
        self.show_state(done=False, running="", blocked=False)

    def show_state(self, *, done: bool, running: str, blocked: bool) -> None:
        """`running` says which run trains, when this one does; `blocked`: something else is being trained."""
        self._running = bool(running)
        self.button.setText(self.tr("Stop") if running else self.tr("Train again") if done else self.tr("Train and compare"))
        self.button.setAccessibleName(f"{self.button.text()}: {self.accessibleName()}")
        self.button.setEnabled(not blocked)
        told = running or (self.tr("Trained: see the tab Runs") if done else "")
        self.state.setText(told)
        self.state.setVisible(bool(told))

    def _on_clicked(self) -> None:
        if self._running:
            self.stop_asked.emit()
        else:
            self.asked.emit(self._number)
