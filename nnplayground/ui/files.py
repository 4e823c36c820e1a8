"""Opening and saving projects, and never losing one: questions are asked without stopping the window."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from enum import Enum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

from nnplayground.core.history import History
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.core.recipe import RecipeError
from nnplayground.core.spec import ProjectSpec
from nnplayground.engine.backend import Backend
from nnplayground.engine.state import dump_state
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.run import Resume
from nnplayground.ui.session import TrainingSession

SUFFIXES = (".nnp", ".toml", ".json")
Then = Callable[[], None]


class Choice(Enum):
    """What is to become of unsaved work."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Questions(QObject):
    """The dialogs. None of them blocks: each calls back when it is answered. Tests put others in their place."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def unsaved(self, name: str, done: Callable[[Choice], None]) -> None:
        box = QMessageBox(self._window)
        box.setObjectName("unsavedQuestion")
        box.setText(self.tr("Save the changes to {name}?").format(name=name))
        box.setInformativeText(self.tr("Without saving they are lost."))
        buttons: dict[QPushButton, Choice] = {}
        for text, role, choice in (
            (self.tr("Save"), QMessageBox.ButtonRole.AcceptRole, Choice.SAVE),
            (self.tr("Discard"), QMessageBox.ButtonRole.DestructiveRole, Choice.DISCARD),
            (self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole, Choice.CANCEL),
        ):
            buttons[box.addButton(text, role)] = choice
        save = next(b for b, c in buttons.items() if c is Choice.SAVE)
        save.setProperty("kind", "primary")
        box.setDefaultButton(save)
        box.buttonClicked.connect(lambda button: done(buttons[button]))
        box.finished.connect(box.deleteLater)
        box.open()

    def open_path(self, folder: Path, done: Callable[[Path], None]) -> None:
        kinds = self.tr("Projects, recipes and Keras models (*.nnp *.toml *.json *.keras *.h5)")
        dialog = QFileDialog(self._window, self.tr("Open"), str(folder), kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._ask(dialog, done)

    def weights_path(self, folder: Path, done: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._window, self.tr("Load weights"), str(folder), self.tr("Weights (*.weights.h5 *.h5)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._ask(dialog, done)

    def export_path(self, suggested: Path, suffixes: tuple[str, ...], kinds: str, done: Callable[[Path], None]) -> None:
        """`kinds` are the filters, one for each suffix: a name without any of them gets the chosen filter's."""
        dialog = QFileDialog(self._window, self.tr("Export"), str(suggested.parent), kinds)
        dialog.setObjectName("exportDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(suggested.name)

        def chosen(path: Path) -> None:
            suffix = suffixes[dialog.nameFilters().index(dialog.selectedNameFilter())]
            done(path if path.name.lower().endswith(suffixes) else path.with_name(path.name + suffix))

        self._ask(dialog, chosen)

    def save_path(self, suggested: Path, done: Callable[[Path], None]) -> None:
        kinds = self.tr("Project with weights and history (*.nnp);;Recipe (*.toml);;Recipe as JSON (*.json)")
        dialog = QFileDialog(self._window, self.tr("Save as"), str(suggested.parent), kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("nnp")
        dialog.selectFile(suggested.name)
        self._ask(dialog, done)

    def tell(self, title: str, text: str) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, title, QMessageBox.StandardButton.Close, self._window)
        box.setObjectName("messageBox")
        box.setInformativeText(text)
        box.finished.connect(box.deleteLater)
        box.open()

    def _ask(self, dialog: QFileDialog, done: Callable[[Path], None]) -> None:
        dialog.fileSelected.connect(lambda name: done(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class Files(QObject):
    """The file that the project lives in."""

    changed = Signal()
    """The file's name or its being saved are others now."""
    said = Signal(str)
    opening = Signal(object)
    """The data of a project that is about to be shown: what is known of its files may be out of date."""

    def __init__(self, document: Document, session: TrainingSession, questions: Questions) -> None:
        super().__init__(questions)
        self._document, self._session = document, session
        self.questions = questions
        self.path: Path | None = None
        self.openers: dict[str, Callable[[Path], object]] = {}
        """What opens files of other kinds, by the end of their names."""
        document.modified_changed.connect(lambda _modified: self.changed.emit())

    @property
    def name(self) -> str:
        return self.path.name if self.path else self.tr("Untitled")

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

    def recover(self, spec: ProjectSpec, then: Then) -> None:
        """Show a project that was lost, as unsaved work that has no file yet."""

        def show() -> None:
            self.show(ProjectFile(default_project()), None)
            self._document.apply(Edit(self.tr("Recovered work"), lambda _spec: spec))
            then()

        self.unless_unsaved(show)

    def save(self, then: Then | None = None) -> None:
        if self.path is None:
            self.save_as(then)
        else:
            self._write(self.path, then)

    def save_as(self, then: Then | None = None) -> None:
        suggested = self.path or Path.home() / f"{self._document.spec.data.name}.nnp"
        self.questions.save_path(suggested, lambda path: self._write(path, then))

    def unless_unsaved(self, then: Then) -> None:
        """Go on at once, or when it is clear what is to become of unsaved work."""
        if not self._document.modified:
            then()
            return

        def decided(choice: Choice) -> None:
            if choice is Choice.SAVE:
                self.save(then)
            elif choice is Choice.DISCARD:
                then()

        self.questions.unsaved(self.name, decided)

    def show(self, project: ProjectFile, path: Path | None, history: History | None = None) -> None:
        """Take another project, whatever becomes of the present one."""
        self.path = path
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

    def _write(self, path: Path, then: Then | None) -> None:
        if path.suffix.lower() not in SUFFIXES:
            path = path.with_name(path.name + ".nnp")
        spec = self._document.spec
        if path.suffix.lower() == ".nnp" and self._session.has_network:
            self._session.ask(_gather, partial(self._gathered, path, spec, then))
        else:
            self._store(path, self._untouched(spec), then)

    def _untouched(self, spec: ProjectSpec) -> ProjectFile:
        """The project with the run that its file has brought, where that could not be taken up yet: its data may be missing."""
        brought = self._session.resume
        if brought is None or not brought.suits(spec):
            return ProjectFile(spec)
        return ProjectFile(spec, brought.weights, brought.state, brought.history.to_csv() if brought.history.epochs else "")

    def _gathered(self, path: Path, spec: ProjectSpec, then: Then | None, result: object, error: str) -> None:
        if error or not isinstance(result, tuple):
            self._written(path, spec, then, None, error)
            return
        # The history is asked for now: it holds the epochs up to the very one the weights were taken after.
        history = self._session.history
        weights, state = result
        self._store(path, ProjectFile(spec, weights, state, history.to_csv() if history.epochs else ""), then)

    def _store(self, path: Path, project: ProjectFile, then: Then | None) -> None:
        """Large networks take seconds to pack, which is not for the window's thread."""
        done = partial(self._written, path, project.spec, then)
        if project.weights is not None and self._session.has_network:
            self._session.ask(lambda _backend: write_project(path, project), done)
            return
        try:
            write_project(path, project)
        except OSError as error:
            done(None, error.strerror or str(error))
        else:
            done(None, "")

    def _written(self, path: Path, spec: ProjectSpec, then: Then | None, _result: object, error: str) -> None:
        if error:
            self.questions.tell(self.tr("{name} could not be saved").format(name=path.name), error)
            return
        self.path = path
        if self._document.spec == spec:
            self._document.mark_saved()
        self.changed.emit()
        self.said.emit(self.tr("Saved {name}").format(name=path.name))
        if then is not None:
            then()


def _gather(backend: Backend) -> tuple[bytes, bytes]:
    """On the worker's thread: the weights, and everything training goes on from."""
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "model.weights.h5"
        backend.save_weights(weights)
        return weights.read_bytes(), dump_state(backend.state())
