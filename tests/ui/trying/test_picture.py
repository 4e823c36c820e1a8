"""The drawing pad: what hands do on it, what the network is given of that, and what comes back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDropEvent, QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.analysis import analyse
from nnplayground.core.presets import recommended
from nnplayground.data.dataset import Dataset, Part, Source
from nnplayground.data.drawing import prepare
from nnplayground.data.registry import facts
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase
from nnplayground.ui.store.errands import Errands
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.trying.panel import TryPanel
from nnplayground.ui.trying.picture import PicturePage
from tests.pen_strokes import drawing

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
TOUCH = QTest.createTouchDevice()


def show(panel: TryPanel, name: str = "mnist", count: int = 20) -> PicturePage:
    spec = recommended(name)
    analysis = analyse(spec, facts(spec.data))
    part = Part(np.zeros((count, 28, 28, 1), np.uint8), np.arange(count) % 10)
    panel.show_analysis(analysis)
    panel.show_dataset(Dataset(analysis.facts, Source.SAMPLE, part, part))
    return panel.picture


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TryPanel:
    monkeypatch.setattr("nnplayground.ui.trying.keeping.user_data_path", lambda *_args, **_more: tmp_path)
    QSettings().remove("drawings")
    panel = TryPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(288, 330)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture
def page(panel: TryPanel) -> PicturePage:
    return show(panel)


@pytest.fixture
def errands(page: PicturePage) -> Iterator[Errands]:
    errands = Errands("pictures")
    page.look_by(errands)
    yield errands
    errands.close()


def places(page: PicturePage, digit: int, stroke: int = 0) -> list[QPoint]:
    side = page.canvas.width()
    return [QPoint(round(x), round(y)) for x, y in ((drawing(digit, "schoolbook")[stroke] * 0.7 + 0.15) * side).tolist()]


def draw(page: PicturePage, digit: int = 3) -> None:
    for i in range(len(drawing(digit, "schoolbook"))):
        first, *more = places(page, digit, i)
        QTest.mousePress(page.canvas, LEFT, NONE, first)
        for at in more:
            QTest.mouseMove(page.canvas, at)
        QTest.mouseRelease(page.canvas, LEFT, NONE, more[-1])


def asked(page: PicturePage) -> np.ndarray:
    inputs = page.probe_request().inputs
    assert isinstance(inputs, np.ndarray)
    return inputs


def answer(page: PicturePage, best: int, classes: int = 10) -> None:
    outputs = np.full((1, classes), 0.02, np.float32)
    outputs[0, best] = 1 - 0.02 * (classes - 1)
    page.show_snapshot(Snapshot(1, 1.0, answers=outputs))


# ---- hands


def test_a_mouse_draws_what_the_network_is_given(page: PicturePage):
    assert not page.probe_request().wants_anything
    assert page.canvas.is_empty
    draw(page)
    given = asked(page)
    assert given.shape == (1, 28, 28, 1)
    assert given.dtype == np.uint8
    assert np.array_equal(given[0, ..., 0], prepare(page.canvas.strokes))
    off = np.abs(given[0, ..., 0].astype(int) - prepare(page.canvas.strokes)).max()
    assert off == 0
    assert page.seen.image is not None
    assert page.caption.text() == "28 × 28, centred"


def test_every_move_is_asked_about_while_the_pen_is_down(page: PicturePage, qtbot: QtBot):
    first, *more = places(page, 3)
    QTest.mousePress(page.canvas, LEFT, NONE, first)
    seen = []
    for at in more:
        QTest.mouseMove(page.canvas, at)
        seen.append(asked(page).sum())
    assert len(set(seen)) > len(more) / 2
    assert page.canvas.is_drawing


def pen(page: PicturePage, kind: QEvent.Type, at: QPoint, pressure: float) -> None:
    device = QPointingDevice(
        "pen", 7, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure, 1, 1,
    )  # fmt: skip
    where = QPointF(at)
    event = QTabletEvent(kind, device, where, page.canvas.mapToGlobal(where), pressure, 0, 0, 0, 0, 0, NONE, LEFT, LEFT)
    QApplication.sendEvent(page.canvas, event)
    assert event.isAccepted()  # else a mouse is made of it


def test_a_pens_pressure_is_its_thickness(page: PicturePage):
    line = places(page, 1)
    pen(page, QEvent.Type.TabletPress, line[0], 0.1)
    for i, at in enumerate(line[1:]):
        pen(page, QEvent.Type.TabletMove, at, 0.1 + 0.9 * i / len(line))
    pen(page, QEvent.Type.TabletRelease, line[-1], 0.0)
    (stroke,) = page.canvas.strokes
    assert stroke.widths[-1] > 1.8 * stroke.widths[0]
    rows = np.flatnonzero(asked(page)[0, ..., 0].any(axis=1))
    ink = asked(page)[0, ..., 0].sum(axis=1)
    assert ink[rows[3]] < ink[rows[-4]]


def test_a_finger_draws_and_a_second_one_does_nothing(page: PicturePage):
    line = places(page, 3)
    QTest.touchEvent(page.canvas, TOUCH).press(0, line[0], page.canvas).commit()
    for at in line[1:8]:
        QTest.touchEvent(page.canvas, TOUCH).move(0, at, page.canvas).commit()
    QTest.touchEvent(page.canvas, TOUCH).stationary(0).press(1, QPoint(2, 2), page.canvas).commit()
    for at in line[8:]:
        QTest.touchEvent(page.canvas, TOUCH).move(0, at, page.canvas).stationary(1).commit()
    QTest.touchEvent(page.canvas, TOUCH).release(0, line[-1], page.canvas).release(1, QPoint(2, 2), page.canvas).commit()
    (stroke,) = page.canvas.strokes
    assert len(stroke.points) == len(line)
    assert stroke.points.min() > 0.05
    assert not page.canvas.is_drawing


def test_keys_draw(page: PicturePage, qtbot: QtBot):
    canvas = page.canvas
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.is_empty
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    for _ in range(8):
        qtbot.keyClick(canvas, Qt.Key.Key_Down)
    qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    (stroke,) = canvas.strokes
    assert stroke.points[0].tolist() == pytest.approx([0.5, 0.4])
    assert stroke.points[-1].tolist() == pytest.approx([0.6, 0.56])
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.is_empty
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(canvas.strokes) == 1


def test_strokes_are_taken_back_one_by_one(page: PicturePage, qtbot: QtBot):
    draw(page, 4)
    assert len(page.canvas.strokes) == 2
    page.canvas.setFocus()
    qtbot.keyClick(page.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(page.canvas.strokes) == 1
    qtbot.mouseClick(page.undo, LEFT)
    assert page.canvas.is_empty
    assert not page.undo.isEnabled()
    assert not page.probe_request().wants_anything
    qtbot.keyClick(page.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.canvas.is_empty


def test_undo_under_the_pen_takes_the_stroke_that_is_under_way(page: PicturePage):
    draw(page, 1)
    first, *more = places(page, 3)
    QTest.mousePress(page.canvas, LEFT, NONE, first)
    QTest.mouseMove(page.canvas, more[3])
    page.canvas.undo()
    assert len(page.canvas.strokes) == 1
    QTest.mouseRelease(page.canvas, LEFT, NONE, more[3])
    page.canvas.undo()
    assert page.canvas.is_empty


def test_the_eraser_clears_and_undo_brings_it_back(page: PicturePage, qtbot: QtBot):
    draw(page)
    before = asked(page)
    qtbot.mouseClick(page.clear, LEFT)
    assert page.canvas.is_empty
    assert page.answer.property("answer") == ""
    qtbot.mouseClick(page.undo, LEFT)
    assert np.array_equal(asked(page), before)


def test_the_slider_makes_a_thicker_pen(page: PicturePage):
    draw(page)
    thin = asked(page).sum()
    page.canvas.clear()
    page.thickness.setFocus()
    for _ in range(7):
        QTest.keyClick(page.thickness, Qt.Key.Key_Right)
    assert page.canvas.thickness == pytest.approx(0.16)
    draw(page)
    assert asked(page).sum() > 1.3 * thin


def test_a_scribble_without_end_is_stopped_with_a_sentence(page: PicturePage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nnplayground.ui.trying.digit_canvas.MOST_POINTS", 20)
    draw(page)
    assert sum(len(s.points) for s in page.canvas.strokes) == 20
    assert "full" in page.message.text()


# ---- answers


def test_the_bars_are_the_newest_answer(page: PicturePage, qtbot: QtBot):
    draw(page)
    qtbot.waitUntil(lambda: not page._is_ahead)
    answer(page, 7)
    assert page.answer.property("answer") == "7"
    assert page.answer.property("probabilities")[7] == pytest.approx(0.82, abs=1e-5)
    answer(page, 2)
    assert page.answer.property("answer") == "2"
    assert page.copied().splitlines()[2].startswith("2\t0.8")


def test_an_answer_to_an_older_drawing_is_passed_over(page: PicturePage, qtbot: QtBot):
    draw(page)
    answer(page, 7)
    assert page.answer.property("answer") == ""
    qtbot.waitUntil(lambda: not page._is_ahead)
    answer(page, 7)
    assert page.answer.property("answer") == "7"


def test_of_many_classes_the_ten_likeliest_are_shown(page: PicturePage):
    page.answer.show_names(tuple(f"class {i}" for i in range(46)))
    shares = np.arange(46) / np.arange(46).sum()
    page.answer.show_shares(tuple(shares.tolist()))
    page.answer.resize(260, 400)
    assert page.answer.shown == list(range(45, 35, -1))
    assert len(page.answer.property("probabilities")) == 46
    assert page.answer.property("answer") == "class 45"


def test_outputs_that_are_no_numbers_name_no_class(page: PicturePage, qtbot: QtBot):
    draw(page)
    qtbot.waitUntil(lambda: not page._is_ahead)
    page.show_snapshot(Snapshot(1, 1.0, answers=np.full((1, 10), np.nan)))
    assert page.answer.property("answer") == ""
    page.answer.grab()


def test_hidden_it_asks_for_nothing(panel: TryPanel, page: PicturePage):
    draw(page)
    assert panel.probe_request().inputs is not None
    panel.hide()
    assert not panel.probe_request().wants_anything


def test_a_drawing_is_prepared_anew_for_other_data(panel: TryPanel, page: PicturePage):
    draw(page)
    show(panel, "fashion_mnist")
    assert asked(page).shape == (1, 28, 28, 1)
    assert page.canvas.invitation == "Draw here"
    panel.show_dataset(None)
    assert not page.probe_request().wants_anything


# ---- files


def photograph(folder: Path) -> Path:
    page = np.full((200, 200), 235, np.uint8)
    page[60:150, 90:104] = 30
    Image.fromarray(page).save(folder / "one.png")
    return folder / "one.png"


def drop(page: PicturePage, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, at = Qt.DropAction.CopyAction, QPointF(page.canvas.rect().center())
    page.canvas.dropEvent(QDropEvent(at, action, data, LEFT, NONE))


def test_a_dropped_photograph_is_prepared_and_can_be_taken_back(page: PicturePage, errands: Errands, qtbot: QtBot, tmp_path: Path):
    draw(page)
    before = asked(page)
    drop(page, photograph(tmp_path))
    qtbot.waitUntil(lambda: page.canvas.loaded is not None)
    rows = np.flatnonzero(asked(page)[0, ..., 0].any(axis=1))
    assert len(rows) == 20
    qtbot.mouseClick(page.undo, LEFT)
    assert np.array_equal(asked(page), before)


def test_a_drawing_takes_the_place_of_a_file(page: PicturePage, errands: Errands, qtbot: QtBot, tmp_path: Path):
    page.open_file(photograph(tmp_path))
    qtbot.waitUntil(lambda: page.canvas.loaded is not None)
    draw(page)
    assert page.canvas.loaded is None
    assert len(page.canvas.strokes) == 1


def test_undo_brings_back_no_file_of_other_data(panel: TryPanel, page: PicturePage, errands: Errands, qtbot: QtBot, tmp_path: Path):
    page.open_file(photograph(tmp_path))
    qtbot.waitUntil(lambda: page.canvas.loaded is not None)
    qtbot.mouseClick(page.clear, LEFT)
    draw(page)
    spec = recommended("mnist")
    known = replace(facts(spec.data), input_shape=(32, 24, 1))
    part = Part(np.zeros((5, 32, 24, 1), np.uint8), np.arange(5))
    panel.show_analysis(analyse(spec, known))
    panel.show_dataset(Dataset(known, Source.SAMPLE, part, part))
    assert page.canvas.can_undo
    while page.canvas.can_undo:
        qtbot.mouseClick(page.undo, LEFT)
        assert page.canvas.loaded is None


def test_a_broken_file_is_said_and_loses_nothing(page: PicturePage, errands: Errands, qtbot: QtBot, tmp_path: Path):
    draw(page)
    before = asked(page)
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing more")
    drop(page, tmp_path / "bad.png")
    qtbot.waitUntil(lambda: "bad.png cannot be read" in page.message.text())
    assert np.array_equal(asked(page), before)


def test_the_button_asks_for_a_file(page: PicturePage, errands: Errands, qtbot: QtBot, tmp_path: Path):
    qtbot.mouseClick(page.load, LEFT)
    dialog = page.findChild(QFileDialog, "pictureFileDialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(photograph(tmp_path)))
    dialog.close()
    qtbot.waitUntil(lambda: page.canvas.loaded is not None)


# ---- keeping


def keep(page: PicturePage, qtbot: QtBot, label: int) -> None:
    button = page.findChild(QPushButton, f"keepClass{label}")
    assert button is not None
    qtbot.mouseClick(button, LEFT)


def test_drawings_are_kept_as_data_of_ones_own(page: PicturePage, qtbot: QtBot, tmp_path: Path):
    qtbot.mouseClick(page.keep, LEFT)
    folder = tmp_path / "drawings" / "mnist"
    for digit in (3, 3, 5):
        draw(page, digit)
        kept = asked(page)[0, ..., 0]
        keep(page, qtbot, digit)
        assert page.canvas.is_empty
        assert page.message.text() == f"Added to '{digit}'."
        assert page.message.isVisible()
    files = sorted(folder.rglob("*.png"))
    assert [f.parent.name for f in files] == ["3", "3", "5"]
    assert np.array_equal(np.asarray(Image.open(files[-1])), kept)
    assert page.row.where.text() == "· 3 kept"
    assert page.row.where.toolTip().startswith("3 drawings kept, in ")
    assert str(folder) in page.row.where.toolTip()
    assert page.row.use.isEnabled()
    with qtbot.waitSignal(page.use_asked) as caught:
        qtbot.mouseClick(page.row.use, LEFT)
    assert caught.args == [folder]
    qtbot.mouseClick(page.row.undo, LEFT)
    assert len(list(folder.rglob("*.png"))) == 2
    assert not page.row.use.isEnabled()


def test_after_a_drawing_was_kept_by_a_key_the_pad_has_the_focus(page: PicturePage, qtbot: QtBot):
    qtbot.mouseClick(page.keep, LEFT)
    draw(page)
    button = page.findChild(QPushButton, "keepClass7")
    page.window().activateWindow()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert page.canvas.is_empty
    assert page.canvas.hasFocus()


def test_without_a_drawing_there_is_nothing_to_keep(page: PicturePage, qtbot: QtBot, tmp_path: Path):
    qtbot.mouseClick(page.keep, LEFT)
    keep(page, qtbot, 3)
    assert not list(tmp_path.rglob("*.png"))
    assert page.row.where.text() == "· 0 kept"


@pytest.mark.skipif(os.name == "nt", reason="a full disk is stood in for by a file in the folder's place")
def test_a_disk_that_takes_nothing_is_said_and_the_drawing_stays(page: PicturePage, qtbot: QtBot, tmp_path: Path):
    (tmp_path / "drawings").write_text("in the way")
    draw(page)
    qtbot.mouseClick(page.keep, LEFT)
    keep(page, qtbot, 3)
    assert "could not be kept" in page.message.text()
    assert not page.canvas.is_empty


def test_another_folder_is_remembered(panel: TryPanel, page: PicturePage, qtbot: QtBot, tmp_path: Path):
    qtbot.mouseClick(page.keep, LEFT)
    qtbot.mouseClick(page.row.folder, LEFT)
    dialog = page.findChild(QFileDialog, "keepFolderDialog")
    assert dialog is not None
    (tmp_path / "mine").mkdir()
    dialog.fileSelected.emit(str(tmp_path / "mine"))
    dialog.close()
    draw(page)
    keep(page, qtbot, 3)
    assert len(list((tmp_path / "mine" / "3").iterdir())) == 1
    show(panel, "fashion_mnist")
    show(panel)
    assert page.keeping.folder == tmp_path / "mine"
    QSettings().remove("drawings")


# ---- in the window


def test_every_part_has_a_name_for_eyes_and_ears(page: PicturePage):
    for button in page.findChildren(QToolButton):
        if button.objectName().startswith(("digit", "keep")):
            assert button.accessibleName()
            assert button.toolTip()


@pytest.fixture
def mnist_window(make_window: Callable[[], MainWindow], qtbot: QtBot) -> MainWindow:
    window = make_window()
    window.document.apply(Edit("MNIST", lambda _: edits.change_data(recommended("mnist"), source="sample")))
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.session.dataset is not None)
    return window


def test_a_drawing_is_answered_and_goes_to_the_cards(mnist_window: MainWindow, qtbot: QtBot):
    window, page = mnist_window, mnist_window.trying.picture
    draw(page)
    qtbot.waitUntil(lambda: len(page.answer.property("probabilities")) == 10)
    sample = window.network.canvas.cards.sample
    qtbot.waitUntil(lambda: sample.caption == "your drawing")
    assert np.array_equal(np.asarray(sample.x), asked(page))
    page.canvas.clear()
    qtbot.waitUntil(lambda: sample.caption != "your drawing")


def test_a_new_stroke_for_a_broken_network_has_no_answer_and_stands_there_for_the_views(mnist_window: MainWindow, qtbot: QtBot):
    window, page, views = mnist_window, mnist_window.trying.picture, mnist_window._parts.activations
    window.bottom.open_page(views)
    draw(page)
    qtbot.mouseClick(views.source.button("tried"), LEFT)
    qtbot.waitUntil(lambda: len(page.answer.property("probabilities")) == 10)
    window.document.apply(Edit("broken", lambda spec: edits.set_layers(spec, spec.layers[1:])))
    assert window.document.analysis.errors
    assert len(page.answer.property("probabilities")) == 10, "the answer to this drawing, paler"
    QTest.mouseClick(page.canvas, LEFT, NONE, QPoint(20, 20))
    qtbot.waitUntil(lambda: not page.answer.property("probabilities"))
    qtbot.waitUntil(lambda: views.sample.is_put and np.array_equal(views.sample.x, page.standing))
    window.document.stack.undo()
    qtbot.waitUntil(lambda: len(page.answer.property("probabilities")) == 10)
    assert views.sample.is_put


def test_the_pads_keys_are_not_the_windows(mnist_window: MainWindow, qtbot: QtBot):
    window, canvas = mnist_window, mnist_window.trying.picture.canvas
    window.activateWindow()
    draw(window.trying.picture)
    canvas.setFocus()
    steps = window.document.stack.index()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert window.document.stack.index() == steps
    assert window.session.phase is not Phase.TRAINING
    assert canvas.is_drawing


@pytest.mark.parametrize("sentence", ["", "one.png cannot be read as a picture: it is cut off. Choose a PNG, JPEG, GIF, BMP or WebP file."])
@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
def test_pad_and_bars_are_in_sight(mnist_window: MainWindow, qtbot: QtBot, size: tuple[int, int], sentence: str):
    window, page = mnist_window, mnist_window.trying.picture
    window.resize(*size)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == size)
    page.say(sentence, "danger")
    QApplication.processEvents()
    assert page.canvas.width() >= 70
    content = page._scroll.widget()
    assert content.height() <= page._scroll.viewport().height()
    assert page.answer.visibleRegion().boundingRect().height() == page.answer.height()
