"""What training says while it runs, and what may be asked of it: frozen values that cross threads and processes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset

Array = NDArray[Any]


class Status(StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    CANCELLED = "cancelled"


class Split(StrEnum):
    """A part of the data."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True)
class ProbeRequest:
    """What the views want to see with the next snapshot; everything is off at first.

    `grid` asks for every layer's outputs over the plane, `grid` by `grid` points; `inputs` (n, *input_shape, as
    stored, not scaled) asks for the network's answers to these samples; `weights` for a copy of every weight.
    """

    grid: int = 0
    neurons: bool = False
    """With `grid`: also every neuron of every layer, on a grid of `neuron_grid` points a side."""
    neuron_grid: int = 40
    weights: bool = False
    inputs: Array | None = None
    test_answers: int = 0
    """The network's answers to the first N test samples."""


@dataclass(frozen=True)
class TrainRequest:
    """All that a run is told at its start."""

    spec: ProjectSpec
    dataset: Dataset
    run_id: int = 0
    state: RunState | None = None
    """Where to go on from; None begins with new weights drawn from the spec's seed."""


@dataclass(frozen=True)
class RunState:
    """A run at rest: enough to go on exactly where it stood. Arrays in Keras's own order of variables."""

    epoch: int
    weights: tuple[Array, ...]
    optimizer: tuple[Array, ...] = ()


@dataclass(frozen=True)
class Event:
    run_id: int


@dataclass(frozen=True)
class Started(Event):
    """The network is built: `parameters` as Keras counts them, `how` says how it is compiled and why."""

    parameters: int
    epoch: int
    how: str = ""


@dataclass(frozen=True)
class Epochs(Event):
    """One or more whole epochs were trained: `logs` maps each name to one value per epoch, from `first` (1-based) on."""

    first: int
    logs: dict[str, NDArray[np.float64]]
    seconds: float

    @property
    def count(self) -> int:
        return len(self.logs["loss"])

    @property
    def last(self) -> int:
        return self.first + self.count - 1


@dataclass(frozen=True)
class Progress(Event):
    """Inside a long epoch (`epoch` is 1-based): `step` of `steps`, and the running mean of the epoch's numbers so far."""

    epoch: int
    step: int
    steps: int
    logs: dict[str, float]


@dataclass(frozen=True)
class Snapshot(Event):
    """What the network looks like after `epoch` epochs (a fraction within one). Empty fields were not asked for.

    Neuron maps and grids run from the lowest to the highest y in rows, from the lowest to the highest x in columns.
    """

    epoch: float
    output_map: Array | None = None
    """(grid, grid, outputs): the network's outputs over the plane, in the network's own units."""
    neuron_maps: tuple[Array | None, ...] = ()
    """One per layer: (neuron_grid, neuron_grid, units), or None for layers that are not vectors."""
    weights: tuple[tuple[Array, ...], ...] = ()
    """One tuple per layer: copies of its weights, for Dense kernel (inputs, units) and bias (units,)."""
    answers: Array | None = None
    """The network's outputs for the request's `inputs`."""
    test_answers: Array | None = None
    """The network's outputs for the first test samples."""


@dataclass(frozen=True)
class Finished(Event):
    """The run ended after `epoch` epochs. `reason` is a sentence for people."""

    status: Status
    epoch: int
    reason: str = ""


@dataclass(frozen=True)
class Failed(Event):
    """The engine could not go on: `message` for people, `details` (a traceback) for the log."""

    message: str
    details: str = ""
