"""What may be asked of a network, and the answer: frozen values that cross threads and processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nnplayground.data.rows import Rows
from nnplayground.engine.answers import Examination
from nnplayground.engine.events import Array, Event
from nnplayground.engine.explaining import Explanation, Question
from nnplayground.engine.layer_activity import LayerActivity
from nnplayground.engine.layer_weights import Histogram, LayerWeights


@dataclass(frozen=True)
class Plane:
    """A plane through inputs of n features: two of them vary, the others stay. Everything in the data's own units."""

    x: int
    y: int
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    at: tuple[float, ...]
    """(n,): where the features that stay are held."""


@dataclass(frozen=True)
class ProbeRequest:
    """What the views want to see with the next snapshot; everything is off at first.

    `grid` asks for the network's outputs over the plane, `grid` by `grid` points; `inputs` (n, *input_shape, as
    stored, not scaled) for its answers to these samples; `weights` for a copy of every weight.
    """

    grid: int = 0
    plane: Plane | None = None
    """With `grid`: which plane, for data of more than two features; points on a plane have their own."""
    neurons: bool = False
    """With `grid`: also every neuron of every layer, on a grid of `neuron_grid` points a side."""
    neuron_grid: int = 40
    weights: bool = False
    gradients: bool = False
    """The slope of the loss along every weight, on the first training samples, without dropout or noise."""
    histograms: int = 0
    """So many bins for the values of each weight array, and of its gradients where `gradients` is on."""
    weights_of: int | None = None
    """The one layer whose weights, and slopes of the loss along them, are looked at closely."""
    inputs: Array | Rows | None = None
    activations: Array | Rows | None = None
    """Samples (n, *input_shape, as stored) for which every layer's outputs are wanted."""
    pictures_only: bool = False
    """With `activations`: of large layers only as much as a picture of them needs, as `layer_pictures.cut` has it."""
    layer_views: Array | Rows | None = None
    """One sample (1, *input_shape, as stored) for which every layer's outputs are wanted as large as people look at them."""
    activity: int = 0
    """Which units have nothing to say: on the first N test samples, or training samples where none are for testing."""
    test_answers: int = 0
    """The network's answers to the first N test samples."""
    examine: bool = False
    """The whole test set: confusion matrix and mistakes."""
    explain: tuple[Question, ...] = ()

    @property
    def asked(self) -> frozenset[str]:
        """The names of what is to be worked out."""
        names = ("grid", "weights", "gradients", "histograms", "activity", "test_answers", "examine", "explain")
        given = ("inputs", "activations", "layer_views", "weights_of")
        found = [name for name in names if getattr(self, name)] + [name for name in given if getattr(self, name) is not None]
        return frozenset([*found, "neurons"] if self.grid and self.neurons else found)

    @property
    def wants_anything(self) -> bool:
        """Whether there is anything to answer."""
        return bool(self.asked)


@dataclass(frozen=True)
class Failure:
    """Why something could not be worked out."""

    sentence: str
    details: str = ""
    """For those who can read a traceback."""


@dataclass(frozen=True)
class Snapshot(Event):
    """What the network looks like after `epoch` epochs (a fraction within one). Empty fields were not asked for.

    Neuron maps and grids run from the lowest to the highest y in rows, from the lowest to the highest x in columns.
    Tuples have one entry a layer.
    """

    epoch: float
    output_map: Array | None = None
    """(grid, grid, outputs): the network's outputs over the plane, in the network's own units."""
    neuron_maps: tuple[Array | None, ...] = ()
    """(neuron_grid, neuron_grid, units), or None for layers that are not vectors."""
    weights: tuple[tuple[Array, ...], ...] = ()
    """Copies of a layer's weights, for Dense kernel (inputs, units) and bias (units,)."""
    gradients: tuple[tuple[Array | None, ...], ...] = ()
    """Shaped as `weights`; None for weights that are not trained."""
    weight_histograms: tuple[tuple[Histogram, ...], ...] = ()
    gradient_histograms: tuple[tuple[Histogram, ...], ...] = ()
    layer_weights: LayerWeights | None = None
    answers: Array | None = None
    """The network's outputs for the request's `inputs`."""
    activations: tuple[Array, ...] = ()
    """(n, *shape): a layer's outputs for the request's `activations`; with `pictures_only` what `layer_pictures.cut` leaves of them."""
    layer_views: tuple[Array, ...] = ()
    """(1, *shape): a layer's outputs for the request's `layer_views`, as `layer_pictures.large_plan` leaves them."""
    activity: tuple[LayerActivity, ...] = ()
    """What the units did, by the network as it was when it was asked."""
    test_answers: Array | None = None
    """The network's outputs for the first test samples."""
    examination: Examination | None = None
    """How the network, as it was when it was asked, answers the whole test set."""
    explanations: tuple[Explanation, ...] = ()
    """One for each question of the request's `explain`."""
    failures: Mapping[str, Failure] = field(default_factory=dict)
    """What was asked for and could not be worked out, by the names of the request: left empty here."""

    def after(self, before: Snapshot | None) -> Snapshot:
        """This one, with what takes long taken over from one before it that nobody has seen."""
        if before is None or self.examination is not None:
            return self
        return replace(self, examination=before.examination)
