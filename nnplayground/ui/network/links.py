"""The links between neurons: curves made once for their place, drawn with one pen per sign and width.

A curve takes long to draw, and its pen seldom changes while a network trains: so the links into a column are kept as a
picture, which is drawn anew when one of them has another pen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from nnplayground.ui.theme.tokens import Tokens

Kernel = NDArray[Any]
Points = NDArray[np.float64]

WIDTHS = (1.0, 1.0, 1.8, 2.8, 4.0, 5.4)
EDGES = (0.15, 0.45, 0.9, 1.6, 2.6)
"""Weights of at least this size have the next width: a fixed scale, so that lines can be compared over time.
The thinnest two differ in opacity only: lines of one pixel are drawn several times faster than any others."""
OPACITY = (0.3, 0.6, 0.72, 0.8, 0.85, 0.88)
FADED = 0.22
MARGIN = 4.0
"""Around the curves, for their width."""
REACH = 5.0
SAMPLES = np.linspace(0.04, 0.96, 70)


@dataclass(frozen=True)
class Link:
    """One weight: from unit `source` to unit `target` of the column number `column`."""

    column: int
    source: int
    target: int


class Bundle:
    """All links into one column, from points to points, (n, 2) and (m, 2); curves are made once for a place."""

    def __init__(self, starts: Points, ends: Points, *, one_to_one: bool = False) -> None:
        self.starts, self.ends = starts, ends
        self.kernel: Kernel | None = None
        """The weights, (n, m); None while they are unknown."""
        self.flow: Kernel | None = None
        """What a sample sends along each link, weight times output, (n, m); None where no sample is followed."""
        pairs = [(i, i) for i in range(len(ends))] if one_to_one else [(i, j) for i in range(len(starts)) for j in range(len(ends))]
        self.paths = {(i, j): _curve(starts[i].tolist(), ends[j].tolist()) for i, j in pairs}
        points = np.concatenate([starts, ends])
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        self.box = QRectF(left, top, right - left, bottom - top).adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        self.picture = QPixmap()
        self.pictured: object = None
        """What `picture` was drawn of."""

    def show_kernel(self, kernel: Kernel | None) -> None:
        """Take weights, unless they are another layer's."""
        self.kernel = kernel if kernel is not None and kernel.shape == (len(self.starts), len(self.ends)) else None
        self.flow = None

    def show_flow(self, outputs: Kernel) -> None:
        """Follow a sample: the outputs (n,) of the units that the links come from."""
        if self.kernel is not None and outputs.shape == (len(self.starts),):
            self.flow = self.kernel * outputs[:, np.newaxis]


class Links:
    """Draws bundles, and finds the link under the pointer."""

    def __init__(self) -> None:
        self.bundles: dict[int, Bundle] = {}
        """By the number of the column that the links enter."""

    def weight(self, link: Link) -> float | None:
        bundle = self.bundles[link.column]
        return float(bundle.kernel[link.source, link.target]) if bundle.kernel is not None else None

    def paint(self, painter: QPainter, tokens: Tokens, *, strong: set[Link] | None = None, dim: float = 1.0) -> None:
        """Draw all links; with `strong` only those at full strength, the others faded."""
        for column, bundle in self.bundles.items():
            steps = _steps(bundle)
            if strong is None and (drawn := _picture(bundle, steps, painter, tokens, dim)) is not None:
                painter.drawPixmap(*drawn)
                continue
            faded: _Batches = {}
            full: _Batches = {}
            for (i, j), path in bundle.paths.items():
                batch = full if strong is None or Link(column, i, j) in strong else faded
                batch.setdefault((0, 0) if steps is None else steps[i][j], []).append(path)
            _paint(painter, tokens, faded, dim * FADED)
            _paint(painter, tokens, full, dim)

    def paint_chosen(self, painter: QPainter, tokens: Tokens, link: Link) -> None:
        """The link under the pointer: an edge in the text's colour around it."""
        bundle = self.bundles[link.column]
        path = bundle.paths[link.source, link.target]
        steps = _steps(bundle)
        sign, step = (0, 0) if steps is None else steps[link.source][link.target]
        width = max(WIDTHS[step], 2.4)
        painter.setPen(QPen(QColor(tokens.text), width + 3))
        painter.drawPath(path)
        painter.setPen(QPen(_colour(sign, tokens), width))
        painter.drawPath(path)

    def at(self, point: QPointF) -> Link | None:
        """The link that passes nearest to `point`, within reach."""
        best: tuple[float, Link] | None = None
        for column, bundle in self.bundles.items():
            left, right = bundle.starts[:, 0].max(), bundle.ends[:, 0].min()
            if not left < point.x() < right:
                continue
            for i, j in bundle.paths:
                distance = _distance(bundle.starts[i], bundle.ends[j], point)
                if distance <= REACH and (best is None or distance < best[0]):
                    best = distance, Link(column, i, j)
        return best[1] if best else None


_Batches = dict[tuple[int, int], list[QPainterPath]]
"""Paths by sign and width: one pen each."""
_Steps = list[list[tuple[int, int]]]


def _picture(bundle: Bundle, steps: _Steps | None, painter: QPainter, tokens: Tokens, dim: float) -> tuple[QPointF, QPixmap] | None:
    """The links as a picture for the screen, and its place; None where they must be drawn: on paper, or on an enlarged canvas."""
    device, transform = painter.device(), painter.worldTransform()
    if not isinstance(device, QWidget) or transform.isScaling() or transform.isRotating():
        return None
    ratio = device.devicePixelRatioF()
    place = transform.map(bundle.box.topLeft()) * ratio
    # On whole pixels of the screen, or it would be blurred.
    rest = QPointF(place.x() % 1.0, place.y() % 1.0) / ratio
    wanted = (steps, ratio, rest, tokens, dim)
    if bundle.pictured != wanted:
        batches: _Batches = {}
        for (i, j), path in bundle.paths.items():
            batches.setdefault((0, 0) if steps is None else steps[i][j], []).append(path)
        bundle.picture, bundle.pictured = QPixmap((bundle.box.size() * ratio).toSize() + QSize(2, 2)), wanted
        bundle.picture.setDevicePixelRatio(ratio)
        bundle.picture.fill(Qt.GlobalColor.transparent)
        inner = QPainter(bundle.picture)
        inner.setRenderHints(painter.renderHints())
        inner.translate(rest - bundle.box.topLeft())
        _paint(inner, tokens, batches, dim)
        inner.end()
    return bundle.box.topLeft() - rest, bundle.picture


def _paint(painter: QPainter, tokens: Tokens, batches: _Batches, strength: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (sign, step), paths in sorted(batches.items(), key=lambda item: item[0][1]):
        colour = _colour(sign, tokens)
        colour.setAlphaF(min(1.0, (OPACITY[step] if sign else 1.0) * strength))
        pen = QPen(colour, WIDTHS[step], Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        if sign < 0:
            pen.setDashPattern([max(7 / WIDTHS[step], 1.6), max(3.5 / WIDTHS[step], 0.8)])
        painter.setPen(pen)
        # One by one: a single path of a hundred crossing curves takes twice as long to fill.
        for path in paths:
            painter.drawPath(path)


def _colour(sign: int, tokens: Tokens) -> QColor:
    return QColor(tokens.pos if sign > 0 else tokens.neg if sign < 0 else tokens.border)


def _steps(bundle: Bundle) -> _Steps | None:
    """Sign and width of every link; None when no weights are known."""
    shown = bundle.kernel if bundle.flow is None else bundle.flow
    if shown is None:
        return None
    widths = np.digitize(np.nan_to_num(np.abs(shown)), EDGES)
    signs = np.where(np.nan_to_num(shown) < 0, -1, 1)
    return [list(zip(s, w, strict=True)) for s, w in zip(signs.tolist(), widths.tolist(), strict=True)]


def _curve(start: list[float], end: list[float]) -> QPainterPath:
    (x1, y1), (x2, y2) = start, end
    bend = (x2 - x1) * 0.5
    path = QPainterPath(QPointF(x1, y1))
    path.cubicTo(x1 + bend, y1, x2 - bend, y2, x2, y2)
    return path


def _distance(start: Points, end: Points, point: QPointF) -> float:
    t = SAMPLES
    middle = (start[0] + end[0]) / 2
    x = (1 - t) ** 3 * start[0] + 3 * (1 - t) ** 2 * t * middle + 3 * (1 - t) * t**2 * middle + t**3 * end[0]
    y = ((1 - t) ** 3 + 3 * (1 - t) ** 2 * t) * start[1] + (3 * (1 - t) * t**2 + t**3) * end[1]
    # The distance to the nearest of the pieces' ends is enough: pieces are shorter than the reach is wide on a canvas.
    return float(np.sqrt(((x - point.x()) ** 2 + (y - point.y()) ** 2).min()))
