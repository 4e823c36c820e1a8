"""A project's values to Keras's own objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from nnplayground.core import keras_objects
from nnplayground.core.class_weights import weights_of
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import LayerBase
from nnplayground.core.losses import TOP_K, class_name
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Encoding, Goal
from nnplayground.core.value import Typed
from nnplayground.data.dataset import Affine
from nnplayground.engine.keras_backend.custom import ACTIVATIONS, PercentageError, Perceptron


def seeds(seed: int) -> Iterator[int]:
    """An endless stream of seeds that a project's seed stands for: one for each thing that is drawn."""
    generator = np.random.default_rng(seed)
    while True:
        yield int(generator.integers(2**31 - 1))


def build_model(spec: ProjectSpec, facts: DataFacts, *, sparse: bool = False) -> keras.Sequential:
    """The network, built for one sample's shape, its weights drawn from the spec's seed.

    `sparse` lets it take sparse matrices; only a Dense layer can.
    """
    stream = seeds(spec.seed)
    model = keras.Sequential([keras.Input(facts.input_shape, sparse=sparse)], name="network")
    for layer in spec.layers:
        model.add(keras_layer(layer, stream))
    return model


RATES = {"Dropout": "rate", "GaussianNoise": "stddev"}
"""What says how much chance a layer puts in."""


def keras_layer(layer: LayerBase, stream: Iterator[int]) -> keras.layers.Layer:
    """The Keras layer of the same type and arguments; in the place of one that is switched off, one that does nothing.

    So layers have the same numbers in a project, in its network, and in what is seen of it.
    """
    if layer.disabled:
        return keras.layers.Identity()
    arguments = {name: keras_object(value, stream) for name, value in layer.arguments().items()}
    if "activation" in arguments:
        arguments["activation"] = ACTIVATIONS.get(arguments["activation"], arguments["activation"])
    cls = getattr(keras.layers, layer.type)  # type: ignore[attr-defined]
    if layer.type in ("Dropout", "GaussianNoise", "SimpleRNN", "LSTM", "GRU"):  # type: ignore[attr-defined]
        arguments["seed"] = next(stream)
    if arguments["name"] is None:
        del arguments["name"]
    rate = RATES.get(layer.type, "")  # type: ignore[attr-defined]
    if not rate:
        return cls(**arguments)
    # For a rate of 0 Keras makes no source of random numbers, and none can be added later; but 0 may not stay 0.
    made = cls(**arguments | {rate: 0.5})
    setattr(made, rate, arguments[rate])
    return made


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
    """The optimizer with the project's arguments, its schedule among them."""
    value = spec.training.optimizer
    arguments = value.arguments()
    rate = arguments["learning_rate"]
    if isinstance(rate, Typed):
        arguments["learning_rate"] = getattr(keras.optimizers.schedules, rate.type)(**rate.arguments())  # type: ignore[attr-defined]
    return getattr(keras.optimizers, value.type)(**arguments)


def build_loss(goal: Goal) -> keras.losses.Loss:
    """The loss with the project's arguments, averaged over a batch as Keras does it."""
    if goal.loss == "perceptron":
        return Perceptron()
    return getattr(keras.losses, class_name(goal.loss))(**goal.loss_arguments)


def build_metrics(goal: Goal, target: Affine | None = None) -> list[keras.metrics.Metric]:
    """Fresh metrics in the goal's order, named as in the history. `target` is how the answers were scaled, None where they were not.

    Only what depends on the targets' own size undoes that; what a factor puts right is left to it.
    """
    return [_metric(name, shown, goal.encoding, target) for name, shown in zip(goal.metrics, goal.metric_names, strict=True)]


ACCURACIES = {
    Encoding.ZERO_ONE: keras.metrics.BinaryAccuracy,
    Encoding.INDEX: keras.metrics.SparseCategoricalAccuracy,
    Encoding.ONE_HOT: keras.metrics.CategoricalAccuracy,
}


OWN_SIZE_METRICS = ("mean_absolute_percentage_error",)
"""Metrics that see the targets as they are without any scaling; the compiled loop knows it then."""
METRIC_CLASSES = {"r2_score": "R2Score", "auc": "AUC", TOP_K: "TopKCategoricalAccuracy"}


def _same_sign(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.equal(y_true > 0, y_pred > 0), tf.float32)


def _metric(name: str, shown: str, encoding: Encoding, target: Affine | None) -> keras.metrics.Metric:
    if name in OWN_SIZE_METRICS and target is not None:
        return PercentageError(target, shown)
    if name == "accuracy":
        if encoding is Encoding.PLUS_MINUS:
            return keras.metrics.MeanMetricWrapper(_same_sign, name=shown)
        return ACCURACIES[encoding](name=shown)
    if name == TOP_K and encoding is Encoding.INDEX:
        return keras.metrics.SparseTopKCategoricalAccuracy(name=shown)
    camel = METRIC_CLASSES.get(name) or class_name(name)
    return getattr(keras.metrics, camel)(name=shown)


def sample_weights(y: np.ndarray, spec: ProjectSpec, classes: int) -> np.ndarray | None:
    """How much each sample counts in training, (n,), for class numbers `y` (n,); None: all alike."""
    table = weights_of(spec.training.class_weight, np.bincount(y, minlength=classes).tolist()) if classes else None
    return None if table is None else np.asarray(table, np.float32)[y]


def encode_targets(y: np.ndarray, goal: Goal, classes: int) -> np.ndarray:
    """Answers (n,) as the loss wants them: see `Encoding` for shapes."""
    if goal.encoding is Encoding.INDEX:
        return y.astype(np.int32)
    if goal.encoding is Encoding.ONE_HOT:
        return np.eye(classes, dtype=np.float32)[y]
    if goal.encoding is Encoding.PLUS_MINUS:
        return (2 * y - 1).astype(np.float32)[:, None]
    return y.astype(np.float32)[:, None]
