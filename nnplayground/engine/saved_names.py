"""Names that travel with a saved run of own data: what its outputs and inputs stand for. A file may hold others by now."""

from __future__ import annotations

import io

import numpy as np

from nnplayground.core.facts import DataFacts
from nnplayground.core.own_data import OWN_DATA
from nnplayground.engine.state import CLASSES, INPUTS, NOT_A_STATE

MOST_SAID = 6
"""Names in a sentence."""
_OWN = frozenset(data.model_fields["name"].annotation.__args__[0] for data in OWN_DATA)  # type: ignore[union-attr]


def other_names(content: bytes, facts: DataFacts) -> str:
    """Why the run that `dump_state` wrote cannot go on with data of these facts; '' where names are no reason.

    Only of own data: what the names of other data sets stand for never changes. Reads nothing but the names.
    """
    if facts.name not in _OWN:
        return ""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            classes, inputs = (tuple(str(word) for word in file[name]) if name in file.files else () for name in (CLASSES, INPUTS))
    except NOT_A_STATE:
        return ""  # whoever loads it says so
    if classes and classes != facts.classes:
        return f"its classes were {_listed(classes, facts.classes)}; now they are {_listed(facts.classes, classes)}."
    if inputs and inputs != facts.input_names:
        return f"its inputs were {_listed(inputs, facts.input_names)}; now they are {_listed(facts.input_names, inputs)}."
    return ""


def _listed(names: tuple[str, ...], others: tuple[str, ...]) -> str:
    """All of them where they are few, else some around the first that is another."""
    first = next((i for i, name in enumerate(names) if i >= len(others) or others[i] != name), 0)
    start = max(0, min(first, len(names) - MOST_SAID))
    shown = [*(["…"] if start else []), *names[start : start + MOST_SAID], *(["…"] if start + MOST_SAID < len(names) else [])]
    return ", ".join(shown) or "none"
