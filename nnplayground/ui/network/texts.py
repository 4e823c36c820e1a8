"""Where a layer's name and its size are written on the canvas: what a double click there edits."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from nnplayground.ui.network.cards import PAD, broken
from nnplayground.ui.network.column_paint import header_rect
from nnplayground.ui.network.keys import Command
from nnplayground.ui.network.neurons import NeuronsPicture
from nnplayground.ui.network.picture import Picture
from nnplayground.ui.network.plan import title_of
from nnplayground.ui.theme.theme import Role


def title_rect(picture: Picture, layer: int) -> QRectF:
    """The line, or lines, with a layer's name."""
    if isinstance(picture, NeuronsPicture):
        return header_rect(picture, picture.number_of(layer), caption=False)
    assert picture.analysis is not None
    inner = picture.layer_rect(layer).adjusted(PAD, PAD, -PAD, -PAD)
    metrics = QFontMetricsF(picture.theme.font(Role.TITLE))
    lines = broken(title_of(picture.analysis.spec.layers[layer]), metrics, inner.width(), 3)
    return QRectF(inner.left(), inner.top(), inner.width(), metrics.height() * len(lines))


def caption_rect(picture: Picture, layer: int) -> QRectF:
    """The line below it, with its size or function."""
    if isinstance(picture, NeuronsPicture):
        return header_rect(picture, picture.number_of(layer), caption=True)
    title = title_rect(picture, layer)
    height = QFontMetricsF(picture.theme.font(Role.HELPER)).height()
    return QRectF(title.left(), title.bottom() + 1, title.width(), height)


def written_at(picture: Picture, layer: int, point: QPointF) -> Command | None:
    """What a double click edits: the name, or the size."""
    if caption_rect(picture, layer).contains(point):
        return Command.RESIZE
    title = title_rect(picture, layer)
    if not title.contains(point):
        return None
    if isinstance(picture, NeuronsPicture) and not (column := picture.columns[picture.number_of(layer)]).slim:
        # The number of units stands behind the name, on the same line.
        metrics = QFontMetricsF(picture.theme.font(Role.TITLE))
        end = title.center().x() + metrics.horizontalAdvance(f"{column.title}  {column.units}") / 2
        if end - metrics.horizontalAdvance(f" {column.units}") <= point.x():
            return Command.RESIZE
    return Command.RENAME
