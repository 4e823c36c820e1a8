"""`Supply`: the samples of the project: on their way, there, called off, or not to be had."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QObject, Signal

from nnplayground.core.facts import DataFacts
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset
from nnplayground.engine.events import Array
from nnplayground.engine.saved_scaling import scaled_as


class Stand(Enum):
    """How it stands with the samples."""

    NONE = "none"
    LOADING = "loading"
    THERE = "there"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Supply(QObject):
    """Keeps the samples that were loaded last. `load` has those of a project loaded on another thread."""

    changed = Signal(object, str)
    """How it stands now; where loading has failed, why."""
    dataset_changed = Signal(object)
    """Other samples, or scaled otherwise; None: there are none that go with the project. What was fetched is told by who fetched it."""

    def __init__(self, load: Callable[[int, ProjectSpec], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load = load
        self._wanted: object = None
        self.loaded: Dataset | None = None
        """The samples that were loaded last, with what was fitted to them; None while there are none that go with the project."""
        self.dataset: Dataset | None = None
        """The same, scaled as the run that is open has them."""
        self.stand = Stand.NONE

    def has(self, spec: ProjectSpec) -> bool:
        """Whether the samples that are there are those of this project."""
        return self.stand is Stand.THERE and self._wanted == _key(spec)

    def declines(self, spec: ProjectSpec) -> bool:
        """Whether these very samples were called off: other edits of the project are no reason to load them after all."""
        return self.stand is Stand.CANCELLED and self._wanted == _key(spec)

    def fetch(self, run_id: int, spec: ProjectSpec) -> None:
        """Have the samples of a project loaded; those before stay until they are there."""
        self._wanted = _key(spec)
        self._set(Stand.LOADING)
        self._load(run_id, spec)

    def take(self, dataset: Dataset) -> None:
        """What was fetched is there."""
        self.dataset = self.loaded = dataset
        self._set(Stand.THERE)

    def suits(self, project: DataFacts) -> bool:
        """Whether what there is can be shown with the words of a project: its classes, its columns."""
        return self.dataset is None or (not project.unknown and _words(self.dataset.facts) == _words(project))

    def drop(self) -> None:
        """Samples of one set make no sense with the words of another."""
        if self.dataset is not None:
            self.dataset = self.loaded = None
            self.dataset_changed.emit(None)
        self.forget()

    def scale_as(self, saved: tuple[Array, ...]) -> None:
        """A run has begun: with the scaling it was saved with, or (empty) with what was fitted to the samples."""
        scaled = self.loaded and scaled_as(self.loaded, saved)
        if saved or self.dataset is not self.loaded:
            self.dataset = scaled
            self.dataset_changed.emit(scaled)

    def forget(self) -> None:
        """What is there counts no more as that of the project, and what was called off may be loaded."""
        self._wanted = None
        self._set(Stand.NONE)

    def allow(self) -> None:
        """What was called off may be loaded."""
        if self.stand is Stand.CANCELLED:
            self.forget()

    def decline(self) -> None:
        """What is on its way is wanted no more."""
        self._set(Stand.CANCELLED)

    def fail(self, sentence: str) -> None:
        """What was fetched is not to be had."""
        self._wanted = None
        self._set(Stand.FAILED, sentence)

    def _set(self, stand: Stand, sentence: str = "") -> None:
        self.stand = stand
        self.changed.emit(stand, sentence)


def _key(spec: ProjectSpec) -> object:
    return spec.data, spec.seed


def _words(facts: DataFacts) -> object:
    return facts.name, facts.task, facts.classes, facts.target_name, facts.is_plane or facts.input_names
