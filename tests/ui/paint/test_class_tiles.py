"""The neurons that answer for one class each, of more than two."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.own_data import OwnPoints
from nnplayground.core.presets import recommended_for
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.registry import facts
from nnplayground.engine.probes import Snapshot
from nnplayground.ui.network.neurons import NeuronsPicture
from nnplayground.ui.network.picture import Hit, Part
from nnplayground.ui.network.plan import columns
from nnplayground.ui.network.reading import reading_of
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.class_map import class_colour

POINTS = ((-4.0, 3.0, 0.0), (4.0, 3.0, 1.0), (0.0, -4.0, 2.0))


def analysed(points: tuple[tuple[float, float, float], ...]) -> Analysis:
    data = OwnPoints(name="points", points=points)
    known = facts(data)
    layers, training = recommended_for(known)
    return analyse(ProjectSpec(data=data, layers=layers, training=training), known)


def shown(theme: Theme, analysis: Analysis, outputs: np.ndarray) -> NeuronsPicture:
    picture = NeuronsPicture(theme)
    picture.size = QSizeF(700, 400)
    picture.show_analysis(analysis, columns(analysis, "Input", "features") or ())
    units = [layer.units for layer in analysis.spec.layers]  # type: ignore[attr-defined]
    hidden = [np.zeros((40, 40, n), np.float32) for n in units[:-1]]
    picture.show_snapshot(Snapshot(1, 1.0, neuron_maps=(*hidden, outputs)))
    return picture


def test_each_output_has_its_class_s_colour_where_it_is_probable(qtbot: QtBot, theme: Theme):
    outputs = np.zeros((40, 40, 3), np.float32)
    outputs[:20, :, 2] = 1  # the lower half
    outputs[20:, :, 0] = 1
    analysis = analysed(POINTS)
    picture = shown(theme, analysis, outputs)
    zero = QColor(theme.tokens.zero).name()
    for unit, (above, below) in enumerate(((class_colour(theme.tokens, 0), zero), (zero, zero), (zero, class_colour(theme.tokens, 2)))):
        image = picture.image(3, unit)
        assert image is not None
        assert (image.pixelColor(20, 5).name(), image.pixelColor(20, 35).name()) == (above.lower(), below.lower())
    reading = reading_of(picture, Hit(Part.NEURON, 2, 2))
    assert reading is not None
    assert "probability of class 2" in reading.lines


def test_two_classes_and_outputs_that_are_no_probabilities_keep_the_two_colours(qtbot: QtBot, theme: Theme):
    for probable in (analysed(POINTS[:2]), analysed(POINTS)):
        analysis = analyse(edits.change_layer(probable.spec, 2, activation="linear"), probable.facts)
        units = analysis.spec.layers[-1].units  # type: ignore[attr-defined]
        picture = shown(theme, analysis, np.full((40, 40, units), 5, np.float32))
        image = picture.image(3, 0)
        assert image is not None
        assert image.pixelColor(20, 20).name() == theme.tokens.pos.lower()
