"""Links are drawn once for their pens, and anew when one of them changes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnplayground.ui.network.links import Bundle, Links
from nnplayground.ui.theme.theme import Theme

STARTS, ENDS = np.array([[10.3, 20.0], [10.3, 70.6]]), np.array([[110.0, 45.4]])


class Paper(QWidget):
    """Shows links; `shift` is where on a pixel they begin."""

    def __init__(self, theme: Theme, links: Links, shift: float) -> None:
        super().__init__()
        self._theme, self._links, self._shift = theme, links, shift
        self.resize(130, 90)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self._shift, 0)
        self._links.paint(painter, self._theme.tokens)
        painter.end()


def pixels(image: QImage) -> NDArray[np.int16]:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).astype(np.int16)


@pytest.mark.parametrize("shift", [0.0, 0.4])
def test_a_kept_picture_looks_like_the_lines_themselves(theme: Theme, qtbot: QtBot, shift: float):
    links = Links()
    bundle = links.bundles[1] = Bundle(STARTS, ENDS)
    bundle.show_kernel(np.array([[2.0], [-0.5]]))
    paper = Paper(theme, links, shift)
    qtbot.addWidget(paper)
    kept = paper.grab().toImage()
    plain = QImage(130, 90, QImage.Format.Format_RGB32)
    plain.fill(kept.pixelColor(125, 5))
    painter = QPainter(plain)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(shift, 0)
    links.paint(painter, theme.tokens)
    painter.end()
    assert np.abs(pixels(kept) - pixels(plain)).max() <= 40  # blending twice rounds otherwise; a blurred line would differ by 100 and more
    assert np.abs(pixels(kept) - pixels(plain)).mean() < 0.5


def test_a_picture_is_drawn_anew_when_a_pen_changes(theme: Theme, qtbot: QtBot):
    links = Links()
    bundle = links.bundles[1] = Bundle(STARTS, ENDS)
    bundle.show_kernel(np.array([[2.0], [-0.5]]))
    paper = Paper(theme, links, 0.0)
    qtbot.addWidget(paper)
    first, picture = paper.grab().toImage(), bundle.picture
    bundle.show_kernel(np.array([[2.01], [-0.51]]))
    assert paper.grab().toImage() == first
    assert bundle.picture is picture
    bundle.show_kernel(np.array([[2.01], [0.51]]))
    assert paper.grab().toImage() != first
    theme.set_dark(True)
    before = bundle.picture
    paper.grab()
    assert bundle.picture is not before
