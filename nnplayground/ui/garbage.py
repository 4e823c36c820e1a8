"""`Garbage`: Python's garbage is collected on the window's thread only.

Python collects on whichever thread happens to make the next object, and TensorFlow's thread makes most of them. A dialog
that is found there ends on the wrong thread, which Qt does not allow: its timers go on, or the process crashes.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 500
"""Milliseconds between two looks."""


class Garbage(QObject):
    """From `start` to `close` nothing else collects; then it is as it was before."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._collect)
        self._by_itself = gc.isenabled()

    def start(self) -> None:
        gc.disable()
        self._timer.start()

    def spare(self) -> None:
        """What is there now is there to stay: TensorFlow's hundred thousands of objects need not be looked at again."""
        gc.freeze()

    def close(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        if self._by_itself:
            gc.enable()

    def _collect(self) -> None:
        """The oldest generation that is due, as Python itself would."""
        due = [n for n, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > limit]
        if due:
            gc.collect(max(due))
