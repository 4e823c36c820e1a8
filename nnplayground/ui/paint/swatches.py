"""Which class is painted: a button for each, with its marker, and one more for another class."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QToolButton, QWidget

from nnplayground.core.own_data import MAX_CLASSES
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.class_map import class_colour
from nnplayground.ui.views.markers import draw_class_marker

WIDTH, HEIGHT, GAP = 36, 26, 3


class Swatches(QWidget):
    """`chosen` is emitted when the person chooses a class, a new one included."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count = 2
        self.setAccessibleName(self.tr("Class to paint"))
        self._group = QButtonGroup(self)
        self._buttons = [_Swatch(theme, i, self) for i in range(MAX_CLASSES)]
        for button in self._buttons:
            self._group.addButton(button)
            button.clicked.connect(lambda _=False, i=button.index: self.chosen.emit(i))
        self.more = QToolButton(self)
        self.more.setObjectName("addClassButton")
        tip = self.tr("Another class: paint it, and the network gets an output for it")
        self.more.setToolTip(tip)
        self.more.setAccessibleName(tip)
        theme.use_icon_size(self.more, 16)
        self.more.clicked.connect(lambda: self.chosen.emit(self._count))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def count(self) -> int:
        """How many classes can be chosen."""
        return self._count

    def button(self, index: int) -> QAbstractButton:
        return self._buttons[index]

    def show_classes(self, count: int, chosen: int) -> None:
        self._count = count
        for button in self._buttons:
            button.setVisible(button.index < count)
        self.more.setVisible(count < MAX_CLASSES)
        self._buttons[chosen].setChecked(True)
        self._arrange()

    def _dress(self) -> None:
        self.more.setIcon(self._theme.icon("plus"))
        self._arrange()

    def _arrange(self) -> None:
        """As many side by side as there is room for."""
        zoom = self._theme.zoom
        step, line = round(WIDTH * zoom) + GAP, round(HEIGHT * zoom)
        shown: list[QWidget] = [*self._buttons[: self._count], *([self.more] if self._count < MAX_CLASSES else [])]
        columns = max(1, (self.width() + GAP) // step)
        for i, button in enumerate(shown):
            button.setGeometry(i % columns * step, i // columns * (line + GAP), step - GAP, line)
        height = -(-len(shown) // columns) * (line + GAP) - GAP
        if self.height() != height:
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk among the classes."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        here = self.focusWidget()
        if step is None or not isinstance(here, _Swatch):
            super().keyPressEvent(event)
            return
        there = self._buttons[min(max(here.index + step, 0), self._count - 1)]
        there.setFocus(Qt.FocusReason.OtherFocusReason)
        there.click()


class _Swatch(QAbstractButton):
    def __init__(self, theme: Theme, index: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self.index = theme, index
        self.setCheckable(True)
        self.setText(str(index))
        self.setObjectName(f"paintClass{index}")
        self.setAccessibleName(self.tr("Paint class {index}").format(index=index))
        self.setToolTip(self.tr("Paint class {index} (key {index})").format(index=index))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        strong = self.isChecked() or self.hasFocus()
        edge = tokens.accent if strong else tokens.control if self.underMouse() else tokens.border
        painter.setPen(QPen(QColor(edge), 2 if strong else 1))
        painter.setBrush(QColor(tokens.accent_soft if self.isChecked() else tokens.hover if self.underMouse() else tokens.surface))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.setBrush(QColor(class_colour(tokens, self.index)))
        draw_class_marker(painter, QPointF(box.left() + box.width() * 0.3, box.center().y()), 4.6 * self._theme.zoom, self.index)
        painter.setPen(QColor(tokens.text if self.isChecked() else tokens.muted))
        painter.setFont(self._theme.font(Role.HELPER, weight=600 if self.isChecked() else 500, tabular=True))
        right = box.adjusted(box.width() * 0.56, 0, 0, 0)
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()  # the row knows who stands beside whom
        else:
            super().keyPressEvent(event)
