"""Run the tests with nothing but Python 3.11 installed; arguments go to pytest: python scripts/test.py tests/core -k shape."""

import sys

if sys.version_info < (3, 11):
    sys.exit("nnplayground needs Python 3.11 or newer; this is Python %d.%d. Start this script with a newer one." % sys.version_info[:2])

import os
import signal
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import _environment

APART = ("tests/engine", "tests/ui", "tests/e2e", "tests/script")
"""Each in a process of its own, the longest first."""
LONGEST = 1500
"""Seconds after which such a process is taken for stuck and ended; it says where it stood. None takes half of that on two cores."""


def main() -> int:
    python = _environment.ensure(["test"], libraries=["qt"])
    os.chdir(_environment.ROOT)
    pytest = [str(python), "-m", "pytest"]
    if sys.argv[1:]:
        _environment.replace_process([*pytest, *sys.argv[1:]])
    # The engine's tests compile hundreds of networks, of which TensorFlow gives nothing back: in one process with them all
    # that follow would crawl. Two at a time, so that two cores are enough; each says what it found when it is done.
    groups = [[folder] for folder in APART] + [["tests", *(f"--ignore={folder}" for folder in APART)]]
    with ThreadPoolExecutor(2) as pool:
        failed = list(pool.map(lambda group: _run([*pytest, *group]), groups))  # of all: a failure leaves no others out
    return int(any(failed))


def _run(command: list[str]) -> bool:
    """Whether a group of tests failed. One that crashed is run once more, and both runs are told: Python's collector has crashed over
    Qt's objects, in no test of its own, before `tests/conftest.py` kept it from other threads.
    """
    code = _attempt(command)
    return (_attempt(command) if code == -signal.SIGSEGV else code) != 0


def _attempt(command: list[str]) -> int:
    name = " ".join(command[3:])
    print(f"== {name}: begun", flush=True)
    with tempfile.TemporaryFile() as said:  # no pipe, which a process that a test left behind would hold open
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        try:
            process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGABRT)  # pytest's fault handler writes down where every thread stands
            process.wait()
        said.seek(0)
        ending = "" if process.returncode in (0, 1) else f"== {name}: ended with code {process.returncode}\n"
        sys.stdout.buffer.write(f"== {name}\n".encode() + said.read() + ending.encode())
        sys.stdout.flush()
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
