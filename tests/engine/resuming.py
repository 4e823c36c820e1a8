"""The second half of a run, in a process of its own: reads saved states from a folder, and writes what became of them there.

    python -m tests.engine.resuming FOLDER
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nnplayground.core.optimizers import OPTIMIZERS
from nnplayground.data.dataset import Dataset
from nnplayground.engine.events import TrainRequest
from nnplayground.engine.loader import create_backend
from nnplayground.engine.state import dump_state, load_state
from nnplayground.engine.train import train
from tests.engine.making import dense, make_dataset, make_spec
from tests.engine.oracle import history_of

HALF, WHOLE = 5, 10
LAYERS = [dense(6, "tanh", kernel_regularizer="l2"), {"type": "Dropout", "rate": 0.3}, {"type": "GaussianNoise", "stddev": 0.1},
          {"type": "BatchNormalization"}, dense(1, "sigmoid")]  # fmt: skip
PLAIN = [dense(6, "tanh"), dense(1, "sigmoid")]
SCHEDULE = {"type": "CosineDecay", "initial_learning_rate": 0.05, "decay_steps": 40}
PLATEAU = {"monitor": "val_loss", "patience": 2, "factor": 0.5, "min_delta": 0.5, "cooldown": 1}
WORDS = [{"type": "Embedding", "input_dim": 2000, "output_dim": 32}, {"type": "GlobalAveragePooling1D"},
         {"type": "Dropout", "rate": 0.3}, dense(1, "sigmoid")]  # fmt: skip
PICTURES = [{"type": "Conv2D", "filters": 16, "kernel_size": 3, "activation": "relu"}, {"type": "MaxPooling2D"},
            {"type": "BatchNormalization"}, {"type": "Flatten"}, {"type": "Dropout", "rate": 0.3}, dense(10, "softmax")]  # fmt: skip
STOPPING = {"monitor": "val_loss", "patience": 50, "restore_best_weights": True}


@dataclass(frozen=True)
class Case:
    """A run, and how it is left: after so many steps of its sixth epoch (of six); none where epochs are trained in one call."""

    request: TrainRequest
    steps: int = 4

    @property
    def short_epoch(self) -> float:
        """What decides which of the two loops trains."""
        return 0.0 if self.steps else math.inf


def cases() -> dict[str, Case]:
    """Every optimizer with dropout and shuffling; schedules, rules, recurrent dropout, XLA, and sizes for which threads share the work."""

    def request(layers: list[dict[str, Any]], dataset: Dataset | None = None, **training: Any) -> TrainRequest:
        return TrainRequest(make_spec(layers, {"epochs": WHOLE, "batch_size": 10, **training}), dataset or make_dataset(), 1)

    optimizers = {cls().type: Case(request(LAYERS, optimizer={"type": cls().type, "learning_rate": 0.01})) for cls in OPTIMIZERS}
    memory = [{"type": "Reshape", "target_shape": [2, 1]}, {"type": "LSTM", "units": 2, "dropout": 0.3, "recurrent_dropout": 0.3}]
    rules = request(LAYERS, optimizer="adam", reduce_lr_on_plateau=PLATEAU, early_stopping=STOPPING)
    plain = request(PLAIN, optimizer={"type": "Adam", "amsgrad": True}, class_weight="balanced")
    return optimizers | {
        "schedule": Case(request(LAYERS, optimizer={"type": "SGD", "learning_rate": SCHEDULE, "momentum": 0.5})),
        "rules": Case(rules),
        "rules, epochs a call": Case(rules, 0),
        "recurrent": Case(request([*memory, dense(1, "sigmoid")], optimizer="adam")),
        "words": Case(request(WORDS, make_dataset((60,), n=1500, integers=2000), batch_size=256, optimizer="rmsprop")),
        "pictures": Case(request(PICTURES, make_dataset((16, 16, 1), 10, n=600), batch_size=64, optimizer="sgd")),
        "xla": Case(plain),
        "xla, epochs a call": Case(plain, 0),
    }


def main(folder: Path) -> None:
    create_backend()
    from nnplayground.engine.keras_backend import run

    for file in sorted(folder.glob("*.npz")):
        backend, case = create_backend(), cases()[file.stem]
        run.SHORT_EPOCH = case.short_epoch
        history = history_of(train(replace(case.request, state=load_state(file.read_bytes())), backend))
        (folder / f"{file.stem}.json").write_text(json.dumps(history))
        (folder / f"{file.stem}.end").write_bytes(dump_state(backend.state()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
