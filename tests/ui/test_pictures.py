"""One look at the network at a time, each in its turn."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui.pictures import Pictures

WANTED = ProbeRequest(grid=8)


class Desk:
    def __init__(self) -> None:
        self.wanted: ProbeRequest | None = WANTED
        self.sent: list[ProbeRequest] = []
        self.shown: list[Snapshot] = []
        self.pictures = Pictures(lambda: self.wanted, self.sent.append)
        self.pictures.taken.connect(self.shown.append)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_next_is_asked_for_when_the_last_was_shown_or_something_else_is_to_be_seen(desk: Desk) -> None:
    desk.pictures.ask()
    desk.pictures.ask()
    assert desk.sent == [WANTED]
    desk.pictures.ask(again=True)
    assert len(desk.sent) == 2
    desk.pictures.hear(Snapshot(1, 1.0))
    desk.pictures.show()
    desk.pictures.ask()
    assert (len(desk.shown), len(desk.sent)) == (1, 3)
    desk.wanted = None
    desk.pictures.ask(again=True)
    assert len(desk.sent) == 3


def test_what_is_put_off_is_shown_in_a_turn_of_its_own_and_the_next_is_asked_for(desk: Desk, qtbot: QtBot) -> None:
    assert not desk.pictures.put_off(), "there is nothing"
    desk.pictures.ask()
    desk.pictures.hear(Snapshot(1, 1.0))
    assert desk.pictures.put_off()
    assert not desk.shown
    qtbot.waitUntil(lambda: bool(desk.shown))
    assert len(desk.sent) == 2


def test_what_was_shown_before_its_turn_is_not_shown_twice(desk: Desk, qtbot: QtBot) -> None:
    desk.pictures.hear(Snapshot(1, 1.0))
    desk.pictures.put_off()
    desk.pictures.show()
    qtbot.wait(20)
    assert (len(desk.shown), len(desk.sent)) == (1, 0)


def test_another_run_forgets_what_was_to_be_shown(desk: Desk, qtbot: QtBot) -> None:
    desk.pictures.ask()
    desk.pictures.hear(Snapshot(1, 1.0))
    desk.pictures.put_off()
    desk.pictures.forget()
    qtbot.wait(20)
    assert not desk.shown
    desk.pictures.ask()
    assert len(desk.sent) == 2
