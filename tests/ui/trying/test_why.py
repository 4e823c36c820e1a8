"""'Why': asked only while it is wanted, about the sample that is asked about; shown as bars, as colours and as words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nnplayground.core import edits, presets
from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset
from nnplayground.data.registry import facts, load
from nnplayground.data.rows import Rows
from nnplayground.data.store import Store
from nnplayground.data.vocabulary import Vocabulary
from nnplayground.engine.explaining import Explanation, Method, Question
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.theme.tokens import LIGHT
from nnplayground.ui.trying.panel import TryPanel
from nnplayground.ui.trying.text_field import TextField
from nnplayground.ui.trying.why import Scale, Why
from nnplayground.ui.trying.why_bars import Part, WhyBars
from nnplayground.ui.trying.why_picture import WhyPicture, overlay
from nnplayground.ui.trying.why_words import StrongestWords, by_word

MINUS = "\N{MINUS SIGN}"


def project(name: str) -> tuple[Analysis, Dataset]:
    spec: ProjectSpec = presets.recommended(name)
    if name in ("mnist", "boston_housing"):
        spec = edits.change_data(spec, source="sample")
    return analyse(spec, facts(spec.data)), load(spec.data, spec.seed, Store((), Path()))


def explained(question: Question, parts: np.ndarray, outputs: list[float], about: int = 0) -> Snapshot:
    found = Explanation(question, np.array([outputs]), np.array([about]), np.asarray(parts, np.float64))
    return Snapshot(1, 1.0, answers=np.array([outputs]), explanations=(found,))


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> TryPanel:
    panel = TryPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(288, 260)
    panel.show()
    return panel


def show(panel: TryPanel, name: str) -> Dataset:
    analysis, dataset = project(name)
    panel.show_analysis(analysis)
    panel.show_dataset(dataset)
    return dataset


def press(panel: TryPanel) -> None:
    QTest.mouseClick(panel.why_button, Qt.MouseButton.LeftButton)


def test_it_is_asked_only_while_it_is_wanted_and_seen(panel: TryPanel, qtbot: QtBot) -> None:
    show(panel, "gender")
    assert panel.probe_request().explain == ()
    with qtbot.waitSignal(panel.probe_changed):
        press(panel)
    request = panel.probe_request()
    (question,) = request.explain
    assert isinstance(request.inputs, np.ndarray)
    np.testing.assert_array_equal(question.samples, request.inputs)
    assert panel.probe_request().explain[0] is question  # the same sample, so the same question
    panel.row.rows[0].field.setValue(2.5)
    assert panel.probe_request().explain[0] is not question
    panel.hide()
    assert panel.probe_request().explain == ()
    panel.show()
    press(panel)
    assert panel.probe_request().explain == ()


def test_bars_of_a_row_name_its_features_and_values(panel: TryPanel) -> None:
    show(panel, "gender")
    press(panel)
    assert panel.why.isVisible()
    assert panel.why.told.text() == "No answer to explain yet."
    (question,) = panel.probe_request().explain
    panel.show_snapshot(explained(question, np.array([[0.5, -1.25, 0.1]]), [0.2], about=1))
    parts = panel.why.bars.parts
    assert [(p.name, p.effect) for p in parts] == [("height", -1.25), ("weight", 0.5), ("age", 0.1)]
    assert question.about == 1, "always about the second one: blue is its colour"
    assert panel.why.told.text() == "man, 80.0 %: blue speaks for woman, orange for man."
    image = panel.why.bars.grab().toImage()
    colours = {image.pixelColor(x, 8).name() for x in range(image.width())}
    assert LIGHT.neg.lower() in colours
    assert LIGHT.pos.lower() not in colours
    panel.clear_run()
    assert panel.why.bars.parts == ()
    press(panel)
    assert panel.row.isVisible()


def test_a_values_parts_are_told_in_its_unit(panel: TryPanel) -> None:
    show(panel, "boston_housing")
    press(panel)
    (question,) = panel.probe_request().explain
    panel.show_snapshot(explained(question, np.arange(13.0)[np.newaxis] - 3, [21.5]))
    assert panel.why.told.text() == "price 21.5 thousand dollars: blue makes it larger than for a mean sample, orange smaller."
    own, rest = panel.why.bars.shown()
    assert len(own) + len(rest) == 13
    assert rest
    assert own[0] == Part("LSTAT", own[0].value, 9.0)
    assert float(own[0].value) == pytest.approx(float(np.asarray(question.samples)[0, -1]), rel=1e-3)


def test_words_in_columns_of_their_own_are_one_part(qtbot: QtBot, theme: Theme) -> None:
    why = Why(theme)
    qtbot.addWidget(why)
    analysis, dataset = project("gender")
    why.show_analysis(analysis)
    why.show_dataset(dataset)
    from nnplayground.data.row_features import RowFeature

    why._features = (RowFeature("colour", 0, ("red", "green")), RowFeature("size", 2))
    question = Question(np.array([[0.0, 1.0, 7.0]], np.float32))
    why.show_explanation(explained(question, np.array([[0.25, 0.5, -0.1]]), [0.9], 1).explanations[0])
    assert why.bars.parts == (Part("colour", "green", 0.75), Part("size", "7", -0.1))


def test_a_points_parts_are_named_as_its_features(panel: TryPanel) -> None:
    show(panel, "spiral")
    press(panel)
    (question,) = panel.probe_request().explain
    panel.show_snapshot(explained(question, np.array([[1.0, -2.0, 3.0, -4.0]]), [0.9], 1))
    assert [p.name for p in panel.why.bars.parts] == ["sin x₂", "sin x₁", "x₂", "x₁"]


def test_what_is_no_number_comes_last(qtbot: QtBot, theme: Theme) -> None:
    bars = WhyBars(theme)
    qtbot.addWidget(bars)
    bars.show_parts([Part("a", "", float("nan")), Part("b", "", 0.1), Part("c", "", float("inf"))], 1.0)
    assert [p.name for p in bars.parts] == ["c", "b", "a"]
    bars.resize(200, 100)
    bars.grab()


# ---- pictures


def test_places_of_a_picture_are_coloured_and_read_out(qtbot: QtBot, theme: Theme) -> None:
    why = Why(theme)
    qtbot.addWidget(why)
    analysis, dataset = project("mnist")
    why.show_analysis(analysis)
    why.show_dataset(dataset)
    why.set_on(True)
    why.resize(264, 240)
    why.show()
    (question,) = why.questions(dataset.test.array[:1])
    assert question.method is Method.SLOPE
    QTest.mouseClick(why.method.button(Method.COVER), Qt.MouseButton.LeftButton)
    (question,) = why.questions(dataset.test.array[:1])
    assert question.method is Method.COVER
    parts = np.zeros((1, 28, 28))
    parts[0, 3, 20], parts[0, 24, 5] = 0.8, -0.8
    why.show_explanation(explained(question, parts, [0.0] * 7 + [0.9, 0.1, 0.0], 7).explanations[0])
    assert why.told.text() == "7, 90.0 %: blue speaks for it, orange against it."
    assert why.picture.isVisible()
    area, image = why.picture.area(), why.picture.grab().toImage()

    def at(row: int, column: int) -> QPoint:
        return QPoint(round(area.left() + (column + 0.5) * area.width() / 28), round(area.top() + (row + 0.5) * area.height() / 28))

    for place, colour in ((at(3, 20), LIGHT.pos), (at(24, 5), LIGHT.neg)):
        seen, expected = image.pixelColor(place), QColor(colour)
        assert abs(seen.red() - expected.red()) + abs(seen.blue() - expected.blue()) < 90
    assert why.picture.read_out(24, 5) == f"row 24, column 5\n{MINUS}0.8"
    QTest.mouseMove(why.picture, at(3, 20))
    before = image
    qtbot.waitUntil(lambda: why.picture.grab().toImage() != before)


def test_an_overlay_is_pale_where_nothing_speaks_and_hatched_where_nothing_is_known() -> None:
    picture = QImage(4, 4, QImage.Format.Format_RGB888)
    picture.fill(QColor("black"))
    parts = np.zeros((4, 4))
    parts[0, 0], parts[1, 1], parts[2, 2], parts[3, 3] = 2.0, -1.0, 0.5, np.nan
    image = overlay(picture, parts, 1.0, LIGHT)
    assert image.pixelColor(0, 0).name() == LIGHT.pos.lower()
    assert image.pixelColor(1, 1).name() == LIGHT.neg.lower()
    assert image.pixelColor(3, 0).name() == "#999999"  # 40 % of black on white
    assert image.pixelColor(3, 3).name() in (LIGHT.control.lower(), LIGHT.grid.lower())


def test_without_a_picture_nothing_is_painted(qtbot: QtBot, theme: Theme) -> None:
    view = WhyPicture(theme)
    qtbot.addWidget(view)
    view.resize(120, 120)
    empty = view.grab().toImage()
    view.show_parts(None, np.zeros((0, 0)), 1.0)
    assert view.grab().toImage() == empty


# ---- taken away


def test_the_bars_are_taken_away_while_why_is_asked(panel: TryPanel, tmp_path: Path) -> None:
    show(panel, "gender")
    assert panel.takeaway() is None
    press(panel)
    assert panel.takeaway() is None  # nothing is known yet
    (question,) = panel.probe_request().explain
    panel.show_snapshot(explained(question, np.array([[0.5, -0.25, 0.125]]), [0.9], 1))
    takeaway = panel.takeaway()
    assert takeaway is not None
    assert takeaway.table is not None
    table = takeaway.table()
    assert table.header == ("part", "value", "effect")
    assert [row[2] for row in table.rows] == [0.5, -0.25, 0.125]
    assert takeaway.write is not None
    for ending in (".png", ".svg", ".pdf"):
        takeaway.write(tmp_path / f"why{ending}")
    assert not QImage(str(tmp_path / "why.png")).isNull()
    press(panel)
    assert panel.takeaway() is None


def test_its_button_has_the_place_of_the_one_that_copies_the_answer(panel: TryPanel) -> None:
    show(panel, "gender")
    button = panel.add_tool("export-variant", "Save or copy", "takeWhy")
    panel.take_why_by(button)
    assert (button.isVisible(), panel._copy.isVisible()) == (False, True)
    press(panel)
    assert (button.isVisible(), panel._copy.isVisible()) == (True, False)
    press(panel)
    assert (button.isVisible(), panel._copy.isVisible()) == (False, True)


def test_the_places_of_a_picture_are_taken_away(qtbot: QtBot, theme: Theme) -> None:
    why = Why(theme)
    qtbot.addWidget(why)
    analysis, dataset = project("mnist")
    why.show_analysis(analysis)
    why.show_dataset(dataset)
    assert why.table() is None
    parts = np.arange(784.0).reshape(1, 28, 28)
    why.show_explanation(explained(Question(dataset.test.array[:1]), parts, [1.0] + [0.0] * 9).explanations[0])
    table = why.table()
    assert table is not None
    assert (len(table.rows), table.rows[0], table.rows[29], table.rows[-1]) == (784, (0, 0, 0.0), (1, 1, 29.0), (27, 27, 783.0))


def test_all_words_are_taken_away(qtbot: QtBot, theme: Theme) -> None:
    words = StrongestWords(theme)
    qtbot.addWidget(words)
    assert words.table() is None
    words.show_words({number: number / 8 for number in range(4, 40)}, Vocabulary.of([str(i) for i in range(40)]))
    table = words.table()
    assert table is not None
    assert (len(words.shown), len(table.rows), table.rows[0], table.rows[-1]) == (10, 36, ("35", 39 / 8), ("0", 0.5))


def test_a_scale_stays_while_it_suits() -> None:
    scale = Scale()
    assert scale.fit(np.array([0.9, -0.2])) == 1.0
    assert scale.fit(np.array([0.5])) == 1.0
    assert scale.fit(np.array([1.2])) == 1.0
    assert scale.fit(np.array([-40.0, np.nan])) == 50.0
    assert Scale().fit(np.array([np.nan])) == 1.0


# ---- words

VOCABULARY = Vocabulary.of(["good", "bad", "film"])  # numbers 4, 5, 6


def test_each_word_has_all_that_it_does() -> None:
    rows = Explanation(Question(Rows(np.array([0, 2]), np.array([4, 6], np.int32), 9)), np.zeros((1, 1)), np.zeros(1, np.int64),
                       np.array([0.5, -0.25]))  # fmt: skip
    assert by_word(rows) == {4: 0.5, 6: -0.25}
    padded = Question(np.array([[0, 0, 1, 5, 4, 5]], np.int32))
    sequence = Explanation(padded, np.zeros((1, 1)), np.zeros(1, np.int64), np.array([[9.0, 9.0, 0.1, -1.0, 0.5, -0.5]]))
    assert by_word(sequence) == pytest.approx({1: 0.1, 5: -1.5, 4: 0.5})


def test_the_ten_strongest_words_are_named(qtbot: QtBot, theme: Theme) -> None:
    words = StrongestWords(theme)
    qtbot.addWidget(words)
    words.show_words({4: 0.5, 5: -1.25, 1: 0.01, 2: 0.2}, VOCABULARY)
    assert words.shown == (("bad", -1.25), ("good", 0.5), ("(unknown words)", 0.2), ("(start)", 0.01))
    words.show_words(dict.fromkeys(range(4, 40), 1.0), Vocabulary.of([f"<b>{i}</b>" for i in range(40)]))
    assert len(words.shown) == 10
    assert "<b>" not in words.text()
    words.show_words({4: 1.0}, None, "good & bad")
    assert words.text() == ""
    words.show_words({4: 1.0}, VOCABULARY, "good & bad")
    assert "Blue speaks for good &amp; bad:" in words.text()


def test_words_are_coloured_where_they_are_typed(qtbot: QtBot, theme: Theme) -> None:
    field = TextField(theme)
    qtbot.addWidget(field)
    field.put("A good film, a BAD film.")
    field.marks.set_vocabulary(VOCABULARY, 100, 0)
    field.marks.set_shares({4: 1.0, 5: -0.5})
    assert _backgrounds(field) == [(2, 4, LIGHT.pos.lower(), 60), (15, 3, LIGHT.neg.lower(), 30)]
    field.marks.set_shares({})
    assert _backgrounds(field) == []


def _backgrounds(field: TextField) -> list[tuple[int, int, str, int]]:
    """Place, length, colour and its strength in per cent of the words that are coloured."""
    found = []
    for part in field.document().firstBlock().layout().formats():
        brush = part.format.background()
        if brush.style() is not Qt.BrushStyle.NoBrush:
            found.append((part.start, part.length, brush.color().name(), round(brush.color().alphaF() * 100)))
    return found


def test_an_empty_pad_is_said_to_ask_nothing(panel: TryPanel, qtbot: QtBot) -> None:
    show(panel, "mnist")
    press(panel)
    panel.probe_request()
    assert panel.why.told.text().startswith("Nothing is asked yet.")
    with qtbot.waitSignal(panel.picture.drawn):
        panel.picture.put(np.ones((28, 28), np.uint8))
    panel.probe_request()
    assert panel.why.told.text() == "No answer to explain yet."


def test_a_broken_network_is_said_where_it_is_asked(panel: TryPanel) -> None:
    analysis, dataset = project("gender")
    panel.show_analysis(analysis)
    panel.show_dataset(dataset)
    broken = analyse(edits.set_layers(analysis.spec, ()), analysis.facts)
    assert broken.errors
    for shown, told in ((broken, True), (broken, True), (analysis, False), (broken, True)):
        panel.show_analysis(shown)
        label = panel.findChild(QLabel, "panelFailure")
        assert label is not None
        assert label.isVisible() is told
        assert not told or label.text() == "The network has a problem. Mend it first: the status row says where it is."
