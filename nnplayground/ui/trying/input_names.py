"""What the numbers are called that go into a layer: features, pixels, words, or what another layer's units give."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from nnplayground.core.analysis import Analysis
from nnplayground.data.dataset import Dataset
from nnplayground.data.rows import Rows
from nnplayground.data.vocabulary import START, UNKNOWN
from nnplayground.engine.working import Place, source_of

LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def low(n: int) -> str:
    """A number as a subscript."""
    return str(n).translate(LOW)


def input_name(analysis: Analysis, dataset: Dataset, layer: int, at: Place | None) -> str:
    """The name of the number at a place of a layer's input; None: in a convolution's padding."""
    if at is None:
        return _tr("outside")
    source, at = source_of(analysis.spec.layers, analysis.shapes, layer, at)
    if source is None:
        return _of_sample(dataset, at)
    if len(at) == 1:
        return f"a{low(at[0] + 1)}"
    return _tr("map {n} at {place}").format(n=at[-1] + 1, place=", ".join(map(str, at[:-1])))


def _of_sample(dataset: Dataset, at: Place) -> str:
    facts = dataset.facts
    if isinstance(dataset.train.x, Rows):
        return _word(dataset, at[0])
    if len(facts.input_shape) == 3:
        pixel = _tr("pixel {row}, {column}").format(row=at[0], column=at[1])
        return pixel if facts.input_shape[-1] == 1 else f"{pixel}, {at[2]}"
    if len(facts.input_names) == facts.input_shape[0] and len(at) == 1:
        return facts.input_names[at[0]]
    return f"x{low(at[0] + 1)}" if len(at) == 1 else f"x({', '.join(map(str, at))})"


def _word(dataset: Dataset, number: int) -> str:
    corpus = dataset.test_texts or dataset.texts
    if number == START:
        return _tr("(start)")
    if number == UNKNOWN or corpus is None:
        return _tr("(unknown words)")
    return corpus.vocabulary.word(number)


def unit_name(analysis: Analysis, layer: int, unit: int, *, is_output: bool) -> str:
    """What a unit is called: by its class where it is the network's answer."""
    entry, classes = analysis.shapes[layer].output, analysis.facts.classes
    if is_output and entry is not None:
        if entry[-1] == len(classes):
            return classes[unit]
        if entry[-1] == 1 and len(classes) == 2:
            return classes[1]
        if entry[-1] == 1 and analysis.facts.target_name:
            return analysis.facts.target_name
    return _tr("unit {n}").format(n=unit + 1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Working", text)
