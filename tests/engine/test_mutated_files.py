"""Thousands of mutated files of real projects, recipes and models: each is read or refused, and none crashes, hangs or runs anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nnplayground.core.edits import changed
from nnplayground.core.kept_run import KeptRun, told
from nnplayground.core.project_file import PNG, ProjectFile, write_project
from nnplayground.engine.events import TrainRequest
from nnplayground.engine.loader import create_backend
from nnplayground.engine.state import dump_state
from nnplayground.engine.train import train
from tests.engine.making import dense, make_dataset, make_spec
from tests.engine.oracle import build, history_of
from tests.engine.resuming import LAYERS, PICTURES, WORDS

ROOT = Path(__file__).parents[2]
PROJECTS, OTHERS = 3_000, 300
SECONDS = 240


def requests() -> dict[str, TrainRequest]:
    """Small networks of very different layers and optimizers."""

    def request(layers: list[dict[str, Any]], optimizer: str, **data: Any) -> TrainRequest:
        spec = make_spec(layers, {"epochs": 2, "batch_size": 16, "optimizer": optimizer})
        return TrainRequest(changed(spec, notes="Länger\nals eine Zeile"), make_dataset(**data), 1)

    words = [{**WORDS[0], "input_dim": 50, "output_dim": 4}, *WORDS[1:]]
    return {
        "points": request(LAYERS, "adam"),
        "words": request(words, "rmsprop", shape=(12,), integers=50),
        "pictures": request([{**PICTURES[0], "filters": 2}, *PICTURES[1:5], dense(4, "softmax")], "sgd", shape=(8, 8, 1), classes=4),
    }


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Projects as the app saves them, with weights, optimizer state, history and a kept run; recipes; and models as Keras saves them."""
    folder = tmp_path_factory.mktemp("real")
    for name, request in requests().items():
        backend = create_backend()
        history = history_of(train(request, backend))
        backend.save_weights(folder / "weights")
        weights = (folder / "weights").read_bytes()
        text = "epoch,loss\n" + "".join(f"{i},{loss}\n" for i, loss in enumerate(history["loss"], 1))
        last = told({key: values[-1] for key, values in history.items()})
        run = KeptRun(name=name, time="2026-03-01T12:30:00+00:00", spec=request.spec, last=last, seconds=1.5, history=text, weights=weights)
        project = ProjectFile(request.spec, weights, dump_state(backend.state()), text, runs=(run,), thumbnail=PNG + bytes(300))
        write_project(folder / f"{name}.nnp", project)
        for ending in (".toml", ".json"):
            write_project(folder / f"{name}{ending}", replace(project, spec=changed(request.spec, notes="")))
        backend.save_model(folder / f"{name}.keras")
        build(request.spec, request.dataset, eagerly=False).save(folder / f"{name}.h5")
    (folder / "weights").unlink()
    return folder


@pytest.mark.skipif(os.name != "posix", reason="needs an alarm for what hangs")
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_mutated_files_are_answered_and_nothing_else_happens(real: Path) -> None:
    before = {p.name: zlib.crc32(p.read_bytes()) for p in real.iterdir()}
    command = [sys.executable, "-m", "tests.core.fuzzing", str(real), str(PROJECTS), str(OTHERS)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS,
                            env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert result.returncode == 0, result.stderr
    outcome = json.loads(result.stdout)
    assert outcome["failures"] == []
    assert outcome["executed"] == {}
    assert {kind: sum(found.values()) for kind, found in outcome["answers"].items()} == {
        ".nnp": PROJECTS, ".toml": OTHERS, ".json": OTHERS, ".keras": OTHERS, ".h5": OTHERS,
    }  # fmt: skip
    # Some get as far as what is read last, or nothing would be shown by this.
    assert set(outcome["answers"][".nnp"]) == {"read", "refused", "history refused", "state refused", "weights refused", "weights read"}
    assert all(found["refused"] for found in outcome["answers"].values())
    assert all(found["read"] for found in outcome["answers"].values())
    assert outcome["megabytes"] < 1_000
    assert {name: zlib.crc32((real / name).read_bytes()) for name in before} == before
    assert {p.name for p in real.iterdir()} - set(before) == {*(f"mutated{k}" for k in outcome["answers"]), "weights.part"}
