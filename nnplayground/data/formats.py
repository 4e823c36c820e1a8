"""Reading array files that may be anything: every file that does not hold what it should is a MalformedFile.

Nothing is ever unpickled, and no more is read than the expected arrays can need.
"""

from __future__ import annotations

import gzip
import math
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from nnplayground.data.errors import MalformedFile

MAX_BYTES = 1 << 28
"""More than any of the known sets needs when unpacked: MNIST has 55 MB."""


def read_npz(file: Path | IO[bytes], *names: str) -> tuple[NDArray[Any], ...]:
    """The arrays called `names` of a .npz file."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(archive.getinfo(f"{name}.npy").file_size for name in names)
        if size > MAX_BYTES:
            raise MalformedFile(f"its arrays would take {size:,} bytes, far more than expected.")
        if not isinstance(file, Path):
            file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            if not isinstance(arrays, NpzFile):
                raise MalformedFile("it is not a .npz file.")
            found = tuple(arrays[name] for name in names)
    except MalformedFile:
        raise
    except KeyError as error:
        raise MalformedFile(f"an array that should be in it is missing ({error.args[0]}).") from error
    except Exception as error:  # a damaged or hostile file makes zipfile, zlib and NumPy raise almost anything
        raise MalformedFile(f"it cannot be read as a .npz file of plain arrays ({type(error).__name__}: {error}).") from error
    if not all(isinstance(array, np.ndarray) for array in found):  # NumPy hands anything else over as bytes
        raise MalformedFile("it holds something else than arrays.")
    return found


def read_npz_head(file: Path | IO[bytes], rows: int, *names: str) -> tuple[NDArray[Any], ...]:
    """The first rows of the arrays called `names` of a .npz file; the rest is not even unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            return tuple(_head(archive, name, rows) for name in names)
    except MalformedFile:
        raise
    except Exception as error:  # a damaged or hostile file makes zipfile, zlib and NumPy raise almost anything
        raise MalformedFile(f"it cannot be read as a .npz file of plain arrays ({type(error).__name__}: {error}).") from error


def _head(archive: zipfile.ZipFile, name: str, rows: int) -> NDArray[Any]:
    with archive.open(f"{name}.npy") as stream:
        npy.read_magic(stream)
        shape, by_columns, dtype = npy.read_array_header_1_0(stream)
        if dtype.hasobject or by_columns or not shape:
            raise MalformedFile(f"expected plain numbers row by row in {name}; found {dtype} of shape {shape}.")
        shape = (min(rows, shape[0]), *shape[1:])
        size = math.prod(shape) * dtype.itemsize
        if size > MAX_BYTES:
            raise MalformedFile(f"its arrays would take {size:,} bytes, far more than expected.")
        return np.frombuffer(stream.read(size), dtype).reshape(shape)


def read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """The array of bytes in a gzipped IDX file, MNIST's own format.

    It begins with two zero bytes, the type (8: unsigned bytes) and the number of dimensions, then their sizes as
    32-bit big-endian numbers (http://yann.lecun.com/exdb/mnist).
    """
    try:
        with gzip.open(path, "rb") as file:
            magic = file.read(4)
            if magic != bytes((0, 0, 8, dimensions)):
                raise MalformedFile(
                    f"expected an IDX file of bytes in {dimensions} dimensions; found one that begins with {magic.hex() or 'nothing'}."
                )
            shape = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
            size = math.prod(shape)
            if size > MAX_BYTES:
                raise MalformedFile(f"its array would take {size:,} bytes, far more than expected.")
            content = file.read(size + 1)
    except (OSError, EOFError, struct.error, zlib.error) as error:
        raise MalformedFile(f"it is damaged or incomplete ({error}).") from error
    if len(content) != size:
        raise MalformedFile(
            f"expected {size:,} bytes for an array of shape {shape}; found {'more' if len(content) > size else f'{len(content):,}'}."
        )
    return np.frombuffer(content, np.uint8).reshape(shape)
