"""`ProblemList`: everything that is wrong with the project, each with the buttons that mend it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.problems import Fix, Problem, Severity
from nnplayground.ui.edit import Edit
from nnplayground.ui.theme.theme import Role, Theme

WIDTH = 380


class ProblemList(QFrame):
    """Opens above the status bar. A fix is an edit like any other: it can be undone."""

    edit_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("problemList")
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Problems"))
        self._theme = theme
        self._problems: tuple[Problem, ...] = ()
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(6)
        self.setFixedWidth(WIDTH)
        theme.changed.connect(self._rebuild)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems

    def show_analysis(self, analysis: Analysis) -> None:
        if analysis.problems == self._problems:
            return
        self._problems = analysis.problems
        self._rebuild()
        if not self._problems:
            self.hide()

    def open_above(self, widget: QWidget) -> None:
        self.adjustSize()
        corner = widget.mapToGlobal(QPoint(0, -6))
        self.move(corner.x(), corner.y() - self.height())
        self.show()

    def _rebuild(self) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = [self._row(problem) for problem in self._problems]
        for row in self._rows:
            self._column.addWidget(row)

    def _row(self, problem: Problem) -> QWidget:
        wrong = problem.severity is Severity.ERROR
        row = QFrame(self)
        row.setProperty("kind", "problem" if wrong else "advice")
        sign = QLabel(row)
        color = self._theme.tokens.error if wrong else self._theme.tokens.warn
        sign.setPixmap(self._theme.icon("alert-circle" if wrong else "lightbulb-on-outline", color).pixmap(QSize(16, 16)))
        text = QLabel(problem.message, row)
        text.setTextFormat(Qt.TextFormat.PlainText)  # it may hold names out of files
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._theme.use_font(text, Role.BODY)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(text)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for i, fix in enumerate(problem.fixes):
            button = QPushButton(fix.label, row)
            button.setAccessibleName(fix.label)
            button.setToolTip(self.tr("Mends the problem; can be undone"))
            if i == 0 and wrong:
                button.setProperty("kind", "primary")
            button.clicked.connect(partial(self._mend, fix))
            buttons.addWidget(button)
        buttons.addStretch(1)
        if problem.fixes:
            column.addLayout(buttons)
        line = QHBoxLayout(row)
        line.setContentsMargins(10, 10, 10, 10)
        line.setSpacing(8)
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(column, 1)
        return row

    def _mend(self, fix: Fix) -> None:
        self.edit_requested.emit(Edit(fix.label, lambda _spec: fix.spec))
