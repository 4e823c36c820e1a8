"""Pictures of the window in the states that people meet, for the README and to look at after a change.

    python scripts/screenshots.py [--out DIR] [NAME ...]

It starts the real window, off screen unless QT_QPA_PLATFORM says otherwise, works it by mouse, and saves what it shows.
NAME chooses some of: start, toy, dark, narrow, digits, problem, prices, error, lesson, runs, and line, gates and the other chapters.
Without --out the README's pictures in resources/pictures are drawn anew: toy, dark, lesson, runs and the chapters.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _chapters import CHAPTERS, Chapter

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "resources" / "pictures"
README = ("toy", "dark", "lesson", "runs", *CHAPTERS)
COLOURS = 256
"""Of a picture that is saved: a third of the bytes, and nobody sees it."""


class Stage:
    """The window, and hands to work it."""

    def __init__(self) -> None:
        from nnplayground.ui.app import create_application, create_main_window

        self.app = create_application([])
        self.window = create_main_window()
        self.session = self.window.session
        self.window.theme.set_dark(False)

    def wait(self, seconds: float) -> None:
        """Let the window live for a while. Its threads need Python's lock, so Qt's own loop does the waiting."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(int(1000 * seconds), loop.quit)
        loop.exec()

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 120
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("the window did not get there within two minutes")
            self.wait(0.02)

    def show(self, width: int = 1280, height: int = 800) -> None:
        """Show the window and wait until it can train."""
        from nnplayground.ui.run import Phase

        self.window.resize(width, height)
        self.window.show()
        self.until(lambda: self.session.phase in (Phase.READY, Phase.BLOCKED))
        self.wait(0.5)

    def open(self, name: str) -> None:
        """Choose a data set, and wait for its network."""
        from nnplayground.ui.run import Phase

        self.window.data.data_chosen.emit(name)
        self.until(lambda: self.session.phase is Phase.READY and self.session.dataset is not None)
        self.wait(0.3)

    def click(self, name: str) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QAbstractButton

        button = self.window.findChild(QAbstractButton, name)
        if button is None:
            raise LookupError(f"expected a button called {name}; found none")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def apply(self, change: Callable[[Any], Any]) -> None:
        """Change the project as a panel would."""
        from nnplayground.ui.edit import Edit

        self.window.document.apply(Edit("change", change))
        self.wait(0.5)

    def train(self, epochs: int) -> None:
        """Press Play and wait for an epoch."""
        self.click("playButton")
        self.until(lambda: self.session.epoch >= epochs)
        self.wait(0.2)

    def tab(self, name: str) -> None:
        """Bring one of the views below the network into sight."""
        from nnplayground.ui.panel import Panel

        bottom = self.window.bottom
        bottom.open_page(next(page for page in bottom.findChildren(Panel) if page.objectName() in (name, f"{name}Panel")))
        self.wait(0.3)

    def compare(self, key: str) -> None:
        """Train one of the ready comparisons."""
        from nnplayground.ui.runs.desk import RunsDesk

        runs = self.window.findChild(RunsDesk)
        assert runs is not None
        next(action for action in runs.panel.comparison_menu().actions() if action.objectName() == f"compare_{key}").trigger()
        self.until(lambda: runs.batch.running)
        self.until(lambda: not runs.batch.running)

    def draw(self, stroke: list[tuple[float, float]]) -> None:
        """Draw one stroke on the pad with the mouse; places are shares of its width and height."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QWidget

        pad = self.window.findChild(QWidget, "digitCanvas")
        if pad is None:
            raise LookupError("expected a pad to draw on; found none")
        places = [QPoint(round(x * pad.width()), round(y * pad.height())) for x, y in stroke]
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[0])
        for place in places:
            QTest.mouseMove(pad, place)
            self.wait(0.02)
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[-1])

    def write(self, name: str, text: str) -> None:
        """Type a text."""
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QWidget

        field = self.window.findChild(QWidget, name)
        if field is None:
            raise LookupError(f"expected a field called {name}; found none")
        field.setFocus()
        QTest.keyClicks(field, text)

    def recipe(self, name: str) -> None:
        """Open a chapter's recipe, and wait for its network."""
        from nnplayground.ui.run import Phase

        self.window.files.open_file(ROOT / "resources" / "lessons" / f"{name}.toml")
        self.until(lambda: self.session.phase is Phase.READY and self.session.dataset is not None)

    def save(self, path: Path) -> None:
        from PIL import Image

        path.parent.mkdir(parents=True, exist_ok=True)
        self.window.grab().save(str(path))
        with Image.open(path) as picture:
            fewer = picture.convert("RGB").quantize(COLOURS)
        fewer.save(path, optimize=True)
        self.session.close()


def start(stage: Stage) -> None:
    """While TensorFlow is loading."""
    stage.window.show()
    stage.wait(0.6)


def toy(stage: Stage) -> None:
    """The spiral being learned."""
    stage.show()
    stage.recipe("spiral")
    stage.train(137)


def dark(stage: Stage) -> None:
    stage.window.theme.set_dark(True)
    toy(stage)


def narrow(stage: Stage) -> None:
    stage.show(1024, 700)
    stage.open("spiral")
    stage.train(137)


def digits(stage: Stage) -> None:
    """MNIST after its five epochs, asked about a 3 that somebody draws."""
    stage.show()
    stage.open("mnist")
    stage.train(5)
    stage.window.bottom.tabs.setCurrentIndex(1)
    stage.draw(THREE)
    stage.wait(2.5)


THREE = [
    (0.33, 0.3), (0.42, 0.2), (0.58, 0.2), (0.66, 0.32), (0.6, 0.44), (0.48, 0.5), (0.6, 0.54), (0.68, 0.66), (0.6, 0.8),
    (0.44, 0.82), (0.32, 0.74),
]  # fmt: skip
"""A stroke of the pen, in shares of the pad."""


def problem(stage: Stage) -> None:
    """Softmax over one unit."""
    from nnplayground.core import edits

    stage.show()
    stage.apply(lambda spec: edits.change_layer(spec, 2, activation="softmax"))


def prices(stage: Stage) -> None:
    """Boston housing: predicted against true."""
    stage.show()
    stage.open("boston_housing")
    stage.train(60)


def error(stage: Stage) -> None:
    """A learning rate that breaks the run."""
    from nnplayground.core import edits

    stage.show()
    stage.open("line")
    stage.apply(lambda spec: edits.change_optimizer(spec, learning_rate=1000.0))
    stage.click("playButton")
    stage.until(lambda: not stage.session.wants_to_train)
    stage.wait(0.5)


def chapter(shown: Chapter) -> Callable[[Stage], None]:
    """A chapter's recipe, trained to its end."""

    def state(stage: Stage) -> None:
        stage.show()
        stage.recipe(shown.recipe)
        stage.click("playButton")
        stage.until(lambda: stage.session.phase.value == "finished")
        stage.tab(shown.tab)
        shown.then(stage)
        stage.wait(3)

    return state


def lesson(stage: Stage) -> None:
    """The first lesson, some steps on."""
    stage.show()
    stage.click("lessonsButton")
    stage.wait(0.3)
    stage.click("startLesson-line")
    stage.wait(1)
    for _ in range(4):
        stage.click("lessonNext")
        stage.wait(0.3)
    stage.click("doItForMe")
    stage.until(lambda: stage.session.epoch >= 500)
    stage.wait(1)


def runs(stage: Stage) -> None:
    """A ready comparison: three learning rates."""
    stage.show()
    stage.recipe("circle")
    stage.tab("runs")
    stage.compare("rates")
    stage.wait(1)


STATES: dict[str, Callable[[Stage], None]] = {
    "start": start, "toy": toy, "dark": dark, "narrow": narrow, "digits": digits, "problem": problem, "prices": prices, "error": error,
    "lesson": lesson, "runs": runs, **{name: chapter(shown) for name, shown in CHAPTERS.items()},
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--out", type=Path, default=PICTURES)
    parser.add_argument("--alone", choices=STATES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if unknown := [name for name in args.names if name not in STATES]:
        parser.error(f"expected {', '.join(STATES)}; found {', '.join(unknown)}")
    if args.alone:
        stage = Stage()
        STATES[args.alone](stage)
        stage.save(args.out / f"{args.alone}.png")
        sys.stdout.flush()
        os._exit(0)  # nothing is left to take apart in order
    names = args.names or (README if args.out == PICTURES else tuple(STATES))
    screen = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    for name in names:
        with tempfile.TemporaryDirectory() as own:  # as on the first start, whatever was chosen or left unsaved in the app
            environment = {**os.environ, "QT_QPA_PLATFORM": screen, "XDG_CONFIG_HOME": own, "XDG_DATA_HOME": own}
            command = [sys.executable, __file__, "--alone", name, "--out", str(args.out.absolute())]
            subprocess.run(command, check=True, env=environment, cwd=ROOT)
            print(args.out / f"{name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
