"""A table's columns as float32 samples: numbers as they are, words one-hot, missing values left out or filled."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.losses import Task
from nnplayground.core.own_data import OwnTable
from nnplayground.data.dataset import Part, Source
from nnplayground.data.errors import Cancelled, WrongSetting
from nnplayground.data.own.table_choice import Choice
from nnplayground.data.own.table_parse import Parsed
from nnplayground.data.own.table_survey import Column, Kind
from nnplayground.data.raw import Raw
from nnplayground.data.split import shuffled_cut

if TYPE_CHECKING:
    import polars as pl

Masks = Mapping[str, NDArray[np.uint8]]
"""Where values are missing, a bit a row: of the columns that miss some."""
NONE = 255
"""The code of a word that is missing; there are fewer words than that."""
BLOCK = 1 << 18
"""Rows that a thread writes at a time."""
MOST_THREADS = 4


def masks_of(parsed: Parsed) -> dict[str, NDArray[np.uint8]]:
    return {name: np.packbits(values.is_null().to_numpy()) for name, values in parsed.columns.items() if values.null_count()}


def used_rows(choice: Choice, rows: int, masks: Masks, data: OwnTable) -> NDArray[np.bool_]:
    """Which rows are used: those with an answer, and with all inputs unless missing ones are filled. Raises WrongSetting."""
    used = ~_missing_anywhere([choice.target, *(choice.features if data.missing == "drop" else ())], rows, masks)
    if (count := int(used.sum())) < 2:
        has = f"{count} row has" if count else "no row has"
        filled = choice.target.name if data.missing == "fill" else "every value"
        way = "Choose columns with fewer missing values" + (", or have them filled." if data.missing == "drop" else ".")
        raise WrongSetting("data.missing", f"Expected at least 2 rows to learn from; {has} {filled}. {way}")
    return used


@dataclass(frozen=True)
class LeftOut:
    """How many rows are not used: without an answer; and of the others, without all inputs."""

    answers: int
    inputs: int


def left_out(choice: Choice, rows: int, masks: Masks, data: OwnTable) -> LeftOut:
    answers = _missing_anywhere([choice.target], rows, masks)
    inputs = _missing_anywhere(choice.features if data.missing == "drop" else (), rows, masks)
    return LeftOut(int(answers.sum()), int((inputs & ~answers).sum()))


def _missing_anywhere(columns: Iterable[Column], rows: int, masks: Masks) -> NDArray[np.bool_]:
    missing = [masks[column.name] for column in columns if column.name in masks]
    anywhere = np.bitwise_or.reduce(missing) if missing else np.zeros((rows + 7) // 8, np.uint8)
    return np.unpackbits(anywhere, count=rows).astype(np.bool_)


def encode(parsed: Parsed, choice: Choice, data: OwnTable, seed: int, cancelled: Callable[[], bool]) -> Raw:
    """Rows in the order of `seed`, training first. Raises Cancelled."""
    masks = masks_of(parsed)
    used = used_rows(choice, parsed.rows, masks, data)
    train, test = shuffled_cut(int(used.sum()), data.train_fraction, seed)
    rows = np.concatenate([train, test])
    if not used.all():
        rows = np.flatnonzero(used)[rows]
    cut = len(train)
    x = np.zeros((len(rows), len(choice.input_names)), np.float32)
    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_THREADS)) as threads:
        columns = list(threads.map(lambda column: _filled(column, parsed.columns[column.name], rows[:cut]), choice.features))

        def write(start: int) -> None:
            if not cancelled():
                _write(x[start : start + BLOCK], columns, choice, rows[start : start + BLOCK])

        for _ in threads.map(write, range(0, len(rows), BLOCK)):
            pass
    if cancelled():
        raise Cancelled
    y = _answers(parsed.columns[choice.target.name], choice, rows)
    _require_classes(y, choice, data)
    notes = (*parsed.warnings, *choice.notes, *_said_of_missing(choice, used, masks, data))
    return Raw(Part(x[:cut], y[:cut]), Part(x[cut:], y[cut:]), Source.FULL, notes)


def _require_classes(y: NDArray[Any], choice: Choice, data: OwnTable) -> None:
    """Raises WrongSetting where the rows that are left are all of one class."""
    if choice.classes and (y == y[0]).all():
        same = f"the same {choice.target.name} ({choice.classes[y[0]]})"
        left = f"All {len(y):,} rows that are left have {same}: expected at least 2 classes."
        way = "Have missing values filled, or choose columns with fewer of them." if data.missing == "drop" else "Predict another column."
        raise WrongSetting("data.missing" if data.missing == "drop" else "data.target", f"{left} {way}")


def _filled(column: Column, values: pl.Series, train: NDArray[np.intp]) -> NDArray[Any]:
    """All values of a column as float32, or its words' codes; what is missing is the median, or the commonest, of the training rows."""
    if column.kind is Kind.CATEGORY:
        codes = codes_of(values, column.words)
        if column.missing:
            known = codes[train][codes[train] != NONE]
            codes = np.where(codes == NONE, np.bincount(known).argmax() if len(known) else 0, codes)
        return codes
    numbers = _floats(values)
    if column.missing:
        there = numbers[train][~np.isnan(numbers[train])]
        numbers = np.where(np.isnan(numbers), np.median(there) if len(there) else np.float32(0), numbers)
    return numbers


def _write(x: NDArray[np.float32], columns: list[NDArray[Any]], choice: Choice, rows: NDArray[np.intp]) -> None:
    """Write some rows of the table into `x`, which is zero."""
    place, width = 0, x.shape[1]
    flat, starts = x.reshape(-1), np.arange(0, len(rows) * width, width)
    for column, values in zip(choice.features, columns, strict=True):
        if column.kind is Kind.CATEGORY:
            flat[starts + values.take(rows) + place] = 1
            place += len(column.words)
        else:
            x[:, place] = values.take(rows)
            place += 1


def codes_of(values: pl.Series, words: tuple[str, ...]) -> NDArray[np.uint8]:
    """Each word's place among `words`; NONE where it is missing."""
    import polars as pl

    physical = values.cast(pl.Enum(words)).to_physical().cast(pl.UInt8)
    codes: NDArray[np.uint8] = (physical.fill_null(NONE) if physical.null_count() else physical).to_numpy()
    return codes


def _floats(values: pl.Series) -> NDArray[np.float32]:
    """NaN where a value is missing."""
    import polars as pl

    single = values.cast(pl.Float32)
    floats: NDArray[np.float32] = (single.fill_null(float("nan")) if single.null_count() else single).to_numpy()
    return floats


def _answers(values: pl.Series, choice: Choice, rows: NDArray[np.intp]) -> NDArray[Any]:
    if choice.task is Task.REGRESSION:
        return _floats(values)[rows]
    if choice.target.kind is Kind.CATEGORY:
        return codes_of(values, choice.classes)[rows].astype(np.int64)
    numbers = values.drop_nulls().unique().sort().to_numpy()
    return np.searchsorted(numbers, values.fill_null(0.0).to_numpy()[rows]).astype(np.int64)


def _said_of_missing(choice: Choice, used: NDArray[np.bool_], masks: Masks, data: OwnTable) -> tuple[str, ...]:
    """What became of rows with missing values, in numbers."""
    rows, notes = len(used), []
    left = left_out(choice, rows, masks, data)
    if left.answers:
        notes.append(f"{_rows(left.answers)} of {rows:,} left out, because what is to be predicted is missing: {choice.target.name}.")
    if left.inputs:
        names = [column.name for column in choice.features if column.name in masks]
        which = "other rows" if left.answers else "rows"
        count = f"{left.inputs:,} {which if left.inputs > 1 else which[:-1]}"
        notes.append(f"{count} of {rows:,} left out, because a value to learn from is missing: in {_listed(names)}.")
    if data.missing == "fill":
        gaps = {column: used & np.unpackbits(masks[column.name], count=rows).astype(np.bool_)
                for column in choice.features if column.name in masks}  # fmt: skip
        for kind, what in ((Kind.NUMBER, "the median of the training rows"), (Kind.CATEGORY, "the commonest word of the training rows")):
            filled = {column.name: int(gap.sum()) for column, gap in gaps.items() if column.kind is kind and gap.any()}
            if filled:
                counted = [f"{name} ({_rows(count)})" for name, count in filled.items()]
                notes.append(f"Missing values are filled with {what}: {_listed(counted)}.")
    return tuple(notes)


def _rows(count: int) -> str:
    return f"{count:,} rows" if count != 1 else "1 row"


def _listed(names: list[str], most: int = 8) -> str:
    more = [f"{len(names) - most} more"] if len(names) > most else []
    *first, last = [*names[:most], *more]
    return f"{', '.join(first)} and {last}" if first else last
