"""Runs in the window: kept over restarts and in project files, compared by one click, opened again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.project_file import read_project
from nnplayground.core.recipe import to_toml
from nnplayground.core.spec import ProjectSpec
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase
from nnplayground.ui.runs.desk import RunsDesk
from nnplayground.ui.runs.panel import RunsPanel

LEFT = Qt.MouseButton.LeftButton


def desk_of(window: MainWindow) -> RunsDesk:
    return window.runs


def names(window: MainWindow) -> list[str]:
    return [entry.run.name for entry in desk_of(window).panel.table.runs.entries]


def apply(window: MainWindow, change: Callable[[ProjectSpec], ProjectSpec]) -> None:
    window.document.apply(Edit("change", change))


def train(qtbot: QtBot, window: MainWindow, epochs: int = 5) -> str:
    """A run of its own; gives its key."""
    desk = desk_of(window)
    if window.document.spec.training.epochs != epochs:
        apply(window, lambda spec: edits.change_training(spec, epochs=epochs))
    qtbot.waitUntil(lambda: window.session.phase in (Phase.READY, Phase.FINISHED) and not window.session.settle.isActive())
    if window.session.epoch:
        window.session.reset()
        qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.session.epoch == 0)
    with qtbot.waitSignal(desk.runs.kept) as kept:
        window.session.play()
    key = kept.args[0]
    assert isinstance(key, str)
    return key


def show_runs(qtbot: QtBot, window: MainWindow) -> RunsPanel:
    panel = desk_of(window).panel
    window.bottom.open_page(panel)
    qtbot.waitUntil(lambda: panel.isVisible() and not panel._stale)
    return panel


@pytest.fixture
def two(qtbot: QtBot, window: MainWindow) -> tuple[MainWindow, str, str]:
    """A window with two runs, of 4 and 7 units."""
    first = train(qtbot, window)
    apply(window, lambda spec: edits.change_layer(spec, 0, units=7))
    return window, first, train(qtbot, window)


def test_runs_are_there_after_a_restart(qtbot: QtBot, two: tuple[MainWindow, str, str], make_window: Callable[[], MainWindow]) -> None:
    window, first, second = two
    window.files.mark_saved()
    window.close()
    again = make_window()
    show_runs(qtbot, again)
    qtbot.waitUntil(lambda: len(names(again)) == 2)
    assert set(desk_of(again).runs.entries) == {first, second}
    qtbot.waitUntil(lambda: len(desk_of(again).panel.compared.plot.lines if desk_of(again).panel.compared.plot else ()) == 2)


def test_two_windows_keep_their_runs_beside_each_other(qtbot: QtBot, make_window: Callable[[], MainWindow], window: MainWindow) -> None:
    first = train(qtbot, window)
    other = make_window()
    second = train(qtbot, other)
    desk_of(window).runs.load()
    qtbot.waitUntil(lambda: set(desk_of(window).runs.entries) == {first, second})
    desk_of(other).runs.delete([first])
    qtbot.waitUntil(lambda: len(desk_of(other).runs.shelf.look().runs) == 1)
    window.files.mark_saved()
    with qtbot.waitSignal(desk_of(window).runs.said) as said:
        desk_of(window).open(first)
    assert "cannot be read" in said.args[0]


def test_the_project_carries_its_runs_and_there_are_no_doubles(qtbot: QtBot, two: tuple[MainWindow, str, str], tmp_path: Path) -> None:
    window, first, second = two
    path, desk = tmp_path / "p.nnp", desk_of(window)
    desk.runs.describe(first, notes="the small one")
    window.files.path = path
    with qtbot.waitSignal(window.files.said):
        window.files.save()
    saved = read_project(path).runs
    assert [(run.key, run.notes) for run in saved] == [(first, "the small one"), (second, "")]
    assert [run.weights for run in saved] == [b"weights"] * 2
    window.files.open_file(path)
    assert set(desk.runs.entries) == {first, second}
    for file in desk.runs.shelf.folder.glob("*.run"):  # as on another machine
        file.unlink()
    desk.runs.entries.clear()
    window.files.open_file(path)
    assert set(desk.runs.entries) == {first, second}
    panel = show_runs(qtbot, window)
    panel.scope.setCurrentIndex(1)
    panel.scope.activated.emit(1)
    assert set(names(window)) == {"Run 1", "Run 2"}
    qtbot.waitUntil(lambda: panel.compared.plot is not None and len(panel.compared.plot.lines) == 2)
    with qtbot.waitSignal(window.files.said):
        window.files.save()
    assert read_project(path).runs == saved
    window.files.show(read_project(path).__class__(window.document.spec), None)
    assert not desk.runs.entries  # they are in their file


def test_open_as_project_asks_for_unsaved_work_and_brings_settings_and_weights(qtbot: QtBot, two: tuple[MainWindow, str, str]) -> None:
    window, first, _second = two
    panel = show_runs(qtbot, window)
    panel.table.choose({first})
    QTest.mouseClick(panel.open, LEFT)
    (question,) = [box for box in window.findChildren(QMessageBox, "unsavedQuestion") if box.isVisible()]
    discard = next(button for button in question.buttons() if button.text() == "Discard")
    QTest.mouseClick(discard, LEFT)
    qtbot.waitUntil(lambda: window.document.spec.layers[0].units == 4)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    assert window.session.learned is not None
    assert window.session.learned.brought
    assert not window.files.unsaved
    assert window.files.path is None
    panel.scope.setCurrentIndex(1)
    panel.scope.activated.emit(1)
    assert len(names(window)) == 2  # what was compared stays together


def test_one_click_compares_and_shows_what_came_out(qtbot: QtBot, window: MainWindow) -> None:
    apply(window, lambda spec: edits.change_training(spec, epochs=20))
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY)
    window.files.mark_saved()
    before, desk = window.document.spec, desk_of(window)
    show_runs(qtbot, window)
    action = next(action for action in desk.panel.comparison_menu().actions() if action.objectName() == "compare_units")
    seen: list[str] = []
    desk.batch.changed.connect(lambda: seen.append(desk.sign.text()))
    with qtbot.waitSignal(desk.batch.ended, timeout=20_000) as ended:
        action.trigger()
        assert desk.panel.stop.isVisible()
        assert desk.sign.isVisible()
    assert "Run 2 of 3: 4-2 units" in seen
    assert window.document.spec == before
    assert not window.files.unsaved
    assert set(desk.panel.table.keys) == set(ended.args[0])
    assert set(desk.panel.table.runs.swatches) == set(ended.args[0])
    assert not desk.sign.isVisible()


def test_the_menu_brings_the_runs_into_sight(qtbot: QtBot, window: MainWindow) -> None:
    assert not window.runs.panel.isVisible()
    window.actions_.show_runs.trigger()
    qtbot.waitUntil(window.runs.panel.isVisible)


def test_the_status_row_stops_it(qtbot: QtBot, window: MainWindow) -> None:
    desk, before = desk_of(window), window.document.spec
    long = edits.change_training(before, epochs=100_000)
    desk.batch.start([("long", long), ("longer", edits.set_seed(long, 1))])
    qtbot.waitUntil(lambda: window.session.epoch > 5)
    with qtbot.waitSignal(desk.batch.ended):
        QTest.mouseClick(desk.sign, LEFT)
    assert window.document.spec == before
    qtbot.waitUntil(lambda: [entry.run.name for entry in desk.runs.entries.values()] == ["long"])


def test_a_sweep_in_the_recipe_is_trained(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    desk = desk_of(window)
    show_runs(qtbot, window)
    assert not desk.panel.sweep.isVisible()
    recipe = (
        to_toml(edits.change_training(window.document.spec, epochs=4))
        + "\n[sweep]\ngrid = { seed = [1, 2], 'training.batch_size' = [10] }\n"
    )
    (tmp_path / "r.toml").write_text(recipe, encoding="utf-8")
    window.files.open_file(tmp_path / "r.toml")
    qtbot.waitUntil(desk.panel.sweep.isVisible)
    with qtbot.waitSignal(desk.batch.ended, timeout=20_000) as ended:
        QTest.mouseClick(desk.panel.sweep, LEFT)
    assert sorted(desk.runs.entries[key].run.name for key in ended.args[0]) == ["seed 1, batch_size 10", "seed 2, batch_size 10"]
    window.files.new()
    assert not desk.panel.sweep.isVisible()


def test_a_sweep_of_too_many_runs_is_refused_with_a_sentence(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    recipe = to_toml(window.document.spec) + f"\n[sweep]\ngrid = {{ seed = {list(range(201))} }}\n"
    (tmp_path / "r.toml").write_text(recipe, encoding="utf-8")
    window.files.open_file(tmp_path / "r.toml")
    desk_of(window).train_sweep()
    assert "The sweep has 201 runs, and at most 200 are kept here." in window.status.message.text()
    assert not desk_of(window).batch.running


def test_a_deletion_offers_the_way_back(qtbot: QtBot, two: tuple[MainWindow, str, str]) -> None:
    window, first, second = two
    panel = show_runs(qtbot, window)
    panel.table.choose({first, second})
    QTest.mouseClick(panel.delete, LEFT)
    assert panel.empty.isVisible()
    assert window.status.offer.sentence.text() == "2 runs were deleted."
    button = window.status.offer.findChild(QPushButton, "restoreRunsButton")
    assert button is not None
    QTest.mouseClick(button, LEFT)
    assert set(desk_of(window).runs.entries) == {first, second}


def test_a_run_lights_up_in_curves_and_the_other_way_round(qtbot: QtBot, two: tuple[MainWindow, str, str]) -> None:
    window, first, _second = two
    desk, curves = desk_of(window), window.curves
    window.session.reset()
    qtbot.waitUntil(lambda: len(curves._ghosts) == 2)
    plot = curves.plot("loss")
    desk.panel.run_lit.emit(first)
    assert plot.overlay.near == 0
    desk.panel.run_lit.emit(None)
    assert plot.overlay.near is None
    show_runs(qtbot, window)
    plot.ghost_meant.emit(0)
    assert desk.panel.table.runs.lit == first
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    plot.ghost_meant.emit(None)
    assert desk.panel.table.runs.lit is None


def test_closing_in_the_middle_of_a_comparison_leaves_the_project_as_it_was(qtbot: QtBot, window: MainWindow) -> None:
    desk, before = desk_of(window), window.document.spec
    desk.batch.start([("long", edits.set_seed(edits.change_training(before, epochs=100_000), 7))])
    qtbot.waitUntil(lambda: window.session.epoch > 5)
    window.close()
    assert not window.isVisible()  # there was nothing to ask
    assert window.document.spec == before
    runs = desk.runs.shelf.look().runs
    assert [run.name for run in runs] == ["long"]


def test_a_full_disk_is_told_once_and_the_run_stays_for_now(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    from nnplayground.core import run_shelf

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_shelf, "write_run", full)
    desk, said = desk_of(window), []
    desk.runs.said.connect(lambda sentence, _tone: said.append(sentence))
    first, second = train(qtbot, window), train(qtbot, window)
    assert said == ["Runs cannot be written down and are lost with this window: No space left on device."]
    panel = show_runs(qtbot, window)
    assert {entry.key for entry in panel.table.runs.entries} == {first, second}
    found: list[object] = []
    desk.runs.whole(first, found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert found[0] is not None
    assert getattr(found[0], "weights") == b"weights"  # noqa: B009
