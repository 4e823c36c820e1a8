"""The gallery: every data set as a picture of itself."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QSizePolicy, QWidget

from nnplayground.core.data_spec import OWN_NAMES
from nnplayground.data import registry
from nnplayground.data.catalogue import OWN_INFOS, DataInfo
from nnplayground.data.dataset import Dataset
from nnplayground.ui.data.thumbnails import SIDE, few_of, thumbnail
from nnplayground.ui.theme.theme import Role, Theme

GAP = 7
MOST_LABEL = 16
"""Pixels of the names under the pictures, where the text is enlarged."""
SHORT_TITLES = {
    "fashion_mnist": "Fashion", "boston_housing": "Boston", "line": "Line", "points": "Points", "csv": "Table", "images": "Pictures",
    "arrays": "Arrays",
}  # fmt: skip
"""Titles that must fit under a picture; the tooltip has them in full."""


class DatasetButton(QAbstractButton):
    """One data set: its picture, its name, and a badge when it is the chosen one."""

    picture_wanted = Signal()
    """It was painted without its picture."""

    def __init__(self, theme: Theme, info: DataInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.info = info
        self.picture: QPixmap | None = None
        self.own: Dataset | None = None
        """Samples of one's own, to draw the picture from."""
        self.setObjectName(f"data-{info.name}")
        self.setText(SHORT_TITLES.get(info.name, info.title))
        self.setCheckable(True)
        self.setAccessibleName(info.title)
        self.setAccessibleDescription(info.summary)
        self.setToolTip(f"<b>{info.title}</b><br>{info.summary}" + (f"<br>{info.problems}" if info.problems else ""))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE + 6 + round(QFontMetricsF(self._theme.font(Role.CAPTION)).height()))

    def _label_font(self) -> QFont:
        """As large as the picture's width allows, which does not grow with the text; never smaller than at the usual size."""
        font = self._theme.font(Role.CAPTION, weight=600 if self.isChecked() else 400)
        font.setPixelSize(min(font.pixelSize(), MOST_LABEL))
        needed = QFontMetricsF(font).horizontalAdvance(self.text())
        if needed > SIDE + 4:
            font.setPixelSize(max(int(font.pixelSize() * (SIDE + 4) / needed), min(Role.CAPTION.pixels, font.pixelSize())))
        return font

    def nextCheckState(self) -> None:  # noqa: N802
        """A click asks; which one is chosen is shown when the project says so."""

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = (self.width() - SIDE) / 2
        box = QRectF(left, 0, SIDE, SIDE)
        lively = self.underMouse()
        edge, width = (tokens.accent, 2.0) if self.isChecked() else (tokens.control if lively else tokens.border, 1.0)
        painter.setPen(QPen(QColor(edge), width))
        painter.setBrush(QColor(tokens.hover if lively else tokens.sunken))
        half = width / 2
        painter.drawRoundedRect(box.adjusted(half, half, -half, -half), 6, 6)
        if self.picture is not None:
            painter.drawPixmap(QPointF(left, 0), self.picture)
        if self.picture is None or self.picture.devicePixelRatio() != self.devicePixelRatioF():
            self.picture_wanted.emit()
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1 if self.isChecked() else 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(4.5, 4.5, -4.5, -4.5) if self.isChecked() else box.adjusted(1, 1, -1, -1), 5, 5)
        if self.isChecked():
            _draw_badge(painter, box.topRight() + QPointF(-7, 7), QColor(tokens.accent), QColor(tokens.on_accent))
        painter.setFont(self._label_font())
        painter.setPen(QColor(tokens.text if self.isChecked() else tokens.muted))
        below = QRectF(0, SIDE + 3, self.width(), self.height() - SIDE - 3)
        text = QFontMetricsF(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() + 4)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextDontClip, text)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the gallery knows who stands beside whom
        else:
            super().keyPressEvent(event)


class _Grid(QWidget):
    """Buttons in rows under their groups' titles, as many side by side as there is room for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.buttons: list[DatasetButton] = []
        self.titles: dict[str, QLabel] = {}
        self.rows: list[list[DatasetButton]] = []
        self.rail = False
        for info in (*registry.infos(), *OWN_INFOS):
            if info.group not in self.titles:
                title = QLabel(self.tr(str(info.group)), self)
                title.setProperty("tone", "faint")
                theme.use_font(title, Role.SECTION)
                self.titles[info.group] = title
            self.buttons.append(DatasetButton(theme, info, self))

    def arrange(self) -> None:
        """Put everything in its place for the present width; the height follows."""
        columns = 1 if self.rail else max(1, (self.width() + GAP) // (SIDE + GAP))
        self.rows = []
        top = 0
        for group, title in self.titles.items():
            title.setVisible(not self.rail)
            if not self.rail:
                title.adjustSize()
                title.move(0, top)
                top += title.height() + 4
            members = [b for b in self.buttons if b.info.group == group]
            for start in range(0, len(members), columns):
                row = members[start : start + columns]
                self.rows.append(row)
                size = row[0].sizeHint()
                indent = (self.width() - SIDE) // 2 if self.rail else 0
                for i, button in enumerate(row):
                    button.setGeometry(indent + i * (SIDE + GAP), top, size.width(), size.height())
                top += size.height() + (8 if self.rail else 6)
            top += 0 if self.rail else 4
        self.setFixedHeight(top)

    def buttons_in_order(self) -> list[DatasetButton]:
        """As they are read, row by row."""
        return [button for row in self.rows for button in row]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()


class Gallery(QScrollArea):
    """Click or Enter chooses; arrow keys walk. Pictures are drawn one by one after the window is there."""

    data_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataGallery")
        self.setAccessibleName(self.tr("Data sets"))
        self._theme = theme
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._grid = _Grid(theme)
        self.setWidget(self._grid)
        self.setMinimumHeight(SIDE + 40)
        self.viewport().setAutoFillBackground(False)
        self._grid.setAutoFillBackground(False)
        self._wanted: list[DatasetButton] = []
        for button in self._grid.buttons:
            button.picture_wanted.connect(lambda b=button: self._want(b))
            button.clicked.connect(lambda _=False, name=button.info.name: self.data_chosen.emit(name))
        theme.changed.connect(self._on_theme)

    def button(self, name: str) -> DatasetButton:
        """Raises KeyError for an unknown data set."""
        for button in self._grid.buttons:
            if button.info.name == name:
                return button
        raise KeyError(name)

    def choose(self, name: str) -> None:
        """Show which data set the project has."""
        for button in self._grid.buttons:
            chosen = button.info.name == name
            if chosen != button.isChecked():
                button.setChecked(chosen)
        self._show_chosen()

    def show_own(self, dataset: Dataset | None) -> None:
        """One's own data is shown as it is; what was shown before stays, until there is other data of that kind."""
        if dataset is None or dataset.facts.name not in OWN_NAMES:
            return
        button = self.button(dataset.facts.name)
        button.own, button.picture = few_of(dataset), None
        button.update()

    def set_rail(self, rail: bool) -> None:
        """One column without titles, for narrow windows."""
        self._grid.rail = rail
        self._grid.arrange()
        self._show_chosen()

    def _want(self, button: DatasetButton) -> None:
        if button not in self._wanted:
            self._wanted.append(button)
            if len(self._wanted) == 1:
                QTimer.singleShot(0, self, self._draw_next)

    def _draw_next(self) -> None:
        """One picture each time the event loop comes round: some sets must be unpacked first."""
        button = self._wanted.pop(0)
        button.picture = thumbnail(button.info.name, self._theme, self.devicePixelRatioF(), button.own)
        button.update()
        if self._wanted:
            QTimer.singleShot(0, self, self._draw_next)

    def _on_theme(self) -> None:
        for button in self._grid.buttons:
            button.picture = None
        self._grid.arrange()
        self.viewport().update()

    def _show_chosen(self) -> None:
        chosen = next((b for b in self._grid.buttons if b.isChecked()), None)
        if chosen is not None:
            self.ensureWidgetVisible(chosen, 0, 12)

    # ---- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_chosen()  # the settings below may have taken its room

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        step = steps.get(Qt.Key(event.key()))
        here = self.focusWidget()
        if step is None or not isinstance(here, DatasetButton):
            super().keyPressEvent(event)
            return
        rows = self._grid.rows
        row = next(i for i, members in enumerate(rows) if here in members)
        column = rows[row].index(here)
        if step[0]:
            row = min(max(row + step[0], 0), len(rows) - 1)
            target = rows[row][min(column, len(rows[row]) - 1)]
        else:
            flat = self._grid.buttons_in_order()
            target = flat[min(max(flat.index(here) + step[1], 0), len(flat) - 1)]
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(target, 0, 24)


def _draw_badge(painter: QPainter, at: QPointF, fill: QColor, mark: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawEllipse(at, 7, 7)
    painter.setPen(QPen(mark, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPolyline([at + QPointF(-3, 0.2), at + QPointF(-0.8, 2.4), at + QPointF(3, -2.2)])
