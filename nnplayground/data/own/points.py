"""Points that were painted. They stand in the project itself, so nothing is read from a disk."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from nnplayground.core.data_spec import Gates, OwnPoints, PlaneClasses, PlaneValues, Scaling
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.core.own_data import MAX_POINTS
from nnplayground.core.painting import LARGEST_VALUE, PLACES, Points, array, class_count, rows
from nnplayground.data.catalogue import TITLES
from nnplayground.data.dataset import Part
from nnplayground.data.features import FORMULAS, derive
from nnplayground.data.generators import gate
from nnplayground.data.raw import Raw
from nnplayground.data.split import shuffled_cut

SMALLEST_BOUND = 6.0
"""The map reaches at least from minus this to this, as it does for generated points."""
STANDARD = (-2.5, 2.5)


@lru_cache(maxsize=8)
def facts(data: OwnPoints) -> DataFacts:
    """What painted points are: also of none, or of one class only, so that the canvas has something to go by."""
    train, test = shuffled_cut(len(data.points), data.train_fraction, 0)
    classes = tuple(f"class {i}" for i in range(class_count(data))) if data.task == "classification" else ()
    values = array(data.points)[:, 2]
    low, high = float(values.min(initial=-LARGEST_VALUE)), float(values.max(initial=LARGEST_VALUE))
    bound = _bound(data)
    scaled = {Scaling.UNIT: (0.0, 1.0), Scaling.MINUS_HALF_TO_HALF: (-0.5, 0.5), Scaling.STANDARD: STANDARD}
    return DataFacts(
        name=data.name,
        title=TITLES[data.name],
        input_shape=(len(data.features),),
        task=Task.REGRESSION if not classes else Task.BINARY if len(classes) == 2 else Task.MULTICLASS,
        train_samples=len(train),
        test_samples=len(test),
        classes=classes,
        input_names=tuple(str(f) for f in data.features),
        input_range=scaled.get(data.scaling) or _features_range(data, bound),
        target_range=(0.0, 1.0) if classes else (low, high),
        target_name="class" if classes else "value",
        plane_range=(-bound, bound),
    )


def read(data: OwnPoints, seed: int) -> Raw:
    """The points, cut by `seed`."""
    points = array(data.points)
    places = points[:, :2].astype(np.float32)
    answers = points[:, 2].astype(np.int64 if data.task == "classification" else np.float32)
    x = derive(places, data.features)
    train, test = shuffled_cut(len(points), data.train_fraction, seed)
    return Raw(Part(x[train], answers[train]), Part(x[test], answers[test]), points=places[train], test_points=places[test])


def of_generated(data: Gates | PlaneClasses | PlaneValues, seed: int) -> OwnPoints:
    """The points of a generated set, its noise included, as points of one's own; of too many the first."""
    from nnplayground.data.registry import GENERATORS  # which asks for this module in its turn

    places, answers = gate(data.name) if isinstance(data, Gates) else GENERATORS[data.name](
        np.random.default_rng(seed), data.samples, data.noise
    )  # fmt: skip
    points = np.column_stack([places, answers]).astype(np.float64).round(PLACES)[:MAX_POINTS]
    settings = {name: getattr(data, name) for name in ("scaling", "validation", "train_fraction", "features") if hasattr(data, name)}
    task = "regression" if isinstance(data, PlaneValues) else "classification"
    return OwnPoints.model_validate({"name": "points", "task": task, "points": rows(points), **settings})


def code(data: OwnPoints, seed: int) -> str:
    """The points as an array in the program, cut as `read` does."""
    from nnplayground.data.source_code import FEATURE_CODE  # which asks for this module in its turn

    train, _ = shuffled_cut(len(data.points), data.train_fraction, seed)
    written = [f"({x!r}, {y!r}, {_answer(answer, data)})" for x, y, answer in data.points]
    lines = "".join(f"        {', '.join(written[i : i + 4])},\n" for i in range(0, len(written), 4))
    kind = "class number" if data.task == "classification" else "value"
    return (
        f"# {len(data.points):,} painted points: two places and a {kind} each.\n"
        f"points = np.array(\n    [\n{lines}    ]\n)\n"
        f'answers = points[:, 2].astype("{"int64" if data.task == "classification" else "float32"}")\n'
        "\n"
        "# What the network is given of each point.\n"
        'x1, x2 = points[:, 0].astype("float32"), points[:, 1].astype("float32")\n'
        f"x = np.stack([{', '.join(FEATURE_CODE[f] for f in data.features)}], axis=1)\n"
        "\n"
        f"# Drawn by the seed: {len(train):,} points are learnt from, the others are the test set.\n"
        f"order = np.random.default_rng({seed}).permutation(len(points))\n"
        f"x_train, y_train = x[order[:{len(train)}]], answers[order[:{len(train)}]]\n"
        f"x_test, y_test = x[order[{len(train)}:]], answers[order[{len(train)}:]]\n"
    )


def _answer(answer: float, data: OwnPoints) -> str:
    return str(int(answer)) if data.task == "classification" else repr(answer)


def _bound(data: OwnPoints) -> float:
    """Half the side of a square around 0 that holds all points: a round number, so that it seldom changes."""
    points = array(data.points)
    furthest = float(np.abs(points[:, :2]).max(initial=0.0))
    if furthest <= SMALLEST_BOUND:
        return SMALLEST_BOUND
    step = 10.0 ** math.floor(math.log10(furthest)) / 2
    return math.ceil(furthest / step) * step


def _features_range(data: OwnPoints, bound: float) -> tuple[float, float]:
    corners: Points = np.array([(a, b) for a in (-bound, 0, bound) for b in (-bound, 0, bound)])
    values = [FORMULAS[f](corners[:, 0].astype(np.float32), corners[:, 1].astype(np.float32)) for f in data.features]
    lows, highs = [float(v.min()) for v in values], [float(v.max()) for v in values]
    waves = any(str(f).startswith("sin") for f in data.features)
    return min(*lows, -1.0 if waves else math.inf), max(*highs, 1.0 if waves else -math.inf)
