"""The notes panel: what people want to remember about a project; plain text, and Markdown for whoever likes it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.edits import changed
from nnplayground.ui.edit import Edit
from nnplayground.ui.panel import Panel
from nnplayground.ui.theme.theme import Role, Theme

BURST = 1_500
"""Milliseconds without a key after which what is typed next is another step of undo."""


class NotesPanel(Panel):
    """Writes into the project as one types; what is typed in one go is undone in one step."""

    edit_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("NotesPanel", "Notes"), parent=parent)
        self.setObjectName("notesPanel")
        self.view = NotesView(self)
        theme.use_font(self.view, Role.BODY)
        self.body.addWidget(self.view)
        self._shown = ""
        self._bursts = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(BURST)
        self._pause.timeout.connect(self._end_burst)
        self.view.left.connect(self._end_burst)
        self.view.textChanged.connect(self._on_typed)

    def show_analysis(self, analysis: Analysis) -> None:
        """Where the cursor stands is kept as far as the text is the same."""
        notes, before = analysis.spec.notes, self._shown
        self._shown = notes
        if notes not in (before, self.view.toPlainText()):
            self._end_burst()
            self._write(notes)

    def hideEvent(self, event: QHideEvent) -> None:
        self._end_burst()
        super().hideEvent(event)

    def _write(self, notes: str) -> None:
        place = self.view.textCursor().position()
        self.view.blockSignals(True)
        self.view.setPlainText(notes)
        self.view.blockSignals(False)
        cursor = self.view.textCursor()
        cursor.setPosition(min(place, self.view.document().characterCount() - 1))
        self.view.setTextCursor(cursor)

    def _on_typed(self) -> None:
        notes = self.view.toPlainText()
        if notes == self._shown:
            return
        self._pause.start()
        self.edit_requested.emit(Edit(self.tr("Notes"), lambda spec: changed(spec, notes=notes), f"notes {self._bursts}"))
        if self._shown != notes:  # refused: by now the project is shown with what was accepted
            self._write(self._shown)

    def _end_burst(self) -> None:
        self._pause.stop()
        self._bursts += 1


class NotesView(QPlainTextEdit):
    """Leaves undo and redo to the project, whose steps they are."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notesView")
        self.setAccessibleName(self.tr("Notes on this project"))
        self.setToolTip(self.tr("Notes on this project. They are saved with it, as notes.md inside the file."))
        self.setPlaceholderText(self.tr("What is this network for, what was tried, what came out? Notes are saved with the project."))
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files are the window's to open, and no text."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and _undoes(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _undoes(event):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


def _undoes(event: QEvent) -> bool:
    keys = QKeySequence.StandardKey
    return isinstance(event, QKeyEvent) and (event.matches(keys.Undo) or event.matches(keys.Redo))
