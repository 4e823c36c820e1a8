"""The output panel and its views, driven by mouse and keys, with numbers compared to independent ones."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.layers import Dense
from nnplayground.core.losses import Task
from nnplayground.core.own_data import OwnPoints
from nnplayground.core.presets import recommended, recommended_for
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import registry
from nnplayground.data.dataset import Dataset
from nnplayground.data.store import Store
from nnplayground.engine.answers import Reading
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views import sample_pages
from nnplayground.ui.views.class_map import class_borders, class_colour, legend_lines
from nnplayground.ui.views.decision_map import DecisionMap
from nnplayground.ui.views.markers import class_stamp
from nnplayground.ui.views.output import OutputPanel
from nnplayground.ui.views.paged import Paged


def project(name: str) -> tuple[Analysis, Dataset]:
    spec = recommended(name)
    if name in ("mnist", "fashion_mnist", "boston_housing"):
        spec = edits.change_data(spec, source="sample")
    return analyse(spec, registry.facts(spec.data)), registry.load(spec.data, spec.seed, Store(folders=(), download_to=Path()))


def show(panel: OutputPanel, name: str) -> tuple[Analysis, Dataset]:
    analysis, dataset = project(name)
    panel.show_analysis(analysis)
    panel.show_dataset(dataset)
    return analysis, dataset


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> OutputPanel:
    panel = OutputPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(288, 440)
    show(panel, "circle")
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def plane_map(function: object) -> np.ndarray:
    line = np.linspace(-6, 6, 100)
    x, y = np.meshgrid(line, line)
    return np.asarray(function(x, y), np.float32)[..., None]  # type: ignore[operator]


def pixel(panel: OutputPanel, x: float, y: float) -> QPoint:
    place = panel.map.frame().to_pixel(np.array([[x, y]]))[0]
    return QPoint(round(place[0]), round(place[1]))


def colour_at(panel: OutputPanel, x: float, y: float) -> QColor:
    return panel.map.grab().toImage().pixelColor(pixel(panel, x, y))


def test_each_kind_of_data_has_its_view(panel: OutputPanel):
    for name, view in {
        "circle": panel.map, "xor": panel.map, "plane": panel.map, "mnist": panel.samples, "line": panel.fitted,
        "boston_housing": panel.against, "gender": panel.counts,
    }.items():  # fmt: skip
        show(panel, name)
        seen = [v for v in (panel.map, panel.samples, panel.fitted, panel.against, panel.counts) if v.isVisible()]
        assert seen == [view], name
        panel.grab()


def test_the_probe_request_is_what_the_visible_view_needs(panel: OutputPanel):
    assert panel.probe_request().grid == 100
    show(panel, "mnist")
    assert panel.probe_request().grid == 0
    assert panel.probe_request().test_answers >= 500
    show(panel, "line")
    assert panel.probe_request().weights
    assert panel.probe_request().inputs.shape[1:] == (1,)
    panel.hide()
    assert panel.probe_request().inputs is None


# ---- the map


def test_plus_is_blue_and_minus_orange_with_low_y_below(panel: OutputPanel):
    panel.show_dataset(None)
    panel.show_snapshot(Snapshot(1, 1.0, output_map=plane_map(lambda x, y: (y > 0) * 0.9 + 0.05)))
    above, below = colour_at(panel, 2, 4), colour_at(panel, 2, -4)
    assert above.blue() > above.red() + 60
    assert below.red() > below.blue() + 60


def test_hover_reads_place_and_output(qtbot: QtBot, panel: OutputPanel):
    panel.show_snapshot(Snapshot(1, 1.0, output_map=plane_map(lambda x, y: 0.5 + x / 20 + y / 50)))
    read: list[str] = []
    panel.map.hovered.connect(read.append)
    QTest.mouseMove(panel.map, pixel(panel, 3, -2))
    qtbot.waitUntil(lambda: bool(read))
    panel.grab()
    first, second = read[-1].split("\n")
    x, y = (float(part.replace("\N{MINUS SIGN}", "-")) for part in first.split()[1::2])
    assert x == pytest.approx(3, abs=0.1)
    assert y == pytest.approx(-2, abs=0.1)
    assert float(second.split()[-1]) == pytest.approx(0.5 + 3 / 20 - 2 / 50, abs=0.01)
    QTest.mouseMove(panel.map, QPoint(1, 1))
    qtbot.waitUntil(lambda: read[-1] == "")


def test_places_between_the_grid_are_read_out_as_the_network_answers_there(panel: OutputPanel):
    rng = np.random.default_rng(5)
    kernel, last = rng.normal(0, 0.5, (2, 6)), rng.normal(0, 1, (6, 3))

    def predict(x: object, y: object) -> np.ndarray:
        z = np.exp(np.tanh(np.stack([x, y], axis=-1) @ kernel) @ last)
        return np.asarray(z / z.sum(axis=-1, keepdims=True))

    line = np.linspace(-6, 6, 100)
    shares = predict(*np.meshgrid(line, line))
    show_three_classes(panel)
    panel.show_snapshot(Snapshot(1, 1.0, output_map=shares))
    rounded = []
    for x, y in rng.uniform(-6, 6, (200, 2)):
        right = predict(x, y)
        name, told = panel.map.read_out(x, y).split("\n")[1].split("  ")
        if np.diff(np.sort(right)[-2:])[0] > 0.01:
            assert name == f"class {right.argmax()}"
        assert float(told.removesuffix(" %")) / 100 == pytest.approx(right.max(), abs=0.002)
        rounded.append(abs(shares[round((y + 6) / 12 * 99), round((x + 6) / 12 * 99)].max() - right.max()))
    assert max(rounded) > 0.005, "the nearest node is further off"
    show(panel, "circle")
    panel.show_snapshot(Snapshot(1, 1.0, output_map=predict(*np.meshgrid(line, line))[..., :1]))
    for x, y in ((-6, -6), (6, 6), (1.03, -2.71), (7, 0)):
        told = panel.map.read_out(x, y).split("\n")[1].removeprefix("output ")
        assert float(told) == pytest.approx(predict(min(x, 6), y)[0], abs=0.002)


def test_what_is_not_a_number_is_read_out_only_where_it_is(panel: OutputPanel):
    outputs = np.zeros((100, 100, 1))
    outputs[:, 50:] = np.nan
    panel.show_snapshot(Snapshot(1, 1.0, output_map=outputs))
    assert panel.map.read_out(-6 + 12 * 49 / 99 - 1e-9, 6).endswith("output 0")
    assert panel.map.read_out(-6 + 12 * 49.5 / 99, 0).endswith("not a number")


def test_test_points_appear_by_a_click_and_training_is_not_touched(qtbot: QtBot, panel: OutputPanel):
    asked: list[object] = []
    panel.probe_changed.connect(lambda: asked.append(1))
    before = panel.map.grab().toImage()
    qtbot.mouseClick(panel.test_box, Qt.MouseButton.LeftButton, pos=QPoint(10, panel.test_box.height() // 2))
    assert panel.map.show_test
    assert panel.map.grab().toImage() != before
    qtbot.mouseClick(panel.test_box, Qt.MouseButton.LeftButton, pos=QPoint(10, panel.test_box.height() // 2))
    assert panel.map.grab().toImage() == before
    assert not asked


def test_discrete_shows_only_sides(qtbot: QtBot, panel: OutputPanel):
    panel.show_dataset(None)
    panel.show_snapshot(Snapshot(1, 1.0, output_map=plane_map(lambda x, y: 0.5 + x / 20)))
    faint = colour_at(panel, 1, 3)
    qtbot.keyClick(panel.discrete_box, Qt.Key.Key_Space)
    assert colour_at(panel, 1, 3) == colour_at(panel, 5, 3)
    assert colour_at(panel, 1, 3) != faint


def test_not_a_number_is_hatched_and_said(panel: OutputPanel):
    panel.show_snapshot(Snapshot(1, 1.0, output_map=plane_map(lambda x, y: x * np.nan)))
    assert panel.map.read_out(0, 0).endswith("not a number")
    grey = colour_at(panel, 5.5, 5.5)
    assert abs(grey.red() - grey.blue()) < 30


THREE_CLASSES = ((-4.0, 3.0, 0.0), (4.0, 3.0, 1.0), (0.0, -4.0, 2.0), (-4.0, 4.0, 0.0), (4.0, 4.0, 1.0), (1.0, -4.0, 2.0))


def show_three_classes(panel: OutputPanel) -> None:
    data = OwnPoints(name="points", points=THREE_CLASSES)
    known = registry.facts(data)
    layers, training = recommended_for(known)
    panel.show_analysis(analyse(ProjectSpec(data=data, layers=layers, training=training), known))
    panel.show_dataset(None)


def shares(*parts: tuple[float, float, float]) -> np.ndarray:
    """A map whose upper left, upper right and lower part have these shares of the classes."""
    line = np.linspace(-6, 6, 100)
    x, y = np.meshgrid(line, line)
    place = np.where(y < 0, 2, np.where(x < 0, 0, 1))
    return np.asarray(parts, np.float32)[place]


def test_each_of_three_classes_has_its_colour_paler_where_the_network_is_less_sure(panel: OutputPanel, theme: Theme):
    show_three_classes(panel)
    panel.show_snapshot(Snapshot(1, 1.0, output_map=shares((1, 0, 0), (0, 1, 0), (0, 0, 1))))
    places = ((-3, 3), (3, 3), (3, -3))
    sure = [colour_at(panel, *place) for place in places]
    for i, colour in enumerate(sure):
        wanted = QColor(class_colour(theme.tokens, i))
        assert abs(colour.hue() - wanted.hue()) < 12, i
    panel.show_snapshot(Snapshot(1, 2.0, output_map=shares((0.5, 0.3, 0.2), (0.3, 0.5, 0.2), (0, 0, 1))))
    for place, before in zip(places[:2], sure[:2], strict=True):
        assert colour_at(panel, *place).saturation() < before.saturation() - 40
    pale = colour_at(panel, -3, 3)
    panel.map.set_discrete(True)
    assert colour_at(panel, -3, 3).saturation() > pale.saturation() + 40


def test_a_place_among_three_classes_is_read_as_the_likeliest_and_its_probability(panel: OutputPanel):
    show_three_classes(panel)
    panel.show_snapshot(Snapshot(1, 1.0, output_map=shares((0.7, 0.2, 0.1), (0, 1, 0), (0.25, 0.25, 0.5))))
    assert panel.map.read_out(-3, 3).split("\n")[1] == "class 0  70.0 %"
    assert panel.map.read_out(3, -3).split("\n")[1] == "class 2  50.0 %"


def test_borders_run_where_two_classes_are_equally_likely(panel: OutputPanel):
    show_three_classes(panel)
    line = np.linspace(-6, 6, 100)
    x, y = np.meshgrid(line, line)
    weights = np.exp(np.stack([-x, x, -2 * y], axis=-1))
    lines = class_borders(weights / weights.sum(axis=-1, keepdims=True))
    ends = lines.reshape(-1, 2) / 99 * 12 - 6  # back from cells to the plane
    sides = np.sort(np.stack([-ends[:, 0], ends[:, 0], -2 * ends[:, 1]]), axis=0)
    assert len(lines) > 100
    np.testing.assert_allclose(sides[1], sides[2], atol=0.13)


def test_no_class_is_told_by_colour_alone(theme: Theme):
    shapes = [class_stamp("#000000", "#ffffff", 8, 1.0, i).toImage() for i in range(10)]
    assert len({pixels.constBits().tobytes() for pixels in shapes}) == 10
    assert len({class_colour(theme.tokens, i) for i in range(10)}) == 10


def test_a_map_of_two_classes_is_taken_away_when_a_third_comes(panel: OutputPanel):
    panel.show_snapshot(Snapshot(1, 1.0, output_map=plane_map(lambda x, y: (y > 0) * 0.9 + 0.05)))
    show_three_classes(panel)
    assert abs(colour_at(panel, -2, 2).saturation()) < 20
    broken = shares((1, 0, 0), (0, 1, 0), (np.nan, np.nan, np.nan))
    panel.show_snapshot(Snapshot(1, 2.0, output_map=broken))
    assert panel.map.read_out(0, -3).endswith("not a number")
    assert colour_at(panel, 3, -5).saturation() < 40


@pytest.mark.parametrize("width", [222, 264, 420])
def test_ten_classes_have_room_in_the_legend(qtbot: QtBot, theme: Theme, width: int):
    decision_map = DecisionMap(theme)
    qtbot.addWidget(decision_map)
    points = tuple((float(i) - 5, 0.0, float(i)) for i in range(10))
    known = registry.facts(OwnPoints(name="points", points=points))
    decision_map.show_reading(known, Reading(classes=known.classes))
    decision_map.resize(width, 300)
    frame = decision_map.frame()
    metrics = QFontMetricsF(theme.font(Role.CAPTION))
    room = decision_map.height() - frame.area.bottom()
    assert room >= legend_lines(known.classes, metrics, width - 30) * metrics.height() + 10


def test_an_edited_network_makes_the_picture_stale_until_it_is_trained(panel: OutputPanel):
    analysis, _ = project("circle")
    panel.show_snapshot(Snapshot(1, 1.0, output_map=plane_map(lambda x, y: x)))
    edited = edits.insert_layer(analysis.spec, 0, Dense(units=3))
    panel.show_analysis(analyse(edited, analysis.facts))
    assert panel.map.stale
    assert panel._stale.isVisible()
    panel.show_snapshot(Snapshot(1, 2.0, output_map=plane_map(lambda x, y: y)))
    assert not panel.map.stale


def test_the_map_is_square_at_any_size(panel: OutputPanel):
    for width, height in ((288, 440), (246, 400), (288, 800), (420, 420)):
        panel.resize(width, height)
        panel.grab()
        area = panel.map.frame().area
        assert area.width() == pytest.approx(area.height())
        assert area.width() >= 130
        assert area.right() <= panel.map.width()
        assert area.bottom() <= panel.map.height()


# ---- images


def answers(dataset: Dataset, wrong: tuple[int, ...], count: int = 500) -> np.ndarray:
    """Sure and right answers but for some test images, which are taken for the next class, the later the surer."""
    outputs = np.full((count, 10), 0.01)
    outputs[np.arange(count), dataset.test.y[:count]] = 0.91
    for rank, index in enumerate(wrong):
        outputs[index] = 0.02
        outputs[index, (dataset.test.y[index] + 1) % 10] = 0.6 + rank * 0.1
    return outputs


def page(panel: OutputPanel) -> Paged:
    found = panel.samples.parent()
    assert isinstance(found, Paged)
    return found


def test_the_grid_says_what_is_right_and_what_is_taken_for_what(panel: OutputPanel):
    _, dataset = show(panel, "mnist")
    first = int(dataset.test.y[0])
    assert panel.samples.caption(0) == str(first), "before any answer: the label"
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=answers(dataset, (0, 3))))
    assert panel.samples.caption(0) == f"{(first + 1) % 10}, not {first}"
    assert panel.samples.caption(1) == f"{dataset.test.y[1]}  91 %"
    assert page(panel).which.button("mistakes").text() == "Mistakes 2 / 500"
    panel.grab()


def test_where_there_is_no_room_the_numbers_of_the_page_stay(panel: OutputPanel, qtbot: QtBot):
    _, dataset = show(panel, "mnist")
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=answers(dataset, (0, 3))))
    label = page(panel).label
    for width, told in ((460, "Test images 1 to "), (250, "1 to ")):
        panel.resize(width, 320)
        qtbot.waitUntil(lambda told=told: label.text() == f"{told}{panel.samples.page_size}")  # type: ignore[misc]
        assert label.accessibleName().startswith("Test images 1 to ")


def test_mistakes_among_the_first_samples_only_say_so(panel: OutputPanel, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sample_pages, "ANSWERED", 100)
    _, dataset = show(panel, "mnist")
    assert len(dataset.test) > 100
    button = page(panel).which.button("mistakes")
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=answers(dataset, (0, 3), 100)))
    assert button.text() == "Mistakes 2 / 100"
    assert "first 100 test samples" in button.toolTip()
    panel.show_snapshot(Snapshot(1, 2.0, test_answers=answers(dataset, (), 100)))
    assert button.text() == "Mistakes"


def test_mistakes_are_shown_alone_the_surest_first(qtbot: QtBot, panel: OutputPanel):
    _, dataset = show(panel, "mnist")
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=answers(dataset, (5, 77, 402))))
    qtbot.mouseClick(page(panel).which.button("mistakes"), Qt.MouseButton.LeftButton)
    assert panel.samples.shown() == [402, 77, 5]
    assert page(panel).label.text() == "Mistakes 1 to 3 of 3"
    panel.show_snapshot(Snapshot(1, 2.0, test_answers=answers(dataset, ())))
    assert panel.samples.shown() == []
    panel.grab()
    qtbot.mouseClick(page(panel).which.button("all"), Qt.MouseButton.LeftButton)
    assert panel.samples.shown()[:3] == [0, 1, 2]


def test_pages_turn_by_buttons_and_keys(qtbot: QtBot, panel: OutputPanel):
    show(panel, "mnist")
    size = panel.samples.page_size
    qtbot.mouseClick(panel.findChild(QToolButton, "nextSamples"), Qt.MouseButton.LeftButton)
    assert panel.samples.shown() == list(range(size, 2 * size))
    assert page(panel).label.text() == f"Test images {size + 1} to {2 * size}"
    panel.samples.setFocus()
    qtbot.keyClick(panel.samples, Qt.Key.Key_Left)
    assert panel.samples.shown()[0] == 0
    qtbot.mouseClick(panel.findChild(QToolButton, "previousSamples"), Qt.MouseButton.LeftButton)
    assert panel.samples.shown()[-1] == 499, "before the first page stands the last"
    qtbot.mouseClick(panel.findChild(QToolButton, "shuffleSamples"), Qt.MouseButton.LeftButton)
    shown = panel.samples.shown()
    assert len(set(shown)) == size
    assert shown != list(range(size))


def test_the_pictures_are_the_test_images(panel: OutputPanel):
    _, dataset = show(panel, "mnist")
    picture = panel.samples._picture(4).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    shown = np.array([[picture.pixelColor(c, r).value() for c in range(28)] for r in range(28)])
    ink = dataset.test.x[4].reshape(28, 28).astype(float)
    assert np.corrcoef(shown.ravel(), -ink.ravel())[0, 1] > 0.95, "ink is dark on light"


def test_a_long_name_is_read_in_full_by_hovering(qtbot: QtBot, panel: OutputPanel):
    _, dataset = show(panel, "fashion_mnist")
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=answers(dataset, (0,))))
    QTest.mouseMove(panel.samples, panel.samples._cell(panel.samples._shape(), 0).center().toPoint())
    classes = dataset.facts.classes
    true = int(dataset.test.y[0])
    qtbot.waitUntil(lambda: bool(panel.samples.toolTip()))
    assert panel.samples.toolTip() == f"Test image 1: {classes[true]}.\nThe network says {classes[(true + 1) % 10]}, 60.0 %."


# ---- regression and tables


def test_prices_are_shown_in_their_own_unit(qtbot: QtBot, panel: OutputPanel):
    analysis, _ = project("boston_housing")
    spec = edits.change_data(analysis.spec, target_scaling="standard")
    dataset = registry.load(spec.data, 1, Store(folders=(), download_to=Path()))
    panel.show_analysis(analyse(spec, registry.facts(spec.data)))
    panel.show_dataset(dataset)
    train = dataset.train.y.astype(np.float64)
    guesses = dataset.test.y + np.linspace(-2, 2, len(dataset.test))
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=((guesses - train.mean()) / train.std())[:, None]))
    assert panel.against.predicted == pytest.approx(guesses, abs=1e-3)
    QTest.mouseMove(panel.against, panel.against.place(float(dataset.test.y[7]), float(guesses[7])).toPoint())
    qtbot.waitUntil(lambda: panel.against._near is not None)
    panel.grab()
    near = panel.against._near
    assert f"true {dataset.test.y[near]:.4g}" in panel.against.read_out(near)


@pytest.mark.parametrize(("wild", "edge"), [(1e6, "top"), (-1e6, "bottom"), (np.inf, "top")])
def test_a_guess_beyond_the_plot_is_an_arrow_at_its_edge(panel: OutputPanel, theme: Theme, wild: float, edge: str):
    _, dataset = show(panel, "boston_housing")
    view = panel.against
    guesses = np.full(len(dataset.test), np.nan)  # what is no number is left out, and puts nothing else out of place
    far = int(np.abs(dataset.test.y - dataset.test.y[3]).argmax())
    guesses[[3, far]] = wild, dataset.test.y[far]
    view.show_answers(guesses[:, None].astype(np.float32))
    at = view.place(float(dataset.test.y[3]), view.y_range[edge == "top"])
    colour, found = QColor(theme.tokens.test).rgb(), 0
    picture = view.grab().toImage()
    for x in range(round(at.x()) - 8, round(at.x()) + 9):
        for y in range(round(at.y()) - 8, round(at.y()) + 9):
            found += picture.valid(x, y) and picture.pixel(x, y) == colour
    assert found > 5


def test_a_single_neuron_is_read_as_the_lines_formula(panel: OutputPanel):
    _, _ = show(panel, "line")
    x = panel.probe_request().inputs
    panel.show_snapshot(Snapshot(1, 1.0, answers=2 * x - 1, weights=((np.array([[2.0]]), np.array([-1.0])),)))
    assert panel.fitted.fitted == pytest.approx((2 * x - 1)[:, 0], abs=1e-5)
    assert panel.fitted.formula == "y = 2 x \N{MINUS SIGN} 1"
    panel.grab()
    panel.clear_run()
    assert len(panel.fitted.fitted) == 0


def test_classes_of_a_table_are_counted(panel: OutputPanel):
    _, dataset = show(panel, "gender")
    chosen = np.random.default_rng(0).integers(0, 2, len(dataset.test))
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=np.eye(2)[chosen]))
    expected = [[int(np.sum((dataset.test.y == t) & (chosen == p))) for p in (0, 1)] for t in (0, 1)]
    assert panel.counts.counts.tolist() == expected
    panel.grab()


# ---- numbers and pictures to keep


def test_numbers_of_an_unfinished_epoch_say_so(panel: OutputPanel):
    show(panel, "circle")
    head = panel.metrics._heads[0][1]
    panel.show_metrics({"loss": 0.5}, {}, True)
    assert head.text() == "Train so far"
    assert "when the epoch is over" in head.toolTip()
    panel.show_metrics({"loss": 0.4}, {})
    assert (head.text(), head.toolTip()) == ("Train", "")


def test_numbers_stand_in_columns(panel: OutputPanel):
    panel.show_metrics({"loss": 0.02687, "accuracy": 0.992}, {"loss": 0.13291, "accuracy": 0.96})
    assert panel.findChild(QLabel, "lossReadout").text() == "0.0269"
    texts = [label.text() for label in panel.metrics.findChildren(QLabel)]
    assert {"99.2 %", "96.0 %", "0.1329"} <= set(texts)
    show(panel, "boston_housing")
    panel.show_metrics({"loss": 21.5, "mae": 3.25}, {})
    texts = [label.text() for label in panel.metrics.findChildren(QLabel) if not label.isHidden()]
    assert {"MAE", "3.250", "21.50"} <= set(texts)
    assert "Accuracy" not in texts
    panel.clear_run()
    assert panel.findChild(QLabel, "lossReadout").text() == "\N{EN DASH}"


@pytest.mark.parametrize("name", ["circle", "mnist", "line", "boston_housing", "gender"])
def test_every_view_is_taken_away_as_a_picture_with_its_numbers(panel: OutputPanel, tmp_path: Path, name: str):
    analysis, dataset = show(panel, name)
    taken = panel.takeaway()
    assert taken is not None
    assert taken.table is None, "there are no numbers before the first snapshot"
    draw = np.random.default_rng(1)
    units = 1 if analysis.facts.task is not Task.MULTICLASS else len(analysis.facts.classes)
    asked = panel.probe_request()
    panel.show_snapshot(Snapshot(
        1, 1.0,
        output_map=draw.random((asked.grid, asked.grid, units), np.float32) if asked.grid else None,
        answers=draw.random((len(asked.inputs), 1), np.float32) if asked.inputs is not None else None,
        test_answers=draw.random((min(asked.test_answers, len(dataset.test)), units), np.float32) if asked.test_answers else None,
    ))  # fmt: skip
    taken = panel.takeaway()
    assert taken is not None
    assert taken.write is not None
    assert taken.table is not None
    for suffix in ("png", "svg"):
        taken.write(tmp_path / f"view.{suffix}")
    assert QImage(str(tmp_path / "view.png")).width() > 200
    rows = list(csv.reader(io.StringIO(taken.table().csv())))[1:]
    snapshot = panel._seen
    assert snapshot is not None
    if snapshot.output_map is not None:
        low, high = analysis.facts.plane_range
        assert len(rows) == asked.grid**2
        assert [float(c) for c in rows[0][:2]] == [low, low]
        assert [float(c) for c in rows[1][:2]] == pytest.approx([low + (high - low) / (asked.grid - 1), low])
        assert [float(row[2]) for row in rows] == snapshot.output_map[..., 0].ravel().astype(float).tolist()
    elif snapshot.answers is not None:
        assert [float(row[0]) for row in rows] == asked.inputs[:, 0].astype(float).tolist()
        assert [float(row[1]) for row in rows] == pytest.approx(dataset.target_scaler.undo(snapshot.answers[:, 0]).tolist())
    elif analysis.facts.task is Task.REGRESSION:
        assert [float(row[1]) for row in rows] == dataset.test.y.astype(float).tolist()
        assert [float(row[2]) for row in rows] == pytest.approx(dataset.target_scaler.undo(snapshot.test_answers[:, 0]).tolist())
    else:
        classes, answers = analysis.facts.classes, snapshot.test_answers
        assert [row[1] for row in rows] == [classes[y] for y in dataset.test.y[: len(answers)]]
        chosen = answers.argmax(axis=1) if units > 1 else (answers[:, 0] > 0.5).astype(int)
        assert [row[2] for row in rows] == [classes[i] for i in chosen]
        assert [[float(c) for c in row[3:]] for row in rows] == answers.astype(float).tolist()


def test_loss_and_metrics_are_copied_in_full_precision(panel: OutputPanel):
    panel.show_metrics({"loss": 1 / 3, "accuracy": 0.1 + 0.2}, {"loss": 2 / 3})
    taken = panel.takeaway()
    assert taken is not None
    ((name, _, table),) = taken.also
    assert name == "copyMetrics"
    assert table().tsv() == "number\ttrain\ttest\nloss\t0.3333333333333333\t0.6666666666666666\naccuracy\t0.30000000000000004\t\n"


def test_everything_paints_in_the_dark_too(panel: OutputPanel, theme: Theme):
    light = panel.map.grab().toImage()
    theme.set_dark(True)
    assert panel.map.grab().toImage() != light
    for name in ("mnist", "boston_housing", "line", "gender", "gaussians"):
        show(panel, name)
        ground = panel.grab().toImage().pixelColor(QPointF(panel.width() / 2, 8).toPoint())
        assert ground.lightness() < 60


def test_answers_that_are_no_numbers_are_said_in_words(panel: OutputPanel) -> None:
    _, dataset = show(panel, "boston_housing")
    assert panel.against.why_empty().startswith("Train first")
    nothing = np.full((len(dataset.test), 1), np.nan, np.float32)
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=nothing))
    assert panel.against.why_empty() == "The network's answers are not numbers any more: the run has diverged."
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=np.zeros_like(nothing)))
    assert np.isfinite(panel.against.predicted).all()


def test_a_share_that_is_no_number_is_not_told(panel: OutputPanel) -> None:
    _, dataset = show(panel, "mnist")
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=np.full((len(dataset.test), 10), np.nan, np.float32)))
    assert "nan" not in panel.samples.caption(0)
    assert "nan" not in panel.samples.read_out(0)
