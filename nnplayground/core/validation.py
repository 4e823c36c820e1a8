"""`check`: everything that is wrong with a project, at once. The schema has checked each value; this checks the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nnplayground.core import edits
from nnplayground.core.answer_rules import fitting_output, loss_rule, metrics_rule, output_activation_rule, output_units, sign_rule
from nnplayground.core.choices import watchable
from nnplayground.core.data_spec import Encoding, Scaling, Texts
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import Dense, Embedding, Flatten, GlobalAveragePooling1D, LayerBase, Reshape, shape_text
from nnplayground.core.losses import SIGNED_LOSSES, Task, history_name
from nnplayground.core.painting import points_rule
from nnplayground.core.problems import Fix, Problem, Severity
from nnplayground.core.shapes import LayerShape, walk
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Goal, output_activation, output_layer_index, resolve

MAX_PARAMETERS = 10_000_000
MAX_ACTIVATION_BYTES = 8_000_000_000


def check(spec: ProjectSpec, facts: DataFacts) -> tuple[Problem, ...]:
    """All problems of a project for data of these facts; empty when it can be trained."""
    if facts.unknown:  # whatever else may be wrong cannot be seen before the data is there
        return (Problem("data", facts.unknown),)
    shapes = walk(facts.input_shape, spec.layers)
    goal = resolve(spec, facts)
    rules: tuple[Callable[[ProjectSpec, DataFacts, tuple[LayerShape, ...], Goal], Iterator[Problem]], ...] = (
        points_rule, _stack, _words, _names, _output_shape, output_activation_rule, loss_rule, sign_rule, metrics_rule, _watched, _plateau,
        _class_weight, _validation, _size, _inputs, _hidden_layers,
    )  # fmt: skip
    return tuple(problem for rule in rules for problem in rule(spec, facts, shapes, goal))


def errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Only those that keep training from starting."""
    return tuple(p for p in problems if p.severity is Severity.ERROR)


def _stack(spec: ProjectSpec, facts: DataFacts, shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    if not spec.layers:
        output = fitting_output(facts)
        layers: tuple[LayerBase, ...] = (output,) if len(facts.input_shape) == 1 else (Flatten(), output)
        yield Problem("layers", "The network has no layers; add at least one.",
                      (Fix(f"Add {output.type}", edits.set_layers(spec, layers)),))  # fmt: skip
    for i, (layer, shape) in enumerate(zip(spec.layers, shapes, strict=True)):
        if shape.error:
            yield Problem(f"layers[{i}]", shape.error, tuple(_shape_fixes(spec, facts, i, layer, shape)))
        if isinstance(layer, Embedding) and i > 0:
            yield Problem(f"layers[{i}]", "Embedding wants word numbers, so it must be the first layer.",
                          (Fix("Remove it", edits.remove_layer(spec, i)),))  # fmt: skip


def _words(spec: ProjectSpec, facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    if not spec.layers:
        return
    first, texts = spec.layers[0], isinstance(spec.data, Texts)
    if isinstance(first, Embedding) and not facts.words and len(facts.input_shape) == 1:
        given = "which words occur" if texts else "measurements"
        fixes = [Fix("Remove it", edits.remove_layer(spec, 0))]
        if texts:
            fixes.insert(0, Fix("Use sequences", edits.change_data(spec, encoding=Encoding.SEQUENCE)))
        yield Problem("layers[0]", f"Embedding wants word numbers; {facts.title} gives {given}.", tuple(fixes))
    if isinstance(first, Embedding) and first.input_dim < facts.words:
        yield Problem("layers[0].input_dim", f"{facts.title} has word numbers from 0 to {facts.words - 1:,}; "
                      f"an Embedding of {first.input_dim:,} knows only those below {first.input_dim:,}.",
                      (Fix(f"Make it {facts.words:,}", edits.change_layer(spec, 0, input_dim=facts.words)),))  # fmt: skip
    if isinstance(first, Dense) and facts.words:
        layers = (Embedding(input_dim=facts.words), GlobalAveragePooling1D(), *spec.layers)
        yield Problem("layers[0]", "Word numbers are names, not amounts; Dense would reckon with them as they are. "
                      "Put an Embedding before it, or give the network which words occur.",
                      (Fix("Insert Embedding", edits.set_layers(spec, layers)),
                       Fix("Use multi-hot", edits.change_data(spec, encoding=Encoding.MULTI_HOT))), Severity.ADVICE)  # fmt: skip


def _shape_fixes(spec: ProjectSpec, facts: DataFacts, index: int, layer: LayerBase, shape: LayerShape) -> Iterator[Fix]:
    assert shape.input is not None  # a layer with an error has an input
    if facts.words and index == 0:
        yield Fix("Insert Embedding", edits.insert_layer(spec, 0, Embedding(input_dim=facts.words)))
    if layer.ranks and len(shape.input) + 1 in layer.ranks:
        target = (*shape.input, 1)
        yield Fix(f"Insert Reshape to {shape_text(target)}", edits.insert_layer(spec, index, Reshape(target_shape=target)))
    if layer.ranks == (1,):
        yield Fix("Insert Flatten", edits.insert_layer(spec, index, Flatten()))
    yield Fix(f"Remove {type(layer).__name__}", edits.remove_layer(spec, index))


def _names(spec: ProjectSpec, _facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, layer in enumerate(spec.layers):
        if layer.name is not None and layer.name in seen:
            yield Problem(f"layers[{i}].name", f"Two layers are called '{layer.name}'; names must differ.",
                          (Fix("Remove the name", edits.change_layer(spec, i, name=None)),))  # fmt: skip
        seen.add(layer.name or "")


def _output_shape(spec: ProjectSpec, facts: DataFacts, shapes: tuple[LayerShape, ...], goal: Goal) -> Iterator[Problem]:
    if not shapes or (out := shapes[-1].output) is None:
        return
    place = f"layers[{len(spec.layers) - 1}]"
    if len(out) != 1:
        many_axes = [s.input is not None and len(s.input) > 1 for s in shapes]
        first = next((i for i, layer in enumerate(spec.layers) if many_axes[i] and isinstance(layer, Dense)), len(spec.layers) - 1)
        yield Problem(place, f"The last layer gives {shape_text(out)} per sample; the answers are single rows. Put a Flatten before Dense.",
                      (Fix("Insert Flatten", edits.insert_layer(spec, first, Flatten())),))  # fmt: skip
        return
    needed = output_units(facts, output_activation(spec.layers))
    index = output_layer_index(spec.layers)
    binary_by_class = facts.task is Task.BINARY and out[0] == len(facts.classes) and goal.loss not in SIGNED_LOSSES
    if out[0] == needed or binary_by_class:
        return
    if out[0] == 1 and facts.task is Task.BINARY and output_activation(spec.layers) == "softmax" and index is not None:
        yield Problem(f"layers[{index}].activation", "Softmax over 1 unit is always 1, so this layer cannot learn.", (
            Fix("Use sigmoid", edits.change_layer(spec, index, activation="sigmoid")),
            Fix("Make it 2 units", edits.change_layer(spec, index, units=2))))  # fmt: skip
        return
    what = f"{facts.title} has {needed} classes" if facts.task is Task.MULTICLASS else f"{facts.title} asks for 1 number"
    fixes = [] if index is None else [Fix(f"Make it {needed} unit{'s' * (needed > 1)}", edits.change_layer(spec, index, units=needed))]
    if index != len(spec.layers) - 1 and not fixes:
        fixes.append(Fix(f"Add Dense {needed}", edits.insert_layer(spec, len(spec.layers), fitting_output(facts))))
    at = place if index is None else f"layers[{index}].units"
    yield Problem(at, f"{what}; the last layer gives {out[0]:,}.", tuple(fixes))


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
            yield Problem(f"layers[{i}]", text)
            return
    numbers = sum(_numbers(s) for s in shapes) * min(spec.training.batch_size, facts.train_samples)
    if numbers * 12 > MAX_ACTIVATION_BYTES:
        text = f"One step would need about {numbers * 12 / 1e9:,.1f} GB; at most {MAX_ACTIVATION_BYTES / 1e9:g} GB are allowed."
        yield Problem("training.batch_size", text,
                      (Fix("Use batches of 32", edits.change_training(spec, batch_size=32)),))  # fmt: skip


def _numbers(shape: LayerShape) -> int:
    count = 1
    for n in shape.output or (0,):
        count *= n
    return count


def _inputs(spec: ProjectSpec, facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    low, high = facts.input_range
    if max(abs(low), abs(high)) > 50 and not facts.words:
        wanted = Scaling.UNIT if len(facts.input_shape) == 3 else Scaling.STANDARD
        verb = "Scale to 0..1" if wanted is Scaling.UNIT else "Standardise"
        yield Problem("data.scaling", f"The inputs span {low:g} to {high:g}; networks learn better from small numbers.",
                      (Fix(verb, edits.change_data(spec, scaling=wanted)),), Severity.ADVICE)  # fmt: skip


def _hidden_layers(spec: ProjectSpec, _facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    for i, (layer, following) in enumerate(zip(spec.layers, spec.layers[1:], strict=False)):
        if isinstance(layer, Dense) and isinstance(following, Dense) and layer.activation == "linear":
            yield Problem(f"layers[{i}].activation", "Two Dense layers without a function between them are no more than one.",
                          (Fix("Use relu", edits.change_layer(spec, i, activation="relu")),), Severity.ADVICE)  # fmt: skip
