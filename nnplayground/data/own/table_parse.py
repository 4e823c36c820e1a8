"""A table's text as columns of numbers and words: read by polars, whose threads leave Python's lock alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nnplayground.core.own_data import OwnTable
from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.data.own.table_dialect import INFINITE, MISSING, NUMBERS, PLAIN, Dialect, column_names, is_number, look_at
from nnplayground.data.own.table_survey import MAX_COLUMNS
from nnplayground.data.own.table_text import Text, read_text

if TYPE_CHECKING:
    import polars as pl

ROUGHLY_NUMBERS = 0.9
"""From this share of numbers on a column counts as numbers, and its few words as missing."""
LARGEST = 3.4e38
"""What a float32 holds."""


@dataclass(frozen=True)
class Parsed:
    """`columns` are Float64, with null where a value is missing, or String, stripped, with null likewise."""

    text: Text
    dialect: Dialect
    columns: dict[str, pl.Series]
    warnings: tuple[str, ...]

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
        return replace(self, text=replace(self.text, blocks=()), columns=columns)


def parse(data: OwnTable, cancelled: Callable[[], bool]) -> Parsed:
    """Raises DataUnavailable, WrongSetting or Cancelled."""
    text = read_text(data, cancelled)
    in_pairs = sum(block.count(b'"') for block in text.blocks) % 2 == 0
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
    words: list[str] = []
    for i, name in enumerate(names):
        if cancelled():
            raise Cancelled
        columns[name], remark = _typed(frame.to_series(i), name, dialect, data.kinds.get(name))
        words += remark
    return Parsed(text, dialect, columns, (*odd, *ragged, *doubles, *words))


def _check_width(text: Text, dialect: Dialect) -> None:
    if dialect.width > MAX_COLUMNS:
        raise DataUnavailable(
            f"{text.name} has {dialect.width:,} columns where {_NAMES[dialect.separator]} stands between values: "
            f"expected at most {MAX_COLUMNS:,}. Choose another separator, or save fewer columns."
        )


_NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar", " ": "a space"}


def _read(text: Text, dialect: Dialect, data: OwnTable) -> pl.DataFrame | None:
    """All values, in a column more than there are; None where quotation marks do not hold whole values together."""
    import polars as pl
    from polars.exceptions import PanicException, PolarsError

    content = _content(text, dialect)
    as_they_are = {str(i): pl.String() for i in range(dialect.width + 1)}
    absent = [word for word in MISSING[1:] if word not in INFINITE]  # polars reads these itself, so that they can be counted
    as_numbers = {**as_they_are, **{str(i): pl.Float64() for i in _numbers(dialect, data)}}
    for schema, missing in ((as_numbers, None), (as_numbers, absent), (as_they_are, None)):  # the quickest first
        try:
            return pl.read_csv(content, schema=schema, separator=dialect.separator, quote_char='"' if dialect.quotes else None,
                               truncate_ragged_lines=True, null_values=missing)  # fmt: skip
        except (PolarsError, PanicException):  # the latter is what polars makes of some odd quotation marks
            continue
    return None


def _content(text: Text, dialect: Dialect) -> bytes:
    """The body below a line of numbered names, one more than there are columns: so polars shows where a row is too long."""
    names = dialect.separator.join(str(i) for i in range(dialect.width + 1)).encode() + b"\n"
    blocks, start = list(text.blocks), dialect.start
    while blocks and start >= len(blocks[0]):
        start -= len(blocks.pop(0))
    if blocks:
        blocks[0] = blocks[0][start:]
    return b"".join([names, *(_single_spaces(blocks) if dialect.separator == " " else blocks)])


def _single_spaces(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines, with one space between two values and none at the ends."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        yield b"".join(_single_spaced(line) + b"\n" for line in lines)
    yield _single_spaced(rest)


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
    warnings = []
    long = frame[extra].is_not_null() & (frame[extra].str.strip_chars() != "")
    if count := int(long.sum()):
        first = int(long.arg_max() or 0) + 1 + dialect.header
        rows = f"{count:,} rows have" if count > 1 else "1 row has"
        warnings.append(f"{rows} more values than there are columns ({dialect.width}), first row {first:,}; left out.")
        frame = frame.filter(~long)
        if not frame.height:
            raise DataUnavailable("Every row has more values than there are columns. Choose another separator.")
    frame = frame.drop(extra)
    if dialect.width > 1:
        empty = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
        if empty.any():
            frame = frame.filter(~empty)
    return frame, tuple(warnings)


def _typed(values: pl.Series, name: str, dialect: Dialect, wanted: str | None) -> tuple[pl.Series, list[str]]:
    """Numbers where the values are numbers, or are to be; else words."""
    import polars as pl

    if values.dtype == pl.Float64:
        return _finite(values, name)
    words = values.str.strip_chars()
    infinite = int(words.is_in(list(INFINITE)).sum())
    words = words.set(words.is_in(list(MISSING)).fill_null(value=False), None)
    there = len(words) - words.null_count()
    if wanted == "category" or not there:
        return words, []
    if wanted is None and not any(is_number(word, dialect.decimal) for word in words.drop_nulls().head(100).unique()):
        return words, []
    numbers = _as_numbers(words, dialect.decimal)
    left = there - (len(numbers) - numbers.null_count())
    if wanted != "number" and left > (1 - ROUGHLY_NUMBERS) * there:
        return words, []
    sound, remarks = _finite(numbers, name, infinite)
    if not left:
        return sound, remarks
    odd = words.filter(numbers.is_null() & words.is_not_null()).head(1)[0]
    are = f"{left:,} values are no numbers" if left > 1 else "1 value is no number"
    return sound, [f"{name}: {are} ('{odd[:40]}'), so counted as missing.", *remarks]


def _as_numbers(words: pl.Series, decimal: str) -> pl.Series:
    """Float64, null for what is no number; thousands may be set apart."""
    import polars as pl

    words = words.set(~words.str.contains(f"^(?:{NUMBERS[decimal]})$").fill_null(value=True), None)
    words = words.str.replace_all("," if decimal == "." else ".", "", literal=True)
    return (words.str.replace(",", ".", literal=True) if decimal == "," else words).cast(pl.Float64, strict=False)


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
