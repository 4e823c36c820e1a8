from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from data.conftest import server, small
from data.support import PATIENT, Server, Small
from pytestqt.qtbot import QtBot

from nnplayground.data.ledger import Ledger
from nnplayground.data.manager import Manager
from nnplayground.data.store import Store
from nnplayground.ui.store.dialog import DataManager
from nnplayground.ui.store.shelf import Shelf
from nnplayground.ui.theme.theme import Theme

__all__ = ["server", "small"]


@pytest.fixture
def store(server: Server, small: Small, tmp_path: Path) -> Store:
    """An empty folder, and a server that has everything."""
    for path, content in small.files.items():
        server.serve(f"/{path}", content)
    folder = tmp_path / "datasets"
    return Store((folder,), folder, small.sources(server.url), PATIENT, tmp_path / "cache", Ledger(tmp_path / "ledger"))


@pytest.fixture
def shelf(qtbot: QtBot, store: Store) -> Iterator[Shelf]:
    shelf = Shelf(Manager(store))
    yield shelf
    shelf.close()


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme, shelf: Shelf) -> DataManager:
    """Shown, after its first look at the disk."""
    dialog = DataManager(theme, shelf)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: all(shelf.entry(name).status for name in shelf.names))
    return dialog
