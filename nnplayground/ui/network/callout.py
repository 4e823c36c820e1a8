"""A problem, explained beside the layer that has it, with the buttons that mend it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnplayground.core.problems import Problem, Severity
from nnplayground.ui.theme.theme import Role, Theme

WIDTH = 318
ADVICE_WIDTH = 286
POINTER = 8


class Callout(QWidget):
    """Floats over the canvas. `fix_chosen` carries the `Fix` of the button that was pressed."""

    fix_chosen = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._problem: Problem | None = None
        self._tip: float | None = None
        self._icon, self._message = QLabel(), QLabel()
        self._message.setWordWrap(True)
        self._message.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.close_button = QToolButton()
        self.close_button.setToolTip(self.tr("Hide this advice. The badge brings it back."))
        self.close_button.setAccessibleName(self.tr("Hide advice"))
        self.close_button.setIconSize(QSize(14, 14))
        self.close_button.clicked.connect(self.closed)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(self._message)
        words.addLayout(self._buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 12 + POINTER, 12, 12)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self._dress)
        self.hide()

    @property
    def problem(self) -> Problem | None:
        return None if self.isHidden() else self._problem

    def show_problem(self, problem: Problem) -> None:
        """Show a sentence and its buttons; nothing is made anew when they are the same as before."""
        before, self._problem = self._problem, problem
        if before is None or (before.message, [f.label for f in before.fixes]) != (problem.message, [f.label for f in problem.fixes]):
            self._fill(problem)
        self.show()

    def point_at(self, target: QPointF, bounds: QRectF, avoid: list[QRectF]) -> None:
        """Stand below `target` with the pointer at it, inside `bounds`; where that hides some of `avoid`, beside it."""
        error = self._problem is not None and self._problem.severity is Severity.ERROR
        layout = self.layout()
        assert layout is not None
        usual_width = max((WIDTH if error else ADVICE_WIDTH) * self._theme.zoom, layout.minimumSize().width())
        width = round(min(usual_width, bounds.width() - 16))
        self.resize(width, layout.heightForWidth(width) if layout.hasHeightForWidth() else self.sizeHint().height())
        y = max(min(target.y() + 4, bounds.bottom() - self.height() - 6), bounds.top() + 6)
        room = bounds.left() + 8, bounds.right() - 8 - width
        usual = target.x() - width * 0.78
        places = [min(max(x, room[0]), room[1]) for x in (usual, target.x() - width * 0.22, target.x() - width - 28, target.x() + 28)]
        x = min(places, key=lambda left: sum(QRectF(left, y, width, self.height()).intersects(other) for other in avoid))
        self.move(round(x), round(y))
        beside = not x + 16 < target.x() < x + width - 16 or y < target.y() - 2
        self._tip = None if beside else min(max(target.x() - x, 22.0), width - 22.0)
        self.update()

    def _fill(self, problem: Problem) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._message.setText(problem.message)
        self.setAccessibleName(problem.message)
        error = problem.severity is Severity.ERROR
        for i, fix in enumerate(problem.fixes[:2]):
            button = QPushButton(fix.label)
            button.setAccessibleName(fix.label)
            button.setToolTip(self.tr("Mends the problem: {message} Can be undone.").format(message=problem.message))
            if i == 0 and error:
                button.setProperty("kind", "primary")
            button.clicked.connect(lambda _=False, f=i: self._on_fix(f))
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self.close_button.setVisible(not error)
        self._dress()

    def _on_fix(self, index: int) -> None:
        # By place, not by value: the same sentence may stand for a newer project by now.
        if self._problem is not None:
            self.fix_chosen.emit(self._problem.fixes[index])

    def _dress(self) -> None:
        if self._problem is None:
            return
        tokens, error = self._theme.tokens, self._problem.severity is Severity.ERROR
        name, colour = ("alert-circle", tokens.error) if error else ("lightbulb-on-outline", tokens.warn)
        side = 18 if error else 16
        self._icon.setPixmap(self._theme.icon(name, colour).pixmap(QSize(side, side), self.devicePixelRatioF()))
        self._message.setFont(self._theme.font(Role.CONTROL) if error else self._theme.font(Role.HELPER))
        self.close_button.setIcon(self._theme.icon("close"))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        error = self._problem is not None and self._problem.severity is Severity.ERROR
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, edge = (tokens.error_soft, tokens.error_border) if error else (tokens.warn_soft, tokens.control)
        box = QRectF(self.rect()).adjusted(0.5, POINTER + 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(box, 8, 8)
        if self._tip is None:
            return
        tip = QPointF(self._tip, 1)
        corners = [QPointF(self._tip - POINTER, box.top()), tip, QPointF(self._tip + POINTER, box.top())]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([corners[0] + QPointF(0, 1), tip, corners[2] + QPointF(0, 1)]))
        painter.setPen(QPen(QColor(edge), 1))
        painter.drawPolyline(QPolygonF(corners))
