"""The learning rate as a curve: written down once it moves, and by whatever moves it."""

from __future__ import annotations

import numpy as np
import pytest

from nnplayground.core.history import History
from nnplayground.core.recipe import parse_recipe
from nnplayground.engine.events import Epochs
from nnplayground.ui.run import LEARNING_RATE, Resume, Run

SPEC = parse_recipe('data = "circle"\nlayers = [{ type = "Dense", units = 1, activation = "sigmoid" }]')


def epochs(first: int, *rates: float) -> Epochs:
    return Epochs(1, first, {"loss": np.linspace(1, 0.5, len(rates))}, 0.1, learning_rate=np.array(rates))


def test_a_rate_that_stands_still_is_no_curve():
    run = Run.of(SPEC, None)
    run.add(epochs(1, 0.01, 0.01))
    run.add(epochs(3, 0.01))
    assert run.history.names == ("loss",)


def test_from_the_first_move_on_it_is_one_and_before_it_stood_still():
    run = Run.of(SPEC, None)
    run.add(epochs(1, 0.01, 0.01, 0.01))
    run.add(epochs(4, 0.1))
    run.add(epochs(5, 0.1, 0.1))
    assert run.history.values(LEARNING_RATE).tolist() == [0.01] * 3 + [0.1] * 3
    assert run.history.downsampled(LEARNING_RATE, 100)[1].tolist() == [0.01] * 3 + [0.1] * 3


def test_a_schedule_moves_it_at_once():
    run = Run.of(SPEC, None)
    run.add(epochs(1, 0.01, 0.009))
    run.add(epochs(3, 0.008))
    assert run.history.values(LEARNING_RATE).tolist() == [0.01, 0.009, 0.008]


def test_what_it_was_before_the_run_was_taken_up_nobody_knows():
    before = History()
    before.append({"loss": [1.0, 0.9]}, 1)
    run = Run.of(SPEC, Resume(SPEC, before))
    run.add(epochs(3, 0.01))
    run.add(epochs(4, 0.1))
    np.testing.assert_array_equal(run.history.values(LEARNING_RATE), [np.nan, np.nan, 0.01, 0.1])


def test_an_event_without_a_rate_is_an_event_as_before():
    run = Run.of(SPEC, None)
    run.add(Epochs(1, 1, {"loss": np.array([1.0])}, 0.1))
    assert run.history.names == ("loss",)


@pytest.mark.parametrize("known", [0, 300, 1000])
def test_a_number_that_is_put_in_is_one_like_the_others(known: int):
    history = History()
    if known:
        history.append({"loss": np.arange(float(known))}, 1)
    history.put_in("rate", np.arange(known) % 7)
    history.append({"loss": [1.0] * 700, "rate": [9.0] * 700}, known + 1)
    assert history.values("rate").tolist() == [*(np.arange(known) % 7).astype(float), *[9.0] * 700]
    assert history.downsampled("rate", 2)[1].max() == 9.0
    assert history.rewritten == 0
