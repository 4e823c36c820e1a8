"""Lists of whole numbers out of pickled NumPy arrays, as Keras's text data sets have them, and nothing else out of anything.

A pickle is a program, and unpickling runs it. Nothing is run here: what NumPy wrote before the lists is compared as
text, and the few instructions that make lists of whole numbers are read as what they are, data. No instruction that
imports, calls, builds or fetches is known.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from nnplayground.data.errors import MalformedFile
from nnplayground.data.ragged import Ragged

MAX_BYTES = 1 << 26
"""More than any of the known arrays needs when unpacked: IMDB's have 14 MB."""
MAX_NUMBER = 1 << 20
PIECE = 1 << 15
"""Bytes that are looked at together: few enough to stay in the processor's cache."""
SHOWN = 12
"""Bytes of what was found instead that an error shows."""

# The instructions by their letters (pickletools): an integer of one, two or four bytes, a new list, a number for it
# (which is of no use here), the beginning and end of what goes into a list, one that goes in, and the array's end.
LENGTHS = {b"K": 2, b"M": 3, b"J": 5, b"]": 1, b"q": 2, b"r": 5, b"(": 1, b"e": 1, b"a": 1, b"t": 1, b"b": 1, b".": 1}
LENGTH_OF = np.zeros(256, np.int64)
for letter, length in LENGTHS.items():
    LENGTH_OF[ord(letter)] = length
NUMBERS = np.frombuffer(b"KMJ", np.uint8)
NEW_LIST = ord("]")

BEFORE = re.compile(
    rb"(?s)\x80\x02cnumpy\.core\.multiarray\n_reconstruct\nq.cnumpy\nndarray\nq.K\x00\x85U\x01b\x87Rq.\(K\x01(?:K.|M..|J....)\x85"
    rb"cnumpy\ndtype\nq.U\x02O8K\x00K\x01\x87Rq.\(K\x03U\x01\|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\?tb\x89\]q."
)
LIST = rb"\][qr](?:\([KMJ]*+e|[KMJ]a)*+"
LISTS = re.compile(rb"\((?:" + LIST + rb")++e|" + LIST + rb"a")
END = b"tb."


def read_lists(file: Path, name: str) -> Ragged:
    """The lists in the array called `name` of a .npz file: a 1-D array of lists of numbers from 0 on. Raises MalformedFile."""
    try:
        with zipfile.ZipFile(file) as archive:
            member = archive.getinfo(f"{name}.npy")
            if member.file_size > MAX_BYTES:
                raise MalformedFile(f"its array {name} would take {member.file_size:,} bytes, far more than expected.")
            content = archive.read(member)
        stream = io.BytesIO(content)
        npy.read_magic(stream)
        shape, _, dtype = npy.read_array_header_1_0(stream)
    except MalformedFile:
        raise
    except KeyError as error:
        raise MalformedFile(f"an array that should be in it is missing ({name}).") from error
    except Exception as error:  # a damaged or hostile file makes zipfile, zlib and NumPy raise almost anything
        raise MalformedFile(f"it cannot be read as a .npz file ({type(error).__name__}: {error}).") from error
    if dtype != np.dtype(object) or len(shape) != 1:
        raise MalformedFile(f"expected {name} to hold lists; found {dtype} of shape {shape}.")
    lists = pickled_lists(content[stream.tell() :])
    if len(lists) != shape[0]:
        raise MalformedFile(f"expected {shape[0]:,} lists in {name}; found {len(lists):,}.")
    return lists


def pickled_lists(content: bytes) -> Ragged:
    """The lists of whole numbers in the pickle of a 1-D NumPy array. Raises MalformedFile."""
    match = BEFORE.match(content)
    if match is None:
        _refuse(content, 0, "a pickled array of lists")
    letters, numbers, before = _instructions(content, match.end())
    place = 0
    while (lists := LISTS.match(letters, place)) is not None:  # a thousand at a time, as they were pickled: other threads get their turn
        place = lists.end()
    if letters[place:] != END:
        raise MalformedFile("expected an array of lists of whole numbers; found its instructions in another order. Nothing of it was run.")
    if len(numbers) and (numbers.min() < 0 or numbers.max() > MAX_NUMBER):
        raise MalformedFile(f"expected numbers from 0 to {MAX_NUMBER:,}; found {numbers.min():,} to {numbers.max():,}.")
    return Ragged.of(numbers, np.diff(before, append=len(numbers)))


def _instructions(content: bytes, place: int) -> tuple[bytearray, NDArray[np.int32], NDArray[np.int64]]:
    """All instructions from `place` on: their letters, the numbers among them, and how many of these stand before each new list.

    All work is on pieces, also the copying of results: none of it holds up other threads.
    """
    data = np.frombuffer(content, np.uint8)
    letters = bytearray()
    numbers = np.empty(len(data) // 2, np.int32)  # no number takes fewer than two bytes
    count, before = 0, [np.empty(0, np.int64)]
    while place < len(data):
        piece = data[place : place + PIECE]
        starts = _starts(piece)
        lengths = LENGTH_OF[piece[starts]]
        if not lengths.all():
            _refuse(content, place + int(starts[lengths == 0][0]), "a list of whole numbers")
        if starts[-1] + lengths[-1] > len(piece):  # the next piece begins with the instruction that is cut off here
            if place + len(piece) == len(data):
                _refuse(content, place + int(starts[-1]), "a whole instruction")
            starts, lengths = starts[:-1], lengths[:-1]
        found = piece[starts]
        is_number = np.isin(found, NUMBERS)
        before.append(count + np.cumsum(is_number)[found == NEW_LIST])
        read = _numbers(piece, starts[is_number])
        numbers[count : count + len(read)] = read
        letters += found.tobytes()
        count += len(read)
        place += int(starts[-1] + lengths[-1])
    return letters, numbers[:count], np.concatenate(before)


def _starts(piece: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Where instructions begin in `piece`, which begins with one. An unknown one is the last."""
    end = len(piece)
    jump = np.append(np.minimum(np.arange(end) + LENGTH_OF[piece], end), end)
    begins = np.zeros(end + 1, np.bool_)
    begins[0] = True
    for _ in range(end.bit_length()):  # jumps of 1, 2, 4 … instructions from all that are known
        begins[jump[begins]] = True
        jump = jump[jump]
    return np.flatnonzero(begins[:end])


def _numbers(piece: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.int32]:
    """The little-endian numbers of 1, 2 or 4 bytes (the last signed) of the instructions at `starts`."""
    size = LENGTH_OF[piece[starts]] - 1
    result = np.zeros(len(starts), np.int32)
    for i in range(4):
        longer = size > i
        result[longer] |= piece[starts[longer] + 1 + i].astype(np.int32) << 8 * i
    return result


def _refuse(content: bytes, place: int, expected: str) -> NoReturn:
    found: Any = content[place : place + SHOWN] or "nothing more"
    raise MalformedFile(f"expected {expected} at byte {place:,} of its pickle; found {found!r}. Nothing of it was run.")
