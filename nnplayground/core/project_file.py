"""Project files: a zip that holds the recipe, the weights, the optimizer's memory and the history.

Reading trusts nothing: names, counts, sizes and ratios are checked before anything is unpacked, and nothing is ever
unpickled. Writing is atomic: a crash or a full disk leaves the old file whole.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nnplayground import __version__
from nnplayground.core import edits
from nnplayground.core.atomic import write_bytes
from nnplayground.core.own_paths import located, make_absolute
from nnplayground.core.recipe import Mistake, RecipeError, build_spec, override_all, parse_text, read_recipe, to_json, to_toml
from nnplayground.core.spec import ProjectSpec

SPEC, WEIGHTS, STATE, HISTORY, NOTES = "project.json", "weights/model.weights.h5", "weights/optimizer.npz", "history.csv", "notes.md"
MAX_ENTRIES = 1_000
MAX_FILE_BYTES = 2_000_000_000
MAX_ENTRY_BYTES = {SPEC: 20_000_000, WEIGHTS: 1_000_000_000, STATE: 1_000_000_000, HISTORY: 500_000_000, NOTES: 1_000_000}
MAX_RATIO = 200
MIN_BYTES_FOR_RATIO = 1_000_000
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NOT_A_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OverflowError, UnicodeDecodeError)
"""What zipfile raises for bytes that are no whole zip."""


@dataclass(frozen=True)
class ProjectFile:
    """What a project file holds. `weights` is a `.weights.h5` file, `state` an `.npz` of everything a run goes on from."""

    spec: ProjectSpec
    weights: bytes | None = None
    state: bytes | None = None
    history: str = ""
    begins_anew: bool = False
    """Overrides have changed what another run must begin for; of the saved one only the weights are left."""


def read_project(path: Path, overrides: Iterable[str] = ()) -> ProjectFile:
    """A project from `.nnp`, or from a recipe in `.toml` or `.json`. Raises RecipeError with sentences for people."""
    if path.suffix.lower() != ".nnp":
        return ProjectFile(read_recipe(path, overrides))
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _refused(path, f"expected at most {MAX_FILE_BYTES:,} bytes; found {path.stat().st_size:,}")
        with zipfile.ZipFile(path) as archive:
            return _unpacked(path, archive, overrides)
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror or error}") from error
    except NOT_A_ZIP as error:
        raise _refused(path, f"not a whole project file (a zip made by nnplayground): {error}") from error


def _unpacked(path: Path, archive: zipfile.ZipFile, overrides: Iterable[str]) -> ProjectFile:
    entries = _harmless_entries(path, archive)
    if SPEC not in entries:
        raise _refused(path, f"there is no {SPEC} in it, so it is no project file")

    def content(name: str) -> bytes | None:
        info = entries.get(name)
        if info is None:
            return None
        if info.file_size > MAX_ENTRY_BYTES[name]:
            raise _refused(path, f"{name}: expected at most {MAX_ENTRY_BYTES[name]:,} bytes; found {info.file_size:,}")
        return archive.read(info)

    raw = parse_text(content(SPEC) or b"", str(path))
    raw.pop("versions", None)
    notes = content(NOTES)
    if notes is not None:
        raw["notes"] = notes.decode("utf-8")
    make_absolute(raw, path.absolute().parent)
    saved = build_spec(raw, str(path))
    override_all(raw, overrides)
    spec = build_spec(raw, str(path)) if overrides else saved
    found = located(spec, path.absolute().parent)
    if edits.with_live_settings(saved, spec) != spec:
        return ProjectFile(found, content(WEIGHTS), begins_anew=True)
    return ProjectFile(found, content(WEIGHTS), content(STATE), (content(HISTORY) or b"").decode("utf-8"))


def _harmless_entries(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The archive's entries by name. Raises RecipeError when they are not what a project may hold."""
    entries = {info.filename: info for info in archive.infolist()}
    if len(entries) < len(archive.infolist()):
        raise _refused(path, "two entries have one name")
    if len(entries) > MAX_ENTRIES:
        raise _refused(path, f"expected at most {MAX_ENTRIES} entries; found {len(entries):,}")
    for name, info in entries.items():
        if name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts:
            raise _refused(path, f"the entry {name!r} points outside the file")
        if info.compress_type not in METHODS:
            raise _refused(path, f"the entry {name!r} is packed in a way that project files never are")
        if info.file_size > max(MIN_BYTES_FOR_RATIO, MAX_RATIO * info.compress_size):
            raise _refused(path, f"the entry {name!r} would grow to {info.file_size:,} bytes, which no honest project does")
    return entries


def write_project(path: Path, project: ProjectFile) -> None:
    """Write `.nnp`, or only the recipe when `path` ends in `.toml` or `.json`. Raises OSError; then the old file is whole."""
    if path.suffix.lower() in (".toml", ".json"):
        text = (to_toml if path.suffix.lower() == ".toml" else to_json)(project.spec, path.absolute().parent)
        write_bytes(path, text.encode())
        return
    recipe = json.loads(to_json(project.spec, path.absolute().parent))
    notes = recipe.pop("notes", "")
    recipe["versions"] = {"nnplayground": __version__}
    contents = {SPEC: json.dumps(recipe, indent=2, ensure_ascii=False).encode(), NOTES: notes.encode() or None,
                WEIGHTS: project.weights, STATE: project.state, HISTORY: project.history.encode() or None}  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in contents.items():
            if content is not None:
                # Arrays hardly shrink, and those of zeros would shrink so much that reading takes them for a bomb.
                archive.writestr(name, content, zipfile.ZIP_STORED if name in (WEIGHTS, STATE) else zipfile.ZIP_DEFLATED)
    write_bytes(path, buffer.getvalue())


def _refused(path: Path, reason: str) -> RecipeError:
    return RecipeError(str(path), [Mistake("", reason)])
