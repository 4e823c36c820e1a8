"""The painted points as a picture that grows with a stroke, so that thousands of points cost no more than the new ones."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from nnplayground.core.painting import Points
from nnplayground.ui.views.frame import Frame
from nnplayground.ui.views.markers import stamp_all
from nnplayground.ui.views.points import PointStamps


class PointLayer:
    """One picture of the whole canvas; whoever changes points says which."""

    def __init__(self, size: QSize, frame: Frame, stamps: PointStamps) -> None:
        self.size, self.frame, self.stamps = size, frame, stamps
        self.pixmap = QPixmap(round(size.width() * stamps.ratio), round(size.height() * stamps.ratio))
        self.pixmap.setDevicePixelRatio(stamps.ratio)
        self.pixmap.fill(Qt.GlobalColor.transparent)

    def add(self, points: Points) -> QRectF:
        """Draw further points; gives the part of the canvas that has changed."""
        if not len(points):
            return QRectF()
        painter = QPainter(self.pixmap)
        painter.setClipRect(self.frame.area)
        self.draw(painter, points)
        painter.end()
        places = self.frame.to_pixel(points[:, :2])
        (left, top), (right, bottom) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
        room = self._reach
        return QRectF(left - room, top - room, right - left + 2 * room, bottom - top + 2 * room)

    def redraw(self, part: QRectF, points: Points) -> None:
        """Draw a part of the canvas anew, where points are gone or other ones."""
        painter = QPainter(self.pixmap)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.fillRect(part, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setClipRect(part.intersected(self.frame.area))
        places, room = self.frame.to_pixel(points[:, :2]), self._reach
        across = (places[:, 0] > part.left() - room) & (places[:, 0] < part.right() + room)
        self.draw(painter, points[across & (places[:, 1] > part.top() - room) & (places[:, 1] < part.bottom() + room)])
        painter.end()

    def draw(self, painter: QPainter, points: Points) -> None:
        """Draw points into any picture of the canvas."""
        places = np.round(self.frame.to_pixel(points[:, :2]), 1)
        for chosen, stamp in self.stamps.groups(points[:, 2]):
            stamp_all(painter, stamp, places[chosen].tolist())

    @property
    def _reach(self) -> float:
        """How far a point's picture reaches."""
        return 2 * self.stamps.radius + 3
