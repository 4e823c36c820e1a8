"""In the window: what one panel shows or chooses reaches the other; and every view is taken away whatever is edited."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits
from nnplayground.core.layers import BatchNormalization, Dense, Flatten, Layer
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.parts import Parts
from nnplayground.ui.run import Phase

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def parts(window: MainWindow) -> Parts:
    return window._parts


def choose_data(parts: Parts, qtbot: QtBot, name: str) -> None:
    parts._choose_data(name)
    qtbot.waitUntil(lambda: parts.session.phase is Phase.READY and parts.session.dataset is not None)


def mistakes_there(parts: Parts, qtbot: QtBot) -> None:
    parts.bottom.open_page(parts.mistakes)
    qtbot.waitUntil(lambda: parts.mistakes.examination is not None and len(parts.mistakes.view.shown()) > 0)


def test_the_output_knows_that_an_epoch_is_not_over(window: MainWindow, backend: FakeBackend, qtbot: QtBot) -> None:
    head = window.output.metrics._heads[0][1]
    assert head.text() == "Train"
    backend.steps = 1_000_000
    window.session.play()
    qtbot.waitUntil(lambda: head.text() == "Train so far")
    window.session.stop()
    qtbot.waitUntil(lambda: window.session.phase is Phase.FINISHED)
    assert head.text() == "Train so far"


def test_the_samples_of_a_cell_are_ringed_on_the_map(parts: Parts, qtbot: QtBot) -> None:
    parts.bottom.open_page(parts.confusion)
    qtbot.waitUntil(lambda: parts.confusion.examination is not None)
    matrix, dataset, found = parts.confusion.matrix, parts.session.dataset, parts.confusion.examination
    assert dataset is not None
    assert dataset.test_points is not None
    assert found is not None
    cell = (1, 0) if matrix.counts[1, 0] else (0, 1)
    qtbot.mouseClick(matrix, LEFT, pos=matrix.cell_box(cell).center().toPoint())
    expected = dataset.test_points[(found.truth == cell[0]) & (found.answers == cell[1])]
    assert len(expected)
    np.testing.assert_array_equal(np.sort(parts.output.map._ringed, axis=0), np.sort(expected, axis=0))


def test_a_mistake_goes_through_the_network(parts: Parts, qtbot: QtBot) -> None:
    mistakes_there(parts, qtbot)
    index = parts.mistakes.view.shown()[0]
    parts.mistakes.show_sample(index)
    assert not parts.network.follows_sample
    qtbot.mouseClick(parts.mistakes.detail.cards, LEFT)
    assert parts.network.follows_sample
    assert parts.session.dataset is not None
    np.testing.assert_array_equal(parts.network.probe_request().activations, parts.session.dataset.test.array[index : index + 1])


def test_a_layer_chosen_on_the_canvas_is_worked_out(parts: Parts, qtbot: QtBot) -> None:
    parts.bottom.open_page(parts.working)
    qtbot.waitUntil(lambda: parts.working.working is not None)
    parts.network.layer_selected.emit(1)
    assert parts.working.layer.currentText() == "2 · Dense"
    first = parts.document.spec.layers[1]
    assert isinstance(first, Dense)
    qtbot.waitUntil(lambda: parts.working.working is not None and len(parts.working._unit_names) == first.units)


def test_a_place_on_a_tables_map_is_filled_into_the_row(parts: Parts, qtbot: QtBot) -> None:
    choose_data(parts, qtbot, "gender")
    qtbot.mouseClick(parts.output.table.switch.button("map"), LEFT)
    view = parts.output.table.map
    qtbot.waitUntil(lambda: view._outputs is not None)
    place = view.frame().to_pixel(np.array([[2.0, -1.0]]))[0]
    QTest.mouseClick(view, LEFT, pos=QPoint(round(place[0]), round(place[1])))
    assert parts.trying.row.values is not None
    assert parts.trying.row.values[0, :2] == pytest.approx([2, -1], abs=0.1)
    np.testing.assert_array_equal(parts.network.probe_request().activations, parts.trying.row.values)


def test_a_tables_map_holds_what_stands_in_the_row(parts: Parts, qtbot: QtBot) -> None:
    choose_data(parts, qtbot, "gender")
    qtbot.mouseClick(parts.output.table.switch.button("map"), LEFT)
    parts.trying.row.rows[2].field.setValue(1.5)
    assert parts.trying.row.values is not None
    assert parts.trying.row.values[0, 2] == 1.5
    plane = parts.output.table.map.plane()
    assert plane is not None
    assert plane.at == (0.0, 0.0, 1.5)


EDITS: tuple[Callable[[tuple[Layer, ...]], tuple[Layer, ...]], ...] = (
    lambda layers: layers[:-1],
    lambda layers: layers[1:],
    lambda layers: layers[-1:],
    lambda _layers: (),
    lambda layers: (*layers[:-1], Dense(units=5, activation="softmax")),
    lambda layers: (*layers, BatchNormalization()),
    lambda layers: (Flatten(), *layers),
)


@pytest.mark.parametrize("name", ["circle", "gender"])
def test_every_view_is_taken_away_after_any_edit(parts: Parts, qtbot: QtBot, name: str) -> None:
    choose_data(parts, qtbot, name)
    views = (parts.confusion, parts.mistakes, parts.weights, parts.activations, parts.working)
    mistakes_there(parts, qtbot)
    for view in views:
        parts.bottom.open_page(view)
        qtbot.waitUntil(lambda view=view: view.takeaway() is not None)  # type: ignore[misc]
    base, tables = parts.document.spec.layers, 0
    for edit in EDITS:
        for layers in (base, edit(base)):
            parts.document.apply(Edit("Layers", lambda spec, layers=layers: edits.set_layers(spec, layers)))  # type: ignore[misc]
            for view in (*views, parts.curves, parts.output, parts.network):
                taken = view.takeaway()
                if taken is not None and taken.table is not None:
                    header, rows = taken.table().header, taken.table().rows
                    assert all(len(row) == len(header) for row in rows), (view.objectName(), layers)
                    tables += 1
    assert tables > len(EDITS) * len(views)
