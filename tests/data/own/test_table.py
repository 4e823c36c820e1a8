"""A table as data of one's own: what is guessed, what is predicted from what, samples, notes and code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplayground.core import edits
from nnplayground.core.losses import Task
from nnplayground.core.own_data import OwnTable
from nnplayground.core.presets import recommended
from nnplayground.data import own, registry
from nnplayground.data.dataset import Dataset, Source
from nnplayground.data.errors import Cancelled, DataUnavailable, WrongSetting
from nnplayground.data.own import table
from nnplayground.data.own.table_survey import Kind
from nnplayground.data.source_code import data_code
from nnplayground.data.store import Store, never

HOUSES = "id,area,colour,sold,age,rooms,note,heated,price\n" + "".join(
    f"{i + 1},{30 + i % 17 * 2.5},{('red', 'blue', '', 'green')[i % 4]},{i % 28 + 1}.{i % 12 + 1}.2020,{'' if i % 10 == 3 else i % 90},"
    f"{i % 6 + 1},remark {i},yes,{100 + i * 1.5}\n" for i in range(200)
)  # fmt: skip


def houses(**settings: Any) -> OwnTable:
    return OwnTable(name="csv", text=HOUSES, **settings)


def load(data: OwnTable, seed: int = 1) -> Dataset:
    return registry.load(data, seed, Store(folders=(), download_to=Path()))


def words(**settings: Any) -> WrongSetting:
    """What is said of settings that do not fit."""
    with pytest.raises(WrongSetting) as caught:
        table.facts(houses(**settings))
    return caught.value


# --- what is guessed


def test_what_each_column_holds():
    found = table.survey(houses())
    kinds = {column.name: column.kind for column in found.columns}
    assert kinds == {
        "id": Kind.NUMBER, "area": Kind.NUMBER, "colour": Kind.CATEGORY, "sold": Kind.DATE, "age": Kind.NUMBER, "rooms": Kind.NUMBER,
        "note": Kind.TEXT, "heated": Kind.CONSTANT, "price": Kind.NUMBER,
    }  # fmt: skip
    assert {column.name for column in found.columns if column.left_out} == {"id", "sold", "note", "heated"}
    assert (found.target, found.task, found.rows) == ("price", "regression", 200)
    assert found.first_rows[0] == ("1", "30.0", "red", "1.1.2020", "0", "1", "remark 0", "yes", "100.0")
    colour, area, age = (found.column(name) for name in ("colour", "area", "age"))
    assert colour.words == ("blue", "green", "red")
    assert colour.commonest == (("blue", 50), ("green", 50), ("red", 50))
    assert (colour.missing, age.missing) == (50, 20)
    values = 30 + np.arange(200) % 17 * 2.5
    assert (area.low, area.high, area.distinct, area.whole) == (30, 70, 17, False)
    assert (area.mean, area.std) == (pytest.approx(values.mean()), pytest.approx(values.std()))


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["2020-01-01", "2021-12-31"], Kind.DATE),
        (["2020-01-01T10:30:00Z", "2021-12-31 23:59:59.123+02:00"], Kind.DATE),
        (["1/2/20", "12/31/2020"], Kind.DATE),
        (["10:30", "23:59:59"], Kind.DATE),
        (["3 May 2020", "17-Jun-99"], Kind.DATE),
        (["2020", "2021"], Kind.NUMBER),
        (["1.2", "12.31"], Kind.NUMBER),
        (["1-2", "3-4"], Kind.CATEGORY),
        (["1.2.3", "1.2.4"], Kind.CATEGORY),
        (["yes", "no"], Kind.CATEGORY),
        (["true", "false"], Kind.CATEGORY),
        (["", "NA"], Kind.EMPTY),
        (["7", "7"], Kind.CONSTANT),
        (["a", "a"], Kind.CONSTANT),
    ],
)
def test_kinds(cells: list[str], kind: Kind):
    text = "c,y\n" + "".join(f"{cell},{i}\n" for i, cell in enumerate(cells * 3))
    assert table.survey(OwnTable(name="csv", text=text)).column("c").kind is kind


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["yes", "no"] * 5, "classification"),
        ([0, 1] * 5, "classification"),
        ([3, 8] * 5, "classification"),
        ([1, 2, 3] * 5, "classification"),
        (list(range(10)) * 5, "classification"),
        (list(range(10)), "regression"),
        ([0.5, 1.5] * 5, "regression"),
        ([0, 2, 4] * 5, "regression"),
        ([-1, 0, 1] * 10, "regression"),
        (list(range(50)) * 10, "regression"),
    ],
)
def test_the_task_is_guessed_from_the_target(values: list[Any], task: str):
    text = "x,y\n" + "".join(f"{i % 3},{value}\n" for i, value in enumerate(values))
    assert table.survey(OwnTable(name="csv", text=text)).task == task


# --- what is predicted from what


def test_an_unknown_column_is_named_with_the_one_that_was_meant():
    error = words(target="prise")
    assert (error.place, str(error)) == ("data.target", "expected a column of The table; found 'prise'. Did you mean 'price'?")
    assert words(columns=("area", "Rooms ")).place == "data.columns"
    assert words(kinds={"colr": "category"}).place == "data.kinds"
    assert "Known: id, area, colour" in str(words(target="zzz"))


@pytest.mark.parametrize(
    ("settings", "place", "sentence"),
    [
        ({"target": "sold"}, "data.target", "sold cannot be predicted. sold holds dates or times"),
        ({"target": "note"}, "data.target", "It has 200 different words: expected at most 100 classes."),
        ({"target": "heated"}, "data.target", "heated is 'yes' in every row"),
        ({"target": "heated", "kinds": {"heated": "category"}}, "data.target",
         "heated is 'yes' in every row, so there is nothing to predict"),
        ({"target": "colour", "task": "regression"}, "data.task", "colour holds words ('red'), not values."),
        ({"task": "classification"}, "data.task", "price has about"),
        ({"columns": ("area", "sold")}, "data.columns", "sold holds dates or times, which are no numbers"),
        ({"columns": ("note",)}, "data.columns", "at most 100 become inputs"),
        ({"columns": ("price", "area")}, "data.columns", "'price' is what is predicted"),
        ({"columns": ("area", "area")}, "data.columns", "'area' is there twice"),
    ],
)  # fmt: skip
def test_a_choice_that_cannot_be(settings: dict[str, Any], place: str, sentence: str):
    error = words(**settings)
    assert error.place == place
    assert sentence in str(error)


def test_what_is_left_out_is_said():
    notes = load(houses()).notes
    assert [note.split(" ")[2] for note in notes if note.startswith("Left out: ")] == ["id", "sold", "note", "heated"]
    assert load(houses(columns=("id", "area"))).facts.input_names == ("id", "area")


def test_more_inputs_than_a_table_may_have():
    names = [f"c{i}" for i in range(60)]
    text = ",".join([*names, "y"]) + "\n" + "".join(",".join([f"w{i}"] * 60) + f",{i}\n" for i in range(95))
    with pytest.raises(WrongSetting, match="makes 5,700 inputs: expected at most 5,000"):
        table.facts(OwnTable(name="csv", text=text))


# --- samples


@pytest.mark.parametrize(
    "settings",
    [{}, {"missing": "fill"}, {"target": "colour"}, {"target": "rooms"}, {"target": "rooms", "task": "regression"}, {"columns": ("rooms",)},
     {"kinds": {"rooms": "category"}}, {"target": "age", "missing": "fill", "train_fraction": 0.5, "target_scaling": "standard"},
     {"target": "colour", "columns": ("age", "area"), "missing": "fill", "scaling": "unit"}],
)  # fmt: skip
def test_facts_are_true_of_what_is_loaded_and_the_program_reads_the_same(settings: dict[str, Any]):
    data = houses(**settings)
    known, loaded = table.facts(data), load(data)
    assert loaded.facts == known
    assert loaded.source is Source.FULL
    for part, count in ((loaded.train, known.train_samples), (loaded.test, known.test_samples)):
        assert part.x.shape == (count, *known.input_shape) == (count, len(known.input_names))
        assert part.x.dtype == np.float32
        assert part.y.dtype == (np.float32 if known.task is Task.REGRESSION else np.int64)
        assert np.isfinite(part.array).all()
        assert np.isfinite(part.y).all()
    low, high = known.input_range
    inputs = loaded.scaler.apply(loaded.train.array)
    assert low - 1 <= inputs.min() < inputs.max() <= high + 1
    program: dict[str, Any] = {"np": np}
    exec(own.code(data, 1), program)
    for name, part in (("train", loaded.train), ("test", loaded.test)):
        assert (program[f"x_{name}"].dtype, program[f"y_{name}"].dtype) == (part.x.dtype, part.y.dtype)
        np.testing.assert_array_equal(program[f"x_{name}"], part.x)
        np.testing.assert_array_equal(program[f"y_{name}"], part.y)


def test_rows_with_missing_values_are_left_out_and_counted():
    loaded = load(houses(columns=("area", "colour", "age")))
    there = [i for i in range(200) if i % 4 != 2 and i % 10 != 3]
    assert len(loaded.train) + len(loaded.test) == len(there)
    assert loaded.notes == (f"{200 - len(there)} rows of 200 left out, because a value to learn from is missing: in colour and age.",)
    np.testing.assert_array_equal(np.sort(np.concatenate([loaded.train.y, loaded.test.y])), [100 + i * 1.5 for i in there])


def test_missing_values_are_filled_from_the_training_rows_and_counted():
    loaded = load(houses(columns=("colour", "age"), missing="fill"))
    assert len(loaded.train) + len(loaded.test) == 200
    assert loaded.notes == (
        "Missing values are filled with the median of the training rows: age (20 rows).",
        "Missing values are filled with the commonest word of the training rows: colour (50 rows).",
    )
    rows = np.round((loaded.train.y - 100) / 1.5).astype(int)
    known = rows % 10 != 3
    np.testing.assert_array_equal(loaded.train.array[known, 3], rows[known] % 90)
    np.testing.assert_array_equal(loaded.train.array[~known, 3], np.median((rows[known] % 90).astype(np.float32)))
    colours = np.array([2, 0, -1, 1])[rows % 4]  # red, blue, missing and green, by their places among blue, green and red
    commonest = np.bincount(colours[colours >= 0]).argmax()
    np.testing.assert_array_equal(loaded.train.array[:, :3].argmax(axis=1), np.where(colours < 0, commonest, colours))
    np.testing.assert_array_equal(loaded.train.array[:, :3].sum(axis=1), 1)


def test_rows_without_an_answer_are_never_used():
    loaded = load(houses(target="colour", columns=("area",), missing="fill"))
    assert loaded.facts.classes == ("blue", "green", "red")
    assert len(loaded.train) + len(loaded.test) == 150
    assert loaded.notes == ("50 rows of 200 left out, because what is to be predicted is missing: colour.",)


def test_nothing_left_after_leaving_out():
    text = "a,b,y\n1,,1\n,2,2\n3,,3\n,4,4\n"
    with pytest.raises(WrongSetting, match=r"at least 2 rows to learn from; no row has every value\. Choose columns .*, or have them"):
        table.facts(OwnTable(name="csv", text=text))
    assert table.facts(OwnTable(name="csv", text=text, missing="fill")).train_samples == 3


def test_the_seed_decides_the_order_and_every_row_is_used_once():
    one, same, other = load(houses()), load(houses()), load(houses(), seed=2)
    np.testing.assert_array_equal(one.train.array, same.train.array)
    assert not np.array_equal(one.train.y, other.train.y)
    assert sorted([*one.train.y, *one.test.y]) == sorted([*other.train.y, *other.test.y])


def test_scaling_is_fitted_on_the_training_rows_only():
    loaded = load(houses(columns=("area", "rooms"), target_scaling="standard"))
    x, y = loaded.scaler.apply(loaded.train.array), loaded.target_scaler.apply(loaded.train.y)
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis=0), 1, rtol=1e-4)
    assert (y.mean(), y.std()) == (pytest.approx(0, abs=1e-5), pytest.approx(1, rel=1e-4))
    assert abs(loaded.scaler.apply(loaded.test.array).mean()) > 1e-4


def test_numbers_as_classes_are_in_the_order_of_their_values():
    text = "x,digit\n" + "".join(f"{i},{(10, 9, 1)[i % 3]}\n" for i in range(60))
    loaded = load(OwnTable(name="csv", text=text, task="classification"))
    assert loaded.facts.classes == ("1", "9", "10")
    np.testing.assert_array_equal(loaded.train.y, np.array([2, 1, 0])[loaded.train.array[:, 0].astype(int) % 3])


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_any_table_is_read_by_its_program_as_it_is_here(data: st.DataObject):
    missing = st.sampled_from(["", "NA", "?", " "])
    odd = st.sampled_from(["1,234", " 7 ", "+3", "1e400", "12.", "n/a"])
    numbers = st.floats(-1e6, 1e6).map(repr) | st.integers(-50, 50).map(str) | odd
    names = st.sampled_from(["red", "blue", " green", 'a "b"', "ä;ö", "x,y", "-"])
    kinds = data.draw(st.lists(st.sampled_from([numbers, names, numbers | missing, names | missing]), min_size=2, max_size=4))
    rows = data.draw(st.lists(st.tuples(*kinds), min_size=4, max_size=25))
    quoted = ["|".join('"' + cell.replace('"', '""') + '"' if '"' in cell else cell for cell in row) for row in rows]
    end = data.draw(st.sampled_from(["", "\n", "\n\n", "\n1|2|3|4|5|6"]))
    text = "|".join(f"c{i}" for i in range(len(kinds))) + "\n" + "\n".join(quoted) + end
    spec = OwnTable(name="csv", text=text, separator="|", decimal=".", header="yes", missing=data.draw(st.sampled_from(["drop", "fill"])))
    seed = data.draw(st.integers(0, 9))
    try:
        loaded = table.read(spec, seed, never)
    except DataUnavailable:
        return
    program: dict[str, Any] = {"np": np}
    exec(table.code(spec, seed), program)
    np.testing.assert_array_equal(program["x_train"], loaded.train.x)
    np.testing.assert_array_equal(program["x_test"], loaded.test.x)
    np.testing.assert_array_equal(program["y_train"], loaded.train.y)
    np.testing.assert_array_equal(program["y_test"], loaded.test.y)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " "])
def test_the_program_reads_files_in_every_dialect(tmp_path: Path, separator: str):
    """In a process of its own, with scaling, from a path with quotation marks."""
    decimal = "," if separator in ";\t" else "."
    encoding = "utf-16" if separator == ";" else "utf-8-sig"
    path = tmp_path / "it's \"a\" tablé.csv"
    rows = "".join(separator.join([f"{i}{decimal}5", ("röd", "blå")[i % 2], str(i % 5)]) + "\r\n" for i in range(40))
    path.write_bytes((f"sep={separator}\r\n" * (separator == ";") + separator.join(["a", "färg", "y"]) + "\r\n" + rows).encode(encoding))
    data = OwnTable(name="csv", path=str(path), target="a", target_scaling="standard")
    spec = edits.set_data(recommended("line"), data)
    loaded = load(data, spec.seed)
    program = data_code(spec) + "\nimport json\nprint(json.dumps([x_train.tolist(), y_test.tolist()]))\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    x_train, y_test = json.loads(done.stdout)
    np.testing.assert_allclose(x_train, loaded.scaler.apply(loaded.train.array), atol=1e-5)
    np.testing.assert_allclose(y_test, loaded.target_scaler.apply(loaded.test.y), atol=1e-5)


# --- what is remembered, and files that change


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., OwnTable]:
    """The houses in a file, or other text."""

    def write(text: str = HOUSES, **settings: Any) -> OwnTable:
        (tmp_path / "houses.csv").write_text(text, encoding="utf-8")
        return OwnTable(name="csv", path=str(tmp_path / "houses.csv"), **settings)

    return write


def test_facts_never_look_at_the_disk_once_somebody_has_looked(file: Callable[..., OwnTable], monkeypatch: pytest.MonkeyPatch):
    data = file()
    table.survey(data)
    monkeypatch.setattr(table, "parse", None)
    monkeypatch.setattr(Path, "stat", None)
    assert table.facts(data).target_name == "price"
    for change in ({"target": "colour"}, {"columns": ("area",)}, {"missing": "fill"}, {"task": "regression"}, {"train_fraction": 0.3}):
        changed = edits.changed(data, **change)
        assert table.known(changed) is table.known(data)
        assert table.facts(changed).input_shape


def test_another_seed_or_choice_needs_no_other_look_at_a_file_that_is_the_same(file: Callable[..., OwnTable], monkeypatch: Any):
    data = file()
    first = load(data)
    monkeypatch.setattr(table, "parse", None)
    np.testing.assert_array_equal(load(data).train.array, first.train.array)
    assert load(data, seed=2).train.y[0] != first.train.y[0]
    assert load(edits.changed(data, target="colour", columns=("area", "age"), missing="fill")).facts.classes == ("blue", "green", "red")
    monkeypatch.undo()
    monkeypatch.setattr(table, "MOST_KEPT", 0)
    file(HOUSES.replace("red", "pink"))
    np.testing.assert_array_equal(load(data).train.array[:, 0], first.train.array[:, 0])


def test_a_file_that_cannot_be_used_is_not_looked_at_again_until_it_is_another(file: Callable[..., OwnTable], monkeypatch: Any):
    data = file("")
    parse, looks = table.parse, []
    monkeypatch.setattr(table, "parse", lambda *args: (looks.append(1), parse(*args))[1])
    for _ in range(3):
        with pytest.raises(DataUnavailable, match="is empty"):
            table.facts(data)
    assert len(looks) == 1
    file()
    assert table.facts(data).target_name == "price"
    assert len(looks) == 2


def test_a_file_that_has_changed_is_read_anew_and_said(file: Callable[..., OwnTable]):
    data = file()
    data = edits.changed(data, sha256=table.survey(data).sha256, columns=("area", "rooms"))
    assert load(data).notes == ()
    before = table.facts(data)
    file(HOUSES + "999,1,red,1.1.2020,1,77,more,yes,5\n")
    os.utime(data.path, (1.6e9, 1.6e9))
    assert table.facts(data) == before
    loaded = load(data)
    (note,) = loaded.notes
    assert note.startswith("houses.csv has changed since it was chosen, last on 2020-09-1")
    assert (loaded.facts.train_samples + loaded.facts.test_samples, table.facts(data)) == (201, loaded.facts)


def test_a_file_that_is_gone_when_it_is_to_be_read(file: Callable[..., OwnTable]):
    data = file()
    table.survey(data)
    Path(data.path).unlink()
    assert table.facts(data).target_name == "price"
    with pytest.raises(DataUnavailable, match=r"houses\.csv is not there"):
        load(data)
    again = data.looked_for_at("elsewhere/houses.csv")
    with pytest.raises(DataUnavailable, match=r"houses\.csv is not there, nor is elsewhere/houses\.csv\. Put the file back"):
        table.survey(again)


def test_reading_can_be_called_off(file: Callable[..., OwnTable]):
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 12

    with pytest.raises(Cancelled):
        table.read(file(), 1, cancelled)
    assert len(table.read(file(), 1, never).train)


def test_a_saved_project_gets_the_hash_of_its_table(file: Callable[..., OwnTable]):
    data = file()
    spec = edits.set_data(recommended("line"), data)
    found = table.survey(data)
    assert own.with_hash(spec).data.sha256 == found.sha256
    assert own.with_hash(own.with_hash(spec)) == own.with_hash(spec)
    pasted = edits.set_data(spec, houses())
    assert own.with_hash(pasted) is pasted
