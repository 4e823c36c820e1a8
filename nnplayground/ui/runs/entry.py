"""`Entry`: a kept run as the window has it: what describes it, its curves thinned out, and where the rest is. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from nnplayground.core.history import History
from nnplayground.core.kept_run import KeptRun
from nnplayground.core.recipe import to_plain
from nnplayground.core.sweep_plan import word
from nnplayground.ui.runs.settings import Plain
from nnplayground.ui.views.curve_data import COLUMNS, Curve


class Project:
    """A project that is or was shown: runs that were made of it belong together."""


@dataclass(eq=False)
class Entry:
    """`run` has neither history nor weights: those are on the shelf, or in `held`."""

    run: KeptRun
    project: Project | None = None
    """None for runs of earlier sessions."""
    curves: Mapping[str, Curve] | None = None
    """By the names of a history; None until they are asked for."""
    held: KeptRun | None = None
    """All of it, in memory: a project file has brought it, or it could not be written."""
    on_shelf: bool = False
    asked: bool = field(default=False, repr=False)
    """Whether its curves are on their way."""

    @property
    def key(self) -> str:
        return self.run.key

    @cached_property
    def plain(self) -> Plain:
        return Plain.of(self.run.spec)

    @cached_property
    def words(self) -> str:
        """The settings that are not as usual, for those who look for one."""
        return word({key: value for key, value in to_plain(self.run.spec).items() if key in ("data", "training", "seed")})


def thin(history: History) -> dict[str, Curve]:
    """What a plot can show of every number; copies, so that the history itself may go."""
    thinned = {}
    for name in history.names:
        epochs, values = history.downsampled(name, COLUMNS)
        thinned[name] = np.array(epochs), np.array(values)
    return thinned


def curves_of(text: str) -> dict[str, Curve]:
    """The curves in a history's CSV; none where it is something else."""
    try:
        return thin(History.from_csv(text))
    except ValueError:
        return {}
