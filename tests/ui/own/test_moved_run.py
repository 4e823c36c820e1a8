"""A run whose file was moved goes on where it stopped once the file is found again, and is not saved over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits
from nnplayground.core.data_spec import OwnTable
from nnplayground.core.history import History
from nnplayground.core.layers import Dense
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import ProjectFile, read_project
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.hashes import hash_of
from nnplayground.engine.backend import EngineError
from nnplayground.engine.events import Started, TrainRequest
from nnplayground.engine.state import load_state
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase, Resume

EPOCHS = 5
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    kinds = ("rose", "lily", "iris")
    path.write_text("length,width,kind\n" + "".join(f"{i % 3 + i / 100:.2f},{i % 7},{kinds[i % 3]}\n" for i in range(90)))
    return path


@pytest.fixture
def trained(qtbot: QtBot, window: MainWindow, flowers: Path, tmp_path: Path) -> Path:
    """A project that was trained on the file and saved, and is not open any more; its file has gone elsewhere since."""
    data = OwnTable(name="csv", path=str(flowers), sha256=hash_of(flowers))
    spec = edits.set_layers(edits.set_data(window.document.spec, data), (Dense(units=3, activation="softmax"),))
    window.files.show(ProjectFile(edits.change_training(spec, epochs=EPOCHS)), None)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.session.dataset is not None)
    window.session.play()
    qtbot.waitUntil(lambda: window.session.phase is Phase.FINISHED)
    path = tmp_path / "project.nnp"
    save(qtbot, window, path)
    window.files.new()
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    (tmp_path / "elsewhere").mkdir()
    flowers.rename(tmp_path / "elsewhere" / "flowers.csv")
    return path


def save(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.files.said):
        window.files._write(path, None)


def open_and_find(qtbot: QtBot, window: MainWindow, project: Path, place: Path) -> None:
    window.files.open_file(project)
    qtbot.waitUntil(lambda: window.findChild(QPushButton, "findFileButton") is not None)
    qtbot.mouseClick(window.findChild(QPushButton, "findFileButton"), LEFT)
    chooser = window.findChildren(QFileDialog, "findDialog")[-1]
    chooser.fileSelected.emit(str(place))
    chooser.done(0)


def ready(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.phase in (Phase.READY, Phase.FINISHED) and window.session.dataset is not None)


def test_the_run_goes_on_after_its_file_was_found(
    qtbot: QtBot, window: MainWindow, backend: FakeBackend, trained: Path, tmp_path: Path
) -> None:
    before = read_project(trained)
    place = tmp_path / "elsewhere" / "flowers.csv"
    open_and_find(qtbot, window, trained, place)
    ready(qtbot, window)
    assert window.session.epoch == EPOCHS
    assert window.session.history.to_csv() == before.history
    assert before.state is not None
    began_with = backend.opened[-1].state
    assert began_with is not None
    assert (began_with.epoch, backend.opened[-1].spec.data.path) == (EPOCHS, str(place))
    assert [w.tolist() for w in began_with.weights] == [w.tolist() for w in load_state(before.state).weights]
    window.session.step()
    qtbot.waitUntil(lambda: window.session.epoch == EPOCHS + 1)


def test_saving_after_the_file_was_found_keeps_the_run(qtbot: QtBot, window: MainWindow, trained: Path, tmp_path: Path) -> None:
    before = read_project(trained)
    open_and_find(qtbot, window, trained, tmp_path / "elsewhere" / "flowers.csv")
    ready(qtbot, window)
    save(qtbot, window, trained)
    after = read_project(trained)
    assert after.spec.data.path == str(tmp_path / "elsewhere" / "flowers.csv")  # type: ignore[union-attr]
    assert (after.history, after.weights) == (before.history, before.weights)
    assert after.state is not None
    assert load_state(after.state).epoch == EPOCHS


def test_saving_while_the_found_file_is_looked_at_keeps_the_run(qtbot: QtBot, window: MainWindow, trained: Path, tmp_path: Path) -> None:
    before = read_project(trained)
    open_and_find(qtbot, window, trained, tmp_path / "elsewhere" / "flowers.csv")
    assert not window.session.has_network
    save(qtbot, window, trained)
    after = read_project(trained)
    assert (after.history, after.weights, after.state) == (before.history, before.weights, before.state)


def test_another_file_is_said_to_be_another_one(qtbot: QtBot, window: MainWindow, trained: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "flowers.csv"
    text = moved.read_text()
    other = tmp_path / "other.csv"
    other.write_text(text.replace("rose", "tulip"))
    open_and_find(qtbot, window, trained, other)
    ready(qtbot, window)
    assert window.document.spec.data.sha256 == hash_of(moved)  # type: ignore[union-attr]
    assert window.session.dataset is not None
    assert any("other.csv has changed" in note for note in window.session.dataset.notes)
    assert "other.csv has changed" in window.data.settings.warning.text()


@pytest.mark.parametrize(("old", "new", "now"), [("rose", "bluebell", "bluebell, iris, lily"), ("iris", "zinnia", "lily, rose, zinnia")])
def test_a_run_of_other_classes_starts_anew_and_says_why(
    qtbot: QtBot, window: MainWindow, backend: FakeBackend, trained: Path, tmp_path: Path, old: str, new: str, now: str
) -> None:
    before = read_project(trained)
    place = tmp_path / "elsewhere" / "flowers.csv"
    place.write_text(place.read_text().replace(old, new))
    said: list[str] = []
    window.session.noted.connect(lambda text, _: said.append(text))
    open_and_find(qtbot, window, trained, place)
    ready(qtbot, window)
    assert (window.session.epoch, window.session.history.to_csv().count("\n")) == (0, History().to_csv().count("\n"))
    assert backend.opened[-1].state is None
    assert f"The saved run does not fit the data and starts anew: its classes were iris, lily, rose; now they are {now}." in said
    assert read_project(trained) == before


def test_a_run_of_the_same_classes_goes_on_with_other_rows(
    qtbot: QtBot, window: MainWindow, trained: Path, tmp_path: Path
) -> None:
    place = tmp_path / "elsewhere" / "flowers.csv"
    place.write_text(place.read_text() + "1.5,3,rose\n")
    open_and_find(qtbot, window, trained, place)
    ready(qtbot, window)
    assert window.session.epoch == EPOCHS


def test_a_file_that_does_not_fit_the_run_loses_nothing(
    qtbot: QtBot, window: MainWindow, backend: FakeBackend, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "elsewhere" / "flowers.csv"
    other = tmp_path / "other.csv"
    other.write_text("depth," + place.read_text().replace("\n", "\n1,").removesuffix("1,"))
    opens = backend.open

    def open_what_fits(request: TrainRequest) -> Started:
        if request.state is not None and request.spec.data.path == str(other):  # type: ignore[union-attr]
            raise EngineError("The saved scaling does not fit this data.")
        return opens(request)

    monkeypatch.setattr(backend, "open", open_what_fits)
    open_and_find(qtbot, window, trained, other)
    qtbot.waitUntil(lambda: window.session.phase is Phase.FAILED)
    window.document.stack.undo()
    qtbot.waitUntil(lambda: window.session.phase is Phase.BLOCKED and "not there" in window.document.analysis.facts.unknown)
    window.document.apply(Edit("Found", lambda spec: edits.change_data(spec, path=str(place))))
    ready(qtbot, window)
    assert window.session.epoch == EPOCHS


@pytest.mark.parametrize(
    "change",
    [
        lambda spec: edits.change_data(spec, path="b.csv", sha256="1" * 64),
        lambda spec: edits.change_data(spec, path="b.csv", sha256=""),
        lambda spec: edits.change_data(spec, path="b.csv", missing="fill"),
        lambda spec: edits.change_layer(edits.change_data(spec, path="b.csv"), 0, units=2),
    ],
)
def test_a_run_suits_its_own_data_elsewhere_and_no_other(change: Callable[[ProjectSpec], ProjectSpec]) -> None:
    data = OwnTable(name="csv", path="a.csv", sha256="0" * 64)
    spec = edits.set_layers(edits.set_data(default_project(), data), (Dense(units=3, activation="softmax"),))
    brought = Resume(spec, History())
    assert brought.suits(spec)
    assert brought.suits(edits.change_training(edits.change_data(spec, path="b.csv"), epochs=7))
    assert not brought.suits(change(spec))


def test_without_a_hash_another_file_is_other_data() -> None:
    spec = edits.set_data(default_project(), OwnTable(name="csv", path="a.csv"))
    assert not Resume(spec, History()).suits(edits.change_data(spec, path="b.csv"))
