"""How curves are shown: smoothed, on a logarithmic axis, with earlier runs, and which number at the right. It is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from nnplayground.ui.theme.theme import Role, Theme

MOST = 99
"""Hundredths: the strongest smoothing."""


@dataclass(frozen=True)
class CurveLook:
    """`smoothing` is the weight of what was before, from 0 to 0.99; `metric` the number at the right, if the project has it."""

    smoothing: float = 0.0
    log: bool = True
    ghosts: bool = True
    metric: str = ""

    @classmethod
    def remembered(cls) -> CurveLook:
        settings = QSettings()
        try:
            smoothing = float(str(settings.value("curves/smoothing", 0.0)))
        except ValueError:
            smoothing = 0.0
        return cls(
            min(max(smoothing, 0.0), MOST / 100) if smoothing == smoothing else 0.0,  # noqa: PLR0124  not a number
            str(settings.value("curves/log", "true")).lower() == "true",
            str(settings.value("curves/ghosts", "true")).lower() == "true",
            str(settings.value("curves/metric", "")),
        )

    def remember(self) -> None:
        settings = QSettings()
        for name, value in (("smoothing", self.smoothing), ("log", self.log), ("ghosts", self.ghosts), ("metric", self.metric)):
            settings.setValue(f"curves/{name}", value)


class CurveSettings(QFrame):
    """Opens over everything. `changed` tells the look that a person has chosen."""

    changed = Signal(object)
    unhide_asked = Signal()
    """Earlier runs that were hidden one by one are to be seen again."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("curveSettings")
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("How curves are shown"))
        self._theme = theme
        self.look = CurveLook.remembered()
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setObjectName("curveSmoothing")
        self.smoothing.setAccessibleName(self.tr("Smoothing"))
        self.smoothing.setToolTip(
            self.tr("How much of what was before goes into each point, as TensorBoard does it. The line as measured stays, pale.")
        )
        self.smoothing.setRange(0, MOST)
        self.smoothing.setPageStep(10)
        self._strength = QLabel()
        theme.use_font(self._strength, Role.HELPER, weight=600, tabular=True)
        self.log = self._box("curveLog", self.tr("Log scale"), self.tr("Show small differences of the loss. Training is not touched."))
        self.ghosts = self._box("curveGhosts", self.tr("Earlier runs"), self.tr("Show the runs before this one, in grey"))
        self.number = QComboBox()
        self.number.setObjectName("curveMetric")
        self.number.setAccessibleName(self.tr("Number at the right"))
        self.number.setToolTip(self.tr("Which number the plot at the right shows. Keras: metrics"))
        self.unhide = QPushButton()
        self.unhide.setObjectName("curveUnhide")
        self.unhide.setProperty("kind", "link")
        self.unhide.setToolTip(self.tr("Runs are hidden by a click on their curves."))
        self._number_label = QLabel(self.tr("Right plot"))
        self._number_label.setBuddy(self.number)
        self._lay_out()
        self._show_look()
        self.smoothing.valueChanged.connect(lambda value: self._take(replace(self.look, smoothing=value / 100)))
        self.log.toggled.connect(lambda on: self._take(replace(self.look, log=on)))
        self.ghosts.toggled.connect(lambda on: self._take(replace(self.look, ghosts=on)))
        self.number.activated.connect(lambda _: self._take(replace(self.look, metric=str(self.number.currentData()))))
        self.unhide.clicked.connect(self._on_unhide)

    def offer(self, metrics: Sequence[tuple[str, str]], shown: str, hidden: int) -> None:
        """The numbers there are, as (name, title), which of them is shown, and how many earlier runs are hidden."""
        self.number.clear()
        for name, title in metrics:
            self.number.addItem(title, name)
        self.number.setCurrentIndex(self.number.findData(shown))
        for widget in (self.number, self._number_label):
            widget.setVisible(len(metrics) > 1)
        self.unhide.setVisible(hidden > 0)
        self.unhide.setText(self.tr("Show the hidden run") if hidden == 1 else self.tr("Show {n} hidden runs").format(n=hidden))

    def open_below(self, button: QWidget) -> None:
        """Open below a button, or above it where there is no room below."""
        self.adjustSize()
        size = self.sizeHint()
        corner = button.mapToGlobal(QPoint(button.width() - size.width(), button.height() + 2))
        room = (QGuiApplication.screenAt(corner) or self.screen()).availableGeometry()
        if corner.y() + size.height() > room.bottom():
            corner.setY(button.mapToGlobal(QPoint(0, -2)).y() - size.height())
        self.move(max(corner.x(), room.left()), max(corner.y(), room.top()))
        self.show()
        self.smoothing.setFocus(Qt.FocusReason.PopupFocusReason)

    def _box(self, name: str, text: str, tip: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setObjectName(name)
        box.setToolTip(tip)
        box.setAccessibleName(text)
        return box

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(QLabel(self.tr("Smoothing")))
        head.addStretch(1)
        head.addWidget(self._strength)
        choice = QHBoxLayout()
        choice.setSpacing(8)
        choice.addWidget(self._number_label)
        choice.addWidget(self.number, 1)
        column.addLayout(head)
        column.addWidget(self.smoothing)
        column.addWidget(self.log)
        column.addWidget(self.ghosts)
        column.addWidget(self.unhide, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(choice)
        self.setMinimumWidth(self._theme.pixels(220))

    def _show_look(self) -> None:
        self.smoothing.setValue(round(self.look.smoothing * 100))
        self.log.setChecked(self.look.log)
        self.ghosts.setChecked(self.look.ghosts)
        self._say_strength()

    def _say_strength(self) -> None:
        self._strength.setText(f"{self.look.smoothing:.2f}" if self.look.smoothing else self.tr("off"))

    def _take(self, look: CurveLook) -> None:
        if look != self.look:
            self.look = look
            self._say_strength()
            look.remember()
            self.changed.emit(look)

    def _on_unhide(self) -> None:
        self.unhide.hide()
        self.unhide_asked.emit()
