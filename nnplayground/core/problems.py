"""What is wrong with a project, in one sentence each, with a way out where there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from nnplayground.core.spec import ProjectSpec


class Severity(StrEnum):
    """An error keeps training from starting; advice does not."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True)
class Fix:
    """One way to mend a problem: what the button says, and the project behind it."""

    label: str
    spec: ProjectSpec = field(repr=False)


@dataclass(frozen=True)
class Problem:
    """`path` is the place as in a recipe: `layers[1].units`; `fixes` come with the likeliest first."""

    path: str
    message: str
    fixes: tuple[Fix, ...] = ()
    severity: Severity = Severity.ERROR

    @property
    def layer(self) -> int | None:
        """The index of the layer that has the problem; None when it is not a layer's."""
        head, _, rest = self.path.partition("[")
        return int(rest.partition("]")[0]) if head == "layers" and rest else None
