"""Cards at work: pictures of what one sample does in each layer."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits
from nnplayground.core.analysis import analyse
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import (
    LSTM,
    BatchNormalization,
    Bidirectional,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LayerBase,
    MaxPooling2D,
    Rescaling,
)
from nnplayground.core.losses import Task
from nnplayground.core.presets import recommended
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Affine, Dataset, Part, Source
from nnplayground.data.ragged import Ragged
from nnplayground.data.rows import Rows
from nnplayground.data.texts import Corpus
from nnplayground.data.vocabulary import Vocabulary
from nnplayground.engine.events import Array
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.document import Document
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.network.activation_plates import round_scale
from nnplayground.ui.network.activation_rules import Outputs, outputs_of
from nnplayground.ui.network.activation_sample import ActivationSample
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.network.picture import Part as Thing
from nnplayground.ui.network.plan import Mode
from nnplayground.ui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton
CNN = (
    Conv2D(filters=12, activation="relu"), MaxPooling2D(), Flatten(), Dense(units=64, activation="relu"),
    Dense(units=10, activation="softmax"),
)  # fmt: skip
Show = Callable[..., NetworkPanel]


@pytest.fixture
def show(qtbot: QtBot, theme: Theme, document: Document) -> Show:
    """A panel of cards that works on the document."""

    def shown(spec: ProjectSpec, dataset: Dataset | None = None) -> NetworkPanel:
        document.open(spec)
        panel = NetworkPanel(theme)
        qtbot.addWidget(panel)
        panel.resize(748, 462)
        panel.edit_requested.connect(document.apply)
        document.changed.connect(lambda _before, after: panel.show_analysis(after))
        panel.show_analysis(document.analysis)
        panel.show_dataset(dataset)
        panel.show()
        qtbot.waitExposed(panel)
        if panel.mode is Mode.NEURONS:
            qtbot.mouseClick(panel.switch.button(Mode.CARDS), LEFT)
        return panel

    return shown


@pytest.fixture
def cnn(show: Show) -> NetworkPanel:
    return show(edits.set_layers(recommended("mnist"), CNN), pictures())


def pictures() -> Dataset:
    """Three pictures to learn from, four to test: each a square of another grey, 0 to 3."""
    analysis = analyse(recommended("mnist"), mnist_facts())
    x = np.zeros((7, 28, 28, 1), np.uint8)
    for i in range(7):
        x[i, 8:20, 8:20] = 40 * i
    y = np.arange(7)
    return Dataset(analysis.facts, Source.GENERATED, Part(x[:3], y[:3]), Part(x[3:], y[3:]), scaler=Affine(1 / 255))


def mnist_facts() -> DataFacts:
    return DataFacts("mnist", "MNIST", (28, 28, 1), Task.MULTICLASS, 3, 4, tuple("0123456789"), input_range=(0.0, 1.0))


def activations(document: Document, fill: Callable[[tuple[int, ...]], Array] | None = None) -> Snapshot:
    """One sample's outputs of every layer, positive random numbers unless `fill` makes others."""
    draw = np.random.default_rng(1)
    make = fill or (lambda shape: np.abs(draw.normal(size=shape)).astype(np.float32))
    return Snapshot(0, 1.0, activations=tuple(make(e.output)[np.newaxis] for e in document.analysis.shapes if e.output is not None))


def at(panel: NetworkPanel, point: QPointF) -> QPoint:
    return panel.canvas.mapFromScene(point)


def plate(panel: NetworkPanel, layer: int | None) -> QImage:
    """A card as it is on the screen."""
    box = panel.canvas.cards.layer_rect(layer)
    return panel.canvas.viewport().grab(panel.canvas.mapFromScene(box).boundingRect()).toImage()


def test_a_snapshot_puts_pictures_on_the_cards(cnn: NetworkPanel, document: Document) -> None:
    before = [plate(cnn, layer) for layer in range(5)]
    cnn.show_snapshot(activations(document))
    for layer, old in enumerate(before):
        assert plate(cnn, layer) != old
    assert cnn.canvas.cards.values(0).shape == (26, 26, 8)  # of 12 maps as many as are shown


def test_a_new_snapshot_moves_them_and_the_same_colours_mean_the_same(cnn: NetworkPanel, document: Document) -> None:
    cnn.show_snapshot(activations(document, lambda shape: np.full(shape, 1.0, np.float32)))
    full = plate(cnn, 3)
    note = cnn.canvas.cards.note(3)
    cnn.show_snapshot(activations(document, lambda shape: np.full(shape, 0.5, np.float32)))
    half = plate(cnn, 3)
    assert half != full
    assert cnn.canvas.cards.note(3) == note == "Full colour at 1."
    cnn.show_snapshot(activations(document, lambda shape: np.full(shape, 8.0, np.float32)))
    plate(cnn, 3)
    assert cnn.canvas.cards.note(3) == "Full colour at 7."


def test_cards_ask_for_one_sample_and_neurons_for_none(qtbot: QtBot, show: Show) -> None:
    x = np.arange(8, dtype=np.float32).reshape(4, 2)
    facts = DataFacts("circle", "Circle", (2,), Task.BINARY, 2, 2, ("minus", "plus"), plane_range=(-6.0, 6.0))
    y = np.array([0, 1])
    panel = show(recommended("circle"), Dataset(facts, Source.GENERATED, Part(x[:2], y), Part(x[2:], y)))
    request = panel.probe_request()
    np.testing.assert_array_equal(request.activations, x[2:3])
    assert request.pictures_only
    assert (request.weights, request.neurons, request.grid) == (False, False, 0)
    with qtbot.waitSignal(panel.probe_changed):
        qtbot.mouseClick(panel.switch.button(Mode.NEURONS), LEFT)
    assert panel.probe_request().activations is None


def test_without_samples_nothing_is_asked_and_shapes_stand_on_the_cards(show: Show) -> None:
    panel = show(edits.set_layers(recommended("mnist"), CNN))
    assert not panel.probe_request().wants_anything
    assert panel.canvas.cards.hit(panel.canvas.cards.stepper(Thing.LATER).center()) is None


def test_buttons_and_keys_take_other_samples(qtbot: QtBot, cnn: NetworkPanel) -> None:
    cards, data = cnn.canvas.cards, pictures()

    def shown() -> int:
        found = [i for i in range(4) if np.array_equal(cnn.probe_request().activations[0], data.test.x[i])]
        assert len(found) == 1
        return found[0]

    assert shown() == 0
    first = plate(cnn, None)
    for part, expected in ((Thing.LATER, 1), (Thing.LATER, 2), (Thing.EARLIER, 1), (Thing.EARLIER, 0), (Thing.EARLIER, 3)):
        place = at(cnn, cards.stepper(part).center())
        with qtbot.waitSignal(cnn.probe_changed):
            QTest.mouseMove(cnn.canvas.viewport(), place)
            QTest.mouseClick(cnn.canvas.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
        assert shown() == expected
    assert plate(cnn, None) != first
    for key, expected in ((Qt.Key.Key_PageDown, 0), (Qt.Key.Key_PageDown, 1), (Qt.Key.Key_PageUp, 0)):
        with qtbot.waitSignal(cnn.probe_changed):
            QTest.keyClick(cnn.canvas, key)
        assert shown() == expected
    assert cnn.canvas.selected is None


def test_a_sample_from_elsewhere_stands_there_until_another_is_taken(qtbot: QtBot, cnn: NetworkPanel) -> None:
    drawn = np.full((28, 28, 1), 300.4)
    with qtbot.waitSignal(cnn.probe_changed):
        cnn.show_sample(drawn, "your drawing")
    sample = cnn.canvas.cards.sample
    assert sample.caption == "your drawing"
    asked = cnn.probe_request().activations
    assert (asked.shape, asked.dtype) == ((1, 28, 28, 1), np.uint8)
    assert (asked == 255).all()
    assert plate(cnn, None).pixelColor(55, 90).lightness() < 60
    QTest.keyClick(cnn.canvas, Qt.Key.Key_PageDown)
    assert sample.caption == "Test 1 · 3"
    cnn.show_sample(drawn)
    cnn.show_sample(None)
    assert sample.caption == "Test 1 · 3"


def test_a_sample_of_other_data_is_not_shown(cnn: NetworkPanel) -> None:
    """The monkey's: a panel that was not told of other data yet asked for one of the data before."""
    cnn.show_sample(np.zeros((28, 28, 1)), "mine")
    assert cnn.follows_sample
    cnn.show_sample(np.zeros((28, 28)), "mine")
    assert not cnn.follows_sample
    assert cnn.canvas.cards.sample.caption == "Test 1 · 3"
    cnn.show_dataset(None)
    cnn.show_sample(np.zeros((28, 28, 1)), "mine")
    assert not cnn.follows_sample


def test_rows_of_words_are_taken_from_a_drawing_too_and_texts_are_read() -> None:
    facts = DataFacts("imdb", "IMDB", (5,), Task.BINARY, 1, 1, ("negative", "positive"))
    rows = Rows(np.array([0, 2], np.int64), np.array([1, 3], np.int32), 5)
    part, texts = Part(rows, np.array([1])), Corpus(Ragged(np.array([0, 3]), np.array([1, 4, 5], np.int32)), Vocabulary((), {}), 10, 0)
    sample = ActivationSample()
    sample.show_dataset(Dataset(facts, Source.GENERATED, part, part, test_texts=texts))
    assert sample.caption == "Test 1 · positive"
    assert sample.corpus is texts
    sample.put(np.array([0.0, 1, 0, 0, 1]), "mine")
    assert isinstance(sample.x, Rows)
    np.testing.assert_array_equal(sample.x.dense(), [[0, 1, 0, 0, 1]])
    assert sample.corpus is None


def test_the_place_among_the_samples_is_kept_while_the_data_is_the_same() -> None:
    sample, data = ActivationSample(), pictures()
    sample.show_dataset(data)
    sample.step(2)
    sample.show_dataset(None)
    sample.show_dataset(replace(data, source=Source.SAMPLE))
    assert sample.index == 2
    untested = replace(data, test=data.test.take(slice(0, 0)))
    sample.show_dataset(untested)
    assert sample.caption == "Sample 3 · 2"
    sample.show_dataset(replace(data, facts=replace(data.facts, name="fashion_mnist")))
    assert sample.index == 0


def test_after_an_edit_pictures_are_pale_and_what_changed_has_none(cnn: NetworkPanel, document: Document) -> None:
    cards = cnn.canvas.cards
    cnn.show_snapshot(activations(document))
    fresh = plate(cnn, 0)
    document.show(edits.change_layer(document.spec, 3, units=32))
    assert cards.stale
    assert [cards.values(layer) is not None for layer in range(5)] == [True, True, True, False, True]
    assert "From before the edit." in cards.note(0)
    assert plate(cnn, 0) != fresh
    cnn.show_snapshot(activations(document))
    assert not cards.stale
    assert cards.values(3).shape == (32,)
    document.show(recommended("circle"))
    assert all(cards.values(layer) is None for layer in range(5))


def test_a_setting_that_is_no_layer_leaves_the_pictures_as_they_are(cnn: NetworkPanel, document: Document) -> None:
    cnn.show_snapshot(activations(document))
    document.show(edits.change_training(document.spec, epochs=77))
    assert not cnn.canvas.cards.stale
    assert cnn.canvas.cards.values(4) is not None
    cnn.clear_run()
    assert cnn.canvas.cards.stale


@pytest.mark.parametrize("wrong", ["fewer layers", "two samples", "another width"])
def test_outputs_of_another_network_are_not_drawn(cnn: NetworkPanel, document: Document, wrong: str) -> None:
    shot = activations(document)
    got = shot.activations
    broken = {
        "fewer layers": got[:-1],
        "two samples": tuple(np.repeat(outputs, 2, axis=0) for outputs in got),
        "another width": (*got[:-1], np.zeros((1, 11))),
    }[wrong]
    cnn.show_snapshot(replace(shot, activations=broken))
    assert cnn.canvas.cards.values(0) is None
    cnn.canvas.grab()


def test_active_units_are_counted_and_answers_told(cnn: NetworkPanel, document: Document) -> None:
    def fill(shape: tuple[int, ...]) -> Array:
        values = np.zeros(shape, np.float32)
        if shape == (64,):
            values[:42] = 2
        if shape == (10,):
            values[[3, 8, 1]] = 0.9, 0.07, 0.03
        return values

    cnn.show_snapshot(activations(document, fill))
    assert cnn.canvas.cards.caption(3) == "42 of 64 active"
    assert cnn.canvas.cards.caption(0) == "8 of 12 maps"
    assert cnn.canvas.cards.caption(1) == "8 of 12 maps"
    assert cnn.canvas.cards.caption(2) == ""
    assert cnn.canvas.cards.note(4) == "It answers 3 90.0 %, 8 7.0 %, 1 3.0 %."


def test_outputs_that_are_no_numbers_are_drawn_and_told(cnn: NetworkPanel, document: Document) -> None:
    cnn.show_snapshot(activations(document, lambda shape: np.full(shape, np.nan, np.float32)))
    cnn.canvas.grab()
    assert "not a number" in cnn.canvas.cards.note(4)


def test_one_number_is_told_with_its_unit(show: Show, document: Document) -> None:
    panel = show(recommended("boston_housing"))
    shot = activations(document, lambda shape: np.full(shape, 21.5, np.float32))
    panel.show_snapshot(shot)
    last = len(document.spec.layers) - 1
    assert panel.canvas.cards.note(last) == "It answers 21.5 (thousand dollars)."
    panel.canvas.grab()


@pytest.mark.parametrize("layers", [
    (LSTM(units=8, return_sequences=True), LSTM(units=4), Dense(units=1, activation="sigmoid")),
    (Flatten(), Dense(units=4096, activation="relu"), Dense(units=300, activation="tanh"), Dense(units=1, activation="sigmoid")),
    (Conv2D(filters=1), Conv2D(filters=3, padding="same"), BatchNormalization(), Flatten(), Dense(units=2, activation="softmax")),
])  # fmt: skip
@pytest.mark.parametrize("zoom", [0.9, 2.0])
def test_every_kind_of_layer_is_drawn_in_every_size(
    show: Show, document: Document, theme: Theme, layers: tuple[LayerBase, ...], zoom: float
) -> None:
    facts = DataFacts("circle", "Circle", (12, 6, 1)[: 2 if isinstance(layers[0], LSTM) else 3], Task.BINARY, 4, 4, ("a", "b"))
    analysis = analyse(edits.set_layers(recommended("circle"), layers), facts)
    panel = show(recommended("mnist"))
    panel.show_analysis(analysis)
    x = np.random.default_rng(0).normal(size=(4, *facts.input_shape)).astype(np.float32)
    part = Part(x, np.array([0, 1, 0, 1]))
    panel.show_dataset(Dataset(facts, Source.GENERATED, part, part))
    draw = np.random.default_rng(1)
    shot = tuple(draw.normal(size=(1, *entry.output)).astype(np.float32) for entry in analysis.shapes)
    theme.set_zoom(zoom)
    try:
        for width, height in ((300, 120), (748, 462), (1600, 900)):
            panel.resize(width, height)
            panel.show_snapshot(Snapshot(0, 1.0, activations=shot))
            before = panel.canvas.viewport().grab().toImage()
            panel.show_snapshot(Snapshot(0, 1.0, activations=tuple(-outputs for outputs in shot)))
            after = panel.canvas.viewport().grab().toImage()
            assert height == 120 or before != after
    finally:
        theme.set_zoom(1.0)


def test_only_cards_in_sight_have_their_pictures_drawn(show: Show, document: Document) -> None:
    layers = (*(Conv2D(filters=8, padding="same"),) * 98, Flatten(), Dense(units=10, activation="softmax"))
    panel = show(edits.set_layers(recommended("mnist"), layers), pictures())
    panel.show_snapshot(activations(document))
    panel.canvas.grab()
    assert 3 < panel.canvas.cards.pictures_kept < 12
    assert panel.probe_request().activations is panel.probe_request().activations  # which the engine need not take in again


def test_pictures_are_as_sharp_as_the_screen(cnn: NetworkPanel, document: Document) -> None:
    cnn.show_snapshot(activations(document, lambda shape: np.indices(shape).sum(0) % 2 * np.float32(1)))
    once = QImage(748, 462, QImage.Format.Format_RGB32)
    twice = QImage(2 * 748, 2 * 462, QImage.Format.Format_RGB32)
    twice.setDevicePixelRatio(2.0)
    for image in (once, twice):
        cnn.canvas.viewport().render(image)
    box = cnn.canvas.mapFromScene(cnn.canvas.cards.layer_rect(1)).boundingRect().adjusted(12, 60, -12, -160)
    # Maps of 13 by 13 pixels are chess boards: drawn for the screen, they have two colours, ground and edges, and nothing between.
    for image, ratio in ((once, 1), (twice, 2)):
        columns, rows = range(box.left() * ratio, box.right() * ratio), range(box.top() * ratio, box.bottom() * ratio)
        colours = Counter(image.pixel(x, y) for x in columns for y in rows)
        assert sum(n for _, n in colours.most_common(4)) > 0.93 * colours.total()
    halves = [(2 * x, 2 * y) for x in range(box.left(), box.right()) for y in range(box.top(), box.bottom())]
    assert any(twice.pixel(x, y) != twice.pixel(x + 1, y) for x, y in halves)  # not the same pixels, only larger


def test_pictures_follow_the_training_only_while_they_are_in_sight(qtbot: QtBot, window: MainWindow, backend: FakeBackend) -> None:
    panel = window.network
    qtbot.mouseClick(panel.switch.button(Mode.CARDS), LEFT)
    qtbot.waitUntil(lambda: panel.canvas.cards.values(0) is not None)
    before = panel.canvas.cards.values(0).copy()
    window.session.play()
    qtbot.waitUntil(lambda: not np.array_equal(panel.canvas.cards.values(0), before))
    window.session.pause()
    qtbot.waitUntil(lambda: not window.session.wants_to_train)
    shown = len(backend.probes)
    assert any(request.activations is not None for request in backend.probes[-3:])
    window.trying.hide()  # its point asks for activations, too
    panel.hide()
    window.session.refresh()
    qtbot.waitUntil(lambda: len(backend.probes) > shown and backend.probes[-1].activations is None)
    panel.show()
    qtbot.waitUntil(lambda: backend.probes[-1].activations is not None)
    qtbot.mouseClick(panel.switch.button(Mode.NEURONS), LEFT)
    qtbot.waitUntil(lambda: backend.probes[-1].neurons)
    assert backend.probes[-1].activations is None


@pytest.mark.parametrize(("largest", "scale"), [
    (0.0, 1.0), (math.inf, 1.0), (1.0, 1.0), (1.2, 1.0), (1.3, 1.5), (4.1, 5.0), (8.8, 10.0), (0.031, 0.03), (900, 1000.0),
])  # fmt: skip
def test_scales_are_round_numbers(largest: float, scale: float) -> None:
    assert round_scale(largest) == pytest.approx(scale)


def test_signs_and_bounds_are_known_from_the_layers() -> None:
    layers = (
        Rescaling(scale=2.0), Conv2D(activation="tanh"), MaxPooling2D(), Conv2D(activation="relu"), Dropout(), Flatten(),
        Rescaling(scale=-1.0), Dense(units=4, activation="sigmoid"), BatchNormalization(),
    )  # fmt: skip
    found = outputs_of(analyse(edits.set_layers(recommended("mnist"), layers), mnist_facts()))
    assert [outputs.signed for outputs in found] == [False, True, True, False, False, False, True, False, True]
    off = edits.change_layer(edits.set_layers(recommended("mnist"), layers), 1, disabled=True)
    assert not outputs_of(analyse(off, mnist_facts()))[1].signed
    doubled = Bidirectional(layer=LSTM(activation="sigmoid"), merge_mode="sum")
    assert outputs_of(analyse(edits.set_layers(recommended("imdb"), (doubled,)), mnist_facts())) == (Outputs(signed=False, bound=2.0),)
