"""`RunsDesk`: what keeps, shows and trains runs, made and introduced to the rest of the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from nnplayground.core.comparisons import Comparison
from nnplayground.core.history import History
from nnplayground.core.kept_run import MAX_RUNS, KeptRun
from nnplayground.core.project_file import ProjectFile
from nnplayground.core.recipe import RecipeError
from nnplayground.core.sweep_plan import plan
from nnplayground.ui.document import Document
from nnplayground.ui.files import Files
from nnplayground.ui.offer import Choice
from nnplayground.ui.run import Engine
from nnplayground.ui.runs.batch import Batch
from nnplayground.ui.runs.collection import RunCollection
from nnplayground.ui.runs.entry import Project
from nnplayground.ui.runs.keeper import Keeper
from nnplayground.ui.runs.panel import RunsPanel
from nnplayground.ui.runs.sign import BatchSign
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.status import StatusRow
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.curves import CurvesPanel

SHOWN = 60
"""Letters of a run's name in a sentence."""


class RunsDesk(QObject):
    """`batch` trains variations of the project; `panel` is the Runs tab; `show` brings it into sight."""

    def __init__(self, window: QWidget, theme: Theme, document: Document, session: TrainingSession, files: Files, folder: Path) -> None:
        super().__init__(window)
        self._session, self._files = session, files
        self.runs = RunCollection(folder, self)
        self.keeper = Keeper(session, self.runs, self)
        self.batch = Batch(document, session, files, self.keeper, self.runs, self)
        self.panel = RunsPanel(theme, self.runs)
        self.sign = BatchSign(theme)
        self.show: Callable[[], object] = lambda: None
        self._same: Project | None = None
        """The project that goes on while another run of it is opened."""
        files.opening.connect(lambda _data: self.runs.begin_project(files.runs, self._same))
        files.changed.connect(self._look_for_sweep)
        files.carried = self.runs.carried
        self._take_typed = files.take_typed
        files.take_typed = self._give_way
        self.batch.changed.connect(self._show_progress)
        self.batch.ended.connect(self._show_compared)
        self.sign.clicked.connect(self.batch.stop)
        self.panel.stop_asked.connect(self.batch.stop)
        self.panel.compare_asked.connect(self.compare)
        self.panel.sweep_asked.connect(self.train_sweep)
        self.panel.open_asked.connect(self.open)
        session.engine_changed.connect(lambda engine: self.runs.load() if engine is Engine.READY else None)

    def tell(self, status: StatusRow) -> None:
        """Where sentences go, and the way back from a deletion."""
        for saying in (self.runs, self.batch):
            saying.said.connect(status.say)
        status.add(self.sign)

        def offer(count: int) -> None:
            text = self.tr("1 run was deleted.") if count == 1 else self.tr("{count} runs were deleted.").format(count=count)
            back = Choice("restoreRunsButton", self.tr("Bring back"), self.tr("They are in Runs again, as they were"), self.runs.restore)
            keep = Choice("forgetRunsButton", self.tr("Fine"), self.tr("This question goes away"), lambda: None)
            status.offer.make(text, (back, keep))

        self.runs.deleted.connect(offer)

    def light_in(self, curves: CurvesPanel) -> None:
        """A run that is meant stands out everywhere: here, and among the earlier runs in Curves."""
        histories = self.keeper.histories

        def light(key: str | None) -> None:
            curves.light(lambda history: key is not None and histories.get(history) == key)

        self.panel.run_lit.connect(light)
        curves.run_meant.connect(lambda history: self.panel.light(histories.get(history) if history is not None else None))

    def compare(self, comparison: Comparison) -> None:
        self.batch.start(comparison.runs)

    def train_sweep(self) -> None:
        """Train the sweep that the project's recipe holds, if there is room for all of its runs."""
        if (sweep := self._files.sweep) is None:
            return
        if sweep.sweep.runs > MAX_RUNS:
            text = self.tr("The sweep has {runs} runs, and at most {most} are kept here. nnplayground --script trains them all.")
            self.batch.said.emit(text.format(runs=f"{sweep.sweep.runs:,}", most=MAX_RUNS), "error")
            return
        try:
            self.batch.start(plan(sweep, self._files.name))
        except RecipeError as error:
            self.batch.said.emit(str(error.mistakes[0]), "error")

    def open(self, key: str) -> None:
        """Make a run the project, with its settings and weights, once it is clear what becomes of the present one."""
        self._files.unless_unsaved(lambda: self.runs.whole(key, partial(self._opened, key)))

    def _opened(self, key: str, run: KeptRun | None) -> None:
        if run is None:
            return
        project, entry = self.runs.project, self.runs.entries.get(key)
        self._same = project if entry is not None and entry.project is project else None  # what was compared here stays together
        mine = self._files.runs if self._same is not None else ()
        self._files.show(ProjectFile(run.spec, run.weights, runs=mine), None, History())
        self._same = None
        name = run.name if len(run.name) <= SHOWN else f"{run.name[: SHOWN - 1]}…"
        text = self.tr("{name} is the project now.")
        if run.weights is None:
            text = self.tr("{name} is the project now, without what it learned: its weights were not kept.")
        self._files.said.emit(text.format(name=name))

    def _give_way(self) -> None:
        """Somebody saves or leaves the project: it is to be what it was, with what is being typed."""
        self.batch.give_way()
        self._take_typed()

    def close(self) -> None:
        """Before the session closes: what trains is kept, too."""
        self.batch.give_way()
        self.keeper.close()

    def end(self) -> None:
        """After it: the worker has written what there was."""
        self.runs.close()

    def _look_for_sweep(self) -> None:
        self.panel.offer_sweep(self._files.sweep.sweep.runs if self._files.sweep is not None else 0)

    def _show_progress(self) -> None:
        for shown in (self.sign, self.panel):
            shown.show_progress(self.batch.progress)
        self._look_for_sweep()

    def _show_compared(self, keys: tuple[str, ...]) -> None:
        if keys:
            self.show()
            self.panel.choose(keys)
