"""What keys do on the canvas: choose, move and size layers, and give commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from nnplayground.ui.network.keys import Command, command_of
from nnplayground.ui.network.picture import Hit, Part
from nnplayground.ui.network.selection import NONE

if TYPE_CHECKING:
    from nnplayground.ui.network.canvas import NetworkCanvas

STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
SIZES = {Qt.Key.Key_Minus: -1, Qt.Key.Key_Plus: 1}
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


class Keyboard:
    """Reads keys for the canvas."""

    def __init__(self, canvas: NetworkCanvas) -> None:
        self._canvas = canvas

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key is the canvas's own, though the window may have a use for it."""
        canvas = self._canvas
        escape = event.key() == Qt.Key.Key_Escape and (canvas.hand.is_busy or canvas.selected is not None or bool(canvas.neurons.way))
        return escape or command_of(event) is not None

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key stands for; says whether it stands for something."""
        key, modifiers, canvas = Qt.Key(event.key()), event.modifiers(), self._canvas
        if (command := command_of(event)) is not None:
            canvas.command_given.emit(command)
        elif key is Qt.Key.Key_Menu or (key is Qt.Key.Key_F10 and modifiers & SHIFT):
            if QApplication.activePopupWidget() is None:  # where the system has not opened it by itself
                self.open_menu()
        elif key is Qt.Key.Key_Escape and canvas.neurons.way and not canvas.hand.is_busy:
            canvas.way_left.emit()
        elif key is Qt.Key.Key_Escape and (canvas.hand.is_busy or canvas.selected is not None):
            canvas.hand.cancel() if canvas.hand.is_busy else canvas.choose(NONE)
        elif key in STEPS and modifiers & ALT:
            if canvas.selected is not None:
                canvas.move_requested.emit(canvas.selection.chosen[0] + STEPS[key])
        elif (to := self._layer_by(key)) is not None:
            canvas.choose(canvas.selection.extended(to) if modifiers & SHIFT else canvas.selection.only(to))
        elif key in SIZES and canvas.selected is not None:
            canvas.resize_requested.emit(canvas.selected, SIZES[key])
        elif key is Qt.Key.Key_Plus:
            canvas.command_given.emit(Command.ADD_AFTER)
        else:
            return False
        return True

    def open_menu(self) -> None:
        """The menu of the chosen layers, or of the ground."""
        canvas, layer = self._canvas, self._canvas.selected
        ground = QRectF(canvas.mapToScene(canvas.viewport().rect()).boundingRect())
        box = ground if layer is None else canvas.picture.layer_rect(layer)
        hit = None if layer is None else Hit(Part.LAYER, layer)
        canvas.menu_requested.emit(hit, canvas.viewport().mapToGlobal(canvas.mapFromScene(box.center())))

    def _layer_by(self, key: Qt.Key) -> int | None:
        """The layer that a key leads to."""
        last, layer = self._canvas.picture.layer_count - 1, self._canvas.selected
        if last < 0:
            return None
        if key in STEPS:
            return (0 if STEPS[key] > 0 else last) if layer is None else min(max(layer + STEPS[key], 0), last)
        return {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}.get(key)
