"""The window as a person uses it, over the real TensorFlow."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from e2e.hand import LEFT, LONG, click, part, ready, take_focus
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMessageBox, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.cli import main
from nnplayground.core import edits
from nnplayground.core.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D, Reshape
from nnplayground.core.project_file import read_project
from nnplayground.core.resources import resource
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase


def choose_data(qtbot: QtBot, window: MainWindow, name: str) -> None:
    thumbnail = part(window, QWidget, f"data-{name}")
    qtbot.mouseClick(thumbnail, LEFT, pos=QPoint(thumbnail.width() // 2, 20))
    assert window.document.spec.data.name == name
    ready(qtbot, window)


def pixels(picture: QImage) -> np.ndarray:
    picture = picture.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(bytes(picture.constBits()), np.uint8)
    return flat.reshape(picture.height(), picture.bytesPerLine())[:, : 4 * picture.width()].copy()


def test_a_first_session(window: MainWindow, qtbot: QtBot, tmp_path: Path, make_window: Callable[[Path], MainWindow]):
    decision_map = part(window, QWidget, "decisionMap")
    epochs = part(window, QLabel, "epochLabel")
    readout = part(window, QLabel, "lossReadout")

    # Pick the spiral, and add a layer.
    choose_data(qtbot, window, "spiral")
    layers = window.document.spec.layers
    add_dense(qtbot, window)
    assert len(window.document.spec.layers) == len(layers) + 1
    ready(qtbot, window)
    take_focus(qtbot, window)
    before = pixels(decision_map.grab().toImage())

    # Play: epochs and curves grow, the map changes, the loss falls.
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.session.epoch >= 40, timeout=LONG)
    assert int(epochs.text().replace(",", "")) >= 40
    history = window.session.history
    assert np.isfinite(history.values("loss")).all()
    assert history.values("loss")[-1] < history.values("loss")[0]
    qtbot.waitUntil(lambda: (pixels(decision_map.grab().toImage()) != before).mean() > 0.05)
    assert readout.text() != ""

    # Another learning rate: the same run goes on.
    run = window.session.run_id
    field = part(window, QComboBox, "learningRate").lineEdit()
    assert field is not None
    field.selectAll()
    qtbot.keyClicks(field, "0.003")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    reached = window.session.epoch
    qtbot.waitUntil(lambda: window.session.epoch > reached + 5)
    assert (window.session.run_id, window.document.spec.training.optimizer.learning_rate) == (run, 0.003)

    # Pause, then one epoch exactly.
    click(qtbot, window, "playButton")
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    reached = window.session.epoch
    click(qtbot, window, "stepButton")
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    assert window.session.epoch == reached + 1

    # Save, and undo what was done to the network.
    path = tmp_path / "spiral.nnp"
    window.files.questions.save_path = lambda _suggested, done: done(path)
    with qtbot.waitSignal(window.files.said):
        window.actions_.save.trigger()
    saved = read_project(path)
    assert saved.spec == window.document.spec
    assert len(saved.history.splitlines()) == reached + 2
    take_focus(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)  # the learning rate
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)  # the layer
    assert window.document.spec.layers == layers
    ready(qtbot, window)
    assert window.session.epoch == 0

    # Open it again: the run goes on where it was.
    window.files.open_file(path)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.session.epoch == reached + 1, timeout=LONG)
    assert window.document.spec == saved.spec
    click(qtbot, window, "stepButton")
    qtbot.waitUntil(lambda: window.session.epoch == reached + 2)

    # Close while it trains.
    window.session.set_speed(None)
    click(qtbot, window, "playButton")
    qtbot.waitUntil(lambda: window.session.phase is not Phase.READY)
    window.close()
    question = part(window, QMessageBox, "unsavedQuestion")  # the file does not hold what was learned since
    assert question.text() == "Save what the network of spiral.nnp has learned?"
    qtbot.mouseClick(next(b for b in question.buttons() if b.text() == "Discard"), LEFT)
    assert not any(thread.isRunning() for thread in window.session._crew.threads)


def add_dense(qtbot: QtBot, window: MainWindow) -> None:
    """Through the list behind the add button, by typing a name."""
    click(qtbot, window, "addLayerButton")
    menu = window.network.menu
    qtbot.waitUntil(menu.isVisible)
    qtbot.keyClicks(menu.search, "dense")
    qtbot.keyClick(menu.search, Qt.Key.Key_Return)
    assert isinstance(window.document.spec.layers[-2], Dense)


def test_reset_repeats_the_run(window: MainWindow, qtbot: QtBot):
    window.session.set_speed(None)
    curves = []
    for _ in range(2):
        with qtbot.waitSignal(window.session.finished, timeout=LONG):
            click(qtbot, window, "playButton")
        curves.append(window.session.history.values("loss").copy())
        click(qtbot, window, "resetButton")
        ready(qtbot, window)
        assert window.session.epoch == 0
    np.testing.assert_array_equal(curves[0], curves[1])


def test_the_map_is_there_before_training_and_in_its_place(window: MainWindow, qtbot: QtBot):
    snapshots: list[float] = []
    window.session.snapshot_taken.connect(lambda snapshot: snapshots.append(snapshot.epoch))
    window.session.refresh()
    qtbot.waitUntil(lambda: bool(snapshots))
    assert set(snapshots) == {0.0}


def test_prices_are_learned_and_told_in_their_unit(window: MainWindow, qtbot: QtBot):
    choose_data(qtbot, window, "boston_housing")
    click(qtbot, window, "stepButton")
    qtbot.waitUntil(lambda: window.session.epoch == 1, timeout=LONG)
    assert set(window.session.history.names) >= {"loss", "mae", "val_loss", "val_mae"}
    assert 0 < window.session.history.values("mae")[-1] < 50


def test_digits_are_learned(window: MainWindow, qtbot: QtBot, real_data: Path | None):
    choose_data(qtbot, window, "mnist")
    grid = part(window, QWidget, "sampleGrid")
    assert grid.isVisible()
    click(qtbot, window, "playButton")
    qtbot.waitUntil(lambda: window.session.epoch >= 1, timeout=LONG)
    assert window.session.history.values("accuracy")[0] > 0.5
    with qtbot.waitSignal(window.session.finished, timeout=1000):
        click(qtbot, window, "stopButton")
    source = part(window, QLabel, "dataSource").text()
    assert ("full set" if real_data else "built-in sample") in source


def convolutional(qtbot: QtBot, window: MainWindow) -> None:
    """Digits, and a network whose epoch takes long enough to be left in its middle."""
    choose_data(qtbot, window, "mnist")
    layers = (
        Reshape(target_shape=(28, 28, 1)), Conv2D(filters=32, kernel_size=(3, 3), activation="relu"), MaxPooling2D(), Flatten(),
        Dropout(rate=0.25), Dense(units=10, activation="softmax"),
    )  # fmt: skip
    smaller = Edit("smaller batches", lambda spec: edits.change_training(edits.set_layers(spec, layers), batch_size=16))
    assert window.document.apply(smaller)
    ready(qtbot, window)


def leave_within_an_epoch(qtbot: QtBot, window: MainWindow) -> None:
    click(qtbot, window, "playButton")
    qtbot.waitUntil(lambda: window.session.run.progress > 0, timeout=LONG)
    click(qtbot, window, "playButton")
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    assert 0 < window.session.run.progress < 1


def numbers(window: MainWindow) -> dict[str, list[float]]:
    history = window.session.history
    return {name: history.values(name).tolist() for name in history.names}


def test_pause_and_stop_do_not_wait_for_an_epoch(window: MainWindow, qtbot: QtBot, real_data: Path | None):
    convolutional(qtbot, window)
    taken = {"playButton": [], "stopButton": []}
    for name in ("playButton", "stopButton") * 4:
        click(qtbot, window, "playButton")
        before = window.session.run.progress, window.session.epoch
        qtbot.waitUntil(lambda before=before: (window.session.run.progress, window.session.epoch) != before, timeout=LONG)
        start = time.perf_counter()
        with qtbot.waitSignal(window.session.phase_changed, check_params_cb=lambda phase: phase is not Phase.TRAINING):
            click(qtbot, window, name)
        taken[name].append(time.perf_counter() - start)
    assert statistics.median(taken["playButton"]) < 0.1
    assert statistics.median(taken["stopButton"]) < 0.1


def test_dropout_is_changed_while_digits_are_learned(window: MainWindow, qtbot: QtBot):
    convolutional(qtbot, window)
    click(qtbot, window, "playButton")
    qtbot.waitUntil(lambda: window.session.run.progress > 0, timeout=LONG)
    run, reached = window.session.run_id, (window.session.epoch, window.session.run.progress)
    canvas = window.network.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    card = canvas.mapFromScene(canvas.picture.layer_rect(4)).boundingRect()
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=card.center())
    field = part(window, QLineEdit, "field_rate")
    field.selectAll()
    qtbot.keyClicks(field, "0.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.document.spec.layers[4] == Dropout(rate=0.5)
    qtbot.waitUntil(lambda: (window.session.epoch, window.session.run.progress) > reached, timeout=LONG)
    assert (window.session.run_id, window.session.phase) == (run, Phase.TRAINING)
    click(qtbot, window, "stopButton")
    qtbot.waitUntil(lambda: window.session.phase is Phase.FINISHED)


def test_a_project_saved_within_an_epoch_goes_on_exactly(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, make_window: Callable[[Path], MainWindow]
):
    convolutional(qtbot, window)
    leave_within_an_epoch(qtbot, window)
    path, reached = tmp_path / "middle.nnp", window.session.epoch
    window.files.questions.save_path = lambda _suggested, done: done(path)
    with qtbot.waitSignal(window.files.said, timeout=LONG):
        window.actions_.save.trigger()
    click(qtbot, window, "stepButton")
    qtbot.waitUntil(lambda: window.session.epoch == reached + 1, timeout=LONG)
    expected = numbers(window)
    window.close()

    other = make_window(path)
    ready(qtbot, other)
    assert (other.document.spec.data.name, other.session.epoch) == ("mnist", reached)
    click(qtbot, other, "stepButton")
    qtbot.waitUntil(lambda: other.session.epoch == reached + 1, timeout=LONG)
    assert numbers(other) == expected


def test_a_rule_that_is_set_while_training_turns_the_rate_down_and_is_told(window: MainWindow, qtbot: QtBot):
    click(qtbot, window, "playButton")
    qtbot.waitUntil(lambda: window.session.epoch > 0, timeout=LONG)
    run, told = window.session.run_id, []
    window.session.noted.connect(lambda text, _tone: told.append(text))
    plateau = {"monitor": "loss", "patience": 1, "min_delta": 10.0, "min_lr": 0.005}
    window.document.apply(Edit("plateau", lambda spec: edits.change_training(spec, reduce_lr_on_plateau=plateau)))
    qtbot.waitUntil(lambda: bool(told), timeout=LONG)
    assert told[0].startswith("Learning rate 0.01 → 0.005 after epoch ")
    assert (window.session.run_id, window.session.phase) == (run, Phase.TRAINING)
    assert told[0] in part(window, QPlainTextEdit, "logView").toPlainText()


def test_a_project_learns_the_same_in_the_window_and_without_one(
    make_window: Callable[[Path], MainWindow], qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    recipe = tmp_path / "spiral.toml"
    lesson = resource("lessons", "spiral.toml").read_text(encoding="utf-8")
    recipe.write_text(lesson.replace("epochs = 500", "epochs = 40"), encoding="utf-8")
    assert main(["--script", str(recipe), "--json", "--quiet"]) == 0
    expected = json.loads(capsys.readouterr().out)["history"]
    window = make_window(recipe)
    qtbot.waitUntil(lambda: window.document.spec.name == "Spiral")
    ready(qtbot, window)
    click(qtbot, window, "playButton")
    qtbot.waitUntil(lambda: window.session.phase is Phase.FINISHED, timeout=LONG)
    history = window.session.history
    assert {name: history.values(name).tolist() for name in history.names} == expected
    assert len(expected["val_accuracy"]) == 40
