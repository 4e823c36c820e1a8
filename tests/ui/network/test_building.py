"""Several layers at once, the clipboard, layers that are off, names and sizes in place, menus: by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from ui.network.hands import ALT, CTRL, LEFT, PLAIN, SHIFT, at, click, drag, header, press

from nnplayground.core import edits
from nnplayground.core.layers import Conv2D, Dense, Dropout, Flatten
from nnplayground.core.presets import recommended
from nnplayground.core.recipe import to_toml
from nnplayground.core.spec import MAX_LAYERS, ProjectSpec
from nnplayground.ui.document import Document
from nnplayground.ui.network.keys import Command
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.network.plan import Mode
from nnplayground.ui.network.texts import caption_rect, title_rect

Show = Callable[[ProjectSpec], NetworkPanel]
Key = Qt.Key
FIVE = (Dense(units=1), Dense(units=2), Dense(units=3), Dense(units=4), Dense(units=1, activation="sigmoid"))


def units(document: Document) -> list[int]:
    return [layer.units for layer in document.spec.layers]


@pytest.fixture
def five(show: Show) -> NetworkPanel:
    """Dense layers of 1, 2, 3, 4 and 1 units."""
    return show(edits.set_layers(recommended("circle"), FIVE))


def choose_mode(panel: NetworkPanel, mode: Mode) -> None:
    QTest.mouseClick(panel.switch.button(mode), LEFT)


# ---- several layers


@pytest.mark.parametrize("mode", list(Mode))
def test_layers_are_chosen_together_by_clicks(five: NetworkPanel, mode: Mode) -> None:
    choose_mode(five, mode)
    click(five, header(five, 1))
    click(five, header(five, 3), CTRL)
    assert (five.canvas.selection.chosen, five.canvas.selected) == ((1, 3), 3)
    click(five, header(five, 1), CTRL)
    assert five.canvas.selection.chosen == (3,)
    click(five, header(five, 0), SHIFT)
    assert (five.canvas.selection.chosen, five.canvas.selected) == ((0, 1, 2, 3), 0)
    click(five, header(five, 2))  # of several, a click that drags nothing leaves this one
    assert five.canvas.selection.chosen == (2,)
    assert five.canvas.picture.is_chosen(2)


def test_layers_are_chosen_together_by_keys(five: NetworkPanel) -> None:
    press(five, Key.Key_Home)
    press(five, Key.Key_Right, SHIFT)
    press(five, Key.Key_Right, SHIFT)
    assert five.canvas.selection.chosen == (0, 1, 2)
    press(five, Key.Key_Left, SHIFT)
    assert (five.canvas.selection.chosen, five.canvas.selected) == ((0, 1), 1)
    press(five, Key.Key_A, CTRL)
    assert five.canvas.selection.chosen == (0, 1, 2, 3, 4)
    press(five, Key.Key_Escape)
    assert five.canvas.selection.chosen == ()


@pytest.mark.parametrize("mode", list(Mode))
def test_a_band_from_the_ground_chooses_what_it_touches(five: NetworkPanel, document: Document, mode: Mode) -> None:
    choose_mode(five, mode)
    port = five.canvas.viewport()
    if mode is Mode.CARDS:
        five.resize(748, 600)
    boxes = [five.canvas.mapFromScene(five.canvas.picture.body_rect(i)).boundingRect() for i in range(5)]
    start = QPoint(3, port.height() - 3)
    drag(five, start, QPoint(boxes[1].center().x(), boxes[1].center().y()), release=False)
    assert five.canvas.hand.band is not None
    five.grab()
    QTest.mouseRelease(port, LEFT, PLAIN, boxes[1].center())
    assert five.canvas.hand.band is None
    assert five.canvas.selection.chosen == (0, 1)
    assert document.stack.count() == 0


def test_a_band_that_is_broken_off_leaves_the_choice_as_it_was(five: NetworkPanel) -> None:
    click(five, header(five, 4))
    drag(five, QPoint(3, five.canvas.viewport().height() - 3), header(five, 1), CTRL, release=False)
    assert len(five.canvas.selection.chosen) > 1
    press(five, Key.Key_Escape)
    assert five.canvas.selection.chosen == (4,)
    QTest.mouseRelease(five.canvas.viewport(), LEFT, CTRL, header(five, 1))
    assert five.canvas.selection.chosen == (4,)


@pytest.mark.parametrize(("key", "modifiers", "expected", "name"), [
    (Key.Key_Delete, PLAIN, [2, 4, 1], "Remove 2 layers"),
    (Key.Key_Backspace, PLAIN, [2, 4, 1], "Remove 2 layers"),
    (Key.Key_D, CTRL, [1, 2, 3, 1, 3, 4, 1], "Duplicate 2 layers"),
    (Key.Key_X, CTRL, [2, 4, 1], "Cut 2 layers"),
    (Key.Key_Right, ALT, [2, 1, 3, 4, 1], "Move 2 layers"),
])  # fmt: skip
def test_keys_work_on_all_chosen_in_one_step(
    five: NetworkPanel, document: Document, key: Key, modifiers: Qt.KeyboardModifier, expected: list[int], name: str
) -> None:
    click(five, header(five, 0))
    click(five, header(five, 2), CTRL)
    press(five, key, modifiers)
    assert units(document) == expected
    assert (document.stack.count(), document.stack.undoText()) == (1, name)
    document.stack.undo()
    assert units(document) == [1, 2, 3, 4, 1]


@pytest.mark.parametrize("mode", list(Mode))
def test_a_block_is_dragged(five: NetworkPanel, document: Document, mode: Mode) -> None:
    choose_mode(five, mode)
    click(five, header(five, 0))
    click(five, header(five, 1), SHIFT)
    drag(five, header(five, 0), header(five, 3) + QPoint(25, 0))
    assert units(document) == [3, 4, 1, 2, 1]
    assert five.canvas.selection.chosen == (2, 3)
    assert (document.stack.count(), document.stack.undoText()) == (1, "Move 2 layers")


def test_a_layer_that_is_not_among_the_chosen_is_dragged_alone(five: NetworkPanel, document: Document) -> None:
    click(five, header(five, 0))
    click(five, header(five, 1), SHIFT)
    drag(five, header(five, 2), header(five, 3) + QPoint(25, 0))
    assert units(document) == [1, 2, 4, 3, 1]


def test_what_is_chosen_stays_within_the_network(five: NetworkPanel, document: Document) -> None:
    press(five, Key.Key_A, CTRL)
    document.show(edits.set_layers(document.spec, FIVE[:2]))
    assert five.canvas.selection.chosen == (0, 1)
    assert five.commands.selection == five.canvas.selection


def test_all_layers_can_be_removed_at_once(five: NetworkPanel, document: Document) -> None:
    press(five, Key.Key_A, CTRL)
    press(five, Key.Key_Delete)
    assert document.spec.layers == ()
    assert five.canvas.selection.chosen == ()
    press(five, Key.Key_Delete)
    assert document.stack.count() == 1


# ---- as text


def test_layers_are_copied_as_text_and_pasted_behind_the_chosen_one(five: NetworkPanel, document: Document, qtbot: QtBot) -> None:
    click(five, header(five, 1))
    click(five, header(five, 2), SHIFT)
    with qtbot.waitSignal(five.said) as said:
        press(five, Key.Key_C, CTRL)
    assert said.args == ["Copied 2 layers as text"]
    assert QGuiApplication.clipboard().text().count("[[layers]]") == 2
    assert document.stack.count() == 0
    click(five, header(five, 0))
    press(five, Key.Key_V, CTRL)
    assert units(document) == [1, 2, 3, 2, 3, 4, 1]
    assert five.canvas.selection.chosen == (1, 2)
    assert (document.stack.count(), document.stack.undoText()) == (1, "Paste 2 layers")


def test_a_whole_recipe_is_pasted_and_names_stay_unique(five: NetworkPanel, document: Document) -> None:
    document.show(edits.rename_layer(document.spec, 0, "first"))
    QGuiApplication.clipboard().setText(to_toml(document.spec))
    press(five, Key.Key_V, CTRL)  # nothing is chosen: before the layer that gives the answers
    assert units(document) == [1, 2, 3, 4, 1, 2, 3, 4, 1, 1]
    assert [layer.name for layer in document.spec.layers].count("first") == 1


@pytest.mark.parametrize("text", [
    "", "hello", "[[layers]]\ntype = 'Dens'", "[[layers]]\ntype='Dense'\nunits=0", "\x00\x1b[2J", "layers = 3", "{" * 5000,
])  # fmt: skip
def test_what_is_no_stack_is_refused_in_a_sentence(five: NetworkPanel, document: Document, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    told: list[str] = []
    five.refused.connect(told.append)
    press(five, Key.Key_V, CTRL)
    assert len(told) == 1
    assert told[0].startswith("Nothing was pasted. ")
    assert "\n" not in told[0]
    assert document.stack.count() == 0


def test_too_many_layers_are_refused_in_a_sentence(show: Show, document: Document) -> None:
    panel = show(edits.set_layers(recommended("circle"), (Dense(units=1),) * (MAX_LAYERS - 1)))
    told: list[str] = []
    panel.refused.connect(told.append)
    press(panel, Key.Key_A, CTRL)
    press(panel, Key.Key_D, CTRL)
    assert told == ["A network has at most 100 layers; there are 99 and 99 would come."]
    press(panel, Key.Key_C, CTRL)
    press(panel, Key.Key_V, CTRL)
    assert len(told) == 2
    assert document.stack.count() == 0


# ---- off and on


@pytest.mark.parametrize("mode", list(Mode))
def test_layers_are_switched_off_and_on(five: NetworkPanel, document: Document, mode: Mode) -> None:
    choose_mode(five, mode)
    click(five, header(five, 1))
    click(five, header(five, 2), SHIFT)
    before = five.canvas.grab().toImage()
    press(five, Key.Key_O)
    assert [layer.disabled for layer in document.spec.layers] == [False, True, True, False, False]
    assert document.stack.undoText() == "Switch 2 layers off"
    assert five.mode is mode
    assert five.canvas.picture.is_off(1)
    assert five.canvas.grab().toImage() != before
    assert "(off)" in five.canvas.accessibleDescription()
    press(five, Key.Key_O)
    assert not any(layer.disabled for layer in document.spec.layers)
    assert document.stack.undoText() == "Switch 2 layers on"


def test_a_layer_that_is_off_is_a_slim_column_without_weights(five: NetworkPanel, document: Document) -> None:
    document.show(edits.set_disabled(document.spec, (2,), True))
    column = five.canvas.neurons.columns[3]
    assert (column.slim, column.off, column.units) == (True, True, 2)
    assert not five.editors.has_weights(2)


# ---- names and sizes in place


def double_click(panel: NetworkPanel, box: QRectF) -> None:
    point = at(panel, box.center())
    click(panel, point)
    QTest.mouseDClick(panel.canvas.viewport(), LEFT, PLAIN, point)


@pytest.mark.parametrize("mode", list(Mode))
def test_a_name_is_written_where_it_stands(five: NetworkPanel, document: Document, mode: Mode) -> None:
    choose_mode(five, mode)
    box = title_rect(five.canvas.picture, 1)
    double_click(five, QRectF(box.left() + box.width() * 0.2, box.top(), box.width() * 0.5, box.height()))
    line = five.editors.line.line
    assert line.isVisible()
    assert line.hasFocus()
    QTest.keyClicks(line, "encoder")
    QTest.keyClick(line, Key.Key_Return)
    assert document.spec.layers[1].name == "encoder"
    assert document.stack.undoText() == "name Dense → encoder"
    assert not five.editors.line.isVisible()
    assert five.canvas.hasFocus()
    assert five.canvas.neurons.columns[2].title == "encoder"


def test_a_wrong_or_taken_name_is_said_and_the_text_stays(five: NetworkPanel, document: Document) -> None:
    document.show(edits.rename_layer(document.spec, 0, "first"))
    click(five, header(five, 1))
    press(five, Key.Key_F2)
    editor = five.editors.line
    wrong = {"first": "called 'first' already", "two words": "letters from A to Z", "x" * 61: "1 to 60", "dense_3": "Keras gives"}
    for text, words in wrong.items():
        editor.line.selectAll()
        QTest.keyClicks(editor.line, text)
        QTest.keyClick(editor.line, Key.Key_Return)
        assert words in editor.sentence.text()
        assert editor.sentence.isVisible()
        assert editor.line.text() == text
    QTest.keyClick(editor.line, Key.Key_Escape)
    assert not editor.isVisible()
    assert document.spec.layers[1].name is None
    assert document.stack.count() == 0


def test_a_name_is_taken_away_again(five: NetworkPanel, document: Document) -> None:
    document.show(edits.rename_layer(document.spec, 0, "first"))
    click(five, header(five, 0))
    press(five, Key.Key_F2)
    assert five.editors.line.line.text() == "first"
    five.editors.line.line.clear()
    QTest.keyClick(five.editors.line.line, Key.Key_Return)
    assert document.spec.layers[0].name is None


def test_a_click_elsewhere_takes_a_name_that_will_do_and_leaves_another(five: NetworkPanel, document: Document) -> None:
    for text, name in (("good", "good"), ("not good", "good")):
        click(five, header(five, 0))
        press(five, Key.Key_F2)
        QTest.keyClicks(five.editors.line.line, text)
        click(five, header(five, 3))
        assert not five.editors.line.isVisible()
        assert document.spec.layers[0].name == name


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("way", ["double click", "enter"])
def test_units_are_written_where_they_stand(five: NetworkPanel, document: Document, mode: Mode, way: str) -> None:
    choose_mode(five, mode)
    if way == "enter":
        click(five, header(five, 2))
        press(five, Key.Key_Return)
    else:
        double_click(five, caption_rect(five.canvas.picture, 2))
    line = five.editors.line.line
    assert line.text() == "3"
    for text in ("many", "0", "-1", "65537", "9" * 40, "1.5", ""):
        line.selectAll()
        QTest.keyClicks(line, text) if text else line.clear()
        QTest.keyClick(line, Key.Key_Return)
        assert "Expected a whole number from 1 to 65,536 for units" in five.editors.line.sentence.text()
    line.selectAll()
    QTest.keyClicks(line, "9")
    QTest.keyClick(line, Key.Key_Up)
    QTest.keyClick(line, Key.Key_Return)
    assert units(document)[2] == 10
    assert document.stack.undoText() == "units 3 → 10"


def test_a_double_click_on_the_number_behind_a_name_edits_it(five: NetworkPanel) -> None:
    box = title_rect(five.canvas.picture, 1)
    double_click(five, QRectF(box.center().x() + 18, box.top(), 10, box.height()))
    assert five.editors.line.line.objectName() == "layerUnits"


def test_a_layer_without_a_size_says_so(show: Show) -> None:
    panel = show(edits.set_layers(recommended("circle"), (Dropout(), *FIVE)))
    told: list[str] = []
    panel.refused.connect(told.append)
    click(panel, header(panel, 0))
    press(panel, Key.Key_Return)
    assert told == ["Dropout has no units; what it has stands in the inspector."]


def test_what_is_edited_of_another_network_is_closed(five: NetworkPanel, document: Document) -> None:
    click(five, header(five, 2))
    press(five, Key.Key_F2)
    document.show(edits.remove_layers(document.spec, (2,)))
    assert not five.editors.line.isVisible()


# ---- steps and their names


def test_steps_of_units_are_one_step_with_first_and_last_in_its_name(five: NetworkPanel, document: Document) -> None:
    click(five, header(five, 3))
    for key in (Key.Key_Plus, Key.Key_Plus, Key.Key_Plus, Key.Key_Minus):
        press(five, key)
    assert (document.stack.count(), document.stack.undoText()) == (1, "units 4 → 6")
    for key in (Key.Key_Minus, Key.Key_Minus):
        press(five, key)
    assert document.stack.count() == 0  # back where it began
    assert units(document) == [1, 2, 3, 4, 1]


def test_fifty_steps_are_undone_and_redone(five: NetworkPanel, document: Document) -> None:
    seen = [document.spec]
    for i in range(50):
        click(five, header(five, i % 4))
        press(five, (Key.Key_Plus, Key.Key_O, Key.Key_F, Key.Key_Plus)[i % 4])
        seen.append(document.spec)
    assert document.stack.count() == 50
    for spec in reversed(seen[:-1]):
        document.stack.undo()
        assert document.spec == spec
    for spec in seen[1:]:
        document.stack.redo()
        assert document.spec == spec


# ---- menus


def open_menu(panel: NetworkPanel, point: QPoint) -> QMenu:
    port = panel.canvas.viewport()
    QApplication.sendEvent(port, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, port.mapToGlobal(point)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def entries(menu: QMenu) -> dict[Command, str]:
    return {action.data(): action.text().partition("\t")[0] for action in menu.actions() if action.isEnabled() and action.data()}


def pick(menu: QMenu, command: Command) -> None:
    action = next(a for a in menu.actions() if a.data() is command)
    QTest.mouseClick(menu, LEFT, PLAIN, menu.actionGeometry(action).center())


@pytest.mark.parametrize("mode", list(Mode))
def test_the_menu_of_a_layer_works_on_it(five: NetworkPanel, document: Document, mode: Mode) -> None:
    choose_mode(five, mode)
    menu = open_menu(five, header(five, 2))
    assert five.canvas.selection.chosen == (2,)
    assert set(entries(menu)) == set(Command) - {Command.SELECT_ALL, Command.WEIGHTS}
    assert entries(menu)[Command.RESIZE] == "Set units …"
    pick(menu, Command.SWITCH)
    assert document.spec.layers[2].disabled
    menu = open_menu(five, header(five, 2))
    assert entries(menu)[Command.SWITCH] == "Switch on"
    pick(menu, Command.FREEZE)
    assert not document.spec.layers[2].trainable
    menu = open_menu(five, header(five, 2))
    assert entries(menu)[Command.FREEZE] == "Unfreeze"
    pick(menu, Command.REMOVE)
    assert units(document) == [1, 2, 4, 1]


def test_the_menu_keeps_what_is_chosen_and_offers_what_suits_several(five: NetworkPanel, document: Document) -> None:
    click(five, header(five, 1))
    click(five, header(five, 3), CTRL)
    menu = open_menu(five, header(five, 3))
    assert five.canvas.selection.chosen == (1, 3)
    assert not {Command.RENAME, Command.RESIZE, Command.WEIGHTS, Command.ADD_BEFORE} & set(entries(menu))
    pick(menu, Command.FREEZE)
    assert [layer.trainable for layer in document.spec.layers] == [True, False, True, False, True]
    assert document.stack.undoText() == "Freeze 2 layers"


def test_the_menu_of_a_gap_adds_and_pastes_there(five: NetworkPanel, document: Document) -> None:
    click(five, header(five, 3))
    press(five, Key.Key_C, CTRL)
    menu = open_menu(five, at(five, five.canvas.picture.gap(1)))
    assert entries(menu) == {Command.ADD_AFTER: "Add layer …", Command.PASTE: "Paste layers"}
    pick(menu, Command.PASTE)
    assert units(document) == [1, 4, 2, 3, 4, 1]


def test_the_menu_of_the_ground_chooses_all(five: NetworkPanel) -> None:
    menu = open_menu(five, QPoint(3, five.canvas.viewport().height() - 3))
    pick(menu, Command.SELECT_ALL)
    assert five.canvas.selection.chosen == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(("key", "modifiers"), [(Key.Key_Menu, PLAIN), (Key.Key_F10, SHIFT)])
def test_the_menu_opens_by_key(five: NetworkPanel, document: Document, key: Key, modifiers: Qt.KeyboardModifier) -> None:
    press(five, Key.Key_Home)
    press(five, key, modifiers)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.objectName() == "layerMenu"
    pick(menu, Command.DUPLICATE)
    assert units(document) == [1, 1, 2, 3, 4, 1]


# ---- the list that adds layers


def test_the_list_of_layers_says_why_some_do_not_fit(five: NetworkPanel) -> None:
    press(five, Key.Key_Insert)
    menu = five.menu
    assert menu.isVisible()
    assert not menu.fits(Conv2D)
    assert "wants samples with 3 axes" in menu.note(Conv2D)
    item = menu.item_for(Conv2D)
    menu.list.scrollToItem(item)
    assert menu.list.visualItemRect(item).height() > menu.list.fontMetrics().height() * 1.8  # the reason is written out
    QTest.mouseClick(menu.list.viewport(), LEFT, PLAIN, menu.list.visualItemRect(item).center())
    assert menu.isVisible()  # nothing happens
    QTest.keyClick(menu.search, Key.Key_Escape)
    assert not menu.isVisible()


def test_a_layer_is_found_and_added_by_typing(five: NetworkPanel, document: Document) -> None:
    click(five, header(five, 0))
    press(five, Key.Key_Insert)
    menu = five.menu
    QTest.keyClicks(menu.search, "dropo")
    assert [cls for cls in (Dropout, Dense, Flatten) if not menu.item_for(cls).isHidden()] == [Dropout]
    QTest.keyClick(menu.search, Key.Key_Return)
    assert document.spec.layers[1] == Dropout()
    assert document.stack.undoText() == "Add Dropout"
    press(five, Key.Key_Insert, SHIFT)
    assert menu.search.text() == ""
    QTest.keyClicks(menu.search, "qqq")
    assert menu.nothing.isVisible()
    QTest.keyClick(menu.search, Key.Key_Return)
    assert menu.isVisible()
    menu.search.clear()
    QTest.keyClick(menu.search, Key.Key_Down)
    chosen = menu.list.currentItem().text()
    QTest.keyClick(menu.search, Key.Key_Return)
    assert type(document.spec.layers[1]).__name__ == chosen != "Dense"


def test_the_arrows_pass_over_what_does_not_fit(five: NetworkPanel) -> None:
    press(five, Key.Key_Insert)
    seen = set()
    for _ in range(40):
        QTest.keyClick(five.menu.search, Key.Key_Down)
        seen.add(five.menu.list.currentItem().text())
    assert "Dropout" in seen
    assert "Conv2D" not in seen
    five.menu.hide()


def test_a_small_ground_point_is_no_layer(five: NetworkPanel) -> None:
    assert five.canvas.hit_at(QPoint(2, five.canvas.viewport().height() - 2)) is None
    assert five.canvas.hit_at(at(five, QPointF(five.canvas.picture.layer_rect(0).center()))) is not None
