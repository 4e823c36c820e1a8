"""A sample's way through the neurons: what each gives, and what flows along each link; Escape leaves it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.presets import recommended
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Affine
from nnplayground.data.registry import load
from nnplayground.data.store import Store
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.document import Document
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.network.column_paint import short
from nnplayground.ui.network.links import Link
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.network.picture import Hit, Part
from nnplayground.ui.network.reading import reading_of

RNG = np.random.default_rng(2)
WEIGHTS = tuple((RNG.normal(size=(n, m)).astype(np.float32), np.zeros(m, np.float32)) for n, m in ((2, 4), (4, 2), (2, 1)))
OUTPUTS = tuple(RNG.uniform(-1, 1, (1, n)).astype(np.float32) for n in (4, 2, 1))


@pytest.fixture
def panel(circle: NetworkPanel, document: Document) -> NetworkPanel:
    circle.show_dataset(load(document.spec.data, 1, Store((), None)))  # type: ignore[arg-type]
    circle.show_snapshot(Snapshot(1, 1.0, weights=WEIGHTS))
    return circle


def follow(panel: NetworkPanel, sample: np.ndarray) -> None:
    panel.show_sample(sample, "x₁ 1.5, x₂ −2")
    panel.show_snapshot(Snapshot(1, 1.0, weights=WEIGHTS, activations=OUTPUTS))


def test_only_a_sample_from_elsewhere_is_asked_for(panel: NetworkPanel, qtbot: QtBot) -> None:
    assert panel.probe_request().activations is None
    with qtbot.waitSignal(panel.probe_changed):
        panel.show_sample(np.array([1.5, -2.0], np.float32), "here")
    np.testing.assert_array_equal(panel.probe_request().activations, [[1.5, -2.0]])
    assert panel.follows_sample
    panel.show_sample(None)
    assert panel.probe_request().activations is None


def test_links_show_what_flows_and_neurons_what_they_give(panel: NetworkPanel) -> None:
    before = panel.canvas.grab().toImage()
    follow(panel, np.array([1.5, -2.0], np.float32))
    neurons = panel.canvas.neurons
    scaler = panel.canvas.cards.sample.dataset.scaler  # type: ignore[union-attr]
    assert isinstance(scaler, Affine)
    given = [scaler.apply(np.array([1.5, -2.0])), *(outputs[0] for outputs in OUTPUTS)]
    for number, expected in enumerate(given):
        np.testing.assert_allclose(neurons.way[number], expected, rtol=1e-6)
    for number, (kernel, _) in enumerate(WEIGHTS, 1):
        np.testing.assert_allclose(neurons.links.bundles[number].flow, kernel * given[number - 1][:, None], rtol=1e-6)
    assert neurons.links.weight(Link(1, 0, 2)) == pytest.approx(float(WEIGHTS[0][0][0, 2]))  # weights stay what they are
    assert panel.canvas.grab().toImage() != before
    assert panel.legend.followed == "x₁ 1.5, x₂ −2"
    reading = reading_of(neurons, Hit(Part.NEURON, 0, 1))
    assert reading is not None
    assert any("for this sample" in line for line in reading.lines)


def test_escape_leaves_the_way_before_the_choice(panel: NetworkPanel, qtbot: QtBot) -> None:
    before = panel.canvas.grab().toImage()
    follow(panel, np.array([1.5, -2.0], np.float32))
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Escape)
    assert panel.canvas.neurons.way == {}
    assert not panel.follows_sample
    assert panel.legend.followed == ""
    assert all(bundle.flow is None for bundle in panel.canvas.neurons.links.bundles.values())
    panel.show_snapshot(Snapshot(1, 1.0, weights=WEIGHTS, activations=OUTPUTS))  # one that was on its way
    assert panel.canvas.neurons.way == {}
    assert panel.canvas.grab().toImage() == before


def test_another_network_has_another_way(panel: NetworkPanel, document: Document) -> None:
    follow(panel, np.array([1.5, -2.0], np.float32))
    document.open(edits.set_layers(document.spec, document.spec.layers[1:]))
    panel.show_analysis(document.analysis)
    assert panel.canvas.neurons.way == {}
    panel.show_snapshot(Snapshot(1, 1.0, weights=WEIGHTS, activations=OUTPUTS))  # the network's before
    assert panel.canvas.neurons.way == {}
    panel.grab()


@pytest.mark.parametrize(
    ("value", "text"), [(0.123, "0.12"), (-0.5, "\N{MINUS SIGN}0.50"), (1234.5, "1,234"), (float("nan"), "not a number")]
)
def test_numbers_on_neurons_are_short(value: float, text: str) -> None:
    assert short(value) == text


def test_a_click_on_the_map_is_followed(make_window: Callable[[], MainWindow], qtbot: QtBot) -> None:
    window = make_window()
    view = window.output.map
    at = QPoint(view.width() // 3, view.height() // 4)
    qtbot.waitUntil(lambda: window.session.dataset is not None)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    sample = window.network.canvas.cards.sample
    assert sample.is_put
    np.testing.assert_allclose(sample.x[0], view.frame().to_plane(at.toPointF()), atol=0.006)  # type: ignore[index]


def test_a_table_of_few_columns_is_followed_too(show: Callable[[ProjectSpec], NetworkPanel], document: Document) -> None:
    panel = show(recommended("gender"))
    dataset = load(document.spec.data, 1, Store((), None))  # type: ignore[arg-type]
    panel.show_dataset(dataset)
    panel.show_sample(dataset.test.array[0], "your row")
    np.testing.assert_array_equal(panel.probe_request().activations, dataset.test.array[:1])
