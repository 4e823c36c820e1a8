"""The window that shows a data set: its samples, its statistics, and what it is."""

from __future__ import annotations

from enum import Enum


class Page(Enum):
    """What the window shows; the order of its tabs."""

    SAMPLES = 0
    STATISTICS = 1
    ABOUT = 2
