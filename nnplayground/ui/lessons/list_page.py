"""`ListPage`: the lessons to choose from, each with its goal, how long it takes, and how far one is."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from nnplayground.core.lesson import Lesson
from nnplayground.ui.lessons.progress import NOTHING, Progress
from nnplayground.ui.theme.theme import Role, Theme, dress


class ListPage(QWidget):
    """One card a lesson; the lesson is asked for by its name."""

    start_asked = Signal(str)
    anew_asked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonList")
        self._theme = theme
        self.cards: dict[str, LessonCard] = {}
        self.own = QLabel(self.tr("Your own project waits while you are in a lesson, and comes back as it was."))
        self.own.setWordWrap(True)
        self.own.setProperty("tone", "muted")
        theme.use_font(self.own, Role.HELPER)
        self.total = QLabel()
        self.total.setObjectName("lessonsDone")
        self.total.setProperty("tone", "faint")
        theme.use_font(self.total, Role.SECTION)
        content = QWidget()
        content.setAutoFillBackground(False)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(12, 0, 10, 12)
        self._column.setSpacing(8)
        self._column.addWidget(self.own)
        self._column.addWidget(self.total)
        self._column.addStretch(1)
        self.area = column_scroll(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.area)

    def show_lessons(self, lessons: tuple[Lesson, ...], progress: Mapping[str, Progress], present: str, *, busy: bool) -> None:
        """`present` is the lesson under way."""
        for number, lesson in enumerate(lessons, 1):
            if lesson.id not in self.cards:
                card = self.cards[lesson.id] = LessonCard(self._theme, lesson, number)
                card.start.clicked.connect(lambda _checked=False, name=lesson.id: self.start_asked.emit(name))
                card.anew.clicked.connect(lambda _checked=False, name=lesson.id: self.anew_asked.emit(name))
                self._column.insertWidget(self._column.count() - 1, card)
            self.cards[lesson.id].show_progress(progress.get(lesson.id, NOTHING), is_present=lesson.id == present, busy=busy)
        done = sum(progress.get(lesson.id, NOTHING).is_finished(len(lesson.steps)) for lesson in lessons)
        self.total.setText(self.tr("{done} of {all} lessons done").format(done=done, all=len(lessons)))

    def bring(self, name: str) -> None:
        """Into sight, with the keys on it: the lesson that somebody comes from."""
        if (card := self.cards.get(name)) is not None:
            card.start.setFocus()
            QTimer.singleShot(0, card, lambda: self.area.ensureWidgetVisible(card))  # once it has its place


class LessonCard(QFrame):
    """What a lesson is about."""

    def __init__(self, theme: Theme, lesson: Lesson, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"lessonCard-{lesson.id}")
        self.setProperty("kind", "card")
        self.setAccessibleName(lesson.title)
        self._theme, self._lesson = theme, lesson
        title, goal = QLabel(f"{number}  {lesson.title}"), QLabel(lesson.goal)
        self.tick, self.state = QLabel(), QLabel()
        theme.use_font(title, Role.TITLE)
        for label in (goal, self.state):
            theme.use_font(label, Role.HELPER)
            label.setProperty("tone", "muted")
        for label in (title, goal, self.state):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setObjectName(f"lessonState-{lesson.id}")
        self.start, self.anew = QPushButton(), QPushButton(self.tr("Begin anew"))
        self.start.setObjectName(f"startLesson-{lesson.id}")
        self.anew.setObjectName(f"lessonAnew-{lesson.id}")
        self.anew.setProperty("kind", "link")
        self.anew.setToolTip(self.tr("From the first step, with a new network; the progress of this lesson is forgotten"))
        self.anew.setAccessibleName(self.tr("Begin {title} anew").format(title=lesson.title))
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.tick, 0, Qt.AlignmentFlag.AlignTop)
        bottom.setSpacing(4)
        bottom.addWidget(self.start)
        bottom.addWidget(self.anew)
        bottom.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 9)
        column.setSpacing(5)
        column.addLayout(top)
        column.addWidget(goal)
        column.addWidget(self.state)
        column.addLayout(bottom)
        self._finished = False
        theme.changed.connect(self._dress)

    def show_progress(self, progress: Progress, *, is_present: bool, busy: bool) -> None:
        steps = len(self._lesson.steps)
        self._finished = progress.is_finished(steps)
        minutes = self.tr("{minutes} minutes").format(minutes=self._lesson.minutes)
        if self._finished:
            told = self.tr("{minutes} · done").format(minutes=minutes)
        elif progress.begun:
            told = self.tr("{minutes} · step {step} of {all}, {done} done").format(
                minutes=minutes, step=progress.step + 1, all=steps, done=len(progress.done)
            )
        else:
            told = self.tr("{minutes} · {all} steps").format(minutes=minutes, all=steps)
        self.state.setText(told)
        if is_present:
            self.start.setText(self.tr("Go on"))
        elif self._finished:
            self.start.setText(self.tr("Look again"))
        else:
            self.start.setText(self.tr("Continue") if progress.begun else self.tr("Start"))
        self.start.setAccessibleName(f"{self.start.text()}: {self._lesson.title}")
        self.start.setToolTip(
            self.tr("Go on where you were, with the network as it was") if progress.begun else self.tr("Begin this lesson")
        )
        dress(self.start, "kind", "primary" if is_present else "")
        for button in (self.start, self.anew):
            button.setEnabled(not busy)
        self.anew.setVisible(progress.begun)
        self._dress()

    def _dress(self) -> None:
        size = self._theme.pixels(16)
        icon = self._theme.icon("check-circle-outline", self._theme.tokens.ok)
        self.tick.setPixmap(icon.pixmap(size, size))
        self.tick.setVisible(self._finished)
        self.tick.setAccessibleName(self.tr("Done"))


def column_scroll(content: QWidget) -> QScrollArea:
    """What has no room below is scrolled to; nothing is ever scrolled sideways."""
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(content)
    scroll.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return scroll
