"""What single test samples look like wherever there is little room: a picture, the first words, a few numbers."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap, QTextLayout, QTextOption

from nnplayground.data.dataset import Dataset
from nnplayground.data.rows import Rows
from nnplayground.engine.answers import Array
from nnplayground.ui.theme.numbers import number, shape
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.sample_picture import SamplePictures, fitted

KEPT = 600
"""Pictures that are kept ready to be painted again."""
POINT_NAMES = ("x₁", "x₂")


class Face(Enum):
    """What a sample is shown as."""

    PICTURE = "picture"
    TEXT = "text"
    ROW = "row"
    SHAPE = "shape"
    """Numbers that nobody can read: sequences of them, say."""

    @classmethod
    def of(cls, dataset: Dataset) -> Face:
        if dataset.test_texts is not None:
            return cls.TEXT
        if len(dataset.facts.input_shape) == 3:
            return cls.PICTURE
        return cls.ROW if len(dataset.facts.input_shape) == 1 and not isinstance(dataset.test.x, Rows) else cls.SHAPE


class SampleFaces:
    """The test samples of one data set, as the newest theme shows them."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._dataset: Dataset | None = None
        self._maker: SamplePictures | None = None
        self._pictures: dict[int, QPixmap] = {}
        self.face = Face.SHAPE
        theme.changed.connect(self._pictures.clear)

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self._pictures.clear()
        self.face = Face.of(dataset) if dataset is not None else Face.SHAPE
        self._maker = SamplePictures(dataset) if dataset is not None and self.face is Face.PICTURE else None

    @property
    def noun(self) -> str:
        """What one test sample is called."""
        if self.face is Face.PICTURE:
            return _tr("test image")
        return _tr("test text") if self.face is Face.TEXT else _tr("test sample")

    def picture(self, index: int) -> QPixmap:
        """Of data whose samples are pictures."""
        assert self._dataset is not None
        assert self._maker is not None
        if index not in self._pictures:
            if len(self._pictures) >= KEPT:
                self._pictures.pop(next(iter(self._pictures)))
            self._pictures[index] = QPixmap.fromImage(self._maker.image(self._dataset.test.array[index], self._theme.tokens))
        return self._pictures[index]

    def words(self, index: int, most: int) -> str:
        """The first words of a text, '?' for what the network does not know."""
        if self._dataset is None or self._dataset.test_texts is None:
            return ""
        corpus = self._dataset.test_texts
        cut = len(corpus.texts[index : index + 1].values) - 1 > most
        return corpus.text(index, most) + (" …" if cut else "")

    def features(self, index: int) -> list[tuple[str, float]]:
        """Names and values of a row of numbers, in the data's own units."""
        if self._dataset is None or self.face is not Face.ROW:
            return []
        if self._dataset.test_points is not None:
            return [(name, float(value)) for name, value in zip(POINT_NAMES, self._dataset.test_points[index], strict=True)]
        values = self._dataset.test.array[index]
        names = self._dataset.facts.input_names or tuple(f"x{i + 1}" for i in range(len(values)))
        return [(name, float(value)) for name, value in zip(names, values, strict=False)]

    def line(self, index: int, most: int) -> str:
        """A sample in one line: its first words, or its first values."""
        if self.face is Face.TEXT:
            return self.words(index, 2 * most)
        features = self.features(index)
        if features:
            said = "   ".join(f"{name} {number(value)}" for name, value in features[:most])
            return f"{said} …" if len(features) > most else said
        return shape(self._dataset.facts.input_shape) if self._dataset is not None else ""

    def sample(self, index: int) -> Array | None:
        """As the network's cards take it."""
        if self._dataset is None:
            return None
        x = self._dataset.test.x[index : index + 1]
        return np.asarray(x.dense()[0] if isinstance(x, Rows) else x[0])

    def draw_picture(self, painter: QPainter, box: QRectF, index: int, *, wrong: bool = False) -> None:
        tokens = self._theme.tokens
        painter.setPen(QPen(QColor(tokens.error if wrong else tokens.border), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        picture = self.picture(index)
        painter.drawPixmap(fitted(box.adjusted(3, 3, -3, -3), picture.size()), picture, QRectF(picture.rect()))


def draw_lines(painter: QPainter, box: QRectF, text: str, most: int) -> None:
    """Text in the painter's font in at most so many lines, the last one shortened."""
    metrics = QFontMetricsF(painter.font())
    layout = QTextLayout(text, painter.font())
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    layout.beginLayout()
    for place in range(most):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(box.width())
        start = line.textStart()
        whole = text[start:] if place == most - 1 else text[start : start + line.textLength()].rstrip()
        shown = metrics.elidedText(whole, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(QPointF(box.left(), box.top() + place * metrics.lineSpacing() + metrics.ascent()), shown)
    layout.endLayout()


def _tr(text: str) -> str:
    return QCoreApplication.translate("SampleFaces", text)
