"""Setting samples aside: which are learnt from, which are only watched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.data_spec import Validation


class SplitError(ValueError):
    """The validation that was asked for leaves nothing to learn from, or nothing to watch."""


def training_slices(samples: int, validation: Validation | None) -> tuple[slice, slice | None]:
    """Which of `samples` training samples stay for training, and which are set aside (None: none of them).

    A fraction takes the last share, cut as Keras's `validation_split` does; a count takes the first samples.
    """
    if validation is None or validation.use == "test":
        return slice(0, samples), None
    if validation.count is not None:
        if validation.count >= samples:
            raise SplitError(
                f"validation.count is {validation.count:,}, but there are {samples:,} training samples, so none is left to learn from. "
                f"Choose {samples - 1:,} or fewer."
            )
        return slice(validation.count, samples), slice(0, validation.count)
    fraction = validation.fraction or 0.0
    cut = int(samples * (1.0 - fraction))
    if not 0 < cut < samples:
        nothing = "none is left to learn from" if cut == 0 else "none is left to watch"
        raise SplitError(
            f"validation.fraction is {fraction:g} of {samples:,} training samples, so {nothing}. Choose another fraction, or more samples."
        )
    return slice(0, cut), slice(cut, samples)


def shuffled_cut(samples: int, train_fraction: float, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which of `samples` are for training and which for testing, drawn by `seed`: at least one on either side where there are two."""
    order = np.random.default_rng(seed).permutation(samples)
    cut = count_for_training(samples, train_fraction)
    return order[:cut], order[cut:]


def count_for_training(samples: int, train_fraction: float) -> int:
    """How many of `samples` are for training: at least one, and not all where there are two."""
    return min(max(round(samples * train_fraction), 1), max(samples - 1, 1))
