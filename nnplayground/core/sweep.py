"""`[sweep]` in a recipe: the same project in many variations, trained one after the other in the window, or side by side without a screen.

It is no part of a `ProjectSpec`, which is one experiment: it stands beside it, and is kept with it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, Strict, model_validator

from nnplayground.core.value import Value, describe

MAX_SWEEP_RUNS = 1000
GROUPS = ("data", "training", "output")
"""Tables of a recipe that a key without quotes would replace as a whole."""


def _places(table: dict[str, Any]) -> dict[str, Any]:
    """Refuse `training.epochs = 3` without quotes, which TOML reads as a whole new `training` with nothing else in it."""
    for key, value in table.items():
        if key in GROUPS and isinstance(value, dict) and not (key == "data" and "name" in value):
            inner = next(iter(value), "…")
            raise ValueError(f"""expected a place in quotes, such as "{key}.{inner}"; found a table '{key}' that would replace all of it""")
        if not key.strip():
            raise ValueError("expected a place, such as training.epochs; found an empty key")
    return table


def _in_quotes(grid: Any) -> Any:
    for key, value in grid.items():
        if isinstance(value, dict):
            inner = next(iter(value), "…")
            quoted = f'"{key}.{inner}" = […]'
            raise ValueError(f"expected a list of values for '{key}'; found a table. A place with dots is in quotes: {quoted}")
    return grid


Grid = Annotated[dict[str, Any], AfterValidator(_in_quotes)]


class Sweep(Value):
    """Which values are tried: all combinations of those in `grid`, with each table of `list`. Keys are places, as for --set."""

    grid: Grid = Field(default={})
    list: Annotated[tuple[Annotated[dict[str, Any], AfterValidator(_places)], ...], Strict(False)] = Field(default=())

    @model_validator(mode="after")
    def _some_runs(self) -> Self:
        for key, values in self.grid.items():
            if not isinstance(values, list | tuple) or not values:
                raise ValueError(f"expected a list of at least one value for '{key}'; found {describe(values)}")
        if not self.grid and not self.list:
            raise ValueError("expected values to try: grid = { seed = [1, 2, 3] } or list = [{ seed = 1 }, …]; found neither")
        twice = next((key for table in self.list for key in table if key in self.grid), None)
        if twice is not None:
            raise ValueError(f"expected each place in grid or in list; found '{twice}' in both")
        if self.runs > MAX_SWEEP_RUNS:
            raise ValueError(f"expected at most {MAX_SWEEP_RUNS:,} runs; found {self.runs:,}")
        return self

    @property
    def runs(self) -> int:
        """How many runs these are."""
        return math.prod(len(values) for values in self.grid.values()) * max(1, len(self.list))

    def points(self) -> tuple[Point, ...]:
        """What each run sets; the last place of the grid changes first."""
        found = []
        for number, table in enumerate(self.list or ({},)):
            listed = {key: f"sweep.list[{number}].{key}" for key in table}
            for choice in itertools.product(*(range(len(values)) for values in self.grid.values())):
                chosen = dict(zip(self.grid, choice, strict=True))
                settings = {**table, **{key: self.grid[key][i] for key, i in chosen.items()}}
                found.append(Point(settings, {**listed, **{key: f"sweep.grid.{key}[{i}]" for key, i in chosen.items()}}))
        return tuple(found)

    def plain(self) -> dict[str, Any]:
        """As a recipe has it."""
        plain: dict[str, Any] = {}
        if self.grid:
            plain["grid"] = {key: [*values] for key, values in self.grid.items()}
        if self.list:
            plain["list"] = [*self.list]
        return plain


@dataclass(frozen=True)
class Point:
    """One run of a sweep: what it sets, and where in the recipe each of these values stands."""

    settings: Mapping[str, Any]
    origin: Mapping[str, str]


@dataclass(frozen=True)
class Variations:
    """A recipe's sweep with what it varies: the plain values as they were written, paths made absolute."""

    sweep: Sweep
    base: Mapping[str, Any] = field(compare=False, repr=False)
    folder: Path = field(compare=False)
    """Relative paths among the values count from here."""
