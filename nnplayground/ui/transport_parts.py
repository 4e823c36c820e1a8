"""The parts of the transport that are painted: Play, the epoch counter, the speed bars; and a field with its caption."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from nnplayground.ui.live_dot import LiveDot
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme

SPEEDS: tuple[float | None, ...] = (1, 2, 5, 10, 30, 60, 300, None)
"""Epochs a second, from the slowest bar to the fastest; None: as fast as it goes."""
DIGITS = 6


class PlayButton(QAbstractButton):
    """The round button: a triangle, or two bars while training; a badge counts the problems that keep it from starting."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("playButton")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._theme = theme
        self._running = False
        self._problems = 0
        theme.changed.connect(self.update)

    @property
    def running(self) -> bool:
        return self._running

    def show_state(self, *, running: bool, problems: int, enabled: bool) -> None:
        if (running, problems, enabled) == (self._running, self._problems, self.isEnabled()):
            return
        self._running, self._problems = running, problems
        self.setEnabled(enabled)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(46, 46)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        disc = QRectF(3, 3, 40, 40)
        ground = tokens.accent if self.isEnabled() else tokens.disabled
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            ground = tokens.accent_hover
        painter.setBrush(QColor(ground))
        painter.drawEllipse(disc)
        painter.setBrush(QColor(tokens.on_accent))
        middle = disc.center()
        if self._running:
            for x in (-6.5, 2.0):
                painter.drawRoundedRect(QRectF(middle.x() + x, middle.y() - 8, 4.5, 16), 1, 1)
        else:
            painter.drawPolygon(QPolygonF([middle + QPointF(-5.5, -8.5), middle + QPointF(-5.5, 8.5), middle + QPointF(9, 0)]))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawEllipse(disc.adjusted(-2, -2, 2, 2))
        if self._problems and not self._running:
            self._paint_badge(painter)
        painter.end()

    def _paint_badge(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        badge = QRectF(30, 1, 15, 15)
        painter.setPen(QPen(QColor(tokens.surface), 1.5))
        painter.setBrush(QColor(tokens.error))
        painter.drawEllipse(badge)
        painter.setPen(QColor(tokens.surface))
        painter.setFont(self._theme.font(Role.AXIS, weight=700))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(min(self._problems, 9)))


class EpochLabel(QLabel):
    """The epoch with six digits: `000,137`, its leading zeros pale, and under it a line that fills up."""

    clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("epochLabel")
        self._theme = theme
        self._epoch, self._share = 0, 0.0
        theme.use_font(self, Role.COUNTER)
        theme.changed.connect(self.update)
        self.show_epoch(0, 1, 0.0)

    def show_epoch(self, epoch: int, until: int, progress: float) -> None:
        """`progress` is how far the epoch that has begun is, from 0 to 1."""
        share = min(1.0, (epoch + progress) / until) if until else 0.0
        if (epoch, share) == (self._epoch, self._share) and self.text():
            return
        self._epoch, self._share = epoch, share
        self.setText(f"{epoch:0{DIGITS + 1},}")
        self.setProperty("epoch", epoch)
        self.setAccessibleName(self.tr("Epoch {epoch} of {until}").format(epoch=count(epoch), until=count(until)))
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(max(metrics.horizontalAdvance("000,000") + 2, 146), metrics.height() + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, text = self._theme.tokens, self.text()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        metrics = painter.fontMetrics()
        digits = len(count(self._epoch))
        pale = text[: len(text) - digits]
        painter.setPen(QColor(tokens.disabled))
        baseline = metrics.ascent()
        painter.drawText(0, baseline, pale)
        painter.setPen(QColor(tokens.text))
        painter.drawText(metrics.horizontalAdvance(pale), baseline, text[len(pale) :])
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(0, self.height() - 3, self.width(), 3)
        painter.setBrush(QColor(tokens.border))
        painter.drawRoundedRect(track, 1.5, 1.5)
        if self._share > 0:
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(QRectF(track.x(), track.y(), max(3.0, track.width() * self._share), 3), 1.5, 1.5)
        painter.end()


class SpeedBars(QSlider):
    """Eight bars, from one epoch a second to as fast as it goes."""

    speed_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("speed")
        self._theme = theme
        self.setRange(0, len(SPEEDS) - 1)
        self.setPageStep(1)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(lambda value: self.speed_chosen.emit(SPEEDS[value]))
        theme.changed.connect(self.update)

    def show_speed(self, epochs_per_second: float | None) -> None:
        self.blockSignals(True)
        self.setValue(SPEEDS.index(epochs_per_second))
        self.blockSignals(False)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _bar(self, index: int) -> QRectF:
        step, floor = self.width() / len(SPEEDS), self.height() - 3
        height = 4 + 13 * index / (len(SPEEDS) - 1)
        return QRectF(index * step + 1, floor - height, step - 3, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for index in range(len(SPEEDS)):
            painter.setBrush(QColor(tokens.accent if index <= self.value() else tokens.border))
            painter.drawRoundedRect(self._bar(index), 2, 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose_at(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:  # Play, not a page
            event.ignore()
            return
        super().keyPressEvent(event)

    def _choose_at(self, x: float) -> None:
        self.setValue(min(len(SPEEDS) - 1, max(0, int(x * len(SPEEDS) / self.width()))))


class Field(QWidget):
    """A caption above a control, as everything in the transport; `live` puts the violet dot after it."""

    def __init__(self, theme: Theme, caption: str, control: QWidget, *, live: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._live = theme, live
        self.control = control
        self.caption = QLabel(caption, self)
        self.caption.setProperty("tone", "muted")
        self.caption.setBuddy(control)
        theme.use_font(self.caption, Role.CAPTION, weight=500)
        self.aside = QLabel(self)
        theme.use_font(self.aside, Role.CAPTION, weight=600)
        top = QHBoxLayout()
        top.setContentsMargins(2, 0, 2, 0)
        top.setSpacing(4)
        top.addWidget(self.caption)
        self._dot = LiveDot(theme, self)
        self._dot.setVisible(live)
        top.addWidget(self._dot)
        top.addStretch(1)
        top.addWidget(self.aside)
        self.aside.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addStretch(1)
        column.addLayout(top)
        column.addWidget(control)
        column.addStretch(1)

    def show_aside(self, text: str) -> None:
        self.aside.setText(text)
        self.aside.show()
