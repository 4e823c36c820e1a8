"""The last layer's outputs as an answer: a bar for every class, the highest of many, or one number with its unit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QPainter

from nnplayground.core.analysis import Analysis
from nnplayground.core.targets import Encoding
from nnplayground.data.dataset import Affine
from nnplayground.engine import answers
from nnplayground.engine.answers import Reading
from nnplayground.ui.network.activation_pictures import Bar, draw_bars, draw_number
from nnplayground.ui.theme.numbers import number, percent
from nnplayground.ui.theme.theme import Theme

Floats = NDArray[np.floating[Any]]

MOST_BARS = 10
HIGHEST = 5
"""Bars of more classes than that."""
TOLD = 3


def draw_answer(painter: QPainter, box: QRectF, outputs: Floats, analysis: Analysis, scaler: Affine, theme: Theme) -> float:
    """Draw (units,) outputs; gives the y where the drawing ends."""
    reading = Reading.of(analysis)
    if len(outputs) == 1:
        text, meaning = _one(outputs, analysis, reading, scaler)
        signed = analysis.facts.target_range[0] < 0 if reading.is_regression else _has_sides(outputs, reading)
        share = float(outputs[0]) / (reading.largest if reading.is_regression else 1.0)
        return draw_number(painter, box, text, meaning, Bar("", share), theme, signed=signed)
    signed, scale = _has_sides(outputs, reading), _scale(outputs, reading)
    chosen, names = int(np.argmax(outputs)), _names(len(outputs), analysis)
    if len(outputs) <= MOST_BARS:
        shown = [Bar(name, float(v) / scale, i == chosen, i != chosen) for i, (name, v) in enumerate(zip(names, outputs, strict=True))]
    else:
        highest = _highest(outputs, HIGHEST)
        shown = [Bar(names[i], float(outputs[i]) / scale, i == chosen, i != chosen, _told(outputs[i], reading)) for i in highest]
    return draw_bars(painter, box, shown, theme, signed=signed)


def tell_answer(outputs: Floats, analysis: Analysis, scaler: Affine) -> str:
    """The same in words, as a sentence: of many classes the first three."""
    reading = Reading.of(analysis)
    if len(outputs) == 1:
        text, meaning = _one(outputs, analysis, reading, scaler)
        return QCoreApplication.translate("CardsPicture", "It answers {number} ({meaning}).").format(number=text, meaning=meaning)
    names = _names(len(outputs), analysis)
    told = ", ".join(f"{names[i]} {_told(outputs[i], reading)}" for i in _highest(outputs, TOLD))
    return QCoreApplication.translate("CardsPicture", "It answers {answers}.").format(answers=told)


def _one(outputs: Floats, analysis: Analysis, reading: Reading, scaler: Affine) -> tuple[str, str]:
    """A single output in words, and what it means: its unit, or the class that it stands for."""
    facts, output = analysis.facts, float(outputs[0])
    if reading.is_regression:
        return number(float(answers.values(outputs[np.newaxis], scaler)[0])), facts.target_unit or facts.target_name
    if not np.isfinite(output):
        return number(output), ""
    chosen = int(reading.chosen(outputs))
    return number(output), facts.classes[chosen] if chosen < len(facts.classes) else ""


def _has_sides(outputs: Floats, reading: Reading) -> bool:
    """Whether the bars begin in the middle: these outputs may be negative."""
    return not reading.has_probabilities and (reading.encoding is Encoding.PLUS_MINUS or bool((outputs < 0).any()))


def _scale(outputs: Floats, reading: Reading) -> float:
    """How large an output is whose bar is full. Outputs that are no probabilities only compare with each other."""
    finite = np.abs(outputs[np.isfinite(outputs)])
    return 1.0 if reading.has_probabilities or not finite.size else max(1.0, float(finite.max()))


def _highest(outputs: Floats, most: int) -> list[int]:
    return [int(i) for i in np.argsort(-np.nan_to_num(outputs, nan=-np.inf), kind="stable")[:most]]


def _names(units: int, analysis: Analysis) -> tuple[str, ...]:
    classes = analysis.facts.classes
    return classes if len(classes) == units else tuple(str(i) for i in range(units))


def _told(value: float, reading: Reading) -> str:
    return percent(float(value)) if reading.has_probabilities else number(float(value))
