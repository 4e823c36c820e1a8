"""Samples on their way: called off, not to be had, asked for again; nothing of the project is lost by any of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits, presets
from nnplayground.core.history import History
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset
from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.engine.events import Started, TrainRequest
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.loading import load_project_data
from nnplayground.ui.run import Phase, Resume
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.supply import Stand


class Slow:
    """Loads samples as ever, but those of `held` only when they are let go."""

    def __init__(self) -> None:
        self.held = "spiral"
        self.let_go = threading.Event()
        self.asked: list[str] = []
        self.called_off: list[str] = []
        self.missing = False

    def __call__(self, spec: ProjectSpec, report: Any, cancelled: Callable[[], bool]) -> Dataset:
        name = spec.data.name
        self.asked.append(name)
        if name == self.held:
            while not self.let_go.wait(0.005):
                if cancelled():
                    self.called_off.append(name)
                    raise Cancelled(name)
            if self.missing:
                raise DataUnavailable(f"{name}: no network.")
        return load_project_data(spec, report, cancelled)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def waiting(document: Document, backend: FakeBackend, slow: Slow, qtbot: QtBot) -> Iterator[TrainingSession]:
    """A session whose project has just become one whose samples are on their way."""
    session = TrainingSession(document, lambda: backend, slow)
    session.start()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    document.apply(Edit("Spiral", lambda _: presets.recommended("spiral")))
    qtbot.waitUntil(lambda: slow.asked == ["circle", "spiral"])
    yield session
    slow.let_go.set()
    session.close()


def test_calling_off_ends_the_loading_and_keeps_the_project(waiting: TrainingSession, document: Document, slow: Slow, qtbot: QtBot):
    heard: list[Stand] = []
    waiting.supply.changed.connect(lambda stand, _: heard.append(stand))
    waiting.play()
    waiting.cancel_loading()
    assert (waiting.supply.stand, waiting.phase, waiting.dataset) == (Stand.CANCELLED, Phase.FAILED, None)
    assert not waiting.wants_to_train
    assert not waiting.can_train
    assert document.spec.data.name == "spiral"
    qtbot.waitUntil(lambda: slow.called_off == ["spiral"])
    waiting.cancel_loading()
    assert heard == [Stand.CANCELLED], "there is nothing to call off any more"


def test_other_edits_do_not_load_what_was_called_off(waiting: TrainingSession, document: Document, slow: Slow, qtbot: QtBot):
    waiting.cancel_loading()
    document.apply(Edit("units", lambda spec: edits.change_layer(spec, 0, units=5)))
    qtbot.waitUntil(lambda: waiting.phase is Phase.FAILED)
    assert slow.asked == ["circle", "spiral"]
    slow.let_go.set()
    document.apply(Edit("noise", lambda spec: edits.change_data(spec, noise=0.1)))
    qtbot.waitUntil(lambda: waiting.phase is Phase.READY)
    assert waiting.supply.stand is Stand.THERE


def test_undo_brings_back_the_project_before(waiting: TrainingSession, document: Document, slow: Slow, qtbot: QtBot):
    waiting.cancel_loading()
    document.stack.undo()
    qtbot.waitUntil(lambda: waiting.phase is Phase.READY)
    assert slow.asked == ["circle", "spiral", "circle"]
    document.stack.redo()
    qtbot.waitUntil(lambda: waiting.supply.stand is Stand.LOADING)


@pytest.mark.parametrize("again", [TrainingSession.load_again, TrainingSession.reset])
def test_it_is_loaded_when_it_is_asked_for_again(
    again: Callable[[TrainingSession], None], waiting: TrainingSession, slow: Slow, qtbot: QtBot
):
    waiting.cancel_loading()
    slow.let_go.set()
    again(waiting)
    qtbot.waitUntil(lambda: waiting.phase is Phase.READY)
    assert waiting.dataset is not None
    assert waiting.dataset.facts.name == "spiral"


def test_what_is_not_to_be_had_now_may_be_later_and_a_saved_run_waits_for_it(
    document: Document, backend: FakeBackend, slow: Slow, qtbot: QtBot
):
    spec = presets.recommended("spiral")
    history = History()
    history.append({"loss": [0.5, 0.4]}, 1)
    slow.missing = True
    slow.let_go.set()
    document.open(spec)
    session = TrainingSession(document, lambda: backend, slow)
    try:
        session.resume_with(Resume(spec, history))
        with qtbot.waitSignal(session.failed) as failed:
            session.start()
        assert failed.args[0] == "spiral: no network."
        assert session.supply.stand is Stand.FAILED
        slow.missing = False
        session.load_again()
        qtbot.waitUntil(lambda: session.phase is Phase.READY)
        assert session.epoch == 2
    finally:
        session.close()


def test_panels_are_shown_the_scaling_that_a_saved_run_brought_until_a_new_one_begins(
    document: Document, backend: FakeBackend, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    """As when the full set is missing where a project is opened."""
    brought = tuple(np.float32(number) for number in (0.5, 0.25, 0.1, -2.2))
    document.open(presets.recommended("boston_housing"))
    opened: list[TrainRequest] = []

    def open_saved(request: TrainRequest) -> Started:
        opened.append(request)
        started = FakeBackend.open(backend, request)
        return replace(started, scaling=brought) if len(opened) == 1 else started

    monkeypatch.setattr(backend, "open", open_saved)
    session = TrainingSession(document, lambda: backend)
    shown: list[Dataset] = []
    session.dataset_changed.connect(shown.append)
    try:
        session.start()
        qtbot.waitUntil(lambda: session.phase is Phase.READY)
        fitted, brought_in = shown
        assert session.dataset is brought_in
        np.testing.assert_allclose(brought_in.target_scaler.undo(np.array([-2.2, 2.8])), [0, 50], atol=1e-5)
        document.apply(Edit("units", lambda spec: edits.change_layer(spec, 0, units=5)))
        qtbot.waitUntil(lambda: len(opened) == 2 and session.phase is Phase.READY)
        assert opened[1].dataset is fitted
        assert session.dataset is shown[-1] is fitted
    finally:
        session.close()
