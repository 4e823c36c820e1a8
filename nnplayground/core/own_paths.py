"""Where own files are: absolute in memory, relative to the project or recipe where that is kept."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from nnplayground.core.edits import changed
from nnplayground.core.own_data import OwnArrays, OwnImages, OwnTable
from nnplayground.core.spec import ProjectSpec


def make_absolute(raw: dict[str, Any], folder: Path) -> None:
    """In plain values of a project, in place: a relative path of own data counts from `folder`. What is no path is left alone."""
    data = raw.get("data")
    path = data.get("path") if isinstance(data, dict) else None
    if isinstance(data, dict) and isinstance(path, str) and path:
        data["path"] = os.path.normpath(folder.absolute() / Path(path))


def make_relative(raw: dict[str, Any], folder: Path) -> None:
    """The way back; a path on another drive stays absolute."""
    data = raw.get("data")
    if isinstance(data, dict) and data.get("path"):
        try:
            data["path"] = Path(os.path.relpath(data["path"], folder.absolute())).as_posix()
        except ValueError:
            return


def located(spec: ProjectSpec, folder: Path) -> ProjectSpec:
    """The project with its own data found where it is said to be, or else next to the project's file, as after both were moved.

    When it is at neither place, the project is as it was, and its data knows where it was looked for.
    """
    data = spec.data
    if not isinstance(data, OwnTable | OwnImages | OwnArrays) or not data.path or _is_there(data.path):
        return spec
    beside = str(folder.absolute() / re.split(r"[\\/]", data.path)[-1])
    if beside == data.path:
        return spec
    return changed(spec, data=changed(data, path=beside) if _is_there(beside) else data.looked_for_at(beside))


def at_the_place_of(spec: ProjectSpec, new: ProjectSpec) -> ProjectSpec:
    """The project with its own data where `new` has it, if the hash says that both mean the same; else as it was."""
    old, data = spec.data, new.data
    if not isinstance(old, OwnTable | OwnImages | OwnArrays) or not isinstance(data, OwnTable | OwnImages | OwnArrays):
        return spec
    moved = bool(old.sha256) and old.sha256 == data.sha256 and bool(old.path) and bool(data.path)
    return changed(spec, data=changed(old, path=data.path)) if moved else spec


def _is_there(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False
