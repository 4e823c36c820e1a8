"""Random edits, undo, redo, save and open, compared after every step with a list of projects."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from core.strategies import values_of
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtWidgets import QApplication

from nnplayground.core import edits, presets
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import LAYERS, LayerBase
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from nnplayground.core.recipe import parse_recipe, to_toml
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.stack_text import from_text, to_text
from nnplayground.data.registry import facts
from nnplayground.ui.document import Document
from nnplayground.ui.edit import Edit

ANY_LAYER = st.sampled_from(LAYERS).flatmap(values_of)
PLACE = st.integers(0, 6)
NAMES = ("circle", "spiral", "mnist", "imdb", "boston_housing", "line")
KNOWN: dict[object, DataFacts] = {}


def _facts(data: Any) -> DataFacts:
    return KNOWN.setdefault(data, facts(data))


class Machine(RuleBasedStateMachine):
    """`states` are the projects that undo and redo lead through; `at` is where we are, `clean` what is on the disk."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.document = Document(presets.default_project(), _facts)
        self.refused: list[str] = []
        self.document.refused.connect(self.refused.append)
        self.states = [self.document.spec]
        self.merges = [""]
        self.at = self.clean = 0
        self.on_disk: ProjectSpec | None = None

    def teardown(self) -> None:
        for path in self.folder.iterdir():
            path.unlink()
        self.folder.rmdir()

    # ---- what is done

    @initialize(name=st.sampled_from(NAMES))
    def begin(self, name: str) -> None:
        self._opened(presets.recommended(name))

    @rule(layer=ANY_LAYER, place=PLACE)
    def insert(self, layer: LayerBase, place: int) -> None:
        self._edit(lambda spec: edits.insert_layers(spec, place, (layer,)))

    @rule(first=PLACE, second=PLACE)
    def remove(self, first: int, second: int) -> None:
        self._edit(lambda spec: edits.remove_layers(spec, {first, second}))

    @rule(first=PLACE, second=PLACE, to=PLACE)
    def move(self, first: int, second: int, to: int) -> None:
        self._edit(lambda spec: edits.move_layers(spec, {first, second}, to))

    @rule(index=PLACE, off=st.booleans())
    def switch(self, index: int, off: bool) -> None:  # hypothesis calls it by name
        self._edit(lambda spec: edits.set_disabled(spec, (index,), off))

    @rule(index=PLACE, name=st.none() | st.sampled_from(["a", "b", "c"]))
    def rename(self, index: int, name: str | None) -> None:
        self._edit(lambda spec: edits.rename_layer(spec, index, name))

    @rule(index=PLACE, sizes=st.lists(st.integers(-1, 4), min_size=1, max_size=4))
    def drag_units(self, index: int, sizes: list[int]) -> None:
        """As + and - do: repeated, it is one step."""
        for units in sizes:
            self._edit(lambda spec, units=units: edits.change_layer(spec, index, units=units), f"units {index}")

    @rule(size=st.integers(1, 4), rate=st.sampled_from((0.001, 0.01, 0.1)))
    def drag_one_thing_after_another(self, size: int, rate: float) -> None:
        self._edit(lambda spec: edits.change_layer(spec, 0, units=size), "units 0")
        self._edit(lambda spec: edits.change_optimizer(spec, learning_rate=rate), "rate")

    @rule(rates=st.lists(st.sampled_from((-1.0, 0.001, 0.01, 0.1)), min_size=1, max_size=4))
    def drag_rate(self, rates: list[float]) -> None:
        for rate in rates:
            self._edit(lambda spec, rate=rate: edits.change_optimizer(spec, learning_rate=rate), "rate")

    @rule(name=st.sampled_from(NAMES))
    def choose_data(self, name: str) -> None:
        self._edit(lambda spec: presets.choose_data(spec, name, _facts(presets.recommended(name).data)))

    @precondition(lambda self: bool(self.document.spec.layers))
    @rule(place=PLACE)
    def paste_what_is_copied(self, place: int) -> None:
        layers = tuple(edits.changed(layer, name=None) for layer in from_text(to_text(self.document.spec.layers[:3])))
        self._edit(lambda spec: edits.insert_layers(spec, place, layers))

    @rule(times=st.integers(1, 5))
    def undo(self, times: int) -> None:
        for _ in range(times):
            self.document.stack.undo()
            self.at = max(self.at - 1, 0)
            self.the_project_is_the_one_expected()

    @rule(times=st.integers(1, 5))
    def redo(self, times: int) -> None:
        for _ in range(times):
            self.document.stack.redo()
            self.at = min(self.at + 1, len(self.states) - 1)
            self.the_project_is_the_one_expected()

    @rule()
    def save(self) -> None:
        write_project(self.folder / "p.nnp", ProjectFile(self.document.spec))
        self.document.mark_saved()
        self.clean, self.on_disk = self.at, self.document.spec

    @precondition(lambda self: self.on_disk is not None)
    @rule()
    def open(self) -> None:
        spec = read_project(self.folder / "p.nnp").spec
        assert spec == self.on_disk
        self._opened(spec)

    # ---- what must be so

    @invariant()
    def the_project_is_the_one_expected(self) -> None:
        assert self.document.spec == self.states[self.at]
        assert self.document.analysis.spec == self.document.spec

    @invariant()
    def what_can_be_undone_and_redone_is_known(self) -> None:
        stack = self.document.stack
        assert (stack.canUndo(), stack.canRedo()) == (self.at > 0, self.at < len(self.states) - 1)
        assert self.document.modified == (self.at != self.clean)

    @invariant()
    def it_reads_back_as_it_was_written(self) -> None:
        assert parse_recipe(to_toml(self.document.spec)) == self.document.spec

    # ---- within

    def _opened(self, spec: ProjectSpec) -> None:
        self.document.open(spec)
        self.states, self.merges, self.at, self.clean = [spec], [""], 0, 0

    def _edit(self, apply: Any, merge: str = "") -> None:
        """Carry out an edit, on the document and on the list."""
        before = self.states[self.at]
        try:
            after = apply(before)
        except (ValueError, IndexError):  # pydantic's ValidationError is a ValueError
            after = None
        told = len(self.refused)
        done = self.document.apply(Edit("Edit", apply, merge))
        if after is None:
            assert not done
            assert len(self.refused) == told + 1
            assert self.refused[-1]
            return
        assert done == (after != before)
        if not done:
            return
        if self.clean > self.at:
            self.clean = -1  # what was saved is on a branch that nothing leads to any more
        del self.states[self.at + 1 :], self.merges[self.at + 1 :]
        if merge and self.merges[self.at] == merge and self.clean != self.at:
            self.states[self.at] = after
            if after == self.states[self.at - 1]:  # dragged back to where it was
                self.at -= 1
                del self.states[self.at + 1 :], self.merges[self.at + 1 :]
        else:
            self.states.append(after)
            self.merges.append(merge)
            self.at += 1


@pytest.mark.usefixtures("qapp")
def test_nothing_is_lost_whatever_is_done_in_which_order(qapp: QApplication) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Machine,
        settings=settings(max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)),
    )
