"""What a table was found to hold: how it is written, its columns, and what can be learnt from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

MAX_BYTES = 4_000_000_000
MAX_COLUMNS = 2_000
MAX_WORDS = 100
"""Different words of a column that become an input each, or a class each."""
MAX_INPUTS = 5_000
MOST_NUMBERED, ROWS_A_CLASS = 20, 5
"""Whole numbers are taken for classes where there are at most so many, each with so many rows on average."""
SHOWN_ROWS = 50
SHOWN_LETTERS = 200


Task = Literal["classification", "regression"]


class Kind(StrEnum):
    """What a column holds, and so whether a network can be given it: numbers as they are, categories one-hot, others not."""

    NUMBER = "number"
    CATEGORY = "category"
    TEXT = "text"
    DATE = "date"
    CONSTANT = "constant"
    EMPTY = "empty"


@dataclass(frozen=True)
class Column:
    """One column. What is known of numbers only is None elsewhere; `std` is the population's, over the values that are there."""

    name: str
    kind: Kind
    missing: int = 0
    distinct: int = 0
    """How many different values; estimated within two percent where there are many."""
    examples: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    std: float | None = None
    whole: bool = False
    """Whether all values are whole numbers."""
    commonest: tuple[tuple[str, int], ...] = ()
    """The most frequent words and how often they occur."""
    words: tuple[str, ...] = ()
    """All different values in their order, where they are at most MAX_WORDS: what would be classes or one-hot inputs."""
    decimal: str = ""
    """The decimal sign of numbers that are written otherwise than the table's; empty: as its."""
    unit: str = ""
    """What stands beside each of its numbers."""
    note: str = ""
    """How its numbers were read, as a sentence, where that is not as everybody expects."""
    left_out: str = ""
    """Why it is no input unless it is asked for, as a sentence; empty: it is one."""

    @property
    def usable(self) -> bool:
        """Whether it can be an input or a target at all, as it is."""
        return self.kind in (Kind.NUMBER, Kind.CATEGORY)


@dataclass(frozen=True)
class Survey:
    """A table as it was guessed or told to be read, and what stands in it."""

    name: str
    """The file's name, or 'The table' where it was pasted."""
    separator: str
    decimal: str
    header: bool
    encoding: str
    rows: int
    columns: tuple[Column, ...]
    first_rows: tuple[tuple[str, ...], ...]
    """The first rows below the header as they are written, for a preview; each has a cell for every column."""
    target: str
    """The column to predict where none is chosen: the last usable one; empty where there is none."""
    sha256: str
    quotes: bool = True
    """Whether quotation marks hold values together; else they are letters as others are."""
    before: int = 0
    """Lines before the table: comments, and one such as 'sep=;' that says what separates values, as Excel writes it."""
    warnings: tuple[str, ...] = ()
    """Sentences: what was odd, and what was made of it."""

    @property
    def task(self) -> Task:
        """What the guessed target asks for."""
        return self.task_of(self.target) if self.target else "regression"

    def task_of(self, target: str) -> Task:
        """Classes for words and for few whole numbers that count from 0 or 1, values for other numbers. Raises KeyError."""
        column = self.column(target)
        if column.kind is not Kind.NUMBER:
            return "classification"
        low, high, distinct = column.low or 0.0, column.high or 0.0, column.distinct
        counted = low in (0, 1) and high - low == distinct - 1 and distinct <= MOST_NUMBERED and self.rows >= ROWS_A_CLASS * distinct
        return "classification" if column.whole and (distinct == 2 or counted) else "regression"

    def column(self, name: str) -> Column:
        """Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)
