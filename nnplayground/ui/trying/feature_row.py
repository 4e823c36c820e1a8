"""One thing to fill in: a name, and a slider with a field for numbers, or a list of words."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSlider, QStackedWidget, QWidget

from nnplayground.data.row_features import NumberRange, RowFeature
from nnplayground.ui.number_field import NumberField
from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme.numbers import number
from nnplayground.ui.theme.theme import Role, Theme

STEPS = 1_000
"""Places of a slider."""
BEYOND = 10
"""So many times the range numbers may lie outside of it: the network also answers far from what it has seen."""
LARGEST = 1e9


class FeatureRow(QWidget):
    """`changed` carries the number, or the place of the word, that was filled in. One row serves one feature after the other."""

    changed = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.feature: RowFeature | None = None
        self._low, self._span = 0.0, 1.0
        self.name = _Name()
        theme.use_font(self.name, Role.HELPER)
        self.slider, self.field, self.words = _StillSlider(Qt.Orientation.Horizontal), _StillField(), _StillCombo()
        for widget in (self.field, self.words):
            theme.use_font(widget, Role.HELPER, tabular=True)
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.slider.setRange(0, STEPS)
        self.slider.setMinimumWidth(40)
        self.field.setKeyboardTracking(True)
        numbers = QWidget()
        row = QHBoxLayout(numbers)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.slider, 5)
        row.addWidget(self.field, 6)
        self._stack = QStackedWidget()
        self._stack.addWidget(numbers)
        self._stack.addWidget(self.words)
        self._stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 2, 0)
        line.setSpacing(6)
        line.addWidget(self.name, 2)
        line.addWidget(self._stack, 5)
        self.slider.valueChanged.connect(self._on_slider)
        self.field.valueChanged.connect(self._on_field)
        self.words.currentIndexChanged.connect(lambda place: self.changed.emit(float(place)))

    def show_feature(self, feature: RowFeature, limits: NumberRange | None, place: int) -> None:
        """Serve a feature; `limits` for numbers. `place` is for object names."""
        self.feature = feature
        self.setObjectName(f"rowFeature{place}")
        text = f"{feature.name}, {feature.unit}" if feature.unit else feature.name
        self.name.set_text(feature.name)
        tip = text
        if limits is not None:
            tip = self.tr("{name}: {low} to {high} in the training set").format(name=text, low=number(limits.low), high=number(limits.high))
        self.name.setToolTip(plain_tip(tip))
        for widget, kind in ((self.slider, "Slider"), (self.field, "Field"), (self.words, "Words")):
            widget.setObjectName(f"rowFeature{place}{kind}")
            widget.setAccessibleName(feature.name)
            widget.setToolTip(plain_tip(tip))
        if limits is None:
            with QSignalBlocker(self.words):
                self.words.clear()
                self.words.addItems(list(feature.words))
            self._stack.setCurrentWidget(self.words)
            return
        self._low, self._span = limits.low, limits.high - limits.low
        with QSignalBlocker(self.field), QSignalBlocker(self.slider):
            self.field.setDecimals(0 if limits.whole else min(max(3 - math.floor(math.log10(self._span)), 0), 9))
            far = BEYOND * self._span
            self.field.setRange(max(limits.low - far, -LARGEST), min(limits.high + far, LARGEST))
            self.field.setSingleStep(1 if limits.whole else 10 ** math.floor(math.log10(self._span / 20)))
            steps = min(round(self._span), STEPS) if limits.whole else STEPS
            self.slider.setRange(0, steps)
            self.slider.setPageStep(max(1, steps // 10))
        self._stack.setCurrentIndex(0)

    def show_value(self, value: float) -> None:
        """A number, or the place of a word; tells nobody."""
        with QSignalBlocker(self.field), QSignalBlocker(self.slider), QSignalBlocker(self.words):
            if self.feature is not None and self.feature.words:
                self.words.setCurrentIndex(int(value))
            else:
                self.field.setValue(value)
                self._move_slider(value)

    def _on_slider(self, step: int) -> None:
        value = self._low + self._span * step / max(1, self.slider.maximum())
        with QSignalBlocker(self.field):
            self.field.setValue(value)
        self.changed.emit(self.field.value())

    def _on_field(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self._move_slider(value)
        self.changed.emit(value)

    def _move_slider(self, value: float) -> None:
        share = min(max((value - self._low) / self._span, 0.0), 1.0)
        self.slider.setValue(round(share * self.slider.maximum()))


class _Name(QLabel):
    """Ends with an ellipsis where there is no room for all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    def set_text(self, text: str) -> None:
        self._whole = text
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(30, super().minimumSizeHint().height())

    def resizeEvent(self, event: object) -> None:
        self._fit()


class _Still:
    """Leaves the wheel to the list that it stands in, unless it has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():  # type: ignore[attr-defined]
            super().wheelEvent(event)  # type: ignore[misc]
        else:
            event.ignore()


class _StillSlider(_Still, QSlider):
    pass


class _StillField(_Still, NumberField):
    pass


class _StillCombo(_Still, QComboBox):
    pass
