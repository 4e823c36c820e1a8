"""The runs of a sweep in one figure: above their curves, below what each setting is worth in the end, seeds as dots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnplayground.core.history import History, mean_of
from nnplayground.core.losses import MORE_IS_BETTER
from nnplayground.core.sweep_plan import titled
from nnplayground.plotting.curves import MAX_COLUMNS
from nnplayground.plotting.letters import letters

SEED = "seed"
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's, which colour-blind people tell apart; each setting has a dash of its own, too."""
DASHES = ("-", "--", "-.", ":")
MAX_SETTINGS = 24
"""As many as can be told apart and read; of more, the best."""


@dataclass(frozen=True)
class Compared:
    """One run: what it sets, its curves, and its numbers of the test set."""

    settings: Mapping[str, Any]
    history: History
    test: Mapping[str, float]


@dataclass(frozen=True)
class _Setting:
    """Runs that differ by their seed only."""

    title: str
    runs: tuple[Compared, ...]

    def ends(self, name: str) -> list[float]:
        """What each of its runs is worth in the end."""
        return [end for run in self.runs if np.isfinite(end := _end(run, name))]


def comparison_figure(runs: Sequence[Compared], title: str) -> Figure:
    """A column for the loss and one for each metric; of validation where it was measured, else of training.

    Runs that differ by the seed only share a colour: thin lines, and their mean thick. Below are the numbers of the test set,
    or, without one, of the last epoch, the best setting on top.
    """
    settings, left_out = _ranked(_grouped(runs))
    names = list(dict.fromkeys(n.removeprefix("val_") for run in runs for n in run.history.names if n != "learning_rate")) or ["loss"]
    with letters():
        return _figure(settings, left_out, names, title)


def _figure(settings: Sequence[_Setting], left_out: int, names: Sequence[str], title: str) -> Figure:
    below = max(2.2, 0.26 * len(settings) + 1.0)
    figure = Figure(figsize=(max(7.0, 5.4 * len(names)), 3.6 + below), layout="constrained")
    FigureCanvasAgg(figure)
    more = f" (the best {len(settings)} of {len(settings) + left_out} settings)" if left_out else ""
    figure.suptitle(title + more, parse_math=False)
    grid = figure.subplots(2, len(names), squeeze=False, height_ratios=(3.6, below))
    for column, name in enumerate(names):
        _curves(grid[0][column], name, settings)
        _ends(grid[1][column], name, settings, labels=column == 0)
    return figure


def _grouped(runs: Sequence[Compared]) -> list[_Setting]:
    groups: dict[str, list[Compared]] = {}
    for run in runs:
        settings = {key: value for key, value in run.settings.items() if key != SEED}
        groups.setdefault(titled(settings), []).append(run)
    if set(groups) == {""} and len(runs) > 1:  # nothing but the seed is tried: then that is what is compared
        return [_Setting(titled(run.settings), (run,)) for run in runs]
    return [_Setting(title or "as it is", tuple(group)) for title, group in groups.items()]


def _ranked(settings: Sequence[_Setting]) -> tuple[list[_Setting], int]:
    """The best first, by the loss in the end; and how many are left out."""
    best = sorted(settings, key=lambda s: float(np.mean(ends)) if (ends := s.ends("loss")) else np.inf)
    return best[:MAX_SETTINGS], max(0, len(best) - MAX_SETTINGS)


def _end(run: Compared, name: str) -> float:
    if name in run.test:
        return run.test[name]
    last = run.history.last()
    return last.get(f"val_{name}", last.get(name, np.nan))


def _style(i: int) -> dict[str, Any]:
    if i < len(COLORS):
        return {"color": COLORS[i], "linestyle": DASHES[i % len(DASHES)]}
    return {"color": mpl.colormaps["viridis"]((i - len(COLORS)) / (MAX_SETTINGS - len(COLORS))), "linestyle": DASHES[i % len(DASHES)]}


def _curves(axes: Axes, name: str, settings: Sequence[_Setting]) -> None:
    key = f"val_{name}" if any(f"val_{name}" in run.history.names for s in settings for run in s.runs) else name
    for i, setting in enumerate(settings):
        histories = [run.history for run in setting.runs if key in run.history.names]
        style = _style(i)
        if len(histories) > 1:
            for history in histories:
                axes.plot(*history.downsampled(key, MAX_COLUMNS), linewidth=0.6, alpha=0.35, color=style["color"])
        if mean := (mean_of(histories) if len(histories) > 1 else next(iter(histories), None)):
            marker = "o" if mean.epochs == 1 else None  # one epoch makes no line
            axes.plot(*mean.downsampled(key, MAX_COLUMNS), linewidth=1.7, marker=marker, **style)
    axes.set_title(key, fontsize=11)
    axes.set_xlabel("epoch")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)


def _ends(axes: Axes, name: str, settings: Sequence[_Setting], *, labels: bool) -> None:
    for i, setting in enumerate(settings):
        if ends := setting.ends(name):
            axes.scatter(ends, [i] * len(ends), s=16, color=_style(i)["color"], alpha=0.6, linewidths=0)
            axes.scatter([np.mean(ends)], [i], marker="|", s=180, color=_style(i)["color"], linewidths=2.2)
        else:
            axes.text(0.02, i, "no finite number", transform=axes.get_yaxis_transform(), va="center", fontsize=8, alpha=0.7)
    tested = any(name in run.test for s in settings for run in s.runs)
    what = "test set" if tested else "last epoch"
    axes.set_title(f"{name}, {what} ({'more' if name in MORE_IS_BETTER else 'less'} is better)", fontsize=11)
    axes.set_yticks(range(len(settings)), [_short(s.title) for s in settings] if labels else [""] * len(settings), parse_math=False)
    axes.set_ylim(len(settings) - 0.5, -0.5)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)


def _short(title: str) -> str:
    return title if len(title) <= 60 else f"{title[:59]}…"
