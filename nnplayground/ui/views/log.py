"""The log panel: what happened, line by line, as the log file has it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QKeyEvent, QMouseEvent, QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from nnplayground.ui.panel import Panel
from nnplayground.ui.takeaway import TakeAway
from nnplayground.ui.theme.theme import Role, Theme

LINES = 2_000
SHUT, OPEN = "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}", "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"
HEAD, DETAIL = 1, 2
"""States of a text block: a line that more is folded under, and what is folded there."""


class LogPanel(Panel):
    """Shows the records of all of nnplayground's loggers, whatever thread they come from, until it is told to stop."""

    _heard = Signal(str, list)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("LogPanel", "Log"), parent=parent)
        self.setObjectName("logPanel")
        self.view = LogView(self)
        self.body.addWidget(self.view)
        self._heard.connect(self.view.add)
        self._handler = _Handler(self._heard.emit)
        self._logger = logging.getLogger("nnplayground")
        self._logger.addHandler(self._handler)
        self._logger.setLevel(logging.INFO)
        theme.changed.connect(self._set_font)
        self._set_font()

    def stop(self) -> None:
        """Hear no more; before the panel goes away."""
        self._logger.removeHandler(self._handler)

    def takeaway(self) -> TakeAway | None:
        """All lines, those that are folded too."""
        text = self.view.toPlainText()
        return TakeAway("log", None, text=lambda: text) if text else None

    def _set_font(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(self.theme.pixels(Role.HELPER.pixels))
        self.view.setFont(font)


class LogView(QPlainTextEdit):
    """Lines to read, select and copy. A click on a line with a triangle, or Enter, unfolds the traceback under it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("logView")
        self.setAccessibleName(self.tr("Log"))
        self.setToolTip(self.tr("What happened, the newest last. Click a line with a triangle to see its details."))
        self.setPlaceholderText(self.tr("What happens is written here."))
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setMaximumBlockCount(LINES)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self._pressed = QPoint()

    def add(self, line: str, details: list[str]) -> None:
        """Write a line, with `details` folded under it. The view follows if its end was in sight."""
        self.appendPlainText(f"{line} {SHUT}" if details else line)
        if not details:
            return
        head = self.document().lastBlock()
        head.setUserState(HEAD)
        self.appendPlainText("\n".join(details))
        # By its number, not the block: the oldest lines may have gone since.
        block = self.document().findBlockByNumber(max(0, self.blockCount() - len(details)))
        while block.isValid():
            block.setUserState(DETAIL)
            block.setVisible(False)
            block = block.next()
        self._lay_out()

    def toggle(self, head: QTextBlock) -> None:
        """Unfold what is under a line, or fold it again; other lines have nothing to unfold."""
        if head.userState() != HEAD:
            return
        block, shown = head.next(), False
        while block.isValid() and block.userState() == DETAIL:
            shown = not block.isVisible()
            block.setVisible(shown)
            block = block.next()
        cursor = QTextCursor(head)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        cursor.deletePreviousChar()
        cursor.insertText(OPEN if shown else SHUT)
        self._lay_out()

    def _lay_out(self) -> None:
        """Qt does not look at blocks that were hidden or shown until it is told."""
        document = self.document()
        document.markContentsDirty(0, document.characterCount())
        layout = document.documentLayout()
        layout.documentSizeChanged.emit(layout.documentSize())
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        where = event.position().toPoint()
        if event.button() is Qt.MouseButton.LeftButton and where == self._pressed and not self.textCursor().hasSelection():
            self.toggle(self.cursorForPosition(where).block())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggle(self.textCursor().block())
            return
        super().keyPressEvent(event)


class _Handler(logging.Handler):
    """Tells each record as a line and what is folded under it. It is called on the thread that logs."""

    def __init__(self, tell: Callable[[str, list[str]], None]) -> None:
        super().__init__(logging.INFO)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        head, *details = self.format(record).splitlines() or [""]  # with the traceback, if it has one
        level = f"{record.levelname.lower()}: " if record.levelno >= logging.WARNING else ""
        time = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        self._tell(f"{time}  {level}{head}", details)
