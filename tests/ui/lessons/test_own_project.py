"""One's own project waits behind a lesson, and comes back as it was: trained, edited, with its file, also after a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QMessageBox
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend
from ui.lessons.hands import LEFT, begin, click, leave, teaching

from nnplayground.core import edits
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.ui.edit import Edit
from nnplayground.ui.lessons.own_file import OwnFile
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase


def edit(window: MainWindow, units: int) -> None:
    assert window.document.apply(Edit(f"units {units}", lambda spec: edits.change_layer(spec, 0, units=units)))


def units(window: MainWindow) -> int:
    return window.document.spec.layers[0].units


def train(qtbot: QtBot, window: MainWindow) -> None:
    epoch = window.session.epoch
    window.session.step()
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.session.epoch > epoch)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_project(tmp_path / "mine.nnp", ProjectFile(edits.change_layer(default_project(), 0, units=5)))
    return tmp_path / "mine.nnp"


def test_a_trained_and_edited_project_comes_back_with_all_there_is_of_it(
    window: MainWindow, qtbot: QtBot, path: Path, backend: FakeBackend
):
    window.files.open_file(path)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    edit(window, 6)
    edit(window, 7)
    window.document.stack.undo()
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    train(qtbot, window)
    train(qtbot, window)
    loss = window.session.history.values("loss").tolist()
    before = window.document.spec, window.files.path, window.files.stamp, window.files.name, window.windowTitle()
    assert window.isWindowModified()

    begin(qtbot, window, "line")
    assert window.files.name == "A straight line"
    assert not window.isWindowModified()
    assert window.document.spec.data.name == "line"
    assert (window.document.stack.count(), window.session.epoch) == (0, 0)
    edit(window, 3)

    leave(qtbot, window)
    assert (window.document.spec, window.files.path, window.files.stamp, window.files.name, window.windowTitle()) == before
    assert window.isWindowModified()
    assert window.session.history.values("loss").tolist() == loss
    assert backend.opened[-1].state is not None  # the network goes on from its weights
    assert window.document.stack.count() == 2
    window.document.stack.redo()
    assert units(window) == 7
    window.document.stack.undo()
    window.document.stack.undo()
    assert units(window) == 5
    assert not window.document.modified


def test_what_is_saved_is_saved_when_it_comes_back(window: MainWindow, qtbot: QtBot, path: Path):
    window.files.open_file(path)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    begin(qtbot, window, "line")
    train(qtbot, window)
    leave(qtbot, window)
    assert (window.files.path, window.files.unsaved, units(window)) == (path, False, 5)


def test_another_lesson_keeps_the_project_that_waits_behind_the_first(window: MainWindow, qtbot: QtBot):
    edit(window, 9)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    begin(qtbot, window, "line")
    assert window.document.apply(Edit("seed", lambda spec: edits.set_seed(spec, 99)))
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    begin(qtbot, window, "gates")
    assert window.files.name == "Logic gates"
    begin(qtbot, window, "line")
    assert window.document.spec.seed == 99  # the lesson's own project was kept, too
    leave(qtbot, window)
    assert (units(window), window.files.unsaved) == (9, True)


def test_opening_a_file_in_a_lesson_asks_about_ones_own_project(window: MainWindow, qtbot: QtBot, path: Path):
    edit(window, 9)
    begin(qtbot, window, "line")
    edit(window, 2)
    window.files.questions.open_path = lambda _folder, done: done(path)
    window.actions_.open.trigger()
    qtbot.waitUntil(lambda: any(b.isVisible() for b in window.findChildren(QMessageBox, "unsavedQuestion")))
    box = [b for b in window.findChildren(QMessageBox, "unsavedQuestion") if b.isVisible()]
    assert units(window) == 9  # it is the own project that is asked about
    qtbot.mouseClick(next(b for b in box[0].buttons() if b.text() == "Discard"), LEFT)
    qtbot.waitUntil(lambda: window.files.path == path)
    assert window.files.guest == ""
    assert teaching(window).all_progress()["line"].begun


def test_closing_in_a_lesson_asks_about_ones_own_project(window: MainWindow, qtbot: QtBot):
    edit(window, 9)
    begin(qtbot, window, "line")
    window.close()
    qtbot.waitUntil(lambda: any(b.isVisible() for b in window.findChildren(QMessageBox, "unsavedQuestion")))
    assert (units(window), window.isVisible()) == (9, True)
    box = next(b for b in window.findChildren(QMessageBox, "unsavedQuestion") if b.isVisible())
    qtbot.mouseClick(next(b for b in box.buttons() if b.text() == "Cancel"), LEFT)
    assert window.isVisible()


def test_closing_in_a_lesson_is_no_question_when_nothing_of_ones_own_is_unsaved(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    train(qtbot, window)
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_the_project_is_on_the_disk_while_it_waits_and_found_after_a_crash(
    window: MainWindow, qtbot: QtBot, path: Path, own_home: Path, make_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
):
    window.files.open_file(path)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    edit(window, 8)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    train(qtbot, window)
    begin(qtbot, window, "line")
    folder = own_home / ".local/share/nnplayground/recovery/lessons"
    kept = next(folder.glob("*.nnp"))
    assert read_project(kept).spec.layers[0].units == 8
    assert not [*folder.parent.glob("*.json")]  # the lesson's project is nobody's work to recover
    # The process dies: its lock is free, and its files are there.
    own = window._parts.lessons.own
    own._file.close()
    other = make_window()
    button = other.findChild(QAbstractButton, "recoverOwnButton")
    assert button is not None
    qtbot.waitUntil(button.isVisible)
    sentence = other.findChild(QLabel, "offerSentence")
    assert sentence is not None
    assert "mine.nnp" in sentence.text()
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: units(other) == 8)
    qtbot.waitUntil(lambda: other.session.phase is Phase.READY)
    assert (other.files.path, other.files.unsaved, other.session.epoch) == (path, True, 1)
    assert not kept.exists()
    leave(qtbot, window)


def test_a_lesson_begins_though_the_disk_is_full(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(OwnFile, "write", full)
    edit(window, 9)
    begin(qtbot, window, "line")
    leave(qtbot, window)
    assert (units(window), window.files.unsaved) == (9, True)


def test_a_window_that_is_closed_while_a_lesson_is_on_its_way_out_closes_when_it_is_out(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    train(qtbot, window)
    click(qtbot, window, "leaveLesson")
    assert teaching(window).busy
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_a_project_with_a_problem_is_put_aside_too(window: MainWindow, qtbot: QtBot):
    train(qtbot, window)
    assert window.document.apply(Edit("softmax", lambda spec: edits.change_layer(spec, 2, activation="softmax")))
    qtbot.waitUntil(lambda: window.session.phase is Phase.BLOCKED)
    begin(qtbot, window, "line")
    click(qtbot, window, "leaveLesson")
    qtbot.waitUntil(lambda: teaching(window).lesson is None)
    assert (window.document.spec.layers[2].activation, window.session.phase) == ("softmax", Phase.BLOCKED)
