"""Counting which units have nothing to say, a piece of the samples at a time, by the weights of one moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from nnplayground.core.layers import LayerBase
from nnplayground.engine.events import Array
from nnplayground.engine.keras_backend.network import Network, SparseRows
from nnplayground.engine.layer_activity import NEAR, LayerActivity, ends_of, switches_off
from nnplayground.engine.probes import ProbeRequest

Watched = tuple[tf.Tensor | SparseRows, int]
"""Samples as stored, and how many they are."""


@dataclass
class _Count:
    """Of one layer: which units were seen to fire, and how many of the outputs lie near an end."""

    fired: Array
    near: int = 0
    outputs: int = 0


@dataclass
class _Pending:
    """A count on its way."""

    request: ProbeRequest
    weights: list[tf.Tensor]
    samples: Watched
    counts: list[_Count]
    position: int = 0


class ActivityProbe:
    """Looks at `rows` samples at a time. `outputs_of` gives every layer's outputs for a batch."""

    def __init__(self, network: Network, outputs_of: Callable[[tf.Tensor], list[tf.Tensor]], rows: int) -> None:
        self._network, self._outputs_of, self._rows = network, outputs_of, rows
        self._layers: tuple[LayerBase, ...] = ()
        self._pending: _Pending | None = None
        self._counted = tf.function(self._count, reduce_retracing=True)

    def look_at(self, layers: tuple[LayerBase, ...]) -> None:
        """Layers with the functions that the network was built with."""
        self._layers = layers
        self.forget()

    def forget(self) -> None:
        """What was counted has been told."""
        self._pending = None

    def answer(self, request: ProbeRequest, samples: Callable[[int], Watched], seconds: float) -> tuple[LayerActivity, ...] | None:
        """One entry a layer; None when it needs more time. It stays known until `forget`."""
        pending = self._pending
        if pending is None or pending.request is not request:
            # Copies: the network may learn on while it is counted.
            weights = [tf.identity(v.value) for v in self._network.model.variables]
            counts = [_Count(np.zeros(layer.output.shape[-1:], bool)) for layer in self._network.model.layers]
            pending = self._pending = _Pending(request, weights, samples(request.activity), counts)
        end, (x, total) = time.perf_counter() + seconds, pending.samples
        while pending.position < total:
            index = tf.range(pending.position, min(pending.position + self._rows, total))
            for count, (fired, near, outputs) in zip(pending.counts, self._counted(pending.weights, x, index), strict=True):
                count.fired |= fired.numpy()
                count.near += int(near)
                count.outputs += int(outputs)
            pending.position += self._rows
            if time.perf_counter() >= end and pending.position < total:
                return None
        return tuple(_activity(layer, count, total) for layer, count in zip(self._layers, pending.counts, strict=True))

    def _count(self, weights: list[tf.Tensor], x: tf.Tensor | SparseRows, index: tf.Tensor) -> list[tuple[tf.Tensor, ...]]:
        with keras.StatelessScope(state_mapping=list(zip(self._network.model.variables, weights, strict=True))):
            outputs = self._outputs_of(self._network.batch(x, index))
        return [self._counts_of(layer, y) for layer, y in zip(self._layers, outputs, strict=True)]

    @staticmethod
    def _counts_of(layer: LayerBase, outputs: tf.Tensor) -> tuple[tf.Tensor, ...]:
        zero = tf.constant(0, tf.int64)
        fired = tf.zeros(outputs.shape[-1:], tf.bool)
        if switches_off(layer):
            fired = tf.reduce_any(outputs != 0, axis=list(range(outputs.shape.rank - 1)))
        if (ends := ends_of(layer)) is None:
            return fired, zero, zero
        low, high = ends
        part = NEAR * (high - low)
        near = (outputs < low + part) | (outputs > high - part)
        return fired, tf.math.count_nonzero(near), tf.size(outputs, tf.int64)


def _activity(layer: LayerBase, count: _Count, samples: int) -> LayerActivity:
    silent = int((~count.fired).sum()) if switches_off(layer) else None
    at_ends = count.near / count.outputs if count.outputs else None
    return LayerActivity(count.fired.size, samples, silent, at_ends)
