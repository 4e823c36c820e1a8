"""The tab Folds by mouse: folds beside a run that is open, over the scripted network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits
from nnplayground.engine.events import Epochs, Progress, Status
from nnplayground.ui.edit import Edit
from nnplayground.ui.folds.controls import FoldControls
from nnplayground.ui.folds.panel import FoldsPanel
from nnplayground.ui.folds.plot import FoldPlot
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Engine, Phase
from nnplayground.ui.theme.theme import Theme


@dataclass
class Held(FakeBackend):
    """Goes no further than to an epoch of a fold, counted from 1, and takes as long for it as a network does."""

    hold: tuple[int, int] | None = None
    pulled: threading.Event = field(default_factory=threading.Event)

    def advance(self, epochs: int, seconds: float) -> Epochs | Progress:
        if self.hold is not None and len(self.opened) == self.hold[0] and self._epoch >= self.hold[1]:
            assert self.run_id is not None
            self.pulled.wait(seconds)
            return Progress(self.run_id, self._epoch + 1, 1, 2, {"loss": 0.5})
        return super().advance(epochs, seconds)


class Makes:
    """One network for the open run, one for the folds."""

    def __init__(self) -> None:
        self.run, self.folds = FakeBackend(), Held()
        self._waiting = [self.run, self.folds]

    def __call__(self) -> FakeBackend:
        return self._waiting.pop(0)


@pytest.fixture
def makes() -> Makes:
    return Makes()


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, makes: Makes) -> Iterator[MainWindow]:
    window = MainWindow(theme, makes)
    window.resize(1280, 800)
    window.show()
    qtbot.waitUntil(lambda: window.session.engine is Engine.READY and window.session.phase is Phase.READY)
    yield window
    window.files.mark_saved()
    window.close()
    window.deleteLater()


@pytest.fixture
def panel(window: MainWindow) -> FoldsPanel:
    panel = window.findChild(FoldsPanel, "folds")
    window._parts.bottom.open_page(panel)
    return panel


def choose(combo: QComboBox, text: str) -> None:
    """Choose a line of a list by keys."""
    combo.setFocus()
    steps = combo.findText(text) - combo.currentIndex()
    for _ in range(abs(steps)):
        QTest.keyClick(combo, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def hover(plot: FoldPlot, place: QPointF) -> None:
    """Move the mouse there; QTest cannot, without a screen."""
    move = QMouseEvent(QEvent.Type.MouseMove, place, plot.mapToGlobal(place), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton,
                       Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(plot.viewport(), move)


def press(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def change(window: MainWindow, **settings: object) -> None:
    window.document.apply(Edit("change", lambda spec: edits.change_training(spec, **settings)))


def test_from_none_to_scores_by_mouse(qtbot: QtBot, window: MainWindow, panel: FoldsPanel, makes: Makes):
    controls, session = panel.controls, window.session
    assert not controls.train.isEnabled()
    assert "No folds are asked for." in panel.nothing.text
    change(window, epochs=40)
    run_id = session.run_id
    choose(controls.folds, "3")
    assert window.document.spec.training.k_fold == 3
    assert session.run_id == run_id  # the run that is open stays
    assert "3 folds, none trained yet." in panel.nothing.text
    makes.folds.hold = 2, 25
    press(controls.train)
    qtbot.waitUntil(lambda: controls.far.text() == "fold 2 of 3, epoch 25 of 40")
    assert controls.stop.isVisible()
    assert not controls.train.isVisible()
    qtbot.waitUntil(lambda: controls.bar.value() == round(1000 * (1 + 25.5 / 40) / 3))
    assert panel.told.text() == "Accuracy 85.0 %"
    assert panel.more.text().startswith("Mean of 1 of 3 folds.")
    makes.folds.hold = None
    qtbot.waitUntil(lambda: not panel.course.running)
    results = panel.course.results
    assert results is not None
    assert [(run.status, run.history.epochs) for run in results.runs] == [(Status.COMPLETED, 40)] * 3
    assert panel.told.text() == "Accuracy 85.0 ± 0.0 %"
    assert panel.more.text() == "Mean of 3 folds. Best after 40 epochs."
    assert panel.scores.model().rowCount() == 4
    assert len(makes.folds.opened) == 3
    assert len(makes.run.opened) == 1
    assert makes.run.threads == makes.folds.threads
    assert makes.run.opened[0].spec.training.k_fold is None
    window.document.stack.undo()
    assert window.document.spec.training.k_fold is None
    assert "These are of the earlier settings." in panel.more.text()
    window.document.stack.redo()
    assert "earlier" not in panel.more.text()


def test_play_waits_for_the_folds_and_the_run_goes_on_after_them(qtbot: QtBot, window: MainWindow, panel: FoldsPanel, makes: Makes):
    session = window.session
    change(window, epochs=100_000, k_fold=2)
    makes.folds.hold = 1, 10
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 20)
    press(panel.controls.train)
    qtbot.waitUntil(lambda: session.phase is Phase.READY and bool(panel.course.results and panel.course.results.runs))
    epoch = session.epoch
    play = window.findChild(QWidget, "playButton")
    press(play)
    assert "The folds are being trained" in window._parts.status.message.text()
    assert not session.wants_to_train
    press(window.findChild(QWidget, "stepButton"))
    press(panel.controls.stop)
    assert not panel.course.running
    assert panel.more.text() == "Stopped in fold 1 of 2."
    assert panel.course.results is not None
    assert [run.status for run in panel.course.results.runs] == [Status.CANCELLED]
    assert session.epoch == epoch
    press(play)
    qtbot.waitUntil(lambda: session.epoch > epoch)
    session.pause()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)


def test_an_edit_in_mid_fold_stops_it_and_keeps_what_there_is(qtbot: QtBot, window: MainWindow, panel: FoldsPanel, makes: Makes):
    change(window, epochs=60, k_fold=10)
    makes.folds.hold = 3, 20
    press(panel.controls.train)
    qtbot.waitUntil(lambda: bool(panel.course.results and len(panel.course.results.runs) == 3))
    window.document.apply(Edit("name", lambda spec: edits.set_name(spec, "Another")))
    assert panel.course.running  # a name makes no difference
    change(window, epochs=61)
    assert not panel.course.running
    results = panel.course.results
    assert results is not None
    assert "Stopped in fold 3 of 10: the project was changed. These are of the earlier settings." in panel.more.text()
    assert "Mean of 2 of 10 folds." in panel.more.text()
    assert [run.status for run in results.runs] == [Status.COMPLETED] * 2 + [Status.CANCELLED]
    window.document.stack.undo()
    assert "earlier" not in panel.more.text()
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    assert len(results.runs) == 3  # nothing came late


def test_a_fold_that_diverges_is_said_and_left_out(qtbot: QtBot, window: MainWindow, panel: FoldsPanel, makes: Makes):
    change(window, epochs=10, k_fold=2)
    makes.folds.diverge_at = 4
    makes.folds.hold = 2, 0
    press(panel.controls.train)
    qtbot.waitUntil(lambda: bool(panel.course.results and panel.course.results.runs and panel.course.results.runs[0].status))
    makes.folds.diverge_at = makes.folds.hold = None
    qtbot.waitUntil(lambda: not panel.course.running)
    results = panel.course.results
    assert results is not None
    assert [run.status for run in results.runs] == [Status.DIVERGED, Status.COMPLETED]
    said = panel.more.text()
    assert "Fold 1 diverged and is left out." in said
    assert panel.scores.model().index(0, 1).data() == "diverged"
    assert results.sound == results.runs[1:]


def test_what_the_engine_refuses_is_said(qtbot: QtBot, window: MainWindow, panel: FoldsPanel, makes: Makes):
    change(window, epochs=10, k_fold=2)
    makes.folds.fail_at = 0
    press(panel.controls.train)
    qtbot.waitUntil(lambda: panel.course.failed)
    assert not panel.course.running
    assert "The scripted network failed, as it was told to." in panel.more.text() + panel.nothing.text
    makes.folds.fail_at = None
    press(panel.controls.train)
    qtbot.waitUntil(lambda: bool(panel.course.results and len(panel.course.results.sound) == 2))
    assert "failed" not in panel.more.text()


def test_a_problem_keeps_them_from_starting(window: MainWindow, panel: FoldsPanel):
    change(window, k_fold=100)
    assert panel.controls.folds.currentText() == "100"
    assert panel.controls.train.isEnabled()
    window.document.apply(Edit("xor", lambda spec: edits.set_layers(spec, ())))
    assert not panel.controls.train.isEnabled()
    assert "problem" in panel.nothing.text
    assert "problem" in panel.controls.train.toolTip()


def test_the_window_closes_in_mid_fold(qtbot: QtBot, window: MainWindow, panel: FoldsPanel, makes: Makes):
    change(window, epochs=40, k_fold=2)
    makes.folds.hold = 2, 10
    press(panel.controls.train)
    qtbot.waitUntil(lambda: bool(panel.course.results and panel.course.results.runs))
    thread = window.session.training_thread
    window.files.mark_saved()
    window.close()
    assert thread.isFinished()


def test_reading_choosing_and_taking_away(qtbot: QtBot, window: MainWindow, panel: FoldsPanel, tmp_path: Path):
    change(window, epochs=30, k_fold=3)
    press(panel.controls.train)
    qtbot.waitUntil(lambda: bool(panel.course.results and len(panel.course.results.sound) == 3) and not panel.course.running)
    plot = panel.prepare()
    place = plot.plot_rect().center()
    hover(plot, place)
    assert [r.label for r in plot.overlay.readings] == ["Smoothed", "Mean", "Fold 1", "Fold 2", "Fold 3"]
    table = panel.scores
    row = table.visualRect(table.model().index(1, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, row)
    assert plot._chosen == 1
    hover(plot, place + QPointF(5, 0))
    assert [r.label for r in plot.overlay.readings] == ["Smoothed", "Mean", "Fold 2"]
    choose(panel.controls.smoothing, "Off")
    assert plot.train.getOriginalDataset()[0] is None or not len(plot.train.getOriginalDataset()[0])
    choose(panel.controls.number, "Loss")
    assert panel.shown_metric == "loss"
    assert panel.told.text().startswith("Loss 0.2750 ± 0")
    takeaway = panel.takeaway()
    assert takeaway is not None
    assert takeaway.write is not None
    for ending in (".png", ".svg", ".pdf"):
        takeaway.write(tmp_path / f"folds{ending}")
        assert (tmp_path / f"folds{ending}").stat().st_size > 3000
    assert not QImage(str(tmp_path / "folds.png")).isNull()
    menu = window._parts.counter.menu_for(panel)
    there = [a.objectName() for a in menu.actions() if a.isEnabled()]
    assert there == ["savePicture", "copyPicture", "saveTable", "copyTable", "copyScores"]


def test_another_data_set_begins_with_nothing(qtbot: QtBot, window: MainWindow, panel: FoldsPanel):
    change(window, epochs=5, k_fold=2)
    press(panel.controls.train)
    qtbot.waitUntil(lambda: bool(panel.course.results and len(panel.course.results.sound) == 2))
    window.data.data_chosen.emit("xor")
    assert panel.course.results is None
    assert panel.takeaway() is None


def test_the_tables_columns_have_room(qtbot: QtBot, window: MainWindow, panel: FoldsPanel):
    change(window, epochs=5, k_fold=2)
    press(panel.controls.train)
    qtbot.waitUntil(lambda: bool(panel.course.results and len(panel.course.results.sound) == 2))
    table, last = panel.scores, panel.scores.model().columnCount() - 1
    for width, hidden in ((1280, False), (1024, True), (1280, False)):
        window.resize(width, 700)
        qtbot.waitUntil(lambda h=hidden: table.isColumnHidden(last) is h)
        assert sum(table.columnWidth(column) for column in range(last + 1)) <= table.viewport().width()


def test_what_has_no_room_in_the_controls_hides_and_nothing_scrolls_sideways(qtbot: QtBot, window: MainWindow, panel: FoldsPanel):
    change(window, epochs=5, k_fold=2)
    press(panel.controls.train)
    qtbot.waitUntil(lambda: bool(panel.course.results and len(panel.course.results.sound) == 2) and not panel.course.running)
    place = QWidget()
    qtbot.addWidget(place)
    controls = FoldControls(panel.theme, place)  # by themselves: how wide they are, is what matters
    controls.offer([("loss", "Loss"), ("accuracy", "Accuracy")], "accuracy")
    controls.show_course(panel.course, None)
    labels = [label for label in controls.findChildren(QLabel) if label.text() in ("Folds", "Show", "Smooth")]
    place.resize(800, 60)
    place.show()
    for width, seen in ((700, [True] * 3), (430, [False] * 3), (700, [True] * 3)):
        controls.resize(width, 40)
        qtbot.waitUntil(lambda w=width: controls.smoothing.geometry().right() < w)
        assert [label.isVisible() for label in labels] == seen
        assert controls.number.isVisible()
        assert controls.smoothing.isVisible()
    controls.resize(300, 40)
    qtbot.waitUntil(lambda: not controls.smoothing.isVisible())
    assert controls.train.isVisible()
