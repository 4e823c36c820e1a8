"""The door to TensorFlow: only here is `engine.keras_backend` imported, and only when it is called."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

if TYPE_CHECKING:
    from nnplayground.engine.backend import Backend


XLA_ON_ONE_THREAD = "--xla_cpu_multi_thread_eigen=false"
"""XLA is used for small layers only, and those are up to twice as fast on one thread; the graph keeps all threads."""


def create_backend() -> Backend:
    """A backend over Keras. The first call imports TensorFlow, which takes seconds: make it on the worker's thread."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if XLA_ON_ONE_THREAD not in (flags := os.environ.get("XLA_FLAGS", "")):
        os.environ["XLA_FLAGS"] = f"{flags} {XLA_ON_ONE_THREAD}".strip()
    # Every new network is traced anew, as it must be; TensorFlow would warn of it on standard error.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    with _quiet():
        from nnplayground.engine.keras_backend.backend import KerasBackend

    return KerasBackend(user_cache_path("nnplayground") / "compilers.json")


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
