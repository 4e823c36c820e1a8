"""What the read-out card says of a neuron or a weight."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication

from nnplayground.ui.network.neurons import NeuronsPicture
from nnplayground.ui.network.picture import Hit, Part
from nnplayground.ui.network.readout import Reading
from nnplayground.ui.network.tiles import has_class_colours
from nnplayground.ui.theme.numbers import MINUS, number, signed


def reading_of(picture: NeuronsPicture, hit: Hit) -> Reading | None:
    """The reading for what is under the pointer; None where there is nothing to read."""
    if hit.part is Part.LINK and hit.link is not None:
        return _weight(picture, hit)
    if hit.part is Part.BIAS:
        return _bias(picture, hit)
    return _neuron(picture, hit) if hit.part is Part.NEURON else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("NetworkReading", text)


def unit_name(picture: NeuronsPicture, column: int, unit: int) -> str:
    """How a unit is called where it is a source: an input by its name, a neuron by its number."""
    if column == 0 and unit < len(picture.labels):
        return picture.labels[unit]
    return str(unit + 1)


def _weight(picture: NeuronsPicture, hit: Hit) -> Reading:
    assert hit.link is not None
    value = picture.links.weight(hit.link)
    return Reading(weight_title(picture, hit), (_tr("Click to edit") if value is not None else _tr("Not known yet"),), value)


def weight_title(picture: NeuronsPicture, hit: Hit) -> str:
    """What a weight or a bias is called."""
    link = hit.link
    if link is None:
        return _tr("Bias of neuron {n}").format(n=hit.unit + 1)
    source, target = unit_name(picture, link.column - 1, link.source), str(link.target + 1)
    text = _tr("Weight, {source} → neuron {target}") if link.column == 1 else _tr("Weight, neuron {source} → {target}")
    return text.format(source=source, target=target)


def _bias(picture: NeuronsPicture, hit: Hit) -> Reading:
    biases = picture.biases.get(picture.number_of(hit.layer))
    value = float(biases[hit.unit]) if biases is not None and hit.unit < len(biases) else None
    return Reading(weight_title(picture, hit), (_tr("Click to edit") if value is not None else _tr("Not known yet"),), value)


def _neuron(picture: NeuronsPicture, hit: Hit) -> Reading:
    column_number = picture.number_of(hit.layer)
    column, image = picture.columns[column_number], picture.image(column_number, hit.unit)
    if hit.layer is None:
        name = unit_name(picture, 0, hit.unit)
        return Reading(_tr("Input {name}").format(name=name), (_tr("what the network is given"),), image=image)
    lines = [column.caption or column.title]
    if picture.analysis is not None and has_class_colours(picture.analysis, column):
        lines.insert(0, _tr("probability of {name}").format(name=picture.analysis.facts.classes[hit.unit]))
    maps = picture.maps.get(column_number)
    if maps is not None:
        values = maps[..., hit.unit]
        low, high = (f"{float(v):.2f}".replace("-", MINUS) for v in (np.nanmin(values), np.nanmax(values)))
        lines.append(_tr("range {low} … {high}").format(low=low, high=high))
        if column.activation not in ("tanh", "sigmoid", "softmax"):
            lines.append(_tr("full colour at ±{scale}").format(scale=number(picture.scale_of(column_number))))
    if column_number in picture.way:
        lines.append(_tr("gives {value} for this sample").format(value=signed(float(picture.way[column_number][hit.unit]))))
    biases = picture.biases.get(column_number)
    bias = float(biases[hit.unit]) if biases is not None and hit.unit < len(biases) else None
    bundle = picture.links.bundles[column_number]
    terms: tuple[tuple[str, float], ...] = ()
    if bundle.kernel is not None:
        names = (unit_name(picture, column_number - 1, i) for i in range(len(bundle.starts)))
        terms = tuple(zip(names, bundle.kernel[:, hit.unit].tolist(), strict=True))
    title = _tr("{layer} {units}, neuron {n}").format(layer=column.title, units=column.units, n=hit.unit + 1)
    return Reading(title, tuple(lines), bias=bias, image=image, terms=terms)
