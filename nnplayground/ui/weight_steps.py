"""Weights set by hand: each is a step on the undo stack, and holds for the run that it was set in."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from nnplayground.engine.backend import Backend
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Turn, merged_turn
from nnplayground.ui.network.weights import WeightChange
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.theme.numbers import number

MERGES = 2
"""The undo stack merges steps of one kind only: the project's own are of kind 1."""


class WeightSteps(QObject):
    """Puts weights into the network on the worker's thread, while it trains or rests."""

    refused = Signal(str)

    def __init__(self, document: Document, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._session = document, session

    def change(self, change: WeightChange) -> None:
        """Set a weight, as a step that can be undone."""
        if not self._session.has_network:
            self.refused.emit(self.tr("The network is still being made: its weights can be set once it is there."))
            return
        self._document.stack.push(_SetWeight(self, change, self._session.run.origin))

    def put(self, change: WeightChange, run: object, value: float, was: list[float]) -> None:
        """Put a value into a weight of one run; `was` takes what stood there, where nothing is noted yet."""
        # What is asked of the worker comes after everything that was sent to it before: the network is this run's.
        if self._session.run.origin is not run or not self._session.has_network:
            self.refused.emit(self.tr("That weight was set in another run, which is over: nothing has changed."))
            return

        def done(before: object, error: str) -> None:
            if error:
                self.refused.emit(error)
            else:
                assert isinstance(before, float)
                was[:] = was or [before]
                self._session.refresh()

        self._session.ask(partial(_put, change, value), done, changes=True)


class _SetWeight(QUndoCommand):
    """Of one visit of the field all are one step."""

    def __init__(self, steps: WeightSteps, change: WeightChange, run: object) -> None:
        self.turn = Turn(steps.tr("weight {before} → {after}"), number(change.before), number(change.after))
        super().__init__(self.turn.text())
        self._steps = steps
        self.change, self.run = change, run
        self.after = change.after
        self._was: list[float] = []

    def redo(self) -> None:
        self._steps.put(self.change, self.run, self.after, self._was)

    def undo(self) -> None:
        # What stood there when it was set; as it was seen, while the network has not said so.
        self._steps.put(self.change, self.run, self._was[0] if self._was else self.change.before, self._was)

    def id(self) -> int:
        return MERGES

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _SetWeight) or (other.run, other.change.visit, other.change.place) != (
            self.run, self.change.visit, self.change.place
        ):  # fmt: skip
            return False
        self.after = other.after
        if (turn := merged_turn(self.turn, other.turn)) is not None:
            self.turn = turn
            self.setText(turn.text())
        return True


def _put(change: WeightChange, value: float, backend: Backend) -> float:
    """On the worker's thread: what the weight was."""
    place = change.place
    return backend.set_weight(place.layer, place.number, place.at, value)
