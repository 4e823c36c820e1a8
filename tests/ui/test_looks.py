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
    dataset = registry.preview("circle")
    backend.open(TrainRequest(spec, dataset, 1))
    looks = Looks(mailbox)
    looks.open(backend, dataset)
    while looks.unanswered:  # the first look, before training
        looks.piece()
    looks.train_on()
    begin, backend.looked, seen = backend.now, 0.0, {Snapshot: 0, Measured: 0}
    while backend.now < begin + LONG:
        if not mailbox.has_probe:
            mailbox.ask(ProbeRequest(grid=8))
        backend.now += PULL
        if looks.due and (answer := looks.between_pulls()) is not None:
            seen[type(answer)] += 1
    assert backend.looked / (backend.now - begin) <= 1 / 3 + 0.001
    # And yet one sees it learn.
    turn = PULL + piece + max(module.INTERVAL, piece / module.PROBE_SHARE)
    assert seen[Snapshot] >= 0.8 * LONG / (pieces * turn) - 1
    assert seen[Measured] >= 0.8 * LONG
