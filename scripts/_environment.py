"""The environment that run.py, test.py and check.py work in: `.venv` in the repository, made and kept up to date here.

Only the standard library: this runs before anything is installed. All talk goes to standard error, because standard
output belongs to the program that is started.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NoReturn

import _system
from _console import say, stop

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "nnplayground.json"
CONSTRAINTS = ROOT / "scripts" / "constraints.txt"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")


@dataclass(frozen=True)
class Stamp:
    """What was done to `.venv`; written last, so that an installation that was broken off is done again."""

    key: str
    extras: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


def ensure(extras: Iterable[str] = (), *, libraries: Iterable[str] = ()) -> Path:
    """Make `.venv` if need be, install the project with `extras`, and return its Python.

    `libraries` names the system libraries to look for besides: "qt" (every use of Qt), "x11" (a window on X11). When
    nothing has changed since the last time this takes a few milliseconds.
    """
    try:
        stamp = _read_stamp()
        known = stamp.extras if stamp else ()
        if stamp is None or stamp.key != _key() or not set(extras) <= set(known) or not PYTHON.exists():
            stamp = _install(tuple(sorted({*extras, *known})))
        unseen = sorted({*libraries} - {*stamp.libraries})
        if unseen and sys.platform == "linux":
            found = _system.ensure_libraries(PYTHON, unseen)
            _write_stamp(replace(stamp, libraries=(*stamp.libraries, *found)))
    except KeyboardInterrupt:
        say("Interrupted. The next start begins again where it has to.")
        raise SystemExit(130) from None
    return PYTHON


def replace_process(command: Sequence[str | Path]) -> NoReturn:
    """Become `command`, so that Ctrl-C and the exit code are its own."""
    arguments = [str(c) for c in command]
    if not WINDOWS:
        os.execv(arguments[0], arguments)
    process = subprocess.Popen(arguments)
    while True:
        try:
            raise SystemExit(process.wait())
        except KeyboardInterrupt:
            continue  # the program has had it too, and ends by itself


def _key() -> str:
    """Changes with what has to be installed, and with the place: an environment that was moved does not work."""
    digest = hashlib.sha256(os.fsencode(ROOT))
    for part in (ROOT / "pyproject.toml", CONSTRAINTS, VENV / "pyvenv.cfg"):
        digest.update(part.read_bytes() if part.exists() else b"-")
    return digest.hexdigest()


def _read_stamp() -> Stamp | None:
    try:
        raw = json.loads(STAMP.read_text(encoding="utf-8"))
        return Stamp(raw["key"], tuple(raw["extras"]), tuple(raw["libraries"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_stamp(stamp: Stamp) -> None:
    STAMP.write_text(json.dumps(asdict(stamp)), encoding="utf-8")


def _install(extras: tuple[str, ...]) -> Stamp:
    begun = time.monotonic()
    try:
        STAMP.unlink(missing_ok=True)
        if not _is_usable():
            _make()
    except OSError as error:
        stop(f"{VENV} cannot be made: {error.strerror or error}. Remove it, or make its folder writable, and start again.")
    what = f".[{','.join(extras)}]" if extras else "."
    say("Installing nnplayground and what it needs; the first time this takes some minutes and about 2.5 GB of disk ...")
    command: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["-c", CONSTRAINTS, "-e", what]
    if subprocess.call(command, cwd=ROOT, stdout=sys.stderr, stdin=subprocess.DEVNULL) != 0:
        stop("The installation failed; pip says why above. Mend that (is the network there, is the disk full?) and start again.")
    stamp = Stamp(_key(), extras)
    _write_stamp(stamp)
    say(f"Installed in {time.monotonic() - begun:.0f} s.")
    return stamp


def _is_usable() -> bool:
    """Whether `.venv` is an environment that was made at this very place and whose Python and pip run."""
    try:
        config = (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    made_by = next((line.partition("=")[2].strip() for line in config.splitlines() if line.startswith("command")), "")
    made_at = made_by.rpartition(" -m venv ")[2]
    if made_at and not (Path(made_at).exists() and VENV.samefile(made_at)):
        return False
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        _install_venv_module()
    if VENV.exists():
        say(f"{VENV} does not work here (moved, or broken off while it was made); making it anew ...")
        shutil.rmtree(VENV)
    else:
        say(f"Making an environment with Python {sys.version.split()[0]} in {VENV} ...")
    if subprocess.call([sys.executable, "-m", "venv", VENV], stdout=sys.stderr) != 0:
        stop(f"'{sys.executable} -m venv' failed and says why above; nnplayground needs Python's venv module.")


def _install_venv_module() -> None:
    """Debian ships the venv module without what fills an environment with pip."""
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not _system.apt_install([package]):
        stop(f"Python's venv module is incomplete. Install it, then start again: sudo apt-get install {package}")
