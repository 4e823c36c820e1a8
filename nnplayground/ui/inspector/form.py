"""A form for any value that is described by its fields: labels, controls, and what is wrong below them."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.problems import Problem, Severity
from nnplayground.core.recipe import first_mistake
from nnplayground.core.value import Value
from nnplayground.ui.inspector.editors import Editor, make_editor
from nnplayground.ui.inspector.fields import RARE_PREFIXES, Description, Kind, describe
from nnplayground.ui.theme.theme import Role, Theme


SHORT = 12


class Note(QWidget):
    """A sentence below a field, with a link that mends what it says."""

    fix_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._problem: Problem | None = None
        self.label, self.link = QLabel(), QPushButton()
        self.label.setWordWrap(True)
        self.link.setProperty("kind", "link")
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.use_font(self.label, Role.HELPER)
        theme.use_font(self.link, Role.HELPER, weight=600)
        self.link.clicked.connect(lambda: self.fix_chosen.emit(self._problem.fixes[0]) if self._problem else None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.label)
        column.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_problem(self, problem: Problem | None) -> None:
        """Show a problem; None hides the note."""
        self._problem = problem
        self._say("" if problem is None else problem.message, "warn" if problem and problem.severity is Severity.ADVICE else "error")
        self.link.setVisible(problem is not None and bool(problem.fixes))
        if problem is not None and problem.fixes:
            self.link.setText(problem.fixes[0].label)
            self.link.setAccessibleName(problem.fixes[0].label)
            self.link.setToolTip(self.tr("Mends the problem. Can be undone."))

    def show_refusal(self, sentence: str) -> None:
        """Say why what was typed changes nothing."""
        self._problem = None
        self.link.hide()
        self._say(sentence, "error")

    def _say(self, sentence: str, tone: str) -> None:
        self.label.setText(sentence)
        self.label.setProperty("tone", tone)
        self.label.style().unpolish(self.label)
        self.label.style().polish(self.label)
        self.setVisible(bool(sentence))


class _Row:
    """What belongs to one argument."""

    def __init__(self, about: Description, editor: Editor, note: Note) -> None:
        self.about, self.editor, self.note = about, editor, note
        self.label: QLabel | None = None
        self.nested: Form | None = None
        self.refused = False
        self.problem: Problem | None = None


class Form(QWidget):
    """`changed` carries an argument's name, its new value, and a number that is the same while one control is worked on."""

    changed = Signal(str, object, int)
    fix_chosen = Signal(object)

    def __init__(self, theme: Theme, value: Value, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.value = value
        self._visit = 0
        self._rows: dict[str, _Row] = {}
        self._fold = QWidget(self)
        self.more = QToolButton(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        usual, rare = QGridLayout(), QGridLayout(self._fold)
        abouts = describe(type(value))
        self._fill(usual, [a for a in abouts if not a.rare])
        self._fill(rare, [a for a in abouts if a.rare])
        column.addLayout(usual)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._fold)
        self._make_fold([a for a in abouts if a.rare])
        theme.changed.connect(self._dress)
        self.show_value(value)

    def show_value(self, value: Value) -> None:
        """Show a value of the same class, without `changed`."""
        self.value = value
        for name, row in self._rows.items():
            part = getattr(value, name)
            row.editor.show_value(part)
            self._show_nested(row, part)
            row.refused = False
            self._mark(row)

    def show_problems(self, problems: Sequence[tuple[str, Problem]]) -> None:
        """Put each problem, given with its argument's name, below its field."""
        for name, row in self._rows.items():
            row.problem = next((p for place, p in problems if place.partition(".")[0] == name), None)
            self._mark(row)
            if row.problem is not None and row.about.rare:
                self.more.setChecked(True)

    def editor(self, name: str) -> Editor:
        return self._rows[name].editor

    def note(self, name: str) -> Note:
        return self._rows[name].note

    def nested(self, name: str) -> Form | None:
        """The form for the arguments of the object that an argument holds."""
        return self._rows[name].nested

    # ---- within

    def _fill(self, grid: QGridLayout, abouts: list[Description]) -> None:
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        line = 0
        for about in (a for a in abouts if a.kind is not Kind.SWITCH):
            row = self._make_row(about)
            label = row.label = QLabel(about.name)
            label.setToolTip(about.help)
            label.setProperty("tone", "muted")
            label.setBuddy(row.editor.widget)
            self._theme.use_font(label, Role.HELPER)
            grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
            label.setMinimumHeight(28)
            grid.addWidget(row.editor.widget, line, 1)
            grid.addWidget(row.note, line + 1, 1)
            line += 3  # the row between is for the arguments of an object
        self._fill_switches(grid, [a for a in abouts if a.kind is Kind.SWITCH], line)

    def _fill_switches(self, grid: QGridLayout, abouts: list[Description], line: int) -> None:
        """Two check boxes in a line, if their names are short."""
        across = 2 if all(len(a.name) <= SHORT for a in abouts) else 1
        box = QGridLayout()
        box.setHorizontalSpacing(10)
        box.setVerticalSpacing(4)
        for i, about in enumerate(abouts):
            row = self._make_row(about)
            box.addWidget(row.editor.widget, 2 * (i // across), i % across)
            box.addWidget(row.note, 2 * (i // across) + 1, i % across)
        if abouts:
            grid.addLayout(box, line, 0, 1, 2)

    def _make_row(self, about: Description) -> _Row:
        editor = make_editor(about, self._theme, self)
        row = self._rows[about.name] = _Row(about, editor, Note(self._theme, self))
        editor.edited.connect(lambda value, r=row: self._on_edited(r, value))
        editor.refused.connect(lambda sentence, r=row: self._on_refused(r, sentence))
        editor.focused.connect(self._on_focus)
        row.note.fix_chosen.connect(self.fix_chosen)
        return row

    def _on_focus(self) -> None:
        self._visit += 1

    def _on_edited(self, row: _Row, value: object) -> None:
        if isinstance(value, tuple) and len(value) == 1 and not _takes_one(self.value, row.about.name, value):
            value = value[0]
        try:
            edits.changed(self.value, **{row.about.name: value})
        except ValidationError as error:
            # The place is known here; what was expected and found is the sentence.
            self._on_refused(row, first_mistake(error).partition(": ")[2] or first_mistake(error))
            return
        row.refused = False
        self._mark(row)
        if value != getattr(self.value, row.about.name):
            self.changed.emit(row.about.name, value, self._visit)

    def _on_refused(self, row: _Row, sentence: str) -> None:
        row.refused = True
        row.note.show_refusal(sentence)
        self._paint_bad(row, bad=True)

    def _mark(self, row: _Row) -> None:
        if row.refused:
            return
        row.note.show_problem(row.problem)
        self._paint_bad(row, bad=row.problem is not None and row.problem.severity is Severity.ERROR)

    def _paint_bad(self, row: _Row, *, bad: bool) -> None:
        widget = row.editor.widget
        if bool(widget.property("bad")) != bad:
            widget.setProperty("bad", bad)
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def _show_nested(self, row: _Row, part: object) -> None:
        """Keep the form for an object's own arguments in step with its class."""
        if row.about.kind is not Kind.OBJECT:
            return
        shown = row.nested
        if shown is not None and isinstance(part, Value) and type(part) is type(shown.value):
            shown.show_value(part)
            return
        if shown is not None:
            shown.hide()
            shown.deleteLater()
            row.nested = None
        if not isinstance(part, Value) or not describe(type(part)):
            return
        form = row.nested = Form(self._theme, part, self)
        form.setContentsMargins(10, 0, 0, 0)
        form.changed.connect(lambda name, value, visit, r=row: self._on_nested(r, name, value, visit))
        parent = row.editor.widget.parentWidget()
        layout = self._fold.layout() if parent is self._fold else self._usual_grid()
        assert isinstance(layout, QGridLayout)
        place = layout.getItemPosition(layout.indexOf(row.editor.widget))
        layout.addWidget(form, place[0] + 2, 0, 1, 2)  # type: ignore[index]  # the stub says object; it is four numbers

    def _usual_grid(self) -> QGridLayout:
        layout = self.layout()
        assert layout is not None
        grid = layout.itemAt(0)
        assert isinstance(grid, QGridLayout)
        return grid

    def _on_nested(self, row: _Row, name: str, value: object, visit: int) -> None:
        whole = edits.changed(getattr(self.value, row.about.name), **{name: value})
        self.changed.emit(row.about.name, whole, visit)

    def _make_fold(self, rare: list[Description]) -> None:
        self.more.setVisible(bool(rare))
        self._fold.hide()
        groups = dict.fromkeys(a.name.partition("_")[0] if a.name.startswith(RARE_PREFIXES) else a.name for a in rare)
        self.more.setText(self.tr("More: {names}").format(names=", ".join(list(groups)[:2])))
        self.more.setToolTip(self.tr("Arguments that are rarely changed."))
        self.more.setAccessibleName(self.tr("More arguments"))
        self.more.setCheckable(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._theme.use_font(self.more, Role.HELPER)
        self.more.toggled.connect(self._on_fold)
        self._dress()

    def _on_fold(self, unfolded: bool) -> None:
        self._fold.setVisible(unfolded)
        self._dress()

    def _dress(self) -> None:
        self.more.setIcon(self._theme.icon("chevron-down" if self.more.isChecked() else "chevron-right"))


def _takes_one(value: Value, name: str, numbers: tuple[int, ...]) -> bool:
    """Whether a field takes a single number as a tuple of one."""
    try:
        edits.changed(value, **{name: numbers})
    except ValidationError:
        return False
    return True
