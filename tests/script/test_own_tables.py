"""A table of one's own without a screen: trained, saved, resumed, exported, and every refusal with its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.programs import Programs

ROWS = "".join(
    f"{i + 1};{'' if i % 9 == 4 else str(20 + i % 40 + 0.5).replace('.', ',')};{('red', 'blue', '', 'green')[i % 4]};"
    f"{i % 28 + 1:02}.05.2020;{str(40 + 2 * (i % 40) + 9 * (i % 4 == 0)).replace('.', ',')},25\n" for i in range(240)
)  # fmt: skip
HOUSES = "id;area;colour;sold;price\n" + ROWS
RECIPE = """
name = "houses"
seed = 4
[data]
name = "csv"
path = "data/houses.csv"
missing = "fill"
target_scaling = "standard"
validation = { fraction = 0.2 }
[[layers]]
type = "Dense"
units = 8
activation = "relu"
[[layers]]
type = "Dense"
units = 1
[training]
optimizer = { type = "Adam", learning_rate = 0.02 }
epochs = 60
[output]
project = "p.nnp"
weights = "m.weights.h5"
code = "train.py"
"""


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    """The recipe; its table is in a folder beside it."""
    (tmp_path / "work" / "data").mkdir(parents=True)
    (tmp_path / "work" / "data" / "houses.csv").write_text(HOUSES, encoding="cp1252")
    (tmp_path / "work" / "r.toml").write_text(RECIPE, encoding="utf-8")
    return tmp_path / "work" / "r.toml"


def test_a_table_with_words_and_missing_values_is_learnt(command, houses: Path, tmp_path: Path, programs: Programs):
    done = command("--script", str(houses), "--json", "--out", str(tmp_path / "o"))
    assert done.code == 0, done.err
    assert "id only counts the rows" in done.err
    assert "sold holds dates or times" in done.err
    assert "the median of the training rows: area (27 rows)" in done.err
    assert "the commonest word of the training rows: colour (60 rows)" in done.err
    history = done.result["history"]
    assert history["mae"][-1] < history["mae"][0] / 2
    assert done.result["test"]["mae"] < 20  # in the price's own unit; a guess of the mean is off by 20 and more
    program = (tmp_path / "o" / "train.py").read_text(encoding="utf-8")
    more = (
        "\nmodel.load_weights('m.weights.h5')\n"
        "import json\n"
        "print(json.dumps(model.evaluate(x_test, y_test, verbose=0, return_dict=True)))\n"
    )
    ran = programs.run(program.replace("epochs=60", "epochs=1") + more, tmp_path / "o")
    assert ran.returncode == 0, ran.stderr
    # The program's own loss and mae are of scaled prices: the loss is the same, the mae is told here in the price's unit.
    assert json.loads(ran.stdout.splitlines()[-1])["loss"] == pytest.approx(done.result["test"]["loss"], rel=1e-3)


def test_a_saved_project_finds_its_table_and_says_when_it_has_changed(command, houses: Path, tmp_path: Path):
    assert command("--script", str(houses), "--quiet", "--out", str(houses.parent / "o")).code == 0
    project = str(houses.parent / "o" / "p.nnp")
    same = command("--script", project, "--evaluate-only", "--json")
    assert (same.code, "has changed" in same.err) == (0, False)
    table = houses.parent / "data" / "houses.csv"
    table.write_text(HOUSES.replace("42,25", "43,25"), encoding="cp1252")
    changed = command("--script", project, "--evaluate-only", "--json")
    assert changed.code == 0
    assert "houses.csv has changed since it was chosen" in changed.err
    table.unlink()
    gone = command("--script", project, "--evaluate-only")
    assert gone.code == 3
    assert gone.err.startswith(f"{project}: {table} is not there, nor is {houses.parent / 'o' / 'houses.csv'}.")


def test_classes_that_are_words(command, houses: Path):
    changes = ("data.target=colour", "data.columns=['area', 'price']", "layers[1].units=3", "layers[1].activation=softmax",
               "training.epochs=2")  # fmt: skip
    done = command("--script", str(houses), "--json", *(word for change in changes for word in ("--set", change)))
    assert done.code == 0, done.err
    assert "60 rows of 240 left out, because what is to be predicted is missing: colour." in done.err
    assert "accuracy" in done.result["test"]


def test_a_table_inside_the_recipe(command):
    text = RECIPE.replace('path = "data/houses.csv"', f'text = """\n{HOUSES}"""')
    done = command("--script", "-", "--json", "--set", "training.epochs=2", "--out", "o", stdin=text.encode())
    assert done.code == 0, done.err
    again = command("--script", "o/p.nnp", "--evaluate-only", "--json")
    assert again.result["test"] == pytest.approx(done.result["test"])


def test_standard_input_counts_paths_from_the_current_folder(command, tmp_path: Path, houses: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    arguments = ("--script", "-", "--json", "--set", "training.epochs=1")
    assert command(*arguments, stdin=RECIPE.replace("data/houses", "work/data/houses").encode()).code == 0
    gone = command(*arguments, stdin=RECIPE.encode())
    assert gone.code == 3
    assert f"{tmp_path / 'data' / 'houses.csv'} is not there, nor is {tmp_path / 'houses.csv'}. Put the file back" in gone.err


@pytest.mark.parametrize(
    ("override", "code", "sentence"),
    [
        ("data.target=prise", 2, "data.target: expected a column of houses.csv; found 'prise'. Did you mean 'price'?"),
        ("data.columns=['aera']", 2, "data.columns: expected a column of houses.csv; found 'aera'. Did you mean 'area'?"),
        ("data.target=sold", 2, "data.target: sold cannot be predicted. sold holds dates or times"),
        ("data.encoding=klingon", 2, "data.encoding: expected an encoding such as utf-8 or cp1252; found 'klingon'."),
        ("data.task=classification", 2, "layers[1].units: houses.csv has 40 classes; the last layer gives 1."),
        ("data.separator=x", 2, "data.separator: expected 'auto'"),
        ("data.path=.", 3, "is a folder: expected a file with a table."),
        ("data.path=gone.csv", 3, "is not there"),
        ("layers[1].units=3", 2, "layers"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_trained(command, houses: Path, override: str, code: int, sentence: str):
    done = command("--script", str(houses), "--set", override)
    assert (done.code, done.out) == (code, "")
    assert sentence in done.err
    assert "Traceback" not in done.err


def test_a_run_of_other_inputs_starts_anew_and_is_not_evaluated(command, houses: Path):
    assert command("--script", str(houses), "--quiet", "--out", str(houses.parent / "o")).code == 0
    table, project = houses.parent / "data" / "houses.csv", str(houses.parent / "o" / "p.nnp")
    table.write_text(HOUSES.replace("red", "scarlet"), encoding="cp1252")
    why = "its inputs were area, colour=blue, colour=green, colour=red; now they are area, colour=blue, colour=green, colour=scarlet."
    evaluated = command("--script", project, "--evaluate-only")
    assert evaluated.code == 2
    assert f"The saved run does not fit the data: {why} Put the data back as it was, or train anew." in evaluated.err
    again = command("--script", project, "--json")
    assert f"The saved run does not fit the data and starts anew: {why}" in again.err
    assert len(again.result["history"]["loss"]) == 60
    table.write_text(HOUSES, encoding="cp1252")
    assert command("--script", project, "--evaluate-only").code == 0
