"""`Settle`: the moment of quiet after edits, before they become a new run."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

SETTLE = 100
"""Milliseconds that a quick series of edits may still go on before a new run is built."""


class Settle(QTimer):
    """Ends once, when nobody has edited for `patience` milliseconds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.patience = SETTLE
        """Longer where a hand makes one change after the other, and each would begin a run in vain."""

    def put_off(self) -> None:
        """Somebody is in the middle of the next edit: wait as long again."""
        if self.isActive():
            self.start(self.patience)

    def hurry(self) -> None:
        """Somebody waits for the run."""
        if self.isActive():
            self.start(0)
