"""`LoadingRow`: how far the samples are, a way to call that off, and a way to ask for them again."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QTextOption
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnplayground.ui.mailbox import Downloading
from nnplayground.ui.supply import Stand
from nnplayground.ui.theme.numbers import count, duration, size
from nnplayground.ui.theme.theme import Role, Theme

PATIENCE = 250
"""Milliseconds that loading may take before it is shown: what is over sooner would only flicker."""
REASON_LINES = 5


class LoadingRow(QFrame):
    """Hidden while the samples are there."""

    cancel_asked = Signal()
    again_asked = Signal()
    resized = Signal()
    """It needs more room now, or less."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loadingRow")
        self.setProperty("kind", "card")
        self._theme = theme
        self._stand = Stand.NONE
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PATIENCE)
        self._timer.timeout.connect(lambda: self._show(on=True))
        self.label, self.details = QLabel(), QLabel()
        self.reason = QPlainTextEdit()  # unlike a label it breaks long paths
        self.label.setWordWrap(True)
        for widget in (self.label, self.details, self.reason):  # none of them makes the panel wider
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, widget.sizePolicy().verticalPolicy())
            widget.setMinimumWidth(1)
        theme.use_font(self.label, Role.HELPER, weight=600)
        theme.use_font(self.details, Role.CAPTION)
        self.details.setProperty("tone", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("How much of the data is there"))
        self.reason.setObjectName("loadingReason")
        self.reason.setReadOnly(True)
        self.reason.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.reason.setAccessibleName(self.tr("Why the data is not there"))
        self.reason.setToolTip(self.tr("Can be selected and copied"))
        theme.use_font(self.reason, Role.HELPER)
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.button.setProperty("kind", "link")
        theme.use_font(self.button, Role.HELPER, weight=500)
        self.button.clicked.connect(self._on_button)
        head = QHBoxLayout()
        head.addWidget(self.label, 1)
        head.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.details)
        column.addWidget(self.reason)
        theme.changed.connect(self._size_reason)
        self._size_reason()
        self.hide()

    def show_stand(self, stand: Stand, sentence: str) -> None:
        """How it stands with the samples; where loading has failed, why."""
        self._stand = stand
        loading = stand is Stand.LOADING
        self.label.setText(
            {
                Stand.LOADING: self.tr("Loading …"),
                Stand.CANCELLED: self.tr("Loading was cancelled"),
                Stand.FAILED: self.tr("The data is not there"),
            }.get(stand, "")
        )
        self.button.setText(self.tr("Cancel") if loading else self.tr("Load again"))
        self.button.setObjectName("cancelLoading" if loading else "loadAgain")
        self.button.setAccessibleName(self.tr("Cancel loading") if loading else self.tr("Load the data again"))
        self.button.setToolTip(
            self.tr("Stop waiting for the data; the project stays as it is") if loading else self.tr("Try once more to load the data")
        )
        self.bar.setVisible(False)
        self.details.setVisible(False)
        self.reason.setPlainText(sentence)
        self.reason.setVisible(bool(sentence))
        self._timer.stop()
        if loading and self.isHidden():
            self._timer.start()
        else:
            self._show(on=stand in (Stand.LOADING, Stand.CANCELLED, Stand.FAILED))

    def show_download(self, item: Downloading) -> None:
        """How far it is, in bytes or in pictures."""
        if self._stand is not Stand.LOADING:
            return
        write = count if item.counted == "pictures" else size
        self.label.setText(self.tr("Reading pictures …") if item.counted == "pictures" else self.tr("Downloading …"))
        parts = [self.tr("{done} of {total}").format(done=write(item.done), total=write(item.total))] if item.total else [write(item.done)]
        if item.speed:
            parts.append(self.tr("{speed}/s").format(speed=write(round(item.speed))))
            if item.total > item.done:
                parts.append(self.tr("{time} left").format(time=duration((item.total - item.done) / item.speed)))
        self.details.setText(" · ".join(parts))
        self.details.setToolTip(item.file)
        self.bar.setValue(round(1000 * item.done / item.total) if item.total else 0)
        self.bar.setVisible(bool(item.total))
        self.details.setVisible(True)
        self._timer.stop()
        self._show(on=True)

    def _on_button(self) -> None:
        (self.cancel_asked if self._stand is Stand.LOADING else self.again_asked).emit()

    def _show(self, *, on: bool) -> None:
        self.setVisible(on)
        self.resized.emit()

    def _size_reason(self) -> None:
        self.reason.setFixedHeight(self.reason.fontMetrics().lineSpacing() * REASON_LINES + 14)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)


class LoadingSign(QToolButton):
    """The row's button in another place, for when the row itself is folded away."""

    def __init__(self, theme: Theme, row: LoadingRow) -> None:
        super().__init__()
        self._row, self._wanted = row, False
        self.setObjectName("loadingSign")
        self.setProperty("tone", "window")
        self.setProperty("kind", "text")
        theme.use_font(self, Role.HELPER, weight=500)
        self.clicked.connect(row.button.click)
        row.resized.connect(self._show)
        self.hide()

    def set_wanted(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._show()

    def _show(self) -> None:
        button = self._row.button
        self.setText(button.accessibleName())
        self.setToolTip(button.toolTip())
        self.setAccessibleName(button.accessibleName())
        self.setVisible(self._wanted and not self._row.isHidden())
