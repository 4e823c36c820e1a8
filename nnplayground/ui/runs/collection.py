"""`RunCollection`: all kept runs that the window knows, and what can be done with them. The disk has a thread of its own."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from nnplayground.core.edits import changed
from nnplayground.core.kept_run import MAX_RUNS, KeptRun
from nnplayground.core.recipe import RecipeError
from nnplayground.core.run_shelf import Found, RunShelf
from nnplayground.ui.runs.entry import Entry, Project, curves_of
from nnplayground.ui.store.errands import Errands
from nnplayground.ui.views.curve_data import Curve

logger = logging.getLogger(__name__)

NUMBERED = re.compile(r"(\d{1,9})$")
LAST_ERRAND = 20.0
"""Seconds that closing waits for what is still to be written."""
Make = Callable[[str], tuple[KeptRun, dict[str, Curve]]]
"""On the disk's thread: a whole run, given the name it has if it has no other; and its curves."""


@dataclass(frozen=True)
class _Kept:
    run: KeptRun
    curves: dict[str, Curve]
    evicted: tuple[str, ...] = ()
    error: str = ""
    light: bool = False
    """Its weights were too many to keep."""


class RunCollection(QObject):
    """Lives on the window's thread."""

    changed = Signal()
    """There are other runs, or other things are to be said of them."""
    curves_came = Signal(str)
    """The curves of the run with this key are there."""
    kept = Signal(str, object)
    """A run was kept, or kept anew: its key, and the `origin` it was kept with."""
    deleted = Signal(int)
    """So many runs were deleted; `restore` brings them back."""
    said = Signal(str, str)
    """A sentence, and its tone."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shelf = RunShelf(folder)
        self.project = Project()
        """What is kept from now on belongs to it."""
        self.entries: dict[str, Entry] = {}
        self._errands = Errands("runs", self)
        self._deleted: list[list[Entry]] = []
        self._loaded = self._warned = False
        self._number = 0
        """The greatest that a run is called by; of the disk's thread."""

    # ---- what there is

    def load(self) -> None:
        """Look at what earlier sessions and other windows have kept; again whenever somebody wants to see it."""
        known = {*self.entries, *(entry.key for gone in self._deleted for entry in gone)}
        self._errands.do(partial(self._look, known), self._found)
        self._loaded = True

    def begin_project(self, brought: Iterable[KeptRun], same: Project | None = None) -> None:
        """Another project is shown, whose file holds these runs. Those that only the one before held go with it, unless it is the same."""
        self.project = same or Project()
        for key, entry in [*self.entries.items()]:
            if entry.held is not None and entry.project not in (None, same) and not self._is_lost_without(entry):
                entry.held = None
                if not entry.on_shelf:
                    del self.entries[key]
        for run in brought:
            whole = changed(run, key=run.identity)
            known = self.entries.get(whole.key)
            if known is None:
                self.entries[whole.key] = Entry(whole.bare, self.project, held=whole)
            else:
                known.project, known.held = self.project, whole
        self.changed.emit()

    def carried(self) -> Callable[[], tuple[KeptRun, ...]]:
        """The runs of the present project, whole, for its file: what is given has them read, on whatever thread."""
        mine = sorted((e for e in self.entries.values() if e.project is self.project), key=lambda e: (not e.run.pinned, e.run.time))
        return partial(_read_all, self.shelf, [replace(entry) for entry in mine[-MAX_RUNS:]])

    def want_curves(self, keys: Iterable[str]) -> None:
        """Have the curves read of those runs whose are not there yet."""
        for key in keys:
            entry = self.entries.get(key)
            if entry is None or entry.curves is not None or entry.asked:
                continue
            entry.asked = True
            self._errands.do(partial(_curves, self.shelf, replace(entry)), partial(self._curves_came, key))

    def whole(self, key: str, done: Callable[[KeptRun | None], None]) -> None:
        """A run with its history and weights; None where it is not to be had, which is told."""
        entry = self.entries[key]

        def came(result: KeptRun | str | None, error: Exception | None) -> None:
            if isinstance(result, KeptRun):
                done(changed(result, name=entry.run.name, notes=entry.run.notes, pinned=entry.run.pinned))
                return
            self.said.emit(self.tr("{name} cannot be read: {why}").format(name=entry.run.name, why=result or error), "error")
            done(None)

        self._errands.do(partial(_whole, self.shelf, replace(entry)), came)

    # ---- what is done with it

    def keep(self, key: str, make: Make, origin: object, project: Project) -> None:
        """Keep a run that `make` gives, instead of what had its key before."""
        if not self._loaded:
            self.load()  # its number comes after those of all others
        known = self.entries.get(key)
        name = known.run.name if known is not None else ""
        self._errands.do(partial(self._put, make, self.tr("Run {number}"), name), partial(self._was_kept, origin, project))

    def describe(self, key: str, **changes: Any) -> None:
        """Give a run another name or other notes, or pin it. What a project file has brought is on the shelf from then on."""
        entry = self.entries[key]
        if not changes or all(getattr(entry.run, name) == value for name, value in changes.items()):
            return
        entry.run = changed(entry.run, **changes)
        work: Callable[[], object] = partial(self.shelf.describe, key, **changes)
        if entry.held is not None:
            entry.held = changed(entry.held, **changes)
            work = work if entry.on_shelf else partial(self.shelf.put, entry.held)
        self._errands.do(partial(_told, work), partial(self._was_written, key))
        self.changed.emit()

    def pin(self, key: str, pinned: bool) -> None:
        """Make a run the baseline of all of the same data, or none of them."""
        data = self.entries[key].run.spec.data.name
        for other in [*self.entries.values()]:
            if pinned and other.run.pinned and other.run.spec.data.name == data:
                self.describe(other.key, pinned=False)
        self.describe(key, pinned=pinned)

    def delete(self, keys: Collection[str]) -> None:
        gone = [self.entries.pop(key) for key in keys if key in self.entries]
        if not gone:
            return
        self._deleted.append(gone)
        self._errands.do(partial(_told, partial(self.shelf.remove, [entry.key for entry in gone])), self._was_removed)
        self.changed.emit()
        self.deleted.emit(len(gone))

    @property
    def can_restore(self) -> bool:
        return bool(self._deleted)

    def restore(self) -> None:
        """Bring back what was deleted last."""
        if not self._deleted:
            return
        back = self._deleted.pop()
        self.entries.update({entry.key: entry for entry in back})
        self._errands.do(partial(_told, partial(self.shelf.restore, [entry.key for entry in back])), self._was_removed)
        self.changed.emit()

    def close(self) -> None:
        """Have everything written, and end. What was deleted is deleted for good."""
        done = threading.Event()
        self._errands.do(self.shelf.forget, lambda _result, _error: None)
        self._errands.do(done.set, lambda _result, _error: None)
        done.wait(LAST_ERRAND)
        self._errands.close()

    # ---- on the disk's thread

    def _look(self, known: Collection[str]) -> Found | str:
        try:
            found = self.shelf.look(known)
        except OSError as error:
            return error.strerror or str(error)
        for run in found.runs:
            if match := NUMBERED.search(run.name):
                self._number = max(self._number, int(match[1]))
        return found

    def _put(self, make: Make, numbered: str, name: str) -> _Kept:
        self._number += not name
        run, curves = make(name or numbered.format(number=self._number))
        try:
            fits = self.shelf.put(run)
            return _Kept(run if fits else changed(run, weights=None), curves, self.shelf.make_room({run.key}), light=not fits)
        except OSError as error:
            return _Kept(run, curves, error=error.strerror or str(error))

    # ---- what comes of it

    def _found(self, result: Found | str | None, error: Exception | None) -> None:
        if not isinstance(result, Found):
            self.said.emit(self.tr("The kept runs cannot be read: {why}").format(why=result or error), "error")
            return
        for sentence in result.broken:
            logger.warning("%s", sentence)
            self.said.emit(sentence, "warn")
        for run in result.runs:
            if (known := self.entries.get(run.key)) is not None:
                known.run, known.on_shelf = run, True  # what was said of it since its project was saved
            else:
                self.entries[run.key] = Entry(run, on_shelf=True)
        if result.runs:
            self.changed.emit()

    def _was_kept(self, origin: object, project: Project, kept: _Kept | None, error: Exception | None) -> None:
        if kept is None:
            self.said.emit(self.tr("The run could not be kept: {why}").format(why=error), "error")
            return
        run, before = kept.run, self.entries.get(kept.run.key)
        if before is not None:  # it may have been renamed since
            run = changed(run, name=before.run.name, notes=before.run.notes, pinned=before.run.pinned)
        self.entries[run.key] = Entry(run.bare, project, kept.curves, held=run if kept.error else None, on_shelf=not kept.error)
        for key in kept.evicted:
            old = self.entries.get(key)
            if old is not None and old.held is None:
                del self.entries[key]
            elif old is not None:
                old.on_shelf = False
        if kept.error and not self._warned:
            text = self.tr("Runs cannot be written down and are lost with this window: {why}.")
            self.said.emit(text.format(why=kept.error.rstrip(".")), "error")
        self._warned = bool(kept.error)
        if kept.light:
            self.said.emit(self.tr("{name} was kept without its weights, which are too many.").format(name=run.name), "warn")
        self.changed.emit()
        self.kept.emit(run.key, origin)

    def _was_written(self, key: str, trouble: str | None, error: Exception | None) -> None:
        why = trouble or (str(error) if error is not None else "")
        if why:
            self.said.emit(self.tr("That could not be written down: {why}").format(why=why), "error")
        elif key in self.entries:
            self.entries[key].on_shelf = True

    def _was_removed(self, trouble: str | None, error: Exception | None) -> None:
        if trouble or error is not None:
            self.said.emit(self.tr("The runs on the disk are as they were: {why}").format(why=trouble or error), "error")

    def _curves_came(self, key: str, curves: dict[str, Curve] | None, _error: Exception | None) -> None:
        if (entry := self.entries.get(key)) is not None:
            entry.curves, entry.asked = curves or {}, False
            self.curves_came.emit(key)

    def _is_lost_without(self, entry: Entry) -> bool:
        """Whether what is in memory is nowhere else: the disk was full."""
        return not entry.on_shelf and self._warned


def _whole(shelf: RunShelf, entry: Entry) -> KeptRun | str:
    if entry.held is not None:
        return entry.held
    try:
        return shelf.run(entry.key)
    except RecipeError as error:
        return error.mistakes[0].message


def _curves(shelf: RunShelf, entry: Entry) -> dict[str, Curve]:
    try:
        return curves_of(entry.held.history if entry.held is not None else shelf.history(entry.key))
    except RecipeError as error:
        logger.warning("The curves of a kept run cannot be read: %s", error)
        return {}


def _read_all(shelf: RunShelf, entries: Iterable[Entry]) -> tuple[KeptRun, ...]:
    """Those that another window has deleted are not there any more."""
    runs = []
    for entry in entries:
        run = _whole(shelf, entry)
        if isinstance(run, KeptRun):
            runs.append(changed(run, name=entry.run.name, notes=entry.run.notes, pinned=entry.run.pinned))
        else:
            logger.warning("%s is not saved with the project: %s", entry.run.name, run)
    return tuple(runs)


def _told(work: Callable[[], object]) -> str:
    """Do something with the disk; '' or what went wrong."""
    try:
        work()
    except OSError as error:
        return error.strerror or str(error)
    except RecipeError as error:
        return error.mistakes[0].message
    return ""
