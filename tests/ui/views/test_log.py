from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from nnplayground.engine.events import Epochs, Failed, Finished, Noted, Started, Status
from nnplayground.ui.record import record
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.log import LINES, LogPanel, LogView

logger = logging.getLogger("nnplayground.somewhere")


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> Iterator[LogPanel]:
    panel = LogPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(600, 300)
    panel.show()
    yield panel
    panel.stop()


def shown(view: LogView) -> list[str]:
    """The lines that are not folded away."""
    lines, block = [], view.document().firstBlock()
    while block.isValid():
        if block.isVisible():
            lines.append(block.text())
        block = block.next()
    return lines


def middle_of_line(view: LogView, number: int) -> QPoint:
    return view.cursorRect(QTextCursor(view.document().findBlockByNumber(number))).center() + QPoint(40, 0)


def test_records_are_lines_with_their_time(panel: LogPanel):
    logger.info("TensorFlow ready in %.1f s", 5.04)
    logger.warning("A warning")
    logger.debug("Nobody wants to know")
    first, second = shown(panel.view)
    assert first[8:] == "  TensorFlow ready in 5.0 s"
    assert [part.isdecimal() for part in first[:8].split(":")] == [True] * 3
    assert second[8:] == "  warning: A warning"


def test_records_of_other_threads_arrive(panel: LogPanel, qtbot: QtBot):
    thread = threading.Thread(target=lambda: logger.info("From the worker"))
    thread.start()
    thread.join()
    assert shown(panel.view) == [""]  # it comes to the window's thread as an event
    qtbot.waitUntil(lambda: panel.view.toPlainText().endswith("From the worker"))


def test_a_traceback_is_folded_and_unfolded_by_a_click(panel: LogPanel, qtbot: QtBot):
    logger.info("Before")
    try:
        raise ZeroDivisionError("division by zero")
    except ZeroDivisionError:
        logger.exception("It failed")
    logger.info("After")
    folded = [line[10:] for line in shown(panel.view)]
    assert folded == ["Before", "error: It failed ▸", "After"]
    viewport = panel.view.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=middle_of_line(panel.view, 1))
    unfolded = shown(panel.view)
    assert (unfolded[1][10:], unfolded[2], unfolded[-2]) == (
        "error: It failed ▾", "Traceback (most recent call last):", "ZeroDivisionError: division by zero",
    )  # fmt: skip
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=middle_of_line(panel.view, 1))
    assert [line[10:] for line in shown(panel.view)] == folded
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=middle_of_line(panel.view, 0))
    assert [line[10:] for line in shown(panel.view)] == folded


def test_enter_unfolds_too(panel: LogPanel, qtbot: QtBot):
    record(Failed(1, "It failed.", "Traceback\n  in a line"))
    panel.view.setTextCursor(QTextCursor(panel.view.document().firstBlock()))
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert shown(panel.view)[1:] == ["Traceback", "  in a line"]


def test_only_the_last_lines_are_kept(panel: LogPanel):
    for i in range(LINES + 10):
        panel.view.add(f"line {i}", [])
    panel.view.add("error", ["detail"] * 5)
    lines = shown(panel.view)
    assert (panel.view.blockCount(), lines[0], lines[-1]) == (LINES, "line 16", "error ▸")


def test_it_cannot_be_written_to_but_copied(panel: LogPanel, qtbot: QtBot):
    logger.info("Copy me")
    qtbot.keyClicks(panel.view, "x")
    panel.view.selectAll()
    assert panel.view.textCursor().selectedText().endswith("Copy me")


def test_a_stopped_panel_hears_nothing(panel: LogPanel):
    panel.stop()
    logger.info("Nobody is there")
    assert panel.view.toPlainText() == ""


@pytest.mark.parametrize(
    ("event", "level", "line"),
    [
        (Started(1, 17, 0, "graph", 3_000_000), "INFO", "Network built: 17 parameters; graph; about 3 MB"),
        (Started(1, 17, 40), "INFO", "Network built: 17 parameters; at epoch 40"),
        (Noted(1, 7, "The rate is 0.001 now."), "INFO", "The rate is 0.001 now."),
        (Finished(1, Status.STOPPED, 12, "It was told to."), "INFO", "Run stopped after 12 epochs. It was told to."),
        (Finished(1, Status.DIVERGED, 12), "WARNING", "Run diverged after 12 epochs."),
        (Failed(1, "No."), "ERROR", "No."),
    ],
)
def test_what_is_written_of_a_run(event: Started, level: str, line: str, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, "nnplayground"):
        record(event)
    assert [(r.levelname, r.message) for r in caplog.records] == [(level, line)]


def test_what_is_odd_about_a_run_is_written_and_its_epochs_are_not(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO, "nnplayground"):
        record(Epochs(1, 1, {}, 0.1))
        record(Started(1, 17, 0, warnings=("Class 7 has one sample.",)))
    assert [r.message for r in caplog.records][1:] == ["Class 7 has one sample."]
