"""Where an answer comes from: the question, and what each part of a sample does for the answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from nnplayground.data.rows import Rows
from nnplayground.engine.events import Array


class Method(StrEnum):
    """How it is found out what a part of a sample does."""

    SLOPE = "slope"
    """The slope of the answer along each input, times how far the input is from where it says nothing: from 0 for pictures and
    words, from the training mean for the columns of a table. For a linear network the parts add up to the answer."""
    COVER = "cover"
    """Pictures only: how much less probable the answer is with a patch over that place."""


@dataclass(frozen=True, eq=False)
class Question:
    """Why the network answers these samples (n, *input_shape, as stored) as it does."""

    samples: Array | Rows
    method: Method = Method.SLOPE
    about: int | None = None
    """The class to speak about; None: the one that each answer chooses. Of no matter for regression."""


@dataclass(frozen=True)
class Explanation:
    """The answer to a `Question` of n samples. What is above 0 speaks for the class it is about, or for a larger value."""

    question: Question
    outputs: Array
    """(n, units): the answers that are explained."""
    about: NDArray[np.int64]
    """(n,): the classes; 0 for regression."""
    parts: Array
    """(n, height, width) for pictures, the channels added up; (n, *input_shape) for everything else, but for `Rows` (nnz,), one
    for each of their `indices`. By `SLOPE` in units of the last layer before its function, for regression in the data's own; by
    `COVER` as differences of probability, or of the value."""
