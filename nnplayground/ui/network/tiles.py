"""Pictures of neurons: what each one gives over the plane, and what stands there before anything is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from nnplayground.core.analysis import Analysis
from nnplayground.core.data_spec import Feature
from nnplayground.data.features import derive, features_of
from nnplayground.data.static_facts import FEATURE_RANGES
from nnplayground.ui.data.features import LABELS
from nnplayground.ui.network.plan import Column
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.tokens import Tokens
from nnplayground.ui.views.class_map import class_colour, probability_image
from nnplayground.ui.views.markers import draw_class_marker

Floats = NDArray[np.floating[Any]]

GRID = 40
UNBOUNDED_SCALE = 2.0
"""Outputs without bounds have the map's full colour from here on."""
PROBABILITY = ("sigmoid", "softmax", "hard_sigmoid", "sparse_sigmoid", "sparsemax")
WITHIN_ONE = ("tanh", "softsign", "hard_tanh")

CURVES: dict[str, Callable[[Floats], Floats]] = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 1.5),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "tanh": lambda x: np.tanh(2 * x) * 1.4,
    "hard_tanh": lambda x: np.clip(2 * x, -1.4, 1.4),
    "softsign": lambda x: 2 * x / (1 + np.abs(2 * x)) * 1.7,
    "sigmoid": lambda x: 2.8 / (1 + np.exp(-4 * x)) - 1.4,
    "hard_sigmoid": lambda x: np.clip(2 * x, -1.4, 1.4),
    "softmax": lambda x: 2.8 / (1 + np.exp(-4 * x)) - 1.4,
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0) * 2) * 0.6),
    "selu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0) * 2) * 0.8),
    "gelu": lambda x: x / (1 + np.exp(-5 * x)),
    "silu": lambda x: x / (1 + np.exp(-4 * x)),
    "swish": lambda x: x / (1 + np.exp(-4 * x)),
    "mish": lambda x: x / (1 + np.exp(-4 * x)),
    "softplus": lambda x: np.log1p(np.exp(3 * x)) / 3,
    "exponential": lambda x: np.exp(1.2 * x) * 0.3 - 0.2,
}
"""The shapes of the functions, for x from -1.5 to 1.5; only their looks matter."""


def scaled(values: Floats, activation: str, bound: float = UNBOUNDED_SCALE) -> Floats:
    """Outputs as colours want them, in [-1, 1]: probabilities around one half, what has no bounds divided by `bound`."""
    if activation in PROBABILITY:
        return 2 * values - 1
    return values if activation in WITHIN_ONE else values / bound


def tile_images(values: Floats, tokens: Tokens) -> list[QImage]:
    """One picture for each of the (h, w, units) values in [-1, 1]; all are coloured at once, which is what takes time."""
    height, width, units = values.shape
    tall = colormap.diverging_image(np.moveaxis(values, -1, 0).reshape(units * height, width), tokens)
    # Turned so that the lowest y lies at the bottom, the first unit's rows are the last.
    return [tall.copy(0, (units - 1 - i) * height, width, height) for i in range(units)]


def has_class_colours(analysis: Analysis, column: Column) -> bool:
    """Whether a column gives the probability of one class each, of more than two, so that each unit has its class's colour."""
    classes = len(analysis.facts.classes)
    last = column.layer is not None and column.layer == analysis.spec.output_index
    return last and analysis.facts.is_plane and 2 < classes == column.units and column.activation in PROBABILITY


def class_images(values: Floats, tokens: Tokens) -> list[QImage]:
    """Pictures of (h, w, classes) probabilities, each in its class's colour."""
    return [probability_image(values[..., i].astype(np.float64), i, tokens) for i in range(values.shape[-1])]


def draw_class(painter: QPainter, box: QRectF, unit: int, tokens: Tokens) -> None:
    """The marker of a unit's class, right of its tile."""
    painter.setPen(QPen(QColor(tokens.control), 1))
    painter.setBrush(QColor(class_colour(tokens, unit)))
    draw_class_marker(painter, QPointF(box.right() + 12, box.center().y()), 4.5, unit)


def input_images(analysis: Analysis, tokens: Tokens) -> list[QImage]:
    """What the network is given, drawn over the plane; empty for data that are no plane."""
    plane = analysis.facts.plane_range
    if plane is None:
        return []
    low, high = plane
    line = np.linspace(low, high, GRID, dtype=np.float32)
    points = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    features = features_of(analysis.spec.data)
    values = derive(points, features).reshape(GRID, GRID, len(features))
    for i, feature in enumerate(features):
        if feature in (Feature.X1, Feature.X2):
            values[..., i] = (values[..., i] - (low + high) / 2) / ((high - low) / 2)
        else:
            values[..., i] /= max(abs(bound) for bound in FEATURE_RANGES[feature])
    return tile_images(values, tokens)


def input_labels(analysis: Analysis) -> tuple[str, ...]:
    """How the inputs are called, as formulas where they are derived from points."""
    if analysis.facts.is_plane:
        return tuple(LABELS[f] for f in features_of(analysis.spec.data))
    return analysis.facts.input_names


def curve(activation: str, box: QRectF) -> QPolygonF | None:
    """The look of an activation function inside `box`; None for those that have no drawing."""
    function = CURVES.get(activation)
    if function is None:
        return None
    x = np.linspace(-1.5, 1.5, 25)
    y = np.clip(function(x), -1.5, 1.5)
    half_w, half_h, centre = box.width() / 4.4, box.height() / 4.4, box.center()
    return QPolygonF([QPointF(centre.x() + a * half_w, centre.y() - b * half_h) for a, b in zip(x.tolist(), y.tolist(), strict=True)])
