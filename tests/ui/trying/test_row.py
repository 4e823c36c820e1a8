"""Rows that are filled in: people, houses, lines of a table; thousands of columns; real rows of the test set."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSlider
from pytestqt.qtbot import QtBot

from nnplayground.core import edits, presets
from nnplayground.core.analysis import analyse
from nnplayground.core.data_spec import OwnTable
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset, Part, Source
from nnplayground.data.registry import facts, load
from nnplayground.data.store import Store
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.trying.panel import TryPanel
from nnplayground.ui.trying.row import MOST_SHOWN

TABLE = "colour,size,answer\n" + "\n".join(f"{('red', 'blue', 'green')[i % 3]},{i % 5},{('no', 'yes')[i % 2]}" for i in range(60))


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> TryPanel:
    panel = TryPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(288, 320)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def show(panel: TryPanel, spec: ProjectSpec, tmp_path: Path) -> Dataset:
    panel.show_analysis(analyse(spec, facts(spec.data)))
    dataset = load(spec.data, spec.seed, Store((), tmp_path))
    panel.show_dataset(dataset)
    return dataset


def boston() -> ProjectSpec:
    return edits.change_data(presets.recommended("boston_housing"), source="sample")


def asked(panel: TryPanel) -> np.ndarray:
    inputs = panel.probe_request().inputs
    assert isinstance(inputs, np.ndarray)
    return inputs


def part(panel: TryPanel, kind: type, name: str) -> object:
    found = panel.row.findChild(kind, name)
    assert found is not None
    return found


def test_a_person_begins_in_the_middle_and_is_filled_in_with_keys(panel: TryPanel, qtbot: QtBot, tmp_path: Path) -> None:
    show(panel, presets.recommended("gender"), tmp_path)
    assert asked(panel).tolist() == [[0, 0, 0]]
    assert [row.name.toolTip().split(":")[0] for row in panel.row.rows] == ["weight", "height", "age"]
    slider, field = part(panel, QSlider, "rowFeature0Slider"), part(panel, QDoubleSpinBox, "rowFeature1Field")
    assert isinstance(slider, QSlider)
    assert isinstance(field, QDoubleSpinBox)
    slider.setFocus()
    with qtbot.waitSignal(panel.probe_changed):
        qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert asked(panel)[0, 0] > 0.3
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "-1.25")
    assert asked(panel)[0, 1] == pytest.approx(-1.25)
    panel.show_snapshot(Snapshot(1, 1.0, answers=np.array([[0.9]])))
    assert panel.row.answer.shares.shares == pytest.approx((0.1, 0.9))


def test_a_house_has_its_price_in_thousand_dollars(panel: TryPanel, qtbot: QtBot, tmp_path: Path) -> None:
    dataset = show(panel, edits.change_data(boston(), target_scaling="standard"), tmp_path)
    assert asked(panel).shape == (1, 13)
    qtbot.mouseClick(panel.row.pick.button, Qt.MouseButton.LeftButton)
    index = panel.row.test_index
    assert index is not None
    np.testing.assert_array_equal(asked(panel), dataset.test.array[index : index + 1])
    assert panel.row.pick.caption.text().startswith(f"Test {index + 1} · ")
    assert panel.row.pick.caption.text().endswith(" thousand dollars")
    panel.show_snapshot(Snapshot(1, 1.0, answers=np.array([[0.5]])))
    price = float(dataset.target_scaler.undo(np.array([0.5]))[0])
    assert panel.row.answer.value.text() == f"price {price:.4g} thousand dollars"
    qtbot.mouseClick(panel.findChild(object, "copyAnswer"), Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == f"CRIM\t{float(dataset.test.array[index, 0])!r}"
    assert len(copied) == 14
    qtbot.keyClick(part(panel, QSlider, "rowFeature5Slider"), Qt.Key.Key_Right)
    assert panel.row.test_index is None
    assert panel.row.pick.caption.isHidden()
    unchanged = np.delete(asked(panel)[0], 5)
    np.testing.assert_array_equal(unchanged, np.delete(dataset.test.array[index], 5))


def test_ranges_are_those_of_the_training_set(panel: TryPanel, tmp_path: Path) -> None:
    dataset = show(panel, boston(), tmp_path)
    for place, row in enumerate(panel.row.rows[:13]):
        for end, step in ((dataset.train.array[:, place].min(), 0), (dataset.train.array[:, place].max(), row.slider.maximum())):
            row.slider.setValue(1 - min(step, 1))
            row.slider.setValue(step)
            assert asked(panel)[0, place] == pytest.approx(end, abs=10.0 ** -row.field.decimals())
    chas = panel.row.rows[3]
    assert (chas.slider.maximum(), chas.field.decimals()) == (1, 0)


def test_words_are_chosen_from_a_list_and_are_one_hot(panel: TryPanel, qtbot: QtBot, tmp_path: Path) -> None:
    data = OwnTable(name="csv", text=TABLE, kinds={"size": "number"})
    show(panel, presets.take_data(presets.default_project(), data, facts(data)), tmp_path)
    combo = part(panel, QComboBox, "rowFeature0Words")
    assert isinstance(combo, QComboBox)
    assert [combo.itemText(i) for i in range(combo.count())] == ["blue", "green", "red"]
    combo.setFocus()
    for place in range(3):
        combo.setCurrentIndex(place)
        assert asked(panel)[0, :3].tolist() == np.eye(3)[place].tolist()
    qtbot.keyClick(combo, Qt.Key.Key_Up)
    assert asked(panel)[0, :3].tolist() == [0, 1, 0]


def test_ten_thousand_columns_are_searched(panel: TryPanel, qtbot: QtBot) -> None:
    x = np.random.default_rng(1).normal(size=(500, 10_000)).astype(np.float32)
    data = presets.recommended("boston_housing").data
    names = tuple(f"gene {i}" for i in range(10_000))
    known = DataFacts("boston_housing", "Genes", (10_000,), Task.REGRESSION, 500, 500, input_names=names)
    samples = Part(x, np.zeros(500, np.float32))
    spec = edits.changed(presets.recommended("boston_housing"), data=data)
    panel.show_analysis(analyse(spec, known))
    began = time.thread_time()
    panel.show_dataset(Dataset(known, Source.FULL, samples, samples))
    inputs = asked(panel)
    assert time.thread_time() - began < 1.5
    assert inputs.shape == (1, 10_000)
    assert sum(row.isVisible() for row in panel.row.rows) == MOST_SHOWN
    assert panel.row.found.text() == "50 of 10,000 features; the others stay as they are."
    qtbot.keyClicks(panel.row.search, "gene 777")
    shown = [row.feature.name for row in panel.row.rows if row.feature is not None]
    assert shown == [n for n in names if "gene 777" in n]
    row = panel.row.rows[0]
    row.field.setValue(1.5)
    assert asked(panel)[0, 777] == pytest.approx(1.5)
    assert np.count_nonzero(asked(panel) != inputs) == 1
    panel.row.search.setText("nothing like it")
    assert panel.row.found.text() == "No feature of this name. Try fewer letters."
    panel.row.search.clear()
    assert asked(panel)[0, 777] == pytest.approx(1.5)


def test_what_was_filled_in_outlives_a_new_split_but_not_other_columns(panel: TryPanel, tmp_path: Path) -> None:
    show(panel, presets.recommended("gender"), tmp_path)
    panel.row.rows[0].field.setValue(1.0)
    show(panel, edits.change_data(presets.recommended("gender"), samples=300), tmp_path)
    assert asked(panel)[0, 0] == 1
    show(panel, presets.recommended("line"), tmp_path)
    assert asked(panel).shape == (1, 1)
    assert asked(panel)[0, 0] == 1  # the middle of -1 to 4


def test_before_the_samples_come_nothing_is_asked(panel: TryPanel) -> None:
    spec = presets.recommended("gender")
    panel.show_analysis(analyse(spec, facts(spec.data)))
    assert not panel.probe_request().wants_anything
    assert panel.row.found.text() == "The samples are on their way."
    assert not panel.row.pick.button.isEnabled()


def test_hidden_it_neither_asks_nor_looks_at_the_data(panel: TryPanel, tmp_path: Path) -> None:
    panel.hide()
    show(panel, boston(), tmp_path)
    assert not panel.probe_request().wants_anything
    assert panel.row.values is None
    panel.show()
    assert asked(panel).shape == (1, 13)


def test_the_wheel_scrolls_the_list_and_changes_no_number(panel: TryPanel, qtbot: QtBot, tmp_path: Path) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    show(panel, boston(), tmp_path)
    before = asked(panel).copy()
    row = panel.row.rows[0]
    for widget in (row.slider, row.field):
        event = QWheelEvent(QPointF(5, 5), widget.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
                            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
        QGuiApplication.sendEvent(widget, event)
    np.testing.assert_array_equal(asked(panel), before)
