"""`OwnFile`: the project that waits behind a lesson, on the disk, for the day the process dies in that lesson."""

from __future__ import annotations

import json
import logging
import os
import secrets
from dataclasses import astuple, dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile

from nnplayground.core.atomic import write_bytes
from nnplayground.core.history import History
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.ui.locked import lock_of, unlink
from nnplayground.ui.stamp import Stamp

logger = logging.getLogger(__name__)
ENDING, PLACE = ".nnp", ".place"


@dataclass(frozen=True, eq=False)
class Lost:
    """An unsaved project of a process that is no more. `lock` keeps other windows from offering it as well."""

    project: ProjectFile
    history: History
    seconds: float
    """When it was written, since 1970."""
    path: Path
    lock: QLockFile
    edited: bool
    file: Path | None = None
    """The file that it is unsaved work on."""
    stamp: Stamp | None = None

    def remove(self) -> None:
        unlink(self.path)
        unlink(self.path.with_suffix(PLACE))
        self.lock.unlock()


class OwnFile:
    """One file for each process, with a lock that tells whether that process lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{ENDING}"
        self._lock = lock_of(self._path)
        self._found: Lost | None = None

    def write(self, project: ProjectFile, edited: bool, file: Path | None, stamp: Stamp | None) -> None:
        """Keep a project that is unsaved. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._lock.isLocked() and not self._lock.tryLock(0):
            raise PermissionError(f"expected to write to {self._folder}; a lock file could not be made there")
        told = {"edited": edited, "file": str(file.absolute()) if file else None, "stamp": astuple(stamp) if stamp else None}
        write_bytes(self._path.with_suffix(PLACE), json.dumps(told).encode())
        write_project(self._path, project)

    def remove(self) -> None:
        """The project is where it belongs again."""
        if self._lock.isLocked():
            unlink(self._path)
            unlink(self._path.with_suffix(PLACE))
            self._lock.unlock()

    def look(self) -> Lost | None:
        """The newest that a dead process has left."""
        try:
            files = sorted(((p.stat().st_mtime, p) for p in self._folder.glob(f"*{ENDING}") if p != self._path), reverse=True)
        except OSError as error:
            logger.warning("It cannot be seen whether a project was left behind a lesson: %s", error)
            return None
        for seconds, path in files:
            lock = lock_of(path)
            if not lock.tryLock(0):
                continue  # its process lives
            try:
                project = read_project(path)
                edited, file, stamp = _read_place(path)
                self._found = Lost(project, History.from_csv(project.history), seconds, path, lock, edited, file, stamp)
            except (OSError, ValueError) as error:  # perhaps of another version, which can read it
                logger.warning("A project that was left behind a lesson cannot be read: %s", error)
                lock.unlock()
                continue
            return self._found
        return None

    def close(self) -> None:
        """What was found and not decided about is found again at the next start."""
        if self._found is not None:
            self._found.lock.unlock()
        if self._lock.isLocked():
            self._lock.unlock()


def _read_place(path: Path) -> tuple[bool, Path | None, Stamp | None]:
    """Whether it was edited, its file, and how that was."""
    try:
        told = json.loads(path.with_suffix(PLACE).read_text(encoding="utf-8"))
        stamp = Stamp(*map(int, told["stamp"])) if told["stamp"] else None
        return bool(told["edited"]), Path(told["file"]) if told["file"] else None, stamp
    except (OSError, ValueError, TypeError, KeyError) as error:
        logger.warning("It cannot be read which file a project belongs to: %s", error)
        return True, None, None
