"""`Witness`: what a lesson's checks and formulas may look at: the run, the views that were opened, and what the network answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnplayground.core.layers import Dense
from nnplayground.core.lesson_seen import Asked, Seen
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.rows import Rows
from nnplayground.engine.answers import Reading, values
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Array, Finished, Status
from nnplayground.ui.document import Document
from nnplayground.ui.lessons.progress import Progress
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.trying.panel import TryPanel

MOST_ASKED = 40
STATUSES = {Status.COMPLETED: "completed", Status.STOPPED: "stopped", Status.DIVERGED: "diverged", Status.CANCELLED: "cancelled"}
LARGEST_INPUT = 100
"""Numbers of a sample that a check may name: those of a picture are nobody's to type."""


@dataclass(frozen=True)
class _Question:
    """What stands in 'Try it'."""

    inputs: Array | Rows
    named: tuple[float, ...]
    sample: int | None


@dataclass
class _Answers:
    """Of the network that is open now."""

    asked: list[Asked] = field(default_factory=list)
    weights: tuple[tuple[Array, ...], ...] = ()


class Witness(QObject):
    """Asks the network itself what it answers, so that question and answer belong together; only while a lesson wants it."""

    changed = Signal()
    """There is something else to be seen."""

    def __init__(self, document: Document, session: TrainingSession, trying: TryPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._session, self._trying = document, session, trying
        self.scores: Callable[[], Sequence[float]] = tuple
        """What the folds that are done are worth."""
        self._answers = _Answers()
        self._put: tuple[object, int] | None = None
        """A picture of the test set that was put into 'Try it', and its number."""
        self._reason = ""
        self._test: dict[str, float] = {}
        self._touched = self._asking = self._again = self._on = False
        self.wants_answers = False
        """Whether the step asks for what the network answers, or for its weights."""
        self._last: object = None
        for page in trying.pages.values():
            page.probe_changed.connect(self._on_touched)
        session.run_reset.connect(self._forget)
        session.finished.connect(self._on_finished)
        session.measured.connect(self._on_measured)
        for signal in (session.history_changed, session.phase_changed, session.snapshot_taken):
            signal.connect(self._on_moved)
        document.changed.connect(lambda _before, _after: self.changed.emit())

    def set_on(self, on: bool) -> None:
        """Whether a lesson is under way."""
        self._on, self._touched, self._last = on, False, None
        self._answers = _Answers()

    def note_picture(self, sample: object, number: int) -> None:
        """This very array, in 'Try it', is the test sample of that number."""
        self._put = sample, number

    def seen(self, progress: Progress) -> Seen:
        """Everything at this moment; what is only of the lesson comes from its progress."""
        session, status = self._session, self._session.run.status
        return Seen(
            self._document.spec, session.history, session.epoch, STATUSES[status] if status is not None else "", self._reason,
            progress.opened, tuple(self._answers.asked), progress.why, progress.runs, progress.compared, tuple(self.scores()),
            self._test, self._answers.weights,
        )  # fmt: skip

    def ask(self) -> None:
        """Ask the network what stands in 'Try it', and for the weights where there are few; one question at a time."""
        spec = self._document.spec
        question, few = self._question(), _is_one_unit(spec)
        if not self._on or not self._session.has_network or (question is None and not few):
            return
        self._again = self._asking
        known = None if question is None else (question.named or id(question.inputs), question.sample)
        moment = self._session.run_id, self._session.epoch, self._session.run.learned, known
        if self._asking or moment == self._last:
            return
        self._last = moment
        self._asking, run = True, self._session.run_id

        def work(backend: Backend) -> tuple[Array | None, tuple[Array, ...]]:
            outputs = backend.predict(question.inputs) if question is not None else None
            return outputs, backend.weights() if few else ()

        def done(found: object, error: str) -> None:
            self._asking = False
            if not error and isinstance(found, tuple) and run == self._session.run_id:
                self._take(question, *found)
            if self._again:
                self.ask()

        self._session.ask(work, done)

    def _take(self, question: _Question | None, outputs: Array | None, weights: tuple[Array, ...]) -> None:
        self._answers.weights = (weights,) if weights else ()
        told = self._told(outputs) if outputs is not None else ()
        if question is not None and told:
            asked = Asked(told, question.named, question.sample)
            others = [a for a in self._answers.asked if (a.input, a.sample) != (asked.input, asked.sample)]
            self._answers.asked = [*others[-MOST_ASKED:], asked]
        self.changed.emit()

    def _told(self, outputs: Array) -> tuple[float, ...]:
        """Outputs (1, units) in the data's own unit, or as shares of the classes; () where they are no numbers."""
        reading, dataset = Reading.of(self._document.analysis), self._session.dataset
        if dataset is None or not np.isfinite(outputs).all():
            return ()
        if reading.is_regression:
            return (float(values(outputs, dataset.target_scaler)[0]),)
        if outputs.shape[-1] > 1:
            return tuple(float(share) for share in reading.shares(outputs)[0])
        return (float(np.ravel(outputs)[0]),)

    def _question(self) -> _Question | None:
        """Only what somebody has filled in, drawn or written: what stands there from the start is no question."""
        page, dataset = self._trying.page, self._session.dataset
        inputs = page.probe_request().inputs if page is not None and self._touched else None
        if page is None or inputs is None or dataset is None or len(inputs) != 1:
            return None
        plain = not isinstance(inputs, Rows) and inputs.ndim == 2 and inputs.shape[1] <= LARGEST_INPUT
        if page is self._trying.point:
            named: tuple[float, ...] = tuple(map(float, self._trying.point.place))
        else:
            named = tuple(float(v) for v in inputs[0]) if plain and not isinstance(inputs, Rows) else ()
        sample = page.test_index
        if page is self._trying.picture and self._put is not None and self._trying.picture.sample is self._put[0]:
            sample = self._put[1]
        return _Question(inputs, named, sample)

    # ---- what happens

    def _on_touched(self) -> None:
        if self._on:
            self._touched = True
            self.ask()
            self.changed.emit()

    def _on_moved(self, _what: object) -> None:
        if self._on:
            if self.wants_answers:
                self.ask()
            self.changed.emit()

    def _on_finished(self, item: Finished) -> None:
        self._reason = item.reason

    def _on_measured(self, _train: dict[str, float], test: dict[str, float]) -> None:
        self._test = dict(test)
        self._on_moved(None)

    def _forget(self, _history: object) -> None:
        self._answers, self._reason, self._test, self._last = _Answers(), "", {}, None


def _is_one_unit(spec: ProjectSpec) -> bool:
    output = spec.output_layer
    return len(spec.active) == 1 and isinstance(output, Dense) and output.units == 1
