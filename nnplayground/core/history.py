"""`History`: the numbers of every epoch of a run, kept so that they grow quickly and draw quickly."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnplayground.core.column import Column, least

Floats = NDArray[np.float64]

FIRST_ROOM = 256
MOST_KEPT = 2_000_000
"""Epochs that are written into project files: a table of more would take half a gigabyte, and nobody could read the file again."""
MOST_MISSING = 10_000
"""Times as many epochs as rows that a table may tell of: memory is taken for all of them."""
NUMBERS = "expected one number per column in every row of the history; found something else"


class History:
    """One value per epoch under each name; what was not measured in an epoch is not a number there."""

    def __init__(self) -> None:
        self._columns: dict[str, Column] = {}
        self._epochs = 0
        self._kept: tuple[NDArray[np.int64], int] | None = None
        """The epochs that a thinned table had, and its last; None where all are there."""
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
        room, changed = self._room(end), min(start, self._epochs)
        for name in values:
            if name not in self._columns:
                self._columns[name] = Column(room)
                self._columns[name].values[:changed] = np.nan
                self._columns[name].note(0, changed)
        for name, column in self._columns.items():
            if len(column.values) < room:
                column.grow(room)
            column.write_from(changed)
            column.values[changed : max(end, self._epochs)] = np.nan
            if name in values:
                column.values[start:end] = values[name]
            column.note(changed, end)
        self.rewritten += start < self._epochs
        if self._kept is not None and start < self._kept[1]:
            self._kept = self._kept[0][self._kept[0] <= start], start
        self._epochs = end

    @property
    def known(self) -> Sequence[int] | NDArray[np.int64]:
        """The epochs whose numbers are there, in order: of a very long run that was read from a file these are not all."""
        if self._kept is None:
            return range(1, self._epochs + 1)
        kept, end = self._kept
        return np.concatenate([kept, np.arange(end + 1, self._epochs + 1)])

    def nearest(self, epoch: float, *, by: int = 0) -> int:
        """The known epoch next to `epoch`, or so many known ones further on."""
        known = self.known
        i = min(bisect_left(known, epoch), len(known) - 1)
        if i and epoch - known[i - 1] < known[i] - epoch:
            i -= 1
        return int(known[min(max(i + by, 0), len(known) - 1)])

    def put_in(self, name: str, values: ArrayLike) -> None:
        """Add a number that all epochs so far had, and nobody had written down."""
        column = self._columns[name] = Column(self._room(self._epochs))
        column.values[: self._epochs] = values
        column.note(0, self._epochs)

    def values(self, name: str) -> Floats:
        """A view of all epochs' values; it cannot be written to. Raises KeyError for a name that was never measured."""
        view = self._columns[name].values[: self._epochs]
        view.setflags(write=False)
        return view

    def last(self) -> dict[str, float]:
        """The newest epoch's numbers; empty before the first."""
        return {name: float(column.values[self._epochs - 1]) for name, column in self._columns.items()} if self._epochs else {}

    def copy(self) -> History:
        """A history of its own, to keep as it is now."""
        other = History()
        other._epochs, other._kept = self._epochs, self._kept
        other._columns = {name: column.copy(self._epochs) for name, column in self._columns.items()}
        return other

    def best(self, name: str, *, more: bool = False) -> int | None:
        """The epoch of the least value, or with `more` of the greatest; the first of several. None where nothing is a number."""
        if name not in self._columns:
            return None
        place = self._columns[name].best(self._epochs, more=more)
        return None if place is None else place + 1

    def downsampled(self, name: str, columns: int, between: tuple[float, float] | None = None) -> tuple[Floats, Floats]:
        """Epochs (from 1) and values for a curve `columns` wide: at most two points a column, its least and its greatest.

        So no peak is lost, and a curve costs the same after a hundred thousand epochs. Short histories come whole. Of the epochs
        `between` two, and some around them, it is a closer look. What is not a number is left out.
        """
        values = self.values(name)
        if between is not None:
            return self._closer(values, columns, between)
        n = len(values)
        width = -(-n // max(columns, 1))
        if width <= 2:
            return _curve(values, np.arange(n))
        # Columns begin at multiples of their width: as the run goes on, only the last one changes.
        lowest, highest = self._columns[name].extremes(n, width)
        return _curve(values, np.sort(np.column_stack([lowest, highest]), axis=1).ravel())

    def _closer(self, values: Floats, columns: int, between: tuple[float, float]) -> tuple[Floats, Floats]:
        span = between[1] - between[0]
        width = max(1, int(span / max(columns, 1)))
        # From a multiple of the width on, so that the same epochs are seen while the view moves; and beyond both edges.
        first = max(0, int(between[0]) // width - 1) * width
        end = min(len(values), int(between[1]) + 2 * width)
        part = values[first:end]
        index = np.arange(first, first + len(part))
        if width > 2 and len(part):
            index = np.sort(np.column_stack([least(part, index, width), least(-part, index, width)]), axis=1).ravel()
        if self._kept is not None:  # the line goes on to those that are known beyond both edges
            known = np.asarray(self.known) - 1
            before, behind = known[known < first][-1:], known[known >= end][:1]
            index = np.concatenate([before, index, behind])
        return _curve(values, index)

    def to_csv(self, most: int | None = None) -> str:
        """A table with a header `epoch,loss,…`, in full precision.

        Of more than `most` epochs it holds at most about so many: the last, and of every stretch the least and the greatest of each number.
        """
        import polars as pl  # takes .2 s, and only those who keep or read histories need it

        index = np.asarray(self.known) - 1
        if most is not None and len(index) > most and self._columns:
            width = -(-2 * len(self._columns) * self._epochs // most)
            found = (column.extremes(self._epochs, width) for column in self._columns.values())
            index = np.intersect1d(np.concatenate([index[-1:], *(places for both in found for places in both)]), index)
        return pl.DataFrame({"epoch": index + 1, **{name: self.values(name)[index] for name in self.names}}).write_csv()

    @classmethod
    def from_csv(cls, text: str) -> History:
        """Read what `to_csv` wrote. Raises ValueError with a sentence when it is something else.

        Millions of epochs are read in a moment, and by threads that leave Python's lock alone: the window answers meanwhile.
        """
        import polars as pl
        from polars.exceptions import PanicException, PolarsError

        history = cls()
        if not text.strip():
            return history
        header = text.lstrip().partition("\n")[0].rstrip().split(",")
        if header[0] != "epoch" or len(set(header)) < len(header):
            raise ValueError(f"expected a history with a header 'epoch,loss,…'; found '{','.join(header)[:80]}'")
        try:
            table = pl.read_csv(text.encode(), schema=dict.fromkeys(header, pl.Float64))
        except (PolarsError, PanicException, UnicodeError) as error:
            raise ValueError(NUMBERS) from error
        if any(column.null_count() for column in table):
            raise ValueError(NUMBERS)
        epochs, *columns = (column.to_numpy() for column in table)
        if not len(epochs) or not columns:
            return history
        last = epochs[-1]
        whole = np.isfinite(epochs).all() and (epochs == np.floor(epochs)).all() and epochs[0] >= 1
        if not whole or (np.diff(epochs) <= 0).any() or last > MOST_MISSING * len(epochs):
            raise ValueError("expected the epochs 1, 2, 3, … in the first column of the history; found others")
        numbers: dict[str, Floats] = {}
        for name, column in zip(header[1:], columns, strict=True):
            numbers[name] = np.full(int(last), np.nan)
            numbers[name][epochs.astype(np.int64) - 1] = column
        history.append(numbers, 1)
        history._kept = (epochs.astype(np.int64), int(last)) if len(epochs) < last else None
        return history

    def _room(self, epochs: int) -> int:
        """How long the arrays are to be that hold so many epochs."""
        longest = max((len(column.values) for column in self._columns.values()), default=FIRST_ROOM)
        return longest if longest >= epochs else max(2 * longest, epochs)


def mean_of(histories: Sequence[History]) -> History:
    """Epoch by epoch the mean of several runs, as far as all of them went; of what all of them measured."""
    mean, length = History(), min((h.epochs for h in histories), default=0)
    names = [name for name in histories[0].names if all(name in h.names for h in histories)] if length else []
    if names:
        mean.append({name: np.mean([h.values(name)[:length] for h in histories], axis=0) for name in names}, 1)
    return mean


def _curve(values: Floats, index: NDArray[np.int64]) -> tuple[Floats, Floats]:
    there = index[~np.isnan(values[index])]
    return np.asarray(there + 1, np.float64), values[there]
