from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from nnplayground.ui.garbage import Garbage


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[Garbage]:
    garbage = Garbage()
    garbage.start()
    yield garbage
    garbage.close()


@pytest.mark.parametrize("before", [True, False])
def test_collecting_is_left_as_it_was(qtbot: QtBot, before: bool):
    (gc.enable if before else gc.disable)()
    garbage = Garbage()
    garbage.start()
    assert not gc.isenabled()
    garbage.close()
    assert gc.isenabled() is before


class Knot:
    """Something that only the collector can find."""

    ended: list[int]

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.ended.append(threading.get_ident())


def test_garbage_of_other_threads_ends_on_the_windows_thread(garbage: Garbage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    ended: list[int] = []
    monkeypatch.setattr(Knot, "ended", ended, raising=False)

    def work() -> None:
        for _ in range(5_000):
            Knot()

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert ended == []
    qtbot.waitUntil(lambda: len(ended) == 5_000)
    assert set(ended) == {threading.get_ident()}


def test_what_is_spared_is_looked_at_again_after_the_end(garbage: Garbage):
    garbage.spare()
    assert gc.get_freeze_count() > 0
    garbage.close()
    assert gc.get_freeze_count() == 0
