"""The settings of the training by mouse and keys: what is shown of them, and what is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton, QSpinBox, QToolButton, QWidget
from ui.inspector.bench import Bench

from nnplayground.core import edits
from nnplayground.core.data_spec import SourceChoice
from nnplayground.core.losses import BinaryFocalCrossentropy
from nnplayground.core.optimizers import OPTIMIZERS, SGD, Adam
from nnplayground.core.presets import recommended
from nnplayground.core.schedules import SCHEDULES, ExponentialDecay, PiecewiseConstantDecay
from nnplayground.core.spec import EarlyStopping, StopWhen, TrainingSpec
from nnplayground.core.value import Typed
from nnplayground.data import registry
from nnplayground.data.store import Store
from nnplayground.ui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton


def check(bench: Bench, name: str) -> None:
    """Click a check box as the mouse does, on its square."""
    box = bench.find(QCheckBox, name)
    QTest.mouseClick(box, LEFT, pos=QPoint(10, box.height() // 2))


def choose(bench: Bench, name: str, word: str) -> None:
    """Choose a word by keys."""
    combo = bench.find(QComboBox, name)
    combo.setFocus()
    words = [combo.itemText(i) for i in range(combo.count())]
    steps = words.index(word) - combo.currentIndex()
    for _ in range(abs(steps)):
        QTest.keyClick(bench.find(QComboBox, name), Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def test_every_setting_has_a_control_with_name_and_help(training: Bench) -> None:
    for name, info in TrainingSpec.model_fields.items():
        if name == "k_fold":
            continue  # for runs without a window
        control = training.find(QWidget, f"training.{name}")
        assert control.accessibleName() == name
        assert control.toolTip() == info.description
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert "25 steps an epoch, 12,500 in all." in training.said
    assert not training.asked


def test_early_stopping_is_switched_on_changed_and_switched_off(training: Bench) -> None:
    assert training.panel.findChild(QWidget, "training.early_stopping.patience") is None
    check(training, "training.early_stopping")
    assert training.set.early_stopping == EarlyStopping(monitor="val_loss", patience=10)
    patience = training.find(QSpinBox, "training.early_stopping.patience")
    assert patience.accessibleName() == "early_stopping patience"
    QTest.keyClick(patience, Qt.Key.Key_Up)
    QTest.keyClick(patience, Qt.Key.Key_Up)
    check(training, "training.early_stopping.restore_best_weights")
    assert training.set.early_stopping == EarlyStopping(monitor="val_loss", patience=12, restore_best_weights=True)
    check(training, "training.early_stopping")
    assert training.set.early_stopping is None
    assert training.panel.findChild(QWidget, "training.early_stopping.patience") is None
    assert [e.text for e in training.asked] == [
        "Early stopping on", "patience 10 → 11", "patience 11 → 12", "restore_best_weights on", "Early stopping off",
    ]  # fmt: skip
    assert training.asked[1].merge == training.asked[2].merge != ""
    assert training.asked[0].merge == ""


def test_a_typed_number_counts_when_it_is_complete(training: Bench) -> None:
    epochs = training.find(QSpinBox, "training.epochs")
    epochs.selectAll()
    QTest.keyClicks(epochs, "800")
    assert not training.asked
    QTest.keyClick(epochs, Qt.Key.Key_Return)
    assert [e.text for e in training.asked] == ["epochs 500 → 800"]


@pytest.mark.parametrize("model", OPTIMIZERS, ids=lambda c: c.__name__)
def test_every_optimizer_can_be_chosen_and_has_its_arguments(model: type[Typed], training: Bench) -> None:
    training.show(edits.change_training(training.spec, optimizer=SGD(learning_rate=3.0) if model is Adam else Adam()))
    choose(training, "training.optimizer", model.__name__)
    assert training.set.optimizer == model()
    for name in model().arguments():
        control = training.find(QWidget, f"training.optimizer.{name}")
        assert control.toolTip() == model.model_fields[name].description
    assert training.find(QLineEdit, "training.optimizer.learning_rate.value").text() == f"{model().learning_rate:g}"  # type: ignore[attr-defined]


def test_an_argument_of_the_optimizer_is_typed(training: Bench) -> None:
    training.show(edits.change_training(training.spec, optimizer=SGD()))
    training.type("training.optimizer.momentum", "0.9")
    check(training, "training.optimizer.nesterov")
    assert not training.find(QWidget, "training.optimizer.clipnorm").isVisible()
    QTest.mouseClick(training.find(QToolButton, "training.optimizer.moreArguments"), LEFT)
    training.type("training.optimizer.clipnorm", "1.5")
    assert training.set.optimizer == SGD(momentum=0.9, nesterov=True, clipnorm=1.5)
    assert [e.text for e in training.asked] == ["momentum 0 → 0.9", "nesterov on", "clipnorm None → 1.5"]
    assert training.find(QToolButton, "training.optimizer.moreArguments").text() == "More (1 set)"


@pytest.mark.parametrize(("typed", "word"), [("much", "a number"), ("-1", "more than 0"), ("", "a number")])
def test_a_rate_that_cannot_be_is_said_below_and_the_old_one_stays(typed: str, word: str, training: Bench) -> None:
    before = training.spec
    training.type("training.optimizer.learning_rate.value", typed or " ")
    assert training.spec == before
    assert training.find(QLineEdit, "training.optimizer.learning_rate.value").property("bad")
    assert word in training.said
    assert "table" not in training.said
    training.type("training.optimizer.learning_rate.value", "0.5")
    assert training.set.optimizer == Adam(learning_rate=0.5)
    assert not training.find(QLineEdit, "training.optimizer.learning_rate.value").property("bad")


@pytest.mark.parametrize("model", SCHEDULES, ids=lambda c: c.__name__)
def test_every_schedule_can_be_chosen_and_left_again(model: type[Typed], training: Bench) -> None:
    rate = training.set.optimizer.learning_rate
    choose(training, "training.optimizer.learning_rate", model.__name__)
    schedule = training.set.optimizer.learning_rate
    assert type(schedule) is model
    assert training.set.optimizer.initial_rate == rate
    for name in model.model_fields:
        if name != "type":
            assert training.find(QWidget, f"training.optimizer.learning_rate.{name}").isVisible()
    choose(training, "training.optimizer.learning_rate", "constant")
    assert training.set.optimizer.learning_rate == rate


def test_values_that_only_go_together_are_taken_together(training: Bench) -> None:
    start = PiecewiseConstantDecay(boundaries=(10, 20), values=(0.3, 0.2, 0.1))
    training.show(edits.change_optimizer(training.spec, learning_rate=start))
    place = "training.optimizer.learning_rate"
    training.type(f"{place}.boundaries", "10, 20, 30")
    assert training.set.optimizer.learning_rate == start
    assert "3 boundaries and 3 values" in training.said
    training.type(f"{place}.values", "0.3, 0.2, 0.1, 0.05")
    assert training.set.optimizer.learning_rate == PiecewiseConstantDecay(boundaries=(10, 20, 30), values=(0.3, 0.2, 0.1, 0.05))
    assert "boundaries and" not in training.said


def test_a_mark_is_moved_from_below_to_above(training: Bench) -> None:
    check(training, "training.stop_when")
    assert training.set.stop_when == StopWhen(metric="loss", below=0.01)
    choose(training, "training.stop_when.metric", "accuracy")
    training.type("training.stop_when.above", "0.95")
    assert "exactly one of below and above; found both" in training.said
    training.type("training.stop_when.below", " ")
    assert training.set.stop_when == StopWhen(metric="accuracy", above=0.95)
    training.type("training.stop_when.above", " ")  # neither is nothing
    assert training.set.stop_when == StopWhen(metric="accuracy", above=0.95)
    training.type("training.stop_when.above", "0.95")
    assert "exactly one" not in training.said


def test_a_loss_has_its_arguments_below_while_they_are_the_usual_ones_too(training: Bench) -> None:
    choose(training, "training.loss", "binary_focal_crossentropy")
    assert training.set.loss == "binary_focal_crossentropy"
    training.type("training.loss.gamma", "3")
    assert training.set.loss == BinaryFocalCrossentropy(gamma=3.0)
    assert training.find(QComboBox, "training.loss").currentText() == "binary_focal_crossentropy"
    training.type("training.loss.gamma", "2")
    assert training.set.loss == "binary_focal_crossentropy"
    loss = training.find(QComboBox, "training.loss")
    assert "sparse_categorical_crossentropy" not in [loss.itemText(i) for i in range(loss.count())]


def test_metrics_are_checked_in_a_list(training: Bench) -> None:
    QTest.mouseClick(training.find(QToolButton, "training.metrics"), LEFT)
    assert training.panel.findChild(QCheckBox, "training.metrics.mean_absolute_percentage_error") is None
    check(training, "training.metrics.auc")
    assert training.set.metrics == ("auto", "auc")
    assert training.find(QToolButton, "training.metrics").text() == "auto +1"
    check(training, "training.metrics.auto")
    QTest.keyClick(training.find(QCheckBox, "training.metrics.auc"), Qt.Key.Key_Space)
    assert training.set.metrics == ()


def test_classes_are_weighed_by_their_names(training: Bench) -> None:
    choose(training, "training.class_weight", "balanced")
    assert training.set.class_weight == "balanced"
    choose(training, "training.class_weight", "one a class")
    assert training.set.class_weight == (1.0, 1.0)
    training.type("training.class_weight.1", "2.5")
    assert training.set.class_weight == (1.0, 2.5)
    assert training.find(QLineEdit, "training.class_weight.1").accessibleName() == "class_weight plus"
    training.type("training.class_weight.0", "heavy")
    assert training.set.class_weight == (1.0, 2.5)
    assert 'expected a number; found "heavy"' in training.said
    choose(training, "training.class_weight", "None")
    assert training.set.class_weight is None


def test_a_problem_stands_below_its_setting_with_ways_out(training: Bench) -> None:
    training.show(edits.change_training(training.spec, stop_when=StopWhen(metric="mae", below=0.1), metrics=("mean_absolute_error",)))
    assert not training.panel.findChildren(QPushButton, "fieldFix")
    training.show(edits.change_training(training.spec, metrics=("auto",)))
    assert training.find(QComboBox, "training.stop_when.metric").property("bad")
    assert "'mae' is not measured" in training.said
    (mend,) = training.panel.findChildren(QPushButton, "fieldFix")
    QTest.mouseClick(mend, LEFT)
    assert training.set.stop_when == StopWhen(metric="loss", below=0.1)
    assert "not measured" not in training.said


def test_a_problem_of_a_setting_that_is_not_here_stands_above(training: Bench) -> None:
    training.show(edits.change_training(recommended("xor"), k_fold=5))
    assert "5 folds need as many training samples" in training.said


def test_advice_and_problems_of_rules_stand_with_them(training: Bench) -> None:
    decay = ExponentialDecay(initial_learning_rate=0.1, decay_steps=10, decay_rate=0.5)
    check(training, "training.reduce_lr_on_plateau")
    training.show(edits.change_optimizer(training.spec, learning_rate=decay))
    assert "nothing else can reduce it" in training.said
    mends = [b.text() for b in training.panel.findChildren(QPushButton, "fieldFix")]
    assert mends == ["No reduce_lr_on_plateau", "Use the rate 0.1"]


def test_the_wheel_scrolls_and_changes_nothing(training: Bench) -> None:
    combo = training.find(QComboBox, "training.optimizer")
    training.panel.setFocus()
    middle = QPointF(combo.rect().center())
    turn = QWheelEvent(middle, QPointF(combo.mapToGlobal(middle)), QPoint(), QPoint(0, -120), LEFT.NoButton,
                       Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(combo, turn)
    assert not training.asked


@pytest.mark.parametrize("zoom", [1.0, 2.0])
@pytest.mark.parametrize("width", [246, 290])
def test_nothing_is_cut_off_sideways(zoom: float, width: int, training: Bench, theme: Theme) -> None:
    theme.set_zoom(zoom)
    training.panel.resize(round(width * zoom), 400)
    check(training, "training.early_stopping")
    choose(training, "training.optimizer.learning_rate", "PiecewiseConstantDecay")
    training.show(edits.change_training(training.spec, class_weight=(1.0, 2.0), loss="binary_focal_crossentropy"))
    controls = [c for c in training.panel.findChildren(QWidget) if c.objectName().startswith("training.") and c.isVisible()]
    assert len(controls) > 10
    for control in controls:
        assert control.mapTo(training.panel, control.rect().topRight()).x() < training.panel.width(), control.objectName()


def test_steps_are_those_of_the_samples_that_are_there(training: Bench) -> None:
    training.show(recommended("mnist"))
    assert "1,875 steps an epoch" in training.said
    sample = registry.load(training.spec.data, 0, Store(folders=(), download_to=Path()))
    training.panel.show_dataset(sample)
    assert "157 steps an epoch" in training.said
    rate = training.find(QComboBox, "training.optimizer.learning_rate")
    assert rate is not None
    choose(training, "training.optimizer.learning_rate", "CosineDecay")
    assert training.set.optimizer.learning_rate.decay_steps == 157 * training.set.epochs
    training.show(edits.change_data(training.spec, source=SourceChoice.FULL))
    assert "1,875 steps an epoch" in training.said, "other samples are on their way"
    training.show(edits.change_data(training.spec, source=SourceChoice.AUTO))
    training.panel.show_dataset(None)
    assert "1,875 steps an epoch" in training.said
