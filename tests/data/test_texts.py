"""IMDB and Reuters: the arrays that keras.datasets gives, kept prepared, and encoded as the tutorials do it."""

from __future__ import annotations

import dataclasses
import importlib
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data.support import Small, lists_npz, remote

from nnplayground.core.data_spec import Encoding, Texts
from nnplayground.core.losses import Task
from nnplayground.data import texts as module
from nnplayground.data.dataset import Dataset, Source
from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.data.ragged import Ragged
from nnplayground.data.registry import facts, load, preview
from nnplayground.data.rows import Rows
from nnplayground.data.store import Store
from nnplayground.data.texts import encode, read_texts
from nnplayground.data.vocabulary import known

NAMES = ("imdb", "reuters")
Lists = list[list[int]]
Arrays = tuple[Any, np.ndarray, Any, np.ndarray]
Reference = tuple[Store, Callable[..., Arrays]]


def spec(name: str, **settings: Any) -> Texts:
    return Texts.model_validate({"name": name, **settings})


def kept(store: Store) -> list[Path]:
    return sorted(store.cache.iterdir()) if store.cache is not None and store.cache.exists() else []


@pytest.fixture
def store(texts: Small, tmp_path: Path) -> Store:
    return dataclasses.replace(texts.store(tmp_path / "files"), cache=tmp_path / "cache")


def in_kerass_order(small: Small, name: str, *, num_words: int, skip_top: int = 0, maxlen: int = 10**9) -> Arrays:
    """What keras.datasets' load_data makes of the small sets, written down anew."""

    random = np.random.RandomState(113)

    def shuffled(lists: Lists, y: np.ndarray) -> tuple[Lists, np.ndarray]:
        order = np.arange(len(lists))
        random.shuffle(order)
        numbers = [[1, *(n + 3 for n in lists[i])] for i in order]
        short = [len(text) < maxlen for text in numbers]
        return [[n if skip_top <= n < num_words else 2 for n in t] for t, s in zip(numbers, short, strict=True) if s], y[order][short]

    arrays = small.arrays[name]
    if name == "imdb":
        return (*shuffled(*arrays[:2]), *shuffled(*arrays[2:]))
    x, y = shuffled(*arrays)
    cut = int(len(x) * 0.8)
    return x[:cut], y[:cut], x[cut:], y[cut:]


@pytest.fixture
def expected(real_data: Path | None, store: Store, texts: Small, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Reference:
    """A store and what Keras gives of its sets: the real files where there are any, else small ones made for the test."""
    if real_data is None:
        return store, lambda name, **settings: in_kerass_order(texts, name, **settings)

    import keras

    def from_keras(name: str, **settings: Any) -> Arrays:
        (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, name).load_data(**settings)
        return x_train, y_train, x_test, y_test

    config = importlib.import_module("keras.src.backend.config")
    monkeypatch.setattr(config, "_KERAS_DIR", str(real_data))
    return dataclasses.replace(Store.default(), cache=tmp_path / "cache"), from_keras


def same(texts: Ragged, lists: Any) -> bool:
    return texts.counts.tolist() == [len(x) for x in lists] and np.array_equal(texts.values, np.concatenate([np.asarray(x) for x in lists]))


@pytest.mark.parametrize(("name", "settings"), [
    ("imdb", {"num_words": 10_000}), ("reuters", {"num_words": 10_000}), ("reuters", {"num_words": 120, "skip_top": 20}),
    ("imdb", {"num_words": 90_000, "skip_top": 50, "maxlen": 60}), ("reuters", {"num_words": 1_000, "maxlen": 30}),
    ("reuters", {"num_words": 4, "skip_top": 3}),
])  # fmt: skip
def test_the_numbers_are_those_of_keras(name: str, settings: dict[str, int], expected: Reference):
    store, keras_gives = expected
    x_train, y_train, x_test, y_test = keras_gives(name, **settings)
    ours = {"shorter_than" if name == "maxlen" else name: value for name, value in settings.items()}
    data = spec(name, **ours, encoding="sequence", maxlen=150)
    for _ in ("from Keras's file", "from what was kept"):
        train, test, _vocabulary = read_texts(data, store, print, lambda: False)
        cut = Ragged(test.texts.indptr, known(test.texts.values, data.num_words, data.skip_top))
        assert same(cut, x_test)
        np.testing.assert_array_equal(train.y, y_train)
        np.testing.assert_array_equal(test.y, y_test)
        assert kept(store)

    from keras.utils import pad_sequences

    loaded = load(data, 0, store)
    assert loaded.train.x.dtype == np.int32
    np.testing.assert_array_equal(loaded.train.x, pad_sequences(x_train, maxlen=150))
    np.testing.assert_array_equal(loaded.test.x, pad_sequences(x_test, maxlen=150))
    rows = load(spec(name, **ours), 0, store).train.x
    assert isinstance(rows, Rows)
    for i in (0, 3, len(x_train) - 1, len(x_train) // 2):
        assert rows.indices[rows.indptr[i] : rows.indptr[i + 1]].tolist() == sorted(set(x_train[i]))
    assert len(rows.indices) == sum(len(set(x)) for x in x_train)


def test_the_real_sets_are_those_everybody_knows(real_data: Path | None):
    if real_data is None:
        pytest.skip("the full data sets are not there: set KERAS_HOME to a folder that has them")
    imdb = load(spec("imdb", encoding="sequence", maxlen=5_000), 0, Store.default())
    first = imdb.train.array[0]
    assert first[first > 0][:8].tolist() == [1, 14, 22, 16, 43, 530, 973, 1622]
    assert (len(imdb.train), len(imdb.test)) == (25_000, 25_000)
    reuters = load(spec("reuters"), 0, Store.default())
    assert (len(reuters.train), len(reuters.test)) == (8_982, 2_246)
    assert reuters.train.y[:5].tolist() == [3, 4, 3, 4, 4]
    assert reuters.test_texts is not None
    assert len(reuters.test_texts) == 2_246


def test_topics_are_named_as_keras_names_them():
    from keras.datasets import reuters

    assert facts(spec("reuters")).classes == tuple(reuters.get_label_names())


# --- what the network is given


def test_facts_of_both_encodings():
    hot, sequence = facts(spec("imdb")), facts(spec("imdb", encoding="sequence", maxlen=80, num_words=500))
    assert (hot.input_shape, hot.words, hot.input_range, hot.task) == ((10_000,), 0, (0, 1), Task.BINARY)
    assert (sequence.input_shape, sequence.words, sequence.input_range) == ((80,), 500, (0, 499))
    assert hot.classes == ("negative", "positive")
    assert (hot.train_samples, hot.test_samples) == (25_000, 25_000)
    reuters = facts(spec("reuters"))
    assert (reuters.task, len(reuters.classes), reuters.train_samples, reuters.test_samples) == (Task.MULTICLASS, 46, 8_982, 2_246)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", Encoding)
def test_facts_are_true_of_what_is_loaded(name: str, encoding: Encoding, store: Store):
    data = spec(name, encoding=encoding, num_words=100, maxlen=25)
    loaded, known = load(data, 0, store), facts(data)
    assert dataclasses.replace(loaded.facts, train_samples=0, test_samples=0) == dataclasses.replace(known, train_samples=0, test_samples=0)
    assert loaded.train.x.shape == (loaded.facts.train_samples, *known.input_shape)
    assert loaded.test.x.shape == (loaded.facts.test_samples, *known.input_shape)
    assert loaded.source is Source.FULL
    assert loaded.train.y.dtype == np.int64
    assert set(loaded.train.y) <= set(range(len(known.classes)))


@pytest.mark.parametrize("length", [1, 2, 5, 40])
def test_padding_is_kerass(length: int):
    from keras.utils import pad_sequences

    lists = [[5, 6, 7], [8], [9] * 7, [], [1, 2, 3, 4, 5]]
    ragged = Ragged.of(np.array([n for x in lists for n in x], np.int32), np.array([len(x) for x in lists]))
    np.testing.assert_array_equal(ragged.padded(length), pad_sequences(lists, maxlen=length))


def test_when_hardly_any_text_is_short_enough_it_is_said(store: Store):
    with pytest.raises(DataUnavailable, match=r"imdb: hardly any text is shorter than 2 words.*larger shorter_than"):
        load(spec("imdb", shorter_than=2), 0, store)


def test_padding_never_counts_as_an_unknown_word():
    data = spec("imdb", encoding="sequence", maxlen=4, skip_top=5, num_words=50)
    assert encode(data, Ragged.of(np.array([1, 60, 7], np.int32), np.array([3]))).tolist() == [[0, 2, 2, 7]]


def test_validation_takes_the_first_texts(store: Store):
    whole = load(spec("imdb"), 0, store)
    split = load(spec("imdb", validation={"count": 1_000}), 0, store)
    assert split.validation is not None
    assert (len(split.validation), len(split.train)) == (1_000, 200)
    np.testing.assert_array_equal(split.validation.x.indices, whole.train.x[:1_000].indices)
    np.testing.assert_array_equal(split.train.x.dense(), whole.train.x[1_000:].dense())
    np.testing.assert_array_equal(split.train.y, whole.train.y[1_000:])
    for i in (0, 7, 199):
        assert split.texts.text(i) == whole.texts.text(1_000 + i)
        assert split.validation_texts.text(i) == whole.texts.text(i) != whole.test_texts.text(i)
    assert load(spec("imdb", validation={"use": "test"}), 0, store).validation_texts.text(3) == whole.test_texts.text(3)
    last = load(spec("imdb", validation={"fraction": 0.25}), 0, store)
    np.testing.assert_array_equal(last.validation.x.dense(), whole.train.x[900:].dense())


def test_test_texts_are_read_as_the_network_knows_them(store: Store, texts: Small):
    loaded = load(spec("imdb", num_words=100, skip_top=5), 0, store)
    _, _, x_test, _ = in_kerass_order(texts, "imdb", num_words=100, skip_top=5)
    index = {number + 3: word for word, number in json.loads(texts.files["imdb_word_index.json"]).items()}
    for i in (0, 17, 49):
        expected = " ".join(index.get(n, "?") for n in x_test[i][1:])
        assert loaded.test_texts.text(i) == expected
        assert loaded.test_texts.text(i, 3) == " ".join(expected.split()[:3])
    assert "?" in loaded.test_texts.text(0)


# --- what is kept


def test_what_is_kept_gives_the_same(store: Store, monkeypatch: pytest.MonkeyPatch):
    first = load(spec("imdb"), 0, store)
    assert len(kept(store)) == 1
    monkeypatch.setattr(module, "read_lists", None)
    again = load(spec("imdb"), 0, store)
    np.testing.assert_array_equal(first.train.x.indices, again.train.x.indices)
    np.testing.assert_array_equal(first.test.y, again.test.y)


def reference(name: str, store: Store) -> Dataset:
    return load(spec(name, encoding="sequence"), 0, dataclasses.replace(store, cache=None))


def with_array(path: Path, **changes: Any) -> None:
    with np.load(path) as arrays:
        np.savez(path, **{**arrays, **changes})


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-500]),
    "a wrong byte": lambda path: path.write_bytes(bytes([*path.read_bytes()[:3_000], 77, *path.read_bytes()[3_001:]])),
    "no archive": lambda path: path.write_text("hello"),
    "something is missing": lambda path: np.savez(path, train_y=np.zeros(3)),
    "objects": lambda path: with_array(path, train_values=np.array([[1], [1, 2]], object)),
    "other labels": lambda path: with_array(path, test_y=np.full(50, 9)),
    "too few labels": lambda path: with_array(path, train_y=np.zeros(3, np.int64)),
    "other types": lambda path: with_array(path, train_values=np.zeros(5)),
    "other places": lambda path: with_array(path, test_indptr=np.arange(51)[::-1].copy()),
    "negative words": lambda path: with_array(path, test_indptr=np.arange(51), test_values=np.full(50, -4, np.int32)),
}  # fmt: skip


@pytest.mark.parametrize("damage", tuple(DAMAGES))
def test_what_is_kept_but_damaged_is_made_anew(damage: str, store: Store, caplog: pytest.LogCaptureFixture):
    load(spec("imdb"), 0, store)
    (path,) = kept(store)
    whole = path.read_bytes()
    DAMAGES[damage](path)
    with caplog.at_level(logging.WARNING):
        loaded = load(spec("imdb", encoding="sequence"), 0, store)
    np.testing.assert_array_equal(loaded.train.x, reference("imdb", store).train.x)
    assert "is made anew" in caplog.text
    assert len(path.read_bytes()) == len(whole)
    with np.load(path) as arrays:
        assert len(arrays["test_y"]) == 50


def test_another_file_is_kept_apart(store: Store, texts: Small, tmp_path: Path):
    load(spec("reuters"), 0, store)
    content = lists_npz(x=[[1, 2], [3], [4], [5], [6]], y=np.arange(5))
    (tmp_path / "files" / "reuters.npz").write_bytes(content)
    sources = {"reuters": (remote("reuters.npz", content), store.sources["reuters"][1])}
    assert len(load(spec("reuters"), 0, dataclasses.replace(store, sources=sources)).train) == 4
    assert len(kept(store)) == 2


def test_a_cache_that_cannot_be_written_is_no_hindrance(store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (tmp_path / "cache").write_text("a file where a folder should be")
    with caplog.at_level(logging.WARNING):
        assert len(load(spec("imdb"), 0, store).train) == 1_200
    assert "cannot be kept" in caplog.text


def test_calling_off(store: Store):
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return True

    with pytest.raises(Cancelled):
        load(spec("imdb"), 0, store, cancelled=cancelled)
    assert kept(store) == []


# --- what is not to be had


@pytest.mark.parametrize("name", NAMES)
def test_there_is_no_sample(name: str, store: Store):
    with pytest.raises(DataUnavailable, match=f"{name}: there is no built-in sample.*nnplayground --download {name}"):
        load(spec(name, source="sample"), 0, store)
    with pytest.raises(DataUnavailable, match="no built-in sample"):
        preview(name)


@pytest.mark.parametrize("source", ["auto", "full"])
@pytest.mark.parametrize(("name", "missing"), [("imdb", "imdb.npz"), ("reuters", "reuters_word_index.json")])
def test_a_missing_file_is_named_with_what_to_do(name: str, missing: str, source: str, store: Store, tmp_path: Path):
    (tmp_path / "files" / missing).unlink()
    with pytest.raises(DataUnavailable) as error:
        load(spec(name, source=source), 0, store)
    words = str(error.value)
    assert words.startswith(f"{name}: {missing} is not in {tmp_path / 'files'}. Downloading it failed: no connection")
    assert f"put the file from http://127.0.0.1:9/{missing} at {tmp_path / 'files' / missing}." in words
    assert "sample" not in words


def imdb_file(**changes: Any) -> bytes:
    one: dict[str, Any] = {"x_train": [[1]], "y_train": np.zeros(1, int), "x_test": [[1]], "y_test": np.zeros(1, int)}
    return lists_npz(**{name: array for name, array in (one | changes).items() if array is not None})


@pytest.mark.parametrize(("path", "content", "words"), [
    ("imdb.npz", imdb_file(x_test=None), r"imdb.npz does not hold the expected data: .* missing \(x_test\)"),
    ("imdb.npz", imdb_file(x_train=[[1], [2]]), "expected 2 whole numbers as labels"),
    ("imdb.npz", imdb_file(y_train=np.full(1, 2)), "expected labels from 0 to 1; found 2"),
    ("imdb.npz", imdb_file(y_train=np.zeros(1)), "expected 1 whole numbers as labels; found float64"),
    ("imdb.npz", imdb_file(x_train=[]), "expected texts"),
    ("imdb.npz", b"not an archive", "cannot be read as a .npz file"),
    ("imdb_word_index.json", b"{", "imdb_word_index.json does not hold the expected data: it cannot be read as JSON"),
    ("imdb_word_index.json", b"[1, 2]", "expected an object of words"),
    ("imdb_word_index.json", b'{"a": 1, "b": 3}', "expected each place from 1 to 2 once"),
    ("imdb_word_index.json", b'{"a": "1"}', "expected an object of words and whole numbers"),
    ("imdb_word_index.json", b"[" * 100_000, "cannot be read as JSON"),
])  # fmt: skip
def test_files_of_the_right_hash_that_hold_something_else(path: str, content: bytes, words: str, store: Store, tmp_path: Path):
    (tmp_path / "files" / path).write_bytes(content)
    sources = tuple(remote(path, content) if s.path == path else s for s in store.sources["imdb"])
    with pytest.raises(DataUnavailable, match=words):
        load(spec("imdb"), 0, dataclasses.replace(store, sources={"imdb": sources}))
    assert kept(store) == []
