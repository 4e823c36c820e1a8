"""What is filled in for a row of each kind of data, and where it begins."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnplayground.core.data_spec import DataSpec, OwnTable, default_data
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.data.dataset import Dataset, Part, Source
from nnplayground.data.registry import facts, load
from nnplayground.data.row_features import NumberRange, RowFeature, number_range, row_features, start_row
from nnplayground.data.store import Store

TABLE = "colour,size,weight,answer\n" + "\n".join(f"{('red', 'blue', 'green')[i % 4 % 3]},{i % 5},{i / 7:.3f},{i * 1.5}" for i in range(40))


def loaded(data: DataSpec, tmp_path: Path) -> Dataset:
    facts(data)
    return load(data, 1, Store((), tmp_path))


def numbers(x: np.ndarray) -> Dataset:
    known = DataFacts("arrays", "Arrays", x.shape[1:], Task.REGRESSION, len(x), 0)
    part = Part(x, np.zeros(len(x), np.float32))
    return Dataset(known, Source.FULL, part, part)


def test_a_persons_row_begins_in_the_middle_of_standard_units(tmp_path: Path) -> None:
    data = default_data("gender")
    dataset = loaded(data, tmp_path)
    features = row_features(data, dataset)
    assert [f.name for f in features] == ["weight", "height", "age"]
    assert start_row(data, dataset, features).tolist() == [0, 0, 0]
    limits = number_range(dataset, 0)
    assert (limits.low, limits.high) == (dataset.train.array[:, 0].min(), dataset.train.array[:, 0].max())
    assert not limits.whole


def test_a_table_has_words_to_choose_from_and_begins_with_the_commonest(tmp_path: Path) -> None:
    data = OwnTable(name="csv", text=TABLE, target="answer", kinds={"size": "number"})
    dataset = loaded(data, tmp_path)
    features = row_features(data, dataset)
    assert features == (RowFeature("colour", 0, ("blue", "green", "red")), RowFeature("size", 3), RowFeature("weight", 4))
    row = start_row(data, dataset, features)
    assert row[:3].tolist() == [0, 0, 1]  # red: twice in four rows
    assert number_range(dataset, 3) == NumberRange(0, 4, whole=True)
    assert row[3] in (0, 1, 2, 3, 4)


def test_the_middle_is_a_value_that_occurs() -> None:
    x = np.array([[0, 1.0], [1, 5.0], [1, 7.0], [0, 9.0]], np.float32)
    dataset = numbers(x)
    data = default_data("boston_housing")
    row = start_row(data, dataset, row_features(data, dataset))
    assert row.tolist() == [0, 5]
    assert [f.name for f in row_features(data, dataset)] == ["x1", "x2"]


@pytest.mark.parametrize("column", [[3.0, 3.0], [np.nan, np.nan], [np.inf, 2.0]])
def test_columns_of_one_value_or_none_have_room_to_move(column: list[float]) -> None:
    limits = number_range(numbers(np.array(column, np.float32)[:, None]), 0)
    assert np.isfinite([limits.low, limits.high]).all()
    assert limits.high > limits.low


def test_nothing_to_learn_from_begins_with_zeros() -> None:
    dataset = numbers(np.zeros((0, 3), np.float32))
    data = default_data("boston_housing")
    assert start_row(data, dataset, row_features(data, dataset)).tolist() == [0, 0, 0]
    assert number_range(dataset, 1) == NumberRange(0, 1, whole=False)
