"""Test texts in the output panel: words, answers, mistakes, pages. No file is needed: the texts are made here."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.analysis import analyse
from nnplayground.core.presets import recommended
from nnplayground.data import registry
from nnplayground.data.dataset import Dataset, Part, Source
from nnplayground.data.ragged import Ragged
from nnplayground.data.texts import Corpus, encode
from nnplayground.data.vocabulary import Vocabulary
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.output import OutputPanel
from nnplayground.ui.views.paged import Paged

COUNT = 30
VOCABULARY = Vocabulary.of(f"word{place}" for place in range(1, 401))


def show(panel: OutputPanel, name: str = "imdb", **settings: object) -> Dataset:
    """Text i has 10 + 10 i words, the first of which is word i + 1; every second one is of class 1."""
    spec = edits.change_data(recommended(name), num_words=300, **settings)
    analysis = analyse(spec, registry.facts(spec.data))
    lists = [[1, *(4 + (i + k) % 400 for k in range(10 + 10 * i))] for i in range(COUNT)]
    texts = Ragged.of(np.array([n for x in lists for n in x], np.int32), np.array([len(x) for x in lists]))
    part = Part(encode(spec.data, texts), np.arange(COUNT) % 2)
    dataset = Dataset(analysis.facts, Source.FULL, part, part, test_texts=Corpus(texts, VOCABULARY, 300, 0))
    panel.show_analysis(analysis)
    panel.show_dataset(dataset)
    return dataset


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> OutputPanel:
    panel = OutputPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(288, 440)
    show(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def outputs(wrong: tuple[int, ...]) -> np.ndarray:
    share = np.where(np.arange(COUNT) % 2, 0.93, 0.2).astype(np.float32)
    for rank, index in enumerate(wrong):
        share[index] = 0.9 + 0.01 * rank if index % 2 == 0 else 0.1 - 0.01 * rank
    return share[:, None]


@pytest.mark.parametrize("encoding", ["multi_hot", "sequence"])
@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_texts_have_a_view_of_their_own(name: str, encoding: str, panel: OutputPanel):
    show(panel, name, encoding=encoding, maxlen=5)
    seen = [v for v in (panel.map, panel.samples, panel.texts, panel.fitted, panel.against, panel.counts) if v.isVisible()]
    assert seen == [panel.texts]
    assert panel.probe_request().test_answers >= COUNT
    assert panel.findChild(QToolButton, "nextSamples").isVisible()
    assert panel.minimumSizeHint().height() < 440, "46 topics ask for no more room than 2 opinions"
    panel.grab()


def test_texts_are_shown_in_the_words_that_the_network_knows(panel: OutputPanel):
    assert panel.texts.text(0, 4) == "word1 word2 word3 word4 …"
    assert panel.texts.text(0, 10) == " ".join(f"word{k}" for k in range(1, 11))
    known = [f"word{k}" for k in range(30, 297)]
    assert panel.texts.text(29, 400).split() == known + ["?"] * (300 - len(known)), "numbers from 300 on do not count"


def test_captions_say_what_is_right_and_what_is_taken_for_what(panel: OutputPanel):
    assert (panel.texts.caption(0), panel.texts.caption(1)) == ("negative", "positive"), "before any answer: the labels"
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=outputs((3,))))
    assert panel.texts.caption(1) == "positive  93 %"
    assert panel.texts.caption(3) == "negative, not positive"
    assert panel.texts.caption(2) == "negative  80 %"


def test_a_wrong_answer_looks_wrong(panel: OutputPanel, theme: Theme):
    error = theme.color("error")

    def red(place: int) -> bool:
        box = panel.texts.box(place).toRect()
        return panel.texts.grab().toImage().pixelColor(box.left() + 1, box.center().y()).name() == error.name()

    assert not red(1)
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=outputs((1,))))
    assert red(1)
    assert not red(0)


def test_mistakes_and_pages(qtbot: QtBot, panel: OutputPanel):
    page = panel.texts.parent()
    assert isinstance(page, Paged)
    size = panel.texts.page_size
    assert 2 <= size < COUNT
    assert page.label.text() == f"Test texts 1 to {size}"
    assert panel.texts.box(size - 1).bottom() <= panel.texts.height()
    qtbot.mouseClick(panel.findChild(QToolButton, "nextSamples"), Qt.MouseButton.LeftButton)
    assert panel.texts.shown() == list(range(size, min(2 * size, COUNT)))
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=outputs((4, 9))))
    qtbot.mouseClick(page.which.button("mistakes"), Qt.MouseButton.LeftButton)
    assert panel.texts.shown() == [9, 4], "the surest first"
    assert page.label.text() == "Mistakes 1 to 2 of 2"
    assert page.which.button("mistakes").text() == "Mistakes 2"
    panel.clear_run()
    assert panel.texts.shown() == []
    assert page.which.button("mistakes").text() == "Mistakes"
    panel.grab()


def test_more_of_a_text_is_read_by_hovering(qtbot: QtBot, panel: OutputPanel):
    panel.show_snapshot(Snapshot(1, 1.0, test_answers=outputs((0,))))
    QTest.mouseMove(panel.texts, panel.texts.box(0).center().toPoint())
    qtbot.waitUntil(lambda: bool(panel.texts.toolTip()))
    words = " ".join(f"word{k}" for k in range(1, 11))
    assert panel.texts.toolTip() == f"Test text 1: negative.\nThe network says positive, 90.0 %.\n\n{words}"


def test_another_data_set_takes_the_texts_away(panel: OutputPanel):
    panel.show_dataset(None)
    assert panel.texts.shown() == []
    assert panel.texts.text(0, 5) == ""
    panel.grab()
