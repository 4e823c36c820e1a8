"""A window, driven as a person drives it: by its buttons, waiting for what it shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QAbstractButton

from nnplayground.core.spec import ProjectSpec
from nnplayground.ui.app import create_application, create_main_window
from nnplayground.ui.edit import Edit
from nnplayground.ui.run import Phase

LONGEST = 120.0
"""Seconds after which what was waited for is not going to come."""


class Desk:
    """One window at full speed. Waiting leaves the thread to Qt and to the worker: no loop here ever spins."""

    def __init__(self) -> None:
        self.application = create_application([])
        self.window = create_main_window()
        self.session = self.window.session
        self.window.show()
        self.until(lambda: self.session.phase is Phase.READY, self.session.phase_changed)
        self.session.set_speed(None)

    def close(self) -> None:
        self.window.files.mark_saved()
        self.window.close()
        self.application.processEvents()

    def edit(self, spec: ProjectSpec) -> None:
        """Take another project, as an edit."""
        self.window.document.apply(Edit("measure", lambda _: spec))

    def open(self, spec: ProjectSpec) -> None:
        """Take another project, and wait until Play would answer at once."""
        self.edit(spec)
        self.until(lambda: self.session.phase is Phase.READY, self.session.phase_changed)

    def press(self, name: str) -> None:
        button = self.window.findChild(QAbstractButton, name)
        if button is None:
            raise LookupError(f"expected a button '{name}' in the window; found none")
        button.click()

    def wait(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def until(self, condition: Callable[[], bool], *signals: Any, seconds: float = LONGEST) -> bool:
        """Wait until a signal finds the condition true; gives whether it did. Raises TimeoutError where that cannot be."""
        loop = QEventLoop()

        def look(*_: object) -> None:
            if condition():
                loop.quit()

        for signal in signals:
            signal.connect(look)
        end = QTimer()
        end.setSingleShot(True)
        end.timeout.connect(loop.quit)
        end.start(round(1000 * seconds))
        if not condition():
            loop.exec()
        for signal in signals:
            signal.disconnect(look)
        if not condition() and seconds >= LONGEST:
            raise TimeoutError(f"the window did not get there within {seconds:g} s; it is {self.session.phase.value}")
        return condition()

    def epochs_per_second(self, seconds: float) -> float:
        """On the screen."""
        first, begin = self.session.epoch, time.perf_counter()
        self.wait(round(1000 * seconds))
        return (self.session.epoch - first) / (time.perf_counter() - begin)

    def answer_time(self, name: str) -> float:
        """Milliseconds from the press of a button until nothing trains any more."""
        begin = time.perf_counter()
        self.press(name)
        self.until(lambda: self.session.phase is not Phase.TRAINING, self.session.phase_changed)
        return 1000 * (time.perf_counter() - begin)
