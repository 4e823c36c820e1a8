"""What a form cannot know from a description alone: which words suit the rest of the project, and what to begin with."""

from __future__ import annotations

from typing import Any

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.choices import first_value, losses_for, metrics_for, watchable
from nnplayground.core.spec import ProjectSpec


class Around:
    """Knows of nothing around a value: its description says it all, as a layer's does."""

    as_you_type = True
    """Whether a number counts with every digit that is typed, or once it is complete."""

    def words(self, name: str) -> tuple[str, ...]:
        """The words to choose from for the text argument `name`; none where any text will do."""
        return ()

    def items(self) -> tuple[str, ...]:
        """What each of a list of numbers is for."""
        return ()

    def first(self, kind: Any) -> Any:
        """The value to begin with when `kind` is chosen."""
        return kind()

    def refusal(self, name: str, value: Any) -> str:
        """Why an argument cannot have a value though its description allows it, as a sentence; empty when it can."""
        return ""


class AroundLayer(Around):
    """What the other layers mean for one of them."""

    def __init__(self) -> None:
        self.spec: ProjectSpec | None = None
        self.index = 0

    def refusal(self, name: str, value: Any) -> str:
        if name != "name" or self.spec is None:
            return ""
        try:
            edits.rename_layer(self.spec, self.index, value)
        except ValueError as error:
            return str(error)
        return ""


class AroundTraining(Around):
    """What the data and the network mean for the settings of the training."""

    as_you_type = False  # 8 on the way to 800 epochs would end a run

    def __init__(self) -> None:
        self.analysis: Analysis | None = None

    def words(self, name: str) -> tuple[str, ...]:
        if self.analysis is None:
            return ()
        spec, facts = self.analysis.spec, self.analysis.facts
        if name == "loss":
            return losses_for(spec, facts)
        if name == "metrics":
            return metrics_for(spec, facts)
        return watchable(spec, self.analysis.goal) if name in ("metric", "monitor") else ()

    def items(self) -> tuple[str, ...]:
        return () if self.analysis is None else self.analysis.facts.classes

    def first(self, kind: Any) -> Any:
        return kind() if self.analysis is None else first_value(kind, self.analysis.spec, self.analysis.facts)
