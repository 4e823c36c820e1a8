"""The numbers that may change while a network trains: in variables, so that nothing is compiled again.

Keras reads the rates of its layers as Python numbers, which a compiled loop holds for good. The layers and regularizers
stay Keras's own; only where they read a rate, they now read a variable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

from nnplayground.core import keras_objects
from nnplayground.core.layers import Bidirectional, Dropout, GaussianNoise, LayerBase
from nnplayground.core.spec import ProjectSpec

Place = tuple[int, str, str]
"""The layer's number, the field ("" for the layer itself), and the number's name: (1, "kernel_regularizer", "l2")."""
PENALTIES: dict[str, Callable[[tf.Tensor], tf.Tensor]] = {
    "l1": lambda x: tf.reduce_sum(tf.abs(x)),
    "l2": lambda x: tf.reduce_sum(tf.square(x)),
}


class LiveNumbers:
    """Puts the live numbers of a network into variables, once, before anything is compiled."""

    def __init__(self, spec: ProjectSpec, model: keras.Sequential) -> None:
        self._variables = {place: tf.Variable(value, dtype=tf.float32, trainable=False) for place, value in live_numbers(spec)}
        for i, (layer, built) in enumerate(zip(spec.layers, model.layers, strict=True)):
            if layer.disabled:
                continue
            self._connect_rate(i, layer, built)
            for recurrent in (built, getattr(built, "forward_layer", None), getattr(built, "backward_layer", None)):
                if isinstance(recurrent, keras.layers.RNN):
                    _draw_only_in_training(recurrent)
            for variable in built.weights:
                if getattr(variable, "regularizer", None) is not None:
                    variable.regularizer = self._penalty(i, f"{_argument(variable.name)}_regularizer")
            if built.activity_regularizer is not None:
                _replace_activity_regularizer(built, self._penalty(i, "activity_regularizer"))
        self._layers = list(model.layers)

    def take_over(self, spec: ProjectSpec) -> None:
        """Assign the numbers of a project that differs from the first in nothing but live settings."""
        for place, value in live_numbers(spec):
            self._variables[place].assign(value)
            i, field, name = place
            for told in _told(self._layers[i], field):  # what the layers say of themselves when a callback saves the model
                setattr(told, name, value)

    def _connect_rate(self, i: int, layer: LayerBase, built: keras.layers.Layer) -> None:
        if isinstance(layer, Dropout):
            rate = self._variables[i, "", "rate"]

            def drop(inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
                if not training:
                    return inputs
                # As keras.random.dropout, which takes the rate for a Python number.
                kept = keras.random.uniform(tf.shape(inputs), seed=built.seed_generator) >= rate
                return tf.where(kept, inputs / (1 - rate), 0.0)

            built.call = drop
        elif isinstance(layer, GaussianNoise):
            stddev = self._variables[i, "", "stddev"]

            def disturb(inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
                if not training:
                    return inputs
                return inputs + stddev * keras.random.normal(tf.shape(inputs), seed=built.seed_generator)

            built.call = disturb

    def _penalty(self, i: int, field: str) -> Callable[[tf.Tensor], tf.Tensor]:
        rates = {name: v for (layer, place, name), v in self._variables.items() if (layer, place) == (i, field)}
        return lambda x: tf.add_n([rate * PENALTIES[name](x) for name, rate in rates.items()])


def live_numbers(spec: ProjectSpec) -> Iterator[tuple[Place, float]]:
    """Every number of the layers that may change during a run."""
    for i, layer in enumerate(spec.layers):
        if layer.disabled:
            continue
        if isinstance(layer, Dropout):
            yield (i, "", "rate"), layer.rate
        elif isinstance(layer, GaussianNoise):
            yield (i, "", "stddev"), layer.stddev
        inner: Any = layer.layer if isinstance(layer, Bidirectional) else layer
        for field in type(inner).model_fields:
            value = getattr(inner, field)
            if isinstance(value, keras_objects.REGULARIZERS):
                for name in PENALTIES:
                    if hasattr(value, name):
                        yield (i, field, name), getattr(value, name)


def _told(built: keras.layers.Layer, field: str) -> Iterator[Any]:
    """The Keras objects that hold a number of a layer as it is saved."""
    if not field:
        yield built
    elif field == "activity_regularizer":
        yield built.own_activity_regularizer
    elif isinstance(built, keras.layers.Bidirectional):
        yield from (getattr(inner, field) for inner in (built.forward_layer, built.backward_layer))
    else:
        yield getattr(built, field)


def _replace_activity_regularizer(built: keras.layers.Layer, penalty: Callable[[tf.Tensor], tf.Tensor]) -> None:
    """Train with `penalty`, and be saved with the regularizer that Keras knows."""
    own, config = built.activity_regularizer, built.get_config

    def get_config() -> dict[str, Any]:
        built.activity_regularizer = own
        try:
            return config()
        finally:
            built.activity_regularizer = penalty

    built.own_activity_regularizer, built.activity_regularizer, built.get_config = own, penalty, get_config


def _draw_only_in_training(recurrent: keras.layers.RNN) -> None:
    """Keras's recurrent layers draw dropout masks that they do not use when they only answer: looking would change the training."""
    cell, call = recurrent.cell, recurrent.call

    def quiet(sequences: tf.Tensor, initial_state: Any = None, mask: Any = None, training: bool = False) -> tf.Tensor:
        rates = cell.dropout, cell.recurrent_dropout
        if not training:
            cell.dropout = cell.recurrent_dropout = 0.0
        try:
            return call(sequences, initial_state=initial_state, mask=mask, training=training)
        finally:
            cell.dropout, cell.recurrent_dropout = rates

    recurrent.call = quiet


def _argument(name: str) -> str:
    """The prefix of Keras's arguments for a weight: `recurrent` for `recurrent_kernel`."""
    return name.removesuffix("_kernel")
