"""Loading in the window: how long it takes, and how long the window does not answer meanwhile."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable

from _bench.desk import Desk
from _bench.rows import Row, Target, against, seconds
from _bench.window import Gaps
from nnplayground.core import presets
from nnplayground.core.spec import ProjectSpec

LONGEST_GAP = 50.0
"""Milliseconds that the window may not answer while data is loaded."""
ROUNDS = 3


def load() -> list[Row]:
    """Event-loop gaps while IMDB and others load: the very first time, and from what was kept."""
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        desk = Desk()
        for name in ("imdb", "reuters", "mnist", "fashion_mnist", "boston_housing"):
            spec = presets.recommended(name)
            rows += _loaded(desk, f"{name}, the first time", spec, 1)
            rows += _loaded(desk, f"{name}, again", spec, ROUNDS)
        desk.close()
    return rows


def _loaded(desk: Desk, what: str, spec: ProjectSpec, rounds: int) -> list[Row]:
    times, longest = [], []
    for _ in range(rounds):
        desk.open(presets.recommended("circle"))
        desk.wait(300)
        with Gaps() as gaps:
            times.append(seconds(lambda: _take(desk, spec)))
            desk.wait(100)
        longest.append(gaps.longest)
    most = Target(1, at_most=True)
    return [against(f"event-loop gap, longest: {what}", "ms", "the target", most, longest, LONGEST_GAP, f"{times[-1]:.2f} s to load")]


def _take(desk: Desk, spec: ProjectSpec) -> None:
    desk.edit(spec)
    desk.until(lambda: desk.session.dataset is not None, desk.session.dataset_changed)


BENCHES: dict[str, Callable[[], list[Row]]] = {"load": load}
