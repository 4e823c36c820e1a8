"""A field for a typed text: keeps to plain letters and a length, and marks the words that the network does not know."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import accumulate

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from nnplayground.data.vocabulary import UNKNOWN, Vocabulary
from nnplayground.ui.theme.theme import Role, Theme

MOST = 20_000
"""Letters; the longest review of IMDB has 14,000."""
MOST_COLOUR = 0.6
"""How much of its colour the strongest word has: it must be read."""
NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class TextField(QPlainTextEdit):
    """`refused` says in a sentence what was not taken of what was typed or pasted; `edited` that there is another text."""

    edited = Signal()
    refused = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        theme.use_font(self, Role.BODY)
        self.marks = Marks(theme, self)
        self._text = ""
        self.textChanged.connect(self._on_changed)

    def put(self, text: str) -> None:
        """Another text in the place of this one, which undo brings back."""
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        taken, sentence = self._taken(text, len(self._text))
        cursor.insertText(taken)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._refuse(sentence)

    @property
    def text(self) -> str:
        return self._text

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return not source.hasUrls() and super().canInsertFromMimeData(source)  # files are for the window

    def insertFromMimeData(self, source: QMimeData) -> None:
        cursor = self.textCursor()
        taken, sentence = self._taken(source.text(), len(cursor.selectedText()))
        cursor.insertText(taken)
        self.ensureCursorVisible()
        self._refuse(sentence)

    def _taken(self, text: str, replaced: int) -> tuple[str, str]:
        """As much of a text as is plain letters and has room where so many letters go; and what is to be said of the rest."""
        clean, odd = NO_LETTERS.subn("", text.replace("\r\n", "\n"))
        room = max(MOST - len(self._text) + replaced, 0)
        sentence = ""
        if len(clean) > room:
            sentence = self.tr("{most:,} letters fit: the rest of the {count:,} was left out.").format(most=MOST, count=len(clean))
        elif odd:
            sentence = self.tr("{count:,} characters that are no letters were left out.").format(count=odd)
        return clean[:room], sentence

    def _refuse(self, sentence: str) -> None:
        if sentence:
            self.refused.emit(sentence)

    def _on_changed(self) -> None:
        text = self.toPlainText()
        if text == self._text:  # only marked anew
            return
        self._text = text[:MOST]
        if len(text) > MOST:  # typed letter by letter
            cursor = self.textCursor()
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.setPosition(units(self._text)(MOST), QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
        self.edited.emit()
        if len(text) > MOST:
            self.refused.emit(self.tr("Only {most:,} letters fit.").format(most=MOST))


def units(text: str) -> Callable[[int], int]:
    """Says how Qt counts the places of a text's letters: what lies beyond the first 65,536 letters, most smileys, counts twice."""
    if max(text, default="") <= "\uffff":
        return int
    return [0, *accumulate(1 + (letter > "\uffff") for letter in text)].__getitem__


class Marks(QSyntaxHighlighter):
    """Words that are unknown are pale and underlined with dots; those before `read_from`, which are not read, are pale.

    Words that speak for an answer are blue, those that speak against it orange.
    """

    def __init__(self, theme: Theme, field: QPlainTextEdit) -> None:
        super().__init__(field.document())
        self._theme = theme
        self._vocabulary: Vocabulary | None = None
        self._limits = (0, 0)
        self._read_from = 0
        self._shares: Mapping[int, float] = {}
        theme.changed.connect(self.rehighlight)

    def set_vocabulary(self, vocabulary: Vocabulary | None, num_words: int, skip_top: int) -> None:
        if (vocabulary, (num_words, skip_top)) != (self._vocabulary, self._limits):
            self._vocabulary, self._limits = vocabulary, (num_words, skip_top)
            self.rehighlight()

    def set_read_from(self, place: int) -> None:
        """The place, as Qt counts it, of the first letter that the network reads."""
        if place != self._read_from:
            self._read_from = place
            self.rehighlight()

    def set_shares(self, shares: Mapping[int, float]) -> None:
        """What words do for the answer, by their numbers, -1 against it to 1 for it: they are coloured by that."""
        if shares != self._shares:
            self._shares = shares
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if self._vocabulary is None:
            return
        unknown, unread = QTextCharFormat(), QTextCharFormat()
        faint = QColor(self._theme.tokens.faint)
        for form in (unknown, unread):
            form.setForeground(faint)
        unknown.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        unknown.setUnderlineColor(QColor(self._theme.tokens.error))
        place, unread_end = units(text), self._read_from - self.currentBlock().position()
        if unread_end > 0:
            self.setFormat(0, min(unread_end, place(len(text))), unread)
        numbered = self._vocabulary.number(text, *self._limits)
        for (start, end), number in zip(numbered.places, numbered.numbers[1:], strict=True):
            if number == UNKNOWN and (at := place(start)) >= unread_end:
                self.setFormat(at, place(end) - at, unknown)
            elif (share := self._shares.get(number, 0.0)) and (at := place(start)) >= unread_end:
                self.setFormat(at, place(end) - at, self._coloured(share))

    def _coloured(self, share: float) -> QTextCharFormat:
        form, tokens = QTextCharFormat(), self._theme.tokens
        colour = QColor(tokens.pos if share > 0 else tokens.neg)
        colour.setAlphaF(MOST_COLOUR * min(abs(share), 1.0))
        form.setBackground(colour)
        return form
