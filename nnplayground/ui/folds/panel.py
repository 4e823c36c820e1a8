"""The folds panel: the same network trained k times, each time with another part of the training samples set aside."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.data.dataset import Dataset
from nnplayground.engine.events import Status
from nnplayground.ui.edit import Edit
from nnplayground.ui.folds.controls import FoldControls
from nnplayground.ui.folds.course import FoldCourse
from nnplayground.ui.folds.results import Results
from nnplayground.ui.folds.scores import ScoreTable, score_text
from nnplayground.ui.panel import INSET, CutLabel, Panel
from nnplayground.ui.takeaway import TakeAway
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.curve_data import ACCURACY, COLUMNS, Curve
from nnplayground.ui.views.metrics_table import metric_text, metric_title
from nnplayground.ui.views.nothing import Nothing, hindrance
from nnplayground.ui.views.ticks import epoch_limit, linear_ticks, loss_range, share_range, share_text, tick_text

if TYPE_CHECKING:
    from nnplayground.ui.folds.plot import FoldPlot
    from nnplayground.ui.views.curve_overlay import ReadOut

LEAST = 96
FROM_ZERO = 0.4
"""Below this part of the greatest value the axis reaches down to 0."""
FIRST, FIRST_SHARE = 10, 10
"""So many epochs, and at most one in so many, need not be in sight: a network begins so badly that nothing else could be seen."""


class FoldsPanel(Panel):
    """Shows a `FoldCourse`, and asks for other numbers of folds."""

    edit_requested = Signal(object)

    def __init__(self, theme: Theme, course: FoldCourse, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("FoldsPanel", "Folds"), parent=parent)
        self.setObjectName("folds")
        self.course = course
        self._analysis: Analysis | None = None
        self._dataset: Dataset | None = None
        self._plot: FoldPlot | None = None
        self._curves: dict[int, tuple[object, Curve]] = {}
        """What is drawn of each fold, and what it was made of."""
        self._read: int | None = None
        self._missed = False
        self.controls = FoldControls(theme)
        self.nothing = Nothing(theme, "noFolds")
        self.told, self.more = QLabel(), QLabel()
        self._head = CutLabel()
        self.scores = ScoreTable(theme)
        self.told.setObjectName("foldScore")
        self.told.setToolTip(self.tr("The mean of the folds' scores ± their standard deviation"))
        self.more.setObjectName("foldsTold")
        theme.use_font(self.told, Role.METRIC, weight=600)
        for label, role in ((self.more, Role.HELPER), (self._head, Role.SECTION)):
            theme.use_font(label, role)
            label.setProperty("tone", "muted")
        for label in (self.told, self.more):
            label.setWordWrap(True)
        self._head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._stack = _Pages(theme)
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(self._page())
        self.body.setContentsMargins(INSET, 4, INSET, 8)
        self.body.setSpacing(4)
        self.body.addWidget(self.controls)
        self.body.addWidget(self._stack, 1)
        self.controls.count_chosen.connect(self._on_count)
        self.controls.look_changed.connect(self._on_look)
        self.controls.train.clicked.connect(course.start)
        self.controls.stop.clicked.connect(lambda _checked: course.stop())
        self.scores.chosen.connect(lambda _fold: self._refresh())
        course.changed.connect(self._on_course)
        self._refresh()

    def _page(self) -> QWidget:
        page = QWidget()
        side = QVBoxLayout()
        side.setSpacing(2)
        for widget in (self.told, self.more):
            side.addWidget(widget)
        side.addWidget(self.scores, 1)
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self._grid.addWidget(self._head, 0, 0)
        self._grid.addLayout(side, 0, 1, 2, 1)
        self._grid.setRowStretch(1, 1)
        self._grid.setColumnStretch(0, 12)
        self._grid.setColumnStretch(1, 10)
        return page

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self.controls.show_count(analysis.spec.training.k_fold)
        self._on_course()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        self._on_course()

    def prepare(self) -> FoldPlot:
        """The plot, made when it is wanted; imports pyqtgraph."""
        if self._plot is None:
            from nnplayground.ui.folds.plot import FoldPlot

            self._plot = plot = FoldPlot(self.theme, self._axis_text, self)
            plot.setObjectName("foldsPlot")
            plot.setAccessibleName(self.tr("Validation of every fold over epochs"))
            plot.setToolTip(
                self.tr("Hover to read values, drag or turn the wheel to zoom, drag with Shift to move, double-click to see everything.")
            )
            plot.hovered.connect(self._on_hovered)
            plot.stepped.connect(self._on_stepped)
            plot.zoom_reset.connect(self._show_everything)
            plot.moved.connect(self._refresh)
            self._grid.addWidget(plot, 1, 0)
        return self._plot

    def takeaway(self) -> TakeAway | None:
        """The curves of the number that is shown, all numbers of all epochs, and the scores."""
        results, name, weight = self.course.results, self.shown_metric, self.controls.weight
        if results is None or not any(run.history.epochs for run in results.runs):
            return None
        seen = [run.history for run in results.runs if run.status is not Status.DIVERGED]
        label, title = self._label(results, name), self._headline(results) or results.analysis.facts.title
        limits = self._value_range(name)

        def write(path: Path) -> None:
            from nnplayground.plotting.curves import save_figure  # matplotlib takes a second
            from nnplayground.plotting.folds import folds_figure

            smooth = results.smoothed(weight) if weight else None
            save_figure(
                folds_figure(seen, results.mean, smooth, f"val_{name}", title=title, label=label, best=results.best(name), limits=limits),
                path,
            )

        also = (("copyScores", self.tr("Copy the scores of the folds"), results.scores_table),)
        return TakeAway("folds", write, lambda: results.curves_table(weight), also=also)

    @property
    def shown_metric(self) -> str:
        """The number that is shown: the one that was chosen where there is one, else the first metric."""
        names = self.course.results.names if self.course.results is not None else ("loss",)
        chosen = self.controls.chosen_metric
        return chosen if chosen in names else names[1] if len(names) > 1 else names[0]

    # ---- working out

    def _on_course(self) -> None:
        self._missed = not self.isVisible()
        if not self._missed:
            self._refresh()

    def _refresh(self) -> None:
        results, course = self.course.results, self.course
        self.controls.show_course(course, why_not=self._why_not())
        if results is None or not results.runs:
            self.nothing.say(*self._nothing_yet())
            self._stack.setCurrentIndex(0)
            self.scores.show_results(None)
            self._curves.clear()
            return
        self._stack.setCurrentIndex(1)
        self.controls.offer([(name, metric_title(name)) for name in results.names], self.shown_metric)
        self.scores.show_results(results)
        self.told.setText(self._headline(results))
        self.told.setVisible(bool(self.told.text()))
        self.more.setText(self._said(results))
        self.more.setVisible(bool(self.more.text()))
        self._head.setText(self._label(results, self.shown_metric))
        self._draw(results)

    def _draw(self, results: Results) -> None:
        from nnplayground.ui.views.curve_overlay import Mark, ReadOut
        from nnplayground.ui.views.curve_plot import NOTHING

        plot, name, weight = self.prepare(), self.shown_metric, self.controls.weight
        key, between, mean = f"val_{name}", plot.seen_epochs, results.mean
        drawn: list[Curve | None] = []
        for i, run in enumerate(results.runs):
            made_of = (id(run), key, run.history.epochs, between)
            known = i in self._curves and self._curves[i][0] == made_of
            if not known:
                self._curves[i] = made_of, run.history.downsampled(key, COLUMNS, between) if key in run.history.names else NOTHING
            drawn.append(None if known and len(plot.folds) > i else self._curves[i][1])
        for gone in [i for i in self._curves if i >= len(results.runs)]:
            del self._curves[gone]
        longest = max((run.history.epochs for run in results.runs), default=0)
        limit = epoch_limit(longest, results.epochs) if self.course.running else max(longest, 2)
        plot.show_range(limit, *self._value_range(name))
        faint = frozenset(i for i, run in enumerate(results.runs) if run.status in (Status.DIVERGED, Status.CANCELLED))
        plot.show_folds(drawn, self._chosen(), faint)
        ends, smooth_curve, mean_curve = [ReadOut("", "", float("nan"))] * 2, NOTHING, NOTHING
        if key in mean.names:
            last = float(mean.values(key)[-1])
            mean_curve = mean.downsampled(key, COLUMNS, between)
            ends[1] = ReadOut(self.tr("Mean"), metric_text(name, last), last, is_test=True)
            if weight:
                smooth = results.smoothed(weight)
                smooth_curve, last = smooth.downsampled(key, COLUMNS, between), float(smooth.values(key)[-1])
                ends[0] = ReadOut(self.tr("Smoothed"), metric_text(name, last), last)
        plot.show_curves(smooth_curve, mean_curve, ends)
        best = results.best(name)
        text = self.tr("Best {value}").format(value=metric_text(name, best[1])) if best is not None else ""
        plot.show_mark(None if best is None or mean.epochs < 2 else Mark(best[0], text, best[1], is_test=True))
        self._read_out()

    def _chosen(self) -> int | None:
        rows = {index.row() for index in self.scores.selectionModel().selectedRows()}
        results = self.course.results
        return rows.pop() if len(rows) == 1 and results is not None and max(rows) < len(results.runs) else None

    def _value_range(self, name: str) -> tuple[float, float]:
        """From the least to the greatest, but for the first epochs of a long run; what diverged has no say."""
        results, parts = self.course.results, []
        for i, run in enumerate(results.runs if results is not None else ()):
            if run.status is Status.DIVERGED or i not in self._curves:
                continue
            epochs, values = self._curves[i][1]
            late = epochs > min(FIRST, run.history.epochs // FIRST_SHARE)
            if len(finite := values[np.isfinite(values) & late]):
                parts.append((float(finite.min()), float(finite.max())))
        lows, highs = [low for low, _ in parts], [high for _, high in parts]
        if name == ACCURACY:
            return share_range(lows)
        low, high = min(lows, default=0.0), max(highs, default=0.9)
        ticks = linear_ticks(low, high, 4)
        if low < high * FROM_ZERO or len(ticks) < 2:
            return loss_range(lows, highs, log=False)
        step = ticks[1] - ticks[0]
        return math.floor(low / step) * step, math.ceil(high / step) * step

    def _axis_text(self, value: float, apart: float) -> str:
        return share_text(value, apart) if self.shown_metric == ACCURACY else tick_text(value, apart)

    # ---- words

    def _label(self, results: Results, name: str) -> str:
        unit = results.unit(name)
        title = metric_title(name)
        what = self.tr("Validation {metric}").format(metric=title if title.isupper() else title[:1].lower() + title[1:])
        return f"{what}, {unit}" if unit else what

    def _headline(self, results: Results) -> str:
        """The score ± its deviation, in the target's unit; empty while no fold has one."""
        name = self.shown_metric
        if (score := results.score(name)) is None:
            return ""
        return " ".join(part for part in (metric_title(name), score_text(name, score), results.unit(name)) if part)

    def _said(self, results: Results) -> str:
        """What the score is made of, what went wrong, and whether it still is of this project."""
        parts, sound = [], len(results.sound)
        diverged = [i for i, run in enumerate(results.runs, 1) if run.status is Status.DIVERGED]
        if sound:
            of_all, of_some = self.tr("Mean of {k} folds."), self.tr("Mean of {n} of {k} folds.")
            parts.append((of_some if sound < results.count else of_all).format(n=sound, k=results.count))
        if sound and (best := results.best(self.shown_metric)) is not None:
            parts.append(self.tr("Best after {epochs} epochs.").format(epochs=count(best[0])))
        lost = self.tr("Fold {i} diverged and is left out. {why}")
        parts += [lost.format(i=i, why=results.runs[i - 1].reason) for i in diverged]
        if self.course.ending:
            parts.append(self.course.ending)
        if self.course.is_stale:
            parts.append(self.tr("These are of the earlier settings."))
        return " ".join(parts)

    def _why_not(self) -> tuple[str, str] | None:
        """Why no folds can be trained, in a title and a sentence."""
        analysis, dataset = self._analysis, self._dataset
        if analysis is not None and analysis.facts.unknown:
            return self.tr("The data is missing."), self.tr("Find it, or choose another set; then folds can be made of it.")
        if analysis is not None and analysis.facts.train_samples == 1:
            sentence = self.tr("It has 1 training sample; folds set some aside and learn from the rest.")
            return self.tr("Folds are nothing for this data."), sentence
        if analysis is not None and analysis.errors:
            return hindrance(analysis, None) or ("", "")
        if dataset is None:
            return self.tr("The data is not there yet."), self.tr("Once it is loaded, its folds can be trained.")
        if analysis is not None and analysis.spec.training.k_fold is None:
            return self.tr("No folds are asked for."), self.tr("Choose above into how many the training samples are split.")
        return None

    def _nothing_yet(self) -> tuple[str, str]:
        if self.course.failed:
            return self.tr("The folds could not be trained."), self.course.ending
        if self.course.running:
            return self.tr("Being prepared…"), self.tr("TensorFlow compiles the network of the first fold.")
        if (why := self._why_not()) is not None:
            return why
        assert self._analysis is not None
        training, n = self._analysis.spec.training, len(self._dataset.train) if self._dataset is not None else 0
        folds = self.tr("{k} folds, none trained yet.").format(k=training.k_fold)
        how = self.tr(
            "Each trains the network anew for {epochs} epochs, with another {part} of the {n} training samples set aside for validation."
        )
        return folds, how.format(epochs=count(training.epochs), part=count(max(1, n // (training.k_fold or 1))), n=count(n))

    # ---- reacting

    def _on_count(self, folds: int | None) -> None:
        text = self.tr("{k} folds").format(k=folds) if folds is not None else self.tr("No folds")
        self.edit_requested.emit(Edit(text, lambda spec: edits.change_training(spec, k_fold=folds), "training.k_fold"))

    def _on_look(self) -> None:
        if self._plot is not None:
            self._plot.show_everything()
        self._refresh()

    def _show_everything(self) -> None:
        if self._plot is not None:
            self._plot.show_everything()
        self._refresh()

    def _longest(self) -> int:
        return max((run.history.epochs for run in self.course.results.runs), default=0) if self.course.results is not None else 0

    def _on_hovered(self, epoch: float | None) -> None:
        longest = self._longest()
        self._read = None if epoch is None or not longest else min(max(round(epoch), 1), longest)
        self._read_out()

    def _on_stepped(self, epochs: int) -> None:
        if longest := self._longest():
            self._read = min(max((longest if self._read is None else self._read) + epochs, 1), longest)
            self._read_out()

    def _read_out(self) -> None:
        plot, results = self._plot, self.course.results
        if plot is None or results is None:
            return
        if self._read is None:
            plot.show_cursor(None)
            return
        title = self.tr("Epoch {epoch}").format(epoch=count(self._read))
        plot.show_cursor(self._read, title, self._readings(results, self.shown_metric, self._read))

    def _readings(self, results: Results, name: str, epoch: int) -> list[ReadOut]:
        from nnplayground.ui.views.curve_overlay import ReadOut

        key, readings, mean = f"val_{name}", [], results.mean
        if key in mean.names and epoch <= mean.epochs:
            if weight := self.controls.weight:
                value = float(results.smoothed(weight).values(key)[epoch - 1])
                readings.append(ReadOut(self.tr("Smoothed"), metric_text(name, value), value))
            value = float(mean.values(key)[epoch - 1])
            readings.append(ReadOut(self.tr("Mean"), metric_text(name, value), value, is_test=True))
        chosen = self._chosen()
        for i, run in enumerate(results.runs):
            if key in run.history.names and epoch <= run.history.epochs and (chosen is None or chosen == i):
                value = float(run.history.values(key)[epoch - 1])
                readings.append(ReadOut(self.tr("Fold {i}").format(i=i + 1), metric_text(name, value), value, is_ghost=True))
        return readings

    # ---- Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._missed:
            self._missed = False
            self._refresh()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 120)


class _Pages(QStackedWidget):
    """Does with the room there is: labels that wrap would ask for more, and have the panel scroll."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def hasHeightForWidth(self) -> bool:
        return False

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.pixels(280), self._theme.pixels(LEAST))
