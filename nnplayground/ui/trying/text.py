"""Asking the network about a text of one's own: a review, a news story."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.data_spec import Encoding, Texts
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.data.ragged import Ragged
from nnplayground.data.rows import Rows
from nnplayground.data.texts import Corpus, encode
from nnplayground.data.vocabulary import Numbered
from nnplayground.engine.events import Array
from nnplayground.engine.explaining import Explanation
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme, dress
from nnplayground.ui.trying.answer import Answer
from nnplayground.ui.trying.page import TryPage
from nnplayground.ui.trying.sample_pick import SamplePick
from nnplayground.ui.trying.text_field import TextField, units
from nnplayground.ui.trying.why import Scale
from nnplayground.ui.trying.why_words import StrongestWords, by_word

TOLD = 20
"""Unknown words that the tooltip names."""


class TextPage(TryPage):
    """A text, what the network does not know of it, and its answer while one types."""

    shows_why = True

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("textPage")
        self._dataset: Dataset | None = None
        self._put: tuple[int, str] | None = None
        """A test text, and how it was written down here: as long as that stands, it is the sample itself that is asked about."""
        self._sample: Array | Rows | None = None
        self.field = TextField(theme)
        self.field.setObjectName("textInput")
        self.field.setAccessibleName(self.tr("Text for the network"))
        self.field.setMinimumHeight(66)
        # It has what the page leaves, so that the answer is in sight.
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.field.setProperty("kind", "field")
        self.field.edited.connect(self._on_edited)
        self.note = QLabel()
        self.note.setObjectName("textNote")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        theme.use_font(self.note, Role.HELPER)
        self.field.refused.connect(self._tell_refused)
        self._refusal = ""
        self.pick = SamplePick(theme, self.tr("A test text"), self.tr("Put any text of the test set in, in its own words"), "testText")
        self.pick.picked.connect(self.put_test_text)
        self.answer = Answer(theme, "textAnswer")
        self.strongest = StrongestWords(theme)
        self._scale = Scale()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.field, 1)
        line = QHBoxLayout()
        line.addWidget(self.note, 1)
        line.addWidget(self.pick.caption)
        column.addLayout(line)
        column.addWidget(self.pick)
        column.addWidget(self.answer)
        column.addWidget(self.strongest)
        self.strongest.hide()
        self._read()

    # ---- what a page is told

    def show_analysis(self, analysis: Analysis) -> None:
        before, self._analysis = self._analysis, analysis
        self.answer.show_analysis(analysis)
        if before is None or before.spec.data != analysis.spec.data:
            review = analysis.spec.data.name == "imdb"
            self.pick.button.setText(self.tr("A test review") if review else self.tr("A test story"))
            hint = self.tr("Type or paste a review in English") if review else self.tr("Type or paste a news story in English")
            self.field.setPlaceholderText(hint)
            self._read()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self._put = None
        self.pick.show_dataset(dataset)
        self.answer.show_dataset(dataset)
        self._read()

    def clear_run(self) -> None:
        self.answer.show_outputs(None)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        if self._sample is not None and snapshot.answers is not None and len(snapshot.answers) == 1:
            self.answer.show_outputs(snapshot.answers)

    @property
    def standing(self) -> Array | Rows | None:
        return self._sample

    def show_why(self, explanation: Explanation | None, *, on: bool) -> None:
        """The words in their colours, and the strongest by name; where a text is long, what they do is little each."""
        corpus = self._corpus
        effects = by_word(explanation) if explanation is not None and corpus is not None else {}
        scale = self._scale.fit(np.array([*effects.values()])) if effects else 1.0
        self.field.marks.set_shares({word: effect / scale for word, effect in effects.items()})
        classes = self._analysis.facts.classes if self._analysis is not None else ()
        about = int(explanation.about[0]) if explanation is not None else len(classes)
        answer = classes[about] if about < len(classes) else ""
        self.strongest.show_words(effects, corpus.vocabulary if corpus is not None else None, answer)
        self.strongest.setVisible(on)
        self.pick.setVisible(not on)
        self.note.setVisible(not on)  # low windows have no room for both

    def why_table(self) -> Table | None:
        return self.strongest.table()

    @property
    def test_index(self) -> int | None:
        return self.pick.index

    def copied(self) -> str:
        return self.answer.copied()

    # ---- the text

    def put_test_text(self, index: int) -> None:
        """Ask about a text of the test set, written in all its words."""
        if self._dataset is None or self._dataset.test_texts is None:
            return
        corpus = self._dataset.test_texts
        words = corpus.vocabulary.text(corpus.texts[index : index + 1].values[1:])
        self._refusal = ""
        before = self.field.text
        self._put = index, ""
        self.field.put(words)
        self._put = index, self.field.text
        if self.field.text == before:
            self._on_edited()
        else:
            self._read()
            self.probe_changed.emit()

    def _on_edited(self) -> None:
        if self._put is not None and not self._put[1]:
            return  # it is being put there
        self._refusal = ""
        self._read()
        self.probe_changed.emit()

    def _tell_refused(self, sentence: str) -> None:
        self._refusal = sentence
        self._read()

    def _read(self) -> None:
        """Work out what the network is given, and what is to be said of it."""
        corpus, data, text = self._corpus, self._analysis.spec.data if self._analysis is not None else None, self.field.text
        if corpus is None or not isinstance(data, Texts):
            self._sample = None
            self.field.marks.set_vocabulary(None, 0, 0)
            self.pick.show_index(None)
            self._say(self.tr("The words are on their way.") if text else "", "muted")
            return
        self.field.marks.set_vocabulary(corpus.vocabulary, data.num_words, data.skip_top)
        numbered = corpus.vocabulary.number(text, data.num_words, data.skip_top)
        put = self._put[0] if self._put is not None and self._put[1] == text and text else None
        self.pick.show_index(put)
        if put is not None and self._dataset is not None:
            self._sample = self._dataset.test.x[put : put + 1]
        elif numbered.places:
            self._sample = encode(data, Ragged.of(numbered.numbers, np.array([len(numbered.numbers)])))
        else:
            self._sample = None
            self.answer.show_outputs(None)
        if self._sample is None:
            self.show_why(None, on=not self.strongest.isHidden())
        self._show_read(data, text, numbered)

    @property
    def _corpus(self) -> Corpus | None:
        """The words of the data, where those that are there are those that the project asks for."""
        if self._dataset is None or self._analysis is None or self._dataset.facts.input_shape != self._analysis.facts.input_shape:
            return None
        return self._dataset.test_texts or self._dataset.texts

    def _show_read(self, data: Texts, text: str, numbered: Numbered) -> None:
        words = len(numbered.places)
        left = max(0, words - data.maxlen) if data.encoding is Encoding.SEQUENCE else 0
        self.field.marks.set_read_from(units(text)(numbered.places[left][0]) if left else 0)
        told = []
        if left:
            told.append(self.tr("The last {read} of {words} words are read.").format(read=count(words - left), words=count(words)))
        if (unknown := len(numbered.unknown)) and words:
            told.append(self.tr("1 word unknown.") if unknown == 1 else self.tr("{n} words unknown.").format(n=count(unknown)))
        elif words:
            told.append(self.tr("All words known."))
        names = ", ".join(numbered.unknown[:TOLD]) + (" …" if unknown > TOLD else "")
        tip = self.tr("Not among the {n} most frequent words: {words}").format(n=count(data.num_words), words=names) if unknown else ""
        self.note.setToolTip(plain_tip(tip))
        self._say(" ".join(told), "muted")

    def _say(self, sentence: str, tone: str) -> None:
        tone = "warn" if self._refusal else tone
        self.note.setText(self._refusal or sentence)
        dress(self.note, "tone", tone)
