"""The lessons that are shipped, and what is told of those that are wrong."""

from __future__ import annotations

import contextlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.core.analysis import analyse
from nnplayground.core.keyed import key_of
from nnplayground.core.lesson import (
    CHAPTERS,
    ENDING,
    Lesson,
    lesson_names,
    load_lesson,
    parse_lesson,
    planned,
    states,
    variation_names,
)
from nnplayground.core.lesson_checks import CHECKS, Compared, MetricMark, Trained
from nnplayground.core.lesson_deeds import DEEDS, Compare, Insert, Open, Press, Remove, SetPlaces, TakeRecipe, edited, recipe_project
from nnplayground.core.lesson_seen import Seen
from nnplayground.core.recipe import RecipeError
from nnplayground.core.resources import resource
from nnplayground.data.registry import facts

HEAD = 'title = "T"\ngoal = "G"\nminutes = 12\nrecipe = "line"\n'
STEP = '[[steps]]\ntitle = "S"\ndo = "Do **it**."\n'


def mistakes(text: str) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        parse_lesson(text, "line")
    return [str(mistake) for mistake in caught.value.mistakes]


def wrong_step(line: str) -> list[str]:
    return mistakes(f"{HEAD}{STEP}{line}\n")


# ------------------------------------------------------------------------------------------------- those that are shipped


@pytest.fixture(params=CHAPTERS)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    return load_lesson(request.param)


def test_every_file_is_a_lesson_and_every_chapter_has_one():
    files = {path.name.removesuffix(ENDING) for path in resource("lessons").iterdir() if path.name.endswith(ENDING)}
    assert files == set(lesson_names())
    assert len(lesson_names()) == 11


def test_a_lesson_is_as_long_as_it_should_be(lesson: Lesson):
    assert 7 <= len(lesson.steps) <= 12
    assert 10 <= lesson.minutes <= 20
    assert len(lesson.comparisons) >= 2
    words = sum(len(text.split()) for text in lesson.texts())
    assert words / 150 < lesson.minutes, "there must be time to do something besides reading"


def test_a_step_that_does_something_is_checked_and_what_is_checked_can_be_done_for_me(lesson: Lesson):
    for step in lesson.steps:
        assert bool(step.for_me) == bool(step.checks), step.title


def test_there_are_questions_formulas_and_things_to_look_at(lesson: Lesson):
    assert sum(step.question is not None for step in lesson.steps) >= 4
    assert sum(bool(step.formula) for step in lesson.steps) >= 4
    assert sum(bool(step.at) for step in lesson.steps) >= 6
    assert any(isinstance(check, Compared) for step in lesson.steps for check in step.checks)


def test_deeds_leave_projects_that_can_be_trained(lesson: Lesson):
    for step, deed, spec in states(lesson):
        assert not analyse(spec, facts(spec.data)).errors, f"step {step}, deed {deed}"


def test_comparisons_can_be_trained_and_their_runs_have_names(lesson: Lesson):
    for number in range(len(lesson.comparisons)):
        names = variation_names(lesson, number)
        runs = planned(lesson, number)
        assert len(set(names)) == len(runs) >= 2
        for run in runs:
            assert not analyse(run.spec, facts(run.spec.data)).errors, run.title


def test_texts_are_plain(lesson: Lesson):
    for text in lesson.texts():
        assert text == text.strip()
        assert not re.search(r"[<>{}\n]|  |https?:|\$", text), text
        assert not re.search(r"\b(TODO|etc\.|utiliz|e\.g\.)", text), text


def test_settings_that_are_checked_are_places_of_the_project_that_the_deeds_make(lesson: Lesson):
    """A misspelt place would be None for ever."""
    spec = recipe_project(lesson.recipe)
    latest = {step: state for step, _, state in states(lesson)}
    for number, step in enumerate(lesson.steps):
        spec = latest.get(number, spec)
        for check in step.checks:
            if "setting" in type(check).model_fields:
                holds, sentence = check.told(Seen(spec))
                assert holds, f"{step.title}: {sentence}"


def test_everything_to_press_and_to_check_is_used_somewhere():
    steps = [step for name in lesson_names() for step in load_lesson(name).steps]
    used = {type(value) for step in steps for value in (*step.for_me, *step.checks)}
    assert {Press, SetPlaces, TakeRecipe, Open, Compare, Trained, MetricMark} <= used


# --------------------------------------------------------------------------------------------------------- those that are not


def test_a_whole_lesson_is_read():
    lesson = parse_lesson(
        f"""{HEAD}{STEP}look = "L"
at = ["playButton", "feature-x1^2", "training.stop_when"]
formula = '$x = <w>$'
question = "Q"
answer = "A"
for_me = [{{ press = "play" }}, {{ insert = 0, layer = {{ type = "Dense", units = 3 }} }}, {{ compare = 0 }}]
checks = [{{ trained = 5 }}, {{ setting = "seed", is = 7 }}, {{ compared = 0 }}]
[[comparisons]]
title = "C"
look = "L"
sweep = {{ grid = {{ seed = [1, 2] }} }}
""",
        "line",
    )
    assert lesson.id == "line"
    assert lesson.steps[0].formula == ("$x = <w>$",)
    assert lesson.steps[0].for_me[1].layer.units == 3
    assert variation_names(lesson, 0) == ("seed 1", "seed 2")
    assert list(lesson.texts()) == ["T", "G", "S", "Do **it**.", "L", "Q", "A", "C", "L"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('checks = [{ metrik = "loss", below = 1 }]', "steps[0].checks[0]: expected a check; found 'metrik'. Did you mean 'metric'?"),
        ('checks = [{ metric = "loss" }]', "steps[0].checks[0]: expected below or above; found neither"),
        ('checks = [{ metric = "loss", belo = 3 }]', "steps[0].checks[0].belo: unknown key 'belo'; remove it or check its spelling."),
        ("checks = [{ trained = 0 }]", "steps[0].checks[0].trained: expected at least 1; found 0"),
        ("checks = [{ metric = 'loss', below = nan }]", "steps[0].checks[0].below: expected a finite number; found nan"),
        ("checks = [{}]", "steps[0].checks[0]: expected a check: a table with one of trained, metric"),
        ('checks = [{ setting = "seed" }]', "steps[0].checks[0]: expected one of is, not, has, below and above; found none"),
        ("checks = [{ compared = 3 }]", "steps[0].checks[0]: expected one of the lesson's 0 comparisons, from 0 on; found 3"),
        ('checks = [{ opened = "window" }]', "steps[0].checks[0].opened: expected one of"),
        ('for_me = [{ pres = "play" }]', "steps[0].for_me[0]: expected a deed; found 'pres'. Did you mean 'press'?"),
        ('for_me = [{ press = "pla" }]', "Did you mean 'play'?"),
        ("for_me = [3]", "steps[0].for_me[0]: expected a deed: a table with one of press"),
        ("for_me = [{ insert = 0 }]", "steps[0].for_me[0].layer: expected, but not there"),
        ('for_me = [{ insert = 0, layer = { type = "Dense", unts = 3 } }]', "for_me[0].layer.unts: unknown key 'unts'"),
        ("for_me = [{ remove = 5 }]", "steps[0].for_me[0]: expected a layer from 0 to 0; found 5"),
        ('for_me = [{ set = ["training.epochs = 0.5"] }]', "steps[0].for_me[0]: training.epochs: expected a whole number; found 0.5"),
        ('for_me = [{ set = ["training.epochs"] }]', "steps[0].for_me[0].set[0]: expected PLACE = VALUE, such as training.epochs = 3"),
        ("for_me = [{ set = [] }]", "steps[0].for_me[0].set: expected a list of at least 1; found []"),
        ('for_me = [{ fill = [0, "x"] }]', 'steps[0].for_me[0].fill[1]: expected a number; found "x"'),
        ('for_me = [{ recipe = "nowhere" }]', "for_me[0].recipe: expected a recipe in resources/lessons; 'nowhere.toml'"),
        ('for_me = [{ recipe = "../../pyproject" }]', "steps[0].for_me[0].recipe: expected"),
        ("for_me = [{ draw = 10 }]", "steps[0].for_me[0].draw: expected at most 9; found 10"),
        ('question = "Q"', "steps[0]: expected a question and its answer; found a question without an answer"),
        ('answer = "A"', "found an answer without a question"),
        ('look = "**bold"', "steps[0].look: expected ** around bold text on both sides; found 1 of them"),
        ('look = "`code"', "steps[0].look: expected ` around code text on both sides; found 1 of them"),
        ('formula = "x"', "steps[0].formula[0]: expected mathtext between dollar signs; found 0 of them"),
        ('formula = "$<los>$"', "steps[0].formula[0]: expected a number that is known; found '<los>'. Did you mean 'loss'?"),
        ("at = ['a b']", "steps[0].at[0]: expected"),
        ('titel = "x"', "steps[0].titel: unknown key 'titel'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(line: str, told: str):
    found = wrong_step(line)
    assert len(found) == 1, found
    assert told in found[0]


def test_mistakes_of_the_whole_are_told():
    assert mistakes(HEAD) == ["steps: expected, but not there"]
    assert mistakes(HEAD + "steps = []") == ["steps: expected at least one [[steps]]; found none"]
    assert mistakes(HEAD.replace("12", "45") + STEP) == ["minutes: expected at most 20; found 45"]
    assert mistakes(HEAD.replace("line", "lyne") + STEP) == ["recipe: expected a recipe in resources/lessons; 'lyne.toml' is not there"]
    assert mistakes(f'id = "x"\n{HEAD}{STEP}') == ["id: unknown key 'id'; a lesson is called as its file"]
    (found,) = mistakes(f'titles = "x"\n{HEAD}{STEP}')
    assert found == "titles: unknown key 'titles'; remove it or check its spelling. Did you mean 'title'?"


def test_all_mistakes_are_told_at_once():
    assert len(mistakes(f'{HEAD}{STEP}checks = [{{ trained = 0 }}, {{ folds = 1 }}]\nlook = 3\n{STEP}do2 = "x"')) == 4


@pytest.mark.parametrize(
    ("comparison", "told"),
    [
        ("sweep = {}", "comparisons[0].sweep: expected values to try"),
        ("sweep = { grid = { seed = [1, 2] } }\nnames = ['one']", "comparisons[0]: expected a name for each of the 2 variations; found 1"),
        ("sweep = { grid = { seed = [1, 1] } }", "comparisons[0].sweep: expected runs that differ"),
        ('sweep = { grid = { "training.epochs" = [1, "x"] } }', "comparisons[0].sweep.grid.training.epochs[1]: expected a whole number"),
        ("sweep = { grid = { seed = [1, 2] } }\nrecipe = 'nowhere'", "comparisons[0].recipe: expected a recipe"),
    ],
)
def test_a_mistake_of_a_comparison_is_told_with_its_place(comparison: str, told: str):
    found = mistakes(f'{HEAD}{STEP}[[comparisons]]\ntitle = "C"\nlook = "L"\n{comparison}\n')
    assert len(found) == 1, found
    assert told in found[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"\xff\xfe", "expected UTF-8 text"),
        (b"title = ", "not a valid TOML text"),
        (b"[" * 5000, "not a valid TOML text"),
        (b"a." * 5000 + b"b = 1", "nested at most 20 deep"),
        (b"[1, 2]", "not a valid TOML text"),
        (b"", "title: expected, but not there"),
        (b'{"title": 1e999}', "title: expected a text in quotes"),
    ],
)
def test_hostile_files_tell_a_sentence(text: bytes, told: str):
    with pytest.raises(RecipeError, match=told):
        parse_lesson(text, "line")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["press", "set", "trained", "metric", "below", "setting", "is", "layer", "insert"])
                                      | st.text(max_size=3), inner, max_size=3), max_leaves=8))  # fmt: skip
def test_whatever_stands_for_a_deed_or_a_check_is_told_or_taken(value: object):
    text = json.dumps({"title": "T", "goal": "G", "minutes": 12, "recipe": "line",
                       "steps": [{"title": "S", "do": "D", "for_me": [value], "checks": [value]}]})  # fmt: skip
    with contextlib.suppress(RecipeError):  # and nothing else
        parse_lesson(text, "line")


def test_an_unknown_lesson_is_told():
    with pytest.raises(FileNotFoundError, match=r"nowhere\.lesson\.toml"):
        load_lesson("nowhere")


# --------------------------------------------------------------------------------------------------------------------- deeds


def test_deeds_edit_the_project():
    line = recipe_project("line")
    many = edited(line, SetPlaces(set=("training.epochs = 7", "training.optimizer.learning_rate=0.1", 'training.loss = "mae"')))
    assert (many.training.epochs, many.training.optimizer.learning_rate, many.training.loss_name) == (7, 0.1, "mean_absolute_error")
    assert many.layers == line.layers
    hidden = edited(line, parse_lesson(HEAD + STEP + 'for_me = [{ insert = 0, layer = { type = "Dense" } }]', "line").steps[0].for_me[0])
    assert [layer.type for layer in hidden.layers] == ["Dense", "Dense"]
    assert edited(hidden, Remove(remove=0)).layers == line.layers
    assert edited(line, TakeRecipe(recipe="xor")) == recipe_project("xor")
    assert edited(line, Press(press="play")) is line


def test_deeds_that_no_longer_fit_the_project_are_told():
    line = recipe_project("line")
    with pytest.raises(RecipeError, match="expected an index below 1"):
        edited(line, SetPlaces(set=("layers[3].units = 4",)))
    with pytest.raises(IndexError, match="expected a place from 0 to 1; found 9"):
        edited(line, Insert(insert=9, layer=line.layers[0]))


def test_each_deed_and_each_check_is_known_by_a_key_of_its_own():
    for classes in (DEEDS, CHECKS):
        assert len({key_of(model) for model in classes}) == len(classes)
