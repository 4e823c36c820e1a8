"""What the network says to a drawing: a bar for each class, or a value."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme.numbers import percent
from nnplayground.ui.theme.theme import Role, Theme

MOST = 10
"""Classes that are shown: of more the likeliest."""
FEWEST = 3
"""Lying bars that there is always room for."""
WORTH_TELLING = 0.05
"""Bars of less than this have no number over them."""
GAP, TRACK, LOW, BAR = 4, 56, 18, 6
NAME = 0.45
"""The part of the width that names may take beside lying bars."""


class DigitAnswer(QWidget):
    """Standing bars where the names are short, as digits are; lying ones else. Stays where classes stand while there is no answer.

    Qt properties tell the answer: `answer`, the name of the likeliest class or the value in words ('' without one), and
    `probabilities`, a list with one number for each class.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("digitAnswer")
        self.setAccessibleName(self.tr("Answer to the drawing"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = theme
        self._names: tuple[str, ...] = ()
        self._shares: tuple[float, ...] = ()
        self._value = ""
        self._faded = False
        self._publish()
        theme.changed.connect(self.updateGeometry)

    def show_names(self, names: tuple[str, ...]) -> None:
        """The classes there are; () where values are answered. Forgets the answer where they are others."""
        if names != self._names:
            self._names = names
            self.show_shares(())
            self.updateGeometry()

    def show_shares(self, shares: tuple[float, ...]) -> None:
        """One share for each class, 1 in sum; () for no answer."""
        self._shares, self._value, self._faded = shares, "", False
        self._publish()

    def show_value(self, text: str) -> None:
        """An answer that is no class, in words."""
        self._shares, self._value, self._faded = (), text, False
        self._publish()

    def fade(self) -> None:
        """What is shown is from before an edit."""
        self._faded = bool(self._shares or self._value)
        self.update()

    def _publish(self) -> None:
        known = len(self._shares) == len(self._names) and bool(np.isfinite(self._shares).all())
        best = self._names[int(np.argmax(self._shares))] if self._shares and known else self._value
        self.setProperty("answer", best)
        self.setProperty("probabilities", list(self._shares))
        told = ", ".join(f"{self._names[i]} {percent(self._shares[i])}" for i in self._likeliest(3)) if self._shares else self._value
        self.setAccessibleDescription(told)
        self.update()

    def _likeliest(self, most: int) -> list[int]:
        order = np.argsort(-np.nan_to_num(np.asarray(self._shares, np.float64), nan=-1.0), kind="stable")
        return [int(i) for i in order[:most] if i < len(self._names)]

    @property
    def shown(self) -> list[int]:
        """The numbers of the classes that have a bar, in their order."""
        most = MOST if self._stands else min(MOST, max(FEWEST, int(self.height() / self._line())))
        if len(self._names) <= most:
            return list(range(len(self._names)))
        return self._likeliest(most)

    # ---- painting

    def _font(self, *, bold: bool, small: bool = False) -> QFont:
        return self._theme.font(Role.CAPTION if small else Role.HELPER, weight=700 if bold else 400, tabular=True)

    @property
    def _stands(self) -> bool:
        metrics = QFontMetricsF(self._font(bold=True))
        room = max(self.width(), 200) / max(len(self._names), 1) - GAP
        return 0 < len(self._names) <= MOST and all(metrics.horizontalAdvance(name) <= room for name in self._names)

    def _line(self) -> float:
        return QFontMetricsF(self._font(bold=True)).height() + 2

    def _least(self, track: int) -> QSize:
        rows = max(min(len(self._names), MOST if track == TRACK else FEWEST), 1)
        return QSize(160, round(2 * self._line() + track if self._stands else rows * self._line()))

    def sizeHint(self) -> QSize:
        return self._least(TRACK)

    def minimumSizeHint(self) -> QSize:
        return self._least(LOW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.6 if self._faded else 1.0)
        if not self._names or self._value:
            painter.setFont(self._theme.font(Role.METRIC if self._value else Role.HELPER))
            painter.setPen(QColor(self._theme.tokens.text if self._value else self._theme.tokens.muted))
            told = self._value or self.tr("No answer yet.")
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, told)
        elif self._stands:
            self._draw_standing(painter)
        else:
            self._draw_lying(painter)
        painter.end()

    def _share(self, index: int) -> float:
        share = self._shares[index] if index < len(self._shares) else 0.0
        return min(max(share, 0.0), 1.0) if np.isfinite(share) else 0.0

    def _draw_standing(self, painter: QPainter) -> None:
        tokens, shown = self._theme.tokens, self.shown
        step, line = self.width() / len(shown), self._line()
        track = QRectF(0, line, 0, max(self.height() - 2 * line, 4.0))
        best = self._likeliest(1)
        for place, i in enumerate(shown):
            chosen = i in best
            bar = QRectF(place * step + GAP / 2, track.top(), step - GAP, track.height())
            self._bar(painter, bar, self._share(i), chosen=chosen, upright=True)
            painter.setFont(self._font(bold=chosen))
            painter.setPen(QColor(tokens.text if chosen else tokens.muted))
            cell = QRectF(place * step, self.height() - line, step, line)
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, self._names[i])
        self._draw_numbers(painter, step, best)

    def _draw_numbers(self, painter: QPainter, step: float, best: list[int]) -> None:
        """Over the bars that are worth it, the likeliest first; where two would touch, the likelier has it."""
        taken: list[QRectF] = []
        for i in self._likeliest(MOST):
            if self._share(i) < WORTH_TELLING or i not in self.shown:
                continue
            painter.setFont(self._font(bold=False, small=True))
            told = percent(self._shares[i])
            wide = painter.fontMetrics().horizontalAdvance(told)
            middle = (self.shown.index(i) + 0.5) * step
            box = QRectF(min(max(middle - wide / 2, 0.0), max(self.width() - wide, 0.0)), 0, wide + 1, self._line())
            if any(box.adjusted(-4, 0, 4, 0).intersects(other) for other in taken):
                continue
            taken.append(box)
            painter.setPen(QColor(self._theme.tokens.text if i in best else self._theme.tokens.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, told)

    def _draw_lying(self, painter: QPainter) -> None:
        tokens, line = self._theme.tokens, self._line()
        bold = QFontMetricsF(self._font(bold=True))
        shown, best = self.shown, self._likeliest(1)
        if not shown:
            shown = list(range(min(MOST, len(self._names), max(FEWEST, int(self.height() / line)))))
        left = min(max(bold.horizontalAdvance(self._names[i]) for i in shown), self.width() * NAME) + 8
        end = bold.horizontalAdvance("100.0 %") + 6
        for row, i in enumerate(shown):
            chosen, place = i in best, QRectF(0, row * line, self.width(), line)
            painter.setFont(self._font(bold=chosen))
            painter.setPen(QColor(tokens.text if chosen else tokens.muted))
            name = bold.elidedText(self._names[i], Qt.TextElideMode.ElideRight, left - 8)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            if self._shares:
                painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent(self._shares[i]))
            bar = QRectF(left, place.center().y() - BAR / 2, max(self.width() - left - end, 4.0), BAR)
            self._bar(painter, bar, self._share(i), chosen=chosen, upright=False)

    def _bar(self, painter: QPainter, track: QRectF, share: float, *, chosen: bool, upright: bool) -> None:
        tokens = self._theme.tokens
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.grid))
        painter.drawRoundedRect(track, 3, 3)
        if not self._shares:
            return
        painter.setBrush(QColor(tokens.magnitude if chosen else tokens.control))
        if upright:
            high = max(track.height() * share, 2.0)
            corner = min(3.0, high / 2)
            painter.drawRoundedRect(QRectF(track.left(), track.bottom() - high, track.width(), high), corner, corner)
        else:
            painter.drawRoundedRect(QRectF(track.left(), track.top(), max(track.width() * share, 2.0), track.height()), 3, 3)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip and self._shares:
            lines = [f"{self._names[i]}: {percent(self._shares[i])}" for i in self._likeliest(20)]
            QToolTip.showText(event.globalPos(), plain_tip("\n".join(lines)), self)
            return True
        return super().event(event)
