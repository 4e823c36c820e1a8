"""`Look`: files are looked at on another thread; only the newest look counts, and it can be called off."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from nnplayground.data.errors import Cancelled, WrongSetting
from nnplayground.ui.store.errands import Errands

Looking = Callable[[Callable[[], bool]], object]
"""Looks at something, asks now and then whether to go on, and says what it found."""


class Look(QObject):
    """Lives on the window's thread."""

    found = Signal(object)
    failed = Signal(str, str)
    """A sentence, and the place of the setting that is at fault, as in a recipe; empty where it is none's."""

    def __init__(self, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._cancel = threading.Event()
        self.busy = False

    def begin(self, looking: Looking) -> None:
        """Look, instead of whatever was being looked at."""
        self._cancel.set()
        cancel = self._cancel = threading.Event()
        self.busy = True

        def done(result: object, error: Exception | None) -> None:
            if cancel is not self._cancel:
                return  # a newer look is under way
            self.busy = False
            if error is None:
                self.found.emit(result)
            elif not isinstance(error, Cancelled):
                self.failed.emit(str(error), error.place if isinstance(error, WrongSetting) else "")

        self._errands.do(lambda: looking(cancel.is_set), done)

    def stop(self) -> None:
        """Nobody is answered any more."""
        self._cancel.set()
        self._cancel = threading.Event()
        self.busy = False
