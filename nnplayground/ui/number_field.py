"""Spin boxes that write a true minus sign, and read whichever is typed."""

from __future__ import annotations

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

from nnplayground.ui.theme.numbers import MINUS


class NumberField(QDoubleSpinBox):
    """A number with decimals, as all numbers in the window are written."""

    def textFromValue(self, value: float) -> str:
        return super().textFromValue(value).replace("-", MINUS)

    def valueFromText(self, text: str) -> float:
        return super().valueFromText(text.replace(MINUS, "-"))

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        state, _text, place = super().validate(text.replace(MINUS, "-"), place)
        return state, text, place


class WholeNumberField(QSpinBox):
    """A number without decimals."""

    def textFromValue(self, value: int) -> str:
        return super().textFromValue(value).replace("-", MINUS)

    def valueFromText(self, text: str) -> int:
        return super().valueFromText(text.replace(MINUS, "-"))

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        state, _text, place = super().validate(text.replace(MINUS, "-"), place)
        return state, text, place
