"""'I have the file': known by its hash, or by what it holds; copied whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from data.stores import files_below
from data.support import Small, idx, lists_npz, npz, remote

from nnplayground.core.data_spec import default_data
from nnplayground.core.edits import changed
from nnplayground.data.contents import WORDS, contents
from nnplayground.data.dataset import Source
from nnplayground.data.errors import Cancelled, DataUnavailable, MalformedFile
from nnplayground.data.hashes import hash_of
from nnplayground.data.ledger import Ledger
from nnplayground.data.manager import Control, Manager, State, Transfer
from nnplayground.data.registry import load
from nnplayground.data.sources import RemoteFile
from nnplayground.data.store import Store

ROWS = npz(x=np.random.default_rng(0).normal(5, 3, (506, 13)), y=np.linspace(5, 50, 506))
"""Boston as far as anybody can tell, but not the known file."""
KNOWN = npz(x=np.ones((506, 13)), y=np.ones(506))


@pytest.fixture
def manager(folder: Path, tmp_path: Path) -> Manager:
    """No file is there, and there is no network."""
    sources = {"boston_housing": (remote("boston_housing.npz", KNOWN),)}
    return Manager(Store((folder,), folder, sources, cache=tmp_path / "cache", ledger=Ledger(tmp_path / "ledger")))


@pytest.fixture
def mine(tmp_path: Path):
    """Writes a file of the user's."""

    def write(content: bytes, name: str = "mine.npz") -> Path:
        path = tmp_path / "downloads" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    return write


def refused(manager: Manager, path: Path, *words: str, name: str = "boston_housing") -> str:
    with pytest.raises(DataUnavailable) as caught:
        manager.adopt(name, path)
    for word in (f"{name}: ", *words):
        assert word in str(caught.value)
    return str(caught.value)


# --- taken


def test_the_known_file_under_any_name(manager: Manager, folder: Path, mine):
    path = mine(KNOWN, "from a friend.bin")
    heard: list[Transfer] = []
    outcome = manager.adopt("boston_housing", path, heard.append)
    assert outcome.message == f"{path} is used as boston_housing.npz."
    assert outcome.status.state is State.THERE
    assert [(f.ours, f.note) for f in outcome.status.files] == [(True, "")]
    assert files_below(folder) == ["boston_housing.npz"]
    assert path.read_bytes() == (folder / "boston_housing.npz").read_bytes() == KNOWN
    assert (heard[0].done, heard[-1].done, heard[-1].total) == (0, len(KNOWN), len(KNOWN))


def test_another_file_that_holds_the_same_is_taken_and_said_to_be_another(manager: Manager, folder: Path, mine):
    outcome = manager.adopt("boston_housing", mine(ROWS))
    assert "not the file that Keras has" in outcome.message
    assert "it holds 506 districts, as Boston housing should" in outcome.message
    assert outcome.status.state is State.THERE
    assert outcome.status.files[0].bytes == len(ROWS)
    assert outcome.status.files[0].note in outcome.status.sentence
    again = Store((folder,), folder, manager.store.sources, ledger=manager.store.ledger)  # the next time it starts
    loaded = load(changed(default_data("boston_housing"), source="full"), 1, again)
    assert (loaded.source, len(loaded.train)) == (Source.FULL, 404)
    assert "not the file that Keras has" in loaded.notes[0]
    assert manager.verify("boston_housing").status.state is State.THERE


def test_the_known_one_replaces_it(manager: Manager, folder: Path, mine):
    manager.adopt("boston_housing", mine(ROWS))
    outcome = manager.adopt("boston_housing", mine(KNOWN))
    assert [f.note for f in outcome.status.files] == [""]
    (aside,) = (p for p in files_below(folder) if p != "boston_housing.npz")
    assert (folder / aside).read_bytes() == ROWS
    assert str(folder / aside) in outcome.message


def test_it_does_not_replace_the_known_one(manager: Manager, folder: Path, mine):
    manager.adopt("boston_housing", mine(KNOWN))
    refused(manager, mine(ROWS), "not needed", str(folder / "boston_housing.npz"))
    assert files_below(folder) == ["boston_housing.npz"]
    assert (folder / "boston_housing.npz").read_bytes() == KNOWN


def test_taken_twice_is_taken_once(manager: Manager, folder: Path, mine):
    for content in (ROWS, ROWS, KNOWN, KNOWN):
        manager.adopt("boston_housing", mine(content))
    assert len(files_below(folder)) == 2
    assert (folder / "boston_housing.npz").read_bytes() == KNOWN


def test_a_wrong_file_makes_room(manager: Manager, folder: Path, mine):
    folder.mkdir()
    (folder / "boston_housing.npz").write_bytes(b"wrong")
    outcome = manager.adopt("boston_housing", mine(KNOWN))
    (aside,) = (p for p in files_below(folder) if p != "boston_housing.npz")
    assert (folder / aside).read_bytes() == b"wrong"
    assert str(folder / aside) in outcome.message


def test_a_file_that_stands_where_it_belongs_is_not_copied(manager: Manager, folder: Path):
    folder.mkdir()
    path = folder / "boston_housing.npz"
    path.write_bytes(ROWS)
    before = path.stat()
    assert manager.status("boston_housing").state is State.WRONG
    status = manager.adopt("boston_housing", path).status
    assert (status.state, status.files[0].ours) == (State.THERE, False)
    assert path.stat().st_ino == before.st_ino
    assert files_below(folder) == ["boston_housing.npz"]
    path.write_bytes(b"rubbish")
    refused(manager, path, "cannot stand for it")


# --- refused

IMAGES = np.zeros((60_000, 28, 28), np.uint8)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read"),
        (b"price,rooms\n1,2\n", "cannot be read"),
        (ROWS[:-60], "cannot be read"),
        (npz(x=np.ones((505, 13)), y=np.ones(505)), "expected 506 districts; found 505"),
        (npz(x=np.ones((506, 12)), y=np.ones(506)), r"(506, 12)"),
        (npz(x=np.full((506, 13), np.nan), y=np.ones(506)), "finite"),
        (npz(x_train=np.ones(3)), "missing"),
        (npz(x=np.array([{}] * 506), y=np.ones(506)), "cannot be read"),
    ],
    ids=range(8),
)
def test_what_cannot_stand_for_it(manager: Manager, folder: Path, mine, content: bytes, words: str):
    path = mine(content)
    refused(manager, path, str(path), "is not the boston_housing.npz that is known", words)
    assert files_below(folder) == []
    assert path.read_bytes() == content
    assert manager.status("boston_housing").state is State.MISSING


def test_what_is_no_file(manager: Manager, folder: Path, tmp_path: Path):
    refused(manager, tmp_path, "expected a file, boston_housing.npz; found a folder at")
    refused(manager, tmp_path / "gone", "found nothing at")
    refused(manager, Path(os.devnull), "found something else at")
    assert not folder.exists()


def test_a_file_far_too_large_is_not_even_read(manager: Manager, folder: Path, tmp_path: Path):
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 40)  # a hole: takes no room
    refused(manager, tmp_path / "huge", "has 1,099,511,627,776 bytes, far more than any of its files")
    assert not folder.exists()


def test_a_file_that_may_not_be_read(manager: Manager, folder: Path, mine, monkeypatch: pytest.MonkeyPatch):
    path = mine(KNOWN)
    original = Path.open

    def opened(self: Path, mode: str = "r", *args: object, **kwargs: object):
        if self == path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return original(self, mode, *args, **kwargs)

    monkeypatch.setattr(Path, "open", opened)
    refused(manager, path, "mine.npz cannot be read (Permission denied)")
    assert files_below(folder) == []


# --- called off, full disks


def test_called_off(manager: Manager, folder: Path, mine):
    control = Control()
    with pytest.raises(Cancelled):
        manager.adopt("boston_housing", mine(KNOWN), lambda t: control.cancel(), control)
    assert files_below(folder) == []


def test_a_disk_without_room(manager: Manager, folder: Path, mine, monkeypatch: pytest.MonkeyPatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=10))
    refused(manager, mine(KNOWN), "the disk is full", "10 are free")
    assert files_below(folder) == []


def test_a_disk_that_fills_up_meanwhile(manager: Manager, folder: Path, mine, monkeypatch: pytest.MonkeyPatch):
    def full(descriptor: int):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder.mkdir()
    (folder / "boston_housing.npz").write_bytes(b"wrong")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        refused(manager, mine(KNOWN), "mine.npz could not be copied: the disk is full")
    assert files_below(folder) == ["boston_housing.npz"]
    assert (folder / "boston_housing.npz").read_bytes() == b"wrong"


def test_a_ledger_that_cannot_be_kept_refuses_what_only_the_ledger_would_let_in(manager: Manager, folder: Path, mine, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    blocked = Manager(replace(manager.store, ledger=Ledger(tmp_path / "file" / "ledger")))
    folder.mkdir()
    (folder / "boston_housing.npz").write_bytes(b"wrong")
    refused(blocked, mine(ROWS), "could not be noted")
    assert (folder / "boston_housing.npz").read_bytes() == b"wrong"
    assert files_below(folder) == ["boston_housing.npz"]
    assert blocked.adopt("boston_housing", mine(KNOWN)).status.state is State.THERE  # the known one needs no note


def test_a_folder_that_cannot_be_made(manager: Manager, mine, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    place = tmp_path / "file" / "datasets"
    refused(Manager(replace(manager.store, folders=(place,), download_to=place)), mine(KNOWN), "cannot be written to")


# --- each of the sets


def fashion_files() -> tuple[RemoteFile, ...]:
    names = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    return tuple(remote(f"fashion-mnist/{name}.gz", b"the known one") for name in names)


@pytest.mark.parametrize("named", [True, False], ids=["by name", "by contents"])
def test_fashions_four_files(folder: Path, tmp_path: Path, mine, named: bool):
    manager = Manager(Store((folder,), folder, {"fashion_mnist": fashion_files()}, ledger=Ledger(tmp_path / "ledger")))
    arrays = (IMAGES, IMAGES[:, 0, 0], IMAGES[:10_000], IMAGES[:10_000, 0, 0])
    for place in (3, 0, 2, 1):
        file = manager.store.sources["fashion_mnist"][place]
        outcome = manager.adopt("fashion_mnist", mine(idx(arrays[place]), file.name if named else "a.gz"))
        assert f"is used as {file.name}." in outcome.message
    assert manager.status("fashion_mnist").state is State.THERE
    assert files_below(folder) == sorted(f.path for f in fashion_files())


def test_fashion_that_is_not(folder: Path, mine):
    manager = Manager(Store((folder,), folder, {"fashion_mnist": fashion_files()}))
    refused(manager, mine(idx(IMAGES[:5]), "train-images-idx3-ubyte.gz"), "expected 60,000 images; found 5", name="fashion_mnist")
    refused(manager, mine(idx(IMAGES[:, :9]), "train-images-idx3-ubyte.gz"), "(60000, 9, 28)", name="fashion_mnist")
    labels = np.full(10_000, 10, np.uint8)
    refused(manager, mine(idx(labels), "t10k-labels-idx1-ubyte.gz"), "from 0 to 9; found 10", name="fashion_mnist")
    refused(manager, mine(b"nothing", "x.gz"), "x.gz is not", name="fashion_mnist")


def check(name: str, path: Path) -> str:
    return contents(name, RemoteFile(path.name, "", "", 0), path, Control())


def test_mnist(mine):
    images = {"x_train": IMAGES, "y_train": IMAGES[:, 0, 0], "x_test": IMAGES[:10_000], "y_test": IMAGES[:10_000, 0, 0]}
    assert check("mnist", mine(npz(**images))) == "70,000 images"
    with pytest.raises(MalformedFile, match="expected 70,000 images; found 69,999"):
        check("mnist", mine(npz(**{**images, "x_test": IMAGES[1:10_000], "y_test": IMAGES[1:10_000, 0, 0]})))


def test_texts(mine):
    lists, labels = [[5, 6] for _ in range(25_000)], np.arange(25_000) % 2
    both = {"x_train": lists, "y_train": labels, "x_test": lists, "y_test": labels}
    assert check("imdb", mine(lists_npz(**both), "imdb.npz")) == "50,000 texts"
    with pytest.raises(MalformedFile, match="expected 50,000 texts; found 49,999"):
        check("imdb", mine(lists_npz(**{**both, "x_test": lists[1:], "y_test": labels[1:]}), "imdb.npz"))
    index = {f"w{n}": n for n in range(1, WORDS["reuters"] + 1)}
    assert check("reuters", mine(json.dumps(index).encode(), "reuters_word_index.json")) == "30,979 words"
    del index[f"w{WORDS['reuters']}"]
    with pytest.raises(MalformedFile, match="expected 30,979 words; found 30,978"):
        check("reuters", mine(json.dumps(index).encode(), "reuters_word_index.json"))


def test_the_real_files_hold_what_they_should(real_data: Path | None):
    if real_data is None:
        pytest.skip("KERAS_HOME has no data sets")
    store = Store.default()
    for name, files in store.sources.items():
        for file in files:
            assert contents(name, file, store.folders[0] / file.path, Control())


def test_what_was_prepared_of_one_file_is_not_used_for_another(texts: Small, folder: Path, tmp_path: Path):
    store = replace(texts.store(folder), cache=tmp_path / "cache", ledger=Ledger(tmp_path / "ledger"))
    data = default_data("imdb")
    first = load(data, 0, store)
    x_train, y_train, x_test, y_test = texts.arrays["imdb"]
    (folder / "imdb.npz").write_bytes(lists_npz(x_train=x_train, y_train=1 - y_train, x_test=x_test, y_test=y_test))
    store.ledger.write(folder / "imdb.npz", hash_of(folder / "imdb.npz"), ours=True, note="Another.")
    second = load(data, 0, store)
    np.testing.assert_array_equal(second.train.y, 1 - first.train.y)
    assert (first.notes, second.notes) == ((), ("imdb: Another.",))
    assert len(files_below(tmp_path / "cache")) == 2
