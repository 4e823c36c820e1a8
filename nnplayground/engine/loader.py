"""The door to TensorFlow: only here is `engine.keras_backend` imported, and only when it is called."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnplayground.engine.backend import Backend


def create_backend() -> Backend:
    """A backend over Keras. The first call imports TensorFlow, which takes seconds: make it on the worker's thread."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    from nnplayground.engine.keras_backend.backend import KerasBackend

    return KerasBackend()
