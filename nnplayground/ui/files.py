"""Opening and saving projects, and never losing one: questions are asked without stopping the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnplayground.core.history import MOST_KEPT, History
from nnplayground.core.kept_run import KeptRun
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.core.recipe import RecipeError
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.sweep import Variations
from nnplayground.data import own
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.left_runs import gather
from nnplayground.ui.questions import Choice, Overwrite, Questions
from nnplayground.ui.run import Learned, Phase, Resume
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.stamp import Stamp

QUICK = 30.0
"""Seconds of training that nobody misses who has nothing else to lose: the same project learns the same again."""
SUFFIXES = (".nnp", ".toml", ".json")
Then = Callable[[], None]


@dataclass(frozen=True, eq=False)
class Place:
    """Where a project lives, and what of it is there."""

    path: Path | None = None
    stamp: Stamp | None = None
    held: Learned | None = None
    growing: bool = False
    runs: tuple[KeptRun, ...] = ()
    sweep: Variations | None = None


class Files(QObject):
    """The file that the project lives in."""

    changed = Signal()
    """The file's name or its being saved are others now."""
    said = Signal(str)
    opening = Signal(object)
    """The data of a project that is about to be shown: what is known of its files may be out of date."""
    used = Signal(object)
    """The path of a project that was opened or saved."""

    def __init__(self, document: Document, session: TrainingSession, questions: Questions) -> None:
        super().__init__(questions)
        self._document, self._session = document, session
        self.questions = questions
        self.path: Path | None = None
        self.openers: dict[str, Callable[[Path], object]] = {}
        """What opens files of other kinds, by the end of their names."""
        self.sweep: Variations | None = None
        """The sweep that the project's recipe holds; it is saved with it."""
        self.runs: tuple[KeptRun, ...] = ()
        """The kept runs that the project's file has brought."""
        self.carried: Callable[[], Callable[[], tuple[KeptRun, ...]]] = lambda: lambda: self.runs
        """What gives the kept runs that are saved with the project; called on the thread that writes, since they may be large."""
        self.picture: Callable[[], bytes | None] = lambda: None
        """What makes the small picture that is saved with a project."""
        self.take_typed: Callable[[], object] = lambda: None
        """What takes the text of a field that somebody is still writing in."""
        self.adds: Callable[[Path], bool] = lambda _path: False
        """Whether a file of another kind takes nothing away from the project when it is opened."""
        self.guest = ""
        """What is shown in place of one's own project, which waits: a lesson's title. It is nobody's to save."""
        self.go_home: Callable[[Then], None] = lambda then: then()
        """What shows one's own project again before anything is asked about it."""
        self._stamp: Stamp | None = None
        self._held: Learned | None = None
        """What the network had learned that is in the file."""
        self._growing = False
        """Whether the network was in training when it was saved."""
        self._shown_unsaved = False
        self._saving = False
        self._after: list[Then] = []
        document.modified_changed.connect(lambda _modified: self.changed.emit())
        self.changed.connect(self._note)
        for signal in (session.phase_changed, session.run_changed, session.run_reset):
            signal.connect(self._look)

    @property
    def name(self) -> str:
        return self.guest or (self.path.name if self.path else self.tr("Untitled"))

    @property
    def unsaved(self) -> bool:
        """Whether there is anything that its file does not hold: an edit, or what its network has learned."""
        return not self.guest and (self._document.modified or self._has_learned)

    @property
    def place(self) -> Place:
        """Where the project lives, for a time when another is shown in its place."""
        return Place(self.path, self._stamp, self._held, self._growing, self.runs, self.sweep)

    def take_place(self, place: Place) -> None:
        """The project that is shown lives there."""
        self.path, self._stamp, self._held, self._growing = place.path, place.stamp, place.held, place.growing
        self.runs, self.sweep = place.runs, place.sweep
        self.changed.emit()

    def when_saved(self, then: Then) -> None:
        """Go on at once, or when the file that is being written is written."""
        self._after.append(then) if self._saving else then()

    @property
    def saving(self) -> bool:
        """Whether a file is being written right now."""
        return self._saving

    def mark_saved(self) -> None:
        """Nothing of this is to be saved: it is somewhere, or not wanted."""
        self._held, self._growing = self._session.learned, False
        self._document.mark_saved()
        self.changed.emit()

    def new(self) -> None:
        self.unless_unsaved(partial(self.show, ProjectFile(default_project()), None))

    def open(self) -> None:
        folder = self.path.parent if self.path else Path.home()
        self.unless_unsaved(lambda: self.questions.open_path(folder, self.open_file))

    def open_dropped(self, path: Path) -> None:
        self.open_file(path) if self.adds(path) else self.unless_unsaved(partial(self.open_file, path))

    def open_file(self, path: Path) -> None:
        """Show the project in a file; a file that cannot be used is told, and nothing changes."""
        if (opener := self.openers.get(path.suffix.lower())) is not None:
            opener(path)
            return
        stamp = Stamp.of(path)
        try:
            project = read_project(path)
            history = History.from_csv(project.history)
        except RecipeError as error:
            self.questions.tell(self.tr("{name} cannot be opened").format(name=path.name), "\n".join(str(m) for m in error.mistakes[:8]))
            return
        except ValueError as error:
            self.questions.tell(self.tr("{name} cannot be opened").format(name=path.name), str(error))
            return
        self.show(project, path, history)
        self._stamp = stamp
        self.used.emit(path)
        if self.sweep is not None:
            text = self.tr("{name} holds a sweep of {runs} runs. The tab Runs trains them; until then it is one project.")
            self.said.emit(text.format(name=path.name, runs=f"{self.sweep.sweep.runs:,}"))

    @property
    def stamp(self) -> Stamp | None:
        """Of the project's file, when it was last read or written here."""
        return self._stamp

    def recover(self, spec: ProjectSpec, path: Path | None, stamp: Stamp | None, then: Then) -> None:
        """Show a project that was lost, as unsaved work on its file; without one, or when that is not to be had, as work without a file."""

        def show() -> None:
            if path is None or not self._open_quietly(path, stamp):
                self.show(ProjectFile(default_project()), None)
            self._document.apply(Edit(self.tr("Recovered work"), lambda _spec: spec))
            self._document.never_saved()
            then()
            if path is not None and self.path is None:
                self.said.emit(self.tr("{name} cannot be opened any more: the recovered work has no file yet.").format(name=path.name))

        self.unless_unsaved(show)

    def _open_quietly(self, path: Path, stamp: Stamp | None) -> bool:
        """Show the project in a file that was last read when it was as `stamp` says; says whether it could be."""
        try:
            project = read_project(path)
            history = History.from_csv(project.history)
        except ValueError:  # of which RecipeError is one
            return False
        self.show(project, path, history)
        self._stamp = stamp or self._stamp
        self.used.emit(path)
        return True

    def save(self, then: Then | None = None) -> None:
        self.take_typed()
        if self._saving:
            self._after.append(partial(self.save, then))
        elif self.path is None:
            self.save_as(then)
        elif self._stamp is not None and Stamp.of(self.path) not in (None, self._stamp):
            text = self.tr("{name} was changed by another program or window since it was opened.").format(name=self.name)
            self._ask_to_overwrite(self.path, text, self.tr("What was changed there is lost if you save anyway."), then)
        elif self._keeps_learning and self._held is not None and self._session.learned is None:
            text = self.tr("{name} holds a trained network; the one here is not trained.")
            if self._held.epochs:
                text = self.tr("{name} holds a network trained for {epochs} epochs; the one here is not trained.")
            details = self.tr("Saving replaces the trained one. Save as keeps both.")
            self._ask_to_overwrite(self.path, text.format(name=self.name, epochs=f"{self._held.epochs:,}"), details, then)
        else:
            self._write(self.path, then)

    def save_as(self, then: Then | None = None) -> None:
        self.take_typed()
        suggested = self.path or Path.home() / f"{self._document.spec.data.name}.nnp"
        self.questions.save_path(suggested, lambda path: self._chosen(path, then))

    def unless_unsaved(self, then: Then) -> None:
        """Go on at once, or when it is clear what is to become of unsaved work."""
        if self._saving:
            self._after.append(partial(self.unless_unsaved, then))
            return
        if self.guest:
            self.go_home(partial(self.unless_unsaved, then))
            return
        self.take_typed()
        if not self.unsaved:
            then()
            return
        recipe = self.path is not None and not self._keeps_learning and self._has_learned

        def decided(choice: Choice) -> None:
            if choice is Choice.SAVE:
                self._save_project(then) if recipe else self.save(then)
            elif choice is Choice.DISCARD:
                then()

        edited, learned = self.tr("Save the changes to {name}?"), self.tr("Save what the network of {name} has learned?")
        if recipe:
            learned = edited = self.tr("{name} is a recipe, which does not hold what its network has learned. Save it as a project (.nnp)?")
        self.questions.unsaved((edited if self._document.modified else learned).format(name=self.name), decided)

    def _save_project(self, then: Then) -> None:
        """Offer to save a recipe, with what its network has learned, as the project it has become."""
        assert self.path is not None
        self.questions.save_path(self.path.with_suffix(".nnp"), lambda path: self._chosen(path, then))

    def show(self, project: ProjectFile, path: Path | None, history: History | None = None) -> None:
        """Take another project, whatever becomes of the present one."""
        self.path, self._stamp, self.runs = path, Stamp.of(path) if path else None, project.runs
        self.sweep = project.sweep
        self.opening.emit(project.spec.data)
        resumes = project.state is not None or project.weights is not None
        resume = Resume.from_file(project.spec, (history if resumes else None) or History(), project.state, project.weights)
        self._held, self._growing = resume.learned, False
        self._session.open_with(resume)
        self._document.open(project.spec)
        self.changed.emit()

    def suggested(self, ending: str) -> Path:
        """Where a file that is made of the project would lie, and its name: the project's with `ending`."""
        folder, name = (self.path.parent, self.path.stem) if self.path else (Path.home(), self._document.spec.data.name)
        return folder / f"{name}{ending}"

    def can_open(self, path: Path) -> bool:
        """Whether a file is a project or a model, by its name."""
        return path.suffix.lower() in (*SUFFIXES, *self.openers)

    def _chosen(self, path: Path, then: Then | None) -> None:
        """A name for the project; one that must be completed may be that of a file nobody has been asked about."""
        if path.suffix.lower() in SUFFIXES:
            self._write(path, then)
            return
        path = path.with_name(path.name + ".nnp")
        if path.exists():
            self._ask_to_overwrite(path, self.tr("{name} is there already.").format(name=path.name), self.tr("Saving replaces it."), then)
        else:
            self._write(path, then)

    def _ask_to_overwrite(self, path: Path, text: str, details: str, then: Then | None) -> None:
        def decided(choice: Overwrite) -> None:
            if choice is Overwrite.ANYWAY:
                self._write(path, then)
            elif choice is Overwrite.SAVE_AS:
                self.save_as(then)

        self.questions.overwrite(text, details, decided)

    def _write(self, path: Path, then: Then | None) -> None:
        if self._saving:
            self._after.append(partial(self._write, path, then))
            return
        self._saving = True
        self.at_rest(partial(self._store, path, then), weights=path.suffix.lower() == ".nnp")

    def at_rest(self, done: Callable[[Resume, str], None], *, weights: bool = True) -> None:
        """Have the project's run as it is at one moment, with all that it goes on from; `done` hears of it, and what went wrong."""
        spec = self._document.spec
        if weights and self._session.has_network:
            self._session.ask(gather, partial(self._gathered, spec, done))
        elif self._session.left.awaits(spec):  # what is asked now is answered after that
            self._session.ask(lambda _backend: None, lambda _result, _error: done(self._resting(spec), ""))
        else:
            done(self._resting(spec), "")

    def _resting(self, spec: ProjectSpec) -> Resume:
        """The run that the project has and could not take up yet: its data may be missing."""
        return replace(self._session.resting(spec) or Resume(spec, History()), spec=spec)

    def _gathered(self, spec: ProjectSpec, done: Callable[[Resume, str], None], result: object, error: str) -> None:
        if error or not isinstance(result, tuple):
            done(Resume(spec, History()), error)
            return
        # History and progress are asked for now: they are those of the very moment the weights were taken in.
        weights, state = result
        run = self._session.run
        done(Resume(spec, run.history.copy(), state, weights, run.learned, run.progress, run.origin), "")

    def _store(self, path: Path, then: Then | None, kept: Resume, error: str) -> None:
        """Large networks take seconds to pack, which is not for the window's thread."""
        if error:
            self._written(path, kept, then, None, error)
            return
        text = kept.history.to_csv(MOST_KEPT) if kept.history.epochs else ""
        project = ProjectFile(own.with_hash(kept.spec), kept.weights, kept.state, text, thumbnail=self.picture(), sweep=self.sweep)
        there, runs = path.exists(), self.carried()
        done = partial(self._written, path, replace(kept, spec=project.spec), then, there=there)
        if project.weights is not None and self._session.has_network:
            self._session.ask(lambda _backend: _write_and_look(path, project, runs), done)
            return
        try:
            stamp = _write_and_look(path, project, runs)
        except OSError as trouble:
            done(None, trouble.strerror or str(trouble))
        else:
            done(stamp, "")

    def _written(self, path: Path, kept: Resume, then: Then | None, stamp: object, error: str, *, there: bool = True) -> None:
        self._saving = False
        waiting, self._after = self._after, []
        if error:  # and nothing is done that waited for the file
            text = self.tr("{reason}. Choose another place with Save as.")
            if there and path.exists():
                text = self.tr("{reason}. What was there before is still there. Choose another place with Save as.")
            self.questions.tell(self.tr("{name} could not be saved").format(name=path.name), text.format(reason=error.rstrip(".")))
            return
        self.path, self._stamp = path, stamp if isinstance(stamp, Stamp) else None
        if own.with_hash(self._document.spec) == kept.spec:
            self._document.mark_saved()
        self._held = kept.learned if self._keeps_learning else None
        self._growing = self._session.phase is Phase.TRAINING
        self._session.left.keep_file(kept if self._keeps_learning else None)
        self.changed.emit()
        self.used.emit(path)
        self.said.emit(self.tr("Saved {name}").format(name=path.name))
        for work in (then, *waiting):
            if work is not None:
                work()

    @property
    def _keeps_learning(self) -> bool:
        """Whether the project's file holds what its network has learned; a recipe does not."""
        return self.path is not None and self.path.suffix.lower() == ".nnp"

    @property
    def _has_learned(self) -> bool:
        """Whether the network has learned what is nowhere kept, and would be missed."""
        learned = self._session.learned
        if self._keeps_learning:
            return learned is not self._held or (self._growing and self._session.phase is Phase.TRAINING)
        if learned is None or learned is self._held:
            return False
        return self.path is not None or learned.brought or learned.seconds > QUICK

    def _look(self, _what: object = None) -> None:
        if self.unsaved != self._shown_unsaved:
            self.changed.emit()

    def _note(self) -> None:
        self._shown_unsaved = self.unsaved


def _write_and_look(path: Path, project: ProjectFile, runs: Callable[[], tuple[KeptRun, ...]]) -> Stamp | None:
    write_project(path, replace(project, runs=runs()) if path.suffix.lower() == ".nnp" else project)
    return Stamp.of(path)
