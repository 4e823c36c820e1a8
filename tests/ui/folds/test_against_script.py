"""The window's folds with real TensorFlow: the numbers of `--script`, and an open run that is as if there had been none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnplayground.cli import main
from nnplayground.core.recipe import parse_recipe
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.registry import facts
from nnplayground.engine.events import Array, Status
from nnplayground.engine.loader import create_backend
from nnplayground.ui.document import Document
from nnplayground.ui.folds.course import FoldCourse
from nnplayground.ui.run import Phase
from nnplayground.ui.session import TrainingSession

LINE = """
data = "line"
layers = [{ type = "Dense", units = 1, kernel_initializer = "zeros" }]
[training]
optimizer = { type = "SGD", learning_rate = 0.2 }
batch_size = 6
epochs = 600
k_fold = 6
"""
"""Without one of the two points that are farthest out the others are learnt; with both the rate is too high."""
CIRCLE = """
data = "circle"
layers = [
    { type = "Dense", units = 4, activation = "tanh" }, { type = "Dropout", rate = 0.2 },
    { type = "Dense", units = 1, activation = "sigmoid" },
]
[training]
epochs = 12
k_fold = 3
early_stopping = { monitor = "val_loss", patience = 3, restore_best_weights = true }
"""


class Desk:
    """A session and its folds, without a window."""

    def __init__(self, spec: ProjectSpec) -> None:
        self.document = Document(spec, facts)
        self.session = TrainingSession(self.document, create_backend)
        self.course = FoldCourse(self.document, self.session, create_backend)
        self.session.start()

    def close(self) -> None:
        self.course.close()
        self.session.close()

    def weights(self, qtbot: QtBot) -> tuple[Array, ...]:
        """Those of the open run."""
        came: list[object] = []
        self.session.ask(lambda backend: backend.weights(), lambda result, _error: came.append(result))
        qtbot.waitUntil(lambda: bool(came))
        assert isinstance(came[0], tuple)
        return came[0]


@pytest.fixture
def desks(qtbot: QtBot) -> Iterator[list[Desk]]:
    made: list[Desk] = []
    yield made
    for desk in made:
        desk.close()


def script(recipe: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    path = tmp_path / "folds.toml"
    path.write_text(recipe)
    main(["--script", str(path), "--json", "--quiet", "--out", str(tmp_path / "out")])
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(result, dict)
    return result


@pytest.mark.parametrize("recipe", [LINE, CIRCLE], ids=["some diverge", "early stopping"])
def test_the_numbers_are_those_of_the_script(
    recipe: str, qtbot: QtBot, desks: list[Desk], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    desks.append(desk := Desk(parse_recipe(recipe)))
    session, course = desk.session, desk.course
    qtbot.waitUntil(lambda: session.phase is Phase.READY, timeout=60_000)
    course.start()
    qtbot.waitUntil(lambda: not course.running, timeout=120_000)
    assert not course.failed, course.ending
    assert course.results is not None
    expected = script(recipe, tmp_path, capsys)
    folds = expected["folds"]
    assert isinstance(folds, list)
    assert [run.status.value for run in course.results.runs if run.status] == [fold["status"] for fold in folds]
    for run, fold in zip(course.results.runs, folds, strict=True):
        assert run.reason == fold["reason"]
        assert set(run.history.names) == set(fold["history"])
        for name, values in fold["history"].items():
            there = [np.nan if v is None else v for v in values]
            np.testing.assert_array_equal(np.where(np.isfinite(run.history.values(name)), run.history.values(name), np.nan), there)
        if run.status is not Status.DIVERGED:
            assert run.score == fold["score"]
    mean = expected["mean_history"]
    assert isinstance(mean, dict)
    for name, values in mean.items():
        np.testing.assert_array_equal(course.results.mean.values(name), values)


def test_the_open_run_does_not_notice_the_folds(qtbot: QtBot, desks: list[Desk]):
    """With dropout, so that random numbers, too, have to be the run's own."""
    ends = []
    for with_folds in (False, True):
        desks.append(desk := Desk(parse_recipe(CIRCLE)))
        session = desk.session
        qtbot.waitUntil(lambda s=session: s.phase is Phase.READY, timeout=60_000)
        for epoch in (1, 2, 3, 4):
            session.step()
            qtbot.waitUntil(lambda s=session, e=epoch: s.phase is Phase.READY and s.epoch == e)
            if epoch == 2 and with_folds:
                desk.course.start()
                qtbot.waitUntil(lambda c=desk.course: not c.running, timeout=120_000)
                assert desk.course.results is not None
                assert len(desk.course.results.sound) == 3
        ends.append((session.history.values("loss").tolist(), desk.weights(qtbot)))
    assert ends[0][0] == ends[1][0]
    for alone, beside in zip(ends[0][1], ends[1][1], strict=True):
        np.testing.assert_array_equal(alone, beside)
