"""`CheckList`: what the app checks of a step, each with a tick as soon as it holds, and the sentence that says how it stands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnplayground.core.lesson_checks import Told
from nnplayground.ui.theme.theme import Role, Theme, dress


class CheckList(QWidget):
    """Rows are kept from one look to the next: only what is other is shown anew."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lessonChecks")
        self._theme = theme
        self.rows: list[_Row] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_checks(self, told: Sequence[Told], *, done: bool) -> None:
        """`done`: the step was done once, whatever holds now."""
        while len(self.rows) < len(told):
            row = _Row(self._theme, len(self.rows))
            self._column.addWidget(row)
            self.rows.append(row)
        for row, (holds, sentence) in zip(self.rows, told, strict=False):
            row.show_check(sentence, holds=holds, before=done and not holds)
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(told))
        self.setVisible(bool(told))


class _Row(QWidget):
    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme = theme
        self.holds = False
        self.mark, self.sentence = QLabel(), QLabel()
        self.sentence.setObjectName(f"lessonCheck{number}")
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        theme.use_font(self.sentence, Role.HELPER)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 1)
        theme.changed.connect(self._dress)
        self._dress()

    def show_check(self, sentence: str, *, holds: bool, before: bool) -> None:
        """`before`: it held once, and does no more."""
        shown = sentence[:1].upper() + sentence[1:]
        if before:
            shown = self.tr("Done before. Now: {sentence}").format(sentence=shown)
        holds = holds or before
        if shown != self.sentence.text():
            self.sentence.setText(shown)
        if holds != self.holds:
            self.holds = holds
            self._dress()
        self.setAccessibleName(f"{self.tr('Done') if holds else self.tr('Not yet')}: {shown}")

    def _dress(self) -> None:
        tokens, size = self._theme.tokens, self._theme.pixels(15)
        name, color = ("check-circle", tokens.ok) if self.holds else ("circle-outline", tokens.faint)
        self.mark.setPixmap(self._theme.icon(name, color).pixmap(size, size))
        dress(self.sentence, "tone", "" if self.holds else "muted")
