"""`check`: everything that is wrong with a project, at once. The schema has checked each value; this checks the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from nnplayground.core import edits
from nnplayground.core.answer_rules import loss_rule, metrics_rule, output_activation_rule, sign_rule
from nnplayground.core.choices import watchable
from nnplayground.core.data_spec import Scaling
from nnplayground.core.facts import DataFacts
from nnplayground.core.layer_rules import (
    batch_rule,
    beginning_rule,
    constraint_rule,
    function_rule,
    learning_rule,
    names_rule,
    order_rule,
    scaled_range,
    softmax_rule,
    words_rule,
)
from nnplayground.core.layers import Bidirectional, LayerBase
from nnplayground.core.losses import history_name
from nnplayground.core.painting import points_rule
from nnplayground.core.problems import Fix, Problem, Severity
from nnplayground.core.shape_rules import answers_rule, stack_rule
from nnplayground.core.shapes import BYTES, LayerShape, parameters, walk
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Goal, resolve

MAX_PARAMETERS = 10_000_000
MAX_ACTIVATION_BYTES = 8_000_000_000
BYTES_KEPT = 12
"""Of every number that layers give, while a step is worked out."""
USUAL_BATCH = 32
SIZES = ("units", "filters", "output_dim")
"""The arguments that say how large a layer is."""
LARGEST_RATE, SMALLEST_RATE = 10.0, 1e-9
LARGEST_RATES = {"SGD": 100.0, "Adadelta": 1000.0, "Adagrad": 100.0, "Ftrl": 100.0}
"""From which learning rate on an optimizer can only leap about; those that are not named here move every weight by about the rate."""
LARGE_INPUTS = 50


def check(spec: ProjectSpec, facts: DataFacts) -> tuple[Problem, ...]:
    """All problems of a project for data of these facts; empty when it can be trained."""
    if facts.unknown:  # whatever else may be wrong cannot be seen before the data is there
        return (Problem("data", facts.unknown),)
    shapes = walk(facts.input_shape, spec.layers)
    goal = resolve(spec, facts)
    rules: tuple[Callable[[ProjectSpec, DataFacts, tuple[LayerShape, ...], Goal], Iterator[Problem]], ...] = (
        points_rule, stack_rule, words_rule, names_rule, constraint_rule, answers_rule, softmax_rule, order_rule, output_activation_rule,
        loss_rule, sign_rule, metrics_rule, _watched, _plateau, _class_weight, _validation, _size, learning_rule, _rate, _inputs,
        function_rule, beginning_rule, batch_rule,
    )  # fmt: skip
    return tuple(problem for rule in rules for problem in rule(spec, facts, shapes, goal))


def errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Only those that keep training from starting."""
    return tuple(p for p in problems if p.severity is Severity.ERROR)


def _watched(spec: ProjectSpec, _facts: DataFacts, _shapes: tuple[LayerShape, ...], goal: Goal) -> Iterator[Problem]:
    known = watchable(spec, goal)
    for rule, key in (("stop_when", "metric"), ("early_stopping", "monitor"), ("reduce_lr_on_plateau", "monitor")):
        value = getattr(spec.training, rule)
        if value is None or history_name(watched := getattr(value, key)) in known:
            continue
        missing = f"val_{known[0]}" not in known and history_name(watched).removeprefix("val_") in known
        reason = " Set data.validation to have one." if missing else ""
        yield Problem(f"training.{rule}.{key}", f"'{watched}' is not measured in this run; there are {', '.join(known)}.{reason}",
                      (Fix("Watch loss", edits.change_training(spec, **{rule: edits.changed(value, **{key: "loss"})})),))  # fmt: skip


def _plateau(spec: ProjectSpec, _facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    rate, first = spec.training.optimizer.learning_rate, spec.training.optimizer.initial_rate
    if spec.training.reduce_lr_on_plateau is None or isinstance(rate, float):
        return
    fixes = [Fix("No reduce_lr_on_plateau", edits.change_training(spec, reduce_lr_on_plateau=None))]
    if first > 0:
        fixes.append(Fix(f"Use the rate {first:g}", edits.change_optimizer(spec, learning_rate=first)))
    yield Problem("training.reduce_lr_on_plateau", f"{rate.type} sets the learning rate at every step, so nothing else can reduce it.",
                  tuple(fixes))  # fmt: skip


def _class_weight(spec: ProjectSpec, facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    weights, classes = spec.training.class_weight, len(facts.classes)
    if weights is None:
        return
    fixes = (Fix("No class weights", edits.change_training(spec, class_weight=None)),)
    if not facts.task.is_classification:
        yield Problem("training.class_weight", f"Class weights are for classes; {facts.title} asks for numbers.", fixes)
    elif not isinstance(weights, str) and len(weights) > classes:
        yield Problem("training.class_weight", f"There are {len(weights):,} class weights; {facts.title} has {classes} classes.", fixes)


def _validation(spec: ProjectSpec, facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    validation, n = spec.data.validation, facts.train_samples
    fixes = (Fix("Use the test set", edits.change_data(spec, validation={"use": "test"})),)
    if validation is not None and validation.count is not None and validation.count >= n:
        yield Problem("data.validation.count", f"{validation.count:,} of {n:,} training samples leaves none to learn from.", fixes)
    if validation is not None and validation.fraction is not None and not 0 < int(n * (1 - validation.fraction)) < n:
        yield Problem("data.validation.fraction", f"{validation.fraction:g} of {n:,} samples leaves nothing on one side.", fixes)
    folds = spec.training.k_fold
    if folds is not None and folds > n:
        yield Problem("training.k_fold", f"{folds} folds need as many training samples; there are {n:,}.",
                      (Fix("No k-fold", edits.change_training(spec, k_fold=None)),))  # fmt: skip


def _size(spec: ProjectSpec, facts: DataFacts, shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    total = 0
    for i, shape in enumerate(shapes):
        total += shape.parameters
        if total > MAX_PARAMETERS:
            text = f"The network would have {total:,} parameters up to here; at most {MAX_PARAMETERS:,} are allowed. Use fewer units."
            yield Problem(f"layers[{i}]", text, tuple(_smaller(spec, facts, shapes)))
            return
    one = sum((s.output_bytes or 0) // BYTES for s in shapes) * BYTES_KEPT
    needed = one * min(spec.training.batch_size, facts.train_samples)
    if needed > MAX_ACTIVATION_BYTES:
        text = f"One step would need about {needed / 1e9:,.1f} GB; at most {MAX_ACTIVATION_BYTES / 1e9:g} GB are allowed."
        most = _power(min(MAX_ACTIVATION_BYTES // one, USUAL_BATCH))
        fixes = (Fix(f"Use batches of {most}", edits.change_training(spec, batch_size=most)),) if most else ()
        yield Problem("training.batch_size", text, fixes)


def _smaller(spec: ProjectSpec, facts: DataFacts, shapes: tuple[LayerShape, ...]) -> Iterator[Fix]:
    """The layer with most parameters made so small that all is well; the last one answers, and stays as large as the answers are."""
    hidden = [i for i in range(len(shapes)) if i != spec.output_index and _size_of(spec.layers[i]) is not None]
    for i in sorted(hidden, key=lambda i: -shapes[i].parameters)[:1]:
        name, now = _size_of(spec.layers[i]) or ("", 1)
        size = _power(now - 1)
        while size >= 1:
            smaller = edits.change_layer(spec, i, **_resized(spec.layers[i], size))
            if parameters(facts.input_shape, smaller.layers) <= MAX_PARAMETERS:
                yield Fix(f"Make {name} {size:,}", smaller)
                return
            size //= 2


def _size_of(layer: LayerBase) -> tuple[str, int] | None:
    """The argument that says how large a layer is, and its value; None where there is none."""
    sized = layer.layer if isinstance(layer, Bidirectional) else layer
    name = next((n for n in SIZES if n in type(sized).model_fields), None)
    return None if name is None else (name, getattr(sized, name))


def _resized(layer: LayerBase, size: int) -> dict[str, Any]:
    """The arguments that give a layer this size."""
    name, _ = _size_of(layer) or ("", 0)
    return {"layer": edits.changed(layer.layer, **{name: size})} if isinstance(layer, Bidirectional) else {name: size}


def _power(number: int) -> int:
    """The largest power of 2 that is not larger; 0 of 0."""
    return 1 << (number.bit_length() - 1) if number > 0 else 0


def _rate(spec: ProjectSpec, _facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    optimizer = spec.training.optimizer
    rate = optimizer.initial_rate
    largest = LARGEST_RATES.get(optimizer.type, LARGEST_RATE)
    usual = type(optimizer)().initial_rate
    fixes = (Fix(f"Use {usual:g}", edits.change_optimizer(spec, learning_rate=usual)),)
    if rate >= largest:
        text = f"A learning rate of {rate:g} makes {optimizer.type} leap about; {usual:g} is usual."
        yield Problem("training.optimizer.learning_rate", text, fixes, Severity.ADVICE)
    elif rate < SMALLEST_RATE and isinstance(optimizer.learning_rate, float):
        text = f"With a learning rate of {rate:g} the weights hardly move; {usual:g} is usual."
        yield Problem("training.optimizer.learning_rate", text, fixes, Severity.ADVICE)


def _inputs(spec: ProjectSpec, facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    found = None if facts.words else scaled_range(spec, facts)
    if found is None or max(map(abs, found)) <= LARGE_INPUTS:
        return
    wanted = Scaling.UNIT if len(facts.input_shape) == 3 else Scaling.STANDARD
    verb = "Scale to 0..1" if wanted is Scaling.UNIT else "Standardise"
    text = f"The inputs span {found[0]:g} to {found[1]:g}; networks learn better from small numbers."
    fixes = (Fix(verb, edits.change_data(spec, scaling=wanted)),) if spec.data.scaling is not wanted else ()
    yield Problem("data.scaling", text, fixes, Severity.ADVICE)
