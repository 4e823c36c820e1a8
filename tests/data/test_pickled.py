"""Lists out of pickles: the same numbers as unpickling gives, and from everything else a sentence and nothing run."""

from __future__ import annotations

import io
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data.support import lists_npz, pickled
from hypothesis import example, given
from hypothesis import strategies as st

from nnplayground.data import pickled as reader
from nnplayground.data.errors import MalformedFile
from nnplayground.data.pickled import MAX_NUMBER, pickled_lists, read_lists

SOME = [[1, 255], [], [256, 65_535], [65_536, MAX_NUMBER]]
HEAD = pickled([])[: -len(b".tb.") + 1]
TAIL = b"tb."


def as_lists(content: bytes) -> list[list[int]]:
    found = pickled_lists(content)
    assert (found.indptr.dtype, found.values.dtype) == (np.int64, np.int32)
    return [found.values[a:b].tolist() for a, b in zip(found.indptr[:-1], found.indptr[1:], strict=True)]


@given(st.lists(st.lists(st.integers(0, MAX_NUMBER), max_size=30), max_size=60))
@example(SOME)
@example([[7]])
@example([[0] * 1_001, [1] * 2_500])
@example([[i] for i in range(2_500)])
def test_lists_are_what_was_pickled(lists: list[list[int]]):
    assert as_lists(pickled(lists)) == lists


@given(st.lists(st.integers(0, 70_000), min_size=1, max_size=60), st.integers(5, 40))
def test_instructions_may_be_cut_by_the_pieces_that_are_looked_at(numbers: list[int], size: int):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "PIECE", size)
        assert as_lists(pickled([numbers, numbers[::-1]])) == [numbers, numbers[::-1]]


@pytest.mark.parametrize("lists", [[[-1]], [[3], [MAX_NUMBER + 1]], [[-(2**31)]], [[2**31 - 1]]])
def test_numbers_that_no_word_has(lists: list[list[int]]):
    with pytest.raises(MalformedFile, match="expected numbers from 0 to 1,048,576; found "):
        pickled_lists(pickled(lists))


class _Calls:
    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


def inside(element: bytes) -> bytes:
    """A pickle whose only oddity is what stands among its lists."""
    return HEAD + b"(]q\x07(K\x01K\x02e" + element + b"e" + TAIL


def bare(thing: Any, protocol: int = 2) -> bytes:
    """Instructions that put something on the stack."""
    return pickle.dumps(thing, protocol)[2:-1]


def everywhere(instructions: bytes) -> dict[str, bytes]:
    return {
        "the whole pickle": b"\x80\x02" + instructions + b".",
        "in place of a list": inside(instructions),
        "in a list": inside(b"]q\x08(K\x03" + instructions + b"e"),
        "in a list in a list": inside(b"]q\x08(]q\x09(" + instructions + b"ee"),
        "in place of the array": HEAD[:2] + instructions + HEAD[2:] + TAIL,
        "after the array": pickled(SOME)[:-1] + instructions + b".",
        "after the end": pickled(SOME) + instructions + b".",
    }


def hostile(marker: Path) -> dict[str, bytes]:
    made = f"open({str(marker)!r}, 'w').close()"
    system = b"cos\nsystem\n" + b"(" + bare(f"touch {marker}") + b"tR"
    return {
        "os.system": system,
        "os.system, dumped": bare(_Calls(os.system, f"touch {marker}")),
        "builtins.eval": bare(_Calls(eval, made)),
        "builtins.exec, protocol 4": pickle.dumps(_Calls(exec, made), 4)[2:-1],
        "nested": b"cbuiltins\ngetattr\n(cos\npath\n" + bare("os") + b"tR" + system,
        "as an instance": b"(" + bare(f"touch {marker}") + b"ios\nsystem\n",
        "by its class": b"(cos\nsystem\n" + bare(f"touch {marker}") + b"o",
        "extension code": b"\x82\x01",
        "persistent": b"Pid\n",
        "a huge text": b"X\xff\xff\xff\x7f",
        "a huger one": b"\x8d" + struct.pack("<Q", 2**62),
        "a huge number": b"\x8b\xff\xff\xff\x7f",
        "a set": bare({1, 2}),
        "a dictionary": bare({1: 2}),
        "a number as text": b"I7\n",
        "what was remembered": b"h\x07",
        "true": b"\x88",
        "a fraction": bare(1.5),
    }


NAMES = tuple(hostile(Path("x")))


@pytest.mark.parametrize("place", tuple(everywhere(b"")))
@pytest.mark.parametrize("name", NAMES)
def test_hostile_pickles_are_refused_and_not_run(name: str, place: str, tmp_path: Path):
    marker = tmp_path / "was-here"
    content = everywhere(hostile(marker)[name])[place]
    with pytest.raises(MalformedFile, match=r"^expected .* Nothing of it was run\.$"):
        pickled_lists(content)
    assert not marker.exists()


def test_the_hostile_pickles_would_have_been_run(tmp_path: Path):
    """Else the test above could not fail."""
    for number, name in enumerate(("os.system", "os.system, dumped", "builtins.eval", "by its class")):
        marker = tmp_path / str(number)
        pickle.loads(everywhere(hostile(marker)[name])["the whole pickle"])
        assert marker.exists()


def test_a_large_memo_number_reserves_nothing():
    assert as_lists(HEAD + b"(]r\xff\xff\xff\x7f(K\x05ee" + TAIL) == [[5]]


def test_pickles_that_are_cut_anywhere():
    whole = pickled(SOME)
    for end in range(len(whole)):
        with pytest.raises(MalformedFile, match="expected "):
            pickled_lists(whole[:end])


@given(st.integers(0, len(pickled(SOME)) - 1), st.integers(0, 255))
def test_pickles_with_a_wrong_byte(place: int, byte: int):
    """Another number is possible, anything else is not."""
    damaged = bytearray(pickled(SOME))
    damaged[place] = byte
    try:
        found = as_lists(bytes(damaged))
    except MalformedFile:
        return
    assert all(0 <= n <= MAX_NUMBER for numbers in found for n in numbers)


def test_an_error_says_where_and_what():
    with pytest.raises(MalformedFile, match=rf"a list of whole numbers at byte {len(HEAD) + 10}.*found b'X"):
        pickled_lists(inside(b"X\x01\x00\x00\x00a"))


# --- the file around it


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_an_array_of_a_file(tmp_path: Path):
    file = written(tmp_path / "a.npz", lists_npz(x=SOME, y=[[9]]))
    assert read_lists(file, "x").values.tolist() == [n for numbers in SOME for n in numbers]
    assert read_lists(file, "y").values.tolist() == [9]


def claiming(shape: str) -> bytes:
    return npy_with(f"{{'descr': '|O', 'fortran_order': False, 'shape': {shape}, }}\n", pickled(SOME))


def npy_with(header: str, content: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read as a .npz file"),
        (b"PK\x03\x04 and no more", "cannot be read as a .npz file"),
        (lists_npz(x=SOME)[:-40], "cannot be read as a .npz file"),
        (lists_npz(other=SOME), r"missing \(x\)"),
        (lists_npz(x=np.arange(3)), "expected x to hold lists; found int64"),
        (claiming("(1000000000000,)"), "1,000,000,000,000 lists in x; found 4"),
        (claiming("(2, 2)"), r"of shape \(2, 2\)"),
        (npy_with("__import__('os').system('true')\n", pickled(SOME)), "cannot be read as a .npz file"),
        (npy_with("(" * 5_000), "cannot be read as a .npz file"),
    ],
)  # fmt: skip
def test_files_that_hold_something_else(content: bytes, words: str, tmp_path: Path):
    with pytest.raises(MalformedFile, match=words):
        read_lists(written(tmp_path / "a.npz", content), "x")


def test_an_array_that_would_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "MAX_BYTES", 1_000)
    file = written(tmp_path / "a.npz", lists_npz(x=[[0] * 1_000]))
    with pytest.raises(MalformedFile, match="far more than expected"):
        read_lists(file, "x")
