"""What the output panel shows, as numbers: the map point by point, and what the network says of test samples. No Qt."""

from __future__ import annotations

import numpy as np

from nnplayground.core.analysis import Analysis
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Array, Reading, values

Range = tuple[float, float]


def map_table(outputs: Array, plane_range: tuple[float, float]) -> Table:
    """The network's outputs over the plane, (grid, grid, units), lowest y first."""
    rows, columns, units = outputs.shape
    y, x = np.meshgrid(np.linspace(*plane_range, rows), np.linspace(*plane_range, columns), indexing="ij")
    table = np.column_stack([x.ravel(), y.ravel(), np.asarray(outputs, np.float64).reshape(-1, units)])
    return Table(("x1", "x2", *_outputs(units)), table.tolist())


def plane_table(outputs: Array, ends: tuple[Range, Range], names: tuple[str, str], reading: Reading, dataset: Dataset) -> Table:
    """The same over two features of a table, whose names and ends are given: values in the data's own unit, or the classes' shares."""
    rows, columns, units = outputs.shape
    y, x = np.meshgrid(np.linspace(*ends[1], rows), np.linspace(*ends[0], columns), indexing="ij")
    titles: tuple[str, ...] = (f"predicted {dataset.facts.target_name}".strip(),)
    if reading.is_regression:
        told = values(outputs, dataset.target_scaler)[..., np.newaxis]
    else:
        told = reading.class_shares(outputs)
        titles = reading.classes if told.shape[-1] == len(reading.classes) else _outputs(units)
    table = np.column_stack([x.ravel(), y.ravel(), told.reshape(rows * columns, -1)])
    return Table((*names, *titles), table.tolist())


def fitted_table(inputs: Array, outputs: Array, dataset: Dataset) -> Table:
    """The fitted line: inputs (n, 1) as stored, and answers in the data's own unit."""
    facts = dataset.facts
    name = facts.input_names[0] if facts.input_names else "x"
    rows = np.column_stack([np.asarray(inputs, np.float64)[:, 0], values(outputs, dataset.target_scaler)])
    return Table((name, f"predicted {facts.target_name}".strip()), rows.tolist())


def answers_table(outputs: Array, dataset: Dataset, analysis: Analysis) -> Table:
    """What the network says of the first test samples: outputs (n, units), with what would have been right."""
    reading, true = Reading.of(analysis), dataset.test.y[: len(outputs)]
    units = outputs.shape[1]
    if reading.is_regression:
        table = zip(range(len(outputs)), true.tolist(), values(outputs, dataset.target_scaler).tolist(), strict=True)
        return Table(("test sample", "true", "predicted"), list(table))
    names, chosen = reading.classes, reading.chosen(outputs)
    words = [(_name(names, int(t)), _name(names, int(c))) for t, c in zip(true, chosen, strict=True)]
    rows = [(i, *word, *answer) for i, (word, answer) in enumerate(zip(words, np.asarray(outputs, np.float64).tolist(), strict=True))]
    return Table(("test sample", "true", "predicted", *(names if units == len(names) else _outputs(units))), rows)


def _outputs(units: int) -> tuple[str, ...]:
    return ("output",) if units == 1 else tuple(f"output {i}" for i in range(units))


def _name(classes: tuple[str, ...], number: int) -> str:
    return classes[number] if number < len(classes) else str(number)
