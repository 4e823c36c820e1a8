"""`LessonDesk`: everything about lessons in a window, made and introduced to the rest of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from platformdirs import user_data_path
from PySide6.QtCore import QDateTime, QObject, Signal
from PySide6.QtWidgets import QMainWindow

from nnplayground.core.lesson import Lesson, planned, variation_names
from nnplayground.core.recipe import RecipeError
from nnplayground.ui.lessons.deeds import DeedRunner, Hands
from nnplayground.ui.lessons.own import OwnProject
from nnplayground.ui.lessons.own_file import Lost
from nnplayground.ui.lessons.panel import LessonsPanel
from nnplayground.ui.lessons.progress import ProgressBook
from nnplayground.ui.lessons.spotlight import PAGES, Spotlight, part, reveal
from nnplayground.ui.lessons.teaching import Teaching
from nnplayground.ui.lessons.typesetter import Typesetter
from nnplayground.ui.lessons.witness import Witness
from nnplayground.ui.offer import Choice
from nnplayground.ui.panel import Panel
from nnplayground.ui.tabs import TabbedPanel
from nnplayground.ui.theme.theme import Theme

if TYPE_CHECKING:
    from nnplayground.ui.folds.course import FoldCourse
    from nnplayground.ui.parts import Parts
    from nnplayground.ui.runs.batch import Batch
    from nnplayground.ui.runs.collection import RunCollection

NAMES: Mapping[str, str] = {name: page for page, name in PAGES.items()}
"""What lessons call a panel, by its objectName."""


class LessonDesk(QObject):
    """The window shows its `panel` in a dock."""

    said = Signal(str, str)
    """A sentence, and its tone."""

    def __init__(self, window: QMainWindow, theme: Theme, parts: Parts) -> None:
        super().__init__(window)
        self._window, self._parts = window, parts
        folder = user_data_path("nnplayground", appauthor=False)
        document, session, files = parts.document, parts.session, parts.files
        self.own = OwnProject(document, session, files, parts.autosave, folder / "recovery" / "lessons", self)
        self.witness = Witness(document, session, parts.trying, self)
        self.teaching = Teaching(session, files, self.own, self.witness, ProgressBook(folder / "lessons"), self)
        hands = Hands(document, session, files, parts.trying, self._open_page, self.compare, self._train_folds, self._is_busy)
        self.runner = DeedRunner(hands, self)
        self.typesetter = Typesetter(self)
        self.panel = LessonsPanel(theme, self.teaching, self.runner, Spotlight(window, theme), self.typesetter)
        self._batch: Batch | None = None
        self._folds: FoldCourse | None = None
        self._comparing: int | None = None
        self._lost: Lost | None = None
        self._present: Lesson | None = None
        self._connect()

    def _connect(self) -> None:
        parts, teaching = self._parts, self.teaching
        for tabs in (parts.bottom, parts.aside):
            tabs.tabs.currentChanged.connect(lambda _index, tabs=tabs: self._note(tabs))
        parts.trying.why_button.toggled.connect(teaching.note_why)
        teaching.give_way = self._give_way
        teaching.changed.connect(self._on_changed)
        teaching.said.connect(self.said)
        self.runner.picture_put.connect(self.witness.note_picture)
        self.runner.refused.connect(lambda sentence: self.said.emit(sentence, "error"))
        self.panel.compare_asked.connect(self.compare)
        self.panel.stop_asked.connect(self._stop)
        self.panel.comparing = self._told_comparing
        self.panel.spotlight.prepare = self._prepare

    def attach_runs(self, batch: Batch, runs: RunCollection) -> None:
        """Who trains comparisons, and who keeps what comes of them."""
        self._batch = batch

        def keep_project() -> Callable[[], None]:
            project = runs.project
            return lambda: runs.begin_project(self._parts.files.runs, project)

        self.own.also = keep_project
        runs.kept.connect(lambda key, _origin: self.teaching.note_run(key))
        batch.changed.connect(self.panel.show_comparing)
        batch.changed.connect(self.runner.go_on)
        batch.ended.connect(self._on_compared)

    def attach_folds(self, folds: FoldCourse) -> None:
        """Who trains folds."""
        self._folds = folds
        self.witness.scores = self._scores
        folds.changed.connect(self.witness.changed)
        folds.changed.connect(self.runner.go_on)

    def look(self) -> bool:
        """Offer the project that a process which died in a lesson has left; says whether there is one."""
        self._lost = lost = self.own.look()
        if lost is None:
            return False
        written = QDateTime.fromSecsSinceEpoch(round(lost.seconds)).toString("yyyy-MM-dd HH:mm")
        name = lost.file.name if lost.file is not None else self.tr("Untitled")
        sentence = self.tr("Your project {name} of {time}, which waited behind a lesson, was found.").format(name=name, time=written)
        self._parts.status.offer.make(sentence, (
            Choice("recoverOwnButton", self.tr("Bring it back"), self.tr("Show it, with its network, to go on with it and save it"),
                   lambda: self.own.recover(lost, self._parts.autosave.look)),
            Choice("discardOwnButton", self.tr("Discard"), self.tr("Delete it; it cannot be brought back"), partial(self._discard, lost)),
        ))  # fmt: skip
        return True

    def close(self) -> None:
        self.panel.spotlight.clear()
        self.panel.step.stop()
        self.teaching.close()
        self.typesetter.close()

    def _discard(self, lost: Lost) -> None:
        self.own.discard(lost)
        if not self.look():
            self._parts.autosave.look()

    # ---- views

    def _open_page(self, name: str) -> Callable[[], None]:
        """Bring a view into sight; gives what brings back the one that was there."""
        page = part(self._window, name)
        tabs = next((t for t in (self._parts.bottom, self._parts.aside) if isinstance(page, Panel) and t.holds(page)), None)
        before = tabs.shown_page if tabs is not None else None
        if page is not None:
            reveal(page)
        return lambda: tabs.open_page(before) if tabs is not None and before is not None else None

    def _prepare(self, names: Sequence[str]) -> None:
        """The settings of the training are there while no layer is chosen."""
        if any(name.startswith("training.") for name in names):
            self._parts.network.select_layer(None)
            self._parts.inspector.show_layer(None)

    def _note(self, tabs: TabbedPanel) -> None:
        if tabs.isVisible():
            name = tabs.shown_page.objectName()
            self.teaching.note_page(NAMES.get(name, name.removesuffix("Panel")))

    def _on_changed(self) -> None:
        lesson = self.teaching.lesson
        if lesson is not self._present:
            self._present = lesson
            self._parts.trying.why_button.setChecked(False)  # whoever is to ask why must be able to press it
        self._note_shown()

    def _note_shown(self) -> None:
        for tabs in (self._parts.bottom, self._parts.aside):
            self._note(tabs)
        if self._parts.output.isVisible():
            self.teaching.note_page("output")

    # ---- comparisons and folds

    def compare(self, number: int) -> None:
        """Train a comparison of the lesson."""
        lesson = self.teaching.lesson
        if lesson is None or self._batch is None or self._is_busy():
            return
        try:
            variations = planned(lesson, number)
        except RecipeError as error:
            self.said.emit(str(error), "error")
            return
        names = variation_names(lesson, number)
        self._comparing = number
        if not self._batch.start([(name, run.spec) for name, run in zip(names, variations, strict=True)]):
            self._comparing = None
            self.said.emit(self.tr("The comparison cannot be trained now."), "warn")

    def _on_compared(self, keys: tuple[str, ...]) -> None:
        number, self._comparing = self._comparing, None
        if number is not None and self._batch is not None and len(keys) >= self._batch.total > 0:
            self.teaching.note_compared(number)
        self.panel.show_comparing()

    def _told_comparing(self) -> tuple[int | None, str, bool]:
        running = self._batch is not None and self._batch.running
        told = self._batch.progress if self._batch is not None else ""
        return (self._comparing if running else None), told, self._is_busy()

    def _is_busy(self) -> bool:
        return (self._batch is not None and self._batch.running) or (self._folds is not None and self._folds.running)

    def _stop(self) -> None:
        if self._batch is not None:
            self._batch.stop()

    def _give_way(self) -> None:
        self._stop()
        if self._folds is not None:
            self._folds.stop()

    def _train_folds(self) -> None:
        if self._folds is not None:
            self._folds.start()

    def _scores(self) -> tuple[float, ...]:
        """What each sound fold is worth, by the mean absolute error where there is one, in the target's unit."""
        results = self._folds.results if self._folds is not None else None
        if results is None:
            return ()
        names = [name for name in results.names if name != "loss"] or list(results.names)
        chosen = "mae" if "mae" in names else names[0] if names else ""
        return tuple(run.score[chosen] for run in results.sound if chosen in run.score)
