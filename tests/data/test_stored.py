"""Sets kept in files: the same arrays as Keras gives, clear words for bad files, and the sample that stands in."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from data.support import Server, Small, idx, npz, remote

from nnplayground.core.data_spec import default_data
from nnplayground.core.edits import changed
from nnplayground.data.dataset import Dataset, Source
from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.data.registry import load
from nnplayground.data.store import Store

NAMES = ("mnist", "fashion_mnist", "boston_housing")
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Reference = tuple[Store, Callable[[str], Arrays]]


def full(name: str, store: Store) -> Dataset:
    return load(changed(default_data(name), source="full"), 1, store)


def kerass_boston(x: np.ndarray, y: np.ndarray) -> Arrays:
    order = np.arange(len(x))
    np.random.RandomState(113).shuffle(order)
    cut = int(len(x) * (1 - 0.2))
    return x[order][:cut], y[order][:cut], x[order][cut:], y[order][cut:]


@pytest.fixture
def expected(
    real_data: Path | None, small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Store, Callable[[str], Arrays]]:
    """A store and what Keras gives of its sets: the real files where there are any, else small ones made for the test."""
    if real_data is None:
        arrays = {**small.arrays, "boston_housing": kerass_boston(*small.arrays["boston_housing"])}
        return small.store(tmp_path), lambda name: arrays[name]

    import keras

    def from_keras(name: str) -> Arrays:
        (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, name).load_data()
        return x_train, y_train, x_test, y_test

    # Keras reads KERAS_HOME when it is first imported, which another test may have done.
    config = importlib.import_module("keras.src.backend.config")
    monkeypatch.setattr(config, "_KERAS_DIR", str(real_data))
    return Store.default(), from_keras


@pytest.mark.parametrize("name", NAMES)
def test_the_arrays_are_those_of_keras(name: str, expected: Reference):
    store, keras_gives = expected
    loaded = full(name, store)
    x_train, y_train, x_test, y_test = keras_gives(name)
    assert loaded.source is Source.FULL
    assert loaded.notes == ()
    for part, x, y in ((loaded.train, x_train, y_train), (loaded.test, x_test, y_test)):
        stored = part.x[..., 0] if part.x.ndim == 4 else part.x
        np.testing.assert_array_equal(stored, x.astype(stored.dtype))
        np.testing.assert_array_equal(part.y, y.astype(part.y.dtype))
    assert (loaded.facts.train_samples, loaded.facts.test_samples) == (len(x_train), len(x_test))


def test_the_files_are_not_touched(small: Small, tmp_path: Path):
    store = small.store(tmp_path)
    for name in NAMES:
        full(name, store)
    found = {str(p.relative_to(tmp_path)): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert found == dict(small.files)


# --- what stands in, and when


@pytest.mark.parametrize("name", NAMES)
def test_the_sample_stands_in_and_says_so(name: str, nowhere: Store):
    loaded = load(default_data(name), 1, nowhere)
    assert loaded.source is Source.SAMPLE
    (note,) = loaded.notes
    assert "built-in sample is used instead of the full set" in note
    assert name in note
    assert loaded.facts.train_samples == len(loaded.train) == (404 if name == "boston_housing" else 5000)


@pytest.mark.parametrize("name", NAMES)
def test_whoever_asks_for_the_full_set_gets_nothing_else(name: str, nowhere: Store):
    with pytest.raises(DataUnavailable) as caught:
        full(name, nowhere)
    for word in (name, f"{name}.npz", "no connection", "Try again later"):
        assert word in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_auto_takes_the_full_set_when_it_is_there(name: str, small: Small, tmp_path: Path):
    loaded = load(default_data(name), 1, small.store(tmp_path))
    assert loaded.source is Source.FULL
    assert loaded.notes == ()


def test_the_sample_is_taken_on_request_even_if_the_full_set_is_there(small: Small, tmp_path: Path):
    loaded = load(changed(default_data("mnist"), source="sample"), 1, small.store(tmp_path))
    assert loaded.source is Source.SAMPLE
    assert loaded.notes == ()


def test_calling_off_is_not_answered_with_the_sample(nowhere: Store):
    with pytest.raises(Cancelled):
        load(default_data("mnist"), 1, nowhere, cancelled=lambda: True)


def test_all_four_files_of_fashion_are_fetched(small: Small, server: Server, tmp_path: Path):
    for path, content in small.files.items():
        server.serve(f"/{path}", content)
    heard = set()
    store = Store((tmp_path,), tmp_path, small.sources(server.url))
    loaded = load(default_data("fashion_mnist"), 1, store, lambda t: heard.add(t.name))
    assert loaded.source is Source.FULL
    assert len(server.asked) == len(heard) == 4


# --- files with the right hash and the wrong content

IMAGES = np.zeros((9, 28, 28), np.uint8)
LABELS = np.zeros(9, np.uint8)


def mnist_file(x: np.ndarray = IMAGES, y: np.ndarray = LABELS) -> bytes:
    return npz(x_train=x, y_train=y, x_test=IMAGES, y_test=LABELS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not an archive", "cannot be read"),
        (mnist_file()[:-40], "cannot be read"),
        (npz(x_train=IMAGES), "missing"),
        (mnist_file(x=IMAGES.astype(np.float32)), "found float32"),
        (mnist_file(x=IMAGES[:, :27]), r"\(9, 27, 28\)"),
        (mnist_file(x=IMAGES[:0], y=LABELS[:0]), r"\(0, 28, 28\)"),
        (mnist_file(y=LABELS[:8]), "9 whole numbers"),
        (mnist_file(y=LABELS + 0.5), "whole numbers"),
        (mnist_file(y=LABELS + 10), "from 0 to 9; found 10 to 10"),
        (mnist_file(y=LABELS.astype(int) - 1), "found -1"),
        (mnist_file(x=np.array([None] * 9)), "cannot be read"),
    ],
)
def test_mnist_that_is_not(content: bytes, words: str, tmp_path: Path):
    (tmp_path / "mnist.npz").write_bytes(content)
    with pytest.raises(DataUnavailable, match=words) as caught:
        full("mnist", Store((tmp_path,), tmp_path, {"mnist": (remote("mnist.npz", content),)}))
    assert str(caught.value).startswith(f"mnist: {tmp_path / 'mnist.npz'} does not hold the expected data")


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (np.ones((40, 12)), np.ones(40), r"\(40, 12\)"),
        (np.ones((40, 13)), np.ones(39), r"\(39,\)"),
        (np.ones((40, 13), int), np.ones(40), "rows of 13 numbers"),
        (np.full((40, 13), np.nan), np.ones(40), "finite"),
        (np.ones((1, 13)), np.ones(1), "rows enough"),
    ],
)
def test_boston_that_is_not(x: np.ndarray, y: np.ndarray, words: str, tmp_path: Path):
    content = npz(x=x, y=y)
    (tmp_path / "b.npz").write_bytes(content)
    with pytest.raises(DataUnavailable, match=words):
        full("boston_housing", Store((tmp_path,), tmp_path, {"boston_housing": (remote("b.npz", content),)}))


@pytest.mark.parametrize("place", range(4))
def test_fashion_with_a_file_that_is_cut(place: int, small: Small, tmp_path: Path):
    paths = small.sets["fashion_mnist"]
    cut = small.files[paths[place]][:-15]
    sets = dataclasses.replace(small, files={**small.files, paths[place]: cut})
    with pytest.raises(DataUnavailable, match="damaged or incomplete"):
        full("fashion_mnist", sets.store(tmp_path))


def test_fashion_with_too_few_labels(small: Small, tmp_path: Path):
    labels = small.sets["fashion_mnist"][1]
    sets = dataclasses.replace(small, files={**small.files, labels: idx(LABELS)})
    with pytest.raises(DataUnavailable, match="expected 50 whole numbers as labels"):
        full("fashion_mnist", sets.store(tmp_path))


# --- the app's own files


def test_a_missing_sample_is_said(nowhere: Store, monkeypatch: pytest.MonkeyPatch):
    def missing(*parts: str) -> Path:
        raise FileNotFoundError("expected resources/samples/mnist.npz among the app's own files; it is not there.")

    monkeypatch.setattr("nnplayground.data.stored.resource", missing)
    with pytest.raises(DataUnavailable, match=r"mnist: the built-in sample cannot be used: .* brings it back"):
        load(default_data("mnist"), 1, nowhere)


def test_a_damaged_sample_is_said(nowhere: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "bad.npz").write_bytes(b"bad")
    monkeypatch.setattr("nnplayground.data.stored.resource", lambda *parts: tmp_path / "bad.npz")
    with pytest.raises(DataUnavailable, match="the built-in sample cannot be used"):
        load(default_data("boston_housing"), 1, nowhere)
