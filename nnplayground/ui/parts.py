"""Everything that works in the window, made and introduced to each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from platformdirs import user_data_path
from PySide6.QtCore import QCoreApplication, QDateTime
from PySide6.QtWidgets import QMainWindow

from nnplayground.core import presets
from nnplayground.core.data_spec import OWN_NAMES, DataSpec, default_data
from nnplayground.core.table import Table
from nnplayground.data.registry import facts, info
from nnplayground.data.rows import Rows
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Array
from nnplayground.ui.actions import Actions, MenuRow
from nnplayground.ui.autosave import Autosave, Lost
from nnplayground.ui.board import Board
from nnplayground.ui.data.panel import DataPanel
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.exchange import Exchange
from nnplayground.ui.files import Files
from nnplayground.ui.folds.course import FoldCourse
from nnplayground.ui.folds.panel import FoldsPanel
from nnplayground.ui.garbage import Garbage
from nnplayground.ui.inspector.panel import InspectorPanel
from nnplayground.ui.lessons.desk import LessonDesk
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.network.weights_table import fetch_weights
from nnplayground.ui.offer import Choice
from nnplayground.ui.own.finder import Finder
from nnplayground.ui.own.samples import Samples
from nnplayground.ui.own.surveys import Surveys
from nnplayground.ui.own.tables import SUFFIXES, Tables
from nnplayground.ui.paint.rest import StrokeRest
from nnplayground.ui.panel import Panel
from nnplayground.ui.questions import Questions
from nnplayground.ui.runs.desk import RunsDesk
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.status import StatusRow
from nnplayground.ui.store.door import DataDoor
from nnplayground.ui.tabs import TabbedPanel
from nnplayground.ui.takeaway import Counter
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.thumbnail import thumbnail
from nnplayground.ui.transport import Transport
from nnplayground.ui.trying.panel import TryPanel
from nnplayground.ui.trying.working import WorkingPanel
from nnplayground.ui.typed import take_typed
from nnplayground.ui.views.activations import ActivationsPanel
from nnplayground.ui.views.confusion import ConfusionPanel
from nnplayground.ui.views.curves import CurvesPanel
from nnplayground.ui.views.log import LogPanel
from nnplayground.ui.views.mistakes import MistakesPanel
from nnplayground.ui.views.notes import NotesPanel
from nnplayground.ui.views.output import OutputPanel
from nnplayground.ui.views.weights import WeightsPanel
from nnplayground.ui.weight_steps import WeightSteps


class Parts:
    """The project, its run, and the panels that show them. The window places the panels."""

    def __init__(self, window: QMainWindow, theme: Theme, create_backend: Callable[[], Backend]) -> None:
        self.surveys = Surveys(window)
        self.document = Document(presets.default_project(), self.surveys.facts, window)
        self.surveys.looked.connect(self.document.look_again)
        self.session = TrainingSession(self.document, create_backend, parent=window)
        self.log = LogPanel(theme)
        self.files = self._filing(window)
        self.autosave = self._autosave(window)
        self.tables = Tables(window, theme, self.document, self.surveys)
        self.samples = Samples(window, theme, self.document, self.surveys)
        self.actions = Actions(window, theme, self.document, self.session, self.files, self.tables, self.samples)
        self.menu_row = MenuRow(theme, self.actions, self.files)
        self.transport = Transport(theme, self.session)
        self.status = StatusRow(theme, self.session)
        self.data, self.network = DataPanel(theme), NetworkPanel(theme)
        self.output, self.inspector, self.curves = OutputPanel(theme), InspectorPanel(theme), CurvesPanel(theme)
        self.notes, self.confusion, self.mistakes = NotesPanel(theme), ConfusionPanel(theme), MistakesPanel(theme)
        self.trying = TryPanel(theme)
        self.working = WorkingPanel(theme, self.trying)
        self.weights, self.activations = WeightsPanel(theme), ActivationsPanel(theme, self._tried)
        self.course = FoldCourse(self.document, self.session, create_backend, window)
        self.folds = FoldsPanel(theme, self.course)
        shelf = user_data_path("nnplayground", appauthor=False) / "runs"
        self.runs = RunsDesk(window, theme, self.document, self.session, self.files, shelf)
        self.bottom = TabbedPanel(
            theme, QCoreApplication.translate("window", "Curves, log and notes"),
            (self.curves, self.confusion, self.mistakes, self.weights, self.activations, self.working, self.folds, self.runs.panel,
             self.log, self.notes),
        )  # fmt: skip
        self.files.picture = partial(thumbnail, (*self.output.views, self.network))
        self.aside = TabbedPanel(theme, QCoreApplication.translate("window", "Try it and settings"), (self.trying, self.inspector))
        self.board = Board(self.document, self.session, window)
        for panel in (self.transport, self.status, self.data, self.network, self.output, self.inspector, self.curves, self.trying,
                      self.notes, self.confusion, self.mistakes, self.working, self.folds, self.runs.panel):  # fmt: skip
            self.board.add(panel)
        self.counter = self._counter()
        self._keeping_runs()
        self._looking_inside()
        self.weight_steps = self._editing(window)
        self._opening()
        self.output.painting.refused.connect(lambda sentence: self.status.say(sentence, "warn"))
        self.stroke_rest = StrokeRest(self.output.painting, self.session, window)
        self.actions.paint.triggered.connect(self.output.painting.begin)
        self._following()
        self._drawing()
        self.data.data_chosen.connect(self._choose_data)
        self.lessons = self._lessons(window, theme)
        self.finder = self._finder(window)
        self.files.opening.connect(self._look_anew)
        self.store = self._store(window, theme)
        self.exchange = self._exchange()
        self.garbage = Garbage(window)
        self.session.engine_changed.connect(lambda _engine: self.garbage.spare())
        self.status.problem_list.edit_requested.connect(self.document.apply)
        for refusing in (self.document, self.transport, self.network, self.weight_steps):
            refusing.refused.connect(lambda sentence: self.status.say(sentence, "error"))
        for saying in (self.files, self.network, self.counter):
            saying.said.connect(lambda sentence: self.status.say(sentence, "ok"))

    def _opening(self) -> None:
        """What opens data of one's own."""
        self.own_data: dict[str, Callable[[], object]] = dict.fromkeys(OWN_NAMES, self._own_data_later)
        """What opens when data of one's own is chosen, by its name: a dialog, or a canvas."""
        self.own_data["csv"] = self.tables.open
        self.own_data.update(images=self.samples.open_pictures, arrays=self.samples.open_arrays)
        self.own_data["points"] = self.output.painting.start_empty
        self.openers: dict[str, Callable[[Path], object]] = dict.fromkeys(SUFFIXES, self.tables.open_file)
        """What becomes of a file that is dropped on the window, by the end of its name; a folder's is empty."""
        self.openers.update({"": self.samples.open_folder, ".npz": self.samples.open_file})

    def _lessons(self, window: QMainWindow, theme: Theme) -> LessonDesk:
        lessons = LessonDesk(window, theme, self)
        lessons.said.connect(self.status.say)
        lessons.attach_folds(self.course)
        lessons.attach_runs(self.runs.batch, self.runs.runs)
        return lessons

    def _keeping_runs(self) -> None:
        self.runs.tell(self.status)
        self.runs.light_in(self.curves)
        self.runs.show = partial(self.bottom.open_page, self.runs.panel)
        self.actions.show_runs.triggered.connect(lambda _checked: self.runs.show())

    def _filing(self, window: QMainWindow) -> Files:
        files = Files(self.document, self.session, Questions(window))
        files.take_typed = partial(take_typed, window)
        return files

    def _following(self) -> None:
        """A place on a map is what is asked about, and its way through the network is shown."""
        self.output.map.chosen.connect(self.trying.point.set_point)
        self.trying.point.moved.connect(self.output.map.set_mark)
        self.output.table.filled.connect(self.trying.row.fill)
        self.output.table.filled.connect(lambda _numbers: self._follow_row())
        self.trying.row.probe_changed.connect(self._on_row)
        self.trying.point.asked.connect(self.network.show_sample)

    def _on_row(self) -> None:
        self.output.table.hold(self.trying.row.values)
        if self.network.follows_sample:
            self._follow_row()

    def _follow_row(self) -> None:
        """Show the way of the row that is asked about through the network."""
        if (row := self.trying.row.values) is not None:
            self.network.show_sample(row[0], QCoreApplication.translate("window", "your row"))

    def _finder(self, window: QMainWindow) -> Finder:
        finder = Finder(window, self.document, self.surveys, self.status.offer)
        finder.told.connect(self.data.show_missing)
        self.data.missing.find_asked.connect(finder.find)
        self.session.failed.connect(finder.on_failed)
        return finder

    def _store(self, window: QMainWindow, theme: Theme) -> DataDoor:
        store = DataDoor(window, theme, self.document, self.session, self.status.offer)
        self.status.add(store.sign)
        self.status.add(self.data.loading_sign)
        self.data.store_asked.connect(store.open)
        self.session.supply.changed.connect(self.data.loading.show_stand)
        self.session.supply.changed.connect(self.curves.show_stand)
        self.session.downloading.connect(self.data.loading.show_download)
        self.data.loading.cancel_asked.connect(self.session.cancel_loading)
        self.data.loading.again_asked.connect(self.session.load_again)
        self.actions.data_manager.triggered.connect(lambda _checked: store.open())
        return store

    def _editing(self, window: QMainWindow) -> WeightSteps:
        """What canvas, menus and inspector have to do with each other."""
        steps, network = WeightSteps(self.document, self.session, window), self.network
        network.fill_menu(self.actions.network_menu)
        network.fill_edit_menu(self.actions.edit_menu)
        network.choice_changed.connect(self.inspector.show_choice)
        network.weight_requested.connect(steps.change)
        self.actions.more_keys = network.keys
        return steps

    def _counter(self) -> Counter:
        """Where pictures and numbers of the views are taken away."""
        counter = Counter(self.files)
        served: tuple[tuple[Panel, str], ...] = (
            (self.confusion, "takeConfusion"), (self.mistakes, "takeMistakes"), (self.working, "takeWorking"),
            (self.folds, "takeFolds"),
            (self.curves, "takeCurves"), (self.output, "takeOutput"), (self.network, "takeNetwork"), (self.log, "takeLog"),
            (self.runs.panel, "takeRuns"),
        )  # fmt: skip
        for panel, name in served:
            counter.serve(panel, name)
        self.trying.take_why_by(counter.serve(self.trying, "takeWhy"))
        self.network.fetch_weights = self._fetch_weights
        self._examining()
        return counter

    def _fetch_weights(self, done: Callable[[Table], None]) -> None:
        def came(result: object, error: str) -> None:
            done(result) if isinstance(result, Table) else self.status.say(error, "error")

        if self.session.has_network:
            self.session.ask(fetch_weights, came)
        else:
            self.status.say(QCoreApplication.translate("window", "There is no network yet to take weights from."), "warn")

    def _examining(self) -> None:
        """What the two views of the whole test set have to do with each other, and with the rest."""
        confusion, mistakes = self.confusion, self.mistakes
        mistakes.examiners = confusion, mistakes
        confusion.examined.connect(mistakes.keep)
        mistakes.examined.connect(confusion.keep)
        for signal in (confusion.cell_chosen, confusion.cell_opened):
            signal.connect(mistakes.show_cell)
        for opened in (confusion.cell_opened, confusion.sample_opened):
            opened.connect(lambda _what: self.bottom.open_page(mistakes))
        confusion.sample_opened.connect(mistakes.show_sample)
        mistakes.cards_asked.connect(self.network.show_sample)
        confusion.samples_ringed.connect(self.output.map.set_ringed)

    def _looking_inside(self) -> None:
        """Weights and activations, of the layer that is chosen on the canvas."""
        for panel, name in ((self.weights, "takeWeights"), (self.activations, "takeActivations")):
            self.board.add(panel)
            self.counter.serve(panel, name)
            self.network.layer_selected.connect(panel.choose_layer)
        self.network.layer_selected.connect(self.working.show_layer)
        self.trying.probe_changed.connect(self.activations.on_tried)

    def _tried(self) -> Array | Rows | None:
        """The samples that stand in 'Try it'."""
        return self.trying.page.standing if self.trying.page is not None else None

    def _drawing(self) -> None:
        """What is drawn is asked about at once, is shown on the cards, and may become data."""
        picture, session = self.trying.picture, self.session

        def ask(work: Callable[[Backend], object], done: Callable[[object, str], None]) -> bool:
            if session.has_network:
                session.ask(work, done, by_hand=True)
            return session.has_network

        picture.ask = ask
        picture.look_by(self.surveys.errands)
        picture.drawn.connect(lambda sample: self.network.show_sample(sample, QCoreApplication.translate("window", "your drawing")))
        picture.use_asked.connect(self.samples.open_folder)

    def _exchange(self) -> Exchange:
        exchange, actions = Exchange(self.document, self.session, self.files), self.actions
        for action, work in (
            (actions.load_weights, exchange.load_weights), (actions.export_weights, exchange.save_weights),
            (actions.export_model, exchange.save_model), (actions.export_code, exchange.save_code),
        ):  # fmt: skip
            action.triggered.connect(work)
        exchange.said.connect(lambda sentence: self.status.say(sentence, "ok"))
        return exchange

    def _autosave(self, window: QMainWindow) -> Autosave:
        folder = user_data_path("nnplayground", appauthor=False) / "recovery"
        autosave = Autosave(self.document, self.session, folder, window)
        autosave.place = lambda: (self.files.path, self.files.stamp)
        autosave.found.connect(self._offer)
        return autosave

    def start(self) -> None:
        """The window is on the screen: begin what takes time."""
        self.garbage.start()
        self.session.start()
        if not self.lessons.look():
            self.autosave.look()

    def close(self) -> None:
        """End everything that runs by itself."""
        self.lessons.close()
        self.autosave.close()
        self.board.close()
        self.actions.close()
        self.store.close()
        self.course.close()
        self.runs.close()
        self.session.close()
        self.runs.end()
        self.session.supply.forget()  # nothing is on its way any more
        self.samples.close()
        self.surveys.close()
        self.log.stop()
        self.garbage.close()

    def _offer(self, lost: Lost) -> None:
        """Unsaved work of a process that died: one sentence, two answers, and nothing waits for either."""

        def recover() -> None:
            self.files.recover(lost.spec, lost.file, lost.stamp, self.autosave.recovered)

        tr = QCoreApplication.translate
        written = QDateTime.fromSecsSinceEpoch(round(lost.seconds))
        today = written.date() == QDateTime.currentDateTime().date()
        time, title = written.toString("HH:mm" if today else "yyyy-MM-dd HH:mm"), info(lost.spec.data.name).title
        sentence = tr("window", "Unsaved work from {time} was found: {title}.").format(time=time, title=title)
        if lost.file is not None:
            text = tr("window", "Unsaved work on {file} from {time} was found: {title}.")
            sentence = text.format(file=lost.file.name, time=time, title=title)
        choices = (
            Choice("recoverButton", tr("window", "Recover"), tr("window", "Show it, to go on with it and save it"), recover),
            Choice("discardButton", tr("window", "Discard"), tr("window", "Delete it; it cannot be brought back"), self.autosave.discard),
        )
        self.status.offer.make(sentence, choices)

    def _look_anew(self, data: DataSpec) -> None:
        """Files of one's own may be others by now, though nothing of the project has changed."""
        self.surveys.forget(data)
        if getattr(data, "path", ""):
            self.session.supply.forget()

    def opener(self, path: Path) -> Callable[[Path], object] | None:
        """What to do with a file or folder that is dropped on the window; None when it is nothing for it."""
        if self.files.can_open(path):
            return self.files.open_dropped
        return self.openers.get("" if path.is_dir() else path.suffix.lower())

    def _own_data_later(self) -> None:
        self.status.say(QCoreApplication.translate("window", "Data of this kind cannot be chosen in the window yet."))

    def _choose_data(self, name: str) -> None:
        if name in self.own_data:
            self.own_data[name]()
            return
        known, title = facts(default_data(name)), info(name).title
        text = QCoreApplication.translate("window", "Data {title}").format(title=title)
        self.document.apply(Edit(text, lambda spec: presets.choose_data(spec, name, known)))
