from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnplayground.core import edits
from nnplayground.core.data_spec import DataSpec
from nnplayground.core.facts import DataFacts
from nnplayground.core.presets import default_project, recommended
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.errors import DataUnavailable
from nnplayground.data.registry import facts
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit


@pytest.fixture
def document(qapp: QApplication) -> Document:
    return Document(default_project(), facts)


def units(n: int, merge: str = "") -> Edit:
    return Edit(f"Units {n}", lambda spec: edits.change_layer(spec, 0, units=n), merge)


def counted(document: Document) -> list[ProjectSpec]:
    seen: list[ProjectSpec] = []
    document.changed.connect(lambda _before, after: seen.append(after.spec))
    return seen


def test_an_edit_changes_the_project_and_can_be_taken_back(document: Document):
    start, seen = document.spec, counted(document)
    assert document.apply(units(7))
    assert document.spec.layers[0].units == 7
    assert document.analysis.spec is document.spec
    assert document.analysis.shapes[0].output == (7,)
    assert document.stack.undoText() == "Units 7"
    document.stack.undo()
    assert document.spec == start
    document.stack.redo()
    assert [spec.layers[0].units for spec in seen] == [7, 4, 7]


def test_an_edit_that_changes_nothing_is_not_recorded(document: Document):
    seen = counted(document)
    assert not document.apply(Edit("Nothing", lambda spec: spec))
    assert not document.apply(units(4))
    assert (seen, document.stack.count(), document.modified) == ([], 0, False)


def test_a_drag_is_one_step_and_a_drag_back_is_none(document: Document):
    for n in (5, 6, 7):
        document.apply(units(n, "layers[0].units"))
    assert document.stack.count() == 1
    document.stack.undo()
    assert document.spec.layers[0].units == 4
    for n in (5, 6, 4):
        document.apply(units(n, "layers[0].units"))
    assert document.stack.count() == 0


def test_drags_of_different_things_stay_apart(document: Document):
    document.apply(units(5, "layers[0].units"))
    document.apply(Edit("Rate", lambda spec: edits.change_optimizer(spec, learning_rate=0.5), "learning_rate"))
    assert document.stack.count() == 2


def bad_index(spec: ProjectSpec) -> ProjectSpec:
    return edits.remove_layer(spec, 99)


@pytest.mark.parametrize(
    ("apply", "words"),
    [
        (lambda spec: edits.change_layer(spec, 0, units=0), "at least 1; found 0"),
        (lambda spec: edits.change_training(spec, loss="binary_crossentrpy"), "binary_crossentropy"),
        (bad_index, "99"),
    ],
)
def test_an_impossible_edit_is_refused_in_words(
    document: Document, qtbot: QtBot, apply: Callable[[ProjectSpec], ProjectSpec], words: str
):
    start = document.spec
    with qtbot.waitSignal(document.refused) as refused:
        assert not document.apply(Edit("Impossible", apply))
    assert words in refused.args[0]
    assert "pydantic" not in refused.args[0]
    assert (document.spec, document.stack.count()) == (start, 0)


def test_modified_follows_the_saved_state(document: Document):
    states: list[bool] = []
    document.modified_changed.connect(states.append)
    document.apply(units(5))
    document.mark_saved()
    document.apply(units(6))
    document.stack.undo()
    assert states == [True, False, True, False]


def test_an_edit_after_saving_is_not_merged_into_the_saved_one(document: Document):
    document.apply(units(5, "units"))
    document.mark_saved()
    document.apply(units(6, "units"))
    assert document.modified
    document.stack.undo()
    assert (document.spec.layers[0].units, document.modified) == (5, False)


def test_opening_another_project_forgets_the_edits(document: Document):
    document.apply(units(5))
    document.open(default_project())
    assert (document.modified, document.stack.canUndo()) == (False, False)
    assert document.spec == default_project()


class Shelf:
    """Facts of files that come and go."""

    def __init__(self) -> None:
        self.gone = ""
        self.asked = 0

    def facts(self, data: DataSpec) -> DataFacts:
        self.asked += 1
        if self.gone:
            raise DataUnavailable(self.gone)
        return facts(data)


def test_data_that_is_not_to_be_had_is_a_problem_and_nothing_is_lost(qapp: QApplication):
    shelf = Shelf()
    document = Document(default_project(), shelf.facts)
    start, shelf.gone = document.spec, "houses.csv is not there."
    assert document.apply(Edit("Data", lambda spec: edits.set_data(spec, recommended("moons").data)))
    assert [p.message for p in document.analysis.problems] == ["houses.csv is not there."]
    assert document.analysis.facts.title == "Moons"
    document.apply(units(9))
    assert document.spec.layers[0].units == 9, "one can go on building"
    document.stack.undo()
    document.stack.undo()
    assert document.spec == start
    assert document.analysis.errors, "the files are gone for the data before, too"
    shelf.gone = ""
    document.look_again()
    assert document.analysis.problems == ()
    assert document.stack.canRedo()


def test_the_facts_are_asked_for_when_the_data_is_other_data(qapp: QApplication):
    shelf = Shelf()
    document = Document(default_project(), shelf.facts)
    for n in range(5, 9):
        document.apply(units(n))
    assert shelf.asked == 1
    document.apply(Edit("Noise", lambda spec: edits.change_data(spec, noise=0.1)))
    assert shelf.asked == 2


def test_looking_again_at_what_has_not_changed_says_nothing(document: Document):
    seen = counted(document)
    document.look_again()
    assert seen == []
