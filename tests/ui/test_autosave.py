from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import ProjectFile, write_project
from nnplayground.core.recipe import read_recipe
from nnplayground.engine.events import RunState
from nnplayground.engine.state import dump_state
from nnplayground.ui import autosave
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase

LEFT = Qt.MouseButton.LeftButton
CRASH = """
import os
from pathlib import Path
from nnplayground.ui.app import create_application, create_main_window
from nnplayground.core import edits
from nnplayground.ui.edit import Edit
from ui.fake_backend import FakeBackend
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.theme.theme import Theme

app = create_application(["test"])
window = MainWindow(app.findChild(Theme), FakeBackend)
window.show()
if PATH:
    window.files.open_file(Path(PATH))
window.session.history_changed.connect(lambda history: os.abort() if history.epochs > 3 * bool(PATH) else None)
window.document.apply(Edit("units", lambda spec: edits.change_layer(spec, 0, units=UNITS)))
window.session.play()  # as soon as everything is there; the first numbers abort the process
app.exec()
"""


@pytest.fixture
def recovery(own_home: Path) -> Path:
    return own_home / ".local" / "share" / "nnplayground" / "recovery"


def crash(units: int, path: Path | str = "") -> None:
    """A window in a process of its own, with an edit that is not saved; TensorFlow, as it were, aborts the process."""
    program = CRASH.replace("UNITS", str(units)).replace("PATH", repr(str(path)))
    tests = str(Path(__file__).parents[1])
    code = f"import sys; sys.path.insert(0, {tests!r})\n{program}"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode not in (0, 1), result.stderr


def units_edit(units: int) -> Edit:
    return Edit("units", lambda spec: edits.change_layer(spec, 0, units=units))


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    button = window.findChild(QAbstractButton, name)
    assert button is not None
    assert button.isVisible()
    qtbot.mouseClick(button, LEFT)


def sentence(window: MainWindow) -> str:
    label = window.findChild(QLabel, "offerSentence")
    assert label is not None
    return label.text() if label.isVisible() else ""


def files(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir()) if folder.exists() else []


def test_what_a_crash_left_is_offered_and_recovered(make_window: Callable[[], MainWindow], qtbot: QtBot, recovery: Path):
    crash(7)
    assert files(recovery) == [".json", ".lock"]
    window = make_window()
    assert sentence(window).startswith("Unsaved work from ")
    assert sentence(window).endswith(" was found: Circle.")
    click(qtbot, window, "recoverButton")
    assert window.document.spec.layers[0].units == 7
    assert (window.document.modified, window.files.path, sentence(window)) == (True, None, "")
    (kept,) = recovery.glob("*.json")
    assert read_recipe(kept) == window.document.spec  # by this process now: another crash would lose nothing
    window.document.stack.undo()
    assert window.document.spec.layers[0].units == 4


def project(path: Path) -> Path:
    write_project(path, ProjectFile(default_project(), b"weights", dump_state(RunState(3, ())), "epoch,loss\n1,3\n2,2\n3,1\n"))
    return path


def test_unsaved_work_knows_its_file(make_window: Callable[[], MainWindow], qtbot: QtBot, recovery: Path, tmp_path: Path):
    path = project(tmp_path / "mine.nnp")
    crash(7, path)
    window = make_window()
    assert sentence(window).startswith("Unsaved work on mine.nnp from ")
    click(qtbot, window, "recoverButton")
    assert (window.files.path, window.files.unsaved, window.document.spec.layers[0].units) == (path, True, 7)
    (kept,) = recovery.glob("*.json")
    window.document.stack.undo()
    assert window.files.unsaved
    window._parts.autosave.keep()
    assert read_recipe(kept).layers[0].units == 7  # another crash would lose nothing
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and not window.session.settle.isActive())
    assert window.session.epoch == 3  # the file's own run
    with qtbot.waitSignal(window.files.said):
        window.files.save()
    assert (window.files.unsaved, files(recovery)) == (False, [])


def test_a_file_that_was_changed_since_the_crash_is_not_replaced_unasked(
    make_window: Callable[[], MainWindow], qtbot: QtBot, tmp_path: Path
):
    path = project(tmp_path / "mine.nnp")
    crash(7, path)
    write_project(path, ProjectFile(edits.change_layer(default_project(), 0, units=9)))
    window = make_window()
    click(qtbot, window, "recoverButton")
    window.files.save()
    box = window.findChild(QMessageBox, "overwriteQuestion")
    assert box is not None
    assert box.text() == "mine.nnp was changed by another program or window since it was opened."
    box.reject()


def test_unsaved_work_outlives_its_file(make_window: Callable[[], MainWindow], qtbot: QtBot, tmp_path: Path):
    path = project(tmp_path / "mine.nnp")
    crash(7, path)
    path.unlink()
    window = make_window()
    click(qtbot, window, "recoverButton")
    assert (window.files.path, window.files.unsaved, window.document.spec.layers[0].units) == (None, True, 7)


def test_what_is_discarded_is_gone_and_the_next_is_offered(make_window: Callable[[], MainWindow], qtbot: QtBot, recovery: Path):
    crash(7)
    crash(8)
    window = make_window()
    click(qtbot, window, "discardButton")
    click(qtbot, window, "discardButton")
    assert (sentence(window), files(recovery)) == ("", [])


def test_what_nobody_decided_about_is_offered_again(make_window: Callable[[], MainWindow], recovery: Path):
    crash(7)
    first = make_window()
    second = make_window()  # it does not take what the first has in hand
    assert (bool(sentence(first)), sentence(second)) == (True, "")
    first.close()
    second.close()
    assert sentence(make_window()) != ""


def test_training_keeps_unsaved_changes_at_once(window: MainWindow, qtbot: QtBot, recovery: Path):
    window.document.apply(units_edit(7))
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    assert files(recovery) == []
    window.session.play()
    qtbot.waitUntil(lambda: window.session.epoch > 0)
    (kept,) = recovery.glob("*.json")
    assert read_recipe(kept) == window.document.spec


def test_an_edit_is_kept_after_a_while(window: MainWindow, qtbot: QtBot, recovery: Path):
    timer = window._parts.autosave._timer
    assert timer.interval() == autosave.DELAY
    timer.setInterval(1)
    window.document.apply(units_edit(7))
    qtbot.waitUntil(lambda: files(recovery) == [".json", ".lock"])


@pytest.mark.parametrize("way", ["save", "undo", "discard"])
def test_nothing_is_left_after_a_clean_end(window: MainWindow, qtbot: QtBot, recovery: Path, tmp_path: Path, way: str):
    window.document.apply(units_edit(7))
    window._parts.autosave.keep()
    assert files(recovery) == [".json", ".lock"]
    if way == "save":
        window.files.questions.save_path = lambda _suggested, done: done(tmp_path / "mine.nnp")
        with qtbot.waitSignal(window.files.said):
            window.files.save()
    elif way == "undo":
        window.document.stack.undo()
    else:
        window.close()
        box = window.findChild(QMessageBox, "unsavedQuestion")
        assert box is not None
        qtbot.mouseClick(next(b for b in box.buttons() if b.text() == "Discard"), LEFT)
        qtbot.waitUntil(lambda: not window.isVisible())
    assert files(recovery) == []


def test_a_disk_that_cannot_be_written_to_is_a_line_in_the_log(window: MainWindow, recovery: Path, caplog: pytest.LogCaptureFixture):
    recovery.parent.mkdir(parents=True)
    recovery.write_text("a file where the folder should be")
    window.document.apply(units_edit(7))
    window._parts.autosave.keep()
    window.document.apply(units_edit(8))
    window._parts.autosave.keep()
    assert caplog.text.count("Unsaved changes are not kept for a crash") == 1


def test_a_file_that_cannot_be_read_is_left_alone(make_window: Callable[[], MainWindow], recovery: Path, caplog: pytest.LogCaptureFixture):
    recovery.mkdir(parents=True)
    path = recovery / "1-a.json"
    path.write_text('{"format": 99}')
    window = make_window()
    assert sentence(window) == ""
    assert "Unsaved work cannot be read" in caplog.text
    assert path.exists()
