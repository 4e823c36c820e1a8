"""`Run`: what the window knows of the run that is open, folded from its events; and the states it may be in."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from nnplayground.core import edits, own_paths
from nnplayground.core.facts import DataFacts
from nnplayground.core.history import History
from nnplayground.core.spec import ProjectSpec
from nnplayground.engine.events import Epochs, Progress, Started, Status
from nnplayground.engine.saved_names import other_names
from nnplayground.engine.state import holds_training
from nnplayground.ui.mailbox import Measured

RATE_WINDOW = 1.0
VALIDATION = "val_"
LEARNING_RATE = "learning_rate"


class Engine(Enum):
    """Whether TensorFlow is there."""

    LOADING = "loading"
    READY = "ready"
    MISSING = "missing"


class Phase(Enum):
    """Where the run stands."""

    BLOCKED = "blocked"  # the project has problems
    PREPARING = "preparing"  # data and network are on their way
    READY = "ready"  # not training; at any epoch
    TRAINING = "training"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, eq=False)
class Learned:
    """What a network has learned up to a moment. For every other moment there is another object."""

    epochs: int = 0
    seconds: float = 0.0
    """How long that has taken."""
    brought: bool = False
    """Whether it began with weights from a file, so that training alone does not bring it back."""


@dataclass(frozen=True)
class Resume:
    """A run at rest, to be taken up again; it is worth nothing for a network or data changed since."""

    spec: ProjectSpec
    history: History
    state: bytes | None = None
    weights: bytes | None = None
    learned: Learned | None = None
    progress: float = 0.0
    origin: object = field(default_factory=object)
    """Which run it is; taken up again it is still the same."""

    @classmethod
    def from_file(cls, spec: ProjectSpec, history: History, state: bytes | None, weights: bytes | None) -> Resume:
        has = holds_training(state) if state is not None else weights is not None
        return cls(spec, history, state, weights, Learned(history.epochs, brought=True) if has else None)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to go on with."""
        return self.state is None and self.weights is None

    @property
    def size(self) -> int:
        return len(self.state or b"") + len(self.weights or b"")

    def suits(self, spec: ProjectSpec) -> bool:
        """Whether it is worth something for a project: its files may have moved, and what is live may be other."""
        return edits.with_live_settings(own_paths.at_the_place_of(self.spec, spec), spec) == spec

    def misfit(self, facts: DataFacts) -> str:
        """Why it is worth nothing for the data there is now: its classes or inputs are others; '' where it fits."""
        return other_names(self.state, facts) if self.state is not None else ""


@dataclass
class Run:
    """`until` is the epoch at which it is complete. `tested` says that its validation set is the test set."""

    history: History
    until: int
    tested: bool = False
    status: Status | None = None
    progress: float = 0.0
    """How far the epoch that has begun is, from 0 to 1."""
    started: Started | None = None
    learned: Learned | None = None
    """None while the network is as it was made."""
    touched: bool = False
    """Whether weights were set by hand."""
    origin: object = field(default_factory=object)
    _rate: tuple[int, float] | None = None
    """The learning rate while it stands still, and from which epoch on that is known."""
    _clock: float = field(default_factory=time.monotonic)
    _running: dict[str, float] = field(default_factory=dict)
    _train: dict[str, float] = field(default_factory=dict)
    _test: dict[str, float] = field(default_factory=dict)
    _rates: deque[tuple[float, int, float]] = field(default_factory=deque)

    @classmethod
    def of(cls, spec: ProjectSpec, resume: Resume | None) -> Run:
        """The run of a project: a new one, or one that is taken up again."""
        tested = spec.data.validation is not None and spec.data.validation.use == "test"
        if resume is None:
            return cls(History(), spec.training.epochs, tested)
        history = resume.history.copy()
        return cls(history, max(spec.training.epochs, history.epochs), tested, progress=resume.progress, learned=resume.learned,
                   touched=resume.learned is None and not resume.is_empty, origin=resume.origin)  # fmt: skip

    @property
    def epoch(self) -> int:
        return self.history.epochs

    def begin(self, item: Started) -> None:
        self.started = item
        if item.epoch > self.epoch:  # weights without their history: the epochs before are unknown
            self.history.append({"loss": [float("nan")] * (item.epoch - self.epoch)}, self.epoch + 1)
            self.until = max(self.until, item.epoch)

    def go_on(self, until: int) -> None:
        self.until, self.status, self._clock = until, None, time.monotonic()
        self._rates.clear()

    def add(self, item: Epochs) -> None:
        self.history.append(self._with_rate(item), item.first)
        self.progress, self._running = 0.0, {}
        now = self._learn()
        self._rates.append((now, item.count, item.seconds))
        while len(self._rates) > 2 and now - self._rates[0][0] > RATE_WINDOW:
            self._rates.popleft()

    def _with_rate(self, item: Epochs) -> dict[str, NDArray[np.float64]]:
        """An event's numbers, the learning rate among them once it has moved: a schedule, a plateau or a hand moves it."""
        rates = item.learning_rate
        if rates is None:
            return item.logs
        if LEARNING_RATE not in self.history.names:
            if self._rate is None:
                self._rate = self.epoch, float(rates[0])
            since, rate = self._rate
            if (rates == rate).all():
                return item.logs
            if self.epoch:  # it has stood still up to here; before this run was taken up, nobody knows
                self.history.put_in(LEARNING_RATE, np.where(np.arange(self.epoch) < since, np.nan, rate))
        return {**item.logs, LEARNING_RATE: rates}

    def move(self, item: Progress) -> None:
        """Further within an epoch, whose numbers so far are the newest of the training set."""
        self.progress, self._running = item.step / max(1, item.steps), item.logs
        self._learn()

    def _learn(self) -> float:
        """Another moment of training; says when."""
        now, before = time.monotonic(), self.learned or Learned()
        self.learned, self._clock = Learned(self.epoch, before.seconds + now - self._clock, before.brought), now
        return now

    def measure(self, item: Measured) -> None:
        self._train, self._test = item.train or self._train, item.test

    def numbers(self) -> tuple[dict[str, float], dict[str, float]]:
        """The loss and the metrics on the training set and on the test set, as new as they are known."""
        last = self.history.last()
        train = {name: value for name, value in last.items() if not name.startswith(VALIDATION)}
        validation = {name.removeprefix(VALIDATION): value for name, value in last.items() if name.startswith(VALIDATION)}
        return self._running or train or self._train, (validation if self.tested and validation else self._test)

    @property
    def is_within(self) -> bool:
        """Whether the numbers on the training set are of an epoch that is not over."""
        return bool(self._running)

    def epochs_per_second(self) -> tuple[float, float]:
        """How fast epochs went by in the last second, and how fast they could have."""
        if len(self._rates) < 2:
            return 0.0, 0.0
        count = sum(n for _, n, _ in self._rates)
        busy = sum(seconds for _, _, seconds in self._rates)
        first, last = self._rates[0], self._rates[-1]
        passed = last[0] - first[0]
        return ((count - first[1]) / passed if passed > 0 else 0.0), (count / busy if busy > 0 else 0.0)
