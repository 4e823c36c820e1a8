"""What the last layer, the loss and the metrics ask of each other: the rules of `validation` about the answers."""

from __future__ import annotations

from collections.abc import Iterator

from nnplayground.core import edits
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import Activation, BatchNormalization, Dense, LayerNormalization
from nnplayground.core.losses import (
    BINARY_LOSSES,
    CATEGORICAL_LOSSES,
    CLASSIFICATION_METRICS,
    OWN_SIZE_LOSSES,
    PROBABILITY_METRICS,
    REGRESSION_METRICS,
    SIGNED_LOSSES,
    TOP_K,
    K,
    Task,
)
from nnplayground.core.problems import Fix, Problem, Severity
from nnplayground.core.shapes import LayerShape
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import PASSES_THROUGH, Encoding, Goal, output_activation, output_activation_index, output_layer_index

BOUNDED = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "hard_sigmoid": (0.0, 1.0), "sparse_sigmoid": (0.0, 1.0),
           "sparsemax": (0.0, 1.0), "tanh": (-1.0, 1.0), "hard_tanh": (-1.0, 1.0), "softsign": (-1.0, 1.0),
           "relu": (0.0, float("inf")), "relu6": (0.0, 6.0), "softplus": (0.0, float("inf")),
           "exponential": (0.0, float("inf")), "sign": (-1.0, 1.0), "sine": (-1.0, 1.0)}  # fmt: skip
PROBABILITIES = ("sigmoid", "softmax", "hard_sigmoid", "sparse_sigmoid", "sparsemax")


def output_units(facts: DataFacts, activation: str) -> int:
    """How many units the last layer needs: one for a number or a yes and no, one a class otherwise."""
    if facts.task is Task.MULTICLASS or (facts.task is Task.BINARY and activation == "softmax"):
        return len(facts.classes)
    return 1


def fitting_output(facts: DataFacts) -> Dense:
    """A last layer that suits the task."""
    if facts.task is Task.MULTICLASS:
        return Dense(units=len(facts.classes), activation="softmax")
    return Dense(units=1, activation="sigmoid" if facts.task is Task.BINARY else "linear")


def output_activation_rule(spec: ProjectSpec, facts: DataFacts, _shapes: tuple[LayerShape, ...], goal: Goal) -> Iterator[Problem]:
    index, units = _answering(spec)
    if index is None:
        return
    activation, place = output_activation(spec.layers), f"layers[{index}].activation"
    if goal.loss.endswith("crossentropy") and facts.task.is_classification and activation not in PROBABILITIES:
        better = fitting_output(facts).activation if units == 1 or facts.task is Task.MULTICLASS else "softmax"
        squares = Fix("Use mean_squared_error", edits.change_training(spec, loss="mean_squared_error"))
        last = spec.output_index
        if output_activation_index(spec.layers) is not None or last is None:
            fix, name = Fix(f"Use {better}", edits.change_layer(spec, index, activation=better)), activation
        else:  # what the function made is changed once more: only a function behind that helps
            function = Activation(activation=better)
            fix, name = Fix(f"Add {better}", edits.insert_layer(spec, last + 1, function)), type(spec.layers[last]).__name__
            place = f"layers[{last}]"
        if not _spoils(spec):
            yield Problem(place, f"{goal.loss} wants outputs in 0..1; {name} gives others.", (fix, squares))
    low, high = BOUNDED.get(activation, (float("-inf"), float("inf")))
    target_low, target_high = facts.target_range
    if facts.task is Task.REGRESSION and (target_low < low or target_high > high):
        yield Problem(place, f"The targets span {target_low:g} to {target_high:g}; {activation} cannot reach all of them.",
                      (Fix("Use linear", edits.change_layer(spec, index, activation="linear")),), Severity.ADVICE)  # fmt: skip


def _spoils(spec: ProjectSpec) -> bool:
    """Whether the last layer normalizes what were probabilities, which is a problem of its own."""
    if not isinstance(spec.output_layer, BatchNormalization | LayerNormalization):
        return False
    before = (x for x in reversed(spec.active) if not isinstance(x, (BatchNormalization, LayerNormalization, *PASSES_THROUGH)))
    return getattr(next(before, None), "activation", "") in PROBABILITIES


def loss_rule(spec: ProjectSpec, facts: DataFacts, _shapes: tuple[LayerShape, ...], goal: Goal) -> Iterator[Problem]:
    fixes = (Fix("Use auto", edits.change_training(spec, loss="auto")),)
    _, units = _answering(spec)
    if facts.task is Task.REGRESSION and goal.loss in (*BINARY_LOSSES, *CATEGORICAL_LOSSES):
        yield Problem("training.loss", f"{goal.loss} is for classes; {facts.title} asks for numbers.", fixes)
    elif goal.loss in CATEGORICAL_LOSSES and facts.task.is_classification and units == 1:
        yield Problem("training.loss", f"{goal.loss} wants one output per class; the last layer has 1.", fixes)
    elif goal.loss in SIGNED_LOSSES and facts.task is Task.MULTICLASS:
        yield Problem("training.loss", f"{goal.loss} is for two classes; use categorical_hinge for {len(facts.classes)}.", fixes)
    elif facts.task.is_classification and goal.loss in ("mean_squared_logarithmic_error", "mean_absolute_percentage_error"):
        yield Problem("training.loss", f"{goal.loss} is for positive numbers; {facts.title} asks for classes.", fixes)
    elif goal.loss in OWN_SIZE_LOSSES and facts.task is Task.REGRESSION and getattr(spec.data, "target_scaling", "none") != "none":
        yield Problem("training.loss", f"{goal.loss} goes by the targets' own size, and these are scaled to lie around 0.",
                      (Fix("Leave the targets as they are", edits.change_data(spec, target_scaling="none")), *fixes))  # fmt: skip


def _answering(spec: ProjectSpec) -> tuple[int | None, int]:
    """The index of the layer whose function makes the answers, and how many there are."""
    counted, shaped = output_layer_index(spec.layers), output_activation_index(spec.layers)
    return shaped if shaped is not None else counted, 1 if counted is None else spec.layers[counted].units


def _one_unit(spec: ProjectSpec, activation: str) -> ProjectSpec:
    """The project with one answer that this function makes."""
    counted, (shaped, _) = output_layer_index(spec.layers), _answering(spec)
    spec = spec if counted is None else edits.change_layer(spec, counted, units=1)
    return spec if shaped is None else edits.change_layer(spec, shaped, activation=activation)


def sign_rule(spec: ProjectSpec, facts: DataFacts, _shapes: tuple[LayerShape, ...], goal: Goal) -> Iterator[Problem]:
    index, units = _answering(spec)
    if index is None or not facts.task.is_classification:
        return
    activation, place = output_activation(spec.layers), f"layers[{index}].activation"
    alone = facts.task is Task.BINARY and units == 1
    if goal.loss == "perceptron":
        if facts.task is Task.BINARY and not (alone and activation in ("linear", "sign")):
            yield Problem(place, f"perceptron wants one output that is linear or sign; there {_are(units, activation)}.", (
                Fix("Use sign", _one_unit(spec, "sign")), Fix("Use auto", edits.change_training(spec, loss="auto"))))  # fmt: skip
    elif activation == "sign" and not goal.loss.endswith("crossentropy"):
        text = f"sign answers -1 or +1 and nothing between, so {goal.loss} sees whether an answer is wrong but not by how much."
        fix = Fix("Use perceptron", edits.change_training(spec, loss="perceptron")) if alone else \
            Fix("Use softmax", edits.change_layer(spec, index, activation="softmax"))  # fmt: skip
        yield Problem(place, text, (fix,), Severity.ADVICE)


def _are(units: int, activation: str) -> str:
    return f"is one that is {activation}" if units == 1 else f"are {units:,} that are {activation}"


def metrics_rule(spec: ProjectSpec, facts: DataFacts, _shapes: tuple[LayerShape, ...], goal: Goal) -> Iterator[Problem]:
    for i, metric in enumerate(spec.training.metrics):
        if text := _why_not(metric, spec, facts, goal):
            yield Problem(f"training.metrics[{i}]", text, tuple(_metric_fixes(metric, spec, facts, goal)))


def _why_not(metric: str, spec: ProjectSpec, facts: DataFacts, goal: Goal) -> str:
    """Why a metric means nothing for these answers; nothing when it does."""
    (_, units), activation, classes = _answering(spec), output_activation(spec.layers), len(facts.classes)
    if metric in CLASSIFICATION_METRICS and not facts.task.is_classification:
        return f"{metric} is for classes; {facts.title} asks for numbers."
    if metric == "mean_absolute_percentage_error" and facts.task.is_classification:
        return f"{metric} is for numbers; {facts.title} asks for classes."
    if metric in REGRESSION_METRICS and goal.encoding is Encoding.INDEX:
        return f"{metric} compares each output with a number; {goal.loss} has one class number a sample instead."
    if metric == TOP_K and classes <= K:
        return f"{metric} looks for the right class among the {K} likeliest; {facts.title} has {classes}, so it would always be 1."
    if metric not in PROBABILITY_METRICS:
        return ""
    if facts.task is Task.MULTICLASS:
        return f"{metric} is for two classes; {facts.title} has {classes}."
    if not spec.active:
        return ""  # said already; an output that suits the task suits its metrics
    if units != 1 or activation not in PROBABILITIES:
        return f"{metric} wants one output in 0..1; there {_are(units, activation)}."
    if goal.encoding is not Encoding.ZERO_ONE:
        return f"{metric} wants answers of 0 and 1; {goal.loss} has -1 and +1."
    return ""


def _metric_fixes(metric: str, spec: ProjectSpec, facts: DataFacts, goal: Goal) -> Iterator[Fix]:
    index, units = _answering(spec)
    if metric in PROBABILITY_METRICS and facts.task is Task.BINARY and index is not None:
        if units == 1 and output_activation(spec.layers) in PROBABILITIES:
            yield Fix("Use binary_crossentropy", edits.change_training(spec, loss="binary_crossentropy"))
        else:
            loss = spec.training.loss if goal.loss in ("binary_crossentropy", "binary_focal_crossentropy") else "auto"
            yield Fix("Use one sigmoid unit", edits.change_training(_one_unit(spec, "sigmoid"), loss=loss))
    if metric in REGRESSION_METRICS and goal.encoding is Encoding.INDEX and metric != "mean_absolute_percentage_error":
        yield Fix("Use categorical_crossentropy", edits.change_training(spec, loss="categorical_crossentropy"))
    yield Fix("Use auto", edits.change_training(spec, metrics=("auto",)))
