"""What a run is told, and what it says while it trains: frozen values that cross threads and processes."""

from __future__ import annotations

from dataclasses import dataclass, field
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
class TrainRequest:
    """All that a run is told at its start."""

    spec: ProjectSpec
    dataset: Dataset
    run_id: int = 0
    state: RunState | None = None
    """Where to go on from; None begins with new weights drawn from the spec's seed."""
    callbacks: tuple[Any, ...] = ()
    """`keras.callbacks.Callback` objects. Their hooks for epochs, and much more those for batches, cost speed."""


@dataclass(frozen=True)
class RunState:
    """A run at rest: enough to go on exactly where it stood. Arrays in Keras's own order of variables."""

    epoch: int
    weights: tuple[Array, ...]
    optimizer: tuple[Array, ...] = ()
    step: int = 0
    """How many steps of the epoch that has begun are done."""
    tally: tuple[Array, ...] = ()
    """The running sums of that epoch's loss and metrics; empty at an epoch's end."""
    counters: dict[str, float] = field(default_factory=dict)
    """What the rules that watch the run have counted so far: `early_stopping.wait` …"""
    best: tuple[Array, ...] = ()
    """The weights of the best epoch so far, where early stopping will restore them."""
    compiled: str = ""
    """How the loop was compiled ("xla" or "graph"): the other rounds differently in the last digit."""
    ending: str = ""
    """Why the run ends here, where a rule has said so and nobody was told yet."""
    learning_rate: float | None = None
    """The project's own when it was saved, where it was a number; rules may have turned the optimizer's down since."""
    scaling: tuple[Array, ...] = ()
    """Scale and offset of the inputs and of the target: what the weights were trained on. Empty: fitted anew to the data there is."""
    last: tuple[Array, ...] = ()
    """The weights to go on from, where `weights` are those of the best epoch of a completed run."""
    rules: dict[str, str] = field(default_factory=dict)
    """The settings of the rules that counters, best weights and ending are of."""
    shuffled: bool | None = None
    """Whether the epoch that has begun takes its samples in a shuffled order; None: as the project says."""
    classes: tuple[str, ...] = ()
    """What the outputs stood for; empty for values, and in files of before."""
    inputs: tuple[str, ...] = ()
    """What the inputs stood for, where they have names."""


@dataclass(frozen=True)
class Event:
    run_id: int


@dataclass(frozen=True)
class Started(Event):
    """The network is built: `parameters` as Keras counts them, `how` says how it is compiled and why."""

    parameters: int
    epoch: int
    how: str = ""
    memory: int = 0
    """About how many bytes the run needs, data included."""
    warnings: tuple[str, ...] = ()
    """Sentences for people: what is odd about the data, though training can begin."""
    scaling: tuple[Array, ...] = ()
    """The saved scaling that is used, where it is not what was fitted to the data."""


@dataclass(frozen=True)
class Epochs(Event):
    """One or more whole epochs were trained: `logs` maps each name to one value per epoch, from `first` (1-based) on."""

    first: int
    logs: dict[str, NDArray[np.float64]]
    seconds: float
    stopped: bool = False
    """A callback wants training to end after these."""
    learning_rate: NDArray[np.float64] | None = None
    """That of each epoch's end, as Keras logs it; None where nobody has looked."""

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
class Noted(Event):
    """Something happened after `epoch` that people want to know of and that does not end the run: a rate was reduced."""

    epoch: int
    text: str


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
