"""What a row of numbers is made of, for people who fill one in: numbers with their usual ranges, and words to choose from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.data_spec import DataSpec, Gender, OwnTable
from nnplayground.data.dataset import Dataset
from nnplayground.data.own import table
from nnplayground.data.own.table_choice import choose
from nnplayground.data.own.table_survey import Kind

ENOUGH = 200_000
"""Numbers that medians are taken of; of larger sets every so-manieth row counts."""
ENOUGH_ROWS = 100_000
"""Rows that are looked at for the range of a column."""


@dataclass(frozen=True)
class RowFeature:
    """One thing to fill in: a number in column `column`, or one of `words` in as many columns from there on."""

    name: str
    column: int
    words: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class NumberRange:
    """The values that a column has in the training set."""

    low: float
    high: float
    whole: bool
    """Whether all are whole numbers."""


def row_features(data: DataSpec, dataset: Dataset) -> tuple[RowFeature, ...]:
    """What a row of this data has, in the order of its columns."""
    (width,) = dataset.facts.input_shape
    names = dataset.facts.input_names
    if isinstance(data, OwnTable) and (survey := table.known(data)) is not None:
        features, place = [], 0
        for column in choose(survey, data).features:
            words = column.words if column.kind is Kind.CATEGORY else ()
            features.append(RowFeature(column.name, place, words, column.unit))
            place += len(words) or 1
        if place == width:
            return tuple(features)
    return tuple(RowFeature(names[i] if len(names) == width else f"x{i + 1}", i) for i in range(width))


def start_row(data: DataSpec, dataset: Dataset, features: tuple[RowFeature, ...]) -> NDArray[np.float32]:
    """(width,): the middle of the training set, its commonest words; of people in standard units the average one, 0, 0, 0."""
    x = dataset.train.array
    if isinstance(data, Gender) or not len(x):
        row = np.zeros(x.shape[1], np.float32)
    else:
        some = x[:: max(1, len(x) * x.shape[1] // ENOUGH)].astype(np.float32)
        middle = np.sort(some, axis=0)[(len(some) - 1) // 2]  # a value that occurs, so that whole numbers stay whole
        row = np.where(np.isfinite(middle), middle, 0).astype(np.float32)
    for feature in features:
        if feature.words:
            group = slice(feature.column, feature.column + len(feature.words))
            row[group] = 0
            row[feature.column + int(x[:, group].sum(axis=0).argmax()) if len(x) else feature.column] = 1
    return row


def number_range(dataset: Dataset, column: int) -> NumberRange:
    """The least and the largest value; 0 to 1 where there is none, and room to move where there is one only."""
    values = dataset.train.array[:: max(1, len(dataset.train) // ENOUGH_ROWS), column].astype(np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return NumberRange(0.0, 1.0, whole=False)
    low, high = float(values.min()), float(values.max())
    whole = bool((values == np.round(values)).all())
    return NumberRange(low, high if high > low else low + 1, whole)
