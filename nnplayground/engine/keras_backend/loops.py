"""Compiled training: many steps in one call, each step the one that `Model.fit` takes.

Batches are gathered inside the compiled function from data that stays where it is. Shapes are fixed and counts are
tensors, so that nothing compiles twice: a Python int among the arguments would recompile at every value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from nnplayground.data.dataset import Affine

EVALUATION_ROWS = 1024
MAX_CALL_EPOCHS = 256
MAX_CALL_NUMBERS = 4_000_000


@dataclass(frozen=True)
class Samples:
    """One part of the data as tensors: `x` as stored (uint8 stays uint8), `y` encoded for the loss."""

    x: tf.Tensor
    y: tf.Tensor

    def __len__(self) -> int:
        return int(self.x.shape[0])


@dataclass(frozen=True)
class Network:
    """What a step needs. `scaler` is applied in the graph to what is stored unscaled; None when `x` is ready."""

    model: keras.Sequential
    optimizer: keras.optimizers.Optimizer
    loss: keras.losses.Loss
    scaler: Affine | None
    jit: bool

    def inputs(self, x: tf.Tensor) -> tf.Tensor:
        """Stored samples to what the first layer gets."""
        if self.scaler is None:
            return x
        return tf.cast(x, tf.float32) * tf.constant(self.scaler.scale, tf.float32) + tf.constant(self.scaler.offset, tf.float32)

    def total_loss(self, y: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """The loss and what regularizers add, as `Model.fit` reports it."""
        return tf.add_n([self.loss(y, outputs), *(tf.convert_to_tensor(term) for term in self.model.losses)])

    def variables(self) -> list[Any]:
        """Everything that training changes: weights, random seeds, the optimizer's memory."""
        return [*self.model.variables, *self.optimizer.variables]


class Tally:
    """The loss and the metrics of an epoch, averaged over samples as Keras does, kept in variables."""

    def __init__(self, metrics: list[keras.metrics.Metric]) -> None:
        self.loss = keras.metrics.Mean(name="loss")
        self.metrics = metrics
        self.names = ["loss", *(m.name for m in metrics)]

    def build(self, y: tf.Tensor, outputs: tf.Tensor) -> None:
        """Make all variables now: a compiled function must not make any."""
        self.update(y[:1], outputs[:1], tf.constant(0.0))
        self.reset()

    def reset(self) -> None:
        for variable in self.variables():
            variable.assign(tf.zeros_like(variable.value))

    def update(self, y: tf.Tensor, outputs: tf.Tensor, loss: tf.Tensor) -> None:
        self.loss.update_state(loss, sample_weight=outputs.shape[0] or tf.shape(outputs)[0])
        for metric in self.metrics:
            metric.update_state(y, outputs)

    def row(self) -> tf.Tensor:
        """All results in the order of `names`, one float32 vector."""
        return tf.stack([tf.cast(tf.reshape(m.result(), ()), tf.float32) for m in (self.loss, *self.metrics)])

    def variables(self) -> list[Any]:
        return [v for m in (self.loss, *self.metrics) for v in m.variables]


class _Loop:
    """What both loops share: one training step."""

    def __init__(self, network: Network, train: Samples, tally: Tally, batch_size: int) -> None:
        self.network, self.train, self.tally = network, train, tally
        self.batch = min(batch_size, len(train))
        self.full_steps, self.rest = divmod(len(train), self.batch)

    def step(self, x: tf.Tensor, y: tf.Tensor) -> None:
        """Train on one batch of stored samples."""
        model = self.network.model
        with tf.GradientTape() as tape:
            outputs = model(self.network.inputs(x), training=True)
            loss = self.network.total_loss(y, outputs)
        weights = model.trainable_variables
        if weights:
            self.network.optimizer.apply(tape.gradient(loss, weights), weights)
        self.tally.update(y, outputs, loss)


class EpochLoop(_Loop):
    """For small sets: whole epochs, validation included, many in one call."""

    def __init__(self, network: Network, train: Samples, tally: Tally, batch_size: int, held: tuple[Samples, Tally] | None) -> None:
        super().__init__(network, train, tally, batch_size)
        self.validation = held[0] if held else Samples(train.x[:0], train.y[:0])
        self.held = held[1] if held else None
        self.columns = len(tally.names) + (len(self.held.names) if self.held else 0)
        self.capacity = max(1, min(MAX_CALL_EPOCHS, MAX_CALL_NUMBERS // len(train)))
        self._run = tf.function(self._epochs, jit_compile=network.jit)

    def run(self, orders: np.ndarray) -> np.ndarray:
        """Train one epoch for each row of `orders` (epochs, n); gives (epochs, columns) of loss and metrics."""
        count = len(orders)
        padded = np.zeros((self.capacity, len(self.train)), np.int32)
        padded[:count] = orders
        held = self.validation
        rows = self._run(self.train.x, self.train.y, held.x, held.y, tf.constant(padded), tf.constant(count))
        return np.asarray(rows.numpy()[:count], np.float64)

    def _epochs(self, x: tf.Tensor, y: tf.Tensor, held_x: tf.Tensor, held_y: tf.Tensor, orders: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
        def epoch(i: tf.Tensor, rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            self.tally.reset()
            order = orders[i]

            def batch(s: tf.Tensor) -> tf.Tensor:
                index = tf.ensure_shape(tf.slice(order, [s * self.batch], [self.batch]), [self.batch])
                self.step(tf.gather(x, index), tf.gather(y, index))
                return s + 1

            tf.while_loop(lambda s: s < self.full_steps, batch, [tf.constant(0)])
            if self.rest:
                index = order[self.full_steps * self.batch :]
                self.step(tf.gather(x, index), tf.gather(y, index))
            row = self.tally.row()
            if self.held is not None:
                self.held.reset()
                outputs = self.network.model(self.network.inputs(held_x), training=False)
                self.held.update(held_y, outputs, self.network.total_loss(held_y, outputs))
                row = tf.concat([row, self.held.row()], 0)
            return i + 1, tf.tensor_scatter_nd_update(rows, [[i]], [row])

        rows = tf.zeros((self.capacity, self.columns))
        _, rows = tf.while_loop(lambda i, _: i < count, epoch, [tf.constant(0), rows])
        return rows


class StepLoop(_Loop):
    """For large sets: many batches of one epoch in one call."""

    def __init__(self, network: Network, train: Samples, tally: Tally, batch_size: int) -> None:
        super().__init__(network, train, tally, batch_size)
        self.steps = self.full_steps + (self.rest > 0)
        self.capacity = max(1, min(1024, MAX_CALL_NUMBERS // self.batch, self.full_steps))
        self._run = tf.function(self._batches, jit_compile=network.jit)
        self._run_rest = tf.function(self._one_batch, jit_compile=network.jit)

    def run(self, order: np.ndarray, first: int, count: int) -> int:
        """Train up to `count` steps of an epoch in `order` (n,), beginning with step `first`; gives how many it took."""
        if first == self.full_steps:
            self._run_rest(self.train.x, self.train.y, tf.constant(order[first * self.batch :]))
            return 1
        count = min(count, self.capacity, self.full_steps - first)
        padded = np.zeros((self.capacity, self.batch), np.int32)
        padded[:count] = order[first * self.batch : (first + count) * self.batch].reshape(count, self.batch)
        self._run(self.train.x, self.train.y, tf.constant(padded), tf.constant(count))
        return count

    def _batches(self, x: tf.Tensor, y: tf.Tensor, orders: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
        def batch(s: tf.Tensor) -> tf.Tensor:
            self._one_batch(x, y, orders[s])
            return s + 1

        return tf.while_loop(lambda s: s < count, batch, [tf.constant(0)])

    def _one_batch(self, x: tf.Tensor, y: tf.Tensor, index: tf.Tensor) -> None:
        self.step(tf.gather(x, index), tf.gather(y, index))


class Evaluation:
    """The loss and the metrics over a part of the data, piece by piece, so that it can be left between pieces."""

    def __init__(self, network: Network, samples: Samples, tally: Tally) -> None:
        self.network, self.samples, self.tally = network, samples, tally
        self.position = 0
        self._piece = tf.function(self._update, reduce_retracing=True)

    def start(self) -> None:
        self.tally.reset()
        self.position = 0

    @property
    def done(self) -> bool:
        return self.position >= len(self.samples)

    def piece(self, rows: int = EVALUATION_ROWS) -> None:
        """Take the next `rows` samples into account."""
        end = min(self.position + rows, len(self.samples))
        self._piece(self.samples.x[self.position : end], self.samples.y[self.position : end])
        self.position = end

    def results(self) -> dict[str, float]:
        return dict(zip(self.tally.names, (float(v) for v in self.tally.row().numpy()), strict=True))

    def run(self) -> dict[str, float]:
        """All of it at once."""
        self.start()
        while not self.done:
            self.piece()
        return self.results()

    def _update(self, x: tf.Tensor, y: tf.Tensor) -> None:
        outputs = self.network.model(self.network.inputs(x), training=False)
        self.tally.update(y, outputs, self.network.total_loss(y, outputs))


def epoch_cost(parameters: int, samples: int, batch_size: int) -> float:
    """A rough guess of the seconds that one epoch takes: which loop to use, nothing finer."""
    steps = math.ceil(samples / batch_size)
    return steps * 1e-5 + samples * max(parameters, 1) * 6 / 4e9
