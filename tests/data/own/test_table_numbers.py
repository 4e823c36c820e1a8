"""Numbers as people write them: with units, thousands set apart, and a decimal sign of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplayground.core.losses import Task
from nnplayground.core.own_data import OwnTable
from nnplayground.data.own import table
from nnplayground.data.own.table_parse import parse
from nnplayground.data.own.table_survey import Kind
from nnplayground.data.store import never


def pasted(cells: list[str], *, decimal: str = ",", rows: int = 40, **settings: Any) -> OwnTable:
    """A table with `c` of these cells between two columns of plain numbers."""
    lines = [f"{i}{decimal}5;{cells[i % len(cells)]};{i % 7}{decimal}25" for i in range(rows)]
    return OwnTable(name="csv", text="a;c;y\n" + "\n".join(lines) + "\n", **settings)


def column(data: OwnTable) -> list[Any]:
    return parse(data, never).columns["c"].to_list()


@pytest.mark.parametrize(
    ("cells", "values", "decimal", "note"),
    [
        (["3.5", "2.75"], [3.5, 2.75], ",", "c is read as numbers with a decimal point; choose category to have its words."),
        (["3,5", "2,75"], [3.5, 2.75], ".", "c is read as numbers with a decimal comma; choose category to have its words."),
        (["3.500", "2.750"], [3500, 2750], ",", ""),
        (["1.234", "3.5"], [1.234, 3.5], ",", "c is read as numbers with a decimal point; choose category to have its words."),
        (["154,22 €", "-7 €"], [154.22, -7], ",", "c is read as numbers in €; choose category to have its words."),
        (["€1.234,50", "-€ 2"], [1234.5, -2], ",", "c is read as numbers in €; choose category to have its words."),
        (["$1,234.50", "$ -2"], [1234.5, -2], ".", "c is read as numbers in $; choose category to have its words."),
        (["10 %", "2,5%"], [10, 2.5], ",", "c is read as numbers in %; choose category to have its words."),
        (["3.5 kg", "12 kg"], [3.5, 12], ",", "c is read as numbers in kg and with a decimal point; choose category to have its words."),
        (["1 234,5", "12"], [1234.5, 12], ",", "c is read as numbers with spaces between thousands; choose category to have its words."),
        (["1\u202f234\u00a0567,5", "12"], [1234567.5, 12], ",",
         "c is read as numbers with spaces between thousands; choose category to have its words."),
        (["1'234.5", "12.0"], [1234.5, 12], ".",
         "c is read as numbers with apostrophes between thousands; choose category to have its words."),
        (["1 000 CHF", "250 CHF"], [1000, 250], ".",
         "c is read as numbers in CHF and with spaces between thousands; choose category to have its words."),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(cells: list[str], values: list[float], decimal: str, note: str):
    data = pasted(cells, decimal=decimal)
    assert column(data) == [values[i % 2] for i in range(40)]
    found = table.survey(data)
    assert (found.decimal, found.header, found.column("c").kind, found.column("c").note) == (decimal, True, Kind.NUMBER, note)
    assert found.warnings == ((note,) if note else ())
    told = table.survey(pasted(cells, decimal=decimal, kinds={"c": "category"}))
    assert (told.column("c").words, told.column("c").note) == (tuple(sorted(cells)), "")


@pytest.mark.parametrize(
    "cells",
    [["room 1", "room 2"], ["A1", "A2"], ["5 €", "5 $"], ["12 apples", "3 apples"], ["1 2", "3 4"], ["12 34", "1 23"], ["5th", "6th"],
     ["1-2", "3-4"], ["red", "blue"], ["--5 €", "+-3 €"], ["€", "%"]],
)  # fmt: skip
def test_words_with_digits_stay_words(cells: list[str]):
    found = table.survey(pasted(cells)).column("c")
    assert (found.kind, found.words, found.note) == (Kind.CATEGORY, tuple(sorted(cells)), "")


def test_a_few_values_without_the_unit_are_missing_and_said():
    data = pasted([f"{i} %" for i in range(19)] + ["unknown"])
    found = table.survey(data)
    assert (found.column("c").kind, found.column("c").missing) == (Kind.NUMBER, 2)
    assert "c: 2 values are no numbers ('unknown'), so counted as missing." in found.warnings


def test_many_columns_in_units_do_not_fill_the_sentence():
    names = [f"price {i}" for i in range(8)]
    rows = "".join(";".join(f"{i + j},5 €" for j in range(8)) + f";{i}\n" for i in range(20))
    found = table.survey(OwnTable(name="csv", text=";".join([*names, "y"]) + "\n" + rows))
    assert [bool(c.note) for c in found.columns] == [True] * 8 + [False]
    assert len(found.warnings) == 4
    assert found.warnings[-1] == "5 more columns are read likewise; each says so."


def test_prices_in_the_first_row_are_no_names():
    text = "".join(f"{i},5 €;red\n{i},7 €;blue\n" for i in range(9))
    assert not table.survey(OwnTable(name="csv", text=text)).header
    times = "5 km;10 km\n" + "".join(f"{i}.5;{i}.9\n" for i in range(9))
    assert table.survey(OwnTable(name="csv", text=times)).names == ("5 km", "10 km")


@pytest.mark.parametrize("missing", ["drop", "fill"])
@pytest.mark.parametrize(
    "cells", [["154,22 €", "-€ 7", "", "2 000 €"], ["3.5", "NA", "2.75", "-1"], ["10 %", "2,5%", "?"], ["1 234,5", "12", "3\u202f000"]]
)
@pytest.mark.parametrize("target", ["y", "c"])
def test_the_program_reads_them_as_they_are_read_here(cells: list[str], missing: Any, target: str):
    data = pasted(cells, target=target, missing=missing)
    loaded = table.read(data, 3, never)
    program: dict[str, Any] = {"np": np}
    exec(table.code(data, 3), program)
    np.testing.assert_array_equal(program["x_train"], loaded.train.x)
    np.testing.assert_array_equal(program["y_test"], loaded.test.y)
    assert table.facts(data).task is Task.REGRESSION


# --- lines before the header


@pytest.mark.parametrize(
    ("top", "said"),
    [
        ("# made by X\n# units: m, kg\n", "2 lines before its header begin with '#' and are left out as comments."),
        ("# made by X, on Monday\n", "1 line before its header begins with '#' and is left out as a comment."),
        ("# it's \"odd\n\n#\n", "2 lines before its header begin with '#' and are left out as comments."),
    ],
)
@pytest.mark.parametrize("sep", ["", "sep=,\n"])
def test_comments_above_the_header_are_skipped_and_said(tmp_path: Path, top: str, said: str, sep: str):
    path = tmp_path / "t.csv"
    path.write_text(sep + top + "len,kind\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(20)), newline="")
    data = OwnTable(name="csv", path=str(path))
    found = table.survey(data)
    assert (found.names, found.rows, found.warnings) == (("len", "kind"), 20, (said,))
    loaded = table.read(data, 1, never)
    program: dict[str, Any] = {"np": np}
    exec(table.code(data, 1), program)
    np.testing.assert_array_equal(program["x_train"], loaded.train.x)


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("#id,len\n1,2\n3,4\n", ("#id", "len"), 2),
        ("# made by X, on Monday\n#id,len\n1,2\n3,4\n", ("#id", "len"), 2),
        ("#ff0000,1\n#00ff00,2\nred,3\n", ("column 1", "column 2"), 3),
        ("# a\n# b\n", ("# a",), 1),
    ],
)
def test_lines_of_the_table_that_begin_as_comments_do_are_kept(text: str, names: tuple[str, ...], rows: int):
    found = table.survey(OwnTable(name="csv", text=text, separator=","))
    assert (found.names, found.rows) == (names, rows)


def test_comments_below_the_header_are_said_to_be_rows():
    text = "when,len\n" + "a,1\nb,2\n" * 9 + "# the end\n"
    found = table.survey(OwnTable(name="csv", text=text))
    assert found.rows == 19
    assert found.warnings == (
        "1 row below the header begins with '#' ('# the end'), and counts as a row. If it is a comment, delete it from the file.",)


# --- one class, and rows that are left out


def test_a_last_column_with_one_class_is_said_and_refused_as_target():
    text = "len,wide,kind\n" + "".join(f"{i},{i % 3},rose\n" for i in range(20))
    found = table.survey(OwnTable(name="csv", text=text))
    (warning,) = found.warnings
    assert warning == ("kind, the last column, is rose in every row: expected at least 2 classes or values to predict. "
                       "Add rows with others, or predict another column.")  # fmt: skip
    with pytest.raises(table.DataUnavailable) as caught:
        table.facts(OwnTable(name="csv", text=text, target="kind"))
    assert str(caught.value) == (
        "kind is 'rose' in every row, so there is nothing to predict: expected at least 2 classes or values. "
        "Add rows with others, or predict another column.")


def test_rows_that_are_left_of_one_class_only():
    text = "len,wide,kind\n" + "".join(f"{i},{'' if i % 2 else i % 3},{('rose', 'lily')[i % 2]}\n" for i in range(20))
    with pytest.raises(table.DataUnavailable) as caught:
        table.read(OwnTable(name="csv", text=text), 1, never)
    assert str(caught.value) == ("All 10 rows that are left have the same kind (rose): expected at least 2 classes. "
                                 "Have missing values filled, or choose columns with fewer of them.")  # fmt: skip
    assert len(table.read(OwnTable(name="csv", text=text, missing="fill"), 1, never).train)


def test_rows_without_a_target_are_told_apart_from_those_without_a_feature():
    text = "len,wide,y\n" + "".join(f"{'' if i % 4 == 0 else i},{i % 3},{'' if i % 5 == 0 else i}\n" for i in range(40))
    data = OwnTable(name="csv", text=text)
    assert table.read(data, 1, never).notes == (
        "8 rows of 40 left out, because what is to be predicted is missing: y.",
        "8 other rows of 40 left out, because a value to learn from is missing: in len.",
    )
    left = table.rows_left_out(data)
    assert (left.answers, left.inputs) == (8, 8)
    facts = table.facts(data)
    assert facts.train_samples + facts.test_samples == 24
    filled = OwnTable(name="csv", text=text, missing="fill")
    assert (table.rows_left_out(filled).answers, table.rows_left_out(filled).inputs) == (8, 0)
