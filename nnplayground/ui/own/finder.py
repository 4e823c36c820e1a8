"""`Finder`: when the files of a project are gone or cannot be used, the status row says so and offers to find them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.data_spec import OwnArrays, OwnImages, OwnTable
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit
from nnplayground.ui.offer import Choice, Offer
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.own.surveys import Surveys, own_name

FILTERS = {
    "csv": "Tables (*.csv *.tsv *.tab *.txt);;All files (*)",
    "arrays": "NumPy files (*.npz);;All files (*)",
}


class Finder(QObject):
    """Another place is an edit like any other: it can be undone."""

    told = Signal(str, str, bool)
    """Why the data is not to be had, empty when it is; what a button to find it says, empty where there is nothing to find; and
    whether something is wrong: a file may only be being looked at."""

    def __init__(self, window: QWidget, document: Document, surveys: Surveys, offer: Offer) -> None:
        super().__init__(window)
        self._window, self._document, self._surveys, self._offer = window, document, surveys, offer
        self._offering = False
        document.changed.connect(self._show)

    def on_failed(self) -> None:
        """Loading did not work: perhaps a file went away since it was looked at."""
        data = self._document.spec.data
        if isinstance(data, OwnTable | OwnImages | OwnArrays) and data.path and not Path(data.path).exists():
            self._surveys.look_again(data)

    def find(self) -> None:
        """Ask where the files are now."""
        data = self._document.spec.data
        if not isinstance(data, OwnTable | OwnImages | OwnArrays):
            return
        dialog = QFileDialog(self._window, self.tr("Where is {name}?").format(name=own_name(data)), _nearest_folder(data.path))
        dialog.setObjectName("findDialog")
        if isinstance(data, OwnImages):
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilter(self.tr(FILTERS[data.name]))
        dialog.fileSelected.connect(self._found)
        dialog.rejected.connect(lambda: self._show(None, self._document.analysis))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _found(self, path: str) -> None:
        text = self.tr("file {name}").format(name=Path(path).name)
        # The hash stays: it tells whether this is the file that the project was made with.
        if not self._document.apply(Edit(text, lambda spec: edits.change_data(spec, path=path))):
            self._again()

    def _again(self) -> None:
        self._surveys.look_again(self._document.spec.data)

    def _show(self, _before: Analysis | None, after: Analysis) -> None:
        data = after.spec.data
        looking = self._surveys.is_looking_at(data)
        find = ""
        if getattr(data, "path", "") and not looking:
            find = self.tr("Find the folder…") if isinstance(data, OwnImages) else self.tr("Find the file…")
        self.told.emit(after.facts.unknown, find, not looking)
        if not after.facts.unknown:
            if self._offering:
                self._offering = False
                self._offer.hide()
            return
        if self._offer.isVisible() and not self._offering:
            return  # unsaved work was found: that question was first
        self._offering = True
        if looking:
            self._offer.make(after.facts.unknown, ())
            return
        again = Choice("lookAgainButton", self.tr("Look again"), self.tr("The file may be there by now"), self._again)
        choices = [again]
        if find:
            choices.insert(0, Choice("findFileButton", find, self.tr("Say where it is now; can be undone"), self.find))
        self._offer.make(self.tr("{name} cannot be used").format(name=own_name(data)), choices)
        self._offer.setToolTip(plain_tip(after.facts.unknown))


def _nearest_folder(path: str) -> str:
    """The folder that was meant, or the first above it that is still there."""
    return str(next((folder for folder in Path(path).parents if folder.is_dir()), Path.home()))
