"""All eleven lessons in one window over the real TensorFlow, by mouse, from the first step to the last check, and what they light up.

What a hand can press it presses: buttons, tabs, the pad, comparisons, folds; the rest is done by 'Do it for me'. Two parameters of
the environment: LESSONS_FULL=1 trains everything at full length (on the full data where KERAS_HOME has it); LESSONS_ONLY names some of
the lessons. Without the first, long lessons are shortened: at most so many epochs as `MOST_EPOCHS` says, on the samples that are
shipped or with fewer words, in larger batches, and of their numbers only that they are measured is checked. Comparisons train one of
their runs for one epoch in every lesson. The test says which.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pen_strokes import drawing
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core import edits, lesson_deeds
from nnplayground.core.data_spec import Texts
from nnplayground.core.layers import Dense
from nnplayground.core.lesson import Lesson, Step, lesson_names, load_lesson, planned, variation_names
from nnplayground.core.lesson_checks import MetricMark, Trained, TurnedUp
from nnplayground.core.lesson_deeds import AskWhy, Compare, Deed, Draw, Open, Press, TakeSample, TrainFolds, recipe_project
from nnplayground.core.presets import default_project
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.sweep_plan import PlannedRun
from nnplayground.ui.lessons import desk, teaching
from nnplayground.ui.lessons.spotlight import part
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.panel import Panel
from nnplayground.ui.run import Phase

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
FULL = os.environ.get("LESSONS_FULL") == "1"
LONG = 60_000 if not FULL else 1_200_000
MOST_EPOCHS = {"mnist": 1, "fashion": 1, "imdb": 1, "reuters": 1, "stop": 20}
"""Of the lessons that are shortened."""
LATER = {"foldsPlot"}
"""Parts that are made when there is something to be shown in them."""
OF_COMPARISONS, MOST_RUNS = 1, 1
WORDS, MOST_UNITS, BATCH = 1_000, 128, 128
NEED_FILES = ("imdb", "reuters")
REAL_DATA = os.environ.get("KERAS_HOME")
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
        self.panel.list.area.ensureWidgetVisible(card)
        self.click(f"startLesson-{name}")
        self.qtbot.waitUntil(lambda: not self.teaching.busy and self.teaching.lesson is not None and self.teaching.lesson.id == name)
        session = self.window.session
        try:
            self.qtbot.waitUntil(lambda: session.phase in (*RESTS, Phase.FAILED, Phase.BLOCKED), timeout=LONG)
        except Exception as error:
            raise AssertionError(f"{name}: {session.phase}, {session.supply.stand}, {session.engine}") from error
        assert session.phase in RESTS, f"{name}: {session.phase}: {self.window.status.message.text()}"

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
                self.panel.step.area.ensureWidgetVisible(self.button(f"compareButton{number}"))
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

    def look_at_light(self, step: Step) -> None:
        """Every part that the step names is in the window, and framed where it is to be seen."""
        where = f"{self.teaching.lesson.id if self.teaching.lesson else ''}: {step.title}"
        wanted = [name for name in step.at if name not in LATER]
        missing = [name for name in wanted if part(self.window, name) is None]
        assert not missing, f"{where}: there is no {missing}"
        frames = self.panel.spotlight.frames
        assert len(wanted) <= len(frames) <= len(step.at), f"{where}: {step.at} are framed at {frames}"
        assert all(self.window.rect().contains(frame) for frame in frames)

    def step(self) -> None:
        """Do what the step asks for, wait until its checks hold, and go on."""
        step, session = self.teaching.step, self.window.session
        assert step is not None
        self.look_at_light(step)
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
        if not FULL and session.phase is Phase.TRAINING:
            self.click("playButton")  # nobody needs to see the rest of it
        self.rest()
        self.click("lessonNext")


def small(spec: ProjectSpec, most: int) -> ProjectSpec:
    """At most so many epochs, in larger batches; fewer words of texts, and no layer of hundreds of units."""
    batch = BATCH if spec.training.stop_when is None else 1  # what is to get below a mark needs its steps
    spec = edits.change_training(spec, epochs=min(spec.training.epochs, most), batch_size=max(spec.training.batch_size, batch))
    if isinstance(spec.data, Texts):
        spec = edits.change_data(spec, num_words=WORDS)
    for index, layer in enumerate(spec.layers):
        if isinstance(layer, Dense) and layer.units > MOST_UNITS:
            spec = edits.change_layer(spec, index, units=MOST_UNITS)
    return spec


def shorten(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the window's lessons be short."""
    taught = window.lessons.panel.teaching
    lessons = tuple(shortened(lesson) if lesson.id in MOST_EPOCHS else lesson for lesson in taught.lessons)
    monkeypatch.setitem(taught.__dict__, "lessons", lessons)

    def short_project(name: str) -> ProjectSpec:
        most = [epochs for lesson, epochs in MOST_EPOCHS.items() if name.startswith(lesson)]
        return small(recipe_project(name), most[0]) if most else recipe_project(name)

    def short_runs(lesson: Lesson, comparison: int) -> tuple[PlannedRun, ...]:
        return tuple(replace(run, spec=small(run.spec, OF_COMPARISONS)) for run in planned(lesson, comparison)[:MOST_RUNS])

    for module in (lesson_deeds, teaching):
        monkeypatch.setattr(module, "recipe_project", short_project)
    monkeypatch.setattr(desk, "planned", short_runs)
    monkeypatch.setattr(desk, "variation_names", lambda lesson, number: variation_names(lesson, number)[:MOST_RUNS])


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
def texts(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the full sets are there that no samples are shipped of; in a full run all are used, else these alone."""
    if REAL_DATA is None or not all((Path(REAL_DATA) / "datasets" / f"{name}.npz").is_file() for name in NEED_FILES):
        return False
    if FULL:
        monkeypatch.setenv("KERAS_HOME", REAL_DATA)
        return True
    folder = own_home / ".keras" / "datasets"
    folder.mkdir(parents=True)
    for name in NEED_FILES:
        for file in (f"{name}.npz", f"{name}_word_index.json"):
            (folder / file).symlink_to(Path(REAL_DATA) / "datasets" / file)
    return True


@pytest.mark.timeout(0 if FULL else 900)
def test_all_lessons_from_the_first_step_to_the_last_check(
    texts: bool, window: MainWindow, qtbot: QtBot, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    hands = Hands(window, qtbot)
    wanted = os.environ.get("LESSONS_ONLY", "").split() or [name for name in lesson_names() if texts or name not in NEED_FILES]
    if not FULL:
        shorten(window, monkeypatch)
    failed = []
    for name in wanted:
        begun, worked, hands.by_hand, hands.for_me = time.monotonic(), time.process_time(), 0, 0
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
        took = f"{time.monotonic() - begun:.1f} s, {time.process_time() - worked:.1f} s of work"
        length = "full length" if FULL else "shortened" if name in MOST_EPOCHS else "comparisons shortened"
        told = f"{name}: {len(lesson.steps)} steps, {hands.by_hand} by hand, {hands.for_me} done for me, {took} ({length})"
        with capsys.disabled():
            sys.stdout.write(f"\n{told} {failed[-1] if failed else ''}")
            sys.stdout.flush()
    assert not failed, "\n".join(failed)
    hands.click("leaveLesson")
    qtbot.waitUntil(lambda: not window.files.guest, timeout=LONG)
    assert window.document.spec == default_project()
    assert not window.files.unsaved
