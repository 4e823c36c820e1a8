"""How a download is watched and steered, and how long it is waited for."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from nnplayground.data.errors import Cancelled

WINDOW = 5.0
"""Seconds that a speed is an average of: it follows the network, and does not flicker."""
TOO_SHORT = 0.2
"""Seconds that say nothing about a speed."""
LISTEN = 0.1
"""Seconds between two looks at whether somebody calls off who cannot wake the waiting."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds to wait for a connection, and for the next bytes; a cancel is heard between blocks of bytes."""

    connect: float = 5.0
    read: float = 10.0


@dataclass(frozen=True)
class Transfer:
    """How far a download or a check is, in bytes; its speed in bytes per second and the seconds left, once they are known."""

    name: str
    done: int
    total: int
    speed: float | None = None
    counted: str = "bytes"
    """What `done` and `total` count: bytes, or pictures that are read."""

    @property
    def seconds_left(self) -> float | None:
        return (self.total - self.done) / self.speed if self.speed else None


Report = Callable[[Transfer], None]


def never() -> bool:
    """The answer of someone who does not call off."""
    return False


def unreported(transfer: Transfer) -> None:
    """For callers who do not watch."""


class Control:
    """Pauses, resumes and calls off work that runs on another thread. What was called off stays so."""

    def __init__(self, cancelled: Callable[[], bool] = never) -> None:
        self._cancelled = cancelled
        self._off = threading.Event()
        self._go = threading.Event()
        self._go.set()
        self._hang_up: Callable[[], None] | None = None

    def pause(self) -> None:
        self._go.clear()

    def resume(self) -> None:
        self._go.set()

    def cancel(self) -> None:
        self._off.set()
        hang_up = self._hang_up
        if hang_up is not None:
            hang_up()

    @property
    def paused(self) -> bool:
        return not self._go.is_set() and not self.cancelled

    @property
    def cancelled(self) -> bool:
        return self._off.is_set() or self._cancelled()

    def check(self, name: str) -> bool:
        """Wait while paused, and say whether that was so. Raises Cancelled, with `name`, when called off."""
        waited = False
        while not self._go.is_set() and not self.cancelled:
            waited = True
            self._go.wait(LISTEN)
        if self.cancelled:
            raise Cancelled(name)
        return waited

    @contextmanager
    def ends(self, hang_up: Callable[[], None]) -> Iterator[None]:
        """Call `hang_up`, on the thread that cancels, to end a wait for somebody who may be silent for long."""
        self._hang_up = hang_up
        try:
            yield
        finally:
            self._hang_up = None

    def wait(self, seconds: float) -> None:
        """Wait, or until called off."""
        self._off.wait(seconds)


class Meter:
    """Reports how far something is, and works out how fast it goes."""

    def __init__(self, name: str, total: int, report: Report, clock: Callable[[], float] = time.monotonic) -> None:
        self.name, self.total = name, total
        self._report, self._clock = report, clock
        self._seen: deque[tuple[float, int]] = deque()

    def begin(self, done: int) -> None:
        """Measure from here on: after a pause, or when something begins anew."""
        self._seen.clear()
        self(done)

    def __call__(self, done: int) -> None:
        now = self._clock()
        self._seen.append((now, done))
        while len(self._seen) > 2 and self._seen[1][0] < now - WINDOW:
            self._seen.popleft()
        since, before = self._seen[0]
        speed = (done - before) / (now - since) if now - since >= TOO_SHORT else None
        self._report(Transfer(self.name, done, self.total, speed))
