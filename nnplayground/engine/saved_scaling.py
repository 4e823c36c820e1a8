"""Scaling that travels with a saved run: its weights go with the numbers they were trained on, whatever data is there now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnplayground.data.dataset import Affine, Dataset
from nnplayground.engine.backend import EngineError
from nnplayground.engine.events import Array

PARTS = 4
"""Scale and offset of the inputs, and of the target."""
OTHER_SCALING = "The data is other than when this run was saved. It is scaled as it was then, because the weights go with that."


def scaling_of(dataset: Dataset) -> tuple[Array, ...]:
    """The numbers that inputs and target are scaled by, as they are saved."""
    inputs, target = dataset.scaler, dataset.target_scaler
    return tuple(np.asarray(number, np.float32) for number in (inputs.scale, inputs.offset, target.scale, target.offset))


def scaled_as(dataset: Dataset, saved: tuple[Array, ...]) -> Dataset:
    """The same samples with a saved scaling; as they are where that is the same, or where none was saved. Raises EngineError."""
    if not saved:
        return dataset
    if len(saved) != PARTS or not all(np.issubdtype(a.dtype, np.floating) and np.isfinite(a).all() for a in saved):
        raise EngineError("The saved scaling cannot be read: expected scale and offset of inputs and target as finite numbers.")
    if any(a.shape not in ((), dataset.facts.input_shape) for a in saved[:2]) or any(a.shape for a in saved[2:]):
        raise EngineError("The saved scaling does not fit this data: the inputs have changed since it was saved.")
    if not saved[0].all() or not saved[2].all():
        raise EngineError("The saved scaling cannot be read: it scales by 0.")
    if all(np.array_equal(a, b) for a, b in zip(saved, scaling_of(dataset), strict=True)):
        return dataset
    return replace(dataset, scaler=_affine(*saved[:2]), target_scaler=_affine(*saved[2:]))


def _affine(scale: Array, offset: Array) -> Affine:
    return Affine(*(float(a) if a.ndim == 0 else a.astype(np.float32) for a in (scale, offset)))
