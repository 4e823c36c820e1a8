from __future__ import annotations

import os
import sys
import threading

import pytest
from pytestqt.qtbot import QtBot

from nnplayground.ui.python_thread import NICENESS
from nnplayground.ui.store.errands import Errands


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) if sys.platform == "linux" else 0


def of_both() -> list[int]:
    """Of this thread, and of one that it begins."""
    found = [niceness()]
    another = threading.Thread(target=lambda: found.append(niceness()))
    another.start()
    another.join()
    return found


def may_give_way() -> bool:
    """Whether a thread may take a niceness of its own here: Linux, and no sandbox that forbids it."""
    told: list[bool] = []

    def give_way() -> None:
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(niceness() + 1, 19))
        except OSError:
            told.append(False)
        else:
            told.append(True)

    thread = threading.Thread(target=give_way)
    thread.start()
    thread.join()
    return told[0]


def test_it_gives_way_to_the_window_with_all_threads_that_it_begins(qtbot: QtBot) -> None:
    window, found, errands = niceness(), list[list[int]](), Errands("test")
    errands.do(of_both, lambda result, _error: found.append(result))
    qtbot.waitUntil(lambda: bool(found))
    errands.close()
    wanted = min(window + NICENESS, 19) if sys.platform == "linux" and may_give_way() else niceness()
    assert found == [[wanted, wanted]]
    assert niceness() == window


def test_where_it_is_forbidden_it_works_all_the_same(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_what: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setpriority", forbid, raising=False)
    found, errands = list[object](), Errands("test")
    errands.do(lambda: 7, lambda result, _error: found.append(result))
    qtbot.waitUntil(lambda: bool(found))
    errands.close()
    assert found == [7]
