"""A scripted network for fast tests: its loss falls by a formula, and its map turns as it learns."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nnplayground.core.analysis import analyse
from nnplayground.core.layers import Conv2D, Dense, Embedding
from nnplayground.core.shapes import LayerShape, parameters, walk
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.rows import Rows
from nnplayground.engine.answers import Examination, Reading, examine
from nnplayground.engine.backend import EngineError, Memory
from nnplayground.engine.events import Array, Epochs, Progress, RunState, Split, Started, TrainRequest
from nnplayground.engine.layer_activity import LayerActivity, ends_of, switches_off
from nnplayground.engine.layer_pictures import cut, large_plan
from nnplayground.engine.layer_weights import LayerWeights, tile_of, weight_array
from nnplayground.engine.probes import ProbeRequest, Snapshot


@dataclass
class FakeBackend:
    """Each call of `advance` trains what `epochs` allows at most `most` epochs, or one of `steps` inside an epoch.

    A probe takes `probe_pieces` calls, a measurement of the test set `test_pieces`, an examination `examine_pieces`.
    """

    most: int = 5
    steps: int = 1
    fail_at: int | None = None
    diverge_at: int | None = None
    probe_pieces: int = 1
    examine_pieces: int = 1
    test_pieces: int = 1
    warnings: tuple[str, ...] = ()
    opened: list[TrainRequest] = field(default_factory=list)
    live: list[ProjectSpec] = field(default_factory=list)
    probes: list[ProbeRequest] = field(default_factory=list)
    measured: list[Split] = field(default_factory=list)
    rewinds: int = 0
    put: dict[tuple[int, int, tuple[int, ...]], float] = field(default_factory=dict)
    threads: set[int] = field(default_factory=set)
    memory: Memory = field(default_factory=Memory)
    _request: TrainRequest | None = None
    _epoch: int = 0
    _step: int = 0
    _pieces: int = 0
    _examined: tuple[ProbeRequest, int] | None = None

    @property
    def run_id(self) -> int | None:
        return self._request.run_id if self._request else None

    @property
    def epoch(self) -> int:
        return self._epoch

    def open(self, request: TrainRequest) -> Started:
        self.threads.add(threading.get_ident())
        self._request, self.memory, self._pieces = request, Memory(), 0
        self._epoch, self._step = (request.state.epoch, request.state.step) if request.state else (0, 0)
        if request.state:
            self.memory.counters.update(request.state.counters)
        self.opened.append(request)
        total = parameters(request.dataset.facts.input_shape, request.spec.layers)
        return Started(request.run_id, total, self._epoch, "scripted, for tests", 123_000_000, self.warnings)

    def prepare(self) -> None:
        self.threads.add(threading.get_ident())

    def advance(self, epochs: int, seconds: float) -> Epochs | Progress:
        self.threads.add(threading.get_ident())
        assert self.run_id is not None
        self._pieces = 0
        if self.fail_at is not None and self._epoch >= self.fail_at:
            raise EngineError("The scripted network failed, as it was told to.")
        self._step += 1
        if self._step < self.steps:
            return Progress(self.run_id, self._epoch + 1, self._step, self.steps, {"loss": self._loss(self._epoch)})
        first, count = self._epoch + 1, min(epochs, self.most)
        self._epoch, self._step = self._epoch + count, 0
        loss = np.array([self._loss(e) for e in range(first, first + count)])
        logs = {"loss": loss, "accuracy": 1 - loss / 2, "val_loss": 1.1 * loss, "val_accuracy": 0.95 - loss / 2}
        return Epochs(self.run_id, first, logs, 0.001)

    def _loss(self, epoch: int) -> float:
        return math.nan if self.diverge_at is not None and epoch >= self.diverge_at else 1 / (1 + 0.1 * epoch)

    def mark(self) -> object:
        return self._epoch

    def rewind(self, mark: object) -> None:
        assert isinstance(mark, int)
        self._epoch, self._step = mark, 0
        self.rewinds += 1

    def end(self) -> None:
        """No callbacks."""

    def is_finite(self) -> bool:
        return True

    def best_weights(self) -> tuple[Array, ...]:
        return ()

    def weights(self) -> tuple[Array, ...]:
        return (np.array([1.0]),)

    def set_weights(self, weights: tuple[Array, ...]) -> None:
        assert self._request

    def set_weight(self, layer: int, number: int, at: tuple[int, ...], value: float) -> float:
        snapshot = self.probe(ProbeRequest(weights=True))
        assert snapshot is not None
        before = float(snapshot.weights[layer][number][at])
        self.put[layer, number, at] = value
        return before

    def set_live(self, spec: ProjectSpec) -> None:
        self.threads.add(threading.get_ident())
        self.live.append(spec)

    @property
    def learning_rate(self) -> float:
        assert self._request
        rate = (self.live[-1] if self.live else self._request.spec).training.optimizer.learning_rate
        assert isinstance(rate, float)
        return rate

    def set_learning_rate(self, value: float) -> None:
        assert self._request

    def diagnose(self, mark: object | None, epochs: int) -> str:
        return "The scripted loss is not a number."

    def predict(self, inputs: Array | Rows) -> Array:
        assert self._request
        shapes = walk(self._request.dataset.facts.input_shape, self._request.spec.layers)
        units = shapes[-1].output[-1] if shapes and shapes[-1].output else 1
        return np.full((len(inputs), units), 1 / max(units, 2))

    def _takes(self, pieces: int, seconds: float) -> bool:
        """Whether this call is not the last of so many."""
        self._pieces += 1
        if self._pieces < pieces and seconds < math.inf:
            return True
        self._pieces = 0
        return False

    def probe(self, request: ProbeRequest, seconds: float = math.inf) -> Snapshot | None:
        assert self._request
        assert self.run_id is not None
        self.probes.append(request)
        if self._takes(self.probe_pieces, seconds):
            return None
        if (request.examine or request.activity) and seconds < math.inf:
            done = self._examined[1] + 1 if self._examined is not None and self._examined[0] is request else 1
            self._examined = request, done
            if done < self.examine_pieces:
                return None
        shapes = walk(self._request.dataset.facts.input_shape, self._request.spec.layers)
        maps: tuple[Array | None, ...] = ()
        weights: tuple[tuple[Array, ...], ...] = ()
        if request.neurons and request.grid:
            maps = tuple(np.stack([self._map(request.neuron_grid, j) for j in range(s.output[0])], axis=-1)
                         if s.output and len(s.output) == 1 else None for s in shapes)  # fmt: skip
        if request.weights:
            rng = np.random.default_rng(self._epoch)
            weights = tuple((rng.normal(size=(s.input[0], s.output[0])), rng.normal(size=s.output[0]))
                            if s.input and s.output and s.parameters and len(s.input) == 1 else () for s in shapes)  # fmt: skip
            for (layer, number, at), value in self.put.items():
                weights[layer][number][at] = value
        outputs = shapes[-1].output[-1] if shapes and shapes[-1].output else 1
        answered = min(request.test_answers, len(self._request.dataset.test))
        return Snapshot(
            self.run_id,
            float(self._epoch),
            output_map=np.repeat((self._map(request.grid, 0)[..., None] + 1) / 2, outputs, axis=-1) if request.grid else None,
            neuron_maps=maps,
            weights=weights,
            layer_weights=None if request.weights_of is None else self._layer_weights(request.weights_of, shapes),
            layer_views=() if request.layer_views is None else self._layer_views(request.layer_views, shapes),
            activity=self._activity(request.activity) if request.activity else (),
            answers=None if request.inputs is None else np.full((len(request.inputs), outputs), 1 / outputs),
            test_answers=np.full((answered, outputs), 1 / outputs) if answered else None,
            activations=() if request.activations is None else self._activations(request, shapes),
            examination=self._examination(outputs) if request.examine else None,
        )

    def _examination(self, units: int) -> Examination:
        """Answers that get better with every epoch; a quarter of them is a guess at first."""
        assert self._request
        dataset, rng = self._request.dataset, np.random.default_rng(7)
        reading = Reading.of(analyse(self._request.spec, dataset.facts))
        truth, count = dataset.test.y, len(dataset.test)
        if reading.is_regression:
            off = rng.normal(size=count) * 0.5 / (1 + self._epoch)
            return examine(reading, (dataset.target_scaler.apply(truth) + off)[:, None], truth, dataset.target_scaler)
        guesses = rng.random((count, max(units, 2))) * 0.5
        sure = rng.random(count) * (1 + self._epoch / 10)
        guesses[np.arange(count), truth.astype(np.int64)] += sure
        shares = guesses / guesses.sum(axis=1, keepdims=True)
        return examine(reading, shares[:, 1:] if units == 1 else shares, truth, dataset.target_scaler)

    def _activations(self, request: ProbeRequest, shapes: tuple[LayerShape, ...]) -> tuple[Array, ...]:
        """Random, from the samples and the epoch alone."""
        assert request.activations is not None
        x = request.activations.dense() if isinstance(request.activations, Rows) else request.activations
        drawn = []
        for entry in shapes:
            assert entry.output is not None
            seeds = (int(np.nansum(np.abs(sample)) * 1000) % 2**31 + self._epoch for sample in x)
            drawn.append(np.stack([np.abs(np.random.default_rng(seed).normal(size=entry.output)) for seed in seeds]))
        return tuple(cut(outputs) if request.pictures_only else outputs for outputs in drawn)

    def _layer_weights(self, layer: int, shapes: tuple[LayerShape, ...]) -> LayerWeights:
        """Random, as wide as the epoch says; kernels and biases of `Dense` and `Conv2D`, tables of `Embedding`."""
        assert self._request
        facts, layers = self._request.dataset.facts, self._request.spec.layers
        own, entry, rng = layers[layer], shapes[layer], np.random.default_rng(self._epoch)
        sizes: list[tuple[int, ...]] = []
        if isinstance(own, Dense | Conv2D):
            assert entry.input
            sizes = [(*getattr(own, "kernel_size", ()), entry.input[-1], entry.output[-1]), (entry.output[-1],)]  # type: ignore[index]
        elif isinstance(own, Embedding):
            sizes = [(own.input_dim, own.output_dim)]
        tile, width = tile_of(layers, layer, facts.input_shape), 1 + self._epoch / 50
        drawn = [(rng.normal(0, width, size).astype(np.float32), rng.normal(0, 0.01, size).astype(np.float32)) for size in sizes]
        names = ("embeddings",) if isinstance(own, Embedding) else ("kernel", "bias")
        return LayerWeights(layer, tuple(weight_array(n, w, g, tile) for n, (w, g) in zip(names, drawn, strict=False)))

    def _layer_views(self, x: Array | Rows, shapes: tuple[LayerShape, ...]) -> tuple[Array, ...]:
        whole = self._activations(ProbeRequest(activations=x), shapes)
        return tuple(cut(outputs, large_plan(outputs.shape[1:])) for outputs in whole)

    def _activity(self, samples: int) -> tuple[LayerActivity, ...]:
        """A quarter of the units is silent at first, fewer later on; a tenth of the outputs is at its ends."""
        assert self._request
        counted = min(samples, len(self._request.dataset.test) or len(self._request.dataset.train))
        told = []
        layers = self._request.spec.layers
        for layer, entry in zip(layers, walk(self._request.dataset.facts.input_shape, layers), strict=True):
            assert entry.output
            silent = entry.output[-1] // (4 + self._epoch) if switches_off(layer) else None
            told.append(LayerActivity(entry.output[-1], counted, silent, 0.1 if ends_of(layer) else None))
        return tuple(told)

    def _map(self, side: int, unit: int) -> Array:
        x, y = np.meshgrid(np.linspace(-6, 6, side), np.linspace(-6, 6, side))
        angle = unit + self._epoch / 40
        return np.tanh(x * math.cos(angle) + y * math.sin(angle))

    def evaluate(self, split: Split, seconds: float = math.inf) -> dict[str, float] | None:
        self.measured.append(split)
        if split is Split.TEST and self._takes(self.test_pieces, seconds):
            return None
        loss = self._loss(self._epoch)
        if split is Split.TRAIN:
            return {"loss": loss, "accuracy": 1 - loss / 2}
        return {"loss": 1.1 * loss, "accuracy": 0.95 - loss / 2}

    def state(self) -> RunState:
        assert self._request
        facts = self._request.dataset.facts
        return RunState(self._epoch, self.weights(), step=self._step, counters=dict(self.memory.counters),
                        classes=facts.classes, inputs=facts.input_names)  # fmt: skip

    def save_weights(self, path: Path) -> None:
        path.write_bytes(b"weights")

    def load_weights(self, path: Path) -> None:
        if path.read_bytes() != b"weights":
            raise EngineError("The weights do not fit this network.")

    def save_model(self, path: Path) -> None:
        path.write_bytes(b"model")
