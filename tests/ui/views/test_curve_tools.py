"""Curves, worked by hand: smoothing, the best epoch, ghosts that are named and hidden, zoom, pan, keys, what is taken away."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.edits import change_training
from nnplayground.core.history import History
from nnplayground.core.presets import recommended
from nnplayground.core.smoothing import smoothed
from nnplayground.core.spec import EarlyStopping
from nnplayground.data.registry import facts
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.curve_plot import CurvePlot
from nnplayground.ui.views.curves import CurvesPanel

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def analysis(**training: object) -> Analysis:
    spec = recommended("circle")
    return analyse(change_training(spec, **training) if training else spec, facts(spec.data))


def noisy(epochs: int = 200, level: float = 0.02, seed: int = 1) -> History:
    e, draw = np.arange(1, epochs + 1), np.random.default_rng(seed)
    loss = 0.7 * np.exp(-e / 40) + level + draw.uniform(0, 0.02, epochs)
    watched = loss + 0.05 + np.maximum(e - 60, 0) * 0.002
    made = History()
    made.append({"loss": loss, "accuracy": 1 - loss / 2, "val_loss": watched, "val_accuracy": 1 - watched / 2}, 1)
    return made


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> CurvesPanel:
    return make(qtbot, theme)


def make(qtbot: QtBot, theme: Theme) -> CurvesPanel:
    panel = CurvesPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(740, 206)
    panel.show_analysis(analysis())
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: bool(panel._plots))
    return panel


def _open(qtbot: QtBot, panel: CurvesPanel) -> QWidget:
    qtbot.mouseClick(panel.tune, LEFT)
    return panel.settings


def _drag(plot: CurvePlot, start: QPoint, end: QPoint, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> None:
    view = plot.viewport()
    QTest.mousePress(view, button, modifiers, start)
    for share in (0.3, 0.6, 1.0):
        place = start + (end - start) * share
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(place), QPointF(view.mapToGlobal(place)), NONE, button, modifiers)
        QApplication.sendEvent(view, event)
    QTest.mouseRelease(view, button, modifiers, end)


def _begin_another(panel: CurvesPanel, history: History) -> None:
    panel.add_ghost()
    panel.clear_run()
    panel.show_history(history)


# ---- smoothing


def test_the_slider_smooths_as_tensorboard_does_and_the_raw_line_stays(qtbot: QtBot, panel: CurvesPanel) -> None:
    run = noisy()
    panel.show_history(run)
    settings = _open(qtbot, panel)
    settings.log.setChecked(False)
    assert panel.plot("loss").raw[0].getOriginalDataset()[0] is None
    for _ in range(6):
        qtbot.keyClick(settings.smoothing, Qt.Key.Key_PageUp)
    assert panel.look.smoothing == 0.6
    for key, name in (("loss", "loss"), ("metric", "accuracy")):
        plot = panel.plot(key)
        for item, raw, column in ((plot.train, plot.raw[0], name), (plot.test, plot.raw[1], f"val_{name}")):
            assert item.getOriginalDataset()[1] == pytest.approx(smoothed(run.values(column), 0.6)[0])
            assert raw.getOriginalDataset()[1] == pytest.approx(run.values(column))
            assert raw.opts["pen"].color().alphaF() < 0.5 < item.opts["pen"].color().alphaF()
    ends = panel.plot("loss").overlay.ends
    assert [end.value for end in ends] == [run.values("loss")[-1], run.values("val_loss")[-1]], "labels give the raw value"
    assert "smoothed 0.60" in panel._titles[0].text()
    for _ in range(6):
        qtbot.keyClick(settings.smoothing, Qt.Key.Key_PageDown)
    assert panel.plot("loss").raw[0].getOriginalDataset()[0] is None


def test_how_curves_are_shown_is_remembered(qtbot: QtBot, theme: Theme, panel: CurvesPanel) -> None:
    settings = _open(qtbot, panel)
    settings.smoothing.setFocus()
    qtbot.keyClick(settings.smoothing, Qt.Key.Key_PageUp)
    for box in (settings.log, settings.ghosts):
        qtbot.keyClick(box, Qt.Key.Key_Space)
    again = make(qtbot, theme)
    assert (again.look.smoothing, again.look.log, again.look.ghosts) == (0.1, False, False)
    assert again.settings.smoothing.value() == 10
    assert not again.settings.log.isChecked()


@pytest.mark.parametrize("found", ["nan", "never", "7", "-1", ""])
def test_what_is_remembered_wrongly_does_no_harm(qtbot: QtBot, theme: Theme, found: str) -> None:
    QSettings().setValue("curves/smoothing", found)
    QSettings().setValue("curves/metric", "gone")
    panel = make(qtbot, theme)
    panel.show_history(noisy())
    assert 0 <= panel.look.smoothing <= 0.99
    assert panel._name("metric") == "accuracy"


# ---- the best epoch


def test_the_best_epoch_is_marked_on_the_curve_that_says_so(panel: CurvesPanel) -> None:
    run = noisy()
    panel.show_history(run)
    mark, other = panel.plot("loss").overlay.mark, panel.plot("metric").overlay.mark
    best = int(np.argmin(run.values("val_loss"))) + 1
    assert mark is not None
    assert (mark.epoch, mark.value, mark.is_test) == (best, run.values("val_loss")[best - 1], True)
    assert mark.text == f"Best {mark.value:.4f}"
    assert other is not None
    assert other.epoch == best
    assert np.isnan(other.value)


@pytest.mark.parametrize(("monitor", "key", "more"), [("val_accuracy", "metric", True), ("loss", "loss", False)])
def test_what_early_stopping_watches_says_which_is_best(panel: CurvesPanel, monitor: str, key: str, more: bool) -> None:
    panel.show_analysis(analysis(early_stopping=EarlyStopping(monitor=monitor)))
    run = noisy()
    panel.show_history(run)
    mark, values = panel.plot(key).overlay.mark, run.values(monitor)
    assert mark is not None
    assert mark.epoch == int(values.argmax() if more else values.argmin()) + 1
    assert mark.value == values[mark.epoch - 1]


def test_the_mark_is_seen(panel: CurvesPanel) -> None:
    panel.show_history(noisy())
    plot = panel.plot("loss")
    before = plot.grab().toImage()
    plot.show_mark(None)
    plot.viewport().update()
    assert plot.grab().toImage() != before


# ---- earlier runs


def _on_ghost(panel: CurvesPanel, ghost: History) -> QPoint:
    """A place on the earlier run's loss, away from the present one."""
    return panel.plot("loss").pixel(150, float(ghost.values("loss")[149])).toPoint()


def test_hovering_names_an_earlier_run_and_a_click_hides_it(qtbot: QtBot, panel: CurvesPanel) -> None:
    first = noisy(level=0.3)
    panel.show_history(first)
    _begin_another(panel, noisy())
    plot, place = panel.plot("loss"), _on_ghost(panel, first)
    QTest.mouseMove(plot.viewport(), place)
    qtbot.waitUntil(lambda: plot.overlay.near == 0)
    reading = plot.overlay.readings[-1]
    assert reading.label == "Run 1 · Adam 0.01"
    assert reading.value == first.values("loss")[plot.overlay.cursor - 1]
    assert len(panel.plot("metric").overlay.readings) == 2
    qtbot.mouseClick(plot.viewport(), LEFT, pos=place)
    assert plot.overlay.ghosts == panel.plot("metric").overlay.ghosts == []
    assert plot.ghosts[0].getOriginalDataset()[0] is None
    button = _open(qtbot, panel).findChild(QPushButton, "curveUnhide")
    assert button.text() == "Show the hidden run"
    qtbot.mouseClick(button, LEFT)
    assert plot.overlay.ghosts == ["Run 1 · Adam 0.01"]
    assert not button.isVisible()


def test_earlier_runs_can_be_put_away_all_at_once(qtbot: QtBot, panel: CurvesPanel) -> None:
    panel.show_history(noisy(level=0.3))
    _begin_another(panel, noisy())
    box = _open(qtbot, panel).ghosts
    qtbot.mouseClick(box, LEFT, pos=QPoint(10, box.height() // 2))
    assert panel.plot("loss").overlay.ghosts == []
    qtbot.mouseClick(box, LEFT, pos=QPoint(10, box.height() // 2))
    assert panel.plot("loss").overlay.ghosts == ["Run 1 · Adam 0.01"]


def test_a_click_beside_an_earlier_run_hides_nothing(qtbot: QtBot, panel: CurvesPanel) -> None:
    first = noisy(level=0.3)
    panel.show_history(first)
    _begin_another(panel, noisy())
    plot = panel.plot("loss")
    qtbot.mouseClick(plot.viewport(), LEFT, pos=_on_ghost(panel, first) - QPoint(0, 14))
    assert plot.overlay.ghosts == ["Run 1 · Adam 0.01"]


# ---- which number


def test_every_metric_and_a_learning_rate_that_changes_can_be_chosen(qtbot: QtBot, panel: CurvesPanel) -> None:
    panel.show_analysis(analysis(metrics=("accuracy", "mean_squared_error")))
    run, rates = noisy(), np.repeat([0.01, 0.001], 100)
    made = History()
    columns = {name: run.values(name) for name in run.names}
    made.append({**columns, "mse": run.values("loss") / 3, "val_mse": run.values("loss") / 2, "learning_rate": rates}, 1)
    panel.show_history(made)
    choice = _open(qtbot, panel).findChild(QComboBox, "curveMetric")
    assert [choice.itemText(i) for i in range(choice.count())] == ["Accuracy", "MSE", "Learning rate"]
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    plot = panel.plot("metric")
    panel.settings.log.setChecked(False)
    assert plot.test.getOriginalDataset()[1] == pytest.approx(run.values("loss") / 2)
    assert panel._titles[1].text() == "MSE"
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert plot.train.getOriginalDataset()[1] == pytest.approx(rates)
    assert plot.test.getOriginalDataset()[0] is None
    assert plot.overlay.ends[0].text == "0.001"
    panel.settings.log.setChecked(True)
    assert plot.train.getOriginalDataset()[1] == pytest.approx(np.log10(rates))


def test_a_learning_rate_that_stays_is_not_offered(qtbot: QtBot, panel: CurvesPanel) -> None:
    run = noisy()
    made = History()
    made.append({**{name: run.values(name) for name in run.names}, "learning_rate": np.full(200, 0.01)}, 1)
    panel.show_history(made)
    choice = _open(qtbot, panel).findChild(QComboBox, "curveMetric")
    assert choice.count() == 1
    assert not choice.isVisible()


def test_earlier_runs_of_other_data_go_when_the_data_does(panel: CurvesPanel) -> None:
    panel.show_history(noisy())
    _begin_another(panel, noisy(100))
    assert len(panel._ghosts) == 1
    xor = recommended("xor")
    other = analyse(xor, facts(xor.data))
    panel.show_analysis(other)
    panel.clear_run()  # nothing had been trained, so there is nothing to be kept in grey
    assert not panel._ghosts


# ---- zoom, pan, keys


def test_the_wheel_zooms_and_the_other_plot_shows_the_same_epochs(qtbot: QtBot, panel: CurvesPanel) -> None:
    panel.show_history(noisy())
    plot, other = panel.plot("loss"), panel.plot("metric")
    place = plot.plot_rect().center()
    everything, values = plot.getViewBox().viewRange(), other.getViewBox().viewRange()[1]
    wheel = QWheelEvent(place, QPointF(plot.mapToGlobal(place)), QPoint(), QPoint(0, 240), NONE, PLAIN, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(plot.viewport(), wheel)
    zoomed = plot.getViewBox().viewRange()
    assert zoomed[0][1] - zoomed[0][0] < everything[0][1] - everything[0][0]
    assert other.getViewBox().viewRange()[0] == pytest.approx(zoomed[0])
    assert other.getViewBox().viewRange()[1] == pytest.approx(values), "its values are still all there"
    qtbot.mouseDClick(other.viewport(), LEFT, pos=other.viewport().rect().center())
    assert plot.getViewBox().viewRange() == everything
    assert other.getViewBox().viewRange()[0] == everything[0]


@pytest.mark.parametrize(("button", "modifiers"), [(RIGHT, PLAIN), (LEFT, SHIFT)])
def test_dragging_with_shift_or_the_right_button_moves_what_is_seen(
    panel: CurvesPanel, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
) -> None:
    panel.show_history(noisy())
    plot = panel.plot("loss")
    plot.getViewBox().zoom(0.4)
    before = plot.getViewBox().viewRange()
    centre = plot.plot_rect().center().toPoint()
    _drag(plot, centre, centre - QPoint(40, 12), button, modifiers)
    after = plot.getViewBox().viewRange()
    per_pixel = (before[0][1] - before[0][0]) / plot.plot_rect().width()
    assert after[0][0] - before[0][0] == pytest.approx(40 * per_pixel, abs=2 * per_pixel)
    assert after[0][1] - after[0][0] == pytest.approx(before[0][1] - before[0][0])
    assert after[1][0] < before[1][0]


def test_nobody_gets_lost(qtbot: QtBot, panel: CurvesPanel) -> None:
    panel.show_history(noisy())
    plot = panel.plot("loss")
    (low, high), (bottom, top) = plot.getViewBox().viewRange()
    for _ in range(60):
        plot.getViewBox().zoom(1.25)
        plot.getViewBox().move(1e6, -1e6)
    assert plot.getViewBox().viewRange()[0] == [low, high]
    assert plot.getViewBox().viewRange()[1][0] >= bottom - 2 * (top - bottom)
    for _ in range(200):
        plot.getViewBox().zoom(0.8)
    assert np.diff(plot.getViewBox().viewRange()[0])[0] == pytest.approx(1.0)
    plot.grab()


def test_a_close_look_at_a_long_run_has_its_epochs(qtbot: QtBot, panel: CurvesPanel) -> None:
    values = np.random.default_rng(2).uniform(0.2, 0.4, 100_000)
    run = History()
    run.append({"loss": values}, 1)
    panel.show_history(run)
    plot = panel.plot("loss")
    panel.settings.log.setChecked(False)
    plot.getViewBox().setXRange(40_000, 40_100, padding=0)
    plot.getViewBox().sigRangeChangedManually.emit([True, True])
    x, y = plot.train.getOriginalDataset()
    assert set(range(40_000, 40_101)) <= set(x.astype(int))
    assert len(x) < 200
    assert not plot.overlay.ends, "the curve goes on beyond the edge"
    assert y == pytest.approx(values[x.astype(int) - 1])


def test_keys_read_zoom_and_go_back(qtbot: QtBot, panel: CurvesPanel) -> None:
    run = noisy()
    panel.show_history(run)
    plot = panel.plot("loss")
    plot.setFocus()
    everything = plot.getViewBox().viewRange()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_PageDown):
        qtbot.keyClick(plot, key)
    assert [p.overlay.cursor for p in panel._plots.values()] == [189, 189]
    assert panel.plot("metric").overlay.readings[0].value == run.values("accuracy")[188]
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.zoomed
    low = plot.getViewBox().viewRange()[0][0]
    qtbot.keyClick(plot, Qt.Key.Key_Right, SHIFT)
    assert plot.getViewBox().viewRange()[0][0] > low
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.getViewBox().viewRange() == everything
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.overlay.cursor is None


def test_what_is_read_out_stays_while_the_run_goes_on(qtbot: QtBot, panel: CurvesPanel) -> None:
    run = noisy()
    panel.show_history(run)
    qtbot.keyClick(panel.plot("loss"), Qt.Key.Key_Left)
    run.append({"loss": [0.5], "val_loss": [0.6], "accuracy": [0.7], "val_accuracy": [0.8]}, 201)
    panel.show_history(run)
    assert panel.plot("loss").overlay.cursor == 200
    panel.clear_run()
    assert panel.plot("loss").overlay.cursor is None


# ---- taking away


def test_curves_are_taken_away_as_they_are_shown(panel: CurvesPanel, tmp_path: Path) -> None:
    assert panel.takeaway() is None
    run = noisy()
    panel.show_history(run)
    panel.settings.smoothing.setValue(60)
    taken = panel.takeaway()
    assert taken is not None
    taken.write(tmp_path / "curves.svg")
    taken.write(tmp_path / "curves.png")
    assert QImage(str(tmp_path / "curves.png")).width() > 1000
    assert "svg" in (tmp_path / "curves.svg").read_text()[:400]
    assert taken.table is not None
    rows = list(csv.reader(io.StringIO(taken.table().csv())))
    assert rows == list(csv.reader(io.StringIO(run.to_csv())))
    assert float(rows[17][1]) == run.values("loss")[16]
