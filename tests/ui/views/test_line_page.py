"""The line: its formula in the data's units, residuals to the line as it is drawn, and the way of its two parameters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core.analysis import analyse
from nnplayground.core.presets import recommended
from nnplayground.data import registry
from nnplayground.data.dataset import Affine, Dataset
from nnplayground.data.store import Store
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.output import OutputPanel


@pytest.fixture
def dataset() -> Dataset:
    spec = recommended("line")
    return registry.load(spec.data, spec.seed, Store(folders=(), download_to=Path()))


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, dataset: Dataset) -> OutputPanel:
    spec, panel = recommended("line"), OutputPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(288, 440)
    panel.show_analysis(analyse(spec, registry.facts(spec.data)))
    panel.show_dataset(dataset)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def _train(panel: OutputPanel, epoch: float, w: float, b: float) -> None:
    x = panel.fitted.inputs()
    weights = ((np.array([[w]], np.float32), np.array([b], np.float32)),)
    panel.show_snapshot(Snapshot(1, epoch, answers=(w * x + b).astype(np.float32), weights=weights))


def test_a_bias_of_nothing_is_told_as_0(panel: OutputPanel) -> None:
    """Before the first epoch b is 0; what 32 bits make of it, 1e-8, is nobody's business."""
    _train(panel, 0, -0.6325, 0.0)
    assert panel.fitted.formula == "y = \N{MINUS SIGN}0.6325 x + 0"


def test_the_parameters_leave_their_trace(panel: OutputPanel) -> None:
    trace = panel.findChild(QWidget, "parameterTrace")
    assert not trace.isVisible()
    for epoch in range(5):
        _train(panel, epoch, epoch / 2, -epoch / 4)
    assert trace.isVisible()
    assert panel.fitted.trace == [(epoch, epoch / 2, -epoch / 4) for epoch in range(5)]
    assert panel.fitted.goal == (2.0, -1.0)
    before = trace.grab().toImage()
    _train(panel, 5, 2.0, -1.0)
    assert trace.grab().toImage() != before
    panel.clear_run()
    assert panel.fitted.trace == []
    assert not trace.isVisible()


def test_the_same_epoch_again_replaces_what_was_known_of_it(panel: OutputPanel) -> None:
    for epoch, w in ((1, 0.5), (2, 1.0), (2, 1.5)):
        _train(panel, epoch, w, 0.0)
    assert panel.fitted.trace == [(1, 0.5, 0.0), (2, 1.5, 0.0)]


def test_a_long_trace_keeps_its_ends_and_its_cost(panel: OutputPanel) -> None:
    for epoch in range(3_000):
        panel.fitted._note(epoch, 1.0, 2.0)
    assert len(panel.fitted.trace) <= 1_000
    assert panel.fitted.trace[0][0] == 0
    assert panel.fitted.trace[-1][0] == 2_999


def test_residuals_reach_from_each_point_to_the_line(qtbot: QtBot, panel: OutputPanel, dataset: Dataset) -> None:
    _train(panel, 1, 1.5, 0.25)
    before = panel.fitted.grab().toImage()
    box = panel.findChild(QCheckBox, "showResiduals")
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert panel.fitted.residuals
    assert panel.fitted.grab().toImage() != before
    x, y, line = panel.fitted.residual_ends(dataset.train)
    assert (x.tolist(), y.tolist()) == (dataset.train.array[:, 0].tolist(), dataset.train.y.tolist())
    assert line == pytest.approx(1.5 * x + 0.25, abs=1e-5)


def test_the_formula_is_in_the_datas_own_units(panel: OutputPanel, dataset: Dataset) -> None:
    scaled = replace(dataset, target_scaler=Affine(0.5, 1.0))
    panel.show_dataset(scaled)
    _train(panel, 1, 1.0, 0.5)
    assert panel.fitted.formula == "y = 2 x \N{MINUS SIGN} 1"
    assert panel.fitted.goal == (), "w and b of scaled values are to become others"


def test_a_bent_answer_is_no_line(panel: OutputPanel) -> None:
    x = panel.fitted.inputs()
    bent = np.maximum(x, 0.5).astype(np.float32)
    panel.show_snapshot(Snapshot(1, 1.0, answers=bent, weights=((np.ones((1, 1)), np.zeros(1)),)))
    assert panel.fitted.formula == ""
    panel.show_snapshot(Snapshot(1, 2.0, answers=bent, weights=((np.ones((1, 3)), np.zeros(3)), (np.ones((3, 1)), np.zeros(1)))))
    assert panel.fitted.formula == ""
    assert len(panel.fitted.trace) == 1


def test_a_line_that_is_no_number_does_no_harm(panel: OutputPanel) -> None:
    _train(panel, 1, 1.0, 0.0)
    _train(panel, 2, float("nan"), float("inf"))
    panel.grab()
    panel.findChild(QCheckBox, "showResiduals").click()
    panel.grab()
