"""Ready comparisons: a project in a few variations that answer one question, such as 'does dropout help here?'."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import ValidationError

from nnplayground.core import edits
from nnplayground.core.data_common import Scaling
from nnplayground.core.data_spec import Texts
from nnplayground.core.edits import changed
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import Dense, Dropout, LayerBase
from nnplayground.core.spec import MAX_EPOCHS, MAX_SEED, ProjectSpec
from nnplayground.core.validation import check, errors

RATE = 0.5
FEW_EPOCHS = (3, 4, 20)
SHORT_RUN = 100
"""Epochs up to which a few of them make a difference worth a look."""
FUNCTIONS = ("relu", "sigmoid", "tanh")
Runs = tuple[tuple[str, ProjectSpec], ...]


@dataclass(frozen=True)
class Comparison:
    """Runs by their names; `key` is the same for all projects."""

    key: str
    title: str
    runs: Runs


def comparisons(spec: ProjectSpec, facts: DataFacts) -> tuple[Comparison, ...]:
    """Those that make sense for a project: with at least two variations that can be trained and differ."""
    found = []
    for key, title, vary in _MENU:
        runs = tuple(_usable(vary(spec), facts))
        if len(runs) > 1:
            found.append(Comparison(key, title, runs))
    return tuple(found)


def _usable(runs: Iterable[tuple[str, Callable[[], ProjectSpec]]], facts: DataFacts) -> Iterator[tuple[str, ProjectSpec]]:
    seen: list[ProjectSpec] = []
    for name, make in runs:
        try:
            varied = make()
        except (ValidationError, ValueError):  # beyond what a setting may be
            continue
        if varied not in seen and not errors(check(varied, facts)):
            seen.append(varied)
            yield name, varied


Varied = Iterator[tuple[str, Callable[[], ProjectSpec]]]


def _hidden(spec: ProjectSpec) -> list[int]:
    """The layers that are on and learn, but for the one that answers."""
    last = max((i for i, layer in enumerate(spec.layers) if not layer.disabled and hasattr(layer, "units")), default=-1)
    return [i for i, layer in enumerate(spec.layers[:last]) if not layer.disabled]


def _changed_layers(spec: ProjectSpec, change: Callable[[int, LayerBase], LayerBase]) -> ProjectSpec:
    return edits.set_layers(spec, tuple(change(i, layer) for i, layer in enumerate(spec.layers)))


def _dropout(spec: ProjectSpec) -> Varied:
    dropouts = [i for i, layer in enumerate(spec.layers) if isinstance(layer, Dropout)]
    dense = [i for i in _hidden(spec) if isinstance(spec.layers[i], Dense)]
    if dropouts:
        yield "without dropout", lambda: edits.set_disabled(spec, dropouts, True)
        yield "with dropout", lambda: edits.set_disabled(spec, dropouts, False)
    elif dense:

        def with_dropout() -> ProjectSpec:
            varied = spec
            for place in reversed(dense):
                varied = edits.insert_layer(varied, place + 1, Dropout(rate=RATE))
            return varied

        yield "without dropout", lambda: spec
        yield f"dropout {RATE:g}", with_dropout


def _functions(spec: ProjectSpec) -> Varied:
    hidden = [i for i in _hidden(spec) if getattr(spec.layers[i], "activation", "linear") != "linear"]
    for name in FUNCTIONS if hidden else ():
        yield name, lambda name=name: _changed_layers(spec, lambda i, x: changed(x, activation=name) if i in hidden else x)  # type: ignore[misc]


def _units(spec: ProjectSpec) -> Varied:
    hidden = {i: layer for i in _hidden(spec) if isinstance(layer := spec.layers[i], Dense)}
    for factor in (0.25, 1, 4) if hidden else ():
        resized = {i: max(1, round(layer.units * factor)) for i, layer in hidden.items()}
        words = "-".join(map(str, resized.values()))
        yield f"{words} {'unit' if words == '1' else 'units'}", partial(_resized, spec, resized)


def _resized(spec: ProjectSpec, units: Mapping[int, int]) -> ProjectSpec:
    return _changed_layers(spec, lambda i, layer: changed(layer, units=units[i]) if i in units else layer)


def _rates(spec: ProjectSpec) -> Varied:
    rate = spec.training.optimizer.learning_rate
    for factor in (0.1, 1, 10) if isinstance(rate, float) else ():
        value = float(f"{rate * factor:.6g}")
        yield f"rate {value:g}", lambda value=value: edits.change_optimizer(spec, learning_rate=value)  # type: ignore[misc]


def _scaling(spec: ProjectSpec) -> Varied:
    if isinstance(spec.data, Texts):
        return
    present = spec.data.scaling
    yield "raw", lambda: edits.change_data(spec, scaling=Scaling.NONE)
    yield "scaled", lambda: spec if present is not Scaling.NONE else edits.change_data(spec, scaling=Scaling.STANDARD)


def _epochs(spec: ProjectSpec) -> Varied:
    now = spec.training.epochs
    choice = sorted({*FEW_EPOCHS, now}) if now <= SHORT_RUN else [max(1, now // 4), now, min(4 * now, MAX_EPOCHS)]
    for count in choice:
        yield f"{count:,} epochs", lambda count=count: edits.change_training(spec, epochs=count)  # type: ignore[misc]


def _seeds(spec: ProjectSpec) -> Varied:
    for seed in (spec.seed, *((spec.seed + n) % (MAX_SEED + 1) for n in (1, 2))):
        yield f"seed {seed}", lambda seed=seed: edits.set_seed(spec, seed)  # type: ignore[misc]


_MENU: tuple[tuple[str, str, Callable[[ProjectSpec], Varied]], ...] = (
    ("dropout", "With and without dropout", _dropout),
    ("activation", "relu, sigmoid, tanh", _functions),
    ("units", "Fewer and more units", _units),
    ("rates", "Learning rates", _rates),
    ("scaling", "Raw and scaled inputs", _scaling),
    ("epochs", "Fewer and more epochs", _epochs),
    ("seed", "Three seeds", _seeds),
)
