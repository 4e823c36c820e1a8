"""`KerasBackend`: the network of one run, a real `keras.Sequential`, trained by compiled loops."""

from __future__ import annotations

import math
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from nnplayground.core.atomic import replacing
from nnplayground.core.losses import Task
from nnplayground.core.targets import resolve
from nnplayground.data.dataset import Part
from nnplayground.engine.backend import EngineError
from nnplayground.engine.events import (
    Array,
    Epochs,
    ProbeRequest,
    Progress,
    RunState,
    Snapshot,
    Split,
    Started,
    TrainRequest,
)
from nnplayground.engine.keras_backend import build
from nnplayground.engine.keras_backend.loops import EpochLoop, Evaluation, Network, Samples, StepLoop, Tally, epoch_cost
from nnplayground.engine.keras_backend.probe import Probe, in_graph_scaler

SHORT_EPOCH = 0.02
"""Seconds: sets whose epoch takes less are trained many epochs a call, others many steps a call."""
UNIT_POWERS = {"mae": 1, "rmse": 1, "mse": 2}
"""Metrics in the target's unit, and how its scale enters them."""


@dataclass
class _Run:
    """What is open: made whole by `open`, then only trained."""

    request: TrainRequest
    network: Network
    loop: EpochLoop | StepLoop
    tally: Tally
    parts: dict[Split, Samples]
    evaluations: dict[Split, Evaluation]
    probe: Probe
    epoch: int = 0
    step: int = 0
    order: np.ndarray | None = None
    validating: bool = False
    rate: float = 0.0
    """Epochs (EpochLoop) or steps (StepLoop) a second, as last measured; 0: not yet."""


@dataclass(frozen=True)
class _Mark:
    epoch: int
    values: list[tf.Tensor]


class KerasBackend:
    """See `engine.backend.Backend`, which it implements."""

    def __init__(self) -> None:
        self._open: _Run | None = None

    @property
    def run_id(self) -> int | None:
        return self._open.request.run_id if self._open else None

    @property
    def epoch(self) -> int:
        return self._open.epoch if self._open else 0

    @property
    def _run(self) -> _Run:
        if self._open is None:
            raise EngineError("No run is open yet; open one first.")
        return self._open

    def open(self, request: TrainRequest) -> Started:
        self._open = None
        with _in_words():
            self._open = run = _build(request)
        if request.state is not None:
            self._restore(request.state)
        kind = "whole epochs" if isinstance(run.loop, EpochLoop) else "steps"
        how = f"{'XLA' if run.network.jit else 'graph'}, many {kind} a call"
        return Started(request.run_id, run.network.model.count_params(), run.epoch, how)

    def prepare(self) -> None:
        run = self._run
        mark = self.mark()
        if isinstance(run.loop, EpochLoop):
            run.loop.run(np.zeros((0, len(run.loop.train)), np.int32))
        else:
            run.loop.run(np.zeros(len(run.loop.train), np.int32), 0, 0)
        self.rewind(mark)

    def advance(self, epochs: int, seconds: float) -> Epochs | Progress:
        run, start = self._run, time.perf_counter()
        rows: list[np.ndarray] = []
        first = run.epoch + 1
        with _in_words():
            while not rows or (run.epoch - first + 1 < epochs and time.perf_counter() - start < seconds):
                left = seconds - (time.perf_counter() - start)
                if isinstance(run.loop, EpochLoop):
                    rows.extend(_epochs(run, run.loop, epochs - (run.epoch - first + 1), left))
                else:
                    row = _part_of_epoch(run, run.loop, left)
                    if row is not None:
                        rows.append(row)
                        break
                    if time.perf_counter() - start >= seconds:
                        return self._progress(run, run.loop)
        names = [*run.tally.names, *(f"val_{n}" for n in run.tally.names if Split.VALIDATION in run.parts)]
        table = np.stack(rows) * _unit_factors(run, names)
        logs = {name: table[:, i] for i, name in enumerate(names)}
        return Epochs(run.request.run_id, first, logs, time.perf_counter() - start)

    def _progress(self, run: _Run, loop: StepLoop) -> Progress:
        names = run.tally.names
        values = np.asarray(run.tally.row().numpy(), np.float64) * _unit_factors(run, names)
        return Progress(run.request.run_id, run.epoch + 1, run.step, loop.steps, dict(zip(names, values.tolist(), strict=True)))

    def mark(self) -> object:
        run = self._run
        return _Mark(run.epoch, [tf.identity(v.value) for v in run.network.variables()])

    def rewind(self, mark: object) -> None:
        run = self._run
        if not isinstance(mark, _Mark):
            raise TypeError(f"expected a mark of this backend; found {type(mark).__name__}")
        run.epoch, run.step, run.validating = mark.epoch, 0, False
        for variable, value in zip(run.network.variables(), mark.values, strict=True):
            variable.assign(value)

    def set_weights(self, weights: tuple[Array, ...]) -> None:
        for variable, value in zip(self._run.network.model.variables, weights, strict=True):
            variable.assign(value)

    def set_learning_rate(self, value: float) -> None:
        self._run.network.optimizer.learning_rate.assign(value)

    def probe(self, request: ProbeRequest) -> Snapshot:
        run = self._run
        steps = run.loop.steps if isinstance(run.loop, StepLoop) else 1
        with _in_words():
            return run.probe.answer(request, run.request.run_id, run.epoch + run.step / steps)

    def evaluate(self, split: Split) -> dict[str, float]:
        run = self._run
        if split not in run.evaluations:
            run.evaluations[split] = _evaluation(run.network, run.parts[split], run.request)
        with _in_words():
            results = run.evaluations[split].run()
        return {n: v * f for (n, v), f in zip(results.items(), _unit_factors(run, list(results)), strict=True)}

    def state(self) -> RunState:
        run = self._run
        return RunState(
            run.epoch,
            tuple(v.numpy() for v in run.network.model.variables),
            tuple(v.numpy() for v in run.network.optimizer.variables),
        )

    def _restore(self, state: RunState) -> None:
        run = self._run
        optimizer = state.optimizer or tuple(v.numpy() for v in run.network.optimizer.variables)
        pairs = list(zip(run.network.variables(), (*state.weights, *optimizer), strict=False))
        fits = len(pairs) == len(run.network.variables()) == len(state.weights) + len(optimizer)
        if not fits or any(tuple(v.shape) != np.shape(a) for v, a in pairs):
            raise EngineError("The saved weights do not fit this network: the layers have changed since they were saved.")
        for variable, value in pairs:
            variable.assign(value)
        run.epoch = state.epoch

    def save_weights(self, path: Path) -> None:
        # A disk that fills up under HDF5 ends the process with a segmentation fault. A `.keras` file is written by
        # Python, with the very same weights file in it.
        with replacing(path) as temporary:
            whole = temporary.with_suffix(".keras")
            try:
                self._run.network.model.save(whole)
                with zipfile.ZipFile(whole) as archive:
                    temporary.write_bytes(archive.read("model.weights.h5"))
            finally:
                whole.unlink(missing_ok=True)

    def load_weights(self, path: Path) -> None:
        model, before = self._run.network.model, self._run.network.model.get_weights()
        try:
            model.load_weights(path)
        except (ValueError, OSError, KeyError, TypeError) as error:
            model.set_weights(before)
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise EngineError(f"The weights in {path.name} do not fit this network or cannot be read: {reason}") from error

    def save_model(self, path: Path) -> None:
        with replacing(path) as temporary:
            self._run.network.model.save(temporary)


def _build(request: TrainRequest) -> _Run:
    spec, dataset = request.spec, request.dataset
    goal = resolve(spec, dataset.facts)
    model = build.build_model(spec, dataset.facts)
    optimizer = build.build_optimizer(spec)
    optimizer.build(model.trainable_variables)
    network = Network(model, optimizer, build.build_loss(goal), in_graph_scaler(dataset), build.suits_xla(spec))

    def samples(part: Part) -> Samples:
        x = part.x if network.scaler is not None else dataset.scaler.apply(part.x)
        y = part.y if dataset.facts.task.is_classification else dataset.target_scaler.apply(part.y)
        return Samples(tf.constant(x), tf.constant(build.encode_targets(y, goal, len(dataset.facts.classes))))

    parts = {Split.TRAIN: samples(dataset.train), Split.TEST: samples(dataset.test)}
    if dataset.validation is not None:
        parts[Split.VALIDATION] = parts[Split.TEST] if dataset.validation is dataset.test else samples(dataset.validation)
    tally = _tally(network, parts[Split.TRAIN], request)
    train, batch_size, held = parts[Split.TRAIN], spec.training.batch_size, parts.get(Split.VALIDATION)
    loop: EpochLoop | StepLoop
    if epoch_cost(model.count_params(), len(train) + len(held or ()), batch_size) < SHORT_EPOCH:
        loop = EpochLoop(network, train, tally, batch_size, (held, _tally(network, train, request)) if held else None)
    else:
        loop = StepLoop(network, train, tally, batch_size)
    return _Run(request, network, loop, tally, parts, {}, Probe(network, dataset, spec.data))


def _tally(network: Network, samples: Samples, request: TrainRequest) -> Tally:
    tally = Tally(build.build_metrics(resolve(request.spec, request.dataset.facts)))
    tally.build(samples.y, network.model(network.inputs(samples.x[:1]), training=False))
    return tally


def _evaluation(network: Network, samples: Samples, request: TrainRequest) -> Evaluation:
    return Evaluation(network, samples, _tally(network, samples, request))


def _order(run: _Run, epoch: int) -> np.ndarray:
    """The order of the training samples in `epoch` (0-based): the same for the same seed, wherever training began."""
    count = len(run.parts[Split.TRAIN])
    if not run.request.spec.training.shuffle:
        return np.arange(count, dtype=np.int32)
    return np.random.default_rng((run.request.spec.seed, epoch)).permutation(count).astype(np.int32)


def _epochs(run: _Run, loop: EpochLoop, most: int, seconds: float) -> np.ndarray:
    """Train some whole epochs in one call: as many as fit into `seconds` by the last measure, at least one."""
    wanted = min(most, loop.capacity)
    if math.isfinite(seconds):
        wanted = max(1, min(wanted, int(run.rate * max(seconds, 0.0))))
    orders = np.stack([_order(run, run.epoch + i) for i in range(wanted)])
    start = time.perf_counter()
    rows = loop.run(orders)
    run.rate = _measured(run.rate, wanted / (time.perf_counter() - start))
    run.epoch += wanted
    return rows


def _part_of_epoch(run: _Run, loop: StepLoop, seconds: float) -> np.ndarray | None:
    """Train or validate for about `seconds`; gives the epoch's row when that ends it."""
    if run.validating:
        held = run.evaluations[Split.VALIDATION]
        held.piece()
        return _end_epoch(run, np.concatenate([run.tally.row().numpy(), list(held.results().values())])) if held.done else None
    if run.step == 0:
        run.tally.reset()
        run.order = _order(run, run.epoch)
    if run.order is None:
        raise EngineError("An epoch cannot go on without its order.")
    wanted = max(1, int(run.rate * min(max(seconds, 0.0), 60.0)))
    start = time.perf_counter()
    taken = loop.run(run.order, run.step, wanted)
    run.rate = _measured(run.rate, taken / (time.perf_counter() - start))
    run.step += taken
    if run.step < loop.steps:
        return None
    if Split.VALIDATION not in run.parts:
        return _end_epoch(run, run.tally.row().numpy())
    if Split.VALIDATION not in run.evaluations:
        run.evaluations[Split.VALIDATION] = _evaluation(run.network, run.parts[Split.VALIDATION], run.request)
    run.evaluations[Split.VALIDATION].start()
    run.validating = True
    return None


def _end_epoch(run: _Run, row: np.ndarray) -> np.ndarray:
    run.epoch, run.step, run.validating = run.epoch + 1, 0, False
    return np.asarray(row, np.float64)


def _measured(before: float, now: float) -> float:
    """A rate that follows the machine, and grows at most fourfold at a time: the first call also compiles."""
    return now if before == 0 else min(now, 4 * before)


def _unit_factors(run: _Run, names: list[str]) -> np.ndarray:
    """What turns each number into the target's own unit; 1 where nothing was scaled."""
    if run.request.dataset.facts.task is not Task.REGRESSION:
        return np.ones(len(names))
    scale = float(np.mean(run.request.dataset.target_scaler.scale))
    return np.array([scale ** -UNIT_POWERS.get(name.removeprefix("val_"), 0) for name in names])


@contextmanager
def _in_words() -> Iterator[None]:
    """TensorFlow's errors as one sentence for people."""
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        raise EngineError("There is not enough memory for this network and batch. Use smaller batches or fewer units.") from error
    except (tf.errors.OpError, ValueError, TypeError) as error:
        text = str(error).strip()
        raise EngineError(f"Keras cannot train this network: {text.splitlines()[0] if text else type(error).__name__}") from error
