"""`Notice`: what is wrong, in a sentence, with the buttons that mend it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnplayground.core.problems import Fix, Severity
from nnplayground.ui.theme.theme import Role, Theme, dress

MOST_FIXES = 2


class Sentence(QLabel):
    """A text that takes the height its width asks for: a scrolled form does not ask for it."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._take_height()

    def say(self, text: str) -> None:
        self.setText(text)
        self._take_height()

    def _take_height(self) -> None:
        self.fit(self.width())

    def fit(self, width: int) -> int:
        """Take the height that this width asks for."""
        height = max(0, self.heightForWidth(width)) if self.text() else 0
        if height != self.minimumHeight():
            self.setMinimumHeight(height)
        return height


class Notice(QWidget):
    """Hidden while there is nothing to say."""

    fix_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._wanted = theme, 0
        self._buttons: list[QPushButton] = []
        self._sentence, self._fixes = Sentence(), QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._fixes.setSpacing(0)
        theme.use_font(self._sentence, Role.HELPER)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(0)
        column.addWidget(self._sentence)
        column.addLayout(self._fixes)
        self.hide()

    def say(self, sentence: str, fixes: tuple[Fix, ...] = (), severity: Severity = Severity.ERROR) -> None:
        """Say what is wrong; an empty sentence says that nothing is."""
        while (item := self._fixes.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._sentence.say(sentence)
        dress(self._sentence, "tone", "error" if severity is Severity.ERROR else "warn")
        buttons = [self._button(fix) for fix in fixes[:MOST_FIXES]]
        for button in buttons:
            self._fixes.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            button.ensurePolished()
        if buttons:
            self._fixes.addStretch(1)
        self._buttons = buttons
        self._wanted = sum(button.sizeHint().width() for button in buttons)
        self._share_out()
        self.setVisible(bool(sentence))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """Buttons beside each other where there is room."""
        beside = self._wanted <= self.width()
        self._fixes.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def wanted_height(self) -> int:
        """The height at which nothing is cut off, at its present width."""
        layout = self.layout()
        assert layout is not None
        self._sentence.ensurePolished()
        margins = layout.contentsMargins()
        sentence = self._sentence.fit(self.width() - margins.left() - margins.right())  # before the layout has come to it
        heights = [button.sizeHint().height() for button in self._buttons]
        beside = self._fixes.direction() is QBoxLayout.Direction.LeftToRight
        layout.invalidate()
        return sentence + (max(heights, default=0) if beside else sum(heights)) + margins.top() + margins.bottom()

    def _button(self, fix: Fix) -> QPushButton:
        button = QPushButton(fix.label)
        button.setProperty("kind", "link")
        button.setObjectName("fieldFix")
        button.setAccessibleName(fix.label)
        button.setToolTip(self.tr("Mends the problem; can be undone"))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._theme.use_font(button, Role.HELPER)
        button.clicked.connect(lambda: self.fix_chosen.emit(fix))
        return button
