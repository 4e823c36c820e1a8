"""The newest numbers of a run: training beside test, in columns."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from nnplayground.core.table import Table
from nnplayground.ui.theme.numbers import loss, number, percent
from nnplayground.ui.theme.theme import Role, Theme

NO_NUMBER = "\N{EN DASH}"


def metric_text(name: str, value: float | None) -> str:
    """A metric's value as it is shown: losses keep their places, accuracies are per cent."""
    if value is None:
        return NO_NUMBER
    if name.removeprefix("val_") == "accuracy":
        return percent(value)
    return loss(value) if name.removeprefix("val_") == "loss" or math.isfinite(value) else number(value)


def value_text(name: str, value: float) -> str:
    """The same for whatever stands in a history."""
    return number(value) if name == "learning_rate" else metric_text(name, value)


def metric_title(name: str) -> str:
    """A metric as people write it: `Accuracy`, `MAE`, `Mean squared error`."""
    if name in ("mae", "mse", "rmse"):
        return name.upper()
    return {"r2_score": "R²", "": ""}.get(name, name.replace("_", " ").capitalize())


class _Swatch(QWidget):
    """The line of a curve: solid for training, dashed for test."""

    def __init__(self, theme: Theme, *, dashed: bool) -> None:
        super().__init__()
        self._theme, self._dashed = theme, dashed
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(16, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        pen = QPen(QColor(tokens.test if self._dashed else tokens.train), 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._dashed:
            pen.setDashPattern([2.5, 1.0])
        painter = QPainter(self)
        painter.setPen(pen)
        painter.drawLine(QPointF(1, self.height() / 2), QPointF(self.width() - 1, self.height() / 2))
        painter.end()


class MetricsTable(QWidget):
    """Two columns of numbers; rows are the loss and the metrics of the project."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        for column in (1, 2):
            self._grid.setColumnMinimumWidth(column, 74)
        self._heads = (self._head(self.tr("Train"), dashed=False), self._head(self.tr("Test"), dashed=True))
        for column, (head, _) in enumerate(self._heads, start=1):
            self._grid.addWidget(head, 0, column, Qt.AlignmentFlag.AlignRight)
        self._rows: dict[str, tuple[QLabel, QLabel, QLabel]] = {}
        self._numbers: tuple[Mapping[str, float], Mapping[str, float]] = ({}, {})
        theme.changed.connect(self._on_theme)

    def _head(self, text: str, *, dashed: bool) -> tuple[QWidget, QLabel]:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        row.addWidget(_Swatch(self._theme, dashed=dashed))
        label = QLabel(text)
        row.addWidget(label)
        label.setFont(self._theme.font(Role.HELPER))
        return head, label

    def set_rows(self, metrics: tuple[tuple[str, str], ...]) -> None:
        """Which numbers are shown, as (name in a history, title)."""
        if tuple(self._rows) == tuple(name for name, _ in metrics):
            return
        # The loss stays where it is: whoever holds its label goes on reading it.
        for name in [name for name in self._rows if name != "loss"]:
            for label in self._rows.pop(name):
                self._grid.removeWidget(label)
                label.hide()
                label.deleteLater()
        for row, (name, title) in enumerate(metrics, start=1):
            if name not in self._rows:
                self._rows[name] = self._row(row, name, title)
        self._on_theme()

    def _row(self, row: int, name: str, title: str) -> tuple[QLabel, QLabel, QLabel]:
        labels = (QLabel(title, self), QLabel(NO_NUMBER, self), QLabel(NO_NUMBER, self))
        for column, label in enumerate(labels):
            self._grid.addWidget(label, row, column)
            label.show()
        for label, part in zip(labels[1:], (self.tr("train"), self.tr("test")), strict=True):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setAccessibleName(self.tr("{title}, {part}").format(title=title, part=part))
        if name == "loss":
            labels[1].setObjectName("lossReadout")
            labels[1].setToolTip(self.tr("What training makes smaller, over the training samples. Keras: loss"))
        return labels

    def table(self) -> Table:
        """What is shown, in full precision; a number that is not known is an empty cell."""
        train, test = self._numbers
        rows = [(name, *(numbers.get(name, numbers.get(f"val_{name}", "")) for numbers in (train, test))) for name in self._rows]
        return Table(("number", "train", "test"), rows)

    def show_numbers(self, train: Mapping[str, float], test: Mapping[str, float]) -> None:
        self._numbers = train, test
        for name, (_, left, right) in self._rows.items():
            for label, numbers in ((left, train), (right, test)):
                text = metric_text(name, numbers.get(name, numbers.get(f"val_{name}")))
                if label.text() != text:
                    label.setText(text)

    def set_within(self, on: bool) -> None:
        """Whether the numbers of training are of an epoch that is not over: then they are not those of the curve."""
        label = self._heads[0][1]
        label.setText(self.tr("Train so far") if on else self.tr("Train"))
        told = self.tr("The mean over this epoch's batches so far. The curve gets its point when the epoch is over.")
        label.setToolTip(told if on else "")

    def set_test_title(self, title: str) -> None:
        self._heads[1][1].setText(title)

    def _on_theme(self) -> None:
        for _, label in self._heads:
            label.setFont(self._theme.font(Role.HELPER))
        for title, *numbers in self._rows.values():
            title.setFont(self._theme.font(Role.HELPER))
            for label in numbers:
                label.setFont(self._theme.font(Role.METRIC))
        self.update()
