"""The Runs panel: a table of the runs that were kept, and their curves over each other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.comparisons import Comparison, comparisons
from nnplayground.ui.panel import Panel
from nnplayground.ui.runs.collection import RunCollection
from nnplayground.ui.runs.columns import Kind, baselines, matches
from nnplayground.ui.runs.compared import CHOICES, ComparedCurves
from nnplayground.ui.runs.entry import Entry
from nnplayground.ui.runs.table import RunsTable
from nnplayground.ui.takeaway import TakeAway
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.nothing import Nothing

MOST_CURVES = 10
"""As many as there are colours that everybody can tell apart."""
LOW = 118
"""The panel's height, at the usual size of text, below which filter and number give way to rows and curves."""


class RunsPanel(Panel):
    """Shows a `RunCollection`. It asks for what changes the project: others carry that out."""

    open_asked = Signal(str)
    """The run with this key is to be the project."""
    compare_asked = Signal(object)
    """A `Comparison` is to be trained."""
    sweep_asked = Signal()
    stop_asked = Signal()
    run_lit = Signal(object)
    """The key of the run under the mouse, or else of the one that is chosen; None when there is none."""

    def __init__(self, theme: Theme, runs: RunCollection, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("RunsPanel", "Runs"), parent=parent)
        self.setObjectName("runs")
        self.runs = runs
        self._analysis: Analysis | None = None
        self._data_name = ""
        self._slots: dict[str, int] = {}
        self._stale = True
        self._progress = ""
        self._make_tools()
        self.table, self.compared = RunsTable(theme, self), ComparedCurves(theme, self)
        self.empty = Nothing(theme, "noRuns", self)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._lay_out()
        self.table.lit.connect(self._on_lit)
        self.compared.lit.connect(self._on_lit)
        self.table.chosen.connect(self._on_chosen)
        self.table.delete_asked.connect(self._delete)
        # Later: the rows are made anew by it, and the field that it was written in is still there.
        self.table.runs.described.connect(self._describe, Qt.ConnectionType.QueuedConnection)
        self.table.runs.sorted_anew.connect(self._show_curves)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.filter.textChanged.connect(self._refresh)
        self.scope.activated.connect(self._on_scope)
        runs.changed.connect(self._refresh)
        runs.curves_came.connect(self._on_curves)
        self._refresh()

    def _make_tools(self) -> None:
        self.stop = self.add_tool("stop", self.tr("Train no more of these runs, and take up the project again"), "runsStop")
        self.stop.clicked.connect(self.stop_asked)
        self.sweep = self.add_tool("layers-triple-outline", self.tr("Train the runs of the sweep in this project's recipe"), "runsSweep")
        self.sweep.setText(self.tr("Train the sweep"))
        self.sweep.clicked.connect(self.sweep_asked)
        self.compare = self.add_tool("compare-horizontal", self.tr("Train this project in a few variations"), "runsCompare")
        self.compare.setText(self.tr("Compare"))
        self.compare.clicked.connect(self._open_comparisons)
        self.open = self.add_tool("folder-open-outline", self.tr("Open as project: its settings and weights come back"), "runsOpen")
        self.open.clicked.connect(self._open_chosen)
        self.pin = self.add_tool("pin-outline", self.tr("Baseline: compare all runs of this data with this one"), "runsPin")
        self.pin.setCheckable(True)
        self.pin.clicked.connect(self._pin)
        self.delete = self.add_tool("trash-can-outline", self.tr("Delete the chosen runs; they can be brought back"), "runsDelete")
        self.delete.clicked.connect(self._delete)
        for button in (self.stop, self.sweep, self.compare):
            button.setProperty("kind", "text")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self.theme.use_font(button, Role.HELPER, weight=500)
        for hidden in (self.stop, self.sweep):
            hidden.hide()

    def _lay_out(self) -> None:
        self.filter = QLineEdit()
        self.filter.setObjectName("runsFilter")
        self.filter.setAccessibleName(self.tr("Filter"))
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.filter.setToolTip(self.tr("Show only runs with these words in their name, notes or settings"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(60)
        self.scope = QComboBox()
        self.scope.setObjectName("runsScope")
        self.scope.setAccessibleName(self.tr("Which runs"))
        self.scope.setToolTip(self.tr("Show runs of the present data, of the present project, or all"))
        for key, text in (("data", self.tr("This data set")), ("project", self.tr("This project")), ("all", self.tr("All runs"))):
            self.scope.addItem(text, key)
        self.scope.setCurrentIndex(max(self.scope.findData(QSettings().value("runs/scope", "data")), 0))
        for widget in (self.filter, self.scope):
            self.theme.use_font(widget, Role.HELPER)
            widget.setProperty("kind", "plain")
        self.scope.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.scope.setMinimumWidth(90)
        self._choice = QWidget()
        self._size_choice()
        self.theme.changed.connect(self._size_choice)
        choice = QHBoxLayout(self._choice)
        choice.setContentsMargins(0, 0, 0, 0)
        choice.setSpacing(4)
        choice.addWidget(self.filter, 3)
        choice.addWidget(self.scope, 2)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._choice)
        column.addWidget(self.table, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setObjectName("runsSplit")
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(10)
        self.split.addWidget(left)
        self.split.addWidget(self.compared)
        for at, share in enumerate((3, 2)):
            self.split.setStretchFactor(at, share)
        self.split.setSizes([600, 400])
        self._stack.addWidget(self.split)
        self.body.addWidget(self._stack, 1)

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        if analysis.spec.data.name != self._data_name:
            self._data_name = analysis.spec.data.name
            self._refresh()

    def show_progress(self, progress: str) -> None:
        """Which of several runs trains, in a few words; '' when none does."""
        self._progress = progress
        self.stop.setText(self.tr("Stop: {what}").format(what=progress) if progress else "")
        self.stop.setVisible(bool(progress))
        self.compare.setVisible(not progress)
        self._show_tools()

    def offer_sweep(self, runs: int) -> None:
        """So many runs has the sweep of the project's recipe."""
        self.sweep.setVisible(runs > 0 and not self._progress)
        self._fit_header()

    def choose(self, keys: Sequence[str]) -> None:
        """Show some runs, whatever is filtered, and choose them."""
        if not keys:
            return
        self.filter.clear()
        if not set(keys) <= {entry.key for entry in self._fitting()}:
            self.scope.setCurrentIndex(self.scope.findData("all"))
        self._refresh()
        self.table.choose(set(keys))

    def light(self, key: str | None) -> None:
        """Let a run stand out, as if the mouse were over it."""
        lit = key if key is not None else self._chosen_one
        self.table.runs.light(key)
        self.compared.light(lit)

    def takeaway(self) -> TakeAway | None:
        """The table as it is shown, in full precision, and the curves."""
        if not self.table.runs.entries:
            return None
        plot = self.compared.plot
        return TakeAway("runs", plot.write if plot is not None and plot.lines else None, self.table.table)

    @property
    def _chosen_one(self) -> str | None:
        keys = self.table.keys
        return keys[0] if len(keys) == 1 else None

    def _fitting(self) -> list[Entry]:
        words = self.filter.text()
        return [entry for entry in self.runs.entries.values() if self._is_in_scope(entry) and matches(entry, words)]

    def _is_in_scope(self, entry: Entry) -> bool:
        match self.scope.currentData():
            case "data":
                return entry.run.spec.data.name == self._data_name
            case "project":
                return entry.project is self.runs.project
            case _:
                return True

    def _refresh(self, _what: object = None) -> None:
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        entries = self._fitting()
        self.table.hidden = len(self.runs.entries) - len(entries)
        self.table.runs.show(entries)
        there = bool(self.runs.entries)
        self._stack.setCurrentIndex(int(there))
        self.empty.say(self.tr("No runs yet"), self.tr("Finished runs collect here, to compare."))
        counted = self.tr("{shown} of {all}").format(shown=len(entries), all=len(self.runs.entries))
        self.set_subtitle(counted if self.table.hidden else "")
        self._show_curves()
        self._show_tools()

    def _show_tools(self) -> None:
        keys = self.table.keys
        one = self.runs.entries.get(keys[0]) if len(keys) == 1 else None
        for button, on in ((self.open, one is not None), (self.pin, one is not None), (self.delete, bool(keys))):
            button.setEnabled(on)
        self.pin.setChecked(one is not None and one.run.pinned)
        self._fit_header()

    def _compared(self) -> list[Entry]:
        """The runs whose curves are drawn: those that are chosen if they are several, else the first rows; and the baseline."""
        rows, chosen = self.table.runs.entries, set(self.table.keys)
        several = [entry for entry in rows if entry.key in chosen] if len(chosen) > 1 else []
        first = [entry for entry in rows if entry.key in chosen] + [entry for entry in rows if entry.key not in chosen]
        wanted = [*baselines(rows).values(), *(several or first)]
        return list({entry.key: entry for entry in wanted}.values())[:MOST_CURVES]

    def _show_curves(self) -> None:
        shown = self._compared()
        keys = {entry.key for entry in shown}
        self._slots = {key: slot for key, slot in self._slots.items() if key in keys}
        free = (slot for slot in range(MOST_CURVES) if slot not in set(self._slots.values()))
        for entry in shown:
            if entry.key not in self._slots:
                self._slots[entry.key] = next(free)
        self.runs.want_curves(entry.key for entry in shown)
        self.table.runs.show_swatches(self._slots)
        self.compared.show_runs([(entry, self._slots[entry.key]) for entry in shown if entry.curves is not None])
        self.compared.light(self._chosen_one)

    # ---- reacting

    def _on_curves(self, key: str) -> None:
        if key in self._slots and self.isVisible():
            self._show_curves()

    def _on_chosen(self) -> None:
        self._show_curves()
        self._show_tools()
        self.run_lit.emit(self._chosen_one)

    def _on_lit(self, key: str | None) -> None:
        self.light(key)
        self.run_lit.emit(key if key is not None else self._chosen_one)

    def _on_scope(self) -> None:
        QSettings().setValue("runs/scope", self.scope.currentData())
        self._refresh()

    def _open_chosen(self) -> None:
        if (key := self._chosen_one) is not None:
            self.open_asked.emit(key)

    def _pin(self) -> None:
        if (key := self._chosen_one) is not None:
            self.runs.pin(key, not self.runs.entries[key].run.pinned)

    def _describe(self, key: str, field: str, text: str) -> None:
        if key in self.runs.entries:
            self.runs.describe(key, **{field: text})

    def _delete(self) -> None:
        self.runs.delete(self.table.keys)

    def _open_menu(self, place: QPoint) -> None:
        one, menu = self._chosen_one, QMenu(self)
        menu.setObjectName("runsMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pinned = one is not None and self.runs.entries[one].run.pinned
        for name, text, act, on in (
            ("openRun", self.tr("Open as project"), self._open_chosen, one is not None),
            ("pinRun", self.tr("No baseline any more") if pinned else self.tr("Make it the baseline"), self._pin, one is not None),
            ("renameRun", self.tr("Rename"), partial(self.table.write, Kind.NAME), one is not None),
            ("noteRun", self.tr("Write notes"), partial(self.table.write, Kind.NOTES), one is not None),
            ("deleteRuns", self.tr("Delete"), self._delete, bool(self.table.keys)),
            ("restoreRuns", self.tr("Bring back what was deleted"), self.runs.restore, self.runs.can_restore),
        ):
            action = menu.addAction(text, act)
            action.setObjectName(name)
            action.setEnabled(on)
        menu.popup(self.table.viewport().mapToGlobal(place))

    def _size_choice(self) -> None:
        self._choice.setFixedHeight(self.theme.pixels(CHOICES))

    def _open_comparisons(self) -> None:
        menu = self.comparison_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.compare.mapToGlobal(self.compare.rect().bottomLeft()))

    def comparison_menu(self) -> QMenu:
        """What makes sense for the present project; each with the names of its runs."""
        menu = QMenu(self)
        menu.setObjectName("compareMenu")
        menu.setToolTipsVisible(True)
        ready = self._analysis is not None and not self._analysis.errors
        found: tuple[Comparison, ...] = ()
        if ready and self._analysis is not None:
            found = comparisons(self._analysis.spec, self._analysis.facts)
        for comparison in found:
            action = menu.addAction(comparison.title, partial(self.compare_asked.emit, comparison))
            action.setObjectName(f"compare_{comparison.key}")
            action.setToolTip(self.tr("Trains {runs}").format(runs=", ".join(name for name, _ in comparison.runs)))
        if not found:
            action = menu.addAction(self.tr("Mend the project's problem first") if not ready else self.tr("Nothing to vary here"))
            action.setEnabled(False)
        return menu

    # ---- Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.runs.load()  # another window may have kept some
        if self._stale:
            QTimer.singleShot(0, self, self._refresh)  # once it is on the screen

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel the rows have all the room; what is chosen above them stays chosen."""
        super().resizeEvent(event)
        low = self.height() < self.theme.pixels(LOW)
        self._choice.setVisible(not low or bool(self.filter.text()))
        self.compared.show_choices(not low)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stale = True
