"""Under the gallery: how far the data is, a way to call it off, how it is split, and where it comes from."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.analysis import analyse
from nnplayground.core.data_spec import OwnPoints
from nnplayground.core.presets import recommended
from nnplayground.data import registry
from nnplayground.data.dataset import Dataset
from nnplayground.data.store import Store
from nnplayground.ui.data.overview import Overview
from nnplayground.ui.data.panel import DataPanel
from nnplayground.ui.mailbox import Downloading
from nnplayground.ui.supply import Stand
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.class_map import class_colour

NOWHERE = Store(folders=(), download_to=Path())


def load(name: str, **settings: Any) -> Dataset:
    spec = edits.change_data(recommended(name), **settings)
    return registry.load(spec.data, spec.seed, NOWHERE)


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> DataPanel:
    panel = DataPanel(theme)
    qtbot.addWidget(panel)
    spec = recommended("mnist")
    panel.show_analysis(analyse(spec, registry.facts(spec.data)))
    panel.resize(216, 676)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


# ---- loading


def test_what_is_over_soon_is_not_shown(qtbot: QtBot, panel: DataPanel):
    panel.loading.show_stand(Stand.LOADING, "")
    assert not panel.loading.isVisible()
    panel.loading.show_stand(Stand.THERE, "")
    assert not panel.loading.isVisible()
    panel.loading.show_stand(Stand.LOADING, "")
    qtbot.waitUntil(panel.loading.isVisible)
    assert panel.loading.label.text() == "Loading …"


def test_loading_is_called_off_and_asked_for_again_by_mouse(qtbot: QtBot, panel: DataPanel):
    panel.loading.show_stand(Stand.LOADING, "")
    qtbot.waitUntil(panel.loading.isVisible)
    with qtbot.waitSignal(panel.loading.cancel_asked):
        qtbot.mouseClick(panel.findChild(QPushButton, "cancelLoading"), Qt.MouseButton.LeftButton)
    panel.loading.show_stand(Stand.CANCELLED, "")
    assert panel.loading.label.text() == "Loading was cancelled"
    with qtbot.waitSignal(panel.loading.again_asked):
        qtbot.mouseClick(panel.findChild(QPushButton, "loadAgain"), Qt.MouseButton.LeftButton)
    panel.loading.show_stand(Stand.THERE, "")
    assert not panel.loading.isVisible()


def test_a_download_says_how_far_how_fast_and_how_long(panel: DataPanel):
    panel.loading.show_stand(Stand.LOADING, "")
    panel.loading.show_download(Downloading(1, "imdb.npz", 5_000_000, 17_000_000, speed=2_000_000.0))
    assert panel.loading.details.text() == "5 MB of 17 MB · 2 MB/s · 6.0 s left"
    assert panel.loading.bar.value() == 294
    panel.loading.show_download(Downloading(1, "cats", 30, 200, "pictures"))
    assert (panel.loading.label.text(), panel.loading.details.text()) == ("Reading pictures …", "30 of 200")
    panel.loading.show_download(Downloading(1, "odd.npz", 30_000, 0))
    assert panel.loading.details.text() == "30 KB"
    assert not panel.loading.bar.isVisible()


def test_why_it_failed_can_be_read_in_full(panel: DataPanel):
    sentence = "imdb: imdb.npz is not in " + "/a/very/long/path" * 9 + ". Downloading it failed: no connection."
    panel.loading.show_stand(Stand.FAILED, sentence)
    assert panel.loading.reason.toPlainText() == sentence
    assert panel.minimumSizeHint().width() <= 216, "long paths are broken"
    panel.loading.show_download(Downloading(1, "late", 1, 2))
    assert panel.loading.label.text() == "The data is not there", "what comes late changes nothing"


def test_a_narrow_window_has_the_button_elsewhere(qtbot: QtBot, panel: DataPanel):
    sign = panel.loading_sign
    qtbot.addWidget(sign)
    panel.loading.show_stand(Stand.CANCELLED, "")
    assert not sign.isVisible()
    panel.set_rail(True)
    assert sign.isVisible()
    assert sign.text() == "Load the data again"
    with qtbot.waitSignal(panel.loading.again_asked):
        qtbot.mouseClick(sign, Qt.MouseButton.LeftButton)
    panel.loading.show_stand(Stand.THERE, "")
    assert not sign.isVisible()


# ---- counts


@pytest.fixture
def overview(qtbot: QtBot, theme: Theme) -> Overview:
    overview = Overview(theme)
    qtbot.addWidget(overview)
    overview.resize(190, 70)
    return overview


def test_classes_are_counted_and_read_out(qtbot: QtBot, overview: Overview):
    data = load("mnist", source="sample", validation={"count": 1_000})
    overview.show_dataset(data)
    assert [(s.word, s.size) for s in overview.shares] == [("train", 4_000), ("validation", 1_000), ("test", 1_000)]
    np.testing.assert_array_equal(overview.counts, np.bincount(data.train.y))
    with qtbot.waitExposed(overview):
        overview.show()
    place = overview.bar(3).center().toPoint()
    QApplication.sendEvent(overview, QHelpEvent(QHelpEvent.Type.ToolTip, place, overview.mapToGlobal(place)))
    threes = int((data.train.y == 3).sum())
    assert QToolTip.text() == f"3: {threes} of 4,000 training samples ({threes / 40:.1f} %)"
    QApplication.sendEvent(overview, QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(2, 2), overview.mapToGlobal(QPoint(2, 2))))
    assert QToolTip.text() == "Split: 4,000 train, 1,000 validation, 1,000 test"
    assert overview.accessibleDescription().count("training samples") == 10
    QToolTip.hideText()


def test_classes_have_the_colours_that_the_map_gives_them(overview: Overview, theme: Theme):
    def drawn(index: int) -> str:
        overview.resize(200, overview.sizeHint().height())
        place = overview.bar(index)
        return overview.grab().toImage().pixelColor(round(place.center().x()), round(place.bottom()) - 3).name()

    overview.show_dataset(load("mnist", source="sample"))
    assert [drawn(i) for i in range(10)] == [class_colour(theme.tokens, i).lower() for i in range(10)]
    many = load("mnist", source="sample")
    facts = dataclasses.replace(many.facts, classes=(*many.facts.classes, "ten"))
    overview.show_dataset(dataclasses.replace(many, facts=facts))
    assert {drawn(i) for i in range(10)} == {theme.tokens.magnitude.lower()}, "no rainbow"


def test_without_points_there_are_no_bars(panel: DataPanel):
    data = OwnPoints(name="points")
    spec = edits.set_data(recommended("circle"), data)
    panel.show_analysis(analyse(spec, registry.facts(data)))
    panel.show_dataset(registry.load(data, 1, NOWHERE))
    assert panel.overview.isHidden()
    assert panel.size_label.text() == "No points yet"
    panel.show_dataset(load("circle"))
    assert not panel.overview.isHidden()


def test_a_validation_set_that_is_the_test_set_is_counted_once(overview: Overview):
    overview.show_dataset(load("circle"))
    assert [(s.word, s.size) for s in overview.shares] == [("train", 250), ("test", 250)]


def test_values_are_counted_in_ranges(overview: Overview):
    data = load("boston_housing", source="sample")
    overview.show_dataset(data)
    counts, edges = np.histogram(data.train.y.astype(np.float64), len(overview.counts))
    np.testing.assert_array_equal(overview.counts, counts)
    assert overview.read_out(0) == f"5 to {edges[1]:.4g} thousand dollars: {counts[0]} of 404 training samples ({counts[0] / 4.04:.1f} %)"


def test_equal_values_and_a_class_without_samples(overview: Overview):
    data = load("line")
    overview.show_dataset(dataclasses.replace(data, train=dataclasses.replace(data.train, y=np.full(6, 3, np.float32))))
    assert overview.counts.tolist()[0] == 6
    gone = load("circle")
    overview.show_dataset(dataclasses.replace(gone, train=gone.train.take(np.flatnonzero(gone.train.y == 1))))
    assert overview.counts[0] == 0
    assert not overview.grab().isNull()
    overview.show_dataset(None)
    assert overview.isHidden()


# ---- where it comes from


def test_a_sample_offers_the_full_set(qtbot: QtBot, panel: DataPanel):
    panel.show_dataset(load("mnist", source="sample"))
    with qtbot.waitSignal(panel.store_asked) as asked:
        qtbot.mouseClick(panel.findChild(QPushButton, "getFullSet"), Qt.MouseButton.LeftButton)
    assert asked.args == ["mnist"]
    panel.show_dataset(load("circle"))
    assert not panel.head.full.isVisible()
    assert panel.head.source_label.text() == "made up"


def test_ones_own_points_are_their_own_picture(qtbot: QtBot, panel: DataPanel):
    button = panel.gallery.button("points")
    panel.gallery.ensureWidgetVisible(button)
    qtbot.waitUntil(lambda: button.picture is not None)
    before = button.picture.toImage()
    points = [(x, y, float(label)) for label, (x, y) in enumerate([(-4, -4), (0, 4), (4, -4)]) for _ in range(8)]
    data = OwnPoints(name="points", points=points)
    panel.show_dataset(registry.load(data, 1, NOWHERE))
    assert panel.head.source_label.text() == "yours"
    qtbot.waitUntil(lambda: button.picture is not None and button.picture.toImage() != before)
    painted = button.picture.toImage()
    panel.show_dataset(load("circle"))
    assert button.picture.toImage() == painted, "it stays until there are others"
    panel.show_dataset(registry.load(OwnPoints(name="points"), 1, NOWHERE))
    qtbot.waitUntil(lambda: button.picture is not None and button.picture.toImage() == before)


# ---- texts


def test_words_to_skip_and_only_shorter_texts(qtbot: QtBot, theme: Theme):
    panel = DataPanel(theme)
    qtbot.addWidget(panel)
    spec = recommended("imdb")
    asked = []

    def apply(edit: Any) -> None:
        nonlocal spec
        asked.append(edit.text)
        spec = edit.apply(spec)
        panel.show_analysis(analyse(spec, registry.facts(spec.data)))

    panel.edit_requested.connect(apply)
    panel.show_analysis(analyse(spec, registry.facts(spec.data)))
    panel.resize(216, 676)
    with qtbot.waitExposed(panel):
        panel.show()
    settings = panel.settings
    assert settings.shorter_than.text() == "any length"
    for box, keys in ((settings.skip_top, "20"), (settings.shorter_than, "300")):
        box.setFocus()
        box.selectAll()
        qtbot.keyClicks(box, keys)
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert (spec.data.skip_top, spec.data.shorter_than) == (20, 300)
    settings.shorter_than.setValue(1)
    assert spec.data.shorter_than is None
    assert asked == ["skip 20 words", "only texts of fewer than 300 words", "all texts"]
    settings.skip_top.setValue(99_999)
    assert spec.data.skip_top == 9_999, "some words are left"
