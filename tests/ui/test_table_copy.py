"""Cells of any table are copied with Ctrl+C: all that are selected, exactly, as a spreadsheet takes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QMainWindow, QTableView
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.presets import recommended
from nnplayground.data.registry import load
from nnplayground.data.statistics import column_statistics
from nnplayground.data.store import Store
from nnplayground.ui import table_copy
from nnplayground.ui.data.browser.samples import SamplesPage
from nnplayground.ui.data.browser.statistics import StatisticsPage
from nnplayground.ui.table_copy import copy_by_keys, selected_text
from nnplayground.ui.theme.theme import Theme

SELECT = QItemSelectionModel.SelectionFlag.Select


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[QTableView]:
    """Numbers that are shown with three digits, and words that need quotes."""
    window, view = QMainWindow(), QTableView()
    model = QStandardItemModel(4, 3, view)
    for row in range(4):
        for column in range(3):
            item = QStandardItem()
            item.setData(f"{row}.{column}" if column else "a\tb\n“c”", Qt.ItemDataRole.DisplayRole)
            model.setItem(row, column, item)
    view.setModel(model)
    copy_by_keys(view)
    window.setCentralWidget(view)
    menu = window.menuBar().addMenu("Edit")
    menu.addAction("Copy layers", "Ctrl+C", lambda: QGuiApplication.clipboard().setText("layers"))
    qtbot.addWidget(window)
    window.show()
    view.setFocus()
    QGuiApplication.clipboard().setText("before")
    yield view
    window.close()


def _select(view: QTableView, *boxes: tuple[int, int, int, int]) -> None:
    model = view.model()
    for top, left, bottom, right in boxes:
        view.selectionModel().select(QItemSelection(model.index(top, left), model.index(bottom, right)), SELECT)


def _copied(qtbot: QtBot, view: QTableView) -> list[list[str]]:
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return list(csv.reader(io.StringIO(QGuiApplication.clipboard().text()), delimiter="\t"))


def _choose_row(qtbot: QtBot, view: QTableView) -> None:
    """The first one, from its first cell to its last, as one does it with keys."""
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(0, 0)).center())
    for _ in range(view.model().columnCount() - 1):
        qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)


def test_a_block_is_copied_as_rows(qtbot: QtBot, view: QTableView) -> None:
    _select(view, (1, 0, 2, 2))
    assert _copied(qtbot, view) == [["a\tb\n“c”", "1.1", "1.2"], ["a\tb\n“c”", "2.1", "2.2"]]


def test_what_is_selected_here_and_there_keeps_its_places(qtbot: QtBot, view: QTableView) -> None:
    _select(view, (3, 1, 3, 1), (0, 2, 0, 2))
    assert _copied(qtbot, view) == [["", "0.2"], ["3.1", ""]]


def test_hidden_cells_stay_away(qtbot: QtBot, view: QTableView) -> None:
    view.hideColumn(1)
    view.hideRow(2)
    _select(view, (0, 0, 3, 2))
    assert [row[1:] for row in _copied(qtbot, view)] == [["0.2"], ["1.2"], ["3.2"]]


def test_without_a_selection_the_clipboard_stays(qtbot: QtBot, view: QTableView) -> None:
    assert _copied(qtbot, view) == [["before"]]


def test_only_so_many_cells(view: QTableView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_copy, "MOST", 6)
    _select(view, (0, 1, 3, 2))
    assert selected_text(view).splitlines() == ["0.1\t0.2", "1.1\t1.2", "2.1\t2.2"]


def test_sixty_thousand_rows_give_as_many_cells_as_are_copied_at_most(view: QTableView) -> None:
    model = QStandardItemModel(60_000, 100, view)
    view.setModel(model)
    view.selectAll()
    assert len(selected_text(view).splitlines()) == 1_000


def test_the_data_browser_copies_values_as_they_are(qtbot: QtBot, theme: Theme) -> None:
    data = edits.change_data(recommended("boston_housing"), source="sample").data
    dataset = load(data, 0, Store(folders=(), download_to=Path()))
    page, statistics = SamplesPage(theme), StatisticsPage(theme)
    for widget in (page, statistics):
        qtbot.addWidget(widget)
        with qtbot.waitExposed(widget):
            widget.show()
        widget.show_dataset(dataset)
    _choose_row(qtbot, page.rows)
    row = [float(cell) for cell in _copied(qtbot, page.rows)[0]]
    assert row == [float(dataset.train.y[0]), *dataset.train.array[0].astype(np.float64).tolist()]
    qtbot.waitUntil(lambda: not statistics.busy)
    _choose_row(qtbot, statistics.columns)
    found = column_statistics("", dataset.train.array[:, 0])
    assert [float(cell) for cell in _copied(qtbot, statistics.columns)[0][2:6]] == [found.low, found.mean, found.high, found.deviation]
