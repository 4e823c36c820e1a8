"""A form for any value: one row an argument, made from the fields of its description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.problems import Problem, Severity
from nnplayground.core.recipe import first_mistake
from nnplayground.core.value import Value
from nnplayground.ui.inspector.around import Around
from nnplayground.ui.inspector.choosers import INSET, arguments
from nnplayground.ui.inspector.fields import CheckField, Field
from nnplayground.ui.inspector.making import make_below, make_field
from nnplayground.ui.inspector.notice import Notice
from nnplayground.ui.live_dot import LiveDot
from nnplayground.ui.theme.theme import Role, Theme

LABEL_WIDTH, CONTROL_WIDTH = 104, 160
"""The room for a name, and for a control beside it."""
WIDEST = 16_777_215
"""Qt's word for any width."""
LARGE_TEXT = 1.5
"""From this zoom on there is no room for a name and a control in one line."""
FOLDED = (
    "name", "use_bias", "groups", "dilation_rate", "epsilon", "clipnorm", "clipvalue", "global_clipnorm", "initial_accumulator_value",
    "amsgrad", "centered", "min_delta", "baseline", "start_from_epoch", "cooldown",
)  # fmt: skip
FOLDED_PARTS = ("_constraint", "bias_", "activity_", "recurrent_", "beta_", "gamma_", "kernel_regularizer", "embeddings_")


@dataclass(frozen=True)
class Place:
    """Where a form stands: what the names of its controls begin with, what it belongs to, and how deep it is inside others."""

    prefix: str = "field_"
    owner: str = ""
    depth: int = 0

    def inside(self, name: str) -> Place:
        """The place of the arguments of an argument."""
        return Place(f"{self.prefix}{name}.", f"{self.owner} {name}".strip(), self.depth + 1)


@dataclass(frozen=True)
class Change:
    """A value with one argument changed, already accepted. `path` leads to that argument, through others where it is theirs."""

    value: Value
    path: tuple[str, ...]
    before: Any
    after: Any
    typing: str = ""
    """What was typed in one go has the same words here; nothing where it was not typed."""
    go: int = 0
    """How often the argument's field was left before, or Enter pressed in it."""


class Row(QWidget):
    """An argument's name, its control, what is wrong with it, and below it the arguments of what was chosen."""

    asked = Signal(object, object)
    """A value for the argument, and the `Change` inside it; None where the argument itself is another."""
    typed = Signal(object, int)
    """A value that may still be being typed, and in which go."""
    fix_chosen = Signal(object)

    def __init__(self, theme: Theme, name: str, model: type[Value], around: Around, place: Place) -> None:
        super().__init__()
        self._theme, self.name, self._model, self._around, self._place = theme, name, model, around, place
        info = model.model_fields[name]
        self._tooltip = info.description or name
        self._label_width = theme.pixels(LABEL_WIDTH) - place.depth * INSET
        self.field = make_field(theme, name, info, around)
        self.field.introduce(place.prefix + name, f"{place.owner} {name}".strip(), self._tooltip)
        self.field.changed.connect(lambda value: self.asked.emit(value, None))
        self.field.typed.connect(lambda value: self.typed.emit(value, self.field.session))
        self.field.unfolded.connect(lambda: self._show_below(self._value))
        self._value: Any = None
        self._kind: Any = None
        self._below: Form | Field | None = None
        self.notice = Notice(theme)
        self.notice.fix_chosen.connect(self.fix_chosen)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self._dot: LiveDot | None = None
        self._label: QLabel | None = None
        self._stacked = False
        self._head = QHBoxLayout()
        self._head.setSpacing(4)
        if isinstance(self.field, CheckField):
            self._head.addWidget(self.field)
            self._grid.addLayout(self._head, 1, 0, 1, 2)
        else:
            self._add_label()
        self._head.addStretch(1)
        self._grid.addWidget(self.notice, 3, 0, 1, 2)

    def _add_label(self) -> None:
        """Beside the control; above it where one of the two needs more room than that."""
        label = QLabel(self.name)
        label.setBuddy(self.field.control)
        label.setToolTip(self._tooltip)
        label.setProperty("tone", "muted")
        self._theme.use_font(label, Role.HELPER)
        self._head.addWidget(label)
        self._label = label
        self._grid.setColumnMinimumWidth(0, self._label_width)
        self._stacked = not self._stacks()
        self._stack()

    def _stacks(self) -> bool:
        """Whether the name or the control would be cut off beside the other."""
        assert self._label is not None
        room = self._theme.pixels(CONTROL_WIDTH)
        if self.width() and self.isVisible():
            room = min(room, self.width() - self._label_width - self._grid.horizontalSpacing())
        return self._theme.zoom >= LARGE_TEXT or self.field.wanted_width() > room or self._label.sizeHint().width() > self._label_width

    def _stack(self) -> None:
        """Put the name beside the control, or above it."""
        if self._label is None or self._stacks() == self._stacked:
            return
        self._stacked = not self._stacked
        self._grid.removeItem(self._head)
        self._grid.removeWidget(self.field)
        if self._stacked:
            self._label.setMaximumWidth(WIDEST)
            self._grid.addLayout(self._head, 0, 0, 1, 2)
            self._grid.addWidget(self.field, 1, 0, 1, 2)
        else:
            self._label.setMaximumWidth(self._label_width)
            self._grid.addLayout(self._head, 1, 0)
            self._grid.addWidget(self.field, 1, 1)
        if isinstance(self._below, Field) and not self._below.wide:
            self._grid.removeWidget(self._below)
            self._place_below(self._below)

    def _place_below(self, field: Field) -> None:
        self._grid.addWidget(field, 2, 0, 1, 2) if self._stacked or field.wide else self._grid.addWidget(field, 2, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stack()

    def _show_live(self, live: bool) -> None:
        """Whether changing the argument leaves the run that is going on as it is."""
        if self._dot is None and live:
            self._dot = LiveDot(self._theme)
            self._head.insertWidget(1, self._dot)
        if self._dot is not None:
            self._dot.setVisible(live)

    def show_value(self, value: Any) -> None:
        """Show the argument's value; emits nothing."""
        self._value = value
        self.field.show_value(value)
        self._show_live(edits.is_live(self._model, self.name, value))
        self._show_below(value)
        self.say("")

    def _show_below(self, value: Any) -> None:
        kind, shown = self.field.below(value) or (None, None)
        if kind != self._kind:
            if self._below is not None:
                self._below.setParent(None)
                self._below.deleteLater()
            self._kind, self._below = kind, None if kind is None else self._make_below(kind)
        if self._below is not None and shown is not None:
            self._below.show_value(shown)

    def _make_below(self, kind: Any) -> Form | Field:
        if isinstance(kind, type) and issubclass(kind, Value):
            form = Form(self._theme, kind, self._around, self._place.inside(self.name))
            form.changed.connect(lambda change: self.asked.emit(change.value, change))
            form.fix_chosen.connect(self.fix_chosen)
            self._grid.addWidget(form, 4, 0, 1, 2)
            return form
        field = make_below(self._theme, kind, self.name, self._around, self._label_width)
        name = self._place.prefix + self.name
        field.introduce(name if field.wide else f"{name}.value", f"{self._place.owner} {self.name}".strip(), self._tooltip)
        field.changed.connect(self._on_plain)
        field.typed.connect(lambda value: self._on_plain_typed(value, field.session))
        self._place_below(field)
        if not field.wide:
            field.setContentsMargins(0, 6, 0, 0)
        return field

    def _on_plain(self, value: Any) -> None:
        """What could be of several kinds is of the chosen one here: only that is expected."""
        try:
            TypeAdapter(self._kind).validate_python(value, strict=True)
        except ValidationError as error:
            self.say(first_mistake(error))
        else:
            self.asked.emit(value, None)

    @property
    def go(self) -> int:
        """How often what was typed here was finished."""
        return (self._below if isinstance(self._below, Field) else self.field).session

    def forget(self) -> None:
        """Drop what was typed and not finished."""
        self.field.forget()
        if self._below is not None:
            self._below.forget()

    def hold_text(self, held: bool) -> None:
        """Whether what was typed stays to be seen, though another value is shown."""
        for field in (self.field, self._below):
            if isinstance(field, Field):
                field.holds_text = held

    def _on_plain_typed(self, value: Any, session: int) -> None:
        if isinstance(value, int | float):
            self.typed.emit(float(value), session)

    def say(self, sentence: str) -> None:
        """Say why what was typed cannot be; an empty sentence says that all is well."""
        self._mark(bad=bool(sentence))
        self.notice.say(sentence)

    def show_problem(self, path: str, problem: Problem) -> None:
        """Say what is wrong with the argument, or with that of its arguments to which the rest of the path leads."""
        if path and isinstance(self._below, Form) and self._below.show_problem(path, problem):
            return
        self._mark(bad=problem.severity is Severity.ERROR)
        self.notice.say(problem.message, problem.fixes, problem.severity)

    def _mark(self, *, bad: bool) -> None:
        (self._below if isinstance(self._below, Field) else self.field).set_bad(bad)


class Form(QWidget):
    """All arguments of one value. `changed` carries a `Change`."""

    changed = Signal(object)
    fix_chosen = Signal(object)

    def __init__(self, theme: Theme, model: type[Value], around: Around | None = None, place: Place | None = None) -> None:
        super().__init__()
        self.model = model
        self._theme, self._around, self._place = theme, around or Around(), place or Place()
        self._value: Value | None = None
        self._drafts: dict[str, Any] = {}
        self._begun: dict[str, tuple[str, Any]] = {}
        """Of arguments that are being typed: in which go, and the value before."""
        nested = self._place.depth > 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(*((INSET, 6, 0, 2) if nested else (0, 0, 0, 0)))
        self._column.setSpacing(6)
        names = arguments(model)
        self._folded = [n for n in names if n in FOLDED or any(part in n for part in FOLDED_PARTS)]
        self.rows = {n: self._row(n) for n in (*(n for n in names if n not in self._folded), *self._folded)}
        for name in names:
            if name not in self._folded:
                self._column.addWidget(self.rows[name])
        self._more = QToolButton()
        self._rest = QWidget()
        if self._folded:
            self._fold()
        self._column.addStretch(1)

    def _row(self, name: str) -> Row:
        row = Row(self._theme, name, self.model, self._around, self._place)
        row.asked.connect(lambda value, inner: self._on_asked(name, value, inner))
        row.typed.connect(lambda value, session: self._on_typed(name, value, session))
        row.fix_chosen.connect(self.fix_chosen)
        return row

    def _fold(self) -> None:
        more, rest = self._more, self._rest
        more.setObjectName(f"{self._place.prefix}moreArguments" if self._place.depth else "moreArguments")
        more.setText(self.tr("More"))
        more.setToolTip(self.tr("Arguments that are rarely changed: {names}.").format(names=", ".join(self._folded)))
        more.setAccessibleName(self.tr("More arguments {owner}").format(owner=self._place.owner).strip())
        more.setCheckable(True)
        more.setArrowType(Qt.ArrowType.RightArrow)
        more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._theme.use_font(more, Role.HELPER)
        column = QVBoxLayout(rest)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for name in self._folded:
            column.addWidget(self.rows[name])
        rest.hide()
        more.toggled.connect(self._unfold)
        self._column.addWidget(more)
        self._column.addWidget(rest)

    def _unfold(self, unfolded: bool) -> None:
        self._more.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)
        self._rest.setVisible(unfolded)

    def leave_below(self, height: int) -> None:
        """Keep room free below everything, for what stands over the form's lower end."""
        margins = self._column.contentsMargins()
        if margins.bottom() != height:
            self._column.setContentsMargins(margins.left(), margins.top(), margins.right(), height)

    def forget(self) -> None:
        """Drop what was typed and not finished: another value of the same class comes."""
        self._drafts.clear()
        self._begun.clear()
        for row in self.rows.values():
            row.forget()

    def show_value(self, value: Value) -> None:
        """Show a value of the form's class; emits nothing."""
        self._value = value
        self._drafts.clear()
        for name, row in self.rows.items():
            row.show_value(getattr(value, name))
        fields = self.model.model_fields
        given = sum(getattr(value, name) != fields[name].get_default() for name in self._folded)
        self._more.setText(self.tr("More ({count} set)").format(count=given) if given else self.tr("More"))

    def show_problem(self, path: str, problem: Problem) -> bool:
        """Say what is wrong under the argument that `path` leads to, `early_stopping.monitor`; says whether it is here."""
        head, _, rest = path.partition(".")
        row = self.rows.get(head.partition("[")[0])
        if row is None:
            return False
        row.show_problem(rest, problem)
        if self._rest.isAncestorOf(row):
            self._more.setChecked(True)
        return True

    def _on_asked(self, name: str, value: Any, inner: Change | None) -> None:
        """Accept a value, together with those that were refused only because others did not go with them yet."""
        if self._value is None:
            return
        if self._place.depth == 0 and inner is None and (why := self._around.refusal(name, value)):
            self.rows[name].say(why)
            return
        drafts = {n: v for n, v in self._drafts.items() if n != name}
        try:
            changed = self._with({**drafts, name: value})
        except ValidationError as error:
            if all(not e["loc"] for e in error.errors()):
                self._drafts[name] = value  # it may yet go with another value of another argument
            self._take_back(name)
            self.rows[name].say(first_mistake(error))
            return
        self._begun.pop(name, None)
        if changed == self._value:
            self._drafts.pop(name, None)
            self.rows[name].show_value(getattr(changed, name))
            return
        before, after = (inner.before, inner.after) if inner else (getattr(self._value, name), getattr(changed, name))
        typing, go = (inner.typing, inner.go) if inner else ("", self.rows[name].go)
        self.changed.emit(Change(changed, (name, *(inner.path if inner else ())), before, after, typing, go))

    def _on_typed(self, name: str, value: Any, session: int) -> None:
        """Accept a value that is still being typed, unless it is none yet."""
        if self._value is None:
            return
        try:
            changed = edits.changed(self._value, **{name: value})
        except ValidationError:
            return
        before, after, typing = getattr(self._value, name), getattr(changed, name), f"typing {session}"
        if before == after:
            return
        if self._begun.get(name, ("", None))[0] != typing:
            self._begun[name] = typing, before
        self.changed.emit(Change(changed, (name,), before, after, typing))

    def _take_back(self, name: str) -> None:
        """What was typed came to nothing: the value from before comes back, and no step is left of it."""
        typing, original = self._begun.pop(name, ("", None))
        if not typing or self._value is None:
            return
        now, restored = getattr(self._value, name), edits.changed(self._value, **{name: original})
        self.rows[name].hold_text(True)
        self.changed.emit(Change(restored, (name,), now, original, typing))
        self.rows[name].hold_text(False)

    def _with(self, changes: dict[str, Any]) -> Value:
        assert self._value is not None
        try:
            return edits.changed(self._value, **changes)
        except ValidationError:
            if len(changes) == 1:
                raise
        *_drafts, (name, value) = changes.items()
        return edits.changed(self._value, **{name: value})
