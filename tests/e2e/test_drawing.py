"""Digits drawn on the pad with the mouse, and read by a network that the real TensorFlow has trained in the window."""

from __future__ import annotations

import pytest
from e2e.hand import LEFT, LONG, ready
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from nnplayground.core import edits, presets
from nnplayground.core.layers import Conv2D, Dense, Flatten, MaxPooling2D
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase
from tests.pen_strokes import HANDS, drawing

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(window: MainWindow, qtbot: QtBot) -> MainWindow:
    layers = (Conv2D(filters=16, kernel_size=(3, 3), activation="relu"), MaxPooling2D(),
              Conv2D(filters=32, kernel_size=(3, 3), activation="relu"), MaxPooling2D(),
              Flatten(), Dense(units=10, activation="softmax"))  # fmt: skip
    spec = edits.change_data(presets.recommended("mnist"), source="sample", scaling="unit")
    spec = edits.change_training(edits.set_layers(spec, layers), epochs=8, batch_size=32)
    window.document.apply(Edit("digits", lambda _: spec))
    ready(qtbot, window)
    return window


def draw(window: MainWindow, digit: int, hand: str, size: float, at: tuple[float, float]) -> None:
    canvas = window.trying.picture.canvas
    canvas.clear()
    for line in drawing(digit, hand):
        first, *more = (QPoint(round((x * size + at[0]) * canvas.width()), round((y * size + at[1]) * canvas.height())) for x, y in line)
        QTest.mousePress(canvas, LEFT, NONE, first)
        for place in more:
            QTest.mouseMove(canvas, place)
        QTest.mouseRelease(canvas, LEFT, NONE, more[-1])


def read(window: MainWindow, qtbot: QtBot) -> str:
    page = window.trying.picture
    qtbot.waitUntil(lambda: not page._is_ahead and bool(page.answer.property("answer")))
    return str(page.answer.property("answer"))


def test_drawn_digits_are_read_wherever_and_however_large_they_are(window: MainWindow, qtbot: QtBot):
    # The built-in sample has a twelfth of MNIST: what full MNIST makes of these drawings, scripts/measure_digits.py tells.
    button = window.findChild(QAbstractButton, "playButton")
    assert button is not None
    qtbot.mouseClick(button, LEFT)
    draw(window, 3, "wide", 0.7, (0.1, 0.1))
    qtbot.waitUntil(lambda: window.session.epoch >= 1 and bool(window.trying.picture.answer.property("answer")), timeout=LONG)
    early = list(window.trying.picture.answer.property("probabilities"))
    qtbot.waitUntil(lambda: window.session.phase is Phase.FINISHED, timeout=LONG)
    qtbot.waitUntil(lambda: window.trying.picture.answer.property("probabilities") != early)  # the bars have moved with training
    right = alike = 0
    for digit in range(10):
        for hand in HANDS[:3]:
            told = []
            for size, at in ((0.7, (0.15, 0.15)), (0.35, (0.6, 0.02)), (0.95, (0.02, 0.02))):
                draw(window, digit, hand, size, at)
                told.append(read(window, qtbot))
            right += told[0] == str(digit)
            alike += sum(answer == told[0] for answer in told[1:])
    assert right >= 27
    assert alike >= 57
