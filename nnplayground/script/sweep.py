"""`--script` with a sweep: its runs in processes side by side, one table and one plot of all of them.

The processes are Pebble's: one that dies (want of memory, a crash in a library) fails its own run only, where the pools of
joblib and of Python's own library give up all that is left. They begin without anything of this process, which never imports
TensorFlow, and are kept for many runs, so that TensorFlow is imported once in each and compiled loops are used again.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from filelock import FileLock, Timeout
from pebble import ProcessExpired, ProcessPool

from nnplayground.core.atomic import write_bytes
from nnplayground.core.exit_codes import ExitCode
from nnplayground.core.history import History
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.sweep_plan import PlannedRun, file_name
from nnplayground.script.interrupt import Interrupt
from nnplayground.script.options import ScriptOptions
from nnplayground.script.outputs import OutputError, folder_name, prepare_folder, unwritable
from nnplayground.script.progress import Watcher
from nnplayground.script.result import versions
from nnplayground.script.sweep_table import Row, lines, to_csv
from nnplayground.script.sweep_worker import Outcome, carry_out, end_with_parent, fingerprint, finished

RUNS_OF_A_PROCESS = 50
"""Then another process takes its place: TensorFlow never gives back what it has compiled, about 15 MB each time."""
TABLE, OBJECT, PLOT, LOCK = "sweep.csv", "sweep.json", "comparison", ".sweep.lock"


def run_sweep(file: str, spec: ProjectSpec, runs: Sequence[PlannedRun], options: ScriptOptions) -> int:
    """Carry out all runs that are not finished yet, write table and plot, print the result; gives the exit code.

    That is the first code of a run that is not 0, in the order of the table; 5 when table or plot cannot be written.
    """
    folder = options.out or Path("runs") / f"{folder_name(spec)}-sweep"  # without the time: the same command goes on with it
    try:
        prepare_folder(folder)
        with FileLock(folder / LOCK, timeout=0):
            return _Sweep(file, spec, runs, options, folder).run()
    except Timeout:
        return _told(file, ExitCode.OUTPUT, f"another sweep is at work in {folder}. Wait for it, or choose another folder with --out.")
    except OutputError as error:
        return _told(file, ExitCode.OUTPUT, str(error))
    except OSError as error:  # of the lock
        return _told(file, ExitCode.OUTPUT, str(unwritable(folder / LOCK, error)))


def _told(file: str, code: ExitCode, sentence: str) -> int:
    print("\n".join(f"{file}: {line}" for line in sentence.splitlines()), file=sys.stderr)
    return code


class _Sweep:
    """All runs of one sweep, on their way to a table."""

    def __init__(self, file: str, spec: ProjectSpec, runs: Sequence[PlannedRun], options: ScriptOptions, folder: Path) -> None:
        self.file, self.spec, self.options, self.folder = file, spec, options, folder
        self.watcher = Watcher(quiet=options.quiet)
        self.marks = [fingerprint(run.spec) for run in runs]
        self.rows = [
            Row(number, run, _folder_of(folder, run, mark)) for number, (run, mark) in enumerate(zip(runs, self.marks, strict=True), 1)
        ]
        self.interrupted = False
        self.outputs: dict[str, str] = {}

    def run(self) -> int:
        begun = time.perf_counter()
        self._take_up()
        waiting = [i for i, row in enumerate(self.rows) if row.outcome is None]
        done = len(self.rows) - len(waiting)
        jobs = min(self.options.jobs or 1, max(1, len(waiting)))
        how_far = f", {done:,} of them done" if done else ""
        self.watcher.say(f"{self.spec.name}: a sweep of {len(self.rows):,} runs in {self.folder}{how_far}.")
        if waiting:
            self._carry_out(waiting, jobs)
        codes = [row.outcome.code for row in self.rows if row.outcome is not None]
        code = ExitCode.INTERRUPTED if self.interrupted else next(filter(None, codes), ExitCode.DONE)
        code = self._write() or code
        self._print(time.perf_counter() - begun)
        return code

    def _take_up(self) -> None:
        """Take over what an earlier call has finished."""
        for i, (row, mark) in enumerate(zip(self.rows, self.marks, strict=True)):
            self.rows[i] = replace(row, outcome=finished(self.folder / row.folder, mark, row.planned.spec))

    def _carry_out(self, waiting: Sequence[int], jobs: int) -> None:
        """Train what is not done; an interrupt ends the processes and leaves the rest for the next call."""
        news: SimpleQueue[tuple[int, Future[Outcome]] | None] = SimpleQueue()
        context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks, and is not there on Windows
        pool = ProcessPool(jobs, RUNS_OF_A_PROCESS, end_with_parent, context=context)
        with Interrupt(lambda: news.put(None)), self.watcher.runs(self.spec.name, len(self.rows), len(self.rows) - len(waiting)) as bar:
            try:
                for i in waiting:
                    row = self.rows[i]
                    arguments = (row.planned.spec, self.folder / row.folder, self.marks[i], self.options.data_dir)
                    pool.schedule(carry_out, arguments).add_done_callback(_reporter(news, i))
                for _ in waiting:
                    found = news.get()
                    if found is None:
                        self.interrupted = True
                        break
                    self._arrived(*found)
                    bar()
            finally:
                if self.interrupted or sys.exc_info()[0] is not None:
                    pool.stop()  # type: ignore[no-untyped-call]
                else:
                    pool.close()  # type: ignore[no-untyped-call]
                pool.join()

    def _arrived(self, i: int, future: Future[Outcome]) -> None:
        row = self.rows[i]
        try:
            outcome = future.result()
        except ProcessExpired as error:
            what = f"signal {-error.exitcode}" if error.exitcode < 0 else f"exit code {error.exitcode}"
            sentence = f"Its process ended by itself ({what}), perhaps for want of memory; the others go on. Try again, with fewer --jobs."
            outcome = Outcome(ExitCode.UNEXPECTED, failures=(sentence,))
        except BrokenProcessPool:  # it died between two runs: no run was its own, and the pool gives up
            sentence = "A process ended by itself before this run began, perhaps for want of memory. Try again, with fewer --jobs."
            outcome = Outcome(ExitCode.UNEXPECTED, failures=(sentence,))
        if outcome.status == "cancelled":  # whoever ended that process wants it repeated
            outcome = replace(outcome, result={}, failures=("It was interrupted; the next call repeats it.",))
        self.rows[i] = row = replace(row, outcome=outcome)
        numbers = "  ".join(f"{n} {v:.4g}" for n, v in outcome.result.get("test", {}).items() if v is not None)
        text = "  ".join(filter(None, (f"run {row.number}, {row.planned.title}: {row.status}", numbers, *outcome.failures)))
        self.watcher.say(text)

    def _write(self) -> int:
        """Table and plot; gives the exit code. One that cannot be written does not keep the others from being written."""
        plot = self.folder / f"{PLOT}{Path(self.spec.output.plots or '.png').suffix or '.png'}"
        table, whole = self.folder / TABLE, self.folder / OBJECT
        failed = self._written("table", table, lambda: write_bytes(table, to_csv(self.rows).encode()))
        failed |= self._written("object", whole, lambda: write_bytes(whole, json.dumps(self.plain(), indent=1).encode()))
        if not self.interrupted and any(row.result.get("history") for row in self.rows):
            failed |= self._written("plot", plot, lambda: self._plot(plot))
        return ExitCode.OUTPUT if failed else ExitCode.DONE

    def _written(self, kind: str, path: Path, write: Callable[[], None]) -> bool:
        try:
            write()
        except OSError as error:
            _told(self.file, ExitCode.OUTPUT, str(unwritable(path, error)))
            return True
        self.outputs[kind] = str(path)
        return False

    def _plot(self, path: Path) -> None:
        from nnplayground.plotting.comparison import Compared, comparison_figure  # matplotlib: only when a plot is wanted
        from nnplayground.plotting.curves import save_figure

        compared = []
        for row in self.rows:
            if history := row.result.get("mean_history") or row.result.get("history"):
                scores = {n.removeprefix("test_"): v for n, v in row.numbers().items() if n.startswith("test_") and v is not None}
                compared.append(Compared(dict(row.planned.settings), _history(history), scores))
        save_figure(comparison_figure(compared, self.spec.name), path)

    def plain(self) -> dict[str, Any]:
        """The sweep as one object, but for what is known only at the end."""
        status = "cancelled" if self.interrupted else "completed"
        counts = dict(Counter(row.status for row in self.rows))
        runs = [row.plain() for row in self.rows]
        return {"name": self.spec.name, "status": status, "counts": counts, "runs": runs, "versions": versions()}

    def _print(self, seconds: float) -> None:
        if self.options.json:
            print(json.dumps({**self.plain(), "seconds": round(seconds, 3), "outputs": self.outputs}, allow_nan=False))
            return
        sources = {str(source) for row in self.rows if (source := row.result.get("source"))}
        print("\n".join(lines(self.rows)))
        if len(sources) > 1:
            print(f"  These runs had different data: {', '.join(sorted(sources))}.")
        for row in self.rows:
            for sentence in row.outcome.failures if row.outcome is not None else ():
                print(f"  run {row.number}: {sentence}")
        print("\n".join(f"  {kind}: {path}" for kind, path in self.outputs.items()))


def _folder_of(folder: Path, run: PlannedRun, mark: str) -> str:
    """The folder of a run in that of the sweep; one that was made under another name (another key was added) is kept."""
    end = mark[:10]
    with suppress(OSError):
        for place in sorted(folder.glob(f"*-{end}")):
            return place.name
    return f"{file_name(run.settings)}-{end}"


def _reporter(news: SimpleQueue[Any], i: int) -> Callable[[Future[Any]], None]:
    return lambda future: news.put((i, future))


def _history(columns: dict[str, list[float | None]]) -> History:
    history = History()
    history.append({name: [float("nan") if v is None else v for v in values] for name, values in columns.items()}, 1)
    return history
