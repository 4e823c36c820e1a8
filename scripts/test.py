"""Run the tests with nothing but Python 3.11 installed; arguments go to pytest: python scripts/test.py tests/core -k shape."""

import sys

if sys.version_info < (3, 11):
    sys.exit("nnplayground needs Python 3.11 or newer; this is Python %d.%d. Start this script with a newer one." % sys.version_info[:2])

import os
import subprocess
import tempfile

import _environment

ENGINE = "tests/engine"


def main() -> int:
    python = _environment.ensure(["test"], libraries=["qt"])
    os.chdir(_environment.ROOT)
    pytest = [str(python), "-m", "pytest"]
    if sys.argv[1:]:
        _environment.replace_process([*pytest, *sys.argv[1:]])
    # The engine's tests compile hundreds of networks, of which TensorFlow gives nothing back: in one process with them all
    # that follow would crawl. Side by side they take half the time; what the engine's say is shown when the others are done.
    with tempfile.TemporaryFile() as said:
        engine = subprocess.Popen([*pytest, ENGINE], stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
        try:
            others = subprocess.call([*pytest, f"--ignore={ENGINE}"], stdin=subprocess.DEVNULL)
            failed = engine.wait() != 0
        finally:
            engine.kill()
        said.seek(0)
        print(f"== {ENGINE}", flush=True)
        sys.stdout.buffer.write(said.read())
        sys.stdout.flush()
    return int(failed or others != 0)


if __name__ == "__main__":
    sys.exit(main())
