"""What a training step needs: the network, samples as tensors, and the running numbers of an epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from nnplayground.data.dataset import Affine
from nnplayground.data.rows import Rows
from nnplayground.engine.events import Array


class SparseRows(NamedTuple):
    """`Rows` as tensors: the ones of row i stand in `indices[starts[i]:starts[i + 1]]`."""

    starts: tf.Tensor
    indices: tf.Tensor

    @classmethod
    def of(cls, rows: Rows) -> SparseRows:
        return cls(tf.constant(rows.indptr), tf.constant(rows.indices, tf.int64))

    def take(self, index: tf.Tensor, width: int) -> tf.SparseTensor:
        """Some rows as a sparse (n, width) matrix of ones."""
        begin, end = tf.gather(self.starts, index), tf.gather(self.starts, index + 1)
        places = tf.ragged.range(begin, end)
        columns = tf.gather(self.indices, places.values)
        count = index.shape[0] or tf.shape(index, tf.int64)[0]
        at = tf.stack([places.value_rowids(), columns], axis=1)
        return tf.SparseTensor(at, tf.ones_like(columns, tf.float32), tf.stack([tf.cast(count, tf.int64), width]))


class Samples(NamedTuple):
    """One part of the data as tensors: `x` as stored (uint8 stays uint8), `y` encoded for the loss.

    `weights` (n,) says how much each sample counts in training; None: all alike. `real` (), a tensor so that nothing
    compiles anew for another, says how many rows are samples, where rows without meaning fill them up; None: all.
    """

    x: tf.Tensor | SparseRows
    y: tf.Tensor
    weights: tf.Tensor | None = None
    real: tf.Tensor | None = None

    @property
    def rows(self) -> int:
        return int(self.y.shape[0])

    @property
    def size(self) -> int:
        """How many samples there are; not to be asked inside a compiled function."""
        return self.rows if self.real is None else int(self.real)

    @property
    def is_sparse(self) -> bool:
        return isinstance(self.x, SparseRows)


@dataclass(frozen=True)
class Network:
    """`scaler` is applied in the graph to what is stored unscaled; None when `x` is ready.

    `target` is how `y` was scaled; None where it was not.
    """

    model: keras.Sequential
    optimizer: keras.optimizers.Optimizer
    loss: keras.losses.Loss
    scaler: Affine | None = None
    target: Affine | None = None

    def batch(self, x: tf.Tensor | SparseRows, index: tf.Tensor) -> tf.Tensor | tf.SparseTensor:
        """The stored samples at `index` (n,) as the first layer gets them."""
        if isinstance(x, SparseRows):
            sparse = x.take(index, self.model.input_shape[-1])
            return sparse if self.model.inputs[0].sparse else tf.sparse.to_dense(sparse)
        return self.scaled(tf.gather(x, index))

    def scaled(self, x: tf.Tensor) -> tf.Tensor:
        """Stored samples to what the first layer gets."""
        if self.scaler is None:
            return x
        return tf.cast(x, tf.float32) * tf.constant(self.scaler.scale, tf.float32) + tf.constant(self.scaler.offset, tf.float32)

    def total_loss(
        self, y: tf.Tensor, outputs: tf.Tensor, weights: tf.Tensor | None = None, real: tf.Tensor | None = None
    ) -> tf.Tensor:
        """The loss and what regularizers add, as `Model.fit` reports it; of the first `real` rows, None: of all."""
        if real is None:
            data_loss = self.loss(y, outputs, weights)
        else:
            rows = int(y.shape[0])
            counted = first_ones(rows, real)
            # Keras divides by the number of rows.
            data_loss = self.loss(y, outputs, counted if weights is None else counted * weights) * (rows / tf.cast(real, tf.float32))
        return tf.add_n([data_loss, *(tf.convert_to_tensor(term) for term in self.model.losses)])

    def learning_rate(self) -> tf.Tensor:
        """The rate of the next step."""
        return tf.cast(tf.convert_to_tensor(self.optimizer.learning_rate), tf.float32)

    def variables(self) -> list[Any]:
        """Everything that training changes: weights, random seeds, the optimizer's memory."""
        return [*self.model.variables, *self.optimizer.variables]

    def bytes(self) -> int:
        """How much a copy of `variables` takes."""
        return sum(4 * int(np.prod(v.shape)) for v in self.variables())


def first_ones(rows: int, real: tf.Tensor) -> tf.Tensor:
    """(rows,): 1 for each of the first `real` rows, 0 for those that only fill up."""
    return tf.cast(tf.range(rows) < real, tf.float32)


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

    def update(self, y: tf.Tensor, outputs: tf.Tensor, loss: tf.Tensor, real: tf.Tensor | None = None) -> None:
        """Take the first `real` rows into account; None: all."""
        counted = None if real is None else first_ones(int(y.shape[0]), real)
        self.loss.update_state(loss, sample_weight=(outputs.shape[0] or tf.shape(outputs)[0]) if real is None else real)
        for metric in self.metrics:
            metric.update_state(y, outputs, counted)

    def row(self) -> tf.Tensor:
        """All results in the order of `names`, one float32 vector."""
        return tf.stack([tf.cast(tf.reshape(m.result(), ()), tf.float32) for m in (self.loss, *self.metrics)])

    def values(self) -> tuple[Array, ...]:
        """A copy of the running sums."""
        return tuple(v.numpy() for v in self.variables())

    def variables(self) -> list[Any]:
        return [v for m in (self.loss, *self.metrics) for v in m.variables]


class Evaluation:
    """The loss and the metrics over a part of the data, piece by piece, so that it can be left between pieces."""

    def __init__(self, network: Network, samples: Samples, tally: Tally, rows: int) -> None:
        self.network, self.samples, self.tally, self.rows = network, samples, tally, rows
        self.position = 0
        self._piece = tf.function(self._update, reduce_retracing=True)

    def start(self) -> None:
        self.tally.reset()
        self.position = 0

    def compile(self) -> None:
        """Compile for the whole pieces and for the smaller last one."""
        for end in {min(self.rows, self.samples.size), self.samples.size % self.rows}:
            if end:
                self._piece(self.samples, tf.range(end))
        self.start()

    @property
    def done(self) -> bool:
        return self.position >= self.samples.size

    def piece(self) -> None:
        """Take the next samples into account: always the same pieces, so that the sums are always the same."""
        end = min(self.position + self.rows, self.samples.size)
        self._piece(self.samples, tf.range(self.position, end))
        self.position = end

    def results(self) -> dict[str, float]:
        return dict(zip(self.tally.names, (float(v) for v in self.tally.row().numpy()), strict=True))

    def _update(self, samples: Samples, index: tf.Tensor) -> None:
        y = tf.gather(samples.y, index)
        outputs = self.network.model(self.network.batch(samples.x, index), training=False)
        self.tally.update(y, outputs, self.network.total_loss(y, outputs))
