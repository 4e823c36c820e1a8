"""The projects that were opened or saved last: remembered, and offered in a menu."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from nnplayground.ui.files import Files

MOST = 10
KEY = "files/recent"


def recent_paths() -> list[Path]:
    """The newest first."""
    found = QSettings().value(KEY, [])
    names = [found] if isinstance(found, str) else found if isinstance(found, list) else []  # a list of one comes back as a text
    return [Path(name) for name in names if isinstance(name, str) and name][:MOST]


def remember(path: Path) -> None:
    path = path.absolute()
    QSettings().setValue(KEY, [str(p) for p in [path, *(p for p in recent_paths() if p != path)][:MOST]])


def forget_all() -> None:
    QSettings().remove(KEY)


class RecentMenu(QMenu):
    """Made anew whenever it is opened: another window may have opened something, and files come and go."""

    def __init__(self, files: Files, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Open &recent"))
        self.setObjectName("recentMenu")
        self.setToolTipsVisible(True)
        self._files = files
        files.used.connect(remember)
        self.aboutToShow.connect(self._fill)
        self._fill()  # an empty menu would not open

    def _fill(self) -> None:
        self.clear()
        paths = recent_paths()
        for number, path in enumerate(paths):
            self.addAction(self._entry(number, path))
        if not paths:
            nothing = self.addAction(self.tr("Nothing has been opened or saved yet"))
            nothing.setEnabled(False)
            return
        self.addSeparator()
        clear = QAction(self.tr("&Clear this list"), self)
        clear.setObjectName("clearRecentAction")
        clear.setToolTip(self.tr("Forget these names; the files stay"))
        clear.triggered.connect(forget_all)
        self.addAction(clear)

    def _entry(self, number: int, path: Path) -> QAction:
        name = path.name.replace("&", "&&")
        action = QAction(f"&{(number + 1) % 10}  {name}", self)
        action.setObjectName(f"recent{number}Action")
        action.setToolTip(str(path))
        if not _is_there(path):
            action.setText(self.tr("{name} (no longer in {folder})").format(name=action.text(), folder=path.parent.name.replace("&", "&&")))
            action.setEnabled(False)
        action.triggered.connect(partial(self._files.open_dropped, path))
        return action


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
