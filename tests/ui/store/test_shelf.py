"""The shelf: what is known of every set, and work on it that never holds up the window."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from data.support import Server, Small
from pytestqt.qtbot import QtBot

from nnplayground.data.manager import Control, Manager, State
from nnplayground.data.store import Store
from nnplayground.data.transfer import Report
from nnplayground.ui.store.errands import Errands
from nnplayground.ui.store.shelf import Doing, Shelf


def waits(qtbot: QtBot, shelf: Shelf, name: str, doing: Doing) -> None:
    qtbot.waitUntil(lambda: shelf.entry(name).doing is doing)


def half_there(qtbot: QtBot, shelf: Shelf, name: str) -> None:
    """Wait until a server that sends halves has sent the first."""
    qtbot.waitUntil(lambda: (moved := shelf.entry(name).transfer) is not None and moved.done > 0)


def test_nothing_is_known_until_somebody_looks(qtbot: QtBot, shelf: Shelf, store: Store, small: Small) -> None:
    assert shelf.names == ("mnist", "fashion_mnist", "boston_housing")
    assert all(shelf.entry(name).status is None for name in shelf.names)
    store.download_to.mkdir()
    (store.download_to / "mnist.npz").write_bytes(small.files["mnist.npz"])
    (store.download_to / "boston_housing.npz").write_bytes(b"wrong")
    shelf.look()
    qtbot.waitUntil(lambda: shelf.entry("boston_housing").status is not None)
    states = [status.state for name in shelf.names if (status := shelf.entry(name).status)]
    assert states == [State.THERE, State.MISSING, State.WRONG]


def test_downloads_queue_up_and_come_one_after_the_other(qtbot: QtBot, shelf: Shelf, store: Store, server: Server, small: Small) -> None:
    came: list[str] = []
    shelf.completed.connect(came.append)
    server.in_halves("/mnist.npz", small.files["mnist.npz"])
    shelf.download_all()
    half_there(qtbot, shelf, "mnist")
    assert [shelf.entry(name).doing for name in shelf.names] == [Doing.DOWNLOADING, Doing.QUEUED, Doing.QUEUED]
    assert [entry.info.name for entry in shelf.fetching] == list(shelf.names)
    shelf.download("mnist")  # asked for twice, fetched once
    server.go_on.set()
    qtbot.waitUntil(lambda: len(came) == 3)
    assert came == list(shelf.names)
    assert server.asked.count("/mnist.npz") == 1
    assert not shelf.fetching
    assert all((store.download_to / path).read_bytes() == content for path, content in small.files.items())


def test_a_paused_download_goes_on_where_it_was(qtbot: QtBot, shelf: Shelf, server: Server, small: Small) -> None:
    server.in_halves("/mnist.npz", small.files["mnist.npz"])
    shelf.download("mnist")
    half_there(qtbot, shelf, "mnist")
    shelf.pause("mnist")
    assert shelf.entry("mnist").doing is Doing.PAUSED
    server.go_on.set()
    shelf.resume("mnist")
    assert shelf.entry("mnist").doing is Doing.DOWNLOADING
    waits(qtbot, shelf, "mnist", Doing.NOTHING)
    assert shelf.entry("mnist").complete
    assert server.asked == ["/mnist.npz"]


def test_a_paused_download_makes_way_for_the_next(qtbot: QtBot, shelf: Shelf, server: Server, small: Small) -> None:
    server.in_halves("/mnist.npz", small.files["mnist.npz"])
    shelf.download("mnist")
    half_there(qtbot, shelf, "mnist")
    shelf.pause("mnist")
    shelf.download("boston_housing")
    server.serve_ranges("/mnist.npz", small.files["mnist.npz"])
    server.go_on.set()
    qtbot.waitUntil(lambda: shelf.entry("boston_housing").complete)
    assert shelf.entry("mnist").doing is Doing.PAUSED
    shelf.resume("mnist")
    qtbot.waitUntil(lambda: shelf.entry("mnist").complete)
    assert server.headers[-1]["Range"].startswith("bytes=")


def test_one_that_waits_can_be_paused_too(qtbot: QtBot, shelf: Shelf, server: Server, small: Small) -> None:
    server.in_halves("/mnist.npz", small.files["mnist.npz"])
    shelf.download_all()
    half_there(qtbot, shelf, "mnist")
    shelf.pause("fashion_mnist")
    server.go_on.set()
    qtbot.waitUntil(lambda: shelf.entry("boston_housing").complete)
    assert shelf.entry("fashion_mnist").doing is Doing.PAUSED
    shelf.download_all()
    qtbot.waitUntil(lambda: shelf.entry("fashion_mnist").complete)


def test_what_is_cancelled_stops_at_once_and_goes_on_later(qtbot: QtBot, shelf: Shelf, store: Store, server: Server, small: Small) -> None:
    content = small.files["mnist.npz"]
    server.in_halves("/mnist.npz", content)
    shelf.download("mnist")
    shelf.download("boston_housing")
    half_there(qtbot, shelf, "mnist")
    shelf.cancel("boston_housing")
    shelf.cancel("mnist")
    assert not shelf.fetching
    qtbot.waitUntil(lambda: (status := shelf.entry("mnist").status) is not None and status.state is State.PARTLY)
    server.serve_ranges("/mnist.npz", content)
    shelf.download("mnist")
    qtbot.waitUntil(lambda: shelf.entry("mnist").complete)
    assert (store.download_to / "mnist.npz").read_bytes() == content
    assert int(server.headers[-1]["Range"].removeprefix("bytes=").removesuffix("-")) > 0
    assert "/boston_housing.npz" not in server.asked


def test_a_paused_download_can_be_cancelled(qtbot: QtBot, shelf: Shelf, store: Store, server: Server, small: Small) -> None:
    server.in_halves("/mnist.npz", small.files["mnist.npz"])
    shelf.download("mnist")
    half_there(qtbot, shelf, "mnist")
    shelf.pause("mnist")
    shelf.cancel("mnist")
    assert not shelf.fetching
    server.go_on.set()
    shelf.download("boston_housing")  # the thread is free again
    qtbot.waitUntil(lambda: shelf.entry("boston_housing").complete)
    assert not shelf.entry("mnist").complete
    assert not (store.download_to / "mnist.npz").exists()


def test_a_check_can_be_cancelled(qtbot: QtBot, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    began: list[Control] = []

    def endless(_self: Manager, name: str, _report: Report, control: Control) -> None:
        began.append(control)
        control.wait(30)
        control.check(name)

    monkeypatch.setattr(Manager, "verify", endless)
    shelf.verify("mnist")
    qtbot.waitUntil(lambda: bool(began))
    assert shelf.entry("mnist").doing is Doing.CHECKING
    shelf.cancel("mnist")
    assert shelf.entry("mnist").doing is Doing.NOTHING
    qtbot.waitUntil(lambda: shelf.entry("mnist").status is not None)  # the thread looks again
    assert shelf.entry("mnist").message == ""


def test_what_goes_wrong_is_said_and_the_next_download_comes(qtbot: QtBot, shelf: Shelf, server: Server) -> None:
    del server.answers["/mnist.npz"]
    shelf.download_all()
    qtbot.waitUntil(lambda: shelf.entry("boston_housing").complete)
    entry = shelf.entry("mnist")
    assert (entry.doing, entry.tone) == (Doing.NOTHING, "error")
    assert "404" in entry.message
    assert not entry.message.startswith("mnist:")  # its row says which set
    del server.answers["/boston_housing.npz"]
    shelf.download("mnist")
    assert shelf.entry("mnist").message == ""
    waits(qtbot, shelf, "mnist", Doing.NOTHING)


def test_what_was_said_goes_when_it_is_no_longer_so(qtbot: QtBot, shelf: Shelf, store: Store, server: Server, small: Small) -> None:
    del server.answers["/mnist.npz"]
    shelf.look()
    shelf.download("mnist")
    qtbot.waitUntil(lambda: "404" in shelf.entry("mnist").message)
    shelf.look()
    qtbot.waitUntil(lambda: not shelf._looking)
    assert "404" in shelf.entry("mnist").message  # looking alone changes nothing
    (store.download_to / "mnist.npz").write_bytes(small.files["mnist.npz"])
    shelf.look()
    qtbot.waitUntil(lambda: shelf.entry("mnist").complete)
    assert shelf.entry("mnist").message == ""


def test_closing_calls_off_and_keeps_what_came(qtbot: QtBot, shelf: Shelf, store: Store, server: Server, small: Small) -> None:
    server.in_halves("/mnist.npz", small.files["mnist.npz"])
    shelf.download_all()
    half_there(qtbot, shelf, "mnist")
    began = time.monotonic()
    shelf.close()
    assert time.monotonic() - began < 5
    mnist, fashion, _boston = Manager(store).statuses()
    assert 0 < mnist.done < mnist.bytes
    assert fashion.state is State.MISSING
    shelf.download("boston_housing")  # nobody listens any more
    assert not (store.download_to / "boston_housing.npz").exists()


def test_the_window_hears_of_a_download_ten_times_a_second_at_most(qtbot: QtBot, shelf: Shelf, server: Server) -> None:
    heard: list[str] = []
    shelf.changed.connect(lambda name: heard.append(name) if name == "fashion_mnist" else None)  # the others are only looked at
    began = time.monotonic()
    shelf.download("fashion_mnist")
    qtbot.waitUntil(lambda: shelf.entry("fashion_mnist").complete)
    assert len(heard) <= 4 + (time.monotonic() - began) / 0.1


def test_the_window_lives_while_files_are_read(qtbot: QtBot, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    held, threads = threading.Event(), []

    def slow(_self: Manager) -> tuple[()]:
        threads.append(threading.get_ident())
        assert held.wait(10)
        return ()

    monkeypatch.setattr(Manager, "statuses", slow)
    shelf.look()
    qtbot.waitUntil(lambda: len(threads) == 1)  # the event loop runs meanwhile
    for _ in range(3):
        shelf.look()  # while one look is under way
    held.set()
    qtbot.waitUntil(lambda: not shelf._looking)
    assert threading.get_ident() not in threads
    assert len(threads) == 2  # the one after it has seen what may have changed meanwhile


def test_unforeseen_trouble_is_said_and_the_thread_lives(qtbot: QtBot, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(Manager, "verify", broken)
    shelf.verify("mnist")
    waits(qtbot, shelf, "mnist", Doing.NOTHING)
    assert "RuntimeError: a mistake" in shelf.entry("mnist").message
    monkeypatch.undo()
    shelf.verify("mnist")
    waits(qtbot, shelf, "mnist", Doing.NOTHING)
    assert "nothing to verify" in shelf.entry("mnist").message


def test_errands_that_are_given_after_the_end_are_not_done(qtbot: QtBot, tmp_path: Path) -> None:
    errands = Errands("test")
    answers: list[object] = []
    errands.do(lambda: 1, lambda result, _error: answers.append(result))
    qtbot.waitUntil(lambda: answers == [1])
    errands.close()
    errands.do((tmp_path / "done").touch, lambda result, _error: answers.append(result))
    assert not (tmp_path / "done").exists()
    assert answers == [1]
