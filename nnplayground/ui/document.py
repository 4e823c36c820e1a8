"""`Document`: the project that the window shows. Its only way to change is an `Edit`, and every edit can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoGroup, QUndoStack

from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.data_spec import DataSpec
from nnplayground.core.facts import DataFacts
from nnplayground.core.recipe import first_mistake
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.errors import DataUnavailable
from nnplayground.data.static_facts import unknown_facts
from nnplayground.ui.edit import Edit, merged_turn

MERGES = 1
NEVER_MERGES = -1


@dataclass(frozen=True, eq=False)
class Shelved:
    """A project that another is shown in place of, and the way back through its edits."""

    spec: ProjectSpec
    stack: QUndoStack


class Document(QObject):
    """One project, its analysis, and the way back through its edits."""

    changed = Signal(object, object)
    """The `Analysis` before and after."""
    refused = Signal(str)
    """An edit was not possible: why, in a sentence. Nothing has changed."""
    modified_changed = Signal(bool)

    def __init__(self, spec: ProjectSpec, facts_of: Callable[[DataSpec], DataFacts], parent: QObject | None = None) -> None:
        """`facts_of` may raise DataUnavailable: the project is shown all the same, and why it cannot be trained is its problem."""
        super().__init__(parent)
        self._facts_of = facts_of
        self.stacks = QUndoGroup(self)  # before any stack: it must be the first to go, since a stack that goes has it tell of that
        """What is undone and redone in the window: the stack of the project that is shown."""
        self.stacks.cleanChanged.connect(self._on_clean_changed)
        self._use(QUndoStack(self))
        self._analysis = analyse(spec, self._facts(spec.data))

    @property
    def analysis(self) -> Analysis:
        return self._analysis

    @property
    def spec(self) -> ProjectSpec:
        return self._analysis.spec

    @property
    def modified(self) -> bool:
        return not self.stack.isClean()

    def apply(self, edit: Edit) -> bool:
        """Carry out an edit; says whether the project is another one now."""
        try:
            after = edit.apply(self.spec)
        except ValidationError as error:
            self.refused.emit(first_mistake(error))
            return False
        except (IndexError, ValueError) as error:
            self.refused.emit(str(error))
            return False
        if after == self.spec:
            return False
        self.stack.push(_Replace(self, edit, self.spec, after))
        return True

    def open(self, spec: ProjectSpec) -> None:
        """Show another project: saved as it is, and with nothing to undo."""
        self.stack.clear()
        before, self._analysis = self._analysis, analyse(spec, self._facts(spec.data))
        self.changed.emit(before, self._analysis)

    def shelve(self) -> Shelved:
        """Let another project be shown in place of this one, with edits of its own; `open` shows it."""
        shelved = Shelved(self.spec, self.stack)
        self._use(QUndoStack(self))
        return shelved

    def unshelve(self, shelved: Shelved) -> None:
        """Show a shelved project again, as it was, with all of its edits; nothing is kept of the present one."""
        passing = self.stack
        before, self._analysis = self._analysis, analyse(shelved.spec, self._facts(shelved.spec.data))
        self._use(shelved.stack)
        if passing is not shelved.stack:
            passing.deleteLater()
        self.changed.emit(before, self._analysis)

    def _use(self, stack: QUndoStack) -> None:
        self.stack = stack
        self.stacks.addStack(stack)
        self.stacks.setActiveStack(stack)

    def mark_saved(self) -> None:
        self.stack.setClean()

    def never_saved(self) -> None:
        """No step of it is saved anywhere, until it is saved."""
        self.stack.resetClean()

    def show(self, spec: ProjectSpec) -> None:
        """Take a project without remembering the one before; for undo commands and `open`."""
        before, self._analysis = self._analysis, self._analysed(spec)
        self.changed.emit(before, self._analysis)

    def look_again(self) -> None:
        """The files behind the data may be others now: ask for the facts anew."""
        before, self._analysis = self._analysis, analyse(self.spec, self._facts(self.spec.data))
        if before != self._analysis:
            self.changed.emit(before, self._analysis)

    def _analysed(self, spec: ProjectSpec) -> Analysis:
        """Facts are asked for when the data is other data: a file that is gone is not looked for at every keystroke."""
        same = spec.data == self.spec.data
        return analyse(spec, self._analysis.facts if same else self._facts(spec.data))

    def _facts(self, data: DataSpec) -> DataFacts:
        try:
            return self._facts_of(data)
        except DataUnavailable as error:
            return unknown_facts(data, str(error))

    def _on_clean_changed(self, clean: bool) -> None:
        self.modified_changed.emit(not clean)


class _Replace(QUndoCommand):
    """One project instead of another: the only undo command there is."""

    def __init__(self, document: Document, edit: Edit, before: ProjectSpec, after: ProjectSpec) -> None:
        super().__init__(edit.text)
        self._document = document
        self._before = before
        self.after = after
        self.merge_key, self.turn = edit.merge, edit.turn

    def redo(self) -> None:
        self._document.show(self.after)

    def undo(self) -> None:
        self._document.show(self._before)

    def id(self) -> int:
        return MERGES if self.merge_key else NEVER_MERGES

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Replace) or other.merge_key != self.merge_key:
            return False
        self.after = other.after
        if (turn := merged_turn(self.turn, other.turn)) is not None:
            self.turn = turn
            self.setText(turn.text())
        self.setObsolete(self.after == self._before)
        return True
