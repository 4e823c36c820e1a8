"""`Run`: one network with its data, compiled and trained; what `KerasBackend` has open."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import tensorflow as tf

from nnplayground.core.cost import Cost, cost
from nnplayground.core.layers import Dense
from nnplayground.core.losses import Task
from nnplayground.core.order import block_epochs
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Goal, resolve
from nnplayground.data.dataset import Affine, Part
from nnplayground.data.rows import Rows
from nnplayground.engine.backend import Memory
from nnplayground.engine.events import Epochs, Progress, Split, TrainRequest
from nnplayground.engine.keras_backend import build
from nnplayground.engine.keras_backend.callbacks import Hooks, listen_inside_epochs
from nnplayground.engine.keras_backend.choice import XLA, Choice, choose, counts_one_by_one
from nnplayground.engine.keras_backend.live import LiveNumbers, live_numbers
from nnplayground.engine.keras_backend.loops import EpochLoop, StepLoop, room_for
from nnplayground.engine.keras_backend.network import Evaluation, Network, Samples, SparseRows, Tally
from nnplayground.engine.keras_backend.probe import Probe, in_graph_scaler, stored
from nnplayground.engine.keras_backend.repeatable import add_in_order
from nnplayground.engine.keras_backend.sparse import take_sparse

logger = logging.getLogger(__name__)

SHORT_EPOCH = 0.02
"""Seconds: sets whose epoch takes less are trained many epochs a call, others many steps a call."""
STEP_SECONDS, MULTIPLICATIONS_PER_SECOND = 1e-5, 4e9
"""A rough machine: enough to choose a loop and the size of pieces by."""
PIECE_SECONDS = 0.005
MARK_BYTES = 16_000_000
"""Larger networks are not copied at every chunk."""
UNIT_POWERS = {"mae": 1, "rmse": 1, "mse": 2}
"""Metrics in the target's unit, and how its scale enters them."""


@dataclass(frozen=True)
class Mark:
    """A moment of a run: the variables of the network and of the epoch that has begun, and the project with its live settings."""

    spec: ProjectSpec
    epoch: int
    step: int
    shuffled: bool
    values: list[tf.Tensor]


@dataclass
class Run:
    """Made whole by `build_run`, then only trained."""

    request: TrainRequest
    goal: Goal
    cost: Cost
    choice: Choice
    network: Network
    live: LiveNumbers
    make_loop: Callable[[str], EpochLoop | StepLoop]
    tally: Tally
    parts: dict[Split, Samples]
    probe: Probe
    hooks: Hooks | None = None
    memory: Memory = field(default_factory=Memory)
    epoch: int = 0
    step: int = 0
    shuffled: bool = True
    """Whether the epoch that has begun takes its samples in a shuffled order; what the project says holds from the next one on."""
    rate: float = 0.0
    """Epochs (EpochLoop) or steps (StepLoop) a second, as last measured; 0: not yet."""
    _loop: EpochLoop | StepLoop | None = None
    _evaluations: dict[tuple[Split, bool], Evaluation] = field(default_factory=dict)
    _evaluated_at: dict[Split, tuple[int, int]] = field(default_factory=dict)
    _validating: bool = False
    _orders: tuple[int, np.ndarray] | None = None
    """A block of epochs, and their orders."""

    @property
    def loop(self) -> EpochLoop | StepLoop:
        """The compiled loop; made when the compiler is known."""
        if self._loop is None:
            self._loop = self.make_loop(self.choice.compiled)
        return self._loop

    @property
    def names(self) -> list[str]:
        """The history's names: the loss, the metrics, and the validation's."""
        return [*self.tally.names, *(f"val_{name}" for name in self.tally.names if Split.VALIDATION in self.parts)]

    @property
    def progress(self) -> float:
        """Epochs, and how much of the one that has begun."""
        return self.epoch + self.step / self.loop.steps

    def advance(self, epochs: int, seconds: float) -> Epochs | Progress:
        """See `engine.backend.Backend.advance`."""
        start, first = time.perf_counter(), self.epoch + 1
        tables: list[np.ndarray] = []
        if self.hooks is not None:
            self.hooks.begin(self.epoch, self.step)
        while not tables or (self.epoch - first + 1 < epochs and time.perf_counter() - start < seconds):
            left = seconds - (time.perf_counter() - start)
            if isinstance(self.loop, EpochLoop):
                tables.append(self._epochs(self.loop, 1 if self.hooks else epochs - (self.epoch - first + 1), left))
            elif (row := self._part_of_epoch(self.loop, left)) is not None:
                tables.append(row[np.newaxis])
            elif time.perf_counter() - start >= seconds:
                return self._progress_event()
            if tables and (self.hooks or isinstance(self.loop, StepLoop)):
                break
        rows = np.concatenate(tables)
        table, rates = rows[:, :-1] * self.unit_factors(self.names), rows[:, -1]
        logs = {name: table[:, i] for i, name in enumerate(self.names)}
        stopped = self.hooks is not None and self.hooks.end_epoch(first - 1, {name: float(v[-1]) for name, v in logs.items()})
        return Epochs(self.request.run_id, first, logs, time.perf_counter() - start, stopped, rates)

    def _progress_event(self) -> Progress:
        return Progress(self.request.run_id, self.epoch + 1, self.step, self.loop.steps, self._so_far(self.tally))

    def _so_far(self, tally: Tally) -> dict[str, float]:
        """What sums say up to now, in the targets' own unit."""
        values = np.asarray(tally.row().numpy(), np.float64) * self.unit_factors(tally.names)
        return dict(zip(tally.names, values.tolist(), strict=True))

    def _epochs(self, loop: EpochLoop, most: int, seconds: float) -> np.ndarray:
        """Train some whole epochs in one call: as many as fit into `seconds` by the last measure, at least one."""
        wanted = min(most, loop.capacity)
        if math.isfinite(seconds):
            wanted = max(1, min(wanted, int(self.rate * max(seconds, 0.0))))
        orders = self._orders_of(self.epoch, wanted, self.request.spec.training.shuffle)
        start = time.perf_counter()
        rows = loop.run(orders)
        self.rate = _measured(self.rate, wanted / (time.perf_counter() - start))
        self.epoch += wanted
        return rows

    def _part_of_epoch(self, loop: StepLoop, seconds: float) -> np.ndarray | None:
        """Train or validate for about `seconds`; gives the epoch's row when that ends it."""
        if self.step == 0:
            self.tally.reset()
            self.shuffled = self.request.spec.training.shuffle
        if self.step < loop.steps:
            wanted = max(1, int(self.rate * min(max(seconds, 0.0), 60.0)))
            if self.hooks is not None and self.hooks.each_batch:
                wanted = 1
                self.hooks.begin_batch(self.step)
            start = time.perf_counter()
            taken = loop.run(self.order(self.epoch), self.step, wanted)
            self.rate = _measured(self.rate, taken / (time.perf_counter() - start))
            self.step += taken
            if self.hooks is not None and self.hooks.each_batch and self.hooks.end_batch(self.step - 1, self._so_far(self.tally)):
                self.step = loop.steps  # here ends the epoch, and what is left of it is left out
            if self.step < loop.steps or Split.VALIDATION in self.parts:
                return None
            return self._end_epoch(self.tally.row().numpy())
        if Split.VALIDATION not in self.parts:
            return self._end_epoch(self.tally.row().numpy())
        held = self._evaluation(Split.VALIDATION, training=True)
        self._validate(held)
        return self._end_epoch(np.concatenate([self.tally.row().numpy(), list(held.results().values())])) if held.done else None

    def _validate(self, held: Evaluation) -> None:
        """A piece of an epoch's validation."""
        if not self._validating:
            held.start()
            self._validating = True
        if self.hooks is None or not self.hooks.tests:
            held.piece()
            return
        self.hooks.begin_test_batch(number := held.position // held.rows)
        held.piece()
        self.hooks.end_test_batch(number, self._so_far(held.tally), last=held.done)

    def _end_epoch(self, row: np.ndarray) -> np.ndarray:
        self.epoch, self.step, self._validating = self.epoch + 1, 0, False
        return np.append(np.asarray(row, np.float64), float(self.network.learning_rate()))

    def order(self, epoch: int) -> np.ndarray:
        """The order (n,) of the training samples in `epoch` (0-based): the same for the same seed, wherever training began."""
        has_begun = self.step > 0 and epoch == self.epoch
        return self._orders_of(epoch, 1, self.shuffled if has_begun else self.request.spec.training.shuffle)[0]

    def _orders_of(self, first: int, epochs: int, shuffle: bool) -> np.ndarray:
        """The orders (epochs, n) of some epochs from `first` (0-based) on."""
        count = self.parts[Split.TRAIN].size
        if not shuffle:
            return np.tile(np.arange(count, dtype=np.int32), (epochs, 1))
        block, parts = block_epochs(count), []
        while epochs > 0:
            number, at = divmod(first, block)
            if self._orders is None or self._orders[0] != number:
                self._orders = number, shuffled(self.request.spec.seed, number, block, count)
            parts.append(self._orders[1][at : at + epochs])
            first, epochs = first + len(parts[-1]), epochs - len(parts[-1])
        return np.concatenate(parts)

    def compile(self) -> None:
        """Compile all that an epoch needs. It trains a step where the last batch is a smaller one: to be taken back."""
        self.loop.compile()
        if isinstance(self.loop, StepLoop) and Split.VALIDATION in self.parts:
            self._evaluation(Split.VALIDATION, training=True).compile()

    def begin_anew(self, request: TrainRequest, parts: dict[Split, Samples]) -> None:
        """Take another project's data, of the same shapes, at the start of its run; the variables are its own already."""
        self.request, self.parts, self.memory = request, parts, Memory()
        self.epoch = self.step = 0
        self._orders = None
        self.loop.use(parts[Split.TRAIN], parts.get(Split.VALIDATION))
        for (split, _), evaluation in self._evaluations.items():
            evaluation.samples = parts[split]
        self.forget_evaluations()

    def take_spec(self, spec: ProjectSpec) -> None:
        """Go on with a project that differs in nothing but live settings; an epoch that has begun keeps its order."""
        if list(live_numbers(spec)) != list(live_numbers(self.request.spec)):
            self.forget_evaluations()
        self.live.take_over(spec)
        self.request = replace(self.request, spec=spec)

    def variables(self) -> list[tf.Variable]:
        """Everything that a mark keeps."""
        return [*self.network.variables(), *self.tally.variables()]

    def mark(self) -> Mark | None:
        """See `engine.backend.Backend.mark`."""
        if isinstance(self.loop, StepLoop) and self.network.bytes() > MARK_BYTES:
            return None
        return self.everything()

    def everything(self) -> Mark:
        """A mark, whatever it costs."""
        return Mark(self.request.spec, self.epoch, self.step, self.shuffled, [tf.identity(v.value) for v in self.variables()])

    def rewind(self, mark: Mark) -> None:
        """Go back to a mark; a validation that had begun begins anew, which trains nothing."""
        self.epoch, self.step, self.shuffled = mark.epoch, mark.step, mark.shuffled
        self.forget_evaluations()
        for variable, value in zip(self.variables(), mark.values, strict=True):
            variable.assign(value)
        self.take_spec(mark.spec)

    def evaluate(self, split: Split, seconds: float) -> dict[str, float] | None:
        """See `engine.backend.Backend.evaluate`."""
        if split not in self.parts:
            return {}
        evaluation, now = self._evaluation(split, training=False), (self.epoch, self.step)
        if self._evaluated_at.get(split) != now or evaluation.done:
            evaluation.start()
            self._evaluated_at[split] = now
        end = time.perf_counter() + seconds
        while not evaluation.done:
            evaluation.piece()
            if time.perf_counter() >= end and not evaluation.done:
                return None
        results = evaluation.results()
        return {n: float(v * f) for (n, v), f in zip(results.items(), self.unit_factors(list(results)), strict=True)}

    def forget_evaluations(self) -> None:
        """The weights or settings are others, though no step was taken: what is half evaluated begins anew, an epoch's validation too."""
        self._evaluated_at.clear()
        self._validating = False

    def is_finite(self) -> bool:
        """See `engine.backend.Backend.is_finite`."""
        network, train = self.network, self.parts[Split.TRAIN]
        index = tf.constant(self.order(self.epoch)[: min(self.loop.batch, piece_rows(self.cost))])
        outputs = network.model(network.batch(train.x, index), training=False)
        return math.isfinite(float(network.total_loss(tf.gather(train.y, index), outputs)))

    def _evaluation(self, split: Split, *, training: bool) -> Evaluation:
        """An epoch's own validation and what is evaluated in between do not share their sums."""
        if (split, training) not in self._evaluations:
            tally = new_tally(self.network, self.goal, self.parts)
            by_batches = training and self.hooks is not None and self.hooks.tests
            rows = self.request.spec.training.batch_size if by_batches else piece_rows(self.cost)
            self._evaluations[split, training] = Evaluation(self.network, self.parts[split], tally, rows)
        return self._evaluations[split, training]

    def unit_factors(self, names: list[str]) -> np.ndarray:
        """What turns each number into the target's own unit; 1 where nothing was scaled."""
        if self.request.dataset.facts.task is not Task.REGRESSION:
            return np.ones(len(names))
        scale = float(np.mean(self.request.dataset.target_scaler.scale))
        return np.array([scale ** -UNIT_POWERS.get(name.removeprefix("val_"), 0) for name in names])


def piece_rows(costs: Cost) -> int:
    """How many samples are answered in about `PIECE_SECONDS`; always the same number for the same network."""
    return int(np.clip(PIECE_SECONDS * MULTIPLICATIONS_PER_SECOND / max(costs.multiplications, 1), 16, 1024))


def shuffled(seed: int, block: int, epochs: int, count: int) -> np.ndarray:
    """The orders (epochs, count) of a block of epochs; a generator for each epoch would cost as much as a short epoch."""
    rows = np.tile(np.arange(count, dtype=np.int32), (epochs, 1))
    return np.random.default_rng((seed, block)).permuted(rows, axis=1)


def build_run(request: TrainRequest) -> Run:
    """Build the network with Keras's own objects, and put the data in place. Compiles nothing yet."""
    spec, dataset = request.spec, request.dataset
    goal, sparse = resolve(spec, dataset.facts), isinstance(dataset.train.x, Rows)
    first = spec.input_index or 0
    dense_first = sparse and isinstance(spec.layers[first], Dense)
    model = build.build_model(spec, dataset.facts, sparse=dense_first)
    if dense_first:
        take_sparse(model.layers[first])
    live = LiveNumbers(spec, model)
    optimizer = build.build_optimizer(spec)
    optimizer.build(model.trainable_variables)
    add_in_order(optimizer)
    target = dataset.target_scaler if dataset.target_scaler != Affine() else None
    network = Network(model, optimizer, build.build_loss(goal), in_graph_scaler(dataset), target)
    costs = cost(dataset.facts.input_shape, spec.layers)
    choice = choose(spec, costs, len(dataset.train), sparse=sparse)
    clear = bool(choice.compiled)
    if request.state is not None and request.state.compiled:
        choice = Choice(request.state.compiled, "as it was saved, so that it goes on exactly")
    # Points on a plane are painted and erased, and their number has a slider: another number is not to compile anew. Whether
    # epochs are short is asked of the sets as they are filled up, so that all which share a compiled loop are told the same.
    seen = [len(part) for part in (dataset.train, dataset.validation) if part is not None and len(part)]
    rows = [room_for(count) for count in seen] if dataset.facts.is_plane else seen
    short = _epoch_seconds(costs, sum(rows), spec.training.batch_size) < SHORT_EPOCH and not listen_inside_epochs(request.callbacks)
    filled = short and dataset.facts.is_plane and clear and (choice.compiled != XLA or counts_one_by_one(spec.active))
    parts = _parts(request, goal, network, filled=filled)
    tally = new_tally(network, goal, parts)
    hooks = Hooks(request, network, goal, parts[Split.TRAIN]) if request.callbacks else None
    train, held, batch_size = parts[Split.TRAIN], parts.get(Split.VALIDATION), spec.training.batch_size

    def make_loop(compiled: str) -> EpochLoop | StepLoop:
        if short:
            watched = (held, new_tally(network, goal, parts)) if held else None
            return EpochLoop(network, train, tally, batch_size, watched, jit=compiled == XLA)
        return StepLoop(network, train, tally, batch_size, jit=compiled == XLA)

    probe = Probe(network, dataset, goal, spec, piece_rows(costs))
    return Run(request, goal, costs, choice, network, live, make_loop, tally, parts, probe, hooks)


def _parts(request: TrainRequest, goal: Goal, network: Network, *, filled: bool) -> dict[Split, Samples]:
    dataset = request.dataset
    classes = len(dataset.facts.classes)

    def samples(part: Part, *, training: bool = False) -> Samples:
        y = part.y if dataset.facts.task.is_classification else dataset.target_scaler.apply(part.y)
        weights = build.sample_weights(part.y, request.spec, classes) if training else None
        targets = build.encode_targets(y, goal, classes)
        if isinstance(part.x, Rows):
            return Samples(SparseRows.of(part.x), tf.constant(targets), None if weights is None else tf.constant(weights))
        more = room_for(len(part)) - len(part) if filled else 0

        def constant(array: np.ndarray) -> tf.Tensor:
            return tf.constant(np.pad(array, [(0, more), *[(0, 0)] * (array.ndim - 1)]) if more else array)

        return Samples(
            constant(stored(part.x, dataset.scaler, network.scaler)),
            constant(targets),
            None if weights is None else constant(weights),
            tf.constant(len(part)) if filled else None,
        )

    parts = {Split.TRAIN: samples(dataset.train, training=True)}
    if len(dataset.test):
        parts[Split.TEST] = samples(dataset.test)
    if dataset.validation is not None and len(dataset.validation):
        parts[Split.VALIDATION] = parts[Split.TEST] if dataset.validation is dataset.test else samples(dataset.validation)
    return parts


def new_tally(network: Network, goal: Goal, parts: dict[Split, Samples]) -> Tally:
    """Empty sums, their variables made."""
    train = parts[Split.TRAIN]
    tally = Tally(build.build_metrics(goal, network.target))
    tally.build(train.y, network.model(network.batch(train.x, tf.range(1)), training=False))
    return tally


def _epoch_seconds(costs: Cost, samples: int, batch_size: int) -> float:
    return math.ceil(samples / batch_size) * STEP_SECONDS + samples * costs.multiplications * 6 / MULTIPLICATIONS_PER_SECOND


def _measured(before: float, now: float) -> float:
    """A rate that follows the machine, and grows at most fourfold at a time: the first call also compiles."""
    return now if before == 0 else min(now, 4 * before)
