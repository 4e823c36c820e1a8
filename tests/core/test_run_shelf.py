"""The folder of kept runs: what is put there comes back, limits hold, and nothing hostile in it does harm."""

from __future__ import annotations

import errno
import os
import uuid
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nnplayground.core import run_file
from nnplayground.core.edits import changed
from nnplayground.core.history import History
from nnplayground.core.kept_run import Best, KeptRun, best_numbers
from nnplayground.core.presets import default_project
from nnplayground.core.recipe import RecipeError
from nnplayground.core.run_shelf import RunShelf

WHEN = "2026-03-01T12:30:00+00:00"


def a_run(name: str = "Run 1", weights: bytes | None = b"weights", **more: object) -> KeptRun:
    return KeptRun(
        key=uuid.uuid4().hex, name=name, time=WHEN, spec=default_project(), last={"loss": 0.5}, best={"loss": Best(value=0.4, epoch=2)},
        history="epoch,loss\n1,0.5\n", weights=weights, **more,
    )  # fmt: skip


@pytest.fixture
def shelf(tmp_path: Path) -> RunShelf:
    return RunShelf(tmp_path / "runs")


def age(shelf: RunShelf, run: KeptRun, seconds: int) -> None:
    os.utime(shelf.folder / f"{run.key}.run", (1_000_000_000 - seconds, 1_000_000_000 - seconds))


def test_runs_come_back_without_what_is_large_and_whole_when_asked_for(shelf: RunShelf):
    one, two = a_run(), a_run("Zweiter", pinned=True, notes="schön")
    for number, run in enumerate((one, two)):
        shelf.put(run)
        age(shelf, run, -number)
    assert shelf.look().runs == (one.bare, two.bare)
    assert shelf.run(one.key) == one
    assert shelf.history(two.key) == two.history
    assert RunShelf(shelf.folder).look({one.key}).runs == (two.bare,)


def test_there_is_nothing_in_a_folder_that_is_not_there(shelf: RunShelf):
    assert shelf.look().runs == ()
    assert shelf.make_room() == ()
    shelf.forget()


def test_what_is_described_anew_keeps_its_weights_and_its_age(shelf: RunShelf):
    run = a_run()
    shelf.put(run)
    age(shelf, run, 500)
    shelf.describe(run.key, name="Wider", notes="64 units", pinned=True)
    assert shelf.run(run.key) == changed(run, name="Wider", notes="64 units", pinned=True)
    assert (shelf.folder / f"{run.key}.run").stat().st_mtime == 1_000_000_000 - 500


def test_the_oldest_go_when_there_are_too_many_but_no_pinned_ones(tmp_path: Path):
    shelf = RunShelf(tmp_path, most=2)
    runs = [a_run(f"Run {i}", pinned=i == 0) for i in range(4)]
    for i, run in enumerate(runs):
        shelf.put(run)
        age(shelf, run, 10 - i)
    assert shelf.make_room({runs[3].key}) == (runs[1].key, runs[2].key)
    assert [run.name for run in shelf.look().runs] == ["Run 0", "Run 3"]


def test_the_oldest_go_when_they_take_too_much_room(tmp_path: Path):
    shelf = RunShelf(tmp_path, most_bytes=250_000)
    runs = [a_run(f"Run {i}", os.urandom(100_000)) for i in range(3)]
    for i, run in enumerate(runs):
        shelf.put(run)
        age(shelf, run, 10 - i)
    assert shelf.make_room() == (runs[0].key,)


def test_weights_that_would_drive_out_all_others_are_not_kept(tmp_path: Path):
    shelf, run = RunShelf(tmp_path, most_bytes=1_000), a_run(weights=bytes(501))
    assert not shelf.put(run)
    assert shelf.run(run.key) == changed(run, weights=None)


def test_what_was_removed_is_brought_back_until_it_is_forgotten(shelf: RunShelf):
    run, other = a_run(), a_run()
    for kept in (run, other):
        shelf.put(kept)
    shelf.remove([run.key, other.key, uuid.uuid4().hex])
    assert shelf.look().runs == ()
    shelf.restore([run.key])
    assert shelf.look().runs == (run.bare,)
    shelf.forget()
    shelf.restore([other.key])
    assert [path.name for path in shelf.folder.iterdir()] == [f"{run.key}.run"]


def test_what_another_window_has_just_removed_stays_its_own(shelf: RunShelf):
    run = a_run()
    shelf.put(run)
    shelf.remove([run.key])
    other = RunShelf(shelf.folder)
    other.forget()
    shelf.restore([run.key])
    assert other.look().runs == (run.bare,)


def _zip(path: Path, entries: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({}, "no run.json"),
        ({"run.json": b"{"}, "not a valid JSON"),
        ({"run.json": b"{}"}, "expected the run's project"),
        ({"run.json": b'{"name": "x", "time": "now", "spec": {}}'}, "expected"),
        ({"run.json": b'{"spec": "x"}'}, "expected the run's project"),
        ({"run.json": b'{"history": "x", "spec": {}}'}, "files of their own"),
        ({"../run.json": b"{}"}, "points outside"),
        ({"run.json": bytes(30_000_000)}, "would grow"),
    ],
)
def test_broken_runs_are_put_aside_and_told(shelf: RunShelf, entries: dict[str, bytes], reason: str):
    good, key = a_run(), uuid.uuid4().hex
    shelf.put(good)
    _zip(shelf.folder / f"{key}.run", entries)
    found = shelf.look()
    assert found.runs == (good.bare,)
    assert len(found.broken) == 1
    assert f"{key}.run cannot be read and was put aside as {key}.run.broken" in found.broken[0]
    assert reason in found.broken[0]
    assert (shelf.folder / f"{key}.run.broken").exists()
    assert shelf.look().broken == ()


@pytest.mark.parametrize("content", [b"", b"PK", os.urandom(5000), b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_is_put_aside(shelf: RunShelf, content: bytes):
    shelf.put(good := a_run())
    (shelf.folder / f"{uuid.uuid4().hex}.run").write_bytes(content)
    found = shelf.look()
    assert (found.runs, len(found.broken)) == ((good.bare,), 1)


def test_truncated_files_are_put_aside_wherever_they_end(shelf: RunShelf):
    shelf.put(run := a_run())
    path = shelf.folder / f"{run.key}.run"
    whole = path.read_bytes()
    for end in range(0, len(whole) - 1, 61):
        path.write_bytes(whole[:end])
        found = shelf.look()
        assert (found.runs, len(found.broken)) == ((), 1)


def test_files_with_other_names_are_left_alone(shelf: RunShelf):
    shelf.put(a_run())
    for name in ("notes.txt", "x.run", f"{'A' * 32}.run", f"{uuid.uuid4().hex}.run.broken"):
        (shelf.folder / name).write_bytes(b"mine")
    (shelf.folder / f"{uuid.uuid4().hex}.run").mkdir()
    before = sorted(path.name for path in shelf.folder.iterdir())
    assert len(shelf.look().runs) == 1
    assert sorted(path.name for path in shelf.folder.iterdir()) == before


def test_a_key_that_would_point_elsewhere_is_refused(shelf: RunShelf):
    with pytest.raises(ValueError, match="32 hexadecimal"):
        shelf.run("../secret")


def test_a_run_is_known_by_the_name_of_its_file(shelf: RunShelf):
    shelf.put(run := a_run())
    copy = uuid.uuid4().hex
    (shelf.folder / f"{copy}.run").write_bytes((shelf.folder / f"{run.key}.run").read_bytes())
    assert {found.key for found in shelf.look().runs} == {run.key, copy}


def test_a_full_disk_leaves_what_was_there(shelf: RunShelf, monkeypatch: pytest.MonkeyPatch):
    shelf.put(run := a_run())

    def full(*_args: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(run_file.zipfile.ZipFile, "writestr", full)
    with pytest.raises(OSError, match="No space"):
        shelf.put(changed(run, weights=b"others"))
    monkeypatch.undo()
    assert shelf.run(run.key) == run
    assert len(list(shelf.folder.iterdir())) == 1


def test_a_run_that_another_window_deleted_is_said_to_be_gone(shelf: RunShelf):
    with pytest.raises(RecipeError, match="cannot be read"):
        shelf.run(uuid.uuid4().hex)


def test_best_numbers_are_the_least_losses_and_the_greatest_accuracies():
    history = History()
    history.append({"loss": [3, 1, 2], "accuracy": [0.1, 0.9, 0.2], "val_loss": [np.nan] * 3, "learning_rate": [1, 1, 1]}, 1)
    assert best_numbers(history) == {"loss": Best(value=1.0, epoch=2), "accuracy": Best(value=0.9, epoch=2)}


def test_a_run_of_before_there_were_keys_is_the_same_wherever_it_is_kept():
    old = changed(a_run(), key="")
    assert old.identity == changed(old, notes="later", pinned=True).identity
    assert old.identity != changed(old, seconds=2.0).identity
    assert changed(old, key="ab" * 16).identity == "ab" * 16
