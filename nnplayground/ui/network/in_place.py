"""A line to write in, right where what it changes is written."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from nnplayground.ui.inspector.fields import mark
from nnplayground.ui.theme.theme import Role, Theme

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
WIDEST_SENTENCE = 260
WIDEST_NUMBER = 96


class Line(QLineEdit):
    """Keeps Esc for itself, which the window would take."""

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)


class InPlace(QFrame):
    """Enter takes what was written, Esc leaves it, a click elsewhere takes it if it will do. What is wrong is said below it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("inPlace")
        self.line, self.sentence = Line(), QLabel()
        self.sentence.setObjectName("inPlaceSentence")
        self.sentence.setProperty("tone", "error")
        self.sentence.setWordWrap(True)
        self.sentence.setContentsMargins(8, 4, 8, 6)
        theme.use_font(self.line, Role.CONTROL)
        theme.use_font(self.sentence, Role.HELPER)
        self.setProperty("kind", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addWidget(self.sentence)
        self._check: Callable[[str], str] = lambda _text: ""
        self._take: Callable[[str], None] = lambda _text: None
        self._start, self._steps, self._place = "", False, QRect()
        self.is_open = False
        self.line.installEventFilter(self)
        self.line.textEdited.connect(lambda _text: self._say(""))
        self.hide()

    def open(self, name: str, text: str, place: QRect, check: Callable[[str], str], take: Callable[[str], None], *, steps: bool) -> None:
        """Write over `place`. `check` says what is wrong with a text, `take` takes one; `steps`: the arrows count up and down."""
        self._check, self._take, self._start, self._steps, self._place = check, take, text, steps, place
        self.line.setObjectName("layerUnits" if steps else "layerName")
        self.line.setAccessibleName(name)
        self.line.setToolTip(self.tr("{what}. Enter takes it, Esc leaves it.").format(what=name))
        self.line.setPlaceholderText("" if steps else self.tr("Name"))
        self.line.setText(text)
        self.line.selectAll()
        self._say("")
        self.is_open = True
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def leave(self) -> None:
        """Close, and change nothing."""
        if self.is_open:
            had_focus, self.is_open = self.line.hasFocus(), False
            self.hide()
            if had_focus:
                self._over.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finish(self) -> None:
        text = self.line.text().strip()
        if text == self._start:
            self.leave()
            return
        wrong = self._check(text)
        if wrong:
            self._say(wrong)
            self.line.selectAll()
            return
        take = self._take
        self.leave()
        take(text)

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        self.line.setAccessibleDescription(sentence)
        mark(self.line, bad=bool(sentence))
        self._lay_out()

    def _lay_out(self) -> None:
        room = self._over.rect().adjusted(4, 4, -4, -4)
        width = max(self._place.width(), self.line.minimumSizeHint().width())
        if self._steps:
            width = min(width, WIDEST_NUMBER)
        if not self.sentence.isHidden():
            width = max(width, min(WIDEST_SENTENCE, room.width()))
        self.setFixedWidth(min(width, room.width()))
        height = self.line.sizeHint().height()
        if not self.sentence.isHidden():
            height += self.sentence.heightForWidth(self.width())
        self.resize(self.width(), height)
        # A number stands below the layer's name, which stays in sight.
        top = self._place.top() - 2 if self._steps else self._place.center().y() - self.line.sizeHint().height() // 2
        box = QRect(self._place.center().x() - self.width() // 2, top, self.width(), height)
        box.moveLeft(max(room.left(), min(box.left(), room.right() - box.width())))
        box.moveTop(max(room.top(), min(box.top(), room.bottom() - box.height())))
        self.move(box.topLeft())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in ENTER:
                self._finish()
                return True
            if key is Qt.Key.Key_Escape:
                self.leave()
                return True
            if self._steps and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._count(1 if key is Qt.Key.Key_Up else -1)
                return True
        elif event.type() is QEvent.Type.FocusOut and isinstance(event, QFocusEvent) and self.is_open:
            self._on_focus_lost(event.reason())
        return super().eventFilter(watched, event)

    def _on_focus_lost(self, reason: Qt.FocusReason) -> None:
        if reason in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            return  # another window, or the line's own menu: it goes on afterwards
        text, take = self.line.text().strip(), self._take
        good = text != self._start and not self._check(text)
        self.is_open = False
        self.hide()
        if good:
            take(text)

    def _count(self, step: int) -> None:
        text = self.line.text().strip()
        if text.isascii() and text.isdigit():
            self.line.setText(str(max(1, int(text) + step)))
            self._say("")
