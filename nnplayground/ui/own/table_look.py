"""`TableLook`: a table is looked at on another thread; only the newest look counts, and it can be called off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnplayground.core.data_spec import OwnTable
from nnplayground.core.own_data import MAX_TEXT
from nnplayground.data.errors import Cancelled, WrongSetting
from nnplayground.data.own import table, table_text
from nnplayground.data.own.table_survey import Survey
from nnplayground.ui.store.errands import Errands


@dataclass(frozen=True)
class Found:
    """What was found. `inside` is the whole table as text where it is small enough to travel in a project."""

    survey: Survey
    inside: str | None


class TableLook(QObject):
    """Lives on the window's thread."""

    found = Signal(object)
    failed = Signal(str, str)
    """A sentence, and the place of the setting that is at fault or nothing."""

    def __init__(self, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._cancel = threading.Event()
        self.busy = False

    def begin(self, data: OwnTable) -> None:
        """Look at a table, instead of whatever was being looked at."""
        self._cancel.set()
        cancel = self._cancel = threading.Event()
        self.busy = True

        def done(result: object, error: Exception | None) -> None:
            if cancel is not self._cancel:
                return  # a newer look is under way
            self.busy = False
            if isinstance(result, Found):
                self.found.emit(result)
            elif not isinstance(error, Cancelled):
                self.failed.emit(str(error), error.place if isinstance(error, WrongSetting) else "")

        self._errands.do(lambda: _look(data, cancel.is_set), done)

    def stop(self) -> None:
        """Nobody is answered any more."""
        self._cancel.set()
        self._cancel = threading.Event()
        self.busy = False


def _look(data: OwnTable, cancelled: Callable[[], bool]) -> Found:
    survey = table.survey(data, cancelled)
    if not data.path:
        return Found(survey, data.text)
    if Path(data.path).stat().st_size > 4 * MAX_TEXT:
        return Found(survey, None)
    text = b"".join(table_text.read_text(data, cancelled).blocks).decode()
    return Found(survey, text if len(text) <= MAX_TEXT else None)
