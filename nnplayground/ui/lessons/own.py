"""`OwnProject`: one's own project, put aside whole while a lesson is shown in its place, in memory and on the disk."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject

from nnplayground.core.history import MOST_KEPT, History
from nnplayground.core.project_file import ProjectFile
from nnplayground.data import own
from nnplayground.ui.autosave import Autosave
from nnplayground.ui.document import Document, Shelved
from nnplayground.ui.files import Files, Place
from nnplayground.ui.lessons.own_file import Lost, OwnFile
from nnplayground.ui.run import Resume
from nnplayground.ui.session import TrainingSession

logger = logging.getLogger(__name__)
Then = Callable[[], None]
TRIES = 3
"""How often a project that goes on while it is put aside is taken anew; then it goes as it was last."""


@dataclass(frozen=True, eq=False)
class _Waiting:
    """All there is of a project: its edits, its run, where it lives, and what undo would take up again."""

    document: Shelved
    run: Resume
    place: Place
    left: tuple[Resume | None, tuple[Resume, ...]]
    edited: bool
    unsaved: bool
    back: Then
    """What else is as it was when it is back."""


class OwnProject(QObject):
    """Puts the project aside and brings it back, with its weights, edits, file, and what is unsaved of it."""

    def __init__(
        self, document: Document, session: TrainingSession, files: Files, autosave: Autosave, folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._files, self._autosave = document, session, files, autosave
        self._file = OwnFile(folder)
        self._waiting: _Waiting | None = None
        self.also: Callable[[], Then] = lambda: lambda: None
        """Asked when it goes aside, for what others do when it is back."""
        autosave.rests = lambda: self.waits
        self.leaving = False
        """Whether it is on its way aside."""

    @property
    def waits(self) -> bool:
        """Whether it is aside."""
        return self._waiting is not None

    @property
    def unsaved(self) -> bool:
        """Whether something of it is in no file, while it is aside."""
        return self._waiting is not None and self._waiting.unsaved

    def put_aside(self, then: Then, failed: Callable[[str], None]) -> None:
        """Make room for another project; `then` must show one at once."""
        if self.waits:
            then()
        elif not self.leaving:
            self.leaving = True
            self._files.take_typed()
            self._session.pause()
            self._files.when_saved(lambda: self._take(then, failed, TRIES))

    def bring_back(self) -> None:
        """Show it again, as it was."""
        if (waiting := self._waiting) is None:
            return
        self._waiting = None
        self._files.guest = ""
        self._files.take_place(waiting.place)
        self._files.opening.emit(waiting.document.spec.data)
        self._session.open_with(waiting.run)
        self._session.left.unshelve(*waiting.left)
        self._document.unshelve(waiting.document)
        waiting.back()
        self._files.changed.emit()
        self._autosave.keep()  # before what the disk holds of it goes
        self._file.remove()

    def look(self) -> Lost | None:
        """The unsaved project that a process which died in a lesson has left; it is answered by `recover` or `discard`."""
        return self._file.look()

    def recover(self, lost: Lost, then: Then) -> None:
        """Show what was lost as unsaved work, with what its network had learned."""

        def show() -> None:
            project = lost.project
            self._files.show(project, lost.file, lost.history)
            self._files.take_place(Place(lost.file, lost.stamp, runs=project.runs, sweep=project.sweep))
            if lost.edited:
                self._document.never_saved()
            self._autosave.keep()
            lost.remove()
            then()

        self._files.unless_unsaved(show)

    def discard(self, lost: Lost) -> None:
        lost.remove()

    def close(self) -> None:
        """A clean end. What could not be brought back stays on the disk."""
        self._file.close()

    def _take(self, then: Then, failed: Callable[[str], None], tries: int) -> None:
        run = self._session.run
        if self._session.has_network and run.learned is None and not run.touched:
            self._keep(then, failed, tries, Resume(self._document.spec, History(), origin=run.origin), "")  # made anew, it is the same
        else:
            self._files.at_rest(lambda kept, error: self._keep(then, failed, tries, kept, error))

    def _keep(self, then: Then, failed: Callable[[str], None], tries: int, kept: Resume, error: str) -> None:
        """The disk has it first: from then on nothing that happens to the process loses it."""
        if error:
            self.leaving = False
            failed(self.tr("The project cannot be put aside for a lesson: {why}").format(why=error))
            return
        edited, unsaved = self._document.modified, self._files.unsaved
        project = ProjectFile(
            own.with_hash(kept.spec), kept.weights, kept.state, kept.history.to_csv(MOST_KEPT) if kept.history.epochs else "",
            runs=self._files.runs, sweep=self._files.sweep)  # fmt: skip
        place = self._files.place

        def written(_result: object, why: str) -> None:
            if why:
                logger.warning("The project is put aside for a lesson in memory only: %s", why)
            went_on = self._session.learned is not kept.learned or self._document.spec != kept.spec or self._files.place.path != place.path
            if went_on and tries:  # somebody went on with it meanwhile
                self._take(then, failed, tries - 1)
                return
            left = self._session.left.shelved()
            self._waiting = _Waiting(self._document.shelve(), kept, self._files.place, left, edited, unsaved, self.also())
            self.leaving = False
            then()

        def write() -> None:
            self._file.write(project, edited, place.path, place.stamp) if unsaved else self._file.remove()

        if project.weights is not None and self._session.has_network:
            self._session.ask(lambda _backend: write(), written)
            return
        try:
            write()
        except OSError as problem:
            written(None, problem.strerror or str(problem))
        else:
            written(None, "")


