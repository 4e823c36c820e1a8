"""What people are asked about files. No question stops the window: each calls back when it is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

Role = QMessageBox.ButtonRole
C = TypeVar("C")


class Choice(Enum):
    """What is to become of unsaved work."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Overwrite(Enum):
    """What is to become of a file that would be lost by saving."""

    ANYWAY = "anyway"
    SAVE_AS = "save as"
    CANCEL = "cancel"


class Questions(QObject):
    """The dialogs. Tests put others in their place."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def unsaved(self, text: str, done: Callable[[Choice], None]) -> None:
        choices = (
            (self.tr("Save"), Role.AcceptRole, Choice.SAVE),
            (self.tr("Discard"), Role.DestructiveRole, Choice.DISCARD),
            (self.tr("Cancel"), Role.RejectRole, Choice.CANCEL),
        )
        self._choose("unsavedQuestion", text, self.tr("What is not saved is lost."), choices, done)

    def overwrite(self, text: str, details: str, done: Callable[[Overwrite], None]) -> None:
        choices = (
            (self.tr("Save as…"), Role.AcceptRole, Overwrite.SAVE_AS),
            (self.tr("Save anyway"), Role.DestructiveRole, Overwrite.ANYWAY),
            (self.tr("Cancel"), Role.RejectRole, Overwrite.CANCEL),
        )
        self._choose("overwriteQuestion", text, details, choices, done)

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

    def _choose(self, name: str, text: str, details: str, choices: Sequence[tuple[str, Role, C]], done: Callable[[C], None]) -> None:
        """A question with a button for each choice, the first of them at hand."""
        box = QMessageBox(self._window)
        box.setObjectName(name)
        box.setText(text)
        box.setInformativeText(details)
        buttons: dict[QPushButton, C] = {box.addButton(label, role): choice for label, role, choice in choices}
        first = next(iter(buttons))
        first.setProperty("kind", "primary")
        box.setDefaultButton(first)
        box.buttonClicked.connect(lambda button: done(buttons[button]))
        box.finished.connect(box.deleteLater)
        box.open()

    def _ask(self, dialog: QFileDialog, done: Callable[[Path], None]) -> None:
        dialog.fileSelected.connect(lambda name: done(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
