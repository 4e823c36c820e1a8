"""`Overview`: how the samples are split, and how many there are of each class, in a few pixels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnplayground.data.dataset import Dataset
from nnplayground.ui.theme.numbers import count, number, percent
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.class_map import class_colour

BAR, BALANCE, GAP = 6, 20, 4
WIDEST = 26
"""Pixels of a class's bar."""
BINS = 20
"""Of the values of a target."""


@dataclass(frozen=True)
class Share:
    """A part of the samples: its word, its size, and the token of its colour."""

    word: str
    size: int
    token: str


class Overview(QWidget):
    """A bar of the split, and below it one small bar for each class, or for each range of values. A tooltip reads them out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataOverview")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self.shares: tuple[Share, ...] = ()
        self.counts = np.zeros(0, np.int64)
        self.words: tuple[str, ...] = ()
        """What each bar counts, in words."""
        self._ends = ("", "")
        self._colourful = False
        """Whether classes have the colours of their points."""
        theme.changed.connect(self.updateGeometry)

    def show_dataset(self, dataset: Dataset | None) -> None:
        """Count what there is; None while there is nothing."""
        self.setVisible(dataset is not None)
        if dataset is None:
            return
        aside = dataset.validation if dataset.validation is not dataset.test else None
        shares = (
            Share(self.tr("train"), len(dataset.train), "train"),
            Share(self.tr("validation"), len(aside) if aside is not None else 0, "ghost"),
            Share(self.tr("test"), len(dataset.test), "test"),
        )
        self.shares = tuple(share for share in shares if share.size)
        self.setVisible(bool(self.shares))
        if not self.shares:
            return  # no points yet
        facts = dataset.facts
        self._colourful = facts.task.is_classification and len(facts.classes) <= len(self._theme.tokens.classes)
        if facts.task.is_classification:
            self.counts = np.bincount(dataset.train.y, minlength=len(facts.classes))
            self.words, self._ends = facts.classes, ("", "")
        else:
            self.counts, edges = _histogram(dataset.train.y)
            span = self.tr("{low} to {high} {unit}")
            self.words = tuple(
                span.format(low=number(a), high=number(b), unit=facts.target_unit).rstrip() for a, b in pairwise(edges.tolist())
            )
            self._ends = (number(float(edges[0])), number(float(edges[-1])))
        parts = ", ".join(f"{count(share.size)} {share.word}" for share in self.shares)
        self.setAccessibleName(self.tr("Split: {parts}").format(parts=parts))
        self.setAccessibleDescription("; ".join(self.read_out(i) for i in range(len(self.words))))
        self.updateGeometry()
        self.update()

    def read_out(self, index: int) -> str:
        """One bar in words."""
        total = max(int(self.counts.sum()), 1)
        share = percent(int(self.counts[index]) / total)
        return self.tr("{what}: {count} of {total} training samples ({share})").format(
            what=self.words[index], count=count(int(self.counts[index])), total=count(total), share=share
        )

    def bar(self, index: int) -> QRectF:
        """The column of a class or a range of values, from top to bottom."""
        step = self.width() / max(len(self.counts), 1)
        return QRectF(index * step, self._top(), step, BALANCE)

    def _top(self) -> float:
        return max((place.bottom() for _, place in self._legend()), default=0.0) + BAR + 3 * GAP

    def _has_words(self) -> bool:
        """Whether the words fit below the bars."""
        metrics = QFontMetricsF(self._theme.font(Role.AXIS))
        room = self.width() / max(len(self.words), 1)
        return any(self._ends) or all(metrics.horizontalAdvance(word) <= room for word in self.words)

    # ---- Qt

    def sizeHint(self) -> QSize:
        below = QFontMetricsF(self._theme.font(Role.AXIS)).height() if self._has_words() else 0
        return QSize(180, round(self._top() + BALANCE + below + 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_split(painter)
        self._draw_balance(painter)
        painter.end()

    def _draw_split(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        painter.setFont(self._theme.font(Role.CAPTION))
        total = sum(share.size for share in self.shares)
        left = 0.0
        for share, (text, place) in zip(self.shares, self._legend(), strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(tokens, share.token)))
            wide = self.width() * share.size / total
            painter.drawRect(QRectF(left, self._top() - BAR - 2 * GAP, max(wide - 1, 1), BAR))
            left += wide
            painter.drawEllipse(QRectF(place.left(), place.center().y() - 3, 6, 6))
            painter.setPen(QColor(tokens.muted))
            painter.drawText(place.adjusted(9, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _legend(self) -> list[tuple[str, QRectF]]:
        """What each part is called, and where that stands: in a second line where one is too short."""
        metrics = QFontMetricsF(self._theme.font(Role.CAPTION))
        found, left, top = [], 0.0, 0.0
        for share in self.shares:
            text = f"{count(share.size)} {share.word}"
            wide = metrics.horizontalAdvance(text) + 10
            if left and left + wide > self.width():
                left, top = 0.0, top + metrics.height() + 1
            found.append((text, QRectF(left, top, wide, metrics.height())))
            left += wide + 8
        return found

    def _draw_balance(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        most = max(int(self.counts.max(initial=0)), 1)
        font = self._theme.font(Role.AXIS)
        painter.setFont(font)
        has_words = self._has_words()
        for i, n in enumerate(self.counts.tolist()):
            box = self.bar(i)
            wide = min(box.width() - min(2.0, box.width() / 4), WIDEST)
            height = max(BALANCE * n / most, 1.0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor((class_colour(tokens, i) if self._colourful else tokens.magnitude) if n else tokens.border))
            painter.drawRect(QRectF(box.center().x() - wide / 2, box.bottom() - height, wide, height))
            if has_words and not any(self._ends):
                painter.setPen(QColor(tokens.faint))
                painter.drawText(QRectF(box.left(), box.bottom() + 1, box.width(), 40), Qt.AlignmentFlag.AlignHCenter, self.words[i])
        if any(self._ends):
            painter.setPen(QColor(tokens.faint))
            below = QRectF(0, self._top() + BALANCE + 1, self.width(), 40)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._ends[0])
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._ends[1])

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = event.pos()
            hit = next((i for i in range(len(self.counts)) if self.bar(i).contains(place)), None)
            QToolTip.showText(event.globalPos(), self.accessibleName() if hit is None else self.read_out(hit), self)
            return True
        return super().event(event)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.updateGeometry()


def _histogram(values: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """How many values each of the bins has, and where they begin and end; a tenth of the time that NumPy's own takes."""
    low, high = float(values.min()), float(values.max())
    room = (high - low) or 1.0
    places = np.minimum((values - low) * (BINS / room), BINS - 1).astype(np.int64)
    return np.bincount(places, minlength=BINS), np.linspace(low, low + room, BINS + 1)
