"""The Working tab: sums, functions and losses of one sample, in the words of the data, against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nnplayground.core import edits, presets
from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.layers import Activation as ActivationLayer
from nnplayground.core.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, Layer
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset
from nnplayground.data.registry import facts, load
from nnplayground.data.store import Store
from nnplayground.engine.answers import values
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.theme.numbers import measured
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.trying.panel import TryPanel
from nnplayground.ui.trying.working import WorkingPanel

MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def trying(qtbot: QtBot, theme: Theme) -> TryPanel:
    panel = TryPanel(theme)
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, trying: TryPanel) -> WorkingPanel:
    panel = WorkingPanel(theme, trying)
    qtbot.addWidget(panel)
    panel.resize(750, 206)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


class Net:
    """A small network of plain NumPy for the vectors of a project: relu or tanh inside, softmax, sigmoid or linear at the end."""

    def __init__(self, analysis: Analysis) -> None:
        rng = np.random.default_rng(3)
        self.analysis = analysis
        self.weights = tuple(
            (rng.normal(0, 0.3, (s.input[-1], s.output[-1])).astype(np.float32), rng.normal(size=s.output[-1]).astype(np.float32))
            if s.parameters and s.input and s.output else () for s in analysis.shapes)  # fmt: skip

    def snapshot(self, x: np.ndarray, dataset: Dataset) -> Snapshot:
        """The answer to a request for this sample, as the engine gives it."""
        y, outputs = dataset.scaler.apply(x), []
        for layer, own in zip(self.analysis.spec.layers, self.weights, strict=True):
            if isinstance(layer, Flatten):
                y = y.reshape(len(y), -1)
            else:
                assert isinstance(layer, Dense)
                y = applied(str(layer.activation), y @ own[0] + own[1])
            outputs.append(y)
        return Snapshot(1, 1.0, activations=tuple(outputs), weights=self.weights)


def applied(activation: str, z: np.ndarray) -> np.ndarray:
    if activation == "softmax":
        e = np.exp(z - z.max())
        return np.asarray(e / e.sum())
    functions: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "linear": lambda z: z,
    }  # fmt: skip
    return functions[activation](z)


def show(panels: tuple[TryPanel, WorkingPanel], spec: ProjectSpec, folder: Path) -> tuple[Dataset, Net]:
    analysis, dataset = analyse(spec, facts(spec.data)), load(spec.data, spec.seed, Store((), folder))
    for panel in panels:
        panel.show_analysis(analysis)
        panel.show_dataset(dataset)
    return dataset, Net(analysis)


def answer(panel: WorkingPanel, dataset: Dataset, net: Net) -> None:
    x = panel.probe_request().activations
    assert isinstance(x, np.ndarray)
    panel.show_snapshot(net.snapshot(x, dataset))


def test_a_point_in_try_it_is_worked_out_and_may_be_right_or_wrong(trying: TryPanel, panel: WorkingPanel, tmp_path: Path) -> None:
    dataset, net = show((trying, panel), presets.recommended("spiral"), tmp_path)
    trying.point.set_point(1.0, -2.0)
    answer(panel, dataset, net)
    assert panel.working is not None
    outputs = net.snapshot(panel.probe_request().activations, dataset).activations
    kernel, bias = net.weights[-1]
    z = float(outputs[-2][0] @ kernel[:, 0] + bias[0])
    assert panel.working.z == pytest.approx(z, rel=1e-5)
    assert panel.loss is None
    titles = [s.title for s in panel.view.sheets]
    assert titles == ["Weighted sum of plus", "Activation"]
    panel.right.setCurrentIndex(1)
    answer(panel, dataset, net)
    assert panel.loss is not None
    assert panel.loss.value == pytest.approx(np.log1p(np.exp(z)), rel=1e-4)
    panel.right.setCurrentIndex(2)
    answer(panel, dataset, net)
    assert panel.loss.value == pytest.approx(np.log1p(np.exp(-z)), rel=1e-4)
    assert panel.view.sheets[-1].title == "Loss: binary cross-entropy"


def test_a_test_images_softmax_target_and_cross_entropy(trying: TryPanel, panel: WorkingPanel, qtbot: QtBot, tmp_path: Path) -> None:
    spec = edits.change_data(presets.recommended("mnist"), source="sample")
    dataset, net = show((trying, panel), spec, tmp_path)
    qtbot.mouseClick(panel.whose.button("test"), Qt.MouseButton.LeftButton)
    panel.number.setValue(7)
    answer(panel, dataset, net)
    outputs = net.snapshot(dataset.test.array[7:8], dataset).activations[-1][0]
    truth = int(dataset.test.y[7])
    assert panel.loss is not None
    assert panel.loss.value == pytest.approx(-np.log(outputs[truth]), rel=1e-4)
    softmax = panel.view.sheets[1]
    rows = {line.cells[0]: line for line in softmax.lines if len(line.cells) == 5}
    assert rows[str(truth)].cells[-1] == "1"
    assert rows[str(truth)].strong
    assert {line.cells[-1] for name, line in rows.items() if name.isdigit() and int(name) != truth} == {"0"}
    assert softmax.lines[-1].cells[0].startswith("loss −ln ")
    table = panel.takeaway()
    assert table is not None
    assert table.table is not None
    told = {row[0]: row for row in table.table().rows}
    assert told["loss"][-1] == panel.loss.value
    assert sum(float(row[-1]) for row in table.table().rows if row[0] == "unit") == pytest.approx(1)  # type: ignore[arg-type]


def test_pixels_and_features_are_called_by_name(trying: TryPanel, panel: WorkingPanel, tmp_path: Path) -> None:
    dataset, net = show((trying, panel), edits.change_data(presets.recommended("mnist"), source="sample"), tmp_path)
    panel.whose.button("test").click()
    panel.layer.setCurrentIndex(panel.layer.findText("2 · Dense"))
    panel.unit.setValue(3)
    answer(panel, dataset, net)
    assert panel.working is not None
    assert panel.working.unit == 2
    names = [line.cells[0] for line in panel.view.sheets[0].lines[1:]]
    assert all(name.startswith("pixel ") for name in names[:3])
    assert any(name.endswith(" more") for name in names)
    dataset, net = show((trying, panel), edits.change_data(presets.recommended("boston_housing"), source="sample"), tmp_path)
    panel.layer.setCurrentIndex(panel.layer.findText("1 · Dense"))
    answer(panel, dataset, net)
    assert panel.view.sheets[0].lines[1].cells[0] in dataset.facts.input_names


def test_a_price_is_compared_in_the_datas_unit_and_in_the_networks(trying: TryPanel, panel: WorkingPanel, tmp_path: Path) -> None:
    spec = edits.change_data(presets.recommended("boston_housing"), source="sample", target_scaling="standard")
    dataset, net = show((trying, panel), spec, tmp_path)
    panel.whose.button("test").click()
    answer(panel, dataset, net)
    assert panel.working is not None
    assert panel.loss is not None
    target = float(dataset.target_scaler.apply(dataset.test.y[:1])[0])
    assert panel.loss.value == pytest.approx((panel.working.output - target) ** 2, rel=1e-5)
    text = panel.view.text()
    assert f"right {dataset.test.y[0]:.4g}" in text
    assert "scaled for the network" in text
    assert "thousand dollars" in text


def test_a_test_row_in_try_it_brings_its_right_answer_along(trying: TryPanel, panel: WorkingPanel, tmp_path: Path) -> None:
    dataset, net = show((trying, panel), edits.change_data(presets.recommended("boston_housing"), source="sample"), tmp_path)
    trying.row.pick.button.click()
    answer(panel, dataset, net)
    assert panel.loss is not None
    trying.row.rows[0].field.setValue(3)
    answer(panel, dataset, net)
    assert panel.loss is None


def test_the_right_answer_of_a_test_sample_is_shown_and_that_of_a_new_sample_is_asked_anew(
    trying: TryPanel, panel: WorkingPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    spec = edits.change_data(presets.recommended("mnist"), source="sample")
    dataset, _ = show((trying, panel), spec, tmp_path)
    with qtbot.waitSignal(trying.picture.drawn):
        trying.picture.put(np.full((28, 28), 99, np.uint8))
    panel.probe_request()
    panel.right.setCurrentIndex(5)
    panel.probe_request()
    assert (panel.right.currentText(), panel.right.isEnabled()) == ("right: 4", True)
    with qtbot.waitSignal(trying.picture.drawn):
        trying.picture.canvas.clear()
    panel.probe_request()
    assert panel.right.currentText() == "right: ?"
    qtbot.mouseClick(panel.whose.button("test"), Qt.MouseButton.LeftButton)
    panel.number.setValue(2)
    panel.probe_request()
    assert (panel.right.currentText(), panel.right.isEnabled()) == (f"right: {dataset.test.y[2]}", False)


def test_a_scaled_answer_is_brought_back_into_its_unit(trying: TryPanel, panel: WorkingPanel, tmp_path: Path) -> None:
    spec = edits.change_data(presets.recommended("boston_housing"), source="sample", target_scaling="standard")
    dataset, net = show((trying, panel), spec, tmp_path)
    trying.row.pick.button.click()
    answer(panel, dataset, net)
    assert panel.working is not None
    price = float(values(np.array([[panel.working.output]]), dataset.target_scaler)[0])
    (back,) = (sheet for sheet in panel.view.sheets if sheet.title == "Back from scaling")
    assert back.lines[-1].cells == (measured(price, "thousand dollars"),)


def test_hidden_it_works_nothing_out_and_asks_for_nothing(make_window: Callable[[], MainWindow], qtbot: QtBot) -> None:
    window = make_window()
    working = window.findChild(WorkingPanel)
    assert working is not None
    assert not working.isVisible()
    request = window.session.probe_source()
    assert request is not None
    before = len(request.activations) if request.activations is not None else 0
    window.bottom.open_page(working)
    qtbot.waitUntil(lambda: working.working is not None)
    request = window.session.probe_source()
    assert request is not None
    assert request.weights
    assert request.activations is not None
    assert len(request.activations) == before + 1
    index = window.bottom.tabs.currentIndex()
    window.bottom.tabs.setCurrentIndex(index - 1)
    request = window.session.probe_source()
    assert request is not None
    assert (len(request.activations) if request.activations is not None else 0) == before


def test_an_edit_pales_it_and_another_data_set_begins_anew(trying: TryPanel, panel: WorkingPanel, tmp_path: Path) -> None:
    spec = presets.recommended("spiral")
    dataset, net = show((trying, panel), spec, tmp_path)
    answer(panel, dataset, net)
    assert not panel.view.stale
    assert panel.stale.isHidden()
    panel.show_analysis(analyse(edits.remove_layer(spec, 0), dataset.facts))
    assert panel.view.stale
    assert panel.stale.text() == "From before the edit"
    assert not panel.stale.isHidden()
    panel.show_dataset(None)
    assert panel.working is None
    assert panel.takeaway() is None
    assert not panel.probe_request().wants_anything


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [((), "The network has a problem. Mend it first"), ((Flatten(),), "")],
)
def test_without_a_sum_it_says_why(trying: TryPanel, panel: WorkingPanel, layers: tuple[Flatten, ...], sentence: str) -> None:
    spec = edits.set_layers(presets.recommended("spiral"), layers)
    panel.show_analysis(analyse(spec, facts(spec.data)))
    assert panel._nothing.text.startswith(sentence or ("The network has a problem.", "No layer with a weighted sum."))
    assert not panel.probe_request().wants_anything


EDITS: dict[str, Callable[[tuple[Layer, ...]], tuple[Layer, ...]]] = {
    "the output is gone": lambda layers: layers[:-1],
    "the input layer is gone": lambda layers: layers[1:],
    "only the output is left": lambda layers: layers[-1:],
    "nothing is left": lambda _layers: (),
    "five units answer": lambda layers: (*layers[:-1], Dense(units=5, activation="softmax")),
    "normalized behind the output": lambda layers: (*layers, BatchNormalization()),
    "left out behind the output": lambda layers: (*layers, Dropout()),
    "flattened first": lambda layers: (Flatten(), *layers),
    "a function behind the output": lambda layers: (*layers, ActivationLayer(activation="tanh")),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("name", ["circle", "gender", "boston_housing", "mnist"])
def test_what_was_worked_out_keeps_the_names_of_its_own_network(
    trying: TryPanel, panel: WorkingPanel, tmp_path: Path, name: str, edit: str
) -> None:
    spec = presets.recommended(name)
    if name in ("boston_housing", "mnist"):
        spec = edits.change_data(spec, source="sample")
    dataset, net = show((trying, panel), spec, tmp_path)
    panel.whose.button("test").click()
    answer(panel, dataset, net)
    before = panel.takeaway()
    assert before is not None
    assert before.table is not None
    told = before.table().csv()
    panel.show_analysis(analyse(edits.set_layers(spec, EDITS[edit](spec.layers)), dataset.facts))
    taken = panel.takeaway()
    assert taken is not None
    assert taken.table is not None
    assert taken.table().csv() == told
    assert panel.view.stale


def test_answers_of_another_network_are_left_alone(trying: TryPanel, panel: WorkingPanel, tmp_path: Path) -> None:
    dataset, net = show((trying, panel), presets.recommended("spiral"), tmp_path)
    x = panel.probe_request().activations
    assert isinstance(x, np.ndarray)
    shot = net.snapshot(x, dataset)
    panel.show_snapshot(Snapshot(1, 1.0, activations=shot.activations[:-1], weights=shot.weights[:-1]))
    assert panel.working is None
    panel.show_snapshot(Snapshot(1, 1.0, activations=shot.activations))
    assert panel.working is None


def test_the_canvas_chooses_the_layer(trying: TryPanel, panel: WorkingPanel) -> None:
    spec = edits.set_layers(presets.recommended("mnist"), (Conv2D(filters=3), Flatten(), Dense(units=10, activation="softmax")))
    panel.show_analysis(analyse(spec, facts(spec.data)))
    panel.show_layer(0)
    assert panel.layer.currentText() == "1 · Conv2D"
    panel.show_layer(1)
    assert panel.layer.currentText() == "output layer"
    panel.show_layer(None)
    assert panel.layer.currentText() == "output layer"


def test_what_is_shown_fits_beside_each_other_at_the_usual_size(trying: TryPanel, panel: WorkingPanel, tmp_path: Path) -> None:
    dataset, net = show((trying, panel), presets.recommended("spiral"), tmp_path)
    panel.right.setCurrentIndex(1)
    answer(panel, dataset, net)
    assert len({place.y() for place in panel.view._places}) == 1
    assert panel.view.minimumHeight() <= panel._area.viewport().height()
