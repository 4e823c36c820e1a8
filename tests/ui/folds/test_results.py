"""What the folds come to: means, scores, units, tables."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from nnplayground.core import edits
from nnplayground.core.analysis import analyse
from nnplayground.core.history import History, mean_of
from nnplayground.core.presets import recommended
from nnplayground.core.smoothing import smoothed
from nnplayground.data.registry import facts
from nnplayground.engine.events import Status
from nnplayground.ui.folds.results import FoldRun, Results, Score
from nnplayground.ui.folds.scores import score_text


def history(level: float, epochs: int) -> History:
    made, e = History(), np.arange(1, epochs + 1)
    value = level + 10 / e + 0.2 * np.cos(e)
    made.append({"loss": value**2, "mae": value, "val_loss": value**2 + 1, "val_mae": value + 0.5}, 1)
    return made


def results() -> Results:
    """Four folds of Boston: three to their end, one that stopped early, one that diverged."""
    spec = edits.change_training(recommended("boston_housing"), k_fold=4, epochs=30)
    made = Results(analyse(spec, facts(spec.data)))
    for level, epochs, status in ((2, 30, Status.COMPLETED), (3, 20, Status.STOPPED), (4, 5, Status.DIVERGED), (5, 30, Status.COMPLETED)):
        score = {} if status is Status.DIVERGED else {"loss": level**2, "mae": float(level)}
        made.runs.append(FoldRun(history(level, epochs), status, "", score))
    return made


def test_the_mean_is_of_the_folds_that_did_not_diverge_as_far_as_all_of_them_went():
    made = results()
    expected = mean_of([made.runs[i].history for i in (0, 1, 3)])
    assert made.mean.epochs == 20
    np.testing.assert_array_equal(made.mean.values("val_mae"), expected.values("val_mae"))
    np.testing.assert_allclose(made.smoothed(0.8).values("val_mae"), smoothed(expected.values("val_mae"), 0.8)[0])
    assert made.score("mae") == Score(pytest.approx(10 / 3), pytest.approx(np.std([2, 3, 5])), 3)
    epoch, value = made.best("mae")
    assert value == expected.values("val_mae").min() == expected.values("val_mae")[epoch - 1]


def test_a_fold_that_is_under_way_or_was_called_off_counts_in_no_mean():
    made = results()
    before = made.mean.epochs
    made.runs[0].status = None
    made.runs[3].status = Status.CANCELLED
    assert [run.is_sound for run in made.runs] == [False, True, False, False]
    assert (before, made.mean.epochs) == (20, 20)
    np.testing.assert_array_equal(made.mean.values("val_mae"), made.runs[1].history.values("val_mae"))


def test_numbers_are_in_the_targets_unit():
    made = results()
    assert [made.unit(name) for name in ("mae", "rmse", "mse", "loss")] == ["thousand dollars"] * 2 + ["(thousand dollars)²", ""]


@pytest.mark.parametrize(("name", "score", "text"), [
    ("mae", Score(2.3793, 0.1853, 4), "2.379 ± 0.19"), ("accuracy", Score(0.9162, 0.0081, 4), "91.6 ± 0.8 %"),
    ("mae", Score(2.0, 0.0, 1), "2.000"),
])  # fmt: skip
def test_a_score_with_its_deviation(name: str, score: Score, text: str):
    assert score_text(name, score) == text


def test_more_is_better_for_accuracy():
    spec = edits.change_training(recommended("circle"), k_fold=2)
    made = Results(analyse(spec, facts(spec.data)))
    for _ in range(2):
        run = History()
        run.append({"val_accuracy": [0.5, 0.9, 0.7], "val_loss": [3.0, 2.0, 1.0]}, 1)
        made.runs.append(FoldRun(run, Status.COMPLETED, "", {"accuracy": 0.7}))
    assert made.best("accuracy") == (2, 0.9)
    assert made.best("loss") == (3, 1.0)


def test_the_tables_hold_everything_in_full_precision():
    made = results()
    rows = list(csv.DictReader(io.StringIO(made.curves_table(0.8).csv())))
    assert len(rows) == 30
    assert float(rows[7]["fold_4_val_mae"]) == made.runs[3].history.values("val_mae")[7]
    assert float(rows[7]["mean_val_mae"]) == made.mean.values("val_mae")[7]
    assert float(rows[7]["smoothed_val_mae"]) == made.smoothed(0.8).values("val_mae")[7]
    assert rows[5]["fold_3_val_mae"] == rows[20]["mean_val_mae"] == ""  # diverged after 5; one fold stopped after 20
    scores = made.scores_table()
    assert [row[:3] for row in scores.rows] == [
        (1, "completed", 30), (2, "stopped", 20), (3, "diverged", 5), (4, "completed", 30), ("mean", "", ""), ("deviation", "", ""),
    ]  # fmt: skip
    assert scores.rows[2][3:] == ("", "")


def test_which_changes_make_other_folds():
    made = results()
    spec = made.analysis.spec
    assert made.is_of(edits.set_name(spec, "Another"))
    others = (edits.change_training(spec, k_fold=5), edits.change_training(spec, epochs=31), edits.set_seed(spec, 1))
    assert not any(made.is_of(other) for other in others)
