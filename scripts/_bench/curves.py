"""The curves by themselves: what a batch of epochs, a zoom and a move cost, in short runs and in very long ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import perf_counter

import numpy as np
from PySide6.QtWidgets import QApplication

from _bench.rows import Row, Target, against
from nnplayground.core.analysis import analyse
from nnplayground.core.history import History
from nnplayground.core.presets import recommended
from nnplayground.data.registry import facts
from nnplayground.ui.app import create_application
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.curves import CurvesPanel

WIDTH, HEIGHT = 748, 206
"""The panel in a window of 1280 by 800."""
LONG, SHORT = 100_000, 100
ROUNDS = 40
REDRAW = 16.0
"""Milliseconds for a picture: sixty a second."""
MOVES = 30


def curves() -> list[Row]:
    """Milliseconds to take in and draw new epochs, and to zoom and move, after 100 and 100,000 epochs; smoothed too."""
    application = create_application([])
    theme = next(child for child in application.children() if isinstance(child, Theme))
    rows = []
    for epochs in (SHORT, LONG):
        for smoothing in (0.0, 0.9):
            panel, history = _panel(application, theme, epochs, smoothing)
            how = f"{epochs:,} epochs" + (f", smoothed {smoothing}" if smoothing else "")
            rows.append(_row(f"curves, new epochs: {how}", _times(panel, partial(_grow, panel, history))))
            rows.append(_row(f"curves, zoomed and moved: {how}", _times(panel, partial(_move, panel))))
            panel.deleteLater()
    return rows


def _row(what: str, times: list[float]) -> Row:
    most = Target(1, at_most=True)
    return against(what, "ms", "the target", most, times, REDRAW, f"median of {ROUNDS}, longest {max(times):.1f}")


def _panel(application: QApplication, theme: Theme, epochs: int, smoothing: float) -> tuple[CurvesPanel, History]:
    spec = recommended("circle")
    panel = CurvesPanel(theme)
    panel.resize(WIDTH, HEIGHT)
    panel.settings.look = replace(panel.settings.look, smoothing=smoothing, log=True)
    panel.show_analysis(analyse(spec, facts(spec.data)))
    panel.show()
    panel.prepare()
    history = History()
    history.append(_numbers(1, epochs), 1)
    panel.show_history(history)
    application.processEvents()
    return panel, history


def _numbers(first: int, count: int) -> dict[str, np.ndarray]:
    e, draw = np.arange(first, first + count), np.random.default_rng(first)
    loss = 0.5 * np.exp(-e / 20_000) + draw.uniform(0.01, 0.05, count)
    return {"loss": loss, "accuracy": 1 - loss / 2, "val_loss": loss * 1.2, "val_accuracy": 0.9 - loss / 2}


def _grow(panel: CurvesPanel, history: History, _turn: int) -> None:
    history.append(_numbers(history.epochs + 1, 10), history.epochs + 1)
    panel.show_history(history)


def _move(panel: CurvesPanel, turn: int) -> None:
    """In, to and fro, and out again."""
    box = panel.plot("loss").getViewBox()
    if turn % MOVES == 0:
        box.zoom(0.2)
    low, high = box.viewRange()[0]
    box.move((high - low) * (0.05 if turn % 2 else -0.03), 0.0)


def _times(panel: CurvesPanel, change: Callable[[int], None]) -> list[float]:
    """Milliseconds of each change with its painting."""
    times = []
    for turn in range(ROUNDS):
        begin = perf_counter()
        change(turn)
        for plot in (panel.plot("loss"), panel.plot("metric")):
            plot.viewport().repaint()
        times.append((perf_counter() - begin) * 1e3)
    return times


BENCHES: dict[str, Callable[[], list[Row]]] = {"curves": curves}
