"""What both pictures of a network have in common: layers at places, gaps between them, and things to point at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.problems import Problem, Severity
from nnplayground.ui.network.links import Link
from nnplayground.ui.theme.theme import Role, Theme

INSERT_RADIUS = 9.5
OFF = 0.4
"""How strongly a layer that is switched off is drawn."""


class Part(Enum):
    """What can be pointed at."""

    LAYER = "layer"
    NEURON = "neuron"
    LINK = "link"
    INSERT = "insert"
    MORE = "more"
    LESS = "less"
    BADGE = "badge"
    BIAS = "bias"
    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True)
class Hit:
    """What is under the pointer. `layer` is an index (None: the inputs); for INSERT the place where a new layer goes."""

    part: Part
    layer: int | None = None
    unit: int = 0
    link: Link | None = None


class Picture(QGraphicsItem):
    """Draws a network. It holds what is shown and pointed at, and never the project."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.analysis: Analysis | None = None
        self.problems: dict[int, list[Problem]] = {}
        self.selected: int | None = None
        self.chosen: tuple[int, ...] = ()
        """All chosen layers; `selected` is the last of them."""
        self.hover: Hit | None = None
        self.focused = False
        self.dragged: int | None = None
        self.drag_offset = 0.0
        self.drop_mark: int | None = None
        self.has_tools = True
        """Whether what a click does something with is drawn, too."""
        self.size = QSizeF()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    def layer_rect(self, layer: int | None) -> QRectF:
        """Where a layer (None: the inputs) stands, in scene coordinates."""
        raise NotImplementedError

    def note(self, layer: int) -> str:
        """What else is to be said of a layer's picture, as sentences."""
        return ""

    def body_rect(self, layer: int) -> QRectF:
        """What a band must touch to choose a layer."""
        return self.layer_rect(layer)

    def tile_rects(self) -> list[QRectF]:
        """What is better not hidden by anything that floats."""
        return []

    def anchor(self, layer: int) -> QPointF:
        """Below which point a layer's problem is explained."""
        raise NotImplementedError

    def gap(self, index: int) -> QPointF:
        """The middle of the gap before the layer at `index`, which may be the number of layers."""
        raise NotImplementedError

    def hit(self, point: QPointF) -> Hit | None:
        raise NotImplementedError

    def item_rect(self, hit: Hit) -> QRectF:
        """The place of what a hit names, so that nothing covers it."""
        return self.layer_rect(hit.layer)

    def lay_out(self, size: QSizeF) -> None:
        """Fill a view of `size`, or become wider than it."""
        raise NotImplementedError

    @property
    def layer_count(self) -> int:
        return len(self.analysis.spec.layers) if self.analysis else 0

    def drop_index(self, x: float) -> int:
        """Before which layer something dropped at `x` goes."""
        return sum(x > self.layer_rect(i).center().x() for i in range(self.layer_count))

    def is_chosen(self, layer: int | None) -> bool:
        return layer is not None and (layer in self.chosen or layer == self.selected)

    def is_moving(self, layer: int | None) -> bool:
        """Whether a layer is being dragged, by itself or with all that is chosen."""
        return self.dragged is not None and (layer == self.dragged or (self.dragged in self.chosen and layer in self.chosen))

    def is_off(self, layer: int) -> bool:
        return self.analysis is not None and 0 <= layer < self.layer_count and self.analysis.spec.layers[layer].disabled

    def is_bad(self, layer: int) -> bool:
        return any(p.severity is Severity.ERROR for p in self.problems.get(layer, ()))

    @contextmanager
    def only_network(self) -> Iterator[None]:
        """What is painted meanwhile is the network: nothing chosen or pointed at, and no buttons."""
        kept = self.selected, self.chosen, self.hover, self.focused, self.dragged, self.drop_mark
        self.selected, self.chosen, self.hover, self.focused, self.dragged, self.drop_mark = None, (), None, False, None, None
        self.has_tools = False
        try:
            yield
        finally:
            self.selected, self.chosen, self.hover, self.focused, self.dragged, self.drop_mark = kept
            self.has_tools = True

    # ---- drawing what both have

    def paint_badge(self, painter: QPainter, centre: QPointF, layer: int) -> None:
        tokens = self.theme.tokens
        bad = self.is_bad(layer)
        painter.setPen(QPen(QColor(tokens.surface), 1.5))
        painter.setBrush(QColor(tokens.error if bad else tokens.warn))
        radius = 8.5 if bad else 7.0
        painter.drawEllipse(centre, radius, radius)
        mark = QColor(tokens.on_accent)
        painter.setPen(QPen(mark, 1.9, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(centre + QPointF(0, -4), centre + QPointF(0, 0.6))
        painter.drawPoint(centre + QPointF(0, 4))

    def paint_off(self, painter: QPainter, box: QRectF, share: float) -> None:
        """What says that a layer is switched off: a dashed edge, and the word, at that share of the height."""
        tokens = self.theme.tokens
        painter.setPen(QPen(QColor(tokens.control), 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        font = self.theme.font(Role.CAPTION, weight=600)
        metrics, word = QFontMetricsF(font), QCoreApplication.translate("NetworkCanvas", "off")
        plate = QRectF(0, 0, metrics.horizontalAdvance(word) + 12, metrics.height() + 2)
        plate.moveCenter(QPointF(box.center().x(), box.top() + share * box.height()))
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.setBrush(QColor(tokens.sunken))
        painter.drawRoundedRect(plate, plate.height() / 2, plate.height() / 2)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, word)

    def paint_insert(self, painter: QPainter, centre: QPointF, *, hovered: bool) -> None:
        self._paint_round(painter, centre, INSERT_RADIUS, hovered=hovered, plus=True)

    def paint_sizer(self, painter: QPainter, centre: QPointF, *, hovered: bool, plus: bool) -> None:
        self._paint_round(painter, centre, 8.0, hovered=hovered, plus=plus)

    def _paint_round(self, painter: QPainter, centre: QPointF, radius: float, *, hovered: bool, plus: bool) -> None:
        tokens = self.theme.tokens
        painter.setPen(QPen(QColor(tokens.accent if hovered else tokens.control), 1.2))
        painter.setBrush(QColor(tokens.accent_soft if hovered else tokens.surface))
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(QPen(QColor(tokens.accent if hovered else tokens.muted), 1.5))
        arm = radius * 0.48
        painter.drawLine(centre - QPointF(arm, 0), centre + QPointF(arm, 0))
        if plus:
            painter.drawLine(centre - QPointF(0, arm), centre + QPointF(0, arm))

    def paint_mark(self, painter: QPainter, index: int, top: float, bottom: float) -> None:
        """The line that says where a dragged layer goes."""
        x = self.gap(index).x()
        painter.setPen(QPen(QColor(self.theme.tokens.accent), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))

    def paint_icon(self, painter: QPainter, name: str, box: QRectF, colour: str) -> None:
        ratio = painter.device().devicePixelRatio() if painter.device() else 1.0
        pixmap = self.theme.icon(name, colour).pixmap(QSize(round(box.width()), round(box.height())), ratio)
        painter.drawPixmap(box.topLeft(), pixmap)

    def boundingRect(self) -> QRectF:
        return QRectF(QPointF(), self.size)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        raise NotImplementedError
