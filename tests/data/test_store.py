"""The store: where files are looked for, and what is said of those that are there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from data.stores import CONTENT, PATH, refused
from data.support import Server
from platformdirs import user_data_path

from nnplayground.data import hashes
from nnplayground.data.ledger import Ledger
from nnplayground.data.sources import SOURCES
from nnplayground.data.store import State, Store

# --- where files are looked for


def test_keras_home_decides_where_files_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "k"))
    assert Store.default().folders == (tmp_path / "k" / "datasets",)
    assert Store.default().download_to == tmp_path / "k" / "datasets"
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert Store.default().folders == (tmp_path / ".keras" / "datasets",)


def test_a_folder_of_ones_own_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "k"))
    store = Store.default(tmp_path / "mine")
    assert store.folders == (tmp_path / "mine", tmp_path / "k" / "datasets")
    assert store.download_to == tmp_path / "mine"


def test_who_may_not_write_to_kerass_folder_has_another(monkeypatch: pytest.MonkeyPatch, own_home: Path):
    keras, ours = own_home / ".keras" / "datasets", user_data_path("nnplayground") / "datasets"
    asked = []
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda path, mode: asked.append(Path(path)))
        store = Store.default()
    assert asked == [own_home]  # neither Keras's folder nor the one it is in is there yet
    assert (store.folders, store.download_to) == ((keras, ours), ours)
    assert Store.default(own_home / "mine").folders == (own_home / "mine", keras)
    ours.mkdir(parents=True)
    store = Store.default()  # what was downloaded then is still found
    assert (store.folders, store.download_to) == ((keras, ours), keras)


def test_the_table_names_kerass_own_files():
    assert set(SOURCES) == {"mnist", "fashion_mnist", "imdb", "reuters", "boston_housing"}
    for file in (f for files in SOURCES.values() for f in files):
        assert len(file.urls) == len(set(file.urls)) == 2
        assert all(url.endswith("/" + file.name) for url in file.urls)
        assert len(file.sha256) == 64


# --- files that are there


def test_a_file_that_is_there_is_used_and_not_touched(toy: Store, folder: Path, server: Server):
    path = folder / PATH
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    os.utime(path, (1, 1))
    assert toy.obtain("toy") == (path,)
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mtime == 1
    assert server.asked == []


def test_a_file_in_kerass_folder_is_found_behind_ones_own(toy: Store, folder: Path, server: Server, tmp_path: Path):
    path = tmp_path / "keras" / PATH
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    assert Store((folder, tmp_path / "keras"), folder, toy.sources).obtain("toy") == (path,)
    assert server.asked == []


@pytest.mark.parametrize("content", [b"short", CONTENT[:-1] + b"?"], ids=["size", "hash"])
def test_a_wrong_file_is_left_alone_and_not_used(toy: Store, folder: Path, server: Server, content: bytes):
    path = folder / PATH
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    refused(toy, str(path), "left as it is", "nnplayground --download toy, sets it aside")
    assert path.read_bytes() == content
    assert server.asked == []


def test_a_wrong_file_elsewhere_does_not_keep_from_downloading(toy: Store, folder: Path, tmp_path: Path):
    wrong = tmp_path / "keras" / PATH
    wrong.parent.mkdir(parents=True)
    wrong.write_bytes(b"wrong")
    assert Store((folder, tmp_path / "keras"), folder, toy.sources).obtain("toy") == (folder / PATH,)
    assert wrong.read_bytes() == b"wrong"


def test_a_folder_in_the_files_place_is_said(toy: Store, folder: Path):
    (folder / PATH).mkdir(parents=True)
    refused(toy, str(folder / PATH), "not a readable file")


def test_an_unchanged_file_is_hashed_once_and_a_replaced_one_again(toy: Store, folder: Path, monkeypatch: pytest.MonkeyPatch):
    path = folder / PATH
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    hashed = []
    digest = hashes.hashlib.file_digest
    monkeypatch.setattr(hashes.hashlib, "file_digest", lambda file, name: hashed.append(file.name) or digest(file, name))
    toy.obtain("toy")
    toy.obtain("toy")
    assert hashed == [str(path)]
    path.write_bytes(CONTENT[:-1] + b"?")
    os.utime(path, (5, 5))
    refused(toy, "sha256")
    assert len(hashed) == 2


def test_a_link_to_nowhere_is_said_and_left(toy: Store, folder: Path, tmp_path: Path):
    (folder / PATH).parent.mkdir(parents=True)
    (folder / PATH).symlink_to(tmp_path / "gone")
    refused(toy, str(folder / PATH), "not a readable file")
    assert (folder / PATH).is_symlink()


# --- what the ledger knows


def test_a_file_that_was_accepted_is_used_and_said_to_be_another(toy: Store, folder: Path, tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger")
    store = Store((folder,), folder, toy.sources, ledger=ledger)
    path = folder / PATH
    path.parent.mkdir(parents=True)
    path.write_bytes(b"other")
    ledger.write(path, hashes.hash_of(path), ours=True, note="It is another.")
    assert store.obtain("toy") == (path,)
    assert store.notes("toy") == ("toy: It is another.",)
    os.utime(path, (7, 7))
    path.write_bytes(b"third")
    refused(store, "sha256")
    path.write_bytes(CONTENT)
    assert store.obtain("toy") == (path,)
    assert store.notes("toy") == ()
    found = store.find(store.sources["toy"][0])
    assert found is not None
    assert (found.state, found.ours) == (State.THERE, False)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"path": 1}', b"\xff", b"[" * 100_000])
def test_a_ledger_that_cannot_be_read_is_forgotten(content: bytes, tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger")
    ledger.write(tmp_path / "a", "0" * 64, ours=True)
    (place,) = (tmp_path / "ledger").iterdir()
    place.write_bytes(content)
    assert ledger.find(tmp_path / "a") is None
    ledger.write(tmp_path / "a", "1" * 64, ours=False)
    assert ledger.find(tmp_path / "a").sha256 == "1" * 64
    ledger.forget(tmp_path / "a")
    assert ledger.find(tmp_path / "a") is None
    ledger.forget(tmp_path / "a")


def test_a_ledger_that_cannot_be_kept_does_not_keep_from_downloading(toy: Store, folder: Path, tmp_path: Path, caplog):
    (tmp_path / "file").write_text("in the way")
    store = Store((folder,), folder, toy.sources, ledger=Ledger(tmp_path / "file" / "ledger"))
    assert store.obtain("toy") == (folder / PATH,)
    assert "cannot be noted" in caplog.text
