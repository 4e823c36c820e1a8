"""The window itself, at work: curves, map and every neuron live."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from time import perf_counter
from typing import Self

import psutil
from PySide6.QtCore import QElapsedTimer, QTimer

from _bench import projects
from _bench.desk import Desk
from _bench.rows import Row, Target, against, compared, percentile, seconds
from _bench.sides import Plain, compiled_model
from nnplayground.core import edits, presets
from nnplayground.core.layers import Dense
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.errors import DataUnavailable
from nnplayground.engine.events import Event
from nnplayground.ui.looks import Looks
from nnplayground.ui.run import Phase
from nnplayground.ui.worker import DEFAULT_SPEED

PAGE = "TensorFlow Playground's page"
"""Measured once: its page in Chromium on a machine of 2 cores with software painting, medians of 3 (BASELINES.md of the design)."""
PAGE_EPOCHS = {"circle 4-2": 37.0, "spiral 8-8-8": 14.0, "spiral 6×8, 7 features": 8.0}
"""Its epochs a second on screen."""
PAGE_SECONDS = {"circle 4-2": 2.1, "xor 4-2": 10.8, "spiral 8-8, 7 features": 15.7}
"""Its wall time from Run to its loss .01."""
PAGE_LOSS = 0.02
"""Its loss .01 is half the squared error."""
SEEDS = range(1, 6)
NOT_REACHED = 60.0
"""Seconds after which a run does not count as one that reaches the loss."""
ANSWER = 100.0
"""Milliseconds in which a pause or a stop is to be answered."""
PROBING = 1 / 3
"""The most of the time that may go into pictures and test numbers."""
GAP_P99, GAP_LONGEST = 40.0, 150.0
"""Milliseconds that the window may not answer, at the 99th percentile and at all."""


def screen() -> list[Row]:
    """Epochs a second on screen at full speed, and how long the window does not answer meanwhile."""
    specs = {
        "circle 4-2": projects.plane("circle", (4, 2)),
        "spiral 8-8-8": projects.plane("spiral", (8, 8, 8)),
        "spiral 6×8, 7 features": projects.plane("spiral", (8,) * 6, features=projects.ALL_FEATURES),
    }
    desk, rows = Desk(), []
    for name, spec in specs.items():
        desk.open(spec)
        desk.press("playButton")
        desk.wait(1500)
        with Gaps() as gaps, _Looking() as looking:
            rates = [desk.epochs_per_second(3.0) for _ in range(3)]
        desk.answer_time("playButton")
        rows.append(against(f"on screen: {name}", "epochs/s", PAGE, Target(20), rates, PAGE_EPOCHS[name]))
        rows += [*gaps.rows(name), looking.row(name)]
    desk.close()
    return rows


class _Looking:
    """What share of the time the worker spends on pictures and test numbers while it trains."""

    def __enter__(self) -> Self:
        self._begin, self._spent, self._plain = perf_counter(), 0.0, Looks.between_pulls

        def between_pulls(looks: Looks) -> Event | None:
            begin = perf_counter()
            try:
                return self._plain(looks)
            finally:
                self._spent += perf_counter() - begin

        Looks.between_pulls = between_pulls  # type: ignore[assignment, method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        Looks.between_pulls = self._plain  # type: ignore[method-assign]
        self._share = self._spent / (perf_counter() - self._begin)

    def row(self, name: str) -> Row:
        most = Target(1, at_most=True)
        return against(f"share of looking: {name}", "of the time", "the target", most, [self._share], PROBING, "pictures and test numbers")


class Gaps:
    """How long it takes until a timer of 1 ms is heard, again and again."""

    def __init__(self) -> None:
        self._gaps: list[float] = []
        self._clock, self._beat = QElapsedTimer(), QTimer()
        self._beat.timeout.connect(self._note)

    def __enter__(self) -> Self:
        self._clock.start()
        self._beat.start(1)
        return self

    def __exit__(self, *_: object) -> None:
        self._beat.stop()

    def _note(self) -> None:
        self._gaps.append(self._clock.nsecsElapsed() / 1e6)
        self._clock.restart()

    @property
    def longest(self) -> float:
        """Milliseconds."""
        return max(self._gaps, default=0.0)

    def percentile(self, percent: float) -> float:
        """Milliseconds."""
        return percentile(self._gaps, percent)

    def rows(self, name: str) -> list[Row]:
        p99, note = self.percentile(99), f"{len(self._gaps):,} gaps, median {statistics.median(self._gaps):.1f} ms"
        most = Target(1, at_most=True)
        return [
            against(f"event-loop gap, 99th percentile: {name}", "ms", "the target", most, [p99], GAP_P99, note),
            against(f"event-loop gap, longest: {name}", "ms", "the target", most, [max(self._gaps)], GAP_LONGEST, note),
        ]


def goal() -> list[Row]:
    """Wall time from Play to TensorFlow Playground's loss .01, at full and at the window's own speed."""
    specs: dict[str, Callable[[int], ProjectSpec]] = {
        "circle 4-2": lambda seed: projects.plane("circle", (4, 2), seed=seed),
        "xor 4-2": lambda seed: projects.plane("xor_cloud", (4, 2), seed=seed),
        "spiral 8-8, 7 features": lambda seed: projects.plane("spiral", (8, 8), features=projects.ALL_FEATURES, seed=seed),
    }
    desk, rows = Desk(), []
    for speed, name in ((None, "full speed"), (DEFAULT_SPEED.epochs_per_second, "default speed")):
        desk.session.set_speed(speed)
        for data, make in specs.items():
            runs = [_to_goal(desk, projects.until_loss(make(seed), PAGE_LOSS)) for seed in SEEDS]
            reached = [time for time, _ in runs if math.isfinite(time)]
            epochs = statistics.median(epochs for _, epochs in runs)
            note = f"{len(reached)} of {len(runs)} seeds got there, median {epochs:,.0f} epochs"
            times = [time for time, _ in runs]
            what, quarter = f"Play to loss .01: {data}, {name}", Target(0.25, at_most=True)
            rows.append(against(what, "s", PAGE, quarter, times, PAGE_SECONDS[data], note))
    desk.close()
    return rows


def _to_goal(desk: Desk, spec: ProjectSpec) -> tuple[float, int]:
    """Seconds and epochs; the seconds of a run that does not get there are infinite."""
    desk.open(spec)

    def run() -> None:
        desk.press("playButton")
        desk.until(lambda: desk.session.phase is Phase.FINISHED, desk.session.phase_changed, seconds=NOT_REACHED)

    passed = seconds(run)
    if desk.session.phase is not Phase.FINISHED:
        desk.answer_time("playButton")
        passed = math.inf
    return passed, desk.session.epoch


def first() -> list[Row]:
    """From Play to the curve's first point, against compiling and the first epoch of Model.fit."""
    desk, base = Desk(), projects.plane("circle", (4, 2))
    dataset = projects.dataset_of(base)
    plain = Plain(base, dataset)  # warms what TensorFlow does only once
    widths = iter(range(5, 100))

    def fit() -> float:
        def run() -> None:
            plain.model = compiled_model(base, dataset)
            plain.fit(1)

        return seconds(run)

    def another() -> ProjectSpec:
        return edits.change_layer(base, 0, units=next(widths))

    def to_first_point(prepare: Callable[[ProjectSpec], None]) -> float:
        prepare(another())

        def run() -> None:
            desk.press("playButton")
            desk.until(lambda: desk.session.phase is Phase.TRAINING and desk.session.epoch > 0, desk.session.history_changed)

        passed = seconds(run)
        desk.answer_time("playButton")
        return passed

    other, half = "Model.fit, new network", Target(0.5, at_most=True)
    rows = [
        compared("Play to first point, status ready", "s", other, half, lambda: to_first_point(desk.open), fit, 5),
        # No target: the engine compiles ahead, and this is what happens to whoever does not wait for it.
        compared("Play to first point, right after an edit", "s", other, None, lambda: to_first_point(desk.edit), fit, 5),
    ]
    desk.close()
    return rows


def stops() -> list[Row]:
    """How quickly pause and stop are answered, in the middle of epochs of 60,000 images too."""
    toys = {
        "2-4-2-1": projects.plane("circle", (4, 2)),
        "2-8-8-8-1": projects.plane("circle", (8, 8, 8)),
        "2-8×6-1": projects.plane("spiral", (8,) * 6, features=projects.ALL_FEATURES),
        "line": projects.endless(edits.set_layers(presets.recommended("line"), (Dense(units=1),))),
    }
    large = {
        "MNIST 784-64-64-10": projects.full("mnist"),
        "MNIST CNN 32-64": projects.convolutional(),
        "IMDB 16-16-1": projects.full("imdb"),
        "Reuters 64-64-46": projects.full("reuters"),
        "IMDB LSTM 32": projects.recurrent(),
    }
    desk = Desk()
    rows = [_stops_of(desk, name, spec, 30) for name, spec in toys.items()]
    rows += [_stops_of(desk, name, spec, 10) for name, spec in large.items()]
    desk.close()
    return rows


def _stops_of(desk: Desk, name: str, spec: ProjectSpec, times: int) -> Row:
    what, most = f"pause and stop, 99th percentile: {name}", Target(1, at_most=True)
    try:
        projects.dataset_of(spec)
    except DataUnavailable as error:
        return Row(what, "ms", "the target", most, note=" ".join(str(error).split()))
    desk.open(spec)
    answers = []
    for i in range(times):
        desk.press("playButton")
        desk.wait(400 + 37 * i % 200)
        answers.append(desk.answer_time(("playButton", "stopButton")[i % 2]))
    note = f"{times} times, median {statistics.median(answers):.0f} ms, after {desk.session.epoch:,} epochs"
    return against(what, "ms", "the target", most, [percentile(answers, 99)], ANSWER, note)


def long() -> list[Row]:
    """The 100,000th epoch of a toy run against the 100th, in speed and in memory."""
    desk, memory = Desk(), psutil.Process().memory_info
    desk.open(projects.plane("circle", (4, 2)))
    desk.press("playButton")
    desk.until(lambda: desk.session.epoch >= 100, desk.session.history_changed)
    desk.wait(1000)
    early, megabytes = [desk.epochs_per_second(2.0) for _ in range(3)], [memory().rss / 1e6]
    desk.until(lambda: desk.session.epoch >= 100_000, desk.session.history_changed, seconds=600)
    late = [desk.epochs_per_second(2.0) for _ in range(3)]
    megabytes.append(memory().rss / 1e6)
    note = f"at epoch {desk.session.epoch:,}"
    desk.close()
    growth = megabytes[1] / megabytes[0]
    return [
        against("a toy run after 100,000 epochs", "epochs/s", "at its beginning", Target(0.85), late, statistics.median(early), note),
        Row("its memory", "MB", "at its beginning", Target(1.05, at_most=True), megabytes[1], megabytes[0], growth, growth, growth, note),
    ]


BENCHES: dict[str, Callable[[], list[Row]]] = {"first": first, "screen": screen, "goal": goal, "stops": stops, "long": long}
