"""How a run without a screen ends, as its exit code says it."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    DATA = 3
    DIVERGED = 4
    OUTPUT = 5
    INTERRUPTED = 130
