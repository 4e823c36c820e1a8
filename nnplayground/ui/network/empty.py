"""The canvas's ground, and what stands on it while the network has no layers: a line, a sentence, a button."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
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
        self._theme = theme
        self._fix: Fix | None = None
        self._over_layers = False
        self._title = QLabel()
        theme.use_font(self._title, Role.TITLE)
        self._sentence = QLabel()
        self._sentence.setProperty("tone", "muted")
        theme.use_font(self._sentence, Role.BODY)
        self.button = QPushButton()
        self.button.setProperty("kind", "primary")
        self.button.clicked.connect(lambda: self.fix_chosen.emit(self._fix))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(8)
        for widget in (self._title, self._sentence, self.button):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()

    def show_problem(self, problem: Problem | None, *, all_off: bool = False) -> None:
        """Show that the stack is empty, or all of it switched off; None hides this."""
        self.setVisible(problem is not None)
        if problem is None:
            return
        self._fix = problem.fixes[0] if problem.fixes else None
        self._over_layers = all_off
        self._title.setText(self.tr("All layers are switched off") if all_off else self.tr("No layers yet"))
        self._sentence.setText(self.tr("The network is built without them.") if all_off else problem.message)
        self.button.setVisible(self._fix is not None)
        if self._fix is not None:
            self.button.setText(self._fix.label)
            self.button.setAccessibleName(self._fix.label)
            self.button.setToolTip(
                self.tr("Switches every layer on again; can be undone.") if all_off
                else self.tr("Adds the layer that gives this data's answers."))  # fmt: skip

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._over_layers:  # on a plate: layers are no ground to read on
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(self._theme.tokens.control))
            painter.setBrush(QColor(self._theme.tokens.raised))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def place(self, room: QRect) -> None:
        """Stand in the middle of `room`."""
        self.resize(self.sizeHint())
        self.move(room.center() - self.rect().center())
