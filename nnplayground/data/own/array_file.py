"""Opening a .npz file that may be anything: which arrays are in it, and those that are asked for. Nothing is ever unpickled."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.data.own.gone import NOWHERE

MAX_BYTES = 1 << 32
"""Of the arrays that are read, unpacked."""
HOW = "Write one with np.savez('data.npz', x=x, y=y)."


@dataclass(frozen=True)
class Held:
    """An array in a file, by its header."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def __str__(self) -> str:
        return f"{self.name} {self.shape} {'objects' if self.dtype.hasobject else self.dtype}"

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


def arrays_in(path: Path) -> dict[str, Held]:
    """What a .npz file holds, from the headers alone."""
    with _opened(path) as archive:
        found = {}
        for entry in archive.infolist():
            if entry.filename.endswith(".npy"):
                with archive.open(entry) as file:
                    held = _header(entry.filename.removesuffix(".npy"), file)
                if held.nbytes > entry.file_size:
                    raise DataUnavailable(f"{path.name} is damaged: {held.name} is said to be {held.shape}, but has not so many bytes.")
                found[held.name] = held
    if not found:
        raise DataUnavailable(f"{path.name} is a zip archive without arrays. {HOW}")
    return found


def read_array(path: Path, held: Held, cancelled: Callable[[], bool]) -> NDArray[Any]:
    """One array, whole. Raises DataUnavailable or Cancelled."""
    if held.dtype.hasobject:
        raise DataUnavailable(
            f"{path.name}: {held.name} holds Python objects, which are never opened because they can run programs. "
            "Save plain numbers: np.savez('data.npz', x=x.astype('float32'), y=y)."
        )
    if held.nbytes > MAX_BYTES:
        raise DataUnavailable(
            f"{path.name}: {held.name} takes {held.nbytes / 1e9:,.1f} GB unpacked, more than {MAX_BYTES / 1e9:,.1f} GB. "
            "Choose fewer samples."
        )
    with _opened(path) as archive, archive.open(f"{held.name}.npy") as file:
        return npy.read_array(cast("IO[bytes]", _Asking(file, cancelled)), allow_pickle=False)


class _Asking:
    """A file that is read in pieces, and asks before each whether to go on."""

    def __init__(self, file: IO[bytes], cancelled: Callable[[], bool]) -> None:
        self._file, self._cancelled = file, cancelled

    def read(self, size: int) -> bytes:
        if self._cancelled():
            raise Cancelled
        return self._file.read(size)


def _header(name: str, file: IO[bytes]) -> Held:
    version = npy.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"{name} is written in the format {version[0]}.{version[1]}")
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(file)
    return Held(name, tuple(int(n) for n in shape), dtype)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever goes wrong while it is open is said in a sentence, but that there is none (`NOWHERE`)."""
    try:
        with path.open("rb") as file:
            beginning = file.read(6)
        if beginning == b"\x93NUMPY":
            raise DataUnavailable(f"{path.name} holds one array (.npy): expected a .npz file with both x and y. {HOW}")
        if not beginning:
            raise DataUnavailable(f"{path.name} is empty: expected a .npz file with the arrays x and y. {HOW}")
        if beginning[:2] != b"PK":
            raise DataUnavailable(f"{path.name} is no .npz file, by its first bytes: expected one with the arrays x and y. {HOW}")
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (DataUnavailable, Cancelled, *NOWHERE):
        raise
    except IsADirectoryError as error:
        raise DataUnavailable(f"{path} is a folder: expected a .npz file with the arrays x and y. {HOW}") from error
    except MemoryError as error:
        raise DataUnavailable(f"There is not enough memory for {path.name}. Choose fewer samples.") from error
    except PermissionError as error:
        raise DataUnavailable(f"{path} cannot be read ({error.strerror}). Check that you may open it.") from error
    except Exception as error:  # a damaged or hostile file makes zipfile, zlib and NumPy raise almost anything
        words = str(error).splitlines()[0].rstrip(".")[:200] if str(error) else type(error).__name__
        raise DataUnavailable(f"{path.name} is damaged or incomplete ({words}). Get it or write it again. {HOW}") from error
