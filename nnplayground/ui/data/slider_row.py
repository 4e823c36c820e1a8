"""A slider with its name and its value above it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from nnplayground.ui.theme.theme import Role, Theme


class SliderRow(QWidget):
    """`changed` carries the new value and a number that is the same for all values of one drag."""

    changed = Signal(int, int)

    def __init__(
        self, theme: Theme, title: str, tooltip: str, limits: tuple[int, int], write: Callable[[int], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._write = write
        self._drag = 0
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(*limits)
        self.slider.setPageStep(5)
        self.slider.setAccessibleName(title)
        self.slider.setToolTip(tooltip)
        self.value_label = QLabel(write(limits[0]))
        name = QLabel(title)
        name.setToolTip(tooltip)
        name.setProperty("tone", "muted")
        theme.use_font(name, Role.HELPER)
        theme.use_font(self.value_label, Role.HELPER, weight=600, tabular=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.addWidget(name, 0, 0)
        grid.addWidget(self.value_label, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.slider, 1, 0, 1, 2)
        self.slider.valueChanged.connect(self._on_value)
        self.slider.sliderPressed.connect(self._next_drag)
        self.slider.installEventFilter(self)

    def show_value(self, value: int) -> None:
        """Show a value without `changed`; one that the slider cannot show exactly stands in the label as it is."""
        self.slider.blockSignals(True)
        self.slider.setValue(value)
        self.slider.blockSignals(False)
        self.value_label.setText(self._write(value))

    def _on_value(self, value: int) -> None:
        self.value_label.setText(self._write(value))
        self.changed.emit(value, self._drag)

    def _next_drag(self) -> None:
        self._drag += 1

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Steps by the keyboard belong together as long as the slider has the focus.
        if watched is self.slider and event.type() == QEvent.Type.FocusIn:
            self._next_drag()
        return super().eventFilter(watched, event)
