"""From a move of the pen on the drawing pad to the bars of the answer."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QDynamicPropertyChangeEvent, QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from _bench import projects
from _bench.desk import Desk
from _bench.rows import Row, Target, against, percentile
from nnplayground.core.spec import ProjectSpec

MOST = 30.0
"""Milliseconds."""
MOVES = 60


class _Painted(QObject):
    """Hears when the bars have been painted with another answer."""

    heard = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self.painted, self._told = desk, 0.0, False
        desk.window.trying.picture.answer.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDynamicPropertyChangeEvent):
            self._told = True
        elif event.type() is QEvent.Type.Paint and self._told:
            self._told, self.painted = False, perf_counter()
            self.heard.emit()
        return False

    def answer_time(self, act: Callable[[], None]) -> float:
        """Milliseconds from an act until the bars are painted."""
        self._told, self.painted = False, 0.0
        begin = perf_counter()
        act()
        self._desk.until(lambda: self.painted > 0, self.heard, seconds=5)
        return 1000 * ((self.painted or float("inf")) - begin)


def digit() -> list[Row]:
    """From the pen's move to the painted bars, at rest and while a network trains."""
    desk, rows = Desk(), []
    for name, spec in (
        ("MNIST 784-64-64-10", projects.full("mnist")),
        ("MNIST CNN 16-32, batch 32", projects.small_convolutional()),
        ("MNIST CNN 32-64, batch 128", projects.convolutional()),
    ):
        rows += _of(desk, name, spec)
    desk.close()
    return rows


def _of(desk: Desk, name: str, spec: ProjectSpec) -> list[Row]:
    desk.open(spec)
    rows = []
    for doing in ("at rest", "training"):
        if doing == "training":
            desk.press("playButton")
        desk.wait(4_000)  # the test numbers of a new network are there, and training has found its pace
        times = _moves(desk)
        note = f"{len(times)} moves, median {statistics.median(times):.1f} ms"
        most = Target(1, at_most=True)
        what = f"pen to bars, 95th percentile: {name}, {doing}"
        rows.append(against(what, "ms", "the target", most, [percentile(times, 95)], MOST, note))
    desk.answer_time("playButton")
    return rows


def _moves(desk: Desk) -> list[float]:
    canvas, painted = desk.window.trying.picture.canvas, _Painted(desk)
    canvas.clear()

    def send(kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        at = QPointF(x * canvas.width(), y * canvas.height())
        QApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier))

    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    send(QEvent.Type.MouseButtonPress, 0.2, 0.2, left, left)
    desk.wait(500)  # the first answer compiles
    times = []
    for i in range(MOVES):
        x, y = 0.2 + 0.6 * i / MOVES, 0.2 + 0.6 * (i % 12) / 12
        times.append(painted.answer_time(lambda x=x, y=y: send(QEvent.Type.MouseMove, x, y, none, left)))  # type: ignore[misc]
        desk.wait(8)  # a mouse tells its place some 120 times a second
    send(QEvent.Type.MouseButtonRelease, 0.8, 0.8, left, none)
    desk.wait(200)
    return times


BENCHES: dict[str, Callable[[], list[Row]]] = {"digit": digit}
