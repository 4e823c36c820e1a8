"""Formulas as pictures: matplotlib's mathtext in any colour and size, on a transparent ground.

matplotlib is imported with the first formula, not with this module: whoever opens the lessons waits for it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LEAST, MOST = 6, 200
"""Pixels a letter may be high."""
LONGEST = 500
KEPT = 256
"""Pictures that are remembered."""
MARGIN = 0.2
"""The ground around a formula, as a share of the letters: slanted ones lean out of their boxes."""


@dataclass(frozen=True, eq=False)
class FormulaPicture:
    """A formula in pixels."""

    pixels: NDArray[np.uint8]
    """(height, width, 4): red, green, blue and alpha, not premultiplied; it cannot be written to."""
    depth: int
    """How many rows are below the line it stands on: a text beside it is lowered by them."""


@lru_cache(maxsize=KEPT)
def formula_picture(formula: str, size: int, color: str) -> FormulaPicture:
    r"""A text with mathtext between dollars, `size` pixels high letters, in a colour such as '#2566c4'.

    Raises ValueError with a sentence for a formula that cannot be read, and for a size or colour that is none.
    """
    if not LEAST <= size <= MOST:
        raise ValueError(f"expected letters of {LEAST} to {MOST} pixels; found {size}")
    if not formula.strip() or len(formula) > LONGEST:
        raise ValueError(f"expected a formula of 1 to {LONGEST} characters; found {len(formula)}")
    from matplotlib import colors

    if not colors.is_color_like(color):
        raise ValueError(f"expected a colour such as '#2566c4'; found '{color}'")
    from nnplayground.plotting.letters import drawing

    with drawing:
        return _drawn(formula, size, color)


def _drawn(formula: str, size: int, color: str) -> FormulaPicture:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser

    from nnplayground.plotting.letters import FAMILIES, load

    load()
    font = FontProperties(family=list(FAMILIES), size=size, math_fontfamily="stix")
    try:
        width, height, depth, _, _ = MathTextParser("path").parse(formula, dpi=72, prop=font)
    except (ValueError, RecursionError) as error:
        reason = str(error).strip().splitlines()[-1] if isinstance(error, ValueError) else "it is nested too deeply"
        raise ValueError(f"expected a formula in mathtext; found {formula!r}: {reason}") from error
    margin = max(1, round(MARGIN * size))
    below = int(np.ceil(depth)) + margin
    shape = int(np.ceil(width)) + 2 * margin, int(np.ceil(height - depth)) + below + margin
    figure = Figure(figsize=(shape[0] / 72, shape[1] / 72), dpi=72, facecolor="none")
    canvas = FigureCanvasAgg(figure)
    figure.text(margin / shape[0], below / shape[1], formula, fontproperties=font, color=color, usetex=False, parse_math=True)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.array(canvas.buffer_rgba(), np.uint8)  # type: ignore[no-untyped-call]
    pixels.setflags(write=False)
    return FormulaPicture(pixels, below)
