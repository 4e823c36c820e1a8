"""What a change is called where it can be undone: 'patience 3 → 5', 'Early stopping on'."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication

from nnplayground.core.value import Typed, Value
from nnplayground.ui.edit import Turn
from nnplayground.ui.inspector.fields import NONE, written
from nnplayground.ui.inspector.form import Change

LONGEST = 30


def change_name(change: Change) -> str:
    """The changed argument, and what it was and is; on or off for what is there or not."""
    tr, name = QCoreApplication.translate, change.path[-1]
    title = name.replace("_", " ")
    states = [value for value in (change.before, change.after) if isinstance(value, Value) and not isinstance(value, Typed)]
    if isinstance(change.after, bool) or (None in (change.before, change.after) and states):
        title = title[:1].upper() + title[1:] if states else name
        text = tr("Form", "{name} on") if change.after else tr("Form", "{name} off")
        return text.format(name=title)
    return change_turn(change).text()


def change_turn(change: Change) -> Turn:
    """What the changed argument was and is."""
    template = QCoreApplication.translate("Form", "{name} {before} → {after}").replace("{name}", change.path[-1])
    return Turn(template, _short(change.before), _short(change.after))


def _short(value: Any) -> str:
    text = type(value).__name__ if isinstance(value, Value) else NONE if value is None or value == () else written(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
