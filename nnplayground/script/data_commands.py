"""`--list` and `--download`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from nnplayground.core.data_spec import default_data
from nnplayground.core.exit_codes import ExitCode
from nnplayground.core.layers import LAYERS
from nnplayground.core.losses import LOSSES, METRICS
from nnplayground.core.optimizers import OPTIMIZERS
from nnplayground.core.value import closest, type_names
from nnplayground.data import registry
from nnplayground.data.manager import Manager, SetStatus, State, megabytes
from nnplayground.data.store import Cancelled, Control, DataUnavailable, Store, Transfer
from nnplayground.script.interrupt import Interrupt


def print_list(what: str, data_dir: Path | None = None) -> int:
    """Print a line for each data set, layer, optimizer, loss or metric: its name in recipes, and what it is."""
    rows: list[tuple[str, ...]]
    if what == "data":
        rows = _data_rows(Manager(Store.default(data_dir)))
    elif what == "layers":
        rows = [(type_names((c,))[0], c.summary) for c in LAYERS]
    elif what == "optimizers":
        rows = [(type_names((c,))[0], c.summary) for c in OPTIMIZERS]
    else:
        rows = [(name,) for name in (LOSSES if what == "losses" else METRICS)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True)).rstrip())
    return ExitCode.DONE


def _data_rows(manager: Manager) -> list[tuple[str, ...]]:
    """Name, title, samples to learn from and to test on, and whether the files are there."""
    files = {status.name: _in_words(status) for status in manager.statuses()}
    rows: list[tuple[str, ...]] = []
    for info in registry.infos():
        facts = registry.facts(default_data(info.name))
        rows.append((info.name, info.title, f"{facts.train_samples:,} + {facts.test_samples:,}", files.get(info.name, "made up")))
    return rows


def _in_words(status: SetStatus) -> str:
    if status.state is State.THERE:
        return f"full set there ({megabytes(status.bytes)})"
    done = f"{megabytes(status.done)} of " if status.done else ""
    sample = ", sample built in" if status.sample else ""
    wrong = "".join(f"; {file.problem.rstrip('.')}" for file in status.files if file.problem)
    return f"to be downloaded ({done}{megabytes(status.bytes)}){sample}{wrong}"


def download(name: str, data_dir: Path | None, *, quiet: bool) -> int:
    """Fetch the full files of one data set, or of all that have files; what fails is summed up at the end."""
    store = Store.default(data_dir)
    # What is asked for in a folder is to be in that folder, wherever else it is.
    manager = Manager(replace(store, folders=(data_dir,)) if data_dir else store)
    known = manager.names()
    if name != "all" and name not in known:
        print(f"--download: expected all or one of {', '.join(known)}; found '{name}'.{closest(name, known)}", file=sys.stderr)
        return ExitCode.USAGE
    failed = []
    control = Control()
    wanted = known if name == "all" else (name,)
    with Interrupt(control.cancel), transfer_bars(quiet=quiet) as bars:
        report = Bars(bars)
        for each in wanted:
            try:
                outcome = manager.gather(each, store, report, control)
            except DataUnavailable as error:
                print(error, file=sys.stderr)
                failed.append(each)
                continue
            except (Cancelled, KeyboardInterrupt):
                print(f"{each}: interrupted; what was fetched is kept, and the next download goes on from there.", file=sys.stderr)
                return ExitCode.INTERRUPTED
            if not quiet:
                print(f"{each}: {outcome.message}", file=sys.stderr)
            for file in outcome.status.files:
                print(file.path)
    if len(wanted) > 1 and failed:
        print(f"{len(failed)} of {len(wanted)} data sets could not be downloaded: {', '.join(failed)}.", file=sys.stderr)
    return ExitCode.DATA if failed else ExitCode.DONE


def transfer_bars(*, quiet: bool) -> Progress:
    """Bars for files that are being fetched, on standard error."""
    console = Console(stderr=True)
    return Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(),
                    console=console, disable=quiet or not console.is_terminal, transient=True)  # fmt: skip


class Bars:
    """Shows each transfer as a bar of its own."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self._tasks: dict[str, int] = {}

    def __call__(self, transfer: Transfer) -> None:
        task = self._tasks.get(transfer.name)
        if task is None:  # what is there already has not come just now, and says nothing about the speed
            added = self.progress.add_task(transfer.name, total=transfer.total, completed=transfer.done)
            self._tasks[transfer.name] = added
        else:
            self.progress.update(task, completed=transfer.done)  # type: ignore[arg-type]
