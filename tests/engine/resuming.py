"""The second half of a run, in a process of its own: reads saved states from a folder, and writes what became of them there.

    python -m tests.engine.resuming FOLDER SHORT_EPOCH
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from nnplayground.core.optimizers import OPTIMIZERS
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
STOPPING = {"monitor": "val_loss", "patience": 50, "restore_best_weights": True}


def cases() -> dict[str, TrainRequest]:
    """Every optimizer with dropout and shuffling; schedules, rules, recurrent dropout, and XLA."""

    def request(layers: list[dict[str, Any]], **training: Any) -> TrainRequest:
        return TrainRequest(make_spec(layers, {"epochs": WHOLE, "batch_size": 10, **training}), make_dataset(), 1)

    found = {cls().type: request(LAYERS, optimizer={"type": cls().type, "learning_rate": 0.01}) for cls in OPTIMIZERS}
    memory = [{"type": "Reshape", "target_shape": [2, 1]}, {"type": "LSTM", "units": 2, "dropout": 0.3, "recurrent_dropout": 0.3}]
    return found | {
        "schedule": request(LAYERS, optimizer={"type": "SGD", "learning_rate": SCHEDULE, "momentum": 0.5}),
        "rules": request(LAYERS, optimizer="adam", reduce_lr_on_plateau=PLATEAU, early_stopping=STOPPING),
        "recurrent": request([*memory, dense(1, "sigmoid")], optimizer="adam"),
        "xla": request(PLAIN, optimizer={"type": "Adam", "amsgrad": True}, class_weight="balanced"),
    }


def main(folder: Path, short_epoch: float) -> None:
    """`short_epoch` decides which of the two loops trains."""
    create_backend()
    from nnplayground.engine.keras_backend import run

    run.SHORT_EPOCH = short_epoch
    for file in sorted(folder.glob("*.npz")):
        backend, request = create_backend(), cases()[file.stem]
        history = history_of(train(replace(request, state=load_state(file.read_bytes())), backend))
        (folder / f"{file.stem}.json").write_text(json.dumps(history))
        (folder / f"{file.stem}.end").write_bytes(dump_state(backend.state()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
