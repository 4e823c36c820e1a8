"""`Tables`: the ways to a table of one's own: chosen, dropped, pasted, or the project's changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from nnplayground.core import edits, presets
from nnplayground.core.data_spec import OwnTable
from nnplayground.core.facts import DataFacts
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.own.surveys import Surveys, own_name
from nnplayground.ui.theme.theme import Theme

if TYPE_CHECKING:
    from nnplayground.ui.own.table_dialog import TableDialog

SUFFIXES = (".csv", ".tsv", ".tab", ".txt")


class Tables(QObject):
    """One dialog at a time; what it settles is one step that can be undone."""

    def __init__(self, window: QWidget, theme: Theme, document: Document, surveys: Surveys) -> None:
        super().__init__(window)
        self._window, self._theme, self._document, self._surveys = window, theme, document, surveys
        self._dialog: TableDialog | None = None

    def open(self) -> None:
        """The project's table with its settings; without one, the way to one."""
        data, dialog = self._document.spec.data, self._shown()
        if isinstance(data, OwnTable) and dialog.is_empty:
            dialog.open_settings(data)

    def choose(self) -> None:
        """Ask for a file at once."""
        self._shown().choose_file()

    def paste(self) -> None:
        self._shown().paste()

    def open_file(self, path: Path) -> None:
        self._shown().open_file(path)

    def _shown(self) -> TableDialog:
        if self._dialog is None:
            from nnplayground.ui.own.table_dialog import TableDialog  # not before it is wanted: most windows never show it

            data = self._document.spec.data
            before = data if isinstance(data, OwnTable) else None
            self._dialog = dialog = TableDialog(self._theme, self._surveys.errands, before, self._window)
            dialog.settled.connect(self._take)
            dialog.finished.connect(self._forget)
            dialog.open()
        return self._dialog

    def _forget(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None

    def _take(self, data: OwnTable, facts: DataFacts) -> None:
        self._surveys.know(data)
        text = self.tr("Table {name}").format(name=own_name(data) if data.path else self.tr("in the project"))
        before = self._document.spec.data
        if isinstance(before, OwnTable) and _alike(before, data):
            self._document.apply(Edit(text, lambda spec: edits.set_data(spec, data)))
        else:
            self._document.apply(Edit(text, lambda spec: presets.take_data(spec, data, facts)))


def _alike(before: OwnTable, after: OwnTable) -> bool:
    """Whether only such settings are others that any network for the one is one for the other."""
    return edits.changed(before, train_fraction=after.train_fraction, missing=after.missing, sha256=after.sha256) == after
