"""`ComparedCurves`: the right half of the Runs panel: which number, and the curves of the runs that are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnplayground.ui.runs.entry import Entry
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.curve_data import ACCURACY, LEARNING_RATE, Curve
from nnplayground.ui.views.metrics_table import metric_title, value_text

if TYPE_CHECKING:
    from nnplayground.ui.runs.plot import RunsPlot

CHOICES = 26
"""Pixels, at the usual size of text, of the rows above table and curves."""
NOTHING: Curve = (np.empty(0), np.empty(0))


class ComparedCurves(QWidget):
    """Shows what it is given; the plot is made with the first curves, since pyqtgraph takes most of a second to import."""

    lit = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.plot: RunsPlot | None = None
        self._shown: list[tuple[Entry, int]] = []
        self._wish = str(QSettings().value("runs/metric", "loss"))
        self.number = QComboBox()
        self.number.setObjectName("runsMetric")
        self.number.setAccessibleName(self.tr("Number that is drawn"))
        self.number.setToolTip(self.tr("Which number's curves are drawn. Keras: loss and metrics"))
        self.number.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.number.setMinimumWidth(90)
        self.number.setProperty("kind", "plain")
        theme.use_font(self.number, Role.HELPER)
        self.number.activated.connect(self._on_number)
        self.look = QToolButton()
        self.look.setObjectName("runsLook")
        self.look.setToolTip(self.tr("How curves are drawn: log scale, training, validation"))
        self.look.setAccessibleName(self.look.toolTip())
        self.look.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        theme.use_icon_size(self.look, 16)
        menu = QMenu(self.look)
        self.log, self.train, self.watched = (
            menu.addAction(text) for text in (self.tr("Log scale"), self.tr("Training, solid"), self.tr("Validation, dashed"))
        )
        for action, name in ((self.log, "runsLog"), (self.train, "runsTraining"), (self.watched, "runsValidation")):
            action.setObjectName(name)
            action.setCheckable(True)
            action.setChecked(str(QSettings().value(f"runs/{name}", "true")).lower() == "true")
            action.toggled.connect(lambda on, key=name: self._on_look(key, on))
        self.look.setMenu(menu)
        self._choices = QWidget()
        row = QHBoxLayout(self._choices)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.number, 1)
        row.addWidget(self.look)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self._choices)
        self._room = QWidget()
        self._column.addWidget(self._room, 1)
        theme.changed.connect(self._dress)
        self._dress()

    def show_runs(self, shown: Sequence[tuple[Entry, int]]) -> None:
        """Runs whose curves are there, with the slots of their colours."""
        self._shown = list(shown)
        names = dict.fromkeys(name.removeprefix("val_") for entry, _ in shown for name in (entry.curves or {}) if name != LEARNING_RATE)
        if [self.number.itemData(i) for i in range(self.number.count())] != [*names]:
            self.number.clear()
            for name in names:
                self.number.addItem(metric_title(name), name)
        self.number.setCurrentIndex(max(self.number.findData(self._wish), 0) if names else -1)
        self._draw()

    def show_choices(self, on: bool) -> None:
        """Whether there is room for what is chosen above the curves."""
        self._choices.setVisible(on)

    def light(self, key: str | None) -> None:
        if self.plot is not None:
            self.plot.light(key)

    @property
    def drawn(self) -> str:
        """The number that is drawn; '' without any."""
        return str(self.number.currentData() or "")

    def _draw(self) -> None:
        if self.plot is None and not (self._shown and self.isVisible()):
            return
        from nnplayground.ui.runs.plot import RunLine, RunsPlot

        if self.plot is None:
            self.plot = RunsPlot(self._theme, self)
            self.plot.lit.connect(self.lit)
            self._column.replaceWidget(self._room, self.plot)
            self._room.hide()
        name, lines = self.drawn, []
        for entry, slot in self._shown:
            curves = entry.curves or {}
            train = curves.get(name, NOTHING) if self.train.isChecked() else NOTHING
            watched = curves.get(f"val_{name}", NOTHING) if self.watched.isChecked() else NOTHING
            last = entry.run.last.get(f"val_{name}", entry.run.last.get(name))
            text = value_text(name, last) if last is not None else ""
            lines.append(RunLine(entry.key, entry.run.name, slot, train, watched, text))
        self.plot.show_lines(lines, log=self.log.isChecked() and name == "loss", share=name == ACCURACY)

    def _on_number(self) -> None:
        self._wish = self.drawn
        QSettings().setValue("runs/metric", self._wish)
        self._draw()

    def _on_look(self, key: str, on: bool) -> None:
        QSettings().setValue(f"runs/{key}", on)
        if not (self.train.isChecked() or self.watched.isChecked()):  # one of them is always to be seen
            (self.watched if key == "runsTraining" else self.train).setChecked(True)
        self._draw()

    def _dress(self) -> None:
        self._choices.setFixedHeight(self._theme.pixels(CHOICES))
        self.look.setIcon(self._theme.icon("tune-variant"))
        self.look.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
