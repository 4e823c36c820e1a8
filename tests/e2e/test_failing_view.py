"""A view that fails while the real TensorFlow trains: it says so, and everything else goes on."""

from __future__ import annotations

import pytest
from e2e.hand import LONG, click, ready
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.engine.keras_backend.probe import Probe
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase
from nnplayground.ui.views.output import OutputPanel
from nnplayground.ui.views.weights import WeightsPanel

SENTENCE = "This could not be worked out. Unexpected RuntimeError: no wind. The tab Log says more."


def told(panel: QWidget) -> str:
    """What a panel says it could not work out."""
    label = panel.findChild(QLabel, "panelFailure")
    return label.text() if label is not None and label.isVisible() else ""


def test_a_view_that_fails_says_so_and_training_goes_on(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_what: object) -> None:
        raise RuntimeError("no wind")

    weights, output = window.findChild(WeightsPanel), window.findChild(OutputPanel)
    monkeypatch.setattr(Probe, "_layer_weights", fail)
    tabs = window.bottom.tabs
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(window.bottom.place_of(weights)).center())
    qtbot.waitUntil(lambda: told(weights) == SENTENCE, timeout=LONG)
    click(qtbot, window, "playButton")
    epoch = window.session.epoch
    qtbot.waitUntil(lambda: window.session.epoch > epoch + 50, timeout=LONG)
    assert window.session.phase is Phase.TRAINING
    assert told(weights) == SENTENCE
    assert told(output) == ""
    monkeypatch.undo()
    qtbot.waitUntil(lambda: not told(weights), timeout=LONG)
    assert weights.nothing.isHidden()
    click(qtbot, window, "playButton")
    ready(qtbot, window)
