"""The data manager: how it stands with every set, downloads, verifying and removing."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from data.stores import files_below
from data.support import PATIENT, Server, Small, head, remote

from nnplayground.core.data_spec import default_data
from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.data.ledger import Ledger
from nnplayground.data.manager import Control, Manager, State, Transfer, megabytes
from nnplayground.data.partial import Partial
from nnplayground.data.registry import load
from nnplayground.data.store import Store


@pytest.fixture
def manager(small: Small, server: Server, folder: Path, tmp_path: Path) -> Manager:
    """Nothing is there yet; the server has everything."""
    for path, content in small.files.items():
        server.serve_ranges(f"/{path}", content)
    store = Store((folder,), folder, small.sources(server.url), PATIENT, tmp_path / "cache", Ledger(tmp_path / "ledger"))
    return Manager(store)


def put(manager: Manager, small: Small, name: str, folder: Path | None = None) -> list[Path]:
    """Files of a set that somebody else has put there."""
    paths = [(folder or manager.store.download_to) / path for path in small.sets[name]]
    for path, each in zip(paths, small.sets[name], strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(small.files[each])
    return paths


# --- statuses


def test_what_is_missing(manager: Manager, folder: Path):
    assert [s.name for s in manager.statuses()] == list(manager.names()) == ["mnist", "fashion_mnist", "boston_housing"]
    status = manager.status("fashion_mnist")
    assert (status.state, status.title, status.folder, status.done) == (State.MISSING, "Fashion-MNIST", folder / "fashion-mnist", 0)
    assert status.bytes == sum(file.bytes for file in manager.store.sources["fashion_mnist"])
    assert status.sentence == f"Not downloaded yet ({megabytes(status.bytes)}). A sample is built in."
    assert "MIT" in status.licence
    assert not folder.exists()  # looking changes nothing


def test_the_real_sets_say_where_they_come_from():
    manager = Manager(Store((Path("nowhere"),), Path("nowhere")))
    assert set(manager.names()) == set(manager.store.sources)
    statuses = manager.statuses()
    assert [s.name for s in statuses if not s.sample] == ["imdb", "reuters"]
    assert all(s.licence and s.origin and s.state is State.MISSING for s in statuses)
    assert statuses[0].sentence == "Not downloaded yet (11.5 MB). A sample is built in."


def test_an_unknown_set(manager: Manager):
    with pytest.raises(KeyError):
        manager.download("imdb")


def test_what_is_there_partly(manager: Manager, small: Small):
    put(manager, small, "fashion_mnist")[0].unlink()
    status = manager.status("fashion_mnist")
    assert status.state is State.PARTLY
    assert [file.state for file in status.files] == [State.MISSING, *[State.THERE] * 3]
    assert status.sentence.startswith(f"{megabytes(status.done)} of {megabytes(status.bytes)} are there; a download goes on from there.")


def test_an_unfinished_download_counts(manager: Manager):
    (file,) = manager.store.sources["mnist"]
    part = Partial.beside(manager.store.download_to / file.path, file)
    part.path.parent.mkdir(parents=True)
    part.path.write_bytes(b"x" * 1000)
    status = manager.status("mnist")
    assert (status.state, status.done, status.files[0].fetched) == (State.PARTLY, 1000, 1000)


@pytest.mark.parametrize("spoil", [Path.touch, lambda p: p.write_bytes(b"x" * 999)], ids=["empty", "other"])
def test_what_is_wrong(manager: Manager, folder: Path, spoil):
    folder.mkdir()
    spoil(folder / "mnist.npz")
    status = manager.status("mnist")
    assert status.state is State.WRONG
    assert str(folder / "mnist.npz") in status.sentence
    assert "instead of" in status.sentence


def test_what_cannot_be_read(manager: Manager, folder: Path):
    (folder / "mnist.npz").mkdir(parents=True)
    status = manager.status("mnist")
    assert status.state is State.UNREADABLE
    assert "not a readable file" in status.sentence


# --- download


def test_a_whole_set_is_downloaded_and_ours(manager: Manager, small: Small, folder: Path):
    heard: list[Transfer] = []
    outcome = manager.download("fashion_mnist", heard.append)
    assert outcome.message == f"The full set is there ({megabytes(outcome.status.bytes)})."
    assert outcome.status == manager.status("fashion_mnist")
    assert outcome.status.state is State.THERE
    assert all(file.ours for file in outcome.status.files)
    assert files_below(folder) == sorted(small.sets["fashion_mnist"])
    assert {t.name for t in heard} == {"fashion_mnist"}
    assert {t.total for t in heard} == {outcome.status.bytes}
    assert [t.done for t in heard] == sorted(t.done for t in heard)
    assert heard[-1].done == heard[-1].total


def test_only_what_is_missing_is_fetched(manager: Manager, small: Small, server: Server):
    paths = put(manager, small, "fashion_mnist")
    paths[2].unlink()
    heard: list[Transfer] = []
    status = manager.download("fashion_mnist", heard.append).status
    assert server.asked == [f"/{small.sets['fashion_mnist'][2]}"]
    assert heard[-1].total == status.files[2].bytes
    assert [file.ours for file in status.files] == [False, False, True, False]
    manager.download("fashion_mnist")
    assert len(server.asked) == 1


def test_a_wrong_file_is_set_aside_when_the_right_one_is_there(manager: Manager, small: Small, folder: Path):
    folder.mkdir()
    (folder / "mnist.npz").write_bytes(b"mine")
    outcome = manager.download("mnist")
    (aside,) = (p for p in files_below(folder) if p != "mnist.npz")
    assert (folder / aside).read_bytes() == b"mine"
    assert str(folder / aside) in outcome.message
    assert outcome.status.state is State.THERE
    assert (folder / "mnist.npz").read_bytes() == small.files["mnist.npz"]


def test_a_wrong_file_stays_where_it_is_when_the_download_fails(manager: Manager, server: Server, folder: Path):
    folder.mkdir()
    (folder / "mnist.npz").write_bytes(b"mine")
    server.answers["/mnist.npz"] = lambda handler: head(handler, 0, 404)
    with pytest.raises(DataUnavailable, match=r"mnist: Downloading it failed: .*\(404\)"):
        manager.download("mnist")
    assert files_below(folder) == ["mnist.npz"]


def test_a_folder_in_the_way_is_set_aside(manager: Manager, folder: Path):
    (folder / "mnist.npz").mkdir(parents=True)
    (folder / "mnist.npz" / "diary").write_text("dear")
    assert manager.download("mnist").status.state is State.THERE
    assert (folder / "mnist-wrong-unreadable.npz" / "diary").read_text() == "dear"


def test_called_off_and_gone_on_with(manager: Manager, small: Small, server: Server):
    control = Control()
    first = len(small.files[small.sets["fashion_mnist"][0]])

    def report(transfer: Transfer):
        if transfer.done > first:  # in the second of four
            control.cancel()

    with pytest.raises(Cancelled):
        manager.download("fashion_mnist", report, control)
    assert manager.status("fashion_mnist").state is State.PARTLY
    manager.download("fashion_mnist")
    assert server.asked.count(f"/{small.sets['fashion_mnist'][0]}") == 1
    assert manager.status("fashion_mnist").state is State.THERE


def test_what_the_manager_fetches_is_loaded(manager: Manager):
    manager.download("mnist")
    loaded = load(default_data("mnist"), 1, manager.store)
    assert len(loaded.train) == 60


# --- verify


def test_bytes_that_have_rotten_are_found(manager: Manager, small: Small):
    """Same size, same date: only reading finds out."""
    (path,) = put(manager, small, "mnist")
    assert manager.status("mnist").state is State.THERE
    stat = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert manager.status("mnist").state is State.THERE  # as it was remembered
    heard: list[Transfer] = []
    outcome = manager.verify("mnist", heard.append)
    assert outcome.status.state is State.WRONG
    assert "sha256 is wrong" in outcome.message
    assert heard[-1] == Transfer("mnist", len(content), len(content), None)
    assert manager.status("mnist").state is State.WRONG


def test_verifying_what_is_right(manager: Manager, small: Small):
    put(manager, small, "fashion_mnist")
    outcome = manager.verify("fashion_mnist")
    assert outcome.message == f"Read and compared: 4 files. The full set is there ({megabytes(outcome.status.bytes)})."


def test_verifying_nothing(manager: Manager):
    assert manager.verify("mnist").message.startswith("There is nothing to verify yet. Not downloaded yet")


def test_verifying_can_be_called_off(manager: Manager, small: Small):
    put(manager, small, "mnist")
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        manager.verify("mnist", control=control)


def test_verifying_what_cannot_be_read(manager: Manager, folder: Path):
    (folder / "mnist.npz").mkdir(parents=True)
    assert manager.verify("mnist").status.state is State.UNREADABLE


# --- remove


def test_what_is_ours_is_removed(manager: Manager, small: Small, folder: Path, tmp_path: Path):
    manager.download("fashion_mnist")
    manager.download("mnist")
    outcome = manager.remove("fashion_mnist")
    assert outcome.message == "Removed: 4 files."
    assert outcome.status.state is State.MISSING
    assert files_below(folder) == ["mnist.npz"]
    assert len(files_below(tmp_path / "ledger")) == 1


def test_what_is_keras_is_left_unless_it_is_asked_for(manager: Manager, small: Small, folder: Path):
    (path,) = put(manager, small, "mnist")
    outcome = manager.remove("mnist")
    assert str(path) in outcome.message
    assert "has not put them there" in outcome.message
    assert outcome.status.state is State.THERE
    assert manager.remove("mnist", others=True).status.state is State.MISSING
    assert files_below(folder) == []


def test_a_file_that_somebody_has_replaced_is_no_longer_ours(manager: Manager, folder: Path):
    manager.download("mnist")
    (folder / "mnist.npz").write_bytes(b"mine")
    manager.remove("mnist")
    assert (folder / "mnist.npz").read_bytes() == b"mine"


def test_what_a_download_left_and_what_was_prepared_go_too(manager: Manager, folder: Path, tmp_path: Path):
    (file,) = manager.store.sources["mnist"]
    part = Partial.beside(folder / file.path, file)
    folder.mkdir()
    part.path.write_bytes(b"x")
    (tmp_path / "cache").mkdir()
    for name in ("mnist-0123-1.npz", "imdb-0123-1.npz"):
        (tmp_path / "cache" / name).write_bytes(b"x")
    outcome = manager.remove("mnist")
    assert outcome.message == "There was nothing of nnplayground's to remove."
    assert files_below(folder) == []
    assert files_below(tmp_path / "cache") == ["imdb-0123-1.npz"]


def test_a_file_that_cannot_be_removed(manager: Manager, folder: Path):
    (folder / "mnist.npz").mkdir(parents=True)
    with pytest.raises(DataUnavailable, match=r"mnist: .*mnist\.npz cannot be removed"):
        manager.remove("mnist", others=True)


def test_removing_in_every_folder(manager: Manager, small: Small, folder: Path, tmp_path: Path):
    put(manager, small, "mnist")
    (other,) = put(manager, small, "mnist", tmp_path / "keras")
    both = Manager(replace(manager.store, folders=(folder, tmp_path / "keras")))
    assert both.remove("mnist", others=True).message == "Removed: 2 files."
    assert not other.exists()


# --- two at once


def test_two_managers_fetch_a_set_once(manager: Manager, small: Small, server: Server):
    content = small.files["mnist.npz"]
    server.in_halves("/mnist.npz", content)
    half = threading.Event()
    worker = threading.Thread(target=manager.download, args=("mnist", lambda t: t.done >= len(content) // 2 and half.set()))
    worker.start()
    assert half.wait(30)
    heard: list[Transfer] = []

    def report(transfer: Transfer):
        heard.append(transfer)
        server.go_on.set()

    assert manager.download("mnist", report).status.state is State.THERE
    worker.join(30)
    assert heard[0].done >= len(content) // 2
    assert server.asked == ["/mnist.npz"]


def test_sizes_in_words():
    assert [megabytes(n) for n in (0, 5_148, 99_999, 100_000, 11_490_434, 2_000_000_000)] == [
        "0 kB", "5 kB", "100 kB", "0.1 MB", "11.5 MB", "2,000.0 MB",
    ]  # fmt: skip


def test_no_sample_no_word_of_it(texts: Small, folder: Path):
    manager = Manager(Store((folder,), folder, {"imdb": tuple(remote(p, texts.files[p]) for p in texts.sets["imdb"])}))
    assert manager.status("imdb").sentence.endswith("kB).")
