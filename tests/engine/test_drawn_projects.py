"""Projects drawn at random, trained by the engine and by `Model.fit`: no difference."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from nnplayground.engine.loader import create_backend
from tests.engine.drawing import ARGUMENTS, EXAMPLES, OWN, projects
from tests.engine.oracle import compare

PAIRS = [(layer, sorted(OWN)[i % len(OWN)]) for i, layer in enumerate(ARGUMENTS)]
"""Every kind of layer, and every optimizer at least twice."""


@pytest.mark.filterwarnings("ignore:.*does not support masking")  # Keras says so of some stacks that embed; both sides do the same
@pytest.mark.parametrize(("layer", "optimizer"), PAIRS)
@settings(deadline=None, derandomize=True, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck),
          phases=[Phase.explicit, Phase.generate])  # fmt: skip
@given(data=st.data())
def test_a_drawn_project_trains_as_with_fit(layer: str, optimizer: str, data: st.DataObject) -> None:
    assume(data.draw(st.booleans()))  # the first that hypothesis draws is the simplest, which other tests train: not that one
    request, backend = data.draw(projects(layer, optimizer)), create_backend()
    from nnplayground.engine.keras_backend import run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "SHORT_EPOCH", data.draw(st.sampled_from([0.0, float("inf")])))  # which of the two loops
        compare(request, backend)
