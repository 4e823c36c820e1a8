"""`History`: the numbers of every epoch of a run, kept so that they grow quickly and draw quickly."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

Indices = NDArray[np.int64]

FIRST_ROOM = 256
BLOCK = 256
"""Epochs whose least and greatest are kept at hand, so that a curve of millions need not be looked through again."""


class History:
    """One value per epoch under each name; what was not measured in an epoch is not a number there."""

    def __init__(self) -> None:
        self._columns: dict[str, Floats] = {}
        self._extremes: dict[str, tuple[Indices, Indices]] = {}
        self._epochs = 0
        self.rewritten = 0
        """How often epochs were put in that had been there before: what was worked out of them is to be worked out anew."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._columns)

    @property
    def epochs(self) -> int:
        return self._epochs

    def append(self, logs: Mapping[str, ArrayLike], first: int) -> None:
        """Put in one value per epoch under each name, from epoch `first` (1-based) on.

        What was there from `first` on is forgotten: a run that went back goes on from there. Raises ValueError when
        the names do not have equally many values.
        """
        values = {name: np.atleast_1d(np.asarray(column, np.float64)) for name, column in logs.items()}
        lengths = {len(column) for column in values.values()}
        if len(lengths) != 1:
            raise ValueError(f"expected equally many values under each name; found {sorted(lengths)}")
        start = first - 1
        end = start + lengths.pop()
        self._reserve(end)
        for name in values:
            self._columns.setdefault(name, np.full(self._room(end), np.nan))
        for name, column in self._columns.items():
            column[min(start, self._epochs) : max(end, self._epochs)] = np.nan
            if name in values:
                column[start:end] = values[name]
        self.rewritten += start < self._epochs
        changed, self._epochs = min(start, self._epochs), end
        self._note_extremes(changed // BLOCK)

    def put_in(self, name: str, values: ArrayLike) -> None:
        """Add a number that all epochs so far had, and nobody had written down."""
        self._columns[name] = np.full(self._room(self._epochs), np.nan)
        self._columns[name][: self._epochs] = values
        self._note_extremes(self._epochs // BLOCK)

    def values(self, name: str) -> Floats:
        """A view of all epochs' values; it cannot be written to. Raises KeyError for a name that was never measured."""
        view = self._columns[name][: self._epochs]
        view.setflags(write=False)
        return view

    def last(self) -> dict[str, float]:
        """The newest epoch's numbers; empty before the first."""
        return {name: float(column[self._epochs - 1]) for name, column in self._columns.items()} if self._epochs else {}

    def copy(self) -> History:
        """A history of its own, to keep as it is now."""
        other = History()
        if self._epochs:
            other.append({name: self.values(name) for name in self.names}, 1)
        return other

    def best(self, name: str, *, more: bool = False) -> int | None:
        """The epoch of the least value, or with `more` of the greatest; the first of several. None where nothing is a number."""
        values = self.values(name) if name in self._columns else np.empty(0)
        finite = np.isfinite(values)
        if not finite.any():
            return None
        return int(np.argmin(np.where(finite, -values if more else values, np.inf))) + 1

    def downsampled(self, name: str, columns: int, between: tuple[float, float] | None = None) -> tuple[Floats, Floats]:
        """Epochs (from 1) and values for a curve `columns` wide: at most two points a column, its least and its greatest.

        So no peak is lost, and a curve costs the same after a hundred thousand epochs. Short histories come whole. Of the epochs
        `between` two, and some around them, it is a closer look.
        """
        values = self.values(name)
        if between is not None:
            return self._closer(values, columns, between)
        n = len(values)
        width = -(-n // max(columns, 1))
        if width <= 2:
            return np.arange(1.0, n + 1), values
        # Columns begin at multiples of their width: as the run goes on, only the last one changes.
        if width <= BLOCK:
            everyone = np.arange(n)
            lowest, highest = _least(values, everyone, width), _least(-values, everyone, width)
        else:
            blocks = -(-width // BLOCK)
            low, high = self._extremes[name]
            lowest, highest = _least(values[low], low, blocks), _least(-values[high], high, blocks)
        index = np.sort(np.column_stack([lowest, highest]), axis=1).ravel()
        return np.asarray(index + 1, np.float64), values[index]

    def _closer(self, values: Floats, columns: int, between: tuple[float, float]) -> tuple[Floats, Floats]:
        span = between[1] - between[0]
        width = max(1, int(span / max(columns, 1)))
        # From a multiple of the width on, so that the same epochs are seen while the view moves; and beyond both edges.
        first = max(0, int(between[0]) // width - 1) * width
        end = min(len(values), int(between[1]) + 2 * width)
        part = values[first:end]
        index = np.arange(first, first + len(part))
        if width > 2 and len(part):
            index = np.sort(np.column_stack([_least(part, index, width), _least(-part, index, width)]), axis=1).ravel()
        return np.asarray(index + 1, np.float64), values[index]

    def _note_extremes(self, changed: int) -> None:
        """Find the least and the greatest of every block from `changed` on."""
        for name in self._columns:
            first = changed if name in self._extremes else 0
            values = self.values(name)[first * BLOCK :]
            index = np.arange(first * BLOCK, first * BLOCK + len(values))
            low, high = self._extremes.get(name, (np.empty(0, np.int64),) * 2)
            found = _least(values, index, BLOCK), _least(-values, index, BLOCK)
            self._extremes[name] = np.concatenate([low[:first], found[0]]), np.concatenate([high[:first], found[1]])

    def to_csv(self) -> str:
        """A table with a header `epoch,loss,…`, in full precision."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["epoch", *self.names])
        columns = [self.values(name).tolist() for name in self.names]
        for epoch, row in enumerate(zip(*columns, strict=True), 1):
            writer.writerow([epoch, *row])
        return text.getvalue()

    @classmethod
    def from_csv(cls, text: str) -> History:
        """Read what `to_csv` wrote. Raises ValueError with a sentence when it is something else."""
        history = cls()
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
        if not rows:
            return history
        header, *body = rows
        if header[0] != "epoch" or len(set(header)) < len(header):
            raise ValueError(f"expected a history with a header 'epoch,loss,…'; found '{','.join(header)[:80]}'")
        try:
            table = np.array([[float(cell) for cell in row] for row in body], np.float64).reshape(len(body), len(header))
        except ValueError as error:
            raise ValueError("expected one number per column in every row of the history; found something else") from error
        if not np.array_equal(table[:, 0], np.arange(1, len(body) + 1)):
            raise ValueError("expected the epochs 1, 2, 3, … in the first column of the history; found others")
        if len(body) and len(header) > 1:
            history.append(dict(zip(header[1:], table[:, 1:].T, strict=True)), 1)
        return history

    def _room(self, epochs: int) -> int:
        """How long the arrays are that hold so many epochs."""
        longest = max((len(column) for column in self._columns.values()), default=FIRST_ROOM)
        return longest if longest >= epochs else max(2 * longest, epochs)

    def _reserve(self, epochs: int) -> None:
        room = self._room(epochs)
        for name, column in self._columns.items():
            if len(column) < room:
                grown = np.full(room, np.nan)
                grown[: self._epochs] = column[: self._epochs]
                self._columns[name] = grown


def mean_of(histories: Sequence[History]) -> History:
    """Epoch by epoch the mean of several runs, as far as all of them went; of what all of them measured."""
    mean, length = History(), min((h.epochs for h in histories), default=0)
    names = [name for name in histories[0].names if all(name in h.names for h in histories)] if length else []
    if names:
        mean.append({name: np.mean([h.values(name)[:length] for h in histories], axis=0) for name in names}, 1)
    return mean


def _least(values: Floats, index: Indices, width: int) -> Indices:
    """Of each `width` values in turn the `index` of the least; what is not a number is never the least of others."""
    rows = -(-len(values) // width)
    padded = np.full(rows * width, np.inf)
    padded[: len(values)] = np.where(np.isnan(values), np.inf, values)
    places = np.argmin(padded.reshape(rows, width), axis=1) + np.arange(rows) * width
    return np.asarray(index[places], np.int64)
