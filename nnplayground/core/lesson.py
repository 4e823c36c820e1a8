"""Lessons: a tutorial's chapter as steps that drive the window, read from resources/lessons/<chapter>.lesson.toml.

Texts are plain English with **bold** and `code` only. A formula is matplotlib's mathtext in dollars, with places such as <loss>
for numbers of the run (`lesson_numbers`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, Strict, StringConstraints, model_validator

from nnplayground.core.lesson_checks import Check, Compared
from nnplayground.core.lesson_deeds import EDITS, Compare, Deed, RecipeName, edited, recipe_project
from nnplayground.core.lesson_numbers import NAMES, PLACE
from nnplayground.core.recipe import Mistake, RecipeError, build, parse_text
from nnplayground.core.resources import resource
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.sweep import Sweep, Variations
from nnplayground.core.sweep_plan import PlannedRun, plan
from nnplayground.core.value import Value, closest, known_words

CHAPTERS = ("line", "gates", "playground", "softmax", "mnist", "fashion", "stop", "imdb", "reuters", "boston", "gender")
"""The lessons in the tutorials' order."""
ENDING = ".lesson.toml"

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1500)]
PartName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][\w.()*^-]{1,60}$")]


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Step(Value):
    """One step: what to do and to look at, a question, what 'Do it for me' does, and when it is done."""

    title: Line
    do: Text
    look: Text | None = None
    at: Annotated[tuple[PartName, ...], Strict(False)] = Field(default=(), max_length=6, description="objectNames of parts that light up.")
    formula: Annotated[tuple[Line, ...], Strict(False), BeforeValidator(_one_or_many)] = Field(default=(), max_length=5)
    question: Text | None = None
    answer: Text | None = None
    for_me: Annotated[tuple[Deed, ...], Strict(False)] = Field(default=(), max_length=20)
    checks: Annotated[tuple[Check, ...], Strict(False)] = Field(default=(), max_length=6, description="All must hold; none: just read.")

    @model_validator(mode="after")
    def _question_with_answer(self) -> Self:
        if (self.question is None) != (self.answer is None):
            found = "a question without an answer" if self.answer is None else "an answer without a question"
            raise ValueError(f"expected a question and its answer; found {found}")
        return self


class Comparison(Value):
    """Variations of a recipe, trained with one click and laid over one another."""

    title: Line
    look: Text
    recipe: RecipeName | None = Field(default=None, description="What the variations start from; without it the lesson's recipe.")
    sweep: Sweep
    names: Annotated[tuple[Line, ...], Strict(False)] = Field(default=(), description="One a variation, for people.")

    @model_validator(mode="after")
    def _a_name_each(self) -> Self:
        if self.names and len(self.names) != self.sweep.runs:
            raise ValueError(f"expected a name for each of the {self.sweep.runs} variations; found {len(self.names)}")
        return self


class Lesson(Value):
    """A chapter that drives the window. `id` is its file's name."""

    id: str
    title: Line
    goal: Line
    minutes: int = Field(ge=10, le=20)
    recipe: RecipeName = Field(description="What the lesson begins with.")
    steps: Annotated[tuple[Step, ...], Strict(False)] = Field(max_length=20)
    comparisons: Annotated[tuple[Comparison, ...], Strict(False)] = Field(default=(), max_length=10)

    def texts(self) -> Iterator[str]:
        """Every sentence that is shown, for translators, in order."""
        yield from (self.title, self.goal)
        for step in self.steps:
            yield from (t for t in (step.title, step.do, step.look, step.question, step.answer) if t)
        for comparison in self.comparisons:
            yield from (comparison.title, comparison.look, *comparison.names)


def lesson_names() -> tuple[str, ...]:
    """All lessons, in the tutorials' order."""
    return CHAPTERS


def load_lesson(name: str) -> Lesson:
    """A lesson by its chapter's name. Raises RecipeError with all of its mistakes, and FileNotFoundError where there is none."""
    file = f"{name}{ENDING}"
    return parse_lesson(resource("lessons", file).read_bytes(), name, file)


def parse_lesson(text: bytes | str, name: str, file: str | None = None) -> Lesson:
    """A lesson's text. Raises RecipeError with all of its mistakes, each with its place."""
    file = file or f"{name}{ENDING}"
    raw = parse_text(text, file)
    if "id" in raw:
        raise RecipeError(file, [Mistake("id", "unknown key 'id'; a lesson is called as its file")])
    try:
        lesson = build(Lesson, {**raw, "id": name}, file)
    except RecipeError as error:
        raise RecipeError(file, (Mistake(_TAG.sub("", m.path), m.message) for m in error.mistakes)) from error
    if mistakes := list(_mistakes(lesson)):
        raise RecipeError(file, mistakes)
    return lesson


_TAG = re.compile(r"(?<=\])\.[A-Z]\w*$")
"""A class that is no key of the file, at the end of a place."""


def planned(lesson: Lesson, comparison: int) -> tuple[PlannedRun, ...]:
    """A comparison's variations as projects, each under the name it is shown by. Raises RecipeError."""
    chosen = lesson.comparisons[comparison]
    recipe = chosen.recipe or lesson.recipe
    base = tomllib.loads(resource("lessons", f"{recipe}.toml").read_text(encoding="utf-8"))
    base.pop("sweep", None)
    return plan(Variations(chosen.sweep, base, Path.cwd()), f"{lesson.id}{ENDING}")


def variation_names(lesson: Lesson, comparison: int) -> tuple[str, ...]:
    """What a comparison's variations are called: by the lesson, or else by what they set."""
    return lesson.comparisons[comparison].names or tuple(run.title for run in planned(lesson, comparison))


def states(lesson: Lesson) -> Iterator[tuple[int, int, ProjectSpec]]:
    """The project after each deed that edits, as (step, deed, project), for whoever does everything by 'Do it for me'.

    Raises RecipeError, named by the deed's place, where a deed does not apply.
    """
    spec = recipe_project(lesson.recipe)
    for number, step in enumerate(lesson.steps):
        for index, deed in enumerate(step.for_me):
            if isinstance(deed, EDITS):
                try:
                    spec = edited(spec, deed)
                except (RecipeError, IndexError) as error:
                    where = f"steps[{number}].for_me[{index}]"
                    found = error.mistakes if isinstance(error, RecipeError) else (Mistake("", str(error)),)
                    raise RecipeError(lesson.id + ENDING, (Mistake(_joined(where, m.path), m.message) for m in found)) from error
                yield number, index, spec


def _joined(where: str, path: str) -> str:
    return f"{where}: {path}" if path else where


def _mistakes(lesson: Lesson) -> Iterator[Mistake]:
    """What no single value of a lesson knows: whether what it names is there."""
    if not lesson.steps:
        yield Mistake("steps", "expected at least one [[steps]]; found none")
    named = [("recipe", lesson.recipe)]
    for number, step in enumerate(lesson.steps):
        where = f"steps[{number}]"
        for part in ("do", "look", "question", "answer"):
            yield from _marks(f"{where}.{part}", getattr(step, part) or "")
        yield from _formula_mistakes(where, step.formula)
        for kind, values in (("for_me", step.for_me), ("checks", step.checks)):
            for index, value in enumerate(values):
                place = f"{where}.{kind}[{index}]"
                wanted = value.compare if isinstance(value, Compare) else value.compared if isinstance(value, Compared) else 0
                if isinstance(value, Compare | Compared) and wanted >= len(lesson.comparisons):
                    yield Mistake(place, f"expected one of the lesson's {len(lesson.comparisons)} comparisons, from 0 on; found {wanted}")
                if (recipe := getattr(value, "recipe", None)) is not None:
                    named.append((f"{place}.recipe", recipe))
    named += [(f"comparisons[{i}].recipe", c.recipe) for i, c in enumerate(lesson.comparisons) if c.recipe]
    missing = [(place, name) for place, name in named if not _is_recipe(name)]
    yield from (Mistake(place, f"expected a recipe in resources/lessons; '{name}.toml' is not there") for place, name in missing)
    if not missing:
        yield from _applied(lesson)


def _applied(lesson: Lesson) -> Iterator[Mistake]:
    try:
        for _ in states(lesson):
            pass
    except RecipeError as error:
        yield from error.mistakes
    for number in range(len(lesson.comparisons)):
        try:
            planned(lesson, number)
        except RecipeError as error:
            yield from (Mistake(f"comparisons[{number}].{m.path}", m.message) for m in error.mistakes)


def _is_recipe(name: str) -> bool:
    try:
        return resource("lessons", f"{name}.toml").is_file()
    except FileNotFoundError:
        return False


def _marks(place: str, text: str) -> Iterator[Mistake]:
    for mark, word in (("**", "bold"), ("`", "code")):
        if text.count(mark) % 2:
            yield Mistake(place, f"expected {mark} around {word} text on both sides; found {text.count(mark)} of them")


def _formula_mistakes(where: str, formulas: Iterable[str]) -> Iterator[Mistake]:
    for index, formula in enumerate(formulas):
        place = f"{where}.formula[{index}]"
        if formula.count("$") % 2 or "$" not in formula:
            yield Mistake(place, f"expected mathtext between dollar signs; found {formula.count('$')} of them")
        for name in PLACE.findall(formula):
            if name not in NAMES:
                yield Mistake(place, f"expected a number that is known; found '<{name}>'.{closest(name, NAMES) or known_words(NAMES)}")
