"""Test samples in pages, with what the network takes each for: all of them, or only its mistakes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Array, Examination, Reading
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme.numbers import percent
from nnplayground.ui.theme.theme import Role, Theme

ANSWERED = 500
"""Of so many test samples the answers are asked for: enough to show mistakes, few enough to be quick."""


@dataclass(frozen=True)
class Words:
    """What the samples are called, translated, with what they are filled in with."""

    name: str
    page: str
    """`{first}`, `{last}`."""
    one: str
    """`{number}`, `{true}`."""
    no_mistakes: str
    """`{count}`."""


class SamplePages(QWidget):
    """Shows one page at a time; `page_changed` says which in words, and in brief. What a sample looks like, a subclass knows."""

    page_changed = Signal(str, str)
    mistakes_changed = Signal(int)
    picked = Signal(int)
    """A sample, by the person; only where samples may be picked."""

    def __init__(self, theme: Theme, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(words.name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = theme
        self._reading = Reading()
        self._dataset: Dataset | None = None
        self._answers: Array | None = None
        self._chosen: NDArray[np.int64] = np.empty(0, np.int64)
        self._order: NDArray[np.int64] = np.empty(0, np.int64)
        self._shuffles = 0
        self._first = 0
        self._words = words
        self._findings: NDArray[np.int64] | None = None
        self.can_pick = False
        """Whether a click or the arrow keys pick a sample; mistakes then say how sure the network was."""
        self.current: int | None = None
        """The sample that is picked."""
        self.only_mistakes = False
        self.stale = False
        theme.changed.connect(self.update)

    # ---- what is shown

    def show_reading(self, reading: Reading) -> None:
        if reading != self._reading:
            self._reading = reading
            self.show_answers(None)

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self._order = np.arange(0 if dataset is None else min(ANSWERED, len(dataset.test)), dtype=np.int64)
        self._shuffles = self._first = 0
        self.show_answers(None)

    def show_answers(self, outputs: Array | None) -> None:
        """The network's outputs for the first test samples (n, units); None for a network that knows nothing yet."""
        self._answers = outputs
        self._chosen = np.empty(0, np.int64) if outputs is None else self._reading.chosen(outputs)
        self.mistakes_changed.emit(len(self.mistakes()))
        self._turned()

    def show_findings(self, examination: Examination | None, order: NDArray[np.int64]) -> None:
        """The answers to all test samples, and the numbers of those that are shown, in their order."""
        self._answers = None if examination is None else examination.outputs
        self._chosen = np.empty(0, np.int64) if examination is None else examination.answers
        self._findings = order
        self._turned()

    def pick(self, index: int | None) -> None:
        """Mark a sample, and turn to its page; `picked` is not emitted."""
        self.current = index
        places = np.flatnonzero(self._sequence() == (-1 if index is None else index))
        if len(places):
            self._first = int(places[0]) // self.page_size * self.page_size
        self._turned()

    @property
    def among(self) -> int | None:
        """Of how many test samples, the first ones, these are the mistakes; None: of all."""
        return None if self._dataset is None or len(self._order) == len(self._dataset.test) else len(self._order)

    def mistakes(self) -> NDArray[np.int64]:
        """The numbers of the answered test samples that are taken for something else, the surest first."""
        if self._dataset is None or self._answers is None:
            return np.empty(0, np.int64)
        wrong = np.flatnonzero(self._chosen != self._dataset.test.y[: len(self._chosen)])
        return wrong[np.argsort(-self._reading.confidence(self._answers[wrong]), kind="stable")]

    def set_only_mistakes(self, on: bool) -> None:
        self.only_mistakes = on
        self._first = 0
        self._turned()

    def set_stale(self, stale: bool) -> None:
        if stale != self.stale:
            self.stale = stale
            self.update()

    def turn(self, pages: int) -> None:
        """Go pages on or back, around the ends."""
        count = len(self._sequence())
        page = self.page_size
        last = max((count - 1) // page, 0)
        self._first = (self._first // page + pages) % (last + 1) * page
        self._turned()

    def shuffle(self) -> None:
        """Other test samples of those that are answered; the same number of shuffles gives the same images."""
        self._shuffles += 1
        self._order = np.random.default_rng(self._shuffles).permutation(len(self._order)).astype(np.int64)
        self._first = 0
        self._turned()

    @property
    def page_size(self) -> int:
        """How many samples there is room for, at least one."""
        raise NotImplementedError

    def shown(self) -> list[int]:
        """The numbers of the test samples on this page."""
        return [int(i) for i in self._sequence()[self._first : self._first + self.page_size]]

    def caption(self, index: int) -> str:
        """What is said of a sample: `4  98 %`, or `6, not 5` for a mistake, or its label before any answer."""
        if self._dataset is None:
            return ""
        true = self._class_name(int(self._dataset.test.y[index]))
        if self._answers is None or index >= len(self._chosen):
            return true
        chosen = self._class_name(int(self._chosen[index]))
        if chosen != true:
            said = self.tr("{chosen}, not {true}").format(chosen=chosen, true=true)
            sure = self._sureness(index, 0) if self.can_pick else ""
            return f"{said} · {sure}" if sure else said
        return f"{chosen}  {self._sureness(index, 0)}".rstrip()

    def read_out(self, index: int) -> str:
        """One sample in a sentence."""
        if self._dataset is None:
            return ""
        true = self._class_name(int(self._dataset.test.y[index]))
        text = self._words.one.format(number=f"{index + 1:,}", true=true)
        if self._answers is None or index >= len(self._chosen):
            return text
        taken = self.tr("The network says {chosen}").format(chosen=self._class_name(int(self._chosen[index])))
        sure = self._sureness(index, 1)
        return f"{text}\n{taken}, {sure}." if sure else f"{text}\n{taken}."

    def _sureness(self, index: int, places: int) -> str:
        if not self._reading.has_probabilities or self._answers is None:
            return ""
        share = float(self._reading.confidence(self._answers[index]))
        if not math.isfinite(share):
            return ""
        return percent(share) if places else f"{share * 100:.0f} %"

    def _class_name(self, index: int) -> str:
        return self._reading.classes[index] if index < len(self._reading.classes) else str(index)

    def _sequence(self) -> NDArray[np.int64]:
        if self._findings is not None:
            return self._findings
        if not self.only_mistakes:
            return self._order
        wrong = self.mistakes()
        if self._shuffles:
            return self._order[np.isin(self._order, wrong)]
        return wrong

    def _turned(self) -> None:
        count = len(self._sequence())
        if self._first >= count:
            self._first = 0
        if count == 0:
            self.page_changed.emit("", "")
        else:
            last = min(self._first + self.page_size, count)
            kind = self.tr("Mistakes {first} to {last} of {count}") if self.only_mistakes else self._words.page
            if self._findings is not None:
                kind = self.tr("{first} to {last} of {count}")
            page = {"first": f"{self._first + 1:,}", "last": f"{last:,}", "count": f"{count:,}"}
            self.page_changed.emit(kind.format(**page), self.tr("{first} to {last}").format(**page))
        self.update()

    # ---- painting

    @property
    def columns(self) -> int:
        """Samples beside each other."""
        return 1

    def box(self, place: int) -> QRectF:
        """Where the sample at a place on the page is drawn."""
        raise NotImplementedError

    def _painter_of_one(self, painter: QPainter) -> Callable[[int, int], None]:
        """What draws the sample with a number (second) at a place on the page (first)."""
        raise NotImplementedError

    def _is_wrong(self, index: int) -> bool:
        assert self._dataset is not None
        return self._is_answered(index) and int(self._chosen[index]) != int(self._dataset.test.y[index])

    def _is_answered(self, index: int) -> bool:
        return self._answers is not None and index < len(self._chosen)

    def _draw_nothing(self, painter: QPainter) -> None:
        if not self.only_mistakes or self._dataset is None:
            return
        text = self.tr("Train first; then the mistakes stand here.")
        if self._answers is not None:
            text = self.tr("No mistakes on the test set. Try more noise?")
            if len(self._chosen) < len(self._dataset.test):
                text = self._words.no_mistakes.format(count=len(self._chosen))
        painter.setPen(QColor(self._theme.tokens.muted))
        painter.setFont(self._theme.font(Role.HELPER))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    # ---- Qt

    def sizeHint(self) -> QSize:
        return QSize(264, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        shown = self.shown()
        if self.stale:
            painter.setOpacity(0.6)
        draw = self._painter_of_one(painter)
        for place, index in enumerate(shown):
            draw(place, index)
        painter.setOpacity(1)
        if self.current in shown:
            painter.setPen(QPen(QColor(self._theme.tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.box(shown.index(self.current)).adjusted(-1, -1, 1, 1), 6, 6)
        if not shown:
            self._draw_nothing(painter)
        if self.hasFocus() and self.current not in shown:
            painter.setPen(QPen(QColor(self._theme.tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._first = self._first // max(self.page_size, 1) * self.page_size
        self._turned()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_PageUp: -1}
        step = steps.get(Qt.Key(event.key()))
        if self.can_pick and self._stepped(Qt.Key(event.key())):
            return
        if step is None:
            super().keyPressEvent(event)
        else:
            self.turn(step)

    def _stepped(self, key: Qt.Key) -> bool:
        """Go to another sample, if that is what the key means."""
        sequence, across = self._sequence(), self.columns
        moves = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: across, Qt.Key.Key_Up: -across,
                 Qt.Key.Key_Home: -len(sequence), Qt.Key.Key_End: len(sequence)}  # fmt: skip
        if key not in moves or not len(sequence):
            return False
        places = np.flatnonzero(sequence == (-1 if self.current is None else self.current))
        place = self._first if not len(places) else int(np.clip(int(places[0]) + moves[key], 0, len(sequence) - 1))
        self.pick(int(sequence[place]))
        self.picked.emit(int(sequence[place]))
        return True

    def _sample_at(self, at: QPointF) -> int | None:
        return next((i for p, i in enumerate(self.shown()) if self.box(p).contains(at)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._sample_at(event.position())
        if self.can_pick and event.button() is Qt.MouseButton.LeftButton and index is not None:
            self.pick(index)
            self.picked.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._sample_at(event.position())
        tip = "" if index is None else plain_tip(self.read_out(index))
        if tip != self.toolTip():
            self.setToolTip(tip)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.setToolTip("")


def draw_cross(painter: QPainter, at: QPointF, colour: QColor, ground: QColor) -> None:
    """The mark of a wrong answer."""
    painter.setPen(QPen(ground, 1.5))
    painter.setBrush(colour)
    painter.drawEllipse(at, 6, 6)
    painter.setPen(QPen(ground, 1.5))
    painter.drawLine(at + QPointF(-2.2, -2.2), at + QPointF(2.2, 2.2))
    painter.drawLine(at + QPointF(-2.2, 2.2), at + QPointF(2.2, -2.2))
