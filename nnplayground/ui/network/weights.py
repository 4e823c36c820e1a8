"""The weights of a layer as things to point at, to read and to set: one after the other, biases last."""

from __future__ import annotations

from dataclasses import dataclass

from nnplayground.ui.network.links import Link
from nnplayground.ui.network.neurons import NeuronsPicture
from nnplayground.ui.network.picture import Hit, Part
from nnplayground.ui.theme.numbers import MINUS

LARGEST = 1_000_000.0
KERNEL, BIAS = 0, 1


@dataclass(frozen=True)
class WeightPlace:
    """One number of a layer: its place in the array `number` of the layer's weights."""

    layer: int
    number: int
    at: tuple[int, ...]


@dataclass(frozen=True)
class WeightChange:
    """What is asked for: another value for one weight. Changes of one `visit` of the field are one step back."""

    place: WeightPlace
    before: float
    after: float
    visit: int


def place_of(hit: Hit) -> WeightPlace | None:
    """The weight that is pointed at; None where there is none."""
    if hit.layer is None:
        return None
    if hit.part is Part.LINK and hit.link is not None:
        return WeightPlace(hit.layer, KERNEL, (hit.link.source, hit.link.target))
    return WeightPlace(hit.layer, BIAS, (hit.unit,)) if hit.part is Part.BIAS else None


def hit_of(picture: NeuronsPicture, place: WeightPlace) -> Hit:
    """What to point at for a weight."""
    if place.number == BIAS:
        return Hit(Part.BIAS, place.layer, place.at[0])
    source, target = place.at
    return Hit(Part.LINK, place.layer, target, Link(picture.number_of(place.layer), source, target))


def value_at(picture: NeuronsPicture, place: WeightPlace) -> float | None:
    """What a weight is, as far as the picture knows."""
    if not 0 <= place.layer < picture.layer_count:
        return None
    column = picture.number_of(place.layer)
    if place.number == BIAS:
        biases = picture.biases.get(column)
        return None if biases is None or place.at[0] >= len(biases) else float(biases[place.at[0]])
    kernel = picture.links.bundles[column].kernel
    known = kernel is not None and place.at[0] < kernel.shape[0] and place.at[1] < kernel.shape[1]
    return float(kernel[place.at]) if kernel is not None and known else None


def places(picture: NeuronsPicture, layer: int) -> list[WeightPlace]:
    """All weights of a layer that the picture knows, by neuron, its bias behind its weights."""
    column = picture.number_of(layer)
    kernel, biases = picture.links.bundles[column].kernel, picture.biases.get(column)
    if kernel is None:
        return []
    found: list[WeightPlace] = []
    for target in range(kernel.shape[1]):
        found += [WeightPlace(layer, KERNEL, (source, target)) for source in range(kernel.shape[0])]
        if biases is not None:
            found.append(WeightPlace(layer, BIAS, (target,)))
    return found


def read_number(text: str) -> float:
    """A number as people write it. Raises ValueError with a sentence when it is none, or no weight."""
    plain = text.strip().replace(MINUS, "-").replace(" ", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        found = f"'{text.strip()[:20]}'" if text.strip() else "nothing"
        raise ValueError(f"Expected a number such as 0.5 or -2; found {found}.") from None
    if not abs(value) <= LARGEST:  # not a number, too
        raise ValueError(f"Expected a number from -{LARGEST:,.0f} to {LARGEST:,.0f}; found {text.strip()[:20]}.")
    return value
