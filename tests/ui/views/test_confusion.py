"""The confusion panel: worked by mouse and keys, its numbers compared with scikit-learn's."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sklearn import metrics

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.layers import Dense
from nnplayground.core.presets import recommended
from nnplayground.data import registry
from nnplayground.data.dataset import Dataset, Part
from nnplayground.data.store import Store
from nnplayground.engine.answers import Examination, Reading, examine
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.page_scroll import PageScroll
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.confused_list import fitted
from nnplayground.ui.views.confusion import ConfusionPanel
from nnplayground.ui.views.roc_plots import AnswerSpread
from nnplayground.ui.views.ticks import linear_ticks, tick_text

LEFT = Qt.MouseButton.LeftButton


def project(name: str) -> tuple[Analysis, Dataset]:
    spec = recommended(name)
    if name in ("mnist", "fashion_mnist", "boston_housing"):
        spec = edits.change_data(spec, source="sample")
    return analyse(spec, registry.facts(spec.data)), registry.load(spec.data, spec.seed, Store(folders=(), download_to=Path()))


def answered(analysis: Analysis, dataset: Dataset, seed: int = 3, *, units: int | None = None) -> Examination:
    """Answers of which about a quarter are wrong."""
    rng, truth, reading = np.random.default_rng(seed), dataset.test.y, Reading.of(analysis)
    if reading.is_regression:
        return examine(reading, dataset.target_scaler.apply(truth + rng.normal(0, 3, len(truth)))[:, None], truth, dataset.target_scaler)
    shares = rng.random((len(truth), len(reading.classes)))
    shares[np.arange(len(truth)), truth] += rng.random(len(truth)) * 2
    shares /= shares.sum(axis=1, keepdims=True)
    return examine(reading, shares[:, 1:] if units == 1 else shares, truth, dataset.target_scaler)


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> ConfusionPanel:
    panel = ConfusionPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(730, 260)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def show(panel: ConfusionPanel, name: str, *, units: int | None = None) -> tuple[Dataset, Examination]:
    analysis, dataset = project(name)
    panel.show_analysis(analysis)
    panel.show_dataset(dataset)
    found = answered(analysis, dataset, units=units)
    panel.show_snapshot(Snapshot(1, 1.0, examination=found))
    return dataset, found


def told_fit(panel: ConfusionPanel) -> str:
    return panel.errors.numbers.text().replace("\N{NO-BREAK SPACE}", " ")


def press(panel: ConfusionPanel, key: str) -> None:
    QTest.mouseClick(panel.which.button(key), LEFT)


def test_before_any_answer_it_says_what_will_be_there(panel: ConfusionPanel):
    analysis, dataset = project("mnist")
    panel.show_analysis(analysis)
    assert panel.nothing.text == "The data is not there yet. Once it is loaded the network answers, trained or not."
    panel.show_dataset(dataset)
    assert panel.nothing.text == "Being worked out… Every test image lands in a cell."
    panel.show_analysis(analyse(edits.set_layers(analysis.spec, ()), analysis.facts))
    assert "problem" in panel.nothing.text
    assert not panel.probe_request().wants_anything


def test_without_test_samples_nothing_is_asked_for(panel: ConfusionPanel):
    analysis, dataset = project("circle")
    panel.show_analysis(analysis)
    panel.show_dataset(replace(dataset, test=Part(dataset.test.array[:0], dataset.test.y[:0])))
    assert "no test samples" in panel.nothing.text
    assert not panel.probe_request().examine


def test_only_what_is_seen_is_asked_for(panel: ConfusionPanel):
    show(panel, "mnist")
    assert panel.probe_request().examine
    panel.hide()
    assert not panel.probe_request().wants_anything


def test_what_comes_while_it_is_out_of_sight_is_there_when_it_is_back(panel: ConfusionPanel):
    analysis, dataset = project("mnist")
    panel.show_analysis(analysis)
    panel.show_dataset(dataset)
    panel.hide()
    panel.keep(answered(analysis, dataset))
    assert panel.matrix.counts is None
    panel.show()
    assert panel.matrix.counts.sum() == len(dataset.test)


def test_cells_hold_what_scikit_learn_counts(panel: ConfusionPanel):
    dataset, found = show(panel, "mnist")
    expected = metrics.confusion_matrix(dataset.test.y, found.answers)
    np.testing.assert_array_equal(panel.matrix.counts, expected)
    assert panel.matrix.text((3, 3)) == f"{expected[3, 3]:,}"
    QTest.mouseClick(panel.numbers.button("shares"), LEFT)
    assert panel.matrix.text((3, 3)) == f"{expected[3, 3] / expected[3].sum() * 100:.1f}"
    assert f"{expected[3, 3]} of {expected[3].sum()} right" in panel.matrix.read_out((3, 3))


def test_a_cell_is_read_by_the_mouse_and_chosen_by_a_click(panel: ConfusionPanel, qtbot: QtBot):
    _, found = show(panel, "mnist")
    cell = next((i, j) for i, j in np.argwhere(found.confusion > 0).tolist() if i != j)
    at = panel.matrix.cell_box(cell).center().toPoint()
    QTest.mouseMove(panel.matrix, QPoint(1, 1))
    QTest.mouseMove(panel.matrix, at)
    qtbot.waitUntil(lambda: bool(panel.matrix.toolTip()))
    assert panel.matrix.toolTip() == panel.matrix.read_out(cell)
    with qtbot.waitSignal(panel.cell_chosen) as chosen:
        QTest.mouseClick(panel.matrix, LEFT, pos=at)
    assert chosen.args == [cell]
    row = panel.pairs.currentIndex().row()
    assert panel.pairs.pairs.cells[row] == cell
    assert panel.pairs.texts()[row] == f"{cell[0]} read as {cell[1]}, " + (
        "once" if found.confusion[cell] == 1 else f"{found.confusion[cell]} times")
    panel.grab()


def test_arrow_keys_go_from_cell_to_cell(panel: ConfusionPanel, qtbot: QtBot):
    show(panel, "mnist")
    panel.activateWindow()
    panel.matrix.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(panel.matrix, key)
    assert panel.matrix.cell == (0, 2)  # the first key only chooses a cell
    with qtbot.waitSignal(panel.cell_opened) as opened:
        qtbot.keyClick(panel.matrix, Qt.Key.Key_Return)
    assert opened.args == [(0, 2)]
    qtbot.keyClick(panel.matrix, Qt.Key.Key_Escape)
    assert panel.matrix.cell is None


def test_the_commonest_mistake_stands_first_and_chooses_its_cell(panel: ConfusionPanel, qtbot: QtBot):
    _, found = show(panel, "fashion_mnist")
    wrong = found.confusion - np.diag(np.diag(found.confusion))
    true, predicted = np.unravel_index(wrong.argmax(), wrong.shape)
    names = project("fashion_mnist")[0].facts.classes
    assert panel.pairs.texts()[0] == f"{names[true]}, as {names[predicted]}, {wrong.max()} ×"
    place = panel.pairs.visualRect(panel.pairs.pairs.index(0)).center()
    qtbot.mouseClick(panel.pairs.viewport(), LEFT, pos=place)
    assert panel.matrix.cell == (true, predicted)


def test_a_right_cell_shows_its_samples_above_the_mistakes(panel: ConfusionPanel):
    show(panel, "mnist")
    QTest.mouseClick(panel.matrix, LEFT, pos=panel.matrix.cell_box((4, 4)).center().toPoint())
    assert panel.pairs.texts()[0].startswith("4, right")


def test_scores_by_class_are_scikit_learns_sorted_and_copied(panel: ConfusionPanel, qtbot: QtBot):
    dataset, found = show(panel, "mnist")
    press(panel, "classes")
    precision, recall, f1, support = metrics.precision_recall_fscore_support(dataset.test.y, found.answers)
    head = panel.table.horizontalHeader()
    qtbot.mouseClick(head.viewport(), LEFT, pos=QPoint(head.sectionViewportPosition(2) + 20, head.height() // 2))
    rows = panel.table.table().rows
    shown = np.array([row[2] for row in rows[:-2]])
    assert np.all(np.diff(shown) >= 0) or np.all(np.diff(shown) <= 0)
    for name, *numbers in rows[:-2]:
        i = int(name)
        np.testing.assert_allclose(numbers, (precision[i], recall[i], f1[i], support[i]))
    for row, average in zip(rows[-2:], ("macro", "weighted"), strict=True):
        np.testing.assert_allclose(row[1:4], metrics.precision_recall_fscore_support(dataset.test.y, found.answers, average=average)[:3])
    assert panel.head.text() == f"Accuracy {metrics.accuracy_score(dataset.test.y, found.answers) * 100:.1f} %"
    panel.table.selectAll()
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text()), delimiter="\t"))
    assert len(copied) == 13
    assert float(copied[1][2]) == rows[0][2]


@pytest.mark.parametrize("units", [1, 2])
def test_two_classes_have_a_curve_with_a_threshold_to_move(panel: ConfusionPanel, qtbot: QtBot, units: int):
    dataset, found = show(panel, "gender", units=units)
    assert panel.which.button("roc").isEnabled()
    press(panel, "roc")
    plus = found.outputs[:, -1].astype(np.float64)
    area = metrics.roc_auc_score(dataset.test.y, plus)
    assert panel.threshold.curve.curve.area == pytest.approx(area)
    assert panel.threshold.curve.said == f"AUC {round(area, 4):.4g}"
    spread = panel.threshold.spread
    at = spread.area()
    QTest.mousePress(spread, LEFT, pos=at.center().toPoint())
    QTest.mouseMove(spread, QPoint(round(at.left() + 0.7 * at.width()), round(at.center().y())))
    QTest.mouseRelease(spread, LEFT)
    qtbot.keyClick(spread, Qt.Key.Key_Right)
    taken = plus > spread.threshold
    assert spread.threshold != 0.5
    numbers = panel.threshold.numbers.text().replace("\N{NO-BREAK SPACE}", " ")
    for name, value in (
        ("accuracy", metrics.accuracy_score(dataset.test.y, taken)), ("precision", metrics.precision_score(dataset.test.y, taken)),
        ("recall", metrics.recall_score(dataset.test.y, taken)),
    ):  # fmt: skip
        assert f"{name} {value * 100:.1f} %" in numbers
    assert sum(int(part.sum()) for part in spread.counts) == len(dataset.test)
    assert panel.head.text() == f"Threshold {spread.threshold:.2f}"
    panel.grab()


def test_the_curve_fits_into_a_low_panel_with_its_numbers(panel: ConfusionPanel, qtbot: QtBot):
    panel.let_scroll()
    show(panel, "circle")
    press(panel, "roc")
    panel.resize(740, 205)
    scroll = panel.findChild(PageScroll)
    assert scroll is not None
    qtbot.waitUntil(lambda: scroll.viewport().height() < 200 and scroll.verticalScrollBar().maximum() == 0)


@pytest.mark.parametrize(("zoom", "width", "below"), [(1.0, 600, False), (2.0, 680, True), (2.0, 1400, False)])
def test_in_a_low_panel_every_count_can_be_scrolled_to_and_read(
    panel: ConfusionPanel, theme: Theme, qtbot: QtBot, zoom: float, width: int, below: bool
):
    panel.let_scroll()
    show(panel, "mnist")
    theme.set_zoom(zoom)
    panel.resize(width, 200)
    matrix, letters = panel.matrix, QFontMetricsF(theme.font(Role.AXIS, weight=500))

    def placed() -> bool:
        at, other = (view.mapTo(panel, QPoint(0, 0)) for view in (matrix, panel.pairs))
        return other.y() >= at.y() + matrix.height() if below else other.x() >= at.x() + matrix.width()

    qtbot.waitUntil(lambda: placed() and matrix.cell_box((0, 0)).height() >= letters.capHeight() + 2)
    assert max(letters.horizontalAdvance(matrix.text(cell)) for cell in np.ndindex(10, 10)) <= matrix.cell_box((0, 0)).width()


def test_too_many_classes_for_numbers_are_a_picture_that_needs_no_scrolling(panel: ConfusionPanel):
    show(panel, "mnist")
    classes = tuple(f"topic {i}" for i in range(46))
    panel.matrix.show_classes(classes)
    panel.matrix.show_counts(np.eye(46, dtype=np.int64))
    assert panel.matrix.minimumSizeHint().height() <= 90


@pytest.mark.parametrize(("zoom", "width", "below"), [(1.0, 560, False), (2.0, 680, True), (2.0, 1400, False)])
def test_errors_stand_one_below_the_other_where_it_is_narrow(
    panel: ConfusionPanel, theme: Theme, qtbot: QtBot, zoom: float, width: int, below: bool
):
    panel.let_scroll()
    show(panel, "boston_housing")
    theme.set_zoom(zoom)
    panel.resize(width, 200)
    errors = panel.errors
    qtbot.waitUntil(lambda: (errors.spread.y() > errors.plot.y() > errors.against.y()) is below)
    qtbot.waitUntil(lambda: errors.numbers.height() >= errors.numbers.heightForWidth(errors.numbers.width()))
    for view in (errors.against, errors.plot, errors.spread):
        assert errors.rect().contains(view.geometry())
        assert view.height() >= view.minimumHeight()


@pytest.mark.parametrize("height", [110, 260, 700])
def test_ticks_of_huge_errors_keep_their_sign(panel: ConfusionPanel, theme: Theme, height: int):
    plot = panel.errors.plot
    plot.resize(250, height)
    plot.show_errors(np.array([-3.82e20, -3.8e20]), np.array([-3.82e20, -3.8e20]))
    shown = linear_ticks(*plot.y_range, most=max(2, int(plot.area().height() / 40)))
    assert len(shown) >= 2
    widest = max(QFontMetricsF(theme.font(Role.AXIS)).horizontalAdvance(tick_text(tick)) for tick in shown)
    assert widest + 6 <= plot.area().left()


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_the_numbers_never_cover_the_spread_above_them(panel: ConfusionPanel, theme: Theme, qtbot: QtBot, zoom: float):
    panel.let_scroll()
    show(panel, "circle")
    press(panel, "roc")
    theme.set_zoom(zoom)
    panel.resize(640, 200)
    numbers = panel.findChild(QLabel, "thresholdNumbers")
    spread = panel.findChild(AnswerSpread)
    assert numbers is not None
    assert spread is not None
    qtbot.waitUntil(lambda: numbers.height() >= numbers.heightForWidth(numbers.width()) and spread.height() >= spread.minimumHeight())
    assert spread.geometry().bottom() < numbers.geometry().top()


def test_more_than_two_classes_have_no_curve_and_it_says_why(panel: ConfusionPanel):
    show(panel, "mnist")
    button = panel.which.button("roc")
    assert not button.isEnabled()
    assert "two classes" in button.toolTip()


def test_numbers_are_for_errors_what_classes_are_for_the_matrix(panel: ConfusionPanel, qtbot: QtBot):
    dataset, found = show(panel, "boston_housing")
    assert panel.accessibleName() == "Errors"
    fit = panel.errors.fit
    assert fit.r2 == pytest.approx(metrics.r2_score(dataset.test.y, found.answers), abs=1e-6)
    assert fit.mae == pytest.approx(metrics.mean_absolute_error(dataset.test.y, found.answers), rel=1e-6)
    assert fit.rmse == pytest.approx(metrics.root_mean_squared_error(dataset.test.y, found.answers), rel=1e-6)
    assert "thousand dollars" in told_fit(panel)
    plot = panel.errors.plot
    np.testing.assert_allclose(plot.errors, found.answers - dataset.test.y, rtol=1e-5, atol=1e-5)
    assert panel.errors.spread.counts.sum() == len(dataset.test)
    worst = int(np.abs(plot.errors).argmax())
    with qtbot.waitSignal(panel.sample_opened) as opened:
        QTest.mouseClick(plot, LEFT, pos=plot.place(float(plot.predicted[worst]), float(plot.errors[worst])).toPoint())
    assert opened.args == [worst]


@pytest.mark.parametrize(("truth", "told"), [
    ((3.0,), ("R² needs two samples  ", "  1 test sample")), ((3.0, 3.0), ("R² needs right answers that differ  ", "  2 test samples")),
    ((3.0, 4.0), ("R² −1  ", "  2 test samples")),
])  # fmt: skip
def test_r2_says_what_it_lacks(panel: ConfusionPanel, truth: tuple[float, ...], told: tuple[str, str]):
    analysis, dataset = project("line")
    right = np.array(truth, np.float32)
    panel.show_analysis(analysis)
    panel.show_dataset(replace(dataset, test=Part(np.repeat(dataset.test.array, len(right), axis=0), right)))
    answers = right + np.array([1, 0], np.float32)[: len(right)]
    panel.keep(examine(Reading.of(analysis), dataset.target_scaler.apply(answers)[:, None], right, dataset.target_scaler))
    text = told_fit(panel)
    assert (text.startswith(told[0]), text.endswith(told[1])) == (True, True), text
    assert "not a number" not in text
    panel.grab()


@pytest.mark.parametrize(("late", "now"), [("mnist", "circle"), ("circle", "mnist"), ("boston_housing", "circle")])
def test_an_examination_of_the_data_before_that_comes_late_is_passed_over(panel: ConfusionPanel, late: str, now: str):
    """It named classes that are no more; in a delegate's `paint` that ended the process."""
    analysis, dataset = project(late)
    found = answered(analysis, dataset)
    show(panel, now)
    before = panel.examination
    panel.show_snapshot(Snapshot(1, 2.0, examination=found))
    assert panel.examination is before
    panel.grab()
    panel.hide()
    panel.keep(found)
    panel.show()
    panel.grab()
    assert not panel.pairs.pairs.cells


def test_an_edit_fades_what_is_shown_and_a_new_run_takes_it_away(panel: ConfusionPanel):
    show(panel, "circle", units=1)
    analysis = project("circle")[0]
    panel.show_analysis(analyse(edits.insert_layer(analysis.spec, 0, Dense(units=3)), analysis.facts))
    assert panel.stale.isVisible()
    assert panel.matrix.stale
    panel.clear_run()
    assert panel.takeaway() is None
    assert not panel.stale.isVisible()


def test_points_of_a_cell_are_ringed_where_they_lie(panel: ConfusionPanel, qtbot: QtBot):
    ringed: list[np.ndarray | None] = []
    panel.samples_ringed.connect(ringed.append)
    dataset, found = show(panel, "circle", units=1)
    QTest.mouseClick(panel.matrix, LEFT, pos=panel.matrix.cell_box((1, 0)).center().toPoint())
    wrong = (dataset.test.y == 1) & (found.answers == 0)
    assert {tuple(p) for p in ringed[-1].tolist()} == {tuple(p) for p in dataset.test_points[wrong].tolist()}


def test_what_is_shown_can_be_taken_away(panel: ConfusionPanel, tmp_path: Path):
    _, found = show(panel, "mnist")
    takeaway = panel.takeaway()
    for ending in (".png", ".svg"):
        takeaway.write(tmp_path / f"shown{ending}")
        assert (tmp_path / f"shown{ending}").stat().st_size > 1000
    rows = list(csv.reader(io.StringIO(takeaway.table().csv())))
    np.testing.assert_array_equal(np.array(rows)[1:, 1:].astype(int), found.confusion)
    press(panel, "classes")
    assert takeaway.table().header[0] == "class"
    show(panel, "boston_housing")
    assert len(panel.takeaway().table().rows) == 102


@pytest.mark.parametrize("size", [2, 12, 46])
@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_matrices_of_all_sizes_are_painted_light_and_dark(panel: ConfusionPanel, theme: Theme, size: int, zoom: float):
    rng = np.random.default_rng(1)
    panel.matrix.show_classes(tuple(f"a rather long name {i}" for i in range(size)))
    panel.matrix.show_counts(rng.integers(0, 900, (size, size)))
    for dark in (False, True):
        theme.set_dark(dark)
        theme.set_zoom(zoom)
        panel.matrix.choose((size - 1, 0))
        assert not panel.matrix.grab().isNull()
        box = panel.matrix.cell_box((size - 1, size - 1))
        assert panel.matrix.cell_at(box.center()) == (size - 1, size - 1)
    theme.set_zoom(1)


def test_in_the_window_a_cell_opens_its_mistakes(window: MainWindow, qtbot: QtBot):
    parts = window._parts
    window.bottom.open_page(parts.confusion)
    qtbot.waitUntil(lambda: parts.confusion.examination is not None)
    matrix = parts.confusion.matrix
    cell = (1, 0) if matrix.counts[1, 0] else (0, 1)
    wrong = int(matrix.counts[0, 1] + matrix.counts[1, 0])
    index = window.bottom.tabs.currentIndex()
    assert window.bottom.tabs.tabText(index + 1) == f"Mistakes {wrong}"
    qtbot.mouseDClick(matrix, LEFT, pos=matrix.cell_box(cell).center().toPoint())
    assert parts.mistakes.isVisible()
    assert parts.mistakes.true.currentText() == f"True: {('minus', 'plus')[cell[0]]}"
    assert len(parts.mistakes.view.shown()) > 0


def test_hidden_views_ask_for_nothing(window: MainWindow, qtbot: QtBot):
    parts = window._parts
    window.session.play()
    qtbot.waitUntil(lambda: window.session.epoch > 20)
    window.session.pause()
    assert not parts.confusion.probe_request().wants_anything
    assert not parts.mistakes.probe_request().wants_anything
    assert parts.confusion.examination is None


def test_a_long_class_gives_way_to_how_often_it_was_said(theme: Theme) -> None:
    letters = QFontMetricsF(theme.font(Role.CAPTION))
    said = "as T-shirt/top, 1,236 ×"
    assert fitted(said, 500, letters) == said
    cut = fitted(said, letters.horizontalAdvance(said) - 20, letters)
    assert cut.startswith("as T-s")
    assert cut.endswith("…, 1,236 ×")
    assert fitted("12 times", 500, letters) == "12 times"
