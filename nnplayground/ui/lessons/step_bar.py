"""`StepBar`: the steps of a lesson as a row of pieces: done, here, and still to come. A click goes there."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnplayground.ui.theme.theme import Theme

HEIGHT, BAR, GAP = 24, 6, 3


class StepBar(QWidget):
    """The arrow keys go from step to step, too."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonSteps")
        self.setAccessibleName(self.tr("Steps of the lesson"))
        self.setToolTip(self.tr("The steps of the lesson: click one to go there"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._theme = theme
        self._titles: tuple[str, ...] = ()
        self._done: frozenset[int] = frozenset()
        self._present = 0
        theme.changed.connect(self.update)

    def show_steps(self, titles: tuple[str, ...], done: Collection[int], present: int) -> None:
        self._titles, self._done, self._present = titles, frozenset(done), present
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, HEIGHT)

    def piece(self, step: int) -> QRectF:
        """Where a step's piece lies."""
        wide = (self.width() - GAP * (len(self._titles) - 1)) / max(len(self._titles), 1)
        return QRectF(step * (wide + GAP), (self.height() - BAR) / 2, wide, BAR)

    def _at(self, place: QPointF) -> int:
        return min(max(int(place.x() / max(self.width(), 1) * len(self._titles)), 0), len(self._titles) - 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()) and self._titles:
            self.chosen.emit(self._at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not 0 <= self._present + step < len(self._titles):
            super().keyPressEvent(event)
        else:
            self.chosen.emit(self._present + step)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip and self._titles:
            step = self._at(QPointF(event.pos()))
            state = self.tr("done") if step in self._done else self.tr("not done yet")
            told = self.tr("Step {n}: {title}, {state}").format(n=step + 1, title=self._titles[step], state=state)
            QToolTip.showText(event.globalPos(), told, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for step in range(len(self._titles)):
            box = self.piece(step)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.ok if step in self._done else tokens.border))
            painter.drawRoundedRect(box, BAR / 2, BAR / 2)
            if step == self._present:
                painter.setPen(QPen(QColor(tokens.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box.adjusted(1 - 2, -3, 2 - 1, 3), BAR / 2 + 3, BAR / 2 + 3)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
