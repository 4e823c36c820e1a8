"""Sums that come out the same every time: TensorFlow's threads may add in any order, which changes the last digit."""

from __future__ import annotations

from collections.abc import Callable

import keras
import tensorflow as tf

from nnplayground.engine.events import Array


def add_in_order(optimizer: keras.optimizers.Optimizer) -> None:
    """Let an optimizer sum what several samples teach one row of an `Embedding` before it changes the row.

    Its gradient names a row as often as the word occurs, and TensorFlow's scatter has its threads race for the row.
    Summed by segments, each row is one thread's, and takes no longer. What is summed is Keras's choice, and stays it.
    """
    for name in ("assign_add", "assign_sub"):
        setattr(optimizer, name, _with_sums(getattr(optimizer, name)))


def _with_sums(change: Callable[..., None]) -> Callable[..., None]:
    def changed(variable: keras.Variable | tf.Variable, value: tf.Tensor | tf.IndexedSlices | Array | float) -> None:
        if isinstance(value, tf.IndexedSlices):
            value = tf.math.unsorted_segment_sum(value.values, value.indices, variable.shape[0])
        change(variable, value)

    return changed
