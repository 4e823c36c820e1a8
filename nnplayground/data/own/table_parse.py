"""A table's text as columns of numbers and words: read by polars, whose threads leave Python's lock alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nnplayground.core.own_data import OwnTable
from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.data.own.table_dialect import Dialect, column_names, look_at, quotes_above
from nnplayground.data.own.table_numbers import INFINITE, MISSING, PLAIN, Writing, as_numbers, writing_of
from nnplayground.data.own.table_survey import MAX_COLUMNS
from nnplayground.data.own.table_text import Text, count, pieces, read_text

if TYPE_CHECKING:
    import polars as pl

ROUGHLY_NUMBERS = 0.9
"""From this share of numbers on a column counts as numbers, and its few words as missing."""
NOTED = 3
"""Columns of whose numbers it is said at once how they were read."""
SAMPLE = 500
"""Values from the beginning, and as many from the whole column, of which it is guessed how they are written."""
MANY, FEW_WORDS = 10_000, 200
"""From so many values on it pays to look at each of a few different words only once."""
LARGEST = 3.4e38
"""What a float32 holds."""


@dataclass(frozen=True)
class Parsed:
    """`columns` are Float64, with null where a value is missing, or String (Enum for a few words), stripped, with null likewise."""

    text: Text
    dialect: Dialect
    columns: dict[str, pl.Series]
    warnings: tuple[str, ...]
    writings: Mapping[str, Writing]
    """Of the columns whose numbers were words to polars."""

    @property
    def rows(self) -> int:
        return len(next(iter(self.columns.values())))

    @property
    def size(self) -> int:
        """Bytes, about."""
        return sum(int(values.estimated_size()) for values in self.columns.values())

    def compact(self, wanted: Mapping[str, tuple[str, ...] | None]) -> Parsed:
        """Some columns without the text; those of the given words as their places among these."""
        import polars as pl

        columns = {name: self.columns[name] if words is None else self.columns[name].cast(pl.Enum(words)) for name, words in wanted.items()}
        return replace(self, text=replace(self.text, content=b""), columns=columns)


def parse(data: OwnTable, cancelled: Callable[[], bool]) -> Parsed:
    """Raises DataUnavailable, WrongSetting or Cancelled."""
    text = read_text(data, cancelled)
    in_pairs = (count(text.content, b'"') - quotes_above(text)) % 2 == 0
    for quotes in (True, False)[not in_pairs :]:
        dialect = look_at(text, data, quotes=quotes)
        _check_width(text, dialect)
        frame = _read(text, dialect, data)
        if frame is not None:
            break
    else:
        raise DataUnavailable(f"{text.name} cannot be read as a table of text. Save it as CSV anew, or choose another separator.")
    odd = () if dialect.quotes else ("Its quotation marks are not in pairs, so they are read as letters.",)
    if cancelled():
        raise Cancelled
    frame, ragged = _without_odd_rows(frame, dialect)
    names, doubles = column_names(dialect)
    if not frame.height:
        raise DataUnavailable(f"{text.name} has no rows below its header: expected a table with a row a line. Choose another file.")
    columns: dict[str, pl.Series] = {}
    writings: dict[str, Writing] = {}
    words: list[str] = []
    sound = _sound(frame)
    for i, name in enumerate(names):
        if cancelled():
            raise Cancelled
        if str(i) in sound:
            columns[name] = frame.to_series(i)
            continue
        values, writing, remarks = _typed(frame.to_series(i), name, dialect, data.kinds.get(name))
        columns[name] = values
        words += remarks
        if writing is not None:
            writings[name] = writing
    said = (*odd, *_said_of_comments(dialect), *ragged, *doubles, *_said_of_writings(writings, dialect), *words)
    return Parsed(text, dialect, columns, said, writings)


def _sound(frame: pl.DataFrame) -> frozenset[str]:
    """The columns of plain numbers that a network can take as they are; in one go, which polars does on all cores."""
    import polars as pl

    all_sound = frame.select((pl.selectors.by_dtype(pl.Float64).abs() <= LARGEST).all())
    return frozenset(name for name in all_sound.columns if all_sound[name][0])


def _said_of_comments(dialect: Dialect) -> list[str]:
    if dialect.comments == 1:
        return ["1 line before its header begins with '#' and is left out as a comment."]
    return [f"{dialect.comments:,} lines before its header begin with '#' and are left out as comments."] if dialect.comments else []


def _said_of_writings(writings: Mapping[str, Writing], dialect: Dialect) -> list[str]:
    notes = [note for name, writing in writings.items() if (note := writing.note(name, dialect.decimal))]
    more = [f"{len(notes) - NOTED:,} more columns are read likewise; each says so."] if len(notes) > NOTED else []
    return [*notes[:NOTED], *more]


def _check_width(text: Text, dialect: Dialect) -> None:
    if dialect.width > MAX_COLUMNS:
        raise DataUnavailable(
            f"{text.name} has {dialect.width:,} columns where {_NAMES[dialect.separator]} stands between values: "
            f"expected at most {MAX_COLUMNS:,}. Choose another separator, or save fewer columns."
        )


_NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar", " ": "a space"}


def _read(text: Text, dialect: Dialect, data: OwnTable) -> pl.DataFrame | None:
    """All values, in a column more than there are: it shows where a row is too long.

    None where quotation marks do not hold whole values together.
    """
    import polars as pl
    from polars.exceptions import PanicException, PolarsError

    content = text.content if dialect.separator != " " else _single_spaces(text.content)
    as_they_are = {str(i): pl.String() for i in range(dialect.width + 1)}
    absent = [word for word in MISSING[1:] if word not in INFINITE]  # polars reads these itself, so that they can be counted
    as_numbers = {**as_they_are, **{str(i): pl.Float64() for i in _numbers(dialect, data)}}
    for schema, missing in ((as_numbers, None), (as_numbers, absent), (as_they_are, None)):  # the quickest first
        try:
            return pl.read_csv(content, schema=schema, has_header=False, skip_lines=dialect.skipped, separator=dialect.separator,
                               quote_char='"' if dialect.quotes else None, truncate_ragged_lines=True, missing_columns="insert",
                               extra_columns="ignore", null_values=missing)  # fmt: skip
        except (PolarsError, PanicException):  # the latter is what polars makes of some odd quotation marks
            continue
    return None


def _single_spaces(content: bytes) -> bytes:
    """Whole lines, with one space between two values and none at the ends."""
    out, rest = [], b""
    for start, end in pieces(content):
        *lines, rest = (rest + content[start:end]).split(b"\n")
        out += [_single_spaced(line) + b"\n" for line in lines]
    return b"".join([*out, _single_spaced(rest)])


def _single_spaced(line: bytes) -> bytes:
    return b" ".join(filter(None, line.strip(b" \r").split(b" ")))


def _numbers(dialect: Dialect, data: OwnTable) -> Iterable[int]:
    """The columns that hold nothing but plain numbers as far as one has looked."""
    if dialect.decimal == ",":
        return
    names, _ = column_names(dialect)
    for i in range(dialect.width):
        cells = [row[i] for row in dialect.body if i < len(row) and row[i] not in MISSING]
        if cells and data.kinds.get(names[i]) != "category" and all(PLAIN.fullmatch(cell) for cell in cells):
            yield i


def _without_odd_rows(frame: pl.DataFrame, dialect: Dialect) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Rows that are empty are left out without a word, those with too many values with one."""
    import polars as pl

    extra = str(dialect.width)
    warnings: list[str] = []
    if frame[extra].null_count() < frame.height:
        long = frame[extra].is_not_null() & (frame[extra].str.strip_chars() != "")
        frame, warnings = _without_long(frame, long, dialect)
    frame = frame.drop(extra)
    if dialect.width > 1 and all(values.null_count() for values in frame):
        empty = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
        if empty.any():
            frame = frame.filter(~empty)
    return frame, (*warnings, *_said_of_late_comments(frame))


def _said_of_late_comments(frame: pl.DataFrame) -> list[str]:
    """Of rows that hold nothing but a first value that begins as a comment does."""
    import polars as pl

    if frame.width < 2 or frame["0"].dtype != pl.String or not frame["1"].null_count():
        return []
    late = frame["0"].filter(frame["1"].is_null() & frame["0"].str.starts_with("#"))
    if not len(late):
        return []
    what = "1 row below the header begins" if len(late) == 1 else f"{len(late):,} rows below the header begin"
    return [f"{what} with '#' ('{late[0][:40]}'), and counts as a row. If it is a comment, delete it from the file."]


def _without_long(frame: pl.DataFrame, long: pl.Series, dialect: Dialect) -> tuple[pl.DataFrame, list[str]]:
    count = int(long.sum())
    if not count:
        return frame, []
    first = int(long.arg_max() or 0) + 1 + dialect.header
    rows = f"{count:,} rows have" if count > 1 else "1 row has"
    frame = frame.filter(~long)
    if not frame.height:
        raise DataUnavailable("Every row has more values than there are columns. Choose another separator.")
    return frame, [f"{rows} more values than there are columns ({dialect.width}), first row {first:,}; left out."]


def _typed(values: pl.Series, name: str, dialect: Dialect, wanted: str | None) -> tuple[pl.Series, Writing | None, list[str]]:
    """Numbers where the values are numbers, or are to be; else words."""
    import polars as pl

    if values.dtype == pl.Float64:
        sound, remarks = _finite(values, name)
        return sound, None, remarks
    if wanted is None and (few := _few_words(values)) is not None:
        return few, None, []
    words = values.str.strip_chars()
    infinite = int(words.is_in(list(INFINITE)).sum())
    words = words.set(words.is_in(list(MISSING)).fill_null(value=False), None)
    there = len(words) - words.null_count()
    if wanted == "category" or not there:
        return words, None, []
    writing = writing_of(_sample(words), dialect.decimal)
    if writing is None and wanted is None:
        return words, None, []
    writing = writing or Writing(dialect.decimal)
    numbers = as_numbers(words, writing)
    left = there - (len(numbers) - numbers.null_count())
    if wanted != "number" and left > (1 - ROUGHLY_NUMBERS) * there:
        return words, None, []
    sound, remarks = _finite(numbers, name, infinite)
    if not left:
        return sound, writing, remarks
    odd = words.filter(numbers.is_null() & words.is_not_null()).head(1)[0]
    are = f"{left:,} values are no numbers" if left > 1 else "1 value is no number"
    return sound, writing, [f"{name}: {are} ('{odd[:40]}'), so counted as missing.", *remarks]


def _few_words(values: pl.Series) -> pl.Series | None:
    """A large column as an Enum where there are but a few different words, none of which is a number or to be stripped."""
    import polars as pl

    if len(values) < MANY or values.head(MANY).n_unique() > FEW_WORDS:
        return None
    different = values.unique().drop_nulls()
    if len(different) > FEW_WORDS:
        return None
    words = sorted(different)
    if any(word != word.strip() or word in MISSING for word in words) or writing_of(words, ".") is not None:
        return None
    return values.cast(pl.Enum(words))


def _sample(words: pl.Series) -> list[str]:
    """Of the values that are there, some from the beginning and some from everywhere."""
    there = words.drop_nulls()
    return [*there.head(SAMPLE), *there.gather_every(max(1, len(there) // SAMPLE))] if len(there) > SAMPLE else list(there)


def _finite(numbers: pl.Series, name: str, infinite: int = 0) -> tuple[pl.Series, list[str]]:
    """Null for NaN, and with a word for infinity and what is too large for a network's numbers. `infinite` are null already."""
    sound = (numbers.abs() <= LARGEST).fill_null(value=True)
    if not sound.all():
        infinite += int((~sound & numbers.is_not_nan()).sum())
        numbers = numbers.set(~sound, None)
    if not infinite:
        return numbers, []
    are = f"{infinite:,} values are" if infinite > 1 else "1 value is"
    return numbers, [f"{name}: {are} infinite or too large, so counted as missing."]
