"""Painting in the window, by mouse and keys, over a scripted network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider
from pytestqt.qtbot import QtBot
from ui.paint.hands import RIGHT, Hands

from nnplayground.core import edits
from nnplayground.core.layers import Dense
from nnplayground.core.own_data import MAX_POINTS
from nnplayground.core.project_file import read_project
from nnplayground.core.recipe import to_toml
from nnplayground.data import generators
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.paint.stroke import Tool
from nnplayground.ui.run import Phase
from nnplayground.ui.settle import SETTLE
from nnplayground.ui.supply import Stand
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.class_map import class_colour

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(make_window: Callable[[], MainWindow], qtbot: QtBot) -> Iterator[MainWindow]:
    """A window that is left when nothing is loading any more."""
    window = make_window()
    yield window
    window.session.settle.hurry()
    qtbot.waitUntil(lambda: not window.session.settle.isActive() and window.session.supply.stand is not Stand.LOADING)


@pytest.fixture
def hands(window: MainWindow, qtbot: QtBot) -> Hands:
    """An empty canvas, chosen from the gallery."""
    qtbot.mouseClick(window.data.gallery.button("points"), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    hands = Hands(window)
    assert hands.painting.on
    assert hands.canvas.isVisible()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    hands.canvas.setFocus()
    return hands


def fill(hands: Hands, points: np.ndarray, **settings: object) -> None:
    """Have these points in the project."""
    rows = tuple(map(tuple, points.tolist()))
    hands.window.document.apply(Edit("fill", lambda spec: edits.change_data(spec, points=rows, **settings)))


def undo_text(hands: Hands) -> str:
    return hands.window.document.stack.undoText()


# ---- tools


def test_an_empty_canvas_says_what_is_missing_and_has_a_network_for_two_classes(hands: Hands):
    analysis = hands.window.document.analysis
    assert [p.message for p in analysis.errors] == ["There are no points yet; paint some of two classes or more on the map."]
    assert analysis.spec.layers[-1] == Dense(units=1, activation="sigmoid")
    assert analysis.facts.train_samples == 0
    assert undo_text(hands) == "Data My points"
    hands.window.document.stack.undo()
    assert hands.window.document.spec.data.name == "circle"
    assert not hands.painting.on
    assert not hands.tools.isVisible()


def test_a_stroke_of_the_brush_is_one_step_back(hands: Hands):
    hands.stroke((-4, 2), (-2, 2), (0, 2))
    sprayed = hands.points
    assert len(sprayed) > 10
    assert (sprayed[:, 2] == 0).all()
    assert sprayed[:, 0].min() < -3
    assert sprayed[:, 0].max() > -1
    assert (np.abs(sprayed[:, 1] - 2) <= hands.canvas.brush.radius + 0.001).all()
    assert undo_text(hands) == f"{len(sprayed)} points"
    hands.window.document.stack.undo()
    assert len(hands.points) == 0
    assert len(hands.canvas.points) == 0
    hands.window.document.stack.redo()
    np.testing.assert_array_equal(hands.points, sprayed)
    np.testing.assert_array_equal(hands.canvas.points, sprayed)


def test_a_brush_that_is_held_sprays_on(hands: Hands, qtbot: QtBot):
    hands.press((0, 0))
    first = hands.canvas._stroke.count  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: hands.canvas._stroke.count > first + 5)  # type: ignore[union-attr]
    assert len(hands.points) == 0  # nothing is the project's before the stroke ends
    hands.release((0, 0))
    assert len(hands.points) > first + 5


def test_a_click_is_one_point_of_the_chosen_class_where_it_was(hands: Hands):
    hands.dots((-3, 1))
    hands.click("paintClass1")
    hands.dots((2.5, -4))
    np.testing.assert_allclose(hands.points, [(-3, 1, 0), (2.5, -4, 1)], atol=0.06)
    assert undo_text(hands) == "1 point"
    assert hands.window.document.analysis.errors == ()


def test_size_and_density_are_the_brush_s(hands: Hands, qtbot: QtBot):
    density, size = (hands.window.findChild(QSlider, name) for name in ("paintDensity", "paintSize"))
    assert density is not None
    assert size is not None
    density.setValue(30)
    size.setValue(50)
    hands.stroke((0, 0))
    wide = hands.points
    assert len(wide) == 30
    assert np.abs(wide[:, :2]).max() > 1
    before = hands.canvas.brush.radius
    wheel = QWheelEvent(hands.pixel((0, 0)), hands.canvas.mapToGlobal(hands.pixel((0, 0))), QPoint(), QPoint(0, -120),
                        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(hands.canvas, wheel)
    assert hands.canvas.brush.radius < before
    hands.key(Qt.Key.Key_BracketRight)
    assert hands.canvas.brush.radius == pytest.approx(before)


def test_points_are_dragged_as_one_step_and_not_out_of_the_map(hands: Hands):
    hands.dots((0, 0), (0.1, 0.1), (4, 4))
    steps = hands.window.document.stack.count()
    hands.click_tool(Tool.DRAG)
    hands.stroke((0, 0), (1, 1), (2, 1), (-3, -2))
    np.testing.assert_allclose(hands.points[:, :2], [(-3, -2), (-2.9, -1.9), (4, 4)], atol=0.15)
    assert undo_text(hands) == "move 2 points"
    assert hands.window.document.stack.count() == steps + 1
    hands.stroke((4, 4), (40, 4))
    assert hands.points[2, 0] == pytest.approx(6, abs=0.1)
    hands.stroke((0, 4), (1, 4))  # nothing there
    assert hands.window.document.stack.count() == steps + 2


def test_the_eraser_and_the_right_button_take_points_away(hands: Hands):
    hands.dots((-4, 0), (-2, 0), (0, 0), (4, 4))
    hands.click_tool(Tool.ERASE)
    hands.stroke((-4, 0), (-2, 0))
    np.testing.assert_allclose(hands.points[:, :2], [(0, 0), (4, 4)], atol=0.06)
    assert undo_text(hands) == "erase 2 points"
    hands.click_tool(Tool.BRUSH)
    hands.stroke((4, 4), button=RIGHT)
    assert undo_text(hands) == "erase 1 point"
    np.testing.assert_allclose(hands.points[:, :2], [(0, 0)], atol=0.06)
    hands.stroke((5, -5), button=RIGHT)  # nothing there, nothing to undo
    assert undo_text(hands) == "erase 1 point"


def test_jitter_and_clear_are_for_all_points(hands: Hands):
    assert not hands.tools.jitter.isEnabled()
    assert not hands.tools.clear.isEnabled()
    hands.dots((-4, 0), (4, 4))
    before = hands.points
    hands.click("jitterButton")
    assert undo_text(hands) == "jitter 2 points"
    assert not np.array_equal(hands.points, before)
    np.testing.assert_allclose(hands.points, before, atol=1)
    hands.click("clearPointsButton")
    assert len(hands.points) == 0
    assert undo_text(hands) == "clear 2 points"
    hands.window.document.stack.undo()
    assert len(hands.points) == 2


def test_points_are_painted_only_inside_the_map(hands: Hands):
    hands.press((-7, 0))
    hands.move((0, 0))
    hands.release((0, 0))
    assert len(hands.points) == 0  # a press beside the map is none
    hands.stroke((0, 0), (9, 9), (6, 6))
    assert np.abs(hands.points[:, :2]).max() <= 6


# ---- classes and values


def test_a_third_class_gives_the_network_a_third_output_in_the_same_step(hands: Hands):
    hands.dots((-4, 0))
    hands.click("paintClass1")
    hands.dots((4, 0))
    layers = hands.window.document.spec.layers
    hands.click("addClassButton")
    assert hands.window.document.spec.layers == layers  # a class is one when it is painted
    hands.dots((0, 4))
    assert hands.points[:, 2].tolist() == [0, 1, 2]
    assert hands.window.document.spec.layers == (*layers[:-1], Dense(units=3, activation="softmax"))
    assert hands.window.document.analysis.errors == ()
    hands.window.document.stack.undo()
    assert hands.window.document.spec.layers == layers


def test_digits_and_letters_choose_class_and_tool(hands: Hands):
    hands.key(Qt.Key.Key_1)
    assert hands.tools.answer == 1
    for key, tool in ((Qt.Key.Key_E, Tool.ERASE), (Qt.Key.Key_D, Tool.DRAG), (Qt.Key.Key_P, Tool.POINT), (Qt.Key.Key_B, Tool.BRUSH)):
        hands.key(key)
        assert hands.canvas.brush.tool is tool
    hands.key(Qt.Key.Key_7)  # there is none yet
    assert hands.tools.answer == 1
    for _ in range(12):
        hands.tools.swatches.more.click()
    assert hands.tools.swatches.count == 10
    assert not hands.tools.swatches.more.isVisible()
    hands.key(Qt.Key.Key_9)
    hands.dots((0, 0))
    assert hands.points[0, 2] == 9


def test_values_are_painted_with_the_slider(hands: Hands):
    hands.dots((-4, 0))
    hands.click("paintClass1")
    hands.dots((4, 0))
    qbutton = hands.tools.task.button("regression")
    qbutton.click()
    assert hands.window.document.spec.data.task == "regression"  # type: ignore[union-attr]
    assert hands.points[:, 2].tolist() == [-1, 1]
    assert hands.window.document.spec.layers[-1] == Dense(units=1, activation="linear")
    assert hands.window.document.analysis.errors == ()
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_5)
    hands.dots((0, 3))
    hands.tools.value.setValue(10)
    hands.dots((0, -3))
    assert hands.points[2:, 2].tolist() == [0, 0.5]
    hands.tools.task.button("classification").click()
    assert hands.points[:, 2].tolist() == [0, 1, 0, 1]
    assert hands.window.document.spec.layers[-1] == Dense(units=1, activation="sigmoid")


# ---- from generated sets


@pytest.mark.parametrize("name", ["spiral", "moons", "gaussians", "xor"])
def test_a_generated_set_becomes_points_of_one_s_own_in_one_step(window: MainWindow, name: str):
    window.data.data_chosen.emit(name)
    if name in ("spiral", "moons"):
        window.document.apply(Edit("noise", lambda spec: edits.change_data(spec, noise=0.3)))
    before, steps, seed = window.document.spec, window.document.stack.count(), window.document.spec.seed
    hands = Hands(window)
    hands.click("paintButton")
    assert hands.painting.on
    if name == "xor":
        places, answers = generators.gate("xor")
    else:
        places, answers = getattr(generators, name)(np.random.default_rng(seed), before.data.samples, getattr(before.data, "noise", 0.0))
    np.testing.assert_allclose(hands.points, np.column_stack([places, answers]), atol=0.0006)
    assert window.document.spec.layers == before.layers
    assert window.document.analysis.errors == ()
    assert window.document.stack.count() == steps + 1
    assert undo_text(hands) == "edit these points"
    hands.stroke((5.5, 5.5))
    assert len(hands.points) > len(places)
    window.document.stack.undo()
    window.document.stack.undo()
    assert window.document.spec == before


def test_the_action_paints_on_an_empty_canvas_where_the_data_has_no_plane(window: MainWindow):
    window.data.data_chosen.emit("line")
    assert not window.output.paint.isVisible()
    window.actions_.paint.trigger()
    hands = Hands(window)
    assert hands.painting.on
    assert len(hands.points) == 0


def test_choosing_the_tile_again_keeps_the_points(hands: Hands, qtbot: QtBot):
    hands.dots((1, 1))
    hands.key(Qt.Key.Key_Escape)
    qtbot.mouseClick(hands.window.data.gallery.button("points"), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert hands.painting.on
    assert len(hands.points) == 1


def test_a_network_of_one_s_own_is_kept_where_it_fits(window: MainWindow):
    layers = (Dense(units=7, activation="relu"), Dense(units=1, activation="sigmoid"))
    window.document.apply(Edit("mine", lambda spec: edits.set_layers(spec, layers)))
    window.data.data_chosen.emit("points")
    assert window.document.spec.layers == layers


# ---- keys, ends and limits


def test_everything_can_be_painted_by_keys(hands: Hands, qtbot: QtBot):
    for _ in range(10):
        hands.key(Qt.Key.Key_Right)
    hands.key(Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    hands.key(Qt.Key.Key_P)
    hands.key(Qt.Key.Key_Return)
    np.testing.assert_allclose(hands.points, [(2, 1, 0)], atol=0.001)
    hands.key(Qt.Key.Key_Enter)
    assert len(hands.points) == 2
    hands.key(Qt.Key.Key_Z, CTRL)
    hands.key(Qt.Key.Key_D)
    qtbot.keyPress(hands.canvas, Qt.Key.Key_Return)
    for _ in range(5):
        hands.key(Qt.Key.Key_Left)
    qtbot.keyRelease(hands.canvas, Qt.Key.Key_Return)
    np.testing.assert_allclose(hands.points, [(1, 1, 0)], atol=0.001)
    hands.key(Qt.Key.Key_Delete)
    assert len(hands.points) == 0
    hands.key(Qt.Key.Key_Z, CTRL)
    assert len(hands.points) == 1


def test_space_plays_also_right_after_painting(hands: Hands, qtbot: QtBot):
    session = hands.window.session
    hands.dots((-2, 0), (2, 0))
    hands.key(Qt.Key.Key_1)
    hands.dots((-2, 3), (2, 3))
    session.settle.hurry()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert hands.canvas.hasFocus()
    hands.key(Qt.Key.Key_Space)
    assert len(hands.points) == 4  # nothing was painted
    qtbot.waitUntil(lambda: session.epoch > 0)
    hands.key(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert not session.wants_to_train
    assert "Enter paints" in hands.canvas.accessibleDescription()


def test_a_finger_paints_as_a_mouse_does(hands: Hands, qtbot: QtBot):
    hands.click_tool(Tool.POINT)
    device = QTest.createTouchDevice()
    at = hands.canvas.mapTo(hands.window, hands.pixel((2, 3)).toPoint())
    handle = hands.window.windowHandle()
    QTest.touchEvent(handle, device).press(0, at, handle)
    QTest.touchEvent(handle, device).release(0, at, handle)
    qtbot.waitUntil(lambda: len(hands.points) == 1)
    np.testing.assert_allclose(hands.points, [(2, 3, 0)], atol=0.1)


def test_escape_breaks_off_a_stroke_and_then_ends_painting(hands: Hands):
    hands.press((0, 0))
    hands.move((3, 3))
    hands.key(Qt.Key.Key_Escape)
    hands.release((3, 3))
    assert len(hands.points) == 0
    assert hands.painting.on
    hands.dots((0, 0))
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Escape)
    assert not hands.painting.on
    assert not hands.canvas.isVisible()
    assert not hands.window.output.paint.isChecked()
    assert hands.window.output.test_box.isVisible()
    assert len(hands.points) == 1


def test_undo_in_the_middle_of_a_stroke_gives_the_stroke_up(hands: Hands):
    hands.dots((0, 0), (1, 1))
    hands.click_tool(Tool.BRUSH)
    hands.press((3, 3))
    hands.move((4, 4))
    hands.window.document.stack.undo()
    hands.release((4, 4))
    assert len(hands.points) == 1
    assert len(hands.canvas.points) == 1


def test_other_data_ends_painting(hands: Hands):
    hands.dots((0, 0))
    hands.window.data.data_chosen.emit("moons")
    assert not hands.painting.on
    hands.window.document.stack.undo()
    assert len(hands.points) == 1


def test_there_is_room_for_20_000_points_and_a_sentence_for_more(hands: Hands):
    draw = np.random.default_rng(0)
    fill(hands, np.column_stack([draw.uniform(-6, 6, (MAX_POINTS - 3, 2)).round(3), draw.integers(0, 2, MAX_POINTS - 3)]))
    hands.stroke((0, 0))
    assert len(hands.points) == MAX_POINTS
    hands.stroke((0, 0))
    assert len(hands.points) == MAX_POINTS
    assert "20,000 points are the most" in hands.window.status.message.text()


def test_what_the_project_refuses_is_not_shown_either(hands: Hands):
    hands.dots((0, 0))
    hands.window.output.edit_requested.disconnect()  # nobody takes edits now
    hands.stroke((3, 3))
    assert len(hands.canvas.points) == 1


# ---- the project keeps them


def test_points_are_saved_opened_and_written_as_a_recipe(hands: Hands, qtbot: QtBot, tmp_path: Path):
    hands.dots((-4, 0), (-3, 1))
    hands.click("paintClass1")
    hands.dots((4, 0), (3, 1))
    spec = hands.window.document.spec
    path = tmp_path / "mine.nnp"
    hands.window.files.questions.save_path = lambda _suggested, done: done(path)  # type: ignore[method-assign, assignment]
    with qtbot.waitSignal(hands.window.files.said):
        hands.window.actions_.save.trigger()
    assert read_project(path).spec == spec
    hands.window.data.data_chosen.emit("circle")
    hands.window.document.mark_saved()
    hands.window.files.open_file(path)
    assert hands.window.document.spec.data == spec.data
    assert not hands.painting.on  # there are points: whoever opens them wants to look
    recipe = tmp_path / "mine.toml"
    recipe.write_text(to_toml(spec), encoding="utf-8")
    hands.window.files.open_file(recipe)
    assert hands.window.document.spec.data == spec.data


def test_a_run_begins_when_the_hand_rests_and_not_between_strokes(hands: Hands, qtbot: QtBot):
    session = hands.window.session
    hands.dots((-4, 0), (-3, 1))
    hands.click("paintClass1")
    hands.dots((4, 0), (3, 1))
    assert session.phase is Phase.PREPARING
    hands.press((0, 0))
    assert session.settle.isActive()
    assert session.settle.remainingTime() > session.settle.patience - 100
    hands.release((0, 0))
    session.play()  # whoever presses Play does not want to wait
    qtbot.waitUntil(lambda: session.phase is Phase.TRAINING)
    assert session.dataset is not None
    assert len(session.dataset.train) + len(session.dataset.test) == len(hands.points)
    hands.key(Qt.Key.Key_Escape)
    assert session.settle.patience == SETTLE


def test_training_rests_during_a_stroke_and_goes_on_with_the_new_points(hands: Hands, qtbot: QtBot):
    session = hands.window.session
    hands.dots((-4, 0), (-3, 1))
    hands.click("paintClass1")
    hands.dots((4, 0), (3, 1))
    session.play()
    qtbot.waitUntil(lambda: session.phase is Phase.TRAINING)
    run = session.run_id
    hands.press((4, 4))
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    hands.move((4, 5))
    assert session.run_id == run
    hands.release((4, 5))
    qtbot.waitUntil(lambda: session.phase is Phase.TRAINING)
    assert session.dataset is not None
    assert len(session.dataset.train) + len(session.dataset.test) == len(hands.points)
    run = session.run_id
    hands.stroke((0, -5), button=RIGHT)  # nothing there: the same run goes on
    qtbot.waitUntil(lambda: session.phase is Phase.TRAINING)
    assert session.run_id == run
    hands.press((0, 3))
    hands.key(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: session.phase is Phase.TRAINING)
    hands.click("clearPointsButton")
    assert not session.wants_to_train


def test_an_empty_canvas_is_no_dead_end_for_the_run(hands: Hands, qtbot: QtBot):
    session = hands.window.session
    qtbot.waitUntil(lambda: session.phase is Phase.BLOCKED and not session.settle.isActive())
    assert not session.can_train
    hands.dots((-4, 0), (-3, 1))
    hands.click("paintClass1")
    hands.dots((4, 0), (3, 1))
    qtbot.waitUntil(lambda: session.phase is Phase.READY)


# ---- looks


def test_painted_points_are_seen_in_their_class_s_colour(hands: Hands, theme: Theme):
    hands.tools.choose_class(1)
    hands.tools.choose_class(2)
    hands.dots((3, 3))
    at = hands.pixel((3, 3)).toPoint()
    seen = hands.canvas.grab().toImage().pixelColor(at)
    wanted = QColor(class_colour(theme.tokens, 2))
    assert abs(seen.red() - wanted.red()) + abs(seen.green() - wanted.green()) + abs(seen.blue() - wanted.blue()) < 90
    hands.stroke((3, 3), button=RIGHT)
    gone = hands.canvas._picture().pixmap.toImage().pixelColor(at)
    assert gone.alpha() == 0


@pytest.mark.parametrize(("size", "dark", "zoom"), [((1280, 800), False, 1.0), ((1024, 700), True, 1.0), ((1280, 800), False, 1.5)])
def test_no_tool_is_cut_off(hands: Hands, theme: Theme, qtbot: QtBot, size: tuple[int, int], dark: bool, zoom: float):
    theme.set_dark(dark)
    theme.set_zoom(zoom)
    hands.window.resize(*size)
    for _ in range(8):
        hands.tools.swatches.more.click()
    qtbot.waitUntil(lambda: hands.window.width() >= size[0])
    tools, output = hands.tools, hands.window.output
    # The docks get their new sizes with the next events.
    qtbot.waitUntil(lambda: tools.clear.mapTo(output, QPoint(tools.clear.width(), 0)).x() <= output.width())
    hands.window.grab()
    for widget in (*tools._tool_buttons.values(), tools.jitter, tools.clear, tools.radius, tools.density, tools.task,
                   *(tools.swatches.button(i) for i in range(10))):  # fmt: skip
        corner = widget.mapTo(hands.window.output, QPoint(widget.width(), widget.height()))
        assert corner.x() <= hands.window.output.width(), widget.objectName()
        assert corner.y() <= hands.window.output.height(), widget.objectName()
        assert widget.toolTip() or widget is tools.task
        assert widget.accessibleName()
    assert hands.window.output.map.frame().area.width() >= 120


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_the_map_that_is_painted_on_is_large_enough(hands: Hands, qtbot: QtBot, task: str):
    hands.window.resize(1024, 700)
    qtbot.waitUntil(lambda: hands.window.data.rail)
    hands.tools.task_chosen.emit(task)
    qtbot.waitUntil(lambda: hands.window.output.map.frame().area.width() >= 180)
    assert (hands.window.width(), hands.window.height()) == (1024, 700)
    assert hands.canvas.size() == hands.window.output.map.size()


def test_a_saved_picture_is_the_map_with_its_points_and_not_the_tools(hands: Hands, tmp_path: Path):
    hands.dots((3, 3))
    path = tmp_path / "map.png"
    hands.window.output.takeaway().write(path)
    picture = QImage(str(path))
    assert picture.size() == hands.window.output.map.size() * 2
    hands.stroke((3, 3), button=RIGHT)
    hands.window.output.takeaway().write(path)
    assert QImage(str(path)) != picture


def test_a_picture_follows_every_stroke_in_milliseconds(hands: Hands):
    draw = np.random.default_rng(0)
    fill(hands, np.column_stack([draw.uniform(-6, 6, (10_000, 2)).round(3), draw.integers(0, 3, 10_000)]))
    hands.canvas.grab()
    hands.press((-3, 0))
    costs = []
    for x in np.linspace(-3, 3, 30):
        start = time.perf_counter()
        hands.move((float(x), 0.0))
        costs.append(time.perf_counter() - start)
    hands.release((3, 0))
    assert sorted(costs)[len(costs) // 2] < 0.05  # 0.5 ms where nothing else runs


