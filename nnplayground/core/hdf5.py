"""Whether an HDF5 file can be read at all, found out in a process of its own.

HDF5's library trusts what it reads: some broken files make it run for ever or take the process with it. A file that a
process has read from end to end will not do so to the next.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS = 60.0
"""How long a process may read; gigabytes take seconds."""


def unreadable(path: Path, seconds: float = SECONDS) -> str:
    """Why a file cannot be read, as the rest of a sentence; "" when it can."""
    if not path.is_file():
        return "there is no such file"
    try:
        command = [sys.executable, "-m", __name__, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
    except subprocess.TimeoutExpired:
        return f"reading it does not come to an end within {seconds:g} seconds, so it is damaged"
    if done.returncode == 0:
        return ""
    return done.stdout.strip() or "it is damaged"


def _read_all(path: str) -> None:
    import h5py

    def read(_name: str, item: Any) -> None:
        dict(item.attrs)
        if isinstance(item, h5py.Dataset):
            item[()]

    with h5py.File(path, "r") as file:
        dict(file.attrs)
        file.visititems(read)


if __name__ == "__main__":
    try:
        _read_all(sys.argv[1])
    except Exception as error:  # noqa: BLE001  a damaged file makes h5py raise almost anything; it is told and answered with an exit code
        print(str(error).partition("\n")[0] or type(error).__name__)  # noqa: T201  the answer of this process
        sys.exit(1)
