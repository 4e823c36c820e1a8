"""Projects in the window are never lost: whoever closes, opens or drops is asked, and a file is only replaced knowingly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits
from nnplayground.core.kept_run import KeptRun
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase
from nnplayground.ui.thumbnail import thumbnail

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


def project(units: int = 9) -> ProjectFile:
    return ProjectFile(edits.change_layer(default_project(), 0, units=units))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A project of somebody's."""
    write_project(tmp_path / "mine.nnp", project())
    return tmp_path / "mine.nnp"


def edit(window: MainWindow, units: int = 7) -> None:
    assert window.document.apply(Edit("units", lambda spec: edits.change_layer(spec, 0, units=units)))


def units(window: MainWindow) -> int:
    return window.document.spec.layers[0].units


def question(window: MainWindow, name: str = "unsavedQuestion") -> QMessageBox | None:
    return next((box for box in window.findChildren(QMessageBox, name) if box.isVisible()), None)


def answer(qtbot: QtBot, window: MainWindow, text: str, name: str = "unsavedQuestion") -> None:
    box = question(window, name)
    assert box is not None
    qtbot.mouseClick(next(b for b in box.buttons() if b.text() == text), LEFT)


def open_ready(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.files.open_file(path)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)


def train(qtbot: QtBot, window: MainWindow) -> None:
    window.session.step()
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.session.epoch > 0)


def save(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    window.setFocus()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.files.said):
        qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)


def dragged(kind: type, *urls: QUrl) -> tuple[QDragEnterEvent | QDropEvent, QMimeData]:
    data = QMimeData()
    data.setUrls(list(urls))
    place = QPoint(50, 50) if kind is QDragEnterEvent else QPointF(50, 50)
    event = kind(place, Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    event.setAccepted(False)
    return event, data


def drop(window: MainWindow, path: Path) -> None:
    url = QUrl.fromLocalFile(str(path))
    entering, kept = dragged(QDragEnterEvent, url)
    window.dragEnterEvent(entering)
    assert entering.isAccepted(), kept
    falling, kept = dragged(QDropEvent, url)
    window.dropEvent(falling)
    assert falling.isAccepted(), kept


def test_the_mark_follows_edits_undo_and_saving(window: MainWindow, qtbot: QtBot, path: Path):
    state = window.findChild(QLabel, "fileState")
    assert state is not None
    shown = lambda: (window.isWindowModified(), state.text())  # noqa: E731
    assert shown() == (False, "")
    window.files.open_file(path)
    assert shown() == (False, "Saved")
    edit(window)
    assert shown() == (True, "Edited")
    window.document.stack.undo()
    assert shown() == (False, "Saved")
    window.document.stack.redo()
    assert shown() == (True, "Edited")
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    save(qtbot, window)
    assert shown() == (False, "Saved")
    window.document.stack.undo()
    assert shown() == (True, "Edited")


WAYS: dict[str, Callable[[MainWindow, Path], object]] = {
    "close": lambda window, _path: window.close(),
    "new": lambda window, _path: window.actions_.new.trigger(),
    "open": lambda window, path: (
        setattr(window.files.questions, "open_path", lambda _folder, done: done(path)), window.actions_.open.trigger()),
    "drop": drop,
    "recent": lambda window, path: window.actions_.recent._entry(0, path).trigger(),
}  # fmt: skip


def gone(way: str, window: MainWindow) -> bool:
    """Whether what was asked for has happened."""
    return not window.isVisible() if way == "close" else units(window) == {"new": 4}.get(way, 9)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_lost_without_a_question(window: MainWindow, qtbot: QtBot, path: Path, way: str):
    edit(window)
    WAYS[way](window, path)
    assert not gone(way, window)
    answer(qtbot, window, "Cancel")
    assert (units(window), window.document.modified, window.isVisible()) == (7, True, True)
    WAYS[way](window, path)
    box = question(window)
    assert box is not None
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert (units(window), window.document.modified, window.isVisible()) == (7, True, True)
    WAYS[way](window, path)
    answer(qtbot, window, "Discard")
    assert gone(way, window)


@pytest.mark.parametrize("way", WAYS)
def test_without_changes_nobody_is_asked(window: MainWindow, qtbot: QtBot, path: Path, way: str):
    WAYS[way](window, path)
    assert question(window) is None
    assert gone(way, window)


@pytest.mark.parametrize("way", WAYS)
def test_saving_comes_first_and_then_what_was_asked_for(window: MainWindow, qtbot: QtBot, path: Path, tmp_path: Path, way: str):
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    edit(window)
    window.files.questions.save_path = lambda _suggested, done: done(tmp_path / "kept.nnp")
    WAYS[way](window, path)
    answer(qtbot, window, "Save")
    qtbot.waitUntil(lambda: gone(way, window))
    assert read_project(tmp_path / "kept.nnp").spec.layers[0].units == 7


def test_a_save_that_fails_closes_nothing(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    told: list[str] = []
    window.files.questions.tell = lambda _title, text: told.append(text)
    (tmp_path / "mine.nnp").mkdir()
    window.files.questions.save_path = lambda _suggested, done: done(tmp_path / "mine.nnp")
    edit(window)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    window.close()
    answer(qtbot, window, "Save")
    qtbot.waitUntil(lambda: bool(told))
    assert (window.isVisible(), window.document.modified, window.files.saving) == (True, True, False)
    assert "What was there before is still there" in told[0]


@pytest.mark.parametrize("urls", [("http://localhost/a.nnp",), ("file:///a.xyz",), ("file:///a.nnp", "file:///b.nnp")])
def test_what_cannot_be_opened_is_not_taken(window: MainWindow, urls: tuple[str, ...]):
    before = window.document.spec
    entering, _data = dragged(QDragEnterEvent, *map(QUrl, urls))
    window.dragEnterEvent(entering)
    falling, _more = dragged(QDropEvent, *map(QUrl, urls))
    window.dropEvent(falling)
    assert (entering.isAccepted(), falling.isAccepted(), window.document.spec) == (False, False, before)


# ---- what a network has learned

def test_what_was_learned_since_is_asked_about(window: MainWindow, qtbot: QtBot, path: Path):
    open_ready(qtbot, window, path)
    train(qtbot, window)
    assert window.isWindowModified()
    window.close()
    box = question(window)
    assert box is not None
    assert box.text() == "Save what the network of mine.nnp has learned?"
    answer(qtbot, window, "Save")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert read_project(path).history.count("\n") == 2


def test_what_is_quickly_learned_again_is_not(window: MainWindow, qtbot: QtBot):
    train(qtbot, window)
    assert not window.isWindowModified()
    window.close()
    assert not window.isVisible()


def test_what_took_long_to_learn_is_asked_about_without_a_file_too(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nnplayground.ui.files.QUICK", 0.0)
    train(qtbot, window)
    assert window.isWindowModified()
    window.close()
    answer(qtbot, window, "Cancel")
    assert window.isVisible()


def test_a_recipe_that_was_trained_may_become_a_project(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    write_project(tmp_path / "r.toml", project())
    open_ready(qtbot, window, tmp_path / "r.toml")
    assert not window.isWindowModified()
    train(qtbot, window)
    assert window.isWindowModified()
    suggested: list[Path] = []
    window.files.questions.save_path = lambda path, done: (suggested.append(path), done(path))
    window.close()
    box = question(window)
    assert box is not None
    assert box.text() == "r.toml is a recipe, which does not hold what its network has learned. Save it as a project (.nnp)?"
    answer(qtbot, window, "Save")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert suggested == [tmp_path / "r.nnp"]
    assert read_project(tmp_path / "r.nnp").history.count("\n") == 2


def test_what_is_learned_while_saving_is_not_taken_for_saved(window: MainWindow, qtbot: QtBot, path: Path):
    open_ready(qtbot, window, path)
    window.session.play()
    qtbot.waitUntil(lambda: window.session.epoch > 0)
    save(qtbot, window)
    assert window.isWindowModified()
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.phase is not Phase.TRAINING)
    save(qtbot, window)
    assert not window.isWindowModified()


# ---- while a file is being written

@pytest.fixture
def slow(window: MainWindow, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A disk that takes until this event is set."""
    go_on = threading.Event()
    quick = FakeBackend.save_weights

    def save_weights(self: FakeBackend, path: Path) -> None:
        assert go_on.wait(10)
        quick(self, path)

    monkeypatch.setattr(FakeBackend, "save_weights", save_weights)
    return go_on


def test_closing_waits_until_the_file_is_written(window: MainWindow, qtbot: QtBot, path: Path, slow: threading.Event):
    open_ready(qtbot, window, path)
    edit(window)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    window.actions_.save.trigger()
    assert window.files.saving
    window.close()
    assert (window.isVisible(), question(window)) == (True, None)
    slow.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert read_project(path).spec.layers[0].units == 7


def test_what_was_edited_meanwhile_is_asked_about(window: MainWindow, qtbot: QtBot, path: Path, slow: threading.Event):
    open_ready(qtbot, window, path)
    window.actions_.save.trigger()
    edit(window)
    window.close()
    slow.set()
    qtbot.waitUntil(lambda: question(window) is not None)
    answer(qtbot, window, "Cancel")
    assert window.document.modified


def test_saving_twice_keeps_the_newer(window: MainWindow, qtbot: QtBot, path: Path, slow: threading.Event):
    open_ready(qtbot, window, path)
    window.actions_.save.trigger()
    window.document.apply(Edit("notes", lambda spec: edits.changed(spec, notes="newer")))
    window.actions_.save.trigger()
    slow.set()
    qtbot.waitUntil(lambda: not window.files.unsaved and not window.files.saving)
    assert read_project(path).spec.notes == "newer"


# ---- a file that somebody else has written

def change_outside(path: Path, units: int = 5) -> None:
    write_project(path, project(units))


def prepare(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    open_ready(qtbot, window, path)
    edit(window)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    change_outside(path)
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    box = question(window, "overwriteQuestion")
    assert box is not None
    assert box.text() == "mine.nnp was changed by another program or window since it was opened."


def test_a_file_changed_elsewhere_is_kept_when_one_changes_ones_mind(window: MainWindow, qtbot: QtBot, path: Path):
    prepare(qtbot, window, path)
    answer(qtbot, window, "Cancel", "overwriteQuestion")
    assert (read_project(path).spec.layers[0].units, window.document.modified) == (5, True)


def test_a_file_changed_elsewhere_is_replaced_knowingly(window: MainWindow, qtbot: QtBot, path: Path):
    prepare(qtbot, window, path)
    with qtbot.waitSignal(window.files.said):
        answer(qtbot, window, "Save anyway", "overwriteQuestion")
    assert read_project(path).spec.layers[0].units == 7
    edit(window, 8)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    save(qtbot, window)  # and now it is this window's
    assert question(window, "overwriteQuestion") is None


def test_a_file_changed_elsewhere_can_be_left_for_another(window: MainWindow, qtbot: QtBot, path: Path, tmp_path: Path):
    window.files.questions.save_path = lambda _suggested, done: done(tmp_path / "other.nnp")
    prepare(qtbot, window, path)
    with qtbot.waitSignal(window.files.said):
        answer(qtbot, window, "Save as…", "overwriteQuestion")
    assert [read_project(tmp_path / name).spec.layers[0].units for name in ("mine.nnp", "other.nnp")] == [5, 7]
    assert window.files.path == tmp_path / "other.nnp"


def test_two_windows_with_one_file(make_window: Callable[[], MainWindow], qtbot: QtBot, path: Path):
    first, second = make_window(), make_window()
    for window, count in ((first, 7), (second, 8)):
        open_ready(qtbot, window, path)
        edit(window, count)
        qtbot.waitUntil(lambda window=window: window.session.phase is Phase.READY)
    with qtbot.waitSignal(first.files.said):
        first.actions_.save.trigger()
    second.actions_.save.trigger()
    answer(qtbot, second, "Cancel", "overwriteQuestion")
    assert read_project(path).spec.layers[0].units == 7


def test_a_file_that_is_gone_is_written_again(window: MainWindow, qtbot: QtBot, path: Path):
    open_ready(qtbot, window, path)
    edit(window)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    path.unlink()
    save(qtbot, window)
    assert read_project(path).spec.layers[0].units == 7


def test_a_name_that_is_completed_replaces_no_file_unasked(window: MainWindow, qtbot: QtBot, path: Path):
    window.files.questions.save_path = lambda _suggested, done: done(path.with_suffix(""))
    window.actions_.save_as.trigger()
    answer(qtbot, window, "Cancel", "overwriteQuestion")
    assert read_project(path) == project()
    window.files.questions.save_path = lambda _suggested, done: done(path.with_name("new"))
    with qtbot.waitSignal(window.files.said):
        window.actions_.save_as.trigger()
    assert (path.parent / "new.nnp").exists()


# ---- what travels with a project

def test_kept_runs_stay_with_their_project(window: MainWindow, qtbot: QtBot, path: Path):
    run = KeptRun(name="A", time="2026-03-01T12:30:00+00:00", spec=default_project(), weights=b"w")
    write_project(path, replace(project(), runs=(run,)))
    open_ready(qtbot, window, path)
    save(qtbot, window)
    assert read_project(path).runs == (run.model_copy(update={"key": run.identity}),)  # it was of before there were keys
    window.files.new()
    assert window.files.runs == ()


def test_a_small_picture_travels_with_a_project(window: MainWindow, qtbot: QtBot, path: Path):
    open_ready(qtbot, window, path)
    train(qtbot, window)
    save(qtbot, window)
    content = read_project(path).thumbnail
    assert content is not None
    picture = QImage.fromData(QByteArray(content))
    assert 64 < max(picture.width(), picture.height()) <= 256
    colours = {picture.pixel(x, y) for x in range(0, picture.width(), 4) for y in range(0, picture.height(), 4)}
    assert len(colours) > 20  # a map of two sides, and not an empty frame


def test_without_the_output_the_picture_is_of_the_network(window: MainWindow):
    hidden = QWidget()
    assert thumbnail([hidden]) is None
    network = thumbnail([hidden, window.network])
    assert network == thumbnail([window.network])
    assert network is not None
    window.docks[1].hide()
    assert window.files.picture() == network


def test_notes_are_saved_as_text(window: MainWindow, qtbot: QtBot, path: Path):
    open_ready(qtbot, window, path)
    window.bottom.open_page(window._parts.notes)
    view = window._parts.notes.view
    view.setFocus()
    qtbot.keyClicks(view, "good with 8 units")
    save(qtbot, window)
    assert read_project(path).spec.notes == "good with 8 units"
