"""`Crew`: the two threads behind a window, one that trains and one that loads data, and the way to speak to them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from nnplayground.core.spec import ProjectSpec
from nnplayground.engine.backend import Backend
from nnplayground.ui.loading import Load, Loader
from nnplayground.ui.mailbox import Answered, Mailbox
from nnplayground.ui.python_thread import PythonThread
from nnplayground.ui.worker import Worker


class Crew(QObject):
    """Lives on the window's thread. Nothing here waits, but `close`."""

    mail = Signal()
    """There is something in the mailbox."""

    _commands = Signal(object)
    _questions = Signal(int, object)
    _loads = Signal(int, object)

    def __init__(self, create_backend: Callable[[], Backend], load_data: Load, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mailbox = Mailbox()
        self._worker = Worker(create_backend, self.mailbox)
        self._loader = Loader(self.mailbox, load_data)
        self.threads = (PythonThread(self), PythonThread(self))
        residents: tuple[Worker | Loader, ...] = (self._worker, self._loader)
        for thread, resident, name in zip(self.threads, residents, ("training", "loading"), strict=True):
            thread.setObjectName(name)
            resident.moveToThread(thread)
            resident.wake.connect(self.mail, Qt.ConnectionType.QueuedConnection)
        self._worker.answered_hand.connect(self.answered, Qt.ConnectionType.QueuedConnection)
        self._commands.connect(self._worker.do, Qt.ConnectionType.QueuedConnection)
        self._questions.connect(self._worker.answer_hand, Qt.ConnectionType.QueuedConnection)
        self._loads.connect(self._loader.load, Qt.ConnectionType.QueuedConnection)
        self._jobs: dict[int, Callable[[object, str], None]] = {}
        self._next_job = 0
        self.closed = False

    def start(self) -> None:
        for thread in self.threads:
            thread.start()
        # Not by the thread's `started`: that comes before its loop, outside the one Python thread state (see PythonThread).
        self.send(Worker.start)

    def close(self) -> None:
        """End both threads and wait for them; at worst as long as TensorFlow's import still takes."""
        if self.closed:
            return
        self.mailbox.newest = -1
        self.send(Worker.shut_down)
        self.closed = True
        self.threads[1].quit()  # the other ends its loop itself, when it has done its last work
        for thread in self.threads:
            thread.wait()

    def send(self, command: Callable[[Worker], None]) -> None:
        """Have a command carried out on the worker's thread."""
        if not self.closed:
            self._commands.emit(command)

    def load(self, run_id: int, spec: ProjectSpec) -> None:
        """Have the data of a project loaded; it comes by mail."""
        self._loads.emit(run_id, spec)

    def ask(
        self, work: Callable[[Backend], object], done: Callable[[object, str], None], *, changes: bool = False, by_hand: bool = False
    ) -> None:
        """Let a function have the network on the worker's thread; `done` hears its result, or what went wrong.

        What is asked `by_hand`, while it moves, is answered before everything that is on its way to the window.
        """
        self._next_job += 1
        job = self._next_job
        self._jobs[job] = done
        if by_hand and not self.closed:
            self._questions.emit(job, work)
        else:
            self.send(lambda worker: worker.answer_job(job, work, changes=changes))

    def answered(self, item: Answered) -> None:
        if not self.closed:
            self._jobs.pop(item.job)(item.result, item.error)
