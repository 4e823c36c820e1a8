"""Numbers as people read them: few digits, true minus signs, thousands apart."""

from __future__ import annotations

import math
from collections.abc import Iterable

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
NOT_A_NUMBER = "not a number"


def number(value: float) -> str:
    """Four significant digits: `2.045`, `−0.65`, `12,345`, `2.8e−5`, `∞`."""
    if not math.isfinite(value):
        return _beyond(value)
    size = abs(value)
    if size >= 1e9 or 0 < size < 0.001:
        return _scientific(value, 3 if size >= 1e9 else 1)
    if size >= 1000:
        return _minus(f"{value:,.0f}")
    return _minus(f"{value:.4g}")


def _beyond(value: float) -> str:
    return NOT_A_NUMBER if math.isnan(value) else f"{MINUS if value < 0 else ''}∞"


def signed(value: float) -> str:
    """A number whose sign always shows: `+1.596`."""
    text = number(value)
    return f"+{text}" if math.isfinite(value) and value >= 0 else text


def loss(value: float) -> str:
    """A loss keeps its places, so that it does not jump while it changes: `0.1329`, `8.124`, `2.8e−5`."""
    if not math.isfinite(value):
        return _beyond(value)
    size = abs(value)
    if size >= 1e7 or 0 < size < 0.001:
        return _scientific(value, 3 if size >= 1e7 else 1)
    places = 4 if size < 1 else max(0, 3 - int(math.log10(size)))
    return _minus(f"{value:,.{places}f}")


def percent(share: float) -> str:
    """`96.0 %` for 0.96."""
    return _minus(f"{share * 100:.1f} %") if math.isfinite(share) else NOT_A_NUMBER


def count(n: int) -> str:
    """`3,120`."""
    return _minus(f"{n:,}")


def epochs_told(n: int) -> str:
    """`1 epoch`, `3,120 epochs`."""
    return "1 epoch" if n == 1 else f"{count(n)} epochs"


def measured(value: float, unit: str) -> str:
    """`18.75 thousand dollars`; what is not a number has no unit."""
    return " ".join(part for part in (number(value), unit if math.isfinite(value) else "") if part)


UNKNOWN = "–"
"""Stands for what nobody knows yet."""


def size(n: int) -> str:
    """A number of bytes: `120 MB`, `1.2 GB`."""
    if n < 1_000_000:
        return f"{max(1, round(n / 1e3))} KB"
    if n < 1_000_000_000:
        return f"{n / 1e6:.0f} MB"
    return f"{n / 1e9:.1f} GB"


def memory(n: int) -> str:
    """As `size`, but exact where it is little: `1,568 bytes`."""
    return size(n) if n >= 10_000 else "1 byte" if n == 1 else f"{count(n)} bytes"


def duration(seconds: float) -> str:
    """`0.6 s`, `2 min 10 s`, `3 h 5 min`."""
    if seconds < 59.95:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def shape(sizes: Iterable[int | None]) -> str:
    """`26 × 26 × 8`."""
    return f" {TIMES} ".join("?" if n is None else count(n) for n in sizes)


def _scientific(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    return _minus(f"{mantissa}e{int(exponent)}")


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
