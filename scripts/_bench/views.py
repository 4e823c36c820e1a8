"""Each view open in turn while the network trains: how long the window does not answer meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from _bench import projects
from _bench.desk import Desk
from _bench.rows import Row, Target, against
from _bench.window import GAP_P99, Gaps
from nnplayground.core import presets
from nnplayground.core.spec import ProjectSpec

SECONDS = 2_500
"""Milliseconds that each view is watched."""


def views() -> list[Row]:
    """Event-loop gaps in training with Output, network and 'Try it' open and each of the tabs below them in turn."""
    desk = Desk()
    rows = [row for name, spec in _projects() for row in _of(desk, name, spec)]
    desk.close()
    return rows


def _projects() -> list[tuple[str, ProjectSpec]]:
    toys = [(name, projects.endless(presets.recommended(name))) for name in ("spiral", "line", "gender", "boston_housing")]
    return [*toys, ("mnist", projects.full("mnist")), ("mnist, convolutions", projects.small_convolutional()),
            *((name, projects.full(name)) for name in ("imdb", "reuters"))]  # fmt: skip


def _of(desk: Desk, name: str, spec: ProjectSpec) -> list[Row]:
    desk.open(spec)
    tabs, worst = desk.window.bottom.tabs, (0.0, "")
    for place in range(tabs.count()):
        desk.press("resetButton")  # some millions of epochs are another matter
        desk.press("playButton")
        tabs.setCurrentIndex(place)
        desk.wait(1_000)
        with Gaps() as gaps:
            desk.wait(SECONDS)
        worst = max(worst, (gaps.percentile(99), tabs.tabText(place)))
        desk.press("playButton")
        desk.wait(300)  # it has paused
    tabs.setCurrentIndex(0)
    what, note = f"event-loop gap, 99th percentile: {name}", f"{worst[1]}, the worst of {tabs.count()} views"
    return [against(what, "ms", "the target", Target(1, at_most=True), [worst[0]], GAP_P99, note)]


BENCHES: dict[str, Callable[[], list[Row]]] = {"views": views}
