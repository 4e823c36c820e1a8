"""`Pictures`: asks for what the network looks like, one look at a time, and shows it when its turn has come."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from nnplayground.engine.probes import ProbeRequest, Snapshot


class Pictures(QObject):
    """`wanted` says what is to be seen, None for nothing; `send` has it looked at."""

    taken = Signal(object)
    """A `Snapshot` is to be shown."""

    def __init__(
        self, wanted: Callable[[], ProbeRequest | None], send: Callable[[ProbeRequest], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._wanted, self._send = wanted, send
        self._is_asked = False
        self._snapshot: Snapshot | None = None
        """What is still to be shown."""
        self._turn = QTimer(self, singleShot=True)
        self._turn.timeout.connect(self._go_on)

    def ask(self, *, again: bool = False) -> None:
        """Ask for the next when the last has been shown; with `again` at once, for something else is to be seen."""
        if (self._is_asked and not again) or (request := self._wanted()) is None:
            return
        self._is_asked = True
        self._send(request)

    def hear(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot.after(self._snapshot)

    def show(self) -> None:
        """Show what has come, if anything."""
        snapshot, self._snapshot = self._snapshot, None
        if snapshot is not None:
            self._is_asked = False
            self.taken.emit(snapshot)

    def put_off(self) -> bool:
        """Show what has come in a turn of its own, and then ask for the next; says whether anything has.

        Painted together with the numbers that came with it, it would hold up the window twice as long.
        """
        if self._snapshot is not None:
            self._turn.start()
        return self._snapshot is not None

    def forget(self) -> None:
        """Another run begins."""
        self._turn.stop()
        self._is_asked, self._snapshot = False, None

    def _go_on(self) -> None:
        if self._snapshot is not None:
            self.show()
            self.ask()
