"""Kept runs over the real TensorFlow: they outlive the window, and a run that is opened answers as it did."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from e2e.hand import ready
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow

POINTS = np.array([[1.0, 2.0], [-3.0, 0.5], [0.1, -4.0]], np.float32)


def answers(qtbot: QtBot, window: MainWindow) -> np.ndarray:
    got: list[object] = []
    window.session.ask(lambda backend: backend.predict(POINTS), lambda result, _error: got.append(result))
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    return np.asarray(got[0])


def test_two_runs_outlive_the_window_and_the_first_answers_as_it_did(qtbot: QtBot, make_window: Callable[[], MainWindow]) -> None:
    window = make_window()
    runs, told = window.runs.runs, []
    for units in (5, 3):
        window.document.apply(Edit("units", lambda spec, units=units: edits.change_layer(spec, 0, units=units)))  # type: ignore[misc]
        window.document.apply(Edit("epochs", lambda spec: edits.change_training(spec, epochs=30)))
        ready(qtbot, window)
        with qtbot.waitSignal(runs.kept, timeout=60_000) as kept:
            window.session.play()
        told.append((kept.args[0], window.document.spec, answers(qtbot, window), runs.entries[kept.args[0]].run))
    window.files.mark_saved()
    window.close()

    again = make_window()
    panel, (key, spec, before, run) = again.runs.panel, told[0]
    again.bottom.open_page(panel)
    qtbot.waitUntil(lambda: {entry.key for entry in panel.table.runs.entries} == {key for key, *_ in told}, timeout=20_000)
    assert again.runs.runs.entries[key].run == run
    assert np.abs(answers(qtbot, again) - before).max() > 1e-3
    panel.table.choose({key})
    QTest.mouseClick(panel.open, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.document.spec == spec, timeout=20_000)
    ready(qtbot, again)
    np.testing.assert_array_equal(answers(qtbot, again), before)
