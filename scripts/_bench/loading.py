"""Loading in the window: how long it takes, and how long the window does not answer meanwhile."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable

from _bench.desk import Desk
from _bench.rows import Row, Target, against, compared, seconds
from _bench.window import Gaps
from nnplayground.core import presets
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import registry
from nnplayground.data.store import Store

LONGEST_GAP = 50.0
"""Milliseconds that the window may not answer while data is loaded."""
ROUNDS = 3


def load() -> list[Row]:
    """Event-loop gaps while IMDB and others load: the very first time, and from what was kept; and IMDB's second load against Keras's."""
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        desk = Desk()
        for name in ("imdb", "reuters", "mnist", "fashion_mnist", "boston_housing"):
            spec = presets.recommended(name)
            rows += _loaded(desk, f"{name}, the first time", spec, 1)
            rows += _loaded(desk, f"{name}, again", spec, ROUNDS)
        desk.close()
        rows.append(_against_keras())
    return rows


def _against_keras() -> Row:
    """What was kept makes the second load a fifth of Keras's, which is as slow every time."""
    import keras

    spec = presets.recommended("imdb")

    def ours() -> float:
        return seconds(lambda: registry.load(spec.data, spec.seed, Store.default()))

    def theirs() -> float:
        return seconds(lambda: keras.datasets.imdb.load_data(num_words=10_000))

    return compared("IMDB's second load", "s", "keras.datasets.imdb.load_data", Target(0.2, at_most=True), ours, theirs)


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
