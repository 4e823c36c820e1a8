"""The map over any two features of a table, driven by mouse and keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.analysis import analyse
from nnplayground.core.presets import recommended
from nnplayground.data import registry
from nnplayground.data.dataset import Affine, Dataset
from nnplayground.data.store import Store
from nnplayground.engine.probes import Plane, Snapshot
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.theme.tokens import LIGHT
from nnplayground.ui.views.feature_map import FAINTEST
from nnplayground.ui.views.output import OutputPanel

MINUS = "\N{MINUS SIGN}"


def show(panel: OutputPanel, name: str) -> Dataset:
    spec = recommended(name)
    if name == "boston_housing":
        spec = edits.change_data(spec, source="sample")
    dataset = registry.load(spec.data, spec.seed, Store(folders=(), download_to=Path()))
    panel.show_analysis(analyse(spec, registry.facts(spec.data)))
    panel.show_dataset(dataset)
    return dataset


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> OutputPanel:
    panel = OutputPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(288, 440)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def to_map(panel: OutputPanel) -> None:
    QTest.mouseClick(panel.table.switch.button("map"), Qt.MouseButton.LeftButton)


def pixel(panel: OutputPanel, x: float, y: float) -> QPoint:
    place = panel.table.map.frame().to_pixel(np.array([[x, y]]))[0]
    return QPoint(round(place[0]), round(place[1]))


def test_the_plane_is_asked_for_only_while_the_map_is_seen(panel: OutputPanel, qtbot: QtBot) -> None:
    dataset = show(panel, "gender")
    assert panel.probe_request().plane is None
    assert panel.probe_request().test_answers
    with qtbot.waitSignal(panel.probe_changed):
        to_map(panel)
    request = panel.probe_request()
    x = dataset.train.array
    assert not request.test_answers
    assert request.grid
    plane = request.plane
    assert isinstance(plane, Plane)
    assert (plane.x, plane.y) == (0, 1)
    for ends, column in ((plane.x_range, 0), (plane.y_range, 1)):
        low, high = float(x[:, column].min()), float(x[:, column].max())
        assert ends == pytest.approx((low - 0.03 * (high - low), high + 0.03 * (high - low)), rel=1e-5)
    assert plane.at == (0.0, 0.0, 0.0)
    panel.hide()
    assert not panel.probe_request().wants_anything


def test_data_of_other_kinds_has_no_switch(panel: OutputPanel) -> None:
    for name, there in (("gender", True), ("circle", False), ("boston_housing", True), ("line", False)):
        show(panel, name)
        assert panel.table.switch.isVisible() is there, name


def test_axes_are_chosen_and_never_the_same(panel: OutputPanel) -> None:
    show(panel, "boston_housing")
    to_map(panel)
    table = panel.table
    assert table.across.count() == 13
    table.across.setFocus()
    QTest.keyClick(table.across, Qt.Key.Key_End)
    assert panel.probe_request().plane is not None
    assert (panel.probe_request().plane.x, panel.probe_request().plane.y) == (12, 1)
    QTest.keyClick(table.up, Qt.Key.Key_End)  # LSTAT too: they change places
    assert (table.across.currentText(), table.up.currentText()) == ("ZN", "LSTAT")
    assert table.map.axes == (1, 12)
    assert table.map.names() == ("ZN", "LSTAT")


def test_the_others_are_held_as_in_the_row(panel: OutputPanel, qtbot: QtBot) -> None:
    show(panel, "boston_housing")
    to_map(panel)
    row = np.arange(13, dtype=np.float32)[np.newaxis]
    with qtbot.waitSignal(panel.probe_changed):
        panel.table.hold(row)
    plane = panel.probe_request().plane
    assert plane is not None
    assert plane.at == (0.0, 0.0, *range(2, 13))  # the first two vary
    panel.table.hold(np.zeros((1, 4), np.float32))  # a row of other data
    assert panel.probe_request().plane == plane
    panel.table.hold(row * np.float32(np.nan))
    assert panel.probe_request().plane is None
    panel.grab()


def test_a_place_is_read_out_and_chosen(panel: OutputPanel, qtbot: QtBot) -> None:
    show(panel, "gender")
    to_map(panel)
    view = panel.table.map
    (left, right), (bottom, top) = view.ranges()
    across, up = np.meshgrid(np.linspace(left, right, 80), np.linspace(bottom, top, 80))
    panel.show_snapshot(Snapshot(1, 1.0, output_map=(0.5 + across / 20 + up / 40)[..., None]))
    read: list[str] = []
    view.hovered.connect(read.append)
    QTest.mouseMove(view, pixel(panel, 2, -1))
    qtbot.waitUntil(lambda: bool(read))
    weight, height, answer = read[-1].split("\n")
    assert float(weight.removeprefix("weight ")) == pytest.approx(2, abs=0.06)
    assert float(height.removeprefix("height ").replace(MINUS, "-")) == pytest.approx(-1, abs=0.06)
    assert answer.startswith("woman  57.")
    with qtbot.waitSignal(panel.table.filled) as filled:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=pixel(panel, 2, -1))
    assert filled.args[0] == pytest.approx({0: 2, 1: -1}, abs=0.06)


def grid_of(panel: OutputPanel, outputs: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    """Show a map; gives the header and the numbers of what is taken away of it."""
    panel.show_snapshot(Snapshot(1, 1.0, output_map=outputs))
    taken = panel.takeaway()
    assert taken is not None
    assert taken.table is not None
    table = taken.table()
    return table.header, np.array(table.rows)


def test_the_map_is_taken_away_as_numbers(panel: OutputPanel) -> None:
    dataset = show(panel, "boston_housing")
    to_map(panel)
    taken = panel.takeaway()
    assert taken is not None
    assert taken.table is None, "nothing has come yet"
    outputs = np.random.default_rng(1).normal(size=(80, 80, 1)).astype(np.float32)
    header, numbers = grid_of(panel, outputs)
    assert header == ("CRIM", "ZN", "predicted price")
    (left, right), (bottom, top) = panel.table.map.ranges()
    assert numbers[[0, 79, -1], :2].tolist() == pytest.approx(np.array([[left, bottom], [right, bottom], [right, top]]))
    assert numbers[81, 2] == pytest.approx(dataset.target_scaler.undo(outputs[1, 1])[0])
    panel.table.across.setCurrentIndex(5)
    taken = panel.takeaway()
    assert taken is not None
    assert taken.table is None, "the map was of other axes"
    show(panel, "gender")
    header, numbers = grid_of(panel, np.full((80, 80, 1), 0.25, np.float32))
    assert header == ("weight", "height", "man", "woman")
    assert numbers[:, 2:].tolist() == [[0.75, 0.25]] * 6400


def test_values_have_colours_and_a_legend_in_their_unit(panel: OutputPanel) -> None:
    dataset = show(panel, "boston_housing")
    to_map(panel)
    view = panel.table.map
    low, high = float(dataset.train.y.min()), float(dataset.train.y.max())
    assert view._legend_texts() == (f"{low:g}", "thousand dollars", f"{high:g}")
    scaler: Affine = dataset.target_scaler
    outputs = np.zeros((80, 80, 1), np.float32)
    outputs[:, :40], outputs[:, 40:] = scaler.apply(np.array([low, high]))
    panel.show_snapshot(Snapshot(1, 1.0, output_map=outputs))
    signed = view._signed(outputs)
    assert (signed[0, 0], signed[0, -1]) == pytest.approx((-1, 1))
    assert view.read_out(view.ranges()[0][1], view.ranges()[1][0]).endswith(f"price {high:g} thousand dollars")
    assert not len(view._lines)


def test_two_classes_have_a_line_between_them_and_their_colours(panel: OutputPanel) -> None:
    show(panel, "gender")
    to_map(panel)
    view = panel.table.map
    outputs = np.zeros((80, 80, 1), np.float32)
    outputs[40:] = 1
    panel.show_snapshot(Snapshot(1, 1.0, output_map=outputs))
    assert len(view._lines) == 79
    view.show_dataset(None)  # without points
    image = view.grab().toImage()
    (_, right), (bottom, top) = view.ranges()
    above, below = (image.pixelColor(pixel(panel, right - 0.2, y)) for y in (top - 1.5, bottom + 1.8))
    assert above.blue() > above.red() + 60
    assert below.red() > below.blue() + 60


def test_points_are_paler_the_further_they_are_from_the_plane(panel: OutputPanel) -> None:
    dataset = show(panel, "gender")
    to_map(panel)
    view, x = panel.table.map, dataset.train.array
    strengths = view._strengths(x)
    assert strengths is not None
    expected = np.clip(np.exp(-((x[:, 2] / x[:, 2].std()) ** 2)), FAINTEST, 1)
    np.testing.assert_allclose(strengths, expected, rtol=1e-3)
    QTest.mouseClick(panel.table.test_box, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.table.test_box.height() // 2))
    assert [ring for *_, ring in view._parts()] == [True, False]
    QTest.mouseClick(panel.table.discrete_box, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.table.discrete_box.height() // 2))
    assert view.discrete


def test_a_new_run_clears_the_map_and_an_edit_makes_it_stale(panel: OutputPanel) -> None:
    show(panel, "gender")
    to_map(panel)
    panel.show_snapshot(Snapshot(1, 1.0, output_map=np.ones((80, 80, 1), np.float32)))
    assert panel.table.map._map is not None
    panel.clear_run()
    assert panel.table.map._map is None
    panel.show_dataset(None)
    assert panel.table.findChild(type(panel.table.held), "noMap").text() == "The samples are on their way."
    assert not panel.probe_request().wants_anything


def test_the_map_is_painted_in_both_themes_and_at_any_size(panel: OutputPanel, theme: Theme) -> None:
    show(panel, "boston_housing")
    to_map(panel)
    seen = []
    for dark in (False, True):
        theme.set_dark(dark)
        for zoom in (1.0, 2.0):
            theme.set_zoom(zoom)
            seen.append(panel.grab().toImage())
    assert seen[2].pixelColor(6, 60).name() != LIGHT.surface.lower() == seen[0].pixelColor(6, 60).name()
    assert seen[0] != seen[1]
