"""Which compiler suits a network on a CPU: XLA, TensorFlow's graph, or the graph with sparse products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nnplayground.core.cost import Cost
from nnplayground.core.layers import BatchNormalization, Bidirectional, Conv1D, Conv2D, Dropout, GaussianNoise, LayerBase
from nnplayground.core.spec import ProjectSpec

XLA, GRAPH = "xla", "graph"
CLEARLY_SMALL = 16_000_000
"""Multiplications a step up to which XLA is faster, whatever the machine: what it saves are calls, not arithmetic.

How many times faster, on 2 cores: 10 to 30 for points on a plane; 2 to 3 for 784-64-64-10 and 784-512-10 in batches of
32, with BatchNormalization or LayerNormalization too; 3.5 with pooling; 1 to 3 for an Embedding with what averages it; 3 to
4 for 16 units of LSTM or GRU. Above: 1.7 for 784-256-10 in batches of 128, 1.0 for 784-512-512-10; 3.5 for 32 units of
LSTM in batches of 32, 1.0 for 64 in batches of 128. With more cores the graph gains there, and XLA does not.
"""
ADVANTAGE = 1.3
"""How many times faster XLA must be in a trial: nearly equal compilers must not take turns."""


@dataclass(frozen=True)
class Choice:
    """`compiled` is "" as long as only a trial can tell."""

    compiled: str
    why: str

    def __str__(self) -> str:
        return f"{'XLA' if self.compiled == XLA else 'graph'}: {self.why}"


def choose(spec: ProjectSpec, cost: Cost, samples: int, *, sparse: bool) -> Choice:
    """What is known without trying."""
    if sparse:
        return Choice(GRAPH, "sparse products, which XLA does not have")
    layers = [layer.layer if isinstance(layer, Bidirectional) else layer for layer in spec.active]
    if any(isinstance(layer, Conv1D | Conv2D) for layer in layers):
        # Half as fast in one dimension, a hundredth in two, and 17 s to compile.
        return Choice(GRAPH, "XLA is slow with convolutions on a CPU")
    if any(_draws(layer) for layer in layers):
        # XLA draws others; and takes twice as long for 128 units, though a tenth for 8.
        return Choice(GRAPH, "its random numbers are those of Model.fit")
    if cost.multiplications * min(spec.training.batch_size, samples) <= CLEARLY_SMALL:
        return Choice(XLA, "small layers, where most of the time would go into calls")
    return Choice("", "large layers, whichever is faster in a short trial")


def counts_one_by_one(layers: Sequence[LayerBase]) -> bool:
    """Whether a sample's answer and loss are the same whatever else is in its batch, so that rows can be left out of account."""
    return not any(isinstance(layer, BatchNormalization) or getattr(layer, "activity_regularizer", None) for layer in layers)


def _draws(layer: LayerBase) -> bool:
    """Whether random numbers are drawn while the layer trains."""
    return isinstance(layer, Dropout | GaussianNoise) or any(getattr(layer, name, 0) for name in ("dropout", "recurrent_dropout"))


def by_rates(rates: dict[str, float]) -> Choice:
    """Which compiler won, by the steps a second that it took in a trial."""
    best = XLA if rates[XLA] > ADVANTAGE * rates[GRAPH] else GRAPH
    return Choice(best, f"large layers; in a trial XLA took {rates[XLA]:,.0f} steps/s, the graph {rates[GRAPH]:,.0f}")
