"""An edit on its way from a panel to the document: what it is called, and what it does to the project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from nnplayground.core.spec import ProjectSpec


@dataclass(frozen=True)
class Turn:
    """What a value was and is, for the name of an edit: `units 4 → 16`."""

    template: str
    """With `{before}` and `{after}`."""
    before: str
    after: str

    def text(self) -> str:
        return self.template.replace("{before}", self.before).replace("{after}", self.after)


@dataclass(frozen=True)
class Edit:
    """`apply` is a pure function of `core.edits`; edits with the same `merge` key become one undo step (a drag).

    With a `turn`, the merged step is named by the first value and the last.
    """

    text: str
    apply: Callable[[ProjectSpec], ProjectSpec]
    merge: str = ""
    turn: Turn | None = None


def merged_turn(first: Turn | None, last: Turn | None) -> Turn | None:
    """From where the first began to where the last ended."""
    return replace(last, before=first.before) if first is not None and last is not None else None
