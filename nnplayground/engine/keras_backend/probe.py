"""Looking at a network without touching it: compiled once, answered in milliseconds."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from nnplayground.core.data_spec import PlaneClasses, PlaneValues
from nnplayground.data.dataset import Affine, Dataset
from nnplayground.data.features import derive
from nnplayground.engine.events import Array, ProbeRequest, Snapshot
from nnplayground.engine.keras_backend.loops import Network

ANSWER_ROWS = 512


class Probe:
    """Answers probe requests for one network and its data."""

    def __init__(self, network: Network, dataset: Dataset, data: Any) -> None:
        self.network, self.dataset = network, dataset
        self.features = data.features if isinstance(data, PlaneClasses | PlaneValues) else None
        self._grids: dict[int, tf.Tensor] = {}
        self._outputs = tf.function(lambda x: network.model(x, training=False), reduce_retracing=True)
        self._all_outputs = tf.function(self._layer_outputs, reduce_retracing=True)

    def answer(self, request: ProbeRequest, run_id: int, epoch: float) -> Snapshot:
        """Everything that `request` asks for, as copies."""
        plane = self.dataset.facts.is_plane
        return Snapshot(
            run_id,
            epoch,
            output_map=self._map(request.grid) if plane and request.grid else None,
            neuron_maps=self._neuron_maps(request.neuron_grid) if plane and request.neurons else (),
            weights=self._weights() if request.weights else (),
            answers=None if request.inputs is None else self.predict(request.inputs),
            test_answers=self.predict(self.dataset.test.x[: request.test_answers]) if request.test_answers else None,
        )

    def predict(self, x: Array) -> Array:
        """The network's outputs (n, …) for samples as stored."""
        pieces = [x[i : i + ANSWER_ROWS] for i in range(0, len(x), ANSWER_ROWS)]
        return np.concatenate([self._outputs(self._scaled(piece)).numpy() for piece in pieces])

    def _scaled(self, x: Array) -> tf.Tensor:
        return tf.constant(self.dataset.scaler.apply(x))

    def _grid(self, side: int) -> tf.Tensor:
        if side not in self._grids:
            low, high = self.dataset.facts.plane_range or (-1.0, 1.0)
            axis = np.linspace(low, high, side, dtype=np.float32)
            points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
            if self.features is not None:
                points = derive(points, self.features)
            self._grids[side] = self._scaled(points)
        return self._grids[side]

    def _map(self, side: int) -> Array:
        return self._outputs(self._grid(side)).numpy().reshape(side, side, -1)

    def _neuron_maps(self, side: int) -> tuple[Array | None, ...]:
        maps = self._all_outputs(self._grid(side))
        return tuple(m.numpy().reshape(side, side, -1) if len(m.shape) == 2 else None for m in maps)

    def _layer_outputs(self, x: tf.Tensor) -> list[tf.Tensor]:
        outputs = []
        for layer in self.network.model.layers:
            x = layer(x, training=False)
            outputs.append(x)
        return outputs

    def _weights(self) -> tuple[tuple[Array, ...], ...]:
        return tuple(tuple(w.numpy() for w in layer.weights) for layer in self.network.model.layers)


def in_graph_scaler(dataset: Dataset) -> Affine | None:
    """The scaler that is applied in the graph: only for what is stored in bytes."""
    return dataset.scaler if dataset.train.x.dtype == np.uint8 else None
