"""What follows from a project: shapes, goal and problems, worked out once for everybody who shows them."""

from __future__ import annotations

from dataclasses import dataclass

from nnplayground.core.facts import DataFacts
from nnplayground.core.problems import Problem
from nnplayground.core.shapes import LayerShape, walk
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Goal, resolve
from nnplayground.core.validation import check, errors


@dataclass(frozen=True)
class Analysis:
    """A project and everything that can be said of it without training it. `shapes` has one entry per layer.

    Of data that is not to be had nothing is known (`facts.unknown`), and so neither are shapes, parameters and what 'auto' means.
    """

    spec: ProjectSpec
    facts: DataFacts
    shapes: tuple[LayerShape, ...]
    goal: Goal
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep training from starting."""
        return errors(self.problems)

    @property
    def is_known(self) -> bool:
        """Whether the data is known, and with it shapes and parameters."""
        return not self.facts.unknown

    @property
    def parameters(self) -> int:
        """The network's number of parameters, as far as its shapes are known."""
        return sum(s.parameters for s in self.shapes)


def analyse(spec: ProjectSpec, facts: DataFacts) -> Analysis:
    """Work out everything about a project for data of these facts."""
    shapes = (LayerShape(None, None),) * len(spec.layers) if facts.unknown else walk(facts.input_shape, spec.layers)
    return Analysis(spec, facts, shapes, resolve(spec, facts), check(spec, facts))
