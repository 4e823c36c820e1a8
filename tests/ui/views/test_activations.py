"""What every layer gives for one sample, in full."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend
from ui.views.seen_network import CNN, analysis, pictures, views

from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import Conv2D, Dense, Flatten
from nnplayground.core.losses import Task
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.activations import TRIED, ActivationsPanel
from nnplayground.ui.views.value_picture import ValuePicture

LEFT = Qt.MouseButton.LeftButton
Make = Callable[..., ActivationsPanel]


@pytest.fixture
def make(qtbot: QtBot, theme: Theme) -> Make:
    def made(tried: Callable[[], Any] = lambda: None) -> ActivationsPanel:
        panel = ActivationsPanel(theme, tried)
        qtbot.addWidget(panel)
        panel.resize(740, 260)
        panel.show_analysis(analysis())
        panel.show_dataset(pictures())
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return made


@pytest.fixture
def panel(make: Make) -> ActivationsPanel:
    return make()


def test_it_asks_for_its_sample_and_only_in_sight(panel: ActivationsPanel, qtbot: QtBot) -> None:
    test = pictures().test
    np.testing.assert_array_equal(panel.probe_request().layer_views, test.x[:1])
    for press, expected in ((panel.next, 1), (panel.next, 2), (panel.previous, 1), (panel.previous, 0), (panel.previous, 3)):
        with qtbot.waitSignal(panel.probe_changed):
            QTest.mouseClick(press, LEFT)
        np.testing.assert_array_equal(panel.probe_request().layer_views, test.x[expected : expected + 1])
        assert panel.number.value() == expected + 1
        assert panel.input.words.text().startswith(f"Test {expected + 1} · {expected + 3}")
    panel.number.setFocus()
    panel.number.selectAll()
    QTest.keyClicks(panel.number, "3\r")
    np.testing.assert_array_equal(panel.probe_request().layer_views, test.x[2:3])
    seen = set()
    for _ in range(60):
        QTest.mouseClick(panel.random, LEFT)
        seen.add(panel.number.value())
    assert seen == {1, 2, 3, 4}
    panel.hide()
    assert not panel.probe_request().wants_anything


def test_every_layer_is_shown_in_full(panel: ActivationsPanel) -> None:
    assert panel.nothing.text.startswith("Being worked out…")
    assert panel.takeaway() is None
    panel.show_dataset(None)
    assert panel.nothing.text.endswith("once the data is loaded.")
    panel.show_dataset(pictures())
    shot = views(analysis())
    panel.show_snapshot(shot)
    assert panel.area.isVisible()
    for section, outputs in zip(panel.sections, shot.layer_views, strict=True):
        np.testing.assert_array_equal(section.outputs, outputs[0])
        np.testing.assert_array_equal(section.picture.values, outputs[0])
        assert not section.grab().isNull()
    assert panel.sections[0].words.text().startswith("26 × 26 × 12")
    assert "64 of 64 active" in panel.sections[4].words.text()
    taken = panel.takeaway()
    assert taken is not None
    assert taken.table is not None
    assert [row[3] for row in taken.table().rows if row[0] == 5] == shot.layer_views[5][0].tolist()


def test_what_the_mouse_points_at_is_read(panel: ActivationsPanel) -> None:
    shot = views(analysis())
    panel.show_snapshot(shot)
    for layer, expected in ((0, "map {2}, row {0}, column {1}: {v}"), (3, "unit {0}: {v}"), (4, "unit {0}: {v}"), (5, "{0}: {v}")):
        section = panel.sections[layer]
        panel.choose_layer(layer)
        at = QPoint(section.picture.width() // 5, section.picture.height() // 3)
        QTest.mouseMove(section.picture, QPoint(1, 1))
        QTest.mouseMove(section.picture, at)
        index = section.picture.pointed_at
        assert index is not None
        value = f"{shot.layer_views[layer][0][index]:.4g}"
        assert section.words.text() == expected.format(*index, v=value)
        assert not section.picture.grab().isNull()
        panel.show_snapshot(views(analysis(), 2))  # it moves under the mouse
        assert section.words.text() != expected.format(*index, v=value)
        panel.show_snapshot(shot)


def test_the_list_jumps_and_says_what_is_in_sight(panel: ActivationsPanel) -> None:
    panel.show_snapshot(views(analysis()))
    bar = panel.area.verticalScrollBar()
    for row in (6, 3, 1, 0):
        QTest.mouseClick(panel.layers.viewport(), LEFT, pos=panel.layers.visualItemRect(panel.layers.item(row)).center())
        assert bar.value() == [panel.input, *panel.sections][row].y()
    bar.setValue(panel.sections[2].y() + 5)
    assert panel.layers.currentRow() == 3
    panel.resize(740, 420)
    assert bar.value() == panel.sections[2].y()
    assert panel.sections[2].height() == panel.area.viewport().height()


def test_what_stands_in_try_it_goes_through_the_network(make: Make) -> None:
    tried: list[Any] = [None]
    panel = make(lambda: tried[0])
    panel.show_snapshot(views(analysis()))
    QTest.mouseClick(panel.source.button(TRIED), LEFT)
    assert panel.nothing.text.startswith("Nothing stands in Try it yet.")
    assert not panel.probe_request().wants_anything
    assert not panel.next.isEnabled()
    tried[0] = np.full((2, 28, 28, 1), 77, np.uint8)
    panel.on_tried()
    np.testing.assert_array_equal(panel.probe_request().layer_views, tried[0][:1])
    assert panel.area.isVisible()
    assert "Try it" in panel.input.words.text()
    tried[0] = np.zeros((1, 2), np.float32)  # of the data before
    panel.on_tried()
    assert not panel.probe_request().wants_anything
    QTest.mouseClick(panel.source.button("data"), LEFT)
    np.testing.assert_array_equal(panel.probe_request().layer_views, pictures().test.x[:1])


def test_a_broken_network_is_what_hinders_not_an_empty_try_it(make: Make) -> None:
    drawing = np.full((1, 28, 28, 1), 77, np.uint8)
    panel = make(lambda: None if panel_is_broken[0] else drawing)
    panel_is_broken = [False]
    QTest.mouseClick(panel.source.button(TRIED), LEFT)
    assert panel.nothing.text.startswith("Being worked out…")
    panel_is_broken[0] = True  # then the pad asks nothing, whatever is drawn on it
    panel.show_analysis(analysis(()))
    panel.on_tried()
    assert panel.nothing.text.startswith("The network has a problem.")


def test_another_network_makes_pale_what_fits_and_forgets_the_rest(panel: ActivationsPanel) -> None:
    shot = views(analysis())
    panel.show_snapshot(shot)
    assert not panel.sections[0].picture.stale
    panel.clear_run()
    assert panel.stale
    assert panel.sections[0].picture.stale
    other = analysis((CNN[0], Flatten(), Dense(units=10, activation="softmax")))
    panel.show_analysis(other)
    assert [section.outputs is not None for section in panel.sections] == [True, False, False]
    panel.show_snapshot(shot)  # an answer of the network before
    assert panel.sections[1].outputs is None
    panel.show_snapshot(views(other))
    assert not panel.stale
    assert not panel.sections[0].picture.stale


def test_hostile_numbers_and_one_output(panel: ActivationsPanel) -> None:
    shot = views(analysis())
    spoilt = [np.full_like(y, np.nan) for y in shot.layer_views]
    spoilt[4][0, 3] = np.inf
    panel.show_snapshot(Snapshot(0, 1.0, layer_views=tuple(spoilt)))
    for section in panel.sections:
        assert not section.grab().isNull()
    panel.choose_layer(4)
    QTest.mouseMove(panel.sections[4].picture, QPoint(5, 40))
    assert "not a number" in panel.sections[4].words.text()


def test_large_layers_and_sequences_are_drawn(qtbot: QtBot, theme: Theme) -> None:
    wide = (Conv2D(filters=64, padding="same"), Flatten(), Dense(units=1))
    for shape, layers in (((224, 224, 3), wide), ((400, 3000), (Dense(units=2),))):
        facts = DataFacts("images", "Own", shape, Task.BINARY, 3, 4, ("a", "b"))
        panel = ActivationsPanel(theme, lambda: None)
        qtbot.addWidget(panel)
        panel.resize(740, 260)
        seen = analysis(layers, facts)
        panel.show_analysis(seen)
        panel.show_snapshot(views(seen))
        assert panel.sections[0].outputs is not None
        assert panel.sections[0].outputs.shape[-1] == (64 if len(shape) == 3 else 2)
        assert not panel.grab().isNull()


def test_tiny_pictures_are_no_trouble(qtbot: QtBot, theme: Theme) -> None:
    picture = ValuePicture(theme)
    qtbot.addWidget(picture)
    for shape in ((1,), (64,), (65,), (5000,), (1, 1), (3, 900), (1, 1, 1), (2, 2, 700), (4, 4, 3, 2)):
        for size in ((1, 1), (60, 60), (900, 160)):
            picture.resize(*size)
            picture.show_values(np.ones(shape, np.float32), 1.0, signed=True)
            assert not picture.grab().isNull()
            for x in range(0, size[0], 7):
                picture.spot_at(picture.rect().topLeft().toPointF() + QPoint(x, size[1] // 2).toPointF())
    picture.show_values(np.zeros((0,), np.float32), 1.0, signed=True)
    assert not picture.grab().isNull()


def test_in_the_window_it_follows_training_and_the_canvas(window: MainWindow, backend: FakeBackend, qtbot: QtBot) -> None:
    panel = window.findChild(ActivationsPanel)
    assert panel is not None
    assert not any(request.layer_views is not None for request in backend.probes)
    window.bottom.open_page(panel)
    qtbot.waitUntil(lambda: panel.sections[-1].outputs is not None)
    before = panel.sections[0].outputs
    QTest.mouseClick(window.transport.findChild(object, "playButton"), LEFT)
    qtbot.waitUntil(lambda: not np.array_equal(panel.sections[0].outputs, before))  # type: ignore[arg-type]
    QTest.mouseClick(window.transport.findChild(object, "playButton"), LEFT)
    window.network.layer_selected.emit(1)
    assert panel.layers.currentRow() == 2
    QTest.mouseClick(panel.source.button(TRIED), LEFT)
    window.trying.point.set_point(1.5, -2.0)
    request = panel.probe_request().layer_views
    np.testing.assert_allclose(request, [[1.5, -2.0]])
