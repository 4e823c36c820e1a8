"""`KerasBackend`: the network of one run, a real `keras.Sequential`, trained by compiled loops."""

from __future__ import annotations

import math
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import tensorflow as tf

from nnplayground.core import edits
from nnplayground.core.atomic import replacing
from nnplayground.core.cost import cost
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.rows import Rows
from nnplayground.engine.backend import EngineError, MarkedWeights, Memory
from nnplayground.engine.checks import memory_needed, oddities, require_measured, require_memory, require_sound
from nnplayground.engine.events import Array, Epochs, Progress, RunState, Split, Started, TrainRequest
from nnplayground.engine.keras_backend import build
from nnplayground.engine.keras_backend.choice import GRAPH, XLA
from nnplayground.engine.keras_backend.diagnosis import diagnose, present
from nnplayground.engine.keras_backend.loops import EpochLoop
from nnplayground.engine.keras_backend.reuse import Shelf
from nnplayground.engine.keras_backend.run import Mark, Run, build_run
from nnplayground.engine.keras_backend.trial import Choices, settled
from nnplayground.engine.keras_backend.weight_files import load_weights
from nnplayground.engine.keras_backend.words import in_words
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.engine.saved_scaling import OTHER_SCALING, scaled_as, scaling_of


class KerasBackend:
    """See `engine.backend.Backend`, which it implements. `choices` is where the outcome of trials is kept."""

    def __init__(self, choices: Path | None = None) -> None:
        self._open: Run | None = None
        self._choices = Choices(choices)
        self._shelf = Shelf()

    @property
    def run_id(self) -> int | None:
        return self._open.request.run_id if self._open else None

    @property
    def epoch(self) -> int:
        return self._open.epoch if self._open else 0

    @property
    def memory(self) -> Memory:
        return self._run.memory

    @property
    def learning_rate(self) -> float:
        return float(tf.convert_to_tensor(self._run.network.optimizer.learning_rate).numpy())

    @property
    def _run(self) -> Run:
        if self._open is None:
            raise EngineError("No run is open yet; open one first.")
        return self._open

    def open(self, request: TrainRequest) -> Started:
        self._open = None
        spec, fitted = request.spec, request.dataset
        dataset = scaled_as(fitted, request.state.scaling) if request.state is not None else fitted
        request = replace(request, dataset=dataset)
        require_sound(spec, dataset)
        needed = memory_needed(spec, dataset, cost(dataset.facts.input_shape, spec.layers))
        require_memory(needed)
        with in_words():
            run = build_run(request)
            run.choice = settled(run, self._choices)  # before there is a loop
            run = self._shelf.renewed(run)
            if request.state is not None:
                _restore(run, request.state)
        self._open = run
        kind = "whole epochs" if isinstance(run.loop, EpochLoop) else "steps"
        how = f"{run.choice}; many {kind} a call"
        warnings = tuple(oddities(spec, dataset))
        scaling = scaling_of(dataset) if dataset is not fitted else ()
        if scaling:
            warnings += (OTHER_SCALING,)
        return Started(request.run_id, run.network.model.count_params(), run.epoch, how, needed, warnings, scaling)

    def prepare(self) -> None:
        run = self._run
        end = run.everything()
        with in_words():
            run.compile()
        run.rewind(end)

    def advance(self, epochs: int, seconds: float) -> Epochs | Progress:
        with in_words():
            return self._run.advance(epochs, seconds)

    def end(self) -> None:
        if self._run.hooks is not None:
            self._run.hooks.end()

    def is_finite(self) -> bool:
        with in_words():
            return self._run.is_finite()

    def mark(self) -> object | None:
        return self._run.mark()

    def rewind(self, mark: object) -> None:
        if not isinstance(mark, Mark):
            raise TypeError(f"expected a mark of this backend; found {type(mark).__name__}")
        self._run.rewind(mark)

    def weights(self) -> tuple[Array, ...]:
        return tuple(v.numpy() for v in self._run.network.model.variables)

    def set_weights(self, weights: tuple[Array, ...]) -> None:
        for variable, value in zip(self._run.network.model.variables, weights, strict=True):
            variable.assign(value)
        self._run.forget_evaluations()

    def set_weight(self, layer: int, number: int, at: tuple[int, ...], value: float) -> float:
        variable = self._run.network.model.layers[layer].weights[number]
        values = np.array(variable.numpy())
        before, values[at] = float(values[at]), value
        variable.assign(values)
        self._run.memory.last = ()  # what is seen and changed is what goes on
        self._run.forget_evaluations()
        return before

    def best_weights(self) -> tuple[Array, ...]:
        run, best = self._run, self._run.memory.best
        if isinstance(best, MarkedWeights) and isinstance(best.mark, Mark):
            end = run.everything()
            run.rewind(best.mark)
            run.advance(best.epochs, math.inf)
            run.memory.best = self.weights()
            run.rewind(end)
        return run.memory.best if not isinstance(run.memory.best, MarkedWeights) else ()

    def set_live(self, spec: ProjectSpec) -> None:
        require_measured(spec, self._run.request.dataset)
        before, rate = self._run.request.spec.training.optimizer.learning_rate, spec.training.optimizer.learning_rate
        # Only where the project's own rate changed: a rule may have turned the present one down.
        if isinstance(rate, float) and before != rate:
            self.set_learning_rate(rate)
        self._run.take_spec(spec)

    def set_learning_rate(self, value: float) -> None:
        self._run.network.optimizer.learning_rate.assign(value)

    def diagnose(self, mark: object | None, epochs: int) -> str:
        with in_words():
            return diagnose(self._run, mark, epochs) if isinstance(mark, Mark) else present(self._run)

    def probe(self, request: ProbeRequest, seconds: float = math.inf) -> Snapshot | None:
        run = self._run
        return run.probe.answer(request, run.request.run_id, run.progress, run.parts[Split.TRAIN], seconds)

    def predict(self, inputs: Array | Rows) -> Array:
        with in_words():
            return self._run.probe.predict(inputs)

    def evaluate(self, split: Split, seconds: float = math.inf) -> dict[str, float] | None:
        with in_words():
            return self._run.evaluate(split, seconds)

    def state(self) -> RunState:
        run = self._run
        return RunState(
            run.epoch,
            self.weights(),
            tuple(v.numpy() for v in run.network.optimizer.variables),
            run.step,
            run.tally.values() if run.step else (),
            dict(run.memory.counters),
            self.best_weights(),
            run.choice.compiled,
            run.memory.ending,
            rate if isinstance(rate := run.request.spec.training.optimizer.learning_rate, float) else None,
            scaling_of(run.request.dataset),
            run.memory.last,
            dict(run.memory.rules),
            run.shuffled if run.step else None,
            run.request.dataset.facts.classes,
            run.request.dataset.facts.input_names,
        )

    def save_weights(self, path: Path) -> None:
        # A disk that fills up under HDF5 ends the process with a segmentation fault. A `.keras` file is written by
        # Python, with the very same weights file in it.
        with replacing(path) as temporary:
            whole = temporary.with_suffix(".keras")
            try:
                self._plain_model().save(whole)
                with zipfile.ZipFile(whole) as archive:
                    temporary.write_bytes(archive.read("model.weights.h5"))
            finally:
                whole.unlink(missing_ok=True)

    def load_weights(self, path: Path) -> None:
        plain = self._plain_model()
        load_weights(plain, path, [i for i, layer in enumerate(self._run.request.spec.layers, 1) if not layer.disabled])
        self._run.network.model.set_weights(plain.get_weights())
        self._run.memory.last = ()
        self._run.forget_evaluations()

    def save_model(self, path: Path) -> None:
        with replacing(path) as temporary:
            self._plain_model().save(temporary)

    def _plain_model(self) -> tf.Module:
        """The same network as nothing but Keras would make it: no layers that are off, nothing that lets numbers change in training."""
        spec = self._run.request.spec
        model = build.build_model(edits.set_layers(spec, spec.active), self._run.request.dataset.facts)
        model.set_weights(self._run.network.model.get_weights())
        return model


def _restore(run: Run, state: RunState) -> None:
    """Put a saved run back. Raises EngineError when it is not one of this network."""
    network = run.network
    optimizer = state.optimizer or tuple(v.numpy() for v in network.optimizer.variables)
    if not all(_fit(network.model.variables, weights) for weights in (state.weights, *filter(None, (state.best, state.last)))):
        raise EngineError("The saved weights do not fit this network: the layers have changed since they were saved.")
    if not _fit(network.optimizer.variables, optimizer):
        raise EngineError("The saved run was trained by another optimizer; its memory is of no use to this one.")
    tally = state.tally or run.tally.values()
    if not _fit(run.tally.variables(), tally):
        raise EngineError("The saved run stands inside an epoch that was measured otherwise: loss or metrics have changed since.")
    if not 0 <= state.step <= run.loop.steps or (state.step and isinstance(run.loop, EpochLoop)):
        raise EngineError("The saved run stands inside an epoch that has not so many steps: data or batch_size have changed since.")
    if state.compiled not in ("", XLA, GRAPH):
        raise EngineError(f"The saved run was compiled by '{state.compiled[:20]}'; known are {XLA} and {GRAPH}.")
    for variable, value in zip(run.variables(), (*state.weights, *optimizer, *tally), strict=True):
        variable.assign(value)
    rate = run.request.spec.training.optimizer.learning_rate
    if isinstance(rate, float) and state.learning_rate not in (None, rate):
        network.optimizer.learning_rate.assign(rate)  # changed since, which needs no other run
    run.epoch, run.step = state.epoch, state.step
    run.shuffled = run.request.spec.training.shuffle if state.shuffled is None else state.shuffled
    run.memory = Memory(dict(state.counters), state.best, state.ending, dict(state.rules), state.last)


def _fit(variables: list[tf.Variable], arrays: tuple[Array, ...]) -> bool:
    return len(variables) == len(arrays) and all(tuple(v.shape) == np.shape(a) for v, a in zip(variables, arrays, strict=True))
