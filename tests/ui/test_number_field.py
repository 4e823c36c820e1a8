"""Numbers are written with a true minus sign, and read with either."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication
from pytestqt.qtbot import QtBot

from nnplayground.ui.number_field import NumberField, WholeNumberField


def typed(field: QAbstractSpinBox, text: str) -> None:
    """Keys whose letters QTest does not know."""
    for letter in text:
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))


@pytest.fixture
def field(qtbot: QtBot) -> NumberField:
    field = NumberField()
    qtbot.addWidget(field)
    field.setRange(-10, 10)
    field.setDecimals(2)
    field.show()
    return field


def test_a_number_below_0_has_a_true_minus_sign(field: NumberField) -> None:
    field.setValue(-1.5)
    assert field.text() == "\N{MINUS SIGN}1.50"


@pytest.mark.parametrize("minus", ["-", "\N{MINUS SIGN}"])
def test_both_signs_can_be_typed(field: NumberField, qtbot: QtBot, minus: str) -> None:
    field.selectAll()
    typed(field, f"{minus}2.25")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == -2.25
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert (field.value(), field.text()) == (-3.25, "\N{MINUS SIGN}3.25")


def test_what_is_no_number_cannot_be_typed(field: NumberField, qtbot: QtBot) -> None:
    field.selectAll()
    typed(field, "x\N{MINUS SIGN}\N{MINUS SIGN}4")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == -4


@pytest.mark.parametrize("minus", ["-", "\N{MINUS SIGN}"])
def test_whole_numbers_have_it_too(qtbot: QtBot, minus: str) -> None:
    field = WholeNumberField()
    qtbot.addWidget(field)
    field.setRange(-5_000, 5_000)
    field.setGroupSeparatorShown(True)
    field.show()
    field.selectAll()
    typed(field, f"{minus}1234")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert (field.value(), field.text()) == (-1233, "\N{MINUS SIGN}1,233")


@pytest.mark.parametrize(
    ("text", "most", "value"),
    [("70,5", 100, 70.5), (",25", 100, 0.25), ("1,234", 5_000, 1_234), ("1,234", 100, 1.23), ("0,125", 5_000, 0.12),
     ("1,234.5", 5_000, 1_234.5), ("7,5,5", 5_000, 7.55), ("-3,5", 100, -3.5)],
)  # fmt: skip
def test_a_comma_is_read_as_what_it_is(field: NumberField, qtbot: QtBot, text: str, most: float, value: float) -> None:
    field.setRange(-most, most)
    field.selectAll()
    typed(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == pytest.approx(value, abs=0.011)


def test_a_comma_is_read_beside_a_unit(field: NumberField, qtbot: QtBot) -> None:
    field.setSuffix(" m")
    field.selectAll()
    typed(field, "4,25")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (field.value(), field.text()) == (4.25, "4.25 m")
