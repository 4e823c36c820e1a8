"""`--list` and `--download`."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from nnplayground.core.exit_codes import ExitCode
from nnplayground.core.layers import LAYERS
from nnplayground.core.losses import LOSSES, METRICS
from nnplayground.core.optimizers import OPTIMIZERS
from nnplayground.core.value import closest, type_names
from nnplayground.data import registry
from nnplayground.data.store import Cancelled, DataUnavailable, Store, Transfer
from nnplayground.script.interrupt import Interrupt


def print_list(what: str) -> int:
    """Print a line for each data set, layer, optimizer, loss or metric: its name in recipes, and what it is."""
    rows: list[tuple[str, str]]
    if what == "data":
        rows = [(i.name, f"{i.title}: {i.summary}") for i in registry.infos()]
    elif what == "layers":
        rows = [(type_names((c,))[0], c.summary) for c in LAYERS]
    elif what == "optimizers":
        rows = [(type_names((c,))[0], c.summary) for c in OPTIMIZERS]
    else:
        rows = [(name, "") for name in (LOSSES if what == "losses" else METRICS)]
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        print(f"{name:{width}}  {text}".rstrip())
    return ExitCode.DONE


def download(name: str, data_dir: Path | None, *, quiet: bool) -> int:
    """Fetch the full files of one data set, or of all that have files."""
    store = Store.default(data_dir)
    known = tuple(store.sources)
    if name != "all" and name not in known:
        print(f"--download: expected all or one of {', '.join(known)}; found '{name}'.{closest(name, known)}", file=sys.stderr)
        return ExitCode.USAGE
    with Interrupt() as interrupt, transfer_bars(quiet=quiet) as bars:
        report = Bars(bars)
        for each in known if name == "all" else (name,):
            try:
                paths = store.obtain(each, report, lambda: interrupt.wanted)
            except DataUnavailable as error:
                print(error, file=sys.stderr)
                return ExitCode.DATA
            except (Cancelled, KeyboardInterrupt):
                print(f"{each}: interrupted; nothing half-written is left.", file=sys.stderr)
                return ExitCode.INTERRUPTED
            for path in paths:
                print(path)
    return ExitCode.DONE


def transfer_bars(*, quiet: bool) -> Progress:
    """Bars for files that are being fetched, on standard error."""
    console = Console(stderr=True)
    return Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=console,
                    disable=quiet or not console.is_terminal, transient=True)  # fmt: skip


class Bars:
    """Shows each transfer as a bar of its own."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self._tasks: dict[str, int] = {}

    def __call__(self, transfer: Transfer) -> None:
        task = self._tasks.get(transfer.name)
        if task is None:
            task = self._tasks[transfer.name] = self.progress.add_task(transfer.name, total=transfer.total)
        self.progress.update(task, completed=transfer.done)  # type: ignore[arg-type]
