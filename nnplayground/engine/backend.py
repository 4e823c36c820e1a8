"""What trains: the network of one run, kept by one thread. `engine.loader` gives the real one, tests a scripted one."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from nnplayground.core.spec import ProjectSpec
from nnplayground.data.rows import Rows
from nnplayground.engine.events import Array, Epochs, Progress, RunState, Split, Started, TrainRequest
from nnplayground.engine.probes import ProbeRequest, Snapshot


class MarkedWeights(NamedTuple):
    """The weights so many epochs after a mark."""

    mark: object
    epochs: int


@dataclass
class Memory:
    """What the rules of `train` remember of a run beyond one call; saved and restored with it."""

    counters: dict[str, float] = field(default_factory=dict)
    best: MarkedWeights | tuple[Array, ...] = ()
    """Of the best epoch so far: the weights, or a mark and how many epochs after it."""
    ending: str = ""
    """Why the run ends here, once that is decided: whoever leaves it before he is told is told when he comes back."""
    rules: dict[str, str] = field(default_factory=dict)
    """The settings of the rules that all this is of, by their names in the project."""
    last: tuple[Array, ...] = ()
    """The weights of the last epoch, where a completed run shows those of the best: whoever goes on goes on from these."""

    def watch(self, rules: dict[str, str]) -> None:
        """Forget what a rule has counted that is another now, or was not there for a while."""
        for name in [name for name, settings in self.rules.items() if rules.get(name) != settings]:
            self.counters = {key: value for key, value in self.counters.items() if not key.startswith(f"{name} ")}
            self.best, self.ending = () if name == "early_stopping" else self.best, ""
        self.rules = dict(rules)

    def clear(self) -> None:
        """Forget everything: a run that begins anew, or goes on after a rule has ended it."""
        self.counters.clear()
        self.rules.clear()
        self.best, self.ending, self.last = (), "", ()


class Backend(Protocol):
    """The network, its optimizer and its data. Every call is made on the thread that made the backend.

    All but the training itself also works when training is over, and for a network whose weights were loaded.
    """

    @property
    def run_id(self) -> int | None:
        """The run that is open; None before the first."""

    @property
    def epoch(self) -> int:
        """How many whole epochs the open run has trained."""

    @property
    def memory(self) -> Memory:
        """What `train` remembers of the open run."""

    def open(self, request: TrainRequest) -> Started:
        """Build the network of a run and put its data in place. Raises EngineError with a sentence for people."""

    def prepare(self) -> None:
        """Compile the training loop ahead, so that the first `advance` is quick; trains nothing. May take seconds."""

    def advance(self, epochs: int, seconds: float) -> Epochs | Progress:
        """Train on: at most `epochs` epochs and about `seconds` of computing, at least one step.

        Gives the whole epochs that were completed, or the progress inside one.
        """

    def mark(self) -> object | None:
        """Remember the run as it is now (weights, optimizer, random seeds, epoch, step, live settings).

        None where that costs too much; then `advance` never gives more than one epoch.
        """

    def rewind(self, mark: object) -> None:
        """Go back to a mark, exactly."""

    def end(self) -> None:
        """The run has ended: callbacks hear of it. Who only leaves it for a while does not call this."""

    def is_finite(self) -> bool:
        """Whether the network as it stands now still has a finite loss, which only its next step would tell; on a few samples."""

    def best_weights(self) -> tuple[Array, ...]:
        """What `memory.best` stands for, () for nothing; the run stands afterwards where it stood before."""

    def weights(self) -> tuple[Array, ...]:
        """A copy of the weights, as in a `RunState`."""

    def set_weights(self, weights: tuple[Array, ...]) -> None:
        """Put the weights of a `RunState` into the network; optimizer and epoch stay."""

    def set_weight(self, layer: int, number: int, at: tuple[int, ...], value: float) -> float:
        """Put a value into one weight, at a place in the array `Snapshot.weights[layer][number]`, and say what it was."""

    def set_live(self, spec: ProjectSpec) -> None:
        """Take over what may change during a run (`edits.with_live_settings`), from the next step on, without a reset."""

    @property
    def learning_rate(self) -> float:
        """The rate of the next step."""

    def set_learning_rate(self, value: float) -> None:
        """Change only the rate, until the project's own changes."""

    def diagnose(self, mark: object | None, epochs: int) -> str:
        """Where the loss stops being finite in the epoch that began so many epochs after a mark, or since the mark.

        "in epoch 3, step 7 of 25, first behind layer 2 (Dense)" for people; "" where it cannot be found again.
        """

    def probe(self, request: ProbeRequest, seconds: float = math.inf) -> Snapshot | None:
        """Answer what the views want to see; None when that takes longer than about `seconds`: ask the same again.

        What needs the whole test set is answered for the network as it was when it was first asked.
        """

    def predict(self, inputs: Array | Rows) -> Array:
        """The network's outputs (n, ...) for samples (n, *input_shape) as stored, not scaled."""

    def evaluate(self, split: Split, seconds: float = math.inf) -> dict[str, float] | None:
        """The loss and the metrics on a part of the data, by their names in the history; targets in the data's unit.

        None when that takes longer than about `seconds`: ask the same again. Training in between begins it anew.
        An empty part gives an empty dict.
        """

    def state(self) -> RunState:
        """A copy of everything that is needed to go on later."""

    def save_weights(self, path: Path) -> None:
        """Write `.weights.h5` as Keras does."""

    def load_weights(self, path: Path) -> None:
        """Read `.weights.h5`. Raises EngineError when the file does not fit the network; then nothing has changed."""

    def save_model(self, path: Path) -> None:
        """Write the whole model as `.keras`."""


class EngineError(Exception):
    """The engine cannot do what was asked; the text is a sentence for people."""
