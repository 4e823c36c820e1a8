"""What the network makes of a table: its answers to the test set, or a map over any two of the columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.data.dataset import Dataset
from nnplayground.engine.answers import Reading
from nnplayground.engine.probes import ProbeRequest
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.feature_map import MOST_FEATURES, FeatureMap
from nnplayground.ui.views.segmented import Segmented

GRID = 80
TEST, MAP = "test", "map"


class TablePage(QWidget):
    """A view of the test set or the map, as `switch` says, which the panel places.

    The features that do not vary are held as in the row that 'Try it' asks about.
    """

    probe_changed = Signal()
    filled = Signal(object)
    """The numbers that a place on the map stands for, by the column of a sample."""

    def __init__(self, theme: Theme, views: tuple[QWidget, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._analysis: Analysis | None = None
        self._dataset: Dataset | None = None
        self._pending = False
        self.switch = Segmented(theme, (
            (TEST, self.tr("Test"), self.tr("The network's answers to the test set.")),
            (MAP, self.tr("Map"), self.tr("The network's answers over any two of the features.")),
        ), self.tr("What is shown"))  # fmt: skip
        self.switch.setObjectName("tableSwitch")
        self.switch.choose(TEST)
        self.switch.chosen.connect(self._on_switched)
        self.map = FeatureMap(theme)
        self.map.chosen.connect(self._on_place)
        self.across = self._combo(theme, "mapAcross", self.tr("Across"), self.tr("The feature that varies from left to right"))
        self.up = self._combo(theme, "mapUp", self.tr("Up"), self.tr("The feature that varies from bottom to top"))
        self.test_box = _box("mapTestData", self.tr("Test data"), self.tr("Show the samples the network does not learn from, as rings."))
        self.discrete_box = _box("mapDiscrete", self.tr("Discrete"), self.tr("Show only the side each place is on, not how far."))
        self.test_box.toggled.connect(self.map.set_show_test)
        self.discrete_box.toggled.connect(self.map.set_discrete)
        self.held = QLabel(self.tr("The other features are as in Try it"))
        self.held.setToolTip(self.tr("Move its sliders to go to another plane. The paler a point, the further it is from this one."))
        self.held.setObjectName("mapHeld")
        self.held.setProperty("tone", "muted")
        theme.use_font(self.held, Role.HELPER)
        self._nothing = QLabel()
        self._nothing.setObjectName("noMap")
        self._nothing.setProperty("tone", "muted")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.use_font(self._nothing, Role.HELPER)
        self._stack = QStackedWidget()
        self._map_page = self._make_map_page()
        for page in (*views, self._map_page, self._nothing):
            self._stack.addWidget(page)
        self._view = views[0]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._stack, 1)

    def _combo(self, theme: Theme, name: str, title: str, tip: str) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(name)
        combo.setAccessibleName(title)
        combo.setToolTip(tip)
        combo.setMinimumWidth(56)
        combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.use_font(combo, Role.HELPER)
        combo.currentIndexChanged.connect(self._on_axes)
        return combo

    def _make_map_page(self) -> QWidget:
        page, boxes = QWidget(), QHBoxLayout()
        boxes.setSpacing(16)
        boxes.addWidget(self.test_box)
        boxes.addWidget(self.discrete_box)
        boxes.addStretch(1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._make_axes())
        column.addWidget(self.map, 1)
        column.addLayout(boxes)
        column.addWidget(self.held)
        column.addStretch(0)
        return page

    def _make_axes(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for sign, combo in (("→", self.across), ("↑", self.up)):
            label = QLabel(sign)
            label.setBuddy(combo)
            row.addWidget(label)
            row.addWidget(combo, 1)
        return row

    # ---- what is shown

    def show_view(self, view: QWidget) -> None:
        """Which view of the test set suits the data."""
        self._view = view
        self._show_page()

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        facts = analysis.facts
        self.map.show_reading(facts, Reading.of(analysis))
        possible = len(facts.input_shape) == 1 and facts.input_shape[0] > 1
        button = self.switch.button(MAP)
        button.setEnabled(possible)
        button.setToolTip(self.tr("The network's answers over any two of the features.") if possible
                          else self.tr("For samples that are rows of at least two numbers."))  # fmt: skip
        if not possible and self.switch.choice == MAP:
            self.switch.choose(TEST)
            self._on_switched()

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset, self._pending = dataset, True
        if self.shows_map:
            self._take_over()

    def hold(self, row: NDArray[np.float32] | None) -> None:
        """Hold the features that do not vary as in this sample (1, width)."""
        if row is not None and self.shows_map:
            self.map.hold(row[0])
            self.probe_changed.emit()

    @property
    def shows_map(self) -> bool:
        return self.switch.choice == MAP

    @property
    def is_map_seen(self) -> bool:
        return self.shows_map and self._stack.currentWidget() is self._map_page

    def probe_request(self) -> ProbeRequest:
        """What the map needs."""
        plane, analysis = self.map.plane() if self.is_map_seen else None, self._analysis
        fits = plane is not None and analysis is not None and not analysis.errors and analysis.facts.input_shape == (len(plane.at),)
        return ProbeRequest() if not fits else ProbeRequest(grid=GRID, plane=plane)

    # ---- within

    def _take_over(self) -> None:
        """Look at the columns: only when it is wanted."""
        if not self._pending or self._analysis is None:
            return
        self._pending = False
        self.map.show_data(self._analysis.spec.data, self._dataset)
        names = [feature.name for feature in self.map.features]
        for combo, chosen in zip((self.across, self.up), self.map.axes, strict=True):
            with QSignalBlocker(combo):
                combo.clear()
                combo.addItems(names)
                combo.setCurrentIndex(min(chosen, len(names) - 1))
        self.held.setVisible(self.map.row is not None and len(self.map.row) > 2)
        self._show_page()

    def _show_page(self) -> None:
        if not self.shows_map:
            self._stack.setCurrentWidget(self._view)
        elif len(self.map.features) > 1:
            self._stack.setCurrentWidget(self._map_page)
        else:
            self._nothing.setText(
                self.tr("The samples are on their way.") if self._dataset is None
                else self.tr("A map needs two features that are numbers, of {most} columns at most.").format(most=MOST_FEATURES)
            )  # fmt: skip
            self._stack.setCurrentWidget(self._nothing)

    def _on_switched(self) -> None:
        if self.shows_map:
            self._take_over()
        self._show_page()
        self.probe_changed.emit()

    def _on_axes(self) -> None:
        across, up = self.across.currentIndex(), self.up.currentIndex()
        if min(across, up) < 0:
            return
        if across == up:  # the two change places
            before_across, before_up = self.map.axes
            across, up = (before_up, up) if before_up != up else (across, before_across)
            for combo, index in ((self.across, across), (self.up, up)):
                with QSignalBlocker(combo):
                    combo.setCurrentIndex(index)
        self.map.choose(across, up)
        self.probe_changed.emit()

    def _on_place(self, x: float, y: float) -> None:
        across, up = self.map.columns
        self.filled.emit({across: x, up: y})


def _box(name: str, text: str, tip: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setObjectName(name)
    box.setToolTip(tip)
    return box
