"""The window in which data is looked at: samples by part and class, statistics, and what the data is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data.support import lists_npz, remote
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.analysis import analyse
from nnplayground.core.presets import recommended
from nnplayground.data import registry
from nnplayground.data.dataset import Dataset, Part
from nnplayground.data.store import Store
from nnplayground.ui.data.browser import Page
from nnplayground.ui.data.browser.dialog import DataBrowser
from nnplayground.ui.data.browser.pictures import PicturePage
from nnplayground.ui.data.panel import DataPanel
from nnplayground.ui.theme.theme import Theme

NOWHERE = Store(folders=(), download_to=Path())
Look = Callable[..., DataBrowser]


@pytest.fixture
def look(qtbot: QtBot, theme: Theme) -> Look:
    """Opens the browser on a page of a data set."""
    kept: list[DataBrowser] = []

    def opened(name: str, page: Page = Page.SAMPLES, dataset: Dataset | None = None, **settings: Any) -> DataBrowser:
        browser = DataBrowser(theme)
        kept.append(browser)
        qtbot.addWidget(browser)
        spec = edits.change_data(recommended(name), **settings)
        browser.show_analysis(analyse(spec, registry.facts(spec.data)))
        browser.show_dataset(dataset if dataset is not None else registry.load(spec.data, spec.seed, NOWHERE))
        with qtbot.waitExposed(browser):
            browser.open_page(page)
        return browser

    return opened


def pictures(browser: DataBrowser) -> PicturePage:
    return browser.samples.pictures


# ---- samples


def test_pictures_are_paged_by_mouse_and_keys(qtbot: QtBot, look: Look):
    browser = look("mnist", source="sample")
    size = pictures(browser).page_size
    assert size > 10
    assert pictures(browser).shown == list(range(size))
    assert browser.samples.where.text() == f"1 to {size} of 5,000"
    assert not browser.samples.back.isEnabled()
    qtbot.mouseClick(browser.samples.on, Qt.MouseButton.LeftButton)
    assert pictures(browser).shown == list(range(size, 2 * size))
    qtbot.keyClick(browser, Qt.Key.Key_PageUp)
    assert pictures(browser).shown[0] == 0
    for _ in range(5_000 // size + 3):
        qtbot.keyClick(browser, Qt.Key.Key_PageDown)
    assert pictures(browser).shown[-1] == 4_999
    assert not browser.samples.on.isEnabled()
    browser.resize(browser.width() - 200, browser.height())
    qtbot.waitUntil(lambda: 0 < len(pictures(browser).shown) <= pictures(browser).page_size)


def test_only_one_class_of_the_test_set(qtbot: QtBot, look: Look):
    browser = look("mnist", source="sample")
    qtbot.mouseClick(browser.samples.which.button("test"), Qt.MouseButton.LeftButton)
    combo = browser.samples.only
    combo.setFocus()
    for _ in range(8):
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentText().startswith("7 (")
    data = registry.load(edits.change_data(recommended("mnist"), source="sample").data, 0, NOWHERE)
    sevens = np.flatnonzero(data.test.y == 7)
    assert pictures(browser).shown == sevens[: pictures(browser).page_size].tolist()
    assert f"of {len(sevens):,}" in browser.samples.where.text()
    qtbot.mouseClick(browser.samples.which.button("train"), Qt.MouseButton.LeftButton)
    assert combo.currentText().startswith("7 ("), "the class stays"
    assert set(data.train.y[pictures(browser).shown]) == {7}


def test_a_tooltip_reads_a_picture_out(qtbot: QtBot, look: Look):
    browser = look("fashion_mnist", source="sample")
    page = pictures(browser)
    qtbot.mouseMove(page, page.box(1).center().toPoint() - QPoint(3, 0))
    qtbot.mouseMove(page, page.box(1).center().toPoint())
    qtbot.waitUntil(lambda: page.toolTip() == page.read_out(1) != "")
    assert page.toolTip().startswith("Number 1: ")


def test_validation_is_a_part_of_its_own_only_where_it_is_one(look: Look):
    assert look("circle").samples.which.button("validation").isHidden(), "it is the test set"
    browser = look("circle", validation={"fraction": 0.2})
    assert not browser.samples.which.button("validation").isHidden()


def test_rows_are_a_table_that_can_be_copied(qtbot: QtBot, look: Look):
    browser = look("boston_housing", source="sample")
    table, model = browser.samples.rows, browser.samples.rows_model
    assert browser.samples.where.text() == "404 rows"
    assert not browser.samples.on.isVisible()
    heads = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    assert heads[:3] == ["price", "CRIM", "ZN"]
    data = registry.load(edits.change_data(recommended("boston_housing"), source="sample").data, 0, NOWHERE)
    table.setCurrentIndex(model.index(2, 0))
    qtbot.keyClick(table, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = [[np.float32(cell) for cell in line.split("\t")] for line in QGuiApplication.clipboard().text().split("\n")]
    np.testing.assert_array_equal(copied, [[data.train.y[i], data.train.array[i, 0]] for i in (2, 3)])


def test_points_show_their_features_and_classes(look: Look):
    model = look("spiral").samples.rows_model
    assert model.headerData(3, Qt.Orientation.Horizontal) == "sin(x1)"
    assert model.data(model.index(0, 0)) in ("minus", "plus")


def test_a_million_rows_are_shown_at_once(qtbot: QtBot, look: Look):
    small = registry.load(recommended("gender").data, 0, NOWHERE)
    part = Part(np.resize(small.train.array, (1_000_000, 3)), np.resize(small.train.y, 1_000_000))
    browser = look("gender", dataset=dataclasses.replace(small, train=part))
    model = browser.samples.rows_model
    assert model.rowCount() == 1_000_000
    assert model.data(model.index(999_999, 0)) in ("man", "woman")


def test_a_class_that_is_not_there(qtbot: QtBot, look: Look):
    small = registry.load(recommended("circle").data, 0, NOWHERE)
    ones = small.test.take(np.flatnonzero(small.test.y == 1))
    browser = look("circle", dataset=dataclasses.replace(small, test=ones, validation=None))
    qtbot.mouseClick(browser.samples.which.button("test"), Qt.MouseButton.LeftButton)
    browser.samples.only.setFocus()
    qtbot.keyClick(browser.samples.only, Qt.Key.Key_Down)
    assert browser.samples.only.currentText() == "minus (0)"
    assert browser.samples.nothing.isVisible()


@pytest.fixture
def reviews(tmp_path: Path) -> Dataset:
    lists = [[1, 2, 3, 1], [2], [3, 300, 1], [1, 1, 2]]
    files = {
        "imdb.npz": lists_npz(x_train=lists, y_train=np.array([0, 1, 1, 0]), x_test=lists[:2], y_test=np.array([1, 0])),
        "imdb_word_index.json": b'{"a": 1, "<good>": 2, "film": 3}',
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    store = Store((tmp_path,), tmp_path, {"imdb": tuple(remote(name, content) for name, content in files.items())})
    return registry.load(edits.change_data(recommended("imdb"), validation={"count": 1}).data, 0, store)


def test_texts_are_read_as_the_network_knows_them(qtbot: QtBot, look: Look, reviews: Dataset):
    browser = look("imdb", dataset=reviews)
    text = browser.samples.texts.toPlainText()
    assert text.count("Number ") == 3
    assert "<good>" in text
    assert reviews.texts.text(0) in text
    qtbot.mouseClick(browser.samples.which.button("validation"), Qt.MouseButton.LeftButton)
    assert reviews.validation_texts.text(0) in browser.samples.texts.toPlainText()
    browser.open_page(Page.STATISTICS)
    qtbot.waitUntil(lambda: not browser.statistics.busy)
    assert [row[0] for row in browser.statistics.models[1].rows] == ["training", "validation", "test"]


# ---- statistics


def test_classes_are_counted_and_columns_worked_out(qtbot: QtBot, look: Look):
    browser = look("gender", Page.STATISTICS, samples=300)
    qtbot.waitUntil(lambda: not browser.statistics.busy)
    classes, columns = browser.statistics.models
    assert [row[0] for row in classes.rows] == ["man", "woman"]
    assert classes.rows[0][1:] == ("150", "150", "50.0 %")
    assert [row[0] for row in columns.rows] == ["weight", "height", "age"]
    data = registry.load(edits.change_data(recommended("gender"), samples=300).data, recommended("gender").seed, NOWHERE)
    assert columns.rows[0][3] == f"{data.train.array[:, 0].astype(np.float64).mean():.4g}".replace("-", "−")


def test_prices_have_no_classes_but_a_target(qtbot: QtBot, look: Look):
    browser = look("boston_housing", Page.STATISTICS, source="sample")
    qtbot.waitUntil(lambda: not browser.statistics.busy)
    assert browser.statistics.classes.isHidden()
    rows = browser.statistics.models[1].rows
    assert len(rows) == 14
    assert rows[-1][:2] == ("price", "to be predicted, thousand dollars")
    assert "Black inhabitants" in rows[11][1]


def test_the_pixels_of_pictures(qtbot: QtBot, look: Look):
    browser = look("mnist", Page.STATISTICS, source="sample")
    qtbot.waitUntil(lambda: not browser.statistics.busy)
    (row,) = browser.statistics.models[1].rows
    pixels = registry.load(edits.change_data(recommended("mnist"), source="sample").data, 0, NOWHERE).train.array
    assert row[1:] == ("0", f"{pixels.mean():.4g}", "255", f"{pixels.std():.4g}")


def test_statistics_are_worked_out_only_where_they_are_looked_at(qtbot: QtBot, look: Look):
    browser = look("boston_housing", source="sample")
    assert not browser.statistics.busy
    assert browser.statistics.models[1].rows == []


# ---- about


@pytest.mark.parametrize("name", [info.name for info in registry.infos()])
def test_everything_is_said_of_every_set(name: str, look: Look):
    dataset = registry.load(recommended("circle").data, 0, NOWHERE)  # none of its own yet: texts have no sample
    text = look(name, Page.ABOUT, dataset).about.toPlainText()
    entry, facts = registry.info(name), registry.facts(recommended(name).data)
    for words in (entry.title, entry.summary, entry.problems, entry.output, entry.origin, entry.licence, "Recommended network", "Dense"):
        assert words.replace("-", "−") in text.replace("-", "−")
    assert ", ".join(facts.classes) in text
    assert f"{facts.train_samples:,} to learn from, {facts.test_samples:,} to test on." in text


def test_boston_says_what_its_columns_mean_and_what_is_wrong_with_one(look: Look):
    text = look("boston_housing", Page.ABOUT, source="sample").about.toPlainText()
    assert text.index("Ethically disputed") < text.index("Columns")
    assert "RM rooms of a dwelling" in text
    assert "This is the built-in sample." in text
    assert "Errors are shown in its unit: thousand dollars." in text


def test_text_can_be_selected_and_copied(qtbot: QtBot, look: Look):
    about = look("mnist", Page.ABOUT, source="sample").about
    about.setFocus()
    qtbot.keyClick(about, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(about, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "CC BY-SA 3.0" in QGuiApplication.clipboard().text()


# ---- from the data panel


def test_the_panel_opens_it_and_it_follows_the_project(qtbot: QtBot, theme: Theme):
    panel = DataPanel(theme)
    qtbot.addWidget(panel)

    def show(name: str) -> None:
        spec = recommended(name)
        panel.show_analysis(analyse(spec, registry.facts(spec.data)))
        panel.show_dataset(registry.load(spec.data, spec.seed, NOWHERE))

    show("circle")
    panel.resize(216, 676)
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.mouseClick(panel.findChild(QPushButton, "aboutData"), Qt.MouseButton.LeftButton)
    browser = panel.findChild(DataBrowser)
    qtbot.waitUntil(browser.isVisible)
    assert "Circle" in browser.about.toPlainText()
    show("line")
    assert "y = 2x" in browser.about.toPlainText()
    qtbot.mouseClick(panel.findChild(QPushButton, "browseData"), Qt.MouseButton.LeftButton)
    assert browser.samples.isVisible()
    assert browser.samples.rows_model.rowCount() == 6
    panel.show_dataset(None)
    assert browser.samples.nothing.isVisible()
    assert not panel.findChild(QPushButton, "browseData").isEnabled()
    qtbot.mouseClick(browser.findChild(QPushButton, "closeBrowser"), Qt.MouseButton.LeftButton)
    assert not browser.isVisible()
