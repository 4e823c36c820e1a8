"""One control for each kind of argument. Which kind it is, the type in the layer's description says."""

from __future__ import annotations

import types
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QSpinBox, QWidget

from nnplayground.core.layers import LayerBase
from nnplayground.core.value import Typed, snake_case, type_names
from nnplayground.ui.theme.theme import Role, Theme

WIDEST_INT = 2**31 - 1
NONE = "None"


class Field(QWidget):
    """A control for one argument. `changed` carries a value that the description has yet to accept."""

    changed = Signal(object)

    def __init__(self, theme: Theme, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        theme.use_font(control, Role.CONTROL)
        control.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        control.setMinimumWidth(90)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(control)
        self.setFocusProxy(control)

    def show_value(self, value: Any) -> None:
        """Show a value; emits nothing."""
        raise NotImplementedError

    def set_bad(self, bad: bool) -> None:
        """Mark the control as having a problem."""
        if self.control.property("bad") != bad:
            self.control.setProperty("bad", bad)
            self.control.style().unpolish(self.control)
            self.control.style().polish(self.control)


class IntField(Field):
    def __init__(self, theme: Theme, info: FieldInfo) -> None:
        self._spin = QSpinBox()
        super().__init__(theme, self._spin)
        limits = {type(m).__name__: m for m in info.metadata}
        low = limits["Ge"].ge if "Ge" in limits else limits["Gt"].gt + 1 if "Gt" in limits else -WIDEST_INT
        high = limits["Le"].le if "Le" in limits else limits["Lt"].lt - 1 if "Lt" in limits else WIDEST_INT
        self._spin.setRange(low, high)
        self._spin.setGroupSeparatorShown(True)
        self._spin.lineEdit().setTextMargins(6, 0, 0, 0)
        self._spin.setKeyboardTracking(True)
        self._spin.valueChanged.connect(self.changed.emit)

    def show_value(self, value: Any) -> None:
        if self._spin.value() != value:
            self._spin.blockSignals(True)
            self._spin.setValue(value)
            self._spin.blockSignals(False)


class ChoiceField(Field):
    def __init__(self, theme: Theme, words: tuple[str, ...]) -> None:
        self._combo = QComboBox()
        super().__init__(theme, self._combo)
        self._combo.addItems(words)
        self._combo.setMaxVisibleItems(16)
        self._combo.textActivated.connect(self.changed.emit)

    def show_value(self, value: Any) -> None:
        self._combo.setCurrentText(str(value))


class CheckField(Field):
    def __init__(self, theme: Theme, label: str) -> None:
        self._box = QCheckBox(label)
        super().__init__(theme, self._box)
        self._box.clicked.connect(lambda: self.changed.emit(self._box.isChecked()))

    def show_value(self, value: Any) -> None:
        self._box.setChecked(bool(value))


class TextField(Field):
    """A text, a number, some numbers, or nothing: read when Enter is pressed or the field is left."""

    def __init__(self, theme: Theme, kinds: tuple[Any, ...], *, optional: bool) -> None:
        self._line = QLineEdit()
        super().__init__(theme, self._line)
        self._kinds, self._optional = kinds, optional
        self._shown: Any = None
        if optional:
            self._line.setPlaceholderText(NONE)
        self._line.editingFinished.connect(self._read)

    def show_value(self, value: Any) -> None:
        self._shown = value
        if not self._line.hasFocus() or self._parsed() != value:
            self._line.setText(_written(value))

    def _parsed(self) -> Any:
        text = self._line.text().strip()
        if not text and self._optional:
            return None
        if str in self._kinds:
            return text
        parts = [_number(p) for p in text.replace(";", ",").split(",") if p.strip()]
        if tuple in self._kinds and (len(parts) > 1 or int not in self._kinds):
            return tuple(parts)
        return parts[0] if len(parts) == 1 else text

    def _read(self) -> None:
        value = self._parsed()
        if value != self._shown:
            self.changed.emit(value)


class ObjectField(Field):
    """The type of a Keras object; its arguments stand in a form below, which the row makes."""

    def __init__(self, theme: Theme, classes: tuple[type[Typed], ...], *, optional: bool) -> None:
        self._combo = QComboBox()
        super().__init__(theme, self._combo)
        short = not issubclass(classes[0], LayerBase)  # Keras's short names, but for layers, which have none
        self.classes = {snake_case(n) if short else n: c for n, c in zip(type_names(classes), classes, strict=True)}
        self._combo.addItems([*([NONE] if optional else []), *self.classes])
        self._combo.setMaxVisibleItems(16)
        self._combo.textActivated.connect(self._choose)

    def show_value(self, value: Any) -> None:
        self._combo.setCurrentText(next((name for name, c in self.classes.items() if type(value) is c), NONE))

    def _choose(self, name: str) -> None:
        self.changed.emit(None if name == NONE else self.classes[name]())


def make_field(theme: Theme, name: str, info: FieldInfo) -> Field:
    """The control for an argument, by the type in its description."""
    kinds = members(info.annotation)
    optional = type(None) in kinds
    kinds = tuple(k for k in kinds if k is not type(None))
    if all(isinstance(k, type) and issubclass(k, Typed) for k in kinds):
        return ObjectField(theme, kinds, optional=optional)
    if kinds == (bool,):
        return CheckField(theme, name)
    if kinds == (int,) and not optional:
        return IntField(theme, info)
    words = tuple(w for k in kinds if get_origin(k) is Literal for w in get_args(k))
    if words and not optional:
        return ChoiceField(theme, words)
    enums = tuple(str(m.value) for k in kinds if isinstance(k, type) and issubclass(k, Enum) for m in k)
    if enums:
        return ChoiceField(theme, enums)
    return TextField(theme, tuple(get_origin(k) or k for k in kinds), optional=optional)


def members(annotation: Any) -> tuple[Any, ...]:
    """The types that a union is made of; `Annotated` is looked through."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return members(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return tuple(m for part in get_args(annotation) for m in members(part))
    return (annotation,)


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text.strip().replace("−", "-"))
        except ValueError:
            continue
    return text.strip()


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(_written, value))
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)
