"""`Worker`: the thread that TensorFlow lives on. It pulls events from `train` and hands copies to the window."""

from __future__ import annotations

import logging
import tempfile
import time
import traceback
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import Epochs, Event, Failed, Finished, Split, Started, Status, TrainRequest
from nnplayground.engine.state import load_state
from nnplayground.engine.train import Pace, train
from nnplayground.ui.mailbox import INTERVAL, Answered, EngineMissing, EngineReady, Mailbox, Measured, Paused, Prepared

logger = logging.getLogger(__name__)

MEASURE_EVERY = 1.0
CHEAP = 0.02
"""Seconds that a measurement may cost while training: a stop waits no longer for it."""
PROBE_SHARE = 0.3
"""The most of the time that may go into pictures while training."""
SMALL = 1_000_000
"""Parameters up to which the first weights are kept, so that Reset is immediate."""


class PythonThread(QThread):
    """A thread with an event loop that Python sees as one thread from its start to its end.

    Under a plain QThread each slot begins with a new Python thread state and ends by freeing it. TensorFlow keeps a
    pointer to the first one it meets (pybind11's gil_scoped_acquire) and crashes in the next slot.
    """

    def run(self) -> None:
        self.exec()


@dataclass(frozen=True)
class Assignment:
    """The run to have open. `state` and `weights` come from a project file; `learning_rate` is in `request`."""

    request: TrainRequest
    state: bytes | None = None
    weights: bytes | None = None


@dataclass(frozen=True)
class Speed:
    """How fast to train, in epochs a second; None: as fast as it goes."""

    epochs_per_second: float | None

    @property
    def epochs(self) -> int:
        """Epochs in one pull: so many that there are at most 30 pulls a second."""
        return 1_000_000_000 if self.epochs_per_second is None else max(1, round(self.epochs_per_second * INTERVAL))

    @property
    def interval(self) -> float:
        """Seconds from one pull to the next."""
        return 0.0 if self.epochs_per_second is None else self.epochs / self.epochs_per_second


DEFAULT_SPEED = Speed(60.0)


class Worker(QObject):
    """Every method runs on the worker's thread; the window calls them by `session.send`."""

    wake = Signal()

    def __init__(self, create_backend: Callable[[], Backend], mailbox: Mailbox) -> None:
        super().__init__()
        self._create_backend = create_backend
        self._mailbox = mailbox
        self._backend: Backend | None = None
        self._request: TrainRequest | None = None
        self._run_id = 0
        self._first: object = None
        self._events: Generator[Event, None, None] | None = None
        self._pace = Pace()
        self._speed = DEFAULT_SPEED
        self._stepping = False
        self._due = 0.0
        self._next_probe = 0.0
        self._next_measure = 0.0
        self._measure_cost = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._pull)

    def start(self) -> None:
        """Import TensorFlow; the thread's first work, and its longest."""
        began = time.perf_counter()
        try:
            self._backend = self._create_backend()
        except Exception as error:
            logger.exception("TensorFlow cannot be used")
            self._mailbox.post(EngineMissing(f"TensorFlow cannot be used: {error}", traceback.format_exc()))
        else:
            self._mailbox.post(EngineReady(time.perf_counter() - began))
        self._flush()

    @Slot(object)
    def do(self, command: Callable[[Worker], None]) -> None:
        """Carry out a command of the window; what goes wrong is told, and the thread lives on."""
        try:
            command(self)
        except Exception as error:  # noqa: BLE001 - told in words and logged by _fail
            self._fail(error)
        self._flush()

    def assign(self, assignment: Assignment) -> None:
        """Open another run, unless a newer one is on its way already."""
        self._rest()
        request = assignment.request
        if request.run_id != self._mailbox.newest or self._backend is None:
            return
        self._run_id, self._request, self._first = request.run_id, None, None
        if assignment.state is not None:
            request = replace(request, state=load_state(assignment.state))
        started = self._backend.open(request)
        if assignment.weights is not None and assignment.state is None:
            _load_weights(self._backend, assignment.weights)
        self._request, self._pace, self._measure_cost = request, Pace(), 0.0
        if started.parameters <= SMALL and request.state is None and assignment.weights is None:
            self._first = self._backend.mark()
        self._mailbox.post(started)
        self._answer_probe()
        self._flush()
        self._measure(cheap_only=True)
        self._flush()
        if request.run_id == self._mailbox.newest:
            self._backend.prepare()
            self._mailbox.post(Prepared(self._run_id))

    def rewind(self, run_id: int, request: TrainRequest) -> None:
        """The same run from its first weights: quick where they were kept, built again otherwise."""
        self._rest()
        if self._first is None or self._backend is None or self._request is None:
            self.assign(Assignment(request))
            return
        if run_id != self._mailbox.newest:
            return
        self._backend.rewind(self._first)
        self._backend.set_learning_rate(request.spec.training.optimizer.learning_rate)
        self._run_id, self._pace = run_id, Pace()
        self._post(Started(run_id, 0, 0))
        self._answer_probe()
        self._measure(cheap_only=True)
        self._post(Prepared(run_id))

    def play(self, until: int) -> None:
        self._go(until, stepping=False)

    def step(self, until: int) -> None:
        """Train exactly one epoch, or to the end of the one that has begun."""
        self._go(until, stepping=True)

    def pause(self) -> None:
        if self._timer.isActive():
            self._rest()
            self._post(Paused(self._run_id, self._open.epoch))
            self._measure(cheap_only=True)

    def stop(self) -> None:
        """End the run where it stands. Training may be taken up again from there."""
        self._rest()
        self._close_events()
        self._post(Finished(self._run_id, Status.STOPPED, self._open.epoch))
        self._flush()
        self._measure(cheap_only=False)

    def set_speed(self, speed: Speed) -> None:
        self._speed, self._due = speed, 0.0
        if self._timer.isActive():
            self._timer.start(0)

    def set_learning_rate(self, value: float) -> None:
        self._open.set_learning_rate(value)

    def set_until(self, until: int) -> None:
        self._pace.until = until

    def answer(self) -> None:
        """A view wants a picture while nothing trains."""
        if not self._timer.isActive():
            self._answer_probe()

    def answer_job(self, job: int, work: Callable[[Backend], object]) -> None:
        """Let a function have the network, and send its result back."""
        try:
            self._mailbox.post(Answered(job, work(self._open)))
        except EngineError as error:
            self._mailbox.post(Answered(job, None, str(error)))
        except OSError as error:
            self._mailbox.post(Answered(job, None, error.strerror or str(error)))

    def shut_down(self) -> None:
        """The thread's last work. A `quit` from outside could come before it, and leave the timer running."""
        self._rest()
        self._close_events()
        self._backend = self._request = self._first = None
        self.thread().quit()

    @property
    def _open(self) -> Backend:
        if self._backend is None or self._request is None:
            raise EngineError("There is no network to train yet.")
        return self._backend

    def _go(self, until: int, *, stepping: bool) -> None:
        backend, request = self._open, self._request
        assert request is not None
        self._stepping, self._pace.until, self._due = stepping, until, 0.0
        if self._events is None:
            self._events = train(request, backend, self._pace)
        self._timer.start(0)

    @Slot()
    def _pull(self) -> None:
        if self._run_id != self._mailbox.newest or self._events is None:
            return
        self._pace.epochs = 1 if self._stepping else self._speed.epochs
        try:
            event = next(self._events)
        except Exception as error:  # noqa: BLE001 - told in words and logged by _fail
            self._fail(error)
            return
        self._post(event)
        if isinstance(event, Finished):
            self._rest()
            self._close_events()
            self._flush()
            self._measure(cheap_only=False)
        elif self._stepping and isinstance(event, Epochs):
            self._rest()
            self._post(Paused(self._run_id, event.last))
            self._measure(cheap_only=True)
        else:
            self._look()
            delay = self._delay(event)
            self._timer.start(delay)
            if self._mailbox.should_wake(now=delay > INTERVAL * 1000):
                self.wake.emit()
            return
        self._flush()

    def _look(self) -> None:
        """Between two pulls: pictures and measurements, as often as they leave time to train."""
        now = time.monotonic()
        if now >= self._next_probe and self._answer_probe():
            cost = time.monotonic() - now
            self._next_probe = now + max(INTERVAL, cost / PROBE_SHARE)
        if now >= self._next_measure and self._measure_cost < CHEAP:
            self._measure(cheap_only=True)

    def _delay(self, event: Event) -> int:
        """Milliseconds until the next pull; within an epoch there is nothing to wait for."""
        if not isinstance(event, Epochs) or self._speed.interval == 0:
            return 0
        now = time.monotonic()
        self._due = max(self._due + self._speed.interval, now - self._speed.interval) if self._due else now + self._speed.interval
        return max(0, round((self._due - now) * 1000))

    def _answer_probe(self) -> bool:
        request = self._mailbox.next_probe()
        if request is None or self._request is None:
            return False
        self._post(self._open.probe(request))
        return True

    def _measure(self, *, cheap_only: bool) -> None:
        """Test numbers; before the first epoch those of the training set too, where they cost little."""
        if self._request is None or (cheap_only and self._measure_cost >= CHEAP):
            return
        backend, dataset = self._open, self._request.dataset
        small = len(dataset.train) + len(dataset.test) <= 5_000
        if cheap_only and not small:
            return
        train_numbers = backend.evaluate(Split.TRAIN) if backend.epoch == 0 and small else {}
        began = time.monotonic()
        test_numbers = backend.evaluate(Split.TEST)
        after = time.monotonic()
        # The first time compiles; that is no measure of the next.
        self._measure_cost = 0.0 if self._measure_cost == 0.0 and after - began > CHEAP and small else after - began
        self._next_measure = after + MEASURE_EVERY
        self._post(Measured(self._run_id, train_numbers, test_numbers))

    def _rest(self) -> None:
        self._timer.stop()

    def _close_events(self) -> None:
        if self._events is not None:
            self._events.close()
            self._events = None

    def _post(self, event: Event) -> None:
        self._mailbox.post(event if event.run_id == self._run_id else replace(event, run_id=self._run_id))

    def _flush(self) -> None:
        if self._mailbox.should_wake(now=True):
            self.wake.emit()

    def _fail(self, error: Exception) -> None:
        self._rest()
        self._events = None
        details = "".join(traceback.format_exception(error))
        if isinstance(error, EngineError):
            message = str(error)
        else:
            logger.error("The engine failed\n%s", details)
            message = f"The engine failed unexpectedly ({type(error).__name__}: {error}). Reset the run to go on."
        self._post(Failed(self._run_id, message, details))
        self._flush()


def _load_weights(backend: Backend, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.weights.h5"
        path.write_bytes(content)
        backend.load_weights(path)
