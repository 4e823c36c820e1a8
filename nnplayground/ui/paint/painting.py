"""`Painting`: the mode in which the map is a canvas. Turns strokes into edits of the project."""

from __future__ import annotations

from typing import cast

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from nnplayground.core import edits, painting, presets
from nnplayground.core.analysis import Analysis
from nnplayground.core.data_spec import DataSpec, Gates, PlaneClasses, PlaneValues, Validation
from nnplayground.core.own_data import MAX_POINTS, OwnPoints
from nnplayground.core.painting import Points, PointTask
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.catalogue import TITLES
from nnplayground.data.own import points as own_points
from nnplayground.ui.edit import Edit
from nnplayground.ui.paint.canvas import PaintCanvas
from nnplayground.ui.paint.stroke import Stroke, Tool
from nnplayground.ui.paint.tools import PaintTools
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.decision_map import DecisionMap

JITTER = 0.1
"""How far jitter moves points, on the plane from -6 to 6."""
TRAIN_FRACTION = 0.8
LETTERS = {Qt.Key.Key_B: Tool.BRUSH, Qt.Key.Key_P: Tool.POINT, Qt.Key.Key_D: Tool.DRAG, Qt.Key.Key_E: Tool.ERASE}
TWO_CLASSES = ((-1.0, 0.0, 0.0), (1.0, 0.0, 1.0))


class Painting(QObject):
    """Shows canvas and tools while it is on. The points stand in the project only; all that is kept here is how one paints."""

    edit_requested = Signal(object)
    refused = Signal(str)
    """What could not be painted, in a sentence."""
    changed = Signal(bool)
    """Painting has begun or ended."""

    def __init__(self, theme: Theme, decision_map: DecisionMap, parent: QObject) -> None:
        super().__init__(parent)
        self._map = decision_map
        self._data: DataSpec | None = None
        self._seed = 0
        self._rng = np.random.default_rng()
        self.on = False
        self.canvas = PaintCanvas(theme, decision_map)
        self.tools = PaintTools(theme)
        self.tools.hide()
        decision_map.installEventFilter(self)
        self.tools.installEventFilter(self)
        self.canvas.installEventFilter(self)
        self.canvas.stroke_done.connect(self._on_stroke)
        self.canvas.full.connect(self._say_full)
        self.canvas.size_wanted.connect(self.tools.change_size)
        self.tools.brush_changed.connect(self._set_brush)
        self.tools.task_chosen.connect(self._on_task)
        self.tools.jitter_wanted.connect(self._on_jitter)
        self.tools.clear_wanted.connect(self._on_clear)

    # ---- what is shown

    @property
    def can_begin(self) -> bool:
        """Whether the project's data is on the plane and may be painted on."""
        return isinstance(self._data, OwnPoints | Gates | PlaneClasses | PlaneValues)

    @property
    def is_own(self) -> bool:
        return isinstance(self._data, OwnPoints)

    def show_analysis(self, analysis: Analysis) -> None:
        """Follow the project; an empty painting asks to be painted on, and other data ends the painting."""
        before, self._data, self._seed = self._data, analysis.spec.data, analysis.spec.seed
        data = self._data
        if not isinstance(data, OwnPoints):
            self.set_on(False)
            return
        if before is not data:
            fresh = not isinstance(before, OwnPoints)
            self.canvas.show_points(painting.array(data.points))
            self.tools.show_task(is_regression=data.task == "regression", classes=painting.class_count(data))
            if fresh:
                self.tools.forget_classes()
            self._write_count()
            if fresh and not data.points:
                self.set_on(True)
        self._set_brush()

    # ---- beginning and ending

    def begin(self) -> None:
        """Paint on what there is: a generated set becomes points of one's own first, other data gives way to an empty canvas."""
        data = self._data
        if isinstance(data, Gates | PlaneClasses | PlaneValues):
            self._ask(self.tr("edit these points"), own_points.of_generated(data, self._seed))
            if getattr(data, "samples", 0) > MAX_POINTS:
                self.refused.emit(self.tr("Only the first {count} points were taken.").format(count=count(MAX_POINTS)))
        elif not isinstance(data, OwnPoints):
            self.start_empty()
        self.set_on(True)

    def start_empty(self) -> None:
        """An empty canvas, with a network that suits two classes unless the present one does; points that are there stay."""
        if not isinstance(self._data, OwnPoints):
            empty = OwnPoints(name="points", train_fraction=TRAIN_FRACTION, validation=Validation(use="test"))
            filled = edits.changed(empty, points=TWO_CLASSES)  # what suits it is asked as if it were painted on already

            def choose(spec: ProjectSpec) -> ProjectSpec:
                return edits.set_data(presets.take_data(spec, filled, own_points.facts(filled)), empty)

            self.edit_requested.emit(Edit(self.tr("Data {title}").format(title=TITLES["points"]), choose))
        self.set_on(True)

    def set_on(self, on: bool) -> None:
        on = on and self.is_own
        if on == self.on:
            return
        self.on = on
        if not on:
            self.canvas.break_off()
        self._map.set_painting(on)
        self.canvas.setVisible(on)
        self.tools.setVisible(on)
        if on:
            self.canvas.setGeometry(self._map.rect())
            self.canvas.raise_()
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit(on)

    # ---- edits

    def _ask(self, text: str, data: OwnPoints) -> None:
        """Ask for other points as one step back."""

        def apply(spec: ProjectSpec) -> ProjectSpec:
            if not isinstance(spec.data, OwnPoints):
                return edits.set_data(spec, data)
            return painting.repaint(spec, data, own_points.facts(spec.data), own_points.facts(data))

        before = self._data
        self.edit_requested.emit(Edit(text, apply))
        if isinstance(before, OwnPoints) and self._data is before:
            self.canvas.show_points(painting.array(before.points))  # what was refused is not shown either

    def _put(self, text: str, points: Points) -> None:
        if isinstance(self._data, OwnPoints):
            self._ask(text, edits.changed(self._data, points=painting.rows(points)))

    def _on_stroke(self, stroke: Stroke) -> None:
        n = count(stroke.count)
        one = stroke.count == 1
        match stroke.brush.tool:
            case Tool.ERASE:
                text = self.tr("erase 1 point") if one else self.tr("erase {count} points").format(count=n)
            case Tool.DRAG:
                text = self.tr("move 1 point") if one else self.tr("move {count} points").format(count=n)
            case _:
                text = self.tr("1 point") if one else self.tr("{count} points").format(count=n)
        self._put(text, self.canvas.points)

    def _on_task(self, task: str) -> None:
        if isinstance(self._data, OwnPoints) and task != self._data.task:
            text = self.tr("points with values") if task == "regression" else self.tr("points with classes")
            self._ask(text, painting.with_task(self._data, cast("PointTask", task)))
            self.tools.forget_classes()

    def _on_jitter(self) -> None:
        points = self.canvas.points
        bound = self._map.frame().high
        text = self.tr("jitter {count} points").format(count=count(len(points)))
        self._put(text, painting.jittered(self._rng, points, JITTER * bound / own_points.SMALLEST_BOUND, bound))

    def _on_clear(self) -> None:
        text = self.tr("clear {count} points").format(count=count(len(self.canvas.points)))
        self._put(text, np.empty((0, 3)))
        self.tools.forget_classes()

    def _say_full(self) -> None:
        self.refused.emit(self.tr("{count} points are the most; erase some to paint more.").format(count=count(MAX_POINTS)))

    def _set_brush(self) -> None:
        frame = self._map.frame()
        self.canvas.set_brush(self.tools.brush(frame.high - frame.low))

    def _write_count(self) -> None:
        points = len(self.canvas.points)
        text = self.tr("1 point") if points == 1 else self.tr("{count} points").format(count=count(points))
        self.tools.show_count(text if points else self.tr("No points yet"), any_points=points > 0)

    # ---- keys that hold for canvas and tools alike

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._map and event.type() is QEvent.Type.Resize:
            self.canvas.setGeometry(self._map.rect())
        elif self.on and watched is not self._map and isinstance(event, QKeyEvent) and self._knows(event):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._obey(event)
                return True
        return super().eventFilter(watched, event)

    def _knows(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or isinstance(QApplication.focusWidget(), QLineEdit):
            return False
        return event.key() in (*LETTERS, Qt.Key.Key_Escape) or Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9

    def _obey(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape:
            if self.canvas.is_painting:
                self.canvas.break_off()
            else:
                self.set_on(False)
        elif key in LETTERS:
            self.tools.choose_tool(LETTERS[key])
        else:
            self.tools.choose_digit(key - Qt.Key.Key_0)
