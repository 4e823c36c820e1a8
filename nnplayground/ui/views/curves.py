"""The curves panel: loss and the first metric over epochs, with ghosts of earlier runs.

pyqtgraph takes most of a second to import, so the plots are made after the panel has been painted once, or when the
first numbers come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.history import History
from nnplayground.ui.panel import Panel
from nnplayground.ui.supply import Stand
from nnplayground.ui.theme.numbers import count, number
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.metrics_table import metric_text, metric_title
from nnplayground.ui.views.ticks import epoch_limit, loss_range, share_range, tick_text

if TYPE_CHECKING:
    from nnplayground.ui.views.curve_plot import Curve, CurvePlot

COLUMNS = 240
"""Columns a curve is thinned to, two points each: as many as there are pixels in a usual plot."""
ACCURACY = "accuracy"


@dataclass(frozen=True)
class _Ghost:
    """The curves of an earlier run by name, and what that run was."""

    curves: dict[str, Curve]
    label: str


def _share_text(value: float) -> str:
    return f"{tick_text(value * 100)} %"


class CurvesPanel(Panel):
    """Shows a `History`; never keeps one beyond the ghosts' few points."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("CurvesPanel", "Curves"), parent=parent)
        self.setObjectName("curvesPanel")
        self._analysis: Analysis | None = None
        self._history: History | None = None
        self._label = ""
        self._data_name = ""
        self._run_number = 1
        self._ghosts: list[_Ghost] = []
        self._metric = ACCURACY
        self._plots: dict[str, CurvePlot] = {}
        self.log = QCheckBox(self.tr("Log scale"))
        self.log.setChecked(True)
        self.log.setAccessibleName(self.tr("Logarithmic loss axis"))
        self.log.setToolTip(self.tr("Show the loss on a logarithmic axis, where small differences stay visible. Training is not touched."))
        self.log.toggled.connect(self._refresh)
        self.add_header_widget(self.log)
        self._holder = QWidget(self)
        self._holder.setObjectName("curvesPlot")
        self._holder.setAccessibleName(self.tr("Curves of loss and metric over epochs"))
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(1, 1)
        self._titles = (QLabel(), QLabel())
        for column, title in enumerate(self._titles):
            theme.use_font(title, Role.SECTION)
            title.setProperty("tone", "muted")
            self._grid.addWidget(title, 0, column)
        self.body.addWidget(self._holder, 1)
        self._empty = _EmptyCard(theme, self._holder)
        self._stand = Stand.NONE
        self._painted = False
        self._write_titles()

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._say_how()
        names = analysis.goal.metric_names
        metric = names[0] if names else ""
        if metric != self._metric:
            self._metric = metric
            if self._plots:
                self._refresh()
        self._write_titles()

    def show_stand(self, stand: Stand, _sentence: str) -> None:
        """How it stands with the samples: without any, Play has nothing to train with."""
        self._stand = stand
        self._say_how()

    def _say_how(self) -> None:
        tr = self._empty.tr
        if self._analysis is not None and self._analysis.errors:
            self._empty.sentence.setText(tr("Mend the problem first, then press Play."))
        elif self._stand in (Stand.CANCELLED, Stand.FAILED):
            self._empty.sentence.setText(tr("No data yet: load it, then press Play."))
        else:
            self._empty.sentence.setText(tr("Press Play or Space."))

    def show_history(self, history: History) -> None:
        """The numbers of the run so far; called after every batch of epochs."""
        self._history = history
        if history.epochs and not self._label:
            self._label = self._describe()
            self._data_name = self._analysis.facts.name if self._analysis else ""
        if history.epochs or self._plots:
            self._refresh()

    def clear_run(self) -> None:
        """A new run begins: its numbers are still to come."""
        self._history = None
        self._label = ""
        for plot in self._plots.values():
            plot.zoomed = False
        if self._plots:
            self._refresh()

    def add_ghost(self) -> None:
        """Keep the present curves in grey, as those of an earlier run; those of another data set are no comparison."""
        if self._analysis is not None and self._data_name != self._analysis.facts.name:
            self._ghosts.clear()
            return
        if self._history is None or not self._history.epochs:
            return
        curves = {name: self._history.downsampled(name, COLUMNS // 2) for name in self._history.names}
        label = self.tr("Run {number} · {what}").format(number=self._run_number, what=self._label)
        self._run_number += 1
        self._ghosts = [*self._ghosts, _Ghost(curves, label)][-3:]

    def prepare(self) -> None:
        """Make the plots now; imports pyqtgraph."""
        if self._plots:
            return
        from nnplayground.ui.views.curve_plot import CurvePlot

        for column, (key, name) in enumerate((("loss", self.tr("Loss curve")), ("metric", self.tr("Metric curve")))):
            plot = CurvePlot(self.theme, self._writer(key), self._holder)
            plot.setObjectName(f"{key}Plot")
            plot.setAccessibleName(name)
            plot.setToolTip(self.tr("Hover to read values, drag to zoom, double-click to see everything."))
            plot.hovered.connect(lambda epoch, k=key: self._on_hovered(k, epoch))
            plot.zoom_reset.connect(self._refresh)
            self._plots[key] = plot
            self._grid.addWidget(plot, 1, column)
        self._empty.raise_()
        self._refresh()

    def plot(self, key: str) -> CurvePlot:
        """The plot of `loss` or `metric`."""
        self.prepare()
        return self._plots[key]

    # ---- working out

    def _writer(self, key: str) -> Callable[[float], str]:
        return lambda value: _share_text(value) if self._name(key) == ACCURACY else tick_text(value)

    def _name(self, key: str) -> str:
        return "loss" if key == "loss" else self._metric

    def _describe(self) -> str:
        """The present run in two words: what to tell it from the next one by."""
        if self._analysis is None:
            return ""
        optimizer = self._analysis.spec.training.optimizer
        rate = optimizer.learning_rate
        return f"{optimizer.type} {number(rate) if isinstance(rate, float) else rate.type}"

    def _watched(self) -> str:
        """What the dashed curve is made of."""
        validation = self._analysis.spec.data.validation if self._analysis else None
        return self.tr("Test") if validation is not None and validation.use == "test" else self.tr("Validation")

    def _write_titles(self) -> None:
        self._grid.addWidget(self._empty, 1, 1 if self._metric else 0, Qt.AlignmentFlag.AlignCenter)
        loss = self._analysis.goal.loss.replace("_", " ") if self._analysis else ""
        loss = "" if loss == "auto" else loss  # the data is not there to say which
        how = self.tr("log scale") if self.log.isChecked() else ""
        notes = ", ".join(part for part in (loss, how) if part)
        self._titles[0].setText(self.tr("Loss ({notes})").format(notes=notes) if notes else self.tr("Loss"))
        self._titles[1].setText(metric_title(self._metric))

    def _values(self, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        if self._history is None or name not in self._history.names:
            return np.empty(0)
        return self._history.values(name)

    def _refresh(self) -> None:
        self._write_titles()
        epochs = self._history.epochs if self._history else 0
        if epochs or self._ghosts:
            self.prepare()
        for key, plot in self._plots.items():
            self._refresh_plot(key, plot, epochs)
            plot.setVisible(bool(self._name(key)))
        self._titles[1].setVisible(bool(self._metric))
        self._grid.setColumnStretch(1, 1 if self._metric else 0)
        self._empty.setVisible(not epochs)

    def _refresh_plot(self, key: str, plot: CurvePlot, epochs: int) -> None:
        from nnplayground.ui.views.curve_plot import NOTHING, ReadOut

        name = self._name(key)
        plot.set_log(key == "loss" and self.log.isChecked())
        curves, ends = [], []
        for curve, title, is_test in ((name, self.tr("Train"), False), (f"val_{name}", self._watched(), True)):
            values = self._values(curve)
            curves.append(self._history.downsampled(curve, COLUMNS) if self._history is not None and len(values) else NOTHING)
            last = float(values[-1]) if len(values) else float("nan")
            ends.append(ReadOut(title, metric_text(name, last), last, is_test))
        ghosts = [(g.curves[name], g.label) for g in self._ghosts if name in g.curves]
        plot.show_curves(curves[0], curves[1], ends)
        plot.show_ghosts(ghosts)
        seen = [y for _, y in (*curves, *(g for g, _ in ghosts)) if np.isfinite(y).any()]
        total = self._analysis.spec.training.epochs if self._analysis else 0
        longest = epochs or max((int(g[0][-1]) for g, _ in ghosts if len(g[0])), default=0)
        plot.show_range(epoch_limit(longest, max(total, 0)), *self._value_range(name, plot, seen))

    def _value_range(self, name: str, plot: CurvePlot, seen: list[np.ndarray[tuple[int], np.dtype[np.float64]]]) -> tuple[float, float]:
        usable = [y[np.isfinite(y) & ((y > 0) | (not plot.log))] for y in seen]
        lows = [float(y.min()) for y in usable if len(y)]
        highs = [float(y.max()) for y in usable if len(y)]
        if name == ACCURACY:
            return share_range(lows)
        return loss_range(lows, highs, log=plot.log)

    def _on_hovered(self, key: str, epoch: float | None) -> None:
        from nnplayground.ui.views.curve_plot import ReadOut

        count_ = self._history.epochs if self._history else 0
        at = None if epoch is None or not count_ else min(max(round(epoch), 1), count_)
        for k, plot in self._plots.items():
            if at is None:
                plot.show_cursor(None)
                continue
            name, readings = self._name(k), []
            for curve, title, is_test in ((name, self.tr("Train"), False), (f"val_{name}", self._watched(), True)):
                values = self._values(curve)
                if len(values) >= at:
                    value = float(values[at - 1])
                    readings.append(ReadOut(title, metric_text(name, value), value, is_test))
            title = self.tr("Epoch {epoch}").format(epoch=count(at))
            plot.show_cursor(at, title if k == key else "", readings if k == key else ())

    # ---- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.prepare)


class _EmptyCard(QFrame):
    """Stands over the empty plots and says how they fill."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("curvesEmpty")
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        title, sentence = QLabel(self.tr("No curve for this network yet")), QLabel(self.tr("Press Play or Space."))
        self.sentence = sentence
        theme.use_font(title, Role.TITLE)
        theme.use_font(sentence, Role.HELPER)
        sentence.setProperty("tone", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 8)
        column.setSpacing(2)
        column.addWidget(title)
        column.addWidget(sentence)
