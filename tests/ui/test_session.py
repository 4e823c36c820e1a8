from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from ui.fake_backend import FakeBackend

from nnplayground.core import edits
from nnplayground.core.history import History
from nnplayground.core.presets import default_project
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.errors import DataUnavailable
from nnplayground.data.registry import facts
from nnplayground.engine.events import Finished, RunState, Split, Status
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.engine.state import dump_state
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.mailbox import INTERVAL
from nnplayground.ui.run import Engine, Phase, Resume
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.worker import FASTEST, Speed


def edit(document: Document, change: Callable[[ProjectSpec], ProjectSpec]) -> None:
    assert document.apply(Edit("A change", change))


def finish(session: TrainingSession, qtbot: QtBot) -> Finished:
    session.set_speed(None)
    with qtbot.waitSignal(session.finished) as finished:
        session.play()
    return finished.args[0]


def test_a_run_is_built_when_the_session_starts(session: TrainingSession, backend: FakeBackend):
    assert len(backend.opened) == 1
    assert session.dataset is not None
    assert (session.epoch, session.run.until, session.history.epochs) == (0, 500, 0)


def test_tensorflow_is_never_touched_from_the_windows_thread(session: TrainingSession, backend: FakeBackend, qtbot: QtBot):
    finish(session, qtbot)
    assert len(backend.threads) == 1
    assert threading.get_ident() not in backend.threads


def test_play_trains_to_the_end(session: TrainingSession, qtbot: QtBot):
    finished = finish(session, qtbot)
    assert (finished.status, finished.epoch) == (Status.COMPLETED, 500)
    assert session.phase is Phase.FINISHED
    np.testing.assert_allclose(session.history.values("loss"), 1 / (1 + 0.1 * np.arange(1, 501)))


def test_a_complete_run_goes_on_for_another_round(session: TrainingSession, qtbot: QtBot):
    finish(session, qtbot)
    finish(session, qtbot)
    assert session.epoch == session.run.until == 1000


def test_pause_stops_at_once_and_play_goes_on(session: TrainingSession, backend: FakeBackend, qtbot: QtBot):
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 0)
    with qtbot.waitSignal(session.phase_changed, check_params_cb=lambda phase: phase is Phase.READY):
        session.pause()
    assert session.epoch == backend.epoch
    assert 0 < session.epoch < 500
    finish(session, qtbot)
    assert session.epoch == 500


def test_a_step_is_exactly_one_epoch(session: TrainingSession, backend: FakeBackend, qtbot: QtBot):
    backend.steps = 4
    for epoch in (1, 2, 3):
        session.step()
        qtbot.waitUntil(lambda: session.phase is Phase.READY)
        assert session.epoch == backend.epoch == epoch


def test_stop_ends_the_run_and_play_takes_it_up_again(session: TrainingSession, qtbot: QtBot):
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 0)
    with qtbot.waitSignal(session.finished, timeout=1000) as finished:
        session.stop()
    assert finished.args[0].status is Status.STOPPED
    reached = session.epoch
    assert finish(session, qtbot).epoch == 500
    assert 0 < reached < 500


def test_reset_goes_back_without_building_again(session: TrainingSession, backend: FakeBackend, qtbot: QtBot):
    finish(session, qtbot)
    with qtbot.waitSignal(session.run_reset) as reset:
        session.reset()
    assert reset.args[0].epochs == 500
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert (session.epoch, backend.epoch, backend.rewinds, len(backend.opened)) == (0, 0, 1, 1)
    assert finish(session, qtbot).epoch == 500


@pytest.mark.parametrize(
    "change",
    [
        lambda spec: edits.change_optimizer(spec, learning_rate=0.3),
        lambda spec: edits.change_training(spec, epochs=700),
        lambda spec: edits.set_name(spec, "Another name"),
    ],
)
def test_live_settings_do_not_touch_the_run(
    session: TrainingSession, document: Document, backend: FakeBackend, qtbot: QtBot, change: Callable[[ProjectSpec], ProjectSpec]
):
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 0)
    run = session.run_id
    edit(document, change)
    reached = session.epoch
    qtbot.waitUntil(lambda: session.epoch > reached)
    assert (session.run_id, len(backend.opened)) == (run, 1)
    assert session.phase is Phase.TRAINING


def test_the_learning_rate_reaches_the_network(session: TrainingSession, document: Document, backend: FakeBackend, qtbot: QtBot):
    edit(document, lambda spec: edits.change_optimizer(spec, learning_rate=0.3))
    session.step()
    qtbot.waitUntil(lambda: session.epoch == 1)
    assert [spec.training.optimizer.learning_rate for spec in backend.live] == [0.3]


def test_epochs_are_raised_while_training(session: TrainingSession, document: Document, qtbot: QtBot):
    session.play()
    edit(document, lambda spec: edits.change_training(spec, epochs=510))
    assert finish_playing(session, qtbot).epoch == 510


def finish_playing(session: TrainingSession, qtbot: QtBot) -> Finished:
    with qtbot.waitSignal(session.finished) as finished:
        session.set_speed(None)
    return finished.args[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda spec: edits.change_layer(spec, 0, units=7),
        lambda spec: edits.change_training(spec, batch_size=5),
        lambda spec: edits.set_seed(spec, 7),
        lambda spec: edits.change_data(spec, noise=0.3),
    ],
)
def test_everything_else_begins_another_run(
    session: TrainingSession, document: Document, backend: FakeBackend, qtbot: QtBot, change: Callable[[ProjectSpec], ProjectSpec]
):
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 0)
    with qtbot.waitSignal(session.run_reset) as reset:
        edit(document, change)
    assert reset.args[0].epochs > 0
    assert session.epoch == 0
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert [request.spec for request in backend.opened] == [default_project(), document.spec]


def test_a_quick_series_of_edits_builds_one_run(session: TrainingSession, document: Document, backend: FakeBackend, qtbot: QtBot):
    for units in range(5, 9):
        edit(document, lambda spec, units=units: edits.change_layer(spec, 0, units=units))
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert [request.spec.layers[0].units for request in backend.opened] == [4, 8]


def test_the_data_is_loaded_again_only_when_its_settings_change(session: TrainingSession, document: Document, qtbot: QtBot):
    first = session.dataset
    edit(document, lambda spec: edits.change_layer(spec, 0, units=7))
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert session.dataset is first
    edit(document, lambda spec: edits.change_data(spec, noise=0.5))
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert session.dataset is not first


def test_a_project_with_problems_cannot_be_played_until_they_are_mended(session: TrainingSession, document: Document, qtbot: QtBot):
    edit(document, lambda spec: edits.change_layer(spec, 2, units=3))
    qtbot.waitUntil(lambda: session.phase is Phase.BLOCKED)
    assert not session.can_train
    session.play()
    assert not session.wants_to_train
    document.stack.undo()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert finish(session, qtbot).epoch == 500


def test_play_before_tensorflow_is_there_is_kept(document: Document, backend: FakeBackend, qtbot: QtBot):
    imported = threading.Event()

    def slow_import() -> FakeBackend:
        assert imported.wait(5)
        return backend

    session = TrainingSession(document, slow_import)
    session.start()
    try:
        qtbot.waitUntil(lambda: session.dataset is not None)
        session.play()
        assert (session.engine, session.phase, session.wants_to_train) == (Engine.LOADING, Phase.PREPARING, True)
        imported.set()
        qtbot.waitUntil(lambda: session.epoch > 0)
    finally:
        session.close()


def test_a_failed_import_is_said_in_words(document: Document, qtbot: QtBot):
    def no_import() -> FakeBackend:
        raise ImportError("no module named tensorflow")

    session = TrainingSession(document, no_import)
    try:
        with qtbot.waitSignal(session.failed) as failed:
            session.start()
        assert "TensorFlow cannot be used" in failed.args[0]
        assert session.engine is Engine.MISSING
        assert not session.can_train
    finally:
        session.close()


def test_data_that_is_not_to_be_had_is_said_in_words(document: Document, backend: FakeBackend, qtbot: QtBot):
    def unavailable(*_: Any) -> Any:
        raise DataUnavailable("mnist: no network.")

    session = TrainingSession(document, lambda: backend, unavailable)
    try:
        with qtbot.waitSignal(session.failed) as failed:
            session.start()
        assert failed.args[0] == "mnist: no network."
        assert (session.phase, backend.opened) == (Phase.FAILED, [])
    finally:
        session.close()


def test_an_engine_error_ends_the_run_and_an_edit_begins_another(
    session: TrainingSession, document: Document, backend: FakeBackend, qtbot: QtBot
):
    backend.fail_at = 20
    session.set_speed(None)
    with qtbot.waitSignal(session.failed) as failed:
        session.play()
    assert failed.args[0] == "The scripted network failed, as it was told to."
    assert session.phase is Phase.FAILED
    backend.fail_at = None
    edit(document, lambda spec: edits.change_layer(spec, 0, units=5))
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert finish(session, qtbot).epoch == 500


def test_a_diverged_run_starts_again_with_play(session: TrainingSession, backend: FakeBackend, qtbot: QtBot):
    backend.diverge_at = 30
    assert finish(session, qtbot).status is Status.DIVERGED
    backend.diverge_at = None
    assert finish(session, qtbot).status is Status.COMPLETED
    assert backend.rewinds == 1


def test_one_picture_is_asked_for_at_a_time(start_session: Callable[[], TrainingSession], backend: FakeBackend, qtbot: QtBot):
    session = start_session()
    session.probe_source = lambda: ProbeRequest(grid=8)
    seen: list[Snapshot] = []
    session.snapshot_taken.connect(seen.append)
    finish(session, qtbot)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].epoch == 500)
    assert len(seen) <= len(backend.probes)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(("attentive", "looks"), [(1000.0, False), (0.0, True)])
def test_while_a_hand_asks_looks_wait(
    start_session: Callable[[], TrainingSession], backend: FakeBackend, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
    attentive: float, looks: bool, training: bool,
):  # fmt: skip
    session = start_session()
    monkeypatch.setattr("nnplayground.ui.worker.ATTENTIVE", attentive)
    answers: list[object] = []

    def ask() -> None:
        count = len(answers)
        session.ask(lambda _backend: count, lambda result, _error: answers.append(result), by_hand=True)
        qtbot.waitUntil(lambda: len(answers) > count)

    ask()
    if training:
        session.play()
        ask()
    session.probe_source = lambda: ProbeRequest(grid=8)
    before = len(backend.probes)
    session.refresh()
    for _ in range(5):  # the worker has had its turns when it has answered
        ask()
    if looks:
        qtbot.waitUntil(lambda: len(backend.probes) > before)
    else:
        assert len(backend.probes) == before
    if training:  # it goes on, and Pause means now
        qtbot.waitUntil(lambda: session.epoch > 0)
        session.pause()
        qtbot.waitUntil(lambda: session.phase in (Phase.READY, Phase.FINISHED))


def test_an_examination_is_seen_while_pictures_go_on(start_session: Callable[[], TrainingSession], backend: FakeBackend, qtbot: QtBot):
    backend.examine_pieces = 4
    session = start_session()
    session.probe_source = lambda: ProbeRequest(grid=8, examine=True)
    seen: list[Snapshot] = []
    session.snapshot_taken.connect(seen.append)
    session.play()
    qtbot.waitUntil(lambda: any(shot.examination is not None for shot in seen) and session.epoch > 0)
    assert all(shot.output_map is not None for shot in seen)
    session.pause()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    qtbot.waitUntil(lambda: seen[-1].epoch == session.epoch and seen[-1].examination is not None)


def test_a_view_gets_a_picture_while_nothing_trains(session: TrainingSession, qtbot: QtBot):
    session.probe_source = lambda: ProbeRequest(grid=8)
    with qtbot.waitSignal(session.snapshot_taken) as taken:
        session.refresh()
    assert taken.args[0].output_map.shape == (8, 8, 1)
    session.probe_source = lambda: ProbeRequest(weights=True)
    with qtbot.waitSignal(session.snapshot_taken) as taken:
        session.refresh()
    assert taken.args[0].output_map is None


def test_no_picture_is_computed_when_nobody_looks(session: TrainingSession, backend: FakeBackend, qtbot: QtBot):
    finish(session, qtbot)
    assert backend.probes == []


def test_test_numbers_are_told_at_the_start_and_at_the_end(session: TrainingSession, qtbot: QtBot):
    told: list[dict[str, float]] = []
    session.measured.connect(lambda _train, test: told.append(test))
    finish(session, qtbot)
    qtbot.waitUntil(lambda: bool(told) and told[-1]["accuracy"] == pytest.approx(0.95 - 1 / 102))


def test_speed_limits_the_epochs(session: TrainingSession, qtbot: QtBot):
    session.set_speed(1.0)
    session.play()
    qtbot.waitUntil(lambda: session.epoch == 1)
    with qtbot.waitSignal(session.phase_changed):
        session.pause()
    assert session.epoch == 1


def test_a_run_from_a_file_goes_on_where_it_stopped(session: TrainingSession, document: Document, backend: FakeBackend, qtbot: QtBot):
    history = History()
    history.append({"loss": np.linspace(1, 0.5, 40)}, 1)
    session.resume_with(Resume(session._document.spec, history, dump_state(RunState(40, (np.array([1.0]),)))))
    document.open(default_project())
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert (session.epoch, backend.epoch) == (40, 40)
    session.step()
    qtbot.waitUntil(lambda: session.epoch == 41)


def test_a_broken_state_is_said_in_words(session: TrainingSession, document: Document, qtbot: QtBot):
    session.resume_with(Resume(session._document.spec, History(), b"not an archive"))
    with qtbot.waitSignal(session.failed) as failed:
        document.open(default_project())
    assert failed.args[0].startswith("The saved training state cannot be read")
    session.reset()  # without it
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert session.epoch == 0


def test_a_job_has_the_network_and_its_result_comes_back(session: TrainingSession, qtbot: QtBot):
    answers: list[tuple[object, str]] = []
    session.ask(lambda backend: backend.epoch, lambda result, error: answers.append((result, error)))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [(0, "")]


def test_a_job_that_fails_unexpectedly_is_answered_too(session: TrainingSession, qtbot: QtBot, caplog: pytest.LogCaptureFixture):
    answers: list[tuple[object, str]] = []
    session.ask(lambda backend: 1 // backend.epoch, lambda result, error: answers.append((result, error)))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [(None, "Unexpected ZeroDivisionError: integer division or modulo by zero")]
    assert "A job of the window failed" in caplog.text
    session.step()  # and the thread lives on
    qtbot.waitUntil(lambda: session.epoch == 1)


def test_closing_while_training_ends_both_threads(session: TrainingSession, qtbot: QtBot):
    session.set_speed(None)
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 0)
    session.close()
    assert not any(thread.isRunning() for thread in session._crew.threads)


def test_facts_come_from_the_registry(document: Document):
    assert document.analysis.facts == facts(document.spec.data)


def test_what_a_file_brought_is_dropped_when_its_network_is_changed_at_once(
    start_session: Callable[[], TrainingSession], document: Document, qtbot: QtBot
):
    session = start_session()
    history = History()
    history.append({"loss": [1.0, 0.5]}, 1)
    session.resume_with(Resume(document.spec, history, b"weights of another network"))
    document.apply(Edit("units", lambda spec: edits.change_layer(spec, 0, units=7)))
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert session.epoch == 0


def test_an_edit_before_the_start_begins_one_run(document: Document, backend: FakeBackend, qtbot: QtBot):
    session = TrainingSession(document, lambda: backend)
    edit(document, lambda spec: edits.change_layer(spec, 0, units=7))
    session.start()
    try:
        session.play()
        qtbot.waitUntil(lambda: session.epoch > 0)
        assert len(backend.opened) == 1
    finally:
        session.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda spec: edits.change_training(spec, shuffle=False),
        lambda spec: edits.change_training(spec, stop_when={"metric": "loss", "below": 0.0001}),
        lambda spec: edits.change_training(spec, early_stopping={"monitor": "loss", "patience": 400}),
        lambda spec: edits.change_training(spec, reduce_lr_on_plateau={"monitor": "loss", "patience": 400}),
    ],
)
def test_settings_of_the_run_reach_the_network_while_it_trains(
    session: TrainingSession, document: Document, backend: FakeBackend, qtbot: QtBot, change: Callable[[ProjectSpec], ProjectSpec]
):
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 0)
    edit(document, change)
    reached = session.epoch
    qtbot.waitUntil(lambda: session.epoch > reached)
    assert (session.phase, backend.live, len(backend.opened)) == (Phase.TRAINING, [document.spec], 1)


def test_a_rule_that_is_set_while_training_ends_the_run(session: TrainingSession, document: Document, backend: FakeBackend, qtbot: QtBot):
    backend.most = 1
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 0)
    edit(document, lambda spec: edits.change_training(spec, stop_when={"metric": "loss", "below": 0.02}))
    finished = finish_playing(session, qtbot)
    assert (finished.status, finished.epoch) == (Status.STOPPED, 491)  # 1 / (1 + 0.1 * 491) is the first below
    assert finished.reason.startswith("Stopped after epoch 491: loss is")


def test_what_the_rules_counted_is_kept_when_another_rule_is_set(
    session: TrainingSession, document: Document, backend: FakeBackend, qtbot: QtBot
):
    edit(document, lambda spec: edits.change_training(spec, stop_when={"metric": "loss", "below": 0.00001}))
    session.step()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    backend.memory.counters["early_stopping.wait"] = 3.0
    edit(document, lambda spec: edits.change_training(spec, stop_when=None))
    session.step()
    qtbot.waitUntil(lambda: session.epoch == 2)
    assert backend.memory.counters == {"early_stopping.wait": 3.0}


def test_reset_forgets_what_the_rules_counted_and_takes_the_present_settings(
    session: TrainingSession, document: Document, backend: FakeBackend, qtbot: QtBot
):
    session.step()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    edit(document, lambda spec: edits.change_optimizer(spec, learning_rate=0.3))
    backend.memory.counters["early_stopping.wait"] = 3.0
    session.reset()
    qtbot.waitUntil(lambda: session.phase is Phase.READY and session.epoch == 0)
    assert (backend.rewinds, backend.memory.counters, backend.live[-1]) == (1, {}, document.spec)
    assert session.run.started is not None
    assert session.run.started.how == "scripted, for tests"


def test_epochs_below_the_present_one_end_the_run_at_once(session: TrainingSession, document: Document, qtbot: QtBot):
    session.set_speed(30.0)
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 2)
    session.set_speed(1.0)
    with qtbot.waitSignal(session.finished, timeout=500) as finished:  # and not when the next epoch is due
        edit(document, lambda spec: edits.change_training(spec, epochs=2))
    assert finished.args[0].status is Status.COMPLETED
    assert session.epoch > 2


def test_a_live_setting_that_is_a_problem_makes_the_run_wait_and_not_begin_anew(
    session: TrainingSession, document: Document, backend: FakeBackend, qtbot: QtBot
):
    session.play()
    qtbot.waitUntil(lambda: session.epoch > 0)
    edit(document, lambda spec: edits.change_training(spec, stop_when={"metric": "no such number", "below": 0.1}))
    assert document.analysis.errors
    assert (session.phase, session.can_train) == (Phase.BLOCKED, False)
    document.stack.undo()
    reached = session.epoch
    assert session.phase is Phase.READY
    assert finish(session, qtbot).epoch == 500
    assert (len(backend.opened), reached > 0) == (1, True)


def test_a_picture_that_takes_long_is_asked_for_again_until_it_is_there(session: TrainingSession, backend: FakeBackend, qtbot: QtBot):
    backend.probe_pieces = 4
    session.probe_source = lambda: ProbeRequest(grid=8)
    with qtbot.waitSignal(session.snapshot_taken):
        session.refresh()
    assert len(backend.probes) == 4
    assert len({id(request) for request in backend.probes}) == 1


def test_training_does_not_wait_for_a_picture_that_takes_long(session: TrainingSession, backend: FakeBackend, qtbot: QtBot):
    backend.probe_pieces = 10_000
    session.probe_source = lambda: ProbeRequest(grid=8)
    assert finish(session, qtbot).epoch == 500


def test_commands_come_between_the_pieces_of_a_measurement(session: TrainingSession, backend: FakeBackend, qtbot: QtBot):
    session.step()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    backend.test_pieces = 1_000_000_000
    session.stop()
    qtbot.waitUntil(lambda: backend.measured.count(Split.TEST) > 20)
    session.step()
    qtbot.waitUntil(lambda: session.epoch == 2)
    assert backend.epoch == 2


def test_test_numbers_that_take_long_come_after_the_end(session: TrainingSession, backend: FakeBackend, qtbot: QtBot):
    told: list[dict[str, float]] = []
    session.measured.connect(lambda _train, test: told.append(test))
    backend.test_pieces = 50
    finish(session, qtbot)
    qtbot.waitUntil(lambda: bool(told) and told[-1]["accuracy"] == pytest.approx(0.95 - 1 / 102))


def test_what_is_odd_about_a_run_is_said(document: Document, qtbot: QtBot):
    session = TrainingSession(document, lambda: FakeBackend(warnings=("Class 7 has one sample.",)))
    try:
        with qtbot.waitSignal(session.noted) as noted:
            session.start()
        assert noted.args == ["Class 7 has one sample.", "warn"]
    finally:
        session.close()


def test_within_an_epoch_its_numbers_so_far_are_told(session: TrainingSession, backend: FakeBackend, qtbot: QtBot):
    backend.steps = 1_000_000
    told: list[dict[str, float]] = []
    session.measured.connect(lambda train, _test: told.append(train))
    session.play()
    qtbot.waitUntil(lambda: session.run.progress > 0)
    assert (session.epoch, told[-1], session.run.is_within) == (0, {"loss": 1.0}, True)
    session.stop()
    qtbot.waitUntil(lambda: session.phase is Phase.FINISHED)
    assert session.run.progress > 0  # it goes on from there


@pytest.mark.parametrize("rate", [None, 300.0, 1.0])
def test_pulls_are_as_large_as_thirty_a_second_allow_at_every_speed(rate: float | None) -> None:
    speed = Speed(rate)
    assert speed.seconds(speed.epochs) >= INTERVAL
    assert speed.seconds(1) == pytest.approx(1 / (rate or FASTEST))
