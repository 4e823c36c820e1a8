"""Projects drawn at random, made from the schema itself: a new layer or option is drawn as soon as it exists."""

from __future__ import annotations

import math
import os
import types
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types as at
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from nnplayground.core.data_spec import Feature, OwnArrays, OwnImages, OwnPoints, OwnTable, Scaling, Texts, Validation
from nnplayground.core.layers import Bidirectional
from nnplayground.core.layers.sequence import RECURRENT
from nnplayground.core.losses import LOSS_CLASSES, LOSSES, METRICS
from nnplayground.core.schedules import MAX_RATE, MAX_STEPS, CosineDecay, PiecewiseConstantDecay
from nnplayground.core.spec import EarlyStopping, OutputSpec, ProjectSpec, ReduceLROnPlateau, StopWhen

LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30)
LAYER_NAMES = st.from_regex(r"[A-Za-z0-9_.\-]{1,20}", fullmatch=True)
WATCHED = st.sampled_from(["loss", "val_loss", "accuracy", "mae"])
FINITE = st.floats(allow_nan=False, allow_infinity=False)
RATES = st.floats(0, MAX_RATE, exclude_min=True)
STEPS = st.integers(1, MAX_STEPS)
PIECES = st.integers(1, 4).flatmap(lambda n: st.builds(
    PiecewiseConstantDecay,
    boundaries=st.lists(st.integers(0, MAX_STEPS), min_size=n, max_size=n, unique=True).map(sorted).map(tuple),
    values=st.lists(st.floats(0, MAX_RATE), min_size=n + 1, max_size=n + 1).map(tuple),
))  # fmt: skip

PLACES = st.floats(-100, 100)
SHARES = st.floats(0, 1, exclude_min=True, exclude_max=True)
PATHS = LINES.map(lambda line: os.path.normpath(Path.cwd() / line.lstrip("/")))
"""As they are in memory: absolute."""
HASHES = st.just("") | st.from_regex(r"[0-9a-f]{64}", fullmatch=True)

OWN_RULES: dict[type[BaseModel], st.SearchStrategy[Any]] = {
    Validation: st.one_of(
        st.builds(Validation, fraction=st.floats(0, 1, exclude_min=True, exclude_max=True)),
        st.builds(Validation, count=st.integers(1, 100_000)),
        st.just(Validation(use="test")),
    ),
    StopWhen: st.builds(StopWhen, metric=WATCHED, below=FINITE) | st.builds(StopWhen, metric=WATCHED, above=FINITE),
    OutputSpec: st.builds(
        OutputSpec,
        project=st.sampled_from([None, "p.nnp", "ä/b c.nnp"]),
        weights=st.sampled_from([None, "m.weights.h5"]),
        plots=st.sampled_from([None, "c.png", "c.svg", "deep/er/c.pdf"]),
        history=st.sampled_from([None, "h.csv"]),
    ),
    PiecewiseConstantDecay: PIECES,
    OwnPoints: st.builds(OwnPoints, name=st.just("points"), points=st.lists(
        st.tuples(PLACES, PLACES, st.integers(0, 9).map(float)), max_size=4).map(tuple), train_fraction=SHARES)
    | st.builds(OwnPoints, name=st.just("points"), task=st.just("regression"), points=st.lists(
        st.tuples(PLACES, PLACES, PLACES), max_size=4).map(tuple)),
    OwnTable: st.builds(OwnTable, name=st.just("csv"), path=PATHS, sha256=HASHES, target=LINES, train_fraction=SHARES,
                        kinds=st.dictionaries(LINES, st.sampled_from(["number", "category"]), max_size=2))
    | st.builds(OwnTable, name=st.just("csv"), text=LINES, columns=st.lists(LINES, max_size=3).map(tuple)),
    OwnImages: st.builds(OwnImages, name=st.just("images"), path=PATHS, sha256=HASHES, height=st.integers(4, 512), train_fraction=SHARES),
    OwnArrays: st.builds(OwnArrays, name=st.just("arrays"), path=PATHS, sha256=HASHES, train_fraction=SHARES),
    CosineDecay: st.builds(
        CosineDecay, initial_learning_rate=RATES, decay_steps=STEPS, alpha=st.floats(0, 1), warmup_target=st.none() | RATES,
        warmup_steps=st.integers(0, MAX_STEPS),
    ) | st.builds(CosineDecay, initial_learning_rate=st.just(0.0), decay_steps=STEPS, warmup_target=RATES),
}
"""Values whose fields depend on each other."""
OWN_WORDS: dict[tuple[type[BaseModel] | None, str], st.SearchStrategy[Any]] = {
    (ProjectSpec, "format"): st.just(1),
    (ProjectSpec, "name"): LINES,
    (ProjectSpec, "notes"): st.text(st.characters(exclude_categories=("Cs",)), max_size=60),
    (EarlyStopping, "monitor"): WATCHED,
    (ReduceLROnPlateau, "monitor"): WATCHED,
    (None, "sha256"): HASHES,
    (None, "path"): PATHS,
    (OwnTable, "text"): LINES,
    (OwnTable, "encoding"): st.sampled_from(["auto", "utf-8", "cp1252"]),
    (None, "name"): LAYER_NAMES | st.none(),
    (Bidirectional, "layer"): st.deferred(lambda: st.one_of(*map(values_of, RECURRENT)).filter(lambda layer: not layer.disabled)),
    (None, "loss"): st.sampled_from(("auto", *LOSSES)) | st.deferred(lambda: st.one_of(*map(values_of, LOSS_CLASSES))),
    (None, "class_weight"): st.none() | st.just("balanced") | st.lists(st.floats(0, 1e6), min_size=1, max_size=4).filter(any).map(tuple),
    (None, "metrics"): st.lists(st.sampled_from(("auto", *METRICS)), unique=True, max_size=4).map(tuple),
    (Texts, "skip_top"): st.integers(0, 3),
    (Texts, "scaling"): st.just(Scaling.NONE),
    (None, "features"): st.lists(st.sampled_from(Feature), unique=True, min_size=1).map(tuple),
}


def values_of(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Any value of the class, each field drawn or left at its default."""
    if model in OWN_RULES:
        return OWN_RULES[model]
    fields = fields_of(model)
    needed = {name: s for name, s in fields.items() if model.model_fields[name].is_required()}
    return st.fixed_dictionaries(needed, optional={n: s for n, s in fields.items() if n not in needed}).map(model.model_validate)


def fields_of(model: type[BaseModel]) -> dict[str, st.SearchStrategy[Any]]:
    """What the schema allows in each field by itself."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in model.model_fields.items():
        own = None if get_origin(field.annotation) is Literal else OWN_WORDS.get((model, name), OWN_WORDS.get((None, name)))
        fields[name] = own if own is not None else _field(field)
    return fields


def _field(field: FieldInfo) -> st.SearchStrategy[Any]:
    return _of_type(field.annotation, field.metadata)


def _of_type(kind: Any, metadata: list[Any]) -> st.SearchStrategy[Any]:
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        inner = [m for a in args[1:] for m in (a.metadata if isinstance(a, FieldInfo) else [a])]
        return _of_type(args[0], [*inner, *metadata])
    return _compound(origin, args, metadata) if origin is not None else _simple(kind, metadata)


def _compound(origin: Any, args: tuple[Any, ...], metadata: list[Any]) -> st.SearchStrategy[Any]:
    """A type that is made of others."""
    if origin in (Union, types.UnionType):
        return st.one_of([_of_type(a, metadata) for a in args])
    if origin is Literal:
        return st.sampled_from(args)
    if origin is dict:
        return st.dictionaries(_of_type(args[0], []), _of_type(args[1], []), max_size=2)
    if origin is tuple and args[-1] is not Ellipsis:
        return st.tuples(*(_of_type(a, []) for a in args))
    if origin is tuple:
        low, high = _bound(metadata, at.MinLen, "min_length", 0), _bound(metadata, at.MaxLen, "max_length", 4)
        return st.lists(_of_type(args[0], []), min_size=low, max_size=min(high, 4)).map(tuple)
    raise NotImplementedError(f"a strategy for {origin} of {args}")


def _simple(kind: Any, metadata: list[Any]) -> st.SearchStrategy[Any]:
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(_bound(metadata, at.Ge, "ge", -(2**40)), _bound(metadata, at.Le, "le", 2**40))
    if kind is float:
        return _floats(metadata)
    if kind is str:
        return LINES
    if kind is type(None):
        return st.none()
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return st.deferred(lambda: values_of(kind))
    raise NotImplementedError(f"a strategy for {kind} with {metadata}")


def _floats(metadata: list[Any]) -> st.SearchStrategy[float]:
    low = _bound(metadata, at.Ge, "ge", _bound(metadata, at.Gt, "gt", -math.inf))
    high = _bound(metadata, at.Le, "le", _bound(metadata, at.Lt, "lt", math.inf))
    return st.floats(
        None if low == -math.inf else low, None if high == math.inf else high, allow_nan=False, allow_infinity=False,
        exclude_min=any(isinstance(m, at.Gt) for m in metadata), exclude_max=any(isinstance(m, at.Lt) for m in metadata),
    )  # fmt: skip


def _bound(metadata: list[Any], kind: type, name: str, otherwise: Any) -> Any:
    return next((getattr(m, name) for m in metadata if isinstance(m, kind)), otherwise)


projects = values_of(ProjectSpec)
