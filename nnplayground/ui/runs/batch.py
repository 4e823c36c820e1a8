"""`Batch`: variations of the present project, trained one after the other in the window, and kept in Runs.

    batch.start([("relu", spec), ("sigmoid", other)])    # or `core.sweep_plan.PlannedRun`s

Each becomes the project, trains as if Play had been pressed, and is kept under its name. Then the project is what it was
before, its own run is taken up again, there is nothing to undo, and `ended` tells the keys of the runs that were kept.
`stop()` does the same earlier. An edit by hand ends the batch where it is, and undo leads back to the project before.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from nnplayground.core.analysis import Analysis
from nnplayground.core.history import History
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.sweep_plan import PlannedRun
from nnplayground.engine.events import Finished, Status
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.files import Files
from nnplayground.ui.run import Engine, Phase, Resume
from nnplayground.ui.runs.collection import RunCollection
from nnplayground.ui.runs.keeper import Keeper
from nnplayground.ui.session import TrainingSession

Planned = PlannedRun | tuple[str, ProjectSpec]


class Batch(QObject):
    """One at a time. Whoever saves, opens or closes meanwhile is given the project as it was: see `give_way`."""

    changed = Signal()
    """It has begun, is at another run, or is over: see `running`, `progress`."""
    ended = Signal(object)
    """Keys in `RunCollection`, as a tuple in the order they were trained; also after a stop."""
    said = Signal(str, str)
    """A sentence, and its tone."""

    def __init__(
        self, document: Document, session: TrainingSession, files: Files, keeper: Keeper, runs: RunCollection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._files, self._keeper = document, session, files, keeper
        self._planned: list[tuple[str, ProjectSpec]] = []
        self._at = -1
        """Which of them trains; -1 before the first."""
        self._keys: list[str] = []
        self._skipped: list[str] = []
        self._original = self._expected = document.spec
        self._held: Resume | None = None
        """The run that the project had."""
        self._merge = ""
        self._applying = self._awaits = self._stopped = False
        self.running = False
        document.changed.connect(self._on_changed)
        session.run_reset.connect(self._on_reset)
        session.finished.connect(self._on_finished)
        session.phase_changed.connect(self._on_phase)
        runs.kept.connect(self._on_kept)

    # ---- what others ask

    def start(self, runs: Sequence[Planned]) -> bool:
        """Begin; says whether it could. What cannot be trained is left out, and said."""
        planned = [(run.title, run.spec) if isinstance(run, PlannedRun) else run for run in runs]
        if self.running or not planned or self._session.engine is Engine.MISSING:
            return False
        self._planned, self._at, self._keys, self._skipped, self._held = planned, -1, [], [], None
        self._original = self._expected = self._document.spec
        self._merge = f"runs-{uuid.uuid4().hex}"
        self.running, self._awaits, self._stopped = True, False, False
        self._session.pause()
        self._files.at_rest(partial(self._begin, self._merge))
        self.changed.emit()
        return True

    def stop(self) -> None:
        """Train no more of them: the project is what it was. What the present one has learned is kept, too."""
        if self.running:
            self._finish(self.tr("Stopped: {done} of {total} runs are kept.").format(done=len(self._keys), total=self.total))

    def give_way(self) -> None:
        """The project is about to be saved, closed or replaced: it must be what it was."""
        self.stop()

    @property
    def total(self) -> int:
        return len(self._planned)

    @property
    def done(self) -> int:
        """How many are through."""
        return max(self._at, 0)

    @property
    def progress(self) -> str:
        """Which run trains, in a few words; '' when none does."""
        if not self.running:
            return ""
        at = max(self._at, 0)
        return self.tr("Run {number} of {total}: {name}").format(number=at + 1, total=self.total, name=self._planned[at][0])

    # ---- from run to run

    def _begin(self, merge: str, resume: Resume, error: str) -> None:
        if not self.running or merge != self._merge or self._at >= 0:
            return
        if error:
            self.running = False
            self.said.emit(self.tr("The comparison cannot begin: {why}").format(why=error), "error")
            self.changed.emit()
            return
        self._held = None if resume.is_empty else resume
        self._next()

    def _next(self) -> None:
        """Make the next one the project, and train it from its first epoch on."""
        if not self.running:
            return
        self._at += 1
        if self._at >= self.total:
            self._finish("")
            return
        name, spec = self._planned[self._at]
        self._show(spec)
        self.changed.emit()
        if self._document.analysis.errors:
            self._skipped.append(self.tr("{name}: {why}").format(name=name, why=self._document.analysis.errors[0].message))
            QTimer.singleShot(0, self, self._next)
            return
        self._awaits = True
        self._session.reset()
        self._session.play()

    def _show(self, spec: ProjectSpec) -> None:
        self._applying, self._expected = True, spec
        # Steps of one batch are one step, and none when the project is again what it was.
        self._document.apply(Edit(self.tr("Compare runs"), lambda _spec: spec, self._merge))
        self._applying = False

    def _finish(self, sentence: str) -> None:
        """The project as it was, and its run."""
        self.running = self._awaits = False
        began = self._at >= 0
        if began:
            self._show(self._original)
            if self._held is not None:
                self._session.resume_with(self._held)
                self._session.left.forget(self._original)  # what a variation like it may have left
                self._session.left.keep_file(self._held)
            else:
                self._session.reset()
        self._tell(sentence)

    def _tell(self, sentence: str) -> None:
        if sentence or self._skipped:
            self.said.emit("  ".join(part for part in (sentence, *self._skipped[:3]) if part), "warn")
        self.changed.emit()
        self.ended.emit(tuple(self._keys))

    def _give_up(self, sentence: str) -> None:
        """Somebody else has the project in hand: it stays as it is, and undo finds the run that was there before."""
        self.running = self._awaits = False
        if self._held is not None:
            self._session.left.keep_file(self._held)
        self._tell(sentence.format(done=len(self._keys), total=self.total))

    # ---- what happens meanwhile

    def _on_changed(self, _before: Analysis, after: Analysis) -> None:
        if self.running and not self._applying and after.spec != self._expected:
            self._give_up(self.tr("An edit stopped the comparison: {done} of {total} runs are kept."))

    def _on_reset(self, _before: History) -> None:
        if self._awaits:
            self._awaits = False
            self._keeper.name = self._planned[self._at][0]
        elif self.running and self._at >= 0:  # by hand, and in the middle of it
            QTimer.singleShot(0, self, self.stop)

    def _on_finished(self, item: Finished) -> None:
        if self.running and not self._awaits:
            self._stopped = item.status is Status.STOPPED and not item.reason  # by hand; a rule gives its reason

    def _on_phase(self, phase: Phase) -> None:
        if self.running and self._at >= 0 and phase is Phase.FAILED:
            name = self._planned[self._at][0]
            text = self.tr("{name} could not be trained: {done} of {total} runs are kept.")
            self._awaits = False
            QTimer.singleShot(0, self, partial(self._fail, text.format(name=name, done=len(self._keys), total=self.total)))

    def _fail(self, sentence: str) -> None:
        if self.running:
            self._finish(sentence)

    def _on_kept(self, key: str, origin: object) -> None:
        if not self.running or self._awaits or self._at < 0 or origin is not self._session.run.origin:
            return
        if self._session.phase is not Phase.FINISHED:
            return  # paused; it goes on when Play is pressed
        self._keys.append(key)
        if self._stopped:
            self.stop()
        else:
            self._next()
