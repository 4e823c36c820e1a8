"""Every run is kept once, whatever ends it, with its numbers and its weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits
from nnplayground.core.edits import changed
from nnplayground.core.history import History
from nnplayground.core.kept_run import KeptRun
from nnplayground.engine.backend import EngineError
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.run import Phase
from nnplayground.ui.runs.collection import RunCollection
from nnplayground.ui.runs.keeper import Keeper
from nnplayground.ui.session import TrainingSession

pytestmark = pytest.mark.usefixtures("keeper")
Train = Callable[[int], None]


def epochs(count: int) -> Edit:
    return Edit("epochs", lambda spec: edits.change_training(spec, epochs=count))


def units(count: int) -> Edit:
    return Edit("units", lambda spec: edits.change_layer(spec, 0, units=count))


def only(runs: RunCollection) -> KeptRun:
    (entry,) = runs.entries.values()
    return entry.run


def test_a_run_that_ends_is_kept(
    qtbot: QtBot, document: Document, session: TrainingSession, runs: RunCollection, make_runs: Callable[[], RunCollection]
) -> None:
    document.apply(epochs(7))
    with qtbot.waitSignal(runs.kept) as kept:
        session.play()
    run = only(runs)
    assert kept.args == [run.key, session.run.origin]
    assert (run.name, run.ended, run.epochs, run.parameters) == ("Run 1", "completed", 7, document.analysis.parameters)
    assert run.spec == document.spec
    assert run.last["loss"] == pytest.approx(1 / 1.7)
    assert run.best["val_accuracy"].epoch == 7
    assert run.seconds > 0
    assert set(runs.entries[run.key].curves or ()) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    later = make_runs()
    with qtbot.waitSignal(later.changed):
        later.load()
    assert only(later) == run
    whole = later.shelf.run(run.key)
    assert whole.weights == b"weights"
    assert History.from_csv(whole.history).epochs == 7


@pytest.mark.parametrize("leave", ["edit", "reset", "open"])
def test_a_run_that_is_left_is_kept(
    qtbot: QtBot, document: Document, session: TrainingSession, runs: RunCollection, train: Train, leave: str
) -> None:
    train(3)
    spec = document.spec
    with qtbot.waitSignal(runs.kept):
        if leave == "edit":
            document.apply(units(7))
        elif leave == "reset":
            session.reset()
        else:
            from nnplayground.ui.run import Resume

            other = edits.set_seed(spec, 5)
            session.open_with(Resume.from_file(other, History(), None, None))
            document.open(other)
    run = only(runs)
    assert (run.epochs, run.ended, run.spec) == (3, "", spec)


def test_a_run_in_training_is_kept_as_far_as_its_weights(
    qtbot: QtBot, document: Document, session: TrainingSession, runs: RunCollection, backend: FakeBackend
) -> None:
    document.apply(epochs(100_000))
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 20)
    reached: list[int] = []
    save = backend.save_weights

    def look(path: Path) -> None:
        reached.append(backend.epoch)
        save(path)

    backend.save_weights = look  # type: ignore[method-assign]
    with qtbot.waitSignal(runs.kept):
        session.reset()
    assert only(runs).epochs == reached[0]


def test_a_run_that_was_not_trained_is_not_kept(
    qtbot: QtBot, document: Document, session: TrainingSession, runs: RunCollection, train: Train
) -> None:
    document.apply(units(7))
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    session.reset()
    document.apply(units(6))
    train(1)
    with qtbot.waitSignal(runs.kept):
        session.reset()
    assert only(runs).spec.layers[0].units == 6  # type: ignore[attr-defined]


def test_a_paused_run_that_goes_on_is_one_run(
    qtbot: QtBot, document: Document, session: TrainingSession, runs: RunCollection, train: Train
) -> None:
    document.apply(epochs(4))
    with qtbot.waitSignal(runs.kept):
        train(2)
    first = only(runs)
    assert (first.epochs, first.ended) == (2, "paused")
    runs.describe(first.key, name="Mine", notes="hm")
    with qtbot.waitSignal(runs.kept):
        session.play()
    again = only(runs)
    assert (again.key, again.epochs, again.ended, again.name, again.notes) == (first.key, 4, "completed", "Mine", "hm")
    with qtbot.waitSignal(runs.kept):
        session.play()  # another round
    assert only(runs).epochs == 8
    assert runs.shelf.run(first.key).epochs == 8


def test_a_run_that_undo_takes_up_again_is_one_run(
    qtbot: QtBot, document: Document, session: TrainingSession, runs: RunCollection, train: Train
) -> None:
    train(2)
    with qtbot.waitSignal(runs.kept):
        document.apply(units(7))
    document.stack.undo()
    qtbot.waitUntil(lambda: session.epoch == 2 and session.phase is Phase.READY)
    train(1)
    with qtbot.waitSignal(runs.kept):
        session.reset()
    assert only(runs).epochs == 3


def test_a_diverged_run_is_kept_and_says_so(
    qtbot: QtBot, document: Document, session: TrainingSession, runs: RunCollection, backend: FakeBackend
) -> None:
    backend.diverge_at = 4
    with qtbot.waitSignal(runs.kept):
        session.play()
    run = only(runs)
    assert (run.ended, run.last["loss"]) == ("diverged", None)
    assert run.best["loss"].epoch < 4


def test_a_run_whose_weights_cannot_be_had_is_kept_without(
    qtbot: QtBot, session: TrainingSession, runs: RunCollection, train: Train, backend: FakeBackend
) -> None:
    def refuse(_path: Path) -> None:
        raise EngineError("No weights today.")

    backend.save_weights = refuse  # type: ignore[method-assign]
    train(1)
    with qtbot.waitSignal(runs.kept):
        session.reset()
    assert runs.shelf.run(only(runs).key).weights is None


def test_what_a_live_setting_was_at_last_is_kept(
    qtbot: QtBot, document: Document, session: TrainingSession, runs: RunCollection, train: Train
) -> None:
    train(1)
    document.apply(Edit("rate", lambda spec: edits.change_optimizer(spec, learning_rate=0.5)))
    train(1)
    with qtbot.waitSignal(runs.kept):
        session.reset()
    assert only(runs).spec.training.optimizer.learning_rate == 0.5


def test_runs_have_numbers_that_go_on_in_the_next_session(
    qtbot: QtBot, session: TrainingSession, runs: RunCollection, make_runs: Callable[[], RunCollection], train: Train
) -> None:
    for _ in range(2):
        train(1)
        with qtbot.waitSignal(runs.kept):
            session.reset()
    assert [entry.run.name for entry in runs.entries.values()] == ["Run 1", "Run 2"]
    later, whole = make_runs(), runs.shelf.run(next(iter(runs.entries)))
    with qtbot.waitSignal(later.kept):
        later.keep("ab" * 16, lambda name: (changed(whole, key="ab" * 16, name=name), {}), object(), later.project)
    assert sorted(entry.run.name for entry in later.entries.values()) == ["Run 1", "Run 2", "Run 3"]


def test_what_trains_when_the_window_closes_is_written_down(
    qtbot: QtBot, document: Document, session: TrainingSession, runs: RunCollection, keeper: Keeper, make_runs: Callable[[], RunCollection]
) -> None:
    document.apply(epochs(100_000))
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 5)
    keeper.close()
    session.close()
    (run,) = runs.shelf.look().runs
    assert run.epochs > 5
    assert run.name.startswith("Run of ")
    assert runs.shelf.run(run.key).weights == b"weights"
