"""IMDB and Reuters: read as keras.datasets reads them, kept prepared, and encoded for a network."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.atomic import replacing
from nnplayground.core.data_spec import Encoding, SourceChoice, Texts
from nnplayground.data.errors import Cancelled, DataUnavailable, MalformedFile
from nnplayground.data.formats import read_npz
from nnplayground.data.hashes import hash_of
from nnplayground.data.pickled import MAX_NUMBER, read_lists
from nnplayground.data.ragged import BLOCK, Ragged
from nnplayground.data.rows import Rows
from nnplayground.data.static_facts import TEXT_CLASSES
from nnplayground.data.store import Report, Store
from nnplayground.data.vocabulary import OFFSET, START, Vocabulary, known

logger = logging.getLogger(__name__)

SEED = 113
REUTERS_TEST_SHARE = 0.2
LAYOUT = 1
"""Of prepared files; one that is laid out otherwise has another name."""
PREPARED = ("train_indptr", "train_values", "train_y", "test_indptr", "test_values", "test_y")


@dataclass(frozen=True, eq=False)
class Labelled:
    """Texts in all their words, before `num_words` and `skip_top`, and their class numbers (n,)."""

    texts: Ragged
    y: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Corpus:
    """Texts as they can be read again: the words that the network is given."""

    texts: Ragged
    vocabulary: Vocabulary
    num_words: int
    skip_top: int

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, index: slice) -> Corpus:
        return replace(self, texts=self.texts[index])

    def text(self, index: int, words: int | None = None) -> str:
        """The text at `index`, or its first `words` words; '?' for what is not known."""
        numbers = self.texts[index : index + 1].values[1:]
        return self.vocabulary.text(known(numbers if words is None else numbers[:words], self.num_words, self.skip_top))


def read_texts(data: Texts, store: Store, report: Report, cancelled: Callable[[], bool]) -> tuple[Labelled, Labelled, Vocabulary]:
    """Training and test texts and their words. Raises DataUnavailable or Cancelled."""
    if data.source is SourceChoice.SAMPLE:
        raise DataUnavailable(
            f"{data.name}: there is no built-in sample of it, because its licence does not allow to ship one. "
            f'Use the full set (source = "full"): nnplayground --download {data.name} fetches it.'
        )
    lists, index = store.obtain(data.name, report, cancelled)
    sha256 = hash_of(lists)
    kept = store.cache / f"{data.name}-{sha256[:16]}-{LAYOUT}.npz" if store.cache else None
    with _about(data.name, index):
        vocabulary = _vocabulary(index, (state := index.stat()).st_size, state.st_mtime_ns)
    with _about(data.name, lists):
        train, test = _prepared(kept, data.name) or read_lists_file(lists, data.name, kept, cancelled)
    if data.shorter_than is not None:
        train, test = _shorter(data.name, train, test, data.shorter_than)
    return train, test, vocabulary


def _shorter(name: str, train: Labelled, test: Labelled, limit: int) -> tuple[Labelled, Labelled]:
    """Only texts of fewer numbers than `limit`, as Keras's `maxlen` leaves them: Reuters is cut in two after that."""
    if name == "reuters":
        whole = Ragged.of(np.concatenate([train.texts.values, test.texts.values]), np.concatenate([train.texts.counts, test.texts.counts]))
        train, test = _cut(_short(Labelled(whole, np.concatenate([train.y, test.y])), limit))
    else:
        train, test = _short(train, limit), _short(test, limit)
    if not len(train.y) or not len(test.y):
        raise DataUnavailable(f"{name}: hardly any text is shorter than {limit:,} words, so there is nothing to learn from or to test on. "
                              "Choose a larger shorter_than.")  # fmt: skip
    return train, test


def _short(texts: Labelled, limit: int) -> Labelled:
    short = texts.texts.counts < limit
    return Labelled(texts.texts[short], texts.y[short])


def _cut(both: Labelled) -> tuple[Labelled, Labelled]:
    """Reuters is one list of texts, of which the last are for testing."""
    cut = int(len(both.y) * (1 - REUTERS_TEST_SHARE))
    return Labelled(both.texts[:cut], both.y[:cut]), Labelled(both.texts[cut:], both.y[cut:])


@lru_cache(maxsize=2)
def _vocabulary(path: Path, size: int, modified: int) -> Vocabulary:
    """The words of a set. `size` and `modified` (nanoseconds) say which state of the file is remembered."""
    return Vocabulary.read(path)


@contextmanager
def _about(name: str, path: Path) -> Iterator[None]:
    try:
        yield
    except (MalformedFile, OSError) as error:
        raise DataUnavailable(
            f"{name}: {path} does not hold the expected data: {error} Move it away to have it downloaded again."
        ) from error


def encode(data: Texts, texts: Ragged) -> Rows | NDArray[np.int32]:
    """What the network is given: which words occur, (n, num_words), or the last `maxlen` words of each text, (n, maxlen)."""
    blocks = (Ragged(block.indptr, known(block.values, data.num_words, data.skip_top)) for block in texts.blocks())
    if data.encoding is Encoding.MULTI_HOT:
        return Rows.of(blocks, data.num_words)
    return np.concatenate([block.padded(data.maxlen) for block in blocks])


def _prepared(kept: Path | None, name: str) -> tuple[Labelled, Labelled] | None:
    """What an earlier load has kept; None when there is nothing, or nothing that can be used."""
    if kept is None or not kept.is_file():
        return None
    try:
        arrays = read_npz(kept, *PREPARED)
        return _checked(name, *arrays[:3]), _checked(name, *arrays[3:])
    except MalformedFile as error:
        logger.warning("%s is made anew: %s", kept, error)
        return None


def read_lists_file(path: Path, name: str, kept: Path | None, cancelled: Callable[[], bool]) -> tuple[Labelled, Labelled]:
    """Read Keras's own file, and keep what was read where that is possible. Raises MalformedFile or Cancelled."""
    random = np.random.RandomState(SEED)  # one for both parts
    if name == "imdb":
        train = _shuffled(random, name, path, "x_train", "y_train")
        if cancelled():
            raise Cancelled(name)
        test = _shuffled(random, name, path, "x_test", "y_test")
    else:
        train, test = _cut(_shuffled(random, name, path, "x", "y"))
    if kept is not None:
        try:
            with replacing(kept) as temporary:
                np.savez(
                    temporary, train_indptr=train.texts.indptr, train_values=train.texts.values, train_y=train.y,
                    test_indptr=test.texts.indptr, test_values=test.texts.values, test_y=test.y,
                )  # fmt: skip
        except OSError as error:
            logger.warning("%s cannot be kept, so loading %s will be slow the next time too (%s).", kept, name, error)
    return train, test


def _shuffled(random: np.random.RandomState, name: str, path: Path, texts: str, labels: str) -> Labelled:
    """In the order, and with the numbers, that keras.datasets gives with its defaults."""
    lists, (y,) = read_lists(path, texts), read_npz(path, labels)
    order = np.arange(len(lists))
    random.shuffle(order)
    data = _checked(name, *_started(lists, order), y)
    return Labelled(data.texts, data.y[order])


def _started(lists: Ragged, order: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The lists in `order`, with Keras's offset and a start before each, as the places and values of a `Ragged`."""
    values = np.empty(len(lists.values) + len(lists), np.int32)
    place = 0
    for start in range(0, len(order), BLOCK):  # not all at once, which would hold up other threads
        block = lists[order[start : start + BLOCK]]
        part = values[place : place + len(block.values) + len(block)]
        part[:] = START
        part[np.arange(len(block.values)) + block.owners + 1] = block.values + OFFSET
        place += len(part)
    return Ragged.of(values, lists.counts[order] + 1).indptr, values


def _checked(name: str, indptr: NDArray[Any], values: NDArray[Any], y: NDArray[Any]) -> Labelled:
    classes = len(TEXT_CLASSES[name])
    if indptr.dtype != np.int64 or values.dtype != np.int32 or (indptr.ndim, values.ndim) != (1, 1) or len(indptr) < 2:
        raise MalformedFile(f"expected texts as 64-bit places and 32-bit numbers; found {indptr.dtype} and {values.dtype}.")
    if indptr[0] != 0 or indptr[-1] != len(values) or (np.diff(indptr) < 1).any():
        raise MalformedFile("expected every text to begin where the one before ends; found other places.")
    if values.min() < START or values.max() > MAX_NUMBER + OFFSET:
        raise MalformedFile(f"expected word numbers from {START} on; found {values.min():,} to {values.max():,}.")
    if y.dtype.kind not in "iu" or y.shape != (len(indptr) - 1,):
        raise MalformedFile(f"expected {len(indptr) - 1:,} whole numbers as labels; found {y.dtype} of shape {y.shape}.")
    if y.min() < 0 or y.max() >= classes:
        raise MalformedFile(f"expected labels from 0 to {classes - 1}; found {y.min()} to {y.max()}.")
    return Labelled(Ragged(indptr, values), y.astype(np.int64))
