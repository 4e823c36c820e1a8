"""What Keras does not have: the perceptron's parts, and the sine."""

from __future__ import annotations

import keras
import tensorflow as tf

from nnplayground.data.dataset import Affine


@keras.saving.register_keras_serializable("nnplayground")
def sign(x: tf.Tensor) -> tf.Tensor:
    """+1 for x >= 0, else -1. The slope passes straight through, as if it were the line y = x."""
    # The difference is 0 exactly, whatever the size of x; x + (sign - x) would lose the sign in large numbers.
    return tf.where(x >= 0, tf.ones_like(x), -tf.ones_like(x)) + (x - tf.stop_gradient(x))


@keras.saving.register_keras_serializable("nnplayground")
def sine(x: tf.Tensor) -> tf.Tensor:
    return tf.sin(x)


def perceptron(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """The perceptron criterion of each sample: how far a wrong answer is off, 0 for right ones. `y_true` is -1 or +1.

    On the border counts as wrong, so that a network that begins with zeros moves. Behind a `sign` output a step of
    gradient descent is the perceptron rule: w += learning_rate * y * x for each sample that is wrong.
    """
    margin = tf.cast(y_true, y_pred.dtype) * y_pred
    return tf.reduce_mean(tf.where(margin <= 0, -margin, tf.zeros_like(margin)), axis=-1)


@keras.saving.register_keras_serializable("nnplayground")
class Perceptron(keras.losses.Loss):
    """The mean of `perceptron` over a batch."""

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return perceptron(y_true, y_pred)


class PercentageError(keras.metrics.MeanMetricWrapper):
    """`keras.metrics.MeanAbsolutePercentageError` of scaled targets, in their own unit: no factor turns one into the other."""

    def __init__(self, target: Affine, name: str) -> None:
        scale, offset = float(target.scale), float(target.offset)

        def error(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
            y_true = tf.cast(y_true, y_pred.dtype)
            return keras.losses.mean_absolute_percentage_error((y_true - offset) / scale, (y_pred - offset) / scale)

        super().__init__(error, name=name)


ACTIVATIONS = {"sign": sign, "sine": sine}
