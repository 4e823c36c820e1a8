"""What stands on the disk: what a file is, by its sha256, and why one cannot be written."""

from __future__ import annotations

import errno
import hashlib
from functools import lru_cache
from pathlib import Path

from nnplayground.data.sources import RemoteFile
from nnplayground.data.transfer import Control, Report, Transfer

BLOCK = 1 << 20
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@lru_cache(maxsize=64)
def sha256(path: Path, size: int, modified: int) -> str:
    """The file's hash. `size` and `modified` (nanoseconds) say which state of the file is remembered. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_of(path: Path) -> str:
    """The file's hash, looked up where the file has not changed since. Raises OSError."""
    stat = path.stat()
    return sha256(path, stat.st_size, stat.st_mtime_ns)


def read_through(path: Path, report: Report, control: Control) -> None:
    """Read a file from the disk once more, and forget every hash that is remembered. Raises OSError or Cancelled."""
    sha256.cache_clear()
    total = path.stat().st_size
    with path.open("rb") as file:
        done = 0
        while block := file.read(BLOCK):
            control.check(path.name)
            done += len(block)
            report(Transfer(path.name, done, total))
    hash_of(path)


def problem(path: Path, file: RemoteFile, accepted: str | None = None) -> str | None:
    """What is wrong with the file at `path`, as the rest of a sentence; None when it is the right one.

    `accepted` is the hash of a file that was found good though it is not the known one. Raises OSError.
    """
    size = path.stat().st_size
    if size != file.bytes and accepted is None:
        return f"it has {size:,} bytes instead of {file.bytes:,}."
    if hash_of(path) not in (file.sha256, accepted):
        return "its content is not that of the known file (its sha256 is wrong)."
    return None


def set_aside(path: Path, target: Path) -> Path:
    """Rename what is not the right content of `target`, so that somebody may look at it; gives the new name. Raises OSError."""
    try:
        mark = hash_of(path)[:8]  # the same wrong file is kept once
    except OSError:
        mark = "unreadable"
    kept = target.with_name(f"{target.stem}-wrong-{mark}{target.suffix}")
    path.replace(kept)
    return kept


def disk_problem(error: OSError, folder: Path) -> str:
    """Why nothing can be written to `folder`, in a sentence."""
    if error.errno in NO_ROOM:
        return f"the disk is full, so it could not be written to {folder}."
    return f"it cannot be written to {folder} ({error.strerror or error})."
