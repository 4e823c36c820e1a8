"""The curves panel: loss and another number over epochs, with ghosts of earlier runs.

pyqtgraph takes most of a second to import, so the plots are made after the panel has been painted once, or when the
first numbers come.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.history import History
from nnplayground.ui.panel import CutLabel, Panel
from nnplayground.ui.supply import Stand
from nnplayground.ui.takeaway import TakeAway
from nnplayground.ui.theme.numbers import count, number
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.curve_data import ACCURACY, LEARNING_RATE, Best, Floats, RunCurves, best_of
from nnplayground.ui.views.curve_settings import CurveLook, CurveSettings
from nnplayground.ui.views.curves_empty import CurvesEmpty
from nnplayground.ui.views.metrics_table import metric_title, value_text
from nnplayground.ui.views.ticks import epoch_limit, loss_range, share_range, share_text, tick_text

if TYPE_CHECKING:
    from nnplayground.ui.views.curve_overlay import Mark, ReadOut
    from nnplayground.ui.views.curve_plot import CurvePlot

KEPT = 3
"""Earlier runs."""


class CurvesPanel(Panel):
    """Shows a `History`, and those of the runs before it."""

    run_meant = Signal(object)
    """The `History` of the earlier run under the mouse; None when there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("CurvesPanel", "Curves"), parent=parent)
        self.setObjectName("curvesPanel")
        self._analysis: Analysis | None = None
        self._run: RunCurves | None = None
        self._data_name = ""
        self._run_number = 1
        self._ghosts: list[RunCurves] = []
        self._read: int | None = None
        """The epoch that is read out."""
        self._plots: dict[str, CurvePlot] = {}
        self.settings = CurveSettings(theme, self)
        self.settings.changed.connect(self._on_look)
        self.settings.unhide_asked.connect(self._unhide)
        tip = self.tr("How curves are shown: smoothing, log scale, earlier runs, which number. Training is not touched.")
        self.tune = self.add_tool("tune-variant", tip, "curveSettingsButton")
        self.tune.clicked.connect(self._open_settings)
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
        self._titles = (CutLabel(), CutLabel())
        for column, title in enumerate(self._titles):
            theme.use_font(title, Role.SECTION)
            title.setProperty("tone", "muted")
            title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # both plots are as wide
            self._grid.addWidget(title, 0, column)
        self.body.addWidget(self._holder, 1)
        self._empty = CurvesEmpty(theme, self._holder)
        self._stand = Stand.NONE
        self._painted = False
        self._write_titles()

    # ---- what is shown

    @property
    def look(self) -> CurveLook:
        """How curves are shown."""
        return self.settings.look

    def show_analysis(self, analysis: Analysis) -> None:
        before, self._analysis = self._metric, analysis
        self._say_how()
        if self._plots and self._metric != before:
            self._plots["metric"].show_everything()
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
        if self._run is None or self._run.history is not history:
            self._run = RunCurves(history)
            self._ghosts = [ghost for ghost in self._ghosts if not ghost.goes_on_in(history)]
        if history.epochs and self._analysis is not None:
            self._name_run(self._run, self._analysis)
        if history.epochs or self._plots:
            self._refresh()

    def clear_run(self) -> None:
        """A new run begins: its numbers are still to come. Earlier ones of another data set are no comparison."""
        self._run = self._read = None
        if self._analysis is not None and self._data_name != self._analysis.facts.name:
            self._ghosts.clear()
        for plot in self._plots.values():
            plot.show_everything()
            plot.show_cursor(None)
        if self._plots:
            self._refresh()

    def add_ghost(self) -> None:
        """Keep the present curves in grey, as those of an earlier run."""
        if not self._epochs or self._run is None:
            return
        label = self.tr("Run {number} · {what}").format(number=self._run_number, what=self._run.label)
        self._run_number += 1
        self._ghosts = [*self._ghosts, RunCurves(self._run.history, label)][-KEPT:]

    def prepare(self) -> None:
        """Make the plots now; imports pyqtgraph."""
        if self._plots:
            return
        from nnplayground.ui.views.curve_plot import CurvePlot

        tip = self.tr("Hover to read values, drag or turn the wheel to zoom, drag with Shift to move, double-click to see everything.")
        for column, (key, name) in enumerate((("loss", self.tr("Loss curve")), ("metric", self.tr("Metric curve")))):
            plot = CurvePlot(self.theme, parent=self._holder)
            plot.setObjectName(f"{key}Plot")
            plot.setAccessibleName(name)
            plot.setToolTip(tip)
            plot.hovered.connect(self._on_hovered)
            plot.stepped.connect(self._on_stepped)
            plot.zoom_reset.connect(self._show_everything)
            plot.moved.connect(lambda k=key: self._on_moved(k))
            plot.ghost_meant.connect(lambda ghost, k=key: self._on_meant(k, ghost))
            plot.ghost_clicked.connect(lambda ghost, k=key: self._hide_ghost(k, ghost))
            self._plots[key] = plot
            self._grid.addWidget(plot, 1, column)
        self._empty.raise_()
        self._refresh()

    def plot(self, key: str) -> CurvePlot:
        """The plot of `loss` or `metric`."""
        self.prepare()
        return self._plots[key]

    def takeaway(self) -> TakeAway | None:
        """The curves as they are shown, and all epochs in full precision."""
        run = self._run
        if run is None or not run.history.epochs:
            return None
        look, names = self.look, tuple(n for n in ("loss", self._metric) if n)
        title = " · ".join(part for part in (self._data_name, run.label) if part)

        def write(path: Path) -> None:
            from nnplayground.plotting.curves import curves_figure, save_figure  # matplotlib takes a second

            save_figure(curves_figure(run.history, title, names=names, smoothing=look.smoothing, log=look.log), path)

        return TakeAway("curves", write, run.table)

    # ---- working out

    @property
    def _epochs(self) -> int:
        return self._run.history.epochs if self._run is not None else 0

    @property
    def _metrics(self) -> tuple[str, ...]:
        """What the plot at the right may show: the project's metrics, and the learning rate where it changes."""
        names = self._analysis.goal.metric_names if self._analysis else (ACCURACY,)
        changing = self._run is not None and self._run.changes(LEARNING_RATE)
        return (*names, LEARNING_RATE) if changing or (self.look.metric == LEARNING_RATE and names) else names

    @property
    def _metric(self) -> str:
        names = self._metrics
        return self.look.metric if self.look.metric in names else next(iter(names), "")

    def _ghosts_of(self, name: str) -> list[RunCurves]:
        """The earlier runs that are shown in the plot of a number."""
        return [g for g in self._ghosts if not g.hidden and name in g.history.names] if self.look.ghosts else []

    def _name(self, key: str) -> str:
        return "loss" if key == "loss" else self._metric

    def _is_log(self, key: str) -> bool:
        return self.look.log and self._name(key) in ("loss", LEARNING_RATE)

    def _name_run(self, run: RunCurves, analysis: Analysis) -> None:
        """By what it is told from the next one: its optimizer, and the rates that it began with and has now."""
        optimizer = analysis.spec.training.optimizer
        rate = number(optimizer.learning_rate) if isinstance(optimizer.learning_rate, float) else optimizer.learning_rate.type
        if not run.label:
            run.first_rate, self._data_name = rate, analysis.facts.name
        run.label = f"{optimizer.type} {run.first_rate}" + (f" → {rate}" if rate != run.first_rate else "")

    def _watched(self) -> str:
        """What the dashed curve is made of."""
        validation = self._analysis.spec.data.validation if self._analysis else None
        return self.tr("Test") if validation is not None and validation.use == "test" else self.tr("Validation")

    def _curves_of(self, name: str) -> tuple[tuple[str, str, bool], ...]:
        """The lines of one number, as (name in a history, title, whether it is only watched)."""
        train = "" if name == LEARNING_RATE else self.tr("Train")
        return (name, train, False), (f"val_{name}", self._watched(), True)

    def _write_titles(self) -> None:
        self._grid.addWidget(self._empty, 1, 1 if self._metric else 0, Qt.AlignmentFlag.AlignCenter)
        loss = self._analysis.goal.loss.replace("_", " ") if self._analysis else ""
        loss = "" if loss == "auto" else loss  # the data is not there to say which
        smoothed = self.tr("smoothed {weight}").format(weight=f"{self.look.smoothing:.2f}") if self.look.smoothing else ""
        names = (self.tr("Loss"), metric_title(self._metric))
        for key, title, name, what in zip(("loss", "metric"), self._titles, names, (loss, ""), strict=True):
            how = self.tr("log scale") if self._is_log(key) else ""
            notes = ", ".join(part for part in (what, how, smoothed) if part)
            text = self.tr("{name} ({notes})").format(name=name, notes=notes) if notes else name
            shown = title.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, title.width()) if title.isVisible() else text
            title.setText(shown)
            title.setToolTip(text if shown != text else "")

    def _refresh(self) -> None:
        self._write_titles()
        if self._epochs or self._ghosts:
            self.prepare()
        rule = self._analysis.spec.training.early_stopping if self._analysis else None
        best = best_of(self._run.history, rule) if self._run is not None else None
        for key, plot in self._plots.items():
            self._refresh_plot(key, plot, best)
            plot.setVisible(bool(self._name(key)))
        self._titles[1].setVisible(bool(self._metric))
        self._grid.setColumnStretch(1, 1 if self._metric else 0)
        self._empty.setVisible(not self._epochs)
        if self._read is not None:
            self._read_out()

    def _refresh_plot(self, key: str, plot: CurvePlot, best: Best | None) -> None:
        from nnplayground.ui.views.curve_overlay import ReadOut
        from nnplayground.ui.views.curve_plot import NOTHING

        name, weight = self._name(key), self.look.smoothing
        plot.set_log(self._is_log(key))
        plot.value_axis.write = share_text if name == ACCURACY else tick_text
        everything = [self._run.curve(curve) if self._run is not None else NOTHING for curve, _, _ in self._curves_of(name)]
        ghosts = [(ghost.curve(name, weight), ghost.label) for ghost in self._ghosts_of(name)]
        seen = [y for _, y in (*everything, *(g for g, _ in ghosts)) if np.isfinite(y).any()]
        total = self._analysis.spec.training.epochs if self._analysis else 0
        longest = self._epochs or max((int(g[0][-1]) for g, _ in ghosts if len(g[0])), default=0)
        plot.show_range(epoch_limit(longest, max(total, 0)), *self._value_range(name, plot, seen))
        between, run = plot.seen_epochs, self._run
        ends, raw, shown = [], everything, everything
        if run is not None:
            in_sight = between is None or self._epochs <= between[1]  # else the curve goes on beyond the edge
            for curve, title, is_test in self._curves_of(name) if in_sight else ():
                last = run.value(curve, self._epochs)
                value = float("nan") if last is None else last
                ends.append(ReadOut(title, value_text(name, value), value, is_test))
            if between is not None:
                raw = [run.curve(curve, 0.0, between) for curve, _, _ in self._curves_of(name)]
            shown = [run.curve(curve, weight, between) for curve, _, _ in self._curves_of(name)] if weight else raw
        plot.show_curves(shown[0], shown[1], ends, (raw[0], raw[1]) if weight else (NOTHING, NOTHING))
        plot.show_ghosts(ghosts, (name, weight))
        plot.show_mark(self._mark(name, best))

    def _mark(self, name: str, best: Best | None) -> Mark | None:
        from nnplayground.ui.views.curve_overlay import Mark

        if best is None or self._epochs < 2:
            return None
        is_test = best.name.startswith("val_")
        if best.name.removeprefix("val_") != name:
            return Mark(best.epoch, is_test=is_test)
        # At the newest epoch its value stands at the curve's end anyway.
        text = self.tr("Best {value}").format(value=value_text(name, best.value)) if best.epoch < self._epochs else ""
        return Mark(best.epoch, text, best.value, is_test)

    def _value_range(self, name: str, plot: CurvePlot, seen: list[Floats]) -> tuple[float, float]:
        usable = [y[np.isfinite(y) & ((y > 0) | (not plot.log))] for y in seen]
        lows = [float(y.min()) for y in usable if len(y)]
        highs = [float(y.max()) for y in usable if len(y)]
        if name == ACCURACY:
            return share_range(lows)
        return loss_range(lows, highs, log=plot.log)

    # ---- reacting

    def _on_hovered(self, epoch: float | None) -> None:
        self._read = None if epoch is None or self._run is None or not self._epochs else self._run.history.nearest(epoch)
        self._read_out()

    def _on_stepped(self, epochs: int) -> None:
        if self._run is not None and self._epochs:
            self._read = self._epochs if self._read is None else self._run.history.nearest(self._read, by=epochs)
            self._read_out()

    def _read_out(self) -> None:
        """Read the same epoch out in both plots."""
        for key, plot in self._plots.items():
            if self._read is None:
                plot.show_cursor(None)
                continue
            readings = self._readings(self._name(key), plot.overlay.near)
            plot.show_cursor(self._read, self.tr("Epoch {epoch}").format(epoch=count(self._read)), readings)

    def _readings(self, name: str, near: int | None) -> list[ReadOut]:
        from nnplayground.ui.views.curve_overlay import ReadOut

        readings: list[ReadOut] = []
        if self._run is None or self._read is None:
            return readings
        for curve, title, is_test in self._curves_of(name):
            if (value := self._run.value(curve, self._read)) is not None:
                readings.append(ReadOut(title, value_text(name, value), value, is_test))
        ghosts = self._ghosts_of(name)
        if near is not None and near < len(ghosts) and (value := ghosts[near].value(name, self._read)) is not None:
            readings.append(ReadOut(ghosts[near].label, value_text(name, value), value, is_ghost=True))
        return readings

    def _on_moved(self, key: str) -> None:
        """The other plot shows the same epochs."""
        epochs = self._plots[key].seen_epochs
        for other, plot in self._plots.items():
            if other != key and epochs is not None:
                plot.follow(epochs)
        self._refresh()

    def _show_everything(self) -> None:
        for plot in self._plots.values():
            plot.show_everything()
        self._refresh()

    def light(self, is_lit: Callable[[History], bool]) -> None:
        """Let an earlier run stand out, if it is shown."""
        for key, plot in self._plots.items():
            plot.mean(next((i for i, ghost in enumerate(self._ghosts_of(self._name(key))) if is_lit(ghost.history)), None))

    def _on_meant(self, key: str, index: int | None) -> None:
        ghosts = self._ghosts_of(self._name(key))
        self.run_meant.emit(ghosts[index].history if index is not None and index < len(ghosts) else None)

    def _hide_ghost(self, key: str, index: int) -> None:
        ghosts = self._ghosts_of(self._name(key))
        if index < len(ghosts):
            ghosts[index].hidden = True
            self._refresh()

    def _unhide(self) -> None:
        for ghost in self._ghosts:
            ghost.hidden = False
        self._refresh()

    def _on_look(self, look: CurveLook) -> None:
        if self._plots:
            if look.metric:
                self._plots["metric"].show_everything()
            self._refresh()
        self._write_titles()

    def _open_settings(self) -> None:
        hidden = sum(ghost.hidden for ghost in self._ghosts)
        self.settings.offer([(name, metric_title(name)) for name in self._metrics], self._metric, hidden)
        self.settings.open_below(self.tune)

    # ---- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.prepare)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._write_titles)  # once they have their new widths
