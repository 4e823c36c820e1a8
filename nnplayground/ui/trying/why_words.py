"""The words of a text that speak for an answer, and those that speak against it."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from nnplayground.core.table import Table
from nnplayground.data.rows import Rows
from nnplayground.data.vocabulary import START, UNKNOWN, Vocabulary
from nnplayground.engine.explaining import Explanation
from nnplayground.ui.theme.numbers import signed
from nnplayground.ui.theme.theme import Role, Theme

STRONGEST = 10
LINES, LEAST_LINES = 4, 2


def by_word(explanation: Explanation) -> dict[int, float]:
    """What each word of a text, by its number, does for the answer; of one that occurs several times all of that."""
    samples, parts = explanation.question.samples, explanation.parts
    numbers = samples.indices if isinstance(samples, Rows) else np.asarray(samples[0])
    effects = parts if isinstance(samples, Rows) else parts[0]
    found, place = np.unique(numbers, return_inverse=True)
    sums = np.bincount(place.ravel(), weights=np.asarray(effects, np.float64), minlength=len(found))
    # 0 is what short texts are filled up with; it is no word, and no place of the text.
    return {int(number): float(effect) for number, effect in zip(found, sums, strict=True) if number}


class StrongestWords(QLabel):
    """The ten strongest words, each with what it does."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strongestWords")
        self.setAccessibleName(self.tr("The strongest words"))
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._theme = theme
        self.shown: tuple[tuple[str, float], ...] = ()
        self._answer = ""
        self._all: tuple[tuple[tuple[int, float], ...], Vocabulary | None] = (), None
        theme.use_font(self, Role.HELPER)
        theme.changed.connect(self._write)

    def hasHeightForWidth(self) -> bool:
        """In a low window the weakest of the words are cut off, and nothing else."""
        return False

    def sizeHint(self) -> QSize:
        return QSize(200, LINES * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(80, LEAST_LINES * self.fontMetrics().height())

    def show_words(self, effects: Mapping[int, float], vocabulary: Vocabulary | None, answer: str = "") -> None:
        """What words do, by their numbers, for the `answer`; no vocabulary: nothing is known."""
        self._answer = answer
        order = sorted(effects, key=lambda number: -abs(effects[number])) if vocabulary is not None else []
        self._all = tuple((number, effects[number]) for number in order), vocabulary
        self.shown = self._named(STRONGEST)
        self._write()

    def table(self) -> Table | None:
        """All words of the text, the strongest first; None while nothing is known."""
        return Table(("word", "effect"), self._named(None)) if self._all[0] else None

    def _named(self, most: int | None) -> tuple[tuple[str, float], ...]:
        words, vocabulary = self._all
        return tuple((self._name(number, vocabulary), effect) for number, effect in words[:most]) if vocabulary is not None else ()

    def _name(self, number: int, vocabulary: Vocabulary) -> str:
        special = {START: self.tr("(start)"), UNKNOWN: self.tr("(unknown words)")}
        return special.get(number) or vocabulary.word(number)

    def _write(self) -> None:
        tokens = self._theme.tokens
        told = [
            f'{html.escape(word)}&nbsp;<span style="color:{tokens.neg_text if effect < 0 else tokens.pos_text}">{signed(effect)}</span>'
            for word, effect in self.shown
        ]
        lead = self.tr("Blue speaks for {answer}:").format(answer=self._answer) if self._answer and told else ""
        self.setText(f'<span style="color:{tokens.muted}">{html.escape(lead)}</span> {", ".join(told)}' if lead else ", ".join(told))
        self.setToolTip(", ".join(told))
        self.setAccessibleDescription(", ".join(f"{word} {signed(effect)}" for word, effect in self.shown))
