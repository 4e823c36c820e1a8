"""The data manager and the window: how it is opened, and what becomes of a set that has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from data.support import Server, Small
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QPushButton
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits
from nnplayground.core.data_spec import SourceChoice
from nnplayground.data.dataset import Source
from nnplayground.data.store import Store
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase
from nnplayground.ui.store.dialog import DataManager
from nnplayground.ui.store.row import Ask
from nnplayground.ui.supply import Stand

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def store(store: Store, server: Server, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store that the window finds; at first its server has nothing."""
    monkeypatch.setattr(Store, "default", lambda: store)
    server.answers.clear()
    return store


@pytest.fixture
def window(store: Store, make_window: Callable[[], MainWindow]) -> Iterator[MainWindow]:
    return make_window()


def open_by_menu(window: MainWindow) -> DataManager:
    action = window.findChild(QAction, "dataManagerAction")
    assert action is not None
    assert action in [a for menu in window.menu_row.bar.actions() for a in menu.menu().actions()]
    action.trigger()
    dialog = window.findChild(DataManager)
    assert dialog is not None
    return dialog


def choose(window: MainWindow, name: str) -> None:
    window.data.data_chosen.emit(name)


def shows(window: MainWindow, source: Source) -> bool:
    return window.session.dataset is not None and window.session.dataset.source is source


def button(window: MainWindow, name: str) -> QAbstractButton | None:
    found = window.findChild(QAbstractButton, name)
    return found if found is not None and found.isVisible() else None


def download(qtbot: QtBot, dialog: DataManager, name: str) -> None:
    ready = dialog.rows[name].buttons[Ask.DOWNLOAD]
    qtbot.waitUntil(ready.isVisible)
    qtbot.mouseClick(ready, LEFT)


def serve(server: Server, small: Small) -> None:
    for path, content in small.files.items():
        server.serve(f"/{path}", content)


def test_the_menu_opens_one_dialog(qtbot: QtBot, window: MainWindow) -> None:
    assert window.findChild(DataManager) is None  # it costs nothing before
    dialog = open_by_menu(window)
    qtbot.waitUntil(dialog.isVisible)
    dialog.close()
    assert open_by_menu(window) is dialog
    assert dialog.isVisible()


def test_a_set_that_has_come_is_loaded(qtbot: QtBot, window: MainWindow, server: Server, small: Small) -> None:
    choose(window, "mnist")
    qtbot.waitUntil(lambda: shows(window, Source.SAMPLE) and window.session.phase is Phase.READY)
    serve(server, small)
    dialog = open_by_menu(window)
    download(qtbot, dialog, "mnist")
    qtbot.waitUntil(lambda: shows(window, Source.FULL))
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    dataset = window.session.dataset
    assert dataset is not None
    assert len(dataset.train) == len(small.arrays["mnist"][0])


def test_what_was_learned_from_the_sample_is_not_thrown_away_unasked(
    qtbot: QtBot, window: MainWindow, server: Server, small: Small
) -> None:
    choose(window, "mnist")
    qtbot.waitUntil(lambda: shows(window, Source.SAMPLE) and window.session.phase is Phase.READY)
    window.session.step()
    qtbot.waitUntil(lambda: window.session.epoch == 1)
    serve(server, small)
    download(qtbot, open_by_menu(window), "mnist")
    qtbot.waitUntil(lambda: button(window, "useFullSet") is not None)
    assert window.session.epoch == 1
    assert shows(window, Source.SAMPLE)
    use = button(window, "useFullSet")
    assert use is not None
    qtbot.mouseClick(use, LEFT)
    qtbot.waitUntil(lambda: shows(window, Source.FULL))
    assert window.session.epoch == 0
    assert button(window, "useFullSet") is None


def test_who_chose_the_sample_keeps_it(qtbot: QtBot, window: MainWindow, server: Server, small: Small) -> None:
    choose(window, "mnist")
    window.document.apply(Edit("sample", partial(edits.change_data, source=SourceChoice.SAMPLE)))
    qtbot.waitUntil(lambda: shows(window, Source.SAMPLE) and window.session.phase is Phase.READY)
    serve(server, small)
    dialog = open_by_menu(window)
    run = window.session.run_id
    download(qtbot, dialog, "mnist")
    qtbot.waitUntil(lambda: dialog.rows["mnist"].state.text() == "Full set is there")
    assert window.session.run_id == run
    assert shows(window, Source.SAMPLE)


def test_data_that_is_not_to_be_had_offers_the_data_manager(qtbot: QtBot, window: MainWindow, server: Server, small: Small) -> None:
    choose(window, "mnist")
    window.document.apply(Edit("full", partial(edits.change_data, source=SourceChoice.FULL)))
    qtbot.waitUntil(lambda: window.session.supply.stand is Stand.FAILED)
    link = button(window, "openDataManager")
    assert isinstance(link, QPushButton)
    qtbot.mouseClick(link, LEFT)
    dialog = window.findChild(DataManager)
    assert dialog is not None
    assert dialog.isVisible()
    qtbot.waitUntil(dialog.rows["mnist"].buttons[Ask.DOWNLOAD].hasFocus)
    serve(server, small)
    download(qtbot, dialog, "mnist")
    qtbot.waitUntil(lambda: shows(window, Source.FULL) and window.session.phase is Phase.READY)


def test_the_offer_goes_with_the_trouble(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, "mnist")
    window.document.apply(Edit("full", partial(edits.change_data, source=SourceChoice.FULL)))
    qtbot.waitUntil(lambda: button(window, "openDataManager") is not None)
    choose(window, "circle")
    qtbot.waitUntil(lambda: shows(window, Source.GENERATED))
    assert button(window, "openDataManager") is None


def test_the_status_row_shows_downloads_and_opens_the_dialog(qtbot: QtBot, window: MainWindow, server: Server, small: Small) -> None:
    serve(server, small)
    server.in_halves("/mnist.npz", small.files["mnist.npz"])
    assert button(window, "downloadSign") is None
    dialog = open_by_menu(window)
    qtbot.waitUntil(dialog.rows["mnist"].buttons[Ask.DOWNLOAD].isVisible)
    qtbot.mouseClick(dialog.download_all, LEFT)
    dialog.close()
    qtbot.waitUntil(lambda: (sign := button(window, "downloadSign")) is not None and "%" in sign.text())
    sign = button(window, "downloadSign")
    assert sign is not None
    assert sign.text().startswith("MNIST ")
    assert sign.text().endswith("and 2 more")
    assert "Fashion-MNIST: Waiting" in sign.toolTip()
    qtbot.mouseClick(sign, LEFT)
    assert dialog.isVisible()
    server.go_on.set()
    qtbot.waitUntil(lambda: button(window, "downloadSign") is None)


def test_closing_the_window_keeps_what_was_fetched(
    qtbot: QtBot, window: MainWindow, store: Store, server: Server, small: Small, backend: FakeBackend
) -> None:
    serve(server, small)
    server.in_halves("/mnist.npz", small.files["mnist.npz"])
    dialog = open_by_menu(window)
    download(qtbot, dialog, "mnist")
    qtbot.waitUntil(lambda: dialog.rows["mnist"].bar.value() > 0)
    window.close()
    assert not dialog.isVisible()
    (part,) = store.download_to.glob(".mnist.npz.*.part")
    assert 0 < part.stat().st_size < len(small.files["mnist.npz"])
