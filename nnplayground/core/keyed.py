"""Small tables that are known by which key they have: `{ press = "play" }`, `{ metric = "loss", below = 0.1 }`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Tag

from nnplayground.core.value import Value, closest, describe, known_words


def key_of(model: type[Value]) -> str:
    """The key that a class is known by: the first that it must have."""
    return next(name for name, field in model.model_fields.items() if field.is_required())


def keyed(kind: str, *classes: type[Value]) -> Any:
    """A field that holds one of `classes`, each known by the first key that it must have."""
    tags = {key_of(model): model.__name__ for model in classes}  # with capitals: places in mistakes leave them out

    def known(value: Any) -> Any:
        if isinstance(value, classes):
            return value
        if not isinstance(value, dict) or not value:
            raise ValueError(f"expected {kind}: a table with one of {', '.join(tags)}; found {describe(value)}")
        if not tags.keys() & value.keys():
            word = str(next(iter(value)))
            raise ValueError(f"expected {kind}; found '{word}'.{closest(word, tags) or known_words(tags)}")
        return value

    def tag(value: Any) -> str:
        return type(value).__name__ if isinstance(value, Value) else next(tags[key] for key in value if key in tags)

    union: Any = Annotated[classes[0], Tag(classes[0].__name__)]
    for model in classes[1:]:
        union = union | Annotated[model, Tag(model.__name__)]
    return Annotated[union, Discriminator(tag), BeforeValidator(known)]
