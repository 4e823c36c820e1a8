"""Projects and data for engine tests."""

from __future__ import annotations

import pytest

from nnplayground.engine.backend import Backend
from nnplayground.engine.loader import create_backend
from tests.engine.making import LOOPS


@pytest.fixture
def backend() -> Backend:
    return create_backend()


@pytest.fixture(params=LOOPS)
def loop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both loops, whatever the size of the data."""
    from nnplayground.engine.keras_backend import run as module

    monkeypatch.setattr(module, "SHORT_EPOCH", float("inf") if request.param == LOOPS[0] else 0.0)
    return str(request.param)
