"""A problem, explained beside the layer that has it, with the buttons that mend it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnplayground.core.problems import Problem, Severity
from nnplayground.ui.theme.theme import Role, Theme

WIDTH = 318
ADVICE_WIDTH = 286
POINTER = 8


class Callout(QWidget):
    """Floats over the canvas. `fix_chosen` carries the `Fix` of the button that was pressed."""

    fix_chosen = Signal(object)
    closed = Signal()
    turned = Signal(int)
    """Another problem of the same card is wanted: the one before (-1) or the next (1)."""

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
        self._theme.use_icon_size(self.close_button, 14)
        self.close_button.clicked.connect(self.closed)
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(8)
        self._pager, self._place = QWidget(), QLabel()
        self.earlier = self._turner("chevron-left", self.tr("The problem before"), -1)
        self.later = self._turner("chevron-right", self.tr("The next problem of this layer"), 1)
        pages = QHBoxLayout(self._pager)
        pages.setContentsMargins(0, 0, 0, 0)
        for widget in (self.earlier, self._place, self.later):
            pages.addWidget(widget)
        pages.addStretch(1)
        theme.use_font(self._place, Role.HELPER)
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addWidget(self._message)
        words.addLayout(self._buttons)
        words.addWidget(self._pager)
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

    def _turner(self, icon: str, name: str, step: int) -> QToolButton:
        button = QToolButton()
        button.setProperty("turner", icon)
        button.setAccessibleName(name)
        button.setToolTip(name)
        self._theme.use_icon_size(button, 14)
        button.clicked.connect(lambda: self.turned.emit(step))
        return button

    def show_problem(self, problem: Problem, number: int = 0, of: int = 1) -> None:
        """Show a sentence and its buttons, of which card's problems it is; nothing is made anew when they are the same as before."""
        self._place.setText(self.tr("{number} of {all}").format(number=number + 1, all=of))
        self._pager.setVisible(of > 1)
        before, self._problem = self._problem, problem
        if before is None or (before.message, [f.label for f in before.fixes]) != (problem.message, [f.label for f in problem.fixes]):
            self._fill(problem)
        self.show()

    def point_at(self, target: QPointF, bounds: QRectF, avoid: list[QRectF]) -> None:
        """Stand below `target` with the pointer at it, inside `bounds`; where that hides some of `avoid`, beside it."""
        error = self._problem is not None and self._problem.severity is Severity.ERROR
        layout = self.layout()
        assert layout is not None
        usual_width = (WIDTH if error else ADVICE_WIDTH) * self._theme.zoom
        width = round(min(self._share_out(usual_width, bounds.width() - 16), bounds.width() - 16))
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

    def _share_out(self, usual: float, widest: float) -> float:
        """The width at which no button is cut: beside each other where that is possible, else below each other."""
        layout = self.layout()
        assert layout is not None
        self._buttons.setDirection(QBoxLayout.Direction.LeftToRight)
        layout.invalidate()
        if layout.minimumSize().width() > min(usual * 1.3, widest):
            self._buttons.setDirection(QBoxLayout.Direction.TopToBottom)
            layout.invalidate()
        return max(usual, layout.minimumSize().width())

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
            self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            button.ensurePolished()  # before its style is known it asks for too little room
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
        for button in (self.earlier, self.later):
            button.setIcon(self._theme.icon(str(button.property("turner"))))

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
