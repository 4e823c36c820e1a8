"""The door to TensorFlow: only here is `engine.keras_backend` imported, and only when it is called."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnplayground.engine.backend import Backend


def create_backend() -> Backend:
    """A backend over Keras. The first call imports TensorFlow, which takes seconds: make it on the worker's thread."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    # Every new network is traced anew, as it must be; TensorFlow would warn of it on standard error.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    with _quiet():
        from nnplayground.engine.keras_backend.backend import KerasBackend

    return KerasBackend()


@contextmanager
def _quiet() -> Iterator[None]:
    """Drop what TensorFlow's C++ side prints while it is imported: greetings that no setting silences."""
    if "tensorflow" in sys.modules:
        yield
        return
    sys.stderr.flush()
    kept, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(sink)
