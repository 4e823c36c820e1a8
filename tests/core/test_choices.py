"""What is offered for a project is what the rules accept for it."""

from __future__ import annotations

import pytest

from nnplayground.core import edits
from nnplayground.core.choices import first_value, losses_for, metrics_for, steps_of, watchable
from nnplayground.core.presets import recommended
from nnplayground.core.schedules import SCHEDULES, CosineDecay
from nnplayground.core.spec import EarlyStopping, ProjectSpec, ReduceLROnPlateau, StopWhen
from nnplayground.core.targets import resolve
from nnplayground.core.validation import check
from nnplayground.core.value import Value
from nnplayground.data.registry import facts

NAMES = ("circle", "mnist", "boston_housing", "gender", "reuters")


@pytest.mark.parametrize("name", [n for n in NAMES if n != "gender"])  # its two outputs answer to less than one would
def test_metrics_that_are_offered_are_no_problem(name: str):
    spec = recommended(name)
    offered = metrics_for(spec, facts(spec.data))
    assert offered[0] == "auto"
    for metric in offered:
        tried = edits.change_training(spec, metrics=(metric,))
        assert check(tried, facts(spec.data)) == check(spec, facts(spec.data)), metric


def test_what_is_offered_belongs_to_the_task():
    by_name = {name: (losses_for(spec, facts(spec.data)), metrics_for(spec, facts(spec.data)))
               for name in NAMES for spec in (recommended(name),)}  # fmt: skip
    assert {"binary_crossentropy", "hinge", "perceptron", "mean_squared_error"} <= set(by_name["circle"][0])
    assert "sparse_categorical_crossentropy" not in by_name["circle"][0]
    assert {"auc", "accuracy"} <= set(by_name["circle"][1])
    assert "r2_score" in by_name["boston_housing"][1]
    assert not {"accuracy", "auc"} & set(by_name["boston_housing"][1])
    assert by_name["boston_housing"][0][1:3] == ("mean_squared_error", "mean_absolute_error")
    assert by_name["mnist"][1] == ("auto", "accuracy", "top_k_categorical_accuracy")
    # Its network has two outputs, so the losses of both kinds are at hand.
    assert {"sparse_categorical_crossentropy", "binary_crossentropy"} <= set(by_name["gender"][0])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", [StopWhen, EarlyStopping, ReduceLROnPlateau])
def test_a_rule_begins_with_a_number_that_is_measured(name: str, kind: type[Value]):
    field = {StopWhen: "stop_when", EarlyStopping: "early_stopping", ReduceLROnPlateau: "reduce_lr_on_plateau"}[kind]
    spec = recommended(name)
    for tried in (spec, edits.change_data(spec, validation=None)):
        ruled = edits.change_training(tried, **{field: first_value(kind, tried, facts(tried.data))})
        assert check(ruled, facts(ruled.data)) == check(tried, facts(tried.data))


@pytest.mark.parametrize("epochs", [0, 1, 500, 1_000_000_000])
@pytest.mark.parametrize("kind", SCHEDULES)
def test_a_schedule_begins_at_the_rate_there_is(kind: type[Value], epochs: int):
    spec: ProjectSpec = edits.change_training(recommended("circle"), epochs=epochs)
    schedule = first_value(kind, spec, facts(spec.data))
    assert schedule.initial_rate == spec.training.optimizer.initial_rate
    back = edits.change_optimizer(spec, learning_rate=schedule)
    assert first_value(float, back, facts(spec.data)) == spec.training.optimizer.learning_rate


def test_a_rate_of_zero_is_never_the_rate_to_go_on_with():
    rising = CosineDecay(initial_learning_rate=0.0, warmup_target=0.1, warmup_steps=10, decay_steps=100)
    spec = edits.change_optimizer(recommended("circle"), learning_rate=rising)
    assert first_value(float, spec, facts(spec.data)) > 0


@pytest.mark.parametrize(
    ("validation", "steps"),
    [(None, 3), ({"use": "test"}, 3), ({"fraction": 0.2}, 2), ({"count": 149}, 2), ({"count": 150}, 1), ({"count": 999}, 1)],
)
def test_steps_are_counted_with_the_last_batch_and_without_what_is_set_aside(validation: dict[str, object] | None, steps: int):
    spec = edits.change_training(recommended("circle"), batch_size=100)
    spec = edits.change_data(spec, validation=validation)
    assert steps_of(spec, facts(spec.data)) == steps  # of 250 points


def test_what_is_measured_has_a_val_of_its_own_where_samples_are_set_aside():
    spec = edits.change_data(recommended("boston_housing"), validation={"use": "test"})
    assert watchable(spec, resolve(spec, facts(spec.data))) == ("loss", "mae", "val_loss", "val_mae")
    assert first_value(tuple, recommended("circle"), facts(recommended("circle").data)) == (1.0, 1.0)
