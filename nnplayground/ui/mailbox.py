"""`Mailbox`: what passes between the window's thread and the worker's, both ways, without either waiting for the other."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from nnplayground.data.dataset import Dataset
from nnplayground.engine.events import Event
from nnplayground.engine.probes import ProbeRequest

INTERVAL = 1 / 30
"""Seconds between two wake-ups of the window while training."""


@dataclass(frozen=True)
class EngineReady:
    """TensorFlow is there."""

    seconds: float


@dataclass(frozen=True)
class EngineMissing:
    """TensorFlow cannot be used."""

    message: str
    details: str


@dataclass(frozen=True)
class Loaded(Event):
    """The data of a run is there."""

    dataset: Dataset


@dataclass(frozen=True)
class Downloading(Event):
    """The data of a run is on its way: bytes, or pictures that are read."""

    file: str
    done: int
    total: int
    counted: str = "bytes"
    speed: float | None = None
    """Of what is counted, in a second; None until it is known."""


@dataclass(frozen=True)
class Prepared(Event):
    """The training loop is compiled; Play will answer at once."""


@dataclass(frozen=True)
class Paused(Event):
    """The worker has stopped pulling, after `epoch` epochs."""

    epoch: int


@dataclass(frozen=True)
class Measured(Event):
    """The loss and the metrics as they are now; `train` only where no epoch has told them yet."""

    train: dict[str, float]
    test: dict[str, float]


@dataclass(frozen=True)
class Answered:
    """A job is done: its result, or why there is none."""

    job: int
    result: object
    error: str = ""


Item = Event | EngineReady | EngineMissing | Answered


class Mailbox:
    """`newest` is the number of the run that counts: whoever works for an older one may stop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: list[Item] = []
        self._probe: tuple[int, ProbeRequest] | None = None
        self._woken = False
        self._last_wake = 0.0
        self.newest = 0

    def post(self, item: Item) -> None:
        with self._lock:
            self._items.append(item)

    def take(self) -> list[Item]:
        """Everything that was posted since; the next wake-up may come."""
        with self._lock:
            items, self._items = self._items, []
            self._woken = False
            return items

    def should_wake(self, *, now: bool, interval: float = INTERVAL) -> bool:
        """Whether to wake the window: once until it has looked, and unless `now` only after `interval` seconds."""
        with self._lock:
            moment = time.monotonic()
            if self._woken or not self._items or (not now and moment - self._last_wake < interval):
                return False
            self._woken, self._last_wake = True, moment
            return True

    def ask(self, request: ProbeRequest | None) -> None:
        """Ask for a snapshot of the newest run; what was asked before and not answered is forgotten."""
        with self._lock:
            self._probe = None if request is None else (self.newest, request)

    def has_probe(self, run: int) -> bool:
        """Whether a snapshot of this run is wanted."""
        with self._lock:
            return self._probe is not None and self._probe[0] == run

    def next_probe(self, run: int) -> ProbeRequest | None:
        """The snapshot that is wanted of this run, once. One of a newer run waits for that: its samples may have another shape."""
        with self._lock:
            if self._probe is None or self._probe[0] != run:
                return None
            (_run, request), self._probe = self._probe, None
            return request
