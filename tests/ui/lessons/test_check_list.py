"""The rows under a step: what was done once keeps its tick, and says when it holds no more."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from nnplayground.ui.lessons.check_list import CheckList
from nnplayground.ui.theme.theme import Theme


def test_a_check_that_held_before_says_so_beside_its_tick(theme: Theme, qtbot: QtBot) -> None:
    checks = CheckList(theme)
    qtbot.addWidget(checks)
    checks.show_checks([(False, "not yet 10 epochs"), (True, "a hidden layer")], done=True)
    assert [row.sentence.text() for row in checks.rows] == ["Done before. Now: Not yet 10 epochs", "A hidden layer"]
    assert all(row.holds for row in checks.rows)
    checks.show_checks([(False, "not yet 10 epochs")], done=False)
    assert checks.rows[0].sentence.text() == "Not yet 10 epochs"
    assert not checks.rows[0].holds
