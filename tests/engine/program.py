"""The exported program as the oracle: plain Keras that knows nothing of the engine, not even how it makes Keras's objects."""

from __future__ import annotations

import contextlib
import io
from typing import Any

from nnplayground.core.code_export import keras_code
from nnplayground.data.dataset import Part
from nnplayground.data.rows import Rows
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import TrainRequest
from tests.engine.oracle import Outcome, keras_weights

FIT = "history = model.fit("


class Program:
    """A project's program, run up to where it trains."""

    def __init__(self, request: TrainRequest) -> None:
        made, fit, rest = keras_code(request.spec, request.dataset.facts, "").partition(FIT)
        self._rest = fit + rest
        self.names: dict[str, Any] = {"__name__": "__main__"}
        parts = {"train": request.dataset.train, "test": request.dataset.test, "val": request.dataset.validation}
        for name, part in parts.items():
            if part is not None:
                self.names |= {f"x_{name}": _inputs(request, part), f"y_{name}": _answers(request, part)}
        self._run(made)
        self.model = self.names["model"]
        self.model.run_eagerly = True  # for a few steps, a graph takes longer to make than to run

    def train(self, backend: Backend) -> Outcome:
        """Train from the weights that an open run has now; samples in their own order."""
        self.model.set_weights(keras_weights(backend))
        self._run(self._rest)
        results = self.model.evaluate(self.names["x_test"], self.names["y_test"], verbose=0, return_dict=True)
        answers = self.model.predict(self.names["x_test"], verbose=0)
        return Outcome(self.names["history"].history, self.model.get_weights(), results, answers)

    def measure(self) -> dict[str, float]:
        """The loss and the metrics on the training samples, as one batch."""
        results: dict[str, float] = self.model.test_on_batch(self.names["x_train"], self.names["y_train"], return_dict=True)
        return results

    def _run(self, code: str) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(code, "train.py", "exec"), self.names)


def _inputs(request: TrainRequest, part: Part) -> Any:
    return part.x.dense() if isinstance(part.x, Rows) else request.dataset.scaler.apply(part.x)


def _answers(request: TrainRequest, part: Part) -> Any:
    return part.y if request.dataset.facts.classes else request.dataset.target_scaler.apply(part.y)
