"""A server on this machine that misbehaves on request, and small file sets laid out as Keras's."""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from nnplayground.data.sources import RemoteFile
from nnplayground.data.store import Store
from nnplayground.data.transfer import Timeouts

Answer = Callable[[BaseHTTPRequestHandler], None]
QUICK = Timeouts(connect=5, read=0.2)
"""For servers that stall on purpose: waiting longer proves nothing more."""
PATIENT = Timeouts(connect=5, read=30)


@dataclass
class Server:
    """Answers each path as told; `go_on` is what slow answers wait for, and set when the test ends."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)

    def serve(self, path: str, content: bytes) -> None:
        self.answers[path] = lambda handler: send(handler, content)

    def serve_ranges(self, path: str, content: bytes, *, breaks_at: tuple[int, ...] = (), **headers: str) -> None:
        """Gives the rest when it is asked for, and breaks off at these places, at one after another; `headers` are sent along."""
        places = list(breaks_at)

        def answer(handler: BaseHTTPRequestHandler) -> None:
            start, wanted = 0, handler.headers.get("Range")
            if wanted and handler.headers.get("If-Range") in (None, headers.get("ETag"), headers.get("Last_Modified")):
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            handler.send_response(206 if start else 200)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            if start:
                handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            handler.send_header("Content-Length", str(len(content) - start))
            handler.end_headers()
            handler.wfile.write(content[start : places.pop(0) if places else None])

        self.answers[path] = answer

    def in_halves(self, path: str, content: bytes) -> None:
        """The first half at once, the second when told to."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            half = len(content) // 2
            head(handler, len(content))
            handler.wfile.write(content[:half])
            handler.wfile.flush()
            self.go_on.wait(60)
            try:
                handler.wfile.write(content[half:])
            except ConnectionError:
                return  # the other side has gone, as it should when called off

        self.answers[path] = answer


@contextmanager
def serving() -> Iterator[Server]:
    """A server that answers as it is told while entered."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            told.headers.append(dict(self.headers))
            answer = told.answers.get(self.path)
            if answer is None:
                self.send_error(404)
            else:
                answer(self)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base's name; silence is wanted
            pass

    class Http(ThreadingHTTPServer):
        daemon_threads = False
        block_on_close = True

    http = Http(("127.0.0.1", 0), Handler)
    told = Server(f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        told.go_on.set()
        http.shutdown()
        http.server_close()
        thread.join()


def head(handler: BaseHTTPRequestHandler, length: int | None, status: int = 200) -> None:
    handler.send_response(status)
    if length is not None:
        handler.send_header("Content-Length", str(length))
    handler.end_headers()


def send(handler: BaseHTTPRequestHandler, content: bytes, *, claimed: int | None = None) -> None:
    """Send `content`, saying that it is `claimed` bytes long."""
    head(handler, len(content) if claimed is None else claimed)
    handler.wfile.write(content)


def remote(path: str, content: bytes, url: str = "http://127.0.0.1:9") -> RemoteFile:
    """A table entry for `content`; the default address is a port where nobody listens."""
    return RemoteFile(path, f"{url}/{path}", hashlib.sha256(content).hexdigest(), len(content))


def npz(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def idx(array: np.ndarray) -> bytes:
    return gzip.compress(bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes())


def lists_npz(**arrays: list[list[int]] | np.ndarray) -> bytes:
    """A .npz file as Keras's of texts: lists as Python 2's NumPy pickled them, anything else as NumPy writes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as file:
                if isinstance(array, np.ndarray):
                    np.save(file, array)
                    continue
                npy.write_array_header_1_0(file, {"descr": "|O", "fortran_order": False, "shape": (len(array),)})
                file.write(pickled(array))
    return out.getvalue()


def pickled(lists: list[list[int]]) -> bytes:
    """Lists of whole numbers as an array of them was pickled for Keras."""
    head = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87Rq\x03(K\x01M%b\x85"
        b"cnumpy\ndtype\nq\x04U\x02O8K\x00K\x01\x87Rq\x05(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb\x89]q\x06"
    ) % struct.pack("<H", len(lists))
    return head + pickle.dumps(lists, protocol=2)[len(b"\x80\x02]q\x00") : -1] + b"tb."


@dataclass(frozen=True)
class Small:
    """Small sets laid out as Keras's: the arrays, the files' bytes by path, and which set has which files."""

    arrays: Mapping[str, tuple[Any, ...]]
    files: Mapping[str, bytes]
    sets: Mapping[str, tuple[str, ...]]

    def sources(self, url: str = "http://127.0.0.1:9") -> dict[str, tuple[RemoteFile, ...]]:
        return {name: tuple(remote(path, self.files[path], url) for path in paths) for name, paths in self.sets.items()}

    def store(self, folder: Path) -> Store:
        """A store with every file in its folder."""
        for path, content in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return Store((folder,), folder, self.sources())
