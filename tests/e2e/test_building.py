"""Building on the canvas over the real TensorFlow: weights by hand, layers that are off, layers as text."""

from __future__ import annotations

import numpy as np
import pytest
from e2e.hand import LEFT, LONG, ready
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnplayground.core.layers import Dense
from nnplayground.engine.events import Split
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.network.weights import WeightPlace, value_at
from nnplayground.ui.run import Phase

PLAIN, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
PLACE = WeightPlace(1, 0, (2, 1))


@pytest.fixture
def window(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.activateWindow()
    qtbot.waitUntil(lambda: value_at(window.network.canvas.neurons, PLACE) is not None, timeout=LONG)
    return window


def ask(window: MainWindow, qtbot: QtBot, work: object) -> object:
    got: list[tuple[object, str]] = []
    window.session.ask(work, lambda result, error: got.append((result, error)))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: bool(got), timeout=LONG)
    assert not got[0][1]
    return got[0][0]


def set_weight(window: MainWindow, text: str) -> None:
    canvas = window.network.canvas
    QTest.mouseMove(canvas.viewport(), QPoint(9, 9))
    bundle = canvas.neurons.links.bundles[PLACE.layer + 1]
    middle = (bundle.starts[PLACE.at[0]] + bundle.ends[PLACE.at[1]]) / 2
    point = canvas.mapFromScene(QPointF(*middle))
    hit = canvas.hit_at(point)
    assert hit is not None
    assert hit.link is not None
    QTest.mouseClick(canvas.viewport(), LEFT, PLAIN, point)
    line = window.network.editors.weight.line
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def kernels(window: MainWindow, qtbot: QtBot) -> list[np.ndarray]:
    return list(ask(window, qtbot, lambda backend: backend.weights()))  # type: ignore[call-overload]


def test_a_weight_set_by_hand_is_the_networks_and_its_numbers_follow(window: MainWindow, qtbot: QtBot):
    before = kernels(window, qtbot)
    loss = ask(window, qtbot, lambda backend: backend.evaluate(Split.TEST))
    picture = window.network.canvas.neurons.maps[2].copy()
    measured: list[object] = []
    window.session.measured.connect(lambda _train, test: measured.append(test))
    set_weight(window, "4.5")
    qtbot.waitUntil(lambda: value_at(window.network.canvas.neurons, PLACE) == pytest.approx(4.5), timeout=LONG)
    after = kernels(window, qtbot)
    changed = [np.argwhere(a != b).tolist() for a, b in zip(before, after, strict=True)]
    assert sum(map(len, changed)) == 1
    assert ask(window, qtbot, lambda backend: backend.evaluate(Split.TEST)) != loss
    qtbot.waitUntil(lambda: bool(measured), timeout=LONG)
    assert np.abs(window.network.canvas.neurons.maps[2] - picture).max() > 0.01
    window.document.stack.undo()
    qtbot.waitUntil(lambda: value_at(window.network.canvas.neurons, PLACE) != pytest.approx(4.5), timeout=LONG)
    for a, b in zip(before, kernels(window, qtbot), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_weight_is_set_while_training_and_the_run_goes_on(window: MainWindow, qtbot: QtBot):
    window.session.set_speed(30)
    window.session.play()
    qtbot.waitUntil(lambda: window.session.epoch > 5, timeout=LONG)
    run = window.session.run_id
    set_weight(window, "-9")
    qtbot.waitUntil(lambda: (value_at(window.network.canvas.neurons, PLACE) or 0) < -5, timeout=LONG)
    reached = window.session.epoch
    qtbot.waitUntil(lambda: window.session.epoch > reached + 2, timeout=LONG)
    window.session.pause()
    ready(qtbot, window)
    assert window.session.run_id == run
    assert len(window.session.history.values("loss")) == window.session.epoch


def test_layers_go_off_and_come_back_and_are_pasted_from_text(window: MainWindow, qtbot: QtBot):
    canvas = window.network.canvas
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Home)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_O)
    assert window.document.spec.layers[1].disabled
    ready(qtbot, window)
    assert [w.shape for w in kernels(window, qtbot)] == [(2, 4), (4,), (4, 1), (1,)]
    window.session.step()
    qtbot.waitUntil(lambda: window.session.epoch == 1 and window.session.phase is Phase.READY, timeout=LONG)
    QTest.keyClick(canvas, Qt.Key.Key_O)
    QGuiApplication.clipboard().setText("[[layers]]\ntype = 'Dense'\nunits = 3\nactivation = 'relu'\n")
    QTest.keyClick(canvas, Qt.Key.Key_V, CTRL)
    assert window.document.spec.layers[2] == Dense(units=3, activation="relu")
    ready(qtbot, window)
    assert [w.shape for w in kernels(window, qtbot)] == [(2, 4), (4,), (4, 2), (2,), (2, 3), (3,), (3, 1), (1,)]
    QGuiApplication.clipboard().setText("no layers")
    QTest.keyClick(canvas, Qt.Key.Key_V, CTRL)
    assert window.status.message.text().startswith("Nothing was pasted.")
