"""Variations are trained one after the other, and afterwards everything is what it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits
from nnplayground.core.project_file import read_project
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.sweep_plan import PlannedRun
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.files import Files
from nnplayground.ui.run import Phase
from nnplayground.ui.runs.batch import Batch
from nnplayground.ui.runs.collection import RunCollection
from nnplayground.ui.session import TrainingSession

Train = Callable[[int], None]


@pytest.fixture(autouse=True)
def short(document: Document, session: TrainingSession, batch: Batch, qtbot: QtBot) -> None:
    """Runs of 6 epochs, nothing to undo. The scripted network is too quick to be let loose."""
    document.open(edits.change_training(document.spec, epochs=6))
    session.set_speed(600.0)
    qtbot.waitUntil(lambda: session.phase is Phase.READY and not session.settle.isActive())


@pytest.fixture
def told(batch: Batch) -> list[str]:
    """What the batch has said."""
    sentences: list[str] = []
    batch.said.connect(lambda sentence, _tone: sentences.append(sentence))
    return sentences


def with_units(spec: ProjectSpec, *units: int) -> list[tuple[str, ProjectSpec]]:
    return [(f"{n} units", edits.change_layer(spec, 0, units=n)) for n in units]


def with_rates(spec: ProjectSpec, *rates: float) -> list[tuple[str, ProjectSpec]]:
    return [(f"rate {rate}", edits.change_optimizer(spec, learning_rate=rate)) for rate in rates]


def kept(runs: RunCollection) -> dict[str, int]:
    return {entry.run.name: entry.run.epochs for entry in runs.entries.values()}


def test_all_are_trained_kept_and_told(
    qtbot: QtBot, document: Document, session: TrainingSession, batch: Batch, runs: RunCollection
) -> None:
    before, seen = document.spec, []
    batch.changed.connect(lambda: seen.append(batch.progress))
    with qtbot.waitSignal(batch.ended) as ended:
        assert batch.start(with_units(before, 2, 3, 5))
    assert kept(runs) == {"2 units": 6, "3 units": 6, "5 units": 6}
    assert [runs.entries[key].run.spec.layers[0].units for key in ended.args[0]] == [2, 3, 5]  # type: ignore[attr-defined]
    assert [word for i, word in enumerate(seen) if word not in seen[:i]] == [
        "Run 1 of 3: 2 units", "Run 2 of 3: 3 units", "Run 3 of 3: 5 units", ""]  # fmt: skip
    assert (document.spec, document.modified, document.stack.count()) == (before, False, 0)
    qtbot.waitUntil(lambda: session.phase is Phase.READY and session.epoch == 0)


def test_variations_that_need_no_new_network_begin_anew_as_well(
    qtbot: QtBot, document: Document, batch: Batch, runs: RunCollection, session: TrainingSession, train: Train
) -> None:
    train(2)
    with qtbot.waitSignal(batch.ended) as ended:
        batch.start([*with_rates(document.spec, 0.5, 0.01), ("as it is", document.spec)])
    assert [runs.entries[key].run.epochs for key in ended.args[0]] == [6, 6, 6]
    assert [runs.entries[key].run.spec.training.optimizer.learning_rate for key in ended.args[0]][:2] == [0.5, 0.01]
    qtbot.waitUntil(lambda: session.phase is Phase.READY and session.epoch == 2)


@pytest.mark.parametrize("vary", [with_units, with_rates])
def test_the_run_that_was_there_goes_on_and_stays_one_run(
    qtbot: QtBot, document: Document, batch: Batch, runs: RunCollection, session: TrainingSession, train: Train,
    vary: Callable[..., list[tuple[str, ProjectSpec]]],
) -> None:  # fmt: skip
    train(4)
    with qtbot.waitSignal(batch.ended):
        batch.start(vary(document.spec, 7, 3, 9, 2, 5, 8))  # more than undo alone would remember
    qtbot.waitUntil(lambda: session.phase is Phase.READY and session.epoch == 4)
    train(1)
    with qtbot.waitSignal(runs.kept):
        session.reset()
    assert len(runs.entries) == 7
    assert [n for name, n in kept(runs).items() if name.startswith("Run ")] == [5]


def test_a_sweeps_runs_are_called_by_their_settings(qtbot: QtBot, document: Document, batch: Batch, runs: RunCollection) -> None:
    planned = [PlannedRun({"seed": n}, edits.set_seed(document.spec, n)) for n in (1, 2)]
    with qtbot.waitSignal(batch.ended):
        batch.start(planned)
    assert set(kept(runs)) == {"seed 1", "seed 2"}


def test_an_edit_by_hand_stops_it_and_undo_leads_back(
    qtbot: QtBot, document: Document, batch: Batch, session: TrainingSession, train: Train, told: list[str]
) -> None:
    train(3)
    before = document.spec
    batch.start([(name, edits.change_training(spec, epochs=1_000_000)) for name, spec in with_units(before, 2, 3)])
    qtbot.waitUntil(lambda: session.phase is Phase.TRAINING and session.epoch > 5)
    with qtbot.waitSignal(batch.ended):
        document.apply(Edit("units", lambda spec: edits.change_layer(spec, 0, units=8)))
    assert told == ["An edit stopped the comparison: 0 of 2 runs are kept."]
    assert document.spec.layers[0].units == 8  # type: ignore[attr-defined]
    assert not batch.running
    document.stack.undo()
    document.stack.undo()
    assert document.spec == before
    qtbot.waitUntil(lambda: session.phase is Phase.READY and session.epoch == 3)


@pytest.mark.parametrize("how", ["batch", "transport", "reset"])
def test_a_stop_brings_the_project_back(
    qtbot: QtBot, document: Document, batch: Batch, session: TrainingSession, train: Train, runs: RunCollection, how: str
) -> None:
    train(3)
    before = document.spec
    long = [(name, edits.change_training(spec, epochs=1_000_000)) for name, spec in with_units(before, 3)]
    batch.start([*with_units(before, 2), *long, *with_units(before, 5)])
    qtbot.waitUntil(lambda: session.phase is Phase.TRAINING and session.epoch > 20)
    with qtbot.waitSignal(batch.ended) as ended:
        {"batch": batch.stop, "transport": session.stop, "reset": session.reset}[how]()
    assert (document.spec, document.modified) == (before, False)
    qtbot.waitUntil(lambda: session.phase is Phase.READY and session.epoch == 3)
    qtbot.waitUntil(lambda: {"2 units", "3 units"} <= set(kept(runs)))
    assert [runs.entries[key].run.name for key in ended.args[0]] == (["2 units", "3 units"] if how == "transport" else ["2 units"])


def test_what_is_saved_meanwhile_is_the_project_with_its_own_run(
    qtbot: QtBot, document: Document, batch: Batch, session: TrainingSession, train: Train, files: Files, tmp_path: Path
) -> None:
    train(3)
    files.path, files.take_typed = tmp_path / "p.nnp", batch.give_way
    before = document.spec
    batch.start([(name, edits.change_training(spec, epochs=1_000_000)) for name, spec in with_units(before, 2)])
    qtbot.waitUntil(lambda: session.epoch > 10)
    with qtbot.waitSignal(files.said):
        files.save()
    saved = read_project(files.path)
    assert saved.spec == before
    assert saved.history.count("\n") == 4
    assert saved.weights == b"weights"
    assert not batch.running


def test_what_cannot_be_trained_is_left_out_and_said(
    qtbot: QtBot, document: Document, batch: Batch, runs: RunCollection, told: list[str]
) -> None:
    broken = edits.change_layer(document.spec, len(document.spec.layers) - 1, units=3)
    with qtbot.waitSignal(batch.ended):
        batch.start([*with_units(document.spec, 2), ("three answers", broken), *with_units(document.spec, 3)])
    assert told[0].startswith("three answers: ")
    assert set(kept(runs)) == {"2 units", "3 units"}


def test_a_failing_engine_ends_it_with_a_sentence(
    qtbot: QtBot, document: Document, batch: Batch, told: list[str], backend: FakeBackend
) -> None:
    before, backend.fail_at = document.spec, 3
    with qtbot.waitSignal(batch.ended):
        batch.start(with_units(document.spec, 2, 3))
    assert told[0] == "2 units could not be trained: 0 of 2 runs are kept."
    assert document.spec == before


def test_there_is_one_batch_at_a_time(qtbot: QtBot, document: Document, batch: Batch) -> None:
    assert not batch.start([])
    with qtbot.waitSignal(batch.ended):
        assert batch.start(with_units(document.spec, 2))
        assert not batch.start(with_units(document.spec, 3))


def test_a_pause_waits_for_play(qtbot: QtBot, document: Document, batch: Batch, session: TrainingSession, runs: RunCollection) -> None:
    session.set_speed(30.0)
    batch.start([(name, edits.change_training(spec, epochs=60)) for name, spec in with_units(document.spec, 2)])
    qtbot.waitUntil(lambda: session.epoch > 3)
    with qtbot.waitSignal(runs.kept):
        session.pause()
    assert batch.running
    session.set_speed(None)
    with qtbot.waitSignal(batch.ended) as ended:
        session.play()
    assert [runs.entries[key].run.epochs for key in ended.args[0]] == [60]
