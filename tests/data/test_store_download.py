"""Downloads: what servers, networks and disks do wrong, what is said of it, and what is left behind."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import socket
import stat
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from data.stores import CONTENT, PATH, at, files_below, mirrored, partial, redirect, refused
from data.support import QUICK, Server, head, send

from nnplayground.data.store import Cancelled, Store
from nnplayground.data.transfer import Transfer

# --- what goes well


def test_a_missing_file_is_downloaded_once(toy: Store, folder: Path, server: Server):
    heard: list[Transfer] = []
    assert toy.obtain("toy", heard.append) == (folder / PATH,)
    assert (folder / PATH).read_bytes() == CONTENT
    assert files_below(folder) == [PATH]
    assert [t.done for t in heard] == sorted(t.done for t in heard)
    assert (heard[0].done, heard[-1].done, heard[0].total, heard[0].name) == (0, len(CONTENT), len(CONTENT), "toy.npz")
    toy.obtain("toy")
    assert server.asked == [f"/{PATH}"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_others_may_read_what_was_downloaded(toy: Store, folder: Path):
    before = os.umask(0o077)
    try:
        toy.obtain("toy")
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / PATH).stat().st_mode) == 0o644


def test_a_slow_server_is_waited_for_and_progress_is_seen_meanwhile(toy: Store, folder: Path, server: Server):
    server.in_halves(f"/{PATH}", CONTENT)
    seen = []

    def report(transfer: Transfer):
        seen.append(transfer.done)
        assert not (folder / PATH).exists()
        if transfer.done >= 100_000:
            server.go_on.set()

    toy.obtain("toy", report)
    assert (folder / PATH).read_bytes() == CONTENT
    assert any(0 < done < len(CONTENT) for done in seen)


def test_what_drips_in_is_reported_at_once(toy: Store, server: Server):
    def answer(handler: BaseHTTPRequestHandler):
        head(handler, len(CONTENT))
        handler.wfile.write(CONTENT[:10])
        server.go_on.wait(60)
        handler.wfile.write(CONTENT[10:])

    server.answers[f"/{PATH}"] = answer

    def report(transfer: Transfer):
        if transfer.done == 10:  # the server waits for this
            server.go_on.set()

    toy.obtain("toy", report)
    assert server.go_on.is_set()


def test_a_redirect_is_followed(toy: Store, folder: Path, server: Server):
    server.answers[f"/{PATH}"] = lambda handler: redirect(handler, "/elsewhere")
    server.serve("/elsewhere", CONTENT)
    assert toy.obtain("toy") == (folder / PATH,)
    assert server.asked == [f"/{PATH}", "/elsewhere"]


def test_a_server_that_packs_although_it_was_not_asked_to(toy: Store, folder: Path, server: Server):
    server.answers[f"/{PATH}"] = lambda handler: packed(handler, gzip.compress(CONTENT))
    toy.obtain("toy")
    assert (folder / PATH).read_bytes() == CONTENT


def test_a_packed_file_that_is_called_packed_stays_packed(folder: Path, server: Server):
    content = gzip.compress(CONTENT)
    server.answers[f"/{PATH}"] = lambda handler: packed(handler, content)
    at(folder, server.url, content=content).obtain("toy")
    assert (folder / PATH).read_bytes() == content


def test_a_server_that_packs_nonsense(toy: Store, folder: Path, server: Server):
    server.answers[f"/{PATH}"] = lambda handler: packed(handler, b"not packed at all")
    refused(toy, "cannot be unpacked")
    assert files_below(folder) == []


def packed(handler: BaseHTTPRequestHandler, content: bytes):
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


# --- servers


def test_a_server_that_falls_silent(folder: Path, server: Server):
    server.in_halves(f"/{PATH}", CONTENT)
    store = at(folder, server.url, QUICK)
    message = refused(store, "sent nothing for 0.2 seconds", 'source = "sample"', f"The {len(CONTENT) // 2:,} bytes that came are kept")
    assert message.count("sent nothing") == 1
    assert partial(store).bytes == len(CONTENT) // 2
    assert not (folder / PATH).exists()


def test_a_server_that_never_answers(folder: Path, server: Server):
    server.answers[f"/{PATH}"] = lambda handler: server.go_on.wait(60)
    assert "are kept" not in refused(at(folder, server.url, QUICK), "sent nothing for 0.2 seconds")
    assert files_below(folder) == []


@pytest.mark.parametrize("claimed", [len(CONTENT), None], ids=["with its length", "without"])
def test_a_server_that_always_breaks_off_is_not_asked_for_ever(toy: Store, server: Server, claimed: int | None):
    def answer(handler: BaseHTTPRequestHandler):
        head(handler, claimed)
        handler.wfile.write(CONTENT[:5000])

    server.answers[f"/{PATH}"] = answer
    refused(toy, f"broke off after 5,000 of {len(CONTENT):,} bytes")
    assert len(server.asked) == 2  # the second time it comes no further
    assert partial(toy).bytes == 5000


def test_another_file_is_kept_aside_and_named(toy: Store, folder: Path, server: Server):
    wrong = CONTENT[:-1] + b"?"
    server.serve(f"/{PATH}", wrong)
    message = refused(toy, "sha256 is wrong", "it is kept as ")
    (kept,) = files_below(folder)
    assert kept.startswith("folder/toy-wrong-")
    assert str(folder / kept) in message
    assert (folder / kept).read_bytes() == wrong
    refused(toy, "sha256 is wrong")
    assert files_below(folder) == [kept]  # the same wrong file once


@pytest.mark.parametrize("length", [len(CONTENT) + 1, len(CONTENT) - 1, 0])
def test_a_file_of_another_length_is_not_even_fetched(toy: Store, folder: Path, server: Server, length: int):
    server.answers[f"/{PATH}"] = lambda handler: send(handler, (CONTENT + b"?")[:length])
    refused(toy, f"sends {length:,} bytes instead of {len(CONTENT):,}.")
    assert files_below(folder) == []


def test_a_page_to_log_in_at(toy: Store, folder: Path, server: Server):
    def answer(handler: BaseHTTPRequestHandler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", "19")
        handler.end_headers()
        handler.wfile.write(b"<html>log in</html>")

    server.answers[f"/{PATH}"] = answer
    refused(toy, "19 bytes", "log in first")
    assert files_below(folder) == []


def test_a_server_without_end(toy: Store, folder: Path, server: Server):
    def answer(handler: BaseHTTPRequestHandler):
        head(handler, None)
        try:
            while not server.go_on.is_set():
                handler.wfile.write(CONTENT)
        except ConnectionError:
            return

    server.answers[f"/{PATH}"] = answer
    refused(toy, f"sends more than the {len(CONTENT):,} bytes")
    assert files_below(folder) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "does not have it any more (404)"), (410, "(410)"), (500, "a fault of its own (HTTP status 500)"), (403, "HTTP status 403"),
     (407, "wants a name and a password"), (204, "HTTP status 204"), (416, "HTTP status 416")],
)  # fmt: skip
def test_a_server_that_refuses(toy: Store, folder: Path, server: Server, status: int, words: str):
    server.answers[f"/{PATH}"] = lambda handler: head(handler, 0, status)
    message = refused(toy, words, f"{server.url}/{PATH}", str(folder / PATH))
    assert "Try again later" in message
    assert files_below(folder) == []
    assert len(server.asked) == 1


def test_redirects_without_end(toy: Store, server: Server):
    server.answers[f"/{PATH}"] = lambda handler: redirect(handler, f"/{PATH}")
    refused(toy, "from one address to the next without end")


def test_a_server_that_speaks_something_else(toy: Store, server: Server):
    server.answers[f"/{PATH}"] = lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n")
    refused(toy, "127.0.0.1 hung up, or answers as no web server does.")


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"\r\n", b"HTTP/1.1\r\n\r\n", b"HTTP/9.9 200 OK\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n", b"HTTP/1.1 -1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nx", b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nab", b"HTTP/1.1 200 OK\r\nContent-Encoding: br, nonsense\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1/\r\n\r\n", b"HTTP/1.1 302 Found\r\nLocation: ftp://x/y\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe..x/\r\n\r\n", b"HTTP/1.1 302 Found\r\n\r\n",
        b"HTTP/1.1 206 Partial Content\r\n\r\nabc", b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", b"\xff" * 5000,
    ],
    ids=range(21),
)  # fmt: skip
def test_a_server_that_talks_nonsense_is_a_sentence(toy: Store, folder: Path, server: Server, answer: bytes):
    server.answers[f"/{PATH}"] = lambda handler: handler.wfile.write(answer)
    assert "written" not in refused(toy, "Downloading it failed: ", "127.0.0.1 ", "Try again later")
    assert not (folder / PATH).exists()


def test_a_certificate_that_is_none(folder: Path, server: Server):
    refused(at(folder, server.url.replace("http:", "https:")), "127.0.0.1 cannot be trusted", "certificate")


# --- networks


def test_nobody_at_the_other_end(folder: Path, direct: None):
    refused(at(folder, "http://127.0.0.1:9"), "no connection to 127.0.0.1.", "toy.npz is not in")


def test_no_network(folder: Path, direct: None, monkeypatch: pytest.MonkeyPatch):
    def resolve(*args: object, **kwargs: object):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    refused(at(folder, "http://data.example"), "no connection to data.example: the address cannot be found", "connected to the internet")
    store = mirrored(at(folder, ""), "http://data.example/a", "http://more.example/a")
    assert "no connection to data.example or more.example: the address" in refused(store)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there(folder: Path, direct: None, monkeypatch: pytest.MonkeyPatch, scheme: str):
    monkeypatch.setenv(f"{scheme}_proxy", "http://me:secret@127.0.0.1:9")
    message = refused(at(folder, f"{scheme}://data.example"), "the proxy 127.0.0.1:9 does not answer", "HTTPS_PROXY")
    assert "secret" not in message


def test_a_proxy_that_wants_a_password(folder: Path, server: Server, direct: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("https_proxy", server.url)
    monkeypatch.setattr("http.server.BaseHTTPRequestHandler.do_CONNECT", lambda handler: handler.send_error(407), raising=False)
    refused(at(folder, "https://data.example"), "wants a name and a password (407)")


def test_an_address_that_is_none(folder: Path):
    refused(at(folder, "nonsense://here"), "here could not be asked")


# --- calling off


def test_a_download_that_is_called_off_is_kept_for_the_next_time(toy: Store, folder: Path, server: Server):
    server.in_halves(f"/{PATH}", CONTENT)
    stop = threading.Event()

    def report(transfer: Transfer):
        if transfer.done == len(CONTENT) // 2:
            stop.set()
            server.go_on.set()

    with pytest.raises(Cancelled):
        toy.obtain("toy", report, stop.is_set)
    assert partial(toy).bytes == len(CONTENT) // 2
    assert not (folder / PATH).exists()


def test_called_off_before_it_begins(toy: Store, folder: Path, server: Server):
    with pytest.raises(Cancelled):
        toy.obtain("toy", cancelled=lambda: True)
    assert server.asked == []
    assert files_below(folder) == []


def test_called_off_at_the_last_byte(toy: Store, folder: Path, server: Server):
    done = []
    with pytest.raises(Cancelled):
        toy.obtain("toy", lambda t: done.append(t.done), lambda: done[-1:] == [len(CONTENT)])
    assert not (folder / PATH).exists()
    toy.obtain("toy")
    assert len(server.asked) == 1  # it was all there, only its name was not


# --- disks


def test_a_disk_without_room_is_said_before_the_download(toy: Store, server: Server, monkeypatch: pytest.MonkeyPatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    refused(toy, f"the disk is full: {len(CONTENT):,} bytes are needed", "1,000 are free")
    assert server.asked == []


def test_a_disk_that_fills_up_meanwhile_keeps_what_it_has(toy: Store, folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch):
    server.serve_ranges(f"/{PATH}", CONTENT)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", filling_up(Path.open, 100_000))
        refused(toy, "the disk is full, so it could not be written to", "bytes that came are kept")
    there = partial(toy).bytes
    assert 0 < there <= 100_000
    assert not (folder / PATH).exists()
    toy.obtain("toy")
    assert server.headers[-1]["Range"] == f"bytes={there}-"
    assert files_below(folder) == [PATH]


def filling_up(original: Callable[..., object], room: int) -> Callable[..., object]:
    """Files that are appended to find room for so many bytes."""

    def opened(self: Path, mode: str = "r", *args: object, **kwargs: object):
        file = original(self, mode, *args, **kwargs)
        return Full(file, room) if mode == "ab" else file

    return opened


class Full:
    def __init__(self, file: object, room: int):
        self.file, self.room = file, room

    def __enter__(self):
        return self

    def __exit__(self, *_: object):
        self.file.close()

    def write(self, block: bytes):
        self.room -= len(block)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.file.write(block)

    def flush(self):
        self.file.flush()


def test_a_folder_that_cannot_be_made(toy: Store, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    place = tmp_path / "file" / "datasets"
    refused(Store((place,), place, toy.sources), "cannot be written to")


def test_a_read_only_folder(toy: Store, folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch):
    def no(*args: object, **kwargs: object):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    (folder / PATH).parent.mkdir(parents=True)
    (folder / PATH).parent.chmod(0o500)
    if os.access((folder / PATH).parent, os.W_OK):  # an administrator may write everywhere, so refusing must be played
        monkeypatch.setattr("os.open", no)
    refused(toy, "cannot be written to", str(folder), "Permission denied")
    assert server.asked == []
    monkeypatch.undo()
    (folder / PATH).parent.chmod(0o700)
    assert files_below(folder) == []


def test_what_turns_up_meanwhile_is_set_aside_and_not_lost(toy: Store, folder: Path):
    def report(transfer: Transfer):
        if transfer.done:
            (folder / PATH).write_bytes(b"mine")

    toy.obtain("toy", report)
    assert (folder / PATH).read_bytes() == CONTENT
    (aside,) = (p for p in files_below(folder) if p != PATH)
    assert (folder / aside).read_bytes() == b"mine"


def test_a_full_disk_is_no_mirrors_fault(toy: Store, server: Server, monkeypatch: pytest.MonkeyPatch):
    store = mirrored(toy, f"{server.url}/{PATH}", f"{server.url}/b")
    monkeypatch.setattr(Path, "open", filling_up(Path.open, 0))
    refused(store, "the disk is full")
    assert server.asked == [f"/{PATH}"]
