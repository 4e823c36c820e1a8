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


XLA_FLAGS = {
    "--xla_cpu_multi_thread_eigen": "false",
    "--xla_backend_extra_options": "xla_cpu_small_while_loop_byte_threshold=98304",
}
"""Of XLA, which is used for small layers most of all.

On one thread those are up to twice as fast; the graph keeps all threads. And a loop whose step touches less than these
bytes becomes one machine function, where XLA would call a function for every operation: 2-4-2-1 trains 5 times as fast,
2-8×6-1 7 times. XLA's own limit is 1 kB; beyond this one (2-64-64-1) its library for matrix products is faster.
"""


def create_backend() -> Backend:
    """A backend over Keras. The first call imports TensorFlow, which takes seconds: make it on the worker's thread."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    flags = os.environ.get("XLA_FLAGS", "")
    ours = [f"{name}={value}" for name, value in XLA_FLAGS.items() if f"{name}=" not in flags]
    os.environ["XLA_FLAGS"] = " ".join([flags, *ours]).strip()
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
