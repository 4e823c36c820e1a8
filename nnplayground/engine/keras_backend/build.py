"""A project's values to Keras's own objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from nnplayground.core import keras_objects
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import LayerBase
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Encoding, Goal
from nnplayground.core.value import Typed

LOSS_CLASSES = {"kl_divergence": "KLDivergence"}
DENSE_ONLY = {"Dense", "Activation", "Flatten", "Reshape", "Rescaling", "BatchNormalization", "LayerNormalization"}


def seeds(seed: int) -> Iterator[int]:
    """An endless stream of seeds that a project's seed stands for: one for each thing that is drawn."""
    generator = np.random.default_rng(seed)
    while True:
        yield int(generator.integers(2**31 - 1))


def build_model(spec: ProjectSpec, facts: DataFacts) -> keras.Sequential:
    """The network, built for one sample's shape, its weights drawn from the spec's seed."""
    stream = seeds(spec.seed)
    model = keras.Sequential([keras.Input(facts.input_shape)], name="network")
    for layer in spec.layers:
        model.add(keras_layer(layer, stream))
    return model


def keras_layer(layer: LayerBase, stream: Iterator[int]) -> keras.layers.Layer:
    """The Keras layer of the same type and arguments."""
    arguments = {name: keras_object(value, stream) for name, value in layer.arguments().items()}
    cls = getattr(keras.layers, layer.type)  # type: ignore[attr-defined]
    if layer.type in ("Dropout", "GaussianNoise", "SimpleRNN", "LSTM", "GRU"):  # type: ignore[attr-defined]
        arguments["seed"] = next(stream)
    if arguments["name"] is None:
        del arguments["name"]
    return cls(**arguments)


def keras_object(value: Any, stream: Iterator[int]) -> Any:
    """An initializer, regularizer, constraint or wrapped layer as Keras's own; anything else as it is."""
    if isinstance(value, LayerBase):
        return keras_layer(value, stream)
    if not isinstance(value, Typed):
        return value
    if isinstance(value, keras_objects.INITIALIZERS):
        arguments = value.arguments()
        if not isinstance(value, keras_objects.Zeros | keras_objects.Ones | keras_objects.Constant):
            arguments["seed"] = next(stream)
        return getattr(keras.initializers, value.type)(**arguments)
    home = keras.regularizers if isinstance(value, keras_objects.REGULARIZERS) else keras.constraints
    return getattr(home, value.type)(**value.arguments())  # type: ignore[attr-defined]


def build_optimizer(spec: ProjectSpec) -> keras.optimizers.Optimizer:
    """The optimizer with the project's arguments."""
    value = spec.training.optimizer
    return getattr(keras.optimizers, value.type)(**value.arguments())


def build_loss(goal: Goal) -> keras.losses.Loss:
    """The loss, averaged over a batch as Keras does it."""
    camel = "".join(word.capitalize() for word in goal.loss.split("_"))
    return getattr(keras.losses, LOSS_CLASSES.get(goal.loss, camel))()


def build_metrics(goal: Goal) -> list[keras.metrics.Metric]:
    """Fresh metrics in the goal's order, named as in the history."""
    return [_metric(name, shown, goal.encoding) for name, shown in zip(goal.metrics, goal.metric_names, strict=True)]


ACCURACIES = {
    Encoding.ZERO_ONE: keras.metrics.BinaryAccuracy,
    Encoding.INDEX: keras.metrics.SparseCategoricalAccuracy,
    Encoding.ONE_HOT: keras.metrics.CategoricalAccuracy,
}


def _same_sign(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.equal(y_true > 0, y_pred > 0), tf.float32)


def _metric(name: str, shown: str, encoding: Encoding) -> keras.metrics.Metric:
    if name == "accuracy":
        if encoding is Encoding.PLUS_MINUS:
            return keras.metrics.MeanMetricWrapper(_same_sign, name=shown)
        return ACCURACIES[encoding](name=shown)
    camel = {"r2_score": "R2Score"}.get(name) or "".join(word.capitalize() for word in name.split("_"))
    return getattr(keras.metrics, camel)(name=shown)


def suits_xla(spec: ProjectSpec) -> bool:
    """Whether XLA is faster on a CPU: for dense nets many times; never for convolutions, recurrence or dropout."""
    return all(layer.type in DENSE_ONLY for layer in spec.layers)


def encode_targets(y: np.ndarray, goal: Goal, classes: int) -> np.ndarray:
    """Answers (n,) as the loss wants them: see `Encoding` for shapes."""
    if goal.encoding is Encoding.INDEX:
        return y.astype(np.int32)
    if goal.encoding is Encoding.ONE_HOT:
        return np.eye(classes, dtype=np.float32)[y]
    if goal.encoding is Encoding.PLUS_MINUS:
        return (2 * y - 1).astype(np.float32)[:, None]
    return y.astype(np.float32)[:, None]
