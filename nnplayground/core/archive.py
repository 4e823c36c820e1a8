"""Zip archives that come from anywhere: looked at from outside before anything in them is unpacked."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from nnplayground.core.recipe import Mistake, RecipeError

MAX_FILE_BYTES = 2_000_000_000
MAX_ENTRIES = 1_000
MAX_DIRECTORY_BYTES = 2_000 * MAX_ENTRIES
"""Of the list of entries: it is read as a whole before they can be counted."""
MAX_RATIO = 200
MIN_BYTES_FOR_RATIO = 1_000_000
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NOT_A_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OverflowError, UnicodeDecodeError)
"""What zipfile raises for bytes that are no whole zip."""
END, END_BYTES, MAX_COMMENT = b"PK\x05\x06", 22, 65_535
ENCRYPTED = 1


def refused(path: Path, reason: str, place: str = "") -> RecipeError:
    return RecipeError(str(path), [Mistake(place, reason)])


class Archive:
    """Its entries by name, none of which is what an honest one would not be."""

    def __init__(self, path: Path, zipped: zipfile.ZipFile) -> None:
        self._path, self._zipped = path, zipped
        self._entries = _harmless(path, zipped)
        self.names = tuple(self._entries)

    def content(self, name: str, most: int) -> bytes | None:
        """An entry unpacked, None when there is none. Raises RecipeError when it has more than `most` bytes."""
        info = self._entries.get(name)
        if info is None:
            return None
        if info.file_size > most:
            raise refused(self._path, f"expected at most {most:,} bytes; found {info.file_size:,}", name)
        return self._zipped.read(info)

    def text(self, name: str, most: int) -> str | None:
        content = self.content(name, most)
        try:
            return None if content is None else content.decode("utf-8")
        except UnicodeDecodeError as error:
            found = f"byte {error.object[error.start]:#04x} at {error.start}"
            raise refused(self._path, f"expected UTF-8 text; found {found}", name) from error


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An archive to read from. Raises RecipeError, also for what goes wrong while it is read."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise refused(path, f"expected at most {MAX_FILE_BYTES:,} bytes; found {size:,}")
        _require_short_directory(path, size)
        with zipfile.ZipFile(path) as zipped:
            yield Archive(path, zipped)
    except OSError as error:
        raise refused(path, f"cannot be read: {error.strerror or error}") from error
    except MemoryError as error:
        raise refused(path, "there is not enough memory to read it") from error
    except NOT_A_ZIP as error:
        raise refused(path, f"not a whole project file (a zip made by nnplayground): {error}") from error


def _require_short_directory(path: Path, size: int) -> None:
    """Find the end of the archive where zipfile will find it, and refuse a list of entries that would take minutes to read."""
    with path.open("rb") as file:
        file.seek(max(0, size - END_BYTES - MAX_COMMENT))
        tail = file.read()
    plain = tail[-END_BYTES:].startswith(END) and tail.endswith(b"\0\0")
    end = tail[len(tail) - END_BYTES if plain else max(0, tail.rfind(END)) :]
    if end.startswith(END) and len(end) >= END_BYTES:
        length = int.from_bytes(end[12:16], "little")
        if length > MAX_DIRECTORY_BYTES:
            raise refused(path, f"expected at most {MAX_ENTRIES:,} entries; its list of entries alone would have {length:,} bytes")


def _harmless(path: Path, zipped: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = zipped.infolist()
    entries = {info.filename: info for info in infos}
    if len(infos) > MAX_ENTRIES:
        raise refused(path, f"expected at most {MAX_ENTRIES:,} entries; found {len(infos):,}")
    if len(entries) < len(infos):
        raise refused(path, "two entries have one name")
    for name, info in entries.items():
        if reason := _suspicious(name, info):
            raise refused(path, f"the entry {name!r} {reason}")
    if sum(info.compress_size for info in infos) > path.stat().st_size:
        raise refused(path, "its entries claim more bytes than the file has")
    return entries


def _suspicious(name: str, info: zipfile.ZipInfo) -> str:
    """What an entry is that those of honest archives never are, as the rest of a sentence; "" for an honest one."""
    if name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts:
        return "points outside the file"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device, which project files never hold"
    if info.flag_bits & ENCRYPTED:
        return "is encrypted, which those of project files never are"
    if info.compress_type not in METHODS:
        return "is packed in a way that project files never are"
    if info.file_size > max(MIN_BYTES_FOR_RATIO, MAX_RATIO * info.compress_size):
        return f"would grow to {info.file_size:,} bytes, which no honest project does"
    return ""
