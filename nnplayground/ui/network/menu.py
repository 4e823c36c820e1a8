"""The menu that adds a layer: all there are, by kind, with the reason beside those that do not fit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from nnplayground.core.analysis import Analysis
from nnplayground.core.layers import LAYERS, LayerBase
from nnplayground.ui.network.plan import refusal

DIRECT = "Core"
"""The kind of layers that stand in the menu itself; all others have a menu of their own."""


class AddLayerMenu(QMenu):
    """`chosen` carries the layer's class and the index where it goes."""

    chosen = Signal(object, int)

    def __init__(self, parent: QWidget, classes: Sequence[type[LayerBase]] = LAYERS) -> None:
        super().__init__(parent)
        self.setObjectName("addLayerMenu")
        self.setAccessibleName(self.tr("Add a layer"))
        self.setToolTipsVisible(True)
        self._index = 0
        self._actions: dict[type[LayerBase], QAction] = {}
        kinds = dict.fromkeys(cls.category for cls in classes)
        for kind in sorted(kinds, key=lambda k: k != DIRECT):
            menu = self if kind == DIRECT else self.addMenu(self.tr(kind))
            menu.setToolTipsVisible(True)
            for cls in classes:
                if cls.category == kind:
                    self._actions[cls] = self._add(menu, cls)
            if menu is self:
                self.addSeparator()

    def action_for(self, cls: type[LayerBase]) -> QAction:
        return self._actions[cls]

    def open_at(self, analysis: Analysis, index: int, place: QPoint) -> None:
        """Open at `place` on the screen, for a new layer before the one at `index`."""
        self.prepare(analysis, index)
        self.popup(place)

    def prepare(self, analysis: Analysis, index: int) -> None:
        """Allow what fits at `index`."""
        self._index = index
        for cls, action in self._actions.items():
            reason = refusal(cls, analysis, index)
            action.setEnabled(not reason)
            action.setToolTip(reason or cls.summary)

    def _add(self, menu: QMenu, cls: type[LayerBase]) -> QAction:
        action = menu.addAction(cls.__name__)
        action.triggered.connect(lambda: self.chosen.emit(cls, self._index))
        return action
