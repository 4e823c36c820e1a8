"""What 'Do it for me' does in a lesson: small frozen values, each known by its key, and what those that edit make of a project."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, Strict, StringConstraints

from nnplayground.core.edits import insert_layer, remove_layer
from nnplayground.core.keyed import keyed
from nnplayground.core.layers import Layer
from nnplayground.core.recipe import build_spec, override_all, parse_recipe, to_plain
from nnplayground.core.resources import resource
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.value import Value, describe

Page = Literal[
    "curves", "confusion", "mistakes", "weights", "activations", "working", "log", "notes", "runs", "folds", "try", "inspector", "output"
]
"""A view of the window: `confusion` is `confusionPanel`, and so on; `inspector` is the tab 'Training' while no layer is chosen."""
RecipeName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,60}$")]
"""A file in resources/lessons/, without its ending."""


def _place_and_value(text: str) -> str:
    place, sign, value = text.partition("=")
    if not (place.strip() and sign and value.strip()):
        raise ValueError(f"expected PLACE = VALUE, such as training.epochs = 3; found {describe(text)}")
    return text


Override = Annotated[str, StringConstraints(max_length=400), AfterValidator(_place_and_value)]
"""`training.epochs = 20`, as after `--set`."""


V = TypeVar("V")


def _some(values: tuple[V, ...]) -> tuple[V, ...]:
    if not values:  # no `min_length`, which counts only those that are right
        raise ValueError("expected a list of at least 1; found []")
    return values


class Press(Value):
    """Press a button of the transport, with what that does: `play` after a complete run trains as many epochs again."""

    press: Literal["play", "step", "reset", "stop"]


class SetPlaces(Value):
    """Change any places of the project: one undoable edit."""

    set: Annotated[tuple[Override, ...], Strict(False), AfterValidator(_some)] = Field(max_length=20)


class TakeRecipe(Value):
    """Take another recipe's project: one undoable edit."""

    recipe: RecipeName


class Insert(Value):
    """Put a layer before the one with this number, from 0 on."""

    insert: int = Field(ge=0, le=100)
    layer: Layer


class Remove(Value):
    """Take the layer with this number out."""

    remove: int = Field(ge=0, le=99)


class Open(Value):
    """Bring a view into sight."""

    open: Page


class Fill(Value):
    """Fill in 'Try it': a row's numbers, the x of a line, or the two of a point."""

    fill: Annotated[tuple[float, ...], Strict(False), AfterValidator(_some)] = Field(max_length=50)


class Write(Value):
    """Write a text into 'Try it'."""

    text: str = Field(min_length=1, max_length=5000)


class Draw(Value):
    """Draw a digit with the pen."""

    draw: int = Field(ge=0, le=9)


class TakeSample(Value):
    """Take the test sample with this number, from 0 on, into 'Try it'."""

    sample: int = Field(ge=0, le=100_000)


class Compare(Value):
    """Train the lesson's comparison with this number, from 0 on."""

    compare: int = Field(ge=0, le=20)


class TrainFolds(Value):
    """Train the folds of k-fold validation."""

    folds: Literal[True]


class AskWhy(Value):
    """Ask why the network answers as it does in 'Try it'."""

    why: Literal[True]


DEEDS = (Press, SetPlaces, TakeRecipe, Insert, Remove, Open, Fill, Write, Draw, TakeSample, Compare, TrainFolds, AskWhy)
Deed = keyed("a deed", *DEEDS)
EDITS = (SetPlaces, TakeRecipe, Insert, Remove)


def recipe_project(name: str) -> ProjectSpec:
    """The project of a recipe in resources/lessons/. Raises RecipeError, and FileNotFoundError where there is none."""
    file = f"{name}.toml"
    return parse_recipe(resource("lessons", file).read_bytes(), file)


def edited(spec: ProjectSpec, deed: Value) -> ProjectSpec:
    """The project after a deed; the same one where the deed edits nothing.

    Raises RecipeError or IndexError where the project, changed by whoever sits there, no longer has that place.
    """
    match deed:
        case SetPlaces(set=places):
            raw: dict[str, Any] = to_plain(spec)
            override_all(raw, places)
            return build_spec(raw, "--set")
        case TakeRecipe(recipe=name):
            return recipe_project(name)
        case Insert(insert=index, layer=layer):
            return insert_layer(spec, index, layer)
        case Remove(remove=index):
            return remove_layer(spec, index)
        case _:
            return spec
