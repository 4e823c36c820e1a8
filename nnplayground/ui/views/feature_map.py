"""A plane through samples of many features: two of them vary, the others are held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from nnplayground.core.data_spec import DataSpec
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.data.row_features import RowFeature, number_range, row_features, start_row
from nnplayground.engine.answers import Array, Floats, values
from nnplayground.engine.probes import Plane
from nnplayground.ui.theme.numbers import number, percent
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.decision_map import MOST_POINTS, DecisionMap
from nnplayground.ui.views.frame import Frame, Range
from nnplayground.ui.views.output_tables import plane_table
from nnplayground.ui.views.ticks import linear_ticks

MOST_FEATURES = 100
ROOM = 0.03
"""Around the values that an axis has in the training set, as a share of their range."""
FAINTEST = 0.12
TICKS = 5


class FeatureMap(DecisionMap):
    """A decision map over two features of a table. Points are the paler the further they are from what the others are held at."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setObjectName("featureMap")
        self.setAccessibleName(self.tr("Decision map of two features"))
        self.features: tuple[RowFeature, ...] = ()
        """Those that can be an axis: numbers."""
        self.axes = 0, 1
        """Which of `features` are across and up."""
        self.row: NDArray[np.float32] | None = None
        """(width,): where everything else is held, and the place that is asked about; None without data."""
        self._ranges: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self._centre, self._half = 0.0, 1.0
        self._spread: Floats = np.ones(0)

    # ---- what is shown

    def show_data(self, data: DataSpec, dataset: Dataset | None) -> None:
        """Another data set begins with its first two features, the others in the middle."""
        before = [f.name for f in self.features]
        if dataset is not None and not is_table(dataset):
            dataset = None
        found = row_features(data, dataset) if dataset is not None else ()
        self.features = tuple(f for f in found if not f.words)
        self.row = start_row(data, dataset, found) if dataset is not None else None
        if before != [f.name for f in self.features]:
            self.axes = 0, 1
        if dataset is not None:
            train = dataset.train.array.astype(np.float64)
            self._spread = np.maximum(np.nan_to_num(train.std(axis=0)), 1e-9) if len(train) else np.ones(train.shape[1])
            answers = dataset.train.y.astype(np.float64)
            if self._reading.is_regression and len(answers):
                low, high = float(np.nanmin(answers)), float(np.nanmax(answers))
                self._centre, self._half = (low + high) / 2, (high - low) / 2 or 1.0
        self._outputs = None
        self.show_dataset(dataset)
        self._renew()

    def choose(self, across: int, up: int) -> None:
        """Let two other features vary; their places among `features`."""
        if (across, up) != self.axes:
            self.axes = across, up
            self.show_outputs(None)
            self._renew()

    def hold(self, row: NDArray[np.float32]) -> None:
        """Hold everything else as in this sample (width,), and mark its own place."""
        if self.row is not None and row.shape == self.row.shape and not np.array_equal(row, self.row):
            self.row = row
            self._points = None
            self._show_mark()

    def plane(self) -> Plane | None:
        """What the network is asked for; None where there is no plane."""
        if self.row is None or len(self.features) < 2 or not np.isfinite(self.row).all():
            return None
        (x, y), (x_range, y_range) = self.columns, self._ranges
        held = self.row.copy()
        held[[x, y]] = 0  # they vary, so it makes no other plane
        return Plane(x, y, x_range, y_range, tuple(held.tolist()))

    @property
    def columns(self) -> tuple[int, int]:
        """The columns of a sample that are across and up."""
        across, up = self.axes
        return self.features[across].column, self.features[up].column

    def names(self) -> tuple[str, str]:
        """What the axes are called, with their units."""
        across, up = (f"{f.name}, {f.unit}" if f.unit else f.name for f in (self.features[i] for i in self.axes))
        return across, up

    def table(self) -> Callable[[], Table] | None:
        """What gives the map as numbers, point by point; None while there is no map."""
        if self._outputs is None or self._dataset is None or len(self.features) < 2:
            return None
        across, up = (self.features[i].name for i in self.axes)
        return partial(plane_table, self._outputs, self._ranges, (across, up), self._reading, self._dataset)

    def _renew(self) -> None:
        if self._dataset is not None and len(self.features) > 1:
            limits = [number_range(self._dataset, column) for column in self.columns]
            room = [(r.high - r.low) * ROOM for r in limits]
            self._ranges = tuple((r.low - more, r.high + more) for r, more in zip(limits, room, strict=True))  # type: ignore[assignment]
        self._points = None
        self._show_mark()
        self._remake_map()

    def _show_mark(self) -> None:
        place = self.row[list(self.columns)] if self.row is not None and len(self.features) > 1 else np.full(2, np.nan)
        self._mark = (float(place[0]), float(place[1])) if np.isfinite(place).all() else None
        self.update()

    # ---- what is otherwise than on a plane of two

    def ranges(self) -> tuple[Range, Range]:
        return self._ranges

    def _ticks(self) -> tuple[Sequence[float], Sequence[float]]:
        across, up = self._ranges
        return linear_ticks(*across, most=TICKS), linear_ticks(*up, most=TICKS)

    def _told_place(self, x: float, y: float) -> str:
        if len(self.features) < 2:
            return ""
        across, up = (self.features[i].name for i in self.axes)
        return f"{across} {number(x)}\n{up} {number(y)}"

    def _told_output(self, value: float) -> str:
        if self._reading.is_regression and self._facts is not None:
            told = number(float(self._values(np.array([[value]]))[0]))
            return " ".join(part for part in (self._facts.target_name, told, self._facts.target_unit) if part)
        output = np.array([value])
        return f"{self._class_name(int(self._reading.chosen(output)))}  {percent(float(self._reading.confidence(output)))}"

    def _values(self, outputs: Array) -> Floats:
        """Outputs (…, 1) in the data's own unit, (…)."""
        if self._dataset is None:
            return np.asarray(outputs[..., 0], np.float64)
        return values(outputs, self._dataset.target_scaler)

    def _signed(self, outputs: Array) -> Floats:
        if not self._reading.is_regression:
            return super()._signed(outputs)
        return np.asarray(np.clip((self._values(outputs) - self._centre) / self._half, -1, 1))

    @property
    def _has_border(self) -> bool:
        return not self._reading.is_regression

    def _legend_texts(self) -> tuple[str, str, str]:
        if not self._reading.is_regression:
            return super()._legend_texts()
        low, high = number(self._centre - self._half), number(self._centre + self._half)
        unit = self._facts.target_unit if self._facts is not None else ""
        metrics = QFontMetricsF(self._theme.font(Role.CAPTION))
        room = self.frame().area.width() - 2 * max(map(metrics.horizontalAdvance, (low, high))) - 16
        return low, unit if unit and metrics.horizontalAdvance(unit) <= room else number(self._centre), high

    def _parts(self) -> Iterator[tuple[Array, Array, Array | None, bool]]:
        data = self._dataset
        if data is None or len(self.features) < 2:
            return
        for part, ring in ((data.test, True), (data.train, False)):
            if ring and not self.show_test:
                continue
            x, y = part.array[:MOST_POINTS], np.asarray(part.y[:MOST_POINTS])
            if self._reading.is_regression:
                y = (y - self._centre) / self._half * self._reading.largest
            yield x[:, list(self.columns)], y, self._strengths(x), ring

    def _strengths(self, x: Array) -> Array | None:
        """How near samples (n, width) are in everything that is held, from `FAINTEST` to 1."""
        if self.row is None or x.shape[1] == 2:
            return None
        off = np.delete((x.astype(np.float64) - self.row) / self._spread, self.columns, axis=1)
        return np.clip(np.exp(-np.nan_to_num(off**2, nan=9.0).mean(axis=1)), FAINTEST, 1.0)

    def _draw_legend(self, painter: QPainter, frame: Frame) -> None:
        super()._draw_legend(painter, frame)
        if len(self.features) > 1:
            self._draw_names(painter, frame)

    def _draw_names(self, painter: QPainter, frame: Frame) -> None:
        """The axes' names on the map itself: across at its end, up at its top."""
        across, up = self.names()
        painter.setFont(self._theme.font(Role.CAPTION))
        metrics, area, tokens = QFontMetricsF(painter.font()), frame.area, self._theme.tokens
        for text, at_right in ((f"{across} →", True), (f"↑ {up}", False)):
            width = min(metrics.horizontalAdvance(text) + 8, area.width() - 8)
            box = QRectF(0, 0, width, metrics.height() + 2)
            corner = area.bottomRight() - QPointF(width + 3, box.height() + 3) if at_right else area.topLeft() + QPointF(3, 3)
            box.moveTo(corner)
            ground = QColor(tokens.surface)
            ground.setAlphaF(0.82)
            painter.fillRect(box, ground)
            painter.setPen(QColor(tokens.text))
            painter.drawText(QPointF(box.left() + 4, box.top() + 1 + metrics.ascent()), text)


def is_table(dataset: Dataset) -> bool:
    """Whether samples are rows of two to a hundred numbers, of which none is a word's number."""
    facts = dataset.facts
    return (
        len(facts.input_shape) == 1 and 2 <= facts.input_shape[0] <= MOST_FEATURES and not facts.words and not facts.is_plane
        and isinstance(dataset.train.x, np.ndarray)
    )  # fmt: skip
