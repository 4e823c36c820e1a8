"""What the scripts say to people. Standard error: standard output belongs to the program that is started."""

from __future__ import annotations

import sys
from typing import NoReturn


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def stop(text: str) -> NoReturn:
    """Say what is wrong and what to do, and end with exit code 1."""
    say(text)
    raise SystemExit(1)
