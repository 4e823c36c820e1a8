"""How much memory a run needs, in numbers that can be reckoned by hand, and how much there is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from nnplayground.core.cost import Cost, cost
from nnplayground.core.losses import Task
from nnplayground.data.dataset import Part
from nnplayground.data.rows import Rows
from nnplayground.engine import checks
from nnplayground.engine.backend import EngineError
from nnplayground.engine.checks import memory_needed, require_memory
from nnplayground.engine.machine import available_memory
from tests.engine.drawing import make_data, sparse
from tests.engine.making import dense, make_dataset, make_spec

NET = make_spec([dense(4, "tanh"), dense(1, "sigmoid")], {"batch_size": 10, "optimizer": "sgd"})
PARAMETERS, NUMBERS = 17, 2 + 4 + 1
COST = cost((2,), NET.layers)


def test_what_a_small_network_costs() -> None:
    assert Cost(PARAMETERS, PARAMETERS, NUMBERS) == COST


@pytest.mark.parametrize(("optimizer", "slots"), [("SGD", 1), ("Adam", 3), ("AdamW", 2), ("Lion", 1), ("one that is unknown", 3)])
def test_a_step_holds_weights_and_a_batch(optimizer: str, slots: int) -> None:
    """Weights, gradients and the optimizer's memory, and a copy to go back to; of a sample what goes in and out, three times."""
    weights = 4 * PARAMETERS * (1 + 2 * (2 + slots))
    assert COST.step_bytes(1, optimizer) == weights + 12 * NUMBERS
    assert COST.step_bytes(1000, optimizer) == weights + 12 * NUMBERS * 1000


def test_a_recurrent_layer_keeps_every_step_and_a_convolution_its_pictures() -> None:
    lstm = cost((20, 3), make_spec([{"type": "LSTM", "units": 5}], {}).layers)
    assert lstm == Cost(180, 180 * 20, 60 + 5 + 8 * 5 * 20)
    both = cost((20, 3), make_spec([{"type": "Bidirectional", "layer": {"type": "LSTM", "units": 5}}], {}).layers)
    assert both == Cost(360, 360 * 40, 60 + 10 + 8 * 5 * 40)
    picture = cost((6, 6, 1), make_spec([{"type": "Conv2D", "filters": 2, "kernel_size": 3}], {}).layers)
    assert picture == Cost(20, 20 * 16, 36 + 2 * 16)


def test_a_run_holds_its_data_once_more_and_one_batch() -> None:
    dataset = make_dataset()  # 53 samples to train on, 17 to test on, which are the validation, too
    sample = 2 * 4 + 8
    step = 4 * PARAMETERS * 7 + 12 * NUMBERS * 10
    assert memory_needed(NET, dataset, COST) == 70 * sample + step
    own = replace(dataset, validation=dataset.train.take(slice(0, 9)))
    assert memory_needed(NET, own, COST) == 79 * sample + step
    assert memory_needed(NET, replace(dataset, validation=None), COST) == 70 * sample + step
    larger = make_spec([dense(4), dense(1)], {"batch_size": 1000, "optimizer": "sgd"})
    assert memory_needed(larger, dataset, COST) == 70 * sample + 4 * PARAMETERS * 7 + 12 * NUMBERS * 53  # no batch is larger than all


def test_bytes_stay_bytes_and_rows_are_the_places_of_their_words() -> None:
    pictures = Part(np.zeros((30, 28, 28, 1), np.uint8), np.zeros(30, np.int64))
    dataset = replace(make_dataset((28, 28, 1), 10), train=pictures, test=pictures, validation=None)
    spec = make_spec([{"type": "Flatten"}, dense(1)], {"batch_size": 1, "optimizer": "sgd"})
    costs = cost((28, 28, 1), spec.layers)
    assert memory_needed(spec, dataset, costs) == 2 * 30 * (784 + 8) + costs.step_bytes(1, "SGD")
    words = make_data((9,), Task.BINARY, 12, 0, rows=True, words=0)
    four = sparse(np.array([[0, 1, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 0, 0]], bool))
    words = replace(words, train=Part(four, np.zeros(2, np.int64)), test=Part(Rows.of([], 9), np.zeros(0, np.int64)))
    small = make_spec([dense(1)], {"batch_size": 1, "optimizer": "sgd"})
    costs = cost((9,), small.layers)
    held = 8 * (3 + 4) + 2 * 8 + 8 * 1
    assert memory_needed(small, replace(words, validation=None), costs) == held + costs.step_bytes(1, "SGD")


def test_a_run_is_refused_from_one_byte_too_many_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "available_memory", lambda: 2_000_000_000)
    require_memory(2_000_000_000)
    with pytest.raises(EngineError, match=r"about 2\.0 GB of memory; 2\.0 GB are free"):
        require_memory(2_000_000_001)


LIMITS: dict[str, tuple[str | None, str | None, int | None]] = {
    "a container's": ("5000000\n", "3000000\n", 2_000_000),
    "more is used than allowed": ("1000\n", "3000\n", 0),
    "no limit": ("max\n", "3000\n", None),
    "one beyond the machine's": (f"{10**18}\n", "0\n", None),
    "no such file": (None, None, None),
    "only one file": ("5000000\n", None, None),
    "nonsense": ("-1\n", "?\n", None),
    "nothing": ("", "", None),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_containers_limit_counts(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit, used, expected = LIMITS[name]
    for file, text in (("memory.max", limit), ("memory.current", used)):
        if text is not None:
            (tmp_path / file).write_text(text)
    free = psutil.virtual_memory()._replace(available=8_000_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    assert available_memory(tmp_path) == (8_000_000_000 if expected is None else expected)
