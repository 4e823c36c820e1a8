"""Which compiler suits a network on a CPU: XLA, TensorFlow's graph, or the graph with sparse products."""

from __future__ import annotations

from dataclasses import dataclass

from nnplayground.core.cost import Cost
from nnplayground.core.spec import ProjectSpec

XLA, GRAPH = "xla", "graph"
DENSE_ONLY = {"Dense", "Activation", "Flatten", "Reshape", "Rescaling", "BatchNormalization", "LayerNormalization"}
SLOW_IN_XLA = {"Conv1D": "convolutions", "Conv2D": "convolutions", "Dropout": "random numbers", "GaussianNoise": "random numbers"}
CLEARLY_SMALL = 16_000_000
"""Multiplications a step up to which XLA is faster, whatever the machine: what it saves are calls, not arithmetic."""
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
    slow = dict.fromkeys(SLOW_IN_XLA[layer.type] for layer in spec.layers if layer.type in SLOW_IN_XLA)
    if slow:
        return Choice(GRAPH, f"XLA is slow with {' and '.join(slow)} on a CPU")
    if any(layer.type not in DENSE_ONLY for layer in spec.layers):
        return Choice(GRAPH, "XLA takes long to compile layers of this kind, and gains little")
    work = cost.multiplications * min(spec.training.batch_size, samples)
    if work <= CLEARLY_SMALL:
        return Choice(XLA, "small dense layers, where most of the time would go into calls")
    return Choice("", "wide dense layers, whichever is faster in a short trial")


def by_rates(rates: dict[str, float]) -> Choice:
    """Which compiler won, by the steps a second that it took in a trial."""
    best = XLA if rates[XLA] > ADVANTAGE * rates[GRAPH] else GRAPH
    return Choice(best, f"wide dense layers; in a trial XLA took {rates[XLA]:,.0f} steps/s, the graph {rates[GRAPH]:,.0f}")
