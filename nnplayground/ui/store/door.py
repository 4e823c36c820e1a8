"""`DataDoor`: where the window and the data manager meet: it opens it, shows its downloads, and takes what has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from nnplayground.core.data_spec import SourceChoice
from nnplayground.data.dataset import Dataset, Source
from nnplayground.data.registry import info
from nnplayground.data.sources import SOURCES
from nnplayground.ui.document import Document
from nnplayground.ui.offer import Choice, Offer
from nnplayground.ui.session import TrainingSession
from nnplayground.ui.store.sign import DownloadSign
from nnplayground.ui.supply import Stand
from nnplayground.ui.theme.theme import Theme

if TYPE_CHECKING:
    from nnplayground.ui.store.dialog import DataManager
    from nnplayground.ui.store.shelf import Shelf


class DataDoor(QObject):
    """Makes the data manager when it is first asked for. Its downloads live as long as the window."""

    def __init__(self, window: QWidget, theme: Theme, document: Document, session: TrainingSession, offer: Offer) -> None:
        super().__init__(window)
        self._window, self._theme, self._document, self._session, self._offer = window, theme, document, session, offer
        self._offering = False
        self.sign = DownloadSign(theme, window)
        self.sign.clicked.connect(lambda _checked: self.open())
        self.shelf: Shelf | None = None
        self.dialog: DataManager | None = None
        session.supply.changed.connect(self._on_supply)
        session.dataset_changed.connect(self._on_dataset)

    def open(self, name: str = "") -> None:
        """Show the data manager; with a name that data set."""
        if self.dialog is None:
            from nnplayground.data.manager import Manager
            from nnplayground.data.store import Store
            from nnplayground.ui.store.dialog import DataManager
            from nnplayground.ui.store.shelf import Shelf

            self.shelf = Shelf(Manager(Store.default()), self)
            self.shelf.changed.connect(self._on_moved)
            self.shelf.completed.connect(self._on_completed)
            self.dialog = DataManager(self._theme, self.shelf, self._window)
        self.dialog.show_set(name)

    def close(self) -> None:
        """Call all downloads off; what was fetched is kept."""
        if self.shelf is not None and self.dialog is not None:
            self.dialog.close()  # it would be left as the application's last window
            self.shelf.close()

    def _on_moved(self, _name: str) -> None:
        if self.shelf is not None:
            self.sign.show_downloads(self.shelf.fetching)

    def _on_completed(self, name: str) -> None:
        """The full set has come: the project takes it, unless something was learned from the sample already."""
        data, dataset = self._document.spec.data, self._session.dataset
        if data.name != name or getattr(data, "source", None) is SourceChoice.SAMPLE:
            return
        if dataset is not None and dataset.source is not Source.SAMPLE:
            return
        if self._session.supply.stand is Stand.CANCELLED:
            return  # it was called off, and waits to be asked for
        if not self._session.epoch and not self._session.wants_to_train:
            self._session.load_again()
            return
        sentence = self.tr("The full set {title} is there.").format(title=info(name).title)
        tip = self.tr("Begin anew with all of it; the curve so far stays as a ghost")
        self._make(sentence, Choice("useFullSet", self.tr("Train with it"), tip, self._session.load_again))

    def _on_supply(self, stand: Stand, _sentence: str) -> None:
        name = self._document.spec.data.name
        if stand is Stand.FAILED and name in SOURCES:
            tip = self.tr("See which files are missing, fetch them, or say where you have them")
            self._make("", Choice("openDataManager", self.tr("Data manager…"), tip, lambda: self.open(name)))
        elif stand is not Stand.FAILED and self._offering:
            self._offering = False
            self._offer.hide()

    def _on_dataset(self, _dataset: Dataset | None) -> None:
        if self.dialog is not None and self.dialog.isVisible() and self.shelf is not None:
            self.shelf.look()  # loading may have fetched files

    def _make(self, sentence: str, choice: Choice) -> None:
        if self._offer.isHidden() or self._offering:  # unsaved work was found: that question was first
            self._offering = True
            self._offer.make(sentence, (choice,))
