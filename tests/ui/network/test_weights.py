"""Weights are read, set by hand, and put back: over a session with a scripted network."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend
from ui.network.hands import LEFT, PLAIN, at, click, press

from nnplayground.core import edits
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.network.links import Link
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.network.picture import Part
from nnplayground.ui.network.plan import Mode
from nnplayground.ui.network.weights import WeightChange, WeightPlace, places, read_number, value_at
from nnplayground.ui.run import Phase

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LINK = WeightPlace(2, 0, (0, 0))
BIAS = WeightPlace(1, 1, (1,))


@pytest.fixture
def panel(window: MainWindow, qtbot: QtBot) -> Iterator[NetworkPanel]:
    """The network of a window whose weights are known: Dense 4, Dense 2, Dense 1."""
    panel = window.network
    window.activateWindow()
    qtbot.waitUntil(lambda: value_at(panel.canvas.neurons, LINK) is not None)
    places_before: list[QPoint] = []

    def settled() -> bool:  # docks find their sizes with the first events
        places_before.append(point_of(panel, LINK))
        return places_before[-2:] == [places_before[-1]] * 2 and len(places_before) > 3

    qtbot.waitUntil(settled)
    yield panel
    panel.editors.weight.leave()


def point_of(panel: NetworkPanel, place: WeightPlace) -> QPoint:
    neurons = panel.canvas.neurons
    column = neurons.number_of(place.layer)
    if place.number == 1:
        return at(panel, neurons.bias_at(column, place.at[0]))
    bundle = neurons.links.bundles[column]
    source, target = place.at
    return at(panel, QPointF(*((bundle.starts[source] + bundle.ends[target]) / 2)))


def click_on(panel: NetworkPanel, place: WeightPlace) -> None:
    QTest.mouseMove(panel.canvas.viewport(), QPoint(9, 9))  # docks that are being resized come to rest
    click(panel, point_of(panel, place))


def write(panel: NetworkPanel, text: str) -> None:
    line = panel.editors.weight.line
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Key.Key_Return)


def shows(qtbot: QtBot, panel: NetworkPanel, place: WeightPlace, value: float) -> None:
    qtbot.waitUntil(lambda: value_at(panel.canvas.neurons, place) == pytest.approx(value))


@pytest.mark.parametrize("place", [LINK, BIAS])
def test_a_weight_is_clicked_written_and_put_back(window: MainWindow, panel: NetworkPanel, qtbot: QtBot, place: WeightPlace):
    old = value_at(panel.canvas.neurons, place)
    assert old is not None
    run = window.session.run_id
    click_on(panel, place)
    field = panel.editors.weight
    assert field.isVisible()
    assert field.line.hasFocus()
    assert panel.canvas.selected == place.layer
    assert panel.canvas.viewport().rect().contains(field.geometry())
    assert not panel.canvas.readout.isVisible()
    write(panel, "1.5")
    assert not field.isVisible()
    shows(qtbot, panel, place, 1.5)
    stack = window.document.stack
    assert stack.count() == 1
    assert stack.undoText().startswith("weight ")
    assert stack.undoText().endswith(" → 1.5")
    assert window.actions_.undo.text() == f"Undo: {stack.undoText()}"
    window.actions_.undo.trigger()
    shows(qtbot, panel, place, old)
    window.actions_.redo.trigger()
    shows(qtbot, panel, place, 1.5)
    assert (window.session.run_id, window.session.phase) == (run, Phase.READY)


def test_pointing_at_a_bias_reads_it(panel: NetworkPanel):
    QTest.mouseMove(panel.canvas.viewport(), QPoint(9, 9))
    QTest.mouseMove(panel.canvas.viewport(), point_of(panel, BIAS))
    assert panel.canvas.picture.hover is not None
    assert panel.canvas.picture.hover.part is Part.BIAS
    reading = panel.canvas.readout.reading
    assert reading is not None
    assert reading.title == "Bias of neuron 2"
    assert reading.value == pytest.approx(value_at(panel.canvas.neurons, BIAS))
    assert "Click to edit" in reading.lines
    panel.canvas.grab()


@pytest.mark.parametrize(("text", "words"), [
    ("", "found nothing"), ("much", "found 'much'"), ("nan", "from -1,000,000"), ("inf", "from -1,000,000"), ("1e99", "from -1,000,000"),
    ("1.2.3", "Expected a number"), ("x" * 500, "Expected a number"),
])  # fmt: skip
def test_what_is_no_weight_is_said_and_nothing_changes(
    window: MainWindow, panel: NetworkPanel, backend: FakeBackend, text: str, words: str
):
    click_on(panel, LINK)
    field = panel.editors.weight
    field.line.clear()
    field.line.setModified(True)
    QTest.keyClicks(field.line, text)
    QTest.keyClick(field.line, Key.Key_Return)
    assert words in field.sentence.text()
    assert field.sentence.isVisible()
    assert field.line.text() == text
    assert panel.canvas.viewport().rect().contains(field.geometry())
    QTest.keyClick(field.line, Key.Key_Escape)
    assert not field.isVisible()
    assert panel.canvas.selected == 2  # Esc left the field, and not the layer
    assert window.document.stack.count() == 0
    assert backend.put == {}


@pytest.mark.parametrize(("text", "value"), [("0,5", 0.5), ("−2", -2.0), (" 1e-3 ", 0.001), ("-1000000", -1e6), ("+.5", 0.5)])
def test_numbers_are_read_as_people_write_them(text: str, value: float):
    assert read_number(text) == value


def test_arrows_and_the_slider_change_a_weight_at_once_and_are_one_step(window: MainWindow, panel: NetworkPanel, qtbot: QtBot):
    click_on(panel, LINK)
    field = panel.editors.weight
    write(panel, "0.5")
    shows(qtbot, panel, LINK, 0.5)
    click_on(panel, LINK)
    for key, modifiers in ((Key.Key_Up, PLAIN), (Key.Key_Up, SHIFT), (Key.Key_Down, CTRL)):
        QTest.keyClick(field.line, key, modifiers)
    shows(qtbot, panel, LINK, 1.59)
    assert field.isVisible()
    assert window.document.stack.count() == 2
    assert window.document.stack.undoText() == "weight 0.5 → 1.59"
    field.slider.setFocus()
    QTest.keyClick(field.slider, Key.Key_Home)
    shows(qtbot, panel, LINK, -3.0)
    assert window.document.stack.count() == 2
    window.document.stack.undo()
    shows(qtbot, panel, LINK, 0.5)


def test_all_weights_of_a_layer_are_reached_by_keys(panel: NetworkPanel, qtbot: QtBot):
    panel.canvas.setFocus()
    press(panel, Key.Key_Home)
    press(panel, Key.Key_W)
    field = panel.editors.weight
    assert field.isVisible()
    seen = []
    for _ in places(panel.canvas.neurons, 0):
        seen.append(field.line.accessibleName())
        QTest.keyClick(field.line, Key.Key_PageDown)
    assert len(set(seen)) == len(seen) == 12
    assert field.line.accessibleName() == seen[0]
    QTest.keyClick(field.line, Key.Key_PageUp)
    assert field.line.accessibleName() == seen[-1] == "Bias of neuron 4"
    QTest.mouseClick(field.after, LEFT)
    assert field.line.accessibleName() == seen[0]
    QTest.keyClick(field.line, Key.Key_Escape)
    assert panel.canvas.hasFocus()


def test_a_weight_is_set_while_the_network_trains(window: MainWindow, panel: NetworkPanel, qtbot: QtBot, backend: FakeBackend):
    window.session.play()
    qtbot.waitUntil(lambda: window.session.epoch > 20)
    run = window.session.run_id
    click_on(panel, LINK)
    write(panel, "2.5")
    shows(qtbot, panel, LINK, 2.5)
    reached = window.session.epoch
    qtbot.waitUntil(lambda: window.session.epoch > reached)
    assert (window.session.run_id, window.session.phase) == (run, Phase.TRAINING)
    assert len(window.session.history.values("loss")) == window.session.history.epochs > reached
    window.session.pause()
    assert backend.put[2, 0, (0, 0)] == 2.5


def test_a_field_that_is_open_follows_the_network_unless_one_is_typing(panel: NetworkPanel, window: MainWindow, qtbot: QtBot):
    click_on(panel, LINK)
    line = panel.editors.weight.line
    before = line.text()
    window.session.step()
    qtbot.waitUntil(lambda: line.text() != before)
    QTest.keyClicks(line, "7")
    window.session.step()
    qtbot.waitUntil(lambda: window.session.epoch == 2 and window.session.phase is Phase.READY)
    assert line.text() == "7"


def test_undone_in_another_run_it_says_so_and_harms_nothing(window: MainWindow, panel: NetworkPanel, qtbot: QtBot, backend: FakeBackend):
    click_on(panel, LINK)
    write(panel, "1.5")
    shows(qtbot, panel, LINK, 1.5)
    window.session.reset()
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    put = dict(backend.put)
    with qtbot.waitSignal(window._parts.weight_steps.refused) as refused:
        window.document.stack.undo()
    assert "another run" in refused.args[0]
    assert "another run" in window.status.message.text()
    assert backend.put == put


def test_undone_it_is_what_the_network_had_and_not_what_was_seen(
    window: MainWindow, panel: NetworkPanel, qtbot: QtBot, backend: FakeBackend
):
    """While a network trains, the picture is some epochs behind."""
    had = value_at(panel.canvas.neurons, LINK)
    assert had is not None
    window._parts.weight_steps.change(WeightChange(LINK, before=had + 5, after=1.5, visit=1))
    shows(qtbot, panel, LINK, 1.5)
    window.document.stack.undo()
    qtbot.waitUntil(lambda: backend.put[2, 0, (0, 0)] != 1.5)
    assert backend.put[2, 0, (0, 0)] == pytest.approx(had)
    shows(qtbot, panel, LINK, had)


def test_after_a_reset_weights_can_be_set_again(window: MainWindow, panel: NetworkPanel, qtbot: QtBot):
    window.session.step()
    qtbot.waitUntil(lambda: window.session.epoch == 1 and window.session.phase is Phase.READY)
    window.session.reset()
    qtbot.waitUntil(lambda: window.session.epoch == 0 and window.session.phase is Phase.READY)
    click_on(panel, LINK)
    write(panel, "0.25")
    shows(qtbot, panel, LINK, 0.25)


def test_a_weight_that_nobody_knows_yet_is_not_edited(show: Callable, document):
    panel = show(document.spec)
    told: list[str] = []
    panel.refused.connect(told.append)
    click_on(panel, LINK)
    assert not panel.editors.weight.isVisible()
    assert told == ["This weight is not known yet: the network is still being made."]
    press(panel, Key.Key_W)
    assert len(told) == 2
    assert "picture of neurons" in told[1]


def test_an_edit_of_the_network_closes_the_field(window: MainWindow, panel: NetworkPanel):
    click_on(panel, LINK)
    assert panel.editors.weight.isVisible()
    window.document.show(edits.change_layer(window.document.spec, 0, units=3))
    assert not panel.editors.weight.isVisible()
    assert panel.canvas.picture.hover is None or panel.canvas.picture.hover.link != Link(3, 0, 0)


def test_a_new_name_leaves_the_run_alone(window: MainWindow, panel: NetworkPanel, qtbot: QtBot):
    window.session.step()
    qtbot.waitUntil(lambda: window.session.epoch == 1 and window.session.phase is Phase.READY)
    run = window.session.run_id
    panel.canvas.setFocus()
    press(panel, Key.Key_Home)
    press(panel, Key.Key_F2)
    QTest.keyClicks(panel.editors.line.line, "encoder")
    QTest.keyClick(panel.editors.line.line, Key.Key_Return)
    assert window.document.spec.layers[0].name == "encoder"
    assert (window.session.run_id, window.session.epoch) == (run, 1)
    assert not panel.canvas.neurons.stale
    assert panel.canvas.neurons.image(1, 0) is not None


def test_cards_have_no_weights_to_edit(panel: NetworkPanel):
    QTest.mouseClick(panel.switch.button(Mode.CARDS), LEFT)
    panel.canvas.setFocus()
    press(panel, Key.Key_Home)
    press(panel, Key.Key_W)
    assert not panel.editors.weight.isVisible()
