"""Three classes or more on the plane: their colours, regions, borders and legend."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.tokens import Tokens
from nnplayground.ui.views.contour import zero_lines
from nnplayground.ui.views.markers import draw_class_marker

ORDER = (1, 0)
"""The first two classes have the colours that they have where they are the only ones: orange and blue."""
STEPS = np.linspace(0.0, 1.0, 256)
DEEPER = 0.3
"""How far a point's colour lies from its region's, towards the text's."""


def class_colour(tokens: Tokens, index: int) -> str:
    """The colour of a class's region."""
    index %= len(tokens.classes)
    return tokens.classes[ORDER[index] if index < len(ORDER) else index]


def point_colour(tokens: Tokens, index: int) -> str:
    """The colour of a class's points: they must be seen on their own region."""
    return QColor(*colormap.mix(class_colour(tokens, index), tokens.text, np.array([DEEPER]))[0].tolist()).name()


def class_image(shares: NDArray[np.float64], tokens: Tokens, *, discrete: bool) -> QImage:
    """Every place in the colour of its likeliest class, the paler the less likely: at an equal share of all it is the map's zero.

    `shares` is (rows, columns, classes), lowest y first. With `discrete` the colours are full; what is not a number is hatched.
    """
    count = shares.shape[-1]
    known: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(shares), axis=-1)
    clean = np.where(np.isfinite(shares), shares, 0.0)
    strength = np.ones(known.shape) if discrete else np.clip((clean.max(axis=-1) - 1 / count) / (1 - 1 / count), 0.0, 1.0)
    table = np.stack([colormap.mix(tokens.zero, class_colour(tokens, i), STEPS) for i in range(count)])
    return _picture(table[clean.argmax(axis=-1), np.round(strength * 255).astype(np.intp)], known, tokens)


def probability_image(values: NDArray[np.float64], index: int, tokens: Tokens) -> QImage:
    """How probable one class is at each place (rows, columns), from the map's zero to the class's colour."""
    known: NDArray[np.bool_] = np.isfinite(values)
    table: NDArray[np.uint8] = colormap.mix(tokens.zero, class_colour(tokens, index), STEPS)
    return _picture(table[np.round(np.clip(np.where(known, values, 0.0), 0.0, 1.0) * 255).astype(np.intp)], known, tokens)


def _picture(pixels: NDArray[np.uint8], known: NDArray[np.bool_], tokens: Tokens) -> QImage:
    """A picture of (rows, columns, 3) colours whose first row is the lowest y; what is not known is hatched."""
    if not known.all():
        rows, columns = np.indices(known.shape)
        stripe, ground = (np.round(colormap.rgb(colour) * 255).astype(np.uint8) for colour in (tokens.control, tokens.grid))
        hatch = np.stack([ground, stripe])[np.asarray((rows + columns) % 6 < 2, np.intp)]
        pixels = np.where(known[..., None], pixels, hatch)
    pixels = np.ascontiguousarray(pixels[::-1], np.uint8)
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def class_borders(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lines between regions, as `zero_lines` gives them."""
    pieces = [np.empty((0, 4))]
    # Every border has two sides: that of the last class is always another's too.
    for i in range(shares.shape[-1] - 1):
        others = np.delete(shares, i, axis=-1).max(axis=-1)
        pieces.append(zero_lines(shares[..., i] - others))
    return np.concatenate(pieces)


def legend_columns(names: tuple[str, ...], metrics: QFontMetricsF, width: float) -> tuple[int, float]:
    """How many names stand in one line of the legend, and how wide each column is."""
    widest = max((metrics.horizontalAdvance(name) for name in names), default=0.0) + 30
    columns = max(1, min(len(names), int(width // widest)))
    return columns, width / columns if columns < len(names) else widest


def legend_lines(names: tuple[str, ...], metrics: QFontMetricsF, width: float) -> int:
    """How many lines the legend takes."""
    return -(-len(names) // legend_columns(names, metrics, width)[0])


def draw_class_legend(painter: QPainter, box: QRectF, names: tuple[str, ...], tokens: Tokens) -> None:
    """Every class by its shape, its colour and its name, in columns."""
    metrics = QFontMetricsF(painter.font())
    columns, step = legend_columns(names, metrics, box.width())
    for i, name in enumerate(names):
        at = QPointF(box.left() + i % columns * step, box.top() + i // columns * metrics.height())
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.setBrush(QColor(class_colour(tokens, i)))
        draw_class_marker(painter, at + QPointF(6, metrics.height() / 2), 4.2, i)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(QPointF(at.x() + 16, at.y() + metrics.ascent()), name)
