"""Training rests while a stroke is under way, so that the brush has the machine to itself, and goes on with the new points."""

from __future__ import annotations

from PySide6.QtCore import QObject

from nnplayground.ui.paint.painting import Painting
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.settle import SETTLE

AT_LEISURE, TRAINING = 500, 200
"""Milliseconds after a stroke in which the next may still begin; while training goes on they are fewer.

Other points go on with the compiled loop, mostly; where there is no room for more of them it compiles anew, which takes a
second and memory that TensorFlow never gives back, so that a quick series of strokes is to begin one run only.
"""


class StrokeRest(QObject):
    """Introduces painting to the session; neither knows of the other."""

    def __init__(self, painting: Painting, session: TrainingSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._goes_on = False
        painting.changed.connect(self._on_painting)
        painting.canvas.began.connect(self._on_began)
        painting.canvas.busy.connect(session.settle.put_off)
        painting.canvas.ended.connect(self._on_ended)

    def _on_painting(self, on: bool) -> None:
        self._session.settle.patience = AT_LEISURE if on else SETTLE

    def _on_began(self) -> None:
        self._goes_on = self._session.wants_to_train
        if self._goes_on:
            self._session.pause()

    def _on_ended(self) -> None:
        if self._goes_on:
            self._session.play()
            if self._session.settle.isActive():  # there are other points than before
                self._session.settle.start(TRAINING)
        self._goes_on = False
