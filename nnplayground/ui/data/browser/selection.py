"""Which samples are looked at: a part of the data, perhaps only one class of it, page by page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnplayground.data.dataset import Dataset, Part
from nnplayground.data.texts import Corpus

TRAIN, VALIDATION, TEST = "train", "validation", "test"


@dataclass(frozen=True, eq=False)
class Section:
    """One part of the data: its samples, and for texts their words."""

    part: Part
    texts: Corpus | None = None


def sections(dataset: Dataset) -> dict[str, Section]:
    """The parts there are; a validation set that is the test set is no part of its own."""
    found = {TRAIN: Section(dataset.train, dataset.texts)}
    if dataset.validation is not None and dataset.validation is not dataset.test:
        found[VALIDATION] = Section(dataset.validation, dataset.validation_texts)
    return found | {TEST: Section(dataset.test, dataset.test_texts)}


@dataclass(frozen=True, eq=False)
class Selection:
    """The samples of one section, all or those of one class, in their order."""

    section: Section
    rows: NDArray[np.intp]
    """Their numbers within the section."""

    @classmethod
    def of(cls, section: Section, label: int | None = None) -> Selection:
        y = section.part.y
        return cls(section, np.arange(len(y)) if label is None else np.flatnonzero(y == label))

    def __len__(self) -> int:
        return len(self.rows)

    def page(self, number: int, size: int) -> list[int]:
        """The samples on a page; pages count from 0."""
        return [int(i) for i in self.rows[number * size : (number + 1) * size]]

    def pages(self, size: int) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-len(self.rows) // max(size, 1)))
