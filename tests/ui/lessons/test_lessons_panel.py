"""Lessons in the window, over the scripted network: the list, the steps, what is done for one, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend
from ui.lessons.hands import LEFT, RESTS, begin, button, click, leave, show_list, teaching

from nnplayground.core.lesson import lesson_names, load_lesson
from nnplayground.core.project_file import read_project
from nnplayground.ui.lessons.spotlight import part
from nnplayground.ui.main_window import MainWindow


def step_of(window: MainWindow) -> int:
    return teaching(window).progress.step


def go(window: MainWindow, title: str) -> None:
    lesson = teaching(window).lesson
    assert lesson is not None
    teaching(window).go(next(i for i, step in enumerate(lesson.steps) if step.title == title))


def told(window: MainWindow) -> list[str]:
    return [row.sentence.text() for row in window.lessons.panel.step.checks.rows if row.isVisible()]


def test_the_list_has_every_lesson_and_opens_by_its_button(window: MainWindow, qtbot: QtBot):
    assert not window.lessons.isVisible()
    click(qtbot, window, "lessonsButton")
    cards = window.lessons.panel.list.cards
    assert tuple(cards) == lesson_names()
    for name, card in cards.items():
        lesson = load_lesson(name)
        texts = [label.text() for label in card.findChildren(QLabel)]
        assert lesson.goal in texts
        assert any(lesson.title in text for text in texts)
        assert str(lesson.minutes) in card.state.text()
        assert card.start.text() == "Start"
    click(qtbot, window, "lessonsButton")
    assert not window.lessons.isVisible()


def test_a_step_is_done_when_its_checks_hold_and_says_how_it_stands(window: MainWindow, qtbot: QtBot, backend: FakeBackend):
    begin(qtbot, window, "line")
    go(window, "Ten rounds")
    assert told(window) == ["Trained for 10 epochs: it is at 0"]
    assert not teaching(window).is_step_done
    for epoch in range(1, 11):
        click(qtbot, window, "stepButton")
        qtbot.waitUntil(lambda epoch=epoch: window.session.epoch == epoch and window.session.phase in RESTS)
    qtbot.waitUntil(lambda: teaching(window).is_step_done)
    assert told(window) == ["Trained for 10 epochs: it is at 10"]
    assert button(window, "lessonNext").property("kind") == "primary"
    click(qtbot, window, "resetButton")
    qtbot.waitUntil(lambda: window.session.epoch == 0)
    assert teaching(window).is_step_done  # done once is done


def test_do_it_for_me_trains_and_undo_that_brings_the_run_and_the_settings_back(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    go(window, "Ten rounds")
    before = window.document.spec
    click(qtbot, window, "stepButton")
    qtbot.waitUntil(lambda: window.session.epoch == 1 and window.session.phase in RESTS)
    click(qtbot, window, "doItForMe")
    qtbot.waitUntil(lambda: window.session.epoch == 10)
    qtbot.waitUntil(lambda: teaching(window).is_step_done and window.session.phase in RESTS)
    assert window.document.spec.training.epochs == 10
    click(qtbot, window, "undoDeeds")
    assert window.document.spec == before
    qtbot.waitUntil(lambda: window.session.epoch == 1 and window.session.phase in RESTS)
    assert not window.lessons.panel.runner.can_undo


def test_what_a_hand_edits_later_is_not_undone_with_it(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    go(window, "Ten rounds")
    click(qtbot, window, "doItForMe")
    qtbot.waitUntil(lambda: window.session.epoch == 10 and window.session.phase in RESTS)
    click(qtbot, window, "newWeightsButton")
    qtbot.waitUntil(lambda: window.session.epoch == 0 and window.session.phase in RESTS)
    assert not window.lessons.panel.runner.can_undo


def test_a_view_that_is_to_be_opened_by_hand_stays_closed_and_its_tab_is_lit(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "gates")
    begin(qtbot, window, "softmax", timeout=30_000)
    go(window, "Which ones it mixes up")
    bottom = window.bottom
    assert bottom.shown_page.objectName() != "confusionPanel"
    index = [bottom.tabs.tabText(i) for i in range(bottom.tabs.count())].index("Confusion")
    tab = bottom.tabs.tabRect(index)
    corner = bottom.tabs.mapTo(window, tab.center())
    assert any(frame.contains(corner) for frame in window.lessons.panel.spotlight.frames)
    assert not teaching(window).is_step_done
    qtbot.mouseClick(bottom.tabs, LEFT, pos=tab.center())
    qtbot.waitUntil(lambda: teaching(window).is_step_done)


def test_frames_follow_the_window_and_let_the_mouse_through(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    go(window, "Five hundred rounds")
    spotlight = window.lessons.panel.spotlight
    play = part(window, "playButton")
    assert play is not None

    def around() -> bool:
        return any(frame.contains(play.mapTo(window, play.rect().center())) for frame in spotlight.frames)

    assert around()
    for size in ((1024, 700), (1400, 900)):
        window.resize(*size)
        qtbot.waitUntil(lambda size=size: window.width() == size[0])
        qtbot.waitUntil(around)
        assert all(window.rect().contains(frame) for frame in spotlight.frames)
    assert window.childAt(play.mapTo(window, QPoint(2, play.height() // 2))) is play
    window.docks[3].hide()  # the curves
    curves = part(window, "curvesPlot")
    assert curves is not None
    qtbot.waitUntil(lambda: len(spotlight.frames) == 2)
    click(qtbot, window, "lessonsButton")
    assert spotlight.frames == []


def test_a_question_shows_its_answer_when_it_is_asked_for(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    page = window.lessons.panel.step
    lesson = load_lesson("line")
    number = next(i for i, step in enumerate(lesson.steps) if step.question)
    teaching(window).go(number)
    assert page.question.isVisible()
    assert not page.answer.isVisible()
    click(qtbot, window, "showAnswer")
    assert page.answer.isVisible()


def test_formulas_are_drawn_with_the_runs_own_numbers(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    go(window, "Ten rounds")
    formulas = window.lessons.panel.step.formulas
    assert r"= \mathrm{loss}" in formulas[0].formula
    qtbot.waitUntil(lambda: formulas[0].is_drawn, timeout=20_000)
    click(qtbot, window, "doItForMe")
    qtbot.waitUntil(lambda: teaching(window).is_step_done)
    assert formulas[0].formula.rstrip("$ ").endswith("0.5")  # the scripted loss after ten epochs
    qtbot.waitUntil(lambda: formulas[0].is_drawn, timeout=20_000)


def test_a_step_may_be_left_out_and_is_offered_at_the_end(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    lesson = load_lesson("line")
    for _ in lesson.steps:
        click(qtbot, window, "lessonNext")
        qtbot.waitUntil(lambda: window.session.phase in RESTS)
    assert teaching(window).over
    first = next(i for i, step in enumerate(lesson.steps) if step.checks)
    offered = button(window, "firstOpenStep")
    assert str(first + 1) in offered.text()
    click(qtbot, window, "firstOpenStep")
    assert step_of(window) == first
    show_list(qtbot, window)
    assert "step" in window.lessons.panel.list.cards["line"].state.text()


def test_a_lesson_goes_on_in_another_window_with_its_network(
    make_window: Callable[[], MainWindow], qtbot: QtBot, backend: FakeBackend
):
    window = make_window()
    begin(qtbot, window, "line")
    go(window, "Ten rounds")
    click(qtbot, window, "doItForMe")
    qtbot.waitUntil(lambda: teaching(window).is_step_done and window.session.phase in RESTS)
    leave(qtbot, window)
    other = make_window()
    show_list(qtbot, other)
    card = other.lessons.panel.list.cards["line"]
    assert card.start.text() == "Continue"
    begin(qtbot, other, "line")
    assert (step_of(other), teaching(other).is_step_done, other.session.epoch) == (2, True, 10)
    assert backend.opened[-1].state is not None
    begin(qtbot, other, "line", anew=True)
    assert (step_of(other), teaching(other).progress.done, other.session.epoch) == (0, frozenset(), 0)


def test_the_network_is_kept_from_step_to_step(window: MainWindow, qtbot: QtBot, own_home: Path):
    begin(qtbot, window, "line")
    click(qtbot, window, "stepButton")
    qtbot.waitUntil(lambda: window.session.epoch == 1 and window.session.phase in RESTS)
    click(qtbot, window, "lessonNext")
    path = own_home / ".local/share/nnplayground/lessons/line.nnp"
    qtbot.waitUntil(path.exists)
    project = read_project(path)
    assert (project.spec, project.weights is not None) == (window.document.spec, True)


@pytest.mark.parametrize("content", [b"", b"{", b'{"lessons": 3}', b'{"lessons": {"line": {"step": "x"}}}', b"\xff\xfe", b"[" * 100_000])
def test_broken_progress_begins_anew_with_a_sentence(
    make_window: Callable[[], MainWindow], qtbot: QtBot, own_home: Path, content: bytes
):
    folder = own_home / ".local/share/nnplayground/lessons"
    folder.mkdir(parents=True)
    (folder / "progress.json").write_bytes(content)
    window = make_window()
    show_list(qtbot, window)
    assert window.lessons.panel.list.cards["line"].start.text() == "Start"
    assert "begins anew" in window.status.message.text()
    assert (folder / "progress.json.broken").read_bytes() == content


def test_a_broken_network_of_a_lesson_begins_anew_with_a_sentence(make_window: Callable[[], MainWindow], qtbot: QtBot, own_home: Path):
    window = make_window()
    begin(qtbot, window, "line")
    leave(qtbot, window)
    path = own_home / ".local/share/nnplayground/lessons/line.nnp"
    path.write_bytes(path.read_bytes()[:200])
    begin(qtbot, window, "line")
    assert window.document.spec.data.name == "line"
    assert (path.parent / "line.nnp.broken").exists()


def test_all_steps_stand_in_the_bar_and_a_click_goes_there(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    bar = window.lessons.panel.step.bar
    qtbot.mouseClick(bar, LEFT, pos=bar.piece(4).center().toPoint())
    assert step_of(window) == 4
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Left)
    assert step_of(window) == 3


def test_everything_in_the_panel_has_a_name_and_every_button_a_tooltip(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    for widget in window.lessons.panel.findChildren(QWidget):
        if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus and widget.isVisible():
            assert widget.objectName(), widget
            assert widget.accessibleName(), widget.objectName()
            assert widget.toolTip(), widget.objectName()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
def test_the_panel_fits_in_at_every_size_of_text(window: MainWindow, qtbot: QtBot, zoom: float, size: tuple[int, int]):
    begin(qtbot, window, "line")
    window.theme.set_zoom(zoom)
    window.resize(*size)
    qtbot.waitUntil(lambda: window.lessons.width() > 180)
    qtbot.wait(0)
    assert (window.width(), window.height()) == size
    page = window.lessons.panel.step
    assert page.isVisible()
    for name in ("lessonBack", "lessonNext", "leaveLesson"):
        shown = button(window, name)
        corner = shown.mapTo(window.lessons.panel, shown.rect().bottomRight())
        assert window.lessons.panel.rect().contains(corner), name
    window.theme.set_zoom(1.0)


def test_nothing_runs_on_when_the_lesson_is_left(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    go(window, "Ten rounds")
    leave(qtbot, window)
    taught = teaching(window)
    assert (taught.lesson, taught.told, window.files.guest) == (None, (), "")
    assert not taught._timer.isActive()
    window.event(QEvent(QEvent.Type.LayoutRequest))
    assert window.lessons.panel.spotlight.frames == []


def test_frames_stay_above_docks_that_are_raised(window: MainWindow, qtbot: QtBot):
    begin(qtbot, window, "line")
    go(window, "Five hundred rounds")
    frames = [frame for frame in window.findChildren(QWidget, "spotlight") if frame.isVisible()]
    docks = [dock for dock in window.docks for name in ("curvesPlot", "fittedLine") if dock.isAncestorOf(part(window, name))]
    for dock in docks:
        dock.raise_()
    order = [child for child in window.children() if isinstance(child, QWidget)]
    assert (len(frames), len(docks)) == (3, 2)
    around = [frame for frame in frames if any(dock.geometry().contains(frame.geometry().center()) for dock in docks)]
    assert len(around) == 2
    assert all(order.index(frame) > order.index(dock) for frame in around for dock in docks if dock.geometry().intersects(frame.geometry()))
