"""`SetRow`: one data set of the data manager: what there is of it, and the buttons for what can be done."""

from __future__ import annotations

from enum import Enum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QToolButton, QVBoxLayout, QWidget

from nnplayground.data.catalogue import DataInfo
from nnplayground.ui.data.thumbnails import SIDE, thumbnail
from nnplayground.ui.store import words
from nnplayground.ui.store.elided import ElidedLabel
from nnplayground.ui.store.shelf import Doing, Entry
from nnplayground.ui.theme.theme import Role, Theme, dress

STEPS = 1000
"""Of a progress bar: bytes would not fit into its 32-bit numbers."""


class Ask(Enum):
    """What a button asks for; the values begin the buttons' object names."""

    DOWNLOAD = "downloadData"
    PAUSE = "pauseDownload"
    RESUME = "resumeDownload"
    CANCEL = "cancelDownload"
    ADOPT = "adoptFile"
    VERIFY = "verifyData"
    REMOVE = "removeData"


BUSY: dict[Doing, tuple[Ask, ...]] = {
    Doing.QUEUED: (Ask.PAUSE, Ask.CANCEL),
    Doing.DOWNLOADING: (Ask.PAUSE, Ask.CANCEL),
    Doing.PAUSED: (Ask.RESUME, Ask.CANCEL),
    Doing.CHECKING: (Ask.CANCEL,),
    Doing.ADOPTING: (Ask.CANCEL,),
    Doing.REMOVING: (),
}


ICONS = {Doing.QUEUED: "dots-horizontal", Doing.PAUSED: "pause", Doing.CHECKING: "magnify", Doing.REMOVING: "trash-can-outline"}


def allowed(entry: Entry) -> tuple[Ask, ...]:
    """What can be done with a set now."""
    if entry.doing is not Doing.NOTHING:
        return BUSY[entry.doing]
    if entry.status is None:
        return ()
    missing = () if entry.complete else (Ask.DOWNLOAD, Ask.ADOPT)
    return (*missing, Ask.VERIFY, Ask.REMOVE) if entry.has_files else missing


class SetRow(QFrame):
    """Shows an `Entry`, and asks; it does nothing itself but copy and open the folder."""

    asked = Signal(object)
    """An `Ask`."""
    files_given = Signal(object)
    """Files were dropped on the row: their paths."""

    def __init__(self, theme: Theme, info: DataInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self._theme = theme
        self._entry: Entry | None = None
        self.setObjectName(f"stored-{info.name}")
        self.setProperty("kind", "panel")
        self.setAccessibleName(info.title)
        self.setAcceptDrops(True)
        self.picture, self.sign = QLabel(self), QLabel(self)
        self.picture.setFixedSize(SIDE, SIDE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setToolTip(info.summary)
        self.sign.setFixedSize(16, 16)
        self.title = self._label("storedTitle", Role.TITLE, info.title)
        self.state = self._quiet("storedState", Qt.TextElideMode.ElideRight)
        self.amount = self._label("storedSize", Role.HELPER, tone="muted")
        self.about = self._quiet("storedLicence", Qt.TextElideMode.ElideRight)
        self.about.show_text(words.about(info))
        self.folder = self._quiet("storedFolder", Qt.TextElideMode.ElideMiddle)
        self.copy = self._tool("copyFolder", "content-copy", self.tr("Copy the folder's path"))
        self.open = self._tool("openFolder", "folder-open-outline", self.tr("Open folder: show it in the file manager"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._folder()))
        self.open.clicked.connect(self._open_folder)
        self.bar = QProgressBar(self)
        self.bar.setObjectName("storedProgress")
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of {title}").format(title=info.title))
        self.progress = self._label("storedTransfer", Role.HELPER, tone="muted")
        self.message = self._label("storedMessage", Role.HELPER)
        self.message.setWordWrap(True)
        self.message.setMinimumWidth(1)
        self.message.setIndent(0)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.message.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.message.setProperty("kind", "selectable")
        self.buttons = {ask: self._button(ask, text, tooltip) for ask, text, tooltip in self._offers()}
        self._lay_out()
        theme.changed.connect(self._dress)
        QTimer.singleShot(0, self, self._draw)

    def show_entry(self, entry: Entry) -> None:
        """Show how things stand now."""
        self._entry = entry
        told, tone = words.state(entry)
        self.state.show_text(told)
        dress(self.state, "tone", tone)
        self.setAccessibleDescription(told)
        self.amount.setText(words.sizes(entry))
        folder = self._folder()
        if self.folder.toolTip() != folder:
            self.folder.show_text(folder)
        for tool in (self.copy, self.open):
            tool.setVisible(bool(folder))
        self._show_transfer(entry)
        note, note_tone = words.note(entry)
        self.message.setText(note)
        self.message.setAccessibleName(note)
        dress(self.message, "tone", note_tone)
        self.message.setVisible(bool(note))
        self._show_buttons(entry)
        self._show_sign(tone)

    # Building

    def _offers(self) -> tuple[tuple[Ask, str, str], ...]:
        tr = self.tr
        return (
            (Ask.DOWNLOAD, tr("Download"), tr("Fetch the missing files, in the background")),
            (Ask.PAUSE, tr("Pause"), tr("Stop for now; what is there is kept, to go on with")),
            (Ask.RESUME, tr("Resume"), tr("Go on where it stopped")),
            (Ask.CANCEL, tr("Cancel"), tr("End it; what is there is kept, to go on with another time")),
            (Ask.ADOPT, tr("I have the file…"), tr("Use a file that is on this computer already. It can be dropped here, too")),
            (Ask.VERIFY, tr("Verify"), tr("Read the files again and compare them with what is known of them (sha256)")),
            (Ask.REMOVE, tr("Remove…"), tr("Delete the files, after a question")),
        )

    def _lay_out(self) -> None:
        head, below = QHBoxLayout(), QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.title)
        head.addSpacing(6)
        head.addWidget(self.sign)
        head.addWidget(self.state, 1)
        head.addWidget(self.amount)
        below.setSpacing(6)
        below.addWidget(self.folder, 1)
        below.addWidget(self.copy)
        below.addWidget(self.open)
        for button in self.buttons.values():
            below.addWidget(button)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.about)
        column.addLayout(below)
        column.addWidget(self.bar)
        column.addWidget(self.progress)
        column.addWidget(self.message)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)

    def _label(self, name: str, role: Role, text: str = "", tone: str = "") -> QLabel:
        label = QLabel(text, self)
        label.setObjectName(name)
        label.setProperty("tone", tone)
        self._theme.use_font(label, role)
        return label

    def _quiet(self, name: str, mode: Qt.TextElideMode) -> ElidedLabel:
        label = ElidedLabel(mode, self)
        label.setObjectName(name)
        label.setProperty("tone", "muted")
        self._theme.use_font(label, Role.HELPER)
        return label

    def _tool(self, name: str, icon: str, tooltip: str) -> QToolButton:
        tool = QToolButton(self)
        tool.setObjectName(f"{name}-{self.info.name}")
        tool.setProperty("icon_name", icon)
        tool.setIcon(self._theme.icon(icon))
        self._theme.use_icon_size(tool, 14)
        tool.setToolTip(tooltip)
        tool.setAccessibleName(tooltip)
        return tool

    def _button(self, ask: Ask, text: str, tooltip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"{ask.value}-{self.info.name}")
        button.setToolTip(tooltip)
        button.setAccessibleName(self.tr("{action}: {title}").format(action=text.rstrip("…"), title=self.info.title))
        button.setAutoDefault(False)
        if ask in (Ask.DOWNLOAD, Ask.RESUME):
            button.setProperty("kind", "primary")
        button.clicked.connect(partial(self._ask, ask))
        return button

    # Showing

    def _show_transfer(self, entry: Entry) -> None:
        told = words.transfer(entry)
        moved = entry.transfer
        self.bar.setVisible(bool(told))
        self.bar.setValue(round(STEPS * moved.done / moved.total) if moved is not None and moved.total else 0)
        self.progress.setVisible(bool(told))
        self.progress.setText(told)

    def _show_buttons(self, entry: Entry) -> None:
        """Only what can be done now; the keyboard stays in the row when its button goes."""
        wanted = allowed(entry)
        here = next((b for b in self.buttons.values() if b.hasFocus()), None)
        for ask, button in self.buttons.items():
            button.setVisible(ask in wanted)
        if here is not None and here.isHidden():
            self.focus_first()

    def in_order(self) -> list[QWidget]:
        """What the keyboard reaches, as it is read."""
        return [self.copy, self.open, *self.buttons.values(), self.message]

    def focus_first(self) -> None:
        """Give the keyboard to the first thing that can be done here."""
        first = next((b for b in self.buttons.values() if not b.isHidden()), self.open)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_sign(self, tone: str) -> None:
        doing = self._entry.doing if self._entry is not None else Doing.NOTHING
        icon = ICONS.get(doing) or {"ok": "check-circle-outline", "error": "alert-circle", "warn": "alert-circle"}.get(tone, "download")
        color = getattr(self._theme.tokens, tone) if tone in ("ok", "error", "warn") else None
        self.sign.setPixmap(self._theme.icon(icon, color).pixmap(QSize(16, 16)))

    def _draw(self) -> None:
        self.picture.setPixmap(thumbnail(self.info.name, self._theme, self.devicePixelRatioF()))

    def _dress(self) -> None:
        for tool in (self.copy, self.open):
            tool.setIcon(self._theme.icon(str(tool.property("icon_name"))))
        self._draw()
        if self._entry is not None:
            self._show_sign(words.state(self._entry)[1])

    # Doing

    def _ask(self, ask: Ask, _checked: bool = False) -> None:
        self.asked.emit(ask)

    def _folder(self) -> str:
        status = self._entry.status if self._entry is not None else None
        return str(status.folder) if status is not None else ""

    def _open_folder(self) -> None:
        folder = Path(self._folder())
        while not folder.is_dir() and folder != folder.parent:
            folder = folder.parent  # it is made by the first download
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files(event) and self._entry is not None and Ask.ADOPT in allowed(self._entry):
            event.acceptProposedAction()
            self._show_drop(on=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_drop(on=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_drop(on=False)
        if files := _files(event):
            event.acceptProposedAction()
            self.files_given.emit(files)

    def _show_drop(self, *, on: bool) -> None:
        dress(self, "drop", on)


def _files(event: QDropEvent) -> list[Path]:
    """The files that are being dragged; none when anything else is among them."""
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls] if all(url.isLocalFile() for url in urls) else []
