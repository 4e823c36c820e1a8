"""Little pictures of data sets, drawn from their own samples."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from nnplayground.core.data_spec import OWN_NAMES
from nnplayground.core.losses import Task
from nnplayground.data import registry
from nnplayground.data.dataset import Dataset
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.class_map import class_colour
from nnplayground.ui.views.markers import class_stamp, marker_stamp, stamp_all
from nnplayground.ui.views.sample_picture import SamplePictures, fitted

SIDE = 56
INSET = 4.0
SEED = 3
WORD_PIXELS = 10
TELLING_WORDS = {
    "imdb": (("wonderful", "pos_text"), ("so boring", "neg_text"), ("loved it", "pos_text"), ("a waste", "neg_text")),
    "reuters": (("earn", "text"), ("crude", "muted"), ("grain", "text"), ("trade", "muted")),
}
"""For texts, which are never built in: words by which their classes are told, and the tokens of their colours."""
OWN_ICONS = {"points": "draw", "csv": "table", "images": "image-multiple-outline", "arrays": "code-brackets"}
"""For data of one's own, before there is any."""


@cache
def _sample(name: str) -> Dataset:
    """The samples that a picture is drawn from: kept as few, so that whole image sets do not stay in memory."""
    return few_of(registry.preview(name, SEED))


def few_of(data: Dataset) -> Dataset:
    """Enough samples for a picture."""
    few = slice(0, 220)
    points = None if data.points is None else data.points[few]
    return Dataset(data.facts, data.source, data.train.take(few), data.test.take(slice(0, 2)), points=points)


def thumbnail(name: str, theme: Theme, ratio: float, own: Dataset | None = None) -> QPixmap:
    """A picture of a data set, `SIDE` pixels a side, on a clear ground; of `own` samples where there are any."""
    pixmap = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    if own is not None and len(own.train):
        _draw_samples(painter, own, theme, ratio)
    elif name in TELLING_WORDS:
        _draw_words(painter, TELLING_WORDS[name], theme)
    elif name in OWN_ICONS:
        theme.icon(OWN_ICONS[name], theme.tokens.muted).paint(painter, QRect(0, 0, SIDE, SIDE).adjusted(14, 14, -14, -14))
    else:
        _draw_samples(painter, _sample(name), theme, ratio)
    painter.end()
    return pixmap


def _draw_samples(painter: QPainter, data: Dataset, theme: Theme, ratio: float) -> None:
    if data.points is not None:
        _draw_plane(painter, data, theme, ratio)
    elif len(data.facts.input_shape) == 3:
        _draw_images(painter, data, theme)
    elif data.facts.input_shape == (1,):
        _draw_line(painter, data, theme, ratio)
    else:
        _draw_table(painter, data, theme, ratio)


def _draw_words(painter: QPainter, lines: tuple[tuple[str, str], ...], theme: Theme) -> None:
    """A few words below each other, each in the colour of a token."""
    font = theme.font(Role.AXIS, weight=600)
    font.setPixelSize(WORD_PIXELS)
    painter.setFont(font)
    step = (SIDE - 2 * INSET) / len(lines)
    for i, (word, token) in enumerate(lines):
        painter.setPen(theme.color(token))
        painter.drawText(QRectF(INSET, INSET + i * step, SIDE - 2 * INSET, step), Qt.AlignmentFlag.AlignCenter, word)


def _draw_plane(painter: QPainter, data: Dataset, theme: Theme, ratio: float) -> None:
    assert data.points is not None
    tokens, gates = theme.tokens, len(data.points) <= 8
    low, high = data.facts.plane_range or (-6.0, 6.0)
    places = _places(data.points, (low, high), (low, high))
    radius = 4.5 if gates else 1.5
    if data.facts.task is Task.REGRESSION:
        shades = colormap.diverging(tokens)
        values = np.round(np.clip(data.train.y, -1, 1) * 5) / 5
        for value in np.unique(values):
            red, green, blue = (int(v) for v in shades[round((float(value) + 1) / 2 * (len(shades) - 1))])
            stamp = marker_stamp(QColor(red, green, blue).name(), "#00000000", 1.6, ratio, plus=bool(value >= 0))
            stamp_all(painter, stamp, places[values == value])
        return
    _stamp_classes(painter, places, data.train.y, theme, ratio, radius)


def _draw_images(painter: QPainter, data: Dataset, theme: Theme) -> None:
    """Nine images of as many different classes as there are."""
    _, firsts = np.unique(data.train.y, return_index=True)
    order = np.concatenate([np.sort(firsts), np.setdiff1d(np.arange(len(data.train)), firsts)])[:9]
    step = (SIDE - 2 * INSET) / 3
    pictures = SamplePictures(data)
    if data.facts.name not in OWN_NAMES:  # ink on paper: the paper is the tile
        painter.setCompositionMode(
            QPainter.CompositionMode.CompositionMode_Multiply if not theme.dark else QPainter.CompositionMode.CompositionMode_Lighten
        )
    for place, index in enumerate(order):
        picture = pictures.image(data.train.array[index], theme.tokens)
        left, top = INSET + place % 3 * step, INSET + place // 3 * step
        box = QRectF(left, top, step, step).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawImage(fitted(box, picture.size()), picture)


def _draw_line(painter: QPainter, data: Dataset, theme: Theme, ratio: float) -> None:
    tokens = theme.tokens
    points = np.column_stack([data.train.array[:, 0], data.train.y])
    places = _places(points, _range(points[:, 0]), _range(points[:, 1]))
    painter.setPen(QPen(QColor(tokens.control), 1))
    painter.drawLine(QPointF(*places[0].tolist()), QPointF(*places[-1].tolist()))
    stamp_all(painter, marker_stamp(tokens.train, "#00000000", 2.4, ratio, plus=True), places)


def _draw_table(painter: QPainter, data: Dataset, theme: Theme, ratio: float) -> None:
    """The feature that tells most against the target, or two features coloured by class."""
    tokens = theme.tokens
    x, y = data.train.array.reshape(len(data.train), -1).astype(np.float64), data.train.y
    if data.facts.task is Task.REGRESSION:
        spread = x.std(axis=0) > 0
        ties = [abs(float(np.corrcoef(x[:, i], y)[0, 1])) if spread[i] else 0.0 for i in range(x.shape[1])]
        points = np.column_stack([x[:, int(np.argmax(ties))], y])
        places = _places(points, _range(points[:, 0]), _range(points[:, 1]))
        stamp_all(painter, marker_stamp(tokens.magnitude, "#00000000", 1.4, ratio, plus=True), places)
        return
    other = x[:, 1] if x.shape[1] > 1 else y
    places = _places(np.column_stack([x[:, 0], other]), _range(x[:, 0]), _range(other))
    _stamp_classes(painter, places, y, theme, ratio, 1.5)


def _stamp_classes(painter: QPainter, places: NDArray[Any], labels: NDArray[Any], theme: Theme, ratio: float, radius: float) -> None:
    """Each class in its colour and shape, the later ones below."""
    for label in np.unique(labels)[::-1].tolist():
        stamp = class_stamp(class_colour(theme.tokens, label), "#00000000", radius, ratio, label)
        stamp_all(painter, stamp, places[labels == label])


def _range(values: NDArray[Any]) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = (high - low) * 0.08 or 1.0
    return low - room, high + room


def _places(points: NDArray[Any], across: tuple[float, float], up: tuple[float, float]) -> NDArray[np.float64]:
    """Points (n, 2) as pixels of the picture, for what is shown across and up."""
    inner = SIDE - 2 * INSET
    x = INSET + (points[:, 0] - across[0]) / (across[1] - across[0]) * inner
    y = SIDE - INSET - (points[:, 1] - up[0]) / (up[1] - up[0]) * inner
    return np.stack([x, y], axis=1).astype(np.float64)
