"""`nnplayground --script`: projects trained in the main thread, by the same `train` as in the window."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from nnplayground.core import edits
from nnplayground.core.exit_codes import ExitCode
from nnplayground.core.history import History
from nnplayground.core.problems import Problem
from nnplayground.core.project_file import ProjectFile, read_project
from nnplayground.core.recipe import Mistake, RecipeError, parse_recipe
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.validation import check, errors
from nnplayground.data import registry
from nnplayground.data.dataset import Dataset
from nnplayground.data.store import Cancelled, DataUnavailable, Store
from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import Epochs, Finished, Split, Status, TrainRequest
from nnplayground.engine.folds import cross_validate
from nnplayground.engine.state import load_state
from nnplayground.engine.train import train
from nnplayground.script.data_commands import Bars, transfer_bars
from nnplayground.script.interrupt import Interrupt
from nnplayground.script.options import ScriptOptions
from nnplayground.script.outputs import OutputError, output_folder, prepare, write_outputs
from nnplayground.script.progress import Watcher
from nnplayground.script.result import Result

EXIT_CODES = {Status.DIVERGED: ExitCode.DIVERGED, Status.CANCELLED: ExitCode.INTERRUPTED}


def run_scripts(options: ScriptOptions) -> int:
    """Train every file in turn, after all of them have been read and checked; gives the first exit code that is not 0."""
    try:
        projects = [(name, _read(name, options)) for name in options.files]
        if options.weights is not None and not options.weights.is_file():
            raise RecipeError("--weights", [Mistake("", f"expected a .weights.h5 file; '{options.weights}' is not there")])
    except RecipeError as error:
        print(error, file=sys.stderr)
        return ExitCode.USAGE
    code: int = ExitCode.DONE
    for name, project in projects:
        out = options.out
        if out is not None and len(projects) > 1:
            out = out / (Path(name).stem if name != "-" else "stdin")
        code = code or _Run(name, project, replace(options, out=out)).run()
        if code == ExitCode.INTERRUPTED:
            break
    return code


def _read(name: str, options: ScriptOptions) -> ProjectFile:
    """Read and check one project. Raises RecipeError with everything that is wrong with it."""
    if name == "-":
        project = ProjectFile(parse_recipe(sys.stdin.buffer.read(), "standard input", options.overrides))
    else:
        project = read_project(Path(name), options.overrides)
    problems = errors(check(project.spec, registry.facts(project.spec.data)))
    if problems:
        raise RecipeError(name, [Mistake(p.path, _with_way_out(p)) for p in problems])
    return project


def _with_way_out(problem: Problem) -> str:
    ways = " or ".join(f"'{fix.label}'" for fix in problem.fixes)
    return f"{problem.message} A way out: {ways}." if ways else problem.message


class _Run:
    """One project on its way from a file to a result."""

    def __init__(self, file: str, project: ProjectFile, options: ScriptOptions) -> None:
        self.file, self.project, self.options = file, project, options
        self.spec = project.spec
        self.watcher = Watcher(quiet=options.quiet)
        self.result = Result(self.spec.name, self.spec.seed)

    def run(self) -> int:
        """Train, write the outputs, print the result; every failure becomes one sentence and its exit code."""
        folder = output_folder(self.spec, self.options.out)
        try:
            with Interrupt() as interrupt:
                prepare(self.spec, folder)
                dataset = self._load_data(interrupt)
                backend = self._import_engine()
                self._train(dataset, backend, interrupt)
                self.result.outputs = write_outputs(self.spec, folder, self.result, backend)
        except DataUnavailable as error:
            return self._failed(ExitCode.DATA, str(error))
        except registry.SplitError as error:
            return self._failed(ExitCode.USAGE, f"data.validation: {error}")
        except EngineError as error:
            return self._failed(ExitCode.USAGE, str(error))
        except OutputError as error:
            return self._failed(ExitCode.OUTPUT, str(error))
        except (Cancelled, KeyboardInterrupt):
            return self._failed(ExitCode.INTERRUPTED, "interrupted; nothing half-written is left.")
        self._print()
        return EXIT_CODES.get(self.result.status, ExitCode.DONE)

    def _failed(self, code: ExitCode, sentence: str) -> int:
        print(f"{self.file}: {sentence}", file=sys.stderr)
        return code

    def _load_data(self, interrupt: Interrupt) -> Dataset:
        with self._seconds("data"), transfer_bars(quiet=self.options.quiet) as bars:
            store = Store.default(self.options.data_dir)
            dataset = registry.load(self.spec.data, self.spec.seed, store, Bars(bars), lambda: interrupt.wanted)
        for note in dataset.notes:
            self.watcher.say(note)
        self.result.source, self.result.samples = dataset.source.value, len(dataset.train)
        return dataset

    def _import_engine(self) -> Backend:
        with self._seconds("imports"), self.watcher.busy("Loading TensorFlow …"):
            from nnplayground.engine.loader import create_backend  # TensorFlow: only when the project is known to be sound

            return create_backend()

    def _train(self, dataset: Dataset, backend: Backend, interrupt: Interrupt) -> None:
        spec = self.spec
        if spec.training.k_fold is not None and not self.options.evaluate_only:
            if not self._cross_validate(dataset, backend, interrupt):
                return
            spec = without_folds(spec)
        state = load_state(self.project.state) if self.project.state is not None and self.options.weights is None else None
        request = TrainRequest(spec, dataset, state=state)
        with self._seconds("compile"), self.watcher.busy("Compiling …"):
            self.result.parameters = backend.open(request).parameters
            if self.options.weights is not None:
                backend.load_weights(self.options.weights)
            if not self.options.evaluate_only and backend.epoch < spec.training.epochs:
                backend.prepare()
        self.result.epochs = backend.epoch
        if not self.options.evaluate_only:
            with self._seconds("train"):
                self._follow(request, backend, interrupt)
        if math.isfinite(self.result.history.last().get("loss", 0.0)):
            self.result.test = backend.evaluate(Split.TEST)

    def _follow(self, request: TrainRequest, backend: Backend, interrupt: Interrupt) -> None:
        result, events = self.result, train(request, backend)
        with self.watcher.training(self.spec.name, request.spec.training.epochs) as bar:
            for event in events:
                bar.show(event)
                if isinstance(event, Epochs):
                    result.history.append(event.logs, event.first)
                    result.epochs, result.trained = event.last, result.trained + event.count
                elif isinstance(event, Finished):
                    result.status, result.reason = event.status, event.reason
                if interrupt.wanted:
                    events.close()
                    result.status = Status.CANCELLED
                    result.reason = f"Interrupted after {result.epochs:,} epochs."
                    return

    def _cross_validate(self, dataset: Dataset, backend: Backend, interrupt: Interrupt) -> bool:
        """Train all folds; False when that was called off."""
        folds = self.spec.training.k_fold or 0
        histories = [History() for _ in range(folds)]
        with self.watcher.training(f"{folds} folds", folds * self.spec.training.epochs) as bar:
            for fold, event in cross_validate(TrainRequest(self.spec, dataset), backend):
                if isinstance(event, Epochs):
                    histories[fold].append(event.logs, event.first)
                    bar.show(replace(event, first=event.first + fold * self.spec.training.epochs))
                if interrupt.wanted:
                    self.result.status, self.result.reason = Status.CANCELLED, f"Interrupted in fold {fold + 1} of {folds}."
                    return False
        self.result.folds = [(h, {n.removeprefix("val_"): v for n, v in h.last().items() if n.startswith("val_")}) for h in histories]
        return True

    @contextmanager
    def _seconds(self, part: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            setattr(self.result.seconds, part, getattr(self.result.seconds, part) + time.perf_counter() - start)

    def _print(self) -> None:
        if self.options.json:
            print(json.dumps(self.result.plain(), ensure_ascii=False, allow_nan=False))
        else:
            print("\n".join(self.result.lines()))


def without_folds(spec: ProjectSpec) -> ProjectSpec:
    """The last run after the folds: on all training samples, without rules that would watch a fold's validation."""
    training = spec.training
    watched = training.early_stopping is not None and training.early_stopping.monitor.startswith("val_") and spec.data.validation is None
    stop = training.stop_when is not None and training.stop_when.metric.startswith("val_") and spec.data.validation is None
    return edits.change_training(spec, k_fold=None, early_stopping=None if watched else training.early_stopping,
                                 stop_when=None if stop else training.stop_when)  # fmt: skip
