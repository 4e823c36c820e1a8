"""The 'Try it' panel: a page for each kind of data, and the point of the plane that one clicks or types."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnplayground.core import edits, presets
from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.data_spec import PlaneClasses, PlaneValues
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.registry import facts, load
from nnplayground.data.store import Store
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.trying.panel import Ask, TryPanel


def _analysis(spec: ProjectSpec) -> Analysis:
    return analyse(spec, facts(spec.data))


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> TryPanel:
    panel = TryPanel(theme)
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.mark.parametrize(
    ("name", "ask"),
    [("circle", Ask.POINT), ("xor", Ask.POINT), ("mnist", Ask.PICTURE), ("imdb", Ask.TEXT), ("boston_housing", Ask.ROW), ("line", Ask.ROW)],
)
def test_the_data_says_what_is_asked(name: str, ask: Ask) -> None:
    spec = presets.recommended(name)
    assert Ask.of(spec.data, facts(spec.data)) is ask


def test_a_point_is_asked_with_the_features_that_are_on(panel: TryPanel) -> None:
    spec = presets.recommended("spiral")
    assert isinstance(spec.data, PlaneClasses)
    panel.show_analysis(_analysis(spec))
    panel.point.set_point(1.5, -2.0)
    inputs = panel.probe_request().inputs
    assert isinstance(inputs, np.ndarray)
    np.testing.assert_allclose(inputs, [[1.5, -2.0, np.sin(1.5), np.sin(-2.0)]], rtol=1e-6)


def test_typing_asks_anew(panel: TryPanel, qtbot: QtBot) -> None:
    panel.show_analysis(_analysis(presets.default_project()))
    field = panel.point.fields[0]
    field.setFocus()
    field.selectAll()
    with qtbot.waitSignal(panel.probe_changed):
        qtbot.keyClicks(field, "2.5")
    inputs = panel.probe_request().inputs
    assert isinstance(inputs, np.ndarray)
    assert inputs[0, 0] == pytest.approx(2.5)


@pytest.mark.parametrize(("outputs", "shares"), [([[0.885]], (0.115, 0.885)), ([[0.0]], (1.0, 0.0))])
def test_a_sigmoids_answer_is_divided_between_two_classes(panel: TryPanel, outputs: list[list[float]], shares: tuple[float, float]) -> None:
    panel.show_analysis(_analysis(presets.default_project()))
    panel.show_snapshot(Snapshot(1, 1.0, answers=np.array(outputs)))
    assert panel.point.shares.shares == pytest.approx(shares)
    assert panel.point.shares.isVisible()
    panel.clear_run()
    assert panel.point.shares.shares == ()
    assert panel.point.value.text() == "No answer yet."


def test_a_values_answer_is_in_the_datas_unit(panel: TryPanel, tmp_path: Path) -> None:
    spec = presets.recommended("plane")
    assert isinstance(spec.data, PlaneValues)
    panel.show_analysis(_analysis(spec))
    panel.show_dataset(load(spec.data, spec.seed, Store((), tmp_path)))
    panel.show_snapshot(Snapshot(1, 1.0, answers=np.array([[-0.25]])))
    assert panel.point.value.text() == "Answer \N{MINUS SIGN}0.25"
    assert not panel.point.shares.isVisible()


def test_a_project_with_errors_is_not_asked(panel: TryPanel) -> None:
    spec = edits.set_layers(presets.default_project(), ())
    panel.show_analysis(_analysis(spec))
    assert not panel.probe_request().wants_anything


def test_hidden_it_asks_for_nothing(panel: TryPanel) -> None:
    panel.show_analysis(_analysis(presets.default_project()))
    assert panel.probe_request().wants_anything
    panel.hide()
    assert not panel.probe_request().wants_anything


def test_a_click_on_the_map_is_the_point_that_is_asked(make_window: Callable[[], MainWindow], qtbot: QtBot) -> None:
    window = make_window()
    view = window.output.map
    at = QPoint(view.width() // 3, view.height() // 4)
    x, y = view.frame().to_plane(at.toPointF())
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert window.trying.point.place == pytest.approx((x, y), abs=0.005)


def test_a_chosen_layer_takes_the_place_and_escape_gives_it_back(make_window: Callable[[], MainWindow], qtbot: QtBot) -> None:
    window = make_window()
    assert window.trying.isVisible()
    canvas = window.network.canvas
    header = canvas.mapFromScene(canvas.picture.layer_rect(0).topLeft()) + QPoint(30, 12)
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=header)
    assert window.inspector.isVisible()
    assert not window.trying.isVisible()
    assert window.aside.tabs.tabText(1) == "Layer 1"
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.trying.isVisible()
    assert window.aside.tabs.tabText(1) == "Training"


def test_a_points_answer_is_taken_apart_into_its_terms(panel: TryPanel) -> None:
    panel.resize(288, 260)
    spec = presets.default_project()
    analysis = _analysis(spec)
    panel.show_analysis(analysis)
    panel.point.set_point(1.0, -1.0)
    request = panel.probe_request()
    assert request.weights
    rng = np.random.default_rng(2)
    sizes = [(s.input[0], s.output[0]) for s in analysis.shapes if s.input and s.output]
    weights = tuple((rng.normal(size=size), rng.normal(size=size[1])) for size in sizes)
    hidden = tuple(rng.normal(size=(1, s.output[0])) for s in analysis.shapes[:-1] if s.output)
    z = float(hidden[-1][0] @ weights[-1][0][:, 0] + weights[-1][1][0])
    out = np.array([[1 / (1 + np.exp(-z))]])
    panel.show_snapshot(Snapshot(1, 1.0, answers=out, activations=(*hidden, out), weights=weights))
    terms = panel.point.terms
    assert terms.working is not None
    assert terms.working.z == pytest.approx(z)
    assert sum(value for value, _others in terms.bars) == pytest.approx(z)
    assert terms.bars[-1] == (pytest.approx(weights[-1][1][0]), False)
    assert "σ(z) = " in terms.accessibleDescription()
    panel.clear_run()
    assert terms.working is None


def test_a_text_leaves_room_for_its_answer(panel: TryPanel) -> None:
    panel.let_scroll()
    panel.resize(246, 190)
    panel.show_analysis(_analysis(presets.recommended("imdb")))
    QApplication.sendPostedEvents()
    assert panel.text.field.height() < 80
    panel.resize(246, 500)
    assert panel.text.field.height() > 200
