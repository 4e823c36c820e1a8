"""The tools below the canvas: what to paint, with what, and how thick. View state: nothing of it is in the project."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from nnplayground.core.own_data import MAX_CLASSES
from nnplayground.core.painting import LARGEST_VALUE
from nnplayground.ui.paint.stroke import Brush, Tool
from nnplayground.ui.paint.swatches import Swatches
from nnplayground.ui.theme.numbers import signed
from nnplayground.ui.theme.theme import Role, Theme, dress
from nnplayground.ui.views.segmented import Segmented

SIZES = (2, 50)
"""The brush's radius in hundredths of the map's side."""
DENSITIES = (1, 30)
VALUE_STEPS = 20
"""Steps of the value's slider on either side of 0."""


class PaintTools(QWidget):
    """`brush_changed` tells of any change; the other signals ask for something to be done with all points."""

    brush_changed = Signal()
    task_chosen = Signal(str)
    jitter_wanted = Signal()
    clear_wanted = Signal()
    done = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("paintTools")
        self.setAccessibleName(self.tr("Tools for painting"))
        self._icons: list[tuple[QToolButton, str]] = []
        self._is_regression = False
        self._in_data = 2
        self.tool = Tool.BRUSH
        self.swatches = Swatches(theme)
        self.swatches.chosen.connect(self.choose_class)
        self._chosen = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(self._head())
        column.addWidget(self.swatches)
        column.addWidget(self._value_row())
        column.addLayout(self._brush_row())
        theme.changed.connect(self._dress)
        self._dress()
        self.show_task(is_regression=False, classes=2)

    # ---- what is shown

    def show_task(self, *, is_regression: bool, classes: int) -> None:
        """What the project's points are. Classes that were added and not painted yet stay."""
        self._is_regression, self._in_data = is_regression, classes
        self.task.choose("regression" if is_regression else "classification")
        self.swatches.setVisible(not is_regression)
        self._value_holder.setVisible(is_regression)
        self._chosen = min(self._chosen, MAX_CLASSES - 1)
        self.swatches.show_classes(max(classes, self._chosen + 1, min(self.swatches.count, MAX_CLASSES)), self._chosen)

    def forget_classes(self) -> None:
        """Other points: classes that were added to those of before are no more."""
        self._chosen = min(self._chosen, self._in_data - 1)
        self.swatches.show_classes(self._in_data, self._chosen)
        self.brush_changed.emit()

    def show_count(self, text: str, *, any_points: bool) -> None:
        self._count.setText(text)
        self.jitter.setEnabled(any_points)
        self.clear.setEnabled(any_points)

    def brush(self, side: float) -> Brush:
        """The brush for a map of this side."""
        return Brush(self.tool, self.radius.value() / 100 * side / 2, self.density.value(), self.answer)

    @property
    def answer(self) -> float:
        """What is painted: a class number or a value."""
        return self.value.value() / VALUE_STEPS * LARGEST_VALUE if self._is_regression else float(self._chosen)

    # ---- choosing

    def choose_tool(self, tool: Tool) -> None:
        self.tool = tool
        self._tool_buttons[tool].setChecked(True)
        self.density.setEnabled(tool is Tool.BRUSH)
        self.radius.setEnabled(tool is not Tool.POINT)
        self.brush_changed.emit()

    def choose_class(self, index: int) -> None:
        """Paint this class from now on; the first that is not there yet is added."""
        if not 0 <= index < MAX_CLASSES:
            return
        index = min(index, self.swatches.count)
        self._chosen = index
        self.swatches.show_classes(max(self.swatches.count, index + 1), index)
        self._paint_with_it()

    def choose_digit(self, digit: int) -> None:
        """A digit key: a class's number, or one of nine values from the least to the greatest."""
        if not self._is_regression:
            if digit < self.swatches.count:
                self.choose_class(digit)
        elif digit:
            self.value.setValue(round((digit - 5) / 4 * VALUE_STEPS))

    def change_size(self, step: int) -> None:
        self.radius.setValue(self.radius.value() + 2 * step)

    def _paint_with_it(self) -> None:
        """Whoever chooses what to paint wants to paint."""
        self.choose_tool(self.tool if self.tool in (Tool.BRUSH, Tool.POINT) else Tool.BRUSH)

    # ---- building

    def _head(self) -> QHBoxLayout:
        self.task = Segmented(
            self._theme,
            (
                ("classification", self.tr("Classes"), self.tr("Points have classes: the network tells them apart.")),
                ("regression", self.tr("Values"), self.tr("Points have values from −1 to 1: the network learns a surface.")),
            ),
            self.tr("Points have"),
        )
        self.task.setObjectName("paintTask")
        self.task.chosen.connect(self.task_chosen)
        self._count = QLabel()
        self._count.setObjectName("paintCount")
        self._count.setProperty("tone", "muted")
        self._theme.use_font(self._count, Role.HELPER, tabular=True)
        self.jitter = self._button("jitterButton", "blur", self.tr("Jitter: let every point stray a little"))
        self.clear = self._button("clearPointsButton", "trash-can-outline", self.tr("Clear: remove all points; undo brings them back"))
        self.jitter.clicked.connect(self.jitter_wanted)
        self.clear.clicked.connect(self.clear_wanted)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.task)
        row.addStretch(1)
        row.addWidget(self._count)
        row.addWidget(self.jitter)
        row.addWidget(self.clear)
        return row

    def _brush_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(1)
        group = QButtonGroup(self)
        self._tool_buttons: dict[Tool, QToolButton] = {}
        for tool, icon, tip in (
            (Tool.BRUSH, "spray", self.tr("Brush: sprays points (B)")),
            (Tool.POINT, "circle-medium", self.tr("Single point: one a click (P)")),
            (Tool.DRAG, "cursor-move", self.tr("Drag: moves the points under the brush (D)")),
            (Tool.ERASE, "eraser", self.tr("Erase: removes the points under the brush (E); so does the right button")),
        ):
            button = self._button(f"paint-{tool.value}", icon, tip)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, t=tool: self.choose_tool(t))
            group.addButton(button)
            self._tool_buttons[tool] = button
            row.addWidget(button)
        self.radius = _slider(SIZES, 14, "paintSize", self.tr("Size of the brush ([ and ], or the wheel)"))
        self.density = _slider(DENSITIES, 4, "paintDensity", self.tr("Density: points a spray"))
        for title, slider in ((self.tr("Size"), self.radius), (self.tr("Dense"), self.density)):
            row.addSpacing(5)
            label = QLabel(title)
            label.setProperty("tone", "muted")
            label.setBuddy(slider)
            self._theme.use_font(label, Role.CAPTION)
            row.addWidget(label)
            row.addWidget(slider, 1)
            slider.valueChanged.connect(self.brush_changed)
        self._tool_buttons[Tool.BRUSH].setChecked(True)
        return row

    def _value_row(self) -> QWidget:
        self._value_holder = QWidget()
        row = QHBoxLayout(self._value_holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        tip = self.tr("The value to paint, from −1 to 1 (keys 1 to 9)")
        self.value = _slider((-VALUE_STEPS, VALUE_STEPS), VALUE_STEPS, "paintValue", tip)
        title, self._value_label = QLabel(self.tr("Value")), QLabel()
        title.setProperty("tone", "muted")
        title.setBuddy(self.value)
        self._theme.use_font(title, Role.HELPER)
        self._theme.use_font(self._value_label, Role.HELPER, weight=600, tabular=True)
        self._value_label.setFixedWidth(44)
        self._value_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(title)
        row.addWidget(self.value, 1)
        row.addWidget(self._value_label)
        self.value.valueChanged.connect(self._on_value)
        self._write_value()
        return self._value_holder

    def _on_value(self) -> None:
        self._write_value()
        self._paint_with_it()

    def _write_value(self) -> None:
        value = self.value.value() / VALUE_STEPS * LARGEST_VALUE
        self._value_label.setText(signed(value))
        dress(self._value_label, "tone", "pos" if value >= 0 else "neg")

    def _button(self, name: str, icon: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        self._theme.use_icon_size(button, 16)
        self._icons.append((button, icon))
        return button

    def _dress(self) -> None:
        for button, icon in self._icons:
            button.setIcon(self._theme.icon(icon))


def _slider(limits: tuple[int, int], value: int, name: str, tip: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(*limits)
    slider.setValue(value)
    slider.setObjectName(name)
    slider.setAccessibleName(tip)
    slider.setToolTip(tip)
    slider.setMinimumWidth(34)
    return slider
