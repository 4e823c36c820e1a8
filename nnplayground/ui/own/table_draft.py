"""A table that is being settled: its settings, what was found in it, and what each choice makes of them."""

from __future__ import annotations

from dataclasses import dataclass

from nnplayground.core import edits
from nnplayground.core.data_spec import OwnTable, Validation
from nnplayground.data.own.table_survey import Column, Kind, Survey

SMALL = 100_000
"""Letters up to which a table is kept in the project unless one says otherwise."""


def first_settings(path: str = "", text: str = "", before: OwnTable | None = None) -> OwnTable:
    """The settings that a table begins with; what is no matter of the file is as it was `before`."""
    kept = before.model_dump(include={"missing", "train_fraction", "scaling", "validation"}) if before else {}
    return OwnTable.model_validate({"name": "csv", "path": path, "text": text, "validation": Validation(use="test"), **kept})


@dataclass(frozen=True)
class Draft:
    """Settings beside the survey that was made with them. Changes give other settings, checked as a whole."""

    data: OwnTable
    survey: Survey

    @property
    def target(self) -> str:
        return self.data.target or self.survey.target

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns to predict from, in the table's order."""
        wanted = self.data.columns or self._all
        return tuple(c.name for c in self.survey.columns if c.name in wanted and c.usable and c.name != self.target)

    def can_be_input(self, column: Column) -> bool:
        return column.usable and column.name != self.target

    def with_target(self, name: str) -> OwnTable:
        """The column that was predicted before is left out where inputs were chosen one by one."""
        columns = tuple(c for c in self.data.columns if c != name)
        return edits.changed(self.data, target=name, columns=columns)

    def with_input(self, name: str, on: bool) -> OwnTable:
        """Raises ValueError when none would be left."""
        chosen = set(self.inputs) | {name} if on else set(self.inputs) - {name}
        if not chosen:
            raise ValueError("expected at least one column to learn from; found none")
        columns = tuple(c.name for c in self.survey.columns if c.name in chosen)
        default = tuple(n for n in self._all if n != self.target)
        return edits.changed(self.data, columns=() if columns == default else columns)

    def with_kind(self, name: str, kind: str) -> OwnTable:
        """`kind` is 'number', 'category', or 'auto' for the guess. The table is to be looked at anew."""
        kinds = {k: v for k, v in self.data.kinds.items() if k != name}
        return edits.changed(self.data, kinds=kinds if kind == "auto" else {**kinds, name: kind})

    def final(self, *, inside: str | None) -> OwnTable:
        """The settings for the project: with the file's hash, or with the table itself (`inside`) in the file's place."""
        if inside is None:
            return edits.changed(self.data, sha256=self.survey.sha256 if self.data.path else "")
        return edits.changed(self.data, path="", text=inside, sha256="", encoding="auto")

    @property
    def _all(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.survey.columns if c.usable and not c.left_out)


def holds(column: Column) -> str:
    """What stands in a column, in a few words, besides its numbers."""
    if column.kind is Kind.NUMBER or not column.commonest:
        return ", ".join(column.examples[:3])
    return ", ".join(f"{word} {n:,}" for word, n in column.commonest[:4])
