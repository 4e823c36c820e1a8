"""A project that was written by hand knows no hash of its file: saving adds that of what was read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from data.own.making import pictures
from pytestqt.qtbot import QtBot

from nnplayground.core.project_file import read_project
from nnplayground.data.hashes import hash_of
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.run import Phase

RECIPE = """
[data]
name = "{name}"
path = "{path}"
[[layers]]
type = "Flatten"
[[layers]]
type = "Dense"
units = 3
activation = "softmax"
"""


def table(folder: Path) -> Path:
    (folder / "flowers.csv").write_text("length,width,kind\n" + "".join(f"{i % 3},{i % 7},{'abc'[i % 3]}\n" for i in range(60)))
    return folder / "flowers.csv"


def arrays(folder: Path) -> Path:
    np.savez(folder / "flowers.npz", x=np.random.default_rng(0).random((60, 4)), y=np.arange(60) % 3)
    return folder / "flowers.npz"


def folder_of_pictures(folder: Path) -> Path:
    return pictures(folder / "birds")


@pytest.mark.parametrize(("name", "make"), [("csv", table), ("arrays", arrays), ("images", folder_of_pictures)])
def test_saving_adds_the_hash(
    make_window: Callable[[], MainWindow], qtbot: QtBot, tmp_path: Path, name: str, make: Callable[[Path], Path]
) -> None:
    window, path = make_window(), make(tmp_path)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE.format(name=name, path=path.name))
    window.files.open_file(recipe)
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.session.dataset is not None)
    with qtbot.waitSignal(window.files.said):
        window.files._write(tmp_path / "saved.nnp", None)
    saved = read_project(tmp_path / "saved.nnp").spec.data
    assert len(saved.sha256) == 64
    assert path.is_dir() or saved.sha256 == hash_of(path)
    assert not window.document.modified
    window.files.open_file(tmp_path / "saved.nnp")
    qtbot.waitUntil(lambda: window.session.phase is Phase.READY and window.session.dataset is not None)
    assert not window.session.dataset.notes, "it is the file that the project was saved with"
