"""What the mouse does on the canvas: choose, drag layers, draw a band around some, press buttons, open a weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSizeF, Qt
from PySide6.QtWidgets import QApplication

from nnplayground.ui.network.picture import Hit, Part
from nnplayground.ui.network.selection import NONE, Selection
from nnplayground.ui.network.weights import place_of

if TYPE_CHECKING:
    from nnplayground.ui.network.canvas import NetworkCanvas

BUTTONS = (Part.INSERT, Part.MORE, Part.LESS, Part.BADGE, Part.EARLIER, Part.LATER)
CLICKED = (*BUTTONS, Part.LINK, Part.BIAS)
"""What waits for the button to come up again."""
ADD, EXTEND = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Pointer:
    """Holds what lasts from a press to its release."""

    def __init__(self, canvas: NetworkCanvas) -> None:
        self._canvas = canvas
        self._pressed: tuple[QPoint, Hit | None] | None = None
        self._before = NONE
        self._single = False
        self.band: QRectF | None = None
        """In scene coordinates, while one is drawn."""

    @property
    def is_busy(self) -> bool:
        return self._canvas.picture.dragged is not None or self.band is not None

    def press(self, point: QPoint, hit: Hit | None, modifiers: Qt.KeyboardModifier) -> None:
        canvas, chosen = self._canvas, self._canvas.selection
        self._pressed, self._before, self._single = (point, hit), chosen, False
        if hit is None:
            if not modifiers & (ADD | EXTEND):
                self._before = NONE
                canvas.choose(NONE)
        elif hit.part in CLICKED or hit.layer is None:
            return
        elif modifiers & ADD:
            canvas.choose(chosen.toggled(hit.layer))
        elif modifiers & EXTEND:
            canvas.choose(chosen.extended(hit.layer))
        elif hit.layer in chosen.chosen and len(chosen.chosen) > 1:
            self._single = True  # a drag takes all that is chosen; a click, once it has ended, chooses this one
        else:
            canvas.choose(chosen.only(hit.layer))

    def move(self, point: QPoint) -> None:
        if self._pressed is None:
            return
        hit = self._pressed[1]
        if hit is None:
            self._draw_band(point)
        elif hit.layer is not None and hit.part in (Part.LAYER, Part.NEURON) and self._canvas.picture.is_chosen(hit.layer):
            self._drag(point, hit.layer)

    def release(self, point: QPoint) -> None:
        canvas, pressed = self._canvas, self._pressed
        self._pressed = None
        if self.is_busy:
            self._drop()
        elif pressed is not None and (hit := pressed[1]) is not None:
            if hit.part in CLICKED and canvas.hit_at(point) == hit:
                if hit.part in BUTTONS:
                    canvas.press_button(hit)
                elif (place := place_of(hit)) is not None:
                    canvas.choose(canvas.selection.only(hit.layer))
                    canvas.edit_weight(place, point)
            elif self._single:
                canvas.choose(canvas.selection.only(hit.layer))

    def meant(self, hit: Hit | None) -> Hit | None:
        """What a menu opened at `hit` is about: the layers that are chosen, a gap, or the ground (None)."""
        if hit is None or hit.part is Part.INSERT:
            return hit
        if hit.layer is None or hit.part in BUTTONS:
            return None
        canvas = self._canvas
        if hit.layer not in canvas.selection.chosen:
            canvas.choose(canvas.selection.only(hit.layer))
        return hit

    def cancel(self) -> None:
        """Break off what has begun; everything is as it was before."""
        if self.band is not None:
            self._canvas.choose(self._before)
        self._pressed = None
        self._drop(cancel=True)

    # ---- within

    def _far_enough(self, point: QPoint) -> bool:
        assert self._pressed is not None
        return (point - self._pressed[0]).manhattanLength() >= QApplication.startDragDistance()

    def _draw_band(self, point: QPoint) -> None:
        assert self._pressed is not None
        canvas = self._canvas
        if self.band is None and not self._far_enough(point):
            return
        canvas.point_at(None)
        here = canvas.mapToScene(point)
        self.band = QRectF(canvas.mapToScene(self._pressed[0]), here).normalized()
        picture = canvas.picture
        within = [i for i in range(picture.layer_count) if picture.body_rect(i).intersects(self.band)]
        wanted = self._before.joined(within)
        if wanted.chosen != canvas.selection.chosen:
            canvas.choose(wanted if wanted.chosen else Selection())
        canvas.viewport().update()
        canvas.ensureVisible(QRectF(here, QSizeF(1, 1)), 30, 30)

    def _drag(self, point: QPoint, layer: int) -> None:
        assert self._pressed is not None
        canvas, picture = self._canvas, self._canvas.picture
        if picture.dragged is None:
            if abs(point.x() - self._pressed[0].x()) < QApplication.startDragDistance():
                return
            canvas.point_at(None)
            picture.dragged = layer
            canvas.callout.hide()
            canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        here, start = canvas.mapToScene(point), canvas.mapToScene(self._pressed[0])
        picture.drag_offset = here.x() - start.x()
        picture.drop_mark = picture.drop_index(here.x())
        canvas.ensureVisible(QRectF(here, QSizeF(1, 1)), 40, 0)
        picture.update()

    def _drop(self, *, cancel: bool = False) -> None:
        canvas, picture, had_band = self._canvas, self._canvas.picture, self.band is not None
        layer, mark, self.band = picture.dragged, picture.drop_mark, None
        picture.dragged = picture.drop_mark = None
        picture.drag_offset = 0.0
        canvas.viewport().unsetCursor()
        canvas.viewport().update()
        if not had_band:
            canvas.place_callout()
        if cancel or layer is None or mark is None:
            return
        chosen = canvas.selection.chosen
        to = mark - sum(i < mark for i in chosen)
        if chosen != tuple(range(to, to + len(chosen))):
            canvas.move_requested.emit(to)
