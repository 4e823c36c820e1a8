"""Every kind of preset trains an epoch, on a few made-up samples of its shape."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from nnplayground.core import edits
from nnplayground.core.data_spec import DATA_NAMES
from nnplayground.core.presets import recommended
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.variants import Variant, variants, with_variant
from nnplayground.data import registry
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Status
from nnplayground.engine.train import train
from tests.engine.making import make_dataset, request_for


def _small(name: str) -> ProjectSpec:
    """The project one begins with; texts are few and short."""
    spec = recommended(name)
    return edits.change_data(spec, num_words=100, maxlen=12, validation={"use": "test"}) if name in ("imdb", "reuters") else spec


def _all() -> list[tuple[str, Variant]]:
    """Each kind of network once, whatever its sizes; that all of them are sound, `test_exported_presets` sees in a tenth of the time."""
    seen: set[object] = set()
    different = []
    for name in DATA_NAMES:
        data = _small(name).data
        for v in variants(data, registry.facts(data)):
            *kinds, output = [(layer.type, getattr(layer, "activation", None)) for layer in v.layers]  # type: ignore[attr-defined]
            new = {(len(v.input_shape), *(kind for kind, _ in itertools.groupby(kinds))), output}
            if new - seen:
                different.append((name, v))
            seen |= new
    return different


@pytest.mark.parametrize(("name", "variant"), _all(), ids=lambda value: value if isinstance(value, str) else value.key)
def test_a_preset_trains(name: str, variant: Variant, backend: Backend) -> None:
    spec = _small(name)
    facts = registry.facts(edits.change_data(spec, **variant.data).data)
    spec = edits.change_training(with_variant(spec, variant, facts), epochs=1)
    dataset = make_dataset(facts.input_shape, len(facts.classes), integers=facts.words)
    *events, finished = train(request_for(spec, dataset), backend)
    assert finished.status is Status.COMPLETED
    (epoch,) = [event for event in events if isinstance(event, Epochs)]
    assert all(np.isfinite(values).all() for values in epoch.logs.values())
    assert {"loss", "val_loss"} <= set(epoch.logs)
