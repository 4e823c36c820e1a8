from __future__ import annotations

import os
import sys
import threading

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


def test_it_gives_way_to_the_window_with_all_threads_that_it_begins(qtbot: QtBot) -> None:
    window, found, errands = niceness(), list[list[int]](), Errands("test")
    errands.do(of_both, lambda result, _error: found.append(result))
    qtbot.waitUntil(lambda: bool(found))
    errands.close()
    wanted = min(window + NICENESS, 19) if sys.platform == "linux" else 0
    assert found == [[wanted, wanted]]
    assert niceness() == window
