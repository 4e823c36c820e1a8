"""What the columns of a table hold, in numbers and words, and which of them a network can be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnplayground.core.own_data import OwnTable
from nnplayground.data.own.table_dialect import first_rows
from nnplayground.data.own.table_parse import Parsed
from nnplayground.data.own.table_survey import MAX_WORDS, SHOWN_LETTERS, SHOWN_ROWS, Column, Kind, Survey

if TYPE_CHECKING:
    import polars as pl

EXAMPLES, COMMONEST, SHOWN_WORD = 5, 10, 60
FEW = 200
"""Up to so many different values are counted one by one; more are estimated, which is much quicker."""
ROW_NAMES = ("", "id", "index", "no", "nr", "row", "rowid", "row_id", "number")
DATE = (
    r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4})"
    r"([T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?( ?(Z|[+-]\d{2}:?\d{2}))?)?$|^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?$"
)


def describe(parsed: Parsed, data: OwnTable) -> Survey:
    """Everything that is to be known of a table."""
    columns = tuple(_column(name, values, data.kinds.get(name)) for name, values in parsed.columns.items())
    usable = [column.name for column in columns if column.usable]
    dialect = parsed.dialect
    return Survey(
        name=parsed.text.name, separator=dialect.separator, decimal=dialect.decimal, header=dialect.header, encoding=parsed.text.encoding,
        rows=parsed.rows, columns=columns, first_rows=first_rows(dialect, SHOWN_ROWS, SHOWN_LETTERS), target=usable[-1] if usable else "",
        sha256=parsed.text.sha256, quotes=dialect.quotes, says_separator=dialect.says_separator, warnings=parsed.warnings,
    )  # fmt: skip


def _column(name: str, values: pl.Series, wanted: str | None) -> Column:
    import polars as pl

    missing = values.null_count()
    if missing == len(values):
        return Column(name, Kind.EMPTY, missing, left_out=f"{name} is empty.")
    return (_numbers if values.dtype == pl.Float64 else _words)(name, values, missing, wanted)


def _numbers(name: str, values: pl.Series, missing: int, wanted: str | None) -> Column:
    low, high, mean, std = (float(value) for value in (values.min(), values.max(), values.mean(), values.std(ddof=0)))  # type: ignore[arg-type]
    distinct = _distinct(values)
    whole = bool((values.floor() == values).all())
    words: tuple[str, ...] = ()
    if distinct <= MAX_WORDS:
        words = tuple(number_word(value) for value in values.drop_nulls().unique().sort())
    kind, left_out = Kind.NUMBER, ""
    if distinct == 1 and wanted is None:
        kind, left_out = Kind.CONSTANT, f"{name} is {words[0]} in every row, so there is nothing to learn from it."
    elif whole and distinct > 2 and high - low == len(values) - 1 - missing and name.strip().lower() in ROW_NAMES and values.is_sorted():
        left_out = f"{name} only counts the rows."
    examples = tuple(number_word(value) for value in values.drop_nulls().head(EXAMPLES))
    return Column(name, kind, missing, distinct, examples, low, high, mean, std, whole, (), words, left_out)


def _words(name: str, values: pl.Series, missing: int, wanted: str | None) -> Column:
    distinct = _distinct(values)
    examples = tuple(word[:SHOWN_WORD] for word in values.drop_nulls().head(EXAMPLES))
    common: tuple[tuple[str, int], ...] = ()
    words: tuple[str, ...] = ()
    if distinct <= MAX_WORDS:
        counts = sorted(values.drop_nulls().value_counts().rows(), key=lambda row: (-row[1], row[0]))
        common = tuple((word[:SHOWN_WORD], count) for word, count in counts[:COMMONEST])
        words = tuple(sorted(word for word, _ in counts))
    kind, left_out = Kind.CATEGORY, ""
    if wanted is None and values.drop_nulls().head(FEW).str.contains(DATE).all() and values.drop_nulls().str.contains(DATE).all():
        kind = Kind.DATE
        left_out = f"{name} holds dates or times, which are no numbers: make columns of their parts, such as the year, to use them."
    elif distinct > MAX_WORDS:
        kind = Kind.TEXT
        left_out = f"{name} has {distinct:,} different words: at most {MAX_WORDS} become inputs. Group them, or leave it out."
    elif distinct == 1 and wanted is None:
        kind, left_out = Kind.CONSTANT, f"{name} is '{examples[0]}' in every row, so there is nothing to learn from it."
    return Column(name, kind, missing, distinct, examples, commonest=common, words=words, left_out=left_out)


def _distinct(values: pl.Series) -> int:
    """Of the values that are there: exact where they are few."""
    there = values.drop_nulls()
    about = int(there.approx_n_unique())  # type: ignore[arg-type]
    return there.n_unique() if about <= FEW else about


def number_word(value: float) -> str:
    """A number as people write it: 3, not 3.0."""
    return f"{int(value)}" if value == int(value) and abs(value) < 1e15 else f"{value:g}"
