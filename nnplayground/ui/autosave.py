"""`Autosave`: unsaved work is on the disk too, for the day the process dies without a word."""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from nnplayground.core.recipe import RecipeError, read_recipe, to_json
from nnplayground.core.spec import ProjectSpec
from nnplayground.ui.document import Document
from nnplayground.ui.locked import lock_of, unlink
from nnplayground.ui.run import Phase
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.stamp import Stamp

logger = logging.getLogger(__name__)

DELAY = 3_000
"""Milliseconds after an edit until it is on the disk."""


@dataclass(frozen=True)
class Lost:
    """Unsaved work of a process that is no more. `lock` keeps other instances from offering it as well."""

    spec: ProjectSpec
    seconds: float
    """When it was written, since 1970."""
    path: Path
    lock: QLockFile
    file: Path | None = None
    """The project that it is unsaved work on."""
    stamp: Stamp | None = None
    """Of that file, when it was last read or written."""


class Autosave(QObject):
    """Keeps one recovery file while the project has unsaved changes, and finds those that dead processes have left.

    Each file has a lock that names its process, so that several instances leave each other's files alone. A disk that
    cannot be written to is a line in the log: nobody is kept from working by it.
    """

    found = Signal(object)
    """A `Lost` project; it is to be answered by `recovered` or `discard`."""

    def __init__(self, document: Document, session: TrainingSession, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._folder = folder
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.json"
        self._lock = lock_of(self._path)
        self.place: Callable[[], tuple[Path | None, Stamp | None]] = lambda: (None, None)
        """The file of the project, and its stamp."""
        self.rests: Callable[[], bool] = lambda: False
        """Whether what is shown is not to be kept here."""
        self._recovered = False
        self._kept: ProjectSpec | None = None
        self._warned = False
        self._lost: Lost | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self.keep)
        document.changed.connect(self._on_changed)
        document.modified_changed.connect(self._on_modified)
        session.phase_changed.connect(self._on_phase)

    def keep(self) -> None:
        """Write the unsaved changes now, if there are any."""
        self._timer.stop()
        spec = self._document.spec
        if self.rests() or not self._document.modified or spec == self._kept:
            return
        if self._recovered and not self._document.stack.index():
            return  # recovered and undone: what can be redone is all there is to lose
        try:
            self._write(to_json(spec, indent=None))
        except OSError as error:
            if not self._warned:
                logger.warning("Unsaved changes are not kept for a crash: %s", error)
            self._warned = True
            return
        self._kept, self._warned = spec, False

    def look(self) -> None:
        """Tell of the newest unsaved work that a dead process has left, if there is any."""
        try:
            files = sorted(((path.stat().st_mtime, path) for path in self._folder.glob("*.json") if path != self._path), reverse=True)
        except OSError as error:
            logger.warning("It cannot be seen whether there is unsaved work: %s", error)
            return
        for seconds, path in files:
            lock = lock_of(path)
            if not lock.tryLock(0):
                continue  # its process lives
            try:
                self._lost = Lost(read_recipe(path), seconds, path, lock, *_read_place(path))
            except RecipeError as error:  # of another version, perhaps, which can read it
                logger.warning("Unsaved work cannot be read: %s", error)
                lock.unlock()
                continue
            self.found.emit(self._lost)
            return

    def recovered(self) -> None:
        """What was found is the project now: it is kept as this one's unsaved work, and not offered again."""
        self.keep()
        self._recovered = True
        if self._kept == self._document.spec:
            self._remove_lost()

    def discard(self) -> None:
        """What was found is not wanted; there may be more."""
        self._remove_lost()
        self.look()

    def close(self) -> None:
        """A clean end: nothing is left to be recovered but what was found and not decided about."""
        self._timer.stop()
        self._forget()
        if self._lost is not None:
            self._lost.lock.unlock()

    def _write(self, text: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._lock.isLocked() and not self._lock.tryLock(0):
            raise PermissionError(f"expected to write to {self._folder}; a lock file could not be made there")
        # Not flushed to the disk itself: it is the process that dies here, not the machine, and the window must not wait.
        file, stamp = self.place()
        if file is not None:
            told = {"file": str(file.absolute()), "stamp": astuple(stamp) if stamp is not None else None}
            _place_of(self._path).write_text(json.dumps(told), encoding="utf-8")
        else:
            unlink(_place_of(self._path))
        temporary = self._path.with_suffix(".tmp")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self._path)

    def _forget(self) -> None:
        self._kept, self._recovered = None, False
        if self._lock.isLocked():
            unlink(self._path)
            unlink(_place_of(self._path))
            self._lock.unlock()

    def _remove_lost(self) -> None:
        lost, self._lost = self._lost, None
        if lost is not None:
            unlink(lost.path)
            unlink(_place_of(lost.path))
            lost.lock.unlock()

    def _on_changed(self) -> None:
        if not self._timer.isActive():  # an edit every second must not put it off for ever
            self._timer.start()

    def _on_modified(self, modified: bool) -> None:
        if not modified:
            self._timer.stop()
            self._forget()

    def _on_phase(self, phase: Phase) -> None:
        if phase is Phase.TRAINING:
            self.keep()


def _place_of(path: Path) -> Path:
    """Where it is written whose unsaved work a recovery file is."""
    return path.with_suffix(".place")


def _read_place(path: Path) -> tuple[Path | None, Stamp | None]:
    """The file, and its stamp; None for work that had no file, or where it is not to be read."""
    try:
        told = json.loads(_place_of(path).read_text(encoding="utf-8"))
        return Path(told["file"]), Stamp(*map(int, told["stamp"])) if told["stamp"] else None
    except FileNotFoundError:
        return None, None
    except (OSError, ValueError, TypeError, KeyError) as error:
        logger.warning("It cannot be read which file unsaved work belongs to: %s", error)
        return None, None
