"""`[sweep]`: which runs it makes, what is wrong with one, and that it stays with its project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nnplayground.core.project_file import read_project, write_project
from nnplayground.core.recipe import Mistake, RecipeError, build_spec, parse_recipe, parse_variations
from nnplayground.core.sweep import MAX_SWEEP_RUNS
from nnplayground.core.sweep_plan import MAX_MISTAKES, PlannedRun, file_name, plan, short_names, titled

XOR = """
name = "xor"
seed = 7
data = "xor"
layers = [{ type = "Dense", units = 4, activation = "tanh" }, { type = "Dense", units = 1, activation = "sigmoid" }]
[training]
optimizer = "adam"
"""


def planned(sweep: str) -> tuple[PlannedRun, ...]:
    variations = parse_variations(XOR + sweep)[1]
    assert variations is not None
    return plan(variations, "r.toml")


def complaints(sweep: str) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        planned(sweep)
    return [str(m) for m in caught.value.mistakes]


def test_a_grid_is_every_combination_and_its_last_place_changes_first():
    runs = planned('[sweep]\ngrid = { "training.optimizer.learning_rate" = [0.01, 0.1], seed = [1, 2, 3] }')
    assert [(r.spec.training.optimizer.learning_rate, r.spec.seed) for r in runs] == [(rate, s) for rate in (0.01, 0.1) for s in (1, 2, 3)]
    assert {r.spec.training.optimizer.type for r in runs} == {"Adam"}
    assert {r.spec.layers for r in runs} == {parse_recipe(XOR).layers}


def test_a_list_is_tried_with_every_combination_of_the_grid():
    listed = '[{ "layers[0].units" = 2 }, { "layers[0].units" = 8, data = { name = "or" } }]'
    runs = planned(f"[sweep]\nlist = {listed}\ngrid = {{ seed = [1, 2] }}")
    found = [(r.spec.layers[0].units, r.spec.data.name, r.spec.seed) for r in runs]  # type: ignore[attr-defined]
    assert found == [(2, "xor", 1), (2, "xor", 2), (8, "or", 1), (8, "or", 2)]


def test_a_value_may_be_a_table_that_replaces_what_was_there():
    runs = planned('[sweep]\ngrid = { "training.optimizer" = ["sgd", { type = "RMSprop", rho = 0.5 }] }')
    assert [r.spec.training.optimizer.type for r in runs] == ["SGD", "RMSprop"]
    assert [r.title for r in runs] == ["optimizer sgd", "optimizer RMSprop (rho 0.5)"]


@pytest.mark.parametrize(
    ("sweep", "said"),
    [
        ("[sweep]", "sweep: expected values to try"),
        ("[sweep]\ngrid = { seed = 3 }", "expected a list of at least one value for 'seed'; found 3"),
        ("[sweep]\ngrid = { seed = [] }", "expected a list of at least one value for 'seed'; found []"),
        ("[sweep]\ngird = { seed = [1] }", "sweep.gird: unknown key 'gird'; remove it or check its spelling. Did you mean 'grid'?"),
        ("[swep]\ngrid = { seed = [1] }", "swep: unknown key 'swep'; remove it or check its spelling. Did you mean 'sweep'?"),
        ("[sweep]\ngrid = { training.epochs = [3] }", 'A place with dots is in quotes: "training.epochs" = […]'),
        ("[sweep]\nlist = [{ training.epochs = 3 }]", 'sweep.list[0]: expected a place in quotes, such as "training.epochs"'),
        ("[sweep]\nlist = [3]", "sweep.list[0]: expected a table; found 3"),
        ("[sweep]\nlist = [{ seed = 1 }]\ngrid = { seed = [1] }", "expected each place in grid or in list; found 'seed' in both"),
        ("[sweep]\ngrid = { seed = [1, 2], 'training.epochs' = [1, -1] }", "sweep.grid.training.epochs[1]: expected at least 0; found -1"),
        ("[sweep]\ngrid = { 'layers[7].units' = [1] }", "sweep.grid.layers[7].units[0]: expected an index below 2; found '7'"),
        ("[sweep]\nlist = [{ colour = 1 }]", "sweep.list[0].colour: unknown key 'colour'"),
        ("[sweep]\ngrid = { 'training.epochs' = [nan] }", "sweep.grid.training.epochs[0]: expected a whole number; found nan"),
        ("[sweep]\ngrid = { '' = [1] }", "expected a place, such as training.epochs"),
        ("[sweep]\ngrid = { seed = [1, 1] }", "sweep: expected runs that differ; runs 1 and 2 are the same (seed 1)"),
        ("[sweep]\ngrid = { 'sweep.grid.seed' = [[1]] }", "unknown key 'sweep'"),
        ("sweep = 3", "training.sweep: unknown key 'sweep'"),
    ],
)
def test_mistakes_say_where_they_are(sweep: str, said: str):
    found = complaints(sweep)
    assert len(found) == 1
    assert said in found[0]


def test_mistakes_of_recipe_and_sweep_are_told_together():
    with pytest.raises(RecipeError) as caught:
        parse_variations(XOR.replace("seed = 7", "seed = -7") + "[sweep]\nlist = 3")
    assert [m.path for m in caught.value.mistakes] == ["seed", "sweep.list"]


def test_a_mistake_that_every_run_has_is_told_once_and_many_are_cut_short():
    assert len(complaints("[sweep]\ngrid = { seed = [1, 2, 3], 'training.epochs' = [-1] }")) == 1
    many = complaints(f"[sweep]\ngrid = {{ 'training.epochs' = {list(range(-50, 0))} }}")
    assert len(many) == MAX_MISTAKES + 1
    assert many[-1] == "sweep: and 30 more mistakes"


def test_what_the_rules_of_the_whole_say_is_told_with_its_run():
    variations = parse_variations(XOR + "[sweep]\ngrid = { 'layers[1].units' = [1, 3], seed = [1, 2] }")[1]
    assert variations is not None

    def check(spec):
        return [Mistake("layers[1].units", "too many"), Mistake("data", "odd")] if spec.layers[1].units == 3 else []

    with pytest.raises(RecipeError) as caught:
        plan(variations, "r.toml", check)
    assert [str(m) for m in caught.value.mistakes] == [
        "sweep.grid.layers[1].units[1]: too many", "data: odd (in run 3 of the sweep: units 3, seed 1)",
        "data: odd (in run 4 of the sweep: units 3, seed 2)",
    ]  # fmt: skip


def test_no_more_runs_than_a_table_can_hold():
    whole = f"[sweep]\ngrid = {{ seed = {list(range(MAX_SWEEP_RUNS))} }}"
    assert parse_variations(XOR + whole)[1] is not None
    assert "expected at most 1,000 runs; found 2,000" in complaints(whole.replace("] }", "], 'training.epochs' = [1, 2] }"))[0]


def test_names_are_as_short_as_they_can_be_told_apart():
    assert short_names(("layers[0].units", "layers[1].units", "seed")) == ["layers[0].units", "layers[1].units", "seed"]
    assert titled({"training.optimizer.learning_rate": 0.1, "seed": 2, "data.name": "xor"}) == "learning_rate 0.1, seed 2, name xor"
    hostile = file_name({"name": "../../etc/passwd\n" * 20, "data.path": "C:\\x"})
    assert len(hostile) <= 70
    assert not set("/\\: \n") & set(hostile)
    assert not hostile.startswith(".")
    assert file_name({"name": "数"}) == "name"


def test_overrides_reach_the_sweep():
    variations = parse_variations(XOR, overrides=["sweep.grid.seed=[4, 5]", "training.epochs=3"])[1]
    assert variations is not None
    assert [(r.spec.seed, r.spec.training.epochs) for r in plan(variations, "r")] == [(4, 3), (5, 3)]


@pytest.mark.parametrize("ending", ["toml", "json", "nnp"])
def test_a_sweep_stays_with_its_project(tmp_path: Path, ending: str):
    (tmp_path / "r.toml").write_text(XOR + "[sweep]\nlist = [{ seed = 1 }]\ngrid = { 'training.epochs' = [1, 2] }", encoding="utf-8")
    project = read_project(tmp_path / "r.toml")
    assert project.spec == parse_recipe(XOR)
    write_project(tmp_path / f"again.{ending}", project)
    again = read_project(tmp_path / f"again.{ending}")
    assert again == project
    assert again.sweep is not None
    assert [(r.spec.seed, r.spec.training.epochs) for r in plan(again.sweep, "r")] == [(1, 1), (1, 2)]


def test_paths_of_own_data_count_from_the_recipe(tmp_path: Path):
    text = 'data = { name = "csv", path = "a.csv", target = "y" }\nlayers = []\n[sweep]\ngrid = { "data.path" = ["sub/b.csv"] }'
    variations = parse_variations(text, folder=tmp_path)[1]
    assert variations is not None
    assert plan(variations, "r")[0].spec.data.path == str(tmp_path / "sub" / "b.csv")  # type: ignore[union-attr]


def test_a_kept_spec_has_no_sweep():
    with pytest.raises(RecipeError, match="unknown key 'sweep'"):
        build_spec(json.loads('{"data": "xor", "layers": [], "sweep": {}}'))
