"""Own files are found from anywhere: absolute in memory, relative to the project or recipe where that is kept."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from nnplayground.core import edits
from nnplayground.core.data_spec import DataSpec, OwnArrays, OwnImages, OwnTable
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.core.recipe import RecipeError, parse_recipe, read_recipe, to_json
from nnplayground.core.spec import ProjectSpec

HASH = "0" * 64


def project(data: DataSpec) -> ProjectSpec:
    return edits.set_data(parse_recipe('{"data": "xor", "layers": []}'), data)


def kept(path: Path) -> str:
    """The path of own data as it stands in the file."""
    if path.suffix == ".nnp":
        with zipfile.ZipFile(path) as archive:
            return str(json.loads(archive.read("project.json"))["data"]["path"])
    text = path.read_text(encoding="utf-8")
    return str((tomllib.loads if path.suffix == ".toml" else json.loads)(text)["data"]["path"])


def own(kind: type[Any], path: Path) -> Any:
    name = {OwnTable: "csv", OwnImages: "images", OwnArrays: "arrays"}[kind]
    return kind(name=name, path=str(path), sha256=HASH)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With work/data/houses.csv in it, seen from another current folder."""
    (tmp_path / "work" / "data").mkdir(parents=True)
    (tmp_path / "work" / "data" / "houses.csv").write_text("a,b\n1,2\n")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path


@pytest.mark.parametrize("ending", ["nnp", "toml", "json"])
@pytest.mark.parametrize("kind", [OwnTable, OwnImages, OwnArrays])
@pytest.mark.parametrize(("place", "expected"), [("work", "data/houses.csv"), ("work/data", "houses.csv"), ("", "work/data/houses.csv"),
                                                  ("work/new", "../data/houses.csv")])  # fmt: skip
def test_a_path_is_kept_relative_and_comes_back(folder: Path, ending: str, kind: type[Any], place: str, expected: str):
    spec = project(own(kind, folder / "work" / "data" / "houses.csv"))
    file = folder / place / f"p.{ending}"
    write_project(file, ProjectFile(spec))
    assert kept(file) == expected
    assert read_project(file).spec == spec


@pytest.mark.parametrize("ending", ["nnp", "toml"])
def test_the_whole_folder_may_be_moved(folder: Path, ending: str):
    write_project(folder / "work" / f"p.{ending}", ProjectFile(project(own(OwnTable, folder / "work" / "data" / "houses.csv"))))
    shutil.move(folder / "work", folder / "moved")
    data = read_project(folder / "moved" / f"p.{ending}").spec.data
    assert data == own(OwnTable, folder / "moved" / "data" / "houses.csv")


@pytest.mark.parametrize("ending", ["nnp", "toml"])
def test_a_file_next_to_the_project_is_found_when_it_is_not_where_it_was(folder: Path, ending: str):
    write_project(folder / "work" / f"p.{ending}", ProjectFile(project(own(OwnTable, folder / "work" / "data" / "houses.csv"))))
    (folder / "friend").mkdir()
    for name in (f"p.{ending}", "data/houses.csv"):
        shutil.move(folder / "work" / name, folder / "friend")
    data = read_project(folder / "friend" / f"p.{ending}").spec.data
    assert data == own(OwnTable, folder / "friend" / "houses.csv")
    assert data.places == (str(folder / "friend" / "houses.csv"),)


@pytest.mark.parametrize("ending", ["nnp", "json"])
def test_a_file_that_is_gone_is_known_by_both_places(folder: Path, ending: str):
    spec = project(own(OwnTable, folder / "work" / "data" / "houses.csv"))
    write_project(folder / "work" / f"p.{ending}", ProjectFile(spec))
    (folder / "work" / "data" / "houses.csv").unlink()
    opened = read_project(folder / "work" / f"p.{ending}").spec
    assert opened == spec
    assert opened.data.places == (str(folder / "work" / "data" / "houses.csv"), str(folder / "work" / "houses.csv"))
    write_project(folder / f"again.{ending}", ProjectFile(opened))
    assert kept(folder / f"again.{ending}") == "work/data/houses.csv"


def test_a_recipe_in_words_counts_from_its_own_folder_and_the_command_line_from_the_current_one(folder: Path):
    recipe = folder / "work" / "r.toml"
    recipe.write_text('layers = []\n[data]\nname = "csv"\npath = "data/houses.csv"\n')
    assert read_recipe(recipe).data.path == str(folder / "work" / "data" / "houses.csv")
    assert read_recipe(recipe, ["data.path=mine.csv"]).data.path == str(folder / "elsewhere" / "mine.csv")
    assert parse_recipe(recipe.read_bytes()).data.path == str(folder / "elsewhere" / "data" / "houses.csv")
    assert read_recipe(Path(os.path.relpath(recipe)), ["data.target=b"]).data.path == str(folder / "work" / "data" / "houses.csv")


def test_an_override_may_name_another_file_of_a_saved_project(folder: Path):
    write_project(folder / "p.nnp", ProjectFile(project(own(OwnTable, folder / "work" / "data" / "houses.csv")), weights=b"w", state=b"s"))
    opened = read_project(folder / "p.nnp", ["data.path=new.csv"])
    assert opened.spec.data.path == str(folder / "elsewhere" / "new.csv")
    assert opened.begins_anew
    assert read_project(folder / "p.nnp").state == b"s"


def test_a_recovery_file_keeps_the_absolute_path(folder: Path):
    spec = project(own(OwnTable, folder / "work" / "data" / "houses.csv"))
    assert json.loads(to_json(spec))["data"]["path"] == str(folder / "work" / "data" / "houses.csv")


@pytest.mark.parametrize("path", ["5", "[]", "{}", "true", '"\\u0000"', f'"{"x" * 100_000}"', '""'])
def test_paths_that_are_none_are_refused_or_left_to_be_looked_for(folder: Path, path: str):
    text = f'{{"layers": [], "data": {{"name": "csv", "path": {path}}}}}'
    if path.startswith('"') and path != '""':
        assert parse_recipe(text).data.path
    else:
        with pytest.raises(RecipeError, match="data"):
            parse_recipe(text)


def test_pasted_tables_and_built_in_sets_have_no_path(folder: Path):
    for data in (OwnTable(name="csv", text="a,b\n1,2\n"), parse_recipe('{"data": "xor", "layers": []}').data):
        write_project(folder / "p.toml", ProjectFile(project(data)))
        assert "path" not in (folder / "p.toml").read_text()
        assert read_project(folder / "p.toml").spec.data == data
