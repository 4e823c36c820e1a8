"""The lines below the canvas: what the links mean, and where the parameters are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.ui.theme.numbers import count, percent
from nnplayground.ui.theme.theme import Role, Theme

BAR = 10.0
LEAST_SHARE = 0.004


class Legend(QWidget):
    """What colour, dashes and width of a link say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Legend"))
        self.setToolTip(self.tr("Neurons without bounds (relu, linear) have the full colour from ±2 on; all others at ±1."))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.followed = ""
        theme.changed.connect(self.updateGeometry)

    def show_followed(self, name: str) -> None:
        """Links show what this sample sends along them; empty: they show weights."""
        if name != self.followed:
            self.followed = name
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, round(QFontMetricsF(self._theme.font(Role.CAPTION)).height()) + 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._theme.font(Role.CAPTION)
        metrics, x, middle = QFontMetricsF(font), 16.0, self.height() / 2 - 2
        painter.setFont(font)
        told: tuple[tuple[str, str | None, list[float] | None], ...] = (
            (self.tr("positive weight"), tokens.pos, None), (self.tr("negative weight"), tokens.neg, [2.4, 1.2]),
            (self.tr("line width = size of the weight"), None, None),
        )  # fmt: skip
        if self.followed:
            told = (
                (self.tr("weight × value above 0"), tokens.pos, None), (self.tr("below 0"), tokens.neg, [2.4, 1.2]),
                (self.tr("for {sample}; Esc leaves it").format(sample=self.followed), None, None),
            )  # fmt: skip
        for text, colour, dashes in told:
            if colour is not None:
                pen = QPen(QColor(colour), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
                if dashes:
                    pen.setDashPattern(dashes)
                painter.setPen(pen)
                painter.drawLine(QPointF(x, middle), QPointF(x + 22, middle))
                x += 29
            width = metrics.horizontalAdvance(text)
            if x + width > self.width() - 8:
                break
            painter.setPen(QColor(tokens.muted))
            painter.drawText(QRectF(x, middle - 12, width + 2, 24), Qt.AlignmentFlag.AlignVCenter, text)
            x += width + 16
        painter.end()


class Overview(QWidget):
    """One bar for all parameters, a piece per layer. A click on a piece chooses its layer."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._analysis: Analysis | None = None
        self._selected: int | None = None
        self.setAccessibleName(self.tr("Where the parameters are"))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_analysis(self, analysis: Analysis, selected: int | None) -> None:
        self._analysis, self._selected = analysis, selected
        self.setVisible(analysis.parameters > 0)
        self.update()

    def sizeHint(self) -> QSize:
        line = QFontMetricsF(self._theme.font(Role.CAPTION)).height()
        return QSize(300, round(2 * line + BAR + 22))

    def pieces(self) -> list[tuple[int, QRectF]]:
        """Each layer that has parameters, and its piece of the bar."""
        if self._analysis is None or not self._analysis.parameters:
            return []
        line = QFontMetricsF(self._theme.font(Role.SECTION)).height()
        total, room, x = self._analysis.parameters, self.width() - 36.0, 18.0
        shares = [(i, max(s.parameters / total, LEAST_SHARE)) for i, s in enumerate(self._analysis.shapes) if s.parameters]
        whole = sum(share for _, share in shares)
        result = []
        for layer, share in shares:
            width = room * share / whole
            result.append((layer, QRectF(x, line + 8, width, BAR)))
            x += width
        return result

    def paintEvent(self, event: QPaintEvent) -> None:
        analysis, tokens = self._analysis, self._theme.tokens
        if analysis is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(Role.SECTION))
        painter.setPen(QColor(tokens.muted))
        painter.drawText(QPointF(18, QFontMetricsF(painter.font()).ascent() + 2),
                         self.tr("Where the {n} parameters are").format(n=count(analysis.parameters)))  # fmt: skip
        pieces = self.pieces()
        largest = max((analysis.shapes[i].parameters for i, _ in pieces), default=0)
        painter.setPen(Qt.PenStyle.NoPen)
        for layer, box in pieces:
            colour = QColor(tokens.accent if layer == self._selected else tokens.magnitude)
            if layer != self._selected:
                colour.setAlphaF(0.75 if analysis.shapes[layer].parameters == largest else 0.4)
            painter.setBrush(colour)
            painter.drawRoundedRect(box.adjusted(0, 0, -1.5 if box.width() > 5 else -0.5, 0), 2, 2)
        self._paint_labels(painter, pieces)
        painter.end()

    def _paint_labels(self, painter: QPainter, pieces: list[tuple[int, QRectF]]) -> None:
        assert self._analysis is not None
        font = self._theme.font(Role.CAPTION, weight=400)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.tokens.muted))
        taken: list[QRectF] = []
        # The largest get their names first; others where there is room left.
        for layer, box in sorted(pieces, key=lambda piece: -piece[1].width()):
            text = self.describe(layer, share=box.width() > 200)
            width = metrics.horizontalAdvance(text)
            x = min(max(box.center().x() - width / 2, 18.0), self.width() - 18.0 - width)
            place = QRectF(x, box.bottom() + 4, width + 1, metrics.height())
            if not any(place.adjusted(-14, 0, 14, 0).intersects(other) for other in taken):
                painter.drawText(place, Qt.AlignmentFlag.AlignLeft, text)
                taken.append(place)

    def describe(self, layer: int, *, share: bool) -> str:
        assert self._analysis is not None
        name, own = type(self._analysis.spec.layers[layer]).__name__, self._analysis.shapes[layer].parameters
        if share:
            return self.tr("{layer}  {n} ({share})").format(layer=name, n=count(own), share=percent(own / self._analysis.parameters))
        return self.tr("{layer}  {n}").format(layer=name, n=count(own))

    def layer_at(self, point: QPointF) -> int | None:
        return next((layer for layer, box in self.pieces() if box.adjusted(0, -8, 0, 8).contains(point)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        layer = self.layer_at(event.position())
        if layer is not None and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(layer)

    def event(self, event: object) -> bool:
        if isinstance(event, QHelpEvent):
            layer = self.layer_at(QPointF(event.pos()))
            if layer is not None:
                QToolTip.showText(event.globalPos(), self.describe(layer, share=True), self)
                return True
        return super().event(event)  # type: ignore[arg-type]
