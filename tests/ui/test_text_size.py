"""Large text: everything can be reached, and after going back all is as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QApplication, QCheckBox, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.trying.panel import TryPanel
from nnplayground.ui.trying.working import WorkingPanel
from nnplayground.ui.views.confusion import ConfusionPanel
from nnplayground.ui.views.error_plots import Errors
from nnplayground.ui.views.layer_list import LayerList
from nnplayground.ui.views.notes import NotesPanel
from nnplayground.ui.views.scatter import Scatter
from nnplayground.ui.views.segmented import Segmented
from nnplayground.ui.views.weights import WeightsPanel


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


def test_in_a_small_window_with_large_text_the_open_tab_says_its_name_and_its_tools_are_icons(window: MainWindow, qtbot: QtBot) -> None:
    weights = window.findChild(WeightsPanel)
    histograms = weights.page.button("histograms")
    window.bottom.open_page(weights)
    window.resize(1024, 700)
    words = histograms.sizeHint().width()

    def title_has_room() -> bool:
        tabs = window.bottom.tabs
        return tabs.tabRect(tabs.currentIndex()).width() >= tabs.fontMetrics().horizontalAdvance("Weights")

    window.theme.set_zoom(2.0)
    qtbot.waitUntil(lambda: title_has_room() and histograms.sizeHint().width() < words)
    assert histograms.accessibleName().endswith("Histograms")
    assert weights.layers.width() <= weights.width() / 2
    window.theme.set_zoom(1.0)
    qtbot.waitUntil(lambda: title_has_room() and histograms.sizeHint().width() == words)


def test_plots_of_errors_are_as_much_higher_as_their_text(theme: Theme, qtbot: QtBot) -> None:
    errors = Errors(theme)
    qtbot.addWidget(errors)
    plots = errors.findChildren(Scatter)
    usual = [plot.minimumHeight() for plot in plots]
    theme.set_zoom(2.0)
    assert len(plots) == 3
    assert [plot.minimumHeight() for plot in plots] == [2 * height for height in usual]
    theme.set_zoom(1.0)
    assert [plot.minimumHeight() for plot in plots] == usual


@pytest.mark.parametrize(("width", "in_a_row"), [(560, True), (440, False)])
def test_what_is_worked_out_is_chosen_in_fields_below_each_other_where_a_row_would_cut_them(
    theme: Theme, qtbot: QtBot, width: int, in_a_row: bool
) -> None:
    trying = TryPanel(theme)
    panel = WorkingPanel(theme, trying)
    for widget in (trying, panel):
        qtbot.addWidget(widget)
    panel.resize(width, 500)
    panel.show()
    theme.set_zoom(2.0)
    qtbot.waitUntil(lambda: (panel.layer.x() < panel.unit.x()) is in_a_row)
    theme.set_zoom(1.0)
    qtbot.waitUntil(lambda: panel.layer.x() == panel.unit.x())


@pytest.mark.parametrize("width", [1000, 1020, 1040])
def test_folding_tools_come_to_rest(make_window: Callable[[], MainWindow], qtbot: QtBot, qapp: QApplication, width: int):
    """Tools that unfolded widened their panel, which had them fold: for ever, with half of a core."""

    class Counter(QObject):
        count = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            self.count += event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest)
            return False

    window, counter = make_window(), Counter()
    window.theme.set_zoom(2.0)
    window.bottom.open_page(window._parts.activations)
    window.resize(width, 660)
    qtbot.wait(500)
    qapp.installEventFilter(counter)
    qtbot.wait(200)
    qapp.removeEventFilter(counter)
    assert counter.count < 50
