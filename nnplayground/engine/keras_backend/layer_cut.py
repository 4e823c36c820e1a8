"""`layer_pictures.cut` inside the graph: what a picture does not need never leaves it."""

from __future__ import annotations

import tensorflow as tf

from nnplayground.engine.layer_pictures import Plan, plan


def cut(values: tf.Tensor, wanted: Plan | None = None) -> tf.Tensor:
    """Outputs (n, *shape) as pictures need them, or as another plan for this shape wants them."""
    shape = tuple(values.shape[1:])
    wanted = wanted or plan(shape)
    if wanted.shape != shape:
        if wanted.maps is not None:
            values = values[..., : wanted.maps]
        values = tf.reshape(values, (-1, *wanted.shape))
    for axis, factor in enumerate(wanted.factors, 1):
        if factor > 1:
            values = _joined(values, axis, factor)
    return values


def _joined(values: tf.Tensor, axis: int, factor: int) -> tf.Tensor:
    length = values.shape[axis]
    pieces = -(-length // factor)
    space = [[0, 0]] * values.shape.rank
    space[axis] = [0, pieces * factor - length]
    rest = values.shape[1:axis], values.shape[axis + 1 :]
    split = tf.reshape(tf.pad(values, space), (-1, *rest[0], pieces, factor, *rest[1]))
    high, low = tf.reduce_max(split, axis + 1), tf.reduce_min(split, axis + 1)
    result = tf.where(high < -low, low, high)
    # Whether the largest of numbers is none when one of them is none is left open by TensorFlow: this makes it so.
    return result + 0 * tf.reduce_sum(split, axis + 1)
