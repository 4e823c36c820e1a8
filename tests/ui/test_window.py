from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, QSize, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits
from nnplayground.core.project_file import read_project
from nnplayground.core.recipe import to_toml
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.panel import Panel
from nnplayground.ui.run import Phase
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.transport_parts import SPEEDS

LEFT = Qt.MouseButton.LeftButton
NAMES = (
    "playButton", "stepButton", "stopButton", "resetButton", "epochLabel", "learningRate", "batchSize", "lossReadout", "dataGallery",
    "networkCanvas", "addLayerButton", "inspector", "curvesPlot", "decisionMap", "sampleGrid", "statusMessage", "problemList",
)  # fmt: skip
W = TypeVar("W", bound=QWidget)


def part(window: MainWindow, kind: type[W], name: str) -> W:
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def click(qtbot: QtBot, window: MainWindow, name: str) -> None:
    qtbot.mouseClick(part(window, QAbstractButton, name), LEFT)


def type_into(qtbot: QtBot, field: QComboBox | QLineEdit, text: str) -> None:
    line = field.lineEdit() if isinstance(field, QComboBox) else field
    assert line is not None
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def problem(window: MainWindow) -> None:
    window.document.apply(Edit("Softmax", lambda spec: edits.change_layer(spec, 2, activation="softmax")))


@pytest.mark.parametrize("name", NAMES)
def test_every_part_is_found_by_its_name(window: MainWindow, name: str):
    assert window.findChild(QWidget, name) is not None


def test_every_control_has_a_name_and_a_tooltip(window: MainWindow):
    controls = [w for kind in (QAbstractButton, QComboBox, QSlider, QLineEdit) for w in window.findChildren(kind) if w.isVisible()]
    controls = [w for w in controls if not w.objectName().startswith("qt_") and not isinstance(w.parent(), QComboBox)]
    assert len(controls) > 20
    assert [w for w in controls if not (w.accessibleName() or getattr(w, "text", str)())] == []
    assert [w for w in controls if not w.toolTip() and not isinstance(w.parent(), QSlider)] == []


@pytest.mark.parametrize("size", [QSize(1280, 800), QSize(1024, 700)])
def test_the_window_has_the_size_it_is_given(window: MainWindow, qtbot: QtBot, size: QSize):
    window.resize(size)
    qtbot.waitUntil(lambda: window.size() == size and window.data.rail == (size.width() < 1120))
    assert (window.network.width() >= 420, window.network.height() >= 300) == (True, True)
    visible = window.rect()
    for panel in (window.transport, window.data, window.network, window.output, window.aside, window.curves, window.status):
        assert visible.contains(panel.rect().translated(panel.mapTo(window, QPoint(0, 0)))), panel


@pytest.mark.parametrize("size", [QSize(1280, 800), QSize(1024, 700)])
@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
def test_nothing_overlaps_and_nothing_is_outside(window: MainWindow, qtbot: QtBot, size: QSize, zoom: float):
    """Whatever the size of the window and of its text, each panel has a place of its own; what has no room is scrolled."""
    window.theme.set_zoom(zoom)
    window.resize(size)
    output, aside = window.docks[1], window.docks[2]
    tabbed = size.height() < 480 * zoom
    qtbot.waitUntil(lambda: window.size() == size and (aside in window.tabifiedDockWidgets(output)) == tabbed)
    for front in (output, aside):
        front.raise_()
        panels = [window.data, window.network, window.bottom, *((front.panel,) if tabbed else (window.output, window.aside))]

        def boxes(panels: list[Panel] = panels) -> list[QRect]:
            parts = [[panel, panel.header] for panel in panels] + [[window.transport], [window.status]]
            return [
                QRect.united(*areas) if len(areas) == 2 else areas[0]
                for areas in ([w.rect().translated(w.mapTo(window, QPoint(0, 0))) for w in group] for group in parts)
            ]

        def is_sound(boxes: Callable[[], list[QRect]] = boxes) -> bool:
            found = boxes()
            apart = not any(a.intersects(b) for i, a in enumerate(found) for b in found[i + 1 :])
            return apart and all(window.rect().contains(box) for box in found)

        qtbot.waitUntil(is_sound)


def test_tabs_out_of_sight_come_by_the_arrow_keys(window: MainWindow, qtbot: QtBot):
    window.resize(1024, 700)
    window.theme.set_zoom(2.0)
    qtbot.waitUntil(lambda: bool(window.bottom.folded()))
    for _ in range(window.bottom.tabs.count()):
        qtbot.keyClick(window.bottom.tabs, Qt.Key.Key_Right)
    assert window.bottom.tabs.currentIndex() == window.bottom.tabs.count() - 1
    assert window.bottom.tabs.isTabVisible(window.bottom.tabs.currentIndex())


def test_space_plays_and_pauses(window: MainWindow, qtbot: QtBot):
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.epoch > 0)
    assert window.transport.play_button.running
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    assert not window.transport.play_button.running


def test_space_presses_the_button_that_has_the_focus(window: MainWindow, qtbot: QtBot):
    button = part(window, QAbstractButton, "newWeightsButton")
    window.activateWindow()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    seed = window.document.spec.seed
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert window.document.spec.seed != seed
    assert not window.session.wants_to_train


def test_the_counter_follows_the_run(window: MainWindow, qtbot: QtBot):
    label = part(window, QLabel, "epochLabel")
    assert label.text() == "000,000"
    for text in ("000,001", "000,002"):
        click(qtbot, window, "stepButton")
        qtbot.waitUntil(lambda text=text: label.text() == text)
    click(qtbot, window, "resetButton")
    qtbot.waitUntil(lambda: label.text() == "000,000")


def test_the_learning_rate_is_typed_without_a_reset(window: MainWindow, qtbot: QtBot, backend: FakeBackend):
    click(qtbot, window, "playButton")
    qtbot.waitUntil(lambda: window.session.epoch > 0)
    type_into(qtbot, part(window, QComboBox, "learningRate"), "0.25")
    qtbot.waitUntil(lambda: [s.training.optimizer.learning_rate for s in backend.live] == [0.25])
    assert (window.session.phase, len(backend.opened)) == (Phase.TRAINING, 1)
    assert window.actions_.undo.text() == "Undo: Learning rate 0.25"


@pytest.mark.parametrize(
    ("name", "text", "before", "words"),
    [
        ("learningRate", "fast", "0.01", "Learning rate: expected a number such as 0.01; found “fast”"),
        ("learningRate", "-1", "0.01", "learning_rate: expected more than 0; found"),
        ("learningRate", "0", "0.01", "learning_rate: expected more than 0; found"),
        ("learningRate", "1e9", "0.01", "learning_rate: expected at most 1,000,000"),
        ("batchSize", "many", "10", "Batch: expected a whole number such as 32; found “many”"),
        ("batchSize", "2.5", "10", "found “2.5”"),
        ("batchSize", "0", "10", "batch_size: expected at least 1; found 0"),
    ],
)
def test_an_impossible_setting_is_put_back_and_said(window: MainWindow, qtbot: QtBot, name: str, text: str, before: str, words: str):
    field = part(window, QComboBox, name)
    type_into(qtbot, field, text)
    assert (field.currentText(), window.document.modified) == (before, False)
    assert words in part(window, QLabel, "statusMessage").text()


def test_a_schedule_is_not_taken_for_a_rate_that_cannot_be_read(window: MainWindow, qtbot: QtBot):
    rate = {"type": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 100, "decay_rate": 0.9}
    assert window.document.apply(Edit("Schedule", lambda spec: edits.change_optimizer(spec, learning_rate=rate)))
    field = part(window, QComboBox, "learningRate")
    said = part(window, QLabel, "statusMessage").text()
    line = field.lineEdit()
    assert line is not None
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert (field.currentText(), part(window, QLabel, "statusMessage").text()) == ("ExponentialDecay", said)


def test_the_log_is_a_tab_beside_the_curves(window: MainWindow, qtbot: QtBot):
    tabs, log = window.bottom.tabs, part(window, QPlainTextEdit, "logView")
    names = [tabs.tabText(i) for i in range(tabs.count())]
    assert (names[:3], names[-2:]) == (["Curves", "Confusion", "Mistakes"], ["Log", "Notes"])
    assert (window.curves.isVisible(), log.isVisible()) == (True, False)
    window.bottom.open_page(window.log)
    assert (window.curves.isVisible(), log.isVisible()) == (False, True)
    assert "TensorFlow ready in 0.0 s" in log.toPlainText()
    assert "Network built: 25 parameters; scripted, for tests; about 123 MB" in log.toPlainText()
    click(qtbot, window, "stepButton")
    qtbot.waitUntil(lambda: window.session.epoch == 1)
    qtbot.mouseClick(tabs, LEFT, pos=tabs.tabRect(0).center())
    assert window.curves.isVisible()


def test_how_a_network_is_trained_and_what_it_needs_is_told(window: MainWindow):
    parameters = part(window, QLabel, "parameters")
    assert parameters.text() == "25 parameters, about 123 MB"
    assert parameters.toolTip() == "scripted, for tests\nNeeds about 123 MB"


def test_what_happens_in_a_run_is_said(window: MainWindow, qtbot: QtBot):
    window.session.noted.emit("The learning rate is 0.001 now.", "")
    assert part(window, QLabel, "statusMessage").text() == "The learning rate is 0.001 now."


def test_a_setting_that_resets_begins_a_new_run(window: MainWindow, qtbot: QtBot, backend: FakeBackend):
    type_into(qtbot, part(window, QComboBox, "batchSize"), "25")
    qtbot.waitUntil(lambda: len(backend.opened) == 2)
    assert backend.opened[-1].spec.training.batch_size == 25


@pytest.mark.parametrize(
    ("name", "choice", "value"),
    [
        ("optimizer", "SGD", lambda w: w.document.spec.training.optimizer.type),
        ("loss", "Mean squared error", lambda w: w.document.spec.training.loss),
    ],
)
def test_choices_of_the_transport(window: MainWindow, qtbot: QtBot, name: str, choice: str, value: Callable[[MainWindow], str]):
    combo = part(window, QComboBox, name)
    combo.setFocus()
    qtbot.keyClicks(combo, choice)
    combo.activated.emit(combo.currentIndex())
    assert combo.currentText() == choice
    assert value(window) == choice.lower().replace(" ", "_") or value(window) == choice


def test_speed_is_chosen_on_the_bars(window: MainWindow, qtbot: QtBot):
    bars = window.transport.speed
    qtbot.mouseClick(bars, LEFT, pos=QPoint(bars.width() - 2, 10))
    assert window.session.speed.epochs_per_second is None
    qtbot.keyClick(bars, Qt.Key.Key_Left)
    assert window.session.speed.epochs_per_second == SPEEDS[-2]


def test_what_has_no_room_stands_behind_the_dots(window: MainWindow, qtbot: QtBot):
    loss = part(window, QComboBox, "loss")
    assert loss.isVisible()
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: not loss.isVisible())
    click(qtbot, window, "moreButton")
    assert loss.isVisible()
    window.transport._more.hide()
    window.resize(1280, 800)
    qtbot.waitUntil(loss.isVisible)


def test_a_problem_is_counted_and_mended_from_the_status_row(window: MainWindow, qtbot: QtBot):
    problem(window)
    button = part(window, QAbstractButton, "problems")
    assert button.text() == "1 problem"
    qtbot.waitUntil(lambda: window.session.phase is Phase.BLOCKED)
    assert "Softmax over 1 unit" in window.transport.play_button.toolTip()
    qtbot.mouseClick(button, LEFT)
    mend = next(b for b in window.status.problem_list.findChildren(QPushButton) if b.text() == "Use sigmoid")
    qtbot.mouseClick(mend, LEFT)
    assert window.document.spec.layers[2].activation == "sigmoid"
    assert not button.isVisible()
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)


def test_undo_and_redo_by_keys(window: MainWindow, qtbot: QtBot):
    type_into(qtbot, part(window, QComboBox, "batchSize"), "25")
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.spec.training.batch_size == 10
    assert window.transport.batch_size.currentText() == "10"
    window.actions_.redo.trigger()
    assert window.document.spec.training.batch_size == 25


def test_text_grows_and_shrinks_by_keys(window: MainWindow, qtbot: QtBot):
    before = window.transport.epoch_label.font().pixelSize()
    qtbot.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert window.transport.epoch_label.font().pixelSize() > before
    qtbot.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert window.transport.epoch_label.font().pixelSize() == before


def test_a_project_is_saved_with_its_run_and_goes_on(window: MainWindow, qtbot: QtBot, tmp_path: Path, backend: FakeBackend):
    window.session.set_speed(None)
    with qtbot.waitSignal(window.session.finished):
        window.session.play()
    path = tmp_path / "mine.nnp"
    window.files.questions.save_path = lambda _suggested, done: done(path)
    with qtbot.waitSignal(window.files.said):
        window.actions_.save.trigger()
    saved = read_project(path)
    assert saved.spec == window.document.spec
    assert saved.history.startswith("epoch,loss,accuracy,val_loss")
    assert (saved.weights, window.windowTitle(), window.document.modified) == (b"weights", "mine.nnp[*] · nnplayground", False)
    window.files.new()
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.session.epoch == 0)
    window.files.open_file(path)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.session.epoch == 500)
    assert backend.epoch == 500


def test_a_recipe_is_opened_by_dropping_it(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    path = tmp_path / "small.toml"
    path.write_text(to_toml(edits.change_layer(window.document.spec, 0, units=9)))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier))
    assert window.document.spec.layers[0].units == 9
    assert window.files.path == path
    assert not window.document.modified


def test_a_file_that_is_no_project_is_told_and_nothing_changes(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    path = tmp_path / "broken.nnp"
    path.write_bytes(b"PK\x03\x04 half of it")
    before = window.document.spec
    window.files.open_file(path)
    box = window.findChild(QMessageBox, "messageBox")
    assert box is not None
    assert box.text() == "broken.nnp cannot be opened"
    assert (window.document.spec, window.files.path) == (before, None)
    box.close()


def test_a_file_that_cannot_be_written_is_told(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    told: list[str] = []
    window.files.questions.tell = lambda title, _text: told.append(title)
    (tmp_path / "mine.nnp").mkdir()
    window.files.questions.save_path = lambda _suggested, done: done(tmp_path / "mine.nnp")
    window.actions_.save.trigger()
    qtbot.waitUntil(lambda: told == ["mine.nnp could not be saved"])


@pytest.mark.parametrize(("answer", "closes"), [("Discard", True), ("Cancel", False), ("Save", True)])
def test_unsaved_work_is_asked_for_before_the_window_closes(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, answer: str, closes: bool
):
    window.files.questions.save_path = lambda _suggested, done: done(tmp_path / "kept.nnp")
    type_into(qtbot, part(window, QComboBox, "learningRate"), "0.25")
    window.close()
    box = window.findChild(QMessageBox, "unsavedQuestion")
    assert box is not None
    assert window.isVisible()
    qtbot.mouseClick(next(b for b in box.buttons() if b.text() == answer), LEFT)
    if closes:
        qtbot.waitUntil(lambda: not window.isVisible())
    assert window.isVisible() != closes
    assert (tmp_path / "kept.nnp").exists() == (answer == "Save")


def test_closing_while_training_ends_the_threads(window: MainWindow, qtbot: QtBot):
    window.session.set_speed(None)
    click(qtbot, window, "playButton")
    qtbot.waitUntil(lambda: window.session.epoch > 0)
    window.close()
    assert not any(thread.isRunning() for thread in window.session._crew.threads)


def test_the_layout_is_remembered_and_can_be_reset(make_window: Callable[[], MainWindow], qtbot: QtBot):
    first = make_window()
    first.docks[0].toggleViewAction().trigger()
    first.actions_.appearance[2].trigger()
    first.close()
    second = make_window()
    assert not second.docks[0].isVisible()
    assert second.theme.dark
    second.actions_.reset_layout.trigger()
    assert all(dock.isVisible() for dock in second.docks)


def test_data_is_chosen_and_the_project_takes_what_suits_it(window: MainWindow, qtbot: QtBot):
    window.data.data_chosen.emit("boston_housing")
    assert window.document.spec.data.name == "boston_housing"
    assert window.document.analysis.errors == ()
    window.document.stack.undo()
    assert window.document.spec.data.name == "circle"


def test_light_and_dark_are_switched_with_everything_shown(window: MainWindow, qtbot: QtBot):
    window.actions_.switch_theme.trigger()
    light_or_dark = window.grab().toImage().pixelColor(3, 3).name().upper()
    assert light_or_dark == window.theme.tokens.window
    window.actions_.switch_theme.trigger()
    assert window.grab().toImage().pixelColor(3, 3).name().upper() == window.theme.tokens.window != light_or_dark


def test_keyboard_help_lists_the_shortcuts(window: MainWindow, qtbot: QtBot):
    qtbot.keyClick(window, Qt.Key.Key_F1)
    keys = window.findChild(QDialog, "keyList")
    assert keys is not None
    shown = [label.text() for label in keys.findChildren(QLabel)]
    for key, words in (("Space", "Play or pause"), ("Ctrl+Z", "Undo"), ("Ctrl+C", "Copy"), ("F2", "Rename")):
        assert shown[shown.index(key) + 1] == words
    keys.close()


def test_the_window_is_painted_before_tensorflow_is_imported():
    program = """
import sys
from nnplayground.ui.app import create_application, create_main_window
app = create_application(["test"])
window = create_main_window()
window.session.start = app.quit
window.painted.disconnect()
window.painted.connect(app.quit)
window.show()
app.exec()
assert not {"tensorflow", "keras", "matplotlib"} & set(sys.modules), "imported before the first paint"
print("painted")
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert result.stdout == "painted\n", result.stderr


def test_an_unforeseen_error_is_one_dialog_and_a_log_file(window: MainWindow, qtbot: QtBot, tmp_path: Path, qapp: QApplication):
    from nnplayground.ui.app import _Hook

    told: list[tuple[str, str]] = []
    window.files.questions.tell = lambda title, text: told.append((title, text))
    hook = _Hook(window, tmp_path / "app.log")
    for _ in range(2):
        hook(ZeroDivisionError, ZeroDivisionError("division by zero"), None)
    qtbot.waitUntil(lambda: bool(told))
    assert len(told) == 1
    assert str(tmp_path / "app.log") in told[0][1]
    assert "Traceback" not in told[0][1]


def test_the_window_is_painted_before_its_parts_are_made(qtbot: QtBot, theme: Theme, backend: FakeBackend) -> None:
    window = MainWindow(theme, lambda: backend, at_once=False)
    qtbot.addWidget(window)
    assert not window.filled
    assert window.findChild(QWidget, "playButton") is None
    with qtbot.waitSignal(window.painted):
        window.show()
    assert window.filled
    assert window.findChild(QWidget, "playButton") is not None
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    window.close()


def test_a_window_that_is_closed_before_it_is_filled_goes_quietly(qtbot: QtBot, theme: Theme, backend: FakeBackend) -> None:
    window = MainWindow(theme, lambda: backend, at_once=False)
    qtbot.addWidget(window)
    assert window.close()
    assert not window.filled


def test_the_network_menu_works_on_the_chosen_layer(make_window: Callable[[], MainWindow]) -> None:
    window = make_window()
    menu = window.actions_.network_menu
    menu.aboutToShow.emit()
    named = {action.objectName(): action for action in menu.actions()}
    add, duplicate, remove = (named[n] for n in ("addLayerAction", "duplicateLayersAction", "removeLayersAction"))
    assert add.isEnabled()
    assert not duplicate.isEnabled()
    window.network.select_layer(0)
    menu.aboutToShow.emit()
    duplicate.trigger()
    assert len(window.document.spec.layers) == 4
    remove.trigger()
    assert len(window.document.spec.layers) == 3


def test_a_panel_behind_another_has_its_title_on_the_tab_alone(qtbot: QtBot, make_window: Callable[[], MainWindow]) -> None:
    window = make_window()
    window.resize(1280, 800)
    title = window.output._title
    qtbot.waitUntil(title.isVisible)
    window.theme.set_zoom(2.0)
    qtbot.waitUntil(lambda: bool(window.tabifiedDockWidgets(window.docks[1])))
    assert not title.isVisible()
    window.theme.set_zoom(1.0)
    qtbot.waitUntil(title.isVisible)
