"""The inspector by mouse and keys: what it shows of every layer, and what it asks for."""

from __future__ import annotations

from typing import Literal, get_args

import pytest
from pydantic import Field
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from ui.inspector.bench import Bench

from nnplayground.core import edits
from nnplayground.core.keras_objects import CONSTRAINTS, INITIALIZERS, L2, REGULARIZERS, Activation
from nnplayground.core.layers import GRU, LAYERS, LSTM, Bidirectional, Conv2D, Dense, Dropout, Flatten, LayerBase
from nnplayground.core.presets import recommended
from nnplayground.core.value import Value
from nnplayground.ui.document import Document
from nnplayground.ui.inspector.form import Form
from nnplayground.ui.inspector.panel import InspectorPanel
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


OBJECTS = (*INITIALIZERS, *REGULARIZERS, *CONSTRAINTS)


@pytest.mark.parametrize("cls", [*LAYERS, *OBJECTS], ids=lambda c: c.__name__)
def test_every_argument_is_explained_with_its_name_in_keras(cls: type[Value]) -> None:
    for name, info in cls.model_fields.items():
        if name not in ("type", "name", "trainable", "disabled"):
            assert info.description is not None, name
            assert f"Keras: {name}" in info.description, name
    assert getattr(cls, "summary", getattr(cls, "hint", "")).endswith(".")


@pytest.mark.parametrize(("argument", "kinds"), [
    ("kernel_initializer", INITIALIZERS), ("bias_initializer", INITIALIZERS), ("kernel_regularizer", REGULARIZERS),
    ("activity_regularizer", REGULARIZERS), ("kernel_constraint", CONSTRAINTS), ("bias_constraint", CONSTRAINTS),
])  # fmt: skip
def test_every_kind_is_chosen_and_its_numbers_are_edited(argument: str, kinds: tuple[type[Value], ...], bench: Bench) -> None:
    """By keys: the chooser takes each, and what is typed into each of its numbers counts."""
    for kind in kinds:
        combo = bench.find(QComboBox, f"field_{argument}")
        word = next(w for i in range(combo.count()) if (w := combo.itemText(i)).replace("_", "") == kind.__name__.lower())
        combo.setCurrentText(word)
        combo.textActivated.emit(word)
        assert isinstance(getattr(bench.spec.layers[0], argument), kind), word
        for name, info in kind.model_fields.items():
            if info.annotation is float:
                bench.type(f"field_{argument}.{name}", "0.375")
                assert getattr(getattr(bench.spec.layers[0], argument), name) == 0.375
            elif info.annotation is int:
                spin = bench.find(QSpinBox, f"field_{argument}.{name}")
                spin.stepUp()
                assert getattr(getattr(bench.spec.layers[0], argument), name) == spin.value() == 1


def test_every_activation_is_chosen(bench: Bench) -> None:
    combo = bench.find(QComboBox, "field_activation")
    assert tuple(combo.itemText(i) for i in range(combo.count())) == get_args(Activation)
    for name in get_args(Activation):
        combo.setCurrentText(name)
        combo.textActivated.emit(name)
        assert bench.spec.layers[0].activation == name  # type: ignore[union-attr]


@pytest.mark.parametrize("inner", ["simple_rnn", "gru", "lstm"])
def test_what_is_doubled_is_chosen_and_edited(inner: str, bench: Bench) -> None:
    words = edits.change_data(recommended("imdb"), encoding="sequence")
    bench.show(edits.set_layers(words, (Bidirectional(layer=LSTM() if inner != "lstm" else GRU()), *words.layers)))
    combo = bench.find(QComboBox, "field_layer")
    combo.setCurrentText(inner)
    combo.textActivated.emit(inner)
    bench.find(QSpinBox, "field_layer.units").setValue(7)
    doubled = bench.spec.layers[0].layer  # type: ignore[union-attr]
    assert (doubled.type, doubled.units) == ({"simple_rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}[inner], 7)


@pytest.fixture
def pictures(training: Bench) -> Bench:
    """Filters over digits."""
    training.show(edits.set_layers(recommended("mnist"), (Conv2D(activation="relu"), Flatten(), Dense(units=10, activation="softmax"))))
    training.panel.show_layer(0)
    return training


def test_shapes_follow_every_key_in_one_step(qtbot: QtBot, pictures: Bench) -> None:
    line, shapes = pictures.find(QLineEdit, "field_kernel_size"), pictures.find(QLabel, "layerShapes")
    line.setFocus()
    line.selectAll()
    seen = []
    for letter in "5, 7":
        qtbot.keyClicks(line, letter)
        seen.append((line.text(), shapes.text().rpartition("→")[2].strip()))
    assert seen == [("5", "(None, 24, 24, 8)"), ("5,", "(None, 24, 24, 8)"), ("5, ", "(None, 24, 24, 8)"), ("5, 7", "(None, 24, 22, 8)")]
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert pictures.spec.layers[0].kernel_size == (5, 7)  # type: ignore[union-attr]
    assert len({edit.merge for edit in pictures.asked}) == 1
    assert pictures.asked[0].merge
    first = pictures.asked[0].merge
    pictures.type("field_kernel_size", "3")
    assert pictures.asked[-1].merge not in ("", first)
    assert line.text() == "3, 3"


def test_what_came_to_nothing_leaves_the_value_from_before_and_no_step(qtbot: QtBot, theme: Theme, document: Document) -> None:
    panel = InspectorPanel(theme)
    qtbot.addWidget(panel)
    panel.edit_requested.connect(document.apply)
    document.changed.connect(lambda _before, after: panel.show_analysis(after))
    document.open(edits.change_layer(document.spec, 0, kernel_regularizer=L2()))
    panel.show_analysis(document.analysis)
    panel.show_layer(0)
    panel.show()
    before = document.spec
    line = panel.findChild(QLineEdit, "field_kernel_regularizer.l2")
    assert line is not None
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "3")
    assert document.spec != before
    qtbot.keyClicks(line, "x")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert document.spec == before
    assert line.text() == "3x"
    assert line.property("bad")
    assert document.stack.count() == 0


def test_an_undone_value_is_shown_though_it_was_being_typed(qtbot: QtBot, pictures: Bench) -> None:
    before = pictures.spec
    line = pictures.find(QLineEdit, "field_kernel_size")
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "9")
    pictures.show(before)
    assert line.text() == "3, 3"


@pytest.mark.parametrize(("typed", "word"), [("out", "Layer 3 is called 'out' already"), ("dense_1", "Keras gives"), ("a b", "A name has")])
def test_a_name_that_cannot_be_is_refused_in_a_sentence(typed: str, word: str, qtbot: QtBot, bench: Bench) -> None:
    bench.show(edits.change_layer(bench.spec, 2, name="out"))
    before = bench.spec
    qtbot.mouseClick(bench.find(QToolButton, "moreArguments"), Qt.MouseButton.LeftButton)
    bench.type("field_name", typed)
    assert bench.spec == before
    assert word in bench.said
    bench.type("field_name", "mine")
    assert bench.spec.layers[0].name == "mine"
    assert word not in bench.said


def test_the_foot_tells_parameters_and_memory(pictures: Bench) -> None:
    foot = pictures.find(QLabel, "layerParameters")
    assert foot.text() == "80 parameters · 320 bytes"
    pictures.panel.show_layer(1)
    assert foot.text() == "No parameters"
    pictures.panel.show_layer(2)
    assert foot.text() == "54,090 parameters · 216 KB"
    assert "32 take 1,280 bytes" in foot.parentWidget().toolTip()


def test_a_problem_of_the_whole_layer_moves_no_field(qtbot: QtBot, pictures: Bench) -> None:
    pictures.panel.resize(290, 300)
    qtbot.waitUntil(lambda: pictures.panel.height() == 300)
    spin = pictures.find(QSpinBox, "field_filters")
    place = spin.mapTo(pictures.panel, spin.rect().topLeft())
    width = pictures.panel.minimumSizeHint().width()
    pictures.show(edits.set_layers(pictures.spec, (Conv2D(activation="relu", kernel_size=(40, 40)), *pictures.spec.layers[1:])))
    assert "larger than its input" in pictures.said
    assert spin.mapTo(pictures.panel, spin.rect().topLeft()) == place
    assert pictures.panel.minimumSizeHint().width() == width
    assert pictures.panel.height() == 300


@pytest.mark.parametrize("cls", LAYERS, ids=lambda c: c.__name__)
def test_no_title_pushes_the_tools_out(cls: type[LayerBase], bench: Bench) -> None:
    bench.show(edits.set_layers(bench.spec, (cls(),)))
    bench.panel.resize(240, 400)
    assert bench.panel.width() == 240
    tools = [bench.find(QToolButton, name) for name in ("freezeLayer", "duplicateLayer", "removeLayer")]
    assert all(tool.mapTo(bench.panel, tool.rect().bottomRight()).x() < 240 for tool in tools)


@pytest.mark.parametrize("width", [205, 290])
def test_no_word_is_cut_off_beside_its_name(width: int, qtbot: QtBot, pictures: Bench) -> None:
    pictures.panel.resize(width, 300)
    combo = pictures.find(QComboBox, "field_kernel_initializer")
    qtbot.waitUntil(lambda: combo.fontMetrics().horizontalAdvance("variance_scaling") + 30 <= combo.width())
    label = next(x for x in pictures.panel.findChildren(QLabel) if x.text() == "kernel_initializer")
    assert label.sizeHint().width() <= label.width()


def test_ways_out_stand_over_the_form_whole(qtbot: QtBot, pictures: Bench) -> None:
    pictures.panel.resize(240, 220)
    pictures.show(edits.set_layers(pictures.spec, (Conv2D(activation="relu", kernel_size=(40, 40)), *pictures.spec.layers[1:])))
    notice = pictures.find(QWidget, "layerProblem")
    buttons = notice.findChildren(QPushButton, "fieldFix")
    assert [b.text() for b in buttons] == ["Use padding same", "Remove Conv2D"]
    qtbot.waitUntil(lambda: all(b.width() >= b.sizeHint().width() and notice.rect().contains(b.geometry()) for b in buttons))
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert pictures.spec.layers[0].padding == "same"  # type: ignore[union-attr]
    assert notice.isHidden()
