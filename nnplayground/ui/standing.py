"""`Standing`: how it stands with the project's run: what panels hear of it and may read."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from nnplayground.core.history import History
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset
from nnplayground.ui.document import Document
from nnplayground.ui.left_runs import LeftRuns
from nnplayground.ui.mailbox import Mailbox
from nnplayground.ui.run import Engine, Learned, Phase, Resume, Run
from nnplayground.ui.supply import Supply


class Standing(QObject):
    """The half of a session that changes nothing."""

    engine_changed = Signal(object)
    phase_changed = Signal(object)
    run_reset = Signal(object)
    """A new run begins; the `History` is that of the one before."""
    dataset_changed = Signal(object)
    downloading = Signal(object)
    history_changed = Signal(object)
    progressed = Signal(object)
    snapshot_taken = Signal(object)
    measured = Signal(object, object)
    noted = Signal(str, str)
    """A sentence on what happened and did not end the run, and its tone: warn or none."""
    finished = Signal(object)
    failed = Signal(str, str)
    run_changed = Signal()
    """Epoch, its goal or the speed are others now."""

    supply: Supply
    left: LeftRuns
    _mailbox: Mailbox

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.engine, self.phase = Engine.LOADING, Phase.PREPARING
        self.run = Run.of(document.spec, None)
        self.resume: Resume | None = None
        """What a project file has brought, and no run has taken up yet."""
        self._opened: ProjectSpec | None = None
        self._play_when_ready = False

    @property
    def run_id(self) -> int:
        return self._mailbox.newest

    @property
    def dataset(self) -> Dataset | None:
        """The samples that are there; None while there are none that go with the project."""
        return self.supply.dataset

    @property
    def epoch(self) -> int:
        return self.run.epoch

    @property
    def history(self) -> History:
        return self.run.history

    @property
    def wants_to_train(self) -> bool:
        """Whether Play is on: training, or about to as soon as everything is there."""
        return self.phase is Phase.TRAINING or self._play_when_ready

    @property
    def can_train(self) -> bool:
        return not self._document.analysis.errors and self.phase is not Phase.FAILED and self.engine is not Engine.MISSING

    @property
    def learned(self) -> Learned | None:
        """What the network of the project has learned, also while its run is not there yet or not there again."""
        spec = self._document.spec
        if self.resume is not None and self.resume.suits(spec):
            return self.resume.learned
        return self.run.learned if self._opened is not None else self.left.learned(spec)

    def resting(self, spec: ProjectSpec) -> Resume | None:
        """The run that a project will take up, where it could not yet: its data may be missing."""
        return self.resume if self.resume is not None and self.resume.suits(spec) else self.left.find(spec)

    @property
    def opened(self) -> ProjectSpec | None:
        """The project as the network on the worker's thread is trained; None while there is none that belongs to it."""
        return self._opened

    @property
    def has_network(self) -> bool:
        """Whether there is a network on the worker's thread that belongs to the project."""
        return self._opened is not None
