"""How a table is written: separator, header, decimals and letters, each as it was guessed or as one says."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QWidget

from nnplayground.core.data_spec import OwnTable
from nnplayground.data.own.table_survey import Survey
from nnplayground.ui.theme.theme import Role, Theme, dress

ENCODINGS = ("utf-8", "cp1252", "utf-16", "iso8859-15", "cp1250", "cp1251", "koi8-r", "gb18030", "big5", "shift_jis", "euc-kr")


class Choices(QComboBox):
    """Words for the values of a setting; the first is 'auto', and says what was guessed."""

    value_chosen = Signal(object)
    """A value, chosen by the person."""

    def __init__(self, name: str, tooltip: str, object_name: str, words: dict[str, str], auto: str) -> None:
        super().__init__()
        self._words, self._auto = words, auto
        self.setObjectName(object_name)
        self.setAccessibleName(name)
        self.setToolTip(tooltip)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(90)
        self.addItem(auto, "auto")
        for value, text in words.items():
            self.addItem(text, value)
        self.activated.connect(lambda _: self.value_chosen.emit(self.currentData()))

    def show_value(self, value: str, guessed: str | None) -> None:
        """Show a setting, and beside 'auto' what was guessed; None when nothing was."""
        found = self._words.get(guessed, guessed) if guessed is not None else None
        self.setItemText(0, self.tr("{value} (guessed)").format(value=found) if found and value == "auto" else self._auto)
        if self.findData(value) < 0:
            self.addItem(value, value)
        self.setCurrentIndex(self.findData(value))

    def show_bad(self, bad: bool) -> None:
        dress(self, "bad", bad)


class ReadingRow(QWidget):
    """Asks for settings by `asked`; each makes the table be looked at anew."""

    asked = Signal(str, object)
    """The setting's name, and its new value."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tr = self.tr
        auto = tr("guess it")
        self.separator = Choices(
            tr("Separator"), tr("What stands between two values"), "tableSeparator",
            {",": tr("comma"), ";": tr("semicolon"), "\t": tr("tab"), "|": tr("bar |"), " ": tr("space")}, auto)  # fmt: skip
        self.header = Choices(
            tr("First row"), tr("Whether the first row holds the columns' names"), "tableHeader",
            {"yes": tr("names"), "no": tr("values")}, auto)  # fmt: skip
        self.decimal = Choices(
            tr("Decimals"), tr("What stands before a number's decimals"), "tableDecimal",
            {".": tr("point 1.5"), ",": tr("comma 1,5")}, auto)  # fmt: skip
        self.encoding = Choices(
            tr("Letters"), tr("How letters are written in the file: its encoding"), "tableEncoding", {e: e for e in ENCODINGS}, auto)
        self.fields = {"separator": self.separator, "header": self.header, "decimal": self.decimal, "encoding": self.encoding}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        for i, (name, field) in enumerate(self.fields.items()):
            label = QLabel(field.accessibleName())
            label.setBuddy(field)
            label.setProperty("tone", "muted")
            theme.use_font(label, Role.HELPER)
            grid.addWidget(label, 0, i, Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(field, 1, i)
            grid.setColumnStretch(i, 1)
            field.value_chosen.connect(lambda value, name=name: self.asked.emit(name, value))

    def show_settings(self, data: OwnTable, survey: Survey | None, wrong: str) -> None:
        """`wrong` is the place of the setting that is at fault, as in a recipe."""
        guesses: dict[str, Any] = {}
        if survey is not None:
            guesses = {"separator": survey.separator, "decimal": survey.decimal, "encoding": survey.encoding}
            guesses["header"] = "yes" if survey.header else "no"
        for name, field in self.fields.items():
            field.show_value(getattr(data, name), guesses.get(name))
            field.show_bad(wrong == f"data.{name}")
        self.encoding.setEnabled(bool(data.path))
