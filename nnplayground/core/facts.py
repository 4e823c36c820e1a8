"""What is known of a data set before it is loaded: enough to say what is wrong with a network for it."""

from __future__ import annotations

from dataclasses import dataclass

from nnplayground.core.layers.base import Shape
from nnplayground.core.losses import Task


@dataclass(frozen=True)
class DataFacts:
    """Shapes, task and sizes of a data set, as its settings make it.

    `input_shape` is one sample's, without the batch axis. `classes` are the names of the classes (two for binary
    tasks, none for regression). `input_range` and `target_range` are what the network meets, after scaling.
    """

    name: str
    title: str
    input_shape: Shape
    task: Task
    train_samples: int
    test_samples: int
    classes: tuple[str, ...] = ()
    input_names: tuple[str, ...] = ()
    input_range: tuple[float, float] = (-1.0, 1.0)
    target_range: tuple[float, float] = (0.0, 1.0)
    target_name: str = ""
    target_unit: str = ""
    words: int = 0
    """How many different word numbers the inputs may be (0 to words - 1) where they are sequences of words; else 0."""
    unknown: str = ""
    """Why nothing is known, in a sentence: a file of one's own is gone, say. All that stands above is made up then."""

    @property
    def is_plane(self) -> bool:
        """Whether a sample is a point on a plane, of which the network may be given derived features."""
        return self.plane_range is not None

    plane_range: tuple[float, float] | None = None
    """The square that maps are drawn over, both axes alike; None when samples are not points on a plane."""
