"""One test sample large, with all that the network says of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from nnplayground.engine.answers import Examination, Reading
from nnplayground.ui.store.elided import ElidedLabel
from nnplayground.ui.theme.numbers import count, number
from nnplayground.ui.theme.theme import Role, Theme
from nnplayground.ui.views.answer_bars import AnswerBars
from nnplayground.ui.views.sample_faces import Face, SampleFaces

MOST_WORDS = 3_000
MOST_FEATURES = 1_000


class _Picture(QWidget):
    """A sample as large as there is room for."""

    def __init__(self, faces: SampleFaces) -> None:
        super().__init__()
        self.setObjectName("mistakePicture")
        self._faces = faces
        self._index: int | None = None

    def show_sample(self, index: int | None) -> None:
        self._index = index
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._index is None or self._faces.face is not Face.PICTURE:
            return
        side = min(self.width(), self.height())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._faces.draw_picture(painter, QRectF((self.width() - side) / 2, 0, side, side), self._index)
        painter.end()

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 60)


class MistakeDetail(QWidget):
    """Esc closes it."""

    closed = Signal()
    cards_asked = Signal(int, str)
    """Show this sample, with this caption, on the network's cards."""

    def __init__(self, theme: Theme, faces: SampleFaces, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mistakeDetail")
        self._theme, self._faces = theme, faces
        self.index: int | None = None
        self.caption = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self.caption.setObjectName("mistakeCaption")
        theme.use_font(self.caption, Role.HELPER, weight=600)
        self.cards = self._tool("mistakeOnCards", self.tr("Let the network's cards show what each layer does with this sample"))
        self.close_button = self._tool("closeMistake", self.tr("Close this sample (Esc)"))
        self.cards.clicked.connect(self._ask_cards)
        self.close_button.clicked.connect(self.closed)
        self.picture = _Picture(faces)
        self.text = QPlainTextEdit()
        self.text.setObjectName("mistakeText")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("The sample"))
        theme.use_font(self.text, Role.HELPER)
        self._looks = QStackedWidget()
        self._looks.addWidget(self.picture)
        self._looks.addWidget(self.text)
        self.bars = AnswerBars(theme)
        self._arrange()
        theme.changed.connect(self._dress)
        self._dress()

    @staticmethod
    def _tool(name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.caption, 1)
        head.addWidget(self.cards)
        head.addWidget(self.close_button)
        self._row = row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._looks)
        row.addWidget(self.bars)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addLayout(row, 1)

    def show_sample(self, index: int, caption: str, examination: Examination | None, reading: Reading) -> None:
        """A test sample and the answer to it; the answer may be another one with every examination."""
        other, self.index = index != self.index, index
        self.caption.show_text(self.tr("Test {number}: {caption}").format(number=count(index + 1), caption=caption))
        picture = self._faces.face is Face.PICTURE
        self._looks.setCurrentIndex(0 if picture else 1)
        self._row.setStretch(0, 10 if picture else 13)
        self._row.setStretch(1, 11)
        self.picture.show_sample(index)
        if other and not picture:
            self.text.setPlainText(self._in_words(index))
            unknown = self.tr("A question mark stands for a word that the network does not know.") if self._faces.face is Face.TEXT else ""
            self.text.setToolTip(unknown)
        self.bars.setVisible(not reading.is_regression)
        if examination is not None and not reading.is_regression:
            self.bars.show_shares(reading.classes, class_shares(reading, examination, index), int(examination.truth[index]))

    def forget(self) -> None:
        """The sample was of other data."""
        self.index = None
        self.picture.show_sample(None)
        self.text.clear()
        self.bars.show_shares((), (), None)

    def _in_words(self, index: int) -> str:
        if self._faces.face is Face.TEXT:
            return self._faces.words(index, MOST_WORDS)
        features = self._faces.features(index)
        lines = [f"{name}  {number(value)}" for name, value in features[:MOST_FEATURES]]
        if len(features) > MOST_FEATURES:
            lines.append(self.tr("… {n} more").format(n=count(len(features) - MOST_FEATURES)))
        return "\n".join(lines) or self._faces.line(index, 1)

    def _ask_cards(self) -> None:
        if self.index is not None:
            self.cards_asked.emit(self.index, self.tr("Test {number}").format(number=count(self.index + 1)))

    def _dress(self) -> None:
        self.cards.setIcon(self._theme.icon("view-column-outline"))
        self.close_button.setIcon(self._theme.icon("close"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(230, 80)


def class_shares(reading: Reading, examination: Examination, index: int) -> tuple[float, ...]:
    """What the network gives to each class for one sample."""
    outputs = examination.outputs[index]
    if outputs.shape[-1] > 1:
        return tuple(float(share) for share in reading.shares(outputs)[: len(reading.classes)])
    plus = (float(reading.signed(outputs)) + 1) / 2
    return 1 - plus, plus
