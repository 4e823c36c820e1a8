"""A button that puts a test sample in, and arrows to those before and behind it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from nnplayground.core.losses import Task
from nnplayground.data.dataset import Dataset
from nnplayground.ui.theme.numbers import count, number
from nnplayground.ui.theme.theme import Role, Theme


class SamplePick(QWidget):
    """`picked` says which test sample is wanted. `caption`, which the page places, tells the right answer while `show_index` says so."""

    __test__ = False  # no test of pytest's
    picked = Signal(int)

    def __init__(self, theme: Theme, text: str, tip: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._dataset: Dataset | None = None
        self._random = np.random.default_rng(0)
        self.index: int | None = None
        """The test sample that is asked about, unchanged; None for everything else."""
        self._last = -1
        self.button = QPushButton(text)
        self.button.setObjectName(name)
        self.button.setToolTip(tip)
        self.button.clicked.connect(self._pick_any)
        self.before, self.behind = (self._arrow(*told) for told in (
            ("chevron-left", self.tr("The test sample before"), f"{name}Before", -1),
            ("chevron-right", self.tr("The next test sample"), f"{name}Next", 1),
        ))  # fmt: skip
        self.caption = QLabel(self)
        self.caption.setObjectName(f"{name}Truth")
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setProperty("tone", "muted")
        self.caption.setWordWrap(True)
        theme.use_font(self.caption, Role.HELPER)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.button, self.before, self.behind):
            row.addWidget(widget)
        row.addStretch(1)
        theme.changed.connect(self._dress)
        self.show_dataset(None)

    def _arrow(self, icon: str, tip: str, name: str, step: int) -> QToolButton:
        arrow = QToolButton()
        arrow.setObjectName(name)
        arrow.setToolTip(tip)
        arrow.setAccessibleName(tip)
        self._theme.use_icon_size(arrow, 16)
        arrow.setIcon(self._theme.icon(icon))
        arrow.clicked.connect(lambda: self._step(step))
        return arrow

    def _dress(self) -> None:
        self.before.setIcon(self._theme.icon("chevron-left"))
        self.behind.setIcon(self._theme.icon("chevron-right"))

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._dataset = dataset
        there = dataset is not None and len(dataset.test) > 0
        for widget in (self.button, self.before, self.behind):
            widget.setEnabled(there)
        self._last = -1
        self.show_index(None)

    def show_index(self, index: int | None) -> None:
        """Say which test sample is asked about now, and its right answer; None: none, or one that was changed."""
        self.index = index
        if index is not None:
            self._last = index
        truth = self.truth
        known = "" if index is None or truth is None else self.tr("Test {n} · {answer}").format(n=count(index + 1), answer=truth)
        self.caption.setText(known)
        self.caption.setVisible(bool(self.caption.text()))

    @property
    def truth(self) -> str | None:
        """The right answer in words; None where nobody knows it."""
        if self._dataset is None or self.index is None:
            return None
        facts, right = self._dataset.facts, self._dataset.test.y[self.index]
        if facts.task is Task.REGRESSION:
            return " ".join(part for part in (number(float(right)), facts.target_unit) if part)
        return facts.classes[int(right)]

    def _pick_any(self) -> None:
        assert self._dataset is not None
        self.picked.emit(int(self._random.integers(len(self._dataset.test))))

    def _step(self, step: int) -> None:
        assert self._dataset is not None
        self.picked.emit((self._last + step) % len(self._dataset.test))
