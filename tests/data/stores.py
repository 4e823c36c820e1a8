"""What tests of the store have in common: a small file, what stands in a folder, and what is said when it is not to be had."""

from __future__ import annotations

from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from data.support import PATIENT, remote

from nnplayground.data.partial import Partial
from nnplayground.data.store import DataUnavailable, Store
from nnplayground.data.transfer import Timeouts

CONTENT = bytes(range(256)) * 1200
PATH = "folder/toy.npz"


def files_below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir())


def partial(store: Store) -> Partial:
    """What is there of the toy's file."""
    (file,) = store.sources["toy"]
    return Partial.beside(store.download_to / PATH, file)


def refused(store: Store, *words: str, name: str = "toy") -> str:
    with pytest.raises(DataUnavailable) as caught:
        store.obtain(name)
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    for word in words:
        assert word in message
    return message


def at(folder: Path, url: str, timeouts: Timeouts = PATIENT, content: bytes = CONTENT) -> Store:
    return Store((folder,), folder, {"toy": (remote(PATH, content, url),)}, timeouts)


def mirrored(store: Store, *urls: str) -> Store:
    (file,) = store.sources["toy"]
    return replace(store, sources={"toy": (replace(file, url=urls[0], mirrors=urls[1:]),)})


def redirect(handler: BaseHTTPRequestHandler, to: str):
    handler.send_response(302)
    handler.send_header("Location", to)
    handler.send_header("Content-Length", "0")
    handler.end_headers()
