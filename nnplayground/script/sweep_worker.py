"""One run of a sweep, in a process of its own; and the file by which a finished one is known again."""

from __future__ import annotations

import hashlib
import json
import math
import multiprocessing
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from nnplayground import __version__
from nnplayground.core import edits
from nnplayground.core.atomic import write_bytes
from nnplayground.core.exit_codes import ExitCode
from nnplayground.core.own_data import OwnArrays, OwnImages, OwnTable
from nnplayground.core.project_file import ProjectFile
from nnplayground.core.recipe import to_json
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import own, registry
from nnplayground.data.errors import DataUnavailable
from nnplayground.engine.events import Status
from nnplayground.script.crash import report_crash
from nnplayground.script.options import ScriptOptions
from nnplayground.script.outputs import unwritable
from nnplayground.script.run import Run

RECORD = "run.json"
FINISHED = frozenset(status.value for status in (Status.COMPLETED, Status.STOPPED, Status.DIVERGED))
MAX_RECORD_BYTES = 500_000_000


@dataclass(frozen=True)
class Outcome:
    """What one run came to: the object that `--json` prints for it, its exit code and sentences about what failed."""

    code: int
    result: Mapping[str, Any] = field(default_factory=dict)
    failures: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """The run's own, or "failed" where it left no result, or not all of its files."""
        if self.code == ExitCode.INTERRUPTED:
            return Status.CANCELLED.value
        return str(self.result["status"]) if self.result and not self.failures else "failed"


def fingerprint(spec: ProjectSpec) -> str:
    """The same for the same settings, own data's contents and versions of what computes: such a run need not be repeated."""
    data = spec.data
    if isinstance(data, OwnTable | OwnImages | OwnArrays):
        spec = own.with_hash(edits.change_data(spec, sha256=""))  # as the file is now, whatever the recipe remembers
    versions = [__version__, *(version(name) for name in ("tensorflow", "keras", "numpy"))]
    return hashlib.sha256("\n".join([*versions, to_json(spec)]).encode()).hexdigest()


def finished(folder: Path, mark: str, spec: ProjectSpec) -> Outcome | None:
    """The run in a folder if it is whole: its record is that of these settings, and all of its files are there."""
    path = folder / RECORD
    try:
        if path.stat().st_size > MAX_RECORD_BYTES:
            return None
        record = json.loads(path.read_bytes())
        result = record["result"]
        whole = record["fingerprint"] == mark and result["status"] in FINISHED and isinstance(result["history"], dict)
        there = all((folder / spec.output.wanted()[kind]).is_file() for kind in result["outputs"])
        return Outcome(int(record["code"]), result) if whole and there else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # no record, or half of one: the run is repeated


def end_with_parent() -> None:
    """End this process when the one that started it is no more, whatever ended that."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), name="parent-watch", daemon=True).start()


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os._exit(ExitCode.INTERRUPTED)  # files are written whole or not at all, so nothing is left half-done


def carry_out(spec: ProjectSpec, folder: Path, mark: str, data_dir: Path | None) -> Outcome:
    """Train one run, and leave its record when it is whole."""
    try:
        registry.facts(spec.data)  # own data is looked at once in each process
        run = Run(spec.name, ProjectFile(spec), ScriptOptions((), out=folder, quiet=True, data_dir=data_dir))
        code = run.carry_out()
    except KeyboardInterrupt:
        return Outcome(ExitCode.INTERRUPTED)
    except DataUnavailable as error:
        return Outcome(ExitCode.DATA, failures=(str(error),))
    except Exception as error:  # noqa: BLE001  one run that fails must not end the others; it is logged and told
        return Outcome(ExitCode.UNEXPECTED, failures=(report_crash(error),))
    outcome = Outcome(code, run.result.plain() if run.trained else {}, tuple(run.failures))
    if outcome.status in FINISHED:
        record = {"fingerprint": mark, "code": code, "result": outcome.result}
        try:
            write_bytes(folder / RECORD, json.dumps(record, allow_nan=False).encode())
        except OSError as error:
            return Outcome(ExitCode.OUTPUT, outcome.result, (str(unwritable(folder / RECORD, error)),))
    return outcome


def last_and_best(history: Mapping[str, list[float | None]], more: frozenset[str]) -> dict[str, float | None]:
    """The last value of every number of a history, and its best: the greatest of those in `more`, the least of others."""
    found: dict[str, float | None] = {}
    for name, values in history.items():
        sound = [v for v in values if v is not None and math.isfinite(v)]
        found[f"last_{name}"] = values[-1] if values else None
        choose = max if name.removeprefix("val_") in more else min
        found[f"best_{name}"] = choose(sound) if sound else None
    return found
