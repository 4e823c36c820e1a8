"""The figure of a sweep: seeds together, the best on top, and what has no numbers is told so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnplayground.core.history import History
from nnplayground.plotting.comparison import MAX_SETTINGS, Compared, comparison_figure
from nnplayground.plotting.curves import save_figure


def run(rate: float, seed: int, loss: float, *, validation: bool = False) -> Compared:
    history = History()
    logs = {"loss": [2 * loss, loss], "accuracy": [0.5, 1 - loss]}
    history.append(logs | ({f"val_{n}": v for n, v in logs.items()} if validation else {}), 1)
    return Compared({"training.optimizer.learning_rate": rate, "seed": seed}, history, {"loss": loss} if np.isfinite(loss) else {})


def labels(figure) -> list[str]:
    return [label.get_text() for label in figure.axes[2].get_yticklabels()]


def test_seeds_share_a_line_and_the_best_is_on_top():
    figure = comparison_figure([run(0.1, 1, 0.4), run(0.1, 2, 0.6), run(0.2, 1, 0.1), run(0.2, 2, 0.2)], "a $ title")
    assert labels(figure) == ["learning_rate 0.2", "learning_rate 0.1"]
    curves, ends = figure.axes[0], figure.axes[2]
    assert (curves.get_title(), ends.get_title()) == ("loss", "loss, test set (less is better)")
    assert figure.axes[3].get_title() == "accuracy, last epoch (more is better)"
    assert len(curves.lines) == 6  # of both settings the two seeds, and their mean
    np.testing.assert_allclose(curves.lines[2].get_ydata(), [0.3, 0.15])
    np.testing.assert_allclose([d.get_offsets()[:, 0].tolist() for d in ends.collections[::2]], [[0.1, 0.2], [0.4, 0.6]])


def test_where_only_the_seed_is_tried_that_is_compared():
    runs = [Compared({"seed": seed}, run(1, 1, 0.1 * seed).history, {"loss": 0.1 * seed}) for seed in (2, 1)]
    assert labels(comparison_figure(runs, "t")) == ["seed 1", "seed 2"]


def test_curves_are_of_validation_where_it_was_measured():
    figure = comparison_figure([run(0.1, 1, 0.4, validation=True)], "t")
    assert [axes.get_title() for axes in figure.axes[:2]] == ["val_loss", "val_accuracy"]


def test_a_setting_without_a_number_says_so():
    figure = comparison_figure([run(0.1, 1, 0.4), run(9.0, 1, np.nan)], "t")
    assert labels(figure) == ["learning_rate 0.1", "learning_rate 9.0"]
    assert [text.get_text() for text in figure.axes[2].texts] == ["no finite number"]


def test_of_many_settings_the_best_are_shown():
    figure = comparison_figure([run(rate, 1, rate / 1000) for rate in range(1, 200)], "t")
    assert len(labels(figure)) == MAX_SETTINGS
    assert labels(figure)[0] == "learning_rate 1"
    assert figure.get_suptitle() == f"t (the best {MAX_SETTINGS} of 199 settings)"


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_every_kind_of_file(tmp_path: Path, ending: str, start: bytes):
    long = Compared({"name": "$x^ 数" * 40}, run(0.1, 1, 0.4).history, {})
    save_figure(comparison_figure([run(0.1, 1, 0.4), long], "数 $x^"), tmp_path / f"c.{ending}")
    assert (tmp_path / f"c.{ending}").read_bytes().startswith(start)
