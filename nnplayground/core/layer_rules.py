"""What is odd about layers though their shapes fit, rules of `validation`: order, functions, first weights, words, names."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from nnplayground.core import edits
from nnplayground.core.answer_rules import PROBABILITIES, fitting_output
from nnplayground.core.data_spec import Encoding, Texts
from nnplayground.core.facts import DataFacts
from nnplayground.core.keras_objects import Constant, Ones, Orthogonal, RandomNormal, RandomUniform, TruncatedNormal, Zeros
from nnplayground.core.layers import (
    GRU,
    Activation,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GaussianNoise,
    GlobalAveragePooling1D,
    LayerBase,
    LayerNormalization,
    Rescaling,
    Reshape,
    is_automatic,
)
from nnplayground.core.losses import Task
from nnplayground.core.problems import Fix, Problem, Severity
from nnplayground.core.shape_rules import layers_on
from nnplayground.core.shapes import LayerShape
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Goal
from nnplayground.core.value import Typed, Value, snake_case

NO_FUNCTION = (Dropout, GaussianNoise, Flatten, Reshape, Rescaling, BatchNormalization)
"""Layers that bend nothing: two sums with only these between them are one sum."""
CUT_OFF = ("relu", "relu6")
"""Functions that pass no gradient on at 0 and below."""


def words_rule(spec: ProjectSpec, facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    on = layers_on(spec)
    if not on:
        return
    index, first = on[0]
    place, texts = f"layers[{index}]", isinstance(spec.data, Texts)
    if isinstance(first, Embedding) and not facts.words and len(facts.input_shape) == 1:
        given = "which words occur" if texts else "measurements"
        fixes = [Fix("Remove it", edits.remove_layer(spec, index))]
        if texts:
            fixes.insert(0, Fix("Use sequences", edits.change_data(spec, encoding=Encoding.SEQUENCE)))
        yield Problem(place, f"Embedding wants word numbers; {facts.title} gives {given}.", tuple(fixes))
    if isinstance(first, Embedding) and first.input_dim < facts.words:
        yield Problem(f"{place}.input_dim", f"{facts.title} has word numbers from 0 to {facts.words - 1:,}; "
                      f"an Embedding of {first.input_dim:,} knows only those below {first.input_dim:,}.",
                      (Fix(f"Make it {facts.words:,}", edits.change_layer(spec, index, input_dim=facts.words)),))  # fmt: skip
    if isinstance(first, Dense) and facts.words:
        layers = (*spec.layers[:index], Embedding(input_dim=facts.words), GlobalAveragePooling1D(), *spec.layers[index:])
        yield Problem(place, "Word numbers are names, not amounts; Dense would reckon with them as they are. "
                      "Put an Embedding before it, or give the network which words occur.",
                      (Fix("Insert Embedding", edits.set_layers(spec, layers)),
                       Fix("Use multi-hot", edits.change_data(spec, encoding=Encoding.MULTI_HOT))), Severity.ADVICE)  # fmt: skip


def names_rule(spec: ProjectSpec, _facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, layer in enumerate(spec.layers):
        if layer.name is not None and layer.name in seen:
            yield Problem(f"layers[{i}].name", f"Two layers are called '{layer.name}'; names must differ.",
                          (Fix("Remove the name", edits.change_layer(spec, i, name=None)),))  # fmt: skip
        elif layer.name is not None and is_automatic(layer.name):
            yield Problem(f"layers[{i}].name", f"'{layer.name}' is a name that Keras gives to layers without one; choose another.",
                          (Fix("Remove the name", edits.change_layer(spec, i, name=None)),))  # fmt: skip
        seen.add(layer.name or "")


def constraint_rule(spec: ProjectSpec, _facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    """Lengths are measured along an axis that the weights have."""
    for i, outer in layers_on(spec):
        layer, place = (outer.layer, f"layers[{i}].layer") if isinstance(outer, Bidirectional) else (outer, f"layers[{i}]")
        for name, constraint in layer:
            axis, axes = getattr(constraint, "axis", None), _axes(layer, name)
            if not name.endswith("_constraint") or axis is None or not axes or -axes <= axis < axes:
                continue
            mended = {name: edits.changed(constraint, axis=0)}
            if isinstance(outer, Bidirectional):
                mended = {"layer": edits.changed(layer, **mended)}
            has = "1 axis, which is 0" if axes == 1 else f"{axes} axes, 0 to {axes - 1}"
            yield Problem(f"{place}.{name}.axis", f"The {name.removesuffix('_constraint')} has {has}; {axis} is none.",
                          (Fix("Use axis 0", edits.change_layer(spec, i, **mended)),))  # fmt: skip


def _axes(layer: LayerBase, name: str) -> int:
    """How many axes the weights have that a constraint is for; 0 where there are none."""
    if name == "bias_constraint":
        if not getattr(layer, "use_bias", True):
            return 0
        return 2 if isinstance(layer, GRU) and layer.reset_after else 1
    return 4 if isinstance(layer, Conv2D) else 3 if isinstance(layer, Conv1D) else 2


def softmax_rule(spec: ProjectSpec, facts: DataFacts, shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    """Shares of one thing: always all of it."""
    on = layers_on(spec)
    made = _answering(on)
    for i, layer in on:
        output = shapes[i].output
        if getattr(layer, "activation", "") != "softmax" or not output or output[-1] != 1:
            continue
        if made is None:
            return
        answers = i >= made
        if answers and facts.task is Task.MULTICLASS:
            continue  # there are too few units, which is said already
        better = fitting_output(facts).activation if answers else "tanh"
        fixes = [Fix(f"Use {better}", edits.change_layer(spec, i, activation=better))]
        if answers and facts.task is Task.BINARY and len(facts.classes) == 2 and isinstance(spec.layers[made], Dense):
            fixes.append(Fix("Make it 2 units", edits.change_layer(spec, made, units=2)))
        yield Problem(f"layers[{i}].activation", "Softmax over 1 unit is always 1, so this layer cannot learn.", tuple(fixes),
                      Severity.ERROR if answers else Severity.ADVICE)  # fmt: skip


def function_rule(spec: ProjectSpec, _facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    """Sums of sums are sums: without a function between them two layers can do what one can."""
    summing: tuple[int, LayerBase] | None = None
    for i, layer in layers_on(spec):
        if isinstance(layer, Dense | Conv1D | Conv2D):
            if summing is not None:
                first, before = summing
                both = "Two Dense layers" if type(layer) is type(before) is Dense else f"{type(before).__name__} and {type(layer).__name__}"
                yield Problem(f"layers[{first}].activation", f"{both} without a function between them are no more than one.",
                              (Fix("Use relu", edits.change_layer(spec, first, activation="relu")),), Severity.ADVICE)  # fmt: skip
            summing = (i, layer) if layer.activation == "linear" else None
        elif not isinstance(layer, NO_FUNCTION) and getattr(layer, "activation", "") != "linear":
            summing = None


def order_rule(spec: ProjectSpec, facts: DataFacts, _shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    """Noise and normalization belong between layers, not behind the one that gives the answers."""
    on = layers_on(spec)
    if (made := _answering(on)) is None:
        return
    function = getattr(spec.layers[made], "activation", "")
    for i, layer in on:
        if i <= made:
            continue
        function = getattr(layer, "activation", function)
        noisy, normal = isinstance(layer, Dropout | GaussianNoise), isinstance(layer, BatchNormalization | LayerNormalization)
        name = type(layer).__name__
        if noisy:
            what = "drops answers" if isinstance(layer, Dropout) else "blurs the answers"
            text = f"{name} behind the last Dense {what} while training; it belongs before it."
        elif normal and function in PROBABILITIES:
            text = f"{name} behind {function} makes other numbers of its probabilities; it belongs before it."
        else:
            continue
        removed, moved = Fix(f"Remove {name}", edits.remove_layer(spec, i)), edits.move_layer(spec, i, made)
        hidden = any(_has_units(x) for j, x in on if j < made)
        fixes = (Fix(f"Move it before {type(spec.layers[made]).__name__}", moved), removed) if hidden else (removed,)
        severity = Severity.ERROR if normal and facts.task.is_classification else Severity.ADVICE
        yield Problem(f"layers[{i}]", text.replace("last Dense", f"last {type(spec.layers[made]).__name__}"), fixes, severity)


def learning_rule(spec: ProjectSpec, facts: DataFacts, shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    """Something must be there to learn, and be allowed to."""
    if not layers_on(spec) or any(s.output is None for s in shapes):
        return
    weighty = [i for i, layer in layers_on(spec) if shapes[i].parameters]
    if not weighty:
        added: tuple[LayerBase, ...] = (fitting_output(facts),)
        out = shapes[-1].output or ()
        layers = (*spec.layers, *(added if len(out) == 1 else (Flatten(), *added)))
        yield Problem("layers", "No layer has weights, so there is nothing to learn.", (Fix("Add Dense", edits.set_layers(spec, layers)),))
    elif not any(spec.layers[i].trainable for i in weighty):
        last = weighty[-1]
        everything = tuple(edits.changed(layer, trainable=True) for layer in spec.layers)
        one = "The only layer with weights is frozen" if len(weighty) == 1 else "All layers with weights are frozen"
        fixes = [Fix(f"Unfreeze {type(spec.layers[last]).__name__}", edits.change_layer(spec, last, trainable=True))]
        if len(weighty) > 1:
            fixes.append(Fix("Unfreeze all", edits.set_layers(spec, everything)))
        yield Problem(f"layers[{last}]", f"{one}, so nothing is learned.", tuple(fixes), Severity.ADVICE)


def beginning_rule(spec: ProjectSpec, _facts: DataFacts, shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    """Weights that all begin alike."""
    on = layers_on(spec)
    made = _answering(on)
    for i, layer in on:
        if not isinstance(layer, Dense | Conv1D | Conv2D):
            continue
        fixed = _fixed_number(layer.kernel_initializer)
        if fixed is None:
            continue
        units = layer.units if isinstance(layer, Dense) else layer.filters
        bias = _fixed_number(layer.bias_initializer) if layer.use_bias else 0.0
        if fixed == 0 and bias is not None and bias <= 0 and layer.activation in CUT_OFF:
            text = f"Weights of 0 give 0 to {layer.activation}, which passes nothing back: this layer would never learn."
        elif made is not None and i < made and units > 1 and prod(shapes[i].output or (1,)) > 1:
            them = "units" if isinstance(layer, Dense) else "filters"
            text = f"All {units:,} {them} begin with the same weights; they could hardly learn to differ."
        else:
            continue
        usual: Typed = type(layer).model_fields["kernel_initializer"].get_default()
        fix = Fix(f"Use {snake_case(type(usual).__name__)}", edits.change_layer(spec, i, kernel_initializer=usual))
        yield Problem(f"layers[{i}].kernel_initializer", text, (fix,), Severity.ADVICE)


def batch_rule(spec: ProjectSpec, _facts: DataFacts, shapes: tuple[LayerShape, ...], _goal: Goal) -> Iterator[Problem]:
    """A mean over one is the one."""
    for i, layer in layers_on(spec):
        if isinstance(layer, BatchNormalization) and layer.trainable and spec.training.batch_size == 1 and len(shapes[i].input or ()) == 1:
            yield Problem(f"layers[{i}]", "BatchNormalization over batches of 1 sample makes every feature 0.",
                          (Fix("Use batches of 32", edits.change_training(spec, batch_size=32)),
                           Fix("Remove it", edits.remove_layer(spec, i))), Severity.ADVICE)  # fmt: skip


def _fixed_number(initializer: Value) -> float | None:
    """The number that all weights begin with; None where they begin with several."""
    match initializer:
        case Zeros():
            return 0.0
        case Ones():
            return 1.0
        case Constant(value=value):
            return value
        case RandomNormal(mean=mean, stddev=0.0) | TruncatedNormal(mean=mean, stddev=0.0):
            return mean
        case RandomUniform(minval=low, maxval=high) if low == high:
            return low
        case Orthogonal(gain=0.0):
            return 0.0
    return None


def _has_units(layer: LayerBase) -> bool:
    return isinstance(layer, Bidirectional) or any(name in type(layer).model_fields for name in ("units", "filters"))


def _answering(on: list[tuple[int, LayerBase]]) -> int | None:
    """The index of the last layer that sums up what it gets: whatever stands behind it only changes its answers."""
    return next((i for i, layer in reversed(on) if _has_units(layer)), None)


def scaled_range(spec: ProjectSpec, facts: DataFacts) -> tuple[float, float] | None:
    """Between what numbers the first layer with weights finds its inputs; None where a layer before it brings them in order."""
    low, high = facts.input_range
    for _, layer in layers_on(spec):
        if isinstance(layer, BatchNormalization | LayerNormalization):
            return None
        if isinstance(layer, Rescaling):
            low, high = sorted((low * layer.scale + layer.offset, high * layer.scale + layer.offset))
        elif isinstance(layer, Activation) or _has_units(layer) or isinstance(layer, Embedding):
            break
    return low, high
