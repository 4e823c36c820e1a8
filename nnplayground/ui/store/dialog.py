"""`DataManager`: the dialog with every data set that consists of files. It shows the shelf, and asks it for work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnplayground.data.manager import State
from nnplayground.data.registry import info
from nnplayground.ui.own.message import Message
from nnplayground.ui.store import words
from nnplayground.ui.store.row import Ask, SetRow, allowed
from nnplayground.ui.store.shelf import Shelf
from nnplayground.ui.theme.theme import Role, Theme

WIDTH, HEIGHT = 780, 660
MARGIN = 48
"""Pixels that are left of a small screen around the dialog."""


class DataManager(QDialog):
    """Not modal. Closing it ends no download: the shelf goes on."""

    def __init__(self, theme: Theme, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataManager")
        self.setWindowTitle(self.tr("Data manager"))
        self.setAccessibleName(self.tr("Data manager"))
        self._theme, self._shelf = theme, shelf
        self._wanted = ""
        self.summary = QLabel(self)
        self.summary.setObjectName("storeSummary")
        theme.use_font(self.summary, Role.BODY)
        self.download_all = QPushButton(self.tr("Download all"), self)
        self.download_all.setObjectName("downloadAllData")
        self.download_all.setToolTip(self.tr("Fetch the missing files of every data set, one after the other, in the background"))
        self.download_all.setAccessibleName(self.download_all.text())
        self.download_all.setAutoDefault(False)
        self.download_all.clicked.connect(shelf.download_all)
        self.rows = {name: SetRow(theme, info(name)) for name in shelf.names}
        self.close_button = QPushButton(self.tr("Close"), self)
        self.close_button.setObjectName("closeDataManager")
        self.close_button.setToolTip(self.tr("Downloads go on"))
        self.close_button.setAccessibleName(self.close_button.text())
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.close)
        self.advice = Message(theme, self)
        self.advice.setObjectName("storeAdvice")
        self.advice.sentence.setObjectName("storeAdviceSentence")
        self._lay_out()
        acts = {
            Ask.DOWNLOAD: shelf.download, Ask.PAUSE: shelf.pause, Ask.RESUME: shelf.resume, Ask.CANCEL: shelf.cancel,
            Ask.VERIFY: shelf.verify, Ask.ADOPT: self._choose_files, Ask.REMOVE: self._ask_to_remove,
        }  # fmt: skip
        for name, row in self.rows.items():
            row.asked.connect(partial(_act, acts, name))
            row.files_given.connect(partial(shelf.adopt, name))
            row.show_entry(shelf.entry(name))
        reached = [widget for row in self.rows.values() for widget in row.in_order()]
        for before, after in pairwise([self.download_all, *reached, self.close_button]):
            self.setTabOrder(before, after)
        self.download_all.setFocus()
        shelf.changed.connect(self._show)
        theme.changed.connect(self._fit)
        self._show_summary()

    def show_set(self, name: str = "") -> None:
        """Come to the front; with a name that set is in sight and its first button has the focus."""
        self.show()
        self.raise_()
        self.activateWindow()
        self._wanted = name
        self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        """Not before it is known what can be done with that set."""
        row = self.rows.get(self._wanted)
        if row is not None and self._shelf.entry(self._wanted).status is not None:
            self._wanted = ""
            self._scroll.ensureWidgetVisible(row)
            row.focus_first()

    def _lay_out(self) -> None:
        self._holder = holder = QWidget()
        rows = QVBoxLayout(holder)
        rows.setContentsMargins(0, 0, 4, 0)
        rows.setSpacing(8)
        for row in self.rows.values():
            rows.addWidget(row)
        rows.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("storedSets")
        self._scroll.setAccessibleName(self.tr("Data sets that consist of files"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.summary, 1)
        head.addWidget(self.download_all)
        hint = QLabel(self.tr("Keras looks for data in the same folder, so nothing is fetched twice."), self)
        hint.setProperty("tone", "muted")
        self._theme.use_font(hint, Role.HELPER)
        foot.addWidget(hint, 1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        column.addWidget(self.advice)
        column.addLayout(foot)
        room = QGuiApplication.primaryScreen().availableSize()
        self.resize(min(self._theme.pixels(WIDTH), room.width() - MARGIN), min(self._theme.pixels(HEIGHT), room.height() - MARGIN))

    def _show(self, name: str) -> None:
        self.rows[name].show_entry(self._shelf.entry(name))
        self._show_summary()
        self._fit()
        self._go_to_wanted()

    def _show_summary(self) -> None:
        entries = [self._shelf.entry(name) for name in self._shelf.names]
        self.summary.setText(words.summary(entries))
        if (advice := words.advice(entries)) != self.advice.sentence.text():
            self.advice.say(advice, "problem")
        self.download_all.setEnabled(any(entry.status is None or {Ask.DOWNLOAD, Ask.RESUME} & {*allowed(entry)} for entry in entries))

    def _fit(self) -> None:
        """There is no scrolling sideways, so that the rows must have room for their buttons."""
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        self._scroll.setMinimumWidth(self._holder.minimumSizeHint().width() + bar)

    def _choose_files(self, name: str) -> None:
        dialog = QFileDialog(self, self.tr("Files of {title}").format(title=info(name).title), str(Path.home()))
        dialog.setObjectName("chooseDataFile")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda paths: self._shelf.adopt(name, [Path(path) for path in paths]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_to_remove(self, name: str) -> None:
        status = self._shelf.entry(name).status
        if status is None:
            return
        there = [file for file in status.files if file.state is not State.MISSING]
        ours, others = [file for file in there if file.ours], [file for file in there if not file.ours]
        parts = [file for file in status.files if file.fetched and file.state is not State.THERE]
        box = QMessageBox(self)
        box.setObjectName("removeQuestion")
        box.setText(self.tr("Delete the files of {title}?").format(title=status.title))
        box.setInformativeText(words.removal(ours, others, parts))
        answers: dict[QAbstractButton, bool] = {}
        if others and (ours or parts):
            answers[self._answer(box, "removeOwnData", self.tr("Delete nnplayground's"))] = False
        answers[self._answer(box, "removeData", self.tr("Delete all") if answers else self.tr("Delete"))] = bool(others)
        keep = box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        keep.setObjectName("keepData")
        box.setDefaultButton(keep)
        box.buttonClicked.connect(lambda button: self._shelf.remove(name, others=answers[button]) if button in answers else None)
        box.finished.connect(box.deleteLater)
        box.open()

    @staticmethod
    def _answer(box: QMessageBox, name: str, text: str) -> QAbstractButton:
        button = box.addButton(text, QMessageBox.ButtonRole.DestructiveRole)
        button.setObjectName(name)
        return button

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shelf.look()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self._shelf.look()  # somebody may have put a file there meanwhile


def _act(acts: Mapping[Ask, Callable[[str], object]], name: str, ask: Ask) -> None:
    acts[ask](name)
