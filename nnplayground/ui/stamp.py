"""`Stamp`: how a file was when it was last read or written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stamp:
    """What tells whether somebody else has written a file since."""

    nanoseconds: int
    size: int
    place: int

    @classmethod
    def of(cls, path: Path) -> Stamp | None:
        """None when there is no such file."""
        try:
            found = path.stat()
        except OSError:
            return None
        return cls(found.st_mtime_ns, found.st_size, found.st_ino)
