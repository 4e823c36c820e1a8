from __future__ import annotations

import random
from pathlib import Path

import h5py
import numpy as np
import pytest

from nnplayground.core import hdf5
from nnplayground.core.hdf5 import Reader, unreadable


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
    (tmp_path / "loop.py").write_text("print('ready', flush=True)\nwhile True:\n    pass\n")
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
    with Reader(seconds=10.0) as reader:
        for _ in range(50):
            content = bytearray(whole)
            for _ in range(20):
                content[dice.randrange(len(content))] = dice.randrange(256)
            (tmp_path / "b.h5").write_bytes(content)
            answers.add(reader.unreadable(tmp_path / "b.h5"))
        assert reader.unreadable(make(tmp_path / "m.h5")) == ""
    assert len(answers) > 3, answers


def test_one_process_reads_file_after_file_and_is_begun_anew_when_one_took_it_along(tmp_path: Path):
    path = make(tmp_path / "m.h5")
    with Reader() as reader:
        assert [reader.unreadable(path) for _ in range(2)] == ["", ""]
        first = reader._process
        assert first is not None
        first.kill()
        first.wait()
        assert reader.unreadable(path) == "it is damaged"  # as it seems: who sent the process there cannot be told
        assert reader.unreadable(path) == ""
        assert reader._process is not first


def test_arrays_that_would_fill_the_memory_are_not_read(tmp_path: Path):
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("kernel", shape=(10**6, 10**6), chunks=(100, 100), dtype="f4")
    assert unreadable(path) == "it claims that kernel has 4,000,000,000,000 bytes; expected at most 2,000,000,000"
