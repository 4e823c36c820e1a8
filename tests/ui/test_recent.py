"""The projects that were opened or saved last, in the File menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from nnplayground.core.edits import change_layer
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import ProjectFile, write_project
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.recent import KEY, MOST, recent_paths, remember
from nnplayground.ui.run import Phase


def make(folder: Path, name: str, units: int = 4) -> Path:
    write_project(folder / name, ProjectFile(change_layer(default_project(), 0, units=units)))
    return folder / name


def opened(window: MainWindow, qtbot: QtBot) -> QMenu:
    """The menu as a person opens it: File, then its arrow."""
    menu = window.actions_.recent
    menu.popup(window.mapToGlobal(window.rect().center()))
    qtbot.waitUntil(menu.isVisible)
    return menu


def entries(menu: QMenu) -> list[QAction]:
    return [action for action in menu.actions() if action.objectName().startswith("recent")]


@pytest.mark.usefixtures("qapp")
def test_the_newest_is_first_none_is_there_twice_and_ten_are_kept(tmp_path: Path):
    paths = [tmp_path / f"{i}.nnp" for i in range(12)]
    for path in paths:
        remember(path)
    remember(paths[5])
    assert recent_paths() == [paths[5], *(paths[i] for i in (11, 10, 9, 8, 7, 6, 4, 3, 2))]
    assert len(recent_paths()) == MOST


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("found", [17, [17, None, ""], {"a": 1}])
def test_settings_that_somebody_else_wrote_do_no_harm(found: object):
    QSettings().setValue(KEY, found)
    assert all(isinstance(path, Path) for path in recent_paths())


def test_what_was_opened_or_saved_is_offered_and_opens(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    first = make(tmp_path, "first & best.nnp", 9)
    window.files.open_file(first)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    window.files.questions.save_path = lambda _suggested, done: done(tmp_path / "second.toml")
    with qtbot.waitSignal(window.files.said):
        window.actions_.save_as.trigger()
    window.files.new()
    menu = opened(window, qtbot)
    assert [action.text() for action in entries(menu)] == ["&1  second.toml", "&2  first && best.nnp"]
    assert [action.toolTip() for action in entries(menu)] == [str(tmp_path / "second.toml"), str(first)]
    qtbot.keyClick(menu, Qt.Key.Key_2)
    assert (window.files.path, window.document.spec.layers[0].units) == (first, 9)
    assert recent_paths()[0] == first


def test_a_file_that_is_gone_stands_there_grey_with_the_reason(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    path = make(tmp_path, "gone.nnp")
    window.files.open_file(path)
    path.unlink()
    (entry,) = entries(opened(window, qtbot))
    assert (entry.isEnabled(), entry.text()) == (False, f"&1  gone.nnp (no longer in {tmp_path.name})")


def test_the_list_can_be_cleared_and_says_that_it_is_empty(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    window.files.open_file(make(tmp_path, "a.nnp"))
    opened(window, qtbot)
    clear = window.findChild(QAction, "clearRecentAction")
    assert clear is not None
    clear.trigger()
    assert recent_paths() == []
    (nothing,) = opened(window, qtbot).actions()
    assert (nothing.isEnabled(), nothing.text()) == (False, "Nothing has been opened or saved yet")


def test_a_file_that_cannot_be_opened_is_not_remembered(window: MainWindow, tmp_path: Path):
    window.files.questions.tell = lambda _title, _text: None
    (tmp_path / "broken.nnp").write_bytes(b"PK")
    window.files.open_file(tmp_path / "broken.nnp")
    assert recent_paths() == []


def test_another_window_knows_them_too(make_window: Callable[[], MainWindow], qtbot: QtBot, tmp_path: Path):
    first, second = make_window(), make_window()
    first.files.open_file(make(tmp_path, "a.nnp"))
    assert [action.text() for action in entries(opened(second, qtbot))] == ["&1  a.nnp"]
