"""The likeliest classes of an answer: one bar each, the likeliest above."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme.numbers import percent
from nnplayground.ui.theme.theme import Role, Theme

LEAST, MOST = 3, 5
"""Classes that are shown in a low and in a high place."""
GAP = 4
THIN = 4


class ClassBars(QWidget):
    """Up to five classes with their shares. All of them have one colour: there may be 46."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classBars")
        self.setAccessibleName(self.tr("The likeliest classes"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._theme = theme
        self.shown: tuple[tuple[str, float], ...] = ()
        """Name and share of what is shown, the likeliest first."""
        self._rows = MOST
        theme.changed.connect(self.updateGeometry)

    def show_shares(self, names: tuple[str, ...], shares: tuple[float, ...]) -> None:
        """One share for each class, 1 in sum; () for no answer."""
        order = sorted(range(len(shares)), key=lambda i: -shares[i])[:MOST]
        self.shown = tuple((names[i], shares[i]) for i in order if i < len(names))
        if shares and (rows := min(MOST, len(names))) != self._rows:
            self._rows = rows
            self.updateGeometry()
        self.setAccessibleDescription(", ".join(f"{name} {percent(share)}" for name, share in self.shown))
        self.update()

    def _row_height(self) -> float:
        return QFontMetricsF(self._theme.font(Role.HELPER)).height() + THIN + GAP + 2

    def sizeHint(self) -> QSize:
        return QSize(200, round(self._rows * self._row_height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, round(min(self._rows, LEAST) * self._row_height()))

    @property
    def _in_sight(self) -> tuple[tuple[str, float], ...]:
        """Whole rows."""
        return self.shown[: round((self.height() + GAP) // self._row_height())]

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, (name, share) in enumerate(self._in_sight):
            font = self._theme.font(Role.HELPER, weight=600 if row == 0 else 400, tabular=True)
            metrics, top = QFontMetricsF(font), row * self._row_height()
            painter.setFont(font)
            painter.setPen(QColor(tokens.text if row == 0 else tokens.muted))
            line, told = QRectF(0, top, self.width(), metrics.height()), percent(share)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, told)
            room = self.width() - metrics.horizontalAdvance(told) - 8
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(name, Qt.TextElideMode.ElideRight, room))
            painter.setPen(Qt.PenStyle.NoPen)
            bar = QRectF(0, top + metrics.height() + 2, self.width(), THIN)
            for width, colour in ((1.0, tokens.grid), (min(max(share, 0.0), 1.0), tokens.magnitude)):
                painter.setBrush(QColor(colour))
                painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * width, THIN), 2, 2)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            row = int(event.pos().y() / self._row_height())
            if row < len(self._in_sight):
                QToolTip.showText(event.globalPos(), plain_tip(self.tr("{name}: {share}").format(
                    name=self.shown[row][0], share=percent(self.shown[row][1]))), self)  # fmt: skip
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
