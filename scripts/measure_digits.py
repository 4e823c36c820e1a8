"""How digits drawn on the pad are read: trains a network in the window, and draws on the pad with the mouse.

    python scripts/measure_digits.py [--epochs 5] [--json] [--pens ujipenchars2.txt]

Wants the full MNIST (KERAS_HOME). Draws the 60 digits of tests/pen_strokes.py, and each again at three sizes in five places.
With --pens it draws instead what strangers wrote on a tablet: the digits of a file as UCI's "UJI Pen Characters (Version 2)"
(https://archive.ics.uci.edu/dataset/177, CC BY 4.0; 60 writers, 1,200 digits).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
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
        for _ in range(20):  # the very first question is compiled
            self._desk.wait(120)
            if self._page.answer.property("answer"):
                break
        return str(self._page.answer.property("answer"))

    def _send(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        canvas = self._page.canvas
        QApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier))


def moves() -> Iterator[tuple[float, tuple[float, float]]]:
    """Every size in every place."""
    for size in SIZES:
        for place in PLACES:
            yield size, place


def of_strangers(path: Path) -> Iterator[tuple[int, str, list[Line]]]:
    """The digits of a file, with their writers' names: strokes in a box as high as the digit, as far as the file has them."""
    digit, writer, strokes, due = "", "", list[Line](), 0
    for line in path.read_text("utf-8", "replace").splitlines():
        kind, *rest = line.split() or [""]
        if kind == "WORD":
            digit, writer, strokes = rest[0], rest[1], []
        elif kind == "NUMSTROKES":
            due = int(rest[0])
        elif kind == "POINTS" and digit in "0123456789":
            strokes.append(np.array(rest[2:], np.float64).reshape(-1, 2))
            if len(strokes) == due:
                places = np.concatenate(strokes)
                corner, height = places.min(axis=0), float(np.ptp(places, axis=0).max())
                yield int(digit), writer, [(stroke - corner) / height for stroke in strokes]


def strangers(hand: Hand, path: Path) -> dict[str, object]:
    """How many of their digits are read right."""
    told = [(digit, writer, hand.answer(strokes, 0.7, (0.5, 0.5))) for digit, writer, strokes in of_strangers(path)]
    right = sum(answer == str(digit) for digit, _writer, answer in told)
    return {
        "digits": len(told), "writers": len({writer.split("-")[0] for _digit, writer, _answer in told}), "right": right / max(len(told), 1),
        "wrong": [f"{digit} ({writer}) read as {answer or 'nothing'}" for digit, writer, answer in told if answer != str(digit)],
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--pens", type=Path, metavar="FILE")
    args = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    desk = Desk()
    desk.open(convolutional(args.epochs))
    desk.press("playButton")
    desk.until(lambda: desk.session.phase is Phase.FINISHED, desk.session.phase_changed, seconds=3_000)
    accuracy = float(desk.session.run.numbers()[1].get("accuracy", float("nan")))
    hand = Hand(desk)
    if args.pens is not None:
        found = {"test accuracy": accuracy, **strangers(hand, args.pens)}
        desk.close()
        print(json.dumps(found, indent=None if args.json else 1))
        return 0 if float(str(found["right"])) >= 0.9 else 1
    wrong, stayed, total, right = list[str](), 0, 0, 0
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
        "test accuracy": accuracy,
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
