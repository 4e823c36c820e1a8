"""`Teaching`: the lesson that is under way: its step, what of it is done, and how it begins, rests and ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial

from PySide6.QtCore import QObject, QTimer, Signal

from nnplayground.core.history import MOST_KEPT
from nnplayground.core.lesson import Lesson, Step, lesson_names, load_lesson
from nnplayground.core.lesson_checks import Answer, AnswerBetween, AskedCheck, Opened, Told
from nnplayground.core.lesson_deeds import recipe_project
from nnplayground.core.lesson_numbers import filled, numbers
from nnplayground.core.project_file import ProjectFile
from nnplayground.core.recipe import RecipeError
from nnplayground.data import own
from nnplayground.ui.files import Files
from nnplayground.ui.lessons.own import OwnProject
from nnplayground.ui.lessons.progress import Progress, ProgressBook
from nnplayground.ui.lessons.witness import Witness
from nnplayground.ui.run import Learned, Phase, Resume
from nnplayground.ui.session import TrainingSession

logger = logging.getLogger(__name__)
Then = Callable[[], None]
ANSWERS = (Answer, AnswerBetween, AskedCheck)
PATIENCE = 120
"""Milliseconds that several things to be seen are looked at together."""


class Teaching(QObject):
    """Lives on the window's thread. At most one lesson is under way."""

    changed = Signal()
    """Another lesson or step, or others are done."""
    looked = Signal()
    """The checks of the step were looked at anew: see `told` and `formulas`."""
    said = Signal(str, str)
    """A sentence, and its tone."""

    def __init__(
        self, session: TrainingSession, files: Files, own_project: OwnProject, witness: Witness, book: ProgressBook, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._files, self._own, self._witness, self._book = session, files, own_project, witness, book
        self.lesson: Lesson | None = None
        self.progress = Progress()
        self.told: tuple[Told, ...] = ()
        """Of each check of the step, whether it holds now, and the sentence."""
        self.over = False
        """Whether the page behind the last step is shown."""
        self.busy = False
        """Whether a lesson is on its way in or out."""
        self.give_way: Callable[[], None] = lambda: None
        """Ends what trains several networks one after the other."""
        self._to_leave: list[Then] = []
        self._kept: set[str] = set()
        self._kept_learned: Learned | None = None
        """What the network on the disk had learned."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PATIENCE)
        self._timer.timeout.connect(self.look)
        witness.changed.connect(self._on_seen)
        files.go_home = self.leave
        book.told = lambda sentence: self.said.emit(sentence, "warn")

    # ---- what there is

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        """All that can be read; a broken file of the app itself is a line in the log."""
        found = []
        for name in lesson_names():
            try:
                found.append(load_lesson(name))
            except (RecipeError, FileNotFoundError) as error:
                logger.warning("The lesson %s cannot be read: %s", name, error)
        return tuple(found)

    def all_progress(self) -> dict[str, Progress]:
        """How far somebody is, by the lesson's name."""
        known = self._book.all()
        return known if self.lesson is None else {**known, self.lesson.id: self.progress}

    @property
    def step(self) -> Step | None:
        return self.lesson.steps[self.progress.step] if self.lesson is not None else None

    @property
    def is_step_done(self) -> bool:
        return self.progress.step in self.progress.done

    def formulas(self) -> tuple[str, ...]:
        """The step's formulas with the run's own numbers in them."""
        step = self.step
        if step is None or not step.formula:
            return ()
        known = numbers(self._witness.seen(self.progress))
        return tuple(filled(formula, known) for formula in step.formula)

    def left_open(self) -> list[int]:
        """The steps that are not done."""
        return [] if self.lesson is None else [i for i in range(len(self.lesson.steps)) if i not in self.progress.done]

    def keeps_closed(self) -> frozenset[str]:
        """Views that a person is to open by hand in this step: the light falls on their tabs."""
        checks = self.step.checks if self.step is not None and not self.is_step_done else ()
        return frozenset(check.opened for check in checks if isinstance(check, Opened))

    # ---- beginning and ending

    def start(self, name: str, *, anew: bool = False) -> None:
        """Begin a lesson, or go on with it; one's own project, or the lesson before, is put aside."""
        if self.busy:
            return
        if self.lesson is not None and self.lesson.id == name and not anew:
            self.changed.emit()
            return
        lesson = next((lesson for lesson in self.lessons if lesson.id == name), None)
        if lesson is None:
            return
        self.busy = True
        self.changed.emit()
        begin = partial(self._begin, lesson, anew)
        if self.lesson is not None:
            self._rest(begin)
        else:
            self.give_way()
            self._own.put_aside(begin, self._failed)

    def leave(self, then: Then = lambda: None) -> None:
        """Keep the lesson as it is, and show one's own project again."""
        if self.busy:
            self._to_leave.append(then)  # it is on its way in or out
            return
        if self.lesson is None:
            then()
            return
        self.busy = True

        def go() -> None:
            self.lesson, self.told, self.busy = None, (), False
            self._timer.stop()
            self._witness.set_on(False)
            self._own.bring_back()
            self.changed.emit()
            then()
            self._leave_now()

        self._rest(go)

    def _leave_now(self) -> None:
        """Whoever wanted to leave while a lesson was on its way."""
        waiting, self._to_leave = self._to_leave, []
        for then in waiting:
            self.leave(then)

    def close(self) -> None:
        self._timer.stop()
        self._own.close()

    def _failed(self, sentence: str) -> None:
        self.busy = False
        self.said.emit(sentence, "error")
        self.changed.emit()
        self._leave_now()

    def _begin(self, lesson: Lesson, anew: bool) -> None:
        if anew:
            self._book.forget(lesson.id)
        known = self._book.of(lesson.id)
        found = self._book.project(lesson.id) if known.begun else None
        self.progress = replace(known if known.begun else Progress(), begun=True)
        self.progress = replace(self.progress, step=min(self.progress.step, len(lesson.steps) - 1))
        self.lesson, self.over, self.busy, self._kept = lesson, False, False, set()
        project, history = found or (ProjectFile(recipe_project(lesson.recipe)), None)
        self._files.guest = lesson.title
        self._files.show(project, None, history)
        self._witness.set_on(True)
        self._arrive()
        self._leave_now()

    def _rest(self, then: Then) -> None:
        """Keep the lesson's progress and its network, then go on, whatever came of it."""
        assert self.lesson is not None
        self.give_way()
        self._session.pause()
        self._book.keep(self.lesson.id, self.progress)
        name = self.lesson.id
        self._files.at_rest(lambda kept, error: self._pack(name, kept, error, then))

    def _pack(self, name: str, kept: Resume, error: str, then: Then) -> None:
        text = kept.history.to_csv(MOST_KEPT) if kept.history.epochs else ""
        project = ProjectFile(own.with_hash(kept.spec), kept.weights, kept.state, text)

        def done(_result: object, why: str) -> None:
            if why:
                self.said.emit(self.tr("The network of this lesson cannot be kept: {why}").format(why=why), "warn")
            then()

        if error:
            done(None, error)
        elif project.weights is not None and self._session.has_network:  # large ones take their time
            self._session.ask(lambda _backend: self._book.keep_project(name, project), done)
        else:
            try:
                self._book.keep_project(name, project)
            except OSError as problem:
                done(None, problem.strerror or str(problem))
            else:
                done(None, "")

    def _keep_network(self) -> None:
        """From step to step, so that little is lost with a process that dies."""
        learned = self._session.learned
        if self.lesson is None or learned is None or learned is self._kept_learned or self._session.phase is Phase.TRAINING:
            return
        self._kept_learned, name = learned, self.lesson.id
        self._files.at_rest(lambda kept, error: None if error else self._pack(name, kept, "", lambda: None))

    # ---- from step to step

    def go(self, step: int) -> None:
        """Show a step; behind the last one comes the page that ends the lesson."""
        if self.lesson is None or self.busy:
            return
        present = self.step
        if present is not None and not present.checks and step > self.progress.step:
            self.progress = self.progress.with_done(self.progress.step)  # it was there to be read
        self._keep_network()
        self.over = step >= len(self.lesson.steps)
        self.progress = replace(self.progress, step=min(max(step, 0), len(self.lesson.steps) - 1))
        self._arrive()

    def next(self) -> None:
        self.go(self.progress.step + 1)

    def back(self) -> None:
        self.go(self.progress.step if self.over else self.progress.step - 1)

    def _arrive(self) -> None:
        assert self.lesson is not None
        self._book.keep(self.lesson.id, self.progress)
        self.told = ()
        step = self.lesson.steps[self.progress.step]
        self._witness.wants_answers = bool(step.formula) or any(isinstance(check, ANSWERS) for check in step.checks)
        self.changed.emit()
        self._witness.ask()
        self.look()

    # ---- what is seen

    def look(self) -> None:
        """Look at the checks now."""
        self._timer.stop()
        lesson, step = self.lesson, self.step
        if lesson is None or step is None or self.busy:
            return
        seen = self._witness.seen(self.progress)
        self.told = tuple(check.told(seen) for check in step.checks)
        if self.told and all(holds for holds, _ in self.told) and not self.is_step_done and not self.over:
            self.progress = self.progress.with_done(self.progress.step)
            self._book.keep(lesson.id, self.progress)
            self.changed.emit()
        self.looked.emit()

    def note_page(self, page: str) -> None:
        """A view was brought into sight."""
        if self.lesson is not None and page not in self.progress.opened:
            self.progress = replace(self.progress, opened=self.progress.opened | {page})
            self._on_seen()

    def note_why(self, on: bool) -> None:
        """The network is asked why."""
        if on and self.lesson is not None:
            self.progress = replace(self.progress, why=True)
            self._on_seen()

    def note_run(self, key: str) -> None:
        """A run is kept, or is kept anew."""
        if self.lesson is not None and key not in self._kept:
            self._kept.add(key)
            self.progress = replace(self.progress, runs=self.progress.runs + 1)
            self._on_seen()

    def note_compared(self, comparison: int) -> None:
        """A comparison of the lesson is trained to its end."""
        if self.lesson is not None:
            self.progress = replace(self.progress, compared=self.progress.compared | {comparison})
            self._on_seen()

    def _on_seen(self) -> None:
        if self.lesson is not None and not self._timer.isActive() and not self.busy:
            self._timer.start()
