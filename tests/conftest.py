"""What every test gets: no screen needed, no user files touched, nothing left running behind it."""

from __future__ import annotations

import gc
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.programs import Programs

# Before anything imports Qt or TensorFlow. A screen is used when one is asked for by QT_QPA_PLATFORM.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

REAL_DATA = os.environ.get("KERAS_HOME")
GRACE = 2.0
"""Seconds that a thread which was told to end has to do so."""


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for each test: settings, caches, data sets and logs of the user are neither read nor written."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    for name, folder in {
        "XDG_CONFIG_HOME": ".config", "XDG_CACHE_HOME": ".cache", "XDG_DATA_HOME": ".local/share", "XDG_STATE_HOME": ".local/state",
        "APPDATA": "AppData/Roaming", "LOCALAPPDATA": "AppData/Local", "KERAS_HOME": ".keras",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(home / folder))
    # One for all tests: matplotlib takes seconds to look through the fonts, and again in every process that has no cache.
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path_factory.getbasetemp() / "matplotlib"))
    if core := sys.modules.get("PySide6.QtCore"):
        for scope in (core.QSettings.Scope.UserScope, core.QSettings.Scope.SystemScope):
            for form in (core.QSettings.Format.NativeFormat, core.QSettings.Format.IniFormat):
                core.QSettings.setPath(form, scope, str(home / "settings"))
    return home


@pytest.fixture(autouse=True)
def garbage_ends_here() -> Iterator[None]:
    """Python's garbage ends between two tests, on their thread, as it does in a window (see `ui/garbage.py`): the sessions that tests
    leave behind are full of Qt objects, and whichever thread made the next object would end them. That crashed, once in many runs.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def real_data(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> Path | None:
    """The folder with the full data sets (KERAS_HOME as it was for pytest), in force for this test; None without one."""
    if REAL_DATA is None or not (Path(REAL_DATA) / "datasets").is_dir():
        return None
    monkeypatch.setenv("KERAS_HOME", REAL_DATA)
    return Path(REAL_DATA)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """Runs exported programs by themselves; one that wants Keras's files finds those of `real_data`."""
    running = Programs(tmp_path_factory.mktemp("programs"), REAL_DATA)
    yield running
    running.close()


class Made:
    """Every QTimer and QThread that Python makes, held weakly: Qt itself keeps no list of them."""

    def __init__(self) -> None:
        self.timers: weakref.WeakSet[Any] = weakref.WeakSet()
        self.threads: weakref.WeakSet[Any] = weakref.WeakSet()

    def watch(self, kind: Any, found: weakref.WeakSet[Any], monkeypatch: pytest.MonkeyPatch) -> None:
        """Note every new object of a Qt class. `start` stays Qt's own, so that connections to it behave as ever."""
        original = kind.__init__

        def noted(self: Any, *args: Any, **kwargs: Any) -> None:
            original(self, *args, **kwargs)
            found.add(self)

        monkeypatch.setattr(kind, "__init__", noted)


@pytest.fixture(scope="session")
def qt_objects() -> Iterator[Made | None]:
    core = sys.modules.get("PySide6.QtCore")
    if core is None:
        yield None
        return
    made = Made()
    with pytest.MonkeyPatch.context() as monkeypatch:
        made.watch(core.QTimer, made.timers, monkeypatch)
        made.watch(core.QThread, made.threads, monkeypatch)
        yield made


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest, qt_objects: Made | None) -> Iterator[None]:
    """Fail a test that leaves a Python thread, a running QThread or an active QTimer behind, and name it.

    TensorFlow's own threads are none of Python's. A QThread that runs Python code shows up as a `_DummyThread`, which
    Python never forgets; it is judged as a QThread.
    """
    python_before = set(threading.enumerate())
    qt_before = {id(o) for o in (*qt_objects.timers, *qt_objects.threads)} if qt_objects else set()
    yield
    left = [f"Python thread {t.name!r}" for t in _running_python_threads(python_before)]
    if qt_objects:
        left += _running_qt_objects(qt_objects, qt_before)
    if left:
        pytest.fail(f"{request.node.nodeid} left behind: {'; '.join(left)}", pytrace=False)


def _running_python_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    started = [t for t in threading.enumerate() if t not in before and not isinstance(t, threading._DummyThread)]
    for thread in started:
        thread.join(GRACE)
    return [t for t in started if t.is_alive()]


def _running_qt_objects(made: Made, before: set[int]) -> list[str]:
    from shiboken6 import isValid

    def new(objects: weakref.WeakSet[Any]) -> list[Any]:
        return [o for o in objects if id(o) not in before and isValid(o)]

    threads = [t for t in new(made.threads) if t.isRunning() and not t.wait(int(GRACE * 1000))]
    timers = [t for t in new(made.timers) if t.isActive()]
    for timer in timers:
        timer.stop()  # or it would fire in the next test
    return [
        *(f"QThread {t.objectName() or t!r}" for t in threads),
        *(f"QTimer {t.objectName() or t!r} every {t.interval()} ms of {type(t.parent()).__name__}" for t in timers),
    ]
