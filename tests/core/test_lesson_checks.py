"""What a lesson's checks say of made-up moments."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from nnplayground.core import edits
from nnplayground.core.history import History
from nnplayground.core.lesson import lesson_names, load_lesson
from nnplayground.core.lesson_checks import CHECKS, Check
from nnplayground.core.lesson_deeds import recipe_project
from nnplayground.core.lesson_seen import Asked, Seen, chosen_class, plain_at

CHECK: TypeAdapter[Any] = TypeAdapter(Check)
LINE, XOR, GENDER, MNIST, GATES = (recipe_project(name) for name in ("line", "xor", "gender", "mnist_dropout", "gates"))


def told(seen: Seen, **check: Any) -> tuple[bool, str]:
    return CHECK.validate_python(check).told(seen)


def run(spec: Any = LINE, **columns: list[float]) -> Seen:
    history = History()
    if columns:
        history.append(columns, 1)
    return Seen(spec, history, history.epochs)


def test_epochs():
    assert told(run(), trained=1) == (False, "trained for 1 epoch: it is at 0")
    assert told(run(loss=[3.0, 2.0]), trained=2) == (True, "trained for 2 epochs: it is at 2")
    assert told(Seen(LINE, epoch=4_999), trained=5_000) == (False, "trained for 5,000 epochs: it is at 4,999")


def test_numbers_of_the_last_epoch():
    seen = run(loss=[3.0, 0.0043], accuracy=[0.5, math.nan])
    assert told(seen, metric="loss", below=0.001) == (False, "loss below 0.001: it is 0.0043")
    assert told(seen, metric="loss", below=0.01)[0]
    assert told(seen, metric="loss", above=1e-3, below=1e-2) == (True, "loss above 0.001 and below 0.01: it is 0.0043")
    assert not told(seen, metric="loss", above=0.01)[0]
    assert told(seen, metric="accuracy", above=0.4) == (False, "accuracy above 0.4: not measured yet")
    assert told(run(), metric="val_loss", below=1) == (False, "validation loss below 1: not measured yet")
    assert told(run(mae=[2.5]), metric="mean_absolute_error", below=3)[0], "by any of its names"
    assert told(run(val_mae=[2.5]), metric="val_mae", below=3) == (True, "validation MAE below 3: it is 2.5")


def test_numbers_of_the_test_set():
    seen = dataclasses.replace(run(accuracy=[0.99]), test={"accuracy": 0.6})
    assert told(seen, metric="test_accuracy", above=0.7) == (False, "test accuracy above 0.7: it is 0.6")
    assert told(seen, metric="test_mae", below=1)[1].endswith("not measured yet")


def test_a_curve_that_turned_up():
    assert told(run(), turned_up="val_loss") == (False, "validation loss has turned up: not measured yet")
    found = told(run(val_loss=[0.5, 0.28, 0.3, 0.56]), turned_up="val_loss")
    assert found == (True, "validation loss has turned up: lowest 0.28 after epoch 2, now 0.56")
    assert not told(run(val_loss=[0.5, 0.28, 0.3]), turned_up="val_loss")[0], "less than a tenth"
    assert not told(run(val_loss=[0.5, 0.4, 0.3]), turned_up="val_loss")[0]
    assert not told(run(val_loss=[0.0]), turned_up="val_loss")[0]


def test_how_the_run_ended():
    seen = Seen(LINE, status="stopped", reason="Stopped after epoch 2: loss is 0.3, below 0.4.")
    assert told(seen, status="stopped") == (True, "the run has stopped by itself: Stopped after epoch 2: loss is 0.3, below 0.4.")
    assert not told(seen, status="diverged")[0]
    assert told(Seen(LINE), status="diverged") == (False, "the run has diverged: not ended yet")


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ({"setting": "training.epochs", "is": 500}, (True, "epochs 500: it is 500")),
        ({"setting": "training.optimizer.learning_rate", "is": 0.3}, (False, "learning rate 0.3: it is 0.01")),
        ({"setting": "training.optimizer.learning_rate", "not": 0.01}, (False, "learning rate other than 0.01: it is 0.01")),
        ({"setting": "training.optimizer", "is": "SGD"}, (True, "optimizer SGD: it is SGD")),
        ({"setting": "training.optimizer", "is": {"type": "SGD", "learning_rate": 0.01}}, (True, None)),
        ({"setting": "training.optimizer", "is": {"type": "SGD", "learning_rate": 0.1}}, (False, None)),
        ({"setting": "data.name", "is": "line"}, (True, "data line: it is line")),
        ({"setting": "data.validation.use", "is": "test"}, (False, "validation use test: it is none")),
        ({"setting": "layers[0].units", "below": 4}, (True, "layer 1, units below 4: it is 1")),
        ({"setting": "layers[0].use_bias", "is": True}, (True, "layer 1, use bias on: it is on")),
        ({"setting": "layers[7].units", "above": 4}, (False, "layer 8, units above 4: it is none")),
        ({"setting": "layers[0].activation", "above": 4}, (False, "layer 1, activation above 4: it is linear")),
        ({"setting": "training.metrics", "has": "auto"}, (True, "metrics with auto: it is auto")),
        ({"setting": "training.metrics", "has": "mae"}, (False, "metrics with mae: it is auto")),
        ({"setting": "nowhere.at.all", "is": 1}, (False, "nowhere at all 1: it is none")),
    ],
)
def test_settings(check: dict[str, Any], expected: tuple[bool, str | None]):
    holds, sentence = told(Seen(LINE), **check)
    assert holds is expected[0]
    assert expected[1] in (None, sentence)


def test_places_are_those_of_a_recipe_defaults_included():
    assert plain_at(MNIST, "layers[2].rate") == 0.5
    assert plain_at(MNIST, "layers[2].type") == "Dropout"
    assert plain_at(MNIST, "training.shuffle") is True
    assert plain_at(MNIST, "layers[x]") is None


def test_hidden_layers():
    assert told(Seen(LINE), hidden_layers=1) == (False, "1 hidden layer: there are none")
    assert told(Seen(LINE), hidden_layers=0) == (True, "no hidden layer: there are none")
    assert told(Seen(XOR), hidden_layers=1) == (True, "1 hidden layer: there is 1")
    assert told(Seen(XOR), hidden_layers=0) == (False, "no hidden layer: there is 1")
    assert told(Seen(MNIST), hidden_layers=2) == (True, "2 hidden layers: there are 2")
    off = edits.set_disabled(XOR, [0], disabled=True)
    assert not told(Seen(off), hidden_layers=1)[0], "one that is off does not count"


def test_views():
    seen = Seen(MNIST, opened=frozenset({"weights"}))
    assert told(seen, opened="weights") == (True, "Weights looked at: yes")
    assert told(seen, opened="try") == (False, "Try it looked at: not yet")
    assert told(seen, opened="confusion") == (False, "Confusion looked at: not yet")
    assert told(Seen(LINE), opened="confusion") == (False, "Errors looked at: not yet")


def test_answers():
    first, second = Asked((0.2, 0.8), (0.0, 0.0, 0.0)), Asked((0.9, 0.1), (1.0, 1.0, -1.0))
    seen = Seen(GENDER, asked=(first, second))
    assert told(seen, answer=0)[0], "the newest counts"
    assert told(seen, answer=1, input=[0, 0, 0]) == (True, "the answer to (0, 0, 0) is class 1: it is class 1")
    assert told(seen, answer=1, input=[0.1, 0, 0]) == (False, "the answer to (0.1, 0, 0) is class 1: not asked yet")
    assert told(seen, answer=1, input=[0.1, 0, 0], within=0.2) == (True, "the answer to about (0.1, 0, 0) is class 1: it is class 1")
    assert told(seen, answer=1, input=[0])[1].endswith("not asked yet"), "another number of inputs"
    assert told(seen, asked=True) == (True, "the network was asked: yes")
    assert told(seen, asked=True, sample=3) == (False, "the network was asked for its answer to test sample 4: not yet")
    assert told(Seen(MNIST, asked=(Asked((0.1,), sample=3),)), asked=True, sample=3)[0]
    assert told(Seen(LINE), asked=True) == (False, "the network was asked: not yet")
    assert not told(Seen(LINE, asked=(Asked(()),)), asked=True)[0], "no answer came"


def test_answers_that_are_values():
    seen = Seen(LINE, asked=(Asked((18.98,), (10.0,)),))
    assert told(seen, answer_between=[18.9, 19.05], input=[10]) == (True, "the answer to 10 between 18.9 and 19.05: it is 18.98")
    assert told(seen, answer_between=[18.99, 19.05]) == (False, "the answer between 18.99 and 19.05: it is 18.98")
    assert told(Seen(LINE), answer_between=[0, 1]) == (False, "the answer between 0 and 1: not asked yet")


@pytest.mark.parametrize(
    ("spec", "outputs", "expected"),
    [(XOR, (0.5,), 1), (XOR, (0.49,), 0), (GATES, (-1.0,), 0), (GATES, (1.0,), 1), (GATES, (0.0,), 0), (GENDER, (0.3, 0.7), 1)],
)
def test_the_class_that_outputs_say(spec: Any, outputs: tuple[float, ...], expected: int):
    assert chosen_class(Asked(outputs), spec) == expected


def test_what_was_done_in_this_lesson():
    seen = Seen(LINE, why=True, runs=2, compared=frozenset({1}), scores=(2.5, 2.4, 2.6))
    assert told(seen, why=True) == (True, "the network was asked why: yes")
    assert told(seen, runs=3) == (False, "3 runs in the Runs panel: there are 2")
    assert told(seen, compared=1) == (True, "comparison trained: yes")
    assert told(seen, compared=0) == (False, "comparison trained: not yet")
    assert told(seen, folds=4) == (False, "4 folds trained: 3 so far")
    assert told(seen, folds=3)[0]


def test_no_check_of_a_lesson_holds_before_anything_is_done_but_for_settings():
    """Else a step would be done before it is begun; a setting may be the recipe's own."""
    for name in lesson_names():
        lesson = load_lesson(name)
        seen = Seen(recipe_project(lesson.recipe))
        for step in lesson.steps:
            assert not step.checks or not all(check.told(seen)[0] for check in step.checks), f"{name}: {step.title}"


NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@given(
    st.lists(NUMBERS, min_size=1, max_size=5),
    st.lists(NUMBERS, max_size=3),
    st.lists(NUMBERS, max_size=3),
    st.sampled_from([LINE, XOR, GENDER, MNIST, GATES, edits.set_layers(LINE, ())]),
)
def test_every_check_tells_a_sentence_whatever_was_seen(losses: list[float], outputs: list[float], inputs: list[float], spec: Any):
    history = History()
    history.append({"loss": losses, "val_loss": losses[::-1]}, 1)
    asked = (Asked(tuple(outputs), tuple(inputs)),)
    seen = Seen(spec, history, history.epochs, "diverged", asked=asked, test={"loss": losses[0]}, scores=tuple(losses))
    for check in ALL:
        holds, sentence = check.told(seen)
        assert holds in (True, False)
        assert ": " in sentence
        assert "\n" not in sentence


ALL = [check for name in lesson_names() for step in load_lesson(name).steps for check in step.checks]
assert {type(check) for check in ALL} <= set(CHECKS)


def test_a_layer_that_is_gone_is_no_error():
    empty = edits.set_layers(LINE, ())
    assert chosen_class(Asked((0.7,)), empty) == 1
    assert told(Seen(empty), hidden_layers=0)[0]
    assert told(Seen(empty), opened="confusion")[1].startswith("Confusion")
