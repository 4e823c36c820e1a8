"""Start nnplayground with nothing but Python 3.11 installed: everything else is set up in .venv the first time.

    python scripts/run.py                         the window
    python scripts/run.py FILE                    the window with FILE open
    python scripts/run.py --script FILE --json    any other argument of nnplayground
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("nnplayground needs Python 3.11 or newer; this is Python %d.%d. Start this script with a newer one." % sys.version_info[:2])

import os

import _environment

WITHOUT_WINDOW = ("--script", "--list", "--download", "--evaluate-only", "--version", "--help", "-h")


def main() -> None:
    arguments = sys.argv[1:]
    libraries = []
    if not any(a.split("=")[0] in WITHOUT_WINDOW for a in arguments):
        libraries.append("qt")
        if "DISPLAY" in os.environ and "WAYLAND_DISPLAY" not in os.environ:
            libraries.append("x11")
    python = _environment.ensure(libraries=libraries)
    # -P: a file in the user's folder that is called like a module must not be imported instead of it.
    _environment.replace_process([python, "-P", "-m", "nnplayground", *arguments])


if __name__ == "__main__":
    main()
