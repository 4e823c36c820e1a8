"""`WorkingView`: small tables side by side, below each other where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.trying.sheets import Line, Sheet

BETWEEN, CELLS, BELOW = 18.0, 9.0, 10.0
"""Pixels between tables, between columns, and below a table."""
STALE = 0.6
WIDEST_NAME = 120.0


class WorkingView(QWidget):
    """Columns grow with what stands in them and never shrink while the same is shown: nothing jumps while it trains."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workingView")
        self.setAccessibleName(self.tr("The arithmetic of one sample"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._theme = theme
        self.sheets: tuple[Sheet, ...] = ()
        self.stale = False
        self._widths: list[list[float]] = []
        self._key: tuple[object, ...] = ()
        self._places: list[QPointF] = []
        theme.changed.connect(self._on_theme)

    def show_sheets(self, sheets: tuple[Sheet, ...], key: tuple[object, ...] = ()) -> None:
        """`key` says what is shown; with another one the columns begin anew."""
        key = (*key, *(s.columns for s in sheets))
        if key != self._key:
            self._key, self._widths = key, [[0.0] * len(s.columns) for s in sheets]
        self.sheets = sheets
        for sheet, widths in zip(sheets, self._widths, strict=True):
            self._widen(sheet, widths)
        self._arrange()
        self.setAccessibleDescription(self.text())
        self.update()

    def set_stale(self, stale: bool) -> None:
        if stale != self.stale:
            self.stale = stale
            self.update()

    def text(self) -> str:
        """Everything in words, a line for each line."""
        return "\n".join("\n".join([s.title, *(" ".join(filter(None, line.cells)) for line in s.lines)]) for s in self.sheets)

    # ---- places

    def _font(self, *, strong: bool = False) -> QFont:
        return self._theme.font(Role.HELPER, weight=600 if strong else 400, tabular=True)

    def _line_height(self) -> float:
        return QFontMetricsF(self._font()).height() + 1

    def lines_in(self, height: float) -> int:
        """How many lines below its title a table may have to be seen without scrolling."""
        return int((height - self._title_height() - 2) / self._line_height())

    def _title_height(self) -> float:
        return QFontMetricsF(self._theme.font(Role.SECTION)).height() + 4

    def _widen(self, sheet: Sheet, widths: list[float]) -> None:
        metrics = (QFontMetricsF(self._font()), QFontMetricsF(self._font(strong=True)))
        for line in sheet.lines:
            if len(line.cells) == 1:
                continue  # it has the whole width
            for column, cell in enumerate(line.cells):
                wanted = metrics[line.strong].horizontalAdvance(cell) + 1
                most = WIDEST_NAME * self._theme.zoom if column == 0 else wanted
                widths[column] = max(widths[column], min(wanted, most))

    def _size(self, number: int) -> tuple[float, float]:
        sheet, widths = self.sheets[number], self._widths[number]
        title = QFontMetricsF(self._theme.font(Role.SECTION)).horizontalAdvance(sheet.title)
        metrics = (QFontMetricsF(self._font()), QFontMetricsF(self._font(strong=True)))
        wide = (metrics[line.strong].horizontalAdvance(line.cells[0]) + 2 for line in sheet.lines if len(line.cells) == 1)
        return max(self._table_width(widths), title, *wide), self._title_height() + len(sheet.lines) * self._line_height()

    @staticmethod
    def _table_width(widths: list[float]) -> float:
        return sum(widths) + CELLS * (len(widths) - 1)

    def _arrange(self) -> None:
        x = y = row = 0.0
        places = []
        for number in range(len(self.sheets)):
            width, height = self._size(number)
            if x and x + width > self.width():
                x, y, row = 0.0, y + row + BELOW, 0.0
            places.append(QPointF(x, y))
            x, row = x + width + BETWEEN, max(row, height)
        self._places = places
        if self.minimumHeight() != (least := round(y + row)):
            self.setMinimumHeight(least)

    def sizeHint(self) -> QSize:
        return QSize(300, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _on_theme(self) -> None:
        self._key = ()
        self.show_sheets(self.sheets)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(STALE if self.stale else 1.0)
        for number, sheet in enumerate(self.sheets):
            at, (width, _height) = self._places[number], self._size(number)
            painter.setFont(self._theme.font(Role.SECTION))
            painter.setPen(self._theme.color("faint"))
            painter.drawText(QRectF(at.x(), at.y(), width + 2, self._title_height()), Qt.AlignmentFlag.AlignTop, sheet.title)
            y = at.y() + self._title_height()
            for line in sheet.lines:
                self._draw_line(painter, sheet, line, QRectF(at.x(), y, width, self._line_height()), self._widths[number])
                y += self._line_height()
        painter.end()

    def _draw_line(self, painter: QPainter, sheet: Sheet, line: Line, box: QRectF, widths: list[float]) -> None:
        tokens = self._theme.tokens
        if line.ruled:
            painter.setPen(QPen(QColor(tokens.border), 1))
            painter.drawLine(box.topLeft() + QPointF(0, 0.5), QPointF(box.left() + self._table_width(widths), box.top() + 0.5))
        font = self._font(strong=line.strong)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        colours = {"pos": tokens.pos_text, "neg": tokens.neg_text, "muted": tokens.muted}
        x = box.left()
        for column, cell in enumerate(line.cells):
            tone = line.tones[column] if column < len(line.tones) else ""
            painter.setPen(QColor(colours.get(tone, tokens.text)))
            side = Qt.AlignmentFlag.AlignRight if sheet.columns[column] == "r" else Qt.AlignmentFlag.AlignLeft
            width = widths[column] if len(line.cells) > 1 else box.width()
            shown = metrics.elidedText(cell, Qt.TextElideMode.ElideRight, width + 1)
            painter.drawText(QRectF(x, box.top(), width, box.height()), side | Qt.AlignmentFlag.AlignVCenter, shown)
            x += width + CELLS
