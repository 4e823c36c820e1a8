"""Curves of a run as files."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

from nnplayground.core.history import History
from nnplayground.core.smoothing import smoothed
from nnplayground.plotting.curves import curves_figure, save_figure

MAGIC = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


def history(**columns: list[float]) -> History:
    result = History()
    if columns:
        result.append(columns, 1)
    return result


@pytest.mark.parametrize("ending", MAGIC)
def test_every_kind_of_file(tmp_path: Path, ending: str):
    path = tmp_path / f"c{ending}"
    save_figure(curves_figure(history(loss=[1.0, 0.5], val_loss=[1.1, 0.7]), "A run"), path)
    assert path.read_bytes().startswith(MAGIC[ending])
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_panel_for_each_number_training_and_validation_together():
    figure = curves_figure(history(loss=[3, 2, 1], val_loss=[4, 3, 2], accuracy=[0.1, 0.2, 0.3]), "Title")
    loss, accuracy = figure.axes
    assert [line.get_label() for line in loss.lines] == ["training", "validation"]
    assert loss.lines[0].get_xydata().tolist() == [[1, 3], [2, 2], [3, 1]]
    assert (loss.get_title(), accuracy.get_title()) == ("loss", "accuracy")
    assert accuracy.get_legend() is None
    assert figure.get_suptitle() == "Title"


def test_a_single_epoch_can_be_seen():
    assert curves_figure(history(loss=[1.0]), "").axes[0].lines[0].get_marker() == "o"


def test_a_long_run_keeps_its_peaks():
    values = [1.0] * 100_000
    values[77_777] = 9.0
    (line,) = curves_figure(history(loss=values), "").axes[0].lines
    assert len(line.get_xdata()) < 5_000
    assert [77_778.0, 9.0] in line.get_xydata().tolist()


@pytest.mark.parametrize("title", ["$", "$x^$", r"\frac", "中文", "a_b {c}", ""])
@pytest.mark.parametrize("columns", [{}, {"loss": [float("nan"), float("inf")]}, {"loss": [1e-300, 1e300]}])
def test_no_title_and_no_history_breaks_it(tmp_path: Path, title: str, columns: dict[str, list[float]]):
    save_figure(curves_figure(history(**columns), title), tmp_path / "c.png")
    assert (tmp_path / "c.png").stat().st_size > 0


def test_a_folder_that_is_a_file(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError, match="file"):
        save_figure(curves_figure(history(loss=[1.0]), ""), tmp_path / "file" / "c.png")


def test_folds_are_thin_and_their_mean_is_not():
    folds = [history(loss=[4.0, 2.0, 1.0], val_loss=[5.0, 3.0, 2.0]), history(loss=[6.0, 4.0], val_loss=[7.0, 9.0])]
    (axes,) = curves_figure(history(loss=[3.0, 1.0]), "", folds).axes
    thin = [line for line in axes.lines if line.get_linewidth() < 1]
    assert [line.get_ydata().tolist() for line in thin] == [[4, 2, 1], [6, 4], [5, 3, 2], [7, 9]]
    named = {line.get_label(): line.get_xydata().tolist() for line in axes.lines if line not in thin}
    assert named == {
        "training, mean of 2 folds": [[1, 5], [2, 3]],
        "training, all samples": [[1, 3], [2, 1]],
        "validation, mean of 2 folds": [[1, 6], [2, 6]],
    }
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list(named)


def test_folds_without_a_last_run_have_their_panels():
    figure = curves_figure(history(), "", [history(loss=[2.0], mae=[1.0], val_loss=[3.0], val_mae=[2.0])])
    assert [axes.get_title() for axes in figure.axes] == ["loss", "mae"]
    assert all(line.get_marker() == "o" for axes in figure.axes for line in axes.lines)


def test_smoothed_curves_keep_what_was_measured_behind_them() -> None:
    history = History()
    values = np.random.default_rng(1).uniform(0.1, 1.0, 50)
    history.append({"loss": values, "val_loss": values / 2, "accuracy": values, "learning_rate": np.full(50, 0.01)}, 1)
    figure = curves_figure(history, "", names=("loss",), smoothing=0.6, log=True)
    (axes,) = figure.axes
    assert axes.get_yscale() == "log"
    lines = {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}
    assert lines["training"].get_ydata() == pytest.approx(smoothed(values, 0.6)[0])
    assert lines["validation"].get_ydata() == pytest.approx(smoothed(values / 2, 0.6)[0])
    pale = [line for line in axes.lines if (line.get_alpha() or 1) < 0.5]
    assert [line.get_ydata().tolist() for line in pale] == [values.tolist(), (values / 2).tolist()]


def test_letters_are_those_of_the_window(tmp_path: Path):
    mpl.rcParams["svg.fonttype"] = "none"
    try:
        save_figure(curves_figure(history(loss=[1.0, 0.5], val_loss=[1.1, 0.7]), "A run"), tmp_path / "c.svg")
    finally:
        mpl.rcParams["svg.fonttype"] = "path"
    texts = re.findall(r"<text[^>]*>", (tmp_path / "c.svg").read_text())
    assert len(texts) > 8  # ticks, too
    assert all("Inter" in text for text in texts)
