"""A stack of layers as text, to copy, to mail and to paste: the `[[layers]]` of a recipe."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field, Strict

from nnplayground.core.layers import Layer, LayerBase
from nnplayground.core.mailed_text import plain_layers
from nnplayground.core.recipe import Mistake, RecipeError, build, parse_text, toml_of
from nnplayground.core.spec import MAX_LAYERS
from nnplayground.core.value import Value, describe

MAX_CHARACTERS = 1_000_000
"""Far more than the longest stack has."""
NAME = "The text"
"""What a mistake is said to be in."""
NONE_THERE = "expected layers as a recipe has them, a [[layers]] table each; there are none in it"


class Stack(Value):
    """Layers by themselves, as a recipe has them."""

    layers: Annotated[tuple[Layer, ...], Strict(False)] = Field(max_length=MAX_LAYERS)


def to_text(layers: Iterable[LayerBase]) -> str:
    """The layers as a recipe's TOML: a `[[layers]]` table each, what stands at Keras's default left out."""
    plain = Stack(layers=tuple(layers)).model_dump(mode="json", exclude_defaults=True).get("layers", [])
    # One at a time, since a short list of tables would be written in braces; the first line is the table's own.
    return "\n".join(toml_of({"layers": layer}).replace("[layers]", "[[layers]]", 1) for layer in plain)


def from_text(text: str) -> tuple[LayerBase, ...]:
    """The layers in a text: `[[layers]]` tables, or a whole recipe, of which only the layers count. Raises RecipeError.

    What mail has made of it is understood: quotation marks, fences, a greeting, curly quotes.
    """
    if len(text) > MAX_CHARACTERS:
        raise RecipeError(NAME, [Mistake("", f"expected at most {MAX_CHARACTERS:,} characters; found {len(text):,}")])
    raw = _parsed(text.removeprefix("\ufeff"))
    layers = build(Stack, {"layers": raw["layers"]}, NAME).layers if "layers" in raw else ()
    if not layers:
        raise RecipeError(NAME, [Mistake("", NONE_THERE)])
    return layers


def _parsed(text: str) -> dict[str, Any]:
    try:
        return parse_text(text, NAME)
    except RecipeError as error:
        if not isinstance(error.__cause__, ValueError) or _is_too_much(error.__cause__):
            raise
    plain = plain_layers(text)
    if plain is None:
        raise RecipeError(NAME, [Mistake("", NONE_THERE)])
    try:
        return parse_text(plain, NAME)
    except RecipeError as error:
        if not isinstance(error.__cause__, tomllib.TOMLDecodeError):
            raise
        raise RecipeError(NAME, [Mistake("", _unreadable(plain, str(error.__cause__)))]) from error


def _is_too_much(error: ValueError) -> bool:
    """Whether a text was refused for its size, and not for what it says."""
    return not isinstance(error, tomllib.TOMLDecodeError | json.JSONDecodeError)


def _unreadable(text: str, why: str) -> str:
    """Which line is none of a recipe; parsers tell it in words of their own."""
    place = re.search(r"at line (\d+)", why)
    if place is None:
        return "a [[layers]] table is not whole: the text breaks off"
    return f"expected a setting, such as units = 8; found {describe(text.splitlines()[int(place[1]) - 1].strip())}"
