"""How a table is written: what stands between values, what before decimals, and whether its first row names the columns."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nnplayground.core.own_data import OwnTable
from nnplayground.data.own.table_numbers import is_number, unit_of, without_unit
from nnplayground.data.own.table_text import Text

SEPARATORS = ("\t", ";", "|", ",", " ")
"""In the order in which they are believed where several would do."""
LOOKED_AT = 1 << 20
ROWS_LOOKED_AT = 200
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Dialect:
    """`rows` are the first rows of the table, the one with the names included.

    `before` are the lines that stand before them (`comments` of these are comments), `skipped` those before the table's body.
    """

    separator: str
    decimal: str
    header: bool
    quotes: bool
    rows: tuple[tuple[str, ...], ...]
    before: int
    comments: int
    skipped: int

    @property
    def width(self) -> int:
        """How many columns there are: as many as most rows have, and no fewer than names."""
        usual = Counter(len(row) for row in self.body or self.rows).most_common(1)[0][0]
        return max(usual, len(self.rows[0])) if self.header else usual

    @property
    def body(self) -> tuple[tuple[str, ...], ...]:
        return self.rows[1:] if self.header else self.rows


def look_at(text: Text, data: OwnTable, *, quotes: bool = True) -> Dialect:
    """Guess what `data` leaves open. Without `quotes`, quotation marks are letters as others are."""
    head = text.head(LOOKED_AT)
    told, start, comments = _top(head)
    guess = told if told in SEPARATORS else ""
    body = head[start + sum(map(len, comments)) :]
    separator: str = data.separator if data.separator != "auto" else guess or _separator(body, quotes=quotes)
    if comments:
        comments = _without_rows(comments, _rows(body, separator, quotes=quotes)[0], separator)
    start += sum(map(len, comments))
    before = head.count("\n", 0, start)
    rows, ends = _rows(head[start:], separator, quotes=quotes)
    decimal = data.decimal if data.decimal != "auto" else _decimal(rows[1:] or rows, separator)
    header = data.header == "yes" if data.header != "auto" else _has_header(rows, decimal)
    if header:
        start += ends[0]
    said = sum(line.startswith("#") for line in comments)
    names = head[:start]
    return Dialect(separator, decimal, header, quotes, rows, before, said, names.count("\n") + (not names.endswith("\n") and header))


def quotes_above(text: Text) -> int:
    """Quotation marks in the comments before the table, which need not be in pairs."""
    return sum(line.count('"') for line in _top(text.head(LOOKED_AT))[2])


def _top(head: str) -> tuple[str, int, list[str]]:
    """The separator that a first line tells, which is Excel's own way to say it; where that line ends; the comments below it."""
    told = re.match(r"sep=(.)\r?\n", head)
    return (told[1], told.end(), _comments(head[told.end() :])) if told else ("", 0, _comments(head))


def _comments(head: str) -> list[str]:
    """The first lines as long as they begin with '#', and empty ones between them; none where nothing else follows."""
    lines: list[str] = []
    for line in io.StringIO(head, newline="\n"):
        if not line.startswith("#") and line.strip():
            while lines and not lines[-1].strip():
                lines.pop()
            return lines
        lines.append(line)
    return []


def _without_rows(comments: list[str], rows: Rows, separator: str) -> list[str]:
    """Without those that belong to the table: values that begin with '#', and a last line that names the columns."""
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    if width < 2 or _names_above_numbers(rows):
        return comments
    kept = len(comments)
    while kept:
        cells = next(csv.reader([comments[kept - 1]], delimiter=separator), [])
        if len(cells) != width or (kept < len(comments) and not any(_is_any_number(cell) for cell in cells)):
            break
        kept -= 1
    return comments[:kept]


def _names_above_numbers(rows: Rows) -> bool:
    return not any(map(_is_any_number, rows[0])) and any(_is_any_number(cell) for row in rows[1:] for cell in row)


def _is_any_number(cell: str) -> bool:
    cell = without_unit(cell)
    return is_number(cell, ".") or is_number(cell, ",")


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
            number = without_unit(cell)
            with_point, with_comma = is_number(number, "."), is_number(number, ",")
            points += with_point and not with_comma
            commas += with_comma and not with_point
            either += with_point and with_comma and "," in number
    if commas == points:  # 1,234 alone is a decimal more often where commas separate nothing
        return "," if either and separator != "," else "."
    return "," if commas > points else "."


def _has_header(rows: Rows, decimal: str) -> bool:
    """Names are words, each another, above something else; a first row with a number in it is no header."""
    first, body = [cell.strip() for cell in rows[0]], rows[1:]
    if any(is_number(cell, decimal) or _is_measured_as(body, i, cell) for i, cell in enumerate(first)):
        return False
    numbers_below = any(_is_any_number(cell) for row in body for cell in row)
    if numbers_below or not body:
        return True
    return (
        all(first)
        and len(set(first)) == len(first)
        and not any(cell == row[i].strip() for row in body for i, cell in enumerate(first) if i < len(row))
    )


def _is_measured_as(body: Rows, place: int, cell: str) -> bool:
    """Whether it is a number in the unit of those below it; a name may be one too, such as '5 km' above times."""
    return bool(unit := unit_of(cell)) and any(unit_of(row[place].strip()) == unit for row in body if place < len(row))


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
