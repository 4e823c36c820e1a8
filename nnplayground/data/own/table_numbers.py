"""How numbers are written in a table: their decimal sign, what sets thousands apart, and the unit beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

INFINITE = ("inf", "-inf", "Inf", "-Inf")
MISSING = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "?", "-", *INFINITE)
"""What stands for a value that is not there."""
APOSTROPHES = "'\u2019"
APART = f" \u00a0\u2009\u202f{APOSTROPHES}"
"""What may set thousands apart in any table: spaces of several widths, and apostrophes."""
_EXPONENT = "([eE][+-]?[0-9]+)?"
_UNSIGNED = {
    ".": rf"([0-9]+\.?[0-9]*|\.[0-9]+|[0-9]{{1,3}}(,[0-9]{{3}})+(\.[0-9]*)?|[0-9]{{1,3}}([{APART}][0-9]{{3}})+(\.[0-9]*)?){_EXPONENT}",
    ",": rf"([0-9]+,?[0-9]*|,[0-9]+|[0-9]{{1,3}}(\.[0-9]{{3}})+(,[0-9]*)?|[0-9]{{1,3}}([{APART}][0-9]{{3}})+(,[0-9]*)?){_EXPONENT}",
}
NUMBERS = {decimal: f"[+-]?{pattern}" for decimal, pattern in _UNSIGNED.items()}
"""What a number looks like, by its decimal sign; the other sign may set thousands apart too."""
NUMBER = {decimal: re.compile(pattern) for decimal, pattern in NUMBERS.items()}
PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""A number as polars reads it by itself."""
CURRENCIES = ("€", "$", "£", "¥", "₹", "₽", "₺", "₩", "₪", "US$", "R$", "zł", "Kč", "kr", "Ft", "lei", "Fr.", "EUR", "USD", "GBP", "CHF",
              "JPY", "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "TRY", "BRL", "AUD", "CAD", "NZD", "ZAR")  # fmt: skip
UNITS = (*CURRENCIES, "%", "‰", "°", "°C", "°F", "kg", "g", "mg", "km", "m", "cm", "mm", "m²", "km²", "m³", "ha", "l", "ml", "h", "min",
         "s", "ms", "kW", "kWh", "Hz", "km/h", "mph", "lb", "lbs", "oz", "ft", "mi")  # fmt: skip
"""What is known to stand behind a number; currencies stand before it too."""
_BEFORE = re.compile(r"[+-]?([^\d\s.,+-][^\d\s,+-]*)\s*[+-]?[.,]?[0-9].*")
_AFTER = re.compile(rf".*[0-9][.,]?[{APART}]*([^\d\s.,'\u2019+-][^\d\s]*)")


@dataclass(frozen=True)
class Writing:
    """How the numbers of a column are written; `apart` is what sets thousands apart in some of them."""

    decimal: str
    unit: str = ""
    apart: str = ""

    @property
    def pattern(self) -> str:
        """What they look like, for Python's regular expressions and for Rust's."""
        if not self.unit:
            return NUMBERS[self.decimal]
        unit, number = re.escape(self.unit), _UNSIGNED[self.decimal]
        return rf"[+-]?{unit}\s*{number}|{unit}\s*[+-]{number}|[+-]?{number}\s*{unit}"

    def note(self, name: str, table: str) -> str:
        """What must be said of a column beside a table's decimal sign; '' where there is nothing."""
        said = [f"in {self.unit}"] if self.unit else []
        if self.decimal != table:
            said.append("with a decimal point" if self.decimal == "." else "with a decimal comma")
        if self.apart:
            said.append(f"with {'apostrophes' if self.apart in APOSTROPHES else 'spaces'} between thousands")
        return f"{name} is read as numbers {' and '.join(said)}; choose category to have its words." if said else ""


def is_number(word: str, decimal: str) -> bool:
    return NUMBER[decimal].fullmatch(word.strip()) is not None


def unit_of(word: str) -> str:
    """The known unit beside a number; '' where there is none."""
    if (after := _AFTER.fullmatch(word)) is not None and after[1] in UNITS:
        return after[1]
    before = _BEFORE.fullmatch(word)
    return before[1] if before is not None and before[1] in CURRENCIES else ""


def without_unit(word: str) -> str:
    """A number alone where a known unit stands beside it."""
    word = word.strip()
    unit = unit_of(word)
    return word.replace(unit, "", 1).strip() if unit else word


def writing_of(words: Sequence[str], decimal: str) -> Writing | None:
    """How most of some words are written that are numbers: `decimal` is the table's sign, which is believed where both would do.

    None where none is a number.
    """
    with_digits = [word for word in words if any("0" <= letter <= "9" for letter in word)]
    if not with_digits:
        return None
    units = Counter(filter(None, map(unit_of, with_digits)))
    choices = [Writing(sign, unit) for unit in ("", *(unit for unit, _ in units.most_common(1)))
               for sign in (decimal, "," if decimal == "." else ".")]  # fmt: skip
    counts = [sum(re.fullmatch(writing.pattern, word) is not None for word in with_digits) for writing in choices]
    most = max(counts)
    if not most:
        return None
    best = choices[counts.index(most)]
    return Writing(best.decimal, best.unit, _apart(with_digits, best))


def _apart(words: Iterable[str], writing: Writing) -> str:
    """What sets thousands apart in some numbers; '' for what everybody expects of them."""
    grouped = re.compile(rf"[0-9]([{APART}])[0-9]")
    for word in words:
        if (found := grouped.search(word)) is not None and re.fullmatch(writing.pattern, word):
            return found[1]
    return ""


def as_numbers(words: pl.Series, writing: Writing) -> pl.Series:
    """Float64, null for what is no number."""
    import polars as pl

    words = words.set(~words.str.contains(f"^(?:{writing.pattern})$").fill_null(value=True), None)
    if writing.unit:
        words = words.str.replace(writing.unit, "", literal=True)
    words = words.str.replace_all("[{}]".format(APART + ("," if writing.decimal == "." else ".")), "")
    return (words.str.replace(",", ".", literal=True) if writing.decimal == "," else words).cast(pl.Float64, strict=False)
