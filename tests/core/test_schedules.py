"""Learning-rate schedules: Keras takes every one that the schema takes, and begins with the rate that we say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings

from nnplayground.core.optimizers import SGD, Adam
from nnplayground.core.recipe import parse_recipe, to_toml
from nnplayground.core.schedules import SCHEDULES, CosineDecay, ExponentialDecay
from nnplayground.core.value import snake_case, type_names
from tests.core.strategies import values_of

HALVING = ExponentialDecay(initial_learning_rate=0.5, decay_steps=10, decay_rate=0.5)


@pytest.mark.parametrize("kind", SCHEDULES, ids=lambda c: c.__name__)
def test_keras_begins_with_the_same_rate_and_stays_finite(kind):
    from nnplayground.engine.loader import create_backend

    create_backend()
    import keras

    @given(values_of(kind))
    @settings(max_examples=25, deadline=None, derandomize=True)
    def check(schedule):
        real = getattr(keras.optimizers.schedules, schedule.type)(**schedule.arguments())
        rounding = 1e-6 * getattr(schedule, "end_learning_rate", 0.0) + 1e-30  # Keras subtracts the end and adds it again
        assert float(real(0)) == pytest.approx(schedule.initial_rate, rel=1e-5, abs=rounding)
        assert math.isfinite(float(real(1)))
        assert SGD(learning_rate=schedule).initial_rate == schedule.initial_rate

    check()


@pytest.mark.parametrize("kind", SCHEDULES, ids=lambda c: c.__name__)
def test_arguments_and_defaults_are_those_of_keras(kind):
    from nnplayground.engine.loader import create_backend

    create_backend()
    import inspect

    import keras

    real = inspect.signature(getattr(keras.optimizers.schedules, type_names((kind,))[0])).parameters
    ours = {name: field for name, field in kind.model_fields.items() if name != "type"}
    assert set(ours) == set(real) - {"name"}
    for name, field in ours.items():
        assert field.is_required() == (real[name].default is inspect.Parameter.empty)
        assert field.is_required() or field.default == real[name].default


def test_a_number_is_its_own_first_rate():
    assert (Adam().initial_rate, SGD(learning_rate=0.5).initial_rate) == (0.001, 0.5)
    assert SGD(learning_rate=HALVING).initial_rate == 0.5


def test_a_warm_up_begins_low_unless_it_takes_no_steps():
    warm = {"initial_learning_rate": 0.0, "decay_steps": 10, "warmup_target": 0.1}
    assert CosineDecay(**warm, warmup_steps=5).initial_rate == 0.0
    assert CosineDecay(**warm).initial_rate == 0.1


WRITTEN = {
    "ExponentialDecay": "initial_learning_rate = 0.1, decay_steps = 3, decay_rate = 0.5",
    "InverseTimeDecay": "initial_learning_rate = 0.1, decay_steps = 3, decay_rate = 0.5, staircase = true",
    "PolynomialDecay": "initial_learning_rate = 0.1, decay_steps = 3",
    "PiecewiseConstantDecay": "boundaries = [3], values = [1, 0.1]",
    "CosineDecay": "initial_learning_rate = 0.0, decay_steps = 3, warmup_target = 0.1, warmup_steps = 2",
    "CosineDecayRestarts": "initial_learning_rate = 0.1, first_decay_steps = 3",
}


@pytest.mark.parametrize("name", type_names(SCHEDULES))
def test_a_schedule_in_a_recipe(name: str):
    for word in (name, snake_case(name)):
        rate = f'{{ type = "{word}", {WRITTEN[name]} }}'
        spec = parse_recipe(f'data = "and"\nlayers = []\n[training]\noptimizer = {{ type = "SGD", learning_rate = {rate} }}')
        assert spec.training.optimizer.learning_rate.type == name
        assert parse_recipe(to_toml(spec)) == spec
