"""A table's bytes as UTF-8 text: from a file or from what was pasted, whatever letters it is written in."""

from __future__ import annotations

import codecs
import hashlib
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
    """`blocks` together are UTF-8 without a byte order mark, with line feeds at the ends of lines; `encoding` is the file's own."""

    name: str
    blocks: tuple[bytes, ...]
    encoding: str
    sha256: str

    def head(self, size: int) -> str:
        """The beginning, as whole letters."""
        start = b"".join(self.blocks[: size // BLOCK + 1])[:size]
        return start.decode("utf-8", "ignore")


def table_name(data: OwnTable) -> str:
    return Path(data.path).name if data.path else PASTED


def read_text(data: OwnTable, cancelled: Callable[[], bool]) -> Text:
    """Raises DataUnavailable, WrongSetting for an encoding that does not fit, or Cancelled."""
    name = table_name(data)
    digest = hashlib.sha256()
    blocks = []
    for block in _blocks(data):
        _go_on(cancelled)
        digest.update(block)
        blocks.append(block)
    if not any(block.strip() for block in blocks[:2]):
        raise _empty(name)
    _refuse_other_files(name, blocks[0])
    encoding, mark = _encoding(data, name, blocks)
    if encoding != "utf-8" or mark or data.encoding != "auto":
        blocks = _recoded(name, blocks, encoding, mark, cancelled)
        if not any(block.strip() for block in blocks[:2]):
            raise _empty(name)
    return Text(name, tuple(_clean(name, blocks, cancelled)), encoding, digest.hexdigest())


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


def _encoding(data: OwnTable, name: str, blocks: list[bytes]) -> tuple[str, bytes]:
    """The encoding by Python's name, and the byte order mark that stands before the text."""
    mark, marked = next(((mark, encoding) for mark, encoding in MARKS if blocks[0].startswith(mark)), (b"", ""))
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
    start = blocks[0][:GUESSED_FROM]
    if start.count(0) * 4 >= len(start):  # every other byte of western letters in UTF-16
        return ("utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"), b""
    if start.count(0) or sum(start.count(byte) for byte in CONTROLS) * 20 > len(start):
        raise DataUnavailable(f"{name} is a binary file: expected a table of text. Save it as CSV in the program that made it.")
    return _guessed(blocks), b""


def _guessed(blocks: list[bytes]) -> str:
    """UTF-8 where all is UTF-8; else what the lines with other letters than English ones look like most."""
    if _utf8_flaw(blocks) is None:
        return "utf-8"
    lines = [line for block in blocks[:8] for line in block.splitlines() if not line.isascii()]
    odd = b"\n".join(lines or [blocks[-1]])
    if len(odd) > GUESSED_FROM:
        odd = odd[: odd.rfind(b"\n", 0, GUESSED_FROM) if b"\n" in odd[:GUESSED_FROM] else GUESSED_FROM]
    return guessed(odd)


def _utf8_flaw(blocks: list[bytes]) -> int | None:
    """Where the bytes are no UTF-8; None when they are."""
    decoder, read = codecs.getincrementaldecoder("utf-8")(), 0
    try:
        for i, block in enumerate(blocks):
            decoder.decode(block, final=i == len(blocks) - 1)
            read += len(block)
    except UnicodeDecodeError as error:
        return read + error.start
    return None


def _recoded(name: str, blocks: list[bytes], encoding: str, mark: bytes, cancelled: Callable[[], bool]) -> list[bytes]:
    if encoding == "utf-8":
        if (flaw := _utf8_flaw(blocks)) is not None:
            raise _not_in(name, encoding, flaw)
        return [blocks[0][len(mark) :], *blocks[1:]]
    decoder, recoded, read = codecs.getincrementaldecoder(encoding)(), [], 0
    try:
        for i, block in enumerate(blocks):
            _go_on(cancelled)
            recoded.append(decoder.decode(block, final=i == len(blocks) - 1).encode())
            read += len(block)
    except (UnicodeError, LookupError) as error:
        raise _not_in(name, encoding, read + error.start if isinstance(error, UnicodeDecodeError) else read) from error
    return recoded


def _not_in(name: str, encoding: str, place: int) -> WrongSetting:
    return WrongSetting("data.encoding", f"{name} is not written in {encoding}: byte {place:,} does not fit. Choose another encoding.")


def _clean(name: str, blocks: list[bytes], cancelled: Callable[[], bool]) -> list[bytes]:
    """Without carriage returns that end a line alone. Raises DataUnavailable for what no text holds."""
    cleaned = []
    for i, block in enumerate(blocks):
        _go_on(cancelled)
        if (zero := block.find(0)) >= 0:
            line = sum(b.count(b"\n") for b in blocks[:i]) + block[:zero].count(b"\n") + 1
            raise DataUnavailable(f"{name} holds a byte 0 in line {line:,}, which no text has: it is damaged, or a binary file.")
        last = blocks[i + 1][:1] if i + 1 < len(blocks) else b""
        if b"\r" in block and block.count(b"\r") != block.count(b"\r\n") + (block.endswith(b"\r") and last == b"\n"):
            # A \r at the very end whose \n begins the next block stays, and so does the \n.
            kept = block[:-1] if block.endswith(b"\r") and last == b"\n" else block
            cleaned.append(kept.replace(b"\r\n", b"\n").replace(b"\r", b"\n") + block[len(kept) :])
        else:
            cleaned.append(block)
    return cleaned
