"""Where an answer comes from: slopes along the inputs, or what covering a part of a picture does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Encoding, output_activation_index
from nnplayground.data.dataset import Dataset
from nnplayground.data.rows import Rows
from nnplayground.engine.answers import Floats, Reading
from nnplayground.engine.backend import EngineError
from nnplayground.engine.events import Array
from nnplayground.engine.explaining import Explanation, Method, Question
from nnplayground.engine.keras_backend.network import Network, SparseRows

FUNCTION_LAST = (keras.layers.Dense, keras.layers.Activation, keras.layers.Conv1D, keras.layers.Conv2D)
"""Layers whose function is the last thing they do: without it they give what the function was applied to."""
WAVES = "sine"
"""A function whose value says nothing of what it was applied to."""
PATCHES = 7
"""So many patches beside each other cover a picture; each lies half over the next."""
TYPICAL = 200
"""So many training pictures say what is behind a picture's subject."""
Store = Callable[[Array | Rows], "tf.Tensor | SparseRows"]
Outputs = Callable[[list[tf.Tensor], list[tf.Tensor], "tf.Tensor | SparseRows", tf.Tensor], tf.Tensor]


@dataclass
class _Pending:
    """Questions on their way: the weights as they were when they were asked, and what is answered so far."""

    questions: tuple[Question, ...]
    trainable: list[tf.Tensor]
    others: list[tf.Tensor]
    found: list[Explanation] = field(default_factory=list)
    covers: Iterator[Explanation | None] | None = None


class Explainer:
    """Answers questions about one network and its data. `rows` samples at a time are computed in about 5 ms."""

    def __init__(self, network: Network, spec: ProjectSpec, rows: int, store: Store, outputs: Outputs) -> None:
        self._network, self._rows, self._store, self._outputs_of = network, rows, store, outputs
        self._last = output_activation_index(spec.layers)
        self._slopes = tf.function(self._slopes_of, reduce_retracing=True)
        layers = network.model.layers
        embedding = next((i for i, layer in enumerate(layers) if not isinstance(layer, keras.layers.Identity)), None)
        self._words_end = embedding + 1 if embedding is not None and isinstance(layers[embedding], keras.layers.Embedding) else 0
        """Word numbers have no slope: behind so many layers they are vectors, which have."""

    def look_at(self, dataset: Dataset, reading: Reading) -> None:
        """Explain answers about this data from now on."""
        self._dataset, self._reading = dataset, reading
        self._mean: Floats | None = None
        self._ground: Array | None = None
        self._pending: _Pending | None = None

    def answer(self, questions: tuple[Question, ...], seconds: float) -> tuple[Explanation, ...] | None:
        """One explanation for each question; None when they need more time: the same questions go on where they were."""
        pending, end = self._pending, time.perf_counter() + seconds
        if pending is None or pending.questions is not questions:
            # Copies: the network may learn on while answers are collected.
            pending = self._pending = _Pending(questions, *self._weights())
        while len(pending.found) < len(questions):
            question = questions[len(pending.found)]
            if question.method is Method.SLOPE:
                pending.found.append(self._by_slopes(question))
            else:
                pending.covers = pending.covers or self._by_covering(question, pending)
                if (found := next(pending.covers)) is not None:
                    pending.found.append(found)
                    pending.covers = None
            if time.perf_counter() >= end and len(pending.found) < len(questions):
                return None
        self._pending = None
        return tuple(pending.found)

    def _weights(self) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        model = self._network.model
        return [tf.identity(v.value) for v in model.trainable_variables], [tf.identity(v.value) for v in model.non_trainable_variables]

    # ---- slopes

    def _by_slopes(self, question: Question) -> Explanation:
        samples, stored, weights = question.samples, self._store(question.samples), self._weights()
        outputs, slopes = [], []
        for start in range(0, len(samples), self._rows):
            index = tf.range(start, min(start + self._rows, len(samples)))
            batch = self._outputs_of(*weights, stored, index).numpy()
            outputs.append(batch)
            selected = self._selection(batch, self._about(batch, question))
            slopes.append(self._slopes(stored, index, tf.constant(selected)).numpy())
        answers = np.concatenate(outputs)
        return Explanation(question, answers, self._about(answers, question), self._parts(samples, np.concatenate(slopes)))

    def _slopes_of(self, x: tf.Tensor | SparseRows, index: tf.Tensor, selection: tf.Tensor) -> tf.Tensor:
        """Slopes along what is stored (n, *input_shape); of sequences of words (n, length) slopes times vectors, added up."""
        inputs = self._network.batch(x, index)
        inputs = tf.sparse.to_dense(inputs) if isinstance(inputs, tf.SparseTensor) else inputs
        inputs = self._through(inputs, 0, self._words_end) if self._words_end else tf.cast(inputs, tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            score = tf.reduce_sum(self._through(inputs, self._words_end, None) * selection)
        slopes = tape.gradient(score, inputs, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return tf.reduce_sum(slopes * inputs, axis=-1) if self._words_end else slopes

    def _through(self, x: tf.Tensor, begin: int, end: int | None) -> tf.Tensor:
        """What some of the layers make of their inputs, the answer without the function that was applied last."""
        with self._without_function():
            for layer in self._network.model.layers[begin:end]:
                x = layer(x, training=False)
        return x

    @contextmanager
    def _without_function(self) -> Iterator[None]:
        """While a graph is made: functions as softmax flatten where the answer is sure, and with them all slopes."""
        layer = None if self._last is None or self._reading.is_regression else self._network.model.layers[self._last]
        function = getattr(layer, "activation", None)
        if layer is None or function is None or not isinstance(layer, FUNCTION_LAST) or getattr(function, "__name__", "") == WAVES:
            yield
            return
        layer.activation = keras.activations.linear
        try:
            yield
        finally:
            layer.activation = function

    def _selection(self, outputs: Array, about: NDArray[np.int64]) -> Array:
        """What the outputs (n, units) are multiplied by so that the sum is what is explained, (n, units)."""
        if self._reading.is_regression:
            return np.full(outputs.shape, 1 / float(self._dataset.target_scaler.scale), np.float32)
        if outputs.shape[-1] > 1:
            return np.eye(outputs.shape[-1], dtype=np.float32)[about]
        return np.where(about == 0, -1, 1).astype(np.float32)[:, np.newaxis]

    def _parts(self, samples: Array | Rows, slopes: Array) -> Array:
        if isinstance(samples, Rows):
            counts = np.diff(samples.indptr)
            return slopes[np.repeat(np.arange(len(samples)), counts), samples.indices]
        if self._words_end:
            return slopes
        inner = self._network.scaler or self._dataset.scaler  # in the graph it is not part of the layers
        parts = slopes * inner.scale * (np.asarray(samples, np.float32) - self._start())
        return parts.sum(axis=-1) if parts.ndim == 4 else parts

    def _start(self) -> Floats | np.float32:
        """Where an input says nothing: none of it in pictures and words, the training mean in tables."""
        train = self._dataset.train
        if len(self._dataset.facts.input_shape) != 1 or isinstance(train.x, Rows) or not len(train):
            return np.float32(0)
        if self._mean is None:
            self._mean = train.x.mean(axis=0, dtype=np.float64)
        return self._mean

    # ---- covering

    def _by_covering(self, question: Question, pending: _Pending) -> Iterator[Explanation | None]:
        """A generator: None after each piece of the work, at the end the explanation."""
        samples = question.samples
        if isinstance(samples, Rows) or samples.ndim != 4:
            raise EngineError(f"Only pictures can be covered bit by bit; these samples have shape {samples.shape[1:]}.")
        first = self._predict(samples, pending)
        about = self._about(first, question)
        parts = np.zeros(samples.shape[:3])
        for number, picture in enumerate(samples):
            patches = list(_patches(*picture.shape[:2]))
            drops: list[Floats] = []
            before = self._score(first[number : number + 1], about[number])
            for start in range(0, len(patches), self._rows):
                yield None
                covered = np.repeat(picture[np.newaxis], len(patches[start : start + self._rows]), axis=0)
                for copy, patch in zip(covered, patches[start:], strict=False):
                    copy[patch] = self._behind()
                drops.append(before - self._score(self._predict(covered, pending), about[number]))
            over = np.zeros(picture.shape[:2])
            for patch, drop in zip(patches, np.concatenate(drops), strict=True):
                parts[number][patch] += drop
                over[patch] += 1
            parts[number] /= over
        yield Explanation(question, first, about, parts)

    def _predict(self, samples: Array, pending: _Pending) -> Array:
        index = tf.range(len(samples))
        return self._outputs_of(pending.trainable, pending.others, self._store(samples), index).numpy()

    def _behind(self) -> Array:
        """The colour of a cover: what pictures mostly are, one number a channel."""
        if self._ground is None:
            some = self._dataset.train.array[:TYPICAL]
            self._ground = np.median(some, axis=(0, 1, 2)).astype(some.dtype) if len(some) else np.zeros(some.shape[-1], some.dtype)
        return self._ground

    # ---- what is spoken about

    def _about(self, outputs: Array, question: Question) -> NDArray[np.int64]:
        if self._reading.is_regression:
            return np.zeros(len(outputs), np.int64)
        if question.about is None:
            return self._reading.chosen(outputs)
        return np.full(len(outputs), min(max(question.about, 0), max(outputs.shape[-1], 2) - 1), np.int64)

    def _score(self, outputs: Array, about: np.int64) -> Floats:
        """The probability of a class in each answer, for regression the value, (n,)."""
        outputs = np.asarray(outputs, np.float64)
        if self._reading.is_regression:
            return self._dataset.target_scaler.undo(outputs[:, 0]).astype(np.float64)
        if outputs.shape[-1] > 1:
            return np.asarray(outputs[:, about])
        plus = (outputs[:, 0] + 1) / 2 if self._reading.encoding is Encoding.PLUS_MINUS else outputs[:, 0]
        return np.asarray(plus if about else 1 - plus)


def _patches(height: int, width: int) -> Iterator[tuple[slice, slice]]:
    """Squares that together cover a picture, each half over its neighbours; those at the edges are cut off."""
    side = max(1, round(max(height, width) / PATCHES))
    step = max(1, side // 2)
    for top in range(min(0, step - side), height, step):
        for left in range(min(0, step - side), width, step):
            yield slice(max(0, top), top + side), slice(max(0, left), left + side)
