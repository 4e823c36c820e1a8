"""What is edited right on the canvas: names, sizes, weights."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Signal

from nnplayground.core.layers import LayerBase
from nnplayground.ui.network.canvas import NetworkCanvas
from nnplayground.ui.network.commands import LayerCommands
from nnplayground.ui.network.in_place import InPlace
from nnplayground.ui.network.plan import Mode
from nnplayground.ui.network.reading import weight_title
from nnplayground.ui.network.texts import caption_rect, title_rect
from nnplayground.ui.network.weight_field import WeightField
from nnplayground.ui.network.weights import WeightChange, WeightPlace, hit_of, places, value_at
from nnplayground.ui.theme.theme import Theme


class Editors(QObject):
    """Opens a line or a field over the canvas; one at a time, since each closes when it loses the focus."""

    weight_requested = Signal(object)
    """A `WeightChange`."""

    def __init__(self, theme: Theme, canvas: NetworkCanvas, commands: LayerCommands) -> None:
        super().__init__(canvas)
        self._canvas, self._commands = canvas, commands
        self.line, self.weight = InPlace(theme, canvas.viewport()), WeightField(theme, canvas.viewport())
        self._place: WeightPlace | None = None
        self._visit = 0
        self._layers: tuple[LayerBase, ...] = ()
        self.weight.asked.connect(self._ask)
        self.weight.moved.connect(self._move)
        self.weight.closed.connect(lambda: canvas.pin(None))
        canvas.weight_picked.connect(self.edit_weight)

    def show_layers(self, layers: tuple[LayerBase, ...]) -> None:
        """The network as it is now: what was edited of another one is not edited any more."""
        if layers != self._layers:
            self._layers = layers
            self.line.leave()
            self.weight.leave()

    def show_weights(self) -> None:
        """The network has learned: the field follows."""
        if self.weight.is_open and self._place is not None and (value := value_at(self._canvas.neurons, self._place)) is not None:
            self.weight.follow(value)

    def edit_name(self) -> None:
        layer, spec = self._canvas.selected, self._commands.spec
        if layer is not None and spec is not None:
            place = self._in_view(title_rect(self._canvas.picture, layer))
            self.line.open(self.tr("Name of layer {n}").format(n=layer + 1), spec.layers[layer].name or "", place,
                           partial(self._commands.wrong_name, layer), partial(self._commands.take_name, layer), steps=False)  # fmt: skip

    def edit_size(self) -> None:
        layer, spec = self._canvas.selected, self._commands.spec
        if layer is None or spec is None:
            return
        field = self._commands.size_field(layer)
        if field is None:
            name = type(spec.layers[layer]).__name__
            self._commands.refused.emit(self.tr("{layer} has no units; what it has stands in the inspector.").format(layer=name))
            return
        place = self._in_view(caption_rect(self._canvas.picture, layer))
        self.line.open(self.tr("{field} of layer {n}").format(field=field, n=layer + 1), str(getattr(spec.layers[layer], field)), place,
                       partial(self._commands.wrong_size, layer), partial(self._commands.take_size, layer), steps=True)  # fmt: skip

    def has_weights(self, layer: int | None) -> bool:
        """Whether a layer's weights can be seen, and so edited."""
        return layer is not None and self._canvas.mode is Mode.NEURONS and bool(places(self._canvas.neurons, layer))

    def edit_weights(self) -> None:
        """Open the field at the first weight of the chosen layer."""
        layer = self._canvas.selected
        if layer is not None and self.has_weights(layer):
            self.edit_weight(places(self._canvas.neurons, layer)[0])
        elif layer is not None:
            self._commands.refused.emit(self.tr("Weights are edited on the picture of neurons, of a layer that has some."))

    def edit_weight(self, place: WeightPlace, point: QPoint | None = None) -> None:
        """Open the field at a weight; `point` is where it was clicked, in the viewport."""
        canvas, value = self._canvas, value_at(self._canvas.neurons, place)
        if value is None:
            self._commands.refused.emit(self.tr("This weight is not known yet: the network is still being made."))
            return
        if self._place != place or not self.weight.is_open:
            self._visit += 1
        self._place, hit = place, hit_of(canvas.neurons, place)
        canvas.pin(hit)
        item = self._in_view(canvas.neurons.item_rect(hit))
        self.weight.open(weight_title(canvas.neurons, hit), value)
        self.weight.place_at(point or item.center(), item)

    # ---- within

    def _in_view(self, box: QRectF) -> QRect:
        return QRect(self._canvas.mapFromScene(box).boundingRect())

    def _ask(self, value: float) -> None:
        if self._place is not None:
            before = value_at(self._canvas.neurons, self._place)
            self.weight_requested.emit(WeightChange(self._place, value if before is None else before, value, self._visit))

    def _move(self, step: int) -> None:
        if self._place is not None:
            found = places(self._canvas.neurons, self._place.layer)
            if self._place in found:
                self.edit_weight(found[(found.index(self._place) + step) % len(found)])
