"""One control for each kind of argument. All say `edited` with the new value, or `refused` with a sentence."""

from __future__ import annotations

import math
import re
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QLineEdit, QSizePolicy, QSpinBox, QWidget

from nnplayground.core.value import Typed, snake_case
from nnplayground.ui.inspector.fields import Description, Kind
from nnplayground.ui.theme.numbers import MINUS
from nnplayground.ui.theme.theme import Role, Theme

MOST = 2**31 - 1
NARROWEST = 78


class Editor(QObject):
    """A control and its value. `edited` is emitted when a person changes it, never by `show_value`."""

    edited = Signal(object)
    refused = Signal(str)
    focused = Signal()
    """The control is entered: what is typed from now on belongs together."""

    widget: QWidget

    def __init__(self, about: Description, parent: QObject) -> None:
        super().__init__(parent)
        self.about = about

    def show_value(self, value: Any) -> None:
        raise NotImplementedError

    def _adopt(self, widget: QWidget) -> None:
        self.widget = widget
        widget.setObjectName(f"field-{self.about.name}")
        widget.setAccessibleName(self.about.name)
        widget.setToolTip(self.about.help)
        widget.setAccessibleDescription(self.about.help)
        widget.installEventFilter(self)
        if not isinstance(widget, QCheckBox):
            # The form is as wide as its panel, whatever the longest word of a list.
            widget.setMinimumWidth(NARROWEST)
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit()
        # The wheel scrolls the form; it does not change what it happens to pass over.
        if isinstance(event, QWheelEvent) and not self.widget.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class IntegerEditor(Editor):
    """A spin box with the argument's own limits."""

    def __init__(self, about: Description, parent: QObject) -> None:
        super().__init__(about, parent)
        self.box = QSpinBox()
        low, high = about.low, about.high
        self.box.setRange(int(low) if low is not None else -MOST, int(high) if high is not None else MOST)
        self.box.setAccelerated(True)
        self.box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToPreviousValue)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.valueChanged.connect(self.edited.emit)
        self.box.lineEdit().setTextMargins(6, 0, 0, 0)
        self.box.lineEdit().textEdited.connect(self._on_text)
        self._adopt(self.box)

    def show_value(self, value: Any) -> None:
        if value != self.box.value():
            with QSignalBlocker(self.box):
                self.box.setValue(value)

    def _on_text(self, text: str) -> None:
        if not self.box.lineEdit().hasAcceptableInput():
            self.refused.emit(f"expected {_wanted(self.about, 'a whole number')}; found {text or 'nothing'}")


class TextEditor(Editor):
    """A line of text that stands for a value: what cannot be read is refused, and changes nothing."""

    def __init__(self, about: Description, parent: QObject) -> None:
        super().__init__(about, parent)
        self.line = QLineEdit()
        self.line.setPlaceholderText("None" if about.optional else "")
        self.line.textEdited.connect(self._on_text)
        self._adopt(self.line)

    def show_value(self, value: Any) -> None:
        # What is being typed stays as it is typed: "0.10" is 0.1, and so is on its way to "0.105".
        try:
            same = self.read(self.line.text()) == value
        except ValueError:
            same = False
        if not same or not self.line.hasFocus():
            self.line.setText(self.write(value))

    def read(self, text: str) -> Any:
        """The value that a text stands for. Raises ValueError with a sentence."""
        return text.strip() or None

    def write(self, value: Any) -> str:
        return "" if value is None else str(value)

    def _on_text(self, text: str) -> None:
        try:
            value = self.read(text)
        except ValueError as error:
            self.refused.emit(str(error))
        else:
            self.edited.emit(value)


class NumberEditor(TextEditor):
    """A number as it is typed: `0.01`, `1e-3`."""

    def read(self, text: str) -> float | None:
        text = text.strip().replace(MINUS, "-")
        if not text and self.about.optional:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise ValueError(f"expected {_wanted(self.about, 'a number')}; found {text or 'nothing'}")
        return value

    def write(self, value: Any) -> str:
        return "" if value is None else f"{value:.12g}"


class NumbersEditor(TextEditor):
    """Several whole numbers in one line: `3, 3`."""

    def read(self, text: str) -> Any:
        words = [w for w in re.split(r"[\s,;×x]+", text.strip().strip("()[]").replace(MINUS, "-")) if w]
        if not words and self.about.optional:
            return None
        try:
            numbers = tuple(int(w) for w in words)
        except ValueError:
            raise ValueError(f"expected whole numbers with commas between, as 3, 3; found {text}") from None
        # A single number goes on as it is: where Keras takes 3 for (3, 3), so does the layer.
        if not numbers:
            raise ValueError("expected whole numbers with commas between, as 3, 3; found nothing")
        return numbers

    def write(self, value: Any) -> str:
        return "" if value is None else ", ".join(str(n) for n in value)


class SwitchEditor(Editor):
    """A check box; its name is its label."""

    def __init__(self, about: Description, parent: QObject, theme: Theme) -> None:
        super().__init__(about, parent)
        self.box = QCheckBox(about.name)
        theme.use_font(self.box, Role.HELPER)
        self.box.clicked.connect(self.edited.emit)
        self._adopt(self.box)

    def show_value(self, value: Any) -> None:
        self.box.setChecked(bool(value))


class ChoiceEditor(Editor):
    """One of a few words."""

    def __init__(self, about: Description, parent: QObject) -> None:
        super().__init__(about, parent)
        self.box = _combo()
        if about.optional:
            self.box.addItem("None", None)
        for word in about.choices:
            self.box.addItem(word, word)
        self.box.activated.connect(lambda i: self.edited.emit(self.box.itemData(i)))
        self._adopt(self.box)

    def show_value(self, value: Any) -> None:
        self.box.setCurrentIndex(self.box.findData(value))


class ObjectEditor(Editor):
    """The class of a Keras object. A new class comes with its own defaults; its arguments are a form of their own."""

    def __init__(self, about: Description, parent: QObject) -> None:
        super().__init__(about, parent)
        self.box = _combo()
        if about.optional:
            self.box.addItem("None")
        self._classes: list[type[Typed] | None] = [*([None] if about.optional else []), *about.classes]
        for cls in about.classes:
            # Keras's short names, as people write them; layers keep the names of their classes.
            is_layer = "trainable" in cls.model_fields
            self.box.addItem(cls.__name__ if is_layer else snake_case(cls.__name__))
        self._current: type[Typed] | None = None
        self.box.activated.connect(self._on_choice)
        self._adopt(self.box)

    def show_value(self, value: Any) -> None:
        self._current = None if value is None else type(value)
        self.box.setCurrentIndex(self._classes.index(self._current))

    def _on_choice(self, index: int) -> None:
        cls = self._classes[index]
        if cls is not self._current:
            self.edited.emit(cls() if cls is not None else None)


def make_editor(about: Description, theme: Theme, parent: QObject) -> Editor:
    """The control for an argument."""
    match about.kind:
        case Kind.INTEGER if not about.optional:
            return IntegerEditor(about, parent)
        case Kind.INTEGER:
            return OptionalIntegerEditor(about, parent)
        case Kind.NUMBER:
            return NumberEditor(about, parent)
        case Kind.NUMBERS:
            return NumbersEditor(about, parent)
        case Kind.SWITCH:
            return SwitchEditor(about, parent, theme)
        case Kind.CHOICE:
            return ChoiceEditor(about, parent)
        case Kind.OBJECT:
            return ObjectEditor(about, parent)
        case Kind.TEXT:
            return TextEditor(about, parent)


class OptionalIntegerEditor(TextEditor):
    """A whole number, or nothing."""

    def read(self, text: str) -> int | None:
        text = text.strip()
        if not text:
            return None
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"expected {_wanted(self.about, 'a whole number')}; found {text}") from None


def _combo() -> QComboBox:
    box = QComboBox()
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    box.setMaxVisibleItems(16)
    return box


def _wanted(about: Description, what: str) -> str:
    """`a number from 0 to 1`, as far as there are limits."""
    low = None if about.low is None else f"{about.low:,.12g}"
    high = None if about.high is None else f"{about.high:,.12g}"
    if low is not None and high is not None:
        return f"{what} from {low} to {'below ' if about.high_excluded else ''}{high}"
    if low is not None:
        return f"{what} above {low}" if about.low_excluded else f"{what} of {low} or more"
    return what if high is None else f"{what} up to {high}"
