"""The mistakes panel: filtered, turned and picked by mouse and keys."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from ui.views.test_confusion import answered, project

from nnplayground.core.history import History
from nnplayground.data.dataset import Dataset
from nnplayground.data.ragged import Ragged
from nnplayground.data.texts import Corpus
from nnplayground.data.vocabulary import Vocabulary
from nnplayground.engine.answers import Examination, Reading, examine
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.mistakes import MistakesPanel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> MistakesPanel:
    panel = MistakesPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(730, 260)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def show(panel: MistakesPanel, name: str, *, units: int | None = None) -> tuple[Dataset, Examination]:
    analysis, dataset = project(name)
    panel.show_analysis(analysis)
    panel.show_dataset(dataset)
    found = answered(analysis, dataset, units=units)
    panel.show_snapshot(Snapshot(1, 1.0, examination=found))
    return dataset, found


def surest(dataset: Dataset, found: Examination) -> list[int]:
    """The wrong samples, counted anew."""
    wrong = [i for i in range(len(dataset.test)) if found.answers[i] != dataset.test.y[i]]
    return sorted(wrong, key=lambda i: (-found.outputs[i].max(), i))


def pick(panel: MistakesPanel, place: int) -> int:
    index = panel.view.shown()[place]
    QTest.mouseClick(panel.view, LEFT, pos=panel.view.box(place).center().toPoint())
    return index


def test_mistakes_are_counted_in_the_title_and_stand_surest_first(panel: MistakesPanel):
    dataset, found = show(panel, "mnist")
    expected = surest(dataset, found)
    assert panel.accessibleName() == f"Mistakes {len(expected)}"
    shown = panel.view.shown()
    assert shown == expected[: len(shown)]
    i = shown[0]
    assert panel.view.caption(i) == f"{found.answers[i]}, not {dataset.test.y[i]} · {found.outputs[i].max() * 100:.0f} %"
    assert panel.label.toolTip() == f"1 to {len(shown)} of {len(expected)}"
    QTest.mouseClick(panel.next, LEFT)
    assert panel.view.shown()[0] == expected[len(shown)]
    QTest.mouseClick(panel.previous, LEFT)
    assert panel.view.shown() == shown


def test_a_view_of_other_data_says_nothing_when_it_is_resized(panel: MistakesPanel):
    show(panel, "mnist")
    said = panel.label.toolTip()
    panel.texts.resize(panel.texts.width() + 40, panel.texts.height() + 40)
    panel.texts.turn(1)
    assert panel.label.toolTip() == said


def test_only_one_class_may_be_shown(panel: MistakesPanel, qtbot: QtBot):
    dataset, found = show(panel, "mnist")
    panel.true.setFocus()
    for _ in range(8):
        qtbot.keyClick(panel.true, Qt.Key.Key_Down)
    assert panel.true.currentData() == 7
    assert all(dataset.test.y[i] == 7 for i in panel.view.shown())
    panel.predicted.setCurrentIndex(panel.predicted.findData(2))
    both = [i for i in surest(dataset, found) if dataset.test.y[i] == 7 and found.answers[i] == 2]
    assert panel.view.shown() == both[: len(panel.view.shown())]
    panel.show_cell((3, 3))  # of the matrix's diagonal: what is right
    assert all(found.answers[i] == dataset.test.y[i] == 3 for i in panel.view.shown())
    panel.show_cell(None)
    assert panel.view.shown() == surest(dataset, found)[: len(panel.view.shown())]


def test_a_picked_sample_is_large_with_all_probabilities(panel: MistakesPanel, qtbot: QtBot):
    dataset, found = show(panel, "mnist")
    assert not panel.detail.isVisible()
    index = pick(panel, 1)
    assert panel.detail.isVisible()
    assert panel.detail.index == index
    np.testing.assert_allclose(panel.detail.bars.shares, found.outputs[index], atol=1e-6)
    assert int(dataset.test.y[index]) in panel.detail.bars.shown()
    qtbot.keyClick(panel.view, Qt.Key.Key_Right)
    assert panel.detail.index == panel.view.current != index
    panel.grab()
    qtbot.keyClick(panel.view, Qt.Key.Key_Escape)
    assert not panel.detail.isVisible()


def test_the_network_learns_on_and_the_picked_sample_stays(panel: MistakesPanel):
    dataset, _ = show(panel, "mnist")
    index = pick(panel, 0)
    panel.show_snapshot(Snapshot(1, 2.0, examination=answered(project("mnist")[0], dataset, seed=11)))
    assert panel.detail.index == index


def test_a_picked_sample_goes_to_the_cards(panel: MistakesPanel, qtbot: QtBot):
    dataset, _ = show(panel, "mnist")
    index = pick(panel, 0)
    with qtbot.waitSignal(panel.cards_asked) as asked:
        QTest.mouseClick(panel.detail.cards, LEFT)
    np.testing.assert_array_equal(asked.args[0], dataset.test.array[index])
    assert asked.args[1] == f"Test {index + 1}"


def test_texts_are_read_with_their_unknown_words(panel: MistakesPanel):
    analysis, base = project("gender")
    words = Vocabulary.of(("the", "film", "was", "fine"))
    texts = Ragged.of(np.array([1, 4, 5, 6, 2] * len(base.test), np.int32), np.full(len(base.test), 5))
    dataset = Dataset(**{**base.__dict__, "test_texts": Corpus(texts, words, 20, 0)})
    panel.show_analysis(analysis)
    panel.show_dataset(dataset)
    panel.show_snapshot(Snapshot(1, 1.0, examination=answered(analysis, dataset, units=1)))
    pick(panel, 0)
    assert panel.detail.text.toPlainText() == "the film was ?"
    assert "question mark" in panel.detail.text.toolTip()
    panel.grab()


def test_rows_have_their_features(panel: MistakesPanel):
    dataset, found = show(panel, "gender", units=1)
    index = pick(panel, 0)
    lines = panel.detail.text.toPlainText().splitlines()
    assert [line.split("  ")[0] for line in lines] == list(dataset.facts.input_names)
    assert sum(panel.detail.bars.shares) == pytest.approx(1)
    assert panel.detail.bars.shares[1] == pytest.approx(float(found.outputs[index, 0]))


def test_of_numbers_the_furthest_off_come_first(panel: MistakesPanel):
    dataset, found = show(panel, "boston_housing")
    off = np.abs(found.answers - dataset.test.y)
    shown = panel.view.shown()
    assert shown == np.argsort(-off, kind="stable")[: len(shown)].tolist()
    assert not panel.true.isVisible()
    assert panel.accessibleName() == "Mistakes"
    assert " · " in panel.view.caption(shown[0])
    pick(panel, 0)
    assert "CRIM" in panel.detail.text.toPlainText()
    assert not panel.detail.bars.isVisible()


def test_what_there_is_nothing_of_is_said(panel: MistakesPanel):
    analysis, dataset = project("mnist")
    panel.show_analysis(analysis)
    panel.show_dataset(dataset)
    assert panel.nothing.text == "Being worked out… The mistakes will stand here."
    perfect = np.eye(10)[dataset.test.y]
    panel.show_snapshot(Snapshot(1, 1.0, examination=examine(Reading.of(analysis), perfect, dataset.test.y, dataset.target_scaler)))
    assert panel.nothing.text == "No mistakes on the test set. Try more noise?"
    assert panel.accessibleName() == "Mistakes"


def test_what_is_shown_can_be_taken_away(panel: MistakesPanel):
    dataset, found = show(panel, "gender", units=1)
    rows = list(csv.DictReader(io.StringIO(panel.takeaway().table().csv())))
    assert len(rows) == int((found.answers != dataset.test.y).sum())
    first = int(rows[0]["sample"])
    assert rows[0]["true"] == dataset.facts.classes[int(dataset.test.y[first])]
    assert float(rows[0]["confidence"]) == pytest.approx(float(found.confidence[first]))
    assert float(rows[0][dataset.facts.input_names[0]]) == pytest.approx(float(dataset.test.array[first, 0]))


def test_a_count_that_nobody_keeps_up_is_not_shown(panel: MistakesPanel):
    show(panel, "mnist")
    panel.hide()
    history = History()
    history.append({"loss": np.ones(3)}, 1)
    panel.show_history(history)
    assert panel.accessibleName() == "Mistakes"


def test_in_the_window_mistakes_are_looked_for_once_they_are_seen(window: MainWindow, qtbot: QtBot):
    mistakes = window._parts.mistakes
    assert mistakes.examination is None
    window.bottom.open_page(mistakes)
    qtbot.waitUntil(lambda: mistakes.examination is not None)
    assert window._parts.confusion.examination is mistakes.examination
    assert window.bottom.tabs.tabText(window.bottom.tabs.currentIndex()).startswith("Mistakes ")
