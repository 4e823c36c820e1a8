"""Pictures and arrays of one's own in the window: chosen or dropped, settled by mouse and keys, one undoable step."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from data.own.making import COLOURS, picture, pictures
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QSlider, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core.data_spec import OwnArrays, OwnImages, Scaling, Validation
from nnplayground.core.layers import Conv2D, Dense
from nnplayground.core.losses import Task
from nnplayground.data.errors import Cancelled
from nnplayground.data.own import arrays as own_arrays
from nnplayground.data.own import pictures as own_pictures
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.own.arrays_dialog import ArraysDialog
from nnplayground.ui.own.class_list import ClassList
from nnplayground.ui.own.pictures_dialog import PicturesDialog
from nnplayground.ui.run import Phase

LEFT = Qt.MouseButton.LeftButton
LONGEST = 4.0
"""Seconds that a look waits to be called off."""
W = TypeVar("W", bound=QWidget)


def part(owner: QWidget, kind: type[W], name: str) -> W:
    found = owner.findChild(kind, name)
    assert found is not None, name
    return found


def press(qtbot: QtBot, owner: QWidget, name: str) -> None:
    qtbot.mouseClick(part(owner, QAbstractButton, name), LEFT)


def drop(target: QWidget, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    target.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier))


def looked(qtbot: QtBot, dialog: PicturesDialog | ArraysDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.look.busy)


def said(dialog: PicturesDialog | ArraysDialog) -> str:
    message = dialog.message
    return message.sentence.text() if message.isVisible() else ""


def called_off(cancelled: Callable[[], bool]) -> bool:
    """Waits for it, but not for ever: a test that fails must end."""
    until = time.monotonic() + LONGEST
    while not cancelled():
        if time.monotonic() > until:
            return False
    return True


def type_number(qtbot: QtBot, box: QSpinBox, number: int) -> None:
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, str(number))
    qtbot.keyClick(box, Qt.Key.Key_Tab)


@pytest.fixture
def dropped(window: MainWindow, qtbot: QtBot) -> Callable[[Path], PicturesDialog | ArraysDialog]:
    """Drops a file or folder on the window, and waits until the dialog has looked at it."""

    def act(path: Path) -> PicturesDialog | ArraysDialog:
        drop(window, path)
        dialog = window.findChild(ArraysDialog) if path.suffix == ".npz" else window.findChild(PicturesDialog)
        assert dialog is not None
        looked(qtbot, dialog)
        return dialog

    return act


Dropped = Callable[[Path], PicturesDialog | ArraysDialog]


# ---- pictures


def test_a_folder_becomes_the_project_in_one_step(window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    before = window.document.spec
    dialog = dropped(pictures(tmp_path / "paints", each=20))
    assert part(dialog, QLabel, "picturesName").text() == "paints"
    assert part(dialog, QLabel, "picturesSize").text() == "60 pictures, 16 × 20 pixels"
    assert [(row.name, row.train, row.test) for row in part(dialog, ClassList, "classList").rows] == [
        ("blue", 20, 0), ("green", 20, 0), ("red", 20, 0),
    ]  # fmt: skip
    type_number(qtbot, part(dialog, QSpinBox, "picturesHeight"), 12)
    type_number(qtbot, part(dialog, QSpinBox, "picturesWidth"), 14)
    slider = part(dialog, QSlider, "picturesTrainShare")
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_PageDown)
    assert part(dialog, QLabel, "picturesSummary").text() == "Pictures: 45 to learn from, 15 to test on; 12 × 14 × 3 numbers each"
    assert window.document.spec == before
    press(qtbot, dialog, "picturesUse")
    data = window.document.spec.data
    assert isinstance(data, OwnImages)
    assert (data.path, data.height, data.width, data.color) == (str(tmp_path / "paints"), 12, 14, "rgb")
    assert (data.scaling, data.train_fraction, data.validation) == (Scaling.UNIT, 0.75, Validation(use="test"))
    assert len(data.sha256) == 64
    layers = window.document.spec.layers
    assert isinstance(layers[0], Conv2D)
    assert isinstance(layers[-1], Dense)
    assert layers[-1].units == 3
    assert window.document.analysis.problems == ()
    assert window.document.stack.undoText() == "Pictures paints"
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    window.document.stack.undo()
    assert window.document.spec == before
    window.document.stack.redo()
    assert window.document.spec.data == data


def test_return_takes_what_was_typed(window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    dialog = dropped(pictures(tmp_path, each=20))
    box = part(dialog, QSpinBox, "picturesWidth")
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "33")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert window.document.analysis.facts.input_shape == (16, 33, 3)


def test_the_gallery_opens_the_dialog_and_again_with_the_settings(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped
) -> None:
    qtbot.mouseClick(window.data.gallery.button("images"), LEFT)
    dialog = window.findChild(PicturesDialog)
    assert dialog is not None
    assert part(dialog, QLabel, "picturesName").text() == "No pictures yet"
    assert not part(dialog, QAbstractButton, "picturesUse").isEnabled()
    drop(dialog, pictures(tmp_path, each=12, classes=("green", "red")))
    looked(qtbot, dialog)
    qtbot.mouseClick(dialog.color.button("grey"), LEFT)
    press(qtbot, dialog, "picturesUse")
    layers = window.document.spec.layers
    first = window.document.spec.data
    assert isinstance(first, OwnImages)
    assert first.color == "grey"
    qtbot.waitUntil(lambda: window.findChild(PicturesDialog) is None)
    qtbot.mouseClick(window.data.gallery.button("images"), LEFT)
    again = window.findChild(PicturesDialog)
    assert again is not None
    looked(qtbot, again)
    assert again.color.choice == "grey"
    slider = part(again, QSlider, "picturesTrainShare")
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    press(qtbot, again, "picturesUse")
    changed = window.document.spec.data
    assert isinstance(changed, OwnImages)
    assert changed == first.model_copy(update={"train_fraction": 0.79})
    assert window.document.spec.layers == layers


def test_the_file_chooser_asks_for_folders(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.actions_.import_pictures.trigger()
    dialog = window.findChild(PicturesDialog)
    assert dialog is not None
    part(dialog, QFileDialog, "picturesFileDialog").reject()
    qtbot.waitUntil(lambda: dialog.findChild(QFileDialog) is None)
    press(qtbot, dialog, "picturesChoose")
    chooser = part(dialog, QFileDialog, "picturesFileDialog")
    assert chooser.fileMode() is QFileDialog.FileMode.Directory
    chooser.fileSelected.emit(str(pictures(tmp_path / "a", each=3)))
    chooser.reject()
    looked(qtbot, dialog)
    assert part(dialog, QLabel, "picturesName").text() == "a"
    assert "few pictures" in said(dialog)
    dialog.reject()


def test_a_folder_that_is_none_says_why_and_another_may_follow(window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    before = window.document.spec
    bad = tmp_path / "bad"
    picture(bad / "only" / "1.png", COLOURS["red"])
    dialog = dropped(bad)
    assert "found one class, 'only'" in said(dialog)
    assert not part(dialog, QAbstractButton, "picturesUse").isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    drop(dialog, pictures(tmp_path / "good", each=30))
    looked(qtbot, dialog)
    assert said(dialog) == ""
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.document.spec == before
    qtbot.waitUntil(lambda: window.findChild(PicturesDialog) is None)


def test_folders_that_are_cut_have_no_train_share(qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    pictures(tmp_path / "train", each=22)
    pictures(tmp_path / "test", each=4)
    dialog = dropped(tmp_path)
    assert not dialog.share.isVisible()
    assert [(row.train, row.test) for row in dialog.classes.rows] == [(22, 4)] * 3
    assert part(dialog, QLabel, "picturesSummary").text().startswith("Pictures: 66 to learn from, 12 to test on")
    dialog.reject()


def test_pictures_too_large_for_the_memory(qtbot: QtBot, tmp_path: Path, dropped: Dropped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_pictures, "MAX_BYTES", 60 * 30 * 30 * 3)
    dialog = dropped(pictures(tmp_path, each=20))
    type_number(qtbot, part(dialog, QSpinBox, "picturesHeight"), 46)
    assert "Choose a smaller size" in said(dialog)
    assert not part(dialog, QAbstractButton, "picturesUse").isEnabled()
    type_number(qtbot, part(dialog, QSpinBox, "picturesHeight"), 45)
    assert said(dialog) == ""
    assert part(dialog, QAbstractButton, "picturesUse").isEnabled()
    dialog.reject()


def test_a_long_look_can_be_stopped(window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def slow(data: OwnImages, cancelled: Callable[[], bool]) -> None:
        if called_off(cancelled):
            ended.set()
            raise Cancelled

    monkeypatch.setattr(own_pictures, "survey", slow)
    drop(window, tmp_path)
    dialog = window.findChild(PicturesDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: said(dialog).startswith("Looking at "))
    press(qtbot, dialog, "picturesStop")
    qtbot.waitUntil(ended.is_set)
    assert said(dialog) == "Stopped. Choose again to look."
    assert not part(dialog, QAbstractButton, "picturesUse").isEnabled()
    ended.clear()
    drop(dialog, tmp_path)
    dialog.reject()
    qtbot.waitUntil(ended.is_set)


def test_a_long_look_at_arrays_ends_with_the_dialog(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def slow(data: OwnArrays, cancelled: Callable[[], bool]) -> None:
        begun.set()
        if called_off(cancelled):
            ended.set()
        raise Cancelled

    monkeypatch.setattr(own_arrays, "survey", slow)
    (tmp_path / "large.npz").touch()
    drop(window, tmp_path / "large.npz")
    dialog = window.findChild(ArraysDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: begun.is_set() and said(dialog).startswith("Looking at "))
    press(qtbot, dialog, "arraysStop")
    qtbot.waitUntil(ended.is_set)
    begun.clear()
    ended.clear()
    drop(dialog, tmp_path / "large.npz")
    qtbot.waitUntil(begun.is_set)
    dialog.close()
    qtbot.waitUntil(ended.is_set)


def test_a_window_that_closes_waits_for_no_look(
    make_window: Callable[[], MainWindow], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def endless(data: OwnImages, cancelled: Callable[[], bool]) -> None:
        begun.set()
        if called_off(cancelled):
            ended.set()
        raise Cancelled

    monkeypatch.setattr(own_pictures, "survey", endless)
    window = make_window()
    drop(window, tmp_path)
    qtbot.waitUntil(begun.is_set)
    window.close()
    assert not window.isVisible()
    assert ended.is_set()


def test_a_name_like_html_is_shown_as_it_is(qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    root = tmp_path / "<img src=x>"
    for name in ("<b>bold", "plain"):
        for i in range(20):
            picture(root / name / f"{i}.png", COLOURS["red"], seed=i)
    dialog = dropped(root)
    assert part(dialog, QLabel, "picturesName").textFormat() is Qt.TextFormat.PlainText
    model = dialog.classes.model()
    tip = model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;bold" in tip
    dialog.reject()


# ---- arrays


def test_arrays_become_the_project_in_one_step(window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    before = window.document.spec
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "digits.npz", x=rng.integers(0, 256, (60, 12, 11)).astype(np.uint8), y=np.arange(60) % 4 + 3)
    dialog = dropped(tmp_path / "digits.npz")
    assert part(dialog, QLabel, "arraysHeld").text() == "x: 60 × 12 × 11, uint8   y: 60, int64"
    rows = part(dialog, ClassList, "classList").rows
    assert [(row.name, row.train, row.picture is not None) for row in rows] == [(name, 15, True) for name in "3456"]
    press(qtbot, dialog, "arraysUse")
    data = window.document.spec.data
    assert isinstance(data, OwnArrays)
    assert (data.scaling, data.validation) == (Scaling.UNIT, Validation(use="test"))
    assert window.document.analysis.facts.classes == ("3", "4", "5", "6")
    assert window.document.analysis.problems == ()
    assert window.document.stack.count() == 1
    window.document.stack.undo()
    assert window.document.spec == before


def test_what_y_holds_can_be_corrected(window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    np.savez(tmp_path / "data.npz", x=np.random.default_rng(0).normal(50, 9, (40, 3)), y=np.arange(40.0) % 3)
    dialog = dropped(tmp_path / "data.npz")
    assert isinstance(dialog, ArraysDialog)
    assert dialog.task.choice == "regression"
    assert part(dialog, QLabel, "arraysValues").text() == "Values from 0 to 2"
    assert "choose classes" in said(dialog)
    qtbot.mouseClick(dialog.task.button("classification"), LEFT)
    looked(qtbot, dialog)
    assert dialog.task.choice == "classification"
    assert [row.name for row in dialog.classes.rows] == ["0", "1", "2"]
    press(qtbot, dialog, "arraysUse")
    data = window.document.spec.data
    assert isinstance(data, OwnArrays)
    assert (data.task, data.scaling, data.target_scaling) == ("classification", Scaling.STANDARD, "none")
    assert window.document.analysis.facts.task is Task.MULTICLASS


def test_the_menu_asks_for_a_file(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", x=np.zeros((4, 2)), y=np.arange(4))
    window.actions_.import_arrays.trigger()
    dialog = window.findChild(ArraysDialog)
    assert dialog is not None
    chooser = part(dialog, QFileDialog, "arraysFileDialog")
    assert chooser.fileMode() is QFileDialog.FileMode.ExistingFile
    chooser.fileSelected.emit(str(tmp_path / "data.npz"))
    chooser.reject()
    looked(qtbot, dialog)
    assert part(dialog, QLabel, "arraysSize").text() == "4 samples of 2"
    dialog.reject()


def test_a_file_that_is_none_says_why(window: MainWindow, tmp_path: Path, dropped: Dropped) -> None:
    (tmp_path / "data.npz").write_bytes(b"\0" * 100)
    dialog = dropped(tmp_path / "data.npz")
    assert "data.npz is no .npz file, by its first bytes" in said(dialog)
    dialog.reject()


# ---- afterwards


def test_the_status_row_says_how_far_reading_is_until_it_is_done(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped
) -> None:
    heard: list[str] = []
    window.session.downloading.connect(lambda _item: heard.append(window.status.message.text()))
    dialog = dropped(pictures(tmp_path, each=20))
    press(qtbot, dialog, "picturesUse")
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.status.data.text().startswith("My pictures: 48"))
    assert heard[-1] == "Reading pictures: 60 of 60"
    assert window.status.message.text() == "TensorFlow ready"
    assert window.status.data.text() == "My pictures: 48 for training, 12 for testing"


def test_a_picture_that_cannot_be_read_counts_in_no_class(window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    root = pictures(tmp_path)
    (root / "red" / "aaa.png").write_bytes(b"no picture")
    dialog = dropped(root)
    looked(qtbot, dialog)
    rows = part(dialog, ClassList, "classList").rows
    assert {row.name: row.train for row in rows} == {"blue": 10, "green": 10, "red": 10}
    assert part(dialog, QLabel, "picturesSize").text().startswith("30 pictures")
    assert "1 of 31 pictures could not be read and is left out (red/aaa.png: it is no picture)" in said(dialog)
    assert part(dialog, QLabel, "picturesSummary").text().startswith("Pictures: up to 25 to learn from")


def test_what_was_found_is_taken_with_return(window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    dialog = dropped(pictures(tmp_path))
    looked(qtbot, dialog)
    assert dialog.use.hasFocus()


def test_damaged_pictures_are_said(window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    root = pictures(tmp_path, each=20)
    (root / "red" / "000.png").write_text("no picture")
    dialog = dropped(root)
    press(qtbot, dialog, "picturesUse")
    sentence = "1 of 60 pictures could not be read and is left out (red/000.png: it is no picture)."
    qtbot.waitUntil(lambda: window.status.message.text() == sentence)


def test_pictures_are_shown_in_their_own_colours(window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    dialog = dropped(pictures(tmp_path, each=20))
    press(qtbot, dialog, "picturesUse")
    grid = window.output.samples
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and grid.isVisible() and len(grid.shown()) > 3)
    shot = grid.grab().toImage()
    for place, index in enumerate(grid.shown()):
        centre = grid.box(place).center() * shot.devicePixelRatio()
        seen = QColor(shot.pixel(round(centre.x()), round(centre.y())))
        wanted = COLOURS[grid.read_out(index).split(": ")[1].split(".")[0]]
        assert max(abs(a - b) for a, b in zip(seen.getRgb()[:3], wanted, strict=True)) < 45


def test_a_folder_that_is_gone_is_a_problem_and_can_be_found(window: MainWindow, qtbot: QtBot, tmp_path: Path, dropped: Dropped) -> None:
    dialog = dropped(pictures(tmp_path / "first", each=10))
    press(qtbot, dialog, "picturesUse")
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    (tmp_path / "first").rename(tmp_path / "second")
    window.document.stack.undo()
    window.document.stack.redo()
    qtbot.waitUntil(lambda: "first is not there" in window.document.analysis.facts.unknown)
    qtbot.waitUntil(lambda: window.findChild(QAbstractButton, "findFileButton") is not None)
    press(qtbot, window, "findFileButton")
    chooser = part(window, QFileDialog, "findDialog")
    assert chooser.fileMode() is QFileDialog.FileMode.Directory
    chooser.fileSelected.emit(str(tmp_path / "second"))
    chooser.reject()
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and not window.document.analysis.facts.unknown)
    assert window.document.spec.data.path == str(tmp_path / "second")  # type: ignore[union-attr]
