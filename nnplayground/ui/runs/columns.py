"""The table of runs without its looks: which columns there are, what stands in them, how rows are chosen and sorted. No Qt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from nnplayground.core.losses import MORE_IS_BETTER
from nnplayground.ui.runs.entry import Entry
from nnplayground.ui.runs.settings import Setting, differing
from nnplayground.ui.theme.numbers import UNKNOWN, count, duration, percent, signed
from nnplayground.ui.views.metrics_table import metric_text, metric_title

ACCURACY = "accuracy"
Value = float | str


class Kind(Enum):
    """What stands in a column."""

    CURVE = auto()
    NAME = auto()
    SETTING = auto()
    LAST = auto()
    BEST = auto()
    EPOCHS = auto()
    SECONDS = auto()
    PARAMETERS = auto()
    WHEN = auto()
    NOTES = auto()


@dataclass(frozen=True)
class Column:
    """`name` is that of a number, or the place of a setting."""

    kind: Kind
    name: str = ""
    title: str = ""

    @property
    def is_number(self) -> bool:
        return self.kind not in (Kind.CURVE, Kind.NAME, Kind.NOTES, Kind.WHEN)

    @property
    def key(self) -> str:
        """For tables of other programs: `best_val_loss`."""
        head = self.kind.name.lower()
        return self.name if self.kind is Kind.SETTING else f"{head}_{self.name}" if self.name else head


@dataclass(frozen=True)
class Layout:
    """The columns for some runs, and what the settings of each are."""

    columns: tuple[Column, ...]
    settings: Mapping[str, Setting]
    rows: Mapping[str, int]
    """Where each run's values stand in those of a setting, by its key."""


FIRST = (Column(Kind.CURVE), Column(Kind.NAME))


def layout(entries: Sequence[Entry]) -> Layout:
    """Names first and what came out, then what sets the runs apart, then all the rest.

    Watched numbers stand before those of training, and those that every run has before all others: else a comparison
    without validation shows nothing but dashes as long as there are other runs with it.
    """
    settings = differing([entry.plain for entry in entries])
    names = dict.fromkeys(name for entry in entries for name in entry.run.last if name != "learning_rate")

    def rank(name: str) -> tuple[bool, bool, bool, str]:
        return any(name not in entry.run.last for entry in entries), *_rank(name)

    numbers = [column for name in sorted(names, key=rank) for column in (Column(Kind.LAST, name), Column(Kind.BEST, name))]
    rest = (Column(Kind.EPOCHS), Column(Kind.SECONDS), Column(Kind.PARAMETERS), Column(Kind.WHEN), Column(Kind.NOTES))
    apart = [Column(Kind.SETTING, setting.place, setting.title) for setting in settings]
    return Layout(
        (*FIRST, *numbers[:1], *apart, *numbers[1:], *rest), {s.place: s for s in settings}, {e.key: i for i, e in enumerate(entries)}
    )


def _rank(name: str) -> tuple[bool, bool, str]:
    return name.removeprefix("val_") != "loss", not name.startswith("val_"), name.removeprefix("val_")


def number_of(entry: Entry, column: Column) -> float | None:
    """The number in a cell; None where there is none."""
    run = entry.run
    match column.kind:
        case Kind.LAST:
            return run.last.get(column.name)
        case Kind.BEST:
            best = run.best.get(column.name)
            return best.value if best is not None else None
        case Kind.EPOCHS:
            return run.epochs
        case Kind.SECONDS:
            return run.seconds
        case Kind.PARAMETERS:
            return run.parameters
        case _:
            return None


def value_of(entry: Entry, column: Column, shown: Layout) -> Value | None:
    """What a column is sorted by, and what is copied from it: in full precision."""
    match column.kind:
        case Kind.NAME:
            return entry.run.name
        case Kind.SETTING:
            value = shown.settings[column.name].values[shown.rows[entry.key]]
            return value if isinstance(value, int | float | str) else None
        case Kind.WHEN:
            return entry.run.time
        case Kind.NOTES:
            return entry.run.notes
        case Kind.CURVE:
            return None
        case _:
            return number_of(entry, column)


def text_of(entry: Entry, column: Column, shown: Layout, baseline: Entry | None = None) -> str:
    """What is read in a cell; behind numbers, by how much they differ from those of the baseline."""
    match column.kind:
        case Kind.CURVE:
            return ""
        case Kind.SETTING:
            return shown.settings[column.name].texts[shown.rows[entry.key]]
        case Kind.WHEN:
            return _moment(entry.run.time)
        case Kind.NAME | Kind.NOTES:
            return " ".join(str(value_of(entry, column, shown)).split())
        case Kind.EPOCHS | Kind.PARAMETERS:
            return count(int(number_of(entry, column) or 0))
        case Kind.SECONDS:
            return duration(entry.run.seconds)
        case _:
            return _measured(entry, column, baseline)


def _measured(entry: Entry, column: Column, baseline: Entry | None) -> str:
    value = number_of(entry, column)
    if value is None:
        known = column.kind is Kind.LAST and column.name in entry.run.last
        return metric_text(column.name, math.nan) if known else UNKNOWN
    text = metric_text(column.name, value)
    before = number_of(baseline, column) if baseline is not None and baseline is not entry else None
    if before is None:
        return text
    apart = value - before
    if column.name.removeprefix("val_") == ACCURACY:
        return f"{text} ({'+' if apart >= 0 else ''}{percent(apart).removesuffix(' %')})"
    return f"{text} ({signed(float(f'{apart:.2g}'))})"


def is_better(entry: Entry, column: Column, baseline: Entry | None) -> bool | None:
    """Whether a number is better than the baseline's; None where that cannot be said."""
    if baseline is None or baseline is entry or column.kind not in (Kind.LAST, Kind.BEST):
        return None
    value, before = number_of(entry, column), number_of(baseline, column)
    if value is None or before is None or value == before:
        return None
    return (value > before) == (column.name.removeprefix("val_") in MORE_IS_BETTER)


def _moment(time: str) -> str:
    try:
        local = datetime.fromisoformat(time).astimezone()
    except (OverflowError, OSError):  # a file may hold a time that no clock has shown
        return time[:16]
    return local.strftime("%H:%M" if local.date() == datetime.now().astimezone().date() else "%Y-%m-%d %H:%M")


def number_title(name: str) -> str:
    """`Loss`, `Val. loss`, `Val. MAE`: as short as a column is narrow."""
    if not name.startswith("val_"):
        return metric_title(name)
    bare = metric_title(name.removeprefix("val_"))
    return f"Val. {bare if bare.isupper() else bare[:1].lower() + bare[1:]}"


def matches(entry: Entry, words: str) -> bool:
    """Whether all of some words stand in what is said of a run: its name, notes, data and settings."""
    run = entry.run
    said = f"{run.name} {run.notes} {run.ended} {entry.words}".casefold()
    return all(part in said for part in words.casefold().split())


def ordered(entries: Sequence[Entry], column: Column, shown: Layout, *, down: bool) -> list[Entry]:
    """Sorted by a column: baselines first, so that they are always in sight, and last what has no value, whichever way."""
    known = [(value, entry) for entry in entries if (value := value_of(entry, column, shown)) is not None]
    mixed = any(isinstance(value, str) for value, _ in known)
    known.sort(key=lambda pair: str(pair[0]).casefold() if mixed else pair[0], reverse=down)
    there = {entry.key for _, entry in known}
    rows = [*(entry for _, entry in known), *(entry for entry in entries if entry.key not in there)]
    return sorted(rows, key=lambda entry: not entry.run.pinned)


def baselines(entries: Sequence[Entry]) -> dict[str, Entry]:
    """The pinned run of each data set: what its runs are compared with."""
    return {entry.run.spec.data.name: entry for entry in sorted(entries, key=lambda e: e.run.time) if entry.run.pinned}
