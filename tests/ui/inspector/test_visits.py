"""What is counted up in one visit of a layer is one step back; what was not finished belongs to nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSpinBox
from shiboken6 import delete

from nnplayground.core import edits
from nnplayground.core.layers import LSTM, Dense, Dropout
from nnplayground.core.presets import recommended
from nnplayground.ui.document import Document
from nnplayground.ui.inspector.panel import InspectorPanel
from nnplayground.ui.network.selection import Selection
from nnplayground.ui.theme.theme import Theme


@pytest.fixture
def panel(theme: Theme, document: Document) -> Iterator[InspectorPanel]:
    panel = InspectorPanel(theme)
    panel.resize(290, 700)
    document.open(recommended("circle"))
    panel.edit_requested.connect(document.apply)
    document.changed.connect(lambda _before, after: panel.show_analysis(after))
    panel.show_analysis(document.analysis)
    panel.show_layer(1)
    panel.show()
    yield panel
    delete(panel)


def units(panel: InspectorPanel) -> QSpinBox:
    QApplication.processEvents()
    spin = panel.findChild(QSpinBox, "field_units")
    assert spin is not None
    return spin


def up(panel: InspectorPanel, steps: int) -> None:
    units(panel).setFocus()
    for _ in range(steps):
        QTest.keyClick(units(panel), Qt.Key.Key_Up)


def test_steps_of_one_visit_are_one_step_back(panel: InspectorPanel, document: Document):
    up(panel, 4)
    assert (document.spec.layers[1].units, document.stack.count()) == (6, 1)  # type: ignore[union-attr]


def test_steps_of_two_visits_are_two(panel: InspectorPanel, document: Document):
    up(panel, 4)
    panel.show_layer(0)
    panel.show_layer(1)
    up(panel, 3)
    assert document.spec.layers[1].units == 9  # type: ignore[union-attr]
    document.stack.undo()
    assert document.spec.layers[1].units == 6  # type: ignore[union-attr]


def test_enter_ends_a_step(panel: InspectorPanel, document: Document):
    up(panel, 4)
    QTest.keyClick(units(panel), Qt.Key.Key_Return)
    up(panel, 3)
    assert (document.spec.layers[1].units, document.stack.count()) == (9, 2)  # type: ignore[union-attr]


def test_a_number_half_typed_is_not_the_next_layers(panel: InspectorPanel, document: Document):
    document.open(recommended("spiral"))  # two layers of 8 units: the field shows the same number for both
    panel._layer_around.as_you_type = False  # as the numbers of a training
    panel._drop_form()
    panel.show_layer(1)
    units(panel).setFocus()
    units(panel).selectAll()
    QTest.keyClicks(units(panel), "77")
    panel.show_layer(0)
    QTest.keyClick(units(panel), Qt.Key.Key_Return)
    panel.show_layer(None)
    QApplication.processEvents()
    assert [layer.units for layer in document.spec.layers] == [8, 8, 1]  # type: ignore[union-attr]


def test_what_is_set_with_several_layers_chosen_holds_for_all_of_their_kind(panel: InspectorPanel, document: Document):
    layers = (Dense(units=4), Dropout(), Dense(units=5, name="mine"), Dense(units=1, activation="sigmoid"))
    document.open(edits.set_layers(document.spec, layers))
    panel.show_choice(Selection((0, 1, 2), 2, 0))
    assert panel._several.text() == "3 layers chosen; what is set here holds for the 2 Dense"
    up(panel, 2)
    assert [getattr(layer, "units", None) for layer in document.spec.layers] == [7, None, 7, 1]
    assert document.spec.layers[2].name == "mine"
    assert document.stack.count() == 1
    document.stack.undo()
    assert document.spec.layers == layers
    panel.show_choice(Selection((0, 1), 1, 0))
    assert panel._several.text() == "2 layers chosen; what is set here holds for Dropout, layer 2"


@pytest.mark.parametrize("width", [220, 290, 400])
def test_a_layers_problem_is_not_written_over_by_its_buttons(width: int, panel: InspectorPanel, document: Document):
    panel.resize(width, 330)
    document.open(edits.set_layers(document.spec, (Dense(units=4, activation="tanh"), LSTM(), Dense(units=1, activation="sigmoid"))))
    panel.show_layer(1)
    QApplication.processEvents()
    notice = panel._problem
    sentence = notice._sentence
    assert sentence.height() >= sentence.heightForWidth(sentence.width())
    for button in notice._buttons:
        assert not button.geometry().intersects(sentence.geometry())
        assert notice.rect().contains(button.geometry())
    assert notice.geometry().right() <= panel._scroll.viewport().width()
