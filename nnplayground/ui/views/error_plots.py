"""How far off a regression is: against what it predicts, how often how far, and in three numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from nnplayground.core.facts import DataFacts
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Examination, Floats
from nnplayground.engine.scores import Fit, fit
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.sentence import Sentence, unbroken
from nnplayground.ui.theme.numbers import count, measured, number, signed
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.markers import marker_stamp, stamp_all
from nnplayground.ui.views.regression import PredictedAgainstTrue
from nnplayground.ui.views.scatter import Scatter, padded

BINS = 30
NEAR = 12
"""Pixels from a point within which the mouse means it."""
NARROWEST = 130
"""Pixels, at the usual size of text, that a plot beside others has at least."""
MOST_POINTS = 3_000
"""Samples that are drawn: more would only cover each other."""


class ErrorPlot(Scatter):
    """Each test sample's error, predicted minus true, against what was predicted. A click chooses a sample."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("errorPlot")
        self.setAccessibleName(self.tr("Errors against predicted values"))
        self.grow_with_text(120, 90)
        self.predicted: Floats = np.empty(0)
        self.errors: Floats = np.empty(0)
        self._near: int | None = None
        self.stale = False

    def show_facts(self, facts: DataFacts) -> None:
        unit = f", {facts.target_unit}" if facts.target_unit else ""
        self.x_title = self.tr("predicted {target}{unit}").format(target=facts.target_name, unit=unit)
        self.y_title = self.tr("error{unit}").format(unit=unit)
        self.update()

    def show_errors(self, predicted: Floats, errors: Floats) -> None:
        self._near = None
        self.predicted, self.errors = predicted, errors
        self.x_range, self.y_range = padded(predicted), padded(np.append(errors, 0.0))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, area = self._theme.tokens, self.area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_axes(painter)
        zero = self.place(self.x_range[0], 0).y()
        painter.setPen(QPen(QColor(tokens.control), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        painter.setOpacity(0.6 if self.stale else 1.0)
        stamp = marker_stamp(tokens.test, tokens.surface, 3.2 * self._theme.zoom, self.devicePixelRatioF(), plus=True)
        stamp_all(painter, stamp, self.places(self.predicted[:MOST_POINTS], self.errors[:MOST_POINTS]))
        if self._near is not None and self._near < len(self.errors):
            painter.setOpacity(1)
            painter.setPen(QPen(QColor(tokens.text), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self.place(float(self.predicted[self._near]), float(self.errors[self._near])), 6, 6)
        painter.end()

    def read_out(self, index: int) -> str:
        """One sample in words."""
        predicted, error = float(self.predicted[index]), float(self.errors[index])
        return self.tr("Test sample {number}: predicted {predicted}, true {true}, error {error}").format(
            number=count(index + 1), predicted=number(predicted), true=number(predicted - error), error=signed(error)
        )

    def _sample_at(self, at: QPointF) -> int | None:
        known = np.flatnonzero(np.isfinite(self.predicted[:MOST_POINTS]) & np.isfinite(self.errors[:MOST_POINTS]))
        if not len(known):
            return None
        places = self.places(self.predicted[known], self.errors[known])
        distance = np.hypot(places[:, 0] - at.x(), places[:, 1] - at.y())
        nearest = int(distance.argmin())
        return int(known[nearest]) if distance[nearest] < NEAR else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self._sample_at(event.position())
        if near != self._near:
            self._near = near
            self.setToolTip("" if near is None else plain_tip(self.read_out(near)))
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and (near := self._sample_at(event.position())) is not None:
            self.chosen.emit(near)

    def leaveEvent(self, event: QEvent) -> None:
        self._near = None
        self.update()


class ErrorSpread(Scatter):
    """How many test samples are how far off."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("errorSpread")
        self.setAccessibleName(self.tr("Histogram of the errors"))
        self.grow_with_text(120, 90)
        self.y_title = self.tr("samples")
        self.counts: NDArray[np.int64] = np.zeros(0, np.int64)
        self.edges: Floats = np.linspace(0, 1, BINS + 1)
        self._near: int | None = None
        self.stale = False

    def show_facts(self, facts: DataFacts) -> None:
        self.x_title = self.tr("error, {unit}").format(unit=facts.target_unit) if facts.target_unit else self.tr("error")
        self.update()

    def show_errors(self, errors: Floats) -> None:
        finite = errors[np.isfinite(errors)]
        most = float(np.abs(finite).max(initial=0.0)) or 1.0
        self.counts, self.edges = np.histogram(finite, BINS, (-most, most))
        self.x_range, self.y_range = (-most, most), (0.0, float(self.counts.max(initial=1)) * 1.06)
        self.update()

    def _bar(self, i: int) -> QRectF:
        left, right = (self.place(float(self.edges[k]), 0).x() for k in (i, i + 1))
        top = self.place(0, float(self.counts[i])).y()
        return QRectF(left + 0.5, top, max(right - left - 1, 0.5), self.area().bottom() - top)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, area = self._theme.tokens, self.area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_axes(painter)
        painter.setOpacity(0.6 if self.stale else 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        for i in np.flatnonzero(self.counts).tolist():
            painter.setBrush(QColor(tokens.text if i == self._near else tokens.test))
            painter.drawRect(self._bar(i))
        painter.setPen(QPen(QColor(tokens.control), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(self.place(0, 0).x(), area.top()), QPointF(self.place(0, 0).x(), area.bottom()))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self.area()
        near = int((event.position().x() - area.left()) / max(area.width(), 1) * BINS) if area.contains(event.position()) else None
        if near != self._near:
            self._near = near if near is not None and near < len(self.counts) else None
            self.setToolTip("" if self._near is None else self.read_out(self._near))
            self.update()

    def read_out(self, i: int) -> str:
        """One bar in words."""
        low, high = (signed(float(self.edges[k])) for k in (i, i + 1))
        return self.tr("{n} samples with errors from {low} to {high}").format(n=count(int(self.counts[i])), low=low, high=high)

    def leaveEvent(self, event: QEvent) -> None:
        self._near = None
        self.update()


class Errors(QWidget):
    """Three plots below three numbers: side by side, or where it is too narrow for that one below the other."""

    chosen = Signal(int)
    """A test sample."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.changed.connect(self._fit)
        self.against, self.plot, self.spread = PredictedAgainstTrue(theme), ErrorPlot(theme), ErrorSpread(theme)
        self.against.setObjectName("errorsAgainst")  # the Output has one, too
        self.against.grow_with_text(120, 90)
        self.plot.chosen.connect(self.chosen)
        self.numbers = Sentence()
        self.numbers.setObjectName("fitNumbers")
        self.numbers.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.use_font(self.numbers, Role.HELPER, weight=500, tabular=True)
        self._facts: DataFacts | None = None
        self.fit: Fit | None = None
        self._plots = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._plots.setSpacing(16)
        for plot in (self.against, self.plot, self.spread):
            self._plots.addWidget(plot, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.numbers)
        column.addLayout(self._plots, 1)

    def minimumSizeHint(self) -> QSize:
        """As wide as one plot: the others go below it."""
        return QSize(self.against.minimumWidth(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        beside = self.width() >= 3 * self._theme.pixels(NARROWEST) + 2 * self._plots.spacing()
        self._plots.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def show_facts(self, facts: DataFacts) -> None:
        if facts != self._facts:
            self._facts = facts
            self.against.show_facts(facts)
            self.plot.show_facts(facts)
            self.spread.show_facts(facts)

    def show_dataset(self, dataset: Dataset | None) -> None:
        self.against.show_dataset(dataset)

    def show_examination(self, examination: Examination | None) -> None:
        if examination is None:
            self.fit = None
            self.numbers.clear()
            self.against.show_answers(None)
            return
        answers, truth = examination.answers.astype(np.float64), examination.truth.astype(np.float64)
        self.fit = fit(answers, truth)
        self.against.show_answers(examination.outputs)
        self.plot.show_errors(answers, answers - truth)
        self.spread.show_errors(answers - truth)
        unit = self._facts.target_unit if self._facts is not None else ""
        samples = self.tr("1 test sample") if len(truth) == 1 else self.tr("{n} test samples").format(n=count(len(truth)))
        parts = (self._told_r2(truth), f"MAE {measured(self.fit.mae, unit)}", f"RMSE {measured(self.fit.rmse, unit)}", samples)
        self.numbers.setText(unbroken(parts, "     "))

    def _told_r2(self, truth: Floats) -> str:
        """R² compares with how far the right answers are apart: where they are not it has nothing to say."""
        assert self.fit is not None
        if len(truth) < 2:
            return self.tr("R² needs two samples")
        if (truth == truth[0]).all():
            return self.tr("R² needs right answers that differ")
        return self.tr("R² {r2}").format(r2=number(self.fit.r2))

    def set_stale(self, stale: bool) -> None:
        self.against.set_stale(stale)
        for plot in (self.plot, self.spread):
            if plot.stale != stale:
                plot.stale = stale
                plot.update()

    @staticmethod
    def table(examination: Examination) -> Table:
        """Every test sample."""
        off = examination.answers.astype(np.float64) - examination.truth
        columns = (range(len(off)), examination.truth.tolist(), examination.answers.tolist(), off.tolist())
        return Table(("sample", "true", "predicted", "error"), list(zip(*columns, strict=True)))
