"""The letters of figures: those of the window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import as_file

import matplotlib as mpl
from matplotlib import font_manager

from nnplayground.core.resources import resource

FAMILIES = ("Inter", "DejaVu Sans")
"""The second has what the first lacks."""


drawing = threading.RLock()
"""Held while anything is drawn: matplotlib's settings, and what reads formulas and the powers on axes, are one for all threads."""


@contextmanager
def letters() -> Iterator[None]:
    """Text that is made within is written in Inter. Ticks are made by drawing, so that figures are saved within, too."""
    with drawing:
        load()
        with mpl.rc_context({"font.family": list(FAMILIES)}):
            yield


@cache
def load() -> None:
    """Have matplotlib know Inter."""
    with as_file(resource("fonts", "Inter-Regular.otf")) as path:
        font_manager.fontManager.addfont(path)
