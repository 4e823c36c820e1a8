"""What a network has learned outlives an edit that is undone, and is not replaced in its file by nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QMessageBox
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.engine.events import RunState
from nnplayground.engine.state import dump_state, holds_training
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase
from nnplayground.ui.session import TrainingSession

LEFT = Qt.MouseButton.LeftButton


def ready(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.phase in (Phase.READY, Phase.BLOCKED) and not window.session.settle.isActive())


def train(qtbot: QtBot, session: TrainingSession, epochs: int) -> None:
    for _ in range(epochs):
        before = session.epoch
        session.step()
        qtbot.waitUntil(lambda before=before: session.phase is Phase.READY and session.epoch == before + 1)


def save(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.files.said):
        window.actions_.save.trigger()


def units_edit(units: int) -> Edit:
    return Edit("units", lambda spec: edits.change_layer(spec, 0, units=units))


def question(window: MainWindow) -> QMessageBox | None:
    return next((box for box in window.findChildren(QMessageBox, "overwriteQuestion") if box.isVisible()), None)


def epochs_in(path: Path) -> int:
    return max(0, read_project(path).history.count("\n") - 1)


@pytest.fixture
def trained(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> Path:
    """The window shows this project, whose network was trained for three epochs."""
    path = tmp_path / "mine.nnp"
    write_project(path, ProjectFile(default_project()))
    window.files.open_file(path)
    ready(qtbot, window)
    train(qtbot, window.session, 3)
    save(qtbot, window)
    assert (epochs_in(path), window.files.unsaved) == (3, False)
    return path


def switch_off(window: MainWindow) -> None:
    assert window.document.apply(Edit("off", lambda spec: edits.change_layer(spec, 0, disabled=True)))


WAYS: dict[str, Callable[[MainWindow], object]] = {
    "a layer off": switch_off,
    "units": lambda window: window.document.apply(units_edit(7)),
    "data": lambda window: window._parts._choose_data("xor"),
    "new weights": lambda window: window.findChild(QAbstractButton, "newWeightsButton").click(),
    "nothing that trains": lambda window: window.document.apply(Edit("none", lambda spec: edits.set_layers(spec, ()))),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("opened", [False, True], ids=["saved", "opened"])
def test_an_edit_and_undo_leave_a_saved_run_as_it_was(window: MainWindow, qtbot: QtBot, trained: Path, way: str, opened: bool):
    if opened:
        window.files.open_file(trained)
        ready(qtbot, window)
    WAYS[way](window)
    ready(qtbot, window)
    assert (window.session.epoch, window.files.unsaved) == (0, True)
    window.document.stack.undo()
    assert not window.files.unsaved
    ready(qtbot, window)
    assert (window.session.epoch, window.files.unsaved) == (3, False)
    save(qtbot, window)
    assert epochs_in(trained) == 3


@pytest.mark.parametrize("waits", [False, True])
def test_what_was_learned_since_the_file_comes_back(window: MainWindow, qtbot: QtBot, trained: Path, waits: bool):
    train(qtbot, window.session, 2)
    switch_off(window)
    if waits:
        ready(qtbot, window)
    window.document.stack.undo()
    ready(qtbot, window)
    assert (window.session.epoch, window.files.unsaved) == (5, True)
    save(qtbot, window)
    assert (epochs_in(trained), window.files.unsaved) == (5, False)


def test_a_run_without_a_file_comes_back_too(window: MainWindow, qtbot: QtBot):
    train(qtbot, window.session, 2)
    switch_off(window)
    ready(qtbot, window)
    train(qtbot, window.session, 1)
    window.document.stack.undo()
    ready(qtbot, window)
    assert window.session.epoch == 2
    window.document.stack.redo()
    ready(qtbot, window)
    assert window.session.epoch == 1


def test_an_edit_while_it_trains_loses_no_epoch(window: MainWindow, qtbot: QtBot, backend: FakeBackend):
    window.session.play()
    qtbot.waitUntil(lambda: window.session.epoch > 5)
    switch_off(window)
    ready(qtbot, window)
    window.document.stack.undo()
    ready(qtbot, window)
    loss = window.session.history.values("loss")
    assert len(loss) == window.session.epoch == backend.epoch > 5
    assert not any(math.isnan(value) for value in loss)  # each epoch with its number


def test_saving_before_the_run_is_back_saves_it(window: MainWindow, qtbot: QtBot, trained: Path):
    train(qtbot, window.session, 1)
    switch_off(window)
    window.document.stack.undo()
    save(qtbot, window)
    assert epochs_in(trained) == 4


def test_a_trained_network_is_replaced_by_none_only_knowingly(window: MainWindow, qtbot: QtBot, trained: Path):
    window.session.reset()
    ready(qtbot, window)
    state = window.findChild(QLabel, "fileState")
    assert state is not None
    assert (window.session.epoch, state.text()) == (0, "Edited")
    window.actions_.save.trigger()
    box = question(window)
    assert box is not None
    assert box.text() == "mine.nnp holds a network trained for 3 epochs; the one here is not trained."
    qtbot.mouseClick(next(b for b in box.buttons() if b.text() == "Cancel"), LEFT)
    assert epochs_in(trained) == 3
    window.actions_.save.trigger()
    box = question(window)
    assert box is not None
    with qtbot.waitSignal(window.files.said):
        qtbot.mouseClick(next(b for b in box.buttons() if b.text() == "Save anyway"), LEFT)
    assert (epochs_in(trained), window.files.unsaved) == (0, False)
    window.document.apply(units_edit(7))
    ready(qtbot, window)
    save(qtbot, window)  # nothing trained is in it now
    assert question(window) is None


def test_an_edited_network_replaces_a_trained_one_only_knowingly(window: MainWindow, qtbot: QtBot, trained: Path):
    window.document.apply(units_edit(7))
    ready(qtbot, window)
    window.actions_.save.trigger()
    assert question(window) is not None
    assert epochs_in(trained) == 3


def test_reset_is_for_good(window: MainWindow, qtbot: QtBot, trained: Path):
    window.session.reset()
    ready(qtbot, window)
    switch_off(window)
    ready(qtbot, window)
    window.document.stack.undo()
    ready(qtbot, window)
    assert window.session.epoch == 0


def test_another_project_takes_up_no_run_of_the_one_before(window: MainWindow, qtbot: QtBot, trained: Path, tmp_path: Path):
    other = tmp_path / "other.nnp"
    write_project(other, ProjectFile(default_project()))
    window.files.open_file(other)
    ready(qtbot, window)
    switch_off(window)
    ready(qtbot, window)
    window.document.stack.undo()
    ready(qtbot, window)
    assert (window.session.epoch, window.files.unsaved) == (0, False)


def test_a_run_that_cannot_be_had_begins_anew(
    session: TrainingSession, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    train(qtbot, session, 2)

    def full(_self: FakeBackend, _path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FakeBackend, "save_weights", full)
    document.apply(units_edit(7))
    document.stack.undo()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert (session.epoch, session.learned) == (0, None)


def test_only_the_last_runs_are_kept(session: TrainingSession, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nnplayground.ui.left_runs.MOST_BYTES", 1)
    for units in (5, 6):
        train(qtbot, session, 1)
        document.apply(units_edit(units))
        qtbot.waitUntil(lambda: session.phase is Phase.READY)
    document.stack.undo()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert session.epoch == 1
    document.stack.undo()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert session.epoch == 0


@pytest.mark.parametrize(("epoch", "step", "told"), [(0, 0, False), (2, 0, True), (0, 5, True)])
def test_a_state_says_whether_it_was_trained(epoch: int, step: int, told: bool):
    assert holds_training(dump_state(RunState(epoch, (), step=step))) is told


def test_a_state_that_cannot_be_read_may_have_been_trained():
    assert holds_training(b"no archive")
