"""`Errands`: work on files, done one after the other on a thread of its own, so that the window never waits for a disk."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.ui.python_thread import PythonThread

logger = logging.getLogger(__name__)

Work = Callable[[], Any]
Done = Callable[[Any, Exception | None], None]
"""Hears the result, or what went wrong: `DataUnavailable` with its sentence, or `Cancelled`."""


class Errands(QObject):
    """Lives on the window's thread. Its thread begins with the first errand."""

    _given = Signal(int, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = PythonThread(self)
        self._thread.setObjectName(name)
        self._runner = _Runner()
        self._runner.moveToThread(self._thread)
        self._runner.done.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        self._given.connect(self._runner.run, Qt.ConnectionType.QueuedConnection)
        self._waiting: dict[int, Done] = {}
        self._next = 0
        self._closed = False

    def do(self, work: Work, done: Done) -> None:
        """Have `work` done when what was given before is finished; `done` is called here, on the window's thread."""
        if self._closed:
            return
        if not self._thread.isRunning():
            self._thread.start()
        self._next += 1
        self._waiting[self._next] = done
        self._given.emit(self._next, work)

    def close(self) -> None:
        """End the thread and wait for it; whoever gave work calls that off first. Nobody is answered any more."""
        self._closed = True
        self._waiting.clear()
        self._runner.closed = True
        self._thread.quit()
        self._thread.wait()

    @Slot(int, object, object)
    def _finish(self, number: int, result: object, error: Exception | None) -> None:
        done = self._waiting.pop(number, None)
        if done is not None:
            done(result, error)


class _Runner(QObject):
    done = Signal(int, object, object)

    def __init__(self) -> None:
        super().__init__()
        self.closed = False

    @Slot(int, object)
    def run(self, number: int, work: Work) -> None:
        if self.closed:
            return
        result: object = None
        error: Exception | None = None
        try:
            result = work()
        except (Cancelled, DataUnavailable) as expected:
            error = expected
        except Exception as unforeseen:
            logger.exception("Work on the files of data sets failed")
            error = DataUnavailable(f"That did not work ({type(unforeseen).__name__}: {unforeseen}). The log has the details.")
        self.done.emit(number, result, error)
