"""`Samples`: the ways to pictures and arrays of one's own: chosen, dropped, or the project's changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from nnplayground.core import edits, presets
from nnplayground.core.data_spec import OwnArrays, OwnImages
from nnplayground.core.facts import DataFacts
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.own.surveys import Surveys, own_name
from nnplayground.ui.theme.theme import Theme

if TYPE_CHECKING:
    from nnplayground.ui.own.arrays_dialog import ArraysDialog
    from nnplayground.ui.own.pictures_dialog import PicturesDialog


class Samples(QObject):
    """One dialog of each kind at a time; what it settles is one step that can be undone."""

    def __init__(self, window: QWidget, theme: Theme, document: Document, surveys: Surveys) -> None:
        super().__init__(window)
        self._window, self._theme, self._document, self._surveys = window, theme, document, surveys
        self._pictures: PicturesDialog | None = None
        self._arrays: ArraysDialog | None = None

    def open_pictures(self) -> None:
        """The project's pictures with their settings; without any, the way to some."""
        data, dialog = self._document.spec.data, self._pictures_dialog()
        if isinstance(data, OwnImages) and dialog.is_empty:
            dialog.open_settings(data)

    def open_arrays(self) -> None:
        """The project's arrays with their settings; without any, the way to some."""
        data, dialog = self._document.spec.data, self._arrays_dialog()
        if isinstance(data, OwnArrays) and dialog.is_empty:
            dialog.open_settings(data)

    def choose_pictures(self) -> None:
        """Ask for a folder at once."""
        self._pictures_dialog().choose_path()

    def choose_arrays(self) -> None:
        """Ask for a file at once."""
        self._arrays_dialog().choose_path()

    def open_folder(self, path: Path) -> None:
        self._pictures_dialog().open_path(path)

    def open_file(self, path: Path) -> None:
        self._arrays_dialog().open_path(path)

    def close(self) -> None:
        """Call off whatever a dialog looks at: the window closes."""
        for dialog in (self._pictures, self._arrays):
            if dialog is not None:
                dialog.reject()

    def _pictures_dialog(self) -> PicturesDialog:
        if self._pictures is None:
            from nnplayground.ui.own.pictures_dialog import PicturesDialog  # not before it is wanted: most windows never show it

            data = self._document.spec.data
            before = data if isinstance(data, OwnImages) else None
            self._pictures = dialog = PicturesDialog(self._theme, self._surveys.errands, before, self._window)
            dialog.settled.connect(self._take)
            dialog.finished.connect(self._forget_pictures)
            dialog.open()
        return self._pictures

    def _arrays_dialog(self) -> ArraysDialog:
        if self._arrays is None:
            from nnplayground.ui.own.arrays_dialog import ArraysDialog  # as above

            data = self._document.spec.data
            before = data if isinstance(data, OwnArrays) else None
            self._arrays = dialog = ArraysDialog(self._theme, self._surveys.errands, before, self._window)
            dialog.settled.connect(self._take)
            dialog.finished.connect(self._forget_arrays)
            dialog.open()
        return self._arrays

    def _forget_pictures(self) -> None:
        if self._pictures is not None:
            self._pictures.deleteLater()
        self._pictures = None

    def _forget_arrays(self) -> None:
        if self._arrays is not None:
            self._arrays.deleteLater()
        self._arrays = None

    def _take(self, data: OwnImages | OwnArrays, facts: DataFacts) -> None:
        self._surveys.know(data)
        kind = self.tr("Pictures {name}") if isinstance(data, OwnImages) else self.tr("Arrays {name}")
        text, known = kind.format(name=own_name(data)), self._document.analysis.facts
        if (known.name, known.input_shape, known.task, known.classes) == (facts.name, facts.input_shape, facts.task, facts.classes):
            self._document.apply(Edit(text, lambda spec: edits.set_data(spec, data)))  # any network for the one is one for the other
        else:
            self._document.apply(Edit(text, lambda spec: presets.take_data(spec, data, facts)))
