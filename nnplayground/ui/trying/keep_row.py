"""Keeping drawings to learn from: which class it is, how many there are, and where."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from nnplayground.ui.own.plain import plain_tip
from nnplayground.ui.theme.numbers import count
from nnplayground.ui.theme.theme import Role, Theme

SHORT = 2
"""Letters of a name up to which all buttons stand in one row; of longer names there are two in a row."""
MOST_SHORT, MOST_LONG = 12, 4
"""Classes that have a button each; more of them are chosen from a list."""
GAP = 4


class KeepRow(QWidget):
    """Does nothing itself: what is chosen here is asked for."""

    keep_asked = Signal(str)
    """The class that the drawing is to be kept as."""
    undo_asked = Signal()
    folder_asked = Signal()
    use_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keepRow")
        self._theme = theme
        self._labels: tuple[str, ...] = ()
        self._buttons: list[QPushButton] = []
        self._counts: dict[str, int] = {}
        self._ready = False
        self.title = QLabel(self.tr("Add as"))
        self.title.setProperty("tone", "muted")
        theme.use_font(self.title, Role.HELPER)
        self._grid = QGridLayout()
        self._grid.setSpacing(2)
        self.list = QComboBox()
        self.list.setObjectName("keepClassList")
        self.list.setAccessibleName(self.tr("Class of the drawing"))
        self.list.setToolTip(self.tr("What the drawing shows"))
        self.list.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.list.setMinimumWidth(90)
        self.add = self._button("keepAdd", self.tr("Add"), self.tr("Keep the drawing as this class"))
        self.add.clicked.connect(lambda: self.keep_asked.emit(self.list.currentText()))
        self.where = QLabel()
        self.where.setObjectName("keepWhere")
        self.where.setProperty("tone", "muted")
        self.where.setTextFormat(Qt.TextFormat.PlainText)
        theme.use_font(self.where, Role.HELPER)
        self.undo = self._tool("undo", "keepUndo", self.tr("Take back the drawing that was added last"))
        self.undo.clicked.connect(self.undo_asked)
        self.folder = self._tool("folder-open-outline", "keepFolder", self.tr("Keep drawings in another folder"))
        self.folder.clicked.connect(self.folder_asked)
        self.use = self._button("keepUse", self.tr("Use as data"), "")
        self.use.clicked.connect(self.use_asked)
        choice, head, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        choice.addWidget(self.list, 1)
        choice.addWidget(self.add)
        head.setSpacing(GAP)
        head.addWidget(self.title)
        head.addWidget(self.where)
        head.addStretch(1)
        for widget in (self.undo, self.folder, self.use):
            head.addWidget(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addLayout(self._grid)
        column.addLayout(choice)
        theme.changed.connect(self._dress)
        self._dress()

    def _button(self, name: str, text: str, tooltip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(tooltip)
        return button

    def _tool(self, icon: str, name: str, tooltip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setAccessibleName(tooltip)
        button.setToolTip(tooltip)
        button.setProperty("icon_name", icon)
        self._theme.use_icon_size(button, 16)
        return button

    def _dress(self) -> None:
        for button in (self.undo, self.folder):
            button.setIcon(self._theme.icon(button.property("icon_name")))

    # ---- what is shown

    def show_labels(self, labels: tuple[str, ...]) -> None:
        """The classes a drawing may be of."""
        if labels == self._labels:
            return
        short = all(len(label) <= SHORT for label in labels)
        self._labels, many = labels, len(labels) > (MOST_SHORT if short else MOST_LONG)
        for old in self._buttons:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons = []
        self.list.clear()
        self.list.setVisible(many)
        self.add.setVisible(many)
        if many:
            self.list.addItems(labels)
        across = len(labels) if short else 2
        for i, label in enumerate(() if many else labels):
            button = self._button(f"keepClass{i}", label.replace("&", "&&"), "")
            button.setAccessibleName(self.tr("Add as {name}").format(name=label))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setMinimumWidth(18)
            if short:
                button.setProperty("kind", "key")
            button.clicked.connect(partial(self.keep_asked.emit, label))
            self._grid.addWidget(button, i // across, i % across)
            self._buttons.append(button)
        self._show()

    def show_kept(self, folder: Path, counts: dict[str, int], *, can_undo: bool) -> None:
        """Where drawings are kept, how many of each class there are, and whether one was added just now."""
        self._counts = counts
        self.undo.setEnabled(can_undo)
        total, classes = sum(counts.values()), sum(n > 0 for n in counts.values())
        told = self.tr("1 drawing kept") if total == 1 else self.tr("{n} drawings kept").format(n=count(total))
        self.where.setText(self.tr("· {n} kept").format(n=count(total)))
        for label in (self.title, self.where):
            label.setToolTip(plain_tip(self.tr("{told}, in {folder}").format(told=told, folder=folder)))
        self.use.setEnabled(classes >= 2)
        self.use.setToolTip(plain_tip(
            self.tr("Learn from these drawings: {folder}").format(folder=folder) if classes >= 2
            else self.tr("Add drawings of two classes first: a network needs two to tell apart.")
        ))  # fmt: skip
        self._show()

    def show_ready(self, *, ready: bool) -> None:
        """Whether there is a drawing to add."""
        if ready != self._ready:
            self._ready = ready
            self._show()

    def _show(self) -> None:
        for label, button in zip(self._labels, self._buttons, strict=False):
            button.setEnabled(self._ready)
            kept = self.tr("{n} kept").format(n=count(self._counts.get(label, 0)))
            asks = self.tr("Add the drawing as {name}").format(name=label) if self._ready else self.tr("Draw something first")
            button.setToolTip(plain_tip(f"{asks}: {kept}"))
        self.add.setEnabled(self._ready)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wanted = sum(widget.sizeHint().width() + GAP for widget in (self.title, self.where, self.undo, self.folder, self.use))
        self.where.setVisible(wanted <= self.width())  # how many there are is told on hovering, too

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(hint.width() - (0 if self.where.isHidden() else self.where.sizeHint().width() + GAP), hint.height())
