"""A saved run keeps its scaling: where other data is there when it is taken up, its weights meet the numbers they know."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from nnplayground.core.data_spec import Scaling
from nnplayground.data.dataset import Affine, Dataset, Part
from nnplayground.data.scaling import fit, fit_target
from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import RunState, TrainRequest
from nnplayground.engine.loader import create_backend
from nnplayground.engine.saved_scaling import OTHER_SCALING, scaled_as, scaling_of
from nnplayground.engine.state import dump_state, load_state
from tests.engine.making import dense, make_dataset, make_spec


def houses(rows: int) -> Dataset:
    """Prices from two features; fewer of them have other means and spreads."""
    whole = make_dataset(classes=0, n=200)
    train = Part(whole.train.x[:rows] * 50 + 7, whole.train.y[:rows] * 10 + 22)
    test = Part(whole.test.x * 50 + 7, whole.test.y * 10 + 22)
    scalers = {"scaler": fit(train.array, Scaling.STANDARD), "target_scaler": fit_target(train.y, "standard")}
    return replace(whole, train=train, test=test, validation=None, **scalers)


SPEC = make_spec([dense(8, "relu"), dense(1)], {"epochs": 6, "metrics": ["mae"], "optimizer": {"type": "Adam", "learning_rate": 0.02}})


@pytest.fixture
def saved(backend: Backend) -> tuple[RunState, np.ndarray]:
    """A run on all rows, as a file keeps it, and what it predicts for the test set in scaled units."""
    dataset = houses(200)
    backend.open(TrainRequest(SPEC, dataset))
    backend.advance(4, math.inf)
    return load_state(dump_state(backend.state())), backend.predict(dataset.test.array)


def test_the_saved_scaling_goes_with_the_saved_weights(saved: tuple[RunState, np.ndarray]) -> None:
    state, before = saved
    backend, fewer = create_backend(), houses(30)
    started = backend.open(TrainRequest(SPEC, fewer, state=state))
    np.testing.assert_allclose(backend.predict(fewer.test.array), before, rtol=1e-6)
    assert started.warnings == (OTHER_SCALING,)
    all_rows = houses(200)
    for given, known in zip(started.scaling, scaling_of(all_rows), strict=True):
        np.testing.assert_array_equal(given, known)
    assert [a.tolist() for a in backend.state().scaling] == [a.tolist() for a in state.scaling], "saved again, it is still the first one"


def test_on_the_same_data_nothing_is_said(saved: tuple[RunState, np.ndarray]) -> None:
    started = create_backend().open(TrainRequest(SPEC, houses(200), state=saved[0]))
    assert (started.warnings, started.scaling) == ((), ())


def test_a_run_that_is_begun_anew_is_fitted_to_what_there_is(saved: tuple[RunState, np.ndarray]) -> None:
    backend = create_backend()
    assert backend.open(TrainRequest(SPEC, houses(30))).scaling == ()
    for given, known in zip(backend.state().scaling, scaling_of(houses(30)), strict=True):
        np.testing.assert_array_equal(given, known)


def test_files_of_before_have_no_scaling(saved: tuple[RunState, np.ndarray]) -> None:
    fewer = houses(30)
    assert scaled_as(fewer, ()) is fewer
    started = create_backend().open(TrainRequest(SPEC, fewer, state=replace(saved[0], scaling=())))
    assert started.scaling == ()


ONE = np.float32(1)


@pytest.mark.parametrize(("scaling", "words"), [
    ((ONE, ONE), "cannot be read"),
    ((ONE, ONE, ONE, np.float32("nan")), "finite"),
    ((ONE, np.array("x"), ONE, ONE), "cannot be read"),
    ((np.ones(3, np.float32), ONE, ONE, ONE), "does not fit this data"),
    ((ONE, ONE, np.ones(2, np.float32), ONE), "does not fit this data"),
    ((np.array([1, 0], np.float32), ONE, ONE, ONE), "scales by 0"),
])  # fmt: skip
def test_a_scaling_that_was_tampered_with(scaling: tuple[np.ndarray, ...], words: str) -> None:
    with pytest.raises(EngineError, match=words):
        scaled_as(houses(30), scaling)


def test_pixels_alike_and_features_each_on_its_own() -> None:
    images = replace(make_dataset((4, 4, 1), 3), scaler=Affine(1 / 255, -0.5))
    other = replace(images, scaler=Affine(1 / 255))
    again = scaled_as(other, scaling_of(images))
    np.testing.assert_array_equal(again.scaler.apply(np.array([0, 255])), images.scaler.apply(np.array([0, 255])))
    assert scaled_as(images, scaling_of(images)) is images
