"""What kind of control an argument wants, read from its type: so a new layer needs no code here."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from nnplayground.core.layers import LayerBase
from nnplayground.core.value import Typed, Value

RARE_PREFIXES = ("bias_", "activity_", "beta_", "gamma_")
RARE_SUFFIXES = ("_constraint",)
RARE_NAMES = frozenset({"name", "dilation_rate", "groups", "epsilon", "go_backwards", "unit_forget_bias", "reset_after", "keepdims"})
"""Arguments that few people change: they are folded away."""


FIRST_NAMES = ("units", "filters", "kernel_size", "pool_size", "strides", "padding", "activation")
"""Arguments that tell most of a layer, where it has them: they stand on top, as in Keras's own signatures."""


class Kind(Enum):
    """The controls there are."""

    INTEGER = "integer"
    NUMBER = "number"
    CHOICE = "choice"
    SWITCH = "switch"
    TEXT = "text"
    NUMBERS = "numbers"
    OBJECT = "object"


@dataclass(frozen=True)
class Description:
    """One argument: its control, its limits, and whether it may be left empty."""

    name: str
    kind: Kind
    help: str = ""
    optional: bool = False
    low: float | None = None
    high: float | None = None
    low_excluded: bool = False
    high_excluded: bool = False
    choices: tuple[str, ...] = ()
    classes: tuple[type[Typed], ...] = field(default=())

    @property
    def rare(self) -> bool:
        """Whether few people change it."""
        return self.name in RARE_NAMES or self.name.startswith(RARE_PREFIXES) or self.name.endswith(RARE_SUFFIXES)


def describe(cls: type[Value]) -> tuple[Description, ...]:
    """Every argument of a class but `type`, in their order, but the telling ones first and those that all layers have last."""

    def rank(name: str) -> tuple[bool, int]:
        return name in LayerBase.model_fields, FIRST_NAMES.index(name) if name in FIRST_NAMES else len(FIRST_NAMES)

    names = sorted((name for name in cls.model_fields if name != "type"), key=rank)
    return tuple(_describe(name, cls.model_fields[name]) for name in names)


def _describe(name: str, info: FieldInfo) -> Description:
    annotation, metadata, optional = _unwrapped(info.annotation, list(info.metadata))
    low, high = _bound(metadata, Ge, "ge", Gt, "gt"), _bound(metadata, Le, "le", Lt, "lt")
    return Description(
        name, _kind(name, annotation), info.description or "", optional, low[0], high[0], low[1], high[1],
        choices=tuple(str(word) for word in get_args(annotation)) if get_origin(annotation) is Literal else (),
        classes=_classes(annotation),
    )  # fmt: skip


def _unwrapped(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any], bool]:
    """The type behind `Annotated` and `| None`, all that is said of it, and whether None was among it."""
    optional = False
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata += more
        elif _is_union(annotation) and NoneType in get_args(annotation):
            optional = True
            rest = tuple(a for a in get_args(annotation) if a is not NoneType)
            annotation = Union[rest]  # noqa: UP007 - a tuple made at run time
        else:
            flat = [m for item in metadata for m in (item.metadata if isinstance(item, FieldInfo) else [item])]
            return annotation, flat, optional


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType)


def _kind(name: str, annotation: Any) -> Kind:
    if _classes(annotation):
        return Kind.OBJECT
    if get_origin(annotation) is Literal:
        return Kind.CHOICE
    if get_origin(annotation) is tuple:
        return Kind.NUMBERS
    kinds = {bool: Kind.SWITCH, int: Kind.INTEGER, float: Kind.NUMBER, str: Kind.TEXT}
    if annotation not in kinds:
        raise TypeError(f"expected a type that the inspector has a control for; {name} has {annotation!r}")
    return kinds[annotation]


def _classes(annotation: Any) -> tuple[type[Typed], ...]:
    """The Keras objects that may stand here; empty for plain values."""
    members = get_args(annotation) if _is_union(annotation) else (annotation,)
    return tuple(m for m in members if isinstance(m, type) and issubclass(m, Typed))


def _bound(metadata: list[Any], closed: type, key: str, opened: type, open_key: str) -> tuple[float | None, bool]:
    for item in metadata:
        if isinstance(item, closed):
            return float(getattr(item, key)), False
        if isinstance(item, opened):
            return float(getattr(item, open_key)), True
    return None, False
