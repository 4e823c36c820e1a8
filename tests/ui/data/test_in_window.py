"""Data in the whole window: chosen, called off, looked at while a network trains."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from nnplayground.core import edits, presets
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.data import registry
from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.engine.events import RunState
from nnplayground.engine.state import dump_state
from nnplayground.ui import loading
from nnplayground.ui.data.browser.dialog import DataBrowser
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.questions import Overwrite
from nnplayground.ui.run import Phase
from nnplayground.ui.supply import Stand


class Held:
    """Loading that waits for the sets named, until they are let go."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)
        self.let_go = threading.Event()
        self.error: Exception | None = None

    def __call__(self, data: Any, seed: int, store: Any, report: Any, cancelled: Callable[[], bool]) -> Any:
        if data.name in self.names:
            while not self.let_go.wait(0.005):
                if cancelled():
                    raise Cancelled(data.name)
            if self.error is not None:
                raise self.error
        return registry.load(data, seed, store, report, cancelled)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held("moons", "boston_housing")
    monkeypatch.setattr(loading, "load", held)
    yield held
    held.let_go.set()


def choose(qtbot: QtBot, window: MainWindow, name: str) -> None:
    button = window.data.gallery.button(name)
    window.data.gallery.ensureWidgetVisible(button)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_loading_is_called_off_and_begun_again_by_mouse(held: Held, window: MainWindow, qtbot: QtBot):
    choose(qtbot, window, "moons")
    qtbot.waitUntil(window.data.loading.isVisible)
    qtbot.mouseClick(window.findChild(QPushButton, "cancelLoading"), Qt.MouseButton.LeftButton)
    assert window.session.supply.stand is Stand.CANCELLED
    assert window.document.spec.data.name == "moons", "the project stays as it is"
    assert window.data.loading.isVisible()
    held.let_go.set()
    qtbot.mouseClick(window.findChild(QPushButton, "loadAgain"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    assert not window.data.loading.isVisible()
    assert window.session.dataset.facts.name == "moons"


def test_another_set_is_chosen_while_one_is_on_its_way(held: Held, window: MainWindow, qtbot: QtBot):
    choose(qtbot, window, "moons")
    qtbot.waitUntil(window.data.loading.isVisible)
    choose(qtbot, window, "spiral")
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    assert window.session.dataset.facts.name == "spiral"
    qtbot.waitUntil(lambda: not window.data.loading.isVisible())


def test_data_that_is_not_there_says_why_beside_the_gallery(held: Held, window: MainWindow, qtbot: QtBot):
    held.error = DataUnavailable("moons: the moon is away.")
    held.let_go.set()
    choose(qtbot, window, "moons")
    qtbot.waitUntil(lambda: window.session.supply.stand is Stand.FAILED)
    assert window.data.loading.reason.toPlainText() == "moons: the moon is away."
    held.error = None
    qtbot.mouseClick(window.findChild(QPushButton, "loadAgain"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    assert window.data.loading.isHidden()


def test_a_narrow_window_calls_off_in_the_status_row(held: Held, window: MainWindow, qtbot: QtBot):
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: window.data.rail)
    choose(qtbot, window, "moons")
    sign = window.status.findChild(QToolButton, "loadingSign")
    qtbot.waitUntil(sign.isVisible)
    assert sign.text() == "Cancel loading"
    qtbot.mouseClick(sign, Qt.MouseButton.LeftButton)
    assert window.session.supply.stand is Stand.CANCELLED
    assert sign.text() == "Load the data again"


def test_a_project_whose_data_is_missing_is_saved_with_the_run_it_brought(held: Held, window: MainWindow, qtbot: QtBot, tmp_path: Path):
    path = tmp_path / "moons.nnp"
    state = dump_state(RunState(2, (np.ones(3),)))
    write_project(path, ProjectFile(presets.recommended("moons"), b"weights", state, "epoch,loss\n1,0.5\n2,0.4\n"))
    before = read_project(path)
    window.files.open_file(path)
    qtbot.waitUntil(window.data.loading.isVisible)
    window.session.cancel_loading()
    window.document.apply(Edit("notes", lambda spec: edits.changed(spec, notes="Mine")))
    window.files.save()
    qtbot.waitUntil(lambda: not window.files.saving)
    saved = read_project(path)
    assert saved.spec.notes == "Mine"
    assert (saved.weights, saved.state, saved.history) == (before.weights, before.state, before.history)
    window.document.apply(Edit("units", lambda spec: edits.change_layer(spec, 0, units=9)))
    asked: list[str] = []

    def anyway(text: str, _details: str, done: Callable[[Overwrite], None]) -> None:
        asked.append(text)
        done(Overwrite.ANYWAY)

    window.files.questions.overwrite = anyway  # type: ignore[method-assign]
    window.files.save()
    qtbot.waitUntil(lambda: not window.files.saving)
    assert asked, "what was trained is not replaced unasked"
    assert read_project(path).state is None, "another network has nothing of it"


def test_choosing_a_set_keeps_a_network_that_fits_and_proposes_one_otherwise_in_one_step(window: MainWindow, qtbot: QtBot):
    window.document.apply(Edit("units", lambda spec: edits.change_layer(spec, 0, units=7)))
    mine = window.document.spec
    choose(qtbot, window, "gauss")
    assert window.document.spec.layers == mine.layers
    before = window.document.spec
    choose(qtbot, window, "mnist")
    assert window.document.spec.layers != mine.layers
    assert not window.document.analysis.errors
    window.document.stack.undo()
    assert window.document.spec == before
    window.document.stack.undo()
    assert window.document.spec == mine


def test_one_looks_at_the_data_while_the_network_trains(window: MainWindow, qtbot: QtBot):
    window.session.play()
    qtbot.mouseClick(window.findChild(QPushButton, "browseData"), Qt.MouseButton.LeftButton)
    browser = window.findChild(DataBrowser)
    qtbot.waitUntil(browser.isVisible)
    epoch = window.session.epoch
    qtbot.waitUntil(lambda: window.session.epoch > epoch)
    qtbot.mouseClick(window.findChild(QToolButton, "newPoints"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    rows, data = browser.samples.rows_model, window.session.dataset
    assert [rows.value(3, c) for c in (1, 2)] == data.train.array[3].tolist(), "it shows the new points"
    browser.close()


@pytest.mark.parametrize("error", [None, DataUnavailable("moons: the moon is away.")])
def test_nobody_is_told_to_press_play_while_there_is_no_data(held: Held, window: MainWindow, qtbot: QtBot, error: Exception | None):
    def said() -> str:
        return "\n".join(label.text() for label in window.curves.findChildren(QLabel) if label.isVisible())

    assert "Press Play or Space." in said()
    choose(qtbot, window, "moons")
    qtbot.waitUntil(window.data.loading.isVisible)
    if error is None:
        window.session.cancel_loading()
    else:
        held.error = error
        held.let_go.set()
    qtbot.waitUntil(lambda: window.session.phase is Phase.FAILED)
    assert not window.transport.findChild(QAbstractButton, "playButton").isEnabled()
    assert "No data yet: load it, then press Play." in said()
    assert "Press Play or Space." not in said()
    held.error = None
    held.let_go.set()
    qtbot.mouseClick(window.findChild(QPushButton, "loadAgain"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    assert "Press Play or Space." in said()


def test_a_long_sentence_in_the_status_row_ends_with_an_ellipsis(window: MainWindow, qtbot: QtBot):
    message = window.status.message
    sentence = "moons: " + "the moon is away and nobody knows when it will be back; " * 6
    window.status.say("Saved.", "ok")
    qtbot.waitUntil(lambda: message.drawn() == "Saved.")
    window.status.say(sentence, "error", stay=True)
    qtbot.waitUntil(lambda: message.drawn().endswith("…"))
    assert sentence.startswith(message.drawn()[:-1])
    assert message.fontMetrics().horizontalAdvance(message.drawn()) <= message.width()
    assert (message.text(), message.toolTip()) == (sentence, sentence)
