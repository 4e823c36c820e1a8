"""The canvas's ground, and what stands on it while the network has no layers: a line, a sentence, a button."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from nnplayground.core.problems import Fix, Problem
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.theme.tokens import Tokens

DOTS = 24


def dotted(tokens: Tokens) -> QPixmap:
    """The ground: a dot every now and then."""
    ground = QPixmap(DOTS, DOTS)
    ground.fill(QColor(tokens.surface))
    painter = QPainter(ground)
    painter.fillRect(DOTS // 2, DOTS // 2, 1, 1, QColor(tokens.grid))
    painter.end()
    return ground


class EmptyStack(QWidget):
    """`fix_chosen` carries the `Fix` that adds the first layer."""

    fix_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._fix: Fix | None = None
        title = QLabel(self.tr("No layers yet"))
        theme.use_font(title, Role.TITLE)
        self._sentence = QLabel()
        self._sentence.setProperty("tone", "muted")
        theme.use_font(self._sentence, Role.BODY)
        self.button = QPushButton()
        self.button.setProperty("kind", "primary")
        self.button.clicked.connect(lambda: self.fix_chosen.emit(self._fix))
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for widget in (title, self._sentence, self.button):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()

    def show_problem(self, problem: Problem | None) -> None:
        """Show that the stack is empty; None hides this."""
        self.setVisible(problem is not None)
        if problem is None:
            return
        self._fix = problem.fixes[0] if problem.fixes else None
        self._sentence.setText(problem.message)
        self.button.setVisible(self._fix is not None)
        if self._fix is not None:
            self.button.setText(self._fix.label)
            self.button.setAccessibleName(self._fix.label)
            self.button.setToolTip(self.tr("Adds the layer that gives this data's answers."))

    def place(self, room: QRect) -> None:
        """Stand in the middle of `room`."""
        self.resize(self.sizeHint())
        self.move(room.center() - self.rect().center())
