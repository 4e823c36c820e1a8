"""The network's canvas by itself: how often it draws anew with everything live, and how quickly it scrolls."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import replace
from time import thread_time

import numpy as np
from PySide6.QtWidgets import QApplication

from _bench import projects
from _bench.rows import Row, Target, against
from nnplayground.core import edits, presets
from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.layers import Conv2D, Dense, Dropout, Flatten, LayerBase, MaxPooling2D
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.registry import facts, load
from nnplayground.data.store import Store
from nnplayground.engine.events import Array
from nnplayground.engine.layer_pictures import cut
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.app import create_application
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.network.plan import Mode
from nnplayground.ui.network.tiles import GRID
from nnplayground.ui.theme.theme import Theme

WIDTH, HEIGHT = 748, 462
"""The panel in a window of 1280 by 800."""
ROUNDS = 60
REDRAWS = 30.0
"""A second, with all maps live."""
SCROLLING = 16.0
"""Milliseconds for a picture while it scrolls: sixty a second."""
PICTURES = 4.0
"""Milliseconds that new pictures on all cards in sight may take."""
SHOWN = 4
"""Different snapshots that are shown in turn."""


def canvas() -> list[Row]:
    """Redraws a second of 6 layers of 8 neurons, and milliseconds to paint and to scroll cards."""
    application = create_application([])
    theme = next(child for child in application.children() if isinstance(child, Theme))
    return [_neurons(application, theme), _new_pictures(application, theme), _scrolling(application, theme)]


def _neurons(application: QApplication, theme: Theme) -> Row:
    spec = projects.plane("spiral", (8,) * 6, features=projects.ALL_FEATURES)
    panel, analysis = _panel(application, theme, spec)
    draw = np.random.default_rng(1)
    shots = [replace(Snapshot(0, 1.0), neuron_maps=_maps(analysis, draw), weights=_weights(analysis, draw)) for _ in range(SHOWN)]
    times = _times(panel, lambda i: panel.show_snapshot(shots[i % SHOWN]))
    assert panel.mode is Mode.NEURONS
    what, note = "redraws of 6 × 8 neurons, all maps live", "a second of the processor, every weight another each time"
    return against(what, "redraws/s", "the target", Target(1), [1 / t for t in times], REDRAWS, note)


def _new_pictures(application: QApplication, theme: Theme) -> Row:
    layers = (
        Conv2D(filters=16, activation="relu"), Conv2D(filters=16, activation="relu"), MaxPooling2D(), Dropout(),
        Conv2D(filters=32, activation="relu"), MaxPooling2D(), Flatten(), Dense(units=128, activation="relu"), Dropout(),
        Dense(units=10, activation="softmax"),
    )  # fmt: skip
    panel, analysis = _panel(application, theme, _mnist(layers))
    shots = [_activations(analysis, seed) for seed in range(SHOWN)]
    panel.show_snapshot(shots[0])
    before = statistics.median(_times(panel, lambda _i: panel.canvas.cards.update()))
    times = [t - before for t in _times(panel, lambda i: panel.show_snapshot(shots[i % SHOWN]))]
    return _milliseconds("new pictures on the cards of a CNN of 10 layers", times, PICTURES)


def _scrolling(application: QApplication, theme: Theme) -> Row:
    layers = (*(Conv2D(filters=8, padding="same", activation="relu"),) * 98, Flatten(), Dense(units=10, activation="softmax"))
    panel, analysis = _panel(application, theme, _mnist(layers))
    panel.show_snapshot(_activations(analysis, 0))
    bar = panel.canvas.horizontalScrollBar()
    times = _times(panel, lambda i: bar.setValue(i * bar.maximum() // ROUNDS))
    return _milliseconds("scrolling 100 cards, each picture", times, SCROLLING)


def _mnist(layers: tuple[LayerBase, ...]) -> ProjectSpec:
    return edits.set_layers(edits.change_data(presets.recommended("mnist"), source="sample"), layers)


def _panel(application: QApplication, theme: Theme, spec: ProjectSpec) -> tuple[NetworkPanel, Analysis]:
    """The panel on the screen, with its data."""
    analysis, panel = analyse(spec, facts(spec.data)), NetworkPanel(theme)
    panel.resize(WIDTH, HEIGHT)
    panel.show_analysis(analysis)
    panel.show_dataset(load(spec.data, spec.seed, Store.default()))
    panel.show()
    application.processEvents()
    return panel, analysis


def _times(panel: NetworkPanel, change: Callable[[int], object]) -> list[float]:
    """Seconds of the processor for each change until it is on the screen; the first ones, which wake what is asleep, do not count."""
    port = panel.canvas.viewport()

    def once(i: int) -> float:
        begin = thread_time()
        change(i)
        port.repaint()
        return thread_time() - begin

    return [once(i) for i in range(ROUNDS + 5)][5:]


def _milliseconds(what: str, times: list[float], most: float) -> Row:
    values = [1000 * t for t in times]
    note = f"of the processor, {len(values)} times, at most {max(values):.1f} ms"
    return against(what, "ms", "the target", Target(1, at_most=True), values, most, note)


def _maps(analysis: Analysis, draw: np.random.Generator) -> tuple[Array, ...]:
    return tuple(np.tanh(draw.normal(size=(GRID, GRID, *entry.output))).astype(np.float32) for entry in analysis.shapes if entry.output)


def _weights(analysis: Analysis, draw: np.random.Generator) -> tuple[tuple[Array, ...], ...]:
    return tuple((draw.normal(size=(e.input[0], e.output[0])), draw.normal(size=e.output)) for e in analysis.shapes if e.input and e.output)


def _activations(analysis: Analysis, seed: int) -> Snapshot:
    draw = np.random.default_rng(seed)
    outputs = tuple(cut(np.abs(draw.normal(size=(1, *entry.output))).astype(np.float32)) for entry in analysis.shapes if entry.output)
    return replace(Snapshot(0, 1.0), activations=outputs)


BENCHES: dict[str, Callable[[], list[Row]]] = {"canvas": canvas}
