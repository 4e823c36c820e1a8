"""A row of the table: what was measured on both sides, and whether their ratio is what it is to be."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """What the ratio ours / theirs is to be."""

    ratio: float
    at_most: bool = False

    def met(self, ratio: float) -> bool:
        return ratio <= self.ratio if self.at_most else ratio >= self.ratio

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.ratio:g}"


@dataclass(frozen=True)
class Row:
    """`low` and `high` are the ratios of single rounds: how noisy it was. All is NaN in a row that could not be measured."""

    what: str
    unit: str
    other: str
    target: Target | None
    """None: told for comparison."""
    ours: float = math.nan
    theirs: float = math.nan
    ratio: float = math.nan
    low: float = math.nan
    high: float = math.nan
    note: str = ""

    @property
    def met(self) -> bool:
        return self.target is None or self.target.met(self.ratio)

    @property
    def measured(self) -> bool:
        return not math.isnan(self.ratio)

    def plain(self) -> dict[str, Any]:
        """As JSON has it: null for what is no number."""
        fields = {**asdict(self), "target": None if self.target is None else str(self.target), "met": self.met}
        return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in fields.items()}

    def __str__(self) -> str:
        note = f"; {self.note}" if self.note else ""
        if not self.measured:
            return f"{self.what:56} not measured{note}"
        goal = "" if self.target is None else f"; target {self.target}: {'met' if self.met else 'MISSED'}"
        spread = f"{self.low:.3g} to {self.high:.3g}"
        return (
            f"{self.what:56} {self.ours:>11,.4g} {self.theirs:>11,.4g} {self.ratio:>8.3g}  ({spread}{goal})"
            f"  {self.unit}, {self.other}{note}"
        )


def compared(
    what: str, unit: str, other: str, target: Target | None, ours: Callable[[], float], theirs: Callable[[], float], rounds: int = 3
) -> Row:
    """Both sides in turn, so that what else the machine does meets both; medians of the sides, and of the ratios."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    ratios = [a / b for a, b in pairs]
    first, second = (statistics.median(values) for values in zip(*pairs, strict=True))
    return Row(what, unit, other, target, first, second, statistics.median(ratios), min(ratios), max(ratios), f"{rounds} rounds")


def against(what: str, unit: str, other: str, target: Target, values: Sequence[float], known: float, note: str = "") -> Row:
    """The median of some measurements against a number that is known, or wanted."""
    middle = statistics.median(values)
    note = note or f"{len(values)} rounds"
    return Row(what, unit, other, target, middle, known, middle / known, min(values) / known, max(values) / known, note)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent do not exceed: of few values the largest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(percent / 100 * len(ordered)) - 1)]


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
