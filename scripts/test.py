"""Run the tests with nothing but Python 3.11 installed; arguments go to pytest: python scripts/test.py tests/core -k shape."""

import sys

if sys.version_info < (3, 11):
    sys.exit("nnplayground needs Python 3.11 or newer; this is Python %d.%d. Start this script with a newer one." % sys.version_info[:2])

import os
import subprocess
import tempfile

import _environment

WITH_TENSORFLOW = ("tests/e2e/test_lessons.py", "tests/engine")


def main() -> int:
    python = _environment.ensure(["test"], libraries=["qt"])
    os.chdir(_environment.ROOT)
    pytest = [str(python), "-m", "pytest"]
    if sys.argv[1:]:
        _environment.replace_process([*pytest, *sys.argv[1:]])
    # The engine's tests compile hundreds of networks, of which TensorFlow gives nothing back: in one process with them all
    # that follow would crawl. Side by side they take half the time; what the first say is shown when the others are done.
    with tempfile.TemporaryFile() as said:
        first = subprocess.Popen([*pytest, *WITH_TENSORFLOW], stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        try:
            others = subprocess.call([*pytest, *(f"--ignore={folder}" for folder in WITH_TENSORFLOW)], stdin=subprocess.DEVNULL)
            failed = first.wait() != 0
        finally:
            first.kill()
        said.seek(0)
        print(f"== {' '.join(WITH_TENSORFLOW)}", flush=True)
        sys.stdout.buffer.write(said.read())
        sys.stdout.flush()
    return int(failed or others != 0)


if __name__ == "__main__":
    sys.exit(main())
