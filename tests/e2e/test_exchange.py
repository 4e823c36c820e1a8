"""Models, weights and programs between the window and plain Keras, over the real TensorFlow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from e2e.hand import ready
from pytestqt.qtbot import QtBot

from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase
from tests.programs import Programs


@pytest.fixture
def told() -> list[str]:
    """What was said in a dialog."""
    return []


@pytest.fixture
def window(window: MainWindow, told: list[str]) -> MainWindow:
    window.files.questions.tell = lambda title, text: told.append(f"{title}: {text}")  # type: ignore[method-assign]
    return window


def choose(window: MainWindow, action: str, path: Path) -> None:
    """Use a menu entry, and answer its question for a file."""
    questions = window.files.questions
    questions.export_path = lambda _suggested, _suffix, _kinds, done: done(path)  # type: ignore[method-assign]
    questions.weights_path = lambda _folder, done: done(path)  # type: ignore[method-assign]
    getattr(window.actions_, action).trigger()


def answers(window: MainWindow, qtbot: QtBot, inputs: np.ndarray) -> np.ndarray:
    """What the network on the worker's thread says."""
    got: list[object] = []
    window.session.ask(lambda backend: backend.predict(inputs), lambda result, error: got.append((result, error)))
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    result, error = got[0]  # type: ignore[misc]
    assert not error
    return np.asarray(result)


def test_a_keras_model_is_opened_with_its_weights_on_data_that_suits_it(window: MainWindow, qtbot: QtBot, tmp_path: Path, told: list[str]):
    import keras

    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 3, activation="relu"), keras.layers.Flatten(),
                              keras.layers.Dense(10, "softmax")])  # fmt: skip
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    for name in ("digits.keras", "digits.h5"):
        model.save(tmp_path / name)
        window.files.open_file(tmp_path / name)
        ready(qtbot, window)
        spec = window.document.spec
        assert [layer.type for layer in spec.layers] == ["Conv2D", "Flatten", "Dense"]  # type: ignore[attr-defined]
        assert (spec.data.name, spec.training.optimizer.type) == ("mnist", "SGD")
        pictures = np.random.default_rng(1).integers(0, 255, (3, 28, 28, 1)).astype(np.uint8)
        dataset = window.session.dataset
        assert dataset is not None
        wanted = model.predict(dataset.scaler.apply(pictures), verbose=0)
        np.testing.assert_allclose(answers(window, qtbot, pictures), wanted, atol=1e-4)
    assert told == []


def test_weights_go_out_and_come_back_and_others_are_refused(window: MainWindow, qtbot: QtBot, tmp_path: Path, told: list[str]):
    import keras

    points = np.array([[1.0, 2.0], [-3.0, 0.5]], np.float32)
    window.session.step()
    qtbot.waitUntil(lambda: window.session.epoch == 1 and window.session.phase is Phase.READY, timeout=20_000)
    trained = answers(window, qtbot, points)
    choose(window, "export_weights", tmp_path / "net.weights.h5")
    choose(window, "export_model", tmp_path / "net.keras")
    qtbot.waitUntil((tmp_path / "net.keras").exists, timeout=20_000)
    np.testing.assert_allclose(keras.saving.load_model(tmp_path / "net.keras").predict(points, verbose=0), trained, atol=1e-5)
    window.session.reset()
    qtbot.waitUntil(lambda: window.session.epoch == 0 and window.session.phase is Phase.READY, timeout=20_000)
    assert np.abs(answers(window, qtbot, points) - trained).max() > 1e-4
    choose(window, "load_weights", tmp_path / "net.weights.h5")
    qtbot.waitUntil(lambda: window.session.phase is not Phase.READY, timeout=20_000)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY, timeout=20_000)
    np.testing.assert_allclose(answers(window, qtbot, points), trained, atol=1e-5)
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(7)]).save_weights(tmp_path / "other.weights.h5")
    choose(window, "load_weights", tmp_path / "other.weights.h5")
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert "layer 1 (Dense) wants 2 × 4 and 4, and the file has 2 × 7 and 7" in told[0]
    np.testing.assert_allclose(answers(window, qtbot, points), trained, atol=1e-5)


def test_the_exported_program_runs_by_itself(window: MainWindow, tmp_path: Path, told: list[str], programs: Programs):
    choose(window, "export_code", tmp_path / "train.py")
    text = (tmp_path / "train.py").read_text()
    (tmp_path / "train.py").write_text(text.replace("epochs=500", "epochs=1"))
    done = programs.run_file("train.py", tmp_path)
    assert done.returncode == 0, done.stderr
    choose(window, "export_code", tmp_path / "train.py" / "inside a file.py")
    assert "inside a file.py could not be saved" in told[0]
