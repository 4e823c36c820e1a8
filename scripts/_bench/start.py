"""From the start of the process to the first painted window."""

from __future__ import annotations

import subprocess
import sys
import time

from _bench.rows import Row, Target, compared

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
OTHER = "bare QMainWindow"


def start() -> list[Row]:
    """Process start to the first painted window."""
    for code in (APP, BARE):
        _seconds_to_paint(code)  # what is read from the disk for the first time
    first, whole = Target(4, at_most=True), Target(10, at_most=True)
    return [
        compared("first painted window", "s", OTHER, first, lambda: _seconds_to_paint(APP), lambda: _seconds_to_paint(BARE), 5),
        compared("window painted with everything in it", "s", OTHER, whole,
                 lambda: _seconds_to_paint(APP, whole=True), lambda: _seconds_to_paint(BARE), 5),
    ]  # fmt: skip


def _seconds_to_paint(code: str, *, whole: bool = False) -> float:
    begin = time.time()
    code = f"WHOLE = {whole}\n{code}{PAINT}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout) - begin
