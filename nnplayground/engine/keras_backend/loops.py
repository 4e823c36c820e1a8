"""Compiled training: many steps in one call, each step the one that `Model.fit` takes.

Batches are gathered inside the compiled function from data that stays where it is. Shapes are fixed and counts are
tensors, so that nothing compiles twice: a Python int among the arguments would recompile at every value.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from nnplayground.engine.keras_backend.network import Network, Samples, Tally

MAX_CALL_EPOCHS = 256
MAX_CALL_STEPS = 1024
MAX_CALL_NUMBERS = 4_000_000


class _Loop:
    """What both loops share: one training step."""

    def __init__(self, network: Network, train: Samples, tally: Tally, batch_size: int) -> None:
        self.network, self.train, self.tally = network, train, tally
        self.validation: Samples | None = None
        self.batch = min(batch_size, train.size)
        self.full_steps, self.rest = divmod(train.size, self.batch)
        self.steps = self.full_steps + (self.rest > 0)

    def use(self, train: Samples, held: Samples | None) -> None:
        """Go on with other data of the same shapes; nothing is compiled again."""
        self.train, self.validation = train, held

    def gradients(self, samples: Samples, index: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor, tf.Tensor, tf.Tensor]:
        """What the samples at `index` (batch,) teach: a gradient for each weight; then the loss, the outputs and what they should be."""
        network = self.network
        y = tf.gather(samples.y, index)
        counts = None if samples.weights is None else tf.gather(samples.weights, index)
        with tf.GradientTape() as tape:
            outputs = network.model(network.batch(samples.x, index), training=True)
            loss = network.total_loss(y, outputs, counts)
        return tape.gradient(loss, network.model.trainable_variables), loss, outputs, y

    def step(self, samples: Samples, index: tf.Tensor) -> None:
        """Train on the samples at `index` (batch,)."""
        gradients, loss, outputs, y = self.gradients(samples, index)
        if gradients:
            self.network.optimizer.apply(gradients, self.network.model.trainable_variables)
        self.tally.update(y, outputs, loss)


class EpochLoop(_Loop):
    """For small sets: whole epochs, validation included, many in one call."""

    def __init__(
        self, network: Network, train: Samples, tally: Tally, batch_size: int, held: tuple[Samples, Tally] | None, *, jit: bool
    ) -> None:
        super().__init__(network, train, tally, batch_size)
        self.validation = held[0] if held else None
        self.held = held[1] if held else None
        self.columns = len(tally.names) + (len(self.held.names) if self.held else 0)
        self.capacity = max(1, min(MAX_CALL_EPOCHS, MAX_CALL_NUMBERS // train.size))
        self._run = tf.function(self._epochs, jit_compile=jit, autograph=False)

    def run(self, orders: np.ndarray) -> np.ndarray:
        """Train one epoch for each row of `orders` (epochs, n); gives (epochs, columns) of loss and metrics."""
        count = len(orders)
        padded = np.zeros((self.capacity, self.train.size), np.int32)
        padded[:count] = orders
        rows = self._run(self.train, self.validation, tf.constant(padded), tf.constant(count))
        return np.asarray(rows.numpy()[:count], np.float64)

    def compile(self) -> None:
        """Compile by training no epoch."""
        self.run(np.zeros((0, self.train.size), np.int32))

    def _epochs(self, train: Samples, held: Samples | None, orders: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
        def epoch(i: tf.Tensor, rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            self.tally.reset()
            order = orders[i]

            def batch(s: tf.Tensor) -> tf.Tensor:
                self.step(train, tf.ensure_shape(tf.slice(order, [s * self.batch], [self.batch]), [self.batch]))
                return s + 1

            tf.while_loop(lambda s: s < self.full_steps, batch, [tf.constant(0)])
            if self.rest:
                self.step(train, order[self.full_steps * self.batch :])
            row = self.tally.row()
            if self.held is not None and held is not None:
                self.held.reset()
                index = tf.range(held.size)
                outputs = self.network.model(self.network.batch(held.x, index), training=False)
                self.held.update(held.y, outputs, self.network.total_loss(held.y, outputs))
                row = tf.concat([row, self.held.row()], 0)
            return i + 1, tf.tensor_scatter_nd_update(rows, [[i]], [row])

        rows = tf.zeros((self.capacity, self.columns))
        _, rows = tf.while_loop(lambda i, _: i < count, epoch, [tf.constant(0), rows])
        return rows


class StepLoop(_Loop):
    """For large sets: many batches of one epoch in one call."""

    def __init__(self, network: Network, train: Samples, tally: Tally, batch_size: int, *, jit: bool) -> None:
        super().__init__(network, train, tally, batch_size)
        self.capacity = max(1, min(MAX_CALL_STEPS, MAX_CALL_NUMBERS // self.batch, self.full_steps))
        self._run = tf.function(self._batches, jit_compile=jit, autograph=False)
        self._run_rest = tf.function(self.step, jit_compile=jit, autograph=False)

    def run(self, order: np.ndarray, first: int, count: int) -> int:
        """Train up to `count` steps of an epoch in `order` (n,), beginning with step `first`; gives how many it took."""
        if first == self.full_steps:
            self._run_rest(self.train, tf.constant(order[first * self.batch :]))
            return 1
        count = min(count, self.capacity, self.full_steps - first)
        padded = np.zeros((self.capacity, self.batch), np.int32)
        padded[:count] = order[first * self.batch : (first + count) * self.batch].reshape(count, self.batch)
        self._run(self.train, tf.constant(padded), tf.constant(count))
        return count

    def compile(self) -> None:
        """Compile by training no step; the smaller last batch is trained on, since there is but one way to call it."""
        order = np.arange(self.train.size, dtype=np.int32)
        self.run(order, 0, 0)
        if self.rest:
            self.run(order, self.full_steps, 1)

    def _batches(self, train: Samples, orders: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
        def batch(s: tf.Tensor) -> tf.Tensor:
            self.step(train, orders[s])
            return s + 1

        return tf.while_loop(lambda s: s < count, batch, [tf.constant(0)])
