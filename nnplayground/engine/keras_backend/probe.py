"""Looking at a network without touching it: compiled once, answered in milliseconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeVar

import numpy as np
import tensorflow as tf

from nnplayground.core.data_spec import PlaneData
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import Goal, output_activation
from nnplayground.data.dataset import Affine, Dataset
from nnplayground.data.features import derive
from nnplayground.data.rows import Rows
from nnplayground.engine.answers import Examination, Reading, examine
from nnplayground.engine.backend import EngineError
from nnplayground.engine.events import Array
from nnplayground.engine.keras_backend.activity import ActivityProbe, Watched
from nnplayground.engine.keras_backend.explain import Explainer
from nnplayground.engine.keras_backend.layer_cut import cut
from nnplayground.engine.keras_backend.network import Network, Samples, SparseRows
from nnplayground.engine.keras_backend.words import Attempts
from nnplayground.engine.layer_pictures import large_plan
from nnplayground.engine.layer_weights import Histogram, LayerWeights, histogram, tile_of, weight_array
from nnplayground.engine.probes import Plane, ProbeRequest, Snapshot

ANSWER_ROWS = 512
T = TypeVar("T")
U = TypeVar("U")


@dataclass
class _Pending:
    """An examination on its way: the weights as they were when it was asked for, and the outputs so far."""

    request: ProbeRequest
    trainable: list[tf.Tensor]
    others: list[tf.Tensor]
    pieces: list[Array]
    position: int = 0


class Probe:
    """Answers probe requests for one network and its data. `rows` samples at a time are computed in about 5 ms."""

    def __init__(self, network: Network, dataset: Dataset, goal: Goal, spec: ProjectSpec, rows: int) -> None:
        self.network, self.rows, self._goal = network, rows, goal
        self._activity = ActivityProbe(network, self._layer_outputs, rows)
        self._frozen_outputs = tf.function(self._outputs_of, reduce_retracing=True)
        self._explainer = Explainer(network, spec, rows, self._stored, self._frozen_outputs)
        self.look_at(dataset, spec)
        self._outputs = tf.function(lambda x: network.model(x, training=False), reduce_retracing=True)
        self._all_outputs = tf.function(self._layer_outputs, reduce_retracing=True)
        self._batch_outputs = tf.function(lambda x, index: network.model(network.batch(x, index), training=False), reduce_retracing=True)
        self._batch_activations = tf.function(lambda x, index: self._layer_outputs(network.batch(x, index)), reduce_retracing=True)
        self._batch_pictures = tf.function(self._layer_pictures, reduce_retracing=True)
        self._large_pictures = tf.function(self._layer_views, reduce_retracing=True)
        self._gradients = tf.function(self._slopes, reduce_retracing=True)

    def look_at(self, dataset: Dataset, spec: ProjectSpec) -> None:
        """Ask about this data from now on; it has the shapes of the data before."""
        self.dataset = dataset
        self.reading = Reading.of_goal(self._goal, dataset.facts, output_activation(spec.layers))
        self.features = spec.data.features if isinstance(spec.data, PlaneData) else None
        self._grids: dict[tuple[int, Plane | None], tf.Tensor] = {}
        self._explainer.look_at(dataset, self.reading)
        self._pending: _Pending | None = None
        self._layers = spec.layers
        self._counted: tuple[int, Watched] | None = None
        self._activity.look_at(spec.layers)
        self._test: tf.Tensor | SparseRows | None = None
        self._watched: dict[str, tuple[Array | Rows, tf.Tensor | SparseRows]] = {}

    def answer(self, request: ProbeRequest, run_id: int, epoch: float, train: Samples, seconds: float) -> Snapshot | None:
        """Everything that `request` asks for, as copies; None when what looks at many samples needs more time than `seconds`.

        What cannot be worked out is left out, and stands in the answer's `failures`.
        """
        attempts, wanted = Attempts(), request.asked

        def made(name: str, work: Callable[[Any], T], nothing: U) -> T | U:
            return attempts.make(name, partial(work, getattr(request, name)), nothing) if name in wanted else nothing

        activity = made("activity", lambda _: self._activity.answer(request, self._watched_part, seconds), ())
        if activity is None:
            return None
        examination = made("examine", lambda _: self._examine(request, seconds), None)
        if examination is None and request.examine and len(self.dataset.test) and "examine" not in attempts.failures:
            return None
        explanations = made("explain", lambda questions: self._explainer.answer(questions, seconds), ())
        if explanations is None:
            return None
        self._activity.forget()
        plane, is_planar = request.plane, self.dataset.facts.is_plane or request.plane is not None
        slopes = cache(lambda: self._gradients(train, tf.range(min(self.rows, train.size))))
        gradients = made("gradients", lambda _: self._layered(slopes()), ())
        return Snapshot(
            run_id,
            epoch,
            output_map=made("grid", lambda side: self._map(side, plane) if is_planar else None, None),
            neuron_maps=made("neurons", lambda _: self._neuron_maps(request.neuron_grid, plane) if is_planar else (), ()),
            weights=made("weights", lambda _: self._weights(), ()),
            gradients=gradients,
            weight_histograms=made("histograms", lambda bins: self._histograms(self._weights(), bins), ()),
            gradient_histograms=made("histograms", lambda bins: self._histograms(gradients, bins) if gradients else (), ()),
            layer_weights=made("weights_of", lambda index: self._layer_weights(index, slopes()), None),
            answers=made("inputs", self.predict, None),
            activations=made("activations", partial(self._activations, pictures=request.pictures_only), ()),
            layer_views=made("layer_views", lambda x: self._outputs_for("view", x, self._large_pictures), ()),
            activity=activity,
            test_answers=made("test_answers", lambda count: self.predict(self.dataset.test.x[:count]), None),
            examination=examination,
            explanations=explanations,
            failures=attempts.failures,
        )

    def predict(self, x: Array | Rows) -> Array:
        """The network's outputs (n, …) for samples as stored."""
        samples = self._stored(x)
        pieces = [self._batch_outputs(samples, tf.range(i, min(i + ANSWER_ROWS, len(x)))).numpy() for i in range(0, len(x), ANSWER_ROWS)]
        return np.concatenate(pieces) if pieces else np.zeros((0, *self.network.model.output_shape[1:]), np.float32)

    def _examine(self, request: ProbeRequest, seconds: float) -> Examination | None:
        if not len(self.dataset.test):
            return None
        pending, model = self._pending, self.network.model
        if pending is None or pending.request is not request:
            # Copies: the network may learn on while its answers are collected.
            trainable = [tf.identity(v.value) for v in model.trainable_variables]
            others = [tf.identity(v.value) for v in model.non_trainable_variables]
            pending = self._pending = _Pending(request, trainable, others, [])
        if self._test is None:
            self._test = self._stored(self.dataset.test.x)
        end, count = time.perf_counter() + seconds, len(self.dataset.test)
        while pending.position < count:
            index = tf.range(pending.position, min(pending.position + self.rows, count))
            pending.pieces.append(self._frozen_outputs(pending.trainable, pending.others, self._test, index).numpy())
            pending.position += self.rows
            if time.perf_counter() >= end and pending.position < count:
                return None
        self._pending = None
        return examine(self.reading, np.concatenate(pending.pieces), self.dataset.test.y, self.dataset.target_scaler)

    def _watched_part(self, count: int) -> Watched:
        """Samples that tell what units do."""
        if self._counted is None or self._counted[0] != count:
            part = self.dataset.test if len(self.dataset.test) else self.dataset.train
            self._counted = count, (self._stored(part.x[:count]), min(count, len(part)))
        return self._counted[1]

    def _outputs_of(self, trainable: list[tf.Tensor], others: list[tf.Tensor], x: tf.Tensor | SparseRows, index: tf.Tensor) -> tf.Tensor:
        outputs, _ = self.network.model.stateless_call(trainable, others, self.network.batch(x, index), training=False)
        return outputs

    def _stored(self, x: Array | Rows) -> tf.Tensor | SparseRows:
        if isinstance(x, Rows):
            return SparseRows.of(x)
        expected = self.dataset.facts.input_shape
        if x.shape[1:] != expected:
            raise EngineError(f"The network takes samples of shape {expected}; these have shape {x.shape[1:]}.")
        return tf.constant(stored(x, self.dataset.scaler, self.network.scaler))

    def _grid(self, side: int, plane: Plane | None) -> tf.Tensor:
        if (side, plane) not in self._grids:
            if len(self._grids) > 8:  # a slider that holds a feature makes a plane of every place it passes
                self._grids.clear()
            self._grids[side, plane] = self._stored_points(side, plane)
        return self._grids[side, plane]

    def _stored_points(self, side: int, plane: Plane | None) -> tf.Tensor:
        low, high = self.dataset.facts.plane_range or (-1.0, 1.0)
        x_range, y_range = (plane.x_range, plane.y_range) if plane else ((low, high), (low, high))
        axes = (np.linspace(*ends, side, dtype=np.float32) for ends in (x_range, y_range))
        points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
        if plane is not None:
            points = _lifted(points, plane, self.dataset.facts.input_shape)
        elif self.features is not None:
            points = derive(points, self.features)
        return tf.constant(self.dataset.scaler.apply(points))

    def _map(self, side: int, plane: Plane | None) -> Array:
        return self._outputs(self._grid(side, plane)).numpy().reshape(side, side, -1)

    def _neuron_maps(self, side: int, plane: Plane | None) -> tuple[Array | None, ...]:
        maps = self._all_outputs(self._grid(side, plane))
        return tuple(m.numpy().reshape(side, side, -1) if len(m.shape) == 2 else None for m in maps)

    def _activations(self, x: Array | Rows, *, pictures: bool) -> tuple[Array, ...]:
        return self._outputs_for("pictures", x, self._batch_pictures if pictures else self._batch_activations)

    def _outputs_for(self, what: str, x: Array | Rows, outputs_of: tf.types.experimental.GenericFunction) -> tuple[Array, ...]:
        # It is the same sample many times in a row, and may be large.
        if what not in self._watched or self._watched[what][0] is not x:
            self._watched[what] = x, self._stored(x)
        return tuple(outputs.numpy() for outputs in outputs_of(self._watched[what][1], tf.range(len(x))))

    def _layer_pictures(self, x: tf.Tensor | SparseRows, index: tf.Tensor) -> list[tf.Tensor]:
        return [cut(outputs) for outputs in self._shaped_outputs(x, index)]

    def _layer_views(self, x: tf.Tensor | SparseRows, index: tf.Tensor) -> list[tf.Tensor]:
        return [cut(outputs, large_plan(tuple(outputs.shape[1:]))) for outputs in self._shaped_outputs(x, index)]

    def _shaped_outputs(self, x: tf.Tensor | SparseRows, index: tf.Tensor) -> list[tf.Tensor]:
        outputs = self._layer_outputs(self.network.batch(x, index))
        # Inside a graph recurrent layers forget how long a sequence is.
        return [tf.ensure_shape(y, layer.output.shape) for y, layer in zip(outputs, self.network.model.layers, strict=True)]

    def _layer_outputs(self, x: tf.Tensor) -> list[tf.Tensor]:
        outputs = []
        for layer in self.network.model.layers:
            x = layer(x, training=False)
            outputs.append(tf.sparse.to_dense(x) if isinstance(x, tf.SparseTensor) else x)  # a layer that is off gives what it gets
        return outputs

    def _weights(self) -> tuple[tuple[Array, ...], ...]:
        return tuple(tuple(w.numpy() for w in layer.weights) for layer in self.network.model.layers)

    def _layer_weights(self, index: int, slopes: list[tf.Tensor]) -> LayerWeights | None:
        layers = self.network.model.layers
        if not 0 <= index < len(layers):  # asked for before the network was changed
            return None
        variables, tile = self.network.model.trainable_variables, tile_of(self._layers, index, self.dataset.facts.input_shape)
        by_variable = {id(v): g for v, g in zip(variables, slopes, strict=True)}
        arrays = []
        for weight in layers[index].weights:
            slope = by_variable.get(id(weight))
            arrays.append(weight_array(weight.name, _seen(weight.value), None if slope is None else _seen(slope), tile))
        return LayerWeights(index, tuple(arrays))

    def _slopes(self, train: Samples, index: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            outputs = self.network.model(self.network.batch(train.x, index), training=False)
            weights = None if train.weights is None else tf.gather(train.weights, index)
            loss = self.network.total_loss(tf.gather(train.y, index), outputs, weights)
        variables = self.network.model.trainable_variables
        return tape.gradient(loss, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)

    def _layered(self, gradients: list[tf.Tensor]) -> tuple[tuple[Array | None, ...], ...]:
        variables = self.network.model.trainable_variables
        by_variable = {id(v): tf.convert_to_tensor(g).numpy() for v, g in zip(variables, gradients, strict=True)}
        return tuple(tuple(by_variable.get(id(w)) for w in layer.weights) for layer in self.network.model.layers)

    def _histograms(self, arrays: tuple[tuple[Array | None, ...], ...], bins: int) -> tuple[tuple[Histogram, ...], ...]:
        return tuple(
            tuple(histogram(w.name, a, bins) for w, a in zip(layer.weights, own, strict=True) if a is not None)
            for layer, own in zip(self.network.model.layers, arrays, strict=True)
        )


def _seen(values: tf.Tensor | tf.Variable | tf.IndexedSlices) -> Array:
    """Values without a copy of them: for a look that ends before anything is trained."""
    return np.asarray(memoryview(tf.convert_to_tensor(values)))


def stored(x: Array, scaler: Affine, in_graph: Affine | None) -> Array:
    """Samples as they are kept: bytes and word numbers as they are, everything else scaled."""
    unscaled = np.all(scaler.scale == np.float32(1)) and np.all(scaler.offset == np.float32(0))
    if in_graph is not None or (np.issubdtype(x.dtype, np.integer) and unscaled):
        return x
    return scaler.apply(x)


def in_graph_scaler(dataset: Dataset) -> Affine | None:
    """The scaler that is applied in the graph: only for what is stored in bytes."""
    return None if isinstance(dataset.train.x, Rows) or dataset.train.x.dtype != np.uint8 else dataset.scaler


def _lifted(points: Array, plane: Plane, shape: tuple[int, ...]) -> Array:
    """Points (n, 2) of a plane as samples (n, features)."""
    if shape != (len(plane.at),) or not all(0 <= axis < len(plane.at) for axis in (plane.x, plane.y)):
        raise EngineError(f"A plane through samples of shape {shape} needs {shape} held values and two of their axes.")
    samples = np.tile(np.asarray(plane.at, np.float32), (len(points), 1))
    samples[:, plane.x], samples[:, plane.y] = points[:, 0], points[:, 1]
    return samples
