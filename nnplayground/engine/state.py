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
GROUPS = ("weights", "optimizer", "tally", "best", "scaling", "last")
COUNTER, RULE = "counter ", "rule "
CLASSES, INPUTS = "classes", "inputs"
"""Under which the names of a run's classes and inputs are kept."""
NOT_A_STATE = (ValueError, KeyError, OSError, EOFError, TypeError, RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error)
"""What NumPy and zipfile raise for bytes that are no such file."""


def dump_state(state: RunState) -> bytes:
    """The state as the bytes of an `.npz` file."""
    arrays: dict[str, Any] = {"epoch": np.int64(state.epoch), "step": np.int64(state.step), "compiled": np.str_(state.compiled)}
    arrays["ending"] = np.str_(state.ending)
    if state.learning_rate is not None:
        arrays["learning_rate"] = np.float64(state.learning_rate)
    if state.shuffled is not None:
        arrays["shuffled"] = np.bool_(state.shuffled)
    arrays |= {name: np.array(words, np.str_) for name, words in ((CLASSES, state.classes), (INPUTS, state.inputs)) if words}
    arrays |= {f"{group}_{i:04}": a for group in GROUPS for i, a in enumerate(getattr(state, group))}
    arrays |= {COUNTER + name: np.float64(value) for name, value in state.counters.items()}
    arrays |= {RULE + name: np.str_(settings) for name, settings in state.rules.items()}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def holds_training(content: bytes) -> bool:
    """Whether a state is that of a network which has been trained, be it within its first epoch; also of what cannot be read."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return int(file["epoch"]) > 0 or ("step" in file.files and int(file["step"]) > 0)
    except NOT_A_STATE:
        return True


def load_state(content: bytes) -> RunState:
    """The state that `dump_state` wrote. Raises EngineError for anything else."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            names = sorted(file.files)
            if len(names) > MAX_ARRAYS:
                raise EngineError(f"The saved state has {len(names):,} arrays; at most {MAX_ARRAYS:,} make sense.")
            groups = (tuple(file[n] for n in names if n.startswith(f"{group}_")) for group in GROUPS)
            weights, optimizer, tally, best, scaling, last = groups
            counters = {n.removeprefix(COUNTER): float(file[n]) for n in names if n.startswith(COUNTER)}
            # Files of before had neither steps nor counters.
            step = int(file["step"]) if "step" in names else 0
            compiled, ending = (str(file[n]) if n in names else "" for n in ("compiled", "ending"))
            rate = float(file["learning_rate"]) if "learning_rate" in names else None
            rules = {n.removeprefix(RULE): str(file[n]) for n in names if n.startswith(RULE)}
            shuffled = bool(file["shuffled"]) if "shuffled" in names else None
            classes, inputs = (tuple(str(word) for word in file[n]) if n in names else () for n in (CLASSES, INPUTS))
            return RunState(
                int(file["epoch"]), weights, optimizer, step, tally, counters, best, compiled, ending, rate, scaling, last, rules, shuffled,
                classes, inputs,
            )  # fmt: skip
    except NOT_A_STATE as error:
        raise EngineError(f"The saved training state cannot be read: {error}") from error
