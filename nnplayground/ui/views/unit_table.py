"""Which layers have units with nothing to say: a line each, with a bar and a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from nnplayground.engine.layer_activity import LayerActivity
from nnplayground.ui.theme.numbers import count, percent
from nnplayground.ui.theme.theme import Role, Theme

BAR = 130
STALE = 0.6


@dataclass(frozen=True)
class UnitLine:
    """One layer: what it is called, and what its units did."""

    title: str
    function: str
    activity: LayerActivity
    of_test: bool
    is_answer: bool = False
    """Whether these outputs are the network's answers: there, an end is a sure answer."""

    @property
    def share(self) -> float:
        """What the bar shows, from 0 to 1."""
        told = self.activity
        return told.silent / max(told.units, 1) if told.silent is not None else told.at_ends or 0.0


class UnitTable(QScrollArea):
    """All layers whose function switches off, or has ends."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("unitTable")
        self.setAccessibleName(self.tr("Units that have nothing to say"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._theme = theme
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)  # which setWidget has switched on
        self.rows: list[UnitRow] = []

    def show_lines(self, lines: Sequence[UnitLine], *, stale: bool) -> None:
        while len(self.rows) > len(lines):
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.deleteLater()
        while len(self.rows) < len(lines):
            self.rows.append(UnitRow(self._theme))
            self._column.insertWidget(len(self.rows) - 1, self.rows[-1])
        for row, line in zip(self.rows, lines, strict=True):
            row.show_line(line, stale=stale)


class UnitRow(QWidget):
    """One layer."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._line: UnitLine | None = None
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_line(self, line: UnitLine, *, stale: bool) -> None:
        self._line, self._stale = line, stale
        self.setAccessibleName(f"{line.title}: {self.sentence}")
        self.setToolTip(self.sentence)
        self.update()

    @property
    def sentence(self) -> str:
        """What the units did, in words."""
        if self._line is None:
            return ""
        told, of_test = self._line.activity, self._line.of_test
        samples = self.tr("{n} test samples") if of_test else self.tr("{n} training samples")
        samples = samples.format(n=count(told.samples))
        if told.silent is not None:
            return self.tr("{n} of {units} units never fire on {samples}").format(
                n=count(told.silent), units=count(told.units), samples=samples)
        if self._line.is_answer:
            return self.tr("{share} of the answers are within 1 % of an end: sure, on {samples}").format(
                share=percent(told.at_ends or 0.0), samples=samples)
        return self.tr("{share} of the outputs are within 1 % of an end on {samples}").format(
            share=percent(told.at_ends or 0.0), samples=samples)

    def sizeHint(self) -> QSize:
        line = QFontMetricsF(self._theme.font(Role.HELPER)).height()
        return QSize(300, round(2 * line + 8))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._line is None:
            return
        tokens, zoom, painter = self._theme.tokens, self._theme.zoom, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._stale:
            painter.setOpacity(STALE)
        bold, font = self._theme.font(Role.HELPER, weight=600), self._theme.font(Role.HELPER)
        line, metrics = QFontMetricsF(bold).height(), QFontMetricsF(bold)
        left = min(BAR * zoom, self.width() * 0.3)
        painter.setFont(bold)
        painter.setPen(QColor(tokens.text))
        title = metrics.elidedText(self._line.title, Qt.TextElideMode.ElideRight, self.width() * 0.6)
        painter.drawText(QRectF(0, 2, self.width(), line), Qt.AlignmentFlag.AlignLeft, title)
        painter.setFont(font)
        painter.setPen(QColor(tokens.muted))
        behind = QRectF(metrics.horizontalAdvance(title) + 8, 2, self.width(), line)
        if self._line.function not in self._line.title:
            painter.drawText(behind, Qt.AlignmentFlag.AlignLeft, self._line.function)
        track = QRectF(0, line + 2 + line / 2 - 4 * zoom, left, 8 * zoom)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.border))
        painter.drawRoundedRect(track, 3, 3)
        painter.setBrush(QColor(tokens.magnitude))
        painter.drawRoundedRect(QRectF(track.left(), track.top(), max(track.width() * self._line.share, 2.0), track.height()), 3, 3)
        painter.setPen(QColor(tokens.text))
        room = self.width() - left - 10
        shown = QFontMetricsF(font).elidedText(self.sentence, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(left + 10, line + 2, room, line), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
