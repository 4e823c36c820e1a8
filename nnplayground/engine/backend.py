"""What trains: the network of one run, kept by one thread. `engine.loader` gives the real one, tests a scripted one."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from nnplayground.engine.events import Array, Epochs, ProbeRequest, Progress, RunState, Snapshot, Split, Started, TrainRequest


class Backend(Protocol):
    """The network, its optimizer and its data. Every call is made on the thread that made the backend."""

    @property
    def run_id(self) -> int | None:
        """The run that is open; None before the first."""

    @property
    def epoch(self) -> int:
        """How many whole epochs the open run has trained."""

    def open(self, request: TrainRequest) -> Started:
        """Build the network of a run and put its data in place. Raises EngineError with a sentence for people."""

    def advance(self, epochs: int, seconds: float) -> Epochs | Progress:
        """Train on: at most `epochs` epochs and about `seconds` of computing, at least one step.

        Gives the whole epochs that were completed, or the progress inside one.
        """

    def mark(self) -> object:
        """Remember the network as it is now (weights, optimizer, random seeds, epoch); cheap for small networks."""

    def rewind(self, mark: object) -> None:
        """Go back to a mark, exactly."""

    def set_weights(self, weights: tuple[Array, ...]) -> None:
        """Put the weights of a `RunState` into the network; optimizer and epoch stay."""

    def prepare(self) -> None:
        """Compile the training loop ahead, so that the first `advance` is quick; trains nothing. May take seconds."""

    def set_learning_rate(self, value: float) -> None:
        """Change the learning rate from the next step on, without a reset."""

    def probe(self, request: ProbeRequest) -> Snapshot:
        """Answer what the views want to see of the network as it is now."""

    def evaluate(self, split: Split) -> dict[str, float]:
        """The loss and the metrics on a part of the data, by their names in the history; targets in the data's unit."""

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
