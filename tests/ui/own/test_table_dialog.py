"""'Your table' by mouse and keys, over real files."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QFileDialog, QLabel, QLineEdit, QSlider, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core.data_spec import OwnTable, Validation
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.core.own_data import MAX_TEXT
from nnplayground.data.own.table_survey import Kind
from nnplayground.ui.own.table_columns import HOLDS, KIND, MISSING, NAME, USE
from nnplayground.ui.own.table_dialog import TableDialog
from nnplayground.ui.store.errands import Errands
from nnplayground.ui.theme.theme import Theme

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key
TEXT = Qt.ItemDataRole.DisplayRole
CHECK = Qt.ItemDataRole.CheckStateRole


class Desk:
    """The dialog, and what it has handed over."""

    def __init__(self, qtbot: QtBot, dialog: TableDialog) -> None:
        self.qtbot, self.dialog, self.form = qtbot, dialog, dialog.form
        self.settled: list[tuple[OwnTable, DataFacts]] = []
        dialog.settled.connect(lambda data, facts: self.settled.append((data, facts)))

    def open(self, path: Path) -> None:
        self.dialog.open_file(path)
        self.wait()

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: not self.dialog.look.busy)

    @property
    def said(self) -> str:
        return self.form.message.sentence.text() if self.form.message.isVisible() else ""

    def text(self, row: int, part: int) -> str:
        return str(self.form.columns.index(row, part).data(TEXT))

    def names(self) -> list[str]:
        return [self.text(row, NAME) for row in range(self.form.columns.rowCount())]

    def used(self) -> list[str]:
        model = self.form.columns
        return [self.text(row, NAME) for row in range(model.rowCount()) if model.index(row, USE).data(CHECK) is Qt.CheckState.Checked]

    def click(self, name: str) -> None:
        button = self.dialog.findChild(QAbstractButton, name)
        assert button is not None
        at = QPoint(12, button.height() // 2) if isinstance(button, QCheckBox) else button.rect().center()
        self.qtbot.mouseClick(button, LEFT, pos=at)

    def click_cell(self, row: int, part: int) -> None:
        view = self.form.columns_view
        box = view.visualRect(self.form.columns.index(row, part))
        at = QPoint(box.left() + 18, box.center().y()) if part == USE else box.center()
        self.qtbot.mouseClick(view.viewport(), LEFT, pos=at)

    def choose(self, name: str, value: str) -> None:
        """Choose in a list by the keyboard, as far as the value is."""
        combo = self.dialog.findChild(QComboBox, name)
        assert combo is not None
        combo.setFocus()
        steps = combo.findData(value) - combo.currentIndex()
        for _ in range(abs(steps)):
            self.qtbot.keyClick(combo, KEY.Key_Down if steps > 0 else KEY.Key_Up)
            self.wait()

    def use(self) -> tuple[OwnTable, DataFacts]:
        self.click("tableUse")
        self.qtbot.waitUntil(lambda: bool(self.settled))
        return self.settled[0]


@pytest.fixture
def errands() -> Iterator[Errands]:
    errands = Errands("tables in tests")
    yield errands
    errands.close()


@pytest.fixture
def make_desk(qtbot: QtBot, theme: Theme, errands: Errands) -> Callable[..., Desk]:
    def make(before: OwnTable | None = None) -> Desk:
        dialog = TableDialog(theme, errands, before)
        qtbot.addWidget(dialog)
        dialog.show()
        return Desk(qtbot, dialog)

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    """Semicolons, decimal commas, cp1252, a date, a column that counts, and missing values."""
    draw = random.Random(1)
    lines = ["id;sold;town;area;garden;price"]
    for i in range(100):
        area = 40 + 100 * draw.random()
        garden = "" if i % 20 == 0 else draw.choice(("yes", "no"))
        row = f"{i};2021-03-{i % 28 + 1:02};{draw.choice(('Malmö', 'Oulu', 'Århus'))};{area:.1f};{garden};{area * 2100.5:.2f}"
        lines.append(row.replace(".", ","))
    path = tmp_path / "houses.csv"
    path.write_bytes("\n".join(lines).encode("cp1252"))
    return path


@pytest.fixture
def codes(tmp_path: Path) -> Path:
    """Numbers without names, of which the first are codes."""
    draw = random.Random(2)
    path = tmp_path / "codes.tsv"
    path.write_text("".join(f"{draw.choice((10, 20, 30))}\t{draw.random():.3f}\t{draw.choice((1, 2))}\n" for _ in range(60)))
    return path


def test_it_begins_with_the_ways_to_a_table(desk: Desk):
    assert desk.dialog.is_empty
    assert "paste" in desk.form.hint.text()
    assert desk.form.hint.isVisible()
    assert not desk.form.use.isEnabled()
    assert not desk.form.options.isVisible()


def test_what_was_guessed_is_shown(desk: Desk, houses: Path):
    desk.open(houses)
    reading = desk.form.reading
    assert [field.currentText() for field in (reading.separator, reading.header, reading.decimal)] == [
        "semicolon (guessed)", "names (guessed)", "comma 1,5 (guessed)"]  # fmt: skip
    assert reading.encoding.currentText().startswith("cp125")
    assert desk.names() == ["id", "sold", "town", "area", "garden", "price"]
    assert desk.used() == ["town", "area", "garden"]
    assert (desk.text(2, KIND), desk.text(3, KIND), desk.text(1, KIND)) == ("category", "number", "date")
    assert desk.text(4, MISSING) == "5 (5.0 %)"
    assert "Malmö" in desk.text(2, HOLDS)
    assert desk.text(1, HOLDS).startswith("Left out: sold holds dates")
    assert desk.text(5, USE) == "target"
    assert desk.form.measure.text() == "100 rows, 6 columns"
    assert "predict price (values): 76 rows to learn from, 19 to test on; 5 with missing values left out" in desk.form.summary.text()
    assert desk.form.rows.model().rowCount() == 50
    assert desk.form.rows.model().index(0, 2).data(TEXT) in ("Malmö", "Oulu", "Århus")


def test_using_it_hands_over_settings_whose_facts_are_at_hand(desk: Desk, houses: Path):
    desk.open(houses)
    desk.click("tableInside")
    data, facts = desk.use()
    assert (data.path, data.text, len(data.sha256)) == (str(houses), "", 64)
    assert data.validation == Validation(use="test")
    assert data.target_scaling == "standard", "values far from 0 are learnt better so"
    assert (facts.task, facts.target_name, facts.train_samples, facts.test_samples) == (Task.REGRESSION, "price", 76, 19)
    assert not desk.dialog.isVisible()


def test_a_small_table_travels_inside_the_project(desk: Desk, houses: Path):
    desk.open(houses)
    assert desk.form.options.inside.isChecked()
    data, facts = desk.use()
    assert (data.path, data.sha256, data.encoding) == ("", "", "auto")
    assert "Malmö" in data.text
    assert facts.input_shape == (6,)


def test_a_wrong_guess_is_corrected_by_mouse_and_keys(desk: Desk, codes: Path):
    desk.open(codes)
    assert "2 inputs predict column 3 (2 classes)" in desk.form.summary.text()
    desk.click_cell(0, KIND)
    editor = desk.form.columns_view.findChild(QComboBox, "kindChoice")
    assert editor is not None
    desk.qtbot.keyClick(editor.view(), KEY.Key_End)
    desk.qtbot.keyClick(editor.view(), KEY.Key_Return)
    desk.wait()
    assert desk.text(0, KIND) == "category"
    assert "4 inputs predict" in desk.form.summary.text()
    desk.choose("tableTask", "regression")
    assert "(values)" in desk.form.summary.text()
    desk.choose("tableTarget", "column 2")
    assert desk.text(1, USE) == "target"
    assert desk.used() == ["column 1", "column 3"]
    data, facts = desk.use()
    assert (data.target, data.kinds, facts.task) == ("column 2", {"column 1": "category"}, Task.REGRESSION)


def test_the_kind_goes_back_to_the_guess(desk: Desk, codes: Path):
    desk.open(codes)
    view = desk.form.columns_view
    for key, kind in ((KEY.Key_End, "category"), (KEY.Key_Home, "number")):
        view.setFocus()
        view.setCurrentIndex(desk.form.columns.index(0, KIND))
        desk.qtbot.keyClick(view, KEY.Key_Return)
        editor = view.findChild(QComboBox, "kindChoice")
        assert editor is not None
        desk.qtbot.keyClick(editor.view(), key)
        desk.qtbot.keyClick(editor.view(), KEY.Key_Return)
        desk.wait()
        desk.qtbot.waitUntil(lambda: view.findChild(QComboBox, "kindChoice") is None)
        assert desk.text(0, KIND) == kind


def test_header_and_separator_are_corrected(desk: Desk, codes: Path):
    desk.open(codes)
    desk.choose("tableHeader", "yes")
    assert desk.form.measure.text() == "59 rows, 3 columns"
    desk.choose("tableSeparator", ";")
    assert desk.form.measure.text() != "59 rows, 3 columns" or desk.said
    desk.choose("tableSeparator", "\t")
    desk.choose("tableHeader", "no")
    assert desk.form.measure.text() == "60 rows, 3 columns"
    assert desk.form.use.isEnabled()


def test_columns_are_left_out_by_mouse_and_space_but_never_all(desk: Desk, houses: Path):
    desk.open(houses)
    desk.click_cell(2, USE)
    assert desk.used() == ["area", "garden"]
    view = desk.form.columns_view
    view.setFocus()
    view.setCurrentIndex(desk.form.columns.index(4, NAME))
    desk.qtbot.keyClick(view, KEY.Key_Space)
    assert desk.used() == ["area"]
    desk.click_cell(3, USE)
    assert desk.used() == ["area"]
    assert "At least one column" in desk.said
    desk.click_cell(1, USE)
    assert desk.used() == ["area"], "dates are no numbers"
    desk.click_cell(0, USE)
    data, facts = desk.use()
    assert (data.columns, facts.input_names) == (("id", "area"), ("id", "area"))


def test_missing_values_are_filled_and_the_train_share_is_chosen(desk: Desk, houses: Path):
    desk.open(houses)
    desk.choose("tableMissing", "fill")
    assert "left out" not in desk.form.summary.text()
    slider = desk.dialog.findChild(QSlider, "tableTrainShare")
    assert slider is not None
    slider.setFocus()
    desk.qtbot.keyClick(slider, KEY.Key_PageDown)
    data, facts = desk.use()
    assert (data.missing, data.train_fraction) == ("fill", 0.75)
    assert (facts.train_samples, facts.test_samples) == (75, 25)


def _binary(path: Path) -> None:
    path.write_bytes(random.Random(3).randbytes(4000))


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "1,2\n")


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "binary": (_binary, "binary"),
    "zip": (_zip, "zip archive"),
    "empty": (lambda path: path.write_bytes(b""), "empty"),
    "gone": (lambda path: None, "not there"),
    "folder": (lambda path: path.mkdir(), "folder"),
    "wide": (lambda path: path.write_text((",".join(f"c{i}" for i in range(10_000)) + "\n") * 3), "10,000 columns"),
    "header only": (lambda path: path.write_text("a,b,c\n"), ""),
    "one class": (lambda path: path.write_text("a,kind\n" + "1,x\n2,x\n3,x\n"), ""),
    "nothing but missing": (lambda path: path.write_text("a,b\n" + "NaN,NaN\n" * 5), ""),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_a_sentence_and_another_can_be_chosen(desk: Desk, tmp_path: Path, houses: Path, kind: str):
    make, word = BAD[kind]
    path = tmp_path / "bad.csv"
    make(path)
    desk.open(path)
    assert word in desk.said
    assert desk.said.endswith(".")
    assert desk.form.message.property("kind") == "problem"
    assert not desk.form.use.isEnabled()
    desk.open(houses)
    assert desk.said == ""
    assert desk.form.use.isEnabled()


def test_a_wrong_encoding_is_marked_and_corrected(desk: Desk, houses: Path):
    desk.open(houses)
    desk.choose("tableEncoding", "utf-8")
    assert "utf-8" in desk.said
    assert desk.form.reading.encoding.property("bad") is True
    assert not desk.form.use.isEnabled()
    desk.choose("tableEncoding", "cp1252")
    assert desk.said == ""
    assert desk.form.reading.encoding.property("bad") is False
    assert desk.form.use.isEnabled()


def test_copied_cells_are_pasted_with_the_keyboard(desk: Desk):
    QGuiApplication.clipboard().setText("height\tkind\n1,5\ta\n2,5\tb\n3,5\ta\n4,5\tb\n")
    desk.qtbot.keyClick(desk.dialog, KEY.Key_V, Qt.KeyboardModifier.ControlModifier)
    desk.wait()
    assert desk.names() == ["height", "kind"]
    assert not desk.form.reading.encoding.isEnabled()
    assert not desk.form.options.inside.isEnabled()
    data, facts = desk.use()
    assert data.text.startswith("height\tkind")
    assert facts.classes == ("a", "b")


@pytest.mark.parametrize(
    ("text", "word"), [("", "no text"), ("  \n", "no text"), ("1,2\n" * (MAX_TEXT // 4 + 1), "Expected at most 2,000,000")]
)
def test_what_cannot_be_pasted_is_said_and_the_table_before_stays(desk: Desk, houses: Path, text: str, word: str):
    desk.open(houses)
    desk.dialog.open_text(text)
    assert word in desk.said
    assert desk.names()[0] == "id"
    assert desk.form.use.isEnabled()


def test_text_with_bytes_that_no_text_has_can_be_pasted(desk: Desk):
    desk.dialog.open_text("a,b\n1,\0\n2,x\n")
    desk.wait()
    assert desk.names() == ["a", "b"]


def test_words_that_look_like_html_are_shown_as_they_are(desk: Desk):
    name = "<img src=x><b>bold</b>"
    desk.dialog.open_text(f"a,{name}\n1,<i>x</i>\n2,y\n3,y\n")
    desk.wait()
    tip = desk.form.columns.index(1, NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    assert "&lt;img" in tip
    for label in desk.dialog.findChildren(QLabel):
        if name in label.text():
            assert label.textFormat() is Qt.TextFormat.PlainText
    assert name in desk.form.summary.text()


def test_a_file_is_chosen_or_dropped(desk: Desk, houses: Path, codes: Path):
    desk.click("tableChoose")
    chooser = desk.dialog.findChild(QFileDialog, "tableFileDialog")
    assert chooser is not None
    chooser.fileSelected.emit(str(houses))
    chooser.done(0)
    desk.wait()
    assert desk.names()[0] == "id"
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(codes))])
    actions = Qt.DropAction.CopyAction
    desk.dialog.dropEvent(QDropEvent(QPointF(9, 9), actions, mime, LEFT, Qt.KeyboardModifier.NoModifier))
    desk.wait()
    assert desk.names()[0] == "column 1"


def test_a_look_can_be_stopped_and_the_newest_counts(desk: Desk, tmp_path: Path, houses: Path):
    large = tmp_path / "large.csv"
    large.write_text("a,b\n" + "1.25,2.5\n" * 400_000)
    desk.dialog.open_file(large)
    desk.dialog._say_looking()
    assert "Looking at large.csv" in desk.said
    desk.click("tableStop")
    assert "Stopped" in desk.said
    assert not desk.form.use.isEnabled()
    desk.dialog.open_file(large)
    desk.open(houses)
    assert desk.names()[0] == "id"
    desk.dialog.open_file(large)
    desk.qtbot.keyClick(desk.dialog, KEY.Key_Escape)
    assert not desk.dialog.isVisible()
    assert desk.settled == []


def test_enter_uses_the_table_even_while_it_is_looked_at(desk: Desk, houses: Path):
    desk.open(houses)
    desk.form.use.setFocus()
    desk.form.reading.asked.emit("decimal", ",")
    assert desk.dialog.look.busy
    desk.dialog.accept()
    desk.qtbot.waitUntil(lambda: bool(desk.settled))
    assert desk.settled[0][0].decimal == ","


def test_the_projects_table_is_shown_with_its_settings(make_desk: Callable[..., Desk], houses: Path):
    before = OwnTable(
        name="csv", path=str(houses), target="garden", columns=("area",), missing="fill", train_fraction=0.7, kinds={"area": "number"}
    )
    desk = make_desk(before)
    desk.dialog.open_settings(before)
    desk.wait()
    assert desk.used() == ["area"]
    assert not desk.form.options.inside.isChecked(), "it refers to the file, and goes on to do so"
    data, _ = desk.use()
    assert data == before.model_copy(update={"sha256": data.sha256})


def test_another_file_begins_anew_but_for_what_is_no_matter_of_the_file(make_desk: Callable[..., Desk], houses: Path, codes: Path):
    before = OwnTable(name="csv", path=str(houses), target="garden", columns=("area",), missing="fill", train_fraction=0.7)
    desk = make_desk(before)
    desk.open(codes)
    data, _ = desk.use()
    assert (data.target, data.columns, data.missing, data.train_fraction) == ("", (), "fill", 0.7)


def test_two_thousand_columns_are_shown(desk: Desk, tmp_path: Path):
    path = tmp_path / "genes.csv"
    path.write_text(",".join(f"gene {i}" for i in range(2000)) + "\n" + (",".join(f"{i / 7:.2f}" for i in range(2000)) + "\n") * 2)
    desk.open(path)
    assert desk.form.columns.rowCount() == 2000
    assert desk.form.options.target.count() + sum(not c.usable for c in desk.dialog._draft.survey.columns) == 2000
    desk.dialog.grab()


def test_every_part_has_a_name_a_tooltip_and_can_be_reached_by_keys(desk: Desk, houses: Path):
    desk.open(houses)
    kinds = (QAbstractButton, QComboBox, QSlider, QLineEdit)
    parts = [w for kind in kinds for w in desk.dialog.findChildren(kind) if w.isVisible() and not w.objectName().startswith("qt_")]
    parts += [desk.form.columns_view, desk.form.rows]
    assert len(parts) > 14
    for widget in parts:
        assert widget.accessibleName() or getattr(widget, "text", str)(), widget
        assert widget.toolTip(), widget.objectName()
        assert widget.objectName(), widget
    reached: set[QWidget | None] = set()
    for _ in range(60):
        reached.add(desk.dialog.focusWidget())
        desk.qtbot.keyClick(desk.dialog.focusWidget() or desk.dialog, KEY.Key_Tab)
    assert {w.objectName() for w in parts if w.isEnabled()} <= {w.objectName() for w in reached if w is not None}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_it_fits_on_a_small_screen(theme: Theme, make_desk: Callable[..., Desk], houses: Path, dark: bool, zoom: float):
    theme.set_dark(dark)
    theme.set_zoom(zoom)
    desk = make_desk()
    desk.open(houses)
    desk.dialog.grab()
    assert desk.dialog.width() <= 1024
    assert desk.dialog.height() <= 700


def test_the_survey_tells_every_kind(desk: Desk):
    assert {desk.form.columns.kind_text(kind) for kind in Kind} == {"number", "category", "text", "date", "constant", "empty"}


def test_a_long_count_of_missing_values_is_shown_whole(desk: Desk, tmp_path: Path):
    path = tmp_path / "gaps.csv"
    path.write_text("a,b,y\n" + "".join(f"{i},{'' if i else 7},{i % 7}\n" for i in range(12_345)))
    desk.open(path)
    assert desk.text(1, MISSING) == "12,344 (100.0 %)"
    view = desk.form.columns_view
    needed = view.sizeHintForIndex(desk.form.columns.index(1, MISSING)).width()
    assert view.columnWidth(MISSING) >= needed
    desk.dialog.resize(desk.dialog.minimumSize())
    assert view.columnWidth(HOLDS) > view.columnWidth(MISSING)


def test_numbers_in_units_are_said_and_can_be_words(desk: Desk, tmp_path: Path):
    path = tmp_path / "prices.csv"
    path.write_text("area;price;y\n" + "".join(f"{i};{i % 9} 154,22 €;{'ab'[i % 2]}\n" for i in range(60)))
    desk.open(path)
    note = "price is read as numbers in € and with spaces between thousands; choose category to have its words."
    assert note in desk.said
    assert desk.text(1, HOLDS).endswith(", in €")
    assert note in str(desk.form.columns.index(1, HOLDS).data(Qt.ItemDataRole.ToolTipRole)).replace("&euro;", "€")
    desk.form.columns.kind_asked.emit("price", "category")
    desk.wait()
    assert (desk.text(1, KIND), desk.text(1, HOLDS)) == ("category", "9 different: 0 154,22 € 7, 1 154,22 € 7, 2 154,22 € 7, 3 154,22 € 7")
    assert note not in desk.said


def test_rows_without_the_target_are_told_apart(desk: Desk, tmp_path: Path):
    path = tmp_path / "gaps.csv"
    path.write_text("a,y\n" + "".join(f"{'' if i % 4 == 0 else i},{'' if i % 5 == 0 else i / 2}\n" for i in range(40)))
    desk.open(path)
    assert desk.form.summary.text().endswith("; 6 without y and 8 with other missing values left out")
    desk.choose("tableMissing", "fill")
    assert desk.form.summary.text().endswith("; 6 without y left out")
