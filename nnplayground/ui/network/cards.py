"""The cards' picture: one card per layer, for networks of any kind and size."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import LAYERS, LayerBase
from nnplayground.core.shapes import LayerShape
from nnplayground.data.dataset import Dataset
from nnplayground.engine.events import Array
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.network.activation_plates import Plates
from nnplayground.ui.network.activation_sample import ActivationSample
from nnplayground.ui.network.picture import OFF, Hit, Part, Picture
from nnplayground.ui.network.plan import problems_by_layer, size_field, title_of
from nnplayground.ui.network.shape_picture import paint_shape
from nnplayground.ui.theme.numbers import UNKNOWN, count, shape
from nnplayground.ui.theme.theme import Role, Theme

NARROWEST, WIDEST, TALLEST, SHORTEST = 109.0, 148.0, 300.0, 190.0
NARROW_GAP, WIDE_GAP, MARGIN, PAD = 10.0, 24.0, 11.0, 9.0
GAP_REACH = 13.0
LEGIBLE = 0.15
"""Of a network of a hundred layers that is made to fit, cards are a few pixels wide: blocks, coloured by the layer's category."""
BLOCK = 0.8
"""How strongly such a block is coloured."""
HIGHEST_BLOCK = 0.35
"""Of the canvas's height, for such blocks."""


class CardsPicture(Picture):
    """Paints only the cards that are in sight, so that a hundred layers scroll as easily as five."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._card = QSizeF(NARROWEST, TALLEST)
        self._gap = WIDE_GAP
        self._start = QPointF(MARGIN, MARGIN)
        self._plates = Plates(theme)

    def show_analysis(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.problems = problems_by_layer(analysis)
        self._plates.show_analysis(analysis)
        self.lay_out(self.size)

    def show_dataset(self, dataset: Dataset | None) -> None:
        """Put one of the samples on the inputs' card."""
        self.sample.show_dataset(dataset)
        self._redraw()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw what the sample does in each layer."""
        if self._plates.show_snapshot(snapshot):
            self.update()

    def put_sample(self, sample: Array | None, caption: str) -> None:
        """Put a sample from elsewhere on the inputs' card; None: one of the data again."""
        self.sample.put(sample, caption)
        self._redraw()

    def step_sample(self, step: int) -> None:
        """Put another sample of the data on the inputs' card."""
        self.sample.step(step)
        self._redraw()

    def grow_stale(self) -> None:
        """What is shown is of a network that is no more."""
        self._plates.grow_stale()
        self.update()

    def recolour(self) -> None:
        self._plates.recolour()
        self.lay_out(self.size)

    def _redraw(self) -> None:
        self._plates.recolour()
        self.update()

    @property
    def sample(self) -> ActivationSample:
        """The sample on the inputs' card."""
        return self._plates.sample

    @property
    def stale(self) -> bool:
        """Whether the pictures are of a network that is no more."""
        return self._plates.stale

    def values(self, layer: int) -> Array | None:
        """What a layer gives for the sample, as far as its picture needs it; None while nobody knows."""
        return self._plates.values.get(layer)

    def caption(self, layer: int) -> str:
        """What stands below a layer's picture; empty where nothing does."""
        return self._plates.caption(layer)

    @property
    def pictures_kept(self) -> int:
        """How many cards' pictures are drawn and kept: of those that were in sight."""
        return self._plates.kept

    def note(self, layer: int) -> str:
        return self._plates.note(layer)

    # ---- places

    def lay_out(self, size: QSizeF) -> None:
        self.prepareGeometryChange()
        number, zoom = self.layer_count + 1, self.theme.zoom
        spare = size.width() - 2 * MARGIN - number * NARROWEST * zoom
        self._gap = min(max(spare / max(number - 1, 1), NARROW_GAP), WIDE_GAP)
        width = (size.width() - 2 * MARGIN - self._gap * (number - 1)) / number
        width = min(max(width, NARROWEST * zoom), WIDEST * zoom)
        tallest = max(TALLEST * zoom, HIGHEST_BLOCK * size.height())  # much of it only where all is made to fit
        height = min(max(size.height() - 2 * MARGIN, SHORTEST * zoom), tallest)
        whole = 2 * MARGIN + number * width + self._gap * (number - 1)
        self._card = QSizeF(width, height)
        spare = max(0.0, size.width() - whole) if self.layer_count else 0.0  # beside the inputs alone a layer is asked for
        self._start = QPointF(MARGIN + spare / 2, max(MARGIN, (size.height() - height) / 2))
        self.size = QSizeF(max(whole, size.width()), max(size.height(), height + 2 * MARGIN))
        self.update()

    def _rect(self, number: int) -> QRectF:
        return QRectF(self._start + QPointF(number * (self._card.width() + self._gap), 0), self._card)

    def layer_rect(self, layer: int | None) -> QRectF:
        return self._rect(0 if layer is None else layer + 1)

    def anchor(self, layer: int) -> QPointF:
        box = self.layer_rect(layer)
        return QPointF(box.center().x(), box.top() + box.height() * 0.3)

    def gap(self, index: int) -> QPointF:
        box = self._rect(index)
        return QPointF(box.right() + self._gap / 2, box.center().y())

    def badge(self, layer: int) -> QPointF:
        return self.layer_rect(layer).topRight() + QPointF(-3, 3)

    def hit(self, point: QPointF) -> Hit | None:
        step = self._card.width() + self._gap
        number = int((point.x() - self._start.x()) // step)
        if number < 0 or number > self.layer_count:
            return None
        for layer in (number - 1, number):
            if layer in self.problems and (point - self.badge(layer)).manhattanLength() <= 16:
                return Hit(Part.BADGE, layer)
        for index in (number - 1, number):
            away = point - self.gap(index)
            across = GAP_REACH if abs(away.y()) <= GAP_REACH else self._gap / 2
            if 0 <= index < self.layer_count and abs(away.x()) <= across and abs(away.y()) <= self._card.height() / 2:
                return Hit(Part.INSERT, index)
        if number == 0 and self.sample.can_step:
            for part in (Part.EARLIER, Part.LATER):
                if self.stepper(part).contains(point):
                    return Hit(part)
        return Hit(Part.LAYER, number - 1) if number and self._rect(number).contains(point) else None

    def stepper(self, part: Part) -> QRectF:
        """The place of the button to the sample before, or to the next."""
        box, side = self._rect(0), max(24.0, 22 * self.theme.zoom)
        return QRectF(box.right() - 4 - side * (2 if part is Part.EARLIER else 1), box.top() + 4, side, side)

    # ---- drawing

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self.analysis is None:
            return
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        seen: QRectF = option.exposedRect
        step = self._card.width() + self._gap
        first = max(0, int((seen.left() - self._start.x()) // step))
        last = min(self.layer_count, int((seen.right() - self._start.x()) // step))
        for number in range(first, last + 1):
            if number == 0 or not self.is_moving(number - 1):
                self._paint_card(painter, number)
        for index in range(max(0, first - 1), min(last + 1, self.layer_count)):
            self._paint_gap(painter, index)
        if self.dragged is not None:
            painter.save()
            painter.translate(self.drag_offset, -4)
            painter.setOpacity(0.88)
            for number in filter(lambda n: self.is_moving(n - 1), range(1, self.layer_count + 1)):
                self._paint_card(painter, number)
            painter.restore()
        if self.drop_mark is not None:
            self.paint_mark(painter, self.drop_mark, self._start.y(), self._start.y() + self._card.height())

    def _paint_gap(self, painter: QPainter, index: int) -> None:
        at, tokens = self.gap(index), self.theme.tokens
        if self.hover == Hit(Part.INSERT, index):
            self.paint_insert(painter, at, hovered=True)
            return
        # The arrow stands level with the names, as in reading.
        tip = QPointF(at.x() - 0.5, self._start.y() + 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.control))
        painter.drawPolygon(QPolygonF([tip + QPointF(-3, -4.5), tip + QPointF(4, 0), tip + QPointF(-3, 4.5)]))

    def _paint_card(self, painter: QPainter, number: int) -> None:
        assert self.analysis is not None
        tokens, box, layer = self.theme.tokens, self._rect(number), number - 1
        chosen, off = number > 0 and self.is_chosen(layer), number > 0 and self.is_off(layer)
        pointed = self.hover is not None and self.hover.part is Part.LAYER and self.hover.layer == layer and number > 0
        bad = self.is_bad(layer)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 30 if self.theme.dark else 12))
        painter.drawRoundedRect(box.translated(0, 2).adjusted(-0.5, 0, 0.5, 1), 9, 9)
        edge = tokens.accent if chosen else tokens.error if bad else tokens.control if pointed else tokens.border
        painter.setPen(QPen(QColor(edge), 2 if chosen else 1))
        painter.setBrush(QColor(tokens.raised))
        if painter.worldTransform().m11() < LEGIBLE:
            self._paint_block(painter, box, number, edge if chosen or bad else "")
            return
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if chosen and self.focused and layer == self.selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 10, 10)
        spec, strength = self.analysis.spec, painter.opacity()
        painter.setOpacity(strength * (OFF if off else 1.0))
        if number == 0:
            facts = self.analysis.facts
            entry = LayerShape(None, facts.input_shape if self.analysis.is_known else None)
            kind = _kind(facts) if self.analysis.is_known else ""
            self._paint_texts(painter, None, self.tr("Input"), kind, entry, facts.title)
        else:
            entry, it = self.analysis.shapes[layer], spec.layers[layer]
            foot = count_text(entry) if self.analysis.is_known else self.tr("{n} parameters").format(n=UNKNOWN)
            self._paint_texts(painter, layer, title_of(it), caption_of(it), entry, foot)
        painter.setOpacity(strength)
        if off:
            self.paint_off(painter, box, 0.5)
        if layer in self.problems:
            self.paint_badge(painter, self.badge(layer), layer)
        if number == 0 and self.sample.can_step and self.has_tools:
            self._paint_steppers(painter)

    def _paint_block(self, painter: QPainter, box: QRectF, number: int, edge: str) -> None:
        """A card of a few pixels: its colour says of what category the layer is."""
        assert self.analysis is not None
        tokens, strength = self.theme.tokens, painter.opacity()
        colour = tokens.control
        if number > 0:
            categories = list(dict.fromkeys(cls.category for cls in LAYERS))
            colour = tokens.classes[categories.index(type(self.analysis.spec.layers[number - 1]).category) % len(tokens.classes)]
            painter.setOpacity(strength * (OFF if self.is_off(number - 1) else BLOCK))
        pen = QPen(QColor(edge), 3) if edge else QPen(Qt.PenStyle.NoPen)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(QColor(colour))
        painter.drawRect(box)
        painter.setOpacity(strength)

    def _paint_steppers(self, painter: QPainter) -> None:
        tokens, side = self.theme.tokens, 16 * self.theme.zoom
        for part, name in ((Part.EARLIER, "chevron-left"), (Part.LATER, "chevron-right")):
            place, pointed = self.stepper(part), self.hover == Hit(part)
            if pointed:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.hover))
                painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 5, 5)
            icon = QRectF(place.center().x() - side / 2, place.center().y() - side / 2, side, side)
            self.paint_icon(painter, name, icon, tokens.text if pointed else tokens.muted)

    def _paint_texts(
        self, painter: QPainter, layer: int | None, title: str, caption: str, entry: LayerShape, foot: str
    ) -> None:
        if painter.worldTransform().m11() < LEGIBLE:
            return
        tokens, box = self.theme.tokens, self.layer_rect(layer)
        inner = box.adjusted(PAD, PAD, -PAD, -PAD)
        y = self._lines(painter, inner, inner.top(), title, self.theme.font(Role.TITLE), tokens.text, limit=3)
        y = self._lines(painter, inner, y + 1, caption, self.theme.font(Role.HELPER), tokens.muted, limit=2)
        if layer is not None and self.analysis is not None and not self.analysis.spec.layers[layer].trainable:
            self.paint_icon(painter, "snowflake", QRectF(inner.right() - 12, inner.bottom() - 13, 14, 14), tokens.muted)
        bold, small = self.theme.font(Role.CONTROL, weight=600), self.theme.font(Role.HELPER)
        rule = inner.bottom() - QFontMetricsF(bold).height() - QFontMetricsF(small).height() - 6
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.drawLine(QPointF(box.left() + 1, rule), QPointF(box.right() - 1, rule))
        known = entry.output is not None
        sizes, colour = (shape(entry.output or ()), tokens.text) if known else ("?", tokens.error)
        if self.analysis is not None and not self.analysis.is_known:
            sizes, colour = UNKNOWN, tokens.muted
        self._lines(painter, inner, rule + 6, sizes, bold, colour, limit=1)
        foot = foot if QFontMetricsF(small).horizontalAdvance(foot) <= inner.width() else foot.partition(" ")[0]
        self._lines(painter, inner, inner.bottom() - QFontMetricsF(small).height(), foot, small, tokens.muted, limit=1)
        plate = QRectF(inner.left(), y + 8, inner.width(), rule - y - 16)
        if plate.height() < 24:
            return
        side = min(plate.width(), plate.height(), 92.0)
        square = QRectF(plate.center().x() - side / 2, plate.top() + min(12.0, (plate.height() - side) / 2), side, side)
        if not self._plates.paint(painter, plate, layer) and known:
            paint_shape(painter, square, entry.output or (), tokens)

    def _lines(self, painter: QPainter, box: QRectF, top: float, text: str, font: QFont, colour: str, limit: int) -> float:
        """Write a text in at most `limit` lines, and say where it ends."""
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        for line in broken(text, metrics, box.width(), limit):
            place = QRectF(box.left(), top, box.width(), metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
            top += metrics.height()
        return top

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("CardsPicture", text)


def count_text(entry: LayerShape) -> str:
    """A layer's number of parameters in words."""
    if entry.parameters == 0:
        return QCoreApplication.translate("CardsPicture", "no parameters")
    return QCoreApplication.translate("CardsPicture", "{n} parameters").format(n=count(entry.parameters))


def caption_of(layer: LayerBase) -> str:
    """A layer's caption, with its units where the caption leaves them to the picture of neurons, and its class where it has a name."""
    caption, field = layer.caption(), size_field(layer)
    if field is not None and str(getattr(layer, field)) not in caption:
        caption = f"{getattr(layer, field):,}, {caption}" if caption else f"{getattr(layer, field):,}"
    return f"{type(layer).__name__} {caption}".rstrip() if layer.name else caption


def broken(text: str, metrics: QFontMetricsF, width: float, limit: int) -> list[str]:
    """`text` in lines of at most `width`, broken at blanks and before the capitals of a class name; the last one elided."""
    pieces = re.split(r"(?<=[a-z])(?=[A-Z])|(?<=\s)", text)
    lines: list[str] = []
    for piece in pieces:
        if lines and metrics.horizontalAdvance((lines[-1] + piece).rstrip()) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    if len(lines) > limit:
        lines[limit - 1 :] = ["".join(lines[limit - 1 :])]
    return [metrics.elidedText(line.rstrip(), Qt.TextElideMode.ElideRight, width) for line in lines]


def _kind(facts: DataFacts) -> str:
    words = {1: "features", 2: "sequence", 3: "image"}
    return QCoreApplication.translate("CardsPicture", "words" if facts.words else words.get(len(facts.input_shape), "numbers"))
