"""Regression seen: predicted against true values, and for one input the fitted line itself."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnplayground.core.facts import DataFacts
from nnplayground.data.dataset import Affine, Dataset, Part
from nnplayground.engine.answers import Array, Floats, values
from nnplayground.ui.theme.numbers import number, signed
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.markers import card, marker_stamp, stamp_all
from nnplayground.ui.views.scatter import Scatter, padded

FIT_POINTS = 60
LINE = (2.0, -1.0)
"""w and b of the line that the built-in points were made with."""
LONGEST_TRACE = 1_000
MOST_SHOWN = 1_000
"""Samples of each part that are drawn beside a fitted line; more would only cover each other."""


def _is_plain(scaler: Affine) -> bool:
    return bool(np.all(np.asarray(scaler.scale) == 1) and np.all(np.asarray(scaler.offset) == 0))


class PredictedAgainstTrue(Scatter):
    """One point for each test sample, in the target's unit; on the diagonal the network is right."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("regressionPlot")
        self.setAccessibleName(self.tr("Predicted against true values"))
        self._dataset: Dataset | None = None
        self._facts: DataFacts | None = None
        self.predicted: Floats = np.empty(0)
        self._near: int | None = None
        self.stale = False

    def show_facts(self, facts: DataFacts) -> None:
        self._facts = facts
        unit = f", {facts.target_unit}" if facts.target_unit else ""
        self.x_title = self.tr("true {target}{unit}").format(target=facts.target_name, unit=unit)
        self.y_title = self.tr("predicted {target}{unit}").format(target=facts.target_name, unit=unit)
        self.update()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self.predicted = np.empty(0)
        if dataset is not None:
            self.x_range = self.y_range = padded(dataset.test.y)
        self.update()

    def show_answers(self, outputs: Array | None) -> None:
        """The network's outputs for the first test samples, (n, 1), still scaled."""
        self._near = None
        if outputs is None or self._dataset is None:
            self.predicted = np.empty(0)
        else:
            self.predicted = values(outputs, self._dataset.target_scaler)
        self.update()

    def set_stale(self, stale: bool) -> None:
        if stale != self.stale:
            self.stale = stale
            self.update()

    def read_out(self, index: int) -> str:
        """One test sample in words."""
        assert self._dataset is not None
        true, predicted = float(self._dataset.test.y[index]), float(self.predicted[index])
        return self.tr("true {true}\npredicted {predicted}\nerror {error}").format(
            true=number(true), predicted=number(predicted), error=signed(predicted - true)
        )

    def why_empty(self) -> str:
        """What is said while there is no point."""
        if len(self.predicted):
            return self.tr("The network's answers are not numbers any more: the run has diverged.")
        return self.tr("Train first; then each test sample is a point.")

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_axes(painter)
        area = self.area()
        painter.setPen(QPen(QColor(tokens.control), 1, Qt.PenStyle.DashLine))
        painter.drawLine(area.bottomLeft(), area.topRight())
        if self._dataset is None or not np.isfinite(self.predicted).any():
            painter.setPen(QColor(tokens.muted))
            painter.setFont(self._theme.font(Role.HELPER))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.why_empty())
            painter.end()
            return
        painter.setOpacity(0.6 if self.stale else 1.0)
        # What lies outside is put on the edge, as an arrow that points there: a wild guess must not vanish.
        known = ~np.isnan(self.predicted)
        guesses, shown = self.predicted[known], np.clip(self.predicted, *self.y_range)
        beyond = shown[known] != guesses
        places = self.places(self._dataset.test.y[: len(shown)].astype(np.float64)[known], shown[known])
        stamp = marker_stamp(tokens.test, tokens.surface, 3.4 * self._theme.zoom, self.devicePixelRatioF(), plus=True)
        stamp_all(painter, stamp, places[~beyond])
        painter.setPen(QPen(QColor(tokens.test), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        size = 4 * self._theme.zoom
        for (x, y), up in zip(places[beyond], (guesses > shown[known])[beyond], strict=True):
            tip = -size if up else size
            painter.drawPolygon(QPolygonF([QPointF(x - size, y - tip), QPointF(x + size, y - tip), QPointF(x, y + tip)]))
        if self._near is not None and self._near < len(shown):
            painter.setOpacity(1)
            self._draw_read_out(painter, self._near, float(shown[self._near]))
        painter.end()

    def _draw_read_out(self, painter: QPainter, index: int, shown: float) -> None:
        assert self._dataset is not None
        tokens, area = self._theme.tokens, self.area()
        at = self.place(float(self._dataset.test.y[index]), shown)
        painter.setPen(QPen(QColor(tokens.text), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 6, 6)
        painter.setFont(self._theme.font(Role.SECTION, weight=500, tabular=True))
        metrics = QFontMetricsF(painter.font())
        lines = self.read_out(index).split("\n")
        box = QRectF(0, 0, max(metrics.horizontalAdvance(t) for t in lines) + 16, metrics.height() * len(lines) + 8)
        # The corners away from the diagonal are free.
        box.moveTo(area.left() + 6, area.top() + 2)
        if box.adjusted(-8, -8, 8, 8).contains(at):
            box.moveTo(area.right() - box.width() - 4, area.bottom() - box.height() - 4)
        card(painter, box, fill=QColor(tokens.raised), edge=QColor(tokens.border))
        painter.setPen(QColor(tokens.text))
        for i, line in enumerate(lines):
            painter.drawText(QPointF(box.left() + 8, box.top() + 4 + metrics.ascent() + i * metrics.height()), line)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = None
        if self._dataset is not None and len(self.predicted):
            x = self._dataset.test.y[: len(self.predicted)].astype(np.float64)
            y = np.nan_to_num(np.clip(self.predicted, *self.y_range), nan=-1e9)
            places = self.places(x, y)
            distance = np.hypot(places[:, 0] - event.position().x(), places[:, 1] - event.position().y())
            nearest = int(distance.argmin())
            near = nearest if distance[nearest] < 12 else None
        if near != self._near:
            self._near = near
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._near = None
        self.update()


class FittedLine(Scatter):
    """For data with one input: the points, and the network's answers as a line through them."""

    traced = Signal()
    """The parameters are others, or there are none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("fittedLine")
        self.setAccessibleName(self.tr("Fitted line"))
        self._dataset: Dataset | None = None
        self.fitted: Floats = np.empty(0)
        self.formula = ""
        self.trace: list[tuple[float, float, float]] = []
        """Epoch, w and b, as the network had them; only of a single neuron with one input."""
        self.goal: tuple[float, ...] = ()
        """What w and b should become, where that is known."""
        self.residuals = self.stale = False

    def show_facts(self, facts: DataFacts) -> None:
        self.x_title, self.y_title = facts.input_names[0] if facts.input_names else "x", facts.target_name
        self.update()

    def show_dataset(self, dataset: Dataset | None) -> None:
        if dataset is not None and dataset.facts.input_shape != (1,):
            dataset = None  # another view's
        self._dataset = dataset
        self.fitted, self.formula = np.empty(0), ""
        self._forget()
        self.goal = ()
        if dataset is not None:
            plain = _is_plain(dataset.scaler) and _is_plain(dataset.target_scaler)
            self.goal = LINE if dataset.facts.name == "line" and plain else ()
            self.x_range = padded(np.concatenate([dataset.train.array[:, 0], dataset.test.array[:, 0]]))
            self.y_range = padded(np.concatenate([dataset.train.y, dataset.test.y]))
        self.update()

    def inputs(self) -> Array | None:
        """The places at which the network is asked, (n, 1), as stored."""
        if self._dataset is None:
            return None
        return np.linspace(*self.x_range, FIT_POINTS, dtype=np.float32)[:, None]

    def show_answers(self, outputs: Array | None, weights: tuple[tuple[Array, ...], ...], epoch: float = 0.0) -> None:
        """The outputs at `inputs()`, and every layer's weights: with a single neuron they are the line's formula."""
        dataset = self._dataset
        fits = outputs is not None and dataset is not None and len(outputs) == FIT_POINTS
        self.fitted = values(outputs, dataset.target_scaler) if fits and outputs is not None and dataset is not None else np.empty(0)
        self.formula = ""
        own = [arrays for arrays in weights if arrays]
        if outputs is None:
            self._forget()
        elif len(own) == 1 and own[0][0].shape == (1, 1):
            w, b = float(own[0][0][0, 0]), float(own[0][1][0]) if len(own[0]) > 1 else 0.0
            self._note(epoch, w, b)
            if len(self.fitted):
                self.formula = self._formula()
        self.update()

    def _formula(self) -> str:
        """The line in the data's own units, if it is one."""
        if not np.isfinite(self.fitted).all():
            return ""
        x = np.linspace(*self.x_range, FIT_POINTS)
        slope = (self.fitted[-1] - self.fitted[0]) / (x[-1] - x[0])
        height = self.fitted[0] - slope * x[0]
        span = float(np.ptp(self.fitted)) or 1.0
        if not np.allclose(self.fitted, slope * x + height, rtol=1e-3, atol=1e-3 * span):
            return ""
        if abs(height) < 1e-6 * span:  # what rounding has left of none, as before the first epoch
            height = 0.0
        sign = "\N{MINUS SIGN}" if height < 0 else "+"
        return f"{self.y_title} = {number(slope)} {self.x_title} {sign} {number(abs(height))}"

    def _note(self, epoch: float, w: float, b: float) -> None:
        while self.trace and self.trace[-1][0] >= epoch:
            self.trace.pop()
        self.trace.append((epoch, w, b))
        if len(self.trace) > LONGEST_TRACE:
            self.trace = [*self.trace[:-1:2], self.trace[-1]]
        self.traced.emit()

    def _forget(self) -> None:
        self.trace = []
        self.traced.emit()

    def set_residuals(self, on: bool) -> None:
        """Show, or hide, how far each point is from the line."""
        self.residuals = on
        self.update()

    def residual_ends(self, part: Part) -> tuple[Floats, Floats, Floats]:
        """For points of a part: where they lie, and the line above or below each, as it is drawn."""
        x, y = (np.asarray(v[:MOST_SHOWN], np.float64) for v in (part.array[:, 0], part.y))
        return x, y, np.interp(x, np.linspace(*self.x_range, FIT_POINTS), self.fitted)

    def set_stale(self, stale: bool) -> None:
        if stale != self.stale:
            self.stale = stale
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw_axes(painter)
        area = self.area()
        if self._dataset is None:
            painter.end()
            return
        if len(self.fitted):
            painter.save()
            painter.setClipRect(area)
            painter.setOpacity(0.6 if self.stale else 1.0)
            painter.setPen(QPen(QColor(tokens.pos), 2))
            x = np.linspace(*self.x_range, FIT_POINTS)
            painter.drawPolyline(QPolygonF([QPointF(*p) for p in self.places(x, self.fitted).tolist()]))
            if self.residuals:
                self._draw_residuals(painter)
            painter.restore()
        ratio, radius = self.devicePixelRatioF(), 4 * self._theme.zoom
        for part, colour, ring in ((self._dataset.test, tokens.test, True), (self._dataset.train, tokens.train, False)):
            stamp = marker_stamp(colour, tokens.surface, radius, ratio, plus=True, ring=ring)
            x, y = part.array[:MOST_SHOWN, 0], part.y[:MOST_SHOWN]
            stamp_all(painter, stamp, self.places(x.astype(np.float64), y.astype(np.float64)))
        if self.formula:
            painter.setFont(self._theme.font(Role.METRIC))
            painter.setPen(QColor(tokens.text))
            painter.drawText(area.adjusted(10, 4, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self.formula)
        painter.end()

    def _draw_residuals(self, painter: QPainter) -> None:
        assert self._dataset is not None
        tokens = self._theme.tokens
        for part, colour in ((self._dataset.test, tokens.test), (self._dataset.train, tokens.train)):
            painter.setPen(QPen(QColor(colour), 1))
            x, y, line = self.residual_ends(part)
            known = np.isfinite(line)
            ends = np.hstack([self.places(x[known], y[known]), self.places(x[known], line[known])])
            painter.drawLines([QLineF(*four) for four in ends.tolist()])
