"""The curves panel, driven by mouse: live curves, labels, read-outs, ghosts, zoom."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.history import History
from nnplayground.core.presets import recommended
from nnplayground.data.registry import facts
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.curves import CurvesPanel


def analysis(name: str = "circle", **validation: object) -> Analysis:
    spec = recommended(name)
    if validation:
        spec = type(spec).model_validate({**spec.model_dump(), "data": {**spec.data.model_dump(), "validation": validation}})
    return analyse(spec, facts(spec.data))


def history(epochs: int, level: float = 0.02) -> History:
    e = np.arange(1, epochs + 1)
    made = History()
    loss = 0.7 * np.exp(-e / 40) + level
    made.append({"loss": loss, "accuracy": 1 - loss / 2, "val_loss": loss + 0.1, "val_accuracy": 0.9 - loss / 2}, 1)
    return made


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> CurvesPanel:
    panel = CurvesPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(740, 206)
    panel.show_analysis(analysis())
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: bool(panel._plots))
    return panel


def test_the_module_itself_does_not_import_pyqtgraph():
    modules = "nnplayground.ui.views.curves, nnplayground.ui.views.output, nnplayground.ui.data.panel"
    code = f"import sys, {modules}; print('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_it_says_how_to_begin_and_falls_silent_then(panel: CurvesPanel):
    card = panel.findChild(QWidget, "curvesEmpty")
    assert card.isVisible()
    panel.show_history(history(3))
    assert not card.isVisible()
    panel.clear_run()
    assert card.isVisible()


def test_curves_show_the_histories_numbers(panel: CurvesPanel):
    panel.settings.log.setChecked(False)
    shown = history(120)
    panel.show_history(shown)
    x, y = panel.plot("loss").train.getOriginalDataset()
    assert x.tolist() == list(range(1, 121))
    assert y == pytest.approx(shown.values("loss"))
    assert panel.plot("metric").test.getOriginalDataset()[1] == pytest.approx(shown.values("val_accuracy"))


def test_the_items_stay_and_long_runs_are_thinned(panel: CurvesPanel):
    panel.show_history(history(10))
    before = panel.plot("loss").listDataItems()
    long = History()
    values = np.full(100_000, 0.5)
    values[77_777] = 3.0
    long.append({"loss": values}, 1)
    panel.settings.log.setChecked(False)
    panel.show_history(long)
    assert panel.plot("loss").listDataItems() == before
    x, y = panel.plot("loss").train.getOriginalDataset()
    assert len(x) <= 1000
    assert y.max() == 3.0, "no peak is lost"


def test_log_places_powers_of_ten_evenly_and_leaves_out_what_has_no_logarithm(qtbot: QtBot, panel: CurvesPanel):
    made = History()
    made.append({"loss": [1.0, 0.1, 0.0, 0.01]}, 1)
    panel.show_history(made)
    y = panel.plot("loss").train.getOriginalDataset()[1]
    assert y[[0, 1, 3]] == pytest.approx([0, -1, -2])
    assert np.isnan(y[2])
    qtbot.mouseClick(panel.tune, Qt.MouseButton.LeftButton)
    log = panel.settings.log
    qtbot.mouseClick(log, Qt.MouseButton.LeftButton, pos=QPoint(10, log.height() // 2))
    assert panel.plot("loss").train.getOriginalDataset()[1] == pytest.approx([1.0, 0.1, 0.0, 0.01])


def test_a_run_that_is_not_finite_does_not_harm(panel: CurvesPanel):
    made = History()
    made.append({"loss": [1.0, np.nan, np.inf], "accuracy": [0.5, np.nan, np.nan]}, 1)
    panel.show_history(made)
    panel.grab()
    assert panel.plot("loss").overlay.ends[0].text == "∞"


@pytest.mark.parametrize(("validation", "word"), [({"use": "test"}, "Test"), ({"fraction": 0.2}, "Validation")])
def test_the_dashed_curve_is_called_by_what_it_is(panel: CurvesPanel, validation: dict[str, object], word: str):
    panel.show_analysis(analysis(**validation))
    panel.show_history(history(20))
    assert [end.label for end in panel.plot("loss").overlay.ends] == ["Train", word]


@pytest.mark.parametrize("place", [0.05, 0.3, 0.97])
def test_hover_reads_the_epoch_under_the_mouse(qtbot: QtBot, panel: CurvesPanel, place: float):
    shown = history(200)
    panel.show_history(shown)
    plot = panel.plot("loss")
    epoch = max(1, round(place * 200))
    values = shown.values("loss")
    QTest.mouseMove(plot.viewport(), plot.pixel(epoch, float(values[epoch - 1])).toPoint())
    qtbot.waitUntil(lambda: plot.overlay.cursor is not None)
    read = plot.overlay.cursor
    assert abs(read - epoch) <= 1, "one pixel is about an epoch"
    assert plot.overlay.title == f"Epoch {read}"
    assert plot.overlay.readings[0].value == values[read - 1]
    assert plot.overlay.readings[1].value == shown.values("val_loss")[read - 1]
    assert panel.plot("metric").overlay.cursor == read, "the other plot marks the same epoch"
    panel.grab()


def test_a_ghost_is_named_after_its_first_rate_and_its_last(panel: CurvesPanel):
    spec, run = recommended("circle"), history(30)
    for rate in (0.03, 0.1, 0.3):
        optimizer = edits.changed(spec.training.optimizer, learning_rate=rate)
        panel.show_analysis(analyse(edits.change_training(spec, optimizer=optimizer), facts(spec.data)))
        panel.show_history(run)
    panel.add_ghost()
    panel.clear_run()
    panel.show_history(history(5, 0.5))
    assert panel.plot("loss").overlay.ghosts == ["Run 1 · Adam 0.03 → 0.3"]


def test_ghosts_stay_when_a_new_run_begins(panel: CurvesPanel):
    first = history(80)
    panel.show_history(first)
    panel.add_ghost()
    panel.clear_run()
    panel.show_history(history(5, 0.5))
    panel.settings.log.setChecked(False)
    assert panel.plot("loss").ghosts[0].getOriginalDataset()[1] == pytest.approx(first.values("loss"))
    assert panel.plot("loss").overlay.ghosts == ["Run 1 · Adam 0.01"]


def test_a_run_that_is_taken_up_again_is_no_ghost_of_itself(panel: CurvesPanel):
    first, other = history(30), history(20, level=0.3)
    for run in (first, other):
        panel.show_history(run)
        panel.add_ghost()
        panel.clear_run()
    assert panel.plot("loss").overlay.ghosts == ["Run 1 · Adam 0.01", "Run 2 · Adam 0.01"]
    panel.show_history(first.copy())  # undo brings it back
    assert panel.plot("loss").overlay.ghosts == ["Run 2 · Adam 0.01"]


def test_ghosts_of_another_data_set_go(panel: CurvesPanel):
    panel.show_history(history(80))
    panel.show_analysis(analysis("spiral"))
    panel.add_ghost()
    panel.clear_run()
    panel.show_history(history(5))
    assert panel.plot("loss").overlay.ghosts == []


def test_drag_zooms_and_double_click_shows_everything(qtbot: QtBot, panel: CurvesPanel):
    panel.show_history(history(200))
    plot = panel.plot("loss")
    everything = plot.getViewBox().viewRange()
    area = plot.plot_rect()
    start, end = QPoint(round(area.left() + 30), round(area.top() + 15)), QPoint(round(area.left() + 120), round(area.top() + 60))
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for share in (0.3, 0.6, 1.0):
        _drag_to(plot.viewport(), start + (end - start) * share)
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=end)
    zoomed = plot.getViewBox().viewRange()
    assert zoomed[0][1] - zoomed[0][0] < (everything[0][1] - everything[0][0]) / 2
    panel.show_history(history(210))
    assert plot.getViewBox().viewRange() == zoomed, "new epochs do not take the zoom away"
    qtbot.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=start)
    assert plot.getViewBox().viewRange()[0] == [0, 400]


def _drag_to(widget: QWidget, place: QPoint) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    where = QPointF(widget.mapToGlobal(place))
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(place), where, none, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def test_accuracy_is_in_per_cent_and_ticks_have_no_exponents(panel: CurvesPanel):
    panel.show_history(history(60))
    axis = panel.plot("metric").value_axis
    assert axis.tickStrings([0.4, 1.0], 1, 1) == ["40 %", "100 %"]
    assert panel.plot("loss").value_axis.tickStrings([-5, 0], 1, 1) == ["1×10⁻⁵", "1"]


def test_a_change_of_the_theme_recolours_the_lines(theme: Theme, panel: CurvesPanel):
    panel.show_history(history(10))
    theme.set_dark(True)
    pen = panel.plot("loss").train.opts["pen"]
    assert pen.color().name() == theme.tokens.train.lower()
    theme.set_dark(False)
    assert panel.plot("loss").test.opts["pen"].color().name() == theme.tokens.test.lower()


def test_a_wild_curve_is_drawn_thin_and_a_calm_one_wide(panel: CurvesPanel):
    wild = History()
    wild.append({"loss": np.tile([0.01, 1.0], 200), "val_loss": np.full(400, 0.1)}, 1)
    panel.show_history(wild)
    panel.show_history(wild)  # now in the range that fits it
    plot = panel.plot("loss")
    assert plot.train.opts["pen"].widthF() == 1.0
    assert plot.test.opts["pen"].widthF() == 2.0
    panel.clear_run()
    panel.show_history(history(400))
    assert plot.train.opts["pen"].widthF() == 2.0
