from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core.analysis import Analysis
from nnplayground.core.edits import changed
from nnplayground.core.history import History
from nnplayground.engine.explaining import Explanation, Question
from nnplayground.engine.probes import Failure, ProbeRequest, Snapshot
from nnplayground.ui.board import Board
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.run import Phase
from nnplayground.ui.session import TrainingSession


class View(QWidget):
    """A panel that wants to see something, and keeps what it is shown."""

    def __init__(self, request: ProbeRequest) -> None:
        super().__init__()
        self.request = request
        self.shown: list[Snapshot] = []

    def probe_request(self) -> ProbeRequest:
        return self.request

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self.shown.append(snapshot)


def samples(*firsts: float) -> np.ndarray:
    return np.array([[first, 0.0] for first in firsts], np.float32)


@pytest.fixture
def idle(document: Document) -> Iterator[TrainingSession]:
    """A session that was never started."""
    session = TrainingSession(document, FakeBackend)
    yield session
    session.close()


def put(qtbot: QtBot, board: Board, *views: View) -> None:
    for view in views:
        qtbot.addWidget(view)
        view.show()
        board.add(view)


def asked(session: TrainingSession) -> ProbeRequest | None:
    return session.probe_source()


def test_panels_get_the_activations_of_their_own_samples(qtbot: QtBot, document: Document, idle: TrainingSession) -> None:
    board = Board(document, idle)
    whole = View(ProbeRequest(activations=samples(1, 2)))
    none = View(ProbeRequest(grid=10))
    pictures = View(ProbeRequest(activations=samples(3), pictures_only=True, inputs=samples(4)))
    put(qtbot, board, whole, none, pictures)
    request = asked(idle)
    assert request is not None
    assert not request.pictures_only  # one of them wants all
    np.testing.assert_array_equal(request.activations, samples(1, 2, 3))
    np.testing.assert_array_equal(request.inputs, samples(4))
    idle.snapshot_taken.emit(Snapshot(0, 1.0, answers=samples(40), activations=(samples(10, 20, 30), samples(11, 21, 31))))
    for view, expected in ((whole, (samples(10, 20), samples(11, 21))), (pictures, (samples(30), samples(31))), (none, ())):
        got = view.shown[-1].activations
        assert len(got) == len(expected)
        for mine, theirs in zip(got, expected, strict=True):
            np.testing.assert_array_equal(mine, theirs)
    assert whole.shown[-1].answers is None
    np.testing.assert_array_equal(pictures.shown[-1].answers, samples(40))


def test_pictures_alone_are_cut_and_hidden_panels_ask_for_nothing(qtbot: QtBot, document: Document, idle: TrainingSession) -> None:
    board = Board(document, idle)
    whole, pictures = View(ProbeRequest(activations=samples(1))), View(ProbeRequest(activations=samples(3), pictures_only=True))
    put(qtbot, board, whole, pictures)
    whole.hide()
    request = asked(idle)
    assert request is not None
    assert request.pictures_only
    np.testing.assert_array_equal(request.activations, samples(3))
    pictures.window().showMinimized()
    assert asked(idle) is None
    pictures.window().showNormal()
    assert asked(idle) is not None
    pictures.hide()
    assert asked(idle) is None


def test_panels_get_the_answers_to_their_own_questions(qtbot: QtBot, document: Document, idle: TrainingSession) -> None:
    board = Board(document, idle)
    questions = [Question(samples(i)) for i in range(3)]
    two, none = View(ProbeRequest(explain=tuple(questions[:2]))), View(ProbeRequest(grid=4))
    one = View(ProbeRequest(explain=(questions[2],)))
    put(qtbot, board, two, none, one)
    request = asked(idle)
    assert request is not None
    assert request.explain == tuple(questions)
    found = tuple(Explanation(question, samples(0), np.zeros(1, np.int64), samples(0)) for question in questions)
    idle.snapshot_taken.emit(Snapshot(0, 1.0, explanations=found))
    assert [view.shown[-1].explanations for view in (two, none, one)] == [found[:2], (), found[2:]]
    one.request = ProbeRequest(explain=(Question(samples(4)),))
    asked(idle)
    idle.snapshot_taken.emit(Snapshot(0, 1.0, explanations=found))  # to what was asked before
    assert [view.shown[-1].explanations for view in (two, none, one)] == [found[:2], (), found[2:]]
    nobodys = Explanation(Question(samples(4)), samples(0), np.zeros(1, np.int64), samples(0))
    idle.snapshot_taken.emit(Snapshot(0, 1.0, explanations=(nobodys,)))
    assert one.shown[-1].explanations == ()


class Told(QWidget):
    """A panel that keeps the names of the projects it was shown, and may ask for edits."""

    edit_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def show_analysis(self, analysis: Analysis) -> None:
        self.names.append(analysis.spec.name)


def named(name: str) -> Edit:
    return Edit("Name", lambda spec: changed(spec, name=name))


@pytest.fixture
def pages(qtbot: QtBot, document: Document, idle: TrainingSession) -> Iterator[tuple[Board, Told, Told]]:
    """Two panels in one window, the second of them out of sight."""
    window, board = QWidget(), Board(document, idle)
    board.setParent(window)
    column = QVBoxLayout(window)
    seen, hidden = Told(), Told()
    for panel in (seen, hidden):
        column.addWidget(panel)
        board.add(panel)
        panel.names.clear()
    hidden.hide()
    qtbot.addWidget(window)
    window.show()
    yield board, seen, hidden
    window.close()


def test_a_panel_out_of_sight_is_told_later_and_only_the_last(pages: tuple[Board, Told, Told], document: Document, qtbot: QtBot) -> None:
    _board, seen, hidden = pages
    document.apply(named("one"))
    document.apply(named("two"))
    assert (seen.names, hidden.names) == (["one", "two"], [])
    qtbot.waitUntil(lambda: bool(hidden.names))
    assert hidden.names == ["two"]


def test_a_panel_that_comes_into_sight_knows_everything_at_once(pages: tuple[Board, Told, Told], document: Document) -> None:
    _board, _seen, hidden = pages
    document.apply(named("one"))
    hidden.show()
    assert hidden.names == ["one"]
    document.apply(named("two"))
    assert hidden.names == ["one", "two"]


def test_a_panel_out_of_sight_hears_at_once_what_became_of_its_own_edit(pages: tuple[Board, Told, Told], document: Document) -> None:
    _board, _seen, hidden = pages
    document.apply(named("one"))
    hidden.edit_requested.emit(named("two"))
    assert hidden.names == ["one", "two"]


def test_a_board_that_is_closed_tells_nothing_more(pages: tuple[Board, Told, Told], document: Document, qtbot: QtBot) -> None:
    board, seen, hidden = pages
    document.apply(named("one"))
    board.close()
    qtbot.wait(1)
    assert (seen.names, hidden.names) == (["one"], [])


class Excused(View):
    """A view that is told why it is shown nothing."""

    def __init__(self, request: ProbeRequest) -> None:
        super().__init__(request)
        self.told: list[str] = []

    def show_failure(self, sentence: str) -> None:
        self.told.append(sentence)


def test_who_asked_is_told_what_could_not_be_worked_out(
    qtbot: QtBot, document: Document, idle: TrainingSession, caplog: pytest.LogCaptureFixture
) -> None:
    board = Board(document, idle)
    weights, grid = Excused(ProbeRequest(weights_of=0)), Excused(ProbeRequest(grid=10))
    put(qtbot, board, weights, grid)
    asked(idle)
    broken = Snapshot(0, 1.0, failures={"weights_of": Failure("No wind.", "in line 7")})
    for snapshot in (broken, broken, Snapshot(0, 2.0), broken):
        idle.snapshot_taken.emit(snapshot)
    sentence = "This could not be worked out. No wind. The tab Log says more."
    assert weights.told == [sentence, "", sentence]
    assert grid.told == []
    assert len(grid.shown) == 4
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == 2
    assert all("No wind." in text and "in line 7" in text for text in told)
    idle.run_reset.emit(History())
    assert weights.told[-1] == ""


def test_while_it_trains_each_panel_is_shown_its_picture_in_a_turn_of_its_own(
    qtbot: QtBot, document: Document, idle: TrainingSession
) -> None:
    board = Board(document, idle)
    views = [View(ProbeRequest(grid=10)) for _ in range(3)]
    put(qtbot, board, *views)
    asked(idle)
    idle.phase = Phase.TRAINING
    first, second = Snapshot(0, 1.0), Snapshot(0, 2.0)
    idle.snapshot_taken.emit(first)
    assert [len(view.shown) for view in views] == [0, 0, 0]
    board._show_next()
    assert [len(view.shown) for view in views] == [1, 0, 0]
    idle.snapshot_taken.emit(second)  # it overtakes the first, where that was not shown yet
    qtbot.waitUntil(lambda: all(view.shown and view.shown[-1].epoch == 2.0 for view in views))
    assert [[s.epoch for s in view.shown] for view in views] == [[1.0, 2.0], [2.0], [2.0]]
    idle.phase = Phase.READY
    idle.snapshot_taken.emit(first)
    assert all(view.shown[-1].epoch == 1.0 for view in views)  # at rest at once


class Hearer(QWidget):
    """A panel that counts what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0

    def show_history(self, _history: History) -> None:
        self.heard += 1


def test_out_of_sight_nobody_is_told_of_every_epoch(qtbot: QtBot, document: Document, idle: TrainingSession) -> None:
    board, window = Board(document, idle), QWidget()
    hidden, seen = Hearer(), Hearer()
    for panel in (hidden, seen):
        panel.setParent(window)
    qtbot.addWidget(window)
    window.show()
    hidden.hide()
    for panel in (hidden, seen):
        board.add(panel)
    begun = hidden.heard, seen.heard
    idle.phase = Phase.TRAINING
    for _ in range(5):
        idle.history_changed.emit(History())
    qtbot.wait(30)
    assert (hidden.heard, seen.heard) == (begun[0], begun[1] + 5)
    idle.phase = Phase.READY
    idle.phase_changed.emit(Phase.READY)
    qtbot.waitUntil(lambda: hidden.heard == begun[0] + 1)
