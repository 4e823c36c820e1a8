"""What the answers in an array mean: classes by number or name, one-hot rows, or values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.losses import Task
from nnplayground.data.errors import DataUnavailable

MAX_CLASSES = 1_000
SURELY_CLASSES = 100
"""So many different whole numbers, or fewer, are classes; more may be measurements."""


@dataclass(frozen=True)
class Answers:
    """How answers are read."""

    task: Task
    classes: tuple[str, ...] = ()
    limits: tuple[float, float] = (0.0, 1.0)
    one_hot: bool = False
    mapped: bool = False
    """Whether class numbers are others than those in the file, which need not begin at 0."""
    words: bool = False
    """Whether classes stand in the file by their names."""
    column: bool = False
    """Whether each answer stands in a row of its own: (n, 1)."""
    warnings: tuple[str, ...] = ()

    def code(self, name: str, array: str) -> str:
        """Python that defines `name` from the expression `array`."""
        if self.one_hot:
            return f'# One-hot rows: the place of the one is the class number.\n{name} = {array}.argmax(axis=1).astype("int64")\n'
        flat = f"{array}.reshape(-1)" if self.column else array
        if not self.classes:
            return f'{name} = {flat}.astype("float32")\n'
        if not self.mapped:
            return f'{name} = {flat}.astype("int64")\n'
        values = ", ".join(repr(c) if self.words else c for c in self.classes)
        return f'# Classes are numbered from 0, in this order.\n{name} = np.searchsorted([{values}], {flat}).astype("int64")\n'


def understood(file: str, name: str, ys: list[NDArray[Any]], task: str) -> tuple[Answers, tuple[NDArray[Any], ...]]:
    """How the answers `ys` (of training and test samples) are to be read, and they as class numbers (int64) or values (float32)."""
    about = f"{file}: {name}"
    column = all(y.ndim == 2 and y.shape[1] == 1 for y in ys)
    if column:
        ys = [y.reshape(-1) for y in ys]
    if any(y.dtype.kind not in "fiubU" for y in ys):
        raise DataUnavailable(f"{about} holds {ys[0].dtype}: expected numbers, or names of classes.")
    if any(y.ndim != 1 for y in ys):
        return _one_hot(about, ys, task)
    values = np.unique(np.concatenate(ys))
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        bad = sum(int(np.count_nonzero(~np.isfinite(y))) for y in ys)
        raise DataUnavailable(f"{about} holds {bad:,} answers that are not finite numbers (NaN or infinite). Leave those samples out.")
    warnings: list[str] = []
    if task == "auto":
        task = _guessed(name, values, warnings)
    if task == "regression":
        return _values(about, ys, values, warnings, column=column)
    return _classes(about, ys, values, warnings, column=column)


def _guessed(name: str, values: NDArray[Any], warnings: list[str]) -> str:
    """Floats are values; words and few different whole numbers are classes."""
    if values.dtype.kind == "f":
        if len(values) <= SURELY_CLASSES and _whole(values):
            warnings.append(f"{name} holds {len(values)} different whole numbers as floats: choose classes if that is what they are.")
        return "regression"
    if values.dtype.kind == "U" or len(values) <= SURELY_CLASSES:
        return "classification"
    warnings.append(f"{name} holds {len(values):,} different whole numbers: they are taken for values, not for classes.")
    return "regression"


def _values(
    about: str, ys: list[NDArray[Any]], values: NDArray[Any], warnings: list[str], *, column: bool
) -> tuple[Answers, tuple[NDArray[Any], ...]]:
    if values.dtype.kind == "U":
        raise DataUnavailable(f"{about} holds words: expected numbers, because values are to be predicted. Choose classes instead.")
    with np.errstate(over="ignore"):
        floats = tuple(y.astype(np.float32) for y in ys)
    if not all(np.isfinite(y).all() for y in floats):
        raise DataUnavailable(f"{about} holds numbers that are too large for float32. Use a larger unit.")
    low, high = float(values[0]), float(values[-1])
    if low == high:
        warnings.append(f"All answers are {low:g}: there is nothing to learn.")
        low, high = low - 1, high + 1
    return Answers(Task.REGRESSION, limits=(low, high), column=column, warnings=tuple(warnings)), floats


def _classes(
    about: str, ys: list[NDArray[Any]], values: NDArray[Any], warnings: list[str], *, column: bool
) -> tuple[Answers, tuple[NDArray[Any], ...]]:
    words = values.dtype.kind == "U"
    if not words and not _whole(values):
        broken = values[values != np.round(values)][0]
        raise DataUnavailable(f"{about} holds {broken:g}: expected whole numbers or names as classes. Choose values instead.")
    if len(values) < 2:
        raise DataUnavailable(f"{about} holds one class only, {values[0]}: expected at least two.")
    if len(values) > MAX_CLASSES:
        raise DataUnavailable(f"{about} holds {len(values):,} classes, more than {MAX_CLASSES:,}. Choose values instead.")
    names = tuple(str(v) if words else str(int(v)) for v in values)
    mapped = words or not np.array_equal(values, np.arange(len(values)))
    answers = Answers(_task(len(names)), names, mapped=mapped, words=words, column=column, warnings=tuple(warnings))
    return answers, tuple(np.searchsorted(values, y).astype(np.int64) for y in ys)


def _one_hot(about: str, ys: list[NDArray[Any]], task: str) -> tuple[Answers, tuple[NDArray[Any], ...]]:
    shape = ys[0].shape
    good = (
        task != "regression"
        and all(y.ndim == 2 and y.shape[1] == shape[1] and y.dtype.kind in "fiub" for y in ys)
        and 2 <= shape[1] <= MAX_CLASSES
        and all(bool((((y == 0) | (y == 1)).all(axis=1) & (y.sum(axis=1) == 1)).all()) for y in ys)
    )
    if not good:
        raise DataUnavailable(
            f"{about} is of shape {shape}: expected one answer for each sample, or rows with a single 1 (one-hot). Keep one column of it."
        )
    names = tuple(map(str, range(shape[1])))
    return Answers(_task(len(names)), names, one_hot=True), tuple(y.argmax(axis=1).astype(np.int64) for y in ys)


def _task(classes: int) -> Task:
    return Task.BINARY if classes == 2 else Task.MULTICLASS


def _whole(values: NDArray[Any]) -> bool:
    return bool((values == np.round(values)).all())
