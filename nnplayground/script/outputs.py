"""The files that a run leaves behind: each whole or not at all."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from nnplayground.core.atomic import write_bytes
from nnplayground.core.code_export import keras_code
from nnplayground.core.history import MOST_KEPT
from nnplayground.core.project_file import ProjectFile, write_project
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import own, registry
from nnplayground.data.source_code import data_code
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Status
from nnplayground.engine.state import dump_state
from nnplayground.script.result import Result

MAX_NAME = 60
"""Characters of a project's name that its folder is named after."""


class OutputError(Exception):
    """A file cannot be written; the text says which and why."""


def output_folder(spec: ProjectSpec, out: Path | None) -> Path:
    """Where the outputs of a run go: `out`, or runs/NAME-TIME, a new one each time."""
    if out is not None:
        return out
    first = Path("runs") / f"{folder_name(spec)}-{time.strftime('%Y%m%d-%H%M%S')}"
    return next(p for n in itertools.count(1) if not (p := first if n == 1 else first.with_name(f"{first.name}-{n}")).exists())


def folder_name(spec: ProjectSpec) -> str:
    """A project's name as a folder may have it."""
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in spec.name)[:MAX_NAME].strip("-") or "run"


def prepare(spec: ProjectSpec, folder: Path) -> None:
    """Find out before the training whether its outputs can be written. Raises OutputError."""
    _require_folder(folder)
    for path in spec.output.wanted().values():
        prepare_folder((folder / path).parent)
    for path in spec.output.wanted().values():
        if (folder / path).is_dir():
            raise OutputError(f"{folder / path} is a folder; choose another name for this output.")


def prepare_folder(folder: Path) -> None:
    """Make a folder, and find out whether it can be written to. Raises OutputError."""
    _require_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise unwritable(folder, error) from error


def _require_folder(folder: Path) -> None:
    standing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not standing.is_dir():
        raise OutputError(f"{standing} is a file, not a folder. Choose another folder with --out.")


def write_outputs(spec: ProjectSpec, folder: Path, result: Result, backend: Backend) -> None:
    """Write what `spec.output` asks for, and note it in `result`. Weights that are no numbers any more are not kept.

    One that cannot be written does not keep the others from being written. Raises OutputError at the end.
    """
    writers: dict[str, Callable[[Path], None]] = {
        "history": lambda path: write_bytes(path, result.history.to_csv().encode()),
        "plots": lambda path: _plot(path, result, spec),
        "code": lambda path: write_bytes(path, keras_code(spec, registry.facts(spec.data), data_code(spec)).encode()),
        "weights": backend.save_weights,
        "model": backend.save_model,
        "project": lambda path: write_project(path, snapshot_project(spec, backend, result)),
    }
    if result.status is Status.DIVERGED:
        for kind in ("weights", "model", "project"):
            del writers[kind]
    failures: list[OutputError] = []
    for kind, name in spec.output.wanted().items():
        if kind not in writers:
            continue
        path = folder / name
        try:
            writers[kind](path)
            result.outputs[kind] = str(path)
        except OSError as error:
            failures.append(unwritable(path, error))
    if failures:
        raise OutputError("\n".join(map(str, failures)))


def snapshot_project(spec: ProjectSpec, backend: Backend, result: Result) -> ProjectFile:
    """The project with everything the run has come to."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.weights.h5"
        backend.save_weights(path)
        weights = path.read_bytes()
    return ProjectFile(own.with_hash(spec), weights, dump_state(backend.state()), result.history.to_csv(MOST_KEPT))


def _plot(path: Path, result: Result, spec: ProjectSpec) -> None:
    from nnplayground.plotting.curves import curves_figure, save_figure  # matplotlib: only when a plot is wanted

    save_figure(curves_figure(result.history, spec.name, [fold.history for fold in result.sound_folds]), path)


def unwritable(path: Path, error: OSError) -> OutputError:
    """What is said of a file that cannot be written."""
    reason = error.strerror or str(error).partition("\n")[0]
    return OutputError(f"{path} cannot be written: {reason}. Choose another folder with --out, or free some space.")
