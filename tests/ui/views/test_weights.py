"""Weights over time and as pictures, and units that have nothing to say."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend
from ui.views.seen_network import CNN, activity, analysis, weights

from nnplayground.core.layers import Dense
from nnplayground.engine.layer_weights import Histogram, LayerWeights, weight_array
from nnplayground.engine.probes import ProbeRequest
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.ridges import Ridges, thinned
from nnplayground.ui.views.weight_history import MOST, WeightHistory
from nnplayground.ui.views.weights import WATCHED, WeightsPanel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> WeightsPanel:
    panel = WeightsPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(740, 260)
    panel.show_analysis(analysis())
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def page(panel: WeightsPanel, key: str) -> None:
    QTest.mouseClick(panel.page.button(key), LEFT)


def choose(panel: WeightsPanel, layer: int) -> None:
    place = panel.layers.visualItemRect(panel.layers.item(layer)).center()
    QTest.mouseClick(panel.layers.viewport(), LEFT, pos=place)


def test_only_the_chosen_layer_is_asked_for_and_only_in_sight(panel: WeightsPanel, qtbot: QtBot) -> None:
    assert panel.layer == 0
    assert panel.probe_request() == ProbeRequest(weights_of=0)
    with qtbot.waitSignal(panel.probe_changed):
        choose(panel, 4)
    assert panel.probe_request() == ProbeRequest(weights_of=4)
    page(panel, "units")
    assert panel.probe_request() == ProbeRequest(activity=WATCHED)
    panel.hide()
    assert not panel.probe_request().wants_anything


def test_a_layer_chosen_on_the_canvas_is_shown(panel: WeightsPanel) -> None:
    panel.choose_layer(5)
    assert panel.layers.currentRow() == 5
    panel.choose_layer(None)
    assert panel.layer == 5
    panel.choose_layer(1)
    assert not panel.probe_request().wants_anything
    assert panel.nothing.text.startswith("MaxPooling2D has no weights.")
    assert panel.nothing.isVisible()


def test_numbers_stand_beside_the_histograms(panel: WeightsPanel) -> None:
    assert panel.nothing.isVisible()
    assert panel.takeaway() is None
    shot = weights(analysis(), 0)
    panel.show_snapshot(shot)
    kernel, bias = panel.rows.rows
    assert shot.layer_weights is not None
    told = shot.layer_weights.arrays[0].values
    assert kernel.title.text() == "kernel  3 × 3 × 1 × 12"
    assert f"std {told.std:.4g}" in kernel.numbers.text()
    assert "0.0 % are 0" in kernel.numbers.text()
    assert "100.0 % are 0" in bias.numbers.text()
    assert kernel.warning.isHidden()
    panel.show_snapshot(weights(analysis(), 0, 2.0, spoilt=7))
    assert kernel.warning.text() == "7 weights are not a number.\n7 gradients are not a number."
    assert not kernel.warning.isHidden()
    assert kernel.values.span == (min(h.edges[0] for h in _drawn(kernel.values)), max(h.edges[-1] for h in _drawn(kernel.values)))
    assert not panel.grab().isNull()


def _drawn(ridges: Ridges) -> list:
    return [histogram for _, histogram in ridges._history]


def test_a_layer_keeps_its_history_while_another_is_shown(panel: WeightsPanel) -> None:
    for epoch in (1.0, 2.0, 3.0):
        panel.show_snapshot(weights(analysis(), 0, epoch))
    choose(panel, 4)
    assert panel.nothing.isVisible()
    panel.show_snapshot(weights(analysis(), 4, 4.0))
    choose(panel, 0)
    assert [epoch for epoch, _ in panel.rows.rows[0].values._history] == [1.0, 2.0, 3.0]


def test_history_is_thinned_evenly_and_ends_with_the_newest() -> None:
    history, array = WeightHistory(), weight_array("kernel", np.ones(3, np.float32), None, None)
    for epoch in range(1000):
        history.take(epoch, LayerWeights(0, (array,)))
        history.take(epoch, LayerWeights(0, (array,)))  # asked twice
    epochs = [epoch for epoch, _ in history.of(0)]
    assert epochs[-1] == 999
    assert epochs[0] == 0
    assert MOST / 2 <= len(epochs) <= MOST + 1
    assert len(set(np.diff(epochs[:-1]))) == 1
    history.take(3, LayerWeights(0, (array,)))  # another run
    assert [epoch for epoch, _ in history.of(0)] == [3]
    history.take(4, LayerWeights(0, (weight_array("kernel", np.ones(4, np.float32), None, None),)))
    assert [epoch for epoch, _ in history.of(0)] == [4]
    assert len(thinned([(float(i), None) for i in range(61)], 40)) == 40  # type: ignore[misc]


def test_what_is_from_before_is_pale_until_the_next_look(panel: WeightsPanel) -> None:
    panel.show_snapshot(weights(analysis(), 0, 5.0))
    assert not panel.rows.rows[0].values.stale
    panel.clear_run()
    assert panel.rows.rows[0].values.stale
    panel.show_snapshot(weights(analysis(), 0, 0.0))
    assert [epoch for epoch, _ in panel.rows.rows[0].values._history] == [0.0]
    assert not panel.rows.rows[0].values.stale
    panel.show_analysis(analysis((*CNN[:-1], Dense(units=10, activation="softmax", use_bias=False))))
    assert panel.stale
    assert panel.rows.rows[0].values.stale


def test_a_network_that_cannot_be_is_not_shown_with_the_weights_of_the_one_before(panel: WeightsPanel) -> None:
    panel.show_snapshot(weights(analysis(), 0, 5.0))
    wrong = analysis((*CNN[:-1], Dense(units=7, activation="softmax")))
    assert wrong.errors
    panel.show_analysis(wrong)
    assert panel._stack.currentWidget() is panel.nothing
    panel.show_analysis(analysis())
    assert panel._stack.currentWidget() is panel.rows


# ---- pictures


def test_filters_are_pictures_that_are_read(panel: WeightsPanel) -> None:
    shot = weights(analysis(), 2)
    choose(panel, 2)
    panel.show_snapshot(shot)
    page(panel, "pictures")
    assert shot.layer_weights is not None
    kernel = shot.layer_weights.arrays[0].picture
    assert kernel.shape == (3, 3, 12, 5)
    view = panel.pictures
    np.testing.assert_array_equal(view.shown, kernel[:, :, 0])
    assert view.channel.isVisible()
    QTest.keyClick(view.channel, Qt.Key.Key_Up)
    np.testing.assert_array_equal(view.shown, kernel[:, :, 1])
    places = view.picture._places()
    assert places is not None
    tile = places.place(4)  # type: ignore[union-attr]
    QTest.mouseMove(view.picture, QPoint(round(tile.left() + tile.width() * 0.5), round(tile.top() + tile.height() * 0.9)))
    assert view.caption.text() == f"filter 4, row 2, column 1: {kernel[2, 1, 1, 4]:+.4g}".replace("-", "\N{MINUS SIGN}")
    assert "full colour at ±" not in view.caption.text()
    QTest.mouseMove(view.picture, QPoint(view.picture.width() - 2, view.picture.height() - 2))
    assert "5 · full colour at ±" in view.caption.text()
    QTest.keyClick(view.which, Qt.Key.Key_Down)
    assert view.shown is not None
    assert view.shown.shape == (5,)
    assert not view.channel.isVisible()


def test_other_arrays_are_matrices(panel: WeightsPanel) -> None:
    choose(panel, 5)
    shot = weights(analysis(), 5)
    panel.show_snapshot(shot)
    page(panel, "pictures")
    assert shot.layer_weights is not None
    kernel = shot.layer_weights.arrays[0].picture
    np.testing.assert_array_equal(panel.pictures.shown, kernel.T)
    spot = panel.pictures.picture.spot_at(panel.pictures.picture._places().place.center())  # type: ignore[union-attr]
    assert spot is not None
    QTest.mouseMove(panel.pictures.picture, spot.place.center().toPoint())
    unit, at = spot.index
    assert panel.pictures.caption.text() == f"unit {unit}, input {at}: {kernel[at, unit]:+.4g}".replace("-", "\N{MINUS SIGN}")


def test_three_channels_are_seen_in_colours(qtbot: QtBot, theme: Theme, panel: WeightsPanel) -> None:
    drawn = np.random.default_rng(0).normal(size=(4, 4, 3, 6)).astype(np.float32)
    panel.show_snapshot(weights(analysis(), 0))
    page(panel, "pictures")
    view = panel.pictures
    view.show_arrays(0, (weight_array("kernel", drawn, None, (4, 4)),), "filter", stale=False)
    view.channel.setValue(view.channel.minimum())
    assert view.channel.text() == "In colours"
    np.testing.assert_array_equal(view.shown, drawn)
    image = view.picture.grab().toImage()
    assert len({image.pixel(x, 5) for x in range(60)}) > 3
    np.testing.assert_array_equal(view.picture.value_at((1, 2, 3)), drawn[1, 2, :, 3])
    QTest.keyClick(view.channel, Qt.Key.Key_Up)
    np.testing.assert_array_equal(view.shown, drawn[:, :, 0])


# ---- units


def test_units_that_never_fire_are_told(panel: WeightsPanel) -> None:
    page(panel, "units")
    assert panel.nothing.isVisible()
    panel.show_snapshot(activity(analysis()))
    sentences = [row.sentence for row in panel.units.rows]
    assert sentences == [
        "3 of 12 units never fire on 4 test samples",
        "25.0 % of the outputs are within 1 % of an end on 4 test samples",
        "3 of 64 units never fire on 4 test samples",
    ]
    assert not panel.units.grab().isNull()
    panel.show_analysis(analysis((CNN[3], Dense(units=10, activation="softmax"))))
    assert panel.nothing.text.startswith("No layer of this network can fall silent.")
    assert not panel.probe_request().wants_anything


def test_what_is_shown_can_be_taken_away(panel: WeightsPanel) -> None:
    shot = weights(analysis(), 4)
    choose(panel, 4)
    panel.show_snapshot(shot)
    assert shot.layer_weights is not None
    kernel = shot.layer_weights.arrays[0]
    taken = panel.takeaway()
    assert taken is not None
    assert taken.table is not None
    rows = taken.table().rows
    counted = [row[5] for row in rows if row[1] == "kernel" and row[2] == "weights"]
    np.testing.assert_array_equal(counted, kernel.values.histogram.counts)
    page(panel, "pictures")
    taken = panel.takeaway()
    assert taken is not None
    assert taken.table is not None
    assert [row[-1] for row in taken.table().rows] == kernel.picture.reshape(-1).tolist()
    page(panel, "units")
    panel.show_snapshot(activity(analysis()))
    taken = panel.takeaway()
    assert taken is not None
    assert taken.table is not None
    assert [row[4] for row in taken.table().rows] == [3, None, 3]


def test_in_the_window_weights_move_while_it_trains(window: MainWindow, backend: FakeBackend, qtbot: QtBot) -> None:
    panel, bottom = window.findChild(WeightsPanel), window.bottom
    assert panel is not None
    assert not any(request.weights_of is not None or request.activity for request in backend.probes)
    bottom.open_page(panel)
    qtbot.waitUntil(lambda: len(panel.rows.rows) == 2)
    window.network.layer_selected.emit(1)
    qtbot.waitUntil(lambda: any(request.weights_of == 1 for request in backend.probes) and panel.rows.isVisible())
    QTest.mouseClick(window.transport.findChild(object, "playButton"), LEFT)
    qtbot.waitUntil(lambda: len(panel.rows.rows[0].values._history) > 3)
    QTest.mouseClick(window.transport.findChild(object, "playButton"), LEFT)
    page(panel, "units")
    qtbot.waitUntil(lambda: bool(panel.units.rows))
    bottom.open_page(window.curves)
    qtbot.waitUntil(lambda: not window.session.phase.name.startswith("RUN"))
    before = len(backend.probes)
    window.session.refresh()
    qtbot.waitUntil(lambda: len(backend.probes) > before)
    assert not any(request.weights_of is not None or request.activity for request in backend.probes[-1:])


def test_what_stands_behind_is_drawn_anew_in_parts_and_is_the_same_in_the_end(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    looks = [(epoch, Histogram("kernel", np.linspace(-epoch, epoch, 11), rng.integers(1, 50, 10))) for epoch in range(1, 61)]

    def shown(history: list[tuple[float, Histogram]]) -> Ridges:
        ridges = Ridges(theme, "kernel")
        qtbot.addWidget(ridges)
        ridges.resize(200, 150)
        ridges.show_history(history, stale=False)
        ridges.show()
        return ridges

    monkeypatch.setattr("nnplayground.ui.views.ridges.PATIENCE", 0.0)
    monkeypatch.setattr("nnplayground.ui.views.ridges.AT_ONCE", 0.0)
    steps: list[int] = []
    plain = Ridges._draw_behind
    monkeypatch.setattr(Ridges, "_draw_behind", lambda *given: steps.append(1) or plain(*given))
    ridges = shown(looks[:20])
    ridges.grab()
    assert len(steps) == 1, "the first time all at once"
    ridges.show_history(looks[:30], stale=False)
    at_once = shown(looks[:30]).grab().toImage()
    qtbot.waitUntil(lambda: ridges.grab().toImage() == at_once)
    assert len(steps) == 2 + 29
    ridges.show_history(looks[30:], stale=False)
    assert ridges.grab().toImage() == shown(looks[30:]).grab().toImage(), "another layer's history is there at once"
