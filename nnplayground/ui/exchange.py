"""Between a project and plain Keras: models are opened, weights loaded, and weights, models and programs written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnplayground.core import presets
from nnplayground.core.atomic import write_bytes
from nnplayground.core.code_export import keras_code
from nnplayground.core.history import History
from nnplayground.core.keras_model import read_keras
from nnplayground.core.project_file import ProjectFile
from nnplayground.core.recipe import RecipeError
from nnplayground.data.errors import DataUnavailable
from nnplayground.data.registry import facts
from nnplayground.data.source_code import data_code
from nnplayground.engine.backend import Backend
from nnplayground.ui.document import Document
from nnplayground.ui.files import Files
from nnplayground.ui.run import Engine, Learned, Phase, Resume
from nnplayground.ui.session import TrainingSession

Write = Callable[[Backend, Path], object]


class Exchange(QObject):
    """What the File menu offers for Keras's own files; what goes wrong is told, and nothing changes."""

    said = Signal(str)

    def __init__(self, document: Document, session: TrainingSession, files: Files) -> None:
        super().__init__(files)
        self._document, self._session, self._files = document, session, files
        self._questions = files.questions

        files.adds = _is_weights
        files.openers.update({".keras": self.open_model, ".h5": self.open_h5, ".hdf5": self.open_h5})

    def open_h5(self, path: Path) -> None:
        """A whole model, or weights for the network that is there."""
        self.load_weights_from(path) if _is_weights(path) else self.open_model(path)

    def open_model(self, path: Path) -> None:
        """Show the layers of a model that Keras saved, with its weights, as a project without a file."""
        try:
            model = read_keras(path)
        except RecipeError as error:
            self._questions.tell(self.tr("{name} cannot be opened").format(name=path.name), "\n".join(str(m) for m in error.mistakes))
            return
        spec = presets.around(self._document.spec, model.layers, model.training, model.input_shape, facts)
        self._files.show(ProjectFile(spec, model.weights), None)
        misfit = presets.misfit(spec, model.input_shape, self._document.analysis.facts)
        if model.notes:
            notes = (*model.notes, *([misfit] if misfit else []))
            self._questions.tell(self.tr("Not everything in {name} could be taken over").format(name=path.name), "\n".join(notes))
        elif misfit:
            self._questions.tell(self.tr("No data here fits {name}").format(name=path.name), misfit)

    def load_weights(self) -> None:
        """Ask for a file, and put its weights into the network."""
        self._questions.weights_path(self._folder, self.load_weights_from)

    def load_weights_from(self, path: Path) -> None:
        """Begin a run with the weights of a file, if they fit."""
        if why := self._not_ready():
            self._questions.tell(self.tr("The weights in {name} were not loaded").format(name=path.name), why)
            return
        spec = self._document.spec

        def tried(content: object, error: str) -> None:
            if error or not isinstance(content, bytes):
                self._questions.tell(self.tr("The weights in {name} were not loaded").format(name=path.name), error)
                return
            if self._document.spec != spec:
                text = self.tr("The network was edited in the meantime. Load them again.")
                self._questions.tell(self.tr("The weights in {name} were not loaded").format(name=path.name), text)
                return
            self._session.resume_with(Resume(spec, History(), None, content, Learned(brought=True)))
            self.said.emit(self.tr("Loaded the weights in {name}").format(name=path.name))

        self._session.ask(partial(_fitting, path), tried)

    def save_weights(self) -> None:
        suffix = ".weights.h5"
        self._save(suffix, self.tr("Weights (*.weights.h5)"), lambda backend, path: backend.save_weights(path))

    def save_model(self) -> None:
        self._save(".keras", self.tr("Keras models (*.keras)"), lambda backend, path: backend.save_model(path))

    def save_code(self) -> None:
        """A program in plain Keras that trains the same network on the same data."""
        spec = self._document.spec
        if errors := self._document.analysis.errors:
            self._questions.tell(self.tr("There is no program for a network with problems"), errors[0].message)
            return

        def write(path: Path) -> None:
            try:
                write_bytes(path, keras_code(spec, facts(spec.data), data_code(spec)).encode())
            except (OSError, DataUnavailable) as error:
                self._written(path, getattr(error, "strerror", None) or str(error))
            else:
                self._written(path, "")

        self._questions.export_path(self._files.suggested(".py"), (".py",), self.tr("Python programs (*.py)"), write)

    def _save(self, suffix: str, kinds: str, write: Write) -> None:
        title = self.tr("There is nothing to export yet")
        if why := self._not_ready():
            self._questions.tell(title, why)
            return

        def chosen(path: Path) -> None:
            if why := self._not_ready():
                self._questions.tell(title, why)
                return
            self._session.ask(lambda backend: write(backend, path), lambda _result, error: self._written(path, error))

        self._questions.export_path(self._files.suggested(suffix), (suffix,), kinds, chosen)

    def _not_ready(self) -> str:
        """Why there is no network that is the one on the screen; '' when there is."""
        if errors := self._document.analysis.errors:
            return self.tr("The network is not ready: {problem}").format(problem=errors[0].message)
        if self._session.has_network:
            return ""
        if self._session.engine is Engine.MISSING or self._session.phase is Phase.FAILED:
            return self.tr("The network could not be made; the line at the bottom of the window says why.")
        return self.tr("The network is still being made. Try again once it is ready.")

    def _written(self, path: Path, error: str) -> None:
        if error:
            self._questions.tell(self.tr("{name} could not be saved").format(name=path.name), error)
        else:
            self.said.emit(self.tr("Saved {name}").format(name=path.name))

    @property
    def _folder(self) -> Path:
        return self._files.path.parent if self._files.path else Path.home()


def _is_weights(path: Path) -> bool:
    return path.name.lower().endswith(".weights.h5")


def _fitting(path: Path, backend: Backend) -> bytes:
    """On the worker's thread: what is in a file of weights, once the network has taken them."""
    backend.load_weights(path)
    return path.read_bytes()
