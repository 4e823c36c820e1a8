"""Tables of one's own in the window: the ways to one, undone and redone, changed, gone and found again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.data_spec import OwnTable
from nnplayground.core.layers import Dense
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.own.table_dialog import TableDialog
from nnplayground.ui.run import Phase

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """Three classes from two numbers."""
    path = tmp_path / "flowers.csv"
    kinds = ("rose", "lily", "iris")
    path.write_text("length,width,kind\n" + "".join(f"{i % 3 + i / 100:.2f},{i % 7},{kinds[i % 3]}\n" for i in range(90)))
    return path


def dialog_of(qtbot: QtBot, window: MainWindow) -> TableDialog:
    """The dialog that is shown, when it has looked."""
    dialog = window.findChild(TableDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.look.busy)
    return dialog


def take(qtbot: QtBot, window: MainWindow, *, inside: bool) -> None:
    dialog = dialog_of(qtbot, window)
    dialog.form.options.inside.setChecked(inside)
    qtbot.mouseClick(dialog.form.use, LEFT)
    qtbot.waitUntil(lambda: window.findChild(TableDialog) is None)
    settle(qtbot, window)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.phase in (Phase.READY, Phase.BLOCKED, Phase.FAILED))
    window.session.refresh()


def table(window: MainWindow) -> OwnTable:
    data = window.document.spec.data
    assert isinstance(data, OwnTable)
    return data


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier))


def offered(window: MainWindow) -> list[str]:
    return [b.objectName() for b in window.status.offer.findChildren(QPushButton) if b.isVisible()]


def project_of(flowers: Path, folder: Path, window: MainWindow) -> Path:
    """A project that refers to the file."""
    spec = edits.set_data(window.document.spec, OwnTable(name="csv", path=str(flowers)))
    spec = edits.set_layers(spec, (Dense(units=3, activation="softmax"),))
    path = folder / "flowers.nnp"
    write_project(path, ProjectFile(spec))
    return path


def test_the_gallerys_tile_opens_the_dialog_and_its_table_is_one_step(qtbot: QtBot, window: MainWindow, flowers: Path):
    start = window.document.spec
    qtbot.mouseClick(window.data.gallery.button("csv"), LEFT)
    dialog = dialog_of(qtbot, window)
    assert dialog.is_empty
    dialog.open_file(flowers)
    take(qtbot, window, inside=False)
    assert table(window).path == str(flowers)
    assert window.document.spec.layers[-1] == Dense(units=3, activation="softmax")
    assert window.document.stack.count() == 1
    assert window.data.gallery.button("csv").isChecked()
    assert window.session.phase is Phase.READY
    assert window.session.dataset is not None
    window.document.stack.undo()
    assert window.document.spec == start
    settle(qtbot, window)
    window.document.stack.redo()
    settle(qtbot, window)
    assert window.session.dataset.facts.classes == ("iris", "lily", "rose")


def test_a_file_is_dropped_on_the_window(qtbot: QtBot, window: MainWindow, flowers: Path):
    drop(window, flowers)
    assert dialog_of(qtbot, window).form.name.text() == "flowers.csv"
    dialog_of(qtbot, window).reject()
    assert window.document.spec.data.name == "circle"


@pytest.mark.parametrize("ending", ["nnp", "csv", "txt", "tsv", "doc"])
def test_what_can_be_dropped(window: MainWindow, ending: str):
    assert (window._parts.opener(Path(f"a.{ending}")) is not None) == (ending != "doc")


def test_the_menu_imports_and_pastes(qtbot: QtBot, window: MainWindow, flowers: Path):
    window.actions_.import_table.trigger()
    chooser = window.findChild(QFileDialog, "tableFileDialog")
    assert chooser is not None
    chooser.fileSelected.emit(str(flowers))
    chooser.done(0)
    take(qtbot, window, inside=True)
    assert table(window).text.startswith("length,width")
    QGuiApplication.clipboard().setText("a\tb\n1\t2\n3\t5\n4\t4\n")
    paste = window.findChild(QAction, "pasteTableAction")
    assert paste is not None
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_V, CTRL | Qt.KeyboardModifier.ShiftModifier)
    take(qtbot, window, inside=True)
    assert table(window).text.startswith("a\tb")
    assert window.document.spec.layers[-1] == Dense(units=1)


def test_change_opens_the_present_settings(qtbot: QtBot, window: MainWindow, flowers: Path):
    drop(window, flowers)
    take(qtbot, window, inside=False)
    change = window.findChild(QAbstractButton, "changeData")
    assert change is not None
    qtbot.mouseClick(change, LEFT)
    dialog = dialog_of(qtbot, window)
    target = dialog.findChild(QComboBox, "tableTarget")
    assert target is not None
    assert target.currentText() == "kind"
    target.setFocus()
    qtbot.keyClick(target, Qt.Key.Key_Up)
    take(qtbot, window, inside=False)
    assert (table(window).target, table(window).path) == ("width", str(flowers))
    assert window.document.stack.count() == 2
    window.document.stack.undo()
    settle(qtbot, window)
    assert window.session.dataset is not None
    assert window.session.dataset.facts.target_name == "kind"


def test_ones_own_network_is_kept_where_it_fits(qtbot: QtBot, window: MainWindow, flowers: Path):
    layers = (Dense(units=5, activation="elu"), Dense(units=3, activation="softmax"))
    window.document.apply(Edit("Network", lambda spec: edits.set_layers(spec, layers)))
    drop(window, flowers)
    take(qtbot, window, inside=False)
    assert window.document.spec.layers == layers


def test_cancelling_changes_nothing(qtbot: QtBot, window: MainWindow, flowers: Path):
    before = window.document.spec
    drop(window, flowers)
    dialog = dialog_of(qtbot, window)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert (window.document.spec, window.document.stack.count()) == (before, 0)
    qtbot.waitUntil(lambda: window.findChild(TableDialog) is None)
    drop(window, flowers)
    assert dialog_of(qtbot, window).isVisible(), "it can be opened again"
    dialog_of(qtbot, window).reject()


def test_a_project_with_a_table_is_opened_without_a_wait(qtbot: QtBot, window: MainWindow, flowers: Path, tmp_path: Path):
    path = project_of(flowers, tmp_path, window)
    window.files.open_file(path)
    assert window.document.analysis.facts.unknown == "flowers.csv is being looked at."
    assert "being looked at" in window.status.offer.sentence.text()
    qtbot.waitUntil(lambda: not window.document.analysis.facts.unknown)
    settle(qtbot, window)
    assert window.session.dataset is not None
    assert not window.document.modified
    assert not window.status.offer.isVisible()


def test_a_file_that_is_gone_is_said_and_found_again(qtbot: QtBot, window: MainWindow, flowers: Path, tmp_path: Path):
    path = project_of(flowers, tmp_path, window)
    moved = tmp_path / "elsewhere" / "plants.csv"
    moved.parent.mkdir()
    flowers.rename(moved)
    window.files.open_file(path)
    qtbot.waitUntil(lambda: bool(offered(window)))
    assert offered(window) == ["findFileButton", "lookAgainButton"]
    assert "not there" in window.document.analysis.errors[0].message
    assert not window.session.can_train
    assert window.data.size_label.text() == "–"
    window.grab()
    find = window.findChild(QPushButton, "findFileButton")
    qtbot.mouseClick(find, LEFT)
    chooser = window.findChild(QFileDialog, "findDialog")
    assert chooser is not None
    chooser.reject()
    qtbot.waitUntil(lambda: bool(offered(window)))
    qtbot.mouseClick(window.findChild(QPushButton, "findFileButton"), LEFT)
    chooser = window.findChildren(QFileDialog, "findDialog")[-1]
    chooser.fileSelected.emit(str(moved))
    chooser.done(0)
    qtbot.waitUntil(lambda: not window.document.analysis.facts.unknown)
    settle(qtbot, window)
    assert table(window).path == str(moved)
    assert window.session.phase is Phase.READY
    assert not window.status.offer.isVisible()
    window.document.stack.undo()
    qtbot.waitUntil(lambda: bool(offered(window)))
    assert table(window).path == str(flowers)


def test_a_file_that_comes_back_is_looked_for_again(qtbot: QtBot, window: MainWindow, flowers: Path, tmp_path: Path):
    path = project_of(flowers, tmp_path, window)
    text = flowers.read_text()
    flowers.unlink()
    window.files.open_file(path)
    qtbot.waitUntil(lambda: bool(offered(window)))
    flowers.write_text(text)
    qtbot.mouseClick(window.findChild(QPushButton, "lookAgainButton"), LEFT)
    qtbot.waitUntil(lambda: not window.document.analysis.facts.unknown)
    settle(qtbot, window)
    assert window.session.phase is Phase.READY


def test_a_file_that_goes_away_meanwhile_crashes_nothing(qtbot: QtBot, window: MainWindow, flowers: Path):
    drop(window, flowers)
    take(qtbot, window, inside=False)
    flowers.unlink()
    window.document.apply(Edit("Seed", lambda spec: edits.set_seed(spec, 7)))
    qtbot.waitUntil(lambda: bool(offered(window)))
    assert "not there" in window.document.analysis.facts.unknown
    window.document.apply(Edit("Units", lambda spec: edits.change_layer(spec, 0, units=9)))
    assert window.document.spec.layers[0].units == 9
    for step in (window.document.stack.undo,) * 3 + (window.document.stack.redo,) * 3:
        step()
        settle(qtbot, window)
    assert table(window).path == str(flowers)
    window.grab()


def test_a_file_that_has_changed_is_said(qtbot: QtBot, window: MainWindow, flowers: Path, tmp_path: Path):
    drop(window, flowers)
    take(qtbot, window, inside=False)
    path = tmp_path / "project.nnp"
    write_project(path, ProjectFile(window.document.spec))
    flowers.write_text(flowers.read_text().replace("rose", "tulip"))
    window.document.mark_saved()
    window.files.open_file(path)
    qtbot.waitUntil(lambda: window.session.dataset is not None and "tulip" in window.session.dataset.facts.classes)
    settle(qtbot, window)
    assert any("flowers.csv has changed" in note for note in window.session.dataset.notes)
    assert "flowers.csv has changed" in window.data.settings.warning.text()
    assert "tulip" in window.document.analysis.facts.classes
    assert window.session.phase is Phase.READY


def test_a_table_of_other_columns_never_meets_the_samples_before(qtbot: QtBot, window: MainWindow, flowers: Path):
    drop(window, flowers)
    take(qtbot, window, inside=False)
    seen: list[object] = []
    window.session.dataset_changed.connect(seen.append)
    QGuiApplication.clipboard().setText("a,b,c,d\n" + "".join(f"{i},{i * i % 7},{i % 5},{i / 3:.2f}\n" for i in range(40)))
    window.actions_.paste_table.trigger()
    take(qtbot, window, inside=True)
    qtbot.waitUntil(lambda: window.session.dataset is not None)
    assert seen[0] is None, "the old samples went before the new project was shown"
    window.grab()


def test_a_long_table_in_a_project_is_looked_at_without_a_wait(qtbot: QtBot, window: MainWindow, tmp_path: Path):
    text = "a,b,kind\n" + "".join(f"{i},{i % 13},{'xyz'[i % 3]}\n" for i in range(4_000))
    spec = edits.set_data(window.document.spec, OwnTable(name="csv", text=text))
    path = tmp_path / "long.nnp"
    write_project(path, ProjectFile(edits.set_layers(spec, (Dense(units=3, activation="softmax"),))))
    window.files.open_file(path)
    assert "being looked at" in window.document.analysis.facts.unknown
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.session.dataset is not None)
    assert window.document.analysis.facts.classes == ("x", "y", "z")


def test_a_project_keeps_a_small_table_where_the_file_is_gone(qtbot: QtBot, window: MainWindow, flowers: Path, tmp_path: Path):
    drop(window, flowers)
    take(qtbot, window, inside=True)
    path = tmp_path / "inside.nnp"
    write_project(path, ProjectFile(window.document.spec))
    flowers.unlink()
    assert read_project(path).spec.data == table(window)
    window.document.mark_saved()
    window.files.open_file(path)
    settle(qtbot, window)
    assert window.session.phase is Phase.READY
