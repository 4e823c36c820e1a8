"""The seven features as little pictures that are switched on and off."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLabel, QSizePolicy, QWidget

from nnplayground.core.data_spec import Feature
from nnplayground.data.features import derive
from nnplayground.data.static_facts import FEATURE_RANGES
from nnplayground.ui.theme import colormap
from nnplayground.ui.theme.theme import Role, Theme

SIDE = 36
COLUMNS = 4
LABELS = {
    Feature.X1: "x₁", Feature.X2: "x₂", Feature.X1_SQUARED: "x₁²", Feature.X2_SQUARED: "x₂²",
    Feature.X1_X2: "x₁x₂", Feature.SIN_X1: "sin x₁", Feature.SIN_X2: "sin x₂",
}  # fmt: skip


class FeatureButton(QAbstractButton):
    """One feature, drawn over the plane; the chosen ones are outlined, the others faded."""

    def __init__(self, theme: Theme, feature: Feature, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture: QPixmap | None = None
        self.feature = feature
        self.setObjectName(f"feature-{feature}")
        self.setText(LABELS[feature])
        self.setCheckable(True)
        self.setAccessibleName(self.tr("Feature {name}").format(name=LABELS[feature]))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._forget)

    def nextCheckState(self) -> None:  # noqa: N802
        """A click asks; what is on is shown when the project says so."""

    def sizeHint(self) -> QSize:
        return QSize(SIDE + 6, SIDE + 5 + round(QFontMetricsF(self._theme.font(Role.CAPTION)).height()))

    def _forget(self) -> None:
        self._picture = None
        self.updateGeometry()

    def _draw_picture(self) -> QPixmap:
        if self._picture is None:
            line = np.linspace(-6, 6, 48, dtype=np.float32)
            points = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
            values = derive(points, (self.feature,)).reshape(48, 48) / max(abs(b) for b in FEATURE_RANGES[self.feature])
            self._picture = QPixmap.fromImage(colormap.diverging_image(values, self._theme.tokens))
        return self._picture

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF((self.width() - SIDE) / 2, 0, SIDE, SIDE)
        inner = box.adjusted(2, 2, -2, -2)
        painter.setOpacity(1.0 if self.isChecked() or self.underMouse() else 0.5)
        painter.drawPixmap(inner, self._draw_picture(), QRectF(self._draw_picture().rect()))
        painter.setOpacity(1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        else:
            painter.setPen(QPen(QColor(tokens.control if self.underMouse() else tokens.border), 1))
            painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), 4, 4)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.text), 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(box.adjusted(3.5, 3.5, -3.5, -3.5), 3, 3)
        painter.setFont(self._theme.font(Role.CAPTION, weight=600 if self.isChecked() else 400))
        painter.setPen(QColor(tokens.text if self.isChecked() else tokens.muted))
        below = QRectF(0, SIDE + 2, self.width(), self.height() - SIDE - 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextDontClip, self.text())
        painter.end()


class FeatureGrid(QWidget):
    """`changed` carries the features that are to be given, in their usual order; there is always at least one."""

    changed = Signal(tuple)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: tuple[Feature, ...] = ()
        self._count = QLabel()
        title = QLabel(self.tr("Features"))
        title.setProperty("tone", "muted")
        theme.use_font(title, Role.HELPER)
        theme.use_font(self._count, Role.HELPER, weight=600)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(6)
        grid.addWidget(title, 0, 0, 1, 2)
        grid.addWidget(self._count, 0, 2, 1, 2, Qt.AlignmentFlag.AlignRight)
        self.buttons: dict[Feature, FeatureButton] = {}
        for i, feature in enumerate(Feature):
            button = FeatureButton(theme, feature, self)
            button.clicked.connect(lambda _=False, f=feature: self._toggle(f))
            grid.addWidget(button, 1 + i // COLUMNS, i % COLUMNS)
            self.buttons[feature] = button

    def show_features(self, chosen: tuple[Feature, ...]) -> None:
        self._chosen = chosen
        for feature, button in self.buttons.items():
            button.setChecked(feature in chosen)
        self._count.setText(self.tr("{chosen} of {all}").format(chosen=len(chosen), all=len(Feature)))
        last = chosen[0] if len(chosen) == 1 else None
        for feature, button in self.buttons.items():
            tip = self.tr("Give the network {name} of each point. Changing the inputs begins a new run.")
            if feature == last:
                tip = self.tr("{name} is the only feature: a network needs at least one.")
            button.setToolTip(tip.format(name=LABELS[feature]))

    def _toggle(self, feature: Feature) -> None:
        if feature not in self._chosen:
            self.changed.emit(tuple(f for f in Feature if f in (*self._chosen, feature)))
        elif len(self._chosen) > 1:
            self.changed.emit(tuple(f for f in self._chosen if f != feature))
