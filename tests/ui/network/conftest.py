from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from nnplayground.core.presets import recommended
from nnplayground.core.spec import ProjectSpec
from nnplayground.ui.document import Document
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.theme.theme import Theme


@pytest.fixture
def show(qtbot: QtBot, theme: Theme, document: Document) -> Callable[[ProjectSpec], NetworkPanel]:
    """A panel that works on the document as in the window."""

    def shown(spec: ProjectSpec) -> NetworkPanel:
        document.open(spec)
        panel = NetworkPanel(theme)
        qtbot.addWidget(panel)
        panel.resize(748, 462)
        panel.edit_requested.connect(document.apply)
        document.changed.connect(lambda _before, after: panel.show_analysis(after))
        panel.show_analysis(document.analysis)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return shown


@pytest.fixture
def circle(show: Callable[[ProjectSpec], NetworkPanel]) -> NetworkPanel:
    """Dense 4 tanh, Dense 2 tanh, Dense 1 sigmoid."""
    return show(recommended("circle"))
