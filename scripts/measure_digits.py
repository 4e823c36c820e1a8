"""How digits drawn on the pad are read: trains a network in the window, and draws on the pad with the mouse.

    python scripts/measure_digits.py [--epochs 5] [--json]

Wants the full MNIST (KERAS_HOME). Draws the 60 digits of tests/pen_strokes.py, and each again at three sizes in five places.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator

from _bench.desk import Desk
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from nnplayground.core import edits, presets
from nnplayground.core.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from nnplayground.core.spec import ProjectSpec
from nnplayground.ui.run import Phase
from tests.pen_strokes import HANDS, Line, drawing

SIZES = (0.3, 0.55, 0.85)
PLACES = ((0.5, 0.5), (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
"""Of the room that is left beside the digit."""
MARGIN = 0.06


def convolutional(epochs: int) -> ProjectSpec:
    """A small network of two convolutions."""
    layers = (
        Conv2D(filters=16, kernel_size=(3, 3), activation="relu"), MaxPooling2D(),
        Conv2D(filters=32, kernel_size=(3, 3), activation="relu"), MaxPooling2D(),
        Flatten(), Dropout(rate=0.3), Dense(units=10, activation="softmax"),
    )  # fmt: skip
    spec = edits.change_data(presets.recommended("mnist"), source="full", scaling="unit")
    return edits.change_training(edits.set_layers(spec, layers), epochs=epochs, batch_size=64)


class Hand:
    """Draws on the pad with mouse events, and waits for the answer."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._page = desk, desk.window.trying.picture

    def answer(self, strokes: list[Line], size: float, place: tuple[float, float]) -> str:
        """The class that the pad says to strokes of `size` of the pad's side, in one of its corners or its middle."""
        canvas = self._page.canvas
        canvas.clear()
        wide = max(float(line[:, 0].max()) for line in strokes)
        room = (1 - 2 * MARGIN - wide * size, 1 - 2 * MARGIN - size)
        corner = (MARGIN + room[0] * place[0], MARGIN + room[1] * place[1])
        for line in strokes:
            at = [QPointF(*((x * size + corner[0]) * canvas.width(), (y * size + corner[1]) * canvas.height())) for x, y in line.tolist()]
            at = [QPointF(p.toPoint()) for p in at]  # a mouse tells whole pixels
            self._send(QEvent.Type.MouseButtonPress, at[0], Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)
            for p in at[1:]:
                self._send(QEvent.Type.MouseMove, p, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)
            self._send(QEvent.Type.MouseButtonRelease, at[-1], Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)
        self._desk.wait(120)
        return str(self._page.answer.property("answer"))

    def _send(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        canvas = self._page.canvas
        QApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier))


def moves() -> Iterator[tuple[float, tuple[float, float]]]:
    """Every size in every place."""
    for size in SIZES:
        for place in PLACES:
            yield size, place


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    desk = Desk()
    desk.open(convolutional(args.epochs))
    desk.press("playButton")
    desk.until(lambda: desk.session.phase is Phase.FINISHED, desk.session.phase_changed, seconds=3_000)
    hand, wrong, stayed, total = Hand(desk), [], 0, 0
    right = 0
    for digit in range(10):
        for name in HANDS:
            strokes = drawing(digit, name)
            usual = hand.answer(strokes, 0.7, (0.5, 0.5))
            right += usual == str(digit)
            if usual != str(digit):
                wrong.append(f"{digit} ({name}) read as {usual or 'nothing'}")
            told = [hand.answer(strokes, size, place) for size, place in moves()]
            stayed += sum(answer == usual for answer in told)
            total += len(told)
    number = 10 * len(HANDS)
    found = {
        "test accuracy": float(desk.session.run.numbers()[1].get("accuracy", float("nan"))),
        "right": right / number, "same answer": stayed / total, "wrong": wrong,
    }  # fmt: skip
    desk.close()
    if args.json:
        print(json.dumps(found))
    else:
        print(f"Test accuracy {found['test accuracy']:.1%}. {right} of {number} drawings right ({right / number:.1%}).")
        print(f"{stayed} of {total} moves leave the answer as it is ({stayed / total:.1%}).")
        print("\n".join(wrong))
    return 0 if right >= 0.9 * number and stayed >= 0.95 * total else 1


if __name__ == "__main__":
    sys.exit(main())
