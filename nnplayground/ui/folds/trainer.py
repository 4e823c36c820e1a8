"""`FoldTrainer`: trains the folds on the thread that TensorFlow lives on, beside the run that is open there.

It has a backend of its own: compiled loops are shared within a backend (`reuse.py`), and one that is used again takes the
open run's variables along. A thread of its own would train no faster, and have TensorFlow build two networks at once.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import Epochs, Event, Failed, Finished, Progress, Split, Status, TrainRequest
from nnplayground.engine.folds import cross_validate
from nnplayground.engine.train import Pace
from nnplayground.ui.mailbox import Mailbox

logger = logging.getLogger(__name__)

PULL = 0.02
"""Seconds that a pull computes: commands for the open run wait no longer than this, but while a network is compiled."""
APART = 1000
"""Between the run numbers of two cross-validations: more than there are folds."""


@dataclass(frozen=True)
class OfFold(Event):
    """What happened in a fold, counted from 0."""

    fold: int
    event: Event


@dataclass(frozen=True)
class FoldEnded(Event):
    """A fold went to its end; `score` is what its network is worth on the part that was set aside, empty where it diverged."""

    fold: int
    status: Status
    reason: str
    score: dict[str, float]


@dataclass(frozen=True)
class AllEnded(Event):
    """All folds went to their end."""


class FoldTrainer(QObject):
    """Its methods run on the training thread, which they come to through `do`."""

    wake = Signal()

    def __init__(self, create_backend: Callable[[], Backend], mailbox: Mailbox) -> None:
        super().__init__()
        self._create_backend = create_backend
        self._mailbox = mailbox
        self._backend: Backend | None = None
        self._run_id = 0
        self._events: Iterator[tuple[int, Event]] | None = None
        self._ended: tuple[int, Finished] | None = None
        """The fold that is being scored."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._pull)

    @Slot(object)
    def do(self, command: Callable[[FoldTrainer], None]) -> None:
        command(self)

    def begin(self, request: TrainRequest) -> None:
        """Train the folds of a project, unless something else is wanted by now; `request.run_id` is the number that mail is under."""
        self.stop()
        self._run_id = request.run_id
        if request.run_id != self._mailbox.newest:
            return
        try:
            self._backend = self._backend or self._create_backend()
        except Exception as error:  # noqa: BLE001 - told in words and logged by _fail
            self._fail(error)
            return
        runs = replace(request, run_id=request.run_id * APART)
        self._events = cross_validate(runs, self._backend, Pace(PULL))
        self._timer.start(0)

    def stop(self) -> None:
        self._timer.stop()
        self._events = self._ended = None

    def shut_down(self) -> None:
        """The last work; the thread lives on."""
        self.stop()
        self._backend = None

    @Slot()
    def _pull(self) -> None:
        if self._run_id != self._mailbox.newest or self._events is None:
            self.stop()
            return
        try:
            event = self._next()
        except Exception as error:  # noqa: BLE001 - told in words and logged by _fail
            self._fail(error)
            return
        if event is not None:
            self._mailbox.post(event)
        if isinstance(event, AllEnded):
            self.stop()
        else:
            self._timer.start(0)
        often = isinstance(event, OfFold) and isinstance(event.event, Epochs | Progress)
        if self._mailbox.should_wake(now=not often):
            self.wake.emit()

    def _next(self) -> Event | None:
        """What happens next; None for a part of a fold's score."""
        assert self._events is not None
        assert self._backend is not None
        if self._ended is None:
            fold, event = next(self._events, (0, None))
            if event is None:
                return AllEnded(self._run_id)
            if not isinstance(event, Finished):
                return OfFold(self._run_id, fold, event)
            self._ended = fold, event
        fold, finished = self._ended
        score = {} if finished.status is Status.DIVERGED else self._backend.evaluate(Split.VALIDATION, PULL)
        if score is None:
            return None
        self._ended = None
        return FoldEnded(self._run_id, fold, finished.status, finished.reason, score)

    def _fail(self, error: Exception) -> None:
        self.stop()
        details = "".join(traceback.format_exception(error))
        message = str(error)
        if not isinstance(error, EngineError):
            logger.error("The folds failed\n%s", details)
            message = f"The folds failed unexpectedly ({type(error).__name__}: {error})."
        self._mailbox.post(Failed(self._run_id, message, details))
        if self._mailbox.should_wake(now=True):
            self.wake.emit()
