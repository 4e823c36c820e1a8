"""What 'auto' means, and how targets are written for a loss: the one place where tasks, losses and outputs meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import Dense, Dropout, Flatten, GaussianNoise, LayerBase, Reshape
from nnplayground.core.losses import SHORT_NAMES, SIGNED_LOSSES, Task
from nnplayground.core.spec import ProjectSpec


class Encoding(StrEnum):
    """How targets are given to the loss. Shapes are one batch's, n samples and k classes."""

    VALUE = "value"  # (n, 1) numbers
    ZERO_ONE = "zero_one"  # (n, 1) with 0 and 1
    PLUS_MINUS = "plus_minus"  # (n, 1) with -1 and +1
    INDEX = "index"  # (n, 1) with 0 to k - 1
    ONE_HOT = "one_hot"  # (n, k) with one 1


@dataclass(frozen=True)
class Goal:
    """What training minimises and watches, nothing left 'auto'; of data that is unknown an automatic loss stays so, and no metric is."""

    loss: str
    metrics: tuple[str, ...]
    encoding: Encoding
    loss_arguments: dict[str, Any] = field(default_factory=dict, hash=False)
    """The arguments of the loss's class in Keras; empty for a loss that is given by its name alone."""

    @property
    def metric_names(self) -> tuple[str, ...]:
        """How the metrics are called in a history: Keras's names, the short ones where Keras is used to them."""
        return tuple(SHORT_NAMES.get(m, m) for m in self.metrics)


SIGNED_ACTIVATIONS = ("tanh", "softsign", "hard_tanh", "sign", "sine")
"""What gives outputs from -1 to +1."""
PASSES_THROUGH = (Dropout, GaussianNoise, Flatten, Reshape)


def output_activation(layers: tuple[LayerBase, ...]) -> str:
    """The function that makes the network's answers; 'linear' where there is none."""
    index = output_activation_index(layers)
    return "linear" if index is None else str(getattr(layers[index], "activation"))  # noqa: B009  not every layer has one


def output_activation_index(layers: tuple[LayerBase, ...]) -> int | None:
    """The index of the layer whose function makes the network's answers; None where there is none."""
    last = next((i for i, x in reversed(list(enumerate(layers))) if not (x.disabled or isinstance(x, PASSES_THROUGH))), None)
    return last if last is not None and hasattr(layers[last], "activation") else None


def output_layer_index(layers: tuple[LayerBase, ...]) -> int | None:
    """The index of the last layer that has units of its own to change; None without one."""
    return next((i for i, x in reversed(list(enumerate(layers))) if isinstance(x, Dense) and not x.disabled), None)


def resolve(spec: ProjectSpec, facts: DataFacts) -> Goal:
    """Loss, metrics and target encoding for a project. Never fails: what does not fit is `validation`'s to say."""
    activation = output_activation(spec.layers)
    index = output_layer_index(spec.layers)
    units = spec.layers[index].units if index is not None else 1
    if not spec.active and facts.task.is_classification:  # what an output that is still to come will be
        binary = facts.task is Task.BINARY
        activation, units = ("sigmoid", 1) if binary else ("softmax", len(facts.classes))
    loss = spec.training.loss_name
    if loss == "auto" and not facts.unknown:
        loss = _auto_loss(facts.task, activation, units)
    metrics: list[str] = []
    auto = "accuracy" if facts.task.is_classification else "mean_absolute_error"
    for word in spec.training.metrics:
        if word == "auto" and facts.unknown:
            continue
        metric = auto if word == "auto" else word
        if metric not in metrics:
            metrics.append(metric)
    arguments = {} if isinstance(spec.training.loss, str) else spec.training.loss.arguments()
    return Goal(loss, tuple(metrics), _encoding(loss, facts.task, activation, units), arguments)


def _auto_loss(task: Task, activation: str, units: int) -> str:
    if task is Task.REGRESSION:
        return "mean_squared_error"
    if activation == "sign" and units == 1 and task is Task.BINARY:
        return "perceptron"
    if units > 1:
        return "categorical_crossentropy" if activation == "sigmoid" else "sparse_categorical_crossentropy"
    return "binary_crossentropy" if activation in ("sigmoid", "hard_sigmoid", "sparse_sigmoid", "softmax") else "mean_squared_error"


def _encoding(loss: str, task: Task, activation: str, units: int) -> Encoding:
    if task is Task.REGRESSION:
        return Encoding.VALUE
    if loss == "sparse_categorical_crossentropy":
        return Encoding.INDEX
    if units > 1:
        return Encoding.ONE_HOT
    signed = loss in SIGNED_LOSSES or activation in SIGNED_ACTIVATIONS
    return Encoding.PLUS_MINUS if signed and not loss.endswith("crossentropy") else Encoding.ZERO_ONE


