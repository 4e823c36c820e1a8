"""Paused, stopped, resumed in another process, repeated, reset: always the very same run, bit for bit."""

from __future__ import annotations

import itertools
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplayground.core import edits
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Event, Finished, Progress, RunState, TrainRequest
from nnplayground.engine.loader import create_backend
from nnplayground.engine.state import dump_state, load_state
from nnplayground.engine.train import Pace, train
from tests.engine.drawing import EXAMPLES
from tests.engine.making import dense, make_dataset, make_spec
from tests.engine.oracle import extend, history_of
from tests.engine.resuming import HALF, LAYERS, PLAIN, WHOLE, WORDS, cases

ROOT = Path(__file__).parents[2]


def assert_same(a: RunState, b: RunState) -> None:
    for name in ("epoch", "step", "counters", "compiled", "ending", "rules", "shuffled"):
        assert getattr(a, name) == getattr(b, name), name
    for group in ("weights", "optimizer", "tally", "best", "last"):
        for left, right in zip(getattr(a, group), getattr(b, group), strict=True):
            np.testing.assert_array_equal(left, right, err_msg=group)


def halfway(request: TrainRequest, backend: Backend, steps: int) -> dict[str, list[float]]:
    """Train half of the epochs, and so many steps of the next."""
    pace, told = Pace(seconds=math.inf), []
    events = train(request, backend, pace)
    while backend.epoch < HALF:
        pace.epochs = HALF - backend.epoch
        told.append(next(events))
    events.close()
    events = train(request, backend, Pace(seconds=0.0))
    for _ in range(steps):
        assert isinstance(next(events), Progress)
    events.close()
    return history_of(told)


def test_five_epochs_and_five_in_a_new_process_are_ten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process for all cases: importing TensorFlow takes seconds."""
    create_backend()
    from nnplayground.engine.keras_backend import run

    told, expected, ends = {}, {}, {}
    for name, case in cases().items():
        monkeypatch.setattr(run, "SHORT_EPOCH", case.short_epoch)
        backend = create_backend()
        backend.open(case.request)
        mark = backend.mark()
        expected[name], ends[name] = history_of(train(case.request, backend)), backend.state()
        backend.rewind(mark)
        backend.memory.clear()
        told[name] = halfway(case.request, backend, case.steps)
        state = backend.state()
        assert (state.epoch, state.step) == (HALF, case.steps)
        (tmp_path / f"{name}.npz").write_bytes(dump_state(state))
    command = [sys.executable, "-m", "tests.engine.resuming", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name, history in expected.items():
        extend(told[name], json.loads((tmp_path / f"{name}.json").read_text()))
        assert told[name] == history, name
        assert len(told[name]["loss"]) == WHOLE
        assert_same(load_state((tmp_path / f"{name}.end").read_bytes()), ends[name])


class Whole:
    """Runs in one go, each trained once."""

    def __init__(self) -> None:
        self._known: dict[tuple[bool, float], tuple[dict[str, list[float]], RunState]] = {}

    def of(self, request: TrainRequest, key: tuple[bool, float]) -> tuple[dict[str, list[float]], RunState]:
        if key not in self._known:
            backend = create_backend()
            self._known[key] = history_of(train(request, backend)), backend.state()
        return self._known[key]


@pytest.fixture(scope="module")
def whole() -> Whole:
    return Whole()


@pytest.fixture(scope="module")
def shared() -> dict[tuple[bool, float], tuple[Backend, object]]:
    """A backend for each network and loop, and a mark of its beginning: nothing is compiled again for each example."""
    return {}


Piece = tuple[float, int, int, bool]
"""Seconds and epochs a pull, so many pulls, and whether the state is looked at afterwards."""
pieces_of_runs = st.lists(
    st.tuples(st.sampled_from([0.0, 0.001, math.inf]), st.integers(1, 7), st.integers(1, 9), st.booleans()), min_size=1, max_size=6
)


@settings(deadline=None, derandomize=True, max_examples=15 * EXAMPLES)
@given(st.booleans(), st.sampled_from([0.0, math.inf]), pieces_of_runs)
def test_wherever_a_run_is_left_it_goes_on_the_same(
    whole: Whole, shared: dict[tuple[bool, float], tuple[Backend, object]], chance: bool, short: float, pieces: list[Piece]
) -> None:
    from nnplayground.engine.keras_backend import run

    rules = {"reduce_lr_on_plateau": {"monitor": "loss", "patience": 1, "min_delta": 0.05, "factor": 0.7},
             "early_stopping": {"monitor": "val_loss", "patience": 3, "min_delta": 0.01, "restore_best_weights": True}}  # fmt: skip
    training = {"epochs": 14, "batch_size": 10, "optimizer": {"type": "Adam", "learning_rate": 0.05}, **rules}
    spec = make_spec(LAYERS if chance else PLAIN, training)
    request, key = TrainRequest(spec, make_dataset(), 1), (chance, short)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "SHORT_EPOCH", short)
        expected, end = whole.of(request, key)
        if key not in shared:
            fresh = create_backend()
            fresh.open(request)
            shared[key] = fresh, fresh.mark()
    backend, beginning = shared[key]
    backend.rewind(beginning)
    backend.memory.clear()
    events: list[Event] = []
    for seconds, epochs, pulls, looks in itertools.cycle(pieces):
        stream = train(request, backend, Pace(seconds, epochs))
        events += itertools.islice(stream, pulls)
        stream.close()
        if looks:
            backend.state()
        if isinstance(events[-1], Finished):
            break
    assert history_of(events) == expected
    assert_same(backend.state(), end)


WORD = {"type": "Embedding", "input_dim": 2000, "output_dim": 32}
DROP = {"type": "Dropout", "rate": 0.3}
LARGE = {
    "averaged": WORDS,
    "flat": [WORD, {"type": "Flatten"}, DROP, dense(1, "sigmoid")],
    "convolved": [WORD, {"type": "Conv1D", "filters": 32, "kernel_size": 5}, {"type": "GlobalMaxPooling1D"}, dense(1, "sigmoid")],
    "recurrent": [WORD, {"type": "LSTM", "units": 8}, DROP, dense(1, "sigmoid")],
}


@pytest.mark.parametrize(("name", "optimizer"), [*zip(LARGE, itertools.cycle(["SGD", "RMSprop"])), ("averaged", "RMSprop")])
def test_what_words_teach_is_summed_in_one_order(name: str, optimizer: str, backend: Backend) -> None:
    """A word occurs often in a batch, and threads that race for its row add in another order every time."""
    training = {"epochs": 2, "batch_size": 256, "optimizer": {"type": optimizer, "learning_rate": 0.01}}
    request, other = TrainRequest(make_spec(LARGE[name], training), make_dataset((60,), n=1500, integers=2000), 1), create_backend()
    assert history_of(train(request, backend)) == history_of(train(request, other))
    assert_same(backend.state(), other.state())


def test_pictures_twice_are_the_same_run(backend: Backend) -> None:
    request, other = cases()["pictures"].request, create_backend()
    assert history_of(train(request, backend)) == history_of(train(request, other))
    assert_same(backend.state(), other.state())


def test_a_reset_is_a_run_from_the_beginning(loop: str, backend: Backend) -> None:
    request = cases()["rules"].request
    backend.open(request)
    mark = backend.mark()
    first, end = history_of(train(request, backend)), backend.state()
    backend.rewind(mark)
    backend.memory.clear()
    assert backend.epoch == 0
    assert history_of(train(request, backend)) == first
    assert_same(backend.state(), end)


def test_other_projects_in_between_change_nothing(backend: Backend) -> None:
    """Compiled loops are used again for runs of the same structure."""
    request = cases()["xla"].request
    expected = history_of(train(request, create_backend()))
    for i, spec in enumerate([request.spec, edits.set_seed(request.spec, 8), edits.change_optimizer(request.spec, learning_rate=0.3)]):
        got = history_of(train(TrainRequest(spec, make_dataset(seed=i + 5), i), backend))
        assert (got == expected) is (i == 0)
    assert history_of(train(TrainRequest(request.spec, make_dataset(), 9), backend)) == expected
    assert isinstance(backend.advance(1, math.inf), Epochs)
