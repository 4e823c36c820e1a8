from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot
from ui.network.making import snapshot

from nnplayground.core import edits
from nnplayground.core.layers import Activation, Conv2D, Dense, Dropout, Embedding, Flatten, LayerBase, MaxPooling2D
from nnplayground.core.presets import recommended
from nnplayground.core.spec import ProjectSpec
from nnplayground.ui.document import Document
from nnplayground.ui.network.links import Link
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.network.picture import INSERT_RADIUS, Part
from nnplayground.ui.network.plan import Mode
from nnplayground.ui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton
CNN = (Conv2D(), MaxPooling2D(), Flatten(), Dense(units=64, activation="relu"), Dense(units=10, activation="softmax"))


def names(document: Document) -> list[str]:
    return [type(layer).__name__ for layer in document.spec.layers]


def units(document: Document) -> list[int]:
    return [layer.units for layer in document.spec.layers]


@pytest.fixture
def cnn(show: Callable[[ProjectSpec], NetworkPanel]) -> NetworkPanel:
    return show(edits.set_layers(recommended("mnist"), CNN))


def at(panel: NetworkPanel, point: QPointF) -> QPoint:
    return panel.canvas.mapFromScene(point)


def header(panel: NetworkPanel, layer: int) -> QPoint:
    box = panel.canvas.picture.layer_rect(layer)
    return at(panel, QPointF(box.center().x(), box.top() + 22))


def click(panel: NetworkPanel, point: QPoint) -> None:
    QTest.mouseMove(panel.canvas.viewport(), point)
    QTest.mouseClick(panel.canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, point)


def drag(panel: NetworkPanel, start: QPoint, end: QPoint) -> None:
    port = panel.canvas.viewport()
    QTest.mousePress(port, LEFT, Qt.KeyboardModifier.NoModifier, start)
    for share in (0.2, 0.6, 1.0):
        QTest.mouseMove(port, start + (end - start) * share)
    QTest.mouseRelease(port, LEFT, Qt.KeyboardModifier.NoModifier, end)


def choose(panel: NetworkPanel, cls: type[LayerBase]) -> None:
    """Click a layer in the list that is open."""
    menu = panel.menu
    menu.list.scrollToItem(menu.item_for(cls))
    QTest.mouseClick(menu.list.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, menu.list.visualItemRect(menu.item_for(cls)).center())


def test_a_layer_is_added_from_the_menu_of_the_button(qtbot: QtBot, circle: NetworkPanel, document: Document) -> None:
    button = circle.findChild(QToolButton, "addLayerButton")
    with qtbot.waitSignal(circle.layer_selected) as chosen:
        qtbot.mouseClick(button, LEFT)
        choose(circle, Dense)
    assert names(document) == ["Dense"] * 4
    assert document.spec.layers[2] == Dense(units=2, activation="tanh")  # like its hidden neighbour, before the output
    assert chosen.args == [2]
    document.stack.undo()
    assert units(document) == [4, 2, 1]


def test_a_layer_is_inserted_between_two_others(circle: NetworkPanel, document: Document) -> None:
    click(circle, at(circle, circle.canvas.picture.gap(1)))
    assert circle.menu.isVisible()
    choose(circle, Dropout)
    assert names(document) == ["Dense", "Dropout", "Dense", "Dense"]


def test_layers_that_do_not_fit_say_why(circle: NetworkPanel, document: Document) -> None:
    circle.menu.prepare(document.analysis, 1)
    assert not circle.menu.fits(Conv2D)
    assert "wants samples with 3 axes" in circle.menu.note(Conv2D)
    assert circle.menu.fits(Dense)
    assert circle.menu.note(Dense) == Dense.summary


def test_a_click_chooses_and_another_beside_all_chooses_none(qtbot: QtBot, circle: NetworkPanel) -> None:
    with qtbot.waitSignal(circle.layer_selected) as chosen:
        click(circle, header(circle, 1))
    assert chosen.args == [1]
    assert circle.canvas.selected == 1
    with qtbot.waitSignal(circle.layer_selected) as chosen:
        click(circle, QPoint(4, circle.canvas.viewport().height() - 4))
    assert chosen.args == [None]


def test_what_is_chosen_elsewhere_is_marked_without_a_word(qtbot: QtBot, circle: NetworkPanel) -> None:
    with qtbot.assertNotEmitted(circle.layer_selected), qtbot.assertNotEmitted(circle.edit_requested):
        circle.select_layer(2)
    assert circle.canvas.selected == 2


@pytest.mark.parametrize(("key", "modifiers", "expected"), [
    (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, [4, 1]),
    (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier, [4, 2, 2, 1]),
    (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier, [2, 4, 1]),
    (Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier, [4, 1, 2]),
    (Qt.Key.Key_Plus, Qt.KeyboardModifier.NoModifier, [4, 3, 1]),
    (Qt.Key.Key_Minus, Qt.KeyboardModifier.NoModifier, [4, 1, 1]),
])  # fmt: skip
def test_keys_change_the_chosen_layer(
    circle: NetworkPanel, document: Document, key: Qt.Key, modifiers: Qt.KeyboardModifier, expected: list[int]
) -> None:
    click(circle, header(circle, 1))
    QTest.keyClick(circle.canvas, key, modifiers)
    assert units(document) == expected
    assert document.stack.count() == 1
    document.stack.undo()
    assert units(document) == [4, 2, 1]


def test_arrows_move_the_choice_and_escape_ends_it(circle: NetworkPanel) -> None:
    seen: list[int | None] = []
    circle.layer_selected.connect(seen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_Escape):
        QTest.keyClick(circle.canvas, key)
    assert seen == [0, 1, 2, 2, 0, None]


def test_without_a_choice_plus_opens_the_menu(circle: NetworkPanel) -> None:
    QTest.keyClick(circle.canvas, Qt.Key.Key_Plus)
    assert circle.menu.isVisible()
    circle.menu.hide()


def test_steps_of_one_visit_are_one_step_back(circle: NetworkPanel, document: Document) -> None:
    click(circle, header(circle, 0))
    for _ in range(3):
        QTest.keyClick(circle.canvas, Qt.Key.Key_Plus)
    assert units(document) == [7, 2, 1]
    document.stack.undo()
    assert units(document) == [4, 2, 1]


@pytest.mark.parametrize(("mode", "layer", "to", "expected"), [
    (Mode.NEURONS, 0, 1, [2, 4, 1]), (Mode.CARDS, 0, 1, [2, 4, 1]), (Mode.CARDS, 2, 0, [1, 4, 2]),
])  # fmt: skip
def test_a_layer_is_dragged_to_another_place(
    qtbot: QtBot, circle: NetworkPanel, document: Document, mode: Mode, layer: int, to: int, expected: list[int]
) -> None:
    qtbot.mouseClick(circle.switch.button(mode), LEFT)
    aside = QPoint(30 if to > layer else -30, 0)
    drag(circle, header(circle, layer), header(circle, to) + aside)
    assert units(document) == expected
    assert circle.canvas.selected == to
    assert document.stack.count() == 1


def test_a_drag_that_ends_where_it_began_or_is_broken_off_changes_nothing(circle: NetworkPanel, document: Document) -> None:
    start = header(circle, 1)
    drag(circle, start, start + QPoint(20, 0))
    port = circle.canvas.viewport()
    QTest.mousePress(port, LEFT, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(port, start - QPoint(300, 0))
    assert circle.canvas.picture.drop_mark == 0
    QTest.keyClick(circle.canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(port, LEFT, Qt.KeyboardModifier.NoModifier, start - QPoint(300, 0))
    assert document.stack.count() == 0
    assert circle.canvas.picture.dragged is None


def test_the_buttons_over_a_column_change_its_units(circle: NetworkPanel, document: Document) -> None:
    click(circle, at(circle, circle.canvas.neurons.sizer(0, plus=True)))
    assert units(document) == [5, 2, 1]
    click(circle, at(circle, circle.canvas.neurons.sizer(1, plus=False)))
    assert units(document) == [5, 1, 1]
    click(circle, at(circle, circle.canvas.neurons.sizer(1, plus=False)))
    assert units(document) == [5, 1, 1]  # there is no layer without units


def test_a_problem_is_explained_with_buttons_that_mend_it(
    qtbot: QtBot, show: Callable[[ProjectSpec], NetworkPanel], document: Document
) -> None:
    panel = show(edits.change_layer(recommended("circle"), 2, activation="softmax"))
    callout = panel.canvas.callout
    assert callout.isVisible()
    assert callout.problem is not None
    assert "Softmax over 1 unit is always 1" in callout.problem.message
    button = next(b for b in callout.findChildren(type(panel.canvas.empty.button)) if b.text() == "Use sigmoid")
    qtbot.mouseClick(button, LEFT)
    assert document.spec.layers[2].activation == "sigmoid"
    assert document.stack.undoText() == "Use sigmoid"
    assert not callout.isVisible()


def test_advice_can_be_hidden_and_its_badge_brings_it_back(
    qtbot: QtBot, show: Callable[[ProjectSpec], NetworkPanel]
) -> None:
    panel = show(edits.change_layer(recommended("circle"), 0, activation="linear"))
    callout = panel.canvas.callout
    assert callout.isVisible()
    qtbot.mouseClick(callout.close_button, LEFT)
    assert not callout.isVisible()
    click(panel, at(panel, panel.canvas.neurons.badge(0)))
    assert callout.isVisible()


def test_an_empty_stack_offers_its_first_layer(qtbot: QtBot, show: Callable[[ProjectSpec], NetworkPanel], document: Document) -> None:
    panel = show(edits.set_layers(recommended("circle"), ()))
    assert panel.canvas.empty.isVisible()
    qtbot.mouseClick(panel.canvas.empty.button, LEFT)
    assert names(document) == ["Dense"]
    assert not panel.canvas.empty.isVisible()


def test_the_picture_changes_by_itself_with_the_size(qtbot: QtBot, circle: NetworkPanel, document: Document) -> None:
    assert circle.mode is Mode.NEURONS
    document.show(edits.change_layer(document.spec, 0, units=11))
    assert circle.mode is Mode.CARDS
    assert not circle.switch.button(Mode.NEURONS).isEnabled()
    document.show(edits.change_layer(document.spec, 0, units=10))
    assert circle.mode is Mode.NEURONS
    with qtbot.waitSignal(circle.probe_changed):
        qtbot.mouseClick(circle.switch.button(Mode.CARDS), LEFT)
    assert circle.mode is Mode.CARDS


def test_only_the_neurons_of_a_plane_ask_for_maps(show: Callable[[ProjectSpec], NetworkPanel]) -> None:
    request = show(recommended("circle")).probe_request()
    assert (request.neurons, request.weights, request.neuron_grid) == (True, True, 40)
    request = show(recommended("gender")).probe_request()
    assert (request.grid, request.neurons, request.weights) == (0, False, True)
    request = show(recommended("mnist")).probe_request()
    assert (request.grid, request.neurons, request.weights) == (0, False, False)


def test_a_snapshot_becomes_pictures_links_and_biases(circle: NetworkPanel, document: Document) -> None:
    neurons = circle.canvas.neurons
    before = circle.canvas.grab().toImage()
    assert neurons.image(1, 0) is None
    taken = snapshot(document.analysis)
    circle.show_snapshot(taken)
    image = neurons.image(3, 0)
    assert image is not None
    assert (image.width(), image.height()) == (40, 40)
    # The picture's top left is the lowest x with the highest y.
    value = 2 * float(taken.neuron_maps[2][-1, 0, 0]) - 1
    colour = image.pixelColor(0, 0)
    assert (colour.blue() > colour.red()) == (value > 0)
    assert neurons.links.weight(Link(1, 1, 3)) == pytest.approx(taken.weights[0][0][1, 3])
    np.testing.assert_array_equal(neurons.biases[2], taken.weights[1][1])
    assert circle.canvas.grab().toImage() != before


def test_old_pictures_are_pale_until_the_network_answers(circle: NetworkPanel, document: Document) -> None:
    circle.show_snapshot(snapshot(document.analysis))
    document.show(edits.change_layer(document.spec, 1, units=3))
    neurons = circle.canvas.neurons
    assert neurons.stale
    assert neurons.image(1, 0) is not None  # the first layer is as it was
    assert neurons.image(2, 0) is None
    circle.show_snapshot(snapshot(document.analysis))
    assert not neurons.stale
    assert neurons.image(2, 2) is not None


def test_a_snapshot_of_another_network_is_not_drawn(circle: NetworkPanel, document: Document) -> None:
    old = snapshot(document.analysis)
    document.show(edits.change_layer(document.spec, 0, units=7))
    circle.show_snapshot(old)
    assert circle.canvas.neurons.image(1, 0) is None
    assert circle.canvas.neurons.links.weight(Link(1, 0, 0)) is None
    circle.canvas.grab()


def test_the_pointer_on_a_neuron_reads_it_out(circle: NetworkPanel, document: Document) -> None:
    taken = snapshot(document.analysis)
    circle.show_snapshot(taken)
    canvas = circle.canvas
    QTest.mouseMove(canvas.viewport(), at(circle, canvas.neurons.neuron_rect(1, 2).center()))
    reading = canvas.readout.reading
    assert reading is not None
    assert canvas.readout.isVisible()
    assert reading.title == "Dense 4, neuron 3"
    assert reading.bias == pytest.approx(taken.weights[0][1][2])
    assert [name for name, _ in reading.terms] == ["x₁", "x₂"]
    assert not canvas.readout.geometry().contains(at(circle, canvas.neurons.neuron_rect(1, 2).center()))
    QTest.mouseMove(canvas.viewport(), QPoint(5, 5))
    assert not canvas.readout.isVisible()


def test_the_pointer_on_a_link_reads_its_weight(circle: NetworkPanel, document: Document) -> None:
    taken = snapshot(document.analysis)
    circle.show_snapshot(taken)
    canvas, bundle = circle.canvas, circle.canvas.neurons.links.bundles[3]
    middle = (bundle.starts[0] + bundle.ends[0]) / 2
    QTest.mouseMove(canvas.viewport(), at(circle, QPointF(*middle)))
    assert canvas.picture.hover is not None
    assert canvas.picture.hover.part is Part.LINK
    reading = canvas.readout.reading
    assert reading is not None
    assert reading.title == "Weight, neuron 1 → 1"
    assert reading.value == pytest.approx(taken.weights[2][0][0, 0])
    assert reading.text().startswith("Weight, neuron 1 → 1, ")


def test_layers_without_weights_are_slim_columns(show: Callable[[ProjectSpec], NetworkPanel]) -> None:
    spec = edits.set_layers(recommended("circle"), (Dense(units=3), Activation(activation="tanh"), Dense(units=1, activation="sigmoid")))
    panel = show(spec)
    assert panel.mode is Mode.NEURONS
    assert [c.slim for c in panel.canvas.neurons.columns] == [False, False, True, False]
    assert len(panel.canvas.neurons.links.bundles[2].paths) == 3


def test_a_stack_of_a_hundred_scrolls_and_shows_the_chosen_card(qtbot: QtBot, show: Callable[[ProjectSpec], NetworkPanel]) -> None:
    hidden = (Dense(units=2, activation="tanh"),) * 99
    panel = show(edits.set_layers(recommended("circle"), (*hidden, Dense(units=1, activation="sigmoid"))))
    assert panel.mode is Mode.CARDS
    bar = panel.canvas.horizontalScrollBar()
    assert bar.maximum() > 9000
    QTest.keyClick(panel.canvas, Qt.Key.Key_End)
    assert bar.value() > 9000
    shown = panel.canvas.mapFromScene(panel.canvas.picture.layer_rect(99)).boundingRect()
    assert panel.canvas.viewport().rect().contains(shown)
    qtbot.mouseClick(panel.fit_button, LEFT)
    assert bar.maximum() == 0


def test_the_overview_chooses_the_layer_that_has_the_parameters(qtbot: QtBot, cnn: NetworkPanel) -> None:
    assert cnn.overview.isVisible()
    layer, box = max(cnn.overview.pieces(), key=lambda piece: piece[1].width())
    with qtbot.waitSignal(cnn.layer_selected) as chosen:
        qtbot.mouseClick(cnn.overview, LEFT, pos=box.center().toPoint())
    assert chosen.args == [layer] == [3]


def test_only_the_first_layer_may_read_words(cnn: NetworkPanel, document: Document) -> None:
    cnn.menu.prepare(document.analysis, 0)
    assert not cnn.menu.fits(Embedding)


def test_a_network_is_shown_in_other_colours_and_sizes(circle: NetworkPanel, document: Document, theme: Theme) -> None:
    circle.show_snapshot(snapshot(document.analysis))
    light = circle.canvas.neurons.image(1, 0)
    theme.set_dark(True)
    assert circle.canvas.neurons.image(1, 0) != light
    theme.set_zoom(1.5)
    assert circle.canvas.neurons.layer_rect(0).width() > 96
    circle.grab()
    theme.set_zoom(1.0)



def test_the_picture_that_is_taken_away_is_the_network_alone(circle: NetworkPanel, tmp_path: Path) -> None:
    def taken(name: str) -> QImage:
        takeaway = circle.takeaway()
        assert takeaway is not None
        assert takeaway.write is not None
        takeaway.write(tmp_path / name)
        return QImage(str(tmp_path / name))

    click(circle, header(circle, 1))
    circle.canvas.point_at(None)
    circle.select_layer(None)
    plain, insert = taken("plain.png"), circle.canvas.picture.gap(1)
    edge = (2 * (insert + QPointF(INSERT_RADIUS, 0))).toPoint()
    assert plain.pixelColor(edge) == QColor(circle.theme.tokens.surface)
    click(circle, header(circle, 1))
    circle.canvas.point_at(circle.canvas.hit_at(header(circle, 1)))
    assert circle.canvas.picture.selected == 1
    assert circle.canvas.picture.hover is not None
    assert taken("chosen.png") == plain
    assert circle.canvas.picture.selected == 1
    assert circle.canvas.grab().toImage().pixelColor(at(circle, insert + QPointF(INSERT_RADIUS, 0))) != QColor(circle.theme.tokens.surface)


def test_cards_are_taken_away_without_what_is_chosen(cnn: NetworkPanel, tmp_path: Path) -> None:
    takeaway = cnn.takeaway()
    assert takeaway is not None
    assert takeaway.write is not None
    click(cnn, header(cnn, 1))
    cnn.select_layer(None)
    takeaway.write(tmp_path / "plain.png")
    click(cnn, header(cnn, 1))
    assert cnn.canvas.picture.selected == 1
    takeaway.write(tmp_path / "chosen.png")
    assert QImage(str(tmp_path / "chosen.png")) == QImage(str(tmp_path / "plain.png"))
