"""A stack of layers as text, to copy, to mail and to paste: the `[[layers]]` of a recipe."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, Strict

from nnplayground.core.layers import Layer, LayerBase
from nnplayground.core.recipe import Mistake, RecipeError, build, parse_text, toml_of
from nnplayground.core.spec import MAX_LAYERS
from nnplayground.core.value import Value

MAX_CHARACTERS = 1_000_000
"""Far more than the longest stack has."""
NAME = "The text"
"""What a mistake is said to be in."""


class Stack(Value):
    """Layers by themselves, as a recipe has them."""

    layers: Annotated[tuple[Layer, ...], Strict(False)] = Field(max_length=MAX_LAYERS)


def to_text(layers: Iterable[LayerBase]) -> str:
    """The layers as a recipe's TOML: a `[[layers]]` table each, what stands at its default left out."""
    plain = Stack(layers=tuple(layers)).model_dump(mode="json", exclude_defaults=True).get("layers", [])
    # One at a time, since a short list of tables would be written in braces; the first line is the table's own.
    return "\n".join(toml_of({"layers": layer}).replace("[layers]", "[[layers]]", 1) for layer in plain)


def from_text(text: str) -> tuple[LayerBase, ...]:
    """The layers in a text: `[[layers]]` tables, or a whole recipe, of which only the layers count. Raises RecipeError."""
    if len(text) > MAX_CHARACTERS:
        raise RecipeError(NAME, [Mistake("", f"expected at most {MAX_CHARACTERS:,} characters; found {len(text):,}")])
    raw = parse_text(text.removeprefix("\ufeff"), NAME)
    layers = build(Stack, {"layers": raw["layers"]}, NAME).layers if "layers" in raw else ()
    if not layers:
        raise RecipeError(NAME, [Mistake("", "expected layers as a recipe has them, a [[layers]] table each; there are none in it")])
    return layers
