"""Problems on the canvas: where they are told, one after the other, and what their buttons do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from ui.network.hands import LEFT, at, click

from nnplayground.core import edits
from nnplayground.core.data_spec import Scaling
from nnplayground.core.layers import LSTM, Dense, Flatten
from nnplayground.core.presets import recommended
from nnplayground.core.spec import ProjectSpec
from nnplayground.ui.document import Document
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.network.plan import INPUT

Show = Callable[[ProjectSpec], NetworkPanel]

LONG_BUTTONS = edits.set_layers(recommended("circle"), (Dense(units=4, activation="tanh"), LSTM(), Dense(units=1, activation="sigmoid")))
"""'Insert Reshape to 4 × 1' and 'Remove LSTM'."""


def buttons(panel: NetworkPanel) -> list[QPushButton]:
    QApplication.processEvents()
    return [b for b in panel.canvas.callout.findChildren(QPushButton) if b.isVisible()]


def test_layers_that_are_all_off_are_switched_on_again(show: Show, document: Document):
    spec = recommended("mnist")
    panel = show(edits.set_disabled(spec, range(len(spec.layers)), True))
    empty = panel.canvas.empty
    assert empty.isVisible()
    assert (empty._title.text(), empty.button.text()) == ("All layers are switched off", "Switch on")
    QTest.mouseClick(empty.button, LEFT)
    assert document.spec == spec
    assert empty.isHidden()


@pytest.mark.parametrize("data", ["mnist", "circle"])
def test_the_empty_stack_is_told_beside_the_inputs(data: str, show: Show):
    panel = show(edits.set_layers(recommended(data), ()))
    canvas = panel.canvas
    assert canvas.empty.isVisible()
    tiles = [canvas.picture.layer_rect(None)] if data == "mnist" else canvas.picture.tile_rects()
    assert not [box for box in tiles if canvas.empty.geometry().intersects(canvas.mapFromScene(box).boundingRect())]
    assert canvas.viewport().rect().contains(canvas.empty.geometry())


def test_without_layers_the_loss_is_that_of_the_answers_to_come(show: Show, document: Document):
    show(edits.set_layers(recommended("mnist"), ()))
    assert document.analysis.goal.loss == "sparse_categorical_crossentropy"


def test_large_inputs_are_told_on_the_inputs_card(show: Show, document: Document):
    panel = show(edits.change_data(recommended("boston_housing"), scaling=Scaling.NONE))
    canvas = panel.canvas
    assert INPUT in canvas.picture.problems
    click(panel, at(panel, canvas.picture.badge(INPUT)))
    assert "The inputs span" in canvas.callout.problem.message  # type: ignore[union-attr]
    assert canvas.selection.current is None
    QTest.mouseClick(buttons(panel)[0], LEFT)
    assert document.spec.data.scaling is Scaling.STANDARD
    assert INPUT not in canvas.picture.problems


def two_problems(show: Show) -> NetworkPanel:
    """A last layer that gives too few numbers, through a function that does not suit them."""
    panel = show(edits.set_layers(recommended("circle"), (Dense(units=4, activation="tanh"), Dense(units=3, activation="relu"))))
    found = panel.canvas.picture.problems[1]
    assert len(found) >= 2, found
    return panel


def test_several_problems_of_a_layer_are_paged_through(show: Show):
    panel = two_problems(show)
    callout, found = panel.canvas.callout, panel.canvas.picture.problems[1]
    assert callout._place.text() == f"1 of {len(found)}"
    assert callout._pager.isVisible()
    first = callout.problem
    QTest.mouseClick(callout.later, LEFT)
    assert callout._place.text() == f"2 of {len(found)}"
    assert callout.problem != first
    for _ in range(len(found) - 1):
        QTest.mouseClick(callout.later, LEFT)
    assert callout.problem == first
    QTest.mouseClick(callout.earlier, LEFT)
    assert callout._place.text() == f"{len(found)} of {len(found)}"


def test_the_second_button_does_the_second_mend(show: Show, document: Document):
    panel = show(LONG_BUTTONS)
    problem = panel.canvas.callout.problem
    assert problem is not None
    assert len(problem.fixes) >= 2
    first, second = buttons(panel)[:2]
    assert [first.text(), second.text()] == [fix.label for fix in problem.fixes[:2]]
    assert problem.fixes[0].spec != problem.fixes[1].spec
    QTest.mouseClick(second, LEFT)
    assert document.spec == problem.fixes[1].spec


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_no_button_of_a_callout_is_cut(zoom: float, show: Show):
    panel = show(LONG_BUTTONS)
    panel.canvas._theme.set_zoom(zoom)
    panel.canvas.place_callout()
    for button in buttons(panel):
        assert button.width() >= button.sizeHint().width(), button.text()
        assert panel.canvas.callout.rect().contains(button.geometry()), button.text()


def test_in_narrow_columns_buttons_for_neurons_and_for_layers_are_told_apart(show: Show):
    layers = (*(Dense(units=4, activation="tanh") for _ in range(7)), Dense(units=1, activation="sigmoid"))
    picture = show(edits.set_layers(recommended("circle"), layers)).canvas.neurons
    for layer in range(len(layers)):
        for plus in (False, True):
            sizer = picture.sizer(layer, plus=plus)
            assert all(abs(sizer.y() - picture.gap(i).y()) >= 20 for i in range(len(layers)))
            assert sizer.y() + 8 < min(picture.neuron_rect(n, 0).top() for n in range(len(picture.columns)))


def test_a_hundred_layers_that_are_made_to_fit_are_blocks_in_sight(show: Show):
    layers = (Flatten(), *(Dense(units=16, activation="relu") for _ in range(98)), Dense(units=10, activation="softmax"))
    panel = show(edits.set_layers(recommended("mnist"), layers))
    panel.canvas.set_fit(True)
    panel.canvas.callout.hide()
    image = panel.canvas.viewport().grab().toImage()
    box = panel.canvas.mapFromScene(panel.canvas.picture.layer_rect(50)).boundingRect()
    assert box.height() > image.height() / 4
    middle = image.pixelColor(box.center())
    assert abs(middle.lightness() - image.pixelColor(5, 5).lightness()) > 60
