"""Which control an argument has: the type in its description says so."""

from __future__ import annotations

import types
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from nnplayground.core.value import Typed, Value
from nnplayground.ui.inspector.around import Around
from nnplayground.ui.inspector.choosers import ChecksField, ChooserField, NumbersField, SeveralField, ToggleField, Words
from nnplayground.ui.inspector.fields import CheckField, Field, IntField, TextField, WordField
from nnplayground.ui.theme.theme import Theme


def make_field(theme: Theme, name: str, info: FieldInfo, around: Around) -> Field:
    """The control for an argument."""
    parts = members(info.annotation)
    optional = type(None) in parts
    kinds = tuple(_plain(part) for part in parts if part is not type(None))
    values = [kind for kind in kinds if _is(kind, Value)]
    words = tuple(str(w) for kind in kinds for w in get_args(kind) if get_origin(kind) is Literal)
    words = words or tuple(str(m.value) for kind in kinds if _is(kind, Enum) for m in kind)
    if values == list(kinds) and len(kinds) == 1 and not _is(kinds[0], Typed):
        return ToggleField(theme, name, kinds[0], around)
    if values or (words and (optional or len(kinds) > 1)):
        return ChooserField(theme, name, kinds, around, optional=optional)
    if kinds == (bool,):
        return CheckField(theme, name)
    if kinds == (int,) and not optional:
        return IntField(theme, info, as_you_type=around.as_you_type)
    if words:
        return WordField(theme, lambda: words)
    if around.words(name):
        return SeveralField(theme) if kinds == (tuple,) else WordField(theme, lambda: around.words(name))
    return TextField(theme, kinds, optional=optional, as_you_type=around.as_you_type, length=_length(parts))


def make_below(theme: Theme, kind: Any, name: str, around: Around, label_width: int) -> Field:
    """The control below a chooser, for a plain value of this kind."""
    if kind is float:
        return TextField(theme, (float,), optional=False, as_you_type=around.as_you_type)
    return ChecksField(theme, name, around) if kind == Words else NumbersField(theme, around, label_width)


def members(annotation: Any) -> tuple[Any, ...]:
    """The types that a union is made of; `Annotated` is looked through."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return members(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return tuple(m for part in get_args(annotation) for m in members(part))
    return (annotation,)


def _length(kinds: tuple[Any, ...]) -> int:
    """How many values a tuple among these kinds has; 0 where it may have any number."""
    held = next((get_args(kind) for kind in kinds if get_origin(kind) is tuple), ())
    return 0 if Ellipsis in held else len(held)


def _plain(kind: Any) -> Any:
    """`tuple[int, ...]` is a tuple here; the words of a `Literal` count."""
    return kind if get_origin(kind) is Literal else get_origin(kind) or kind


def _is(kind: Any, base: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, base)
