"""Which of the files in shared folders are ours, and which were accepted though they are not the known ones."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from nnplayground.core.atomic import write_bytes

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """A file that nnplayground has put somewhere, or was told to use."""

    path: str
    sha256: str
    ours: bool
    note: str = ""
    """What must be said about a file that is not the known one."""


@dataclass(frozen=True)
class Ledger:
    """One small file for each entry, so that two processes never write the same. Without a folder nothing is remembered."""

    folder: Path | None

    def find(self, path: Path) -> Entry | None:
        """What is known of the file at `path`. It may have been replaced since: the hash says so."""
        place = self._place(path)
        if place is None:
            return None
        try:
            found = json.loads(place.read_bytes())
            entry = Entry(str(found["path"]), str(found["sha256"]), bool(found["ours"]), str(found["note"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            logger.warning("%s cannot be read (%s); what it said is forgotten.", place, error)
            return None
        return entry if entry.path == _absolute(path) else None

    def write(self, path: Path, sha256: str, *, ours: bool, note: str = "") -> None:
        """Raises OSError."""
        if (place := self._place(path)) is not None:
            entry = Entry(_absolute(path), sha256, ours, note)
            write_bytes(place, json.dumps(asdict(entry)).encode())

    def claim(self, path: Path, sha256: str) -> None:
        """Note that a file is ours. Where that cannot be kept, it counts as somebody else's, which does no harm."""
        try:
            self.write(path, sha256, ours=True)
        except OSError as error:
            logger.warning("It cannot be noted that %s is nnplayground's (%s).", path, error)

    def forget(self, path: Path) -> None:
        """Raises OSError."""
        if (place := self._place(path)) is not None:
            place.unlink(missing_ok=True)

    def _place(self, path: Path) -> Path | None:
        if self.folder is None:
            return None
        return self.folder / f"{hashlib.sha256(_absolute(path).encode(errors='surrogateescape')).hexdigest()[:24]}.json"


def _absolute(path: Path) -> str:
    return str(path.absolute())
