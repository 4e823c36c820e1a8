"""Copying what is selected in a table, in full precision and with tabs between, as spreadsheets take it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionRange, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTableView

MOST = 100_000
"""Cells that are copied at most; what lies below them is left."""


def copy_by_keys(view: QTableView) -> None:
    """Have Ctrl+C copy all selected cells of a table: Qt alone copies one of them."""
    view.installEventFilter(_Copying(view))


def selected_text(view: QTableView) -> str:
    """The selected cells with tabs between; cells between them that are not selected, and hidden ones, are left out.

    A model gives a cell in full precision as `EditRole`, where that is something else than what is shown.
    """
    selection, model = view.selectionModel().selection(), view.model()
    if selection.isEmpty():
        return ""
    boxes = [selection.at(i) for i in range(selection.count())]
    columns = [c for c in sorted({c for b in boxes for c in range(b.left(), b.right() + 1)}) if not view.isColumnHidden(c)]
    rows = _rows(boxes, MOST // max(len(columns), 1))
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    for row in rows:
        if view.isRowHidden(row):
            continue
        cells = []
        for column in columns:
            index = model.index(row, column)
            exact = model.data(index, Qt.ItemDataRole.EditRole) if selection.contains(index) else ""
            cells.append(model.data(index, Qt.ItemDataRole.DisplayRole) if exact is None else exact)
        writer.writerow(["" if cell is None else cell for cell in cells])
    return text.getvalue().removesuffix("\n")


def _rows(boxes: Sequence[QItemSelectionRange], most: int) -> list[int]:
    """The first rows in which anything is selected, in order."""
    found: set[int] = set()
    for box in sorted(boxes, key=lambda b: b.top()):
        found.update(range(box.top(), min(box.bottom() + 1, box.top() + most)))
    return sorted(found)[:most]


class _Copying(QObject):
    """Stays with the table."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        view = self.parent()
        if not isinstance(event, QKeyEvent) or not event.matches(QKeySequence.StandardKey.Copy) or not isinstance(view, QTableView):
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()  # the window may have something else to copy
            return True
        if event.type() is QEvent.Type.KeyPress:
            if text := selected_text(view):
                QGuiApplication.clipboard().setText(text)
            return True
        return False
