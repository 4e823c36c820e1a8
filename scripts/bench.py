"""What the app costs, side by side with what one would do otherwise, in one run on one machine.

    python scripts/bench.py [NAME ...] [--json]

Trust the ratios, not the seconds. Each measurement runs in a process of its own; NAME chooses some of them:
toy, mnist, start, live.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
Row = dict[str, Any]


def toy() -> list[Row]:
    """2-4-2-1 tanh, 250 points, batch 10, plain gradient descent: epochs a second."""
    from nnplayground.core import edits, presets
    from nnplayground.engine.train import train

    spec = edits.change_training(presets.default_project(), optimizer="sgd", epochs=20_000)
    spec = edits.change_data(spec, validation=None)
    request, backend, model, (x, y) = _prepared(spec)
    backend.prepare()
    start, epochs = time.perf_counter(), 0
    for _ in train(request, backend):
        epochs = backend.epoch
        if time.perf_counter() - start > 4:
            break
    ours = epochs / (time.perf_counter() - start)
    model.fit(x, y, batch_size=10, epochs=1, verbose=0)
    start = time.perf_counter()
    model.fit(x, y, batch_size=10, epochs=30, verbose=0)
    fit = 30 / (time.perf_counter() - start)
    return [_row("toy 2-4-2-1, 250 points, batch 10", "epochs/s", ours, "Model.fit", fit, ours / fit, 100)]


def mnist() -> list[Row]:
    """784-64-64-10, batch 32, Adam, on the full set (the sample without it): images a second."""
    from nnplayground.core import edits, presets
    from nnplayground.engine.train import train

    spec = edits.change_data(presets.recommended("mnist"), validation=None)
    spec = edits.change_training(spec, epochs=5)
    request, backend, model, (x, y) = _prepared(spec)
    backend.prepare()
    start = time.perf_counter()
    for _ in train(request, backend):
        pass
    ours = 5 * len(x) / (time.perf_counter() - start)
    model.fit(x[:3200], y[:3200], batch_size=32, epochs=1, verbose=0)
    start = time.perf_counter()
    model.fit(x, y, batch_size=32, epochs=1, verbose=0)
    fit = len(x) / (time.perf_counter() - start)
    return [_row(f"MNIST 784-64-64-10, batch 32 ({len(x):,} images)", "images/s", ours, "Model.fit", fit, ours / fit, 5)]


def _prepared(spec: Any) -> tuple[Any, Any, Any, tuple[Any, Any]]:
    """Our backend with the project open, and a compiled plain Keras model of it with its training arrays."""
    from nnplayground.core.targets import resolve
    from nnplayground.data.registry import load
    from nnplayground.data.store import Store
    from nnplayground.engine.events import TrainRequest
    from nnplayground.engine.loader import create_backend

    dataset = load(spec.data, spec.seed, Store.default())
    request, backend = TrainRequest(spec, dataset, 1), create_backend()
    backend.open(request)
    from nnplayground.engine.keras_backend import build

    goal = resolve(spec, dataset.facts)
    model = build.build_model(spec, dataset.facts)
    model.compile(build.build_optimizer(spec), build.build_loss(goal), metrics=build.build_metrics(goal))
    y = build.encode_targets(dataset.train.y, goal, len(dataset.facts.classes))
    return request, backend, model, (dataset.scaler.apply(dataset.train.x), y)


def start() -> list[Row]:
    """Process start to the first painted window, against a bare QMainWindow: medians of five, in turn."""
    rounds = [(_seconds_to_paint(APP), _seconds_to_paint(BARE), _seconds_to_paint(APP, whole=True)) for _ in range(6)][1:]
    ours, theirs, whole = (statistics.median(times) for times in zip(*rounds, strict=True))
    return [
        _row("first painted window", "s", ours, "bare QMainWindow", theirs, ours / theirs, 4, at_most=True),
        _row("window painted with everything in it", "s", whole, "bare QMainWindow", theirs, whole / theirs, 10, at_most=True),
    ]


BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
"""
APP = """
from nnplayground.ui.app import create_application, create_main_window
app = create_application([])
window = create_main_window(at_once=False)  # as the command does it
"""
PAINT = """
import os, sys, time
from PySide6.QtCore import QEvent, QObject
from PySide6.QtCore import QTimer
def end():
    print(time.time()); sys.stdout.flush(); os._exit(0)
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            end()
        return False
watch = Watch()
if WHOLE:
    window.painted.connect(end)
else:
    (window.centralWidget() or window).installEventFilter(watch)
window.show()
app.exec()
"""


def _seconds_to_paint(code: str, *, whole: bool = False) -> float:
    begin = time.time()
    code = f"WHOLE = {whole}\n{code}{PAINT}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_screenless(), cwd=ROOT)
    return float(done.stdout) - begin


def live() -> list[Row]:
    """The window itself, curves and map and every neuron live: event-loop gaps while a toy net trains, and the stop."""
    os.environ.update(_screenless())
    from PySide6.QtCore import QElapsedTimer, QEventLoop, QTimer
    from PySide6.QtWidgets import QAbstractButton

    from nnplayground.core import edits
    from nnplayground.ui.app import create_application, create_main_window
    from nnplayground.ui.edit import Edit
    from nnplayground.ui.run import Phase

    application = create_application([])
    window = create_main_window()
    window.show()
    session = window.session

    def wait(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def wait_for(condition: Callable[[], bool]) -> None:
        end = time.perf_counter() + 60
        while not condition():
            if time.perf_counter() > end:
                raise TimeoutError("the window did not get there within a minute")
            wait(1)

    wait_for(lambda: session.phase is Phase.READY)
    window.document.apply(Edit("endless", lambda spec: edits.change_training(spec, epochs=1_000_000_000)))
    session.set_speed(None)
    play, stop = (button for name in ("playButton", "stopButton") if (button := window.findChild(QAbstractButton, name)) is not None)
    gaps: list[float] = []
    clock, beat = QElapsedTimer(), QTimer()
    clock.start()

    def note() -> None:
        gaps.append(clock.nsecsElapsed() / 1e6)
        clock.restart()

    beat.timeout.connect(note)
    play.click()
    wait(1500)
    beat.start(1)
    clock.restart()
    first, begin = session.epoch, time.perf_counter()
    wait(8000)
    rate = (session.epoch - first) / (time.perf_counter() - begin)
    beat.stop()
    stops = []
    for _ in range(10):
        began = time.perf_counter()
        stop.click()
        wait_for(lambda: session.phase is not Phase.TRAINING)
        stops.append(1000 * (time.perf_counter() - began))
        play.click()
        wait(300)
    session.close()
    application.processEvents()
    return _live_rows(sorted(gaps), stops, rate)


def _live_rows(ordered: list[float], stops: list[float], rate: float) -> list[Row]:
    p99 = ordered[int(0.99 * len(ordered))]
    return [
        _row("event-loop gap, 99th percentile, toy net live", "ms", p99, "target", 40, p99 / 40, 1, at_most=True),
        _row("event-loop gap, longest", "ms", ordered[-1], "target", 150, ordered[-1] / 150, 1, at_most=True),
        _row("stop answered (longest of 10)", "ms", max(stops), "target", 100, max(stops) / 100, 1, at_most=True),
        _row("epochs on screen, circle 4-2", "epochs/s", rate, "TensorFlow Playground's page", 37, rate / 37, 1),
    ]


def _screenless() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}


def _row(what: str, unit: str, ours: float, other: str, theirs: float, ratio: float, target: float, *, at_most: bool = False) -> Row:
    met = ratio <= target if at_most else ratio >= target
    return {"what": what, "unit": unit, "ours": ours, "other": other, "theirs": theirs, "ratio": ratio,
            "target": f"{'≤' if at_most else '≥'} {target:g}", "met": met}  # fmt: skip


BENCHES: dict[str, Callable[[], list[Row]]] = {"toy": toy, "mnist": mnist, "start": start, "live": live}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*BENCHES, []])
    parser.add_argument("--json", action="store_true", help="one JSON list instead of a table")
    parser.add_argument("--alone", choices=BENCHES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.alone:
        print(json.dumps(BENCHES[args.alone]()))
        return 0
    rows: list[Row] = []
    for name in args.names or BENCHES:
        if not args.json:
            print(f"… {name}: {BENCHES[name].__doc__}", file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, __file__, "--alone", name], stdout=subprocess.PIPE, text=True, cwd=ROOT, check=False)
        if done.returncode:
            print(f"{name}: could not be measured (exit code {done.returncode})", file=sys.stderr)
            return 1
        rows += json.loads(done.stdout.splitlines()[-1])
    if args.json:
        print(json.dumps(rows, indent=2))
        return 0
    print(f"{'':48} {'ours':>12} {'the other':>12}   ratio")
    for r in rows:
        mark = "met" if r["met"] else "MISSED"
        numbers = f"{r['ours']:>12,.2f} {r['theirs']:>12,.2f}  {r['ratio']:>7.2f}"
        print(f"{r['what']:48} {numbers} (target {r['target']}: {mark})  {r['unit']}, {r['other']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
