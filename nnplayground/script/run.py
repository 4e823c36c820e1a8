"""`nnplayground --script`: projects trained in the main thread, by the same `train` as in the window."""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from nnplayground.core.exit_codes import ExitCode
from nnplayground.core.history import History
from nnplayground.core.problems import Problem
from nnplayground.core.project_file import WEIGHTS, ProjectFile, read_project
from nnplayground.core.recipe import Mistake, RecipeError, parse_variations
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.sweep_plan import PlannedRun, plan
from nnplayground.core.validation import check, errors
from nnplayground.data import registry
from nnplayground.data.dataset import Dataset
from nnplayground.data.errors import WrongSetting
from nnplayground.data.store import Cancelled, DataUnavailable, Store
from nnplayground.engine.backend import Backend, EngineError
from nnplayground.engine.events import Epochs, Finished, Noted, RunState, Split, Started, Status, TrainRequest
from nnplayground.engine.folds import cross_validate, without_folds
from nnplayground.engine.saved_names import other_names
from nnplayground.engine.state import load_state
from nnplayground.engine.train import train
from nnplayground.script.data_commands import Bars, transfer_bars
from nnplayground.script.interrupt import Interrupt
from nnplayground.script.options import ScriptOptions
from nnplayground.script.outputs import OutputError, output_folder, prepare, write_outputs
from nnplayground.script.progress import Watcher
from nnplayground.script.result import Fold, Result

EXIT_CODES = {Status.DIVERGED: ExitCode.DIVERGED, Status.CANCELLED: ExitCode.INTERRUPTED}


def run_scripts(options: ScriptOptions) -> int:
    """Train every file in turn, after all of them have been read and checked; gives the first exit code that is not 0."""
    try:
        projects = [(name, _read(name, options)) for name in options.files]
        sweeps = [_planned(name, project, options) for name, project in projects]
        if options.jobs is not None and not any(sweeps):
            raise RecipeError("--jobs", [Mistake("", "expected a recipe with [sweep], whose runs go side by side; found none")])
        if options.weights is not None and not options.weights.is_file():
            raise RecipeError("--weights", [Mistake("", f"expected a .weights.h5 file; '{options.weights}' is not there")])
    except RecipeError as error:
        print(error, file=sys.stderr)
        return ExitCode.USAGE
    except _NoData as error:
        print(error, file=sys.stderr)
        return ExitCode.DATA
    codes: list[int] = []
    for (name, project), runs, out in zip(projects, sweeps, _folders(options), strict=True):
        if runs:
            from nnplayground.script.sweep import run_sweep  # with what starts processes

            codes.append(run_sweep(name, project.spec, runs, replace(options, out=out)))
        else:
            codes.append(Run(name, project, replace(options, out=out)).run())
        if codes[-1] == ExitCode.INTERRUPTED:
            return ExitCode.INTERRUPTED
    return next(filter(None, codes), ExitCode.DONE)


def _folders(options: ScriptOptions) -> list[Path | None]:
    """Where the outputs of each file go: with several files each has a folder of its own in --out."""
    if options.out is None or len(options.files) == 1:
        return [options.out] * len(options.files)
    stems = ["stdin" if name == "-" else Path(name).stem for name in options.files]
    again = [stems[:i].count(stem) for i, stem in enumerate(stems)]
    return [options.out / (f"{stem}-{n + 1}" if n else stem) for stem, n in zip(stems, again, strict=True)]


class _NoData(Exception):
    """Own data is not to be had, so the project cannot even be checked."""


def _read(name: str, options: ScriptOptions) -> ProjectFile:
    """Read and check one project. Raises RecipeError with everything that is wrong with it, _NoData when its own data is gone."""
    if name == "-":
        spec, sweep = parse_variations(sys.stdin.buffer.read(), "standard input", options.overrides)
        project = ProjectFile(spec, sweep=sweep)
    else:
        project = read_project(Path(name), options.overrides)
    if project.sweep is None and (mistakes := _mistakes(name, project.spec)):
        raise RecipeError(name, mistakes)
    return project


def _mistakes(name: str, spec: ProjectSpec) -> list[Mistake]:
    """What keeps a project from being trained. Raises _NoData when its own data is gone."""
    try:
        facts = registry.facts(spec.data)
    except WrongSetting as error:
        return [Mistake(error.place, str(error))]
    except DataUnavailable as error:
        raise _NoData(f"{name}: {error}") from error
    return [Mistake(p.path, _with_way_out(p)) for p in errors(check(spec, facts))]


def _planned(name: str, project: ProjectFile, options: ScriptOptions) -> tuple[PlannedRun, ...]:
    """The runs of a sweep, all of them checked; none for a project without one."""
    if project.sweep is None:
        return ()
    for option, given in {"--weights": options.weights is not None, "--evaluate-only": options.evaluate_only}.items():
        if given:
            raise RecipeError(name, [Mistake("sweep", f"{option} is for single runs; remove [sweep], or train without {option}")])
    return plan(project.sweep, name, lambda spec: _mistakes(name, spec))


def _with_way_out(problem: Problem) -> str:
    ways = " or ".join(f"'{fix.label}'" for fix in problem.fixes)
    return f"{problem.message} A way out: {ways}." if ways else problem.message


class Run:
    """One project on its way from a file to a result."""

    def __init__(self, file: str, project: ProjectFile, options: ScriptOptions) -> None:
        self.file, self.project, self.options = file, project, options
        self.spec = project.spec
        self.watcher = Watcher(quiet=options.quiet)
        self.result = Result(self.spec.name, self.spec.seed)
        self.failures: list[str] = []
        self.trained = False

    def run(self) -> int:
        """Train, write the outputs, print the result; gives the exit code."""
        code = self.carry_out()
        for line in self.failures:
            print(f"{self.file}: {line}", file=sys.stderr)
        if self.trained:
            self._print()
        return code

    def carry_out(self) -> int:
        """Train and write the outputs; gives the exit code. Every failure becomes one sentence of `failures`.

        The result is worth telling once it has `trained`, even if no file could be written: it may have taken hours.
        """
        folder = output_folder(self.spec, self.options.out)
        try:
            with Interrupt() as interrupt:
                prepare(self.spec, folder)
                dataset = self._load_data(interrupt)
                backend = self._import_engine()
                interrupt.check()
                self._train(dataset, backend, interrupt)
                code = self._write_outputs(folder, backend)
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
        return code

    def _write_outputs(self, folder: Path, backend: Backend) -> int:
        self.trained = True
        try:
            write_outputs(self.spec, folder, self.result, backend)
        except OutputError as error:
            return self._failed(ExitCode.OUTPUT, str(error))
        return EXIT_CODES.get(self.result.status, ExitCode.DONE)

    def _failed(self, code: ExitCode, sentence: str) -> int:
        self.failures += sentence.splitlines()
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
        if self.project.begins_anew:
            self.watcher.say("What was changed makes another run of it: it begins anew, with the saved weights.")
        anew = self._begins_anew_with(dataset)
        state = self._saved_state() if not anew else None
        request = TrainRequest(spec, dataset, state=state)
        with self._seconds("compile"), self.watcher.busy("Compiling …"):
            started = backend.open(request)
            self.result.parameters = started.parameters
            if not anew:
                self._load_weights(backend, state)
            if not self.options.evaluate_only and backend.epoch < spec.training.epochs:
                backend.prepare()
        self._introduce(started)
        self.result.epochs = backend.epoch
        interrupt.check()
        if not self.options.evaluate_only:
            with self._seconds("train"):
                self._follow(request, backend, interrupt)
        if math.isfinite(self.result.history.last().get("loss", 0.0)):
            self.result.test = backend.evaluate(Split.TEST) or {}

    def _introduce(self, started: Started) -> None:
        """What people may want to know before a long wait."""
        memory = f"about {max(1, round(started.memory / 1e6)):,} MB of memory"
        self.watcher.say(f"{self.spec.name}: {started.parameters:,} parameters, {memory}; {started.how}.")
        for warning in started.warnings:
            self.watcher.say(warning)

    def _begins_anew_with(self, dataset: Dataset) -> bool:
        """Whether the saved run is of other classes or inputs than there are now. Raises EngineError where it was to be evaluated."""
        saved = self.project.state if self.options.weights is None else None
        if saved is None or not (why := other_names(saved, dataset.facts)):
            return False
        if self.options.evaluate_only:
            raise EngineError(f"The saved run does not fit the data: {why} Put the data back as it was, or train anew.")
        self.watcher.say(f"The saved run does not fit the data and starts anew: {why}")
        return True

    def _saved_state(self) -> RunState | None:
        """Where the project's run goes on from, its history with it; None for a new run. Raises EngineError."""
        if self.project.state is None or self.options.weights is not None:
            return None
        state = load_state(self.project.state)
        try:
            self.result.history = History.from_csv(self.project.history)
        except ValueError as error:
            raise EngineError(f"The saved history cannot be read: {error}") from error
        if self.result.history.epochs > state.epoch:
            found = f"{self.result.history.epochs:,} epochs, but the network was saved after {state.epoch:,}"
            raise EngineError(f"The saved history does not fit the saved network: it has {found}.")
        return state

    def _load_weights(self, backend: Backend, state: RunState | None) -> None:
        """Begin with the weights that were asked for, or with those of a project that keeps no more than weights."""
        if self.options.weights is not None:
            backend.load_weights(self.options.weights)
        elif state is None and self.project.weights is not None:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / Path(WEIGHTS).name
                path.write_bytes(self.project.weights)
                backend.load_weights(path)

    def _follow(self, request: TrainRequest, backend: Backend, interrupt: Interrupt) -> None:
        result = self.result
        with self.watcher.training(self.spec.name, request.spec.training.epochs) as bar:
            for event in train(request, backend):
                bar.show(event)
                if isinstance(event, Epochs):
                    result.history.append(event.logs, event.first)
                    result.epochs, result.trained = event.last, result.trained + event.count
                elif isinstance(event, Noted):
                    self.watcher.say(event.text)
                elif isinstance(event, Finished):
                    result.status, result.reason = event.status, event.reason
                if interrupt.wanted and not isinstance(event, Finished):
                    result.status = Status.CANCELLED
                    result.reason = f"Interrupted after {result.epochs:,} epochs."
                    return

    def _cross_validate(self, dataset: Dataset, backend: Backend, interrupt: Interrupt) -> bool:
        """Train all folds; False when that was called off. Those that are whole are kept even then."""
        folds, history = self.spec.training.k_fold or 0, History()
        with self.watcher.training(f"{folds} folds", folds * self.spec.training.epochs) as bar:
            for fold, event in cross_validate(TrainRequest(self.spec, dataset), backend):
                if isinstance(event, Started):
                    history = History()
                elif isinstance(event, Epochs):
                    history.append(event.logs, event.first)
                    bar.show(replace(event, first=event.first + fold * self.spec.training.epochs))
                elif isinstance(event, Finished):
                    score = backend.evaluate(Split.VALIDATION) or {}  # of the network as it is now, with what was restored
                    self.result.folds.append(Fold(history, event.status, event.reason, score))
                    if event.status is Status.DIVERGED:
                        self.watcher.say(f"Fold {fold + 1} of {folds} diverged. {event.reason}")
                if interrupt.wanted:
                    self.result.status, self.result.reason = Status.CANCELLED, f"Interrupted in fold {fold + 1} of {folds}."
                    return False
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
            print(json.dumps(self.result.plain(), allow_nan=False))
        else:
            print("\n".join(self.result.lines()))
