"""Downloads that go on: after a break, a pause, a cancel, the end of a process; and two at the same time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from data.stores import CONTENT, PATH, files_below, partial, refused
from data.support import QUICK, Server, head

from nnplayground.data.download import download
from nnplayground.data.partial import Version
from nnplayground.data.store import Cancelled, Control, Store
from nnplayground.data.transfer import Meter, Transfer, unreported

HALF = len(CONTENT) // 2
URL = f"/{PATH}"


def leave(store: Store, content: bytes = CONTENT[:HALF], mark: str | None = '"one"') -> None:
    """What an earlier download has left, of the version `mark`; None: of nobody knows which."""
    (file,) = store.sources["toy"]
    part = partial(store)
    part.path.parent.mkdir(parents=True, exist_ok=True)
    part.begin(Version(file.url, mark) if mark is not None else None)
    part.path.write_bytes(content)


def ranges(server: Server) -> list[str | None]:
    return [headers.get("Range") for headers in server.headers]


# --- going on


def test_breaks_are_bridged(toy: Store, folder: Path, server: Server):
    server.serve_ranges(URL, CONTENT, breaks_at=(50_000, 120_000, 200_000), ETag='"one"')
    heard: list[Transfer] = []
    toy.obtain("toy", heard.append)
    assert (folder / PATH).read_bytes() == CONTENT
    assert ranges(server) == [None, "bytes=50000-", "bytes=120000-", "bytes=200000-"]
    assert [headers.get("If-Range") for headers in server.headers] == [None, *['"one"'] * 3]
    assert [t.done for t in heard] == sorted(t.done for t in heard)
    assert files_below(folder) == [PATH]


def test_breaks_are_bridged_five_times_and_then_told(toy: Store, server: Server):
    server.serve_ranges(URL, CONTENT, breaks_at=(1000, 2000, 3000, 4000, 5000, 6000))
    refused(toy, "broke off after 5,000", "The 5,000 bytes that came are kept: the next download goes on from there.")
    toy.obtain("toy")
    assert ranges(server)[-2:] == ["bytes=5000-", "bytes=6000-"]


@pytest.mark.parametrize("mark", ['"one"', "Sun, 22 Nov 2026 08:00:00 GMT"])
def test_the_rest_is_asked_for_of_the_same_version(toy: Store, folder: Path, server: Server, mark: str):
    server.serve_ranges(URL, CONTENT, **({"ETag": mark} if mark.startswith('"') else {"Last_Modified": mark}))
    leave(toy, mark=mark)
    heard: list[Transfer] = []
    toy.obtain("toy", heard.append)
    assert server.headers[0]["If-Range"] == mark
    assert ranges(server) == [f"bytes={HALF}-"]
    assert heard[0].done == HALF
    assert files_below(folder) == [PATH]
    assert (folder / PATH).read_bytes() == CONTENT


def test_a_weak_mark_promises_nothing(toy: Store, server: Server):
    server.serve_ranges(URL, CONTENT, breaks_at=(50_000,), ETag='W/"one"')
    toy.obtain("toy")
    assert ranges(server) == [None, "bytes=50000-"]
    assert "If-Range" not in server.headers[1]


def test_another_version_begins_anew(toy: Store, folder: Path, server: Server):
    server.serve_ranges(URL, CONTENT, ETag='"two"')
    leave(toy, b"?" * HALF)
    heard: list[Transfer] = []
    toy.obtain("toy", heard.append)
    assert heard[0].done == 0
    assert len(server.asked) == 1
    assert (folder / PATH).read_bytes() == CONTENT


def test_a_server_that_passes_over_if_range_and_has_another_version(toy: Store, folder: Path, server: Server):
    def answer(handler: BaseHTTPRequestHandler):
        start = HALF if handler.headers.get("Range") else 0
        handler.send_response(206 if start else 200)
        handler.send_header("ETag", '"two"')
        handler.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
        handler.end_headers()
        handler.wfile.write(CONTENT[start:])

    server.answers[URL] = answer
    leave(toy, b"?" * HALF)
    toy.obtain("toy")
    assert ranges(server) == [f"bytes={HALF}-", None]
    assert (folder / PATH).read_bytes() == CONTENT


def test_a_server_that_cannot_go_on_begins_anew(toy: Store, folder: Path, server: Server):
    leave(toy)
    toy.obtain("toy")
    assert ranges(server) == [f"bytes={HALF}-"]
    assert (folder / PATH).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "content_range", ["bytes 0-9/307200", f"bytes {HALF}-307199/999", f"bytes {HALF}-", "", "nonsense", f"bytes {HALF}-307199/307200"]
)
def test_a_partial_answer_that_is_none(toy: Store, folder: Path, server: Server, content_range: str):
    """The last one is right but for what it sends: the hash finds out."""

    def answer(handler: BaseHTTPRequestHandler):
        if handler.headers.get("Range"):
            handler.send_response(206)
            handler.send_header("Content-Range", content_range)
            handler.end_headers()
            handler.wfile.write(b"?" * HALF)
        else:
            head(handler, len(CONTENT))
            handler.wfile.write(CONTENT)

    server.answers[URL] = answer
    leave(toy, mark="")
    toy.obtain("toy")
    assert ranges(server) == [f"bytes={HALF}-", None]
    assert files_below(folder) == [PATH]
    assert (folder / PATH).read_bytes() == CONTENT


def test_a_range_that_the_server_does_not_have(toy: Store, folder: Path, server: Server):
    def answer(handler: BaseHTTPRequestHandler):
        if handler.headers.get("Range"):
            head(handler, 0, 416)
        else:
            head(handler, len(CONTENT))
            handler.wfile.write(CONTENT)

    server.answers[URL] = answer
    leave(toy)
    toy.obtain("toy")
    assert len(server.asked) == 2
    assert (folder / PATH).read_bytes() == CONTENT


@pytest.mark.parametrize("left", [CONTENT[:HALF], b"?" * HALF, b"?" * len(CONTENT), b"?" * 999_999, b""], ids=range(5))
def test_whatever_was_left_by_nobody_knows_whom_ends_well(toy: Store, folder: Path, server: Server, left: bytes):
    server.serve_ranges(URL, CONTENT, ETag='"one"')
    leave(toy, left, mark=None)
    toy.obtain("toy")
    assert (folder / PATH).read_bytes() == CONTENT
    assert files_below(folder) == [PATH]


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b'{"url": 3}', b"\xff", b"[" * 100_000])
def test_a_damaged_note_about_the_part_does_no_harm(toy: Store, folder: Path, server: Server, note: bytes):
    server.serve_ranges(URL, CONTENT, ETag='"one"')
    leave(toy)
    part = partial(toy).path
    part.with_name(part.name + ".json").write_bytes(note)
    toy.obtain("toy")
    assert ranges(server) == [f"bytes={HALF}-"]
    assert files_below(folder) == [PATH]


def test_a_whole_part_needs_no_network(toy: Store, folder: Path, server: Server):
    leave(toy, CONTENT)
    toy.obtain("toy")
    assert server.asked == []
    assert files_below(folder) == [PATH]


def test_only_what_is_missing_must_find_room(toy: Store, server: Server, monkeypatch: pytest.MonkeyPatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=HALF))
    refused(toy, "the disk is full")
    leave(toy)
    toy.obtain("toy")


# --- pause and cancel


def steered(store: Store, report=unreported, control: Control | None = None, timeouts=None) -> Path:
    (file,) = store.sources["toy"]
    target = store.download_to / PATH
    download(file, target, report, control or Control(), timeouts or store.timeouts)
    return target


def test_a_pause_holds_and_resume_goes_on(toy: Store, server: Server):
    server.in_halves(URL, CONTENT)
    control = Control()
    heard: list[Transfer] = []
    held = threading.Event()

    def report(transfer: Transfer):
        heard.append(transfer)
        if transfer.done == HALF and not held.is_set():
            control.pause()
            held.set()

    worker = threading.Thread(target=steered, args=(toy, report, control))
    worker.start()
    assert held.wait(30)
    server.go_on.set()
    worker.join(0.3)
    assert worker.is_alive()
    assert control.paused
    assert heard[-1].done == HALF
    control.resume()
    worker.join(30)
    assert not worker.is_alive()
    assert heard[-1].done == len(CONTENT)
    assert heard[-1].speed is None or heard[-1].speed > 0
    assert len(server.asked) == 1


def test_a_pause_that_outlasts_the_connection(toy: Store, server: Server):
    """The server ends it meanwhile; the rest comes in a new one."""
    server.serve_ranges(URL, CONTENT, breaks_at=(HALF,), ETag='"one"')
    control = Control()

    def report(transfer: Transfer):
        if 0 < transfer.done <= HALF and len(server.asked) == 1:
            control.pause()
            threading.Timer(0.2, control.resume).start()

    assert steered(toy, report, control).read_bytes() == CONTENT
    assert ranges(server) == [None, f"bytes={HALF}-"]


def test_a_cancel_is_heard_in_a_pause(toy: Store, folder: Path, server: Server):
    control = Control()
    control.pause()
    threading.Timer(0.1, control.cancel).start()
    with pytest.raises(Cancelled):
        steered(toy, control=control)
    assert server.asked == []
    assert not control.paused
    assert files_below(folder) == []


def test_a_callable_is_heard_in_a_pause():
    stop = threading.Event()
    control = Control(stop.is_set)
    control.pause()
    threading.Timer(0.1, stop.set).start()
    with pytest.raises(Cancelled, match="x"):
        control.check("x")


def test_a_cancel_does_not_wait_for_a_silent_server(toy: Store, server: Server):
    """The connection is ended from the other thread."""
    server.in_halves(URL, CONTENT)
    control = Control()

    def report(transfer: Transfer):
        if transfer.done == HALF:
            threading.Timer(0.1, control.cancel).start()

    start = time.monotonic()
    with pytest.raises(Cancelled):
        steered(toy, report, control)
    assert time.monotonic() - start < toy.timeouts.read / 2  # the server would have been waited for
    assert partial(toy).bytes == HALF


# --- processes

FETCH = """
import sys
from pathlib import Path
from nnplayground.data.sources import RemoteFile
from nnplayground.data.store import Store
url, folder, sha256, size, path = sys.argv[1:]
store = Store((Path(folder),), Path(folder), {"toy": (RemoteFile(path, url, sha256, int(size)),)})
def report(transfer):
    print(transfer.done, flush=True)
store.obtain("toy", report)
"""


def process(store: Store) -> subprocess.Popen[str]:
    (file,) = store.sources["toy"]
    arguments = (file.url, str(store.download_to), file.sha256, str(file.bytes), PATH)
    return subprocess.Popen([sys.executable, "-c", FETCH, *arguments], stdout=subprocess.PIPE, text=True, env={**os.environ})


def heard(running: subprocess.Popen[str], done: int) -> None:
    """Wait until the process says that it has so much."""
    assert running.stdout is not None
    for line in running.stdout:
        if int(line) >= done:
            return
    pytest.fail(f"the process ended before it had {done} bytes")


def test_a_process_that_was_killed_leaves_what_it_had(toy: Store, folder: Path, server: Server):
    server.in_halves(URL, CONTENT)
    with process(toy) as running:
        heard(running, HALF)
        running.kill()
    server.go_on.set()
    assert partial(toy).bytes == HALF
    server.serve_ranges(URL, CONTENT)
    toy.obtain("toy")
    assert ranges(server) == [None, f"bytes={HALF}-"]
    assert files_below(folder) == [PATH]


def test_two_processes_fetch_a_file_once(toy: Store, folder: Path, server: Server):
    server.in_halves(URL, CONTENT)
    with process(toy) as running:
        heard(running, HALF)
        seen = []

        def report(transfer: Transfer):
            seen.append(transfer.done)
            server.go_on.set()

        toy.obtain("toy", report)
        assert running.wait(30) == 0
    assert seen[0] == HALF  # how far the other is
    assert server.asked == [URL]
    assert files_below(folder) == [PATH]


def test_who_waits_for_another_can_be_called_off(toy: Store, server: Server):
    server.in_halves(URL, CONTENT)
    started = threading.Event()
    worker = threading.Thread(target=steered, args=(toy, lambda t: t.done == HALF and started.set()))
    worker.start()
    assert started.wait(30)
    control = Control()
    with pytest.raises(Cancelled):
        steered(toy, lambda t: control.cancel(), control)
    server.go_on.set()
    worker.join(30)
    assert server.asked == [URL]


def test_who_waits_takes_over_from_one_that_fails(toy: Store, folder: Path, server: Server):
    server.in_halves(URL, CONTENT)
    started, failed = threading.Event(), []

    def fails():
        control = Control()
        try:
            steered(toy, lambda t: t.done == HALF and (started.set(), control.cancel()), control)
        except Cancelled as error:
            failed.append(error)

    worker = threading.Thread(target=fails)
    worker.start()
    assert started.wait(30)
    server.serve_ranges(URL, CONTENT)
    server.go_on.set()
    toy.obtain("toy")
    worker.join(30)
    assert failed
    assert ranges(server) == [None, f"bytes={HALF}-"]


def test_silence_after_a_break(toy: Store, server: Server):
    """Half a file, then nothing: asked again, and again nothing."""
    server.in_halves(URL, CONTENT)
    refused(replace(toy, timeouts=QUICK), "sent nothing")
    assert len(server.asked) == 2


# --- speed


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_speed_and_time_left():
    heard: list[Transfer] = []
    clock = Clock()
    meter = Meter("a", 1000, heard.append, clock)
    meter.begin(100)
    assert heard[-1] == Transfer("a", 100, 1000)
    assert heard[-1].seconds_left is None
    clock.now = 0.1
    meter(500)
    assert heard[-1].speed is None  # too short to say
    clock.now = 2.0
    meter(300)
    assert heard[-1].speed == 100
    assert heard[-1].seconds_left == 7


def test_speed_follows_the_network_and_does_not_count_a_pause():
    heard: list[Transfer] = []
    clock = Clock()
    meter = Meter("a", 100_000, heard.append, clock)
    for second in range(10):  # 1000 a second, then 100
        clock.now = second
        meter(second * 1000)
    assert heard[-1].speed == 1000
    for second in range(10, 20):
        clock.now = second
        meter(9000 + (second - 9) * 100)
    assert heard[-1].speed == 100
    clock.now = 1000
    meter.begin(10_000)
    assert heard[-1].speed is None
    clock.now = 1001
    meter(10_500)
    assert heard[-1].speed == 500


def test_a_standstill_has_no_end():
    heard: list[Transfer] = []
    clock = Clock()
    meter = Meter("a", 1000, heard.append, clock)
    meter(10)
    clock.now = 3
    meter(10)
    assert (heard[-1].speed, heard[-1].seconds_left) == (0, None)
