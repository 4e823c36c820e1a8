"""A run at rest as bytes and back: an `.npz` of plain arrays, never pickled."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

import numpy as np

from nnplayground.engine.backend import EngineError
from nnplayground.engine.events import RunState

MAX_ARRAYS = 10_000
NOT_A_STATE = (ValueError, KeyError, OSError, EOFError, TypeError, RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error)
"""What NumPy and zipfile raise for bytes that are no such file."""


def dump_state(state: RunState) -> bytes:
    """The state as the bytes of an `.npz` file."""
    arrays: dict[str, Any] = {"epoch": np.int64(state.epoch)}
    arrays |= {f"weights_{i:04}": a for i, a in enumerate(state.weights)}
    arrays |= {f"optimizer_{i:04}": a for i, a in enumerate(state.optimizer)}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def load_state(content: bytes) -> RunState:
    """The state that `dump_state` wrote. Raises EngineError for anything else."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            names = sorted(file.files)
            if len(names) > MAX_ARRAYS:
                raise EngineError(f"The saved state has {len(names):,} arrays; at most {MAX_ARRAYS:,} make sense.")
            weights, optimizer = (tuple(file[n] for n in names if n.startswith(p)) for p in ("weights_", "optimizer_"))
            return RunState(int(file["epoch"]), weights, optimizer)
    except NOT_A_STATE as error:
        raise EngineError(f"The saved training state cannot be read: {error}") from error
