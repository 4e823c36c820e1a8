"""A loaded data set: arrays, and what must be known to read answers in the data's own words and units."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.facts import DataFacts
from nnplayground.data.rows import Rows
from nnplayground.data.texts import Corpus

Samples = NDArray[Any] | Rows


class Source(StrEnum):
    """Where the samples come from."""

    FULL = "full"
    SAMPLE = "sample"
    GENERATED = "generated"


@dataclass(frozen=True)
class Affine:
    """`scaled = value * scale + offset`, element by element; arrays broadcast over one sample.

    `Rows` are never scaled: what is fitted to them is the identity.
    """

    scale: float | NDArray[np.float32] = 1.0
    offset: float | NDArray[np.float32] = 0.0

    def apply(self, values: NDArray[Any]) -> NDArray[np.float32]:
        return np.asarray(values, np.float32) * np.float32(self.scale) + np.float32(self.offset)

    def undo(self, values: NDArray[Any]) -> NDArray[np.float32]:
        return (np.asarray(values, np.float32) - np.float32(self.offset)) / np.float32(self.scale)


@dataclass(frozen=True)
class Part:
    """Samples `x` of shape (n, *input_shape) and answers `y` of shape (n,).

    `x` is as stored (images uint8, features float32 and not yet scaled; derived features of points are there already;
    texts as `Rows` of the words that occur, or as int32 word numbers padded to one length);
    `y` holds class numbers (int64) or values in the data's own unit (float32).
    """

    x: Samples
    y: NDArray[Any]

    def __len__(self) -> int:
        return len(self.x)

    @property
    def array(self) -> NDArray[Any]:
        """`x` where it can only be an array: of points, images and tables."""
        if isinstance(self.x, Rows):
            raise TypeError(f"expected samples as an array; found rows of words of shape {self.x.shape}")
        return self.x

    def take(self, index: NDArray[np.intp] | slice) -> Part:
        return Part(self.x[index], self.y[index])


@dataclass(frozen=True)
class Dataset:
    """Everything a run needs of its data. `scaler` and `target_scaler` were fitted on `train` only."""

    facts: DataFacts
    source: Source
    train: Part
    test: Part
    validation: Part | None = None
    scaler: Affine = Affine()
    target_scaler: Affine = Affine()
    notes: tuple[str, ...] = ()
    """Sentences for people: why the sample stands in for the full set."""
    points: NDArray[np.float32] | None = None
    """For points on a plane: the (n, 2) positions of the training samples, before derived features."""
    test_points: NDArray[np.float32] | None = None
    texts: Corpus | None = None
    """For texts: the training samples as people read them."""
    test_texts: Corpus | None = None
    validation_texts: Corpus | None = None
