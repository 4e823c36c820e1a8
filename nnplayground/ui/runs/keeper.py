"""`Keeper`: every run that has trained is kept when it ends, rests, or is left by an edit or a reset."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QTimer

from nnplayground.core.history import History
from nnplayground.core.kept_run import KeptRun, best_numbers, told
from nnplayground.core.run_shelf import MOST_BYTES
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import own
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Event, Finished
from nnplayground.ui.run import Learned, Phase, Run
from nnplayground.ui.runs.collection import RunCollection
from nnplayground.ui.runs.entry import Project, thin
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.views.curve_data import Curve

REST = 800
"""Milliseconds after which a paused run is kept: whoever trains epoch by epoch does not wait for a disk each time."""
MOST_WEIGHTS = MOST_BYTES // 8
"""Of 4 bytes each: so many that they would take half of the shelf."""
MOST_EPOCHS = 200_000
"""Whose numbers are kept: many times what a plot of several runs shows."""
Ended = Literal["", "paused", "completed", "stopped", "diverged"]


@dataclass(frozen=True, eq=False)
class _Ending:
    """A run that is to be kept, and whose network is still to be had from the worker."""

    run_id: int
    run: Run
    spec: ProjectSpec
    project: Project
    ended: Ended
    name: str
    key: str


class Keeper(QObject):
    """A run that is gone on with, or taken up again, stays one run: what was kept of it is replaced."""

    def __init__(self, session: TrainingSession, runs: RunCollection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._runs = session, runs
        self.name = ""
        """What the present run is called when it is kept; '' for a number."""
        self._keys: dict[object, str] = {}
        """By the origin of a run, which stays the same when it is taken up again."""
        self.histories: WeakKeyDictionary[History, str] = WeakKeyDictionary()
        """The keys of runs by their histories, for views that show those."""
        self._endings: list[_Ending] = []
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(partial(self._keep, "paused"))
        self._take()
        session.run_reset.connect(self._on_reset)
        session.run_changed.connect(self._note)
        session.finished.connect(self._on_finished)
        session.phase_changed.connect(self._on_phase)
        session.left.heard.connect(self._hear)

    def close(self) -> None:
        """What was learned until now is written down before the worker ends; nobody is told."""
        self._rest.stop()
        ending = self._ending("" if self._session.phase is Phase.TRAINING else "paused")
        if ending is None:
            return
        number = self.tr("Run of {time}").format(time=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M"))
        known, history, shelf = self._runs.entries.get(ending.key), ending.run.history.copy(), self._runs.shelf
        name = known.run.name if known is not None else ending.name or number

        def write(backend: Backend) -> None:
            shelf.put(_kept_run(ending, history, _weights(backend), name)[0])

        self._session.ask(write, lambda _result, _error: None)

    def _take(self) -> None:
        """Another run is the present one."""
        self._run, self._run_id, self._project = self._session.run, self._session.run_id, self._runs.project
        self._moment: Learned | None = self._run.learned
        """What it had learned when it was kept last."""
        self._spec: ProjectSpec | None = None
        self.name = ""
        if (key := self._keys.get(self._run.origin)) is not None:
            self.histories[self._run.history] = key

    def _note(self) -> None:
        if (opened := self._session.opened) is not None:
            self._spec = opened

    def _on_reset(self, _before: History) -> None:
        self._rest.stop()
        self._keep("")
        self._take()

    def _on_finished(self, item: Finished) -> None:
        self._rest.stop()
        self._note()
        self._keep(item.status.value if item.status.value in ("completed", "stopped", "diverged") else "")  # type: ignore[arg-type]

    def _on_phase(self, phase: Phase) -> None:
        if phase is Phase.READY and self._session.epoch:
            self._rest.start()
        else:
            self._rest.stop()

    def _ending(self, ended: Ended) -> _Ending | None:
        """The present run, if there is anything of it that was not kept yet."""
        run, spec = self._run, self._spec
        if spec is None or run.epoch < 1 or run.learned is None or run.learned is self._moment:
            return None
        self._moment = run.learned
        key = self._keys.setdefault(run.origin, uuid.uuid4().hex)
        self.histories[run.history] = key
        return _Ending(self._run_id, run, own.with_hash(spec), self._project, ended, self.name, key)

    def _keep(self, ended: Ended) -> None:
        if (ending := self._ending(ended)) is not None:
            self._endings.append(ending)
            large = ending.run.started is not None and ending.run.started.parameters > MOST_WEIGHTS
            self._session.ask((lambda _backend: None) if large else _weights, partial(self._gathered, ending))

    def _hear(self, item: Event) -> None:
        """What the worker still had to tell of a run that was left: the weights are as far as that."""
        for ending in self._endings:
            if ending.run_id == item.run_id and isinstance(item, Epochs) and item.last > ending.run.epoch:
                ending.run.add(item)

    def _gathered(self, ending: _Ending, weights: object, _error: str) -> None:
        self._endings.remove(ending)
        content, history = weights if isinstance(weights, bytes) else None, ending.run.history.copy()
        make = partial(_kept_run, ending, history, content)
        self._runs.keep(ending.key, make, ending.run.origin, ending.project)


def _kept_run(ending: _Ending, history: History, weights: bytes | None, name: str) -> tuple[KeptRun, dict[str, Curve]]:
    """Not for the window's thread: a hundred thousand epochs become text."""
    run = ending.run
    kept = KeptRun(
        key=ending.key, name=(ending.name or name)[:200], time=datetime.now(UTC).isoformat(timespec="milliseconds"), spec=ending.spec,
        last=told(history.last()), best=best_numbers(history), epochs=history.epochs, ended=ending.ended,
        seconds=run.learned.seconds if run.learned is not None else 0.0,
        parameters=run.started.parameters if run.started is not None else 0, history=history.to_csv(MOST_EPOCHS), weights=weights,
    )  # fmt: skip
    return kept, thin(history)


def _weights(backend: Backend) -> bytes:
    """On the worker's thread."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.weights.h5"
        backend.save_weights(path)
        return path.read_bytes()
