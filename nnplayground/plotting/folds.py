"""The validation of all folds as a figure: each fold thin, their mean dashed, the smoothed mean solid."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnplayground.core.history import History
from nnplayground.plotting.curves import MAX_COLUMNS, TRAIN, VALIDATION
from nnplayground.plotting.letters import letters


def folds_figure(
    folds: Sequence[History],
    mean: History,
    smooth: History | None,
    name: str,
    *,
    title: str,
    label: str,
    best: tuple[int, float] | None = None,
    limits: tuple[float, float] | None = None,
) -> Figure:
    """The numbers under `name` over the epochs, with the mean's `best` epoch.

    `label` says what they are, and `limits` how far the axis reaches.
    """
    with letters():
        figure = Figure(figsize=(6.4, 3.8), layout="constrained")
        FigureCanvasAgg(figure)
        figure.suptitle(title, parse_math=False)
        axes = figure.subplots()
        for i, fold in enumerate(folds):
            if name in fold.names:
                label_once = "folds" if i == 0 else None
                axes.plot(*fold.downsampled(name, MAX_COLUMNS), color=VALIDATION, linewidth=0.7, alpha=0.4, label=label_once)
        if name in mean.names:
            axes.plot(*mean.downsampled(name, MAX_COLUMNS), "--", color=VALIDATION, linewidth=1.6, label="mean")
        if smooth is not None and name in smooth.names:
            axes.plot(*smooth.downsampled(name, MAX_COLUMNS), color=TRAIN, linewidth=1.8, label="smoothed mean")
        if best is not None:
            axes.plot(*best, "o", color=VALIDATION, fillstyle="none", label=f"best mean {best[1]:.4g}, epoch {best[0]:,}")
        if limits is not None:
            axes.set_ylim(*limits)
        axes.set_xlabel("epoch")
        axes.set_ylabel(label, parse_math=False)
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        if axes.lines:
            axes.legend(frameon=False)
    return figure
