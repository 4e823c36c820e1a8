"""Array files that are damaged, wrong or hostile: always one sentence, never a traceback, never unpickled."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from data.support import idx, npz
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplayground.data.errors import MalformedFile
from nnplayground.data.formats import read_idx, read_npz, read_npz_head

ARRAY = np.arange(60, dtype=np.uint8).reshape(3, 4, 5)
GOOD = npz(x=ARRAY, y=np.arange(3))


class Evil:
    """Leaves a mark when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("import os; os.environ['UNPICKLED'] = '1'",)


def with_npy(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.npy", content)
        archive.writestr("y.npy", content)
    return out.getvalue()


def npy_header(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


BAD_NPZ = {
    "nothing": b"",
    "text": b"<html>not found</html>",
    "truncated": GOOD[: len(GOOD) // 2],
    "without its end": GOOD[:-10],
    "without an array": npz(x=ARRAY),
    "pickled objects": npz(x=np.array([Evil()], dtype=object), y=np.arange(1)),
    "not an array": with_npy(b"hello"),
    "huge claim": with_npy(npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}\n")),
    "negative claim": with_npy(npy_header("{'descr': '<f8', 'fortran_order': False, 'shape': (-5,)}\n")),
    "code in the header": with_npy(npy_header("__import__('os').abort()\n")),
    "deep header": with_npy(npy_header("(" * 2000 + "\n")),
}


@pytest.mark.parametrize("content", BAD_NPZ.values(), ids=BAD_NPZ.keys())
@pytest.mark.parametrize("as_path", [True, False])
def test_bad_npz(content: bytes, as_path: bool, tmp_path: Path):
    path = tmp_path / "bad.npz"
    path.write_bytes(content)
    with pytest.raises(MalformedFile) as caught:
        read_npz(path if as_path else io.BytesIO(content), "x", "y")
    assert str(caught.value).endswith(".")
    assert "UNPICKLED" not in os.environ


def test_an_archive_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path):
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive, archive.open("x.npy", "w", force_zip64=True) as out:
        for _ in range(300):
            out.write(bytes(1 << 20))
    with pytest.raises(MalformedFile, match="far more than expected"):
        read_npz(path, "x")


def test_good_npz(tmp_path: Path):
    path = tmp_path / "good.npz"
    path.write_bytes(GOOD)
    x, y = read_npz(path, "x", "y")
    np.testing.assert_array_equal(x, ARRAY)
    assert y.tolist() == [0, 1, 2]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_changed_byte_is_noticed_or_harmless(position: int, value: int):
    content = bytearray(GOOD)
    content[position] = value
    try:
        x, _ = read_npz(io.BytesIO(bytes(content)), "x", "y")
    except MalformedFile:
        return
    np.testing.assert_array_equal(x, ARRAY)


HEAD = bytes((0, 0, 8, 3)) + struct.pack(">3I", 3, 4, 5)
BAD_IDX = {
    "nothing": (b"", "begins with nothing"),
    "not gzip": (b"<html>not found</html>", "damaged"),
    "truncated": (idx(ARRAY)[:-12], "damaged"),
    "gzip cut in its head": (idx(ARRAY)[:12], "damaged"),
    "wrong checksum": (idx(ARRAY)[:-8] + bytes(8), "damaged"),
    "labels instead": (idx(ARRAY[0, 0]), "3 dimensions"),
    "wrong magic": (gzip.compress(b"PNG!" + bytes(100)), "begins with 504e4721"),
    "short head": (gzip.compress(HEAD[:10]), "damaged or incomplete"),
    "too little": (gzip.compress(HEAD + bytes(59)), "expected 60 bytes"),
    "too much": (gzip.compress(HEAD + bytes(61)), "found more"),
    "huge claim": (gzip.compress(bytes((0, 0, 8, 3)) + b"\xff" * 12), "far more than expected"),
}


@pytest.mark.parametrize(("content", "words"), BAD_IDX.values(), ids=BAD_IDX.keys())
def test_bad_idx(content: bytes, words: str, tmp_path: Path):
    path = tmp_path / "bad.gz"
    path.write_bytes(content)
    with pytest.raises(MalformedFile, match=words):
        read_idx(path, 3)


def test_good_idx(tmp_path: Path):
    path = tmp_path / "good.gz"
    path.write_bytes(idx(ARRAY))
    np.testing.assert_array_equal(read_idx(path, 3), ARRAY)


def test_a_file_that_is_not_there(tmp_path: Path):
    for read in (lambda: read_npz(tmp_path / "none", "x"), lambda: read_idx(tmp_path / "none", 1)):
        with pytest.raises(MalformedFile):
            read()


@pytest.mark.parametrize("pack", [np.savez, np.savez_compressed])
def test_only_the_first_rows(pack: Callable[..., None], tmp_path: Path):
    x, y = np.arange(240, dtype=np.int16).reshape(20, 3, 4), np.arange(20.0)
    pack(tmp_path / "a.npz", x=x, y=y)
    for rows in (1, 7, 20, 99):
        head_x, head_y = read_npz_head(tmp_path / "a.npz", rows, "x", "y")
        np.testing.assert_array_equal(head_x, x[:rows])
        np.testing.assert_array_equal(head_y, y[:rows])


@pytest.mark.parametrize("array", [np.array([{}]), np.asfortranarray(np.ones((3, 4))), np.float64(3)])
def test_first_rows_of_what_has_none(array: np.ndarray, tmp_path: Path):
    np.savez(tmp_path / "a.npz", x=array)
    with pytest.raises(MalformedFile, match="plain numbers row by row"):
        read_npz_head(tmp_path / "a.npz", 2, "x")


def test_first_rows_of_damaged_files(tmp_path: Path):
    np.savez_compressed(tmp_path / "a.npz", x=np.random.default_rng(0).normal(size=(500, 9)))
    whole = (tmp_path / "a.npz").read_bytes()
    for content in (b"", b"hello", whole[:300], whole[:-30], whole[:200] + b"??????" + whole[206:]):
        (tmp_path / "b.npz").write_bytes(content)
        with pytest.raises(MalformedFile):
            read_npz_head(tmp_path / "b.npz", 500, "x")
    with pytest.raises(MalformedFile, match="KeyError"):
        read_npz_head(tmp_path / "a.npz", 2, "y")
