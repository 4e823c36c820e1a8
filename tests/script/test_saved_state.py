"""A saved run that was damaged is refused with a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplayground.core.project_file import read_project, write_project
from nnplayground.engine.backend import EngineError
from nnplayground.engine.events import RunState
from nnplayground.engine.saved_scaling import OTHER_SCALING
from nnplayground.engine.state import dump_state, load_state
from tests.script.conftest import XOR

STATE = dump_state(RunState(3, (np.zeros((4, 3)),), (np.ones(2),)))


@given(st.lists(st.tuples(st.integers(0, len(STATE) - 1), st.integers(0, 255)), min_size=1, max_size=4), st.integers(0, len(STATE)))
@settings(max_examples=400, deadline=None)
def test_damaged_bytes(changes: list[tuple[int, int]], length: int):
    content = bytearray(STATE)
    for place, value in changes:
        content[place] = value
    for damaged in (bytes(content), STATE[:length]):
        try:
            state = load_state(damaged)
        except EngineError as error:
            sentence = str(error)
        else:
            assert state.epoch >= 0
            continue
        assert sentence.startswith("The saved ")


@pytest.mark.parametrize(("changes", "word"), [
    ({"state": b"nonsense"}, "cannot be read"),
    ({"history": "no,history\n1,2\n"}, "history"),
    ({"history": "epoch,loss\n" + "".join(f"{i},1\n" for i in range(1, 9))}, "8 epochs"),
    ({"state": STATE}, "do not fit this network"),
])  # fmt: skip
def test_a_project_whose_run_was_damaged(command, recipe, tmp_path: Path, changes: dict[str, object], word: str):
    command("--script", recipe('[output]\nproject = "p.nnp"\n'), "--out", str(tmp_path))
    path = tmp_path / "p.nnp"
    write_project(path, replace(read_project(path), **changes))
    done = command("--script", str(path))
    assert done.code == 2
    assert word in done.err
    assert done.err.count("\n") == 1


def test_a_project_that_keeps_no_more_than_weights(command, recipe, tmp_path: Path):
    first = command("--script", recipe('[output]\nproject = "p.nnp"\n'), "--json", "--out", str(tmp_path)).result
    write_project(tmp_path / "p.nnp", replace(read_project(tmp_path / "p.nnp"), state=None))
    done = command("--script", str(tmp_path / "p.nnp"), "--evaluate-only", "--json")
    assert done.result["test"] == first["test"]
    assert done.result["epochs"] == 0


def test_a_saved_run_keeps_its_scaling_though_the_data_is_other_now(command, recipe, tmp_path: Path):
    scaled = XOR.replace('name = "xor"\n[[', 'name = "xor"\nscaling = "standard"\n[[')
    first = command("--script", recipe('[output]\nproject = "p.nnp"\n', base=scaled), "--json", "--out", str(tmp_path)).result
    path = tmp_path / "p.nnp"
    again = command("--script", str(path), "--evaluate-only", "--json")
    assert again.result["test"] == first["test"]
    assert OTHER_SCALING not in again.err
    project = read_project(path)
    state = load_state(project.state)
    scale, offset, *target = state.scaling
    np.testing.assert_allclose((scale, offset), ((2, 2), (-1, -1)))
    write_project(path, replace(project, state=dump_state(replace(state, scaling=(scale * 3, offset, *target)))))
    other = command("--script", str(path), "--evaluate-only", "--json")
    assert OTHER_SCALING in other.err
    assert other.result["test"]["loss"] != first["test"]["loss"]
