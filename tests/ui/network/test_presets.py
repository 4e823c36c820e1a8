"""The presets by mouse and keys: what is offered, what is checked, and one step back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from nnplayground.core import edits
from nnplayground.core.data_spec import Encoding
from nnplayground.core.layers import LSTM, Conv2D, Dense
from nnplayground.core.presets import recommended
from nnplayground.core.spec import ProjectSpec
from nnplayground.ui.document import Document
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.network.presets_list import NOTE, PRESENT
from nnplayground.ui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton
Show = Callable[[ProjectSpec], NetworkPanel]


@pytest.fixture
def show(qtbot: QtBot, theme: Theme, document: Document) -> Iterator[Show]:
    panels: list[NetworkPanel] = []

    def shown(spec: ProjectSpec) -> NetworkPanel:
        document.open(spec)
        panel = NetworkPanel(theme)
        panels.append(panel)
        panel.resize(748, 462)
        panel.edit_requested.connect(document.apply)
        document.changed.connect(lambda _before, after: panel.show_analysis(after))
        panel.show_analysis(document.analysis)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    yield shown
    for panel in panels:
        delete(panel)


def opened(panel: NetworkPanel) -> list[str]:
    button = panel.findChild(QToolButton, "presetsButton")
    assert button is not None
    QTest.mouseClick(button, LEFT)
    assert panel.presets.isVisible()
    return [panel.presets.list.item(i).text() for i in range(panel.presets.list.count())]


def place(panel: NetworkPanel, title: str) -> QPoint:
    rows = panel.presets.list
    (item,) = rows.findItems(title, Qt.MatchFlag.MatchExactly)
    rows.scrollToItem(item)
    return rows.visualItemRect(item).center()


def checked(panel: NetworkPanel) -> list[str]:
    items = [panel.presets.list.item(i) for i in range(panel.presets.list.count())]
    return [item.text() for item in items if item.data(PRESENT)]


def test_the_list_names_networks_parameters_and_the_present_one(show: Show) -> None:
    panel = show(recommended("mnist"))
    titles = opened(panel)
    assert titles[0] == "Softmax regression"
    assert "Small CNN" in titles
    assert checked(panel) == ["The book's network (64-64)"]
    assert panel.presets.list.item(0).data(NOTE) == "7,850 parameters"
    current = panel.presets.list.currentItem()
    assert current is not None
    assert current.text() == "The book's network (64-64)"


def test_a_click_takes_a_preset_in_one_step(show: Show, document: Document) -> None:
    before = recommended("mnist")
    panel = show(before)
    opened(panel)
    QTest.mouseClick(panel.presets.list.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place(panel, "Small CNN"))
    assert not panel.presets.isVisible()
    assert isinstance(document.spec.layers[0], Conv2D)
    assert document.spec.data == before.data
    assert document.analysis.problems == ()
    assert document.stack.undoText() == "Preset Small CNN"
    opened(panel)
    assert checked(panel) == ["Small CNN"]
    document.stack.undo()
    assert document.spec == before
    assert document.stack.index() == 0


@pytest.mark.parametrize("enter", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_keys_choose_and_escape_leaves(show: Show, document: Document, enter: Qt.Key) -> None:
    panel = show(recommended("circle"))
    assert opened(panel) == ["One neuron (no hidden layer)", "4-2 tanh", "Wide 10", "8-8 relu"]
    QTest.keyClick(panel.presets.list, Qt.Key.Key_Escape)
    assert not panel.presets.isVisible()
    assert document.stack.index() == 0
    opened(panel)
    QTest.keyClick(panel.presets.list, Qt.Key.Key_Up)
    QTest.keyClick(panel.presets.list, enter)
    assert document.spec.layers == (Dense(units=1, activation="sigmoid"),)


def test_a_way_to_read_words_brings_its_encoding_in_the_same_step(show: Show, document: Document) -> None:
    panel = show(recommended("imdb"))
    opened(panel)
    QTest.mouseClick(panel.presets.list.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place(panel, "LSTM"))
    assert document.spec.data.encoding is Encoding.SEQUENCE  # type: ignore[union-attr]
    assert any(isinstance(layer, LSTM) for layer in document.spec.layers)
    assert document.analysis.errors == ()
    document.stack.undo()
    assert document.spec == recommended("imdb")


def test_the_present_one_again_is_no_step(show: Show, document: Document) -> None:
    panel = show(edits.set_name(recommended("and"), "Gates"))
    opened(panel)
    QTest.mouseClick(panel.presets.list.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place(panel, "One neuron (no hidden layer)"))
    assert document.stack.index() == 0


def test_the_menu_offers_the_same(show: Show, document: Document) -> None:
    panel = show(recommended("line"))
    menu = QMenu(panel)
    panel.fill_menu(menu)
    presets = menu.findChild(QMenu, "presetsActions")
    assert presets is not None
    presets.aboutToShow.emit()
    assert [(a.text(), a.isChecked()) for a in presets.actions()] == [("One neuron (no hidden layer)\t2", True), ("8 relu\t25", False)]
    presets.actions()[1].trigger()
    assert document.stack.undoText() == "Preset 8 relu"
    presets.aboutToShow.emit()
    assert [a.isChecked() for a in presets.actions()] == [False, True]
