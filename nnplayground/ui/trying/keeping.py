"""Which drawings are kept, and where: a folder for each data set, with a folder for each class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from platformdirs import user_data_path
from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from nnplayground.core.data_spec import DataSpec, OwnImages
from nnplayground.data import drawn
from nnplayground.data.drawing import Sheet
from nnplayground.ui.trying.keep_row import KeepRow


class Keeping(QObject):
    """Does what the row asks for. What goes wrong with the disk is told, and the drawing stays where it is."""

    kept = Signal(str)
    """A drawing was kept, as this class."""
    told = Signal(str, str)
    """A sentence and its tone."""
    use_asked = Signal(object)
    """The folder is to become the project's data."""

    def __init__(self, row: KeepRow, parent: QWidget) -> None:
        super().__init__(parent)
        self._row, self._parent = row, parent
        self._labels: tuple[str, ...] = ()
        self._name = ""
        self._last: list[tuple[Path, str]] = []
        self._sample: tuple[NDArray[Any], Sheet] | None = None
        self.folder = Path()
        row.keep_asked.connect(self.keep)
        row.undo_asked.connect(self.take_back)
        row.folder_asked.connect(self.choose_folder)
        row.use_asked.connect(lambda: self.use_asked.emit(self.folder))

    def show_data(self, data: DataSpec, labels: tuple[str, ...]) -> None:
        """Drawings are for this data: those for data of drawings go where that is."""
        home = user_data_path("nnplayground", appauthor=False) / "drawings"
        own = Path(data.path) if isinstance(data, OwnImages) else None
        self._name = data.name if own is None else own.name
        remembered = QSettings().value(self._key)
        if own is not None and (own.parent == home or str(own) == remembered):
            folder = own
        else:
            folder = Path(remembered) if isinstance(remembered, str) and remembered else home / drawn.folder_name(self._name)
        if (folder, labels) != (self.folder, self._labels):
            self.folder, self._labels, self._last = folder, labels, []
            self._row.show_labels(labels)
            if self._row.isVisible():
                self.show_counts()

    def show_sample(self, sample: NDArray[Any] | None, sheet: Sheet | None) -> None:
        """What there is to keep."""
        self._sample = None if sample is None or sheet is None else (sample, sheet)
        self._row.show_ready(ready=self._sample is not None)

    def show_counts(self) -> None:
        """Look how many there are; only where the row is in sight, since it reads the disk."""
        try:
            found = drawn.counts(self.folder, self._labels)
        except OSError as error:
            found = dict.fromkeys(self._labels, 0)
            self._tell_failed(self.tr("{folder} cannot be read: {why}"), error)
        self._row.show_kept(self.folder, found, can_undo=bool(self._last))

    def keep(self, label: str) -> None:
        if self._sample is None:
            return
        sample, sheet = self._sample
        try:
            path = drawn.keep(self.folder, label, sheet.as_bytes(sample))
        except OSError as error:
            self._tell_failed(self.tr("The drawing could not be kept in {folder}: {why}. Choose another folder."), error)
            return
        self._last.append((path, label))
        self.show_counts()
        self.kept.emit(label)
        self.told.emit(self.tr("Added to '{name}'.").format(name=label), "ok")  # last: a pad that is cleared says nothing

    def take_back(self) -> None:
        """Remove what was added last."""
        if not self._last:
            return
        path, label = self._last[-1]
        try:
            drawn.take_back(path)
        except OSError as error:
            self._tell_failed(self.tr("The drawing could not be removed from {folder}: {why}"), error)
            return
        self._last.pop()
        self.show_counts()
        self.told.emit(self.tr("Taken back from '{name}'.").format(name=label), "ok")

    def choose_folder(self) -> None:
        """Ask for another place; it is remembered."""
        dialog = QFileDialog(self._parent, self.tr("Keep drawings in"), str(self.folder))
        dialog.setObjectName("keepFolderDialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.take_folder(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take_folder(self, folder: Path) -> None:
        QSettings().setValue(self._key, str(folder))
        self.folder, self._last = folder, []
        self.show_counts()

    @property
    def _key(self) -> str:
        return f"drawings/{drawn.folder_name(self._name)}"

    def _tell_failed(self, sentence: str, error: OSError) -> None:
        self.told.emit(sentence.format(folder=self.folder, why=error.strerror or str(error)), "warn")
