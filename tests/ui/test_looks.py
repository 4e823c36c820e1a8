"""Looking never takes more than a third of the time while training goes on: counted on a clock that only work moves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from ui.fake_backend import FakeBackend

from nnplayground.core.presets import default_project
from nnplayground.data import registry
from nnplayground.engine.events import Split, TrainRequest
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui import looks as module
from nnplayground.ui.looks import Looks
from nnplayground.ui.mailbox import Mailbox, Measured

PULL = 0.02
LONG = 60.0
"""Seconds of training that are counted."""


@dataclass
class SlowBackend(FakeBackend):
    """Every piece of a probe or of a measurement takes its time on the clock."""

    piece: float = 0.0
    measurement: float = 0.0
    now: float = 100.0
    looked: float = 0.0

    def _work(self, seconds: float) -> None:
        self.now += seconds
        self.looked += seconds

    def probe(self, request: ProbeRequest, seconds: float = math.inf) -> Snapshot | None:
        self._work(self.piece)
        return super().probe(request, seconds)

    def evaluate(self, split: Split, seconds: float = math.inf) -> dict[str, float] | None:
        self._work(self.measurement)
        return {"loss": 0.5}


@pytest.mark.parametrize("pieces", [1, 7])
@pytest.mark.parametrize("piece", [0.0005, 0.004, 0.02, 0.3])
@pytest.mark.parametrize("measurement", [0.001, 0.02])
def test_pictures_and_test_numbers_take_at_most_a_third(
    piece: float, pieces: int, measurement: float, monkeypatch: pytest.MonkeyPatch
):
    backend = SlowBackend(piece=piece, probe_pieces=pieces, measurement=measurement)
    monkeypatch.setattr(module.time, "monotonic", lambda: backend.now)
    mailbox, spec = Mailbox(), default_project()
    mailbox.newest = 1
    dataset = registry.preview("circle")
    backend.open(TrainRequest(spec, dataset, 1))
    looks = Looks(mailbox)
    looks.open(backend, dataset, 1)
    while looks.unanswered:  # the first look, before training
        looks.piece()
    looks.train_on()
    begin, backend.looked, seen = backend.now, 0.0, {Snapshot: 0, Measured: 0}
    while backend.now < begin + LONG:
        if not mailbox.has_probe(1):
            mailbox.ask(ProbeRequest(grid=8))
        backend.now += PULL
        if looks.due and (answer := looks.between_pulls()) is not None:
            seen[type(answer)] += 1
    assert backend.looked / (backend.now - begin) <= 1 / 3 + 0.001
    # And yet one sees it learn.
    turn = PULL + piece + max(module.INTERVAL, piece / module.PROBE_SHARE)
    assert seen[Snapshot] >= 0.8 * LONG / (pieces * turn) - 1
    assert seen[Measured] >= 0.8 * LONG


def looking(backend: FakeBackend) -> tuple[Looks, Mailbox]:
    mailbox, dataset = Mailbox(), registry.preview("circle")
    mailbox.newest = 1
    backend.open(TrainRequest(default_project(), dataset, 1))
    looks = Looks(mailbox)
    looks.open(backend, dataset, 1)
    while looks.unanswered:
        looks.piece()
    return looks, mailbox


def answers(looks: Looks, most: int = 50) -> list[Snapshot]:
    """What is seen until nothing is left to look at."""
    seen = []
    for _ in range(most):
        if not looks.unanswered:
            return seen
        if isinstance(answer := looks.piece(), Snapshot):
            seen.append(answer)
    raise AssertionError("there is no end of looking")


@pytest.mark.parametrize("pieces", [1, 6])
def test_pictures_do_not_wait_for_an_examination(pieces: int):
    backend = FakeBackend(examine_pieces=pieces)
    looks, mailbox = looking(backend)
    mailbox.ask(ProbeRequest(grid=8, examine=True))
    seen = answers(looks)
    assert [shot.output_map is not None for shot in seen] == [True] * (1 if pieces == 1 else 2)
    assert [shot.examination is not None for shot in seen] == ([True] if pieces == 1 else [False, True])


def test_an_examination_alone_is_answered_once():
    looks, mailbox = looking(FakeBackend(examine_pieces=4))
    mailbox.ask(ProbeRequest(examine=True))
    (only,) = answers(looks)
    assert only.examination is not None


def test_an_examination_goes_on_while_pictures_are_asked_for_again_and_again(monkeypatch: pytest.MonkeyPatch):
    backend = FakeBackend(examine_pieces=5)
    looks, mailbox = looking(backend)
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    looks.train_on()
    seen = []
    for _ in range(10):
        mailbox.ask(ProbeRequest(grid=8, examine=True))
        now[0] += 1
        if isinstance(answer := looks.between_pulls(), Snapshot):
            seen.append(answer.examination is not None)
    assert seen == [False] * 4 + [True] + [False] * 4 + [True]


def test_an_examination_that_nobody_sees_any_more_is_given_up():
    backend = FakeBackend(examine_pieces=9)
    looks, mailbox = looking(backend)
    mailbox.ask(ProbeRequest(grid=8, examine=True))
    looks.piece()
    mailbox.ask(ProbeRequest(grid=8))
    before = sum(request.examine for request in backend.probes)
    assert [shot.examination for shot in answers(looks)] == [None]
    assert sum(request.examine for request in backend.probes) == before


def test_while_nothing_trains_an_examination_is_of_the_network_as_it_is():
    backend = FakeBackend(examine_pieces=3)
    looks, mailbox = looking(backend)
    mailbox.ask(ProbeRequest(examine=True))
    looks.piece()
    first = backend.probes[-1]
    mailbox.ask(ProbeRequest(examine=True))  # a weight was put by hand, say
    assert len(answers(looks)) == 1
    assert backend.probes[-1] is not first


def test_what_units_do_is_counted_beside_pictures_and_examination():
    backend = FakeBackend(examine_pieces=4)
    looks, mailbox = looking(backend)
    mailbox.ask(ProbeRequest(grid=8, examine=True, activity=50))
    first, last = answers(looks)
    assert first.output_map is not None
    assert first.activity == ()
    assert len(last.activity) == len(default_project().layers)
    assert last.examination is not None
    mailbox.ask(ProbeRequest(activity=50))
    looks.piece()
    mailbox.ask(ProbeRequest(examine=True))  # another view is in sight
    (only,) = answers(looks)
    assert only.activity == ()
    assert only.examination is not None


def test_a_picture_of_a_newer_run_is_not_asked_of_an_older_one():
    backend = FakeBackend()
    looks, mailbox = looking(backend)
    while looks.unanswered:
        looks.piece()
    asked = len(backend.probes)
    mailbox.newest = 2  # other data was chosen, and panels ask for what they want to see of it
    mailbox.ask(ProbeRequest(grid=8))
    assert not looks.unanswered
    assert looks.piece() is None
    assert len(backend.probes) == asked
    looks.open(backend, registry.preview("circle"), 2)
    assert isinstance(looks.piece(), Snapshot)
