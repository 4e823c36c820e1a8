"""`LessonsPanel`: the list of lessons, and the one that is under way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnplayground.core.lesson import Lesson
from nnplayground.ui.lessons.deeds import DeedRunner
from nnplayground.ui.lessons.list_page import ListPage
from nnplayground.ui.lessons.spotlight import Spotlight
from nnplayground.ui.lessons.step_page import StepPage
from nnplayground.ui.lessons.teaching import Teaching
from nnplayground.ui.lessons.typesetter import Typesetter
from nnplayground.ui.panel import Panel
from nnplayground.ui.theme.theme import Theme

LEAST = QSize(220, 200)
"""Pixels that the panel may always ask for, whatever the size of the text: everything in it wraps or scrolls."""


class LessonsPanel(Panel):
    """Reads nothing before it is first shown."""

    compare_asked = Signal(int)
    stop_asked = Signal()

    def __init__(
        self, theme: Theme, teaching: Teaching, runner: DeedRunner, spotlight: Spotlight, typesetter: Typesetter,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(theme, "", parent=parent)
        self.set_title(self.tr("Lessons"))
        self.setObjectName("lessonsPanel")
        self.teaching, self.runner, self.spotlight = teaching, runner, spotlight
        self.comparing: Callable[[], tuple[int | None, str, bool]] = lambda: (None, "", False)
        """Which comparison of the lesson is being trained, how far it is, and whether anything else is."""
        self.list, self.step = ListPage(theme), StepPage(theme, typesetter)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.list)
        self.pages.addWidget(self.step)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.pages)
        self._lit: object = None
        self._listing = True
        self._last = ""
        """The lesson that was shown last."""
        self._connect()

    def _connect(self) -> None:
        teaching, step = self.teaching, self.step
        self.list.start_asked.connect(self._start)
        self.list.anew_asked.connect(lambda name: self._start(name, anew=True))
        step.lesson_asked.connect(self._start)
        step.list_asked.connect(self._show_list)
        for asked, answer in ((step.go_asked, teaching.go), (step.next_asked, teaching.next), (step.back_asked, teaching.back)):
            asked.connect(self.runner.forget)  # what was done for another step is undone by the window's own undo
            asked.connect(answer)
        step.leave_asked.connect(teaching.leave)
        step.do_asked.connect(self._do)
        step.undo_asked.connect(self.runner.undo)
        step.compare_asked.connect(self.compare_asked)
        step.stop_asked.connect(self.stop_asked)
        teaching.changed.connect(self._show)
        teaching.looked.connect(self._show_looked)
        self.runner.changed.connect(self._show_deeds)

    def minimumSizeHint(self) -> QSize:
        return LEAST

    def sizeHint(self) -> QSize:
        return QSize(self.theme.pixels(300), 600)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lit = None
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._lit = None
        self.spotlight.clear()

    def show_comparing(self) -> None:
        """A comparison has begun, is at another run, or is over."""
        running, told, blocked = self.comparing()
        self.step.show_comparing(self.teaching.progress.compared, running, told, blocked=blocked)

    # ---- what is asked

    def _start(self, name: str, *, anew: bool = False) -> None:
        self._listing = False
        self.runner.forget()
        self.teaching.start(name, anew=anew)
        self._show()

    def _show_list(self) -> None:
        self._listing = True
        self._show()

    def _do(self) -> None:
        if (step := self.teaching.step) is not None:
            self.runner.run(step.for_me)

    # ---- what is shown

    def _show(self) -> None:
        if not self.isVisible():
            return
        teaching, lesson = self.teaching, self.teaching.lesson
        if lesson is None or self._listing:
            self._listing = self._listing or not teaching.busy
            present = lesson.id if lesson is not None else ""
            self.list.show_lessons(teaching.lessons, teaching.all_progress(), present, busy=teaching.busy)
            self.pages.setCurrentWidget(self.list)
            self._light((), None)
            if self._last and not teaching.busy:
                self.list.bring(self._last)
                self._last = ""
            return
        self._last, had_keys = lesson.id, self.step.next.hasFocus()
        self.step.show_step(lesson, teaching.progress, over=teaching.over, following=self._following(lesson))
        self.pages.setCurrentWidget(self.step)
        if had_keys and teaching.over:  # not to what stands below it, which leaves
            self.step.following.setFocus()
        self._show_looked()
        self._show_deeds()
        self.show_comparing()
        step = teaching.step
        names = step.at if step is not None and not teaching.over else ()
        self._light(names, (lesson.id, teaching.progress.step, teaching.over))

    def _light(self, names: tuple[str, ...], place: object) -> None:
        if place != self._lit:
            self._lit = place
            self.spotlight.show_parts(names, closed=self.teaching.keeps_closed())

    def _following(self, lesson: Lesson) -> Lesson | None:
        lessons = self.teaching.lessons
        at = lessons.index(lesson) + 1
        return lessons[at] if at < len(lessons) else None

    def _show_looked(self) -> None:
        teaching = self.teaching
        if self.isVisible() and teaching.lesson is not None and not self._listing and not teaching.over:
            self.step.show_checks(teaching.told, done=teaching.is_step_done)
            self.step.show_formulas(teaching.formulas())
            self.show_comparing()
            self.spotlight.look_again()

    def _show_deeds(self) -> None:
        step = self.teaching.step
        can_do = step is not None and bool(step.for_me) and not self.teaching.over
        self.step.show_deeds(can_do=can_do, busy=self.runner.busy, can_undo=self.runner.can_undo)
