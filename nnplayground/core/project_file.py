"""Project files: a zip that holds the recipe, the weights, the optimizer's memory, the history, kept runs, notes and a picture.

Reading trusts nothing: names, counts, sizes and ratios are checked before anything is unpacked, and nothing is ever
unpickled. Writing is atomic: a crash or a full disk leaves the old file whole. What could not be read back is not written.

Notes stand in `notes.md` alone, for people to read and change with other programs. Should `project.json` hold some, too,
as recipes do, those in `notes.md` count.
"""

from __future__ import annotations

import errno
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nnplayground import __version__
from nnplayground.core import edits, kept_run
from nnplayground.core.archive import MAX_FILE_BYTES, MAX_RATIO, MIN_BYTES_FOR_RATIO, Archive, opened, refused
from nnplayground.core.atomic import write_bytes
from nnplayground.core.kept_run import MAX_RUNS, KeptRun
from nnplayground.core.own_paths import located, make_absolute
from nnplayground.core.recipe import Mistake, RecipeError, build_variations, override_all, parse_text, read_variations, to_json, to_toml
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.sweep import Sweep, Variations

SPEC, WEIGHTS, STATE, HISTORY, NOTES = "project.json", "weights/model.weights.h5", "weights/optimizer.npz", "history.csv", "notes.md"
THUMBNAIL = "thumbnail.png"
RUN, RUN_HISTORY, RUN_WEIGHTS = "run.json", "history.csv", "model.weights.h5"
"""In a folder for each run: `runs/0001/run.json` …"""
MAX_ENTRY_BYTES = {
    SPEC: 20_000_000, WEIGHTS: 1_000_000_000, STATE: 1_000_000_000, HISTORY: 500_000_000, NOTES: 1_000_000, THUMBNAIL: 1_000_000,
    RUN: 20_000_000, RUN_HISTORY: 100_000_000, RUN_WEIGHTS: 1_000_000_000,
}  # fmt: skip
MAX_RUNS_BYTES = 1_000_000_000
"""Of all kept runs together."""
STORED = (WEIGHTS, STATE, THUMBNAIL, RUN_WEIGHTS)
"""What hardly shrinks, and what of zeros would shrink so much that reading takes it for a bomb."""
A_RUN = re.compile(rf"(runs/[0-9]{{4}}/){re.escape(RUN)}")
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class ProjectFile:
    """What a project file holds. `weights` is a `.weights.h5` file, `state` an `.npz` of everything a run goes on from."""

    spec: ProjectSpec
    weights: bytes | None = None
    state: bytes | None = None
    history: str = ""
    begins_anew: bool = False
    """Overrides have changed what another run must begin for; of the saved one only the weights are left."""
    runs: tuple[KeptRun, ...] = ()
    thumbnail: bytes | None = None
    """A small PNG of what the network has learned."""
    sweep: Variations | None = None
    """The sweep that its recipe holds beside the project."""


def read_project(path: Path, overrides: Iterable[str] = ()) -> ProjectFile:
    """A project from `.nnp`, or from a recipe in `.toml` or `.json`. Raises RecipeError with sentences for people."""
    if path.suffix.lower() != ".nnp":
        spec, sweep = read_variations(path, overrides)
        return ProjectFile(spec, sweep=sweep)
    with opened(path) as archive:
        return _unpacked(path, archive, overrides)


def _unpacked(path: Path, archive: Archive, overrides: Iterable[str]) -> ProjectFile:
    if SPEC not in archive.names:
        raise refused(path, f"there is no {SPEC} in it, so it is no project file")

    def content(name: str) -> bytes | None:
        return archive.content(name, MAX_ENTRY_BYTES[name])

    folder = path.absolute().parent
    raw = parse_text(content(SPEC) or b"", str(path))
    raw.pop("versions", None)
    notes = archive.text(NOTES, MAX_ENTRY_BYTES[NOTES])
    if notes is not None:
        raw["notes"] = notes
    make_absolute(raw, folder)
    saved, sweep = build_variations(raw, str(path), folder)
    override_all(raw, overrides)
    spec, sweep = build_variations(raw, str(path), folder) if overrides else (saved, sweep)
    found, runs, thumbnail = located(spec, folder), tuple(_runs(path, archive)), content(THUMBNAIL)
    if thumbnail is not None and not thumbnail.startswith(PNG):
        raise refused(path, "expected a PNG picture; found something else", THUMBNAIL)
    if edits.with_live_settings(saved, spec) != spec:
        return ProjectFile(found, content(WEIGHTS), begins_anew=True, runs=runs, thumbnail=thumbnail, sweep=sweep)
    history = archive.text(HISTORY, MAX_ENTRY_BYTES[HISTORY]) or ""
    return ProjectFile(found, content(WEIGHTS), content(STATE), history, runs=runs, thumbnail=thumbnail, sweep=sweep)


def _runs(path: Path, archive: Archive) -> Iterator[KeptRun]:
    folders = sorted(match[1] for name in archive.names if (match := A_RUN.fullmatch(name)))
    if len(folders) > MAX_RUNS:
        raise refused(path, f"expected at most {MAX_RUNS} kept runs; found {len(folders):,}")
    total = 0
    for folder in folders:
        place = folder + RUN
        description = archive.content(place, MAX_ENTRY_BYTES[RUN]) or b""
        history = archive.text(folder + RUN_HISTORY, MAX_ENTRY_BYTES[RUN_HISTORY]) or ""
        weights = archive.content(folder + RUN_WEIGHTS, MAX_ENTRY_BYTES[RUN_WEIGHTS])
        total += len(description) + len(history) + len(weights or b"")
        if total > MAX_RUNS_BYTES:
            raise refused(path, f"expected kept runs of at most {MAX_RUNS_BYTES:,} bytes; found more")
        try:
            yield kept_run.from_plain(parse_text(description, place), path.absolute().parent, history, weights, place)
        except RecipeError as error:
            wrong = [Mistake(f"{place}: {m.path}" if m.path else place, m.message) for m in error.mistakes]
            raise RecipeError(str(path), wrong) from error
        except ValueError as error:
            raise refused(path, str(error), place) from error


def write_project(path: Path, project: ProjectFile) -> None:
    """Write `.nnp`, or only the recipe when `path` ends in `.toml` or `.json`. Raises OSError; then the old file is whole."""
    if path.suffix.lower() in (".toml", ".json"):
        text = (to_toml if path.suffix.lower() == ".toml" else to_json)(project.spec, path.absolute().parent, _sweep_of(project))
        write_bytes(path, text.encode())
        return
    if len(project.runs) > MAX_RUNS:
        raise _too_large(f"It has {len(project.runs):,} kept runs, and a project file holds at most {MAX_RUNS}; delete some")
    buffer, in_runs = io.BytesIO(), 0
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in _contents(project, path.absolute().parent):
            kind = name.rpartition("/")[2] if name.startswith("runs/") else name
            in_runs += len(content) if name.startswith("runs/") else 0
            if len(content) > MAX_ENTRY_BYTES[kind] or in_runs > MAX_RUNS_BYTES:
                most = MAX_ENTRY_BYTES[kind] if len(content) > MAX_ENTRY_BYTES[kind] else MAX_RUNS_BYTES
                raise _too_large(f"{name} is too large for a project file, which holds at most {most:,} bytes of it")
            archive.writestr(name, content, zipfile.ZIP_STORED if kind in STORED or _like_a_bomb(content) else zipfile.ZIP_DEFLATED)
    if buffer.tell() > MAX_FILE_BYTES:
        raise _too_large(f"It has {buffer.tell():,} bytes, and a project file at most {MAX_FILE_BYTES:,}; delete some kept runs")
    write_bytes(path, buffer.getvalue())


def _contents(project: ProjectFile, folder: Path) -> Iterator[tuple[str, bytes]]:
    """What there is, by the name of its entry."""
    recipe = json.loads(to_json(project.spec, folder, _sweep_of(project)))
    notes = recipe.pop("notes", "")
    recipe["versions"] = {"nnplayground": __version__}
    contents = {SPEC: json.dumps(recipe, indent=2, ensure_ascii=False).encode(), NOTES: notes.encode() or None,
                WEIGHTS: project.weights, STATE: project.state, HISTORY: project.history.encode() or None,
                THUMBNAIL: project.thumbnail}  # fmt: skip
    for number, run in enumerate(project.runs, 1):
        place = f"runs/{number:04}/"
        contents[place + RUN] = kept_run.to_json(run, folder).encode()
        contents[place + RUN_HISTORY] = run.history.encode() or None
        contents[place + RUN_WEIGHTS] = run.weights
    return ((name, content) for name, content in contents.items() if content is not None)


def _sweep_of(project: ProjectFile) -> Sweep | None:
    return project.sweep.sweep if project.sweep is not None else None


def _like_a_bomb(content: bytes) -> bool:
    """Whether it would shrink so much that reading would refuse it: thousands of points that are all the same."""
    return len(content) > MIN_BYTES_FOR_RATIO and len(content) > MAX_RATIO / 2 * len(zlib.compress(content))


def _too_large(sentence: str) -> OSError:
    return OSError(errno.EFBIG, sentence)
