"""A table's bytes as UTF-8 text: from a file or from what was pasted, whatever letters it is written in."""

from __future__ import annotations

import codecs
import hashlib
import io
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from nnplayground.core.own_data import OwnTable
from nnplayground.data.errors import Cancelled, DataUnavailable, WrongSetting
from nnplayground.data.own.gone import gone
from nnplayground.data.own.table_letters import guessed
from nnplayground.data.own.table_survey import MAX_BYTES

BLOCK = 1 << 20
"""Bytes that are worked on at a time: short enough for other threads to have Python's lock in between."""
GUESSED_FROM = 16_000
PASTED = "The table"
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
NO_TABLES = (
    (b"PK\x03\x04", "a zip archive (as Excel's .xlsx is one, too)", "Unpack it, or save the sheet as CSV."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"BZh", "a bzip2 archive", "Unpack it first."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first."),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "Save the sheet as CSV."),
    (b"PAR1", "a Parquet file", "Save it as CSV."),
    (b"SQLite format 3", "an SQLite database", "Save the table as CSV."),
    (b"%PDF", "a PDF", "Save the table as CSV."),
    (b"\x89PNG", "a picture", "Choose the table itself."),
    (b"\xff\xd8\xff", "a picture", "Choose the table itself."),
    (b"\x93NUMPY", "a NumPy array", "Save it as .npz with x and y, and open it as arrays."),
    (b"{\\rtf", "a text with layout (RTF)", "Save the table as CSV."),
)  # fmt: skip
CONTROLS = bytes(range(1, 9)) + bytes(range(14, 27)) + bytes(range(28, 32))
"""What stands in no text; tab, line ends, form feeds and escape sequences may."""


@dataclass(frozen=True)
class Text:
    """`content` is UTF-8 without a byte order mark, with line feeds at the ends of lines; `encoding` is the file's own."""

    name: str
    content: bytes
    encoding: str
    hashing: Future[str]
    """The hash of the file, which is worked out on another thread while the table is read."""

    @property
    def sha256(self) -> str:
        return self.hashing.result()

    def head(self, size: int) -> str:
        """The beginning, as whole letters."""
        return self.content[:size].decode("utf-8", "ignore")


@dataclass(frozen=True)
class _Bytes:
    """What was read, and what was seen in passing."""

    content: bytes
    hashing: Future[str]
    ascii: bool
    returns: bool
    zeros: bool


def table_name(data: OwnTable) -> str:
    return Path(data.path).name if data.path else PASTED


def pieces(content: bytes) -> Iterator[tuple[int, int]]:
    """Where blocks of it begin and end, to be worked on one after the other."""
    for start in range(0, len(content), BLOCK):
        yield start, min(start + BLOCK, len(content))


def count(content: bytes, what: bytes) -> int:
    """How often one byte is there."""
    return sum(content.count(what, start, end) for start, end in pieces(content) if content.find(what, start, end) >= 0)


def read_text(data: OwnTable, cancelled: Callable[[], bool]) -> Text:
    """Raises DataUnavailable, WrongSetting for an encoding that does not fit, or Cancelled."""
    name = table_name(data)
    found = _read(data, name, cancelled)
    content = found.content
    encoding, mark = _encoding(data, name, found)
    returns, zeros = found.returns, found.zeros
    if encoding != "utf-8" or mark or data.encoding != "auto":
        content = _recoded(name, content, encoding, mark, cancelled)
        returns = zeros = True  # there may be some
        if not content[: 2 * BLOCK].strip():
            raise _empty(name)
    if zeros:
        _refuse_zeros(name, content, cancelled)
    if returns:
        content = _with_line_feeds(content, cancelled)
    return Text(name, content, encoding, found.hashing)


def _read(data: OwnTable, name: str, cancelled: Callable[[], bool]) -> _Bytes:
    out = io.BytesIO()
    plain, returns, zeros = True, False, False
    for i, block in enumerate(_blocks(data)):
        _go_on(cancelled)
        if not i:
            _refuse_other_files(name, block)
        plain = plain and block.isascii()
        returns = returns or b"\r" in block
        zeros = zeros or 0 in block
        out.write(block)
    content = out.getvalue()
    if not content[: 2 * BLOCK].strip():
        raise _empty(name)
    executor = ThreadPoolExecutor(1, thread_name_prefix="hash")
    hashing = executor.submit(_hash, content, cancelled)
    executor.shutdown(wait=False)
    return _Bytes(content, hashing, plain, returns, zeros)


def _hash(content: bytes, cancelled: Callable[[], bool]) -> str:
    digest, view = hashlib.sha256(), memoryview(content)
    for start, end in pieces(content):
        _go_on(cancelled)
        digest.update(view[start:end])
    return digest.hexdigest()


def _empty(name: str) -> DataUnavailable:
    return DataUnavailable(f"{name} is empty: expected a table, a row a line. Choose another file.")


def _go_on(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise Cancelled


def _blocks(data: OwnTable) -> Iterator[bytes]:
    if not data.path:
        yield data.text.encode("utf-8", "replace")
        return
    path = Path(data.path)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise DataUnavailable(f"{path} is a folder: expected a file with a table. Choose the file in it.")
        if not stat.S_ISREG(found.st_mode):
            raise DataUnavailable(f"{path} is a device or a pipe: expected a file with a table. Save it as a file first.")
        if found.st_size > MAX_BYTES:
            raise DataUnavailable(f"{path} has {found.st_size:,} bytes: expected at most {MAX_BYTES:,}. Choose a part of it.")
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block
    except FileNotFoundError as error:
        raise DataUnavailable(gone(data)) from error
    except OSError as error:
        raise DataUnavailable(f"{path} cannot be read: {error.strerror or error}. Check it, or choose another file.") from error
    except ValueError as error:  # a NUL in the path
        raise DataUnavailable(f"{data.path!r} is no file's name. Choose the file again.") from error


def _refuse_other_files(name: str, start: bytes) -> None:
    for magic, what, way in NO_TABLES:
        if start.startswith(magic):
            raise DataUnavailable(f"{name} is {what}, not a table of text. {way}")


def _encoding(data: OwnTable, name: str, found: _Bytes) -> tuple[str, bytes]:
    """The encoding by Python's name, and the byte order mark that stands before the text."""
    content = found.content
    mark, marked = next(((mark, encoding) for mark, encoding in MARKS if content.startswith(mark)), (b"", ""))
    if data.encoding != "auto":
        try:
            "x".encode(data.encoding)
            wanted = codecs.lookup(data.encoding).name
        except (LookupError, ValueError) as error:
            raise WrongSetting("data.encoding", f"expected an encoding such as utf-8 or cp1252; found '{data.encoding}'.") from error
        told = wanted.removesuffix("-sig")
        return told, mark if told == marked else b""
    if marked:
        return marked, mark
    start = content[:GUESSED_FROM]
    if start.count(0) * 4 >= len(start):  # every other byte of western letters in UTF-16
        return ("utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"), b""
    if start.count(0) or sum(start.count(byte) for byte in CONTROLS) * 20 > len(start):
        raise DataUnavailable(f"{name} is a binary file: expected a table of text. Save it as CSV in the program that made it.")
    return "utf-8" if found.ascii else _guessed(content), b""


def _guessed(content: bytes) -> str:
    """UTF-8 where all is UTF-8; else what the lines with other letters than English ones look like most."""
    if _utf8_flaw(content) is None:
        return "utf-8"
    lines = [line for start, end in islice(pieces(content), 8) for line in content[start:end].splitlines() if not line.isascii()]
    odd = b"\n".join(lines or [content[-BLOCK:]])
    if len(odd) > GUESSED_FROM:
        odd = odd[: odd.rfind(b"\n", 0, GUESSED_FROM) if b"\n" in odd[:GUESSED_FROM] else GUESSED_FROM]
    return guessed(odd)


def _utf8_flaw(content: bytes) -> int | None:
    """Where the bytes are no UTF-8; None when they are."""
    decoder, read = codecs.getincrementaldecoder("utf-8")(), 0
    try:
        for start, end in pieces(content):
            decoder.decode(content[start:end], final=end == len(content))
            read = end
    except UnicodeDecodeError as error:
        return read + error.start
    return None


def _recoded(name: str, content: bytes, encoding: str, mark: bytes, cancelled: Callable[[], bool]) -> bytes:
    if encoding == "utf-8":
        if (flaw := _utf8_flaw(content)) is not None:
            raise _not_in(name, encoding, flaw)
        return content[len(mark) :]
    decoder, recoded, read = codecs.getincrementaldecoder(encoding)(), io.BytesIO(), 0
    try:
        for start, end in pieces(content):
            _go_on(cancelled)
            recoded.write(decoder.decode(content[start:end], final=end == len(content)).encode())
            read = end
    except (UnicodeError, LookupError) as error:
        raise _not_in(name, encoding, read + error.start if isinstance(error, UnicodeDecodeError) else read) from error
    return recoded.getvalue()


def _not_in(name: str, encoding: str, place: int) -> WrongSetting:
    return WrongSetting("data.encoding", f"{name} is not written in {encoding}: byte {place:,} does not fit. Choose another encoding.")


def _refuse_zeros(name: str, content: bytes, cancelled: Callable[[], bool]) -> None:
    """Raises DataUnavailable for what no text holds."""
    for start, end in pieces(content):
        _go_on(cancelled)
        if (zero := content.find(0, start, end)) >= 0:
            line = content.count(b"\n", 0, zero) + 1
            raise DataUnavailable(f"{name} holds a byte 0 in line {line:,}, which no text has: it is damaged, or a binary file.")


def _with_line_feeds(content: bytes, cancelled: Callable[[], bool]) -> bytes:
    """Line feeds in the place of carriage returns, where some of these end a line alone."""
    if all(content.count(b"\r", start, end) == content.count(b"\r\n", start, end + 1) for start, end in pieces(content)):
        return content
    out, start = io.BytesIO(), 0
    while start < len(content):
        _go_on(cancelled)
        end = start + BLOCK
        end += content[end - 1 : end + 1] == b"\r\n"
        out.write(content[start:end].replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        start = end
    return out.getvalue()
