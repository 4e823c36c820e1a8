"""Tabs that share one place: the chosen one is always in sight, the rest fold into a menu when there is no room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QMenu, QStyleOptionTab
from pytestqt.qtbot import QtBot

from nnplayground.ui.panel import Panel
from nnplayground.ui.tabs import TabbedPanel
from nnplayground.ui.theme.theme import Theme

NAMES = ("Curves", "Confusion", "Mistakes", "Weights", "Activations", "Log")


@pytest.fixture
def tabbed(qtbot: QtBot, theme: Theme) -> TabbedPanel:
    pages = [Panel(theme, name) for name in NAMES]
    pages[1].add_tool("magnify", "Find")
    panel = TabbedPanel(theme, "Views", pages)
    qtbot.addWidget(panel)
    panel.resize(800, 200)
    panel.show()
    return panel


def _narrow(tabbed: TabbedPanel, qtbot: QtBot, width: int) -> None:
    tabbed.resize(width, 200)
    qtbot.waitUntil(lambda: tabbed.header.width() <= width)


def test_with_room_all_tabs_are_there_and_no_chevron(tabbed: TabbedPanel) -> None:
    assert tabbed.folded() == []
    assert not tabbed.more.isVisible()


def test_without_room_the_last_tabs_are_in_a_menu(tabbed: TabbedPanel, qtbot: QtBot) -> None:
    _narrow(tabbed, qtbot, 360)
    folded = tabbed.folded()
    assert folded
    assert folded == list(range(folded[0], len(NAMES)))
    assert tabbed.tabs.tabRect(folded[0] - 1).right() < tabbed.more.x()
    qtbot.mouseClick(tabbed.more, Qt.MouseButton.LeftButton)
    menu = tabbed.findChild(QMenu, "moreTabsMenu")
    assert [action.text() for action in menu.actions()] == [NAMES[i] for i in folded]
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(menu.actions()[-1]).center())
    assert tabbed.shown_page.accessibleName() == "Log"
    assert tabbed.tabs.isTabVisible(len(NAMES) - 1)
    assert tabbed.tabs.tabRect(len(NAMES) - 1).right() < tabbed.more.x()
    assert tabbed.tabs.isTabVisible(0)


def test_with_room_again_all_come_back(tabbed: TabbedPanel, qtbot: QtBot) -> None:
    _narrow(tabbed, qtbot, 300)
    tabbed.resize(800, 200)
    qtbot.waitUntil(lambda: tabbed.folded() == [])


def test_a_panel_whose_title_changes_renames_its_tab(tabbed: TabbedPanel) -> None:
    page = tabbed._stack.widget(3)
    assert isinstance(page, Panel)
    page.set_title("Weights of layer 2")
    assert tabbed.tabs.tabText(3) == "Weights of layer 2"


def test_hidden_pages_are_hidden_for_those_who_ask(tabbed: TabbedPanel) -> None:
    assert [tabbed._stack.widget(i).isVisible() for i in range(3)] == [True, False, False]
    tabbed.tabs.setCurrentIndex(1)
    assert [tabbed._stack.widget(i).isVisible() for i in range(3)] == [False, True, False]


@pytest.mark.parametrize("width", [360, 250, 200])
def test_a_long_title_ends_with_an_ellipsis_where_it_has_no_room(tabbed: TabbedPanel, qtbot: QtBot, theme: Theme, width: int) -> None:
    short, long, title = Panel(theme, "Try it"), Panel(theme, "Training"), "LayerNormalization, layer 12"
    for _ in range(3):
        long.add_tool("magnify", "Find")
    pair = TabbedPanel(theme, "Both", (short, long))
    qtbot.addWidget(pair)
    pair.resize(width, 200)
    pair.show()
    pair.open_page(long)
    long.set_title(title)
    qtbot.waitUntil(lambda: pair.tabs.tabRect(1).right() < long.header.mapTo(pair, QPoint(0, 0)).x())
    option = QStyleOptionTab()
    pair.tabs.initStyleOption(option, 1)
    assert option.text.endswith("…")
    assert title.startswith(option.text[:-1])
    assert pair.tabs.tabText(1) == pair.tabs.tabToolTip(1) == title
    assert pair.folded() == ([] if width == 360 else [0])
    pair.resize(700, 200)
    qtbot.waitUntil(lambda: pair.folded() == [] and not pair.tabs.tabToolTip(1))
    qtbot.waitUntil(lambda: pair.tabs.tabRect(1).width() == pair.tabs.tabSizeHint(1).width())
    whole = QStyleOptionTab()
    pair.tabs.initStyleOption(whole, 1)
    assert whole.text == title


def test_tabs_fold_when_a_tool_grows_rather_than_being_cut(tabbed: TabbedPanel, qtbot: QtBot) -> None:
    """A count that has one digit more took the room of the titles: `Cur…`."""
    page = tabbed._stack.widget(0)
    assert isinstance(page, Panel)
    told = QLabel("1")
    page.add_header_widget(told)
    qtbot.waitUntil(lambda: tabbed._tools_stack.width() >= told.sizeHint().width() > 0)
    assert tabbed.folded() == []
    told.setText("1 of 17 " * 30)
    qtbot.waitUntil(lambda: bool(tabbed.folded()))
    shown = [i for i in range(len(NAMES)) if i not in tabbed.folded()]
    qtbot.waitUntil(lambda: all(tabbed.tabs.tabRect(i).width() == tabbed.tabs.tabSizeHint(i).width() for i in shown))
    told.setText("1")
    qtbot.waitUntil(lambda: tabbed.folded() == [])
