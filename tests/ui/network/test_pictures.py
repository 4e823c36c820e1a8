"""What is drawn on the cards, by itself."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from nnplayground.ui.network.activation_pictures import Bar, draw_bars
from nnplayground.ui.theme.theme import Theme

WIDE, HIGH = 140, 120


@pytest.mark.parametrize(("count", "cut"), [(5, False), (30, True)])
def test_bars_without_room_are_counted(theme: Theme, count: int, cut: bool):
    image = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    end = draw_bars(painter, QRectF(0, 0, WIDE, HIGH), [Bar(f"f{i}", 1.0) for i in range(count)], theme, signed=False)
    painter.end()
    assert end <= HIGH + 1
    last = range(round(end) - 8, round(end) - 4)
    bar = any(image.pixelColor(WIDE - 20, y) != Qt.GlobalColor.white for y in last)
    words = any(image.pixelColor(x, y) != Qt.GlobalColor.white for x in range(40) for y in last)
    assert (bar, words) == (not cut, True)
