"""All weights of a network as a table. No Qt."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnplayground.core.table import Table
from nnplayground.engine.backend import Backend
from nnplayground.engine.probes import ProbeRequest, Snapshot

MOST = 1_000_000
"""Numbers up to which a table is of use to anybody."""


def fetch_weights(backend: Backend) -> Table:
    """The weights of the network that is open, layer by layer; layers and places are counted from 0. On the backend's thread."""
    snapshot = backend.probe(ProbeRequest(weights=True, histograms=1))
    return weights_table(snapshot) if snapshot is not None else Table(HEADER, ())


HEADER = ("layer", "weights", "index", "value")


def weights_table(snapshot: Snapshot) -> Table:
    """A row for each number; `index` is its place in the array, as NumPy has it."""
    return Table(HEADER, list(_rows(snapshot)))


def _rows(snapshot: Snapshot) -> Iterator[tuple[int, str, str, float]]:
    for layer, arrays in enumerate(snapshot.weights):
        names = [h.name for h in snapshot.weight_histograms[layer]] if snapshot.weight_histograms else []
        for number, array in enumerate(arrays):
            name = names[number] if number < len(names) else str(number)
            for index, value in zip(np.ndindex(array.shape), array.ravel().tolist(), strict=True):
                yield layer, name, ", ".join(map(str, index)), value
