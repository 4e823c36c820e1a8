"""What is known of every data set without loading it: quick enough to ask at every keystroke."""

from __future__ import annotations

from typing import Any

from nnplayground.core.data_spec import (
    Boston,
    DataSpec,
    Encoding,
    Feature,
    Gates,
    Gender,
    Images,
    Line,
    OwnArrays,
    OwnImages,
    OwnPoints,
    OwnTable,
    PlaneClasses,
    PlaneValues,
    Scaling,
    SourceChoice,
    Texts,
)
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.data.catalogue import TITLES
from nnplayground.data.features import features_of

Range = tuple[float, float]

IMAGE_SHAPE = (28, 28, 1)
IMAGE_CLASSES = {
    "mnist": tuple("0123456789"),
    "fashion_mnist": (
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ),
}  # fmt: skip
FULL_IMAGES = (60_000, 10_000)
SAMPLE_IMAGES = (5_000, 1_000)
TEXT_CLASSES = {
    "imdb": ("negative", "positive"),
    "reuters": (
        "cocoa", "grain", "veg-oil", "earn", "acq", "wheat", "copper", "housing", "money-supply", "coffee", "sugar", "trade",
        "reserves", "ship", "cotton", "carcass", "crude", "nat-gas", "cpi", "money-fx", "interest", "gnp", "meal-feed", "alum",
        "oilseed", "gold", "tin", "strategic-metal", "livestock", "retail", "ipi", "iron-steel", "rubber", "heat", "jobs", "lei",
        "bop", "zinc", "orange", "pet-chem", "dlr", "gas", "silver", "wpi", "hog", "lead",
    ),
}  # fmt: skip
TEXTS = {"imdb": (25_000, 25_000), "reuters": (8_982, 2_246)}
BOSTON_COLUMNS = ("CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE", "DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT")
BOSTON_ROWS = (404, 102)

PLANE_RANGE = (-6.0, 6.0)
GATE_RANGE = (-0.5, 1.5)
FEATURE_RANGES: dict[Feature, Range] = {
    Feature.X1: (-6, 6), Feature.X2: (-6, 6), Feature.X1_SQUARED: (0, 36), Feature.X2_SQUARED: (0, 36),
    Feature.X1_X2: (-36, 36), Feature.SIN_X1: (-1, 1), Feature.SIN_X2: (-1, 1),
}  # fmt: skip
STANDARD_IMAGES: dict[str, Range] = {"mnist": (-0.43, 2.83), "fashion_mnist": (-0.82, 2.03)}


def facts(data: DataSpec) -> DataFacts:
    """Shapes, task, sizes and rough ranges of the data that `data` asks for; nothing is loaded.

    Ranges are what such data usually have, and where `source` is 'auto' the sizes are the full set's.
    """
    common: dict[str, Any] = {"name": data.name, "title": TITLES[data.name]}
    match data:
        case Gates():
            return DataFacts(
                **common, input_shape=(2,), task=Task.BINARY, train_samples=4, test_samples=4, classes=("0", "1"),
                input_names=("x1", "x2"), input_range=_scaled(data.scaling, (0, 1), (-1, 1)), target_name="answer", plane_range=GATE_RANGE,
            )  # fmt: skip
        case Line():
            return DataFacts(
                **common, input_shape=(1,), task=Task.REGRESSION, train_samples=6, test_samples=1, input_names=("x",),
                input_range=_scaled(data.scaling, (-1, 10), (-1.5, 5)), target_range=(-3, 19), target_name="y",
            )  # fmt: skip
        case Gender():
            return DataFacts(
                **common, input_shape=(3,), task=Task.BINARY, train_samples=data.samples, test_samples=data.samples,
                classes=("man", "woman"),
                input_names=("weight", "height", "age"), input_range=_scaled(data.scaling, (-4, 5), (-4, 4)), target_name="gender",
            )  # fmt: skip
        case PlaneClasses() | PlaneValues():
            return _plane(data, common)
        case Images():
            train, test = SAMPLE_IMAGES if data.source is SourceChoice.SAMPLE else FULL_IMAGES
            return DataFacts(
                **common, input_shape=IMAGE_SHAPE, task=Task.MULTICLASS, train_samples=train, test_samples=test,
                classes=IMAGE_CLASSES[data.name], input_range=_scaled(data.scaling, (0, 255), STANDARD_IMAGES[data.name]),
                target_name="digit" if data.name == "mnist" else "kind",
            )  # fmt: skip
        case Texts():
            return _texts(data, common)
        case OwnPoints() | OwnTable() | OwnImages() | OwnArrays():
            from nnplayground.data import own  # which reads files, and stands on this module

            return own.facts(data)
        case Boston():
            return DataFacts(
                **common, input_shape=(13,), task=Task.REGRESSION, train_samples=BOSTON_ROWS[0], test_samples=BOSTON_ROWS[1],
                input_names=BOSTON_COLUMNS, input_range=_scaled(data.scaling, (0, 711), (-4, 10)),
                target_range=(-2, 3) if data.target_scaling == "standard" else (5, 50), target_name="price", target_unit="thousand dollars",
            )  # fmt: skip


def unknown_facts(data: DataSpec, why: str) -> DataFacts:
    """What stands for the facts of data that is not to be had; `why` is a sentence."""
    return DataFacts(data.name, TITLES[data.name], (1,), Task.REGRESSION, 0, 0, unknown=why)


def _plane(data: PlaneClasses | PlaneValues, common: dict[str, Any]) -> DataFacts:
    features = features_of(data)
    raw = (min(FEATURE_RANGES[f][0] for f in features), max(FEATURE_RANGES[f][1] for f in features))
    train = train_count(data)
    classes = isinstance(data, PlaneClasses)
    return DataFacts(
        **common, input_shape=(len(features),), task=Task.BINARY if classes else Task.REGRESSION, train_samples=train,
        test_samples=data.samples - train, classes=("minus", "plus") if classes else (), input_names=tuple(str(f) for f in features),
        input_range=_scaled(data.scaling, raw, (-2.5, 2.5)), target_range=(0, 1) if classes else (-1, 1),
        target_name="class" if classes else "value", plane_range=PLANE_RANGE,
    )  # fmt: skip


def _texts(data: Texts, common: dict[str, Any]) -> DataFacts:
    train, test = TEXTS[data.name]
    classes = TEXT_CLASSES[data.name]
    sequence = data.encoding is Encoding.SEQUENCE
    return DataFacts(
        **common, input_shape=(data.maxlen if sequence else data.num_words,), task=Task.BINARY if len(classes) == 2 else Task.MULTICLASS,
        train_samples=train, test_samples=test, classes=classes, input_range=(0, data.num_words - 1) if sequence else (0, 1),
        target_name="opinion" if data.name == "imdb" else "topic", words=data.num_words if sequence else 0,
    )  # fmt: skip


def train_count(data: PlaneClasses | PlaneValues) -> int:
    """How many of the points are for training: the share rounded down, but at least one point for either part."""
    return min(max(int(data.samples * data.train_fraction), 1), data.samples - 1)


def _scaled(scaling: Scaling, raw: Range, standard: Range) -> Range:
    return {Scaling.NONE: raw, Scaling.UNIT: (0, 1), Scaling.MINUS_HALF_TO_HALF: (-0.5, 0.5), Scaling.STANDARD: standard}[scaling]
