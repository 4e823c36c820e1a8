"""`Typesetter` and `FormulaView`: formulas are drawn on a thread of their own, and shown when they are there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnplayground.plotting.formula import FormulaPicture, formula_picture
from nnplayground.ui.store.errands import Errands
from nnplayground.ui.theme.theme import Theme

LETTERS = 15
"""Pixels that a formula's letters are high at the usual size of text."""
OFTEN = 400
"""Milliseconds between two pictures of a formula whose numbers move."""

Came = Callable[[FormulaPicture], None]


class Typesetter(QObject):
    """The drawing library takes a second to come, and a formula up to a tenth: neither is for the window's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = Errands("formulas", self)

    def draw(self, formula: str, size: int, color: str, done: Came) -> None:
        """Have a formula drawn; one that cannot be drawn is a line in the log, and shown as it was."""

        def came(picture: FormulaPicture | None, _error: Exception | None) -> None:
            if picture is not None:
                done(picture)

        self._errands.do(lambda: formula_picture(formula, size, color), came)

    def close(self) -> None:
        self._errands.close()


class FormulaView(QWidget):
    """One formula, as large as the text beside it, smaller where it has no room; the newest numbers, a few times a second."""

    def __init__(self, theme: Theme, typesetter: Typesetter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("formulaView")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._theme, self._typesetter = theme, typesetter
        self._formula = self._drawn = ""
        self._image: QImage | None = None
        self._asking = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(OFTEN)
        self._timer.timeout.connect(self._ask)
        theme.changed.connect(self._on_theme)

    def show_formula(self, formula: str) -> None:
        """Mathtext, with its numbers in it."""
        if formula == self._formula:
            return
        first, self._formula = not self._formula, formula
        self.setAccessibleName(formula)
        if first:
            self._ask()
        elif not self._timer.isActive():
            self._timer.start()

    @property
    def formula(self) -> str:
        return self._formula

    @property
    def is_drawn(self) -> bool:
        """Whether what is to be seen is what was asked for."""
        return self._image is not None and self._drawn == self._formula

    def stop(self) -> None:
        self._timer.stop()

    def _ask(self) -> None:
        self._timer.stop()
        formula = self._formula
        if self._asking or formula == self._drawn:
            return
        self._asking = True
        ratio = self.devicePixelRatioF()

        def came(picture: FormulaPicture) -> None:
            self._asking = False
            height, width = picture.pixels.shape[:2]
            image = QImage(picture.pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
            image.setDevicePixelRatio(ratio)
            self._image, self._drawn = image, formula
            self._fit()
            if self._formula != formula and not self._timer.isActive():
                self._timer.start()

        size = min(round(self._theme.pixels(LETTERS) * ratio), 200)
        self._typesetter.draw(formula, size, self._theme.tokens.text, came)

    def _on_theme(self) -> None:
        self._drawn = ""
        if self._formula:
            self._ask()

    def _shown(self) -> QSize:
        if self._image is None:
            return QSize(0, self._theme.pixels(2 * LETTERS))
        whole = self._image.deviceIndependentSize()
        scale = min(1.0, max(self.width(), 1) / max(whole.width(), 1.0))
        return QSize(round(whole.width() * scale), round(whole.height() * scale))

    def _fit(self) -> None:
        height = self._shown().height()
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self._shown().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._shown()
        painter.drawImage(self.rect().adjusted(0, 0, size.width() - self.width(), size.height() - self.height()), self._image)
        painter.end()


