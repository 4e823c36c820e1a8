"""Compiled training: many steps in one call, each step the one that `Model.fit` takes.

Batches are gathered inside the compiled function from data that stays where it is. Shapes are fixed and counts are
tensors, so that nothing compiles twice: a Python int among the arguments would recompile at every value. Small sets
are filled up to one of few sizes (`room_for`), so that one point more compiles nothing either. XLA, which knows fixed
shapes only, trains on a last batch that is filled up, too, and what fills it up counts for nothing in losses and
metrics; the graph takes a smaller one.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from nnplayground.engine.keras_backend.network import Network, Samples, Tally

MAX_CALL_EPOCHS = 256
MAX_CALL_STEPS = 1024
MAX_CALL_NUMBERS = 4_000_000
MOST_FILLED = 16_384


def room_for(count: int) -> int:
    """How many rows `count` samples are filled up to: a power of two, so that few sizes are ever compiled for."""
    return max(8, 1 << (count - 1).bit_length()) if count <= MOST_FILLED else count


class _Loop:
    """What both loops share: one training step."""

    def __init__(self, network: Network, train: Samples, tally: Tally, batch_size: int) -> None:
        self.network, self.tally = network, tally
        self.batch = min(batch_size, train.rows)
        self.use(train, None)

    def use(self, train: Samples, held: Samples | None) -> None:
        """Go on with other data of the same shapes; nothing is compiled again."""
        self.train, self.validation = train, held
        self.full_steps, self.rest = divmod(train.size, self.batch)
        self.steps = self.full_steps + (self.rest > 0)

    def gradients(
        self, samples: Samples, index: tf.Tensor, real: tf.Tensor | None = None
    ) -> tuple[list[tf.Tensor], tf.Tensor, tf.Tensor, tf.Tensor]:
        """What the samples at `index` (batch,) teach: a gradient for each weight; then the loss, the outputs and what they should be.

        Only the first `real` of them count; None: all.
        """
        network = self.network
        y = tf.gather(samples.y, index)
        counts = None if samples.weights is None else tf.gather(samples.weights, index)
        with tf.GradientTape() as tape:
            outputs = network.model(network.batch(samples.x, index), training=True)
            loss = network.total_loss(y, outputs, counts, real)
        return tape.gradient(loss, network.model.trainable_variables), loss, outputs, y

    def step(self, samples: Samples, index: tf.Tensor, real: tf.Tensor | None = None) -> None:
        """Train on the samples at `index` (batch,), on the first `real` of them; None: on all."""
        gradients, loss, outputs, y = self.gradients(samples, index, real)
        if gradients:
            self.network.optimizer.apply(gradients, self.network.model.trainable_variables)
        self.tally.update(y, outputs, loss, real)


class EpochLoop(_Loop):
    """For small sets: whole epochs, validation included, many in one call."""

    def __init__(
        self, network: Network, train: Samples, tally: Tally, batch_size: int, held: tuple[Samples, Tally] | None, *, jit: bool
    ) -> None:
        super().__init__(network, train, tally, batch_size)
        self.validation = held[0] if held else None
        self.held = held[1] if held else None
        self.columns = len(tally.names) + (len(self.held.names) if self.held else 0) + 1
        self.capacity = max(1, min(MAX_CALL_EPOCHS, MAX_CALL_NUMBERS // train.rows))
        self.width = train.rows if train.real is None else -(-train.rows // self.batch) * self.batch
        """Of the orders: the last batch of a set that is filled up is whole, too."""
        self._fixed = jit
        self._run = tf.function(self._epochs, jit_compile=jit, autograph=False)

    def run(self, orders: np.ndarray) -> np.ndarray:
        """Train one epoch for each row of `orders` (epochs, n); gives (epochs, columns) of loss, metrics and learning rate."""
        count = len(orders)
        padded = np.zeros((self.capacity, self.width), np.int32)
        padded[:count, : self.train.size] = orders
        # What fills up the last batch is a sample of it: another's loss may not be finite, and nothing times that is no number.
        padded[:count, self.train.size :] = orders[:, -1:]
        rows = self._run(self.train, self.validation, tf.constant(padded), tf.constant(count))
        return np.asarray(rows.numpy()[:count], np.float64)

    def compile(self) -> None:
        """Compile by training no epoch."""
        self.run(np.zeros((0, self.train.size), np.int32))

    def _epochs(self, train: Samples, held: Samples | None, orders: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
        def epoch(i: tf.Tensor, rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            self.tally.reset()
            self._steps(train, orders[i])
            row = self.tally.row()
            if self.held is not None and held is not None:
                self.held.reset()
                index, real = self._all_of(held)
                y, outputs = tf.gather(held.y, index), self.network.model(self.network.batch(held.x, index), training=False)
                self.held.update(y, outputs, self.network.total_loss(y, outputs, real=real), real)
                row = tf.concat([row, self.held.row()], 0)
            row = tf.concat([row, self.network.learning_rate()[None]], 0)
            return i + 1, tf.tensor_scatter_nd_update(rows, [[i]], [row])

        rows = tf.zeros((self.capacity, self.columns))
        _, rows = tf.while_loop(lambda i, _: i < count, epoch, [tf.constant(0), rows])
        return rows

    def _steps(self, train: Samples, order: tf.Tensor) -> None:
        """One epoch in `order` (width,)."""

        def batch(s: tf.Tensor) -> tf.Tensor:
            first = s * self.batch
            if train.real is not None and not self._fixed:
                self.step(train, order[first : tf.minimum(first + self.batch, train.real)])
                return s + 1
            index = tf.ensure_shape(tf.slice(order, [first], [self.batch]), [self.batch])
            self.step(train, index, None if train.real is None else tf.minimum(train.real - first, self.batch))
            return s + 1

        if train.real is not None:
            tf.while_loop(lambda s: s * self.batch < train.real, batch, [tf.constant(0)])
            return
        tf.while_loop(lambda s: s < self.full_steps, batch, [tf.constant(0)])
        if self.rest:
            self.step(train, order[self.full_steps * self.batch :])

    def _all_of(self, samples: Samples) -> tuple[tf.Tensor, tf.Tensor | None]:
        """The indices of all samples, and how many of them count; None: all. The last one stands where rows are to be filled up."""
        if samples.real is None:
            return tf.range(samples.rows), None
        if not self._fixed:
            return tf.range(samples.real), None
        return tf.minimum(tf.range(samples.rows), samples.real - 1), samples.real


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
