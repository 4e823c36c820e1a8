"""How a download is watched, and how long it is waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Timeouts:
    """Seconds to wait for a connection, and for the next bytes; a cancel is heard between blocks of bytes."""

    connect: float = 5.0
    read: float = 10.0


@dataclass(frozen=True)
class Transfer:
    """How far a download is, in bytes."""

    name: str
    done: int
    total: int


Report = Callable[[Transfer], None]
