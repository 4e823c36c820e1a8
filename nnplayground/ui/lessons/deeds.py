"""`DeedRunner`: 'Do it for me': the deeds of a step, one after the other, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnplayground.core.lesson_deeds import (
    EDITS,
    AskWhy,
    Compare,
    Deed,
    Draw,
    Fill,
    Insert,
    Open,
    Press,
    Remove,
    SetPlaces,
    TakeRecipe,
    TakeSample,
    TrainFolds,
    Write,
    edited,
)
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.value import Value
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.files import Files
from nnplayground.ui.lessons.digits import digit_strokes
from nnplayground.ui.run import Phase, Resume
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.trying.panel import TryPanel

Back = Callable[[], None]
RUNS = (Press, Compare, TrainFolds)
ASKS = (Fill, Write, Draw, TakeSample, AskWhy)


@dataclass(frozen=True)
class Hands:
    """What deeds work on."""

    document: Document
    session: TrainingSession
    files: Files
    trying: TryPanel
    open_page: Callable[[str], Callable[[], None]]
    """Brings a view into sight; gives what brings back the one that was there."""
    compare: Callable[[int], None]
    """Trains a comparison of the lesson."""
    train_folds: Callable[[], None]
    busy: Callable[[], bool]
    """Whether a comparison or folds are being trained."""


class DeedRunner(QObject):
    """A deed waits for what it needs: data to ask about, a run that rests. Whoever does something else meanwhile is not waited for."""

    changed = Signal()
    """It is through, or has begun, or there is (no) way back."""
    refused = Signal(str)
    picture_put = Signal(object, int)
    """A picture of the test set, which is in 'Try it' now, and its number."""

    def __init__(self, hands: Hands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hands = hands
        self._waiting: list[Value] = []
        self._backs: list[Back] = []
        self._end = -1
        """Where the undo stack is after the last edit of it: what somebody has edited since is not undone."""
        self._working = self._began = False
        session = hands.session
        for signal in (session.phase_changed, session.dataset_changed, session.run_changed):
            signal.connect(self.go_on)

    @property
    def busy(self) -> bool:
        return bool(self._waiting)

    @property
    def can_undo(self) -> bool:
        rests = not self._waiting and not self._hands.busy()
        return bool(self._backs) and rests and self._hands.document.stack.index() == self._end

    def run(self, deeds: Sequence[Deed]) -> None:
        """Do these; what was done before can no longer be undone here."""
        if self._waiting or not deeds:
            return
        self._backs, self._waiting, self._began = [], list(deeds), False
        self._end = self._hands.document.stack.index()
        if any(isinstance(deed, Press) for deed in deeds):  # whoever trains comparisons or folds brings the run back
            self._remember_run()
        else:
            self.go_on()
        self.changed.emit()

    def undo(self) -> None:
        """Undo what `run` did, last things first."""
        if not self.can_undo:
            return
        backs, self._backs = self._backs, []
        for back in reversed(backs):
            back()
        self.changed.emit()

    def forget(self) -> None:
        """Do no more, and undo nothing: another step or lesson is shown."""
        self._waiting, self._backs = [], []
        self.changed.emit()

    # ---- one after the other

    def _remember_run(self) -> None:
        """A press changes the run: it is brought back as it is now."""
        deeds, run = self._waiting, self._hands.session.run
        if self._hands.session.learned is None and not run.touched:
            self._backs.append(self._hands.session.reset)
            self.go_on()
            return
        self._working = True

        def kept(resume: Resume, _error: str) -> None:
            self._working = False
            if self._waiting is deeds:
                self._backs.append(lambda: self._bring_back(resume))
                self.go_on()

        self._hands.files.at_rest(kept)

    def _bring_back(self, resume: Resume) -> None:
        session, spec = self._hands.session, self._hands.document.spec
        if resume.is_empty or not resume.suits(spec):
            session.reset()
        else:
            session.left.forget(spec)
            session.resume_with(resume)

    def go_on(self, _what: object = None) -> None:
        """Something has happened that a deed may wait for."""
        if self._working:
            return
        self._working = True  # a deed has signals come back here
        began = bool(self._waiting)
        while self._waiting and self._may(self._waiting[0]):
            deed = self._waiting.pop(0)
            try:
                back = self._do(deed)
                self._began = self._began or isinstance(deed, RUNS)
            except (ValueError, IndexError) as error:  # of which RecipeError is one: the project is another one by now
                self._waiting = []
                self.refused.emit(self.tr("This could not be done: {why}").format(why=str(error).splitlines()[0]))
                break
            if back is not None:
                self._backs.append(back)
            self._end = self._hands.document.stack.index()
        self._working = False
        if began:
            self.changed.emit()

    def _may(self, deed: Value) -> bool:
        """Whether a deed has what it needs."""
        session = self._hands.session
        if isinstance(deed, ASKS):
            return session.dataset is not None and self._hands.trying.page is not None
        if isinstance(deed, (*RUNS, *EDITS)) and self._began and (session.wants_to_train or self._hands.busy()):
            return False  # what was begun here goes to its end first
        if isinstance(deed, Press) and deed.press == "step":
            return session.phase in (Phase.READY, Phase.FINISHED)
        return not isinstance(deed, TrainFolds) or session.dataset is not None

    # ---- the deeds

    def _do(self, deed: Value) -> Back | None:
        hands, session = self._hands, self._hands.session
        match deed:
            case Press(press=button):
                {"play": session.play, "step": session.step, "reset": session.reset, "stop": session.stop}[button]()
            case SetPlaces() | TakeRecipe() | Insert() | Remove():
                return self._edit(edited(hands.document.spec, deed))
            case Open(open=page):
                return hands.open_page(page)
            case Compare(compare=number):
                hands.compare(number)
            case TrainFolds():
                hands.train_folds()
            case AskWhy():
                button_on = hands.trying.why_button
                was = button_on.isChecked()
                button_on.setChecked(True)
                return lambda: button_on.setChecked(was)
            case _:
                return self._ask(deed)
        return None

    def _edit(self, after: ProjectSpec) -> Back | None:
        stack = self._hands.document.stack
        before = stack.index()
        if not self._hands.document.apply(Edit(self.tr("Do it for me"), lambda _spec: after)):
            return None

        def back() -> None:
            while stack.index() > before:
                stack.undo()

        return back

    def _ask(self, deed: Value) -> Back | None:
        trying, dataset = self._hands.trying, self._hands.session.dataset
        page = trying.page
        if page is None or dataset is None:
            return None
        self._hands.open_page("try")
        if page is trying.point and isinstance(deed, Fill):
            x, y = trying.point.place
            trying.point.set_point(*deed.fill[:2])
            return lambda: trying.point.set_point(x, y)
        if page is trying.row:
            return self._fill_row(deed)
        if page is trying.text and isinstance(deed, Write | TakeSample):
            before = trying.text.field.text
            trying.text.field.put(deed.text) if isinstance(deed, Write) else trying.text.put_test_text(deed.sample)
            return lambda: trying.text.field.put(before)
        if page is trying.picture and isinstance(deed, Draw | TakeSample):
            canvas = trying.picture.canvas
            if isinstance(deed, Draw):
                canvas.show_strokes(digit_strokes(deed.draw, canvas.thickness))
            else:
                sample, number = np.asarray(dataset.test.array[deed.sample % len(dataset.test)]), deed.sample
                self.picture_put.emit(sample, number)
                trying.picture.put(sample)
            return canvas.undo
        raise ValueError(self.tr("expected data that can be asked about in this way; the project has other data by now"))

    def _fill_row(self, deed: Value) -> Back | None:
        row = self._hands.trying.row
        before = None if row.values is None else row.values[0].copy()
        if isinstance(deed, TakeSample):
            row.put_test_row(deed.sample)
        elif isinstance(deed, Fill):
            row.fill(dict(enumerate(deed.fill)))
        if before is None:
            return None
        return lambda: row.fill({column: float(value) for column, value in enumerate(before)})
