"""`ValuePicture`: all values of one array, large: maps, a matrix, bars or squares. What the mouse points at is read and enlarged."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.ui.network.activation_pictures import coloured, outline, smooth
from nnplayground.ui.theme.numbers import number
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.value_places import LARGEST_POINT, LARGEST_SQUARE, MOST_BARS, WIDEST_BAR, Columns, Heat, Spot, Squares, Tiles

Floats = NDArray[np.floating[Any]]

STALE = 0.6
LARGEST_TILE = 96.0
FEW = 16
LEAST = 8.0
"""Pixels below which nothing is drawn."""
ENLARGED = 92.0
"""Pixels a side of the map that the mouse points at."""


class ValuePicture(QWidget):
    """Takes (h, w, maps), (columns, rows) or (n,). `pointed` tells the indices of the value below the mouse, or None."""

    pointed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._values: Floats | None = None
        self._scale, self._signed, self._colours = 1.0, True, False
        self._names: tuple[str, ...] = ()
        self._tall: QImage | None = None
        self._spot: Spot | None = None
        self.stale = False
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._recolour)

    def show_values(
        self, values: Floats | None, scale: float, *, signed: bool, stale: bool = False, names: tuple[str, ...] = ()
    ) -> None:
        """`scale` has the full colour. (h, w, 3, maps) are pictures in colours, grey where they are 0. `names` are of bars."""
        self._values, self._scale, self._signed, self.stale, self._names = values, scale, signed, stale, names
        self._colours = values is not None and values.ndim == 4
        self._recolour()
        if self._spot is not None and (
            len(self._spot.index) != len(self._shape) or any(i >= n for i, n in zip(self._spot.index, self._shape, strict=True))
        ):
            self._tell(None)

    @property
    def values(self) -> Floats | None:
        return self._values

    @property
    def _shape(self) -> tuple[int, ...]:
        shape = () if self._values is None else self._values.shape
        return (*shape[:2], shape[3]) if self._colours else shape

    def value_at(self, index: tuple[int, ...]) -> Floats | float | None:
        """The value that was pointed at; of pictures in colours all three."""
        if self._values is None:
            return None
        if self._colours:
            return np.asarray(self._values[index[0], index[1], :, index[2]])
        return float(self._values[index]) if all(i < n for i, n in zip(index, self._shape, strict=True)) else None

    @property
    def pointed_at(self) -> tuple[int, ...] | None:
        """The indices of what the mouse points at."""
        return None if self._spot is None else self._spot.index

    def spot_at(self, point: QPointF) -> Spot | None:
        """The value at a point of the widget."""
        places = self._places()
        return None if places is None else places.spot(point)

    def sizeHint(self) -> QSize:
        return QSize(300, self._theme.pixels(120))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self._theme.pixels(60))

    def _recolour(self) -> None:
        self._tall = None
        self.update()

    def _box(self) -> QRectF:
        return QRectF(self.rect()).adjusted(0.5, 0.5, -1.5, -1.5)

    def _places(self) -> Tiles | Heat | Squares | Columns | None:
        shape, zoom, box = self._shape, self._theme.zoom, self._bar_box()
        if not shape or 0 in shape or min(box.width(), box.height()) < LEAST:
            return None
        if len(shape) == 3:
            return Tiles(self._box(), (shape[0], shape[1], shape[2]), LARGEST_TILE * zoom)
        if len(shape) == 2:
            return Heat(self._box(), (shape[0], shape[1]), LARGEST_POINT * zoom)
        if shape[0] <= MOST_BARS:
            return Columns(self._bar_box(), shape[0], WIDEST_BAR * zoom)
        return Squares(self._box(), shape[0], LARGEST_SQUARE * zoom)

    def _bar_box(self) -> QRectF:
        line = QFontMetricsF(self._theme.font(Role.AXIS)).height()
        return self._box().adjusted(0, line, 0, -line)

    # ---- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        places = self._places()
        if places is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.stale:
            painter.setOpacity(STALE)
        if isinstance(places, Columns):
            self._draw_bars(painter, places)
        elif isinstance(places, Tiles):
            self._draw_tiles(painter, places)
        else:
            self._draw_matrix(painter, places)
        if self._spot is not None:
            painter.setOpacity(1.0)
            self._draw_spot(painter, places, self._spot)
        painter.end()

    def _image(self) -> QImage:
        """Everything coloured at once, which is what takes time, and only when it is another."""
        assert self._values is not None
        if self._tall is None:
            values = self._values
            if self._colours:
                shares = np.clip(0.5 + np.nan_to_num(np.moveaxis(values, -1, 0)) / (2 * self._scale), 0, 1)
                pixels = np.ascontiguousarray((shares * 255).astype(np.uint8).reshape(-1, *shares.shape[2:]))
                height, width = pixels.shape[:2]
                self._tall = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
                return self._tall
            if values.ndim == 3:
                values = np.moveaxis(values, -1, 0).reshape(-1, values.shape[1])
            elif values.ndim == 2:
                values = values.T
            else:
                places = self._places()
                assert isinstance(places, Squares)
                padded = np.zeros(places.rows * places.columns, np.float32)
                padded[: len(values)] = values
                values = padded.reshape(places.rows, places.columns)
            self._tall = coloured(values, self._scale, self._theme, signed=self._signed)
        return self._tall

    def _draw_tiles(self, painter: QPainter, places: Tiles) -> None:
        height, width, maps = places.shape
        image = self._image()
        smooth(painter, coarse=places.size[0] * self.devicePixelRatioF() >= width)
        for i in range(maps):
            place = places.place(i)
            painter.drawImage(place, image, QRectF(0, i * height, width, height))
            if places.size[0] > 6:
                outline(painter, place, self._theme)

    def _draw_matrix(self, painter: QPainter, places: Heat | Squares) -> None:
        image = self._image()
        # Made smaller along one axis only, what is large along the other one stays sharp.
        ratio = self.devicePixelRatioF()
        most = QSize(max(1, round(places.place.width() * ratio)), max(1, round(places.place.height() * ratio)))
        if image.width() > most.width() or image.height() > most.height():
            image = image.scaled(image.size().boundedTo(most), mode=Qt.TransformationMode.SmoothTransformation)
        smooth(painter, coarse=True)
        painter.drawImage(places.place, image)
        if isinstance(places, Squares) and (spare := places.rows * places.columns - places.count):
            end, pitch = places.place.bottomRight(), places.pitch
            ground = QRectF(end.x() - spare * pitch, end.y() - pitch, spare * pitch + 1, pitch + 1)
            painter.fillRect(ground, QColor(self._theme.tokens.surface))
        else:
            outline(painter, places.place, self._theme)

    def _draw_bars(self, painter: QPainter, places: Columns) -> None:
        assert self._values is not None
        tokens, box = self._theme.tokens, places.box
        font = self._theme.font(Role.AXIS)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        zero = box.center().y() if self._signed else box.bottom()
        room = (box.height() / 2 if self._signed else box.height()) - 1
        texts = [number(float(v)) for v in self._values]
        names = self._names or tuple(str(i) for i in range(places.count))
        # Of many bars all have their numbers or none: a few among them would look like more than they are.
        told = len(texts) <= FEW or max(metrics.horizontalAdvance(text) for text in texts) < places.pitch
        widest = max(metrics.horizontalAdvance(name) for name in names) + 4
        every = 1 if self._names else max(1, math.ceil(widest / places.pitch))
        for i, value in enumerate(self._values):
            place = places.place(i)
            bar = place.adjusted(place.width() * 0.14, 0, -place.width() * 0.14, 0)
            painter.fillRect(QRectF(bar.left(), box.top(), bar.width(), box.height()), QColor(tokens.sunken))
            length = float(np.clip(value / self._scale, -1, 1)) * room if np.isfinite(value) else 0.0
            colour = tokens.magnitude if not self._signed else tokens.pos if value >= 0 else tokens.neg
            painter.fillRect(QRectF(bar.left(), min(zero, zero - length), bar.width(), max(abs(length), 1.0)), QColor(colour))
            painter.setPen(QColor(tokens.text))
            shown = next((text for text in (texts[i], brief(float(value))) if metrics.horizontalAdvance(text) < place.width()), "")
            if told and shown:
                painter.drawText(QRectF(place.left(), 0, place.width(), metrics.height()), Qt.AlignmentFlag.AlignCenter, shown)
            painter.setPen(QColor(tokens.muted))
            if i % every == 0:
                wide = place.adjusted(-(every - 1) * place.width() / 2, 0, (every - 1) * place.width() / 2, 0)
                shown = metrics.elidedText(names[i], Qt.TextElideMode.ElideRight, wide.width())
                painter.drawText(QRectF(wide.left(), box.bottom() + 1, wide.width(), metrics.height()), Qt.AlignmentFlag.AlignCenter, shown)
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.drawLine(QPointF(box.left(), zero), QPointF(places.place(places.count - 1).right(), zero))

    def _draw_spot(self, painter: QPainter, places: Tiles | Heat | Squares | Columns, spot: Spot) -> None:
        tokens = self._theme.tokens
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.text), 1.4))
        place = spot.place
        if isinstance(places, Tiles):
            height, width, _ = places.shape
            tile, side = places.place(spot.index[2]), ENLARGED * self._theme.zoom
            factor = side / max(tile.width(), tile.height())
            if factor > 1.2:
                tile = self._grown(tile, factor)
                painter.fillRect(tile.adjusted(-2, -2, 2, 2), QColor(tokens.surface))
                smooth(painter, coarse=True)
                painter.drawImage(tile, self._image(), QRectF(0, spot.index[2] * height, width, height))
            painter.setPen(QPen(QColor(tokens.control), 1.4))
            painter.drawRect(tile)
            across, down = tile.width() / width, tile.height() / height
            place = QRectF(tile.left() + spot.index[1] * across, tile.top() + spot.index[0] * down, across, down)
            painter.setPen(QPen(QColor(tokens.text), 1.4))
        painter.drawRect(place if min(place.width(), place.height()) > 4 else place.adjusted(-2, -2, 2, 2))

    def _grown(self, tile: QRectF, factor: float) -> QRectF:
        """A map larger, over its neighbours, and inside the widget."""
        width, height = tile.width() * factor, tile.height() * factor
        fit = min(1.0, (self.height() - 4) / height)
        width, height = width * fit, height * fit
        x = min(max(tile.center().x() - width / 2, 2.0), max(2.0, self.width() - width - 3))
        y = min(max(tile.center().y() - height / 2, 2.0), max(2.0, self.height() - height - 3))
        return QRectF(x, y, width, height)

    # ---- pointing

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._tell(self.spot_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._tell(None)

    def resizeEvent(self, event: QEvent) -> None:
        self._recolour()
        self._tell(None)

    def _tell(self, spot: Spot | None) -> None:
        if spot is None and self._spot is None:
            return
        self._spot = spot
        self.pointed.emit(None if spot is None else spot.index)
        self.update()


def brief(value: float) -> str:
    """Two digits, where there is no room for four."""
    return number(float(f"{value:.2g}"))
