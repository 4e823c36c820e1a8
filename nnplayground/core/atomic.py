"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import platform
import re
import secrets
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

KEPT_OF_NAME = 50
"""Characters of a name that a temporary name ends in: never longer than a name may be, and with the whole ending."""
FORGOTTEN = 24 * 3600.0
"""Seconds after which nobody writes to a temporary file any more, whoever began it."""
TEMPORARY = re.compile(r"\.(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-[0-9a-f]{8}-")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name in the same folder, with the same ending, to write to; it takes the place of `path` at the end.

    When the block raises, or the process dies, `path` is what it was before. In the first case nothing is left over; what
    a dead process has left is removed the next time. A link stays one: what it points to is replaced. Raises OSError.
    """
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(13, "The file is write-protected", str(path))
    _remove_stale(path)
    temporary = path.with_name(f".{_machine()}-{os.getpid()}-{secrets.token_hex(4)}-{_end_of(path)}")
    try:
        yield temporary
        with temporary.open("r+b") as file:  # Windows flushes only what may be written to
            os.fsync(file.fileno())
        with suppress(OSError):  # there was none, or the file system has no such rights
            temporary.chmod(path.stat().st_mode & 0o777)  # who may read it stays as it was
        temporary.replace(path)
        _flush_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file, or leave the old one. Raises OSError."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def _flush_folder(folder: Path) -> None:
    """Have the new name itself on the disk, where that can be asked for: neither Windows nor every file system lets one."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_stale(path: Path) -> None:
    """Remove what processes that died while they wrote this very file have left. One that cannot be removed stays."""
    with suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            found = TEMPORARY.match(entry.name)
            if found is None or entry.name[found.end() :] != _end_of(path):
                continue
            with suppress(OSError):
                here = found["machine"] == _machine()
                if (here and not _lives(int(found["process"]))) or time.time() - entry.stat().st_mtime > FORGOTTEN:
                    os.unlink(entry.path)  # noqa: PTH108  a DirEntry is no Path


def _lives(process: int) -> bool:
    """Whether there is such a process; on Windows, where asking would end it, always."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _end_of(path: Path) -> str:
    return path.name[-KEPT_OF_NAME:]


def _machine() -> str:
    """A mark of this machine: on a shared folder, the numbers of another one's processes say nothing."""
    return f"{zlib.crc32(platform.node().encode()):08x}"
