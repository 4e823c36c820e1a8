from __future__ import annotations

from pathlib import Path

import pytest

from nnplayground.core import resources
from nnplayground.core.resources import resource


def test_a_checkouts_files_are_found_beside_the_package():
    assert resource("samples", "mnist.npz").is_file()
    assert resource("samples").is_dir()


def test_a_wheels_files_are_found_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "resources" / "icons").mkdir(parents=True)
    (tmp_path / "resources" / "icons" / "only-here.svg").write_text("<svg/>")
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    assert resource("icons", "only-here.svg").read_text() == "<svg/>"


def test_what_is_missing_is_named():
    with pytest.raises(FileNotFoundError, match=r"expected resources/samples/none.npz"):
        resource("samples", "none.npz")
