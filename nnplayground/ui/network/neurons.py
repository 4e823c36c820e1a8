"""The neurons' picture: every neuron shows what it gives over the plane, every weight is a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.engine.events import Array
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.network import tiles
from nnplayground.ui.network.column_paint import ROOMY, STALE, is_roomy, paint_header, paint_neurons
from nnplayground.ui.network.links import Bundle, Link, Links
from nnplayground.ui.network.picture import INSERT_RADIUS, OFF, Hit, Part, Picture
from nnplayground.ui.network.plan import INPUT, Column, problems_by_layer
from nnplayground.ui.theme.theme import Role, Theme

HEADER = 74
ROW = 24
"""How much lower the buttons for neurons stand where those for layers have taken their line."""
FOOT = 14
NARROWEST, WIDEST = 64.0, 250.0
LARGEST_TILE, SMALLEST_TILE, OUTPUT_TILE = 40.0, 10.0, 60.0
BIAS_REACH = 5.0


@dataclass
class Place:
    """Where a column stands: the middle of its tiles, and the tile's side."""

    x: float
    side: float
    centres: list[QPointF]


class NeuronsPicture(Picture):
    """Columns of neurons. Pictures are made when a snapshot comes, and only painted otherwise."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.columns: tuple[Column, ...] = ()
        self.labels: tuple[str, ...] = ()
        self.links = Links()
        self.maps: dict[int, Array] = {}
        """By column number: the outputs as they were sent, (h, w, units)."""
        self.biases: dict[int, Array] = {}
        self.way: dict[int, Array] = {}
        """By column number: what each unit gives for the sample that is followed, (units,)."""
        self.stale = False
        self._images: dict[int, list[QImage]] = {}
        self._kernels: dict[int, Array] = {}
        self.spacing = WIDEST
        self.places: list[Place] = []

    # ---- what is shown

    def show_analysis(self, analysis: Analysis, columns: tuple[Column, ...]) -> None:
        before, self.analysis = self.analysis, analysis
        self.problems = problems_by_layer(analysis)
        if before is not None and before.spec.data != analysis.spec.data:
            self.forget()
        elif before is not None and before.spec.layers != analysis.spec.layers:
            self._keep_what_fits(columns)
            self.way = {}
            if edits.with_live_settings(before.spec, analysis.spec) != analysis.spec:
                self.stale = bool(self.maps)  # another run: they are paler until the network answers
        changed_columns = self.columns != columns
        self.columns, self.labels = columns, tiles.input_labels(analysis)
        if before is None or changed_columns or before.spec.data != analysis.spec.data:
            self._images[0] = tiles.input_images(analysis, self.theme.tokens)
        self.lay_out(self.size)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the newest maps and weights of every layer that is still what they were made for."""
        self.stale = False
        for number, column in enumerate(self.columns):
            if column.layer is None:
                continue
            maps = snapshot.neuron_maps[column.layer] if column.layer < len(snapshot.neuron_maps) else None
            if maps is not None and maps.ndim == 3 and maps.shape[-1] == column.units:
                self.maps[number] = maps
                self._colour(number)
            weights = snapshot.weights[column.layer] if column.layer < len(snapshot.weights) else ()
            if weights and not column.slim:
                self._kernels[number] = weights[0]
                self.biases.pop(number, None)
                if len(weights) > 1:
                    self.biases[number] = weights[1]
        self._show_kernels()
        self.update()

    def show_way(self, inputs: Array, outputs: Sequence[Array]) -> None:
        """Follow one sample: what the network is given (units,), and every layer's outputs (1, units)."""
        given: dict[int | None, Array] = {None: inputs} | {layer: values[0] for layer, values in enumerate(outputs)}
        way = {number: given[column.layer] for number, column in enumerate(self.columns) if column.layer in given}
        fits = len(way) == len(self.columns) and all(way[n].shape == (column.units,) for n, column in enumerate(self.columns))
        self.way = way if fits else {}
        self._show_kernels()
        self.update()

    def leave_way(self) -> None:
        """Follow no sample any more."""
        self.way = {}
        self._show_kernels()
        self.update()

    def forget(self) -> None:
        """Nothing is known of the network."""
        for known in (self.maps, self.biases, self._kernels, self.way):
            known.clear()
        self._images = {0: self._images.get(0, [])}
        self.stale = False

    def recolour(self) -> None:
        """The theme has other colours now."""
        if self.analysis is None:
            return
        self._images[0] = tiles.input_images(self.analysis, self.theme.tokens)
        for number in self.maps:
            self._colour(number)
        self.lay_out(self.size)

    def image(self, number: int, unit: int) -> QImage | None:
        """The picture of one neuron, if there is one."""
        images = self._images.get(number, [])
        return images[unit] if unit < len(images) else None

    def number_of(self, layer: int | None) -> int:
        return 0 if layer is None else layer + 1

    def scale_of(self, number: int) -> float:
        """Where outputs without bounds have the map's full colour: the targets' range for the last layer."""
        if self.analysis is not None and number == len(self.columns) - 1:
            return max(abs(bound) for bound in self.analysis.facts.target_range) or 1.0
        return tiles.UNBOUNDED_SCALE

    def _colour(self, number: int) -> None:
        if self.analysis is not None and tiles.has_class_colours(self.analysis, self.columns[number]):
            self._images[number] = tiles.class_images(self.maps[number], self.theme.tokens)
            return
        values = tiles.scaled(self.maps[number], self.columns[number].activation, self.scale_of(number))
        self._images[number] = tiles.tile_images(values, self.theme.tokens)

    def _keep_what_fits(self, columns: tuple[Column, ...]) -> None:
        # Until the network answers again, columns that look the same keep their pictures.
        same = {n for n, (a, b) in enumerate(zip(self.columns, columns, strict=False)) if (a.kind, a.units) == (b.kind, b.units)}
        for known in (self.maps, self.biases, self._kernels, self._images):
            for number in [n for n in known if n not in same and n != 0]:
                del known[number]

    # ---- places

    def lay_out(self, size: QSizeF) -> None:
        self.prepareGeometryChange()
        count = len(self.columns)
        if count == 0:
            self.size = size
            return
        metrics = QFontMetricsF(self.theme.font(Role.CONTROL, weight=600))
        label = max((metrics.horizontalAdvance(text) for text in self.labels), default=0)
        zoom = self.theme.zoom
        left, right = max(52 * zoom, label + 46), 58 * zoom
        narrow = (size.width() - left - right) / max(count - 1, 1) < ROOMY * zoom
        header = (HEADER + (ROW if narrow else 0)) * zoom
        rows = max(c.units for c in self.columns)
        # Where the rows would stand closer than their names are high, the picture is scrolled.
        room = max(size.height() - header - FOOT, 60.0, rows * metrics.height())
        pitch = min(room / rows, LARGEST_TILE + 14)
        side = min(LARGEST_TILE, max(SMALLEST_TILE, pitch * 0.82))
        left, right = max(52 * zoom, label + side / 2 + 26), 58 * zoom
        spacing = (size.width() - left - right) / max(count - 1, 1)
        spacing = min(max(spacing, NARROWEST * zoom), WIDEST)
        # The inputs alone stay at the left: the middle is for the sentence that asks for a layer.
        spare = max(0.0, size.width() - left - right - spacing * (count - 1)) / 2 if count > 1 else 0.0
        self.size = QSizeF(max(size.width(), left + right + spacing * (count - 1)), max(size.height(), header + room + FOOT))
        middle = header + room / 2
        self.spacing = spacing
        self.places = []
        for number, column in enumerate(self.columns):
            x = left + spare + spacing * number
            own_pitch, own_side = pitch, side * (0.72 if column.slim else 1)
            if number == count - 1 and number > 0 and column.units <= 3 and not column.slim:
                own_side = min(OUTPUT_TILE if column.units == 1 else 48.0, room / column.units * 0.8)
                own_pitch = max(pitch, own_side + 10)
            top = middle - own_pitch * (column.units - 1) / 2
            self.places.append(Place(x, own_side, [QPointF(x, top + own_pitch * i) for i in range(column.units)]))
        self._bind()
        self.update()

    def _bind(self) -> None:
        self.links.bundles = {}
        for number in range(1, len(self.columns)):
            column, before, here = self.columns[number], self.places[number - 1], self.places[number]
            starts = np.array([[c.x() + before.side / 2 + 1, c.y()] for c in before.centres])
            ends = np.array([[c.x() - here.side / 2 - 1, c.y()] for c in here.centres])
            self.links.bundles[number] = Bundle(starts, ends, one_to_one=column.slim)
        self._show_kernels()

    def _show_kernels(self) -> None:
        for number, bundle in self.links.bundles.items():
            bundle.show_kernel(None if self.columns[number].slim else self._kernels.get(number))
            if number - 1 in self.way:
                bundle.show_flow(self.way[number - 1])

    def layer_rect(self, layer: int | None) -> QRectF:
        if not self.places:
            return QRectF()
        place = self.places[self.number_of(layer)]
        half = min(48 * self.theme.zoom, self.spacing / 2 - 3)
        return QRectF(place.x - half, 8, 2 * half, self.size.height() - 16)

    def body_rect(self, layer: int) -> QRectF:
        number = self.number_of(layer)
        return self.neuron_rect(number, 0).united(self.neuron_rect(number, self.columns[number].units - 1))

    def neuron_rect(self, number: int, unit: int) -> QRectF:
        place = self.places[number]
        centre = place.centres[unit]
        return QRectF(centre.x() - place.side / 2, centre.y() - place.side / 2, place.side, place.side)

    def tile_rects(self) -> list[QRectF]:
        """Every neuron's place, and every column's header."""
        tiles_ = [self.neuron_rect(n, unit) for n, column in enumerate(self.columns) for unit in range(column.units)]
        return tiles_ + [QRectF(place.x - 30, 10, 60, 40) for place in self.places]

    def anchor(self, layer: int) -> QPointF:
        number = self.number_of(layer)
        return QPointF(self.places[number].x, self.neuron_rect(number, self.columns[number].units - 1).bottom())

    def gap(self, index: int) -> QPointF:
        before = self.places[index].x
        after = self.places[index + 1].x if index + 1 < len(self.places) else before + min(self.spacing, 104.0)
        # Between narrow columns' names is no room: there the buttons stand a line below.
        return QPointF((before + after) / 2, (37 if is_roomy(self) else 60) * self.theme.zoom)

    def item_rect(self, hit: Hit) -> QRectF:
        if hit.part in (Part.NEURON, Part.BIAS):
            return self.neuron_rect(self.number_of(hit.layer), hit.unit).adjusted(-8, -8, 8, 8)
        if hit.link is not None:
            bundle = self.links.bundles[hit.link.column]
            (x1, y1), (x2, y2) = bundle.starts[hit.link.source].tolist(), bundle.ends[hit.link.target].tolist()
            return QRectF(QPointF(x1, min(y1, y2) - 6), QPointF(x2, max(y1, y2) + 6))
        return super().item_rect(hit)

    def sizer(self, layer: int, *, plus: bool) -> QPointF:
        """The middle of a column's + or - button."""
        y = 60 if is_roomy(self) else 60 + ROW
        return QPointF(self.places[layer + 1].x + (13 if plus else -13), y * self.theme.zoom)

    def badge(self, layer: int) -> QPointF:
        return self.neuron_rect(layer + 1, 0).topRight() + QPointF(1, -1)

    def has_sizer(self, layer: int) -> bool:
        return not self.columns[layer + 1].slim

    def hit(self, point: QPointF) -> Hit | None:
        return self._button_at(point) or self._thing_at(point)

    def _button_at(self, point: QPointF) -> Hit | None:
        for layer in range(INPUT, self.layer_count):
            if layer != INPUT and _near(point, self.gap(layer), INSERT_RADIUS + 3):
                return Hit(Part.INSERT, layer)
            if layer in self.problems and _near(point, self.badge(layer), 12):
                return Hit(Part.BADGE, layer)
            if layer != INPUT and self.has_sizer(layer):
                for part in (Part.MORE, Part.LESS):
                    if _near(point, self.sizer(layer, plus=part is Part.MORE), 12):
                        return Hit(part, layer)
        return None

    def bias_at(self, number: int, unit: int) -> QPointF:
        """The middle of the mark that says a neuron's bias."""
        return self.neuron_rect(number, unit).bottomLeft() + QPointF(1, -1)

    def _thing_at(self, point: QPointF) -> Hit | None:
        for number, biases in self.biases.items():
            for unit in range(min(len(biases), self.columns[number].units)):
                if _near(point, self.bias_at(number, unit), BIAS_REACH):
                    return Hit(Part.BIAS, self.columns[number].layer, unit)
        for number, column in enumerate(self.columns):
            for unit in range(column.units):
                if self.neuron_rect(number, unit).adjusted(-2, -2, 2, 2).contains(point):
                    return Hit(Part.NEURON, column.layer, unit)
        link = self.links.at(point)
        if link is not None and not self.columns[link.column].slim:
            return Hit(Part.LINK, self.columns[link.column].layer, link.target, link)
        for column in self.columns[1:]:
            if self.layer_rect(column.layer).contains(point):
                return Hit(Part.LAYER, column.layer)
        return None

    # ---- drawing

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if not self.places:
            return
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        tokens = self.theme.tokens
        self._paint_plates(painter)
        self.links.paint(painter, tokens, strong=self._strong_links(), dim=STALE if self.stale else 1.0)
        if self.hover is not None and self.hover.link is not None:
            self.links.paint_chosen(painter, tokens, self.hover.link)
        for number, column in enumerate(self.columns):
            moved = self.is_moving(column.layer)
            painter.save()
            painter.translate(self.drag_offset if moved else 0.0, 0)
            painter.setOpacity((0.8 if moved else 1.0) * (OFF if column.off else 1.0))
            paint_header(painter, self, number)
            paint_neurons(painter, self, number)
            if column.off:
                painter.setOpacity(1.0)
                self.paint_off(painter, self.layer_rect(column.layer), 0.94)
            painter.restore()
        for layer in range(INPUT, self.layer_count):
            if layer != INPUT and self.has_tools:
                self.paint_insert(painter, self.gap(layer), hovered=self.hover == Hit(Part.INSERT, layer))
            if layer in self.problems:
                self.paint_badge(painter, self.badge(layer), layer)
        if self.drop_mark is not None:
            self.paint_mark(painter, self.drop_mark, 14, self.size.height() - 14)

    def _paint_plates(self, painter: QPainter) -> None:
        tokens = self.theme.tokens
        for layer in range(self.layer_count):
            if not self.is_chosen(layer):
                continue
            current = layer == self.selected
            box = self.layer_rect(layer).translated(self.drag_offset if self.is_moving(layer) else 0.0, 0)
            painter.setPen(QPen(QColor(tokens.accent), 2 if current or len(self.chosen) < 2 else 1.2))
            painter.setBrush(QColor(tokens.accent_soft))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
            if current and self.focused:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 10, 10)
        pointed = self.hover.layer if self.hover is not None and self.hover.part in (Part.LAYER, Part.MORE, Part.LESS) else None
        if pointed is not None and not self.is_chosen(pointed):
            painter.setPen(QPen(QColor(tokens.control), 1))
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(self.layer_rect(pointed).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _strong_links(self) -> set[Link] | None:
        """The links that stay when the others fade; None when nothing is pointed at."""
        hover = self.hover
        if hover is None or hover.part not in (Part.NEURON, Part.LINK):
            return None
        if hover.link is not None:
            return {hover.link}
        number = self.number_of(hover.layer)
        into, out = self.links.bundles.get(number), self.links.bundles.get(number + 1)
        strong = set() if into is None else {Link(number, i, j) for i, j in into.paths if j == hover.unit}
        return strong if out is None else strong | {Link(number + 1, i, j) for i, j in out.paths if i == hover.unit}


def _near(point: QPointF, centre: QPointF, reach: float) -> bool:
    return abs(point.x() - centre.x()) <= reach and abs(point.y() - centre.y()) <= reach
