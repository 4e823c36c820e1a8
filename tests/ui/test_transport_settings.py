"""The row of settings over projects that say more than it can: a schedule, a loss with arguments."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from ui.test_window import part, type_into

from nnplayground.core import edits
from nnplayground.core.losses import BinaryFocalCrossentropy
from nnplayground.core.schedules import ExponentialDecay
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow

DECAY = ExponentialDecay(initial_learning_rate=0.1, decay_steps=100, decay_rate=0.5)


def test_a_schedule_is_shown_by_its_name_until_a_number_is_chosen(window: MainWindow, qtbot: QtBot):
    window.document.apply(Edit("Decay", lambda spec: edits.change_optimizer(spec, learning_rate=DECAY)))
    field = part(window, QComboBox, "learningRate")
    assert field.currentText() == "ExponentialDecay"
    assert field.minimumWidth() >= field.fontMetrics().horizontalAdvance("ExponentialDecay")
    type_into(qtbot, field, "ExponentialDecay")
    assert window.document.spec.training.optimizer.learning_rate == DECAY
    type_into(qtbot, field, "0.25")
    assert window.document.spec.training.optimizer.learning_rate == 0.25
    assert (field.currentText(), window.document.analysis.errors) == ("0.25", ())


@pytest.mark.parametrize("size", [512, 1_024, 16_384, 100_000])
def test_a_batch_size_is_seen_whole(window: MainWindow, qtbot: QtBot, size: int):
    window.document.apply(Edit("Batch", lambda spec: edits.change_training(spec, batch_size=size)))
    field = part(window, QComboBox, "batchSize")
    line = field.lineEdit()
    inner = 4 + 1  # Qt's own margins of a line's text, and the cursor
    qtbot.waitUntil(lambda: line.width() >= line.fontMetrics().horizontalAdvance(str(size)) + inner)


def test_a_loss_with_arguments_is_shown_by_its_name_and_kept_when_chosen_again(window: MainWindow):
    focal = BinaryFocalCrossentropy(gamma=3.0)
    window.document.apply(Edit("Focal", lambda spec: edits.change_training(spec, loss=focal)))
    field = part(window, QComboBox, "loss")
    assert field.currentData() == "binary_focal_crossentropy"
    assert "gamma=3.0" in field.toolTip()
    field.activated.emit(field.currentIndex())
    assert window.document.spec.training.loss == focal
    field.activated.emit(field.findData("hinge"))
    assert window.document.spec.training.loss == "hinge"
