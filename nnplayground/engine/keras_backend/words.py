"""TensorFlow's and Keras's errors in words for people."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import tensorflow as tf

from nnplayground.engine.backend import EngineError
from nnplayground.engine.probes import Failure

T = TypeVar("T")
U = TypeVar("U")

ORNAMENTS = re.compile(r"\x1b\[\d*m|\{\{.*?\}\}|\[Op:\w+\].*|^Exception encountered when calling .*")
"""What Keras and TensorFlow write around their sentences: bold type, names of nodes, places."""


@contextmanager
def in_words(what: str = "Keras cannot train this network") -> Iterator[None]:
    """TensorFlow's errors as one sentence that begins with `what`."""
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        raise EngineError("There is not enough memory for this network and batch. Use smaller batches or fewer units.") from error
    except (tf.errors.OpError, ValueError, TypeError) as error:
        raise EngineError(f"{what}: {_sentence(error)}") from error


class Attempts:
    """Several things worked out, each for itself: what fails leaves the others as they are."""

    def __init__(self) -> None:
        self.failures: dict[str, Failure] = {}
        """Why, under the names of what failed."""

    def make(self, what: str, work: Callable[[], T], otherwise: U) -> T | U:
        """What `work` gives, or `otherwise` where it raises."""
        try:
            with in_words("Keras cannot work it out"):
                return work()
        except Exception as error:  # noqa: BLE001 - told in words, and with all details
            known = isinstance(error, EngineError)
            sentence = str(error) if known else f"Unexpected {type(error).__name__}: {error}".rstrip(".") + "."
            self.failures[what] = Failure(sentence, "".join(traceback.format_exception(error)))
            return otherwise


def _sentence(error: Exception) -> str:
    """The line that says what is wrong: behind 'in user code:' come the places first."""
    lines = [line for text in str(error).splitlines() if (line := ORNAMENTS.sub("", text).strip())]
    named = [line for line in lines if re.match(r"\w*(Error|Exception)\w*: ", line)]
    return (named or lines or [type(error).__name__])[0]
