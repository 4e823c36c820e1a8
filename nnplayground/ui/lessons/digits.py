"""Digits as lines of a pen, for whoever has 'Do it for me' draw one: as schools teach them."""

from __future__ import annotations

import numpy as np

from nnplayground.data.drawing import Stroke

# Strokes are parted by '|', places (x,y in hundredths of the pad) by spaces.
_LINES = (
    "52,16 36,24 29,42 32,68 44,84 60,82 71,66 72,42 66,24 52,16",
    "40,30 55,15 54,84",
    "30,32 38,18 54,15 67,24 67,40 56,56 40,70 29,83 48,82 72,83",
    "31,22 49,15 66,24 63,40 50,47 64,54 70,68 60,82 44,85 30,78",
    "40,16 32,54 70,54 | 62,34 60,85",
    "67,17 38,18 35,46 52,42 67,52 66,70 52,84 33,79",
    "62,16 44,30 33,52 34,74 48,85 64,78 66,62 54,53 38,60",
    "30,18 70,18 54,50 48,84",
    "65,24 51,15 37,24 40,38 54,48 66,62 61,79 48,85 35,76 38,60 52,47 64,36 65,24",
    "66,34 55,17 39,21 35,38 46,48 62,42 66,34 64,58 58,84",
)
FINE = 12
"""Places between two knots."""


def digit_strokes(digit: int, thickness: float) -> tuple[Stroke, ...]:
    """The lines of a digit from 0 to 9; `thickness` as a share of the pad."""
    strokes = []
    for part in _LINES[digit].split("|"):
        knots = np.array([[float(v) for v in place.split(",")] for place in part.split()]) / 100
        line = _through(knots)
        strokes.append(Stroke(line, np.full(len(line), thickness)))
    return tuple(strokes)


def _through(knots: np.ndarray) -> np.ndarray:
    """A smooth curve through the knots (Catmull-Rom, taut)."""
    ends = np.concatenate([knots[:1], knots, knots[-1:]])
    t = np.linspace(0, 1, FINE, endpoint=False)[:, np.newaxis]
    pieces = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        start, end = 0.35 * (c - a), 0.35 * (d - b)
        pieces.append((2 * t**3 - 3 * t**2 + 1) * b + (t**3 - 2 * t**2 + t) * start + (3 * t**2 - 2 * t**3) * c + (t**3 - t**2) * end)
    return np.concatenate([*pieces, knots[-1:]])
