"""`Board`: the panels of a window, each shown what it can show, each asked what it wants to see."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.history import History
from nnplayground.data.rows import Rows
from nnplayground.engine.events import Array
from nnplayground.engine.explaining import Question
from nnplayground.engine.probes import Failure, ProbeRequest, Snapshot
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.run import Phase
from nnplayground.ui.session import TrainingSession

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Share:
    """Which of the answers to a merged request are one panel's."""

    panel: QWidget
    asked: frozenset[str]
    answers: slice | None
    activations: slice | None


class Board(QObject):
    """Connects panels with the document and the session. A panel has only the methods it needs.

    Those in sight, and one that asks for an edit, are told at once; the others one after another, in turns of the event loop
    of their own: together they take longer than a hand may wait.
    """

    def __init__(self, document: Document, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._session = session
        self._panels: list[QWidget] = []
        self._shares: list[_Share] = []
        self._askers: WeakKeyDictionary[Question, QWidget] = WeakKeyDictionary()
        """Who asked what: while a hand moves, answers come when the next question is asked already."""
        self._failures: WeakKeyDictionary[QWidget, str] = WeakKeyDictionary()
        self._pending: dict[QWidget, list[tuple[str, tuple[object, ...]]]] = {}
        """What panels out of sight were not told yet, in order."""
        self._editor: QWidget | None = None
        """Whose edit is being made: what it is shown meanwhile is how it learns whether it was accepted."""
        self._turn = QTimer(self, singleShot=True)
        self._turn.timeout.connect(self._tell_next)
        self._unseen: dict[QWidget, tuple[_Share, Snapshot]] = {}
        """Whose turn to be shown a snapshot is still to come."""
        self._showing = QTimer(self, singleShot=True)
        self._showing.timeout.connect(self._show_next)
        session.probe_source = self._request
        document.changed.connect(self._show_analysis)
        session.dataset_changed.connect(lambda dataset: self._tell("show_dataset", dataset))
        session.engine_changed.connect(lambda engine: self._tell("show_engine", engine))
        session.run_reset.connect(self._clear)
        session.history_changed.connect(lambda history: self._tell("show_history", history))
        session.snapshot_taken.connect(self._show_snapshot)
        session.measured.connect(lambda train, test: self._tell("show_metrics", train, test, session.run.is_within))
        session.phase_changed.connect(lambda _phase: self._tell_rest())

    def add(self, panel: QWidget) -> None:
        """Take in a panel, and show it what there is."""
        self._panels.append(panel)
        if hasattr(panel, "edit_requested"):
            panel.edit_requested.connect(partial(self._apply, panel))
        if hasattr(panel, "probe_changed"):
            panel.probe_changed.connect(self._session.refresh)
        panel.installEventFilter(self)
        _call(panel, "show_engine", self._session.engine)
        _call(panel, "show_analysis", self._document.analysis)
        _call(panel, "show_dataset", self._session.dataset)
        _call(panel, "show_history", self._session.history)

    def _apply(self, panel: QWidget, edit: Edit) -> None:
        before, self._editor = self._editor, panel
        try:
            self._document.apply(edit)
        finally:
            self._editor = before

    def close(self) -> None:
        """Tell nobody anything any more that was not told yet."""
        for timer in (self._turn, self._showing):
            timer.stop()
        self._pending.clear()
        self._unseen.clear()

    def _tell(self, method: str, *values: object) -> None:
        for panel in self._panels:
            if panel.isVisible() or panel is self._editor or not panel.window().isVisible():
                self._catch_up(panel)
                _call(panel, method, *values)
            elif hasattr(panel, method):
                waiting = self._pending.setdefault(panel, [])
                if waiting and waiting[-1][0] == method:
                    waiting.pop()  # only the last of several counts
                waiting.append((method, values))
        self._tell_rest()

    def _tell_rest(self) -> None:
        """Those out of sight wait for a pause: while it trains there is always something newer."""
        if self._pending and self._session.phase is not Phase.TRAINING:
            self._turn.start(0)

    def _tell_next(self) -> None:
        """Tell one panel out of sight what it was not told yet."""
        if self._pending:
            self._catch_up(next(iter(self._pending)))
        self._tell_rest()

    def _catch_up(self, panel: QWidget) -> None:
        for method, values in self._pending.pop(panel, ()):
            _call(panel, method, *values)

    def _show_analysis(self, _before: Analysis, after: Analysis) -> None:
        self._tell("show_analysis", after)

    def _clear(self, before: History) -> None:
        if before.epochs:
            self._tell("add_ghost")
        for panel in list(self._failures):
            self._tell_failure(panel, None)
        self._unseen.clear()
        self._tell("clear_run")

    def _request(self) -> ProbeRequest | None:
        """What all visible panels want, as one request; None when they want nothing."""
        self._shares = []
        inputs: list[Array | Rows] = []
        activations: list[Array | Rows] = []
        questions: list[Question] = []
        merged, pictures_only = ProbeRequest(), True
        for panel in self._panels:
            if panel.window().isMinimized():
                continue
            if not panel.isVisible() or not hasattr(panel, "probe_request"):
                continue
            wanted: ProbeRequest = panel.probe_request()
            merged = merge(merged, wanted)
            if wanted.activations is not None:
                pictures_only &= wanted.pictures_only
            questions.extend(wanted.explain)
            self._askers.update(dict.fromkeys(wanted.explain, panel))
            own = _taken_in(inputs, wanted.inputs), _taken_in(activations, wanted.activations)
            self._shares.append(_Share(panel, wanted.asked, *own))
        merged = replace(merged, inputs=_joined(inputs), activations=_joined(activations), pictures_only=pictures_only)
        merged = replace(merged, explain=tuple(questions))
        return merged if merged.wants_anything else None

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        """While it trains each panel has a turn of its own: painted together, they would hold up the window."""
        for share in self._shares:
            before = self._unseen.get(share.panel)
            self._unseen[share.panel] = share, snapshot.after(before[1] if before is not None else None)
        if self._session.phase is Phase.TRAINING:
            self._showing.start(0)
            return
        while self._unseen:
            self._show_next()

    def _show_next(self) -> None:
        if not self._unseen:
            return
        share, snapshot = self._unseen.pop(next(iter(self._unseen)))
        answers = None if share.answers is None or snapshot.answers is None else snapshot.answers[share.answers]
        own = () if share.activations is None else tuple(outputs[share.activations] for outputs in snapshot.activations)
        explanations = tuple(e for e in snapshot.explanations if self._askers.get(e.question) is share.panel)
        _call(share.panel, "show_snapshot", replace(snapshot, answers=answers, activations=own, explanations=explanations))
        self._tell_failure(share.panel, next((why for name, why in snapshot.failures.items() if name in share.asked), None))
        if self._unseen:
            self._showing.start(0)

    def _tell_failure(self, panel: QWidget, failure: Failure | None) -> None:
        """A failure stays until what failed works; into the log it goes once."""
        told = self.tr("This could not be worked out. {why} The tab Log says more.")
        sentence = "" if failure is None else told.format(why=failure.sentence)
        if self._failures.get(panel, "") == sentence:
            return
        self._failures[panel] = sentence
        if failure is not None:
            logger.error("%s: %s\n%s", panel.accessibleName(), sentence, failure.details)
        _call(panel, "show_failure", sentence)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget):
            self._catch_up(watched)
        if event.type() in (QEvent.Type.Show, QEvent.Type.Resize):
            self._session.refresh()
        return super().eventFilter(watched, event)


def merge(a: ProbeRequest, b: ProbeRequest) -> ProbeRequest:
    """The smallest request that answers both; `inputs`, `activations` and `explain` aside. There is one plane, one layer and one sample
    to look at closely: the first panel's.
    """
    return ProbeRequest(
        grid=max(a.grid, b.grid),
        neurons=a.neurons or b.neurons,
        neuron_grid=max((r.neuron_grid for r in (a, b) if r.neurons), default=a.neuron_grid),
        plane=a.plane or b.plane,
        weights=a.weights or b.weights,
        gradients=a.gradients or b.gradients,
        histograms=max(a.histograms, b.histograms),
        weights_of=a.weights_of if a.weights_of is not None else b.weights_of,
        layer_views=a.layer_views if a.layer_views is not None else b.layer_views,
        activity=max(a.activity, b.activity),
        test_answers=max(a.test_answers, b.test_answers),
        examine=a.examine or b.examine,
    )


def _taken_in(all_samples: list[Array | Rows], own: Array | Rows | None) -> slice | None:
    """Put a panel's samples behind those of the others; says where they are."""
    if own is None:
        return None
    start = sum(map(len, all_samples))
    all_samples.append(own)
    return slice(start, start + len(own))


def _joined(inputs: list[Array | Rows]) -> Array | Rows | None:
    if len(inputs) < 2:
        return inputs[0] if inputs else None
    return np.concatenate([samples.dense() if isinstance(samples, Rows) else samples for samples in inputs])


def _call(panel: Any, method: str, *values: object) -> None:
    function = getattr(panel, method, None)
    if function is not None:
        function(*values)
