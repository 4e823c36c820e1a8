"""How a table is written: what stands between values, what before decimals, and whether its first row names the columns."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nnplayground.core.own_data import OwnTable
from nnplayground.data.own.table_text import Text

SEPARATORS = ("\t", ";", "|", ",", " ")
"""In the order in which they are believed where several would do."""
LOOKED_AT = 1 << 20
ROWS_LOOKED_AT = 200
INFINITE = ("inf", "-inf", "Inf", "-Inf")
MISSING = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "?", "-", *INFINITE)
"""What stands for a value that is not there."""
NUMBERS = {
    ".": r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+|[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?)([eE][+-]?[0-9]+)?",
    ",": r"[+-]?([0-9]+,?[0-9]*|,[0-9]+|[0-9]{1,3}(\.[0-9]{3})+(,[0-9]*)?)([eE][+-]?[0-9]+)?",
}
"""What a number looks like, by its decimal sign; the other sign may set thousands apart."""
NUMBER = {decimal: re.compile(pattern) for decimal, pattern in NUMBERS.items()}
PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""A number as polars reads it by itself."""
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Dialect:
    """`rows` are the first rows of the table, the one with the names included; `start` is where its body begins, in bytes of UTF-8."""

    separator: str
    decimal: str
    header: bool
    quotes: bool
    says_separator: bool
    rows: tuple[tuple[str, ...], ...]
    start: int

    @property
    def width(self) -> int:
        """How many columns there are: as many as most rows have, and no fewer than names."""
        usual = Counter(len(row) for row in self.body or self.rows).most_common(1)[0][0]
        return max(usual, len(self.rows[0])) if self.header else usual

    @property
    def body(self) -> tuple[tuple[str, ...], ...]:
        return self.rows[1:] if self.header else self.rows


def is_number(word: str, decimal: str) -> bool:
    return NUMBER[decimal].fullmatch(word.strip()) is not None


def look_at(text: Text, data: OwnTable, *, quotes: bool = True) -> Dialect:
    """Guess what `data` leaves open. Without `quotes`, quotation marks are letters as others are."""
    head = text.head(LOOKED_AT)
    told = re.match(r"sep=(.)\r?\n", head)  # Excel's own way to say it
    start = told.end() if told else 0
    head = head[start:]
    guess = told[1] if told and told[1] in SEPARATORS else ""
    separator: str = data.separator if data.separator != "auto" else guess or _separator(head, quotes=quotes)
    rows, ends = _rows(head, separator, quotes=quotes)
    decimal = data.decimal if data.decimal != "auto" else _decimal(rows[1:] or rows, separator)
    header = data.header == "yes" if data.header != "auto" else _has_header(rows, decimal)
    if header:
        start += ends[0]
    return Dialect(separator, decimal, header, quotes, told is not None, rows, len(text.head(LOOKED_AT)[:start].encode()))


def _rows(head: str, separator: str, *, quotes: bool) -> tuple[tuple[tuple[str, ...], ...], list[int]]:
    """The first rows that are not empty, and at which letter each of them ends."""
    lines = list(io.StringIO(head, newline="\n"))
    rows: list[tuple[str, ...]] = []
    ends: list[int] = []
    place = read = 0
    reader = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
                        skipinitialspace=separator == " ")  # fmt: skip
    while len(rows) < ROWS_LOOKED_AT:
        try:
            row = next(reader)
        except (StopIteration, csv.Error):
            break
        while read < reader.line_num:
            place += len(lines[read])
            read += 1
        if separator == " " and row and not row[-1]:
            row.pop()
        if any(cell.strip() for cell in row):
            rows.append(tuple(row))
            ends.append(place)
    if not rows:  # one field as long as all that was looked at
        return ((head.partition("\n")[0],),), [len(head.partition("\n")[0]) + 1]
    if len(rows) > 1 and place >= len(head) == LOOKED_AT:
        rows.pop()  # cut off
    return tuple(rows), ends


def _separator(head: str, *, quotes: bool) -> str:
    """The one that cuts most rows into equally many values, at least two; a comma where none does."""
    best, most = ",", 0.0
    for separator in SEPARATORS:
        if separator not in head:
            continue
        rows, _ = _rows(head, separator, quotes=quotes)
        width, often = Counter(len(row) for row in rows).most_common(1)[0]
        share = often / len(rows) if width > 1 else 0.0
        if separator == " ":
            share *= 0.5  # words have spaces between them too
        if share > most + 0.05:
            best, most = separator, share
    return best


def _decimal(rows: Rows, separator: str) -> str:
    """A comma where more values need one to be numbers than a point."""
    commas = points = either = 0
    for row in rows:
        for cell in row:
            with_point, with_comma = is_number(cell, "."), is_number(cell, ",")
            points += with_point and not with_comma
            commas += with_comma and not with_point
            either += with_point and with_comma and "," in cell
    if commas == points:  # 1,234 alone is a decimal more often where commas separate nothing
        return "," if either and separator != "," else "."
    return "," if commas > points else "."


def _has_header(rows: Rows, decimal: str) -> bool:
    """Names are words, each another, above something else; a first row with a number in it is no header."""
    first, body = [cell.strip() for cell in rows[0]], rows[1:]
    if any(is_number(cell, decimal) for cell in first):
        return False
    numbers_below = any(is_number(cell, decimal) for row in body for cell in row)
    if numbers_below or not body:
        return True
    return (
        all(first)
        and len(set(first)) == len(first)
        and not any(cell == row[i].strip() for row in body for i, cell in enumerate(first) if i < len(row))
    )


def column_names(dialect: Dialect) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns' names, each another, and what must be said about them."""
    if not dialect.header:
        return tuple(f"column {i + 1}" for i in range(dialect.width)), ()
    names: list[str] = []
    notes = []
    given = [" ".join(name.split())[:SHOWN] for name in dialect.rows[0]]
    given += [""] * (dialect.width - len(given))
    for i, name in enumerate(given):
        wanted = own = name or f"column {i + 1}"
        number = 1
        while own in names or (number > 1 and own in given):
            number += 1
            own = f"{wanted} ({number})"
        if number > 1:
            notes.append(f"Two columns are named '{wanted}'; the later one is called '{own}' here.")
        names.append(own)
    return tuple(names), tuple(notes)


SHOWN = 80
"""Letters of a column's name."""


def first_rows(dialect: Dialect, rows: int, letters: int) -> tuple[tuple[str, ...], ...]:
    """Rows below the header as they are written, each with a cell for every column."""
    width = dialect.width
    return tuple((tuple(cell[:letters] for cell in row[:width]) + ("",) * width)[:width] for row in dialect.body[:rows])
