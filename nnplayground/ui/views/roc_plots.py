"""Two classes and the line between them: the ROC curve, and where the answers of either class lie, with a threshold to move."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnplayground.core.table import Table
from nnplayground.engine.answers import Examination, Floats, Reading
from nnplayground.engine.scores import AtThreshold, Roc, at_threshold, plus_scores, roc
from nnplayground.ui.sentence import Sentence, unbroken
from nnplayground.ui.theme.numbers import count, number, percent
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.markers import draw_marker
from nnplayground.ui.views.scatter import Array, Scatter
from nnplayground.ui.views.ticks import tick_text

BINS = 40
LOW = 110
"""Pixels of height below which a title would take the room of the plot."""
HALF = 0.5
FINE, COARSE = 0.01, 0.1
MOST_CORNERS = 800
"""Of the curve that are drawn."""
KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class RocCurve(Scatter):
    """How many of one class are found, against how many of the other are taken for it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("rocCurve")
        self.setAccessibleName(self.tr("ROC curve"))
        self.grow_with_text(120, 80)
        self.x_range = self.y_range = (-0.02, 1.02)
        self.curve: Roc | None = None
        self._at: AtThreshold | None = None
        self.stale = False

    def show_classes(self, minus: str, plus: str) -> None:
        self.x_title = self.tr("share of {minus} taken for {plus}").format(minus=minus, plus=plus)
        self.y_title = self.tr("share of {plus} found").format(plus=plus)
        self.update()

    def show_curve(self, curve: Roc | None, at: AtThreshold | None) -> None:
        self.curve, self._at = curve, at
        self.setAccessibleDescription(self.said)
        self.update()

    @property
    def said(self) -> str:
        """The area under the curve."""
        return "" if self.curve is None else self.tr("AUC {area}").format(area=number(round(self.curve.area, 4)))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, area = self._theme.tokens, self.area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_axes(painter)
        painter.setOpacity(0.6 if self.stale else 1.0)
        painter.setPen(QPen(QColor(tokens.control), 1, Qt.PenStyle.DashLine))
        painter.drawLine(self.place(0, 0), self.place(1, 1))
        if self.curve is not None and math.isfinite(self.curve.area):
            painter.setPen(QPen(QColor(tokens.train), 2))
            places = self.places(self.curve.false_positives, self.curve.true_positives)
            painter.drawPolyline(QPolygonF([QPointF(*p) for p in places[_corners(places)].tolist()]))
            painter.setFont(self._theme.font(Role.METRIC))
            painter.setPen(QColor(tokens.text))
            painter.drawText(area.adjusted(0, 0, -6, -4), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, self.said)
            if self._at is not None:
                painter.setPen(QPen(QColor(tokens.surface), 1.5))
                painter.setBrush(QColor(tokens.accent))
                painter.drawEllipse(self.place(self._at.false_positives, self._at.recall), 5, 5)
        painter.end()


class AnswerSpread(Scatter):
    """How many answers of either class lie where between the two, in steps of a fortieth; small numbers are seen beside large ones."""

    threshold_moved = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("answerSpread")
        self.setAccessibleName(self.tr("Answers by true class, with the threshold between them"))
        self.setToolTip(self.tr("Drag the line, or press the arrow keys: above the threshold an answer is taken for the second class."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.grow_with_text(140, 56)
        self.x_range = (0.0, 1.0)
        self._names, self._title = ("", ""), ""
        self.counts: tuple[Array, Array] | None = None
        self.threshold = HALF
        self.stale = False

    def show_classes(self, minus: str, plus: str, *, probabilities: bool) -> None:
        self._names = minus, plus
        title = self.tr("probability of {plus}") if probabilities else self.tr("answer, from {minus} to {plus}")
        self._title = title.format(minus=minus, plus=plus)
        self.update()

    def show_scores(self, scores: Floats | None, truth: Array | None) -> None:
        """What lies outside of 0 to 1 is counted at the ends."""
        self.counts = None
        if scores is not None and truth is not None:
            known = np.isfinite(scores)
            inside, plus = np.clip(scores[known], 0, 1), truth[known] == 1
            self.counts = np.histogram(inside[~plus], BINS, (0, 1))[0], np.histogram(inside[plus], BINS, (0, 1))[0]
            self.y_range = 0.0, max(1.0, *(float(part.max()) for part in self.counts))
        self.update()

    def set_threshold(self, value: float) -> None:
        """Put the line elsewhere; `threshold_moved` is not emitted."""
        self.threshold = min(max(value, 0.0), 1.0)
        self.setAccessibleDescription(self.tr("Threshold {value}").format(value=f"{self.threshold:.2f}"))
        self.update()

    def area(self) -> QRectF:
        """Where there is little room, what it has for the title below the axis."""
        small = self.height() < LOW * self._theme.zoom
        self.x_title = "" if small else self._title
        room = QFontMetricsF(self._theme.font(Role.CAPTION)).height() if small else 0.0
        return super().area().adjusted(0, 0, 0, room)

    def _draw_count_axis(self, painter: QPainter, most: float) -> None:
        """Powers of ten: the scale is logarithmic."""
        tokens, area = self._theme.tokens, self.area()
        painter.setFont(self._theme.font(Role.AXIS))
        height = QFontMetricsF(painter.font()).height()
        above = -math.inf
        for power in range(math.floor(math.log10(most)), -1, -1):
            y = area.bottom() - area.height() * _share(10.0**power, most)
            if not area.top() <= y or y - above < height:
                continue
            above = y
            painter.setPen(QPen(QColor(tokens.grid), 1))
            painter.drawLine(QPointF(area.left(), round(y) + 0.5), QPointF(area.right(), round(y) + 0.5))
            painter.setPen(QColor(tokens.faint))
            box = QRectF(0, y - height / 2, area.left() - 6, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick_text(10.0**power))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, area = self._theme.tokens, self.area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_axes(painter, values=False)
        if self.counts is not None:
            most = self.y_range[1]
            self._draw_count_axis(painter, most)
            painter.setOpacity(0.6 if self.stale else 1.0)
            step = area.width() / BINS
            for part, token, shift in zip(self.counts, ("neg", "pos"), (0.0, 0.5), strict=True):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.color(token))
                for i in np.flatnonzero(part).tolist():
                    high = area.height() * _share(float(part[i]), most)
                    painter.drawRect(QRectF(area.left() + (i + shift) * step + 0.5, area.bottom() - high, step / 2 - 0.5, high))
        painter.setOpacity(1)
        self._draw_legend(painter)
        x = area.left() + self.threshold * area.width()
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.drawLine(QPointF(x, area.top() - 3), QPointF(x, area.bottom()))
        painter.setBrush(QColor(tokens.accent))
        painter.drawEllipse(QPointF(x, area.top() - 3), 5 if self.hasFocus() else 4, 5 if self.hasFocus() else 4)
        painter.end()

    def _draw_legend(self, painter: QPainter) -> None:
        """Which colour is which class, above the plot."""
        tokens, area = self._theme.tokens, self.area()
        painter.setFont(self._theme.font(Role.CAPTION))
        metrics = QFontMetricsF(painter.font())
        totals = ("", "") if self.counts is None else tuple(count(int(part.sum())) for part in self.counts)
        texts = [f"{name} {total}".strip() for name, total in zip(self._names, totals, strict=True)]
        wide = area.width() / 2
        for i, text in enumerate(texts):
            line = QRectF(area.left() + i * wide, 0, wide, metrics.height())
            painter.setPen(QPen(QColor(tokens.surface), 1))
            painter.setBrush(QColor(tokens.pos if i else tokens.neg))
            draw_marker(painter, QPointF(line.left() + 5, line.center().y()), 4, plus=i == 1)
            painter.setPen(QColor(tokens.text))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, wide - 14)
            painter.drawText(line.adjusted(14, 0, 0, 0), Qt.AlignmentFlag.AlignLeft, shown)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            area = self.area()
            self._move((event.position().x() - area.left()) / area.width())

    mouseMoveEvent = mousePressEvent

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in KEYS:
            wide = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._move(self.threshold + KEYS[key] * (COARSE if wide else FINE))
        elif key is Qt.Key.Key_Home:
            self._move(HALF)
        else:
            super().keyPressEvent(event)

    def _move(self, value: float) -> None:
        before = self.threshold
        self.set_threshold(round(value, 2))
        if self.threshold != before:
            self.threshold_moved.emit(self.threshold)


class Threshold:
    """The answers to two classes: curve, spread and numbers of the same scores at the same threshold."""

    def __init__(self, theme: Theme) -> None:
        self.curve, self.spread = RocCurve(theme), AnswerSpread(theme)
        self.numbers = Sentence()
        self.numbers.setObjectName("thresholdNumbers")
        self.numbers.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.use_font(self.numbers, Role.HELPER, tabular=True)
        self.right = QWidget()
        self.right.setMinimumWidth(140)
        column = QVBoxLayout(self.right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.spread, 1)
        column.addWidget(self.numbers)
        self._scores: Floats | None = None
        self._truth: Array | None = None
        self._roc: Roc | None = None
        self.spread.threshold_moved.connect(lambda _value: self._show_threshold())
        self.moved = self.spread.threshold_moved

    def show_reading(self, reading: Reading) -> None:
        if len(reading.classes) == 2:
            self.curve.show_classes(*reading.classes)
            self.spread.show_classes(*reading.classes, probabilities=reading.has_probabilities)

    def show_examination(self, examination: Examination | None, reading: Reading) -> None:
        self._scores = self._truth = self._roc = None
        if examination is not None and len(reading.classes) == 2:
            self._scores, self._truth = plus_scores(reading, examination.outputs), examination.truth
            self._roc = roc(self._scores, self._truth)
        self.spread.show_scores(self._scores, self._truth)
        self._show_threshold()

    def table(self) -> Table:
        """The curve's corners."""
        assert self._roc is not None
        columns = self._roc.thresholds, self._roc.false_positives, self._roc.true_positives
        return Table(("threshold", "false_positive_rate", "true_positive_rate"), list(zip(*(c.tolist() for c in columns), strict=True)))

    def set_stale(self, *, stale: bool) -> None:
        for plot in (self.curve, self.spread):
            if plot.stale != stale:
                plot.stale = stale
                plot.update()

    def _show_threshold(self) -> None:
        at, text = None, ""
        if self._scores is not None and self._truth is not None:
            at = at_threshold(self._scores, self._truth, self.spread.threshold)
            tr = self.numbers.tr
            parts = ((tr("accuracy"), at.accuracy), (tr("precision"), at.precision), (tr("recall"), at.recall))
            text = unbroken([f"{name} {percent(value)}" for name, value in parts], "   ")
        self.curve.show_curve(self._roc, at)
        self.numbers.setText(text)


def _share(value: float, most: float) -> float:
    """How high a count stands: logarithmic, from nothing to a little below the top."""
    return 0.94 * math.log1p(value) / math.log1p(most)


def _corners(places: Array) -> Array:
    """Which points of a long curve are drawn."""
    return np.unique(np.linspace(0, len(places) - 1, min(len(places), MOST_CORNERS)).astype(np.intp))
