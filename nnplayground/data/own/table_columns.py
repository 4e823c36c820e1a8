"""What the columns of a table hold, in numbers and words, and which of them a network can be given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

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
    measures = _measures(parsed)
    columns = tuple(_column(name, values, measures[name], data.kinds.get(name), parsed) for name, values in parsed.columns.items())
    usable = [column.name for column in columns if column.usable]
    dialect = parsed.dialect
    return Survey(
        name=parsed.text.name, separator=dialect.separator, decimal=dialect.decimal, header=dialect.header, encoding=parsed.text.encoding,
        rows=parsed.rows, columns=columns, first_rows=first_rows(dialect, SHOWN_ROWS, SHOWN_LETTERS), target=usable[-1] if usable else "",
        sha256=parsed.text.sha256, quotes=dialect.quotes, before=dialect.before, warnings=(*parsed.warnings, *_said_of_last(columns)),
    )  # fmt: skip


def _said_of_last(columns: tuple[Column, ...]) -> list[str]:
    """The last column is what most tables are about."""
    *others, last = columns
    if last.kind is not Kind.CONSTANT or not any(column.usable for column in others):
        return []
    said = f"{last.name}, the last column, is {last.examples[0]} in every row: expected at least 2 classes or values to predict."
    return [f"{said} Add rows with others, or predict another column."]


@dataclass(frozen=True)
class _Measure:
    """What polars finds of all columns in one go, on all cores; `distinct` are about so many. Numbers are None of words."""

    missing: int
    distinct: int
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    std: float | None = None


def _measures(parsed: Parsed) -> dict[str, _Measure]:
    import polars as pl

    frame = pl.DataFrame({str(i): values for i, values in enumerate(parsed.columns.values())})
    asked = []
    for place, dtype in frame.schema.items():
        values = pl.col(place).drop_nulls() if frame[place].null_count() else pl.col(place)
        wanted = [values.approx_n_unique()]
        if dtype == pl.Float64:
            wanted += [values.min(), values.max(), values.mean(), values.std(ddof=0)]
        asked += [what.alias(f"{place} {i}") for i, what in enumerate(wanted)]
    found: dict[int, list[Any]] = {}
    for key, value in frame.select(asked).row(0, named=True).items():
        found.setdefault(int(key.split()[0]), []).append(value)
    return {name: _Measure(frame[str(i)].null_count(), *found[i]) for i, name in enumerate(parsed.columns)}


def _column(name: str, values: pl.Series, measure: _Measure, wanted: str | None, parsed: Parsed) -> Column:
    import polars as pl

    if measure.missing == len(values):
        return Column(name, Kind.EMPTY, measure.missing, left_out=f"{name} is empty.")
    if values.dtype != pl.Float64:
        return _words(name, values, measure, wanted)
    column, writing, table = _numbers(name, values, measure, wanted), parsed.writings.get(name), parsed.dialect.decimal
    if writing is None or not (note := writing.note(name, table)):
        return column
    return replace(column, decimal=writing.decimal, unit=writing.unit, note=note)


def _numbers(name: str, values: pl.Series, measure: _Measure, wanted: str | None) -> Column:
    missing, low, high = measure.missing, measure.low or 0.0, measure.high or 0.0
    distinct = _distinct(values, measure)
    whole = _are_whole(values.head(FEW)) and _are_whole(values)
    words: tuple[str, ...] = ()
    if distinct <= MAX_WORDS:
        words = tuple(number_word(value) for value in values.drop_nulls().unique().sort())
    kind, left_out = Kind.NUMBER, ""
    if distinct == 1 and wanted is None:
        kind, left_out = Kind.CONSTANT, f"{name} is {words[0]} in every row, so there is nothing to learn from it."
    elif whole and distinct > 2 and high - low == len(values) - 1 - missing and name.strip().lower() in ROW_NAMES and values.is_sorted():
        left_out = f"{name} only counts the rows."
    examples = tuple(number_word(value) for value in values.drop_nulls().head(EXAMPLES))
    return Column(name, kind, missing, distinct, examples, low, high, measure.mean, measure.std, whole, (), words, left_out=left_out)


def _are_whole(values: pl.Series) -> bool:
    return bool((values.floor() == values).all())


def _words(name: str, values: pl.Series, measure: _Measure, wanted: str | None) -> Column:
    import polars as pl

    distinct = _distinct(values, measure)
    examples = tuple(word[:SHOWN_WORD] for word in values.drop_nulls().head(EXAMPLES))
    common: tuple[tuple[str, int], ...] = ()
    words: tuple[str, ...] = ()
    if distinct <= MAX_WORDS:
        counts = sorted(values.drop_nulls().value_counts().rows(), key=lambda row: (-row[1], row[0]))
        common = tuple((word[:SHOWN_WORD], count) for word, count in counts[:COMMONEST])
        words = tuple(sorted(word for word, _ in counts))
    looked_at = pl.Series(words, dtype=pl.String) if words else values.drop_nulls().cast(pl.String)
    kind, left_out = Kind.CATEGORY, ""
    if wanted is None and looked_at.head(FEW).str.contains(DATE).all() and looked_at.str.contains(DATE).all():
        kind = Kind.DATE
        left_out = f"{name} holds dates or times, which are no numbers: make columns of their parts, such as the year, to use them."
    elif distinct > MAX_WORDS:
        kind = Kind.TEXT
        left_out = f"{name} has {distinct:,} different words: at most {MAX_WORDS} become inputs. Group them, or leave it out."
    elif distinct == 1 and wanted is None:
        kind, left_out = Kind.CONSTANT, f"{name} is '{examples[0]}' in every row, so there is nothing to learn from it."
    return Column(name, kind, measure.missing, distinct, examples, commonest=common, words=words, left_out=left_out)


def _distinct(values: pl.Series, measure: _Measure) -> int:
    """Of the values that are there: exact where they are few."""
    return values.drop_nulls().n_unique() if measure.distinct <= FEW else measure.distinct


def number_word(value: float) -> str:
    """A number as people write it: 3, not 3.0."""
    return f"{int(value)}" if value == int(value) and abs(value) < 1e15 else f"{value:g}"
