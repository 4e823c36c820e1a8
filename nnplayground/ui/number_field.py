"""Spin boxes that write a true minus sign, and read whichever is typed."""

from __future__ import annotations

import re

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

from nnplayground.ui.theme.numbers import MINUS

GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?")


class NumberField(QDoubleSpinBox):
    """A number with decimals, as all numbers in the window are written. A comma is read as a point where it is one."""

    def textFromValue(self, value: float) -> str:
        return super().textFromValue(value).replace("-", MINUS)

    def valueFromText(self, text: str) -> float:
        return super().valueFromText(self._read(text))

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        read = self._read(text)
        if "," in read:  # Qt would leave commas out, wherever they stand
            return QValidator.State.Invalid, text, place
        state, _text, place = super().validate(read, place)
        return state, text, place

    def _read(self, text: str) -> str:
        """As Qt reads it: '70,5' is 70.5, and '1,234' is 1234 where the field holds so much."""
        number = text.replace(MINUS, "-").removeprefix(self.prefix()).removesuffix(self.suffix())
        if GROUPED.fullmatch(digits := number.lstrip("-")) and float(digits.replace(",", "")) <= max(self.maximum(), -self.minimum()):
            return text.replace(MINUS, "-").replace(",", "")
        return text.replace(MINUS, "-").replace(",", ".") if number.count(",") == 1 and "." not in number else text.replace(MINUS, "-")


class WholeNumberField(QSpinBox):
    """A number without decimals."""

    def textFromValue(self, value: int) -> str:
        return super().textFromValue(value).replace("-", MINUS)

    def valueFromText(self, text: str) -> int:
        return super().valueFromText(text.replace(MINUS, "-"))

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        state, _text, place = super().validate(text.replace(MINUS, "-"), place)
        return state, text, place
