"""The inspector by mouse and keys: what it shows of every layer, and what it asks for."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import Field
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from ui.inspector.bench import Bench

from nnplayground.core import edits
from nnplayground.core.keras_objects import L2
from nnplayground.core.layers import LAYERS, Dense, Dropout, LayerBase
from nnplayground.ui.inspector.form import Form
from nnplayground.ui.theme.theme import Theme


@pytest.fixture
def bench(training: Bench) -> Bench:
    training.panel.show_layer(0)
    return training


def test_without_a_layer_it_shows_the_training(bench: Bench) -> None:
    bench.panel.show_layer(None)
    assert bench.panel.accessibleName() == "Training"
    assert bench.find(QSpinBox, "training.epochs").value() == bench.spec.training.epochs
    assert not bench.find(QToolButton, "removeLayer").isVisible()
    bench.panel.show_layer(0)
    assert bench.panel.accessibleName() == "Dense, layer 1"


def test_units_are_typed_and_merge_into_one_step(qtbot: QtBot, bench: Bench) -> None:
    spin = bench.find(QSpinBox, "field_units")
    spin.selectAll()
    qtbot.keyClicks(spin, "16")
    assert bench.spec.layers[0].units == 16  # type: ignore[union-attr]
    assert bench.asked[-1].text.startswith("units ")
    assert len({e.merge for e in bench.asked}) == 1
    assert bench.asked[0].merge
    assert "(None, 16)" in bench.find(QLabel, "layerShapes").text()


def test_an_activation_is_chosen_by_keys(qtbot: QtBot, bench: Bench) -> None:
    combo = bench.find(QComboBox, "field_activation")
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Up)
    names = [combo.itemText(i) for i in range(combo.count())]
    assert bench.spec.layers[0].activation == names[names.index("tanh") - 1]  # type: ignore[union-attr]


def test_rare_arguments_are_folded_and_the_bias_can_go(qtbot: QtBot, bench: Bench) -> None:
    box = bench.find(QCheckBox, "field_use_bias")
    assert not box.isVisible()
    qtbot.mouseClick(bench.find(QToolButton, "moreArguments"), Qt.MouseButton.LeftButton)
    assert box.isVisible()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert bench.spec.layers[0].use_bias is False  # type: ignore[union-attr]


def test_a_regularizer_brings_its_own_arguments(qtbot: QtBot, bench: Bench) -> None:
    bench.show(edits.change_layer(bench.spec, 0, kernel_regularizer=L2()))
    line = bench.find(QLineEdit, "field_kernel_regularizer.l2")
    line.selectAll()
    qtbot.keyClicks(line, "0.25")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert bench.spec.layers[0].kernel_regularizer == L2(l2=0.25)  # type: ignore[union-attr]
    bench.show(edits.change_layer(bench.spec, 0, kernel_regularizer=None))
    assert bench.panel.findChild(Form, "").rows.keys() >= {"units"}  # type: ignore[union-attr]


@pytest.mark.parametrize(("typed", "word"), [("-1", "at least 0"), ("much", "a number"), ("1e999", "finite")])
def test_what_cannot_be_is_said_below_and_changes_nothing(typed: str, word: str, qtbot: QtBot, bench: Bench) -> None:
    bench.show(edits.change_layer(bench.spec, 0, kernel_regularizer=L2()))
    before = bench.spec
    line = bench.find(QLineEdit, "field_kernel_regularizer.l2")
    line.selectAll()
    qtbot.keyClicks(line, typed)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert bench.spec == before
    assert line.property("bad")
    assert any(word in label.text() for label in bench.panel.findChildren(QLabel) if not label.isHidden())


def test_a_problem_stands_below_its_argument_with_ways_out(qtbot: QtBot, bench: Bench) -> None:
    bench.panel.show_layer(2)
    bench.show(edits.change_layer(bench.spec, 2, activation="softmax"))
    assert bench.find(QComboBox, "field_activation").property("bad")
    mends = bench.panel.findChildren(QPushButton, "fieldFix")
    assert [b.text() for b in mends] == ["Use sigmoid", "Make it 2 units"]
    qtbot.waitUntil(mends[0].isVisible)
    qtbot.mouseClick(mends[0], Qt.MouseButton.LeftButton)
    assert bench.spec.layers[2].activation == "sigmoid"  # type: ignore[union-attr]
    assert not bench.find(QComboBox, "field_activation").property("bad")


def test_the_tools_freeze_duplicate_and_remove(qtbot: QtBot, bench: Bench) -> None:
    qtbot.mouseClick(bench.find(QToolButton, "freezeLayer"), Qt.MouseButton.LeftButton)
    assert bench.spec.layers[0].trainable is False
    qtbot.mouseClick(bench.find(QToolButton, "duplicateLayer"), Qt.MouseButton.LeftButton)
    assert bench.spec.layers[0] == bench.spec.layers[1]
    qtbot.mouseClick(bench.find(QToolButton, "removeLayer"), Qt.MouseButton.LeftButton)
    assert len(bench.spec.layers) == 3
    assert [e.text for e in bench.asked] == ["Freeze Dense", "Duplicate Dense", "Remove Dense"]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda c: c.__name__)
def test_every_layer_has_a_control_for_every_argument(layer: type[LayerBase], bench: Bench) -> None:
    bench.show(edits.set_layers(bench.spec, (layer(),)))
    for name in layer.model_fields:
        if name not in ("type", "trainable", "disabled"):
            control = bench.find(QWidget, f"field_{name}")
            assert control.accessibleName() == name
            assert control.toolTip()
    assert not bench.asked


class Squeeze(LayerBase):
    """A layer that no code of the inspector has heard of."""

    type: Literal["Squeeze"] = "Squeeze"
    strength: int = Field(default=3, ge=1, le=9, description="How hard.")
    mode: Literal["soft", "hard"] = Field(default="soft", description="How.")
    size: tuple[int, ...] = Field(default=(2, 3), description="How wide.")


def test_a_new_layer_needs_no_code_here(qtbot: QtBot, theme: Theme) -> None:
    form = Form(theme, Squeeze)
    qtbot.addWidget(form)
    form.show()
    form.show_value(Squeeze())
    changed: list[Squeeze] = []
    form.changed.connect(lambda change: changed.append(change.value))
    spin = form.findChild(QSpinBox, "field_strength")
    assert spin is not None
    assert (spin.minimum(), spin.maximum()) == (1, 9)
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    line = form.findChild(QLineEdit, "field_size")
    assert line is not None
    line.selectAll()
    qtbot.keyClicks(line, "4, 5, 6")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert changed[0] == Squeeze(strength=4)
    assert changed[-1] == Squeeze(size=(4, 5, 6))


def test_showing_a_dense_layer_asks_for_nothing(bench: Bench) -> None:
    bench.show(edits.set_layers(bench.spec, (Dense(units=7), *bench.spec.layers[1:])))
    assert bench.find(QSpinBox, "field_units").value() == 7
    assert not bench.asked


def test_settings_that_act_on_the_run_have_a_dot(bench: Bench) -> None:
    bench.show(edits.insert_layer(bench.spec, 1, Dropout(rate=0.2)))
    bench.panel.show_layer(1)
    dots = bench.panel.findChildren(QWidget, "liveDot")
    assert [dot.parentWidget().findChild(QLabel).text() for dot in dots if dot.isVisible()] == ["rate"]
    bench.panel.show_layer(0)
    assert not any(dot.isVisible() for dot in bench.panel.findChildren(QWidget, "liveDot"))
