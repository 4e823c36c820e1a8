"""The settings of the training over the real TensorFlow: what is switched on in the window ends the run."""

from __future__ import annotations

import pytest
from e2e.hand import LEFT, LONG, click, part, ready
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core.spec import StopWhen
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase


def test_a_mark_set_in_the_window_ends_the_run_and_is_named(window: MainWindow, qtbot: QtBot):
    box = part(window, QCheckBox, "training.stop_when")
    window.inspector._scroll.ensureWidgetVisible(box)
    qtbot.mouseClick(box, LEFT, pos=QPoint(10, box.height() // 2))
    line = part(window, QLineEdit, "training.stop_when.below")
    line.selectAll()
    qtbot.keyClicks(line, "0.4")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert window.document.spec.training.stop_when == StopWhen(metric="loss", below=0.4)
    ready(qtbot, window)
    click(qtbot, window, "playButton")
    qtbot.waitUntil(lambda: window.session.phase is Phase.FINISHED, timeout=LONG)
    losses = window.session.history.values("loss")
    assert losses[-1] < 0.4
    assert (losses[:-1] >= 0.4).all()
    assert window.session.epoch == len(losses) < 500
    assert "0.4" in part(window, QLabel, "statusMessage").text()


@pytest.mark.parametrize("way", ["escape", "ground"])
def test_the_training_is_back_when_no_layer_is_chosen(way: str, window: MainWindow, qtbot: QtBot):
    canvas = window.network.canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert window.inspector.accessibleName() == "Dense, layer 1"
    if way == "escape":
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.keyClick(window.aside, Qt.Key.Key_Escape)
    else:
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=QPoint(3, canvas.viewport().height() - 3))
    assert window.inspector.accessibleName() == "Training"
    assert window.trying.isVisible()
    window.aside.open_page(window.inspector)
    assert part(window, QWidget, "training.optimizer").isVisibleTo(window)
    assert canvas.selected is None
