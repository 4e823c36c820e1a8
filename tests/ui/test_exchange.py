"""What is exported is the network on the screen; loaded weights are not lost; nothing is asked that need not be."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase

BROKEN: dict[str, Callable[[MainWindow], object]] = {
    "empty": lambda window: window.document.apply(Edit("none", lambda spec: edits.set_layers(spec, ()))),
    "three units": lambda window: window.document.apply(
        Edit("three", lambda spec: edits.change_layer(spec, len(spec.layers) - 1, units=3, activation="relu"))),
}  # fmt: skip


@pytest.fixture
def told(window: MainWindow) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    window.files.questions.tell = lambda title, text: told.append((title, text))
    return told


def rest(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.phase in (Phase.READY, Phase.BLOCKED) and not window.session.settle.isActive())


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize("what", ["export_model", "export_weights", "export_code"])
@pytest.mark.parametrize("how", BROKEN)
def test_a_network_with_problems_is_not_exported(
    window: MainWindow, qtbot: QtBot, told: list[tuple[str, str]], tmp_path: Path, what: str, how: str, waits: bool
):
    window.files.questions.export_path = lambda _suggested, _suffixes, _kinds, done: done(tmp_path / "out")
    BROKEN[how](window)
    if waits:
        rest(qtbot, window)
    getattr(window.actions_, what).trigger()
    ((_title, text),) = told
    assert window.document.analysis.errors[0].message in text
    assert not (tmp_path / "out").exists()


def test_a_network_that_is_not_there_yet_is_not_exported(window: MainWindow, told: list[tuple[str, str]], tmp_path: Path):
    window.files.questions.export_path = lambda _suggested, _suffixes, _kinds, done: done(tmp_path / "out")
    window.document.apply(Edit("units", lambda spec: edits.change_layer(spec, 0, units=7)))
    window.actions_.export_model.trigger()
    assert told == [("There is nothing to export yet", "The network is still being made. Try again once it is ready.")]


def test_weights_are_not_loaded_into_a_network_with_problems(window: MainWindow, told: list[tuple[str, str]], tmp_path: Path):
    (tmp_path / "a.weights.h5").write_bytes(b"weights")
    BROKEN["empty"](window)
    window._parts.exchange.load_weights_from(tmp_path / "a.weights.h5")
    ((title, text),) = told
    assert title == "The weights in a.weights.h5 were not loaded"
    assert window.document.analysis.errors[0].message in text


def test_loaded_weights_are_unsaved_and_dropped_without_a_question(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    path, weights = tmp_path / "mine.nnp", tmp_path / "a.weights.h5"
    write_project(path, ProjectFile(default_project()))
    weights.write_bytes(b"weights")
    window.files.open_file(path)
    rest(qtbot, window)
    window.document.apply(Edit("units", lambda spec: edits.change_layer(spec, 0, units=7)))
    rest(qtbot, window)
    with qtbot.waitSignal(window._parts.exchange.said):
        window.files.open_dropped(weights)
    assert window.findChild(QMessageBox, "unsavedQuestion") is None
    rest(qtbot, window)
    window.document.stack.undo()
    window.document.stack.redo()
    rest(qtbot, window)
    window.document.mark_saved()
    assert window.files.unsaved
    with qtbot.waitSignal(window.files.said):
        window.actions_.save.trigger()
    assert not window.files.unsaved


def test_saving_takes_the_name_that_is_being_typed(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    path = tmp_path / "mine.nnp"
    write_project(path, ProjectFile(default_project()))
    window.files.open_file(path)
    rest(qtbot, window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.network.canvas.setFocus()
    qtbot.keyClick(window.network.canvas, Qt.Key.Key_Home)
    qtbot.keyClick(window.network.canvas, Qt.Key.Key_F2)
    line = QApplication.focusWidget()
    assert line is not None
    assert line.objectName() == "layerName"
    qtbot.keyClicks(line, "first")
    with qtbot.waitSignal(window.files.said):
        window.actions_.save.trigger()
    assert read_project(path).spec.layers[0].name == "first"
    assert not line.isVisible()


def test_a_disk_that_is_full_leaves_the_old_program(
    window: MainWindow, told: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "train.py"
    path.write_text("print('old')\n")
    window.files.questions.export_path = lambda _suggested, _endings, _kinds, done: done(path)
    whole = Path.write_bytes

    def half(self: Path, content: bytes) -> int:
        whole(self, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", half)
        window.actions_.export_code.trigger()
    assert told == [("train.py could not be saved", "No space left on device")]
    assert path.read_text() == "print('old')\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["train.py"]
    window.actions_.export_code.trigger()
    assert len(told) == 1
    compile(path.read_text(encoding="utf-8"), "train.py", "exec")
    assert "keras.Sequential" in path.read_text(encoding="utf-8")


def test_a_place_where_nothing_was_is_not_said_to_be_whole(
    window: MainWindow, qtbot: QtBot, told: list[tuple[str, str]], tmp_path: Path
):
    (tmp_path / "file").write_text("no folder")
    window.files.questions.save_path = lambda _suggested, done: done(tmp_path / "file" / "mine.nnp")
    window.actions_.save_as.trigger()
    qtbot.waitUntil(lambda: bool(told))
    assert "still there" not in told[0][1]


def test_a_refusal_is_not_replaced_by_what_the_window_says_by_itself(window: MainWindow):
    window.status.say("Not so.", "error")
    window.session.run_reset.emit(window.session.history)
    assert window.status.message.text() == "Not so."
    window.status.say("Saved", "ok")
    assert window.status.message.text() == "Saved"
