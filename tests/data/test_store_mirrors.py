"""Several sources of one file: whatever one of them does wrong, the next is asked."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from data.stores import CONTENT, PATH, at, files_below, mirrored, partial, redirect, refused
from data.support import QUICK, Server, head, send

from nnplayground.data.sources import SOURCES
from nnplayground.data.store import Store


def test_mirrors_are_tried_in_order(toy: Store, folder: Path, server: Server):
    server.answers["/a"] = lambda handler: head(handler, 0, 403)
    store = mirrored(toy, f"{server.url}/a", f"{server.url}/b", f"{server.url}/{PATH}", f"{server.url}/c")
    assert store.obtain("toy") == (folder / PATH,)
    assert server.asked == ["/a", "/b", f"/{PATH}"]


def broken_off(handler: BaseHTTPRequestHandler):
    send(handler, CONTENT[:9000], claimed=len(CONTENT))


FAILURES: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
    "not found": lambda handler: head(handler, 0, 404),
    "refused": lambda handler: head(handler, 0, 403),
    "a fault of its own": lambda handler: head(handler, 0, 500),
    "another file": lambda handler: send(handler, CONTENT[::-1]),
    "another length": lambda handler: send(handler, CONTENT[:-1]),
    "a page to log in at": lambda handler: send(handler, b"<html>log in</html>"),
    "broken off": broken_off,
    "hung up at once": lambda handler: handler.wfile.write(b""),
    "no web server": lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n"),
    "elsewhere, without end": lambda handler: redirect(handler, "/first"),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("goes_on", [True, False], ids=["a mirror that goes on", "a mirror that begins anew"])
def test_whatever_the_first_does_wrong_the_second_serves(toy: Store, folder: Path, server: Server, failure: str, *, goes_on: bool):
    server.answers["/first"] = FAILURES[failure]
    (server.serve_ranges if goes_on else server.serve)("/second", CONTENT)
    store = mirrored(toy, f"{server.url}/first", f"{server.url}/second", f"{server.url}/third")
    assert store.obtain("toy") == (folder / PATH,)
    assert (folder / PATH).read_bytes() == CONTENT
    aside = [name for name in files_below(folder) if name != PATH]
    assert len(aside) == (failure == "another file")
    assert server.asked[0] == "/first"
    assert server.asked[-1] == "/second"
    assert not partial(store).bytes


@pytest.mark.parametrize("silent_after", [0, 9000])
def test_when_the_first_falls_silent_the_second_serves(folder: Path, server: Server, silent_after: int):
    def answer(handler: BaseHTTPRequestHandler):
        if silent_after:
            head(handler, len(CONTENT))
            handler.wfile.write(CONTENT[:silent_after])
        server.go_on.wait(60)

    server.answers["/first"] = answer
    server.serve_ranges("/second", CONTENT)
    mirrored(at(folder, server.url, QUICK), f"{server.url}/first", f"{server.url}/second").obtain("toy")
    assert (folder / PATH).read_bytes() == CONTENT
    assert server.headers[-1].get("Range") == (f"bytes={silent_after}-" if silent_after else None)


def test_when_nobody_is_at_the_first_address_the_second_serves(folder: Path, server: Server, direct: None):
    server.serve("/second", CONTENT)
    mirrored(at(folder, server.url), "http://127.0.0.1:9/first", f"{server.url}/second").obtain("toy")
    assert (folder / PATH).read_bytes() == CONTENT


def test_every_file_has_a_second_source_of_another_owner():
    """Each was Keras's own address once, or is that of who made the data; hashes tell whether it is the same file still."""
    for files in SOURCES.values():
        for file in files:
            hosts = [urlsplit(url).hostname for url in file.urls]
            assert len(set(hosts)) == len(hosts) == 2
            assert all(url.endswith(f"/{file.name}") for url in file.urls)


def test_what_every_mirror_answered_is_said(toy: Store, folder: Path, server: Server):
    server.answers["/a"] = lambda handler: head(handler, 0, 403)
    server.serve("/b", CONTENT[::-1])
    store = mirrored(toy, f"{server.url}/a", f"{server.url}/b", f"{server.url}/c", "http://127.0.0.1:9/d")
    message = refused(store, "HTTP status 403", "sent another file", "does not have it any more (404)", ". No connection to 127.0.0.1.")
    assert message.index("403") < message.index("another file") < message.index("404") < message.index("No connection")


def test_a_mirror_goes_on_where_another_broke_off(toy: Store, folder: Path, server: Server):
    server.answers["/a"] = lambda handler: send(handler, CONTENT[:9000], claimed=len(CONTENT))
    server.serve_ranges("/b", CONTENT)
    mirrored(toy, f"{server.url}/a", f"{server.url}/b").obtain("toy")
    assert server.asked == ["/a", "/a", "/b"]
    assert server.headers[-1]["Range"] == "bytes=9000-"
    assert (folder / PATH).read_bytes() == CONTENT
