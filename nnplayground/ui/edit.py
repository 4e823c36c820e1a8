"""An edit on its way from a panel to the document: what it is called, and what it does to the project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnplayground.core.spec import ProjectSpec


@dataclass(frozen=True)
class Edit:
    """`apply` is a pure function of `core.edits`; edits with the same `merge` key become one undo step (a drag)."""

    text: str
    apply: Callable[[ProjectSpec], ProjectSpec]
    merge: str = ""
