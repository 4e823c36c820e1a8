"""A save that ends midway, by kill -9, a full disk or a folder that is read-only, leaves the old project or the new one whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nnplayground.core import project_file
from nnplayground.core.project_file import ProjectFile, read_project, write_project
from tests.core import killing

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(os.name != "posix", reason="needs fork and kill -9")
FULL = """
import resource, sys
from pathlib import Path
from nnplayground.core.project_file import write_project
from tests.core.killing import NEW
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    write_project(Path(sys.argv[1]), NEW)
except OSError as error:
    print(error.strerror)
"""


def answer(*command: str) -> str:
    result = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
                            env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    if "may not be traced" in result.stderr:
        pytest.skip("processes may not be traced here")
    assert result.returncode == 0, result.stderr
    return result.stdout


def killed(kind: str, folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer("-m", "tests.core.killing", kind, str(folder)))
    return found


@posix
@pytest.mark.skipif(sys.platform != "linux", reason="traces system calls")
def test_a_saver_killed_at_every_system_call(tmp_path: Path):
    outcome = killed("calls", tmp_path)
    assert outcome["killed"] > 40  # before and after each of at least 20 calls
    assert set(outcome["found"]) == {"old", "new"}
    assert (outcome["litter"], outcome["left"]) == (1, ["p.nnp"])


@posix
def test_savers_killed_at_random_moments(tmp_path: Path):
    outcome = killed("moments", tmp_path)
    assert outcome["killed"] == killing.MOMENTS
    assert set(outcome["found"]) == {"old", "new"}
    assert outcome["litter"] <= 1  # what one has left is removed by the next
    assert outcome["left"] == ["p.nnp"]


@posix
@pytest.mark.parametrize("room", [0, 100, 3_000])
def test_a_disk_that_is_full_after_some_bytes(tmp_path: Path, room: int):
    path = tmp_path / "p.nnp"
    write_project(path, killing.OLD)
    assert answer("-c", FULL, str(path), str(room)).strip() == "File too large"
    assert read_project(path) == killing.OLD
    assert [p.name for p in tmp_path.iterdir()] == ["p.nnp"]


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder that this process may read and not write to; root must become somebody else for that."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder / "p.nnp", killing.OLD)
        user = os.geteuid()
        folder.chmod(0o555)
        if user == 0:
            os.seteuid(65_534)
        yield folder
        os.seteuid(user)
        folder.chmod(0o755)


@posix
def test_a_folder_that_is_read_only(read_only: Path):
    for path in (read_only / "p.nnp", read_only / "other.nnp"):
        with pytest.raises(OSError, match=r"Permission denied|write-protected"):
            write_project(path, killing.NEW)
    assert read_project(read_only / "p.nnp") == killing.OLD
    assert [p.name for p in read_only.iterdir()] == ["p.nnp"]


def test_a_network_that_no_file_holds_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "p.nnp"
    write_project(path, killing.OLD)
    monkeypatch.setitem(project_file.MAX_ENTRY_BYTES, project_file.WEIGHTS, 10)
    with pytest.raises(OSError, match="too large for a project file"):
        write_project(path, ProjectFile(killing.OLD.spec, bytes(11)))
    monkeypatch.undo()
    assert read_project(path) == killing.OLD
