"""A project's values to Keras's own objects."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def drawn_from(seed: int) -> Iterator[None]:
    """What is made in here draws as in a program that begins with `keras.utils.set_random_seed(seed)`.

    Keras takes the seed of everything that is given none from Python's own generator.
    """
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)


def build_model(spec: ProjectSpec, facts: DataFacts, *, sparse: bool = False) -> keras.Sequential:
    """The network, built for one sample's shape, its weights drawn from the spec's seed.

    `sparse` lets it take sparse matrices; only a Dense layer can.
    """
    with drawn_from(spec.seed):
        model = keras.Sequential([keras.Input(facts.input_shape, sparse=sparse)], name="network")
        for layer in spec.layers:
            model.add(keras_layer(layer, spec.seed))
    return model


RATES = {"Dropout": "rate", "GaussianNoise": "stddev"}
"""What says how much chance a layer puts in."""


def keras_layer(layer: LayerBase, seed: int = 0) -> keras.layers.Layer:
    """The Keras layer of the same type and arguments; in the place of one that is switched off, one that does nothing.

    So layers have the same numbers in a project, in its network, and in what is seen of it. `seed` is for what draws nothing yet.
    """
    if layer.disabled:
        return keras.layers.Identity()
    arguments = {name: keras_object(value) for name, value in layer.arguments().items() if not _is_keras_default(layer, name, value)}
    if "activation" in arguments:
        arguments["activation"] = ACTIVATIONS.get(arguments["activation"], arguments["activation"])
    cls = getattr(keras.layers, layer.type)  # type: ignore[attr-defined]
    if arguments["name"] is None:
        del arguments["name"]
    rate = RATES.get(layer.type, "")  # type: ignore[attr-defined]
    if not rate or arguments[rate]:
        return cls(**arguments)
    # For a rate of 0 Keras makes no source of random numbers, and none can be added later; but 0 may not stay 0.
    made = cls(**arguments | {rate: 0.5, "seed": seed})
    setattr(made, rate, arguments[rate])
    return made


def _is_keras_default(layer: LayerBase, name: str, value: Any) -> bool:
    """Whether an object is left to Keras to make: in its own order, as in a program that does not name it."""
    return isinstance(value, Typed) and not isinstance(value, LayerBase) and value == type(layer).model_fields[name].default


def keras_object(value: Any) -> Any:
    """An initializer, regularizer, constraint or wrapped layer as Keras's own; anything else as it is."""
    if isinstance(value, LayerBase):
        return keras_layer(value)
    if not isinstance(value, Typed):
        return value
    homes = ((keras_objects.INITIALIZERS, keras.initializers), (keras_objects.REGULARIZERS, keras.regularizers),
             (keras_objects.CONSTRAINTS, keras.constraints))  # fmt: skip
    home = next(home for classes, home in homes if isinstance(value, classes))
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
