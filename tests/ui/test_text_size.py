"""Large text: everything can be reached, and after going back all is as it was."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.trying.working import WorkingPanel
from nnplayground.ui.views.confusion import ConfusionPanel
from nnplayground.ui.views.layer_list import LayerList
from nnplayground.ui.views.notes import NotesPanel
from nnplayground.ui.views.segmented import Segmented


def widths(window: MainWindow) -> list[int]:
    return [dock.width() for dock in window.docks]


@pytest.mark.parametrize("zoom", [1.5, 2.0])
def test_back_at_the_usual_size_all_panels_are_as_wide_as_before(window: MainWindow, qtbot: QtBot, zoom: float) -> None:
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: window.docks[0].width() == 214)
    before = widths(window)
    window.theme.set_zoom(zoom)
    qtbot.waitUntil(lambda: widths(window) != before and window.data.rail)
    window.theme.set_zoom(1.0)
    qtbot.waitUntil(lambda: widths(window) == before)


def test_back_at_the_usual_size_a_hidden_page_asks_for_no_more_than_before(theme: Theme, qtbot: QtBot) -> None:
    stack, page = QStackedWidget(), QWidget()
    qtbot.addWidget(stack)
    row = QHBoxLayout()
    row.addWidget(QCheckBox("Test data"))
    column = QVBoxLayout(page)
    column.addLayout(row)
    stack.addWidget(page)
    stack.addWidget(QWidget())
    stack.show()
    before = page.minimumSizeHint().width()
    stack.setCurrentIndex(1)
    for zoom in (2.0, 1.0):
        theme.set_zoom(zoom)
        qtbot.wait(20)
        assert (page.minimumSizeHint().width() > before) == (zoom > 1)


def test_the_numbers_of_the_output_are_seen_however_low_the_window_is(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1024, 700)
    window.data.data_chosen.emit("mnist")
    qtbot.waitUntil(window.output.samples.isVisible)

    def seen() -> bool:
        metrics = window.output.metrics
        return metrics.visibleRegion().boundingRect() == metrics.rect()

    qtbot.waitUntil(seen)


@pytest.mark.parametrize(("width", "words"), [(760, "Counts"), (470, "#")])
def test_the_switches_of_the_confusion_are_not_cut_off(theme: Theme, qtbot: QtBot, width: int, words: str) -> None:
    theme.set_zoom(2.0)
    panel = ConfusionPanel(theme)
    qtbot.addWidget(panel)
    panel.let_scroll()
    panel.resize(width, 300)
    panel._stack.setCurrentIndex(1)
    panel.show()

    def whole(switch: Segmented) -> bool:
        return switch.width() >= switch.sizeHint().width() and switch.mapTo(panel, QPoint(switch.width(), 0)).x() <= width

    qtbot.waitUntil(lambda: panel.numbers.button("counts").text() == words and whole(panel.numbers) and whole(panel.which))


def test_the_rows_of_a_list_grow_with_the_text(theme: Theme, qtbot: QtBot) -> None:
    layers = LayerList(theme, "layers", "Layers")
    qtbot.addWidget(layers)
    layers.show_layers((("Dense", "", True), ("Dense", "", True)))
    theme.set_zoom(2.0)
    assert layers.item(0).sizeHint().height() >= layers.fontMetrics().height()


def test_what_stands_in_empty_notes_grows_with_the_text(theme: Theme, qtbot: QtBot) -> None:
    panel = NotesPanel(theme)
    qtbot.addWidget(panel)
    panel.show()
    theme.set_zoom(2.0)
    assert panel.view.viewport().font().pixelSize() == panel.view.font().pixelSize() == 26


def test_icons_grow_with_the_text(window: MainWindow) -> None:
    buttons = [b for b in window.findChildren(QToolButton) if not b.icon().isNull() and b.isVisible()]
    before = {b: b.iconSize().width() for b in buttons}
    window.theme.set_zoom(2.0)
    assert len(buttons) > 10
    assert [b.objectName() for b in buttons if b.iconSize().width() < 1.9 * before[b]] == []


def test_what_is_worked_out_moves_below_its_choices_where_it_has_no_room_beside_them(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.findChild(WorkingPanel, "workingPanel")
    assert panel is not None
    window.bottom.open_page(panel)
    qtbot.waitUntil(panel.isVisible)
    assert panel.layer.geometry().top() > panel.whose.geometry().top()
    window.theme.set_zoom(2.0)
    qtbot.waitUntil(lambda: panel.layer.geometry().left() > panel.whose.geometry().right())
