"""The data manager, driven by mouse and keys."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from data.support import PATIENT, Server, Small
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMessageBox, QProgressBar, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from nnplayground.data.manager import Manager
from nnplayground.data.store import Store
from nnplayground.ui.store.dialog import DataManager
from nnplayground.ui.store.row import Ask, SetRow
from nnplayground.ui.store.shelf import Shelf
from nnplayground.ui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton


def press(qtbot: QtBot, dialog: DataManager, ask: Ask, name: str = "mnist") -> None:
    button = dialog.rows[name].buttons[ask]
    assert button.isVisible(), ask
    qtbot.mouseClick(button, LEFT)


def offered(row: SetRow) -> list[str]:
    return [button.text() for button in row.buttons.values() if button.isVisible()]


def said(row: SetRow) -> str:
    return row.message.text() if row.message.isVisible() else ""


def half_there(qtbot: QtBot, row: SetRow) -> None:
    qtbot.waitUntil(lambda: row.bar.isVisible() and 0 < row.bar.value() < row.bar.maximum())


def answer(qtbot: QtBot, dialog: DataManager, name: str) -> None:
    box = dialog.findChild(QMessageBox, "removeQuestion")
    assert box is not None
    button = box.findChild(QAbstractButton, name)
    assert button is not None, name
    qtbot.mouseClick(button, LEFT)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_every_set_says_in_words_how_it_stands(dialog: DataManager, store: Store, small: Small) -> None:
    assert dialog.isVisible()
    assert not dialog.isModal()
    row = dialog.rows["mnist"]
    assert row.state.text() == "Not there; a sample is built in"
    assert row.amount.text() == f"{len(small.files['mnist.npz']) / 1000:.0f} kB"
    assert offered(row) == ["Download", "I have the file…"]
    assert row.about.toolTip().startswith("Licence: CC BY-SA 3.0")
    assert row.folder.toolTip() == str(store.download_to)
    assert dialog.summary.text().startswith("0 of 3 full sets are there; ")
    assert dialog.download_all.hasFocus()


def test_a_download_shows_how_far_it_is_and_ends_well(
    qtbot: QtBot, dialog: DataManager, store: Store, server: Server, small: Small
) -> None:
    server.in_halves("/mnist.npz", small.files["mnist.npz"])
    row = dialog.rows["mnist"]
    press(qtbot, dialog, Ask.DOWNLOAD)
    half_there(qtbot, row)
    assert row.state.text() == "Downloading"
    assert " of " in row.progress.text()
    assert offered(row) == ["Pause", "Cancel"]
    server.go_on.set()
    qtbot.waitUntil(lambda: row.state.text() == "Full set is there")
    assert not row.bar.isVisible()
    assert said(row) == ""
    assert offered(row) == ["Verify", "Remove…"]
    assert (store.download_to / "mnist.npz").read_bytes() == small.files["mnist.npz"]
    assert dialog.summary.text().startswith("1 of 3")


def test_a_download_by_keys_keeps_the_focus_in_its_row(qtbot: QtBot, dialog: DataManager, server: Server, small: Small) -> None:
    server.in_halves("/boston_housing.npz", small.files["boston_housing.npz"])
    row = dialog.rows["boston_housing"]
    dialog.show_set("boston_housing")
    assert row.buttons[Ask.DOWNLOAD].hasFocus()
    qtbot.keyClick(row.buttons[Ask.DOWNLOAD], Qt.Key.Key_Space)
    half_there(qtbot, row)
    focused = QApplication.focusWidget()
    assert focused is row.buttons[Ask.PAUSE]
    qtbot.keyClick(focused, Qt.Key.Key_Space)
    assert row.state.text() == "Paused"
    assert row.buttons[Ask.RESUME].hasFocus()
    server.go_on.set()
    qtbot.keyClick(row.buttons[Ask.RESUME], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: row.state.text() == "Full set is there")
    assert row.buttons[Ask.VERIFY].hasFocus()


def test_tab_reaches_everything_from_top_to_bottom(qtbot: QtBot, dialog: DataManager) -> None:
    reached = []
    for _ in range(40):
        here = QApplication.focusWidget()
        if here is None or here in reached:
            break
        reached.append(here)
        qtbot.keyClick(here, Qt.Key.Key_Tab)
    buttons = [b for b in dialog.findChildren(QAbstractButton) if b.isVisible()]
    assert set(buttons) <= set(reached)
    places = [w.mapTo(dialog, QPoint()) for w in reached if isinstance(w, QPushButton | QToolButton)]
    assert [p.y() // 30 for p in places] == sorted(p.y() // 30 for p in places)


def test_every_part_has_a_name_and_says_what_it_does(dialog: DataManager) -> None:
    for button in dialog.findChildren(QAbstractButton):
        if button.parent() is not None and button.objectName().startswith("qt_"):
            continue
        assert button.objectName(), button
        assert button.accessibleName(), button.objectName()
        assert button.toolTip(), button.objectName()
    names = [b.accessibleName() for row in dialog.rows.values() for b in row.buttons.values()]
    assert len(set(names)) == len(names)  # 'Download: MNIST', not five times 'Download'
    for row in dialog.rows.values():
        assert row.accessibleDescription() == row.state.text()
        assert row.findChild(QProgressBar).accessibleName()


def test_a_cancelled_download_leaves_what_came_and_goes_on(
    qtbot: QtBot, dialog: DataManager, store: Store, server: Server, small: Small
) -> None:
    server.in_halves("/mnist.npz", small.files["mnist.npz"])
    row = dialog.rows["mnist"]
    press(qtbot, dialog, Ask.DOWNLOAD)
    half_there(qtbot, row)
    press(qtbot, dialog, Ask.CANCEL)
    qtbot.waitUntil(lambda: row.state.text() == "Partly there; a sample is built in")
    assert " of " in row.amount.text()
    server.serve_ranges("/mnist.npz", small.files["mnist.npz"])
    press(qtbot, dialog, Ask.DOWNLOAD)
    qtbot.waitUntil(lambda: row.state.text() == "Full set is there")
    assert server.headers[-1]["Range"].startswith("bytes=")
    assert (store.download_to / "mnist.npz").read_bytes() == small.files["mnist.npz"]


def test_an_error_stands_in_the_row_and_can_be_selected(qtbot: QtBot, dialog: DataManager, server: Server) -> None:
    del server.answers["/mnist.npz"]
    row = dialog.rows["mnist"]
    press(qtbot, dialog, Ask.DOWNLOAD)
    qtbot.waitUntil(lambda: "404" in said(row))
    assert row.message.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert row.message.property("tone") == "error"
    assert offered(row) == ["Download", "I have the file…"]
    row.message.setFocus()
    row.message.setSelection(0, 11)
    qtbot.keyClick(row.message, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == row.message.text()[:11]


def test_without_a_network_each_set_says_so_in_two_words(
    qtbot: QtBot, theme: Theme, tmp_path: Path, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    folder = tmp_path / "datasets"
    shelf = Shelf(Manager(Store((folder,), folder, small.sources("http://data.example"), PATIENT)))
    dialog = DataManager(theme, shelf)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.download_all.click()
    qtbot.waitUntil(lambda: all(shelf.entry(name).message for name in shelf.names))
    assert {row.message.text() for row in dialog.rows.values()} == {"No network."}
    told = dialog.advice.sentence.text()
    assert dialog.advice.isVisible()
    assert told.startswith("The address of data.example cannot be found: is this computer connected to the internet? ")
    assert "“I have the file…”" in told
    assert "Source: Sample" in told
    assert "source =" not in told
    for name in shelf.names:
        shelf.download(name)  # what was said goes
    assert not dialog.advice.isVisible()
    shelf.close()


def test_all_is_downloaded_with_one_button(qtbot: QtBot, dialog: DataManager, store: Store, small: Small) -> None:
    qtbot.mouseClick(dialog.download_all, LEFT)
    qtbot.waitUntil(lambda: dialog.summary.text().startswith("All 3 full sets are there"))
    assert not dialog.download_all.isEnabled()
    assert all((store.download_to / path).read_bytes() == content for path, content in small.files.items())


def test_closing_the_dialog_ends_no_download(qtbot: QtBot, dialog: DataManager, shelf: Shelf, server: Server, small: Small) -> None:
    server.in_halves("/mnist.npz", small.files["mnist.npz"])
    press(qtbot, dialog, Ask.DOWNLOAD)
    half_there(qtbot, dialog.rows["mnist"])
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    server.go_on.set()
    qtbot.waitUntil(lambda: shelf.entry("mnist").complete)
    dialog.show_set()
    assert dialog.rows["mnist"].state.text() == "Full set is there"


def test_what_comes_to_the_folder_meanwhile_is_seen(qtbot: QtBot, dialog: DataManager, store: Store, small: Small) -> None:
    dialog.close()
    store.download_to.mkdir()
    (store.download_to / "mnist.npz").write_bytes(small.files["mnist.npz"])
    dialog.show()
    qtbot.waitUntil(lambda: dialog.rows["mnist"].state.text() == "Full set is there")


def test_verify_finds_a_file_that_changed(qtbot: QtBot, dialog: DataManager, store: Store, small: Small) -> None:
    row = dialog.rows["mnist"]
    press(qtbot, dialog, Ask.DOWNLOAD)
    qtbot.waitUntil(lambda: row.state.text() == "Full set is there")
    press(qtbot, dialog, Ask.VERIFY)
    qtbot.waitUntil(lambda: "Read and compared: 1 file." in said(row))
    assert row.message.property("tone") == "ok"
    path = store.download_to / "mnist.npz"
    path.write_bytes(small.files["mnist.npz"][:-1] + b"?")
    press(qtbot, dialog, Ask.VERIFY)
    qtbot.waitUntil(lambda: row.state.text() == "A file is wrong; a sample is built in")
    assert "sha256" in said(row)
    assert row.message.property("tone") == "error"
    assert offered(row) == ["Download", "I have the file…", "Verify", "Remove…"]
    press(qtbot, dialog, Ask.DOWNLOAD)
    qtbot.waitUntil(lambda: row.state.text() == "Full set is there")
    assert "is now" in said(row)  # the wrong one was set aside, not deleted
    assert path.read_bytes() == small.files["mnist.npz"]


def test_a_file_that_somebody_has_is_taken(qtbot: QtBot, dialog: DataManager, store: Store, small: Small, tmp_path: Path) -> None:
    mine = tmp_path / "digits from a friend.npz"
    mine.write_bytes(small.files["mnist.npz"])
    press(qtbot, dialog, Ask.ADOPT)
    chooser = dialog.findChild(QFileDialog, "chooseDataFile")
    assert chooser is not None
    assert "MNIST" in chooser.windowTitle()
    chooser.filesSelected.emit([str(mine)])
    chooser.reject()
    row = dialog.rows["mnist"]
    qtbot.waitUntil(lambda: row.state.text() == "Full set is there")
    assert "is used as mnist.npz" in said(row)
    assert (store.download_to / "mnist.npz").read_bytes() == small.files["mnist.npz"]
    assert mine.exists()


def test_several_files_are_dropped_on_a_row(qtbot: QtBot, dialog: DataManager, small: Small, tmp_path: Path) -> None:
    paths = []
    for path in small.sets["fashion_mnist"]:
        paths.append(tmp_path / Path(path).name)
        paths[-1].write_bytes(small.files[path])
    row = dialog.rows["fashion_mnist"]
    drop(row, paths)
    qtbot.waitUntil(lambda: row.state.text() == "Full set is there")


def test_a_wrong_file_is_refused_in_a_sentence(qtbot: QtBot, dialog: DataManager, store: Store, small: Small, tmp_path: Path) -> None:
    wrong = tmp_path / "mnist.npz"
    wrong.write_bytes(b"not an archive")
    row = dialog.rows["mnist"]
    drop(row, [wrong])
    qtbot.waitUntil(lambda: bool(said(row)))
    assert str(wrong) in said(row)
    assert row.message.property("tone") == "error"
    assert row.state.text() == "Not there; a sample is built in"
    assert not (store.download_to / "mnist.npz").exists()
    assert wrong.read_bytes() == b"not an archive"


def test_what_is_no_file_or_not_wanted_is_not_taken(qtbot: QtBot, dialog: DataManager) -> None:
    row = dialog.rows["mnist"]
    assert not enter(row, [QUrl("https://example.org/mnist.npz")])
    assert not enter(row, [])
    assert enter(row, [QUrl.fromLocalFile("/somewhere/mnist.npz")])
    press(qtbot, dialog, Ask.DOWNLOAD)
    qtbot.waitUntil(lambda: row.state.text() == "Full set is there")
    assert not enter(row, [QUrl.fromLocalFile("/somewhere/mnist.npz")])


def test_removing_asks_first_and_names_the_files(qtbot: QtBot, dialog: DataManager, store: Store) -> None:
    row = dialog.rows["fashion_mnist"]
    press(qtbot, dialog, Ask.DOWNLOAD, "fashion_mnist")
    qtbot.waitUntil(lambda: row.state.text() == "Full set is there")
    press(qtbot, dialog, Ask.REMOVE, "fashion_mnist")
    box = dialog.findChild(QMessageBox, "removeQuestion")
    assert box is not None
    told = box.informativeText()
    assert all(Path(file.path).name in told for file in store.sources["fashion_mnist"])
    assert str(store.download_to / "fashion-mnist") in told
    assert "Keras shares this folder" in told
    answer(qtbot, dialog, "keepData")
    assert row.state.text() == "Full set is there"
    press(qtbot, dialog, Ask.REMOVE, "fashion_mnist")
    answer(qtbot, dialog, "removeData")
    qtbot.waitUntil(lambda: row.state.text() == "Not there; a sample is built in")
    assert said(row) == "Removed: 4 files."
    assert not [path for path in store.download_to.rglob("*") if path.is_file()]


def test_files_of_keras_are_deleted_only_when_that_is_asked_for(
    qtbot: QtBot, dialog: DataManager, shelf: Shelf, store: Store, small: Small
) -> None:
    folder = store.download_to / "fashion-mnist"
    folder.mkdir(parents=True)
    first = small.sets["fashion_mnist"][0]
    (store.download_to / first).write_bytes(small.files[first])
    row = dialog.rows["fashion_mnist"]
    press(qtbot, dialog, Ask.DOWNLOAD, "fashion_mnist")
    qtbot.waitUntil(lambda: row.state.text() == "Full set is there")
    press(qtbot, dialog, Ask.REMOVE, "fashion_mnist")
    box = dialog.findChild(QMessageBox, "removeQuestion")
    assert box is not None
    assert f"nnplayground has not put {Path(first).name} there." in box.informativeText()
    answer(qtbot, dialog, "removeOwnData")
    qtbot.waitUntil(lambda: "Left, because" in said(row))
    assert [path.name for path in folder.iterdir()] == [Path(first).name]
    press(qtbot, dialog, Ask.REMOVE, "fashion_mnist")
    answer(qtbot, dialog, "removeData")
    qtbot.waitUntil(lambda: row.state.text() == "Not there; a sample is built in")
    assert not list(folder.iterdir())


def test_the_folder_is_copied_and_opened(qtbot: QtBot, dialog: DataManager, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    row = dialog.rows["mnist"]
    qtbot.mouseClick(row.copy, LEFT)
    assert QGuiApplication.clipboard().text() == str(store.download_to)
    qtbot.mouseClick(row.open, LEFT)
    assert opened == [str(store.download_to.parent)]  # it is not there yet: the first folder above it that is
    store.download_to.mkdir()
    qtbot.mouseClick(row.open, LEFT)
    assert opened[1] == str(store.download_to)


def test_a_folder_that_cannot_be_written_to(qtbot: QtBot, dialog: DataManager, store: Store) -> None:
    store.download_to.write_text("a file where the folder should be")
    row = dialog.rows["mnist"]
    press(qtbot, dialog, Ask.DOWNLOAD)
    qtbot.waitUntil(lambda: bool(said(row)))
    assert str(store.download_to) in said(row)
    assert offered(row)[0] == "Download"


def test_texts_are_shown_whole_at_any_size_and_colour(
    qtbot: QtBot, theme: Theme, dialog: DataManager, shelf: Shelf, server: Server
) -> None:
    del server.answers["/mnist.npz"]
    press(qtbot, dialog, Ask.DOWNLOAD)
    row = dialog.rows["mnist"]
    qtbot.waitUntil(lambda: bool(said(row)))
    for dark, zoom, width in ((False, 1.0, 300), (True, 2.0, 976)):
        theme.set_dark(dark)
        theme.set_zoom(zoom)
        dialog.resize(width, 500)
        QApplication.processEvents()
        for label in (row.title, row.amount, *row.findChildren(QPushButton)):
            if label.isVisible():
                assert label.width() >= label.sizeHint().width(), (label.objectName(), zoom)
        assert row.about.text().endswith("…")
        assert row.about.fontMetrics().horizontalAdvance(row.about.text()) <= row.about.width()
        assert row.message.height() >= row.message.heightForWidth(row.message.width())
        assert row.width() <= dialog._scroll.viewport().width()


def drop(row: SetRow, paths: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    nothing, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    QApplication.sendEvent(row, QDragEnterEvent(QPoint(20, 20), copy, data, LEFT, nothing))
    assert row.property("drop")
    QApplication.sendEvent(row, QDropEvent(QPointF(20, 20), copy, data, LEFT, nothing))
    assert not row.property("drop")


def enter(row: SetRow, urls: list[QUrl]) -> bool:
    data = QMimeData()
    data.setUrls(urls)
    event = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    event.setAccepted(False)
    QApplication.sendEvent(row, event)
    return event.isAccepted()
