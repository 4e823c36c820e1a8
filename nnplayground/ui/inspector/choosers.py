"""Controls for arguments that are of one kind or another, that may be absent, or that are several values at once."""

from __future__ import annotations

from functools import partial
from typing import Any, get_args

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from nnplayground.core.value import Typed, Value, snake_case, type_names
from nnplayground.ui.inspector.around import Around
from nnplayground.ui.inspector.fields import NONE, CheckField, Combo, Field, fill, mark, number, written
from nnplayground.ui.theme.theme import Role, Theme

INSET = 12
FIRST = ("layer", "input_dim", "output_dim", "units", "filters", "kernel_size", "pool_size", "strides", "activation")
"""What makes a layer what it is stands above what is said of its weights."""
Words = tuple[str, ...]
Numbers = tuple[float, ...]
HIDDEN = ("type", "trainable", "disabled", "k_fold")
"""What is chosen elsewhere, and what only a run without a window does."""


def arguments(model: type[Value]) -> list[str]:
    """The arguments of a class that a form shows, in order."""
    names = [name for name in model.model_fields if name not in HIDDEN]
    return sorted(names, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))


class ToggleField(CheckField):
    """A value that may be absent: a check box, and its arguments below while it is there."""

    def __init__(self, theme: Theme, label: str, model: type[Value], around: Around) -> None:
        super().__init__(theme, label)
        self._model, self._around = model, around

    def show_value(self, value: Any) -> None:
        super().show_value(value is not None)

    def below(self, value: Any) -> tuple[Any, Any] | None:
        return None if value is None else (self._model, value)

    def _choose(self) -> None:
        self.changed.emit(self._around.first(self._model) if self._box.isChecked() else None)


class ChooserField(Field):
    """Nothing, a word, a number, some numbers, or a Keras object: which of them is chosen here, and stands below."""

    def __init__(self, theme: Theme, name: str, kinds: tuple[Any, ...], around: Around, *, optional: bool) -> None:
        self._combo = Combo()
        super().__init__(theme, self._combo)
        self._name, self._around, self._none = name, around, (NONE,) if optional else ()
        self._literals = tuple(str(word) for kind in kinds for word in get_args(kind) if isinstance(word, str))
        classes = tuple(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Typed))
        self._classes = {_word(c): c for c in classes}
        titles = {float: self.tr("constant"), tuple: self.tr("one a class")}
        self._plain = {title: kind for kind, title in titles.items() if kind in kinds}
        self._combo.textActivated.connect(self._choose)
        self._shown = ""
        fill(self._combo, self._names())

    def wanted_width(self) -> int:
        return self._combo.widest()

    def _names(self) -> Words:
        suitable = (*self._literals, *self._around.words(self._name))
        return (*self._none, *suitable, *self._plain, *(() if suitable else self._classes))

    def show_value(self, value: Any) -> None:
        self._shown, names = self._word_of(value), self._names()
        fill(self._combo, names if self._shown in names else (*names, self._shown))
        for i in range(self._combo.count()):
            model = self._classes.get(self._combo.itemText(i))
            self._combo.setItemData(i, getattr(model, "summary", getattr(model, "hint", None)), Qt.ItemDataRole.ToolTipRole)
        self._combo.setCurrentText(self._shown)

    def below(self, value: Any) -> tuple[Any, Any] | None:
        model = self._classes.get(value) if isinstance(value, str) else None
        value = value if model is None else model()  # a name stands for the object with all its defaults
        if isinstance(value, Value):
            return (type(value), value) if arguments(type(value)) else None
        if isinstance(value, tuple):
            return Numbers, value
        return None if value is None or isinstance(value, str) else (float, value)

    def _word_of(self, value: Any) -> str:
        if isinstance(value, Typed):
            return _word(type(value))
        if value is None or isinstance(value, str):
            return value or NONE
        return next(title for title, kind in self._plain.items() if isinstance(value, tuple) == (kind is tuple))

    def _choose(self, word: str) -> None:
        if word == self._shown:
            return  # what stands below it stays
        kind = self._plain.get(word) or self._classes.get(word)
        if word == NONE and self._none:
            self.changed.emit(None)
        elif kind is None or word in self._around.words(self._name):
            self.changed.emit(word)
        else:
            self.changed.emit(self._around.first(kind))


def _word(model: type[Typed]) -> str:
    """As Keras users call it: what is given to a layer by its short name, what stands alone by its class."""
    (name,) = type_names((model,))
    return name if hasattr(model, "summary") and not hasattr(model, "loss_name") else snake_case(name)


class SeveralField(Field):
    """Some of several words: they are named here, and chosen in a list that unfolds below."""

    def __init__(self, theme: Theme) -> None:
        self._button = QToolButton()
        super().__init__(theme, self._button)
        self._button.setCheckable(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setArrowType(Qt.ArrowType.RightArrow)
        self._button.toggled.connect(self._unfold)

    def show_value(self, value: Any) -> None:
        more = f" +{len(value) - 1}" if len(value) > 1 else ""
        self._button.setText(f"{value[0]}{more}" if value else NONE)

    def below(self, value: Any) -> tuple[Any, Any] | None:
        return (Words, value) if self._button.isChecked() else None

    def _unfold(self, unfolded: bool) -> None:
        self._button.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
        self.unfolded.emit()


class _ListField(Field):
    """Several controls, one below the other, in the order of their names."""

    wide = True

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._names: Words | None = None
        self._place, self._title, self._tooltip = "", "", ""
        super().__init__(theme, QWidget())
        self.control.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._box = QWidget()
        self._column = QVBoxLayout(self.control)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._box)

    def introduce(self, name: str, title: str, tooltip: str) -> None:
        self._place, self._title, self._tooltip = name, title, tooltip

    def _begin_anew(self, names: Words) -> bool:
        """Forget all controls if they have other names now; says whether it has."""
        if names == self._names:
            return False
        self._names = names
        before, self._box = self._box, QWidget()
        self._column.replaceWidget(before, self._box)
        before.setParent(None)
        before.deleteLater()
        return True

    def _dress(self, control: QWidget, name: str) -> None:
        self._theme.use_font(control, Role.HELPER if isinstance(control, QCheckBox) else Role.CONTROL)
        control.setObjectName(f"{self._place}.{name}")
        control.setAccessibleName(f"{self._title} {name}")
        control.setToolTip(self._tooltip)


class ChecksField(_ListField):
    """A check box for each word that may be among several."""

    def __init__(self, theme: Theme, name: str, around: Around) -> None:
        super().__init__(theme)
        self._argument, self._around = name, around
        self._boxes: dict[str, QCheckBox] = {}
        self._value: Words = ()

    def show_value(self, value: Any) -> None:
        self._value = value
        words = self._around.words(self._argument)
        if self._begin_anew((*words, *(word for word in value if word not in words))):
            column = QVBoxLayout(self._box)
            column.setContentsMargins(INSET, 2, 0, 2)
            column.setSpacing(0)
            self._boxes = {word: self._check_box(word) for word in self._names or ()}
            for box in self._boxes.values():
                column.addWidget(box)
        for word, box in self._boxes.items():
            box.setChecked(word in value)

    def _check_box(self, word: str) -> QCheckBox:
        box = QCheckBox(word)
        self._dress(box, word)
        box.clicked.connect(lambda: self._choose(word, chosen=box.isChecked()))
        return box

    def _choose(self, word: str, *, chosen: bool) -> None:
        self.changed.emit((*self._value, word) if chosen else tuple(w for w in self._value if w != word))


class NumbersField(_ListField):
    """A number for each of some names: what each class weighs. Numbers that are not there yet are 1."""

    def __init__(self, theme: Theme, around: Around, label_width: int) -> None:
        super().__init__(theme)
        self._around, self._label_width = around, label_width
        self._lines: list[QLineEdit] = []
        self._value: Numbers = ()

    def show_value(self, value: Any) -> None:
        names = self._around.items()
        missing = len(names) - len(value)
        self._value = (*value, *(1.0,) * missing)
        if self._begin_anew((*names, *(str(i) for i in range(len(names), len(value))))):
            self._fill()
        for line, one in zip(self._lines, self._value, strict=True):
            if not line.hasFocus() or number(line.text()) != one:
                line.setText(written(one))
            mark(line, bad=False)

    def _fill(self) -> None:
        grid = QGridLayout(self._box)
        grid.setContentsMargins(INSET, 6, 0, 2)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._lines = []
        for i, name in enumerate(self._names or ()):
            line, label = QLineEdit(), QLabel(name)
            label.setProperty("tone", "muted")
            label.setFixedWidth(self._label_width - INSET)
            label.setToolTip(name)
            label.setBuddy(line)
            self._theme.use_font(label, Role.HELPER)
            self._dress(line, str(i))
            line.setAccessibleName(f"{self._title} {name}")
            line.setMinimumWidth(90)
            line.editingFinished.connect(partial(self._read, i))
            grid.addWidget(label, i, 0)
            grid.addWidget(line, i, 1)
            self._lines.append(line)

    def _read(self, i: int) -> None:
        value = number(self._lines[i].text())
        if value != self._value[i]:
            self.changed.emit((*self._value[:i], value, *self._value[i + 1 :]))

    def set_bad(self, bad: bool) -> None:
        for line, one in zip(self._lines, self._value, strict=True):
            mark(line, bad=bad and number(line.text()) != one)
