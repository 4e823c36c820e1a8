"""Ranges and ticks for plots: round numbers, few of them, an exponent only where a run exploded. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence

STEPS = (1, 2, 2.5, 5, 10)
DECADE = (1, 2, 3, 5)
FIRST_EPOCHS = 50
FULL = 0.9
MILLIONS = 1e7
"""From here on a number is written in millions (M), billions (B) and trillions (T)."""

HUGE = 1e16
"""And from here on, which only runs reach that diverge, as a power of ten."""
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALL = 1e-4
"""Below it a number is written with a power of ten, too: there would be nothing but zeros."""


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from `low` to `high`, at most about `most` of them."""
    span = high - low
    if not (math.isfinite(span) and span > 0) or most < 1:
        return []
    rough = span / most
    size = 10.0 ** math.floor(math.log10(rough))
    step = next((s * size for s in STEPS if s * size >= rough * 0.999), 10 * size)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    digits = max(12, 2 - math.floor(math.log10(step)))
    return [round(i * step, digits) + 0.0 for i in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from `low` to `high` (both positive) for a logarithmic axis: 0.1, 0.3, 1 or only every few powers of ten."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    decades = range(first, last + 1)
    ticks: list[float] = []
    for mantissas in (DECADE, (1, 3), (1,)):
        ticks = [m * 10.0**d for d in decades for m in mantissas if low * 0.999 <= m * 10.0**d <= high * 1.001]
        if len(ticks) <= max(most, 2):
            return ticks
    every = math.ceil(len(ticks) / max(most, 1))
    return ticks[::every]


def tick_text(value: float, apart: float = 0.0) -> str:
    """A tick's number: `0.03`, `1`, `12,000`, `25 M`, `3×10³⁰`, `2×10⁻⁵`; a true minus sign.

    Where ticks are only `apart`, they are told apart, and are all written in the same way.
    """
    size = abs(value)
    if 0 < apart < size / 1000 and size < MILLIONS:  # far zoomed in
        text = f"{size:,.{max(0, 1 - math.floor(math.log10(apart)))}f}".rstrip("0").rstrip(".") if apart < 1 else f"{size:,.0f}"
    elif size >= HUGE or 0 < size < SMALL or (0 < apart < SMALL and 0 < size < 10 * SMALL):
        digits, _, power = f"{size:.2e}".partition("e")
        text = f"{digits.rstrip('0').rstrip('.')}×10{str(int(power)).translate(RAISED)}"
    elif size >= MILLIONS:
        scale, sign = next((s for s in ((1e12, "T"), (1e9, "B")) if size >= s[0]), (1e6, "M"))
        text = f"{size / scale:,.0f} {sign}" if size / scale >= 1000 else f"{size / scale:.4g} {sign}"
    elif size >= 1000:
        text = f"{size:,.0f}"
    elif size == 0:
        text = "0"
    else:
        decimals = max(0, 3 - math.floor(math.log10(size)))
        text = f"{size:.{decimals}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    return f"\N{MINUS SIGN}{text}" if value < 0 else text


def share_text(value: float, apart: float = 0.0) -> str:
    """The same for a share: `85 %`."""
    return f"{tick_text(value * 100, apart * 100)} %"


def epoch_limit(epochs: int, total: int) -> int:
    """How far the axis of epochs reaches: fixed until the curve fills 90 % of it, then twice as far.

    The end of the run is the last stop before further doubling.
    """
    limit = min(FIRST_EPOCHS, total) if total > 0 else FIRST_EPOCHS
    while epochs > (limit if limit == total else FULL * limit):
        limit = min(limit * 2, total) if limit < total else limit * 2
    return max(limit, 2)


def loss_range(lows: Sequence[float], highs: Sequence[float], *, log: bool) -> tuple[float, float]:
    """The range of a loss axis in loss units around curves with these ends; whole steps, so that it rarely moves."""
    low, high = min(lows, default=0.01 if log else 0.0), max(highs, default=0.9)
    if not log:
        ticks = linear_ticks(0.0, high or 1.0, 4)
        step = ticks[1] if len(ticks) > 1 else 1.0
        bottom = 0.0 if low >= 0 else math.floor(low / step) * step
        return bottom, math.ceil((high or 1.0) / step * 1.02) * step
    low, high = max(low, 1e-12), max(high, 2e-12)
    return _mark_below(low), max(_mark_below(high * 3.2), _mark_below(low) * 10)


def _mark_below(value: float) -> float:
    """The largest 1 or 3 times a power of ten that is not above the value."""
    decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return 3 * decade if value >= 3 * decade * 0.999 else decade


def share_range(lows: Sequence[float]) -> tuple[float, float]:
    """The range of an axis of shares (0 to 1) whose curves reach down to `lows`: from a full 20 % to a little over 100 %."""
    low = min(lows, default=0.4)
    return max(0.0, math.floor(min(low, 0.8) * 5 - 0.05) / 5), 1.01
