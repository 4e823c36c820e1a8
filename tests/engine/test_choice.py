"""Which compiler a network gets, what a trial measures, and that its outcome is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from nnplayground.core.cost import cost
from nnplayground.core.losses import Task
from nnplayground.core.spec import ProjectSpec
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import TrainRequest
from nnplayground.engine.keras_backend import choice
from nnplayground.engine.keras_backend.choice import ADVANTAGE, CLEARLY_SMALL, GRAPH, XLA, Choice, by_rates, choose
from nnplayground.engine.loader import create_backend
from tests.engine.drawing import make_data
from tests.engine.making import dense, make_dataset, make_spec, request_for

SMALL = make_spec([dense(4, "tanh"), dense(1, "sigmoid")], {"epochs": 2, "batch_size": 10})


@pytest.fixture
def trial() -> ModuleType:
    """The module, TensorFlow imported as the app imports it."""
    create_backend()
    from nnplayground.engine.keras_backend import trial as module

    return module


def opened(spec: ProjectSpec) -> Any:
    """A run that has no compiler yet."""
    from nnplayground.engine.keras_backend.run import build_run

    return build_run(request_for(spec))


def chosen(shape: tuple[int, ...], *layers: dict[str, Any], samples: int = 10_000, sparse: bool = False, **training: Any) -> Choice:
    spec = make_spec([*layers], training)
    return choose(spec, cost(shape, spec.layers), samples, sparse=sparse)


CONVOLUTIONS: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    "a tiny picture": ((4, 4, 1), {"type": "Conv2D", "filters": 1, "kernel_size": 1}),
    "a picture": ((28, 28, 1), {"type": "Conv2D", "filters": 64, "kernel_size": 3}),
    "a sequence": ((9, 2), {"type": "Conv1D", "filters": 2, "kernel_size": 3}),
}


@pytest.mark.parametrize("name", CONVOLUTIONS)
@pytest.mark.parametrize("batch_size", [1, 10_000])
def test_convolutions_never_get_xla(name: str, batch_size: int) -> None:
    shape, layer = CONVOLUTIONS[name]
    found = chosen(shape, layer, {"type": "Flatten"}, dense(1), batch_size=batch_size)
    assert (found.compiled, str(found)) == (GRAPH, "graph: XLA is slow with convolutions on a CPU")


RANDOM: list[list[dict[str, Any]]] = [
    [{"type": "Dropout", "rate": 0.0}], [{"type": "GaussianNoise", "stddev": 0.1}],
    [{"type": "Reshape", "target_shape": [2, 1]}, {"type": "GRU", "units": 2, "recurrent_dropout": 0.1}],
    [{"type": "Reshape", "target_shape": [2, 1]}, {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2, "dropout": 0.1}}],
]  # fmt: skip


@pytest.mark.parametrize("layers", RANDOM, ids=lambda layers: layers[-1]["type"])
def test_what_draws_random_numbers_draws_those_of_fit(layers: list[dict[str, Any]]) -> None:
    found = chosen((2,), *layers, dense(1))
    assert (found.compiled, found.why) == (GRAPH, "its random numbers are those of Model.fit")


def test_rows_of_words_are_multiplied_as_such() -> None:
    found = chosen((100,), dense(16), sparse=True)
    assert (found.compiled, found.why) == (GRAPH, "sparse products, which XLA does not have")


def test_small_networks_get_xla_and_of_large_ones_a_trial_decides() -> None:
    units, batch_size = 1000, CLEARLY_SMALL // 2000
    assert chosen((1,), dense(units), batch_size=batch_size).compiled == XLA
    assert chosen((1,), dense(units), batch_size=batch_size + 1).compiled == ""
    assert chosen((1,), dense(units), batch_size=10**6, samples=batch_size).compiled == XLA  # no batch is larger than all samples
    assert chosen((1,), {"type": "Reshape", "target_shape": [1, 1]}, {"type": "LSTM", "units": 2}, dense(1)).compiled == XLA


@pytest.mark.parametrize(("xla", "compiled"), [(ADVANTAGE * 100 + 1, XLA), (ADVANTAGE * 100, GRAPH), (100.0, GRAPH), (1.0, GRAPH)])
def test_xla_must_be_clearly_faster(xla: float, compiled: str) -> None:
    found = by_rates({XLA: xla, GRAPH: 100.0})
    assert found.compiled == compiled
    assert found.why == f"large layers; in a trial XLA took {xla:,.0f} steps/s, the graph 100"


class Clock:
    """Time that passes only while a loop runs: one second for what compiles, then so much a step."""

    def __init__(self, seconds_a_step: dict[str, float]) -> None:
        self.now, self.seconds_a_step = 0.0, seconds_a_step
        self.compiled: list[str] = []

    def perf_counter(self) -> float:
        return self.now

    def watching(self, make_loop: Callable[[str], Any]) -> Callable[[str], Any]:
        def make(compiled: str) -> Any:
            loop, first = make_loop(compiled), True
            run = loop.run

            def timed(*args: Any) -> Any:
                nonlocal first
                result = run(*args)
                steps = result if isinstance(result, int) else loop.steps
                self.now += 100.0 if first else steps * self.seconds_a_step[compiled]
                first = False
                return result

            self.compiled.append(compiled)
            loop.run = timed
            return loop

        return make


@pytest.fixture
def uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network is clearly small: so a small one stands for a large one."""
    monkeypatch.setattr(choice, "CLEARLY_SMALL", 0)


FASTER = {XLA: 0.001, GRAPH: 0.002}
SLOWER = {XLA: 0.002, GRAPH: 0.002}


@pytest.mark.usefixtures("uncertain")
@pytest.mark.parametrize(("seconds", "compiled", "said"), [
    (FASTER, XLA, "in a trial XLA took 1,000 steps/s, the graph 500"), (SLOWER, GRAPH, "in a trial XLA took 500 steps/s, the graph 500"),
])  # fmt: skip
def test_a_trial_times_steps_without_compiling_and_takes_them_back(
    seconds: dict[str, float], compiled: str, said: str, loop: str, trial: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run, clock = opened(SMALL), Clock(seconds)
    before = [np.array(variable.numpy()) for variable in run.variables()]
    monkeypatch.setattr(trial, "time", clock)
    run.make_loop = clock.watching(run.make_loop)
    found = trial.settled(run, trial.Choices(tmp_path / "c.json"))
    assert clock.compiled == [GRAPH, XLA]
    assert (found.compiled, found.why) == (compiled, f"large layers; {said}")
    assert (run.epoch, run.step) == (0, 0)
    for variable, value in zip(run.variables(), before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
    assert list(json.loads((tmp_path / "c.json").read_text()).values()) == [compiled]


def backend_with(path: Path) -> Any:
    from nnplayground.engine.keras_backend.backend import KerasBackend

    return KerasBackend(path)


def no_trial(*_: Any) -> float:
    raise AssertionError("there was a trial")


def rates(seconds: dict[str, float]) -> Callable[[Any, str], float]:
    return lambda _, compiled: 1 / seconds[compiled]


@pytest.mark.usefixtures("uncertain")
def test_an_outcome_is_kept_for_the_next_process(trial: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cache" / "c.json"
    monkeypatch.setattr(trial, "_steps_per_second", rates(FASTER))
    first = backend_with(path).open(request_for(SMALL))
    assert first.how.startswith("XLA: large layers; in a trial XLA took 1,000 steps/s, the graph 500; many ")
    monkeypatch.setattr(trial, "_steps_per_second", no_trial)
    next_process = backend_with(path)
    again = next_process.open(request_for(SMALL))
    assert again.how.startswith("XLA: large layers, as an earlier trial of this network showed; many ")
    assert next_process.state().compiled == XLA
    assert next_process._run.loop._run._jit_compile is True
    with pytest.raises(AssertionError, match="there was a trial"):  # other sizes are another network
        next_process.open(request_for(make_spec([dense(5, "tanh"), dense(1, "sigmoid")], {"epochs": 2, "batch_size": 10})))


@pytest.mark.usefixtures("uncertain")
def test_what_is_the_same_network_for_a_trial(trial: ModuleType) -> None:
    """Names, seeds, rates and data do not change how fast it is; sizes and batches do."""

    def key(spec: ProjectSpec) -> str:
        return str(trial._key(opened(spec)))

    def spec(units: int = 4, seed: int = 3, name: str | None = None, rate: float = 0.1, batch: int = 10, kind: str = "SGD") -> ProjectSpec:
        training = {"batch_size": batch, "optimizer": {"type": kind, "learning_rate": rate}}
        return make_spec([dense(units, "tanh", name=name), dense(1, "sigmoid")], training, seed)

    assert key(spec()) == key(spec(seed=8, name="first", rate=0.7))
    assert len({key(spec()), key(spec(units=5)), key(spec(batch=11)), key(spec(kind="Adam"))}) == 4


def test_what_is_clear_is_never_tried(trial: ModuleType, monkeypatch: pytest.MonkeyPatch, backend: Backend) -> None:
    monkeypatch.setattr(trial, "_steps_per_second", no_trial)
    how = backend.open(request_for(SMALL)).how
    assert how.startswith("XLA: small layers, where most of the time would go into calls; many ")
    words = make_data((9,), Task.BINARY, 33, 17, rows=True, words=0)
    assert backend.open(TrainRequest(SMALL, words, 2)).how.startswith("graph: sparse products")
    pictures = make_spec([{"type": "Conv2D", "filters": 2, "kernel_size": 3}, {"type": "Flatten"}, dense(3, "softmax")], {})
    dataset = make_dataset((8, 8, 1), 3)
    assert backend.open(TrainRequest(pictures, dataset, 3)).how.startswith("graph: XLA is slow with convolutions")


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": 1}', b'{"a": "cuda"}', b"\xff\xfe", b'{"a": "xla"', b"null"])
def test_a_file_of_outcomes_that_is_no_use_is_written_anew(content: bytes, trial: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(content)
    choices = trial.Choices(path)
    assert choices.get("a") == ""
    choices.put("b", GRAPH)
    assert (trial.Choices(path).get("a"), trial.Choices(path).get("b")) == ("", GRAPH)


def test_outcomes_that_cannot_be_kept_are_known_as_long_as_the_process_lives(trial: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for choices in (trial.Choices(tmp_path / "file" / "c.json"), trial.Choices(None)):
        choices.put("a", XLA)
        assert choices.get("a") == XLA


def test_only_the_newest_outcomes_are_kept(trial: ModuleType, tmp_path: Path) -> None:
    choices = trial.Choices(tmp_path / "c.json")
    choices._known = {str(i): GRAPH for i in range(trial.MAX_CHOICES)}
    choices.put("new", XLA)
    kept = json.loads((tmp_path / "c.json").read_text())
    assert len(kept) == trial.MAX_CHOICES
    assert "0" not in kept
    assert (kept["1"], kept["new"]) == (GRAPH, XLA)
