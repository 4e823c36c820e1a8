from __future__ import annotations

import random
from pathlib import Path

import h5py
import numpy as np
import pytest

from nnplayground.core import hdf5
from nnplayground.core.hdf5 import unreadable


def make(path: Path) -> Path:
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = ["a", "b"]
        file.create_group("a").create_dataset("kernel", data=np.ones((3, 4)))
    return path


def test_a_whole_file_can_be_read_and_half_a_file_cannot(tmp_path: Path):
    path = make(tmp_path / "m.h5")
    assert unreadable(path) == ""
    path.write_bytes(path.read_bytes()[:600])
    assert "truncated" in unreadable(path)
    path.write_bytes(b"no HDF5")
    assert "Unable to" in unreadable(path)
    assert unreadable(tmp_path / "gone.h5") == "there is no such file"


def test_a_file_that_is_never_read_to_its_end_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As the library reads some broken files for ever: here a process that does the same."""
    (tmp_path / "loop.py").write_text("while True:\n    pass\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(hdf5, "__name__", "loop")
    assert "does not come to an end within 1 seconds" in unreadable(make(tmp_path / "m.h5"), seconds=1.0)


def test_a_file_that_takes_the_process_with_it_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "crash.py").write_text("import os\nos.abort()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(hdf5, "__name__", "crash")
    assert unreadable(make(tmp_path / "m.h5")) == "it is damaged"


def test_mutated_files_are_answered(tmp_path: Path):
    whole, dice = make(tmp_path / "m.h5").read_bytes(), random.Random(3)
    answers = set()
    for _ in range(12):
        content = bytearray(whole)
        for _ in range(20):
            content[dice.randrange(len(content))] = dice.randrange(256)
        (tmp_path / "b.h5").write_bytes(content)
        answers.add(unreadable(tmp_path / "b.h5", seconds=10.0))
    assert len(answers) > 1
