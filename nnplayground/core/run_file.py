"""A kept run in a file of its own: a zip with what stands in a run's folder of a project file, checked as that is."""

from __future__ import annotations

import zipfile
from pathlib import Path

from nnplayground.core import kept_run
from nnplayground.core.archive import opened, refused
from nnplayground.core.atomic import replacing
from nnplayground.core.kept_run import KeptRun
from nnplayground.core.own_paths import located
from nnplayground.core.project_file import MAX_ENTRY_BYTES, RUN, RUN_HISTORY, RUN_WEIGHTS
from nnplayground.core.recipe import parse_text


def write_run(path: Path, run: KeptRun) -> None:
    """Write a run; the file is there whole or not at all. Raises OSError."""
    description = kept_run.to_json(run, path.absolute().parent).encode()
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        archive.writestr(RUN, description, zipfile.ZIP_DEFLATED)
        if run.history:
            archive.writestr(RUN_HISTORY, run.history.encode(), zipfile.ZIP_DEFLATED, compresslevel=1)
        if run.weights is not None:
            archive.writestr(RUN_WEIGHTS, run.weights, zipfile.ZIP_STORED)


def read_run(path: Path, *, whole: bool = True) -> KeptRun:
    """A run; without `whole` only what describes it, so that two hundred are read quickly. Raises RecipeError with sentences."""
    folder = path.absolute().parent
    with opened(path) as archive:
        description = archive.content(RUN, MAX_ENTRY_BYTES[RUN])
        if description is None:
            raise refused(path, f"there is no {RUN} in it, so it is no kept run")
        history = (archive.text(RUN_HISTORY, MAX_ENTRY_BYTES[RUN_HISTORY]) or "") if whole else ""
        weights = archive.content(RUN_WEIGHTS, MAX_ENTRY_BYTES[RUN_WEIGHTS]) if whole else None
        raw = parse_text(description, RUN)
    try:
        run = kept_run.from_plain(raw, folder, history, weights, RUN)
    except ValueError as error:  # of which RecipeError is one
        raise refused(path, str(error), RUN) from error
    return run.model_copy(update={"spec": located(run.spec, folder)})


def read_history(path: Path) -> str:
    """A run's history alone, as CSV. Raises RecipeError."""
    with opened(path) as archive:
        return archive.text(RUN_HISTORY, MAX_ENTRY_BYTES[RUN_HISTORY]) or ""
