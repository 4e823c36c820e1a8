"""The one sample that the cards show at work: of the data, or put there from elsewhere."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication

from nnplayground.core.losses import Task
from nnplayground.data.dataset import Dataset, Part
from nnplayground.data.rows import Rows
from nnplayground.data.texts import Corpus
from nnplayground.engine.events import Array
from nnplayground.ui.theme.numbers import count, number


class ActivationSample:
    """The first sample of the test set, or of the training set where there is none, until another is asked for."""

    def __init__(self) -> None:
        self._dataset: Dataset | None = None
        self._put: tuple[Array | Rows, str] | None = None
        self._taken: tuple[Part, int, Array | Rows] | None = None
        self.index = 0

    def show_dataset(self, dataset: Dataset | None) -> None:
        """Samples of the data; the place among them is kept while it is the same data set."""
        before, self._dataset, self._taken = self._dataset, dataset, None
        if dataset is None:
            return
        if before is not None and (before.facts.name, before.facts.input_shape) != (dataset.facts.name, dataset.facts.input_shape):
            self.index = 0
        self.index = min(self.index, max(0, len(self.part) - 1))
        if self._put is not None and (before is None or before.facts != dataset.facts):
            self._put = None

    def put(self, sample: Array | None, caption: str = "") -> None:
        """Take a sample (*input_shape, as the data has them); None, or one of other data: one of the data again.

        Panels are told of other data one after another, so what one of them shows may be of the data before.
        """
        if sample is None or self._dataset is None or sample.shape != self._dataset.facts.input_shape:
            self._put = None
            return
        like = self._dataset.train.x
        if isinstance(like, Rows):
            words = np.flatnonzero(sample).astype(np.int32)
            self._put = Rows(np.array([0, len(words)], np.int64), words, like.width), caption
            return
        if np.issubdtype(like.dtype, np.integer):
            limits = np.iinfo(like.dtype)
            sample = np.clip(np.rint(sample), limits.min, limits.max)
        self._put = sample.astype(like.dtype)[np.newaxis], caption

    def step(self, step: int) -> None:
        """Go on by so many samples, from the last to the first; what was put there from elsewhere goes."""
        if self._put is not None:
            self._put = None
        elif len(self.part):
            self.index = (self.index + step) % len(self.part)

    @property
    def is_put(self) -> bool:
        """Whether the sample was put there from elsewhere."""
        return self._put is not None

    @property
    def part(self) -> Part:
        """Where samples are taken from."""
        if self._dataset is None:
            return Part(np.zeros((0,)), np.zeros((0,)))
        return self._dataset.test if len(self._dataset.test) else self._dataset.train

    @property
    def can_step(self) -> bool:
        return len(self.part) > 1 or (self._put is not None and len(self.part) > 0)

    @property
    def x(self) -> Array | Rows | None:
        """The sample as a batch of one; None where there is none. The same object while it is the same sample."""
        if self._put is not None:
            return self._put[0]
        part = self.part
        if not len(part):
            return None
        if self._taken is None or self._taken[0] is not part or self._taken[1] != self.index:
            self._taken = part, self.index, part.x[self.index : self.index + 1]
        return self._taken[2]

    @property
    def dataset(self) -> Dataset | None:
        return self._dataset

    @property
    def corpus(self) -> Corpus | None:
        """The texts among which the sample is, as people read them."""
        if self._dataset is None or self._put is not None:
            return None
        return self._dataset.test_texts if len(self._dataset.test) else self._dataset.texts

    @property
    def answer(self) -> str:
        """What the right answer is, in words; empty where nobody knows."""
        if self._dataset is None or self._put is not None or not len(self.part):
            return ""
        facts, right = self._dataset.facts, self.part.y[self.index]
        if facts.task is Task.REGRESSION:
            return number(float(right))
        return facts.classes[int(right)] if int(right) < len(facts.classes) else ""

    @property
    def caption(self) -> str:
        """Which sample this is, and what the right answer is."""
        if self._put is not None:
            return self._put[1]
        if self._dataset is None or not len(self.part):
            return ""
        text = _tr("Test {n} · {answer}") if len(self._dataset.test) else _tr("Sample {n} · {answer}")
        return text.format(n=count(self.index + 1), answer=self.answer)


def _tr(text: str) -> str:
    return QCoreApplication.translate("CardsPicture", text)
