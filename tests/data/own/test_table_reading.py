"""Tables in every dialect and encoding, and files that are none: each read right, or refused in a sentence."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnplayground.core.own_data import OwnTable
from nnplayground.data.errors import Cancelled, DataUnavailable, WrongSetting
from nnplayground.data.own import table
from nnplayground.data.own.table_parse import parse
from nnplayground.data.own.table_survey import Kind, Survey
from nnplayground.data.store import never

Written = Callable[..., OwnTable]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A file with this content, as data of one's own."""

    def write(content: bytes | str, name: str = "t.csv", **settings: Any) -> OwnTable:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return OwnTable(name="csv", path=str(tmp_path / name), **settings)

    return write


def columns(data: OwnTable) -> dict[str, list[Any]]:
    return {name: values.to_list() for name, values in parse(data, never).columns.items()}


def refused(data: OwnTable) -> str:
    """The sentence; a table that cannot be read is refused by all that look at it, and says the same."""
    with pytest.raises(DataUnavailable) as caught:
        table.survey(data)
    with pytest.raises(DataUnavailable) as again:
        table.facts(data)
    assert str(again.value) == str(caught.value)
    assert str(caught.value).endswith(".")
    return str(caught.value)


# --- dialects


@pytest.mark.parametrize(
    ("text", "separator", "decimal", "header", "expected"),
    [
        ("a,b\n1,2\n3,4\n", ",", ".", True, {"a": [1, 3], "b": [2, 4]}),
        ("a;b\n1,5;2\n3;4,25\n", ";", ",", True, {"a": [1.5, 3], "b": [2, 4.25]}),
        ("a\tb\r\n1.5\tx\r\n2\ty y\r\n", "\t", ".", True, {"a": [1.5, 2], "b": ["x", "y y"]}),
        ("1|2\n3|4", "|", ".", False, {"column 1": [1, 3], "column 2": [2, 4]}),
        ("  1 2   3\n4   5 6  \n", " ", ".", False, {"column 1": [1, 4], "column 2": [2, 5], "column 3": [3, 6]}),
        ('"a, b";c\n"1.234,5";x\n2.000;"y;z"\n', ";", ",", True, {"a, b": [1234.5, 2000], "c": ["x", "y;z"]}),
        ('n,w\n"1,234.5",x\n"2,000",y\n', ",", ".", True, {"n": [1234.5, 2000], "w": ["x", "y"]}),
        ("a,b\n-1e3,.5\n+2.,5E-1\n", ",", ".", True, {"a": [-1000, 2], "b": [0.5, 0.5]}),
        ("sep=;\nx;y\n1;2\n3;4\n", ";", ".", True, {"x": [1, 3], "y": [2, 4]}),
        ('a,b\n"two\nlines",1\n"a ""quote""",2\n', ",", ".", True, {"a": ["two\nlines", 'a "quote"'], "b": [1, 2]}),
        ("a,b\n\n1,2\n\n\n3,4\n\n", ",", ".", True, {"a": [1, 3], "b": [2, 4]}),
        ("a,b\r1,2\r3,4\r", ",", ".", True, {"a": [1, 3], "b": [2, 4]}),
        ("a,b\r\n1,2\n3,4\r5,6", ",", ".", True, {"a": [1, 3, 5], "b": [2, 4, 6]}),
        ("city,kind\nRome,x\nOslo,y\n", ",", ".", True, {"city": ["Rome", "Oslo"], "kind": ["x", "y"]}),
        ("red,x\nblue,y\nred,x\n", ",", ".", False, {"column 1": ["red", "blue", "red"], "column 2": ["x", "y", "x"]}),
    ],
)  # fmt: skip
def test_how_a_table_is_written_is_guessed(written: Written, text: str, separator: str, decimal: str, header: bool, expected: Any):
    for data in (written(text), OwnTable(name="csv", text=text)):
        found = table.survey(data)
        assert (found.separator, found.decimal, found.header, found.encoding) == (separator, decimal, header, "utf-8")
        assert columns(data) == expected
        assert found.rows == len(next(iter(expected.values())))


def test_a_wrong_guess_can_be_put_right():
    text = "1;2\n3;4\n"
    assert columns(OwnTable(name="csv", text=text, separator=",", header="no")) == {"column 1": ["1;2", "3;4"]}
    assert columns(OwnTable(name="csv", text=text, header="yes")) == {"1": [3], "2": [4]}
    assert columns(OwnTable(name="csv", text="1,234;a\n5,678;b\n")) == {"column 1": [1.234, 5.678], "column 2": ["a", "b"]}
    assert columns(OwnTable(name="csv", text="1,234;a\n5,678;b\n", decimal=".")) == {"column 1": [1234, 5678], "column 2": ["a", "b"]}
    zips = "zip,y\n01234,1\n00001,2\n"
    assert columns(OwnTable(name="csv", text=zips))["zip"] == [1234, 1]
    assert columns(OwnTable(name="csv", text=zips, kinds={"zip": "category"}))["zip"] == ["01234", "00001"]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"),
     ("utf-32", "utf-32"), ("cp1252", None)],
)  # fmt: skip
def test_letters_in_any_encoding(written: Written, encoding: str, found: str | None):
    text = "größe;straße\n" + "".join(f"{i};Königsallee {'süd' if i % 2 else 'östlich'}\n" for i in range(40))
    data = written(text.encode(encoding))
    if found:
        assert table.survey(data).encoding == found
    assert columns(data)["größe"] == list(range(40))
    assert columns(data)["straße"][:2] == ["Königsallee östlich", "Königsallee süd"]


@pytest.mark.parametrize("encoding", ["gb18030", "cp1251", "shift_jis", "utf-8"])
def test_an_encoding_that_is_told(written: Written, encoding: str):
    word = "прив" if encoding == "cp1251" else "数据"
    data = written(f"a,b\n{word},1\nx,2\n".encode(encoding), encoding=encoding)
    assert columns(data)["a"] == [word, "x"]


@pytest.mark.parametrize("encoding", ["klingon", "zlib", "base64", "rot13", "\0", "x" * 40])
def test_an_encoding_that_is_none(encoding: str):
    with pytest.raises(WrongSetting, match="expected an encoding such as utf-8") as caught:
        table.survey(OwnTable(name="csv", text="a,b\n1,2\n", encoding=encoding))
    assert caught.value.place == "data.encoding"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "utf-16-le", "shift_jis"])
def test_an_encoding_that_does_not_fit(written: Written, encoding: str):
    data = written(b"a,b\n\xe4\xff\xfe,1\n2,3", encoding=encoding)
    assert "is not written in" in refused(data)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), max_size=8)
WORDS = CELLS.map(lambda word: f"w{word}w")
VALUES = st.floats(-1e30, 1e30).map(lambda value: value + 0.0)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[Any]], dict[str, Any], bytes]:
    """Rows of numbers and words in some dialect: the rows, how they are written, and the bytes."""
    separator, decimal = draw(st.sampled_from([(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ","), ("|", "."), ("|", ",")]))
    kinds = draw(st.lists(st.sampled_from([VALUES, WORDS]), min_size=1, max_size=4))
    rows = draw(st.lists(st.tuples(st.just(1.5), *kinds), min_size=2, max_size=12))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))
    out = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=draw(st.sampled_from(["\n", "\r\n"])))
    writer.writerow([f"name {i}" for i in range(len(rows[0]))])
    for row in rows:
        writer.writerow([repr(cell).replace(".", decimal) if isinstance(cell, float) else cell for cell in row])
    told = {"separator": separator, "decimal": decimal, "header": "yes", "encoding": encoding if encoding == "gb18030" else "auto"}
    return [list(row) for row in rows], told, out.getvalue().encode(encoding)


@given(tables())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_written_is_read(written: Written, drawn: tuple[list[list[Any]], dict[str, Any], bytes]):
    rows, told, content = drawn
    found = columns(written(content, **told))
    assert [list(row) for row in zip(*found.values(), strict=True)] == rows
    assert list(found) == [f"name {i}" for i in range(len(rows[0]))]


@given(st.binary(max_size=400) | st.text(alphabet='ab1,;\t|" \n\r.\x00é', max_size=120).map(str.encode))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_bytes_are_a_table_or_refused_in_a_sentence(written: Written, content: bytes):
    data = written(content)
    sentence = ""
    try:
        found = table.survey(data)
        assert found.rows == len(next(iter(columns(data).values())))
        table.facts(data)
        table.read(data, 1, never)
    except DataUnavailable as error:
        sentence = str(error)
    assert sentence == "" or sentence.rstrip().endswith((".", "?"))


# --- files that are none, or bad ones


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("houses.csv", "a,b\n1,2\n")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n \r\n\n", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (codecs.BOM_UTF16_LE, "is empty"),
        (zipped(), "a zip archive"),
        (gzip.compress(b"a,b\n1,2\n"), "a gzip archive"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a picture"),
        (b"SQLite format 3\0" + bytes(100), "an SQLite database"),
        (bytes(range(1, 256)) * 40, "a binary file"),
        (b"a,b\n1,2\n" * 3 + b"3,\x004\n", "a binary file"),
        (b"a,b\n" + b"1,2\n" * 5000 + b"3,\x004\n", "a byte 0 in line 5,002"),
        (b"only,a,header\n", "no rows below its header"),
        (b"one\n1\n2\n", "one column"),
        (b",".join([b"1"] * 10_000) + b"\n" + b",".join([b"2"] * 10_000), "10,000 columns"),
        (b"a,b\nNaN,nan\nNA,\n", "no column that can be predicted"),
        (b"a,b\n1,x\n2,x\n", None),
        (b"when,at\n2020-01-01,12:30\n2020-01-02,13:00\n", "dates or times"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_in_a_sentence(written: Written, content: bytes, words: str | None):
    data = written(content)
    if words in ("one column", "no column that can be predicted", "dates or times"):  # it is a table all the same, and shown
        assert table.survey(data).rows
        with pytest.raises(DataUnavailable, match=words):
            table.facts(data)
    elif words is None:  # b is constant; a is left to predict, and then there is nothing to predict it from
        with pytest.raises(DataUnavailable, match=r"no column to predict a from\. b is 'x' in every row"):
            table.facts(data)
    else:
        assert words in refused(data)
    assert Path(data.path).read_bytes() == content


def test_places_that_are_no_files(tmp_path: Path):
    assert "is a folder" in refused(OwnTable(name="csv", path=str(tmp_path)))
    assert "is not there. Put the file back" in refused(OwnTable(name="csv", path=str(tmp_path / "gone.csv")))
    assert "is not there" in refused(OwnTable(name="csv", path="http://127.0.0.1:9/houses.csv"))
    assert "no file's name" in refused(OwnTable(name="csv", path="a\0b"))
    assert "File name too long" in refused(OwnTable(name="csv", path="x" * 5000))


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
def test_a_device_is_never_read():
    assert "a device or a pipe" in refused(OwnTable(name="csv", path="/dev/zero"))


@pytest.mark.parametrize(("number", "reason"), [(13, "Permission denied"), (5, "Input/output error")])
def test_a_file_that_cannot_be_read(written: Written, monkeypatch: pytest.MonkeyPatch, number: int, reason: str):
    def fails(*_: Any) -> None:
        raise OSError(number, reason)

    data = written("a,b\n1,2\n")
    monkeypatch.setattr(Path, "open", fails)
    assert f"cannot be read: {reason}" in refused(data)


def test_ragged_rows(written: Written):
    data = written("a,b,y\n1,2,3\n4\n5,6,7,8\n9,10,11,\n12,13,14\n\n1,2,3,4,5,6\n")
    found = table.survey(data)
    assert found.rows == 4
    assert columns(data) == {"a": [1, 4, 9, 12], "b": [2, None, 10, 13], "y": [3, None, 11, 14]}
    assert found.warnings == ("2 rows have more values than there are columns (3), first row 4; left out.",)
    assert (found.column("b").missing, found.column("y").missing) == (1, 1)


def test_names_that_are_there_twice_or_missing():
    found = table.survey(OwnTable(name="csv", text="a,a,,a (2),a\n1,2,3,4,5\n6,7,8,9,10\n"))
    assert found.names == ("a", "a (3)", "column 3", "a (2)", "a (4)")
    assert len(found.warnings) == 2
    assert found.warnings[0] == "Two columns are named 'a'; the later one is called 'a (3)' here."


def test_a_quotation_mark_that_is_never_closed():
    found = table.survey(OwnTable(name="csv", text='size,y\n5" pipe,1\n"7 inch,2\n3,4\n'))
    assert found.rows == 3
    assert not found.quotes
    assert found.warnings == ("Its quotation marks are not in pairs, so they are read as letters.",)
    assert [row[0] for row in found.first_rows] == ['5" pipe', '"7 inch', "3"]


@pytest.mark.parametrize("end", ['3,"', '"', '3,4"', '"3,4', '3,"4"",'])
def test_quotation_marks_at_the_very_end(end: str):
    """polars panics at some of these."""
    found = table.survey(OwnTable(name="csv", text="a,b\n" + "1,2\n" * 30 + end))
    assert found.rows == 31
    assert found.names == ("a", "b")


def test_a_huge_field(written: Written):
    data = written(b"text,y\n" + b"x" * 3_000_000 + b",1\nb,2\n")
    found = table.survey(data)
    assert found.rows == 2
    assert found.column("y").words == ("1", "2")


def test_a_table_that_names_more_rows_than_it_shows(written: Written):
    data = written("n,m\n" + "".join(f"{i},{i % 7}\n" for i in range(100_000)))
    found = table.survey(data)
    assert (found.rows, len(found.first_rows)) == (100_000, 50)
    assert (found.column("n").low, found.column("n").high, found.column("n").mean) == (0, 99_999, 49_999.5)


@pytest.mark.parametrize("after", [0, 1, 3])
def test_looking_can_be_called_off(written: Written, after: int):
    data = written("a,b\n" + "1,2\n" * 700_000)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > after

    with pytest.raises(Cancelled):
        table.survey(data, cancelled)
    assert table.known(data) is None
    assert isinstance(table.survey(data), Survey)


def test_values_that_no_network_takes_are_missing():
    found = columns(OwnTable(name="csv", text="a,b\n1,1e39\n-inf,2\nnan,3\n1e400,4\n5,-\n6,?\n"))
    assert found == {"a": [1, None, None, None, 5, 6], "b": [None, 2, 3, 4, None, None]}


@pytest.mark.parametrize(
    ("cells", "remarks"),
    [(["1", "inf", "-inf", "1e400", "nan"], ("a: 3 values are infinite or too large, so counted as missing.",)),
     (["1", "Inf", "NA"], ("a: 1 value is infinite or too large, so counted as missing.",)),
     (["1,000", "inf", "1e39"], ("a: 2 values are infinite or too large, so counted as missing.",)),
     (["1", "nan", "NA", "?"], ())],
)  # fmt: skip
def test_infinite_values_are_missing_and_said(cells: list[str], remarks: tuple[str, ...]):
    text = "a;b\n" + "".join(f"{cell};{i}\n" for i, cell in enumerate([*cells, "7", "8"]))
    found = table.survey(OwnTable(name="csv", text=text, separator=";", decimal="."))
    assert found.warnings == remarks
    assert (found.column("a").kind, found.column("a").missing) == (Kind.NUMBER, len(cells) - 1)


def test_words_that_say_infinite_are_no_remark_among_words():
    found = table.survey(OwnTable(name="csv", text="a,b\nred,1\ninf,2\nblue,3\n"))
    assert found.warnings == ()


def test_a_few_words_among_numbers_are_missing_values_and_said():
    text = "a,b\n" + "".join(f"{i},{i}\n" for i in range(30)) + "unknown,1\n2,much later\n"
    found = table.survey(OwnTable(name="csv", text=text))
    assert [column.kind for column in found.columns] == [Kind.NUMBER, Kind.NUMBER]
    assert "a: 1 value is no number ('unknown'), so counted as missing." in found.warnings
    many = table.survey(OwnTable(name="csv", text="a,b\n1,1\n2,2\nx,3\ny,4\n"))
    assert many.column("a").kind is Kind.CATEGORY
    told = table.survey(OwnTable(name="csv", text="a,b\n1,1\n2,2\nx,3\ny,4\n", kinds={"a": "number"}))
    assert (told.column("a").kind, told.column("a").missing) == (Kind.NUMBER, 2)


def test_a_word_far_below_where_one_looks_first(written: Written):
    """Numbers in the first rows: what comes later is seen all the same."""
    head = "a,b\n" + "1,2\n" * 5000
    assert columns(written(head + "NA,3\n", "na.csv"))["a"][-1] is None
    assert columns(written(head * 1 + "x y,3\n", "word.csv"))["a"][-1] is None
    found = columns(written(head + "word,3\n" * 5000, "words.csv"))["a"]
    assert (found[0], found[-1]) == ("1", "word")
