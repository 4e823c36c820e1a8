"""The curves of a run as a figure: training solid, validation dashed, one panel for each number; folds thin, with their mean."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnplayground.core.atomic import replacing
from nnplayground.core.history import History, mean_of
from nnplayground.core.smoothing import Smoothed
from nnplayground.plotting.letters import letters

TRAIN, VALIDATION, LAST = "#252B36", "#B3267F", "#1C7C8C"
MAX_COLUMNS = 2000


def curves_figure(
    history: History,
    title: str,
    folds: Sequence[History] = (),
    *,
    names: Sequence[str] = (),
    smoothing: float = 0.0,
    log: bool = False,
) -> Figure:
    """One panel for the loss and one for each metric, over the epochs; or for those of `names` only.

    With the histories of `folds`, these and their mean stand for training and validation; `history` is then of the last
    run, on all training samples. With `smoothing` (a weight below 1) what was measured stays, pale, behind it; `log` gives
    the loss, and a learning rate, a logarithmic axis.
    """
    found = [n for n in (*history.names, *mean_of(folds).names) if not n.startswith("val_")] or ["loss"]
    with letters():
        return _figure(history, title, folds, list(dict.fromkeys(names or found)), smoothing, log=log)


def _figure(
    history: History, title: str, folds: Sequence[History], names: Sequence[str], smoothing: float, *, log: bool
) -> Figure:
    figure = Figure(figsize=(5 * len(names), 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, parse_math=False)
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        _draw(axes, name, history, folds, smoothing)
        if log and name in ("loss", "learning_rate"):
            axes.set_yscale("log")
        axes.set_xlabel("epoch")
        axes.set_title(name, fontsize=11)
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        if folds or f"val_{name}" in history.names:
            axes.legend(frameon=False)
    return figure


def _draw(axes: Axes, name: str, history: History, folds: Sequence[History], smoothing: float) -> None:
    """The curves of one number."""
    mean, smooth = mean_of(folds), Smoothed(history, smoothing).history if smoothing else history
    for key, label, color, style in ((name, "training", TRAIN, "-"), (f"val_{name}", "validation", VALIDATION, "--")):
        if not folds:
            if smoothing:
                _line(axes, history, key, "-", color=color, linewidth=0.7, alpha=0.3)
            _line(axes, smooth, key, style, color=color, label=label)
            continue
        for fold in folds:
            _line(axes, fold, key, style, color=color, linewidth=0.7, alpha=0.4)
        _line(axes, mean, key, style, color=color, label=f"{label}, mean of {len(folds)} fold{'s' * (len(folds) != 1)}")
        _line(axes, history, key, style, color=LAST, label=f"{label}, all samples")


def _line(axes: Axes, history: History, key: str, style: str, *, linewidth: float = 1.6, **more: Any) -> None:
    if key in history.names:
        marker = "o" if history.epochs == 1 else None  # one epoch makes no line
        axes.plot(*history.downsampled(key, MAX_COLUMNS), style, linewidth=linewidth, marker=marker, **more)


def save_figure(figure: Figure, path: Path) -> None:
    """Write .png, .svg or .pdf whole or not at all. Raises OSError."""
    with replacing(path) as temporary, warnings.catch_warnings(), letters():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # a title in another script is drawn as boxes
        figure.savefig(temporary, dpi=150)
