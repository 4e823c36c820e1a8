"""Right and wrong answers by class: in words for a few classes, as a picture for many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.data.dataset import Dataset, Part, Source
from nnplayground.engine.answers import Reading
from nnplayground.ui.theme.theme import Theme
from nnplayground.ui.views.class_counts import ClassCounts


def made(qtbot: QtBot, theme: Theme, classes: int, *, long: bool = False) -> ClassCounts:
    """Each class has two samples: one is right, and the other is taken for the next class; of the last one both are."""
    names = tuple(f"{'a class with a very long name ' * long}k{i}" for i in range(classes))
    y = np.repeat(np.arange(classes), 2)
    facts = DataFacts("csv", "Table", (2,), Task.MULTICLASS, len(y), len(y), names)
    part = Part(np.zeros((len(y), 2), np.float32), y)
    view = ClassCounts(theme)
    qtbot.addWidget(view)
    view.show_reading(replace(Reading(), classes=names))
    view.show_dataset(Dataset(facts, Source.GENERATED, part, part))
    chosen = np.where(np.arange(len(y)) % 2, (y + 1) % classes, y)
    chosen[-2:] = 0
    view.show_answers(np.eye(classes, dtype=np.float32)[chosen])
    view.resize(270, 300)
    view.show()
    return view


@pytest.mark.parametrize("classes", [3, 10, 11, 60, 100])
def test_any_number_of_classes_has_room(qtbot: QtBot, theme: Theme, classes: int):
    view = made(qtbot, theme, classes)
    view.grab()
    assert view.counts is not None
    assert view.counts.sum() == 2 * classes
    assert view.sizeHint().height() < 420
    assert view.minimumSizeHint().width() <= 180


def test_the_commonest_mistake_is_said_and_the_mouse_reads_any_cell(qtbot: QtBot, theme: Theme):
    view = made(qtbot, theme, 20)
    assert view.worst() == (19, 0)
    assert view.read_out(19, 0) == "k19: 2 of 2 taken for k0"
    area = view._map_area()
    cell = area.width() / 20
    at = QPoint(round(area.left() + 4.5 * cell), round(area.top() + 3.5 * cell))
    qtbot.mouseMove(view, at)
    assert view._near == (3, 4)
    assert view.read_out(3, 4) == "k3: 1 of 2 taken for k4"
    assert view.read_out(3, 3) == "k3: 1 of 2 right"


def test_no_mistake_is_no_commonest_mistake(qtbot: QtBot, theme: Theme):
    view = made(qtbot, theme, 12)
    y = np.repeat(np.arange(12), 2)
    view.show_answers(np.eye(12, dtype=np.float32)[y])
    assert view.worst() is None
    view.grab()


def test_long_names_leave_room_for_the_numbers(qtbot: QtBot, theme: Theme):
    view = made(qtbot, theme, 3, long=True)
    assert not view.grab().isNull()
    assert view.minimumSizeHint().width() <= 180
