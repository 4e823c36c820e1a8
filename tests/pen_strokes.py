"""Digits in six hands, as lines of a pen.

These were written down for the tests as the places that a pen goes through, by thinking of how people write (schoolbook,
slanted, angular, wide, with flags and crossed sevens, hasty), and before any network had seen them. What is measured with them
is honest about the way from the pad to the answer, and says less about how well strangers' handwriting is read. That is measured
with strangers' pens: of 71 digits of 7 writers of UCI's "UJI Pen Characters (Version 2)", 69 are read right
(scripts/measure_digits.py --pens). UCI's better known pen-based digits will not do: they are stretched into a square, which makes
a 7 of a 1, and have eight places a digit and not where the pen was lifted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]
"""(n, 2): places in a box from 0 to 1, from the upper left."""
HANDS = ("schoolbook", "slanted", "angular", "wide", "flags", "hasty")
WIDE = {"schoolbook": 0.7, "slanted": 0.75, "angular": 0.7, "wide": 0.95, "flags": 0.7, "hasty": 0.8}
"""How wide a hand writes, as a share of the height."""

# One line a hand, in their order; strokes are parted by '|', places (x,y of 100) by spaces.
_DIGITS = {
    0: """50,5 25,15 12,45 18,80 45,96 75,85 88,50 78,15 50,5
          62,6 42,18 28,50 26,80 38,95 55,85 70,55 74,25 62,6
          55,8 22,25 15,65 38,94 72,80 84,40 68,12 50,10
          50,12 15,28 8,60 35,88 75,86 95,58 84,25 50,12
          20,50 28,18 55,6 80,22 86,55 72,88 45,95 24,78 20,50 24,35
          58,10 35,8 14,35 16,72 40,96 70,88 86,52 74,18 48,4 36,12""",
    1: """50,4 50,96
          66,5 36,96
          28,28 55,5 53,96
          34,30 62,6 48,96
          54,4 50,50 51,96
          32,22 52,5 52,95 | 30,95 74,95""",
    2: """15,28 28,10 52,5 76,16 78,38 60,60 32,80 14,95 50,94 88,95
          24,25 42,8 66,8 74,26 60,50 36,74 18,94 45,90 76,93
          18,20 50,6 78,22 66,48 16,94 86,92
          16,30 30,8 60,6 78,26 66,54 38,82 20,90 18,78 34,76 60,92 88,90
          20,34 24,14 48,4 72,14 76,36 58,62 20,95 84,95
          10,30 36,12 66,14 72,34 46,64 12,88 30,86 58,92 92,84""",
    3: """18,14 46,4 76,16 72,36 46,46 76,56 82,80 50,97 16,86
          30,12 54,5 74,16 64,36 42,46 64,54 66,76 42,95 18,88
          18,8 78,8 42,40 72,50 80,74 54,95 16,86
          14,20 46,6 80,20 72,40 40,48 78,56 84,78 50,95 10,80
          20,16 48,6 74,22 44,44 | 44,44 80,62 70,88 40,96 16,84
          16,18 44,5 74,18 64,40 40,48 50,42 74,54 80,76 56,96 18,90""",
    4: """24,6 18,52 80,52 | 66,20 64,96
          62,5 14,62 84,62 | 62,5 60,96
          30,8 14,56 84,54 | 70,8 62,96
          20,10 22,46 50,52 76,46 | 78,8 70,50 66,95
          28,6 20,40 30,54 72,50 | 74,10 64,95
          64,6 34,34 10,62 50,62 90,60 | 66,36 62,96""",
    5: """76,6 28,8 24,42 54,38 80,58 74,84 44,97 16,86
          38,8 28,44 52,40 68,58 58,84 34,95 14,86 | 38,8 80,6
          78,6 26,6 22,46 62,46 80,68 58,94 16,92
          84,10 30,8 22,44 56,36 88,58 78,86 40,96 12,84
          30,8 26,40 58,40 78,62 66,88 36,96 16,88 | 30,8 74,8
          80,10 40,10 30,40 60,42 74,64 54,90 18,88""",
    6: """66,5 36,24 18,58 24,86 52,97 78,82 76,60 50,50 24,66
          74,5 44,30 24,66 28,90 48,96 64,80 58,62 38,64 26,80
          60,4 26,50 20,78 44,96 72,86 70,62 44,54 22,70
          74,10 34,26 12,58 20,86 54,95 86,82 82,60 50,52 18,66
          54,4 30,30 18,64 32,92 60,95 80,76 66,56 40,58 22,76
          70,12 40,16 18,48 16,78 42,96 72,84 70,62 46,56 22,72""",
    7: """14,8 84,8 48,96
          24,10 80,8 60,44 38,95
          16,24 16,8 86,8 44,95
          16,8 82,8 42,95
          12,12 46,8 84,10 62,40 50,70 46,96 | 30,50 74,48
          20,12 84,8 56,50 40,95 | 36,52 76,46""",
    8: """72,16 48,5 24,18 32,38 58,50 78,70 68,92 42,97 20,84 26,62 54,46 76,28 70,14
          76,14 58,5 38,16 40,36 56,50 62,74 46,94 24,88 24,68 48,48 72,32 76,14
          50,6 26,16 28,38 50,46 74,36 72,14 50,6 | 50,46 20,64 24,88 50,96 78,86 78,62 50,46
          84,20 50,6 18,22 30,42 64,54 88,74 62,95 26,92 12,74 40,52 80,36 84,20
          50,48 26,32 30,12 54,5 74,18 68,36 50,48 26,66 22,86 48,97 76,86 74,64 50,48
          74,20 50,8 28,22 46,44 70,62 66,88 36,94 24,74 48,48 70,28 72,10""",
    9: """76,28 56,6 28,12 20,36 42,50 68,42 76,24 74,60 66,96
          74,22 56,6 36,14 30,36 46,46 66,36 76,16 66,56 46,96
          72,20 44,6 22,26 36,48 70,36 74,10 72,95
          82,30 54,8 18,18 20,44 54,52 82,28 80,66 58,95 26,90
          74,30 54,6 26,18 28,44 54,50 74,30 76,64 60,92 28,94
          70,18 46,6 24,24 30,46 56,46 72,22 68,58 54,96""",
}
SPACING = 0.03
"""Of the height, between two places that a pen is noticed at."""
TREMOR = 0.006


def drawing(digit: int, hand: str) -> list[Line]:
    """The strokes of a digit in a box of height 1, as closely spaced as a mouse tells its moves; a little unsteady, always alike."""
    number = HANDS.index(hand)
    text = _DIGITS[digit].split("\n")[number]
    rng = np.random.default_rng(100 * digit + number)
    strokes = []
    for part in text.split("|"):
        knots = np.array([[float(v) for v in place.split(",")] for place in part.split()]) / 100 * (WIDE[hand], 1.0)
        line = _through(knots)
        strokes.append(line + _slow_noise(rng, len(line)) * TREMOR)
    return strokes


def _through(knots: Line) -> Line:
    """A smooth curve through the knots (Catmull-Rom, taut), evenly spaced."""
    ends = np.concatenate([knots[:1], knots, knots[-1:]])
    pieces = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        t = np.linspace(0, 1, 30, endpoint=False)[:, np.newaxis]
        start, end = 0.35 * (c - a), 0.35 * (d - b)
        pieces.append((2 * t**3 - 3 * t**2 + 1) * b + (t**3 - 2 * t**2 + t) * start + (3 * t**2 - 2 * t**3) * c + (t**3 - t**2) * end)
    fine = np.concatenate([*pieces, knots[-1:]])
    far = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(fine, axis=0).T))])
    at = np.linspace(0, far[-1], max(2, round(far[-1] / SPACING)))
    return np.column_stack([np.interp(at, far, fine[:, 0]), np.interp(at, far, fine[:, 1])])


def _slow_noise(rng: np.random.Generator, count: int) -> Line:
    """An unsteady hand: noise that changes over some five places."""
    some = rng.normal(size=(count // 5 + 3, 2))
    return np.column_stack([np.interp(np.arange(count) / 5, np.arange(len(some)), some[:, i]) for i in (0, 1)])
