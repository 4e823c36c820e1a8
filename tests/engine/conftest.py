"""Projects and data for engine tests."""

from __future__ import annotations

import pytest

from nnplayground.engine.backend import Backend
from nnplayground.engine.loader import create_backend


@pytest.fixture
def backend() -> Backend:
    return create_backend()


@pytest.fixture(params=["epochs a call", "steps a call"])
def loop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both loops, whatever the size of the data."""
    from nnplayground.engine.keras_backend import run as module

    monkeypatch.setattr(module, "SHORT_EPOCH", float("inf") if request.param == "epochs a call" else 0.0)
    return str(request.param)
