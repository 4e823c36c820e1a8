"""The Runs panel: what is seen, sorted, filtered, lit and asked for, by mouse and keys."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.analysis import analyse
from nnplayground.core.edits import changed
from nnplayground.core.kept_run import Best, KeptRun
from nnplayground.core.presets import default_project
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.registry import facts
from nnplayground.ui.runs.collection import RunCollection
from nnplayground.ui.runs.columns import Column, Kind
from nnplayground.ui.runs.panel import RunsPanel
from nnplayground.ui.theme.theme import Theme

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Put = Callable[..., str]


def spec_of(units: int = 4, rate: float = 0.03) -> ProjectSpec:
    return edits.change_optimizer(edits.change_layer(default_project(), 0, units=units), learning_rate=rate)


@pytest.fixture
def put(qtbot: QtBot, runs: RunCollection) -> Put:
    """Keeps a run, as if it had ended a little later than the one before; gives its key."""
    minutes = iter(range(60))

    def put(name: str, spec: ProjectSpec | None = None, loss: float = 0.5, accuracy: float = 0.8, **more: object) -> str:
        key, epochs = uuid.uuid4().hex, np.arange(1.0, 21)
        run = KeptRun(
            key=key, name=name, time=f"2026-03-01T12:{next(minutes):02}:00+00:00", spec=spec or default_project(), epochs=20, seconds=1.5,
            parameters=25, last={"loss": loss, "accuracy": accuracy, "val_loss": loss * 1.1}, best={"loss": Best(value=loss, epoch=20)},
            history="epoch,loss\n1,0.5\n", **more,
        )  # fmt: skip
        values = loss + 1 / epochs
        curves = {"loss": (epochs, values), "val_loss": (epochs, values * 1.1), "accuracy": (epochs, 1 - values / 2)}
        with qtbot.waitSignal(runs.kept):
            runs.keep(key, lambda _name: (run, curves), object(), runs.project)
        return key

    return put


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, runs: RunCollection) -> RunsPanel:
    panel = RunsPanel(theme, runs)
    qtbot.addWidget(panel)
    spec = default_project()
    panel.show_analysis(analyse(spec, facts(spec.data)))
    panel.resize(1400, 400)
    panel.show()
    qtbot.waitUntil(lambda: not panel._stale)
    return panel


def names(panel: RunsPanel) -> list[str]:
    return [entry.run.name for entry in panel.table.runs.entries]


def titles(panel: RunsPanel) -> list[str]:
    model = panel.table.runs
    return [str(model.headerData(i, Qt.Orientation.Horizontal)) for i in range(model.columnCount())]


def cell(panel: RunsPanel, row: int, title: str) -> str:
    model = panel.table.runs
    return str(model.data(model.index(row, titles(panel).index(title))))


def place(panel: RunsPanel, row: int, kind: Kind = Kind.NAME) -> QPoint:
    return panel.table.visualRect(panel.table.runs.index(row, panel.table.runs.column_of(kind))).center()


def click(panel: RunsPanel, row: int, modifier: Qt.KeyboardModifier = NO) -> None:
    QTest.mouseClick(panel.table.viewport(), LEFT, modifier, place(panel, row))


def click_head(panel: RunsPanel, title: str) -> None:
    header = panel.table.horizontalHeader()
    at = titles(panel).index(title)
    panel.table.scrollTo(panel.table.runs.index(0, at))
    QTest.mouseClick(header.viewport(), LEFT, NO, QPoint(header.sectionViewportPosition(at) + 12, header.height() // 2))


def hover(widget: object, at: QPointF) -> None:
    event = QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, NO)  # type: ignore[attr-defined]
    QApplication.sendEvent(widget, event)


def test_an_empty_panel_says_what_it_is_for(panel: RunsPanel) -> None:
    assert panel.empty.isVisible()
    assert panel.empty.text == "No runs yet Finished runs collect here, to compare."
    assert panel.takeaway() is None


def test_columns_are_those_in_which_the_runs_differ(panel: RunsPanel, put: Put) -> None:
    put("Run 1", spec_of(4, 0.03))
    put("Run 2", spec_of(8, 0.03))
    assert titles(panel)[1:4] == ["Run", "Val. loss", "units"]
    put("Run 3", spec_of(8, 0.1))
    assert titles(panel)[1:5] == ["Run", "Val. loss", "units", "learning_rate"]
    assert names(panel) == ["Run 3", "Run 2", "Run 1"]
    assert [cell(panel, row, "units") for row in range(3)] == ["8", "8", "4"]
    assert [cell(panel, 0, title) for title in ("Loss", "Loss, best", "Val. loss, best", "Accuracy", "Epochs", "Time", "Parameters")] == [
        "0.5000", "0.5000", "–", "80.0 %", "20", "1.5 s", "25"]  # fmt: skip


def test_a_click_on_a_head_sorts_and_another_turns_it_round(panel: RunsPanel, put: Put) -> None:
    for name, loss in (("b", 0.2), ("a", 0.9), ("c", 0.1)):
        put(name, loss=loss)
    click_head(panel, "Loss")
    assert names(panel) == ["c", "b", "a"]
    click_head(panel, "Loss")
    assert names(panel) == ["a", "b", "c"]
    click_head(panel, "Run")
    assert names(panel) == ["a", "b", "c"]
    assert panel.table.horizontalHeader().sortIndicatorSection() == 1


def test_runs_without_a_number_stand_last_whichever_way(panel: RunsPanel, put: Put, runs: RunCollection) -> None:
    diverged, _ = put("diverged"), put("fine")
    entry = runs.entries[diverged]
    entry.run = changed(entry.run, last={"loss": None})
    runs.changed.emit()
    for _ in range(2):
        click_head(panel, "Loss")
        assert names(panel) == ["fine", "diverged"]
    assert cell(panel, 1, "Loss") == "not a number"


def test_a_pinned_run_is_the_baseline_and_differences_are_told(panel: RunsPanel, put: Put, runs: RunCollection, qtbot: QtBot) -> None:
    put("base", loss=0.5, accuracy=0.8)
    put("other", loss=0.512, accuracy=0.825)
    click(panel, 1)
    QTest.mouseClick(panel.pin, LEFT)
    assert names(panel) == ["base", "other"]  # in sight, whatever is sorted by
    assert cell(panel, 1, "Loss") == "0.5120 (+0.012)"
    assert cell(panel, 1, "Accuracy") == "82.5 % (+2.5)"
    assert cell(panel, 0, "Loss") == "0.5000"
    click(panel, 1)
    QTest.mouseClick(panel.pin, LEFT)
    assert [entry.run.pinned for entry in panel.table.runs.entries] == [True, False]
    assert names(panel) == ["other", "base"]
    QTest.mouseClick(panel.pin, LEFT)
    assert not any(entry.run.pinned for entry in runs.entries.values())


def test_words_and_scope_choose_the_runs(panel: RunsPanel, put: Put, runs: RunCollection, qtbot: QtBot) -> None:
    put("wide", spec_of(64))
    put("narrow", spec_of(2), notes="why not")
    runs.begin_project(())
    put("other data", edits.change_data(default_project(), noise=0.1))
    from nnplayground.core.presets import choose_data

    put("a line", choose_data(default_project(), "line", facts(choose_line().data)))
    assert names(panel) == ["other data", "narrow", "wide"]
    QTest.keyClicks(panel.filter, "WHY")
    assert names(panel) == ["narrow"]
    QTest.keyClicks(panel.filter, " but")
    assert (names(panel), panel.table.hidden) == ([], 4)
    panel.filter.clear()
    panel.scope.setCurrentIndex(1)
    panel.scope.activated.emit(1)
    assert names(panel) == ["a line", "other data"]
    panel.scope.setCurrentIndex(2)
    panel.scope.activated.emit(2)
    assert len(names(panel)) == 4


def choose_line() -> ProjectSpec:
    from nnplayground.core.data_spec import default_data

    return edits.set_data(default_project(), default_data("line"))


def test_hovering_a_row_lights_its_curve_and_the_other_way_round(panel: RunsPanel, put: Put, qtbot: QtBot) -> None:
    low, high = put("low", loss=0.1), put("high", loss=2.0)
    plot = panel.compared.plot
    assert plot is not None
    qtbot.waitUntil(lambda: plot.width() > 200)
    heard: list[object] = []
    panel.run_lit.connect(heard.append)
    hover(panel.table.viewport(), QPointF(place(panel, 0)))
    assert (heard[-1], plot.width_of(high), plot.width_of(low)) == (high, 2.5, 1.0)
    hover(plot.viewport(), plot.pixel(10.0, 0.2))
    assert (heard[-1], panel.table.runs.lit, plot.width_of(low)) == (low, low, 2.5)
    row = panel.table.runs.row_of(low)
    assert row is not None
    assert panel.table.runs.data(panel.table.runs.index(row, 1), Qt.ItemDataRole.BackgroundRole) is not None
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert (heard[-1], panel.table.runs.lit, plot.width_of(low)) == (None, None, 1.0)


def test_ten_curves_at_most_with_a_colour_each(panel: RunsPanel, put: Put) -> None:
    keys = [put(f"Run {i}") for i in range(13)]
    swatches = panel.table.runs.swatches
    assert set(swatches) == set(keys[3:])
    assert sorted(swatches.values()) == list(range(10))
    click(panel, 11)
    click(panel, 12, Qt.KeyboardModifier.ControlModifier)
    assert set(panel.table.runs.swatches) == set(keys[:2])


def test_names_and_notes_are_written_in_place(panel: RunsPanel, put: Put, runs: RunCollection, qtbot: QtBot) -> None:
    key = put("Run 1")
    click(panel, 0)
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    (editor,) = panel.table.viewport().findChildren(QLineEdit)
    QTest.keyClicks(editor, "Better")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: runs.entries[key].run.name == "Better")
    model = panel.table.runs
    assert model.setData(model.index(0, model.column_of(Kind.NOTES)), "64 units did it")
    assert not model.setData(model.index(0, model.column_of(Kind.NAME)), "   ")
    qtbot.waitUntil(lambda: runs.shelf.run(key).notes == "64 units did it")
    assert runs.shelf.run(key).name == "Better"


def test_what_is_deleted_comes_back(panel: RunsPanel, put: Put, runs: RunCollection, qtbot: QtBot) -> None:
    keys = [put(f"Run {i}") for i in range(3)]
    click(panel, 0)
    click(panel, 1, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(runs.deleted) as deleted:
        QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert deleted.args == [2]
    assert names(panel) == ["Run 0"]
    qtbot.waitUntil(lambda: len(runs.shelf.look().runs) == 1)
    runs.restore()
    assert names(panel) == ["Run 2", "Run 1", "Run 0"]
    qtbot.waitUntil(lambda: {run.key for run in runs.shelf.look().runs} == set(keys))


def test_the_table_is_taken_away_in_full_precision(panel: RunsPanel, put: Put, tmp_path: Path) -> None:
    put("Run 1", spec_of(4), loss=1 / 3)
    put("Run, 2", spec_of(8), loss=2 / 3, notes="a\nb")
    takeaway = panel.takeaway()
    assert takeaway is not None
    assert takeaway.table is not None
    table = takeaway.table()
    assert table.header[:3] == ("name", "last_val_loss", "layers[0].units")
    assert [row[table.header.index("last_loss")] for row in table.rows] == [2 / 3, 1 / 3]
    assert table.csv().startswith("name,last_val_loss,layers[0].units,")
    assert takeaway.write is not None
    takeaway.write(tmp_path / "runs.png")
    assert not QImage(str(tmp_path / "runs.png")).isNull()
    panel.table.selectAll()
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "Run, 2\t0.733333" in QGuiApplication.clipboard().text()


def test_the_menu_has_comparisons_that_make_sense(panel: RunsPanel, qtbot: QtBot) -> None:
    menu = panel.comparison_menu()
    assert isinstance(menu, QMenu)
    found = {action.objectName(): action for action in menu.actions()}
    assert "compare_rates" in found
    assert "rate 0.001" in found["compare_rates"].toolTip()
    with qtbot.waitSignal(panel.compare_asked) as asked:
        found["compare_rates"].trigger()
    assert asked.args[0].key == "rates"
    spec = edits.change_layer(default_project(), len(default_project().layers) - 1, units=3)
    panel.show_analysis(analyse(spec, facts(spec.data)))
    assert [(action.text(), action.isEnabled()) for action in panel.comparison_menu().actions()] == [
        ("Mend the project's problem first", False)]  # fmt: skip


def test_one_run_is_opened_several_are_not(panel: RunsPanel, put: Put, qtbot: QtBot) -> None:
    keys = [put("Run 1"), put("Run 2")]
    assert not panel.open.isEnabled()
    click(panel, 0)
    with qtbot.waitSignal(panel.open_asked) as asked:
        QTest.mouseClick(panel.open, LEFT)
    assert asked.args == [keys[1]]
    click(panel, 1, Qt.KeyboardModifier.ControlModifier)
    assert not panel.open.isEnabled()
    assert panel.delete.isEnabled()


def test_names_of_runs_are_no_html(panel: RunsPanel, put: Put) -> None:
    put("<b>bold</b><img src=x>")
    model = panel.table.runs
    tip = str(model.data(model.index(0, 1), Qt.ItemDataRole.ToolTipRole))
    assert "&lt;b&gt;" in tip


def test_odd_runs_out_of_files_are_shown_all_the_same(panel: RunsPanel, put: Put, runs: RunCollection) -> None:
    key = put("fine")
    odd = {
        "name": "a\nb\t\u202e" + "x" * 190, "time": "0001-01-01T00:00:00+14:00", "seconds": 1e308, "parameters": 10**30, "epochs": 10**12,
        "last": {"val_": 1e308, "mae": None, "accuracy": -1e300, "x" * 200: 1.0} | {f"m{i}": float(i) for i in range(90)},
        "best": {"loss": Best(value=-1e308, epoch=10**9)}, "notes": "\0" * 10_000,
    }  # fmt: skip
    entry = runs.entries[put("odd")]
    entry.run = changed(entry.run, **odd)
    entry.curves = {"loss": (np.array([1.0, 2.0]), np.array([np.nan, np.inf])), "accuracy": (np.array([1.0]), np.array([1e300]))}
    runs.pin(key, True)
    assert len(names(panel)) == 2
    for kind in (Kind.WHEN, Kind.SECONDS, Kind.NOTES, Kind.LAST):
        click_head(panel, titles(panel)[panel.table.runs.column_of(kind)])
    panel.light(entry.key)
    panel.grab()
    takeaway = panel.takeaway()
    assert takeaway is not None
    assert takeaway.table is not None
    assert takeaway.table().csv()


def test_two_hundred_runs_are_shown_quickly(panel: RunsPanel, put: Put, runs: RunCollection) -> None:
    import time

    from nnplayground.ui.runs.entry import Entry

    first = runs.entries[put("Run 0")]
    for i in range(199):
        run = changed(first.run, key=uuid.uuid4().hex, name=f"Run {i + 1}", spec=spec_of(1 + i % 20, 0.01 * (1 + i % 7)))
        runs.entries[run.key] = Entry(run, runs.project, first.curves, on_shelf=True)
    runs.changed.emit()  # what is worked out once is worked out now
    began = time.perf_counter()
    runs.changed.emit()
    panel.table.runs.light(first.key)
    assert time.perf_counter() - began < 0.5
    assert len(names(panel)) == 200


def test_a_number_that_only_some_runs_have_stands_behind_those_of_all(panel: RunsPanel, put: Put, runs: RunCollection) -> None:
    put("by hand")
    assert titles(panel)[2] == "Val. loss"
    key = put("compared")
    entry = runs.entries[key]
    entry.run = entry.run.model_copy(update={"last": {"loss": 0.5, "accuracy": 0.8}})
    panel.table.runs.show([*runs.entries.values()])
    assert titles(panel)[2] == "Loss"
    assert "Val. loss" in titles(panel)


def test_every_column_says_what_it_is(panel: RunsPanel, put: Put) -> None:
    put("Run 1", spec_of(4))
    put("Run 2", spec_of(5))
    model = panel.table.runs
    for at, column in enumerate(model.layout_.columns):
        assert isinstance(column, Column)
        assert model.headerData(at, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert isinstance(panel.compared.log, QAction)
