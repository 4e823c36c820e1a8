"""`LeftRuns`: the run that the project's file holds, and those that edits have ended: undo takes them up again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnplayground.core.spec import ProjectSpec
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Event, Progress, Status
from nnplayground.engine.state import dump_state
from nnplayground.ui.run import Learned, Resume, Run

MOST_RUNS = 4
MOST_BYTES = 500_000_000
"""What the runs that were left may take together; the last is kept in any case."""

Ask = Callable[[Callable[[Backend], object], Callable[[object, str], None]], None]


@dataclass(frozen=True, eq=False)
class _Leaving:
    """A run that is over, and whose network is still to be had from the worker."""

    run_id: int
    spec: ProjectSpec
    run: Run


class LeftRuns(QObject):
    """In memory only. What it answers with depends on the project: a run is worth something for its own network and data."""

    came = Signal()
    """A run that was being left is here."""
    heard = Signal(object)
    """What the worker still had to tell of a run that is over."""

    def __init__(self, ask: Ask, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self._file: Resume | None = None
        self._left: list[Resume] = []
        self._leaving: list[_Leaving] = []

    def begin(self, file: Resume | None) -> None:
        """Another project is shown: what its file holds is all there is."""
        self._left, self._leaving = [], []
        self.keep_file(file)

    def keep_file(self, file: Resume | None) -> None:
        """The project's file holds this run from now on."""
        self._file = None if file is None or file.is_empty else file

    def shelved(self) -> tuple[Resume | None, tuple[Resume, ...]]:
        """What there is, for a time when another project is shown: of the file, and what edits have left."""
        return self._file, tuple(self._left)

    def unshelve(self, file: Resume | None, left: tuple[Resume, ...]) -> None:
        """The way back."""
        self._left, self._leaving = list(left), []
        self.keep_file(file)

    def leave(self, run_id: int, spec: ProjectSpec, run: Run) -> None:
        """Keep a run that an edit ends, if there is anything in it that a new one would not have."""
        if (run.learned is None and not run.touched) or run.status is Status.DIVERGED:
            return
        leaving = _Leaving(run_id, spec, run)
        self._leaving.append(leaving)
        self._ask(gather, partial(self._gathered, leaving))

    def hear(self, item: Event) -> None:
        """What the worker still had to tell of a run that is over: its network is as far as that."""
        self.heard.emit(item)
        for leaving in self._leaving:
            if leaving.run_id != item.run_id:
                continue
            if isinstance(item, Epochs):
                leaving.run.add(item)
            elif isinstance(item, Progress):
                leaving.run.move(item)

    def forget(self, spec: ProjectSpec) -> None:
        """A project is to begin anew, whatever it has learned before."""
        self._left = [left for left in self._left if not left.suits(spec)]
        self._leaving = [leaving for leaving in self._leaving if not _suits(leaving, spec)]
        if self._file is not None and self._file.suits(spec):
            self._file = None

    def awaits(self, spec: ProjectSpec) -> bool:
        """Whether the run of a project is on its way here."""
        return any(_suits(leaving, spec) for leaving in self._leaving)

    def find(self, spec: ProjectSpec) -> Resume | None:
        """The run of a project: what it learned last, else what its file holds."""
        kept = (*reversed(self._left), *([self._file] if self._file is not None else []))
        return next((run for run in kept if run.suits(spec)), None)

    def learned(self, spec: ProjectSpec) -> Learned | None:
        """What the network of a project will have learned, once its run is taken up again."""
        coming = next((leaving for leaving in reversed(self._leaving) if _suits(leaving, spec)), None)
        if coming is not None:
            return coming.run.learned
        found = self.find(spec)
        return found.learned if found is not None else None

    def _gathered(self, leaving: _Leaving, result: object, error: str) -> None:
        if leaving not in self._leaving:
            return
        self._leaving.remove(leaving)
        if not error and isinstance(result, tuple):
            weights, state = result
            run = leaving.run
            self._left = [left for left in self._left if left.origin is not run.origin]
            self._left.append(Resume(leaving.spec, run.history, state, weights, run.learned, run.progress, run.origin))
            while len(self._left) > 1 and (len(self._left) > MOST_RUNS or sum(left.size for left in self._left) > MOST_BYTES):
                self._left.pop(0)
        self.came.emit()


def _suits(leaving: _Leaving, spec: ProjectSpec) -> bool:
    return Resume(leaving.spec, leaving.run.history).suits(spec)


def gather(backend: Backend) -> tuple[bytes, bytes]:
    """On the worker's thread: the weights, and everything training goes on from."""
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "model.weights.h5"
        backend.save_weights(weights)
        return weights.read_bytes(), dump_state(backend.state())
