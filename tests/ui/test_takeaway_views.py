"""Log, network and numbers are taken away where they are shown."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot

from nnplayground.core.analysis import Analysis, analyse
from nnplayground.core.layers import Dense
from nnplayground.core.presets import recommended
from nnplayground.core.table import Table
from nnplayground.data.registry import facts
from nnplayground.engine.probes import Histogram, Snapshot
from nnplayground.ui.main_window import MainWindow
from nnplayground.ui.network.panel import NetworkPanel
from nnplayground.ui.network.weights_table import weights_table
from nnplayground.ui.panel import Panel
from nnplayground.ui.takeaway import Counter
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.log import LogPanel


@pytest.fixture
def counter(make_window: Callable[[], MainWindow]) -> Counter:
    return Counter(make_window().files)


def _pick(qtbot: QtBot, panel: Panel, button: str, action: str) -> list[str]:
    """Choose from the menu behind a panel's button; gives what stands there."""
    panel.findChild(QToolButton, button).click()
    menu = next(menu for menu in panel.findChildren(QMenu, "takeAwayMenu") if menu.isVisible())
    chosen = next(a for a in menu.actions() if a.objectName() == action)
    names = [a.objectName() for a in menu.actions() if a.isEnabled()]
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(chosen).center())
    return names


def test_the_log_is_taken_away_as_text(qtbot: QtBot, theme: Theme, counter: Counter, tmp_path: Path) -> None:
    panel = LogPanel(theme)
    qtbot.addWidget(panel)
    panel.show()
    counter.serve(panel, "takeLog")
    try:
        assert panel.takeaway() is None
        logging.getLogger("nnplayground.test").info("Grüße")
        try:
            raise ValueError("of the details")
        except ValueError:
            logging.getLogger("nnplayground.test").exception("It failed")
        qtbot.waitUntil(lambda: "It failed" in panel.view.toPlainText())
        assert _pick(qtbot, panel, "takeLog", "copyText") == ["saveText", "copyText"]
        text = QGuiApplication.clipboard().text()
        assert "Grüße" in text
        assert "ValueError: of the details" in text, "what is folded is a part of it"
        counter._questions.export_path = lambda _suggested, _suffixes, _kinds, done: done(tmp_path / "log.txt")  # type: ignore[method-assign]
        _pick(qtbot, panel, "takeLog", "saveText")
        assert (tmp_path / "log.txt").read_text("utf-8") == text
    finally:
        panel.stop()


def test_weights_stand_in_a_table_with_their_places() -> None:
    kernel, bias = np.arange(6, dtype=np.float32).reshape(2, 3) / 3, np.array([0.5, -1.0, 1e-30], np.float32)
    names = tuple(Histogram(name, np.empty(0), np.empty(0)) for name in ("kernel", "bias"))
    table = weights_table(Snapshot(1, 1.0, weights=((kernel, bias), ()), weight_histograms=(names, ())))
    rows = list(csv.reader(io.StringIO(table.csv())))
    assert rows[0] == ["layer", "weights", "index", "value"]
    assert rows[6] == ["0", "kernel", "1, 2", repr(float(kernel[1, 2]))]
    assert [float(row[3]) for row in rows[7:]] == bias.astype(float).tolist()
    assert len(rows) == 10


def _network(units: int) -> Analysis:
    spec = recommended("circle")
    wide = spec.model_copy(update={"layers": (Dense(units=units), Dense(units=units), Dense(units=1))})
    return analyse(wide, facts(spec.data))


def test_the_whole_network_is_taken_away_with_its_weights(qtbot: QtBot, theme: Theme, counter: Counter, tmp_path: Path) -> None:
    panel = NetworkPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(420, 300)
    panel.show()
    panel.show_analysis(_network(4))
    asked: list[Callable[[Table], None]] = []
    panel.fetch_weights = asked.append
    counter.serve(panel, "takeNetwork")
    taken = panel.takeaway()
    assert taken is not None
    assert taken.write is not None
    taken.write(tmp_path / "network.png")
    whole = panel.canvas.picture.boundingRect().size().toSize()
    assert QImage(str(tmp_path / "network.png")).size() == whole * 2
    names = _pick(qtbot, panel, "takeNetwork", "copyTable")
    assert "saveTable" in names
    QGuiApplication.clipboard().setText("before")
    (came,) = asked
    came(Table(("value",), ((1.5,),)))
    assert QGuiApplication.clipboard().text() == "value\n1.5\n"


def test_a_million_weights_are_no_table(qtbot: QtBot, theme: Theme) -> None:
    panel = NetworkPanel(theme)
    qtbot.addWidget(panel)
    panel.fetch_weights = lambda _done: None
    panel.show_analysis(_network(1_000))
    taken = panel.takeaway()
    assert taken is not None
    assert taken.fetch is None
    assert taken.write is not None
