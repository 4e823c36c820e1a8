"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEPT_OF_NAME = 50
"""Characters of a name that a temporary name ends in: never longer than a name may be, and with the whole ending."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name in the same folder, with the same ending, to write to; it takes the place of `path` at the end.

    When the block raises, or the process dies, `path` is what it was before; in the first case nothing is left over.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(4)}-{path.name[-KEPT_OF_NAME:]}")
    try:
        yield temporary
        with temporary.open("r+b") as file:  # Windows flushes only what may be written to
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file, or leave the old one. Raises OSError."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)
