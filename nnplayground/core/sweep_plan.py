"""A sweep's runs as projects, and what is wrong with them, named by where in the recipe it stands."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnplayground.core.own_paths import located, make_absolute
from nnplayground.core.recipe import Mistake, RecipeError, build_spec, set_value
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.sweep import Point, Variations

MAX_MISTAKES = 20
MAX_NAME = 70
"""Characters of the settings that a run's folder is named after."""
Check = Callable[[ProjectSpec], Iterable[Mistake]]


@dataclass(frozen=True)
class PlannedRun:
    """One run: what it sets, and the project that comes of it."""

    settings: Mapping[str, Any]
    spec: ProjectSpec

    @property
    def title(self) -> str:
        """What sets it apart, for people: `learning_rate 0.1, seed 2`."""
        return titled(self.settings)


def titled(settings: Mapping[str, Any]) -> str:
    """Settings for people, each by the shortest end of its place that no other shares."""
    return ", ".join(f"{name} {word(value)}" for name, value in zip(short_names(tuple(settings)), settings.values(), strict=True))


def short_names(places: tuple[str, ...]) -> list[str]:
    """`training.optimizer.learning_rate` as `learning_rate`; more of the place where two would be alike."""
    keys = [place.split(".") for place in places]
    names = []
    for mine in keys:
        ends = (".".join(mine[-n:]) for n in range(1, len(mine) + 1))
        unlike = (end for end in ends if sum(f".{'.'.join(other)}".endswith(f".{end}") for other in keys) == 1)
        names.append(next(unlike, ".".join(mine)))
    return names


def word(value: Any) -> str:
    """A value in few characters."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and (kind := value.get("type") or value.get("name")):
        more = ", ".join(f"{key} {word(inner)}" for key, inner in value.items() if key not in ("type", "name"))
        return f"{kind} ({more})" if more else str(kind)
    return json.dumps(value, ensure_ascii=False, default=str)


def file_name(settings: Mapping[str, Any]) -> str:
    """Settings as the beginning of a folder's name, on every system."""
    return re.sub(r"[^\w.+=-]+", "-", titled(settings).replace(", ", "_"), flags=re.ASCII)[:MAX_NAME].strip("-._") or "run"


def plan(variations: Variations, name: str, check: Check = lambda _spec: ()) -> tuple[PlannedRun, ...]:
    """Every run of a sweep, once it is known that all of them can be begun.

    `check` says what else is wrong with a project. Raises RecipeError with the mistakes of all runs, each once.
    """
    found: list[PlannedRun] = []
    mistakes: dict[Mistake, None] = {}
    specs: dict[str, int] = {}
    for number, point in enumerate(variations.sweep.points(), 1):
        try:
            spec = _varied(variations, point, name)
        except RecipeError as error:
            mistakes |= dict.fromkeys(_at_its_place(m, point, number) for m in error.mistakes)
            continue
        mistakes |= dict.fromkeys(_at_its_place(m, point, number) for m in check(spec))
        same = specs.setdefault(spec.model_dump_json(), number)
        if same != number:
            what = f"runs {same} and {number} are the same ({titled(point.settings)})"
            mistakes[Mistake("sweep", f"expected runs that differ; {what}")] = None
        found.append(PlannedRun(point.settings, spec))
    if mistakes:
        shown = list(mistakes)[:MAX_MISTAKES]
        if len(mistakes) > MAX_MISTAKES:
            shown.append(Mistake("sweep", f"and {len(mistakes) - MAX_MISTAKES:,} more mistakes"))
        raise RecipeError(name, shown)
    return tuple(found)


def _varied(variations: Variations, point: Point, name: str) -> ProjectSpec:
    raw = copy.deepcopy(dict(variations.base))
    for place, value in point.settings.items():
        set_value(raw, place, copy.deepcopy(value))
    folder = Path(variations.folder)
    make_absolute(raw, folder)
    return located(build_spec(raw, name), folder)


def _at_its_place(mistake: Mistake, point: Point, number: int) -> Mistake:
    """Named by the value that the recipe tries there; or else by the run."""
    for place, origin in point.origin.items():
        if mistake.path == place or mistake.path.startswith((f"{place}.", f"{place}[")):
            return Mistake(origin + mistake.path[len(place) :], mistake.message)
    return Mistake(mistake.path, f"{mistake.message} (in run {number} of the sweep: {titled(point.settings)})")
