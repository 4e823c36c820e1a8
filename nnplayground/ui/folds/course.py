"""`FoldCourse`: the folds of the project as the window sees them: begun, going on, ended, or of earlier settings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nnplayground.core.analysis import Analysis
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Failed, Progress, Status, TrainRequest
from nnplayground.ui.document import Document
from nnplayground.ui.folds.results import FoldRun, Results
from nnplayground.ui.folds.trainer import AllEnded, FoldEnded, FoldTrainer, OfFold
from nnplayground.ui.mailbox import Mailbox
from nnplayground.ui.run import Engine
from nnplayground.ui.session import TrainingSession


class FoldCourse(QObject):
    """Lives on the window's thread. The open run rests while folds are trained; Play says so."""

    changed = Signal()
    """There is more to be seen, or it stands otherwise."""

    _commands = Signal(object)

    def __init__(
        self, document: Document, session: TrainingSession, create_backend: Callable[[], Backend], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._session = document, session
        self._mailbox = Mailbox()
        self._trainer = FoldTrainer(create_backend, self._mailbox)
        self._trainer.moveToThread(session.training_thread)
        self._trainer.wake.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._commands.connect(self._trainer.do, Qt.ConnectionType.QueuedConnection)
        self.results: Results | None = None
        self.running = False
        self.within = 0.0
        """How far the epoch that has begun is, from 0 to 1."""
        self.ending = ""
        """Why they ended before the last one did; empty where they went to their end."""
        self.failed = False
        """Whether they ended by a mistake of the engine, or of the data."""
        self._closed = False
        document.changed.connect(self._on_document_changed)
        session.engine_changed.connect(lambda _engine: self.changed.emit())
        session.refusal = self._refusal

    @property
    def can_start(self) -> bool:
        analysis = self._document.analysis
        there = self._session.dataset is not None and self._session.engine is not Engine.MISSING
        return there and not analysis.errors and analysis.spec.training.k_fold is not None

    def start(self) -> None:
        """Train all folds anew. The open run is paused; it stays as it is."""
        dataset = self._session.dataset
        if self.running or not self.can_start or dataset is None:
            return
        self._session.pause()
        self.results, self.running, self.within, self.ending, self.failed = Results(self._document.analysis), True, 0.0, "", False
        self._mailbox.newest += 1
        request = TrainRequest(self._document.spec, dataset, self._mailbox.newest)
        self._commands.emit(lambda trainer: trainer.begin(request))
        self._tell()

    def stop(self, why: str = "") -> None:
        """End the folds where they stand; those that are whole keep their numbers."""
        if not self.running or self.results is None:
            return
        self._take()  # what has come already is shown
        if not self.running:
            return
        self._mailbox.newest += 1
        self._commands.emit(FoldTrainer.stop)
        begun = len(self.results.runs)
        where = self.tr("in fold {i} of {k}").format(i=max(begun, 1), k=self.results.count)
        self.ending = why.format(where=where) if why else self.tr("Stopped {where}.").format(where=where)
        for run in self.results.runs:
            if run.status is None:
                run.status = Status.CANCELLED
        self.running = False
        self._tell()

    def close(self) -> None:
        """End before the session does."""
        if not self._closed:
            self._closed, self._mailbox.newest, self.running = True, -1, False
            self._commands.emit(FoldTrainer.shut_down)

    @property
    def is_stale(self) -> bool:
        """Whether what is shown is of other settings than the project has."""
        return self.results is not None and not self.results.is_of(self._document.spec)

    def _refusal(self) -> str:
        return self.tr("The folds are being trained: wait, or stop them in the tab Folds; then the run goes on.") if self.running else ""

    def _on_document_changed(self, _before: Analysis, after: Analysis) -> None:
        if self.running and self.is_stale:
            self.stop(self.tr("Stopped {where}: the project was changed."))
            if self.results is not None and self.results.runs:
                self._session.noted.emit(self.tr("The project was changed, so its folds were stopped."), "warn")
        if self.results is not None and self.results.analysis.facts.name != after.facts.name:
            self.results, self.ending, self.failed = None, "", False
        self.changed.emit()

    def _tell(self) -> None:
        self.changed.emit()
        self._session.run_changed.emit()  # whether Play may go on

    @Slot()
    def _take(self) -> None:
        if self._closed:
            return
        running, moved = self.running, False
        for item in self._mailbox.take():
            if getattr(item, "run_id", 0) == self._mailbox.newest and self.results is not None:
                self._receive(item, self.results)
                moved = True
        if moved:
            self._tell() if self.running != running else self.changed.emit()

    def _receive(self, item: object, results: Results) -> None:
        match item:
            case OfFold(fold=fold, event=event):
                while len(results.runs) <= fold:
                    results.runs.append(FoldRun())
                if isinstance(event, Epochs):
                    results.runs[fold].history.append(event.logs, event.first)
                    self.within = 0.0
                elif isinstance(event, Progress):
                    self.within = event.step / max(1, event.steps)
            case FoldEnded(fold=fold, status=status, reason=reason, score=score):
                run = results.runs[fold]
                run.status, run.reason, run.score = status, reason, score
            case AllEnded():
                self.running = False
            case Failed(message=message):
                self.running, self.ending, self.failed = False, message, True
                for run in results.runs:
                    if run.status is None:
                        run.status = Status.CANCELLED
