"""One control for each plain kind of argument: a number, a word, a text, yes or no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from nnplayground.ui.number_field import WholeNumberField
from nnplayground.ui.theme.theme import Role, Theme, dress

PADDING = 12
WIDEST_INT = 2**31 - 1
NONE = "None"


class Combo(QComboBox):
    """A chooser whose list may be wider than itself."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaxVisibleItems(16)

    def widest(self) -> int:
        """How wide it would be for its longest word."""
        words = (self.itemText(i) for i in range(self.count()))
        return max(map(self.fontMetrics().horizontalAdvance, words), default=0) + 3 * PADDING

    def showPopup(self) -> None:  # noqa: N802
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * PADDING)
        super().showPopup()


class Field(QWidget):
    """A control for one argument. `changed` carries a value that the description has yet to accept."""

    changed = Signal(object)
    typed = Signal(object)
    """The same, while it is still being typed: a value that is refused was not finished yet, and nothing is said."""
    unfolded = Signal()
    """`below` answers differently now."""

    holds_text = False
    """Whether what was typed stays to be seen, whatever value is shown."""
    session = 0
    """Counts how often typing was finished: what is typed, or counted up, in one go can be undone in one step."""
    wide = False
    """Whether it wants the whole width of a form, below the argument's name."""

    def __init__(self, theme: Theme, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        theme.use_font(control, Role.CONTROL)
        control.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        control.setMinimumWidth(90)
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        control.installEventFilter(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(control)
        self.setFocusProxy(control)

    def introduce(self, name: str, title: str, tooltip: str) -> None:
        """Give the control its object name, its accessible name and its help."""
        self.control.setObjectName(name)
        self.control.setAccessibleName(title)
        self.control.setToolTip(tooltip)

    def show_value(self, value: Any) -> None:
        """Show a value; emits nothing."""
        raise NotImplementedError

    def forget(self) -> None:
        """Drop what was typed and not finished: it was meant for another value than the next one shown."""

    def below(self, value: Any) -> tuple[Any, Any] | None:
        """What of a value is edited below the control, its kind first; None when the control says it all."""
        return None

    def wanted_width(self) -> int:
        """The width at which no word of the control would be cut off; 0 where any width will do."""
        return 0

    def set_bad(self, bad: bool) -> None:
        """Mark the control as having a problem."""
        mark(self.control, bad=bad)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Wheel and watched is self.control and not self.control.hasFocus():
            event.ignore()  # the form is scrolled, and nothing under the pointer changes
            return True
        return super().eventFilter(watched, event)


class IntField(Field):
    def __init__(self, theme: Theme, info: FieldInfo, *, as_you_type: bool) -> None:
        self._spin = WholeNumberField()
        super().__init__(theme, self._spin)
        limits = {type(m).__name__: m for m in info.metadata}
        low = limits["Ge"].ge if "Ge" in limits else limits["Gt"].gt + 1 if "Gt" in limits else -WIDEST_INT
        high = limits["Le"].le if "Le" in limits else limits["Lt"].lt - 1 if "Lt" in limits else WIDEST_INT
        self._spin.setRange(low, high)
        self._spin.setGroupSeparatorShown(True)
        self._spin.lineEdit().setTextMargins(6, 0, 0, 0)
        self._spin.setKeyboardTracking(as_you_type)
        self._spin.valueChanged.connect(self.changed.emit)
        self._spin.editingFinished.connect(self._finish)

    def show_value(self, value: Any) -> None:
        if self._spin.value() != value:
            self._put(value)

    def forget(self) -> None:
        self.session += 1
        self._put(self._spin.value())

    def _put(self, value: int) -> None:
        self._spin.blockSignals(True)
        self._spin.setValue(value)
        self._spin.blockSignals(False)

    def _finish(self) -> None:
        self.session += 1


class WordField(Field):
    """One of some words. Which ones may depend on the rest of the project; the present one is always among them."""

    def __init__(self, theme: Theme, words: Callable[[], tuple[str, ...]]) -> None:
        self._combo = Combo()
        super().__init__(theme, self._combo)
        self._words = words
        fill(self._combo, words())
        self._combo.textActivated.connect(self.changed.emit)

    def show_value(self, value: Any) -> None:
        words = self._words()
        fill(self._combo, words if str(value) in words else (*words, str(value)))
        self._combo.setCurrentText(str(value))

    def wanted_width(self) -> int:
        return self._combo.widest()


class CheckField(Field):
    def __init__(self, theme: Theme, label: str) -> None:
        self._box = QCheckBox(label)
        super().__init__(theme, self._box)
        theme.use_font(self._box, Role.HELPER)  # as the names of the others
        self._box.setMinimumWidth(0)
        self._box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._box.clicked.connect(self._choose)

    def show_value(self, value: Any) -> None:
        self._box.setChecked(bool(value))

    def _choose(self) -> None:
        self.changed.emit(self._box.isChecked())


class TextField(Field):
    """A text, a number, some numbers, or nothing: read when Enter is pressed or the field is left; numbers at every key, if wanted."""

    def __init__(self, theme: Theme, kinds: tuple[Any, ...], *, optional: bool, as_you_type: bool = False, length: int = 0) -> None:
        """`length`: how many numbers there are, where that is fixed; one stands for all of them, as in Keras."""
        self._line = QLineEdit()
        super().__init__(theme, self._line)
        self._kinds, self._optional, self._length = kinds, optional, length
        self._known: Any = None
        self._typing = self._telling = False
        if optional:
            self._line.setPlaceholderText(NONE)
        self._line.editingFinished.connect(self._read)
        if as_you_type and str not in kinds:
            self._line.textEdited.connect(self._tell)

    def show_value(self, value: Any) -> None:
        is_other, self._known = value != self._known, value
        if self._telling or self.holds_text:
            return  # what stands there is what was typed: [5, 5] is not put in the place of 5
        if not self._line.hasFocus() or (self._parsed() != value and (is_other or not self._typing)):
            self._line.setText(written(value))
            self._typing = False

    def forget(self) -> None:
        self.session += 1
        self._typing = False
        self._line.setText(written(self._known))

    def _parsed(self) -> Any:
        text = self._line.text().strip()
        if not text and self._optional:
            return None
        if str in self._kinds:
            return text
        parts = [number(p) for p in text.replace(";", ",").split(",") if p.strip()]
        if tuple in self._kinds and (len(parts) > 1 or int not in self._kinds):
            return tuple(parts) * self._length if len(parts) == 1 and self._length else tuple(parts)
        return parts[0] if len(parts) == 1 else text

    def _tell(self) -> None:
        self._typing = self._telling = True
        value = self._parsed()
        if value != self._known:
            self.typed.emit(value)
        self._telling = False

    def _read(self) -> None:
        self.session += self._typing
        self._typing = False
        value = self._parsed()
        if value != self._known:
            self._known = value
            self.changed.emit(value)
        else:
            self._line.setText(written(value))


def fill(combo: QComboBox, words: tuple[str, ...]) -> None:
    """Offer these words, if they are others than before; emits nothing that asks for a change."""
    if tuple(combo.itemText(i) for i in range(combo.count())) == words:
        return
    combo.clear()
    combo.addItems(words)


def mark(control: QWidget, *, bad: bool) -> None:
    """Mark a control as having a problem, or no more."""
    if bool(control.property("bad")) != bad:
        dress(control, "bad", bad)


def number(text: str) -> Any:
    """The number that a text is; the text itself where it is none."""
    for kind in (int, float):
        try:
            return kind(text.strip().replace("−", "-"))
        except ValueError:
            continue
    return text.strip()


def written(value: Any) -> str:
    """A value as it is typed."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(written, value))
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)
