"""'Your table': a file or what was pasted, how it is read, what it holds, and what is to be learnt from it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.data_spec import OwnTable
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.core.own_data import MAX_TEXT
from nnplayground.data.errors import DataUnavailable, WrongSetting
from nnplayground.data.own import table
from nnplayground.data.own.table_survey import Survey
from nnplayground.ui.dropping import dropped_path
from nnplayground.ui.own.look import Look
from nnplayground.ui.own.table_draft import SMALL, Draft, first_settings
from nnplayground.ui.own.table_form import TableForm
from nnplayground.ui.own.table_look import Found, look_at
from nnplayground.ui.store.errands import Errands
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Theme

WIDEST, HIGHEST = 980, 660
"""For the smallest screen, whatever the size of the text."""
PATIENCE = 200
"""Milliseconds a look may take before it is said that it is under way."""
FILTER = "Tables (*.csv *.tsv *.tab *.txt);;All files (*)"


class TableDialog(QDialog):
    """Nothing of the project changes before 'Use this table'."""

    settled = Signal(object, object)
    """The `OwnTable` and its `DataFacts`, which are at hand from now on."""

    def __init__(self, theme: Theme, errands: Errands, before: OwnTable | None = None, parent: QWidget | None = None) -> None:
        """`before` is the table of the project, if it has one: what is no matter of the file is kept."""
        super().__init__(parent)
        self._before = before
        self._data: OwnTable | None = None
        self._draft: Draft | None = None
        self._facts: DataFacts | None = None
        self._inside: str | None = None
        self._keep_inside = True
        self._final: OwnTable | None = None
        self._accepting = self._anew = False
        self.setObjectName("tableDialog")
        self.setWindowTitle(self.tr("Your table"))
        self.setAcceptDrops(True)
        self.look = Look(errands, self)
        self.look.found.connect(self._on_found)
        self.look.failed.connect(self._on_failed)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self._say_looking)
        self.form = TableForm(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        self._connect()
        self.setMinimumSize(min(theme.pixels(840), WIDEST), min(theme.pixels(540), HIGHEST))
        self.resize(min(theme.pixels(860), WIDEST), min(theme.pixels(640), HIGHEST))
        self._show()

    def _connect(self) -> None:
        form = self.form
        form.choose.clicked.connect(self.choose_file)
        form.paste.clicked.connect(self.paste)
        form.message.stop_asked.connect(self._stop)
        form.reading.asked.connect(self._on_reading)
        form.columns.input_asked.connect(self._on_input)
        form.columns.kind_asked.connect(self._on_kind)
        form.options.asked.connect(self._on_option)
        form.options.target_asked.connect(self._on_target)
        form.options.inside_asked.connect(self._on_inside)
        form.cancel.clicked.connect(self.reject)
        form.use.clicked.connect(self.accept)
        self.finished.connect(self._close)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.activated.connect(self.paste)

    # ---- what can be asked of it

    @property
    def is_empty(self) -> bool:
        return self._data is None

    def open_file(self, path: Path) -> None:
        """Look at a file."""
        self._inside, self._keep_inside = None, True
        self._begin(first_settings(path=str(path), before=self._data or self._before), anew=True)

    def open_text(self, text: str) -> None:
        """Look at a table that was pasted."""
        if not text.strip():
            self._complain(self.tr("There is no text to paste. Copy some cells of a spreadsheet first."))
        elif len(text) > MAX_TEXT:
            self._complain(
                self.tr("Expected at most {most} letters to paste; found {found}. Save the table as a file and choose that.").format(
                    most=count(MAX_TEXT), found=count(len(text))
                )
            )
        else:
            self._begin(first_settings(text=text.replace("\0", "\N{REPLACEMENT CHARACTER}"), before=self._data or self._before), anew=True)

    def open_settings(self, data: OwnTable) -> None:
        """Look at the project's table, to change its settings."""
        self._keep_inside = not data.path
        self._begin(data, anew=True)
        self._anew = False

    def paste(self) -> None:
        self.open_text(QGuiApplication.clipboard().text())

    # ---- looking

    def _begin(self, data: OwnTable, *, anew: bool = False) -> None:
        self._data = data
        self._accepting = False
        self._final = None
        if anew:
            self._anew = True
            self._draft = self._facts = None
        self._patience.start()
        self.look.begin(partial(look_at, data))
        self._show()

    def _on_found(self, found: Found) -> None:
        self._patience.stop()
        if self._final is not None:
            self._settle(self._final)
            return
        assert self._data is not None
        if self._draft is None and self._data.path and found.inside is not None and self._keep_inside:
            self._keep_inside = len(found.inside) <= SMALL
        self._inside = found.inside
        self._data = _without_lost_columns(self._data, found.survey)
        self._draft = Draft(self._data, found.survey)
        self._judge()
        if self.focusWidget() in (None, self.form.choose, self.form.paste):
            self.form.use.setFocus()
        if self._accepting:
            self.accept()

    def _on_failed(self, sentence: str, place: str) -> None:
        self._patience.stop()
        self._draft = self._facts = self._final = None
        self._show()
        self.form.message.say(sentence, "problem")
        if self._data is not None:
            self.form.reading.show_settings(self._data, None, place)

    def _stop(self) -> None:
        self.look.stop()
        self._patience.stop()
        self._final = None
        self._show()
        self.form.message.say(self.tr("Stopped. Change a setting or choose a file to look again."))

    def _say_looking(self) -> None:
        if self._data is not None:
            self.form.message.say(self.tr("Looking at {name}").format(name=self.form.name.text()), "work")

    # ---- settling

    def _judge(self) -> None:
        """What the settings make of the table, and whether that can be learnt from."""
        draft, wrong = self._draft, ""
        if draft is None:
            return
        sentence, kind = " ".join(draft.survey.warnings), "advice"
        try:
            self._facts = table.facts(draft.data)
        except DataUnavailable as error:
            self._facts, sentence, kind = None, str(error), "problem"
            wrong = error.place if isinstance(error, WrongSetting) else ""
        self._show(wrong)
        self.form.message.say(sentence, kind)

    def _change(self, data: OwnTable) -> None:
        """Take other settings that ask for no other look."""
        if self._draft is not None:
            self._data = data
            self._draft = Draft(data, self._draft.survey)
            self._judge()

    def _on_reading(self, name: str, value: Any) -> None:
        if self._data is None or getattr(self._data, name) == value:
            return
        more: dict[str, Any] = {"kinds": {}, "target": "", "columns": ()} if name in ("separator", "header") else {}
        self._begin(edits.changed(self._data, **{name: value}, **more))

    def _on_option(self, name: str, value: Any) -> None:
        if self._data is not None:
            self._change(edits.changed(self._data, **{name: value}))

    def _on_target(self, name: str) -> None:
        if self._draft is not None:
            self._change(self._draft.with_target(name))

    def _on_input(self, name: str, on: bool) -> None:
        if self._draft is None:
            return
        try:
            self._change(self._draft.with_input(name, on))
        except ValueError:
            self.form.message.say(self.tr("At least one column is needed to learn from."))

    def _on_kind(self, name: str, kind: str) -> None:
        if self._draft is not None:
            self._begin(self._draft.with_kind(name, kind))

    def _on_inside(self, on: bool) -> None:
        self._keep_inside = on

    def accept(self) -> None:
        """Hand over what is settled; a look that is under way is waited for, without holding up the window."""
        if self.look.busy:
            self._accepting = True
        elif self._draft is not None and self._facts is not None:
            kept = self._keep_inside and self._inside is not None
            final = self._draft.final(inside=self._inside if kept else None)
            if self._anew and self._facts.task is Task.REGRESSION:  # prices and the like are learnt better so
                final = edits.changed(final, target_scaling="standard")
            if final.path == self._draft.data.path:
                self._settle(final)
            else:  # as a text of the project it is looked at once more, so that its facts are at hand
                self._begin(final)
                self._final = final

    def _settle(self, final: OwnTable) -> None:
        try:
            facts = table.facts(final)
        except DataUnavailable as error:
            self._on_failed(str(error), "")
            return
        super().accept()
        self.settled.emit(final, facts)

    def _close(self) -> None:
        self._patience.stop()
        self.look.stop()

    def _complain(self, sentence: str) -> None:
        self.form.message.say(sentence, "problem")

    # ---- what is shown

    def _show(self, wrong: str = "") -> None:
        self.form.show_table(self._data, self._draft, self._facts, wrong)
        kept = self._keep_inside and self._inside is not None
        if self._draft is not None:
            self.form.options.show_inside(self._draft.data, on=kept, possible=self._inside is not None)

    def choose_file(self) -> None:
        """Ask for a file."""
        folder = Path(self._data.path).parent if self._data is not None and self._data.path else Path.home()
        dialog = QFileDialog(self, self.tr("Choose a table"), str(folder), self.tr(FILTER))
        dialog.setObjectName("tableFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_file(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # ---- Qt

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if (path := dropped_path(event)) is not None:
            event.acceptProposedAction()
            self.open_file(path)



def _without_lost_columns(data: OwnTable, survey: Survey) -> OwnTable:
    """Settings for columns that are not there, when a table is read in another way than before, are dropped."""
    names = set(survey.names)
    return edits.changed(
        data,
        target=data.target if data.target in names else "",
        columns=tuple(c for c in data.columns if c in names),
        kinds={c: kind for c, kind in data.kinds.items() if c in names},
    )
