"""A typed review or story: what the network is given, what is said of unknown words, and what comes back."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QTextCharFormat, QTextCursor
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.analysis import analyse
from nnplayground.core.presets import recommended
from nnplayground.data import registry
from nnplayground.data.dataset import Dataset, Part, Source
from nnplayground.data.ragged import Ragged
from nnplayground.data.rows import Rows
from nnplayground.data.texts import Corpus, encode
from nnplayground.data.vocabulary import Vocabulary
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.trying.class_bars import ClassBars
from nnplayground.ui.trying.panel import TryPanel
from nnplayground.ui.trying.text import TextPage
from nnplayground.ui.trying.text_field import MOST

WORDS = ("the", "film", "was", "good", "bad", "don't", *(f"word{i}" for i in range(400)))
VOCABULARY = Vocabulary.of(WORDS)
COUNT = 6


def show(panel: TryPanel, name: str = "imdb", **settings: object) -> Dataset:
    """Test text i is 'the film was good word<i> … word<i + 299>'; words from word296 on are unknown with 300 numbers."""
    spec = edits.change_data(recommended(name), **{"num_words": 300, **settings})
    analysis = analyse(spec, registry.facts(spec.data))
    lists = [[1, 4, 5, 6, 7, *(10 + i + k for k in range(300))] for i in range(COUNT)]
    texts = Ragged.of(np.array([n for x in lists for n in x], np.int32), np.array([len(x) for x in lists]))
    part = Part(encode(spec.data, texts), np.arange(COUNT) % 2)
    dataset = Dataset(analysis.facts, Source.FULL, part, part, test_texts=Corpus(texts, VOCABULARY, 300, spec.data.skip_top))
    panel.show_analysis(analysis)
    panel.show_dataset(dataset)
    return dataset


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> TryPanel:
    panel = TryPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(288, 260)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def asked(panel: TryPanel) -> np.ndarray | None:
    inputs = panel.probe_request().inputs
    return inputs.dense() if isinstance(inputs, Rows) else inputs


def paste(page: TextPage, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    page.field.paste()


def marked(page: TextPage) -> list[str]:
    """The words that are underlined with dots."""
    found, block = [], page.field.document().begin()
    while block.isValid():
        for span in block.layout().formats():
            if span.format.underlineStyle() is QTextCharFormat.UnderlineStyle.DotLine:
                cursor = QTextCursor(page.field.document())
                cursor.setPosition(block.position() + span.start)
                cursor.setPosition(block.position() + span.start + span.length, QTextCursor.MoveMode.KeepAnchor)
                found.append(cursor.selectedText())
        block = block.next()
    return found


@pytest.mark.parametrize("skip_top", [0, 5])
def test_typed_words_are_encoded_as_the_data_is(panel: TryPanel, qtbot: QtBot, skip_top: int) -> None:
    show(panel, skip_top=skip_top)
    with qtbot.waitSignal(panel.probe_changed):
        qtbot.keyClicks(panel.text.field, "The film was BAD; word299 xyzzy!")
    inputs = asked(panel)
    assert inputs is not None
    known = {n for n in (4, 5, 6, 8) if n >= skip_top} | {2} | ({1} if skip_top <= 1 else set())
    assert set(np.flatnonzero(inputs[0])) == known
    assert "unknown" in panel.text.note.text()


def test_unknown_words_are_counted_named_and_marked(panel: TryPanel, qtbot: QtBot) -> None:
    show(panel)
    qtbot.keyClicks(panel.text.field, "the xyzzy film")
    assert panel.text.note.text() == "1 word unknown."
    assert marked(panel.text) == ["xyzzy"]
    paste(panel.text, "\n😀 was zzz good שלום é")
    assert panel.text.note.text() == "5 words unknown."
    assert marked(panel.text) == ["xyzzy", "😀", "zzz", "שלום", "é"]
    assert "xyzzy, 😀, zzz" in panel.text.note.toolTip()
    panel.text.field.selectAll()
    qtbot.keyClick(panel.text.field, Qt.Key.Key_Delete)
    assert panel.text.note.text() == ""
    qtbot.keyClicks(panel.text.field, "don't")
    assert panel.text.note.text() == "All words known."
    assert marked(panel.text) == []


def test_of_a_sequence_the_last_words_are_read_and_the_others_pale(panel: TryPanel) -> None:
    show(panel, encoding="sequence", maxlen=4)
    paste(panel.text, "the film was good the film bad")
    inputs = asked(panel)
    assert inputs is not None
    assert inputs.tolist() == [[7, 4, 5, 8]]
    assert panel.text.note.text() == "The last 4 of 7 words are read. All words known."
    block = panel.text.field.document().begin()
    assert [(s.start, s.length) for s in block.layout().formats()] == [(0, len("the film was "))]
    panel.text.field.setPlainText("bad")
    inputs = asked(panel)
    assert inputs is not None
    assert inputs.tolist() == [[0, 0, 1, 8]]


@pytest.mark.parametrize("encoding", ["multi_hot", "sequence"])
def test_a_test_text_is_asked_about_exactly_as_it_is(panel: TryPanel, qtbot: QtBot, encoding: str) -> None:
    dataset = show(panel, encoding=encoding)
    page = panel.text
    qtbot.keyClicks(page.field, "mine")
    qtbot.mouseClick(page.pick.button, Qt.MouseButton.LeftButton)
    index = page.test_index
    assert index is not None
    assert page.pick.caption.text() == f"Test {index + 1} · {('negative', 'positive')[index % 2]}"
    assert page.field.text.startswith(f"the film was good word{index} ")
    want = dataset.test.x[index : index + 1]
    np.testing.assert_array_equal(asked(panel), want.dense() if isinstance(want, Rows) else want)
    qtbot.mouseClick(page.pick.behind, Qt.MouseButton.LeftButton)
    assert page.test_index == (index + 1) % COUNT
    qtbot.mouseClick(page.pick.before, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.pick.before, Qt.MouseButton.LeftButton)
    assert page.test_index == (index - 1) % COUNT
    qtbot.keyClicks(page.field, "bad ")
    assert page.test_index is None
    assert page.pick.caption.isHidden()
    for _ in range(5):
        page.field.undo()
    assert page.field.text == "mine"


def test_an_answer_moves_with_every_snapshot_and_goes_with_the_text(panel: TryPanel, qtbot: QtBot) -> None:
    show(panel)
    page = panel.text
    assert not panel.probe_request().wants_anything
    qtbot.keyClicks(page.field, "good")
    panel.show_snapshot(Snapshot(1, 1.0, answers=np.array([[0.75]])))
    assert page.answer.shares.shares == pytest.approx((0.25, 0.75))
    panel.show_snapshot(Snapshot(1, 2.0, answers=np.array([[0.5]])))
    assert page.answer.shares.shares == pytest.approx((0.5, 0.5))
    qtbot.mouseClick(panel.findChild(object, "copyAnswer"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "negative\t0.5\npositive\t0.5"
    page.field.clear()
    assert page.answer.class_shares() == ()
    assert page.answer.value.text() == "No answer yet."
    panel.show_snapshot(Snapshot(1, 3.0, answers=np.array([[0.5]])))
    assert page.answer.class_shares() == ()


def test_a_story_has_the_five_likeliest_topics(panel: TryPanel, qtbot: QtBot) -> None:
    show(panel, "reuters")
    qtbot.keyClicks(panel.text.field, "good")
    outputs = np.full((1, 46), 0.01)
    outputs[0, [3, 19, 4]] = 0.3, 0.2, 0.07
    panel.show_snapshot(Snapshot(1, 1.0, answers=outputs / outputs.sum()))
    assert [name for name, _share in panel.text.answer.bars.shown] == ["earn", "money-fx", "acq", "cocoa", "grain"]
    assert panel.text.answer.bars.isVisible()
    assert not panel.text.answer.shares.isVisible()


def test_a_megabyte_is_cut_at_once_and_said_so(panel: TryPanel) -> None:
    show(panel)
    began = time.thread_time()
    paste(panel.text, "good film " * 100_000)
    assert time.thread_time() - began < 2
    assert len(panel.text.field.text) == MOST
    assert panel.text.note.text() == "20,000 letters fit: the rest of the 1,000,000 was left out."
    assert panel.text.note.property("tone") == "warn"
    panel.text.field.moveCursor(QTextCursor.MoveOperation.End)
    panel.text.field.insertPlainText("x")
    assert len(panel.text.field.text) == MOST
    assert panel.text.note.text() == "Only 20,000 letters fit."


def test_what_is_no_text_is_left_out(panel: TryPanel) -> None:
    show(panel)
    data = QMimeData()
    data.setText("good\x07\x1b film\x00bad\r\nwas")
    panel.text.field.insertFromMimeData(data)
    assert panel.text.field.text == "good filmbad\nwas"
    assert "3 characters that are no letters" in panel.text.note.text()
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile("somewhere.csv")])
    assert not panel.text.field.canInsertFromMimeData(files)


def test_while_the_words_are_not_there_nothing_is_asked(panel: TryPanel, qtbot: QtBot) -> None:
    show(panel)
    panel.show_dataset(None)
    qtbot.keyClicks(panel.text.field, "good")
    assert not panel.probe_request().wants_anything
    assert panel.text.note.text() == "The words are on their way."
    assert not panel.text.pick.button.isEnabled()
    show(panel)
    assert panel.probe_request().wants_anything
    assert panel.text.note.text() == "All words known."


def test_words_of_other_settings_are_not_asked_about(panel: TryPanel, qtbot: QtBot) -> None:
    show(panel)
    qtbot.keyClicks(panel.text.field, "good")
    spec = edits.change_data(recommended("imdb"), num_words=500)
    panel.show_analysis(analyse(spec, registry.facts(spec.data)))
    assert not panel.probe_request().wants_anything
    panel.hide()
    show(panel)
    assert not panel.probe_request().wants_anything


@pytest.mark.parametrize(("height", "rows"), [(500, 5), (100, 4), (75, 3)])
def test_a_low_place_shows_whole_rows_of_the_likeliest_classes(theme: Theme, qtbot: QtBot, height: int, rows: int) -> None:
    bars = ClassBars(theme)
    qtbot.addWidget(bars)
    bars.show_shares(tuple("abcdefg"), (0.3, 0.25, 0.2, 0.1, 0.08, 0.05, 0.02))
    bars.resize(200, height)
    bars.show()
    image = bars.grab().toImage()
    row = bars.sizeHint().height() / 5
    inked = [any(image.pixelColor(x, round(i * row + 8)).alpha() > 60 for x in range(12)) for i in range(min(5, round(height / row)))]
    assert sum(inked) == rows
    assert bars.minimumSizeHint().height() == round(3 * row)
