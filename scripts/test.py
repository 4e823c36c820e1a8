"""Run the tests with nothing but Python 3.11 installed; arguments go to pytest: python scripts/test.py tests/core -k shape."""

import sys

if sys.version_info < (3, 11):
    sys.exit("nnplayground needs Python 3.11 or newer; this is Python %d.%d. Start this script with a newer one." % sys.version_info[:2])

import os

import _environment


def main() -> None:
    python = _environment.ensure(["test"], libraries=["qt"])
    os.chdir(_environment.ROOT)
    _environment.replace_process([python, "-m", "pytest", *sys.argv[1:]])


if __name__ == "__main__":
    main()
