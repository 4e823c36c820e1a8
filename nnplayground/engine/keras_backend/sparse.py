"""The first Dense layer of a network that takes sparse matrices: Keras's own takes three times as long for them."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

COLUMNS = 16
"""Columns of weights in one product: from 32 on TensorFlow's kernel goes another way, which is three times as slow."""


def take_sparse(layer: keras.layers.Dense) -> None:
    """Let a built layer multiply a sparse matrix (n, inputs) with its weights, instead of looking up and adding rows."""
    call_dense = layer.call
    sizes = [min(COLUMNS, layer.units - first) for first in range(0, layer.units, COLUMNS)]

    def call(inputs: tf.SparseTensor | tf.Tensor, training: Any = None) -> tf.Tensor:
        if not isinstance(inputs, tf.SparseTensor):  # for slopes along the inputs, which sparse ones have not
            return call_dense(inputs)
        pieces = tf.split(tf.convert_to_tensor(layer.kernel), sizes, axis=1)
        sums = tf.concat([tf.sparse.sparse_dense_matmul(inputs, piece) for piece in pieces], axis=1)
        return layer.activation(sums + layer.bias if layer.use_bias else sums)

    layer.call = call
