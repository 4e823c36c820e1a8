"""Whether an HDF5 file can be read at all, found out in a process of its own.

HDF5's library trusts what it reads: some broken files make it run for ever or take the process with it. A file that a
process has read from end to end will not do so to the next.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

SECONDS = 60.0
"""How long a process may read one file, and take to be ready; gigabytes take seconds."""
MAX_ARRAY_BYTES = 2_000_000_000
DAMAGED = "it is damaged"


def unreadable(path: Path, seconds: float = SECONDS) -> str:
    """Why a file cannot be read, as the rest of a sentence; "" when it can."""
    with Reader(seconds) as reader:
        return reader.unreadable(path)


class Reader:
    """Reads one file after the other in one process, which is begun anew when a file has taken it along."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def unreadable(self, path: Path) -> str:
        """Why a file cannot be read, as the rest of a sentence; "" when it can."""
        if not path.is_file():
            return "there is no such file"
        try:
            answer = self._ask(path)
        except queue.Empty:
            self.close()
            return f"reading it does not come to an end within {self._seconds:g} seconds, so it is damaged"
        if not answer:
            self.close()
            return DAMAGED
        return str(json.loads(answer))

    def _ask(self, path: Path) -> str:
        """The line that the process answers; an empty one when it has died."""
        process = self._process
        if process is None:
            process = self._start()
            if not self._answers.get(timeout=SECONDS):  # what it says when it is ready: only reading is to be quick
                return ""
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(str(path.absolute())) + "\n")
            process.stdin.flush()
        except OSError:
            return ""
        return self._answers.get(timeout=self._seconds)

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.kill()
            process.wait()
            with suppress(OSError):  # a file's name that it has not taken
                process.stdin.close()

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", __name__]
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
        )
        self._process, self._answers = process, queue.Queue()
        assert process.stdout is not None
        threading.Thread(target=_pass_on, args=(process.stdout, self._answers), daemon=True, name="HDF5 answers").start()
        return process


def _pass_on(lines: IO[str], answers: queue.Queue[str]) -> None:
    """Each line, and an empty one at the end; a process that is gone answers no more."""
    with lines:
        for line in lines:
            answers.put(line)
    answers.put("")


def _read_all(path: str) -> None:
    import h5py

    def read(name: str, item: Any) -> None:
        dict(item.attrs)
        if isinstance(item, h5py.Dataset):
            if item.nbytes > MAX_ARRAY_BYTES:
                raise ValueError(f"it claims that {name} has {item.nbytes:,} bytes; expected at most {MAX_ARRAY_BYTES:,}")
            item[()]

    with h5py.File(path, "r") as file:
        dict(file.attrs)
        file.visititems(read)


def _answer(path: str) -> str:
    try:
        _read_all(path)
    except Exception as error:  # noqa: BLE001  a damaged file makes h5py raise almost anything; all of it is told
        return str(error).partition("\n")[0] or type(error).__name__
    return ""


if __name__ == "__main__":
    import h5py  # noqa: F401  takes longer than most files

    print(json.dumps("ready"), flush=True)  # noqa: T201
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line))), flush=True)  # noqa: T201  the answer of this process
