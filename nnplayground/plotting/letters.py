"""The letters of figures: those of the window."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from importlib.resources import as_file

import matplotlib as mpl
from matplotlib import font_manager

from nnplayground.core.resources import resource

FAMILIES = ("Inter", "DejaVu Sans")
"""The second has what the first lacks."""


def letters() -> AbstractContextManager[None]:
    """Text that is made within is written in Inter. Ticks are made by drawing, so that figures are saved within, too."""
    load()
    return mpl.rc_context({"font.family": list(FAMILIES)})


@cache
def load() -> None:
    """Have matplotlib know Inter."""
    with as_file(resource("fonts", "Inter-Regular.otf")) as path:
        font_manager.fontManager.addfont(path)
