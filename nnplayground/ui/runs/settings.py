"""What sets runs apart: the settings in which they differ, each by the shortest name that no other has. No Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nnplayground.core.recipe import to_plain
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.sweep_plan import short_names, word
from nnplayground.ui.theme.numbers import number

NOT_SETTINGS = {"format", "name", "notes", "output"}
A_LAYERS = re.compile(r"^layers\[(\d+)\]\.")
MOST = 8
"""Columns of settings; runs that differ in more are not variations of one another."""
LONG = 60


@dataclass(frozen=True)
class Plain:
    """A project as plain values: all of them, and the shortest that say the same."""

    full: Mapping[str, Any]
    short: Mapping[str, Any]

    @classmethod
    def of(cls, spec: ProjectSpec) -> Plain:
        full = spec.model_dump(mode="json", exclude=NOT_SETTINGS)
        return cls(full, {key: value for key, value in to_plain(spec).items() if key not in NOT_SETTINGS})


@dataclass(frozen=True)
class Setting:
    """One in which runs differ: where it stands, its name, and each run's value, to be sorted by and to be read."""

    place: str
    title: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]


def differing(runs: Sequence[Plain]) -> tuple[Setting, ...]:
    """The settings that are not the same in all runs, as they stand in a recipe."""
    found = list(_apart("", [run.full for run in runs], [run.short for run in runs])) if len(runs) > 1 else []
    settings = _together([Setting(place, "", tuple(values), tuple(texts)) for place, values, texts in found])[:MOST]
    titles = _titles([setting.place for setting in settings])
    return tuple(replace(setting, title=title) for setting, title in zip(settings, titles, strict=True))


def _together(settings: Sequence[Setting]) -> list[Setting]:
    """Layers that change in the same way, as hidden ones do when all get another function, are one setting: that of the first."""
    found: dict[tuple[str, tuple[str, ...]], Setting] = {}
    for setting in settings:
        field = A_LAYERS.sub("layers[].", setting.place)
        found.setdefault((field, setting.texts if field != setting.place else ()), setting)
    return list(found.values())


def _titles(places: Sequence[str]) -> list[str]:
    """The shortest names; of layers, with the layer's number where several have such a setting: `units 2`."""
    bare = [A_LAYERS.sub("", place) for place in places]
    numbers = [match[1] if (match := A_LAYERS.match(place)) else None for place in places]
    twice = {name for name in bare if bare.count(name) > 1}
    short = dict(zip(dict.fromkeys(bare), short_names(tuple(dict.fromkeys(bare))), strict=True))
    return [f"{short[b]} {int(n) + 1}" if n is not None and b in twice else short[b] for b, n in zip(bare, numbers, strict=True)]


def _apart(place: str, full: list[Any], short: list[Any]) -> list[tuple[str, list[Any], list[str]]]:
    if all(value == full[0] for value in full):
        return []
    if all(isinstance(value, dict) for value in full) and _alike(full):
        keys = dict.fromkeys(key for value in full for key in value)
        parts = [(f"{place}.{key}".lstrip("."), [v.get(key) for v in full], [_part(s, key) for s in short]) for key in keys]
        return [found for part in parts for found in _apart(*part)]
    if place == "layers" and all(len(v) == len(full[0]) for v in full) and all(map(_alike, zip(*full, strict=True))):
        parts = [(f"{place}[{i}]", [v[i] for v in full], [_part(s, i) for s in short]) for i in range(len(full[0]))]
        return [found for part in parts for found in _apart(*part)]
    if place == "layers":
        return [(place, (texts := [_stack(value) for value in full]), texts)]
    texts = [_text(whole, brief) for whole, brief in zip(full, short, strict=True)]
    return [(place, [v if isinstance(v, int | float) else t for v, t in zip(full, texts, strict=True)], texts)]


def _alike(values: Sequence[Any]) -> bool:
    """Whether they are of one class, so that their settings can be compared one by one."""
    return len({(value.get("type"), value.get("name") if "type" not in value else None) for value in values}) == 1


def _part(short: Any, key: str | int) -> Any:
    """What stands at a key of the shortest values; None where that is left out."""
    if isinstance(short, dict):
        return short.get(str(key))
    return short[key] if isinstance(short, list) and isinstance(key, int) else None


def _text(full: Any, short: Any) -> str:
    if isinstance(full, bool) or full is None:
        return {None: "–", True: "yes", False: "no"}[full]
    if isinstance(full, int | float):
        return number(full)
    value = full if short is None else short
    if isinstance(value, dict) and not {"type", "name"} & set(value):
        text = ", ".join(f"{key} {word(inner)}" for key, inner in value.items()) or "yes"
    else:
        text = word(value)
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"


def _stack(layers: Sequence[Mapping[str, Any]]) -> str:
    """Layers in a few words: `64-4-46` where all are Dense."""
    return "-".join(str(layer["units"]) if layer["type"] == "Dense" else str(layer["type"]) for layer in layers if not layer["disabled"])
