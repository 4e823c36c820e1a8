"""Opening and saving projects, and never losing one: questions are asked without stopping the window."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnplayground.core.history import History
from nnplayground.core.kept_run import KeptRun
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.core.recipe import RecipeError
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.sweep import Variations
from nnplayground.data import own
from nnplayground.engine.backend import Backend
from nnplayground.engine.state import dump_state
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.questions import Choice, Overwrite, Questions
from nnplayground.ui.run import Phase, Resume
from nnplayground.ui.session import TrainingSession

SUFFIXES = (".nnp", ".toml", ".json")
Then = Callable[[], None]


@dataclass(frozen=True)
class Stamp:
    """What tells whether somebody else has written a file since."""

    nanoseconds: int
    size: int
    place: int

    @classmethod
    def of(cls, path: Path) -> Stamp | None:
        """None when there is no such file."""
        try:
            found = path.stat()
        except OSError:
            return None
        return cls(found.st_mtime_ns, found.st_size, found.st_ino)


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
        """The sweep that the project's recipe holds; it is saved with it, and used without a screen only."""
        self.runs: tuple[KeptRun, ...] = ()
        """The kept runs of the project; they are saved with it."""
        self.picture: Callable[[], bytes | None] = lambda: None
        """What makes the small picture that is saved with a project."""
        self._stamp: Stamp | None = None
        self._learned = False
        self._reached = (0, 0.0)
        self._saving = False
        self._after: list[Then] = []
        document.modified_changed.connect(lambda _modified: self.changed.emit())
        session.phase_changed.connect(self._on_phase)

    @property
    def name(self) -> str:
        return self.path.name if self.path else self.tr("Untitled")

    @property
    def unsaved(self) -> bool:
        """Whether there is anything that its file does not hold: an edit, or what a saved network has learned since."""
        return self._document.modified or self._learned

    @property
    def saving(self) -> bool:
        """Whether a file is being written right now."""
        return self._saving

    def mark_saved(self) -> None:
        """Nothing of this is to be saved: it is somewhere, or not wanted."""
        self._learned = False
        self._document.mark_saved()
        self.changed.emit()

    def new(self) -> None:
        self.unless_unsaved(partial(self.show, ProjectFile(default_project()), None))

    def open(self) -> None:
        folder = self.path.parent if self.path else Path.home()
        self.unless_unsaved(lambda: self.questions.open_path(folder, self.open_file))

    def open_dropped(self, path: Path) -> None:
        self.unless_unsaved(partial(self.open_file, path))

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
            text = self.tr("{name} holds a sweep of {runs} runs, which nnplayground --script trains; here it is one project.")
            self.said.emit(text.format(name=path.name, runs=f"{self.sweep.sweep.runs:,}"))

    def recover(self, spec: ProjectSpec, then: Then) -> None:
        """Show a project that was lost, as unsaved work that has no file yet."""

        def show() -> None:
            self.show(ProjectFile(default_project()), None)
            self._document.apply(Edit(self.tr("Recovered work"), lambda _spec: spec))
            then()

        self.unless_unsaved(show)

    def save(self, then: Then | None = None) -> None:
        if self._saving:
            self._after.append(partial(self.save, then))
        elif self.path is None:
            self.save_as(then)
        elif self._stamp is not None and Stamp.of(self.path) not in (None, self._stamp):
            text = self.tr("{name} was changed by another program or window since it was opened.").format(name=self.name)
            self._ask_to_overwrite(self.path, text, self.tr("What was changed there is lost if you save anyway."), then)
        else:
            self._write(self.path, then)

    def save_as(self, then: Then | None = None) -> None:
        suggested = self.path or Path.home() / f"{self._document.spec.data.name}.nnp"
        self.questions.save_path(suggested, lambda path: self._chosen(path, then))

    def unless_unsaved(self, then: Then) -> None:
        """Go on at once, or when it is clear what is to become of unsaved work."""
        if self._saving:
            self._after.append(partial(self.unless_unsaved, then))
            return
        if not self.unsaved:
            then()
            return

        def decided(choice: Choice) -> None:
            if choice is Choice.SAVE:
                self.save(then)
            elif choice is Choice.DISCARD:
                then()

        edited, learned = self.tr("Save the changes to {name}?"), self.tr("Save what the network of {name} has learned?")
        self.questions.unsaved((edited if self._document.modified else learned).format(name=self.name), decided)

    def show(self, project: ProjectFile, path: Path | None, history: History | None = None) -> None:
        """Take another project, whatever becomes of the present one."""
        self.path, self._stamp, self._learned, self.runs = path, Stamp.of(path) if path else None, False, project.runs
        self.sweep = project.sweep
        self.opening.emit(project.spec.data)
        resumes = project.state is not None or project.weights is not None
        self._session.resume_with(Resume(project.spec, (history if resumes else None) or History(), project.state, project.weights))
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
        spec = self._document.spec
        if path.suffix.lower() == ".nnp" and self._session.has_network:
            self._session.ask(_gather, partial(self._gathered, path, spec, then))
        else:
            self._store(path, self._untouched(spec), then)

    def _untouched(self, spec: ProjectSpec) -> ProjectFile:
        """The project with the run that its file has brought, where that could not be taken up yet: its data may be missing."""
        brought = self._session.resume
        if brought is None or not brought.suits(spec):
            return self._project(spec, None, None, History())
        return self._project(spec, brought.weights, brought.state, brought.history)

    def _project(self, spec: ProjectSpec, weights: bytes | None, state: bytes | None, history: History) -> ProjectFile:
        text, self._reached = history.to_csv() if history.epochs else "", self._progress
        return ProjectFile(own.with_hash(spec), weights, state, text, runs=self.runs, thumbnail=self.picture(), sweep=self.sweep)

    def _gathered(self, path: Path, spec: ProjectSpec, then: Then | None, result: object, error: str) -> None:
        if error or not isinstance(result, tuple):
            self._written(path, spec, then, None, error)
            return
        # The history is asked for now: it holds the epochs up to the very one the weights were taken after.
        weights, state = result
        self._store(path, self._project(spec, weights, state, self._session.history), then)

    def _store(self, path: Path, project: ProjectFile, then: Then | None) -> None:
        """Large networks take seconds to pack, which is not for the window's thread."""
        done = partial(self._written, path, project.spec, then)
        if project.weights is not None and self._session.has_network:
            self._session.ask(lambda _backend: _write_and_look(path, project), done)
            return
        try:
            stamp = _write_and_look(path, project)
        except OSError as error:
            done(None, error.strerror or str(error))
        else:
            done(stamp, "")

    def _written(self, path: Path, spec: ProjectSpec, then: Then | None, stamp: object, error: str) -> None:
        self._saving = False
        waiting, self._after = self._after, []
        if error:  # and nothing is done that waited for the file
            text = self.tr("{reason}. What was there before is still there. Choose another place with Save as.")
            self.questions.tell(self.tr("{name} could not be saved").format(name=path.name), text.format(reason=error.rstrip(".")))
            return
        self.path, self._stamp = path, stamp if isinstance(stamp, Stamp) else None
        if own.with_hash(self._document.spec) == spec:
            self._document.mark_saved()
        self._learned = self._keeps_learning and (self._session.phase is Phase.TRAINING or self._progress != self._reached)
        self.changed.emit()
        self.used.emit(path)
        self.said.emit(self.tr("Saved {name}").format(name=path.name))
        for work in (then, *waiting):
            if work is not None:
                work()

    @property
    def _progress(self) -> tuple[int, float]:
        return self._session.epoch, self._session.run.progress

    @property
    def _keeps_learning(self) -> bool:
        """Whether the project's file holds what its network has learned; a recipe does not."""
        return self.path is not None and self.path.suffix.lower() == ".nnp"

    def _on_phase(self, phase: Phase) -> None:
        if phase is Phase.TRAINING and self._keeps_learning and not self._learned:
            self._learned = True
            self.changed.emit()


def _gather(backend: Backend) -> tuple[bytes, bytes]:
    """On the worker's thread: the weights, and everything training goes on from."""
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "model.weights.h5"
        backend.save_weights(weights)
        return weights.read_bytes(), dump_state(backend.state())


def _write_and_look(path: Path, project: ProjectFile) -> Stamp | None:
    write_project(path, project)
    return Stamp.of(path)
