"""A page of texts in words, as the network is given them."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QTextBrowser, QWidget

from nnplayground.data.dataset import Dataset
from nnplayground.ui.data.browser.selection import Selection
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme

PAGE = 10
WORDS = 600
"""Of each text: a few of IMDB's have more than two thousand."""


class TextPage(QTextBrowser):
    """Can be selected and copied; '?' stands for words that do not count."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("textPage")
        self.setAccessibleName(self.tr("Texts"))
        self._theme = theme
        self._shown: tuple[Dataset, Selection, int] | None = None
        theme.use_font(self, Role.BODY)
        theme.changed.connect(self._write)

    page_size = PAGE

    def show_page(self, dataset: Dataset, selection: Selection, page: int) -> None:
        self._shown = dataset, selection, page
        self._write()
        self.verticalScrollBar().setValue(0)

    def _write(self) -> None:
        if self._shown is None:
            return
        dataset, selection, page = self._shown
        corpus, tokens = selection.section.texts, self._theme.tokens
        blocks = []
        for index in selection.page(page, PAGE):
            name = dataset.facts.classes[int(selection.section.part.y[index])]
            words = len(corpus.texts[index : index + 1].values) - 1 if corpus is not None else 0
            head = self.tr("Number {number} · {name} · {words} words").format(number=count(index), name=name, words=count(words))
            text = corpus.text(index, WORDS) if corpus is not None else ""
            body = escape(text).replace("?", f'<span style="color:{tokens.faint}">?</span>') + (" …" if words > WORDS else "")
            blocks.append(f'<p><span style="color:{tokens.muted}; font-weight:600">{escape(head)}</span><br>{body}</p>')
        self.setHtml("".join(blocks))
