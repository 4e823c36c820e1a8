"""A process that saves projects and kills its savers, run by test_killed_saves.py: forks of pytest would take Qt and TensorFlow along.

    python killing.py calls FOLDER     at every system call a saver makes, before and after it (Linux)
    python killing.py moments FOLDER   at random moments

Writes one JSON object: how many savers were killed, what was found then, and what the folder holds after one more save.
"""

from __future__ import annotations

import collections
import ctypes
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

from nnplayground.core.edits import changed
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import PNG, ProjectFile, read_project, write_project

MOMENTS = 300
LONGEST = 0.02
"""Seconds that a saver lives at most; a save takes a tenth of that."""
TRACE_ME, TO_NEXT_CALL = 0, 24

OLD = ProjectFile(default_project(), b"old weights" * 200, b"old state" * 200, "epoch,loss\n1,0.5\n", thumbnail=PNG)
NEW = ProjectFile(changed(OLD.spec, notes="new"), b"new weights!" * 300, b"new state!" * 300, "epoch,loss\n1,0.4\n", thumbnail=PNG)


def main(kind: str, folder: Path) -> dict[str, Any]:
    path = folder / "p.nnp"
    write_project(path, OLD)
    found: collections.Counter[str] = collections.Counter()
    litter = 0
    for _ in at_every_call(path) if kind == "calls" else at_random_moments(path):
        litter = max(litter, len(list(folder.iterdir())) - 1)
        project = read_project(path)  # raises when it is not whole, which ends this process
        found["old" if project == OLD else "new" if project == NEW else "neither"] += 1
        if kind == "calls":
            write_project(path, OLD)
    write_project(path, OLD)
    return {"killed": found.total(), "found": found, "litter": litter, "left": sorted(p.name for p in folder.iterdir())}


def at_every_call(path: Path):
    """One saver after the other, each killed one stop later than the one before, until one comes to its end."""
    libc = ctypes.CDLL(None, use_errno=True)
    last = 0
    while True:
        last += 1
        child = os.fork()
        if child == 0:
            if libc.ptrace(TRACE_ME, 0, None, None) != 0:
                os._exit(9)
            os.kill(os.getpid(), signal.SIGSTOP)
            write_project(path, NEW)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            raise OSError("processes may not be traced here")
        for _ in range(last):
            libc.ptrace(TO_NEXT_CALL, child, None, None)
            _, status = os.waitpid(child, 0)
            if os.WIFEXITED(status):
                return
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        yield


def at_random_moments(path: Path):
    """Savers that save one project after the other, each killed at another moment."""
    dice = random.Random(7)
    for _ in range(MOMENTS):
        child = os.fork()
        if child == 0:
            while True:
                write_project(path, NEW)
                write_project(path, OLD)
        time.sleep(dice.uniform(0, LONGEST))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        yield


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))  # noqa: T201  the answer of this process
