"""What the canvas draws, without drawing: which picture suits a network, its columns, and what a new layer is like."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nnplayground.core.analysis import Analysis
from nnplayground.core.layers import Dense, LayerBase, Shape, ShapeError
from nnplayground.core.problems import Problem, Severity
from nnplayground.core.spec import MAX_LAYERS, ProjectSpec

MAX_COLUMNS = 8
MAX_NEURONS = 10
INPUT = -1
"""Where the inputs stand among the layers."""
SIZE_FIELDS = ("units", "filters", "output_dim")
"""The arguments that say how large a layer is: what + and - change."""


class Mode(StrEnum):
    """The two pictures of a network."""

    NEURONS = "neurons"
    CARDS = "cards"


@dataclass(frozen=True)
class Column:
    """One column of neurons: the inputs (`layer` None) or a layer. Slim ones pass on what they get, changed in place or, off, as it is."""

    layer: int | None
    title: str
    caption: str
    units: int
    slim: bool = False
    activation: str = "linear"
    kind: str = ""
    """The layer's class: its title may be a name of its own."""
    off: bool = False


def columns(analysis: Analysis, input_title: str, input_caption: str) -> tuple[Column, ...] | None:
    """The columns of the neurons' picture; None for a network that has none: not all vectors, or too large."""
    spec, shape = analysis.spec, analysis.facts.input_shape
    if not analysis.is_known or len(spec.layers) > MAX_COLUMNS or len(shape) != 1 or shape[0] > MAX_NEURONS:
        return None
    result = [Column(None, input_title, input_caption, shape[0])]
    for i, (layer, entry) in enumerate(zip(spec.layers, analysis.shapes, strict=True)):
        dense = isinstance(layer, Dense) and not layer.disabled
        if entry.output is None or len(entry.output) != 1 or entry.output[0] > MAX_NEURONS:
            return None
        if not dense and (entry.output != entry.input or entry.parameters):
            return None
        function = "linear" if layer.disabled else getattr(layer, "activation", "linear")
        kind = type(layer).__name__
        caption = f"{kind} {layer.caption()}".rstrip() if layer.name else layer.caption()
        result.append(Column(i, title_of(layer), caption, entry.output[0], not dense, function, kind, layer.disabled))
    return tuple(result)


def title_of(layer: LayerBase) -> str:
    """What a layer is called on the canvas: its own name, else its class."""
    return layer.name or type(layer).__name__


def problems_by_layer(analysis: Analysis) -> dict[int, list[Problem]]:
    """Each layer's problems, errors first; those of what goes in are `INPUT`'s."""
    found: dict[int, list[Problem]] = {}
    for problem in sorted(analysis.problems, key=lambda p: p.severity is not Severity.ERROR):
        if (place := standing(problem)) is not None:
            found.setdefault(place, []).append(problem)
    return found


def standing(problem: Problem) -> int | None:
    """The layer, or `INPUT`, whose card has a problem; None where none has."""
    return INPUT if problem.path == "data.scaling" else problem.layer


def size_field(layer: LayerBase) -> str | None:
    """The argument that says how large a layer is; None for a layer that has no size of its own."""
    return next((name for name in SIZE_FIELDS if name in type(layer).model_fields), None)


def shape_before(analysis: Analysis, index: int) -> Shape | None:
    """What reaches a layer at `index`, which may be the number of layers; None when it is not known."""
    if not analysis.is_known:
        return None
    return analysis.facts.input_shape if index == 0 else analysis.shapes[index - 1].output


def refusal(cls: type[LayerBase], analysis: Analysis, index: int) -> str:
    """Why a new layer of this class cannot stand at `index`, as a sentence; empty when it can."""
    if len(analysis.spec.layers) >= MAX_LAYERS:
        return f"A network has at most {MAX_LAYERS} layers; remove one first."
    shape = shape_before(analysis, index)
    if shape is None:
        return ""
    try:
        new_layer(cls, analysis.spec, index).output_shape(shape)
    except ShapeError as error:
        return str(error)
    return ""


def new_layer(cls: type[LayerBase], spec: ProjectSpec, index: int) -> LayerBase:
    """A layer with sensible arguments: a Dense is like the nearest hidden Dense; other layers with a function use relu."""
    if cls is Dense:
        # The last layer is made for its task, so it is no model for another.
        hidden = [(i, x) for i, x in enumerate(spec.layers) if isinstance(x, Dense) and i != spec.output_index]
        if hidden:
            _, like = min(hidden, key=lambda pair: (abs(pair[0] + 0.5 - index), pair[0]))
            return Dense(units=min(like.units, 64), activation=like.activation)
        return Dense(units=4, activation="relu")
    if "filters" in cls.model_fields and "activation" in cls.model_fields:
        return cls(activation="relu")  # type: ignore[call-arg]
    return cls()


def place_for_new(spec: ProjectSpec, selected: int | None) -> int:
    """Where the next layer goes: behind the selected one, else before the last that is on, which gives the answers."""
    return selected + 1 if selected is not None else spec.output_index or 0
