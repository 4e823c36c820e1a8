"""How the outputs of one layer for one sample are drawn: maps, heat, cells, bars, a number, a text.

Every function draws inside a box, from its top, and gives the y where its drawing ends.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QTextLayout, QTextOption

from nnplayground.engine.layer_pictures import joined
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.theme import Role, Theme

Floats = NDArray[np.floating[Any]]

GAP = 4.0
MOST_CELLS = 256
"""Units that are squares of their own; of more only a picture of the values is drawn."""
ROUND_CELLS = 100
MOST_POINTS = 2048
LARGEST_CELL = 22.0


@dataclass(frozen=True)
class Bar:
    """One row of bars. `share` is how long it is, from 0 to 1, or from -1 to 1 where the bars begin in the middle.

    A `strong` row is the one that counts, `quiet` ones are those that it is compared with.
    """

    name: str
    share: float
    strong: bool = False
    quiet: bool = False
    text: str = ""


def coloured(values: Floats, scale: float, theme: Theme, *, signed: bool) -> QImage:
    """A picture of (h, w) values, the first row on top, which has the full colour at `scale`."""
    if signed:
        return colormap.diverging_image(values[::-1] / scale, theme.tokens)
    return colormap.sequential_image(values / scale, theme.tokens)


def draw_maps(painter: QPainter, box: QRectF, values: Floats, scale: float, theme: Theme, *, signed: bool) -> float:
    """The maps of (h, w, maps) values, in as many columns as make them largest."""
    height, width, maps = values.shape
    columns, cell = arrangement(box, maps, width / height)
    rows = -(-maps // columns)
    left = box.center().x() - (columns * (cell[0] + GAP) - GAP) / 2
    # All maps are coloured at once, which is what takes time.
    tall = coloured(np.moveaxis(values, -1, 0).reshape(maps * height, width), scale, theme, signed=signed)
    smooth(painter, coarse=cell[0] * _ratio(painter) >= width)
    for i in range(maps):
        place = QRectF(left + i % columns * (cell[0] + GAP), box.top() + i // columns * (cell[1] + GAP), *cell)
        painter.drawImage(place, tall, QRectF(0, i * height, width, height))
        outline(painter, place, theme)
    return box.top() + rows * (cell[1] + GAP) - GAP


def draw_heat(painter: QPainter, box: QRectF, values: Floats, scale: float, theme: Theme, *, signed: bool) -> float:
    """(steps, features) values: steps from left to right, features from top to bottom."""
    steps, features = values.shape
    most = LARGEST_CELL * theme.zoom
    width, height = min(box.width(), steps * most), min(box.height(), max(box.width(), 60.0), features * most)
    place = QRectF(box.center().x() - width / 2, box.top(), width, height)
    smooth(painter, coarse=width * _ratio(painter) >= steps and height * _ratio(painter) >= features)
    painter.drawImage(place, coloured(values.T, scale, theme, signed=signed))
    outline(painter, place, theme)
    return place.bottom()


def draw_cells(painter: QPainter, box: QRectF, values: Floats, scale: float, theme: Theme, *, signed: bool) -> float:
    """(n,) values as squares, row by row; many of them as the points of one picture."""
    shown = values
    if len(values) > MOST_CELLS:
        shown = joined(values[np.newaxis], 1, -(-len(values) // MOST_POINTS))[0]
    columns = math.ceil(math.sqrt(len(shown) / (2 if len(values) > MOST_CELLS else 1)))
    rows = -(-len(shown) // columns)
    pitch = min(box.width() / columns, box.height() / rows, LARGEST_CELL * theme.zoom)
    ratio = _ratio(painter)
    if pitch * ratio >= 2:
        pitch = math.floor(pitch * ratio) / ratio  # whole pixels, so that all are alike
    left, gap = box.center().x() - pitch * columns / 2, 0.0 if len(values) > MOST_CELLS else max(1.0, min(2.0, pitch * 0.15))
    padded = np.full(columns * rows, 0.0, np.float32)
    padded[: len(shown)] = shown
    image = coloured(padded.reshape(rows, columns), scale, theme, signed=signed)
    if len(values) <= ROUND_CELLS:
        painter.setPen(Qt.PenStyle.NoPen)
        for i in range(len(shown)):
            painter.setBrush(image.pixelColor(i % columns, i // columns))
            corner = QPointF(left + i % columns * pitch, box.top() + i // columns * pitch)
            painter.drawRoundedRect(QRectF(corner.x(), corner.y(), pitch - gap, pitch - gap), 2, 2)
        return box.top() + rows * pitch - gap
    place = QRectF(left, box.top(), columns * pitch, rows * pitch)
    smooth(painter, coarse=True)
    painter.drawImage(place, image)
    ground = QColor(theme.tokens.raised)
    if gap:
        for i in range(1, columns + 1):
            painter.fillRect(QRectF(place.left() + i * pitch - gap, place.top(), gap, place.height()), ground)
        for i in range(1, rows + 1):
            painter.fillRect(QRectF(place.left(), place.top() + i * pitch - gap, place.width(), gap), ground)
    spare = columns * rows - len(shown)
    if spare:
        painter.fillRect(QRectF(place.right() - spare * pitch, place.bottom() - pitch, spare * pitch + 1, pitch + 1), ground)
    if not gap:
        outline(painter, place, theme)
    return place.bottom()


def draw_bars(painter: QPainter, box: QRectF, bars: Sequence[Bar], theme: Theme, *, signed: bool) -> float:
    """A name and a bar in each row; bars with a text of their own have it above them. Of those without room the last row tells how many."""
    font, strong = theme.font(Role.CAPTION, weight=400), theme.font(Role.CAPTION, weight=600)
    metrics, tall = QFontMetricsF(strong), any(bar.text for bar in bars)
    line = metrics.height()
    least = line + 9 * theme.zoom if tall else line * 0.94
    rows, rest = max(1, int(box.height() / least)), 0
    if 1 < rows < len(bars):
        rows, rest = rows - 1, len(bars) - rows + 1
    bars = bars[:rows]
    row = min(box.height() / (len(bars) + min(rest, 1)), least + 5 * theme.zoom)
    names = box.width() if tall else min(max(metrics.horizontalAdvance(bar.name) for bar in bars), box.width() * 0.54)
    track = QRectF(box) if tall else box.adjusted(names + 6, 0, 0, 0)
    for i, bar in enumerate(bars):
        place = QRectF(box.left(), box.top() + i * row, box.width(), row if not tall else line)
        _write_row(painter, place, bar, names, strong if bar.strong else font, theme)
        middle = place.bottom() + 4 * theme.zoom if tall else place.center().y()
        _draw_bar(painter, QRectF(track.left(), middle - 3.5 * theme.zoom, track.width(), 7 * theme.zoom), bar, theme, signed=signed)
    if rest:
        painter.setFont(font)
        painter.setPen(QColor(theme.tokens.muted))
        place = QRectF(box.left(), box.top() + len(bars) * row, box.width(), line)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, QCoreApplication.translate("activations", "{n} more").format(n=rest))
    return box.top() + (len(bars) + min(rest, 1)) * row


def draw_number(painter: QPainter, box: QRectF, text: str, unit: str, bar: Bar, theme: Theme, *, signed: bool) -> float:
    """One output: a number, its unit or meaning, and where it lies among those that are possible."""
    y = box.top()
    for words, font, colour in (
        (text, theme.font(Role.METRIC), theme.tokens.text), (unit, theme.font(Role.CAPTION, weight=400), theme.tokens.muted),
    ):  # fmt: skip
        if not words:
            continue
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(QRectF(box.left(), y, box.width(), metrics.height()), Qt.AlignmentFlag.AlignCenter, shown)
        y += metrics.height()
    place = QRectF(box.left(), y + 5 * theme.zoom, box.width(), 8 * theme.zoom)
    _draw_bar(painter, place, bar, theme, signed=signed)
    return place.bottom()


def draw_text(painter: QPainter, box: QRectF, text: str, theme: Theme) -> float:
    """The first words of a text, as many whole lines as there is room for."""
    font = theme.font(Role.CAPTION, weight=400)
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    y, height = 0.0, QFontMetricsF(font).height()
    layout.beginLayout()
    while y + height <= box.height() and (line := layout.createLine()).isValid():
        line.setLineWidth(box.width())
        line.setPosition(QPointF(0, y))
        y += height
    layout.endLayout()
    painter.setPen(QColor(theme.tokens.muted))
    layout.draw(painter, box.topLeft())
    return box.top() + y


def draw_caption(painter: QPainter, box: QRectF, text: str, theme: Theme) -> None:
    """One line in the middle, in the largest type that fits."""
    font = theme.font(Role.HELPER)
    if QFontMetricsF(font).horizontalAdvance(text) > box.width():
        font = theme.font(Role.CAPTION, weight=400)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(QColor(theme.tokens.muted))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, shown)


def outline(painter: QPainter, place: QRectF, theme: Theme) -> None:
    """A hairline around a picture."""
    painter.setPen(QPen(QColor(theme.tokens.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(place)


def smooth(painter: QPainter, *, coarse: bool) -> None:
    """Pixels that are seen stay squares; what is made smaller is blended, so that nothing is left out."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not coarse)


def arrangement(box: QRectF, maps: int, aspect: float) -> tuple[int, tuple[float, float]]:
    """The number of columns that makes `maps` pictures of this width to height largest, and how large they are."""
    best, size = 1, (0.0, 0.0)
    for columns in range(1, maps + 1):
        rows = -(-maps // columns)
        width = min((box.width() + GAP) / columns - GAP, ((box.height() + GAP) / rows - GAP) * aspect)
        if width > size[0]:
            best, size = columns, (width, width / aspect)
    return best, size


def _write_row(painter: QPainter, place: QRectF, bar: Bar, width: float, font: QFont, theme: Theme) -> None:
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(QColor(theme.tokens.text if bar.strong else theme.tokens.muted))
    room = width - (metrics.horizontalAdvance(bar.text) + 6 if bar.text else 0)
    name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, room)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
    painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, bar.text)


def _draw_bar(painter: QPainter, track: QRectF, bar: Bar, theme: Theme, *, signed: bool) -> None:
    tokens, radius = theme.tokens, min(3.0, track.height() / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.border))
    painter.drawRoundedRect(track, radius, radius)
    if not math.isfinite(bar.share):
        return
    if signed:
        middle, share = track.center().x(), min(max(bar.share, -1.0), 1.0)
        end = middle + share * track.width() / 2
        painter.setBrush(QColor(tokens.pos if share >= 0 else tokens.neg))
        painter.drawRoundedRect(QRectF(min(middle, end), track.top(), max(abs(end - middle), 1.0), track.height()), radius, radius)
        painter.fillRect(QRectF(middle - 0.5, track.top() - 1, 1, track.height() + 2), QColor(tokens.control))
        return
    painter.setBrush(QColor(tokens.control if bar.quiet else tokens.magnitude))
    width = max(min(max(bar.share, 0.0), 1.0) * track.width(), 1.5)
    painter.drawRoundedRect(QRectF(track.left(), track.top(), width, track.height()), min(radius, width / 2), radius)


def _ratio(painter: QPainter) -> float:
    """Device pixels to one unit of the drawing."""
    return painter.deviceTransform().m11()
