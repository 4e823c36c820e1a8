"""The controls of 'Your table', and how they show what is settled."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from nnplayground.core.data_spec import OwnTable
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.data.own import table
from nnplayground.ui.own.message import Message
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.own.table_columns import ColumnsModel, ColumnsView
from nnplayground.ui.own.table_draft import Draft
from nnplayground.ui.own.table_options import TableOptions
from nnplayground.ui.own.table_preview import RowsView
from nnplayground.ui.own.table_reading import ReadingRow
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme

LONGEST_NAME = 44


class TableForm(QWidget):
    """Holds no state of its own: `show_table` shows what the dialog has."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tr = self.tr
        self.name = _label(theme, "tableName", Role.TITLE)
        self.measure = _label(theme, "tableSize", Role.HELPER, tone="muted")
        self.hint = _label(theme, "tableHint", Role.BODY, tone="muted", wraps=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.summary = _label(theme, "tableSummary", Role.HELPER, tone="muted", wraps=True)
        self.choose = _button("tableChoose", tr("Choose file…"), tr("Choose a file with a table (CSV, TSV)"))
        self.paste = _button("tablePaste", tr("Paste"), tr("Use the cells that were copied in a spreadsheet"))
        self.cancel = _button("tableCancel", tr("Cancel"), tr("Leave the project as it is"))
        self.use = _button("tableUse", tr("Use this table"), "")
        self.use.setProperty("kind", "primary")
        self.use.setDefault(True)
        self.message = Message(theme)
        self.reading = ReadingRow(theme)
        self.columns = ColumnsModel(theme)
        self.columns_view = ColumnsView(theme, self.columns)
        self.rows = RowsView(theme)
        self.options = TableOptions(theme)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.hint)
        self.pages.addWidget(self._tables())
        self._arrange()

    def show_table(self, data: OwnTable | None, draft: Draft | None, facts: DataFacts | None, wrong: str) -> None:
        """`wrong` is the place of a setting that does not fit. What is said in the message is left as it is."""
        if data is None:
            self.name.setText(self.tr("No table yet"))
            self.hint.setText(self.tr("Choose a CSV or TSV file, drop one here, or paste cells copied from a spreadsheet."))
        else:
            self.name.setText(_short(Path(data.path).name) if data.path else self.tr("Table in the project"))
            self.name.setToolTip(plain_tip(data.path))
            self.hint.setText(self.tr("What the table holds stands here once it can be read."))
            self.reading.show_settings(data, draft.survey if draft is not None else None, wrong)
        self.reading.setEnabled(data is not None)
        self.columns.show_draft(draft)
        self.rows.show_draft(draft)
        self.pages.setCurrentIndex(0 if draft is None else 1)
        self.options.setVisible(draft is not None)
        if draft is not None:
            self.options.show_draft(draft, facts)
        self.measure.setText(self._measure(draft))
        self.summary.setText(self._summary(draft, facts))
        self.use.setEnabled(facts is not None)
        self.use.setToolTip(self.tr("One step that can be undone") if facts else self.tr("There is nothing to learn from yet"))

    def _measure(self, draft: Draft | None) -> str:
        if draft is None:
            return ""
        survey = draft.survey
        return self.tr("{rows} rows, {columns} columns").format(rows=count(survey.rows), columns=count(len(survey.columns)))

    def _summary(self, draft: Draft | None, facts: DataFacts | None) -> str:
        if draft is None or facts is None:
            return ""
        what = self.tr("values") if facts.task is Task.REGRESSION else self.tr("{n} classes").format(n=count(len(facts.classes)))
        text = self.tr("{inputs} inputs predict {target} ({what}): {train} rows to learn from, {test} to test on").format(
            inputs=count(facts.input_shape[0]), target=draft.target, what=what,
            train=count(facts.train_samples), test=count(facts.test_samples),
        )  # fmt: skip
        left = table.rows_left_out(draft.data)
        values = {"text": text, "answers": count(left.answers), "inputs": count(left.inputs), "target": draft.target}
        if left.answers and left.inputs:
            return self.tr("{text}; {answers} without {target} and {inputs} with other missing values left out").format(**values)
        if left.answers:
            return self.tr("{text}; {answers} without {target} left out").format(**values)
        return self.tr("{text}; {inputs} with missing values left out").format(**values) if left.inputs else text

    # ---- building

    def _tables(self) -> QWidget:
        tables = QSplitter(Qt.Orientation.Vertical)
        tables.setChildrenCollapsible(False)
        for view in (self.columns_view, self.rows):
            frame = QFrame()
            frame.setProperty("kind", "panel")
            column = QVBoxLayout(frame)
            column.setContentsMargins(1, 4, 1, 4)
            column.addWidget(view)
            tables.addWidget(frame)
        tables.setSizes([230, 150])
        tables.setHandleWidth(8)
        return tables

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name)
        head.addWidget(self.measure)
        head.addStretch(1)
        head.addWidget(self.choose)
        head.addWidget(self.paste)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.reading)
        column.addWidget(self.message)
        column.addWidget(self.pages, 1)
        column.addWidget(self.options)
        column.addLayout(foot)


def _label(theme: Theme, name: str, role: Role, *, tone: str = "", wraps: bool = False) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("tone", tone)
    label.setWordWrap(wraps)
    label.setTextFormat(Qt.TextFormat.PlainText)
    theme.use_font(label, role)
    return label


def _short(name: str) -> str:
    """A file's name with its beginning and its end."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 12]}\N{HORIZONTAL ELLIPSIS}{name[-11:]}"


def _button(name: str, text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tooltip)
    button.setAutoDefault(False)
    return button
