"""Samples as a source of data hands them over: nothing is set aside or scaled yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnplayground.data.dataset import Part, Source
from nnplayground.data.texts import Corpus


@dataclass(frozen=True)
class Raw:
    """Training and test samples; of points on a plane also their places."""

    train: Part
    test: Part
    source: Source = Source.GENERATED
    notes: tuple[str, ...] = ()
    points: NDArray[np.float32] | None = None
    test_points: NDArray[np.float32] | None = None
    texts: Corpus | None = None
    test_texts: Corpus | None = None
