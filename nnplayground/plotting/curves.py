"""The curves of a run as a figure: training solid, validation dashed, one panel for each number."""

from __future__ import annotations

import warnings
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnplayground.core.atomic import replacing
from nnplayground.core.history import History

TRAIN, VALIDATION = "#252B36", "#B3267F"
MAX_COLUMNS = 2000


def curves_figure(history: History, title: str) -> Figure:
    """One panel for the loss and one for each metric, over the epochs."""
    names = [n for n in history.names if not n.startswith("val_")] or ["loss"]
    figure = Figure(figsize=(5 * len(names), 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, parse_math=False)
    marker = "o" if history.epochs == 1 else None  # one epoch makes no line
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        for key, label, color, style in ((name, "training", TRAIN, "-"), (f"val_{name}", "validation", VALIDATION, "--")):
            if key in history.names:
                axes.plot(*history.downsampled(key, MAX_COLUMNS), style, color=color, linewidth=1.6, label=label, marker=marker)
        axes.set_xlabel("epoch")
        axes.set_title(name, fontsize=11)
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        if f"val_{name}" in history.names:
            axes.legend(frameon=False)
    return figure


def save_figure(figure: Figure, path: Path) -> None:
    """Write .png, .svg or .pdf whole or not at all. Raises OSError."""
    with replacing(path) as temporary, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # a title in another script is drawn as boxes
        figure.savefig(temporary, dpi=150)
