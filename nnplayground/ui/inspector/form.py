"""A form for any Keras object: one row an argument, made from the fields of its description."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.problems import Fix, Problem, Severity
from nnplayground.core.recipe import first_mistake
from nnplayground.core.value import Typed
from nnplayground.ui.inspector.fields import CheckField, Field, ObjectField, make_field
from nnplayground.ui.live_dot import LiveDot
from nnplayground.ui.theme.theme import Role, Theme

LABEL_WIDTH = 104
FOLDED = ("name", "use_bias", "groups", "dilation_rate", "epsilon")
FOLDED_PARTS = ("_constraint", "bias_", "activity_", "recurrent_", "beta_", "gamma_", "kernel_regularizer", "embeddings_")
HIDDEN = ("type", "trainable")


class Sentence(QLabel):
    """A text that takes the height its width asks for: a scrolled form does not ask for it."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = max(0, self.heightForWidth(event.size().width()))
        if height != self.minimumHeight():
            self.setMinimumHeight(height)


class Row(QWidget):
    """An argument's name, its control, what is wrong with it, and the arguments of what was chosen."""

    changed = Signal(str, object)
    fix_chosen = Signal(object)

    def __init__(self, theme: Theme, name: str, model: type[Typed]) -> None:
        super().__init__()
        self._theme, self.name = theme, name
        info = model.model_fields[name]
        self.field: Field = make_field(theme, name, info)
        self.field.control.setObjectName(f"field_{name}")
        self.field.control.setAccessibleName(name)
        self.field.control.setToolTip(info.description or name)
        self.field.changed.connect(lambda value: self.changed.emit(name, value))
        self._nested: Form | None = None
        self._words, self._fixes = QWidget(), QHBoxLayout()
        self._sentence = Sentence()
        theme.use_font(self._sentence, Role.HELPER)
        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 2, 0, 2)
        words.setSpacing(0)
        words.addWidget(self._sentence)
        words.addLayout(self._fixes)
        self._words.hide()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        if isinstance(self.field, CheckField):
            self._grid.addWidget(self.field, 0, 0, 1, 2)
        else:
            label = QLabel(name)
            label.setBuddy(self.field.control)
            label.setToolTip(info.description or name)
            label.setProperty("tone", "muted")
            theme.use_font(label, Role.HELPER)
            place = QWidget()
            place.setFixedWidth(theme.pixels(LABEL_WIDTH))
            line = QHBoxLayout(place)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(4)
            line.addWidget(label)
            if name in edits.LIVE.get(model, ()):
                line.addWidget(LiveDot(theme))
                line.addStretch(1)
            self._grid.addWidget(place, 0, 0)
            self._grid.addWidget(self.field, 0, 1)
        self._grid.addWidget(self._words, 1, 0, 1, 2)

    def show_value(self, value: Any) -> None:
        self.field.show_value(value)
        self.say("")
        if isinstance(self.field, ObjectField):
            self._show_nested(value)

    def _show_nested(self, value: Typed | None) -> None:
        fitting = self._nested is not None and type(value) is self._nested.model
        if not fitting and self._nested is not None:
            self._nested.setParent(None)
            self._nested.deleteLater()
            self._nested = None
        if value is None or not value.arguments():
            return
        if self._nested is None:
            self._nested = Form(self._theme, type(value), inset=12)
            self._nested.changed.connect(lambda changed: self.changed.emit(self.name, changed))
            self._grid.addWidget(self._nested, 2, 0, 1, 2)
        self._nested.show_value(value)

    def say(self, sentence: str, fixes: tuple[Fix, ...] = (), severity: Severity = Severity.ERROR) -> None:
        """What is wrong with this argument; an empty sentence says that nothing is."""
        while (item := self._fixes.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._words.setVisible(bool(sentence))
        self.field.set_bad(bool(sentence) and severity is Severity.ERROR)
        self._sentence.setText(sentence)
        tone = "error" if severity is Severity.ERROR else "warn"
        if self._sentence.property("tone") != tone:
            self._sentence.setProperty("tone", tone)
            self._sentence.style().unpolish(self._sentence)
            self._sentence.style().polish(self._sentence)
        for fix in fixes[:2]:
            button = QPushButton(fix.label)
            button.setProperty("kind", "link")
            button.setObjectName("fieldFix")
            button.setAccessibleName(fix.label)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            self._theme.use_font(button, Role.HELPER)
            button.clicked.connect(lambda _checked=False, chosen=fix: self.fix_chosen.emit(chosen))
            self._fixes.addWidget(button)
        self._fixes.addStretch(1)


class Form(QWidget):
    """All arguments of one object. `changed` carries the whole object with one argument changed, already accepted."""

    changed = Signal(object)
    fix_chosen = Signal(object)

    def __init__(self, theme: Theme, model: type[Typed], inset: int = 0) -> None:
        super().__init__()
        self.model = model
        self._value: Typed | None = None
        self.last_changed = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(inset, 6 if inset else 0, 0, 2 if inset else 0)
        self._column.setSpacing(6)
        names = [n for n in model.model_fields if n not in HIDDEN]
        folded = [] if inset else [n for n in names if n in FOLDED or any(part in n for part in FOLDED_PARTS)]
        self.rows = {n: self._row(theme, n) for n in [*(n for n in names if n not in folded), *folded]}
        for name in names:
            if name not in folded:
                self._column.addWidget(self.rows[name])
        self._more = QToolButton()
        self._rest = QWidget()
        if folded:
            self._fold(theme, [self.rows[n] for n in folded])
        self._column.addStretch(1)

    def _row(self, theme: Theme, name: str) -> Row:
        row = Row(theme, name, self.model)
        row.changed.connect(self._on_changed)
        row.fix_chosen.connect(self.fix_chosen.emit)
        return row

    def _fold(self, theme: Theme, rows: list[Row]) -> None:
        more, rest = self._more, self._rest
        more.setObjectName("moreArguments")
        more.setText(self.tr("More"))
        more.setToolTip(self.tr("Arguments that are rarely changed: bias, regularizers, constraints, name."))
        more.setAccessibleName(self.tr("More arguments"))
        more.setCheckable(True)
        more.setArrowType(Qt.ArrowType.RightArrow)
        more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        theme.use_font(more, Role.HELPER)
        column = QVBoxLayout(rest)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for row in rows:
            column.addWidget(row)
        rest.hide()
        more.toggled.connect(self._unfold)
        self._column.addWidget(more)
        self._column.addWidget(rest)

    def _unfold(self, unfolded: bool) -> None:
        self._more.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
        self._rest.setVisible(unfolded)

    def show_value(self, value: Typed) -> None:
        """Show an object of the form's class; emits nothing."""
        self._value = value
        for name, row in self.rows.items():
            row.show_value(getattr(value, name))

    def show_problems(self, problems: dict[str, Problem]) -> None:
        """Say under each argument what is wrong with it."""
        for name, problem in problems.items():
            if (row := self.rows.get(name)) is not None:
                row.say(problem.message, problem.fixes, problem.severity)
                if self._rest.isAncestorOf(row):
                    self._more.setChecked(True)

    def _on_changed(self, name: str, value: object) -> None:
        if self._value is None:
            return
        try:
            changed = edits.changed(self._value, **{name: value})
        except ValidationError as error:
            self.rows[name].say(first_mistake(error))
            return
        if changed == self._value:
            self.rows[name].show_value(value)
            return
        self.last_changed = name
        self.changed.emit(changed)
