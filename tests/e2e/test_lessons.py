"""All eleven lessons in one window over the real TensorFlow, by mouse, from the first step to the last check.

What a hand can press it presses: buttons, tabs, the pad, comparisons, folds; the rest is done by 'Do it for me'. Lessons on large data
are shortened, unless LESSONS_FULL=1: fewer epochs of fewer samples, and of what is measured only that it is measured is checked. The
test says which.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pen_strokes import drawing
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core.lesson import Lesson, lesson_names, load_lesson
from nnplayground.core.lesson_checks import MetricMark, Trained, TurnedUp
from nnplayground.core.lesson_deeds import AskWhy, Compare, Deed, Draw, Open, Press, TakeSample, TrainFolds
from nnplayground.core.presets import default_project
from nnplayground.ui.app import create_application, create_main_window
from nnplayground.ui.lessons.spotlight import part
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.panel import Panel
from nnplayground.ui.run import Phase

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
FULL = os.environ.get("LESSONS_FULL") == "1"
LONG = 60_000 if not FULL else 1_200_000
SHORTENED = ("softmax", "mnist", "fashion", "stop", "imdb", "reuters", "boston")
NEED_FILES = ("imdb", "reuters")
RESTS = (Phase.READY, Phase.FINISHED)


class Hands:
    """Work a lesson by mouse."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.teaching, self.panel = window.lessons.panel.teaching, window.lessons.panel
        self.by_hand = self.for_me = 0

    def button(self, name: str) -> QAbstractButton:
        found: list[QAbstractButton] = []

        def look() -> bool:
            found[:] = [b for b in self.window.findChildren(QAbstractButton, name) if b.isVisible()]
            return bool(found)

        self.qtbot.waitUntil(look)
        return found[0]

    def click(self, name: str) -> None:
        button = self.button(name)
        self.qtbot.waitUntil(button.isEnabled, timeout=LONG)
        self.qtbot.mouseClick(button, LEFT)

    def rest(self) -> None:
        """Until nothing trains."""
        batch, folds, session = self.window._parts.runs.batch, self.window._parts.course, self.window.session
        self.qtbot.waitUntil(
            lambda: session.phase in RESTS and not session.wants_to_train and not batch.running and not folds.running, timeout=LONG
        )

    def begin(self, name: str) -> None:
        if not self.window.lessons.isVisible():
            self.click("lessonsButton")
        if not self.panel.list.isVisible():
            self.click("allLessons")
        card = self.panel.list.cards[name]
        self.qtbot.waitUntil(card.start.isVisible, timeout=LONG)
        self.panel.list.scroll.ensureWidgetVisible(card)
        self.click(f"startLesson-{name}")
        self.qtbot.waitUntil(lambda: not self.teaching.busy and self.teaching.lesson is not None and self.teaching.lesson.id == name)
        self.qtbot.waitUntil(lambda: self.window.session.phase in RESTS, timeout=LONG)

    def can(self, deed: Deed) -> bool:
        """Whether there is something to click for it here."""
        if isinstance(deed, Draw):
            return self.window.trying.page is self.window.trying.picture
        if isinstance(deed, TakeSample):
            return self.window.trying.page in (self.window.trying.row, self.window.trying.text)
        return isinstance(deed, Press | Open | Compare | TrainFolds | AskWhy)

    def do(self, deed: Deed) -> None:
        match deed:
            case Press(press=name):
                self.click(f"{name}Button")
            case Open(open=page):
                self.open(page)
            case Compare(compare=number):
                self.panel.step.scroll.ensureWidgetVisible(self.button(f"compareButton{number}"))
                self.click(f"compareButton{number}")
            case TrainFolds():
                self.click("trainFolds")
            case AskWhy():
                if not self.button("whyButton").isChecked():
                    self.click("whyButton")
            case Draw(draw=digit):
                self.draw(digit)
            case TakeSample():
                self.click("testRow" if self.window.trying.page is self.window.trying.row else "testText")

    def open(self, name: str) -> None:
        """Click the tab, or the menu of those for which there is no room."""
        page = part(self.window, name)
        tabs = next((t for t in (self.window.bottom, self.window.aside) if isinstance(page, Panel) and t.holds(page)), None)
        if tabs is None or not isinstance(page, Panel) or tabs.shown_page is page:
            return
        index = tabs.place_of(page)
        if index in tabs.folded():
            title = tabs.tabs.tabText(index)
            self.qtbot.mouseClick(tabs.more, LEFT)
            menu = next(m for m in tabs.findChildren(QMenu, "moreTabsMenu") if m.isVisible())
            action = next(a for a in menu.actions() if a.text() == title)
            self.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
        else:
            self.qtbot.mouseClick(tabs.tabs, LEFT, pos=tabs.tabs.tabRect(index).center())
        assert tabs.shown_page is page

    def draw(self, digit: int) -> None:
        pad = next(w for w in self.window.findChildren(QWidget, "digitCanvas") if w.isVisible())
        for line in drawing(digit, "schoolbook"):
            places = [QPoint(round((0.2 + 0.6 * x) * pad.width()), round((0.15 + 0.7 * y) * pad.height())) for x, y in line]
            QTest.mousePress(pad, LEFT, PLAIN, places[0])
            for place in places:
                QTest.mouseMove(pad, place)
            QTest.mouseRelease(pad, LEFT, PLAIN, places[-1])

    def step(self) -> None:
        """Do what the step asks for, wait until its checks hold, and go on."""
        step, session = self.teaching.step, self.window.session
        assert step is not None
        deeds: Sequence[Any] = step.for_me
        if deeds and all(self.can(deed) for deed in deeds):
            for deed in deeds:
                self.do(deed)
            self.by_hand += 1
        elif deeds:
            self.click("doItForMe")
            self.for_me += 1
        if step.checks:
            where = f"{self.teaching.lesson.id if self.teaching.lesson else ''}: {step.title}"
            try:
                self.qtbot.waitUntil(lambda: self.teaching.is_step_done, timeout=LONG)
            except Exception as error:
                raise AssertionError(f"{where}: {self.teaching.told}; {session.phase}; {session.run.status}") from error
        self.rest()
        self.click("lessonNext")


def shortened(lesson: Lesson) -> Lesson:
    """The same steps, deeds and questions, with marks that a network which has seen little can pass, too."""
    steps = []
    for step in lesson.steps:
        checks = []
        for check in step.checks:
            if isinstance(check, MetricMark):
                checks.append(check.model_copy(update={"above": -1.0, "below": None}))
            elif isinstance(check, Trained):
                checks.append(check.model_copy(update={"trained": 1}))
            elif not isinstance(check, TurnedUp):
                checks.append(check)
        steps.append(step.model_copy(update={"checks": tuple(checks)}))
    return lesson.model_copy(update={"steps": tuple(steps)})


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    create_application([])
    window = create_main_window()
    window.show()
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY, timeout=LONG)
    yield window
    if window.files.guest:
        home: list[bool] = []
        window._parts.lessons.teaching.leave(lambda: home.append(True))
        qtbot.waitUntil(lambda: bool(home), timeout=LONG)
    window.files.mark_saved()
    window.close()
    window.deleteLater()


def test_all_lessons_from_the_first_step_to_the_last_check(
    window: MainWindow, qtbot: QtBot, real_data: Path | None, capsys: pytest.CaptureFixture[str]
):
    hands = Hands(window, qtbot)
    wanted = os.environ.get("LESSONS_ONLY", "").split() or [n for n in lesson_names() if real_data is not None or n not in NEED_FILES]
    lines, failed = [], []
    for name in wanted:
        begun, hands.by_hand, hands.for_me = time.monotonic(), 0, 0
        lesson = load_lesson(name)
        hands.begin(name)
        try:
            for number in range(len(lesson.steps)):
                assert hands.teaching.progress.step == number
                hands.step()
            assert hands.teaching.over
            assert hands.teaching.left_open() == []
            assert window.findChild(QWidget, "stepTitle").text() == f"All {len(lesson.steps)} steps are done"  # type: ignore[attr-defined]
        except AssertionError as error:
            failed.append(str(error))
        told = f"{name}: {len(lesson.steps)} steps, {hands.by_hand} by hand, {hands.for_me} done for me, {time.monotonic() - begun:.1f} s"
        lines.append(told)
        with capsys.disabled():
            sys.stdout.write(f"\n{told} {failed[-1] if failed else ''}")
            sys.stdout.flush()
    assert not failed, "\n".join(failed)
    hands.click("leaveLesson")
    qtbot.waitUntil(lambda: not window.files.guest, timeout=LONG)
    assert window.document.spec == default_project()
    assert not window.files.unsaved
