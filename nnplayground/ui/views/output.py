"""The output panel: what the network makes of the data, as a map, as samples or as a fit, and the newest numbers."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QMenu, QStackedWidget, QVBoxLayout, QWidget

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis
from nnplayground.core.data_spec import DataSpec, Texts
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.table import Table
from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Reading
from nnplayground.engine.probes import ProbeRequest, Snapshot
from nnplayground.ui.paint.painting import Painting
from nnplayground.ui.panel import INSET, Panel
from nnplayground.ui.takeaway import TakeAway, picture_of
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.class_counts import ClassCounts
from nnplayground.ui.views.decision_map import GRID, DecisionMap
from nnplayground.ui.views.line_page import LinePage
from nnplayground.ui.views.metrics_table import MetricsTable, metric_title
from nnplayground.ui.views.output_tables import answers_table, fitted_table, map_table
from nnplayground.ui.views.paged import Paged
from nnplayground.ui.views.regression import FittedLine, PredictedAgainstTrue
from nnplayground.ui.views.sample_grid import SampleGrid
from nnplayground.ui.views.sample_pages import ANSWERED, SamplePages
from nnplayground.ui.views.table_page import TablePage
from nnplayground.ui.views.text_list import TextList

TABLE_ANSWERS = 2000


class Kind(Enum):
    """Which view suits the data."""

    MAP = "map"
    SAMPLES = "samples"
    TEXTS = "texts"
    LINE = "line"
    VALUES = "values"
    COUNTS = "counts"
    NOTHING = "nothing"

    @classmethod
    def of(cls, data: DataSpec, facts: DataFacts) -> Kind:
        if facts.unknown:
            return cls.NOTHING
        if isinstance(data, Texts):
            return cls.TEXTS
        if facts.is_plane:
            return cls.MAP
        if len(facts.input_shape) == 3 and facts.task is not Task.REGRESSION:
            return cls.SAMPLES
        if facts.task is Task.REGRESSION:
            return cls.LINE if facts.input_shape == (1,) else cls.VALUES
        return cls.COUNTS


class OutputPanel(Panel):
    """Shows snapshots in the view that suits the data. Its switches change only the picture, never the training.

    The map is a canvas too: while `painting` is on, its edits are the panel's.
    """

    edit_requested = Signal(object)
    probe_changed = Signal()
    """`probe_request` answers differently now: the session should ask for a snapshot even while nothing trains."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, QCoreApplication.translate("OutputPanel", "Output"), parent=parent)
        self.setObjectName("outputPanel")
        self._kind = Kind.MAP
        self._analysis: Analysis | None = None
        self._dataset: Dataset | None = None
        self._seen: Snapshot | None = None
        """The newest snapshot that was shown."""
        self._shown_spec: ProjectSpec | None = None
        self.map = DecisionMap(theme)
        self.painting = Painting(theme, self.map, self)
        self.painting.edit_requested.connect(self.edit_requested)
        self.painting.changed.connect(self._on_painting)
        self.samples = SampleGrid(theme)
        self.texts = TextList(theme)
        self.fitted = FittedLine(theme)
        self.against = PredictedAgainstTrue(theme)
        self.counts = ClassCounts(theme)
        self.views = (self.map, self.samples, self.texts, self.fitted, self.against, self.counts)
        self._answering: dict[Kind, SamplePages | PredictedAgainstTrue | ClassCounts] = {
            Kind.SAMPLES: self.samples, Kind.TEXTS: self.texts, Kind.VALUES: self.against, Kind.COUNTS: self.counts,
        }  # fmt: skip
        self.table = TablePage(theme, (self.against, self.counts))
        self.table.probe_changed.connect(self.probe_changed)
        self.metrics = MetricsTable(theme)
        self._make_tools()
        self._stack = QStackedWidget()
        self.line_page = LinePage(theme, self.fitted)
        self._pages = {
            Kind.MAP: self._map_page(),
            Kind.SAMPLES: Paged(theme, self.samples),
            Kind.TEXTS: Paged(theme, self.texts),
            Kind.LINE: self.line_page,
            Kind.VALUES: self.table,
            Kind.COUNTS: self.table,
            Kind.NOTHING: self._nothing_page(),
        }
        for page in dict.fromkeys(self._pages.values()):
            self._stack.addWidget(page)
        self._stale = QLabel(self.tr("From before the edit"))
        theme.use_font(self._stale, Role.CAPTION)
        self._stale.setProperty("tone", "muted")
        self._stale.hide()
        line = QFrame()
        line.setProperty("kind", "line")
        line.setFixedHeight(1)
        self.body.addWidget(self._stack, 1)
        for widget in (self._stale, line, self.metrics):
            self.foot.addWidget(widget)
        self.body.setContentsMargins(INSET, 0, INSET, 8)
        self.foot.setContentsMargins(INSET, 0, INSET, INSET)
        self.metrics.set_rows((("loss", self.tr("Loss")), ("accuracy", self.tr("Accuracy"))))
        self._show_kind(Kind.MAP)

    # ---- what is shown

    def show_analysis(self, analysis: Analysis) -> None:
        before, self._analysis = self._analysis, analysis
        facts, reading = analysis.facts, Reading.of(analysis)
        kind = Kind.of(analysis.spec.data, facts)
        if kind is not self._kind:
            self._show_kind(kind)
        self.map.show_reading(facts, reading)
        self.table.show_analysis(analysis)
        self.painting.show_analysis(analysis)
        self._show_paint_button()
        self.samples.show_reading(reading)
        self.texts.show_reading(reading)
        self.counts.show_reading(reading if kind is Kind.COUNTS else Reading())  # unseen, it must not ask for room for 46 classes
        if before is None or before.facts != facts:
            self.fitted.show_facts(facts)
            self.against.show_facts(facts)
        names = ("loss", *analysis.goal.metric_names)
        self.metrics.set_rows(tuple((name, metric_title(name)) for name in names[:4]))
        shown, spec = self._shown_spec, analysis.spec
        self._set_stale(shown is not None and edits.with_live_settings(shown, spec).layers != spec.layers)

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset, self._seen = dataset, None
        for view in self.views:
            view.show_dataset(dataset)
        self.table.show_dataset(dataset)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the part of a snapshot that the visible view asked for."""
        self._seen = snapshot
        if self._kind is Kind.MAP:
            if snapshot.output_map is not None:
                self.map.show_outputs(snapshot.output_map)
        elif self._kind is Kind.LINE:
            if snapshot.answers is not None:
                self.fitted.show_answers(snapshot.answers, snapshot.weights, snapshot.epoch)
        elif self._shows_table and snapshot.output_map is not None:
            self.table.map.show_outputs(snapshot.output_map)
        elif snapshot.test_answers is not None and self._kind is not Kind.NOTHING:
            self._answering[self._kind].show_answers(snapshot.test_answers)
        self._shown_spec = self._analysis.spec if self._analysis else None
        self._set_stale(False)

    def show_metrics(self, train: dict[str, float], test: dict[str, float], is_within: bool = False) -> None:
        """The newest numbers by their names in a history; either may be empty. `is_within`: training's are of an unfinished epoch."""
        self.metrics.show_numbers(train, test)
        self.metrics.set_within(is_within)

    def clear_run(self) -> None:
        """A new run begins: what is shown was another network's."""
        self._seen = None
        self._shown_spec = None
        self.map.show_outputs(None)
        self.table.map.show_outputs(None)
        self.fitted.show_answers(None, ())
        for view in self._answering.values():
            view.show_answers(None)
        self.show_metrics({}, {})
        self._set_stale(False)

    def probe_request(self) -> ProbeRequest:
        """What the visible view needs with the next snapshot."""
        if not self.isVisible():
            return ProbeRequest()
        match self._kind:
            case Kind.MAP:
                return ProbeRequest(grid=GRID)
            case Kind.SAMPLES | Kind.TEXTS:
                return ProbeRequest(test_answers=ANSWERED)
            case Kind.LINE:
                return ProbeRequest(inputs=self.fitted.inputs(), weights=True)
            case Kind.NOTHING:
                return ProbeRequest()
            case _:
                return self.table.probe_request() if self.table.shows_map else ProbeRequest(test_answers=TABLE_ANSWERS)

    def takeaway(self) -> TakeAway | None:
        """The view that is in sight with its numbers, and loss and metrics in full precision."""
        shown = self.map if self.painting.on else self._pages[self._kind]  # the tools are no part of the picture
        metrics = (("copyMetrics", self.tr("Copy loss and metrics"), self.metrics.table),)
        if self._kind is Kind.NOTHING:
            return None
        return TakeAway("output", picture_of(shown, self.theme), self._table(), also=metrics)

    def _table(self) -> Callable[[], Table] | None:
        """The numbers of the view that is in sight; None before there are any."""
        analysis, dataset, seen = self._analysis, self._dataset, self._seen
        if analysis is None or seen is None:
            return None
        plane = analysis.facts.plane_range
        if self._kind is Kind.MAP:
            return partial(map_table, seen.output_map, plane) if seen.output_map is not None and plane is not None else None
        if dataset is None:
            return None
        if self._shows_table and self.table.shows_map:
            return self.table.map.table()
        if self._kind is Kind.LINE:
            asked = self.fitted.inputs()
            return partial(fitted_table, asked, seen.answers, dataset) if asked is not None and seen.answers is not None else None
        return partial(answers_table, seen.test_answers, dataset, analysis) if seen.test_answers is not None else None

    # ---- building

    def _make_tools(self) -> None:
        self.add_header_widget(self.table.switch)
        self.previous = self.add_tool("chevron-left", self.tr("Earlier test samples"), "previousSamples")
        self.next = self.add_tool("chevron-right", self.tr("Later test samples"), "nextSamples")
        self.shuffle = self.add_tool("shuffle-variant", self.tr("Other test samples"), "shuffleSamples")
        self.paint = self.add_tool("draw", "", "paintButton")
        self.paint.setCheckable(True)
        self.options = self.add_tool("eye-outline", self.tr("View options: they change the picture, never the training"), "viewOptions")
        self.previous.clicked.connect(lambda: self._shown_pages.turn(-1))
        self.next.clicked.connect(lambda: self._shown_pages.turn(1))
        self.shuffle.clicked.connect(self._other_samples)
        self.paint.clicked.connect(self._on_paint_clicked)
        self.options.clicked.connect(self._show_options)

    def _map_page(self) -> QWidget:
        self.test_box = QCheckBox(self.tr("Test data"))
        self.test_box.setObjectName("showTestData")
        self.test_box.setToolTip(self.tr("Show the points the network does not learn from, as rings. Training is not touched."))
        self.discrete_box = QCheckBox(self.tr("Discrete"))
        self.discrete_box.setObjectName("discreteMap")
        self.discrete_box.setToolTip(self.tr("Show only the side each place is on, not how sure the network is. Training is not touched."))
        self.test_box.toggled.connect(self.map.set_show_test)
        self.discrete_box.toggled.connect(self.map.set_discrete)
        self._boxes = QWidget()
        row = QHBoxLayout(self._boxes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.test_box)
        row.addWidget(self.discrete_box)
        row.addStretch(1)
        page = _page(self.map)
        layout = page.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self._boxes)
        layout.insertWidget(2, self.painting.tools)
        return page

    def _nothing_page(self) -> QWidget:
        said = QLabel(self.tr("Nothing to show without the data.\nWhat the network makes of it stands here once it is there."))
        said.setObjectName("nothingToShow")
        said.setProperty("tone", "muted")
        said.setWordWrap(True)
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.theme.use_font(said, Role.HELPER)
        return said

    # ---- reacting

    def _show_kind(self, kind: Kind) -> None:
        self._kind = kind
        if self._shows_table:
            self.table.show_view(self.against if kind is Kind.VALUES else self.counts)
        self._stack.setCurrentWidget(self._pages[kind])
        for tool in (self.previous, self.next, self.shuffle):
            tool.setVisible(kind in (Kind.SAMPLES, Kind.TEXTS))
        self.options.setVisible(kind is Kind.MAP)
        self.table.switch.setVisible(self._shows_table)
        self.probe_changed.emit()

    def _set_stale(self, stale: bool) -> None:
        for view in (*self.views, self.table.map):
            view.set_stale(stale)
        self._stale.setVisible(stale)

    @property
    def _shows_table(self) -> bool:
        return self._kind in (Kind.VALUES, Kind.COUNTS)

    @property
    def _shown_pages(self) -> SamplePages:
        return self.texts if self._kind is Kind.TEXTS else self.samples

    def _show_paint_button(self) -> None:
        self.paint.setVisible(self.painting.can_begin)
        tip = self.tr("Paint points") if self.painting.is_own else self.tr("Edit these points: they become your own, to paint on")
        self.paint.setToolTip(tip)
        self.paint.setAccessibleName(tip)

    def _on_paint_clicked(self, checked: bool) -> None:
        if checked:
            self.painting.begin()
        else:
            self.painting.set_on(False)
        self.paint.setChecked(self.painting.on)

    def _on_painting(self, on: bool) -> None:
        """Which points are for testing is of no matter while they are painted."""
        self.paint.setChecked(on)
        self._boxes.setVisible(not on)

    def _other_samples(self) -> None:
        self._shown_pages.shuffle()

    def _show_options(self) -> None:
        menu = QMenu(self)
        for box in (self.test_box, self.discrete_box):
            action = QAction(box.text(), menu)
            action.setCheckable(True)
            action.setChecked(box.isChecked())
            action.toggled.connect(box.setChecked)
            menu.addAction(action)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.options.mapToGlobal(self.options.rect().bottomLeft()))


def _page(view: QWidget) -> QWidget:
    """A view on a page of its own, at the top, with what is left below it empty."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addWidget(view, 1)
    column.addStretch(0)
    return page
