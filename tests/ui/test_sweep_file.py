"""The window and recipes with a sweep: it shows the one project, says so, and loses nothing."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import read_project
from nnplayground.core.recipe import to_toml
from nnplayground.ui.edit import Edit
from nnplayground.ui.main_window import MainWindow

SWEEP = "\n[sweep]\ngrid = { seed = [1, 2, 3] }\n"


def test_a_recipe_with_a_sweep_is_opened_as_one_project_and_keeps_its_sweep(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(to_toml(default_project()) + SWEEP, encoding="utf-8")
    with qtbot.waitSignal(window.files.said) as said:
        window.files.open_file(path)
    assert said.args == ["r.toml holds a sweep of 3 runs. The tab Runs trains them; until then it is one project."]
    assert window.document.spec == default_project()
    window.document.apply(Edit("units", lambda spec: edits.change_layer(spec, 0, units=7)))
    with qtbot.waitSignal(window.files.said):
        window.files.save()
    again = read_project(path)
    assert again.spec.layers[0].units == 7  # type: ignore[attr-defined]
    assert again.sweep is not None
    assert again.sweep.sweep.plain() == {"grid": {"seed": [1, 2, 3]}}


def test_another_project_has_not_the_sweep_of_the_one_before(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(to_toml(default_project()) + SWEEP, encoding="utf-8")
    window.files.open_file(tmp_path / "r.toml")
    window.files.new()
    assert window.files.sweep is None
