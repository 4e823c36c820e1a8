"""The store: files that are there, files that must be fetched, and everything that can go wrong on the way."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from data.support import PATIENT, QUICK, Server, head, remote, send

from nnplayground.data import hashes
from nnplayground.data.sources import SOURCES
from nnplayground.data.store import Cancelled, DataUnavailable, Store
from nnplayground.data.transfer import Transfer

CONTENT = bytes(range(256)) * 1200
PATH = "folder/toy.npz"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "datasets"


@pytest.fixture
def toy(server: Server, folder: Path) -> Store:
    """A store with one missing file, which the server can give."""
    server.serve(f"/{PATH}", CONTENT)
    return Store((folder,), folder, {"toy": (remote(PATH, CONTENT, server.url),)}, PATIENT)


def files_below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir())


def refused(store: Store, *words: str, name: str = "toy") -> str:
    with pytest.raises(DataUnavailable) as caught:
        store.obtain(name)
    message = str(caught.value)
    assert name in message
    for word in words:
        assert word in message
    return message


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


def test_the_table_names_kerass_own_files():
    assert set(SOURCES) == {"mnist", "fashion_mnist", "imdb", "reuters", "boston_housing"}
    for file in (f for files in SOURCES.values() for f in files):
        assert file.url.endswith("/" + file.name)
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
    refused(toy, str(path), "left as it is", "Move it away")
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


# --- downloads


def test_a_missing_file_is_downloaded_once(toy: Store, folder: Path, server: Server):
    heard = []
    assert toy.obtain("toy", heard.append) == (folder / PATH,)
    assert (folder / PATH).read_bytes() == CONTENT
    assert files_below(folder) == [PATH]
    assert [t.done for t in heard] == sorted(t.done for t in heard)
    assert (heard[0].done, heard[-1].done, heard[0].total, heard[0].name) == (0, len(CONTENT), len(CONTENT), "toy.npz")
    toy.obtain("toy")
    assert server.asked == [f"/{PATH}"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_others_may_read_what_was_downloaded(toy: Store, folder: Path):
    toy.obtain("toy")
    assert stat.S_IMODE((folder / PATH).stat().st_mode) == 0o644


def test_a_slow_server_is_waited_for_and_progress_is_seen_meanwhile(toy: Store, folder: Path, server: Server):
    server.in_halves(f"/{PATH}", CONTENT)
    seen = []

    def report(transfer: Transfer):
        seen.append(transfer.done)
        if transfer.done >= 100_000:
            assert not (folder / PATH).exists()
            server.go_on.set()

    toy.obtain("toy", report)
    assert (folder / PATH).read_bytes() == CONTENT
    assert any(0 < done < len(CONTENT) for done in seen)


def test_nothing_stands_under_the_final_name_before_the_end(toy: Store, folder: Path):
    def report(transfer: Transfer):
        assert not (folder / PATH).exists()

    toy.obtain("toy", report)
    assert (folder / PATH).exists()


def test_a_server_that_falls_silent(toy: Store, folder: Path, server: Server):
    server.in_halves(f"/{PATH}", CONTENT)
    refused(Store((folder,), folder, toy.sources, QUICK), "sent nothing for 0.2 seconds", 'source = "sample"')
    assert files_below(folder) == []


def test_a_server_that_never_answers(toy: Store, folder: Path, server: Server):
    server.answers[f"/{PATH}"] = lambda handler: server.go_on.wait(60)
    refused(Store((folder,), folder, toy.sources, QUICK), "sent nothing for 0.2 seconds")
    assert files_below(folder) == []


def test_a_server_that_breaks_off(toy: Store, folder: Path, server: Server):
    server.answers[f"/{PATH}"] = lambda handler: send(handler, CONTENT[:5000], claimed=len(CONTENT))
    refused(toy, "broke off")
    assert files_below(folder) == []


def test_a_server_that_breaks_off_without_saying_how_much_it_has(toy: Store, folder: Path, server: Server):
    def answer(handler: BaseHTTPRequestHandler):
        head(handler, None)
        handler.wfile.write(CONTENT[:5000])

    server.answers[f"/{PATH}"] = answer
    refused(toy, "broke off after 5,000 of")
    assert files_below(folder) == []


@pytest.mark.parametrize(
    ("content", "words"), [(CONTENT[:-1] + b"?", "sha256"), (CONTENT + b"?", "sends more"), (b"<html>log in</html>", "broke off after 19")]
)
def test_a_server_that_sends_something_else(toy: Store, folder: Path, server: Server, content: bytes, words: str):
    server.serve(f"/{PATH}", content)
    refused(toy, words)
    assert files_below(folder) == []


@pytest.mark.parametrize(("status", "words"), [(404, "404"), (500, "HTTP status 500"), (403, "HTTP status 403")])
def test_a_server_that_refuses(toy: Store, folder: Path, server: Server, status: int, words: str):
    server.answers[f"/{PATH}"] = lambda handler: head(handler, 0, status)
    message = refused(toy, words, f"{server.url}/{PATH}", str(folder / PATH))
    assert "Try again later" in message
    assert files_below(folder) == []


def test_no_network(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    refused(Store((folder,), folder, {"toy": (remote(PATH, CONTENT),)}), "no connection to 127.0.0.1", "toy.npz is not in")


def test_an_address_that_is_none(folder: Path):
    refused(Store((folder,), folder, {"toy": (remote(PATH, CONTENT, "nonsense://here"),)}), "could not be asked")


def test_a_download_that_is_called_off(toy: Store, folder: Path, server: Server):
    server.in_halves(f"/{PATH}", CONTENT)
    stop = threading.Event()

    def report(transfer: Transfer):
        if transfer.done:
            stop.set()

    with pytest.raises(Cancelled):
        toy.obtain("toy", report, stop.is_set)
    assert files_below(folder) == []


def test_called_off_before_it_begins(toy: Store, folder: Path, server: Server):
    with pytest.raises(Cancelled):
        toy.obtain("toy", cancelled=lambda: True)
    assert server.asked == []
    assert files_below(folder) == []


def test_called_off_at_the_last_byte(toy: Store, folder: Path):
    done = []
    with pytest.raises(Cancelled):
        toy.obtain("toy", lambda t: done.append(t.done), lambda: done[-1:] == [len(CONTENT)])
    assert files_below(folder) == []


# --- disks


def test_a_disk_without_room_is_said_before_the_download(toy: Store, server: Server, monkeypatch: pytest.MonkeyPatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    refused(toy, "disk is full", "1,000 are free")
    assert server.asked == []


def test_a_disk_that_fills_up_meanwhile(toy: Store, folder: Path):
    def report(transfer: Transfer):
        if transfer.done:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(DataUnavailable, match="the disk is full"):
        toy.obtain("toy", report)
    assert files_below(folder) == []


def test_a_folder_that_cannot_be_made(toy: Store, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    place = tmp_path / "file" / "datasets"
    refused(Store((place,), place, toy.sources), "cannot be written to")


def test_a_read_only_folder(toy: Store, folder: Path, monkeypatch: pytest.MonkeyPatch):
    def no(*args: object, **kwargs: object):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    folder.mkdir()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):  # an administrator may write everywhere, so refusing must be played
        monkeypatch.setattr("tempfile.NamedTemporaryFile", no)
    refused(toy, "cannot be written to", str(folder), "Permission denied")
    folder.chmod(0o700)
    assert files_below(folder) == []
