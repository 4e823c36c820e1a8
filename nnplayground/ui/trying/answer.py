"""What the network says, in the data's own words: shares of classes, or a value in its unit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.facts import DataFacts
from nnplayground.data.dataset import Affine, Dataset
from nnplayground.engine.answers import Array, Reading, values
from nnplayground.ui.theme.numbers import measured, signed
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.trying.class_bars import ClassBars
from nnplayground.ui.trying.shares import Shares


class Answer(QWidget):
    """The answer to one sample; two classes share one bar, of more the likeliest have a bar each."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._reading = Reading()
        self._facts: DataFacts | None = None
        self._target_scaler = Affine()
        self.outputs: Array | None = None
        """(1, units): the newest outputs; None while there are none."""
        self.shares, self.bars = Shares(theme), ClassBars(theme)
        self.value = QLabel()
        self.value.setObjectName(name)
        self.value.setTextFormat(Qt.TextFormat.PlainText)
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.value.setWordWrap(True)
        theme.use_font(self.value, Role.METRIC)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.shares, self.bars, self.value):
            column.addWidget(widget)
        self.show_outputs(None)

    def show_analysis(self, analysis: Analysis) -> None:
        """Forgets the answer where it would be read otherwise now."""
        self._facts, reading = analysis.facts, Reading.of(analysis)
        if reading != self._reading:
            self._reading = reading
            self.show_outputs(None)

    def show_dataset(self, dataset: Dataset | None) -> None:
        self._target_scaler = dataset.target_scaler if dataset is not None else Affine()
        self.show_outputs(None)

    def show_outputs(self, outputs: Array | None) -> None:
        """Outputs (1, units) of the network; None: nothing is known."""
        self.outputs = outputs
        classes = self.class_shares()
        few = len(self._reading.classes) <= 2
        self.shares.setVisible(bool(classes) and few)
        self.bars.setVisible(bool(classes) and not few)
        self.value.setVisible(not classes)
        (self.shares if few else self.bars).show_shares(self._reading.classes if classes else (), classes)
        if outputs is None:
            self.value.setText(self.tr("No answer yet."))
        elif not classes:
            self.value.setText(self._told(float(values(outputs, self._target_scaler)[0])))

    def _told(self, value: float) -> str:
        facts = self._facts
        if facts is None or facts.is_plane:
            return self.tr("Answer {value}").format(value=signed(value))
        return f"{facts.target_name or self.tr('Answer')} {measured(value, facts.target_unit)}"

    def class_shares(self) -> tuple[float, ...]:
        """The share of each class; () for values, and without an answer."""
        outputs = self.outputs
        if outputs is None or self._reading.is_regression:
            return ()
        if outputs.shape[-1] > 1:
            return tuple(float(s) for s in self._reading.shares(outputs)[0])
        plus = (float(self._reading.signed(outputs)[0]) + 1) / 2
        return 1 - plus, plus

    def copied(self) -> str:
        """The answer in full precision, a line for each class; empty without one."""
        if self.outputs is None:
            return ""
        classes = self.class_shares()
        if not classes:
            name = self._facts.target_name if self._facts is not None else ""
            return f"{name or 'answer'}\t{float(values(self.outputs, self._target_scaler)[0])!r}"
        return "\n".join(f"{name}\t{share!r}" for name, share in zip(self._reading.classes, classes, strict=False))
