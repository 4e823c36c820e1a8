"""Files are there whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nnplayground.core import atomic
from nnplayground.core.atomic import FORGOTTEN, replacing, write_bytes


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_the_folders_above_it(tmp_path: Path):
    write_bytes(tmp_path / "a" / "b" / "c.txt", b"new")
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == b"new"
    assert names(tmp_path / "a" / "b") == ["c.txt"]


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path):
    path = tmp_path / "m.weights.h5"
    path.write_bytes(b"old")
    with replacing(path) as temporary:
        temporary.write_bytes(b"half")
        assert path.read_bytes() == b"old"
        assert temporary.parent == tmp_path
        assert temporary.name.endswith(".weights.h5")
    assert path.read_bytes() == b"half"
    assert names(tmp_path) == ["m.weights.h5"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), ValueError("x")], ids=repr)
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: BaseException):
    path = tmp_path / "p.nnp"
    path.write_bytes(b"old")

    def fail() -> None:
        with replacing(path) as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["p.nnp"]


def test_a_full_disk_while_flushing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "f").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_bytes(tmp_path / "f", b"new")
    assert (tmp_path / "f").read_bytes() == b"old"
    assert names(tmp_path) == ["f"]


def test_a_block_that_writes_nothing_is_an_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "f"):
        pass
    assert names(tmp_path) == []


def test_a_name_as_long_as_a_name_may_be(tmp_path: Path):
    path = tmp_path / ("ä" * 120 + ".weights.h5")
    write_bytes(path, b"x")
    assert path.read_bytes() == b"x"


def test_a_file_where_a_folder_should_be(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(OSError, match="file"):
        write_bytes(tmp_path / "file" / "a" / "b", b"y")
    assert (tmp_path / "file").read_bytes() == b"x"


def left_behind(folder: Path, process: int, *, machine: str = "") -> Path:
    """What a saver of `p.nnp` leaves that dies midway."""
    path = folder / f".{machine or atomic._machine()}-{process}-0123abcd-p.nnp"
    path.write_bytes(b"half")
    return path


@pytest.fixture
def dead() -> int:
    """The number of a process that is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.mark.skipif(os.name == "nt", reason="asks for processes")
def test_what_a_dead_process_left_is_removed_by_the_next_save(tmp_path: Path, dead: int):
    left_behind(tmp_path, dead)
    others = {left_behind(tmp_path, dead, machine="00000000"), left_behind(tmp_path, os.getpid())}  # they may still write
    other_file = tmp_path / f".{atomic._machine()}-{dead}-0123abcd-q.nnp"
    other_file.write_bytes(b"half")
    write_bytes(tmp_path / "p.nnp", b"new")
    assert {*tmp_path.iterdir()} == {tmp_path / "p.nnp", other_file, *others}


def test_what_nobody_has_touched_for_a_day_is_removed(tmp_path: Path):
    path = left_behind(tmp_path, 1, machine="00000000")
    before = time.time() - FORGOTTEN - 60
    os.utime(path, (before, before))
    write_bytes(tmp_path / "p.nnp", b"new")
    assert names(tmp_path) == ["p.nnp"]


@pytest.mark.skipif(os.name == "nt", reason="has other rights and links")
def test_who_may_read_a_file_stays_as_it_was(tmp_path: Path):
    path = tmp_path / "p.nnp"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_bytes(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)


@pytest.mark.skipif(os.name == "nt", reason="has other rights and links")
def test_a_link_stays_a_link(tmp_path: Path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "p.nnp"
    link.symlink_to(tmp_path / "real" / "p.nnp")
    for content in (b"first", b"second"):
        write_bytes(link, content)
        assert (link.is_symlink(), (tmp_path / "real" / "p.nnp").read_bytes()) == (True, content)


def test_a_write_protected_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "p.nnp").write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)  # root may write to everything
    with pytest.raises(PermissionError, match="write-protected"):
        write_bytes(tmp_path / "p.nnp", b"new")
    assert (tmp_path / "p.nnp").read_bytes() == b"old"


def test_a_file_system_that_cannot_flush_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    flush = os.fsync
    flushed: list[bool] = []

    def only_files(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        flushed.append(is_folder)
        if is_folder:
            raise OSError(errno.EINVAL, "Invalid argument")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    write_bytes(tmp_path / "f", b"new")
    assert ((tmp_path / "f").read_bytes(), flushed) == (b"new", [False, True] if os.name == "posix" else [False])
