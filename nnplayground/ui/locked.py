"""Files that belong to a process as long as it lives: what is unsaved, kept for after a crash."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QLockFile

logger = logging.getLogger(__name__)


def lock_of(path: Path) -> QLockFile:
    """A lock that holds as long as its process lives, whatever its age."""
    lock = QLockFile(f"{path}.lock")
    lock.setStaleLockTime(0)
    return lock


def unlink(path: Path) -> None:
    """Remove what is there no longer needed; where that cannot be, it is only written down."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s cannot be removed: %s", path.name, error)
