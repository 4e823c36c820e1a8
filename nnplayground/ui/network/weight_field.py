"""The field that opens at a weight: its value to write, to step or to slide, and the way to the next one."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPoint, QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from nnplayground.ui.inspector.fields import mark
from nnplayground.ui.network.in_place import ENTER, Line
from nnplayground.ui.network.weights import read_number
from nnplayground.ui.theme.numbers import number
from nnplayground.ui.theme.theme import Role, Theme

WIDTH = 208
SPAN, PARTS = 3.0, 100
"""The slider goes from -SPAN to SPAN, in steps of 1 / PARTS."""
ON_ITS_WAY = 300
"""Milliseconds in which a value that was asked for reaches the network and comes back."""
STEP, FINE, COARSE = 0.1, 0.01, 1.0


class WeightField(QFrame):
    """Shows what it is told to, and asks for other values: a typed one with Enter, others at once."""

    asked = Signal(float)
    moved = Signal(int)
    """To the next weight (1) or the one before (-1)."""
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("weightField")
        self.setProperty("kind", "card")
        self._theme = theme
        self._value = 0.0
        self._since_asked = QElapsedTimer()
        self.is_open = False
        self._title, self.sentence, self.line = QLabel(), QLabel(), Line()
        self._title.setProperty("tone", "muted")
        theme.use_font(self._title, Role.HELPER)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.sentence.setObjectName("weightSentence")
        self.sentence.setProperty("tone", "error")
        self.sentence.setWordWrap(True)
        theme.use_font(self.sentence, Role.HELPER)
        theme.use_font(self.line, Role.METRIC)
        self.line.setObjectName("weightValue")
        self.line.setToolTip(self.tr("Enter sets the weight, Esc leaves. Up and Down: steps of 0.1, with Shift 1, with Ctrl 0.01."))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("weightSlider")
        self.slider.setRange(-round(SPAN * PARTS), round(SPAN * PARTS))
        self.slider.setPageStep(PARTS // 10)
        self.slider.setAccessibleName(self.tr("Weight"))
        self.slider.setToolTip(self.tr("Slide the weight from −3 to 3; the network follows."))
        self.before = self._button("chevron-left", "previousWeight", self.tr("The weight before (Page up)"), -1)
        self.after = self._button("chevron-right", "nextWeight", self.tr("The next weight (Page down)"), 1)
        top = QHBoxLayout()
        top.setSpacing(0)
        for widget, stretch in ((self._title, 1), (self.before, 0), (self.after, 0)):
            top.addWidget(widget, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 8, 9)
        column.setSpacing(6)
        column.addLayout(top)
        for part in (self.line, self.slider, self.sentence):
            column.addWidget(part)
        for watched in (self.line, self.slider, self.before, self.after):
            watched.installEventFilter(self)
        self.line.textEdited.connect(lambda _text: self._say(""))
        self.slider.valueChanged.connect(lambda value: self._ask(value / PARTS))
        theme.changed.connect(self._dress)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)
        self._dress()
        self.hide()

    def _button(self, icon: str, name: str, tooltip: str, step: int) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setProperty("icon_name", icon)
        button.setToolTip(tooltip)
        button.setAccessibleName(tooltip)
        self._theme.use_icon_size(button, 16)
        button.clicked.connect(lambda: self.moved.emit(step))
        return button

    def open(self, title: str, value: float) -> None:
        """Show a weight; `place_at` says where."""
        self.is_open = True
        self._since_asked.invalidate()
        self.line.setModified(False)
        self._title.setText(title)
        self._title.setToolTip(title)
        self.line.setAccessibleName(title)
        self._say("")
        self._show(value)
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)
        self.line.selectAll()

    def follow(self, value: float) -> None:
        """The network has another value by now; what is being typed stays."""
        if self._since_asked.isValid() and self._since_asked.elapsed() < ON_ITS_WAY:
            return  # this may be from before what was asked for
        self._value = value
        if not self.line.isModified() and not self.slider.isSliderDown():
            chosen = self.line.hasSelectedText()
            self._show(value)
            if chosen:
                self.line.selectAll()

    def place_at(self, point: QPoint, item: QRect) -> None:
        """Stand below `point`, or above it where there is no room, and not over `item` where that is small."""
        self._fit()
        room = self._over.rect().adjusted(6, 6, -6, -6)
        x = max(room.left(), min(point.x() - self.width() // 2, room.right() - self.width()))
        below = point.y() + 16
        y = below if below + self.height() <= room.bottom() else point.y() - 16 - self.height()
        box = QRect(QPoint(x, max(room.top(), y)), self.size())
        if item.width() < WIDTH and box.intersects(item):
            box.moveLeft(item.right() + 10 if item.right() + 10 + box.width() <= room.right() else item.left() - 10 - box.width())
        self.move(box.topLeft())

    def leave(self) -> None:
        """Close; what was only typed is not set."""
        if self.is_open:
            had_focus, self.is_open = self._has_focus(), False
            self.hide()
            self.closed.emit()
            if had_focus:
                self._over.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- within

    def _has_focus(self) -> bool:
        now = QApplication.focusWidget()
        return now is not None and self.isAncestorOf(now)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        # Nothing has the focus while another window is the active one: the field waits.
        if self.is_open and now is not None and not self.isAncestorOf(now):
            self.leave()

    def _show(self, value: float) -> None:
        self._value = value
        self.line.setText(number(value))
        self.line.setModified(False)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(max(-SPAN, min(SPAN, value)) * PARTS))

    def _ask(self, value: float) -> None:
        self._say("")
        self._show(value)
        self._since_asked.start()
        self.asked.emit(value)

    def _finish(self) -> None:
        if not self.line.isModified():
            self.leave()
            return
        try:
            value = read_number(self.line.text())
        except ValueError as error:
            self._say(str(error))
            self.line.selectAll()
            return
        self._ask(value)
        self.leave()

    def _step(self, step: float) -> None:
        try:
            value = read_number(self.line.text()) if self.line.isModified() else self._value
            value = read_number(repr(round(value + step, 6)))
        except ValueError as error:
            self._say(str(error))
            return
        self._ask(value)

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        self.line.setAccessibleDescription(sentence)
        mark(self.line, bad=bool(sentence))
        self._fit()

    def _fit(self) -> None:
        """Take the height that everything needs, upwards where there is no room below."""
        layout = self.layout()
        assert layout is not None
        width = round(WIDTH * self._theme.zoom)
        self.setFixedWidth(width)
        layout.activate()
        self.resize(width, layout.heightForWidth(width) if layout.hasHeightForWidth() else self.sizeHint().height())
        lowest = self._over.height() - 6 - self.height()
        if self.y() > lowest:
            self.move(self.x(), max(6, lowest))

    def _dress(self) -> None:
        for button in (self.before, self.after):
            button.setIcon(self._theme.icon(button.property("icon_name")))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if event.type() is QEvent.Type.ShortcutOverride and key is Qt.Key.Key_Escape:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress and self._press(watched, key, event.modifiers()):
                return True
        return super().eventFilter(watched, event)

    def _press(self, watched: QObject, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        if key is Qt.Key.Key_Escape:
            self.leave()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.moved.emit(1 if key is Qt.Key.Key_PageDown else -1)
        elif watched is self.line and key in ENTER:
            self._finish()
        elif watched is self.line and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            shift, ctrl = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
            size = COARSE if modifiers & shift else FINE if modifiers & ctrl else STEP
            self._step(size if key is Qt.Key.Key_Up else -size)
        else:
            return False
        return True
