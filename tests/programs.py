"""Exported programs, run as anybody would run them: each in a Python of its own that knows nothing of this app.

TensorFlow takes longer to import than a small network takes to train. So where a process can be copied, one imports it and does
nothing else, and each program runs in a copy of it. That is safe on Linux: TensorFlow starts its threads when it first computes
something, which only the copies do, and NumPy's own threads know how to be copied. Elsewhere every program gets a new process.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COPYING = sys.platform == "linux"
COPIES = """
import json, os, sys, traceback
import keras, numpy, tensorflow

for line in sys.stdin:
    asked = json.loads(line)
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    code = 1
    try:
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, name in enumerate(asked["said"], 1):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT, 0o600), number)
        sys.argv = ["-c"]
        exec(compile(asked["code"], "<string>", "exec"), {"__name__": "__main__"})
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
"""


@dataclass(frozen=True)
class Ran:
    """How a program ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


class Programs:
    """Runs programs in folders. `keras_home` is where Keras finds its data sets; it looks there when it is imported, so once for all."""

    def __init__(self, said: Path, keras_home: str | None) -> None:
        self._said = said
        self._environment = {} if keras_home is None else {"KERAS_HOME": keras_home}
        self._copied: subprocess.Popen[str] | None = None

    def run(self, code: str, folder: Path) -> Ran:
        """What `python -I -c code` does in a folder."""
        environment = {**os.environ, **self._environment}
        command = [sys.executable, "-I", "-c"]
        if not COPYING:
            done = subprocess.run([*command, code], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8",
                                  check=False)  # fmt: skip
            return Ran(done.returncode, done.stdout, done.stderr)
        if self._copied is None:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self._copied = subprocess.Popen([*command, COPIES], env=environment, text=True, encoding="utf-8", **pipes)
        with self._places() as said:
            assert self._copied.stdin is not None
            assert self._copied.stdout is not None
            asked = {"code": code, "folder": str(folder), "environment": environment, "said": [str(path) for path in said]}
            print(json.dumps(asked), file=self._copied.stdin, flush=True)
            ended = self._copied.stdout.readline()
            return Ran(int(ended), *(path.read_text(encoding="utf-8") for path in said))

    def run_file(self, name: str, folder: Path) -> Ran:
        """What `python -I name` does in a folder."""
        return self.run(f"import runpy; runpy.run_path({name!r}, run_name='__main__')", folder)

    def close(self) -> None:
        if self._copied is not None:
            self._copied.communicate()

    @contextlib.contextmanager
    def _places(self) -> Iterator[tuple[Path, Path]]:
        """Files for what a program says: a pipe that nobody empties meanwhile would hold it up."""
        places = self._said / "stdout", self._said / "stderr"
        try:
            yield places
        finally:
            for place in places:
                place.unlink(missing_ok=True)
