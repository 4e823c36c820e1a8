from __future__ import annotations

from collections.abc import Iterator

import pytest
from shiboken6 import delete
from ui.inspector.bench import Bench

from nnplayground.core.presets import recommended
from nnplayground.ui.inspector.panel import InspectorPanel
from nnplayground.ui.theme.theme import Theme


@pytest.fixture
def training(theme: Theme) -> Iterator[Bench]:
    """An inspector that shows how the circle is trained."""
    panel = InspectorPanel(theme)
    panel.resize(290, 700)
    panel.show()
    yield Bench(panel, recommended("circle"))
    delete(panel)  # at once: else every theme of the tests to come would dress it again
