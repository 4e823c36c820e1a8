"""Data sets that are kept in files: the full set, or the sample that is built in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.data_spec import SourceChoice
from nnplayground.core.resources import resource
from nnplayground.data.dataset import Part, Source
from nnplayground.data.errors import DataUnavailable, MalformedFile, NotDownloaded
from nnplayground.data.formats import read_idx, read_npz, read_npz_head
from nnplayground.data.static_facts import BOSTON_COLUMNS, IMAGE_CLASSES, IMAGE_SHAPE
from nnplayground.data.store import Report, Store

Parts = tuple[Part, Part]
"""Training and test samples."""

BOSTON_SEED = 113
BOSTON_TEST_SHARE = 0.2


def read(
    name: str, choice: SourceChoice, store: Store, report: Report, cancelled: Callable[[], bool]
) -> tuple[Source, Part, Part, tuple[str, ...]]:
    """Training and test samples of `name`, where they came from, and what must be said about that.

    Raises DataUnavailable or Cancelled.
    """
    if choice is SourceChoice.SAMPLE:
        return Source.SAMPLE, *read_sample(name), ()
    try:
        return Source.FULL, *read_full(name, store.obtain(name, report, cancelled)), store.notes(name)
    except DataUnavailable as error:
        if choice is SourceChoice.FULL:
            raise
        why = error.sentence(sample="") if isinstance(error, NotDownloaded) else error
        note = f"The built-in sample is used instead of the full set. {why}"
        return Source.SAMPLE, *read_sample(name), (note,)


def read_full(name: str, paths: tuple[Path, ...]) -> Parts:
    """The full set from its files, which stand in the order of `sources.SOURCES`."""
    try:
        match name:
            case "fashion_mnist":
                train_x, train_y, test_x, test_y = paths
                return images(name, read_idx(train_x, 3), read_idx(train_y, 1)), images(name, read_idx(test_x, 3), read_idx(test_y, 1))
            case "boston_housing":
                return boston_parts(*paths)
            case _:
                return image_parts(name, *paths)
    except MalformedFile as error:
        files = " or ".join(str(p) for p in paths)
        raise DataUnavailable(
            f"{name}: {files} does not hold the expected data: {error} Move it away to have it downloaded again."
        ) from error


def read_sample(name: str) -> Parts:
    """The built-in sample, laid out as Keras's files are. Raises DataUnavailable when the app's own file is missing or damaged."""
    try:
        with resource("samples", f"{name}.npz").open("rb") as file:
            return boston_parts(file) if name == "boston_housing" else image_parts(name, file)
    except (OSError, MalformedFile) as error:
        raise DataUnavailable(
            f"{name}: the built-in sample cannot be used: {error} Installing nnplayground again brings it back."
        ) from error


def read_sample_head(name: str, rows: int) -> Parts:
    """The first images of a built-in sample: a picture of it needs no more. Raises DataUnavailable as `read_sample` does."""
    try:
        with resource("samples", f"{name}.npz").open("rb") as file:
            x_train, y_train, x_test, y_test = read_npz_head(file, rows, "x_train", "y_train", "x_test", "y_test")
            return images(name, x_train, y_train), images(name, x_test, y_test)
    except (OSError, MalformedFile) as error:
        raise DataUnavailable(
            f"{name}: the built-in sample cannot be used: {error} Installing nnplayground again brings it back."
        ) from error


def image_parts(name: str, file: Path | IO[bytes]) -> Parts:
    x_train, y_train, x_test, y_test = read_npz(file, "x_train", "y_train", "x_test", "y_test")
    return images(name, x_train, y_train), images(name, x_test, y_test)


def images(name: str, x: NDArray[Any], y: NDArray[Any]) -> Part:
    classes = len(IMAGE_CLASSES[name])
    if x.dtype != np.uint8 or x.ndim != 3 or x.shape[1:] != IMAGE_SHAPE[:2] or not len(x):
        raise MalformedFile(f"expected images of 28 by 28 bytes; found {x.dtype} of shape {x.shape}.")
    if y.dtype.kind not in "iu" or y.shape != (len(x),):
        raise MalformedFile(f"expected {len(x):,} whole numbers as labels; found {y.dtype} of shape {y.shape}.")
    if y.min() < 0 or y.max() >= classes:
        raise MalformedFile(f"expected labels from 0 to {classes - 1}; found {y.min()} to {y.max()}.")
    return Part(x[..., None], y.astype(np.int64))


def boston_parts(file: Path | IO[bytes]) -> Parts:
    """Shuffled and cut exactly as keras.datasets.boston_housing.load_data does."""
    x, y = read_npz(file, "x", "y")
    columns = len(BOSTON_COLUMNS)
    if x.dtype.kind != "f" or y.dtype.kind != "f" or x.ndim != 2 or x.shape[1] != columns or y.shape != (len(x),):
        raise MalformedFile(f"expected rows of {columns} numbers and a price each; found shapes {x.shape} and {y.shape}.")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise MalformedFile("expected finite numbers; found some that are not.")
    cut = int(len(x) * (1 - BOSTON_TEST_SHARE))
    if not 0 < cut < len(x):
        raise MalformedFile(f"expected rows enough for a training and a test part; found {len(x)}.")
    order = np.arange(len(x))
    np.random.RandomState(BOSTON_SEED).shuffle(order)
    data = Part(x[order].astype(np.float32), y[order].astype(np.float32))
    return data.take(slice(0, cut)), data.take(slice(cut, len(x)))
