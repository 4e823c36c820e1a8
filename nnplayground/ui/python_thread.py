"""`PythonThread`: a thread beside the window's, for what takes long."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

from PySide6.QtCore import QThread

NICENESS = 5
"""How far it gives way to the window where both want a processor: a window that moves needs it in the very moment, and
briefly. With two processors this halves the longest times that the window does not answer, and training takes no longer."""


class PythonThread(QThread):
    """A thread with an event loop that Python sees as one thread from its start to its end.

    Under a plain QThread each slot begins with a new Python thread state and ends by freeing it. TensorFlow keeps a
    pointer to the first one it meets (pybind11's gil_scoped_acquire) and crashes in the next slot.
    """

    def run(self) -> None:
        if sys.platform == "linux":  # where a thread has a niceness of its own, and those that it begins (TensorFlow's) inherit it
            with contextlib.suppress(OSError):  # sandboxes may forbid it
                me = threading.get_native_id()
                os.setpriority(os.PRIO_PROCESS, me, min(os.getpriority(os.PRIO_PROCESS, me) + NICENESS, 19))
        self.exec()
