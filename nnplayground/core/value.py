"""The base of everything a project is made of, and the words that short names stand for."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
)


class Value(BaseModel):
    """A frozen value that refuses unknown keys, wrong types and numbers that are not finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Typed(Value):
    """A value written as a table with a `type`: a Keras object with the arguments of its class."""

    def arguments(self) -> dict[str, Any]:
        """The arguments for the Keras class that `type` names, nested objects left as values."""
        return {name: getattr(self, name) for name in type(self).model_fields if name != "type"}

    @model_serializer(mode="wrap")
    def _type_first(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        return {"type": self.type, **{k: v for k, v in handler(self).items() if k != "type"}}  # type: ignore[attr-defined]


def snake_case(name: str) -> str:
    """Keras's short name of a class: `HeNormal` -> `he_normal`, `L2` -> `l2`, `L1L2` -> `l1_l2`."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def closest(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt word: ` Did you mean 'Dense'?`, or nothing when no known word is near."""
    by_lower = {k.lower(): k for k in known}
    near = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return f" Did you mean '{by_lower[near[0]]}'?" if near else ""


def type_names(classes: Iterable[type[Value]], key: str = "type") -> tuple[str, ...]:
    """The words that may stand behind `key`, in the order of the classes."""
    return tuple(word for c in classes for word in c.model_fields[key].annotation.__args__)  # type: ignore[union-attr]


def describe(value: Any) -> str:
    """What was found, short and safe to print."""
    text = json.dumps(value, default=str, ensure_ascii=False) if not isinstance(value, float) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def known_words(known: Iterable[str]) -> str:
    """What is said when no known word is near."""
    return f" Known: {', '.join(known)}."


class WordError(ValueError):
    """What stands behind `key` is not one of the words that may stand there."""

    def __init__(self, key: str, kind: str, found: Any, known: tuple[str, ...]) -> None:
        self.key = key
        if found is None:
            super().__init__(f"expected the name of {kind}, but not there")
        elif isinstance(found, str):
            super().__init__(f"expected the name of {kind}; found '{found}'.{closest(found, known) or known_words(known)}")
        else:
            super().__init__(f"expected the name of {kind} in quotes; found {describe(found)}")


def expand_short_name(kind: str, classes: tuple[type[Value], ...]) -> Callable[[Any], Any]:
    """A validator that turns `"he_normal"` or `"HeNormal"` into `{"type": "HeNormal"}` and names what is unknown."""
    names = type_names(classes)
    table = {alias: name for name in names for alias in (name, name.lower(), snake_case(name))}

    def expand(value: Any) -> Any:
        if isinstance(value, str):
            value = {"type": value}
        if isinstance(value, dict):
            word = value.get("type")
            if not isinstance(word, str) or word not in table:
                raise WordError("type", kind, word, names)
            return {**value, "type": table[word]}
        if isinstance(value, classes) or value is None:
            return value
        raise ValueError(f"expected the name of {kind} or a table with 'type'; found {describe(value)}")

    return expand


def keras_object(kind: str, *classes: type[Value]) -> Any:
    """A field that holds one of `classes`, chosen by `type` or written as Keras's short name."""
    union: Any = classes[0]
    for c in classes[1:]:
        union = union | c
    return Annotated[union, Field(discriminator="type"), BeforeValidator(expand_short_name(kind, classes))]


PLAIN, TABLE = "#plain", "#table"
"""Which side of `plain_or_table` a value is checked as. No key looks like these: places in error messages leave them out."""


def plain_or_table(plain: Any, table: Any, *validators: Any) -> Any:
    """A field that holds a `plain` value or what is written as a table or list; each is checked, and refused, as what it is.

    `validators` are pydantic's, for the whole field.
    """
    union: Any = Annotated[plain, Tag(PLAIN)] | Annotated[table, Tag(TABLE)]
    return Annotated[union, Discriminator(lambda value: TABLE if isinstance(value, dict | list | tuple | Value) else PLAIN), *validators]
