"""`Worker`: the thread that TensorFlow lives on. It pulls events from `train` and hands copies to the window."""

from __future__ import annotations

import logging
import math
import tempfile
import time
import traceback
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnplayground.core.spec import ProjectSpec, TrainingSpec
from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import Epochs, Event, Failed, Finished, Started, Status, TrainRequest
from nnplayground.engine.state import load_state
from nnplayground.engine.train import Pace, train
from nnplayground.ui.looks import Looks
from nnplayground.ui.mailbox import INTERVAL, Answered, EngineMissing, EngineReady, Mailbox, Paused, Prepared
from nnplayground.ui.record import record

logger = logging.getLogger(__name__)

FIRST_LOOK = 0.1
"""Seconds for what is quickly seen of a new network, before compiling its training takes its time."""
FIRST_PULL, PULL = 0.005, 0.02
"""Seconds a pull computes: the first, so that the curve begins at once, and the others; a stop waits no longer than this."""
ATTENTIVE = 0.3
"""Seconds after a question by hand in which pulls are as short as the first, looks wait, and the window hears of training less often:
while a hand draws, the next question is on its way."""
SELDOM = 0.25
"""Seconds between what the window is told of training meanwhile, at least."""
SMALL = 1_000_000
"""Parameters up to which the first weights are kept, so that Reset is immediate."""


@dataclass(frozen=True)
class Assignment:
    """The run to have open. `state` and `weights` come from a project file."""

    request: TrainRequest
    state: bytes | None = None
    weights: bytes | None = None


FASTEST = 120_000.0
"""Epochs a second, which only a handful of samples reach: more would fill the memory by megabytes a second, and nobody sees them."""


@dataclass(frozen=True)
class Speed:
    """How fast to train, in epochs a second; None: as fast as it goes, and as a window can follow."""

    epochs_per_second: float | None

    @property
    def epochs(self) -> int:
        """Epochs in one pull: so many that there are at most 30 pulls a second."""
        return max(1, round((self.epochs_per_second or FASTEST) * INTERVAL))

    def seconds(self, epochs: int) -> float:
        """How long so many epochs are to take."""
        return epochs / (self.epochs_per_second or FASTEST)


DEFAULT_SPEED = Speed(300.0)
"""Ten epochs a picture: one sees the network learn, and the circle is learned in a third of a second."""


class Worker(QObject):
    """Every method runs on the worker's thread; the window calls them by `session.send`."""

    wake = Signal()
    answered_hand = Signal(object)
    """`Answered`: to what a hand has asked."""

    def __init__(self, create_backend: Callable[[], Backend], mailbox: Mailbox) -> None:
        super().__init__()
        self._create_backend = create_backend
        self._mailbox = mailbox
        self._backend: Backend | None = None
        self._request: TrainRequest | None = None
        self._run_id = 0
        self._started: Started | None = None
        self._first: object = None
        self._events: Generator[Event, None, None] | None = None
        self._pace = Pace()
        self._speed = DEFAULT_SPEED
        self._training = self._stepping = False
        self._due = self._attentive_until = 0.0
        self._looks = Looks(mailbox)
        self._timer, self._idle = QTimer(self), QTimer(self)
        for timer, work in ((self._timer, self._pull), (self._idle, self._look)):
            timer.setSingleShot(True)
            timer.timeout.connect(work)

    def start(self) -> None:
        """Import TensorFlow; the thread's first work, and its longest."""
        began = time.perf_counter()
        try:
            self._backend = self._create_backend()
        except Exception as error:
            logger.exception("TensorFlow cannot be used")
            self._mailbox.post(EngineMissing(f"TensorFlow cannot be used: {error}", traceback.format_exc()))
        else:
            seconds = time.perf_counter() - began
            logger.info("TensorFlow ready in %.1f s", seconds)
            self._mailbox.post(EngineReady(seconds))
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
        self._close_events()
        self._looks.close()
        request = assignment.request
        if request.run_id != self._mailbox.newest or self._backend is None:
            return
        self._run_id, self._request, self._first = request.run_id, None, None
        if assignment.state is not None:
            request = replace(request, state=load_state(assignment.state))
        started = self._backend.open(request)
        if assignment.weights is not None and assignment.state is None:
            _load_weights(self._backend, assignment.weights)
        if started.parameters <= SMALL and request.state is None and assignment.weights is None:
            self._first = self._backend.mark()
        self._request, self._started, self._pace = replace(request, state=None), started, Pace()
        self._look_first(started)
        if request.run_id == self._mailbox.newest:
            self._backend.prepare()
            if (seen := self._looks.piece()) is not None:  # the first test numbers compile, too: Play is not to wait for that
                self._post(seen)
            self._post(Prepared(self._run_id))
            self._idle.start(0)

    def rewind(self, run_id: int, request: TrainRequest) -> None:
        """The same run from its first weights: quick where they were kept, built again otherwise."""
        self._rest()
        if self._first is None or self._backend is None or self._request is None or self._started is None:
            self.assign(Assignment(request))
            return
        if run_id != self._mailbox.newest:
            return
        self._close_events()
        self._backend.rewind(self._first)
        self._backend.memory.clear()
        self._backend.set_live(request.spec)
        self._request = replace(self._request, spec=request.spec)
        self._run_id, self._pace = run_id, Pace()
        self._look_first(replace(self._started, run_id=run_id, epoch=0, warnings=()))
        self._post(Prepared(run_id))
        self._idle.start(0)

    def play(self, until: int) -> None:
        self._go(until, stepping=False)

    def step(self, until: int) -> None:
        """Train exactly one epoch, or to the end of the one that has begun."""
        self._go(until, stepping=True)

    def pause(self) -> None:
        if self._training:
            self._rest()
            self._post(Paused(self._run_id, self._open.epoch))
            self._measure()

    def stop(self) -> None:
        """End the run where it stands. Training may be taken up again from there."""
        self._rest()
        self._close_events()
        self._post(Finished(self._run_id, Status.STOPPED, self._open.epoch))
        self._measure()

    def set_speed(self, speed: Speed) -> None:
        self._speed, self._due = speed, 0.0
        if self._timer.isActive():
            self._timer.start(0)

    def set_live(self, spec: ProjectSpec) -> None:
        """Take over what may change during a run, for the next step."""
        if self._request is None:  # a newer run is on its way, with the newer project
            return
        before, self._request = self._request, replace(self._request, spec=spec)
        self._open.set_live(spec)
        if _watchers(spec.training) != _watchers(before.spec.training):
            self._close_events()  # the next pull begins another stream, with the new rules

    def set_until(self, until: int) -> None:
        self._pace.until = until
        if self._timer.isActive():
            self._timer.start(0)

    def answer(self) -> None:
        """A view wants a picture while nothing trains."""
        if not self._training:
            self._idle.start(0)

    def answer_job(self, job: int, work: Callable[[Backend], object], *, changes: bool = False) -> None:
        """Let a function have the network, and send its result back; one that `changes` the network has it measured anew."""
        answer = self._answer(job, work)
        self._mailbox.post(answer)
        if changes and not answer.error and not self._training:
            self._measure()

    @Slot(int, object)
    def answer_hand(self, job: int, work: Callable[[Backend], object]) -> None:
        """The same while a hand moves: its answer waits for nothing that is in the mailbox, and more of them may follow."""
        self.answered_hand.emit(self._answer(job, work))
        self._attentive_until = time.monotonic() + ATTENTIVE

    def _answer(self, job: int, work: Callable[[Backend], object]) -> Answered:
        try:
            return Answered(job, work(self._open))
        except EngineError as error:
            return Answered(job, None, str(error))
        except OSError as error:
            return Answered(job, None, error.strerror or str(error))
        except Exception as error:
            logger.exception("A job of the window failed")
            return Answered(job, None, f"Unexpected {type(error).__name__}: {error}")

    def shut_down(self) -> None:
        """The thread's last work. A `quit` from outside could come before it, and leave the timer running."""
        self._rest()
        self._close_events()
        self._looks.close()
        self._backend = self._request = self._first = None
        self.thread().quit()

    @property
    def _open(self) -> Backend:
        if self._backend is None or self._request is None:
            raise EngineError("There is no network to train yet.")
        return self._backend

    def _go(self, until: int, *, stepping: bool) -> None:
        self._rest()
        self._looks.train_on()
        self._pace.seconds = FIRST_PULL
        self._training, self._stepping, self._pace.until, self._due = True, stepping, until, 0.0
        self._timer.start(0)

    @Slot()
    def _pull(self) -> None:
        if self._run_id != self._mailbox.newest:
            return
        self._pace.epochs = 1 if self._stepping else self._speed.epochs
        try:
            if self._events is None:
                backend, request = self._open, self._request
                assert request is not None
                self._events = train(request, backend, self._pace)
            event = next(self._events)
            self._pace.seconds = FIRST_PULL if self._attentive else PULL
            self._post(event)
            if isinstance(event, Finished):
                self._rest()
                self._close_events()
                self._measure()
            elif self._stepping and isinstance(event, Epochs):
                self._rest()
                self._post(Paused(self._run_id, event.last))
                self._measure()
            else:
                self._set_due(event)
                if self._looks.due and not self._attentive:
                    self._idle.start(0)
                else:
                    self._wait()
                return
        except Exception as error:  # noqa: BLE001 - told in words and logged by _fail
            self._fail(error)
        self._flush()

    def _set_due(self, event: Event) -> None:
        """When the next pull is due, by the speed; within an epoch there is nothing to wait for."""
        interval = self._speed.seconds(event.count) if isinstance(event, Epochs) else 0.0
        if interval:
            now = time.monotonic()
            self._due = max(self._due + interval, now - interval) if self._due else now + interval

    def _wait(self) -> None:
        delay = max(0, round((self._due - time.monotonic()) * 1000))
        self._timer.start(delay)
        # Where there is something to wait for, pulls come no more often than the window is to be woken.
        attentive = self._attentive
        if self._mailbox.should_wake(now=delay > 0 and not attentive, interval=SELDOM if attentive else INTERVAL):
            self.wake.emit()

    @property
    def _attentive(self) -> bool:
        """Whether a hand has asked something a moment ago."""
        return time.monotonic() < self._attentive_until

    def _look_first(self, started: Started) -> None:
        """Show a network that is new, as far as that is quick."""
        backend, request = self._open, self._request
        assert request is not None
        self._looks.open(backend, request.dataset, self._run_id)
        self._post(started)
        until = time.monotonic() + FIRST_LOOK
        while self._looks.unanswered and time.monotonic() < until:
            if (seen := self._looks.piece()) is not None:
                self._post(seen)
        self._flush()

    def _measure(self) -> None:
        """Nothing trains any more: the test numbers, a piece at a time."""
        self._looks.want_numbers()
        self._idle.start(0)

    @Slot()
    def _look(self) -> None:
        """A turn of looking, between two pulls or at rest; then whatever command has come in the meantime."""
        if self._run_id != self._mailbox.newest or self._request is None:
            return
        if not self._training and (wait := self._attentive_until - time.monotonic()) > 0:
            self._idle.start(math.ceil(wait * 1000))
            return
        try:
            seen = self._looks.between_pulls() if self._training else self._looks.piece()
            if seen is not None:
                self._post(seen)
        except Exception as error:  # noqa: BLE001 - told in words and logged by _fail
            self._fail(error)
            return
        if self._training:
            self._wait()
            return
        if self._looks.unanswered:
            self._idle.start(0)
        self._flush()

    def _rest(self) -> None:
        self._training = False
        self._timer.stop()
        self._idle.stop()

    def _close_events(self) -> None:
        if self._events is not None:
            self._events.close()
            self._events = None

    def _post(self, event: Event) -> None:
        record(event)
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
            message = f"The engine failed unexpectedly ({type(error).__name__}: {error}). Reset the run to go on."
        self._post(Failed(self._run_id, message, details))
        self._flush()


def _watchers(training: TrainingSpec) -> tuple[object, ...]:
    """The settings that the rules of a running stream were made of."""
    return training.stop_when, training.early_stopping, training.reduce_lr_on_plateau


def _load_weights(backend: Backend, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.weights.h5"
        path.write_bytes(content)
        backend.load_weights(path)
