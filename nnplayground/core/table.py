"""`Table`: numbers and words in rows, as text for a file or the clipboard."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A header and rows of equal length. Numbers are written in full precision, in plain ASCII."""

    header: tuple[str, ...]
    rows: Sequence[Sequence[object]]

    def csv(self) -> str:
        """For a file: cells between commas, quoted where they have to be."""
        return self._text(",")

    def tsv(self) -> str:
        """For the clipboard: cells between tabs, which spreadsheets take apart again."""
        return self._text("\t")

    def _text(self, separator: str) -> str:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=separator, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return text.getvalue()
