"""Project files: what is kept comes back, and hostile or broken ones are refused with a sentence."""

from __future__ import annotations

import errno
import io
import json
import math
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnplayground.core.archive import MAX_ENTRIES
from nnplayground.core.edits import change_data, changed
from nnplayground.core.kept_run import MAX_RUNS, KeptRun, told
from nnplayground.core.own_data import OwnPoints
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import (
    HISTORY,
    NOTES,
    PNG,
    SPEC,
    STATE,
    THUMBNAIL,
    WEIGHTS,
    ProjectFile,
    read_project,
    write_project,
)
from nnplayground.core.recipe import RecipeError, to_json
from tests.core.strategies import projects

LAST = {"loss": 0.5, "val_loss": math.nan}
RUNS = tuple(
    KeptRun(
        name=f"Run {i}", time="2026-03-01T12:30:00+00:00", spec=change_data(default_project(), noise=i / 10), last=told(LAST), seconds=1.5,
        parameters=25, notes="Länger", pinned=bool(i), history="epoch,loss\n1,0.5\n", weights=b"weights" if i else None,
    )
    for i in range(2)
)  # fmt: skip
PROJECT = ProjectFile(changed(default_project(), notes="Länger\nals eine Zeile"), b"weights" * 50, b"\0state" * 50, "epoch,loss\n1,0.5\n")
RECIPE = to_json(default_project()).encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "p.nnp"


def packed(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(RecipeError) as caught:
        read_project(path)
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value)


RUN = st.builds(
    KeptRun, name=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=9), time=st.datetimes(timezones=st.just(UTC)).map(
        lambda time: time.isoformat()), spec=projects, seconds=st.floats(0, 1e9), parameters=st.integers(0, 10**12), pinned=st.booleans(),
    last=st.dictionaries(st.sampled_from(["loss", "val_loss"]), st.floats(allow_nan=False, allow_infinity=False) | st.none()),
    notes=st.text(st.characters(exclude_categories=("Cs",)), max_size=30), history=st.just("epoch,loss\n"),
    weights=st.binary(max_size=9) | st.none(),
)  # fmt: skip


@given(st.lists(RUN, max_size=2).map(tuple), st.binary(max_size=9).map(lambda content: PNG + content) | st.none())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_kept_runs_and_the_picture_come_back(path: Path, runs: tuple[KeptRun, ...], thumbnail: bytes | None):
    project = ProjectFile(default_project(), runs=runs, thumbnail=thumbnail)
    write_project(path, project)
    assert read_project(path) == project


def test_a_number_that_is_none_is_kept_as_such():
    assert RUNS[0].last == {"loss": 0.5, "val_loss": None}


def test_kept_runs_survive_overrides(path: Path):
    write_project(path, replace(PROJECT, runs=RUNS))
    assert read_project(path, ["seed=1"]).runs == RUNS


def test_a_file_of_before_there_were_runs_is_opened(path: Path):
    path.write_bytes(packed([(SPEC, RECIPE), (HISTORY, b"epoch,loss\n1,0.5\n")]))
    assert read_project(path) == ProjectFile(default_project(), history="epoch,loss\n1,0.5\n")


def test_entries_of_other_programs_are_left_alone(path: Path):
    path.write_bytes(packed([(SPEC, RECIPE), ("__MACOSX/x", b"y"), ("runs/readme.txt", b"z")]))
    assert read_project(path) == ProjectFile(default_project())


def test_notes_of_the_text_file_count(path: Path):
    both = json.dumps({**json.loads(RECIPE), "notes": "in the recipe"}).encode()
    path.write_bytes(packed([(SPEC, both)]))
    assert read_project(path).spec.notes == "in the recipe"
    path.write_bytes(packed([(SPEC, both), (NOTES, b"edited elsewhere")]))
    assert read_project(path).spec.notes == "edited elsewhere"


def test_what_shrinks_like_a_bomb_is_read_again(path: Path):
    points = OwnPoints(name="points", points=((0.0, 0.0, 0.0),) * 10_000)
    same = ProjectFile(changed(default_project(), data=points), history="epoch,loss\n" + "1,1\n" * 1_000_000)
    write_project(path, same)
    assert read_project(path) == same


@pytest.mark.parametrize(
    ("project", "words"),
    [
        (ProjectFile(default_project(), runs=RUNS[:1] * (MAX_RUNS + 1)), "201 kept runs, and a project file holds at most 200"),
        (ProjectFile(default_project(), thumbnail=bytes(1_000_001)), "thumbnail.png is too large for a project file"),
    ],
    ids=["runs", "picture"],
)
def test_what_could_not_be_read_again_is_not_written(path: Path, project: ProjectFile, words: str):
    write_project(path, PROJECT)
    with pytest.raises(OSError, match=words):
        write_project(path, project)
    assert read_project(path) == PROJECT


@given(projects, st.binary(max_size=50) | st.none(), st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_comes_back(path: Path, spec, binary, text):
    project = ProjectFile(spec, binary, binary, text)
    write_project(path, project)
    assert read_project(path) == project


@pytest.mark.parametrize("ending", [".toml", ".json", ".TOML", ".JSON"])
def test_a_recipe_keeps_the_project_without_its_weights(tmp_path: Path, ending: str):
    write_project(tmp_path / f"r{ending}", PROJECT)
    assert read_project(tmp_path / f"r{ending}") == ProjectFile(PROJECT.spec)


def test_overrides_reach_into_a_project(path: Path):
    write_project(path, PROJECT)
    assert read_project(path, ["training.epochs=3"]).spec.training.epochs == 3
    with pytest.raises(RecipeError, match=r"training\.epochs"):
        read_project(path, ["training.epochs=x"])


def test_others_can_read_what_is_inside(path: Path):
    write_project(path, PROJECT)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [SPEC, NOTES, WEIGHTS, STATE, HISTORY]
        recipe = json.loads(archive.read(SPEC))
        assert recipe["format"] == 1
        assert recipe["versions"]["nnplayground"]
        assert archive.read(NOTES).decode() == PROJECT.spec.notes
        assert archive.read(HISTORY) == b"epoch,loss\n1,0.5\n"


def test_weights_that_are_all_zero_are_no_bomb(path: Path):
    zeros = ProjectFile(default_project(), bytes(5_000_000), bytes(5_000_000))
    write_project(path, zeros)
    assert read_project(path) == zeros


def a_run(**changes: object) -> bytes:
    """A run's description, some of it changed."""
    plain = {"name": "A", "time": "2026-03-01T12:30:00+00:00", **changes}
    return json.dumps({**plain, "spec": {**json.loads(RECIPE), **plain.get("spec", {})}}).encode()


BOMB = ("runs/old.bin", bytes(50_000_000))
HOSTILE: dict[str, tuple[list[tuple[str, bytes]], str]] = {
    "a way out": ([(SPEC, RECIPE), ("../evil", b"x")], "outside"),
    "a way out, deeper": ([(SPEC, RECIPE), ("runs/../../evil", b"x")], "outside"),
    "an absolute name": ([(SPEC, RECIPE), ("/etc/passwd", b"x")], "outside"),
    "a Windows drive": ([(SPEC, RECIPE), ("C:evil", b"x")], "outside"),
    "a Windows way out": ([(SPEC, RECIPE), ("..\\evil", b"x")], "outside"),
    "a bomb": ([(SPEC, RECIPE), BOMB], "50,000,000 bytes"),
    "a recipe of many bytes": ([(SPEC, b" " * 30_000_000 + RECIPE)], "30,0"),
    "too many entries": ([(SPEC, RECIPE), *((f"runs/{i}", b"") for i in range(MAX_ENTRIES))], "at most 1,000 entries"),
    "no recipe": ([("readme.txt", b"hello")], "no project.json"),
    "an empty zip": ([], "no project.json"),
    "a recipe that is none": ([(SPEC, b"[]")], "TOML"),
    "a recipe that is cut off": ([(SPEC, RECIPE[:-9])], "JSON"),
    "a recipe that is bytes": ([(SPEC, bytes(range(200)))], "UTF-8"),
    "a wrong value": ([(SPEC, RECIPE.replace(b'"units": 2', b'"units": -2'))], "layers[1].units: expected at least 1; found -2"),
    "a wrong key": ([(SPEC, RECIPE.replace(b'"epochs"', b'"epocs"'))], "training.epocs: unknown key 'epocs'"),
    "a newer format": ([(SPEC, RECIPE.replace(b'"format": 1', b'"format": 2'))], "newer nnplayground"),
    "notes that are bytes": ([(SPEC, RECIPE), (NOTES, b"\xff\xfe")], "notes.md: expected UTF-8 text; found byte 0xff at 0"),
    "a history that is bytes": ([(SPEC, RECIPE), (HISTORY, b"\xff\xfe")], "history.csv: expected UTF-8 text"),
    "a picture that is none": ([(SPEC, RECIPE), (THUMBNAIL, b"<svg/>")], "thumbnail.png: expected a PNG"),
    "a picture without end": ([(SPEC, RECIPE), (THUMBNAIL, os.urandom(1_100_000))], "thumbnail.png: expected at most 1,000,000"),
    "many layers": ([(SPEC, RECIPE.replace(b'"layers": [', b'"layers": [' + 200 * b'"Flatten",'))], "layers: expected a list of at most"),
    "half a character": ([(SPEC, RECIPE.replace(b'"circle"', b'"\\ud800"'))], "half of one"),
    "nested without end": ([(SPEC, b'{"format": 1, "data": ' + 5_000 * b"[")], "nested"),
    "a number without end": ([(SPEC, b'{"format": 1' + 10_000 * b"0" + b"}")], "digits"),
    "a run that is none": ([(SPEC, RECIPE), ("runs/0001/run.json", b"[]")], "runs/0001/run.json"),
    "a run without a project": ([(SPEC, RECIPE), ("runs/0001/run.json", b'{"name": "a"}')], "runs/0001/run.json: spec: expected"),
    "a run of a newer format": ([(SPEC, RECIPE), ("runs/0001/run.json", a_run(spec={"format": 2}))], "runs/0001/run.json: format: "),
    "a run at no time": ([(SPEC, RECIPE), ("runs/0001/run.json", a_run(time="noon"))], "expected a time such as"),
    "a run of negative length": ([(SPEC, RECIPE), ("runs/0001/run.json", a_run(seconds=-1.0))], "seconds: expected at least 0"),
    "a run with a key too many": ([(SPEC, RECIPE), ("runs/0001/run.json", a_run(colour="red"))], "unknown key 'colour'"),
    "a run that brings its weights as text": ([(SPEC, RECIPE), ("runs/0001/run.json", a_run(weights="x"))], "files of their own"),
    "many runs": ([(SPEC, RECIPE), *((f"runs/{i:04}/run.json", a_run()) for i in range(MAX_RUNS + 1))], "at most 200 kept runs"),
    "notes without end": ([(SPEC, RECIPE), (NOTES, os.urandom(1_100_000))], "notes.md: expected at most 1,000,000"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_is_refused(path: Path, case: str):
    entries, word = HOSTILE[case]
    assert word in refusal(path, packed(entries))
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_two_entries_of_one_name(path: Path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = packed([(SPEC, RECIPE), (SPEC, RECIPE)])
    assert "one name" in refusal(path, content)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packed_in_another_way(path: Path, method: int):
    assert "packed in a way" in refusal(path, packed([(SPEC, RECIPE)], method))


def damaged_header(content: bytes, change: Callable[[bytearray, int], None]) -> bytes:
    """`change` gets the bytes and where the central directory's first entry begins."""
    damaged = bytearray(content)
    change(damaged, content.index(b"PK\x01\x02"))
    return bytes(damaged)


def test_an_encrypted_entry(path: Path):
    def encrypt(content: bytearray, start: int) -> None:
        content[start + 8] |= 1
        content[6] |= 1

    assert "is encrypted" in refusal(path, damaged_header(packed([(SPEC, RECIPE)]), encrypt))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFBLK])
def test_a_link_or_a_device(path: Path, kind: int):
    def become(content: bytearray, start: int) -> None:
        struct.pack_into("<I", content, start + 38, (kind | 0o777) << 16)

    assert "a link or a device" in refusal(path, damaged_header(packed([(SPEC, RECIPE)]), become))


def test_a_bomb_that_lies_about_its_size(path: Path):
    def lie(content: bytearray, start: int) -> None:
        struct.pack_into("<I", content, start + 20, 0x7FFFFFFF)

    assert "more bytes than the file has" in refusal(path, damaged_header(packed([BOMB, (SPEC, RECIPE)]), lie))


def test_a_bomb_within_a_bomb_is_never_opened(path: Path):
    inner = packed([BOMB])
    path.write_bytes(packed([(SPEC, RECIPE), ("runs/old.zip", inner)]))
    assert read_project(path) == ProjectFile(default_project())


@pytest.mark.parametrize("comment", [b"", b"made by hand"])
def test_a_list_of_entries_without_end_is_not_even_read(path: Path, comment: bytes):
    content = packed([(SPEC, RECIPE)])
    entry = content[content.index(b"PK\x01\x02") : content.index(b"PK\x05\x06")]
    start, many = content.index(b"PK\x01\x02"), entry * 100_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(many), start, len(comment)) + comment
    assert "its list of entries alone" in refusal(path, content[:start] + many + end)


def test_an_entry_that_claims_to_be_elsewhere(path: Path):
    def move(content: bytearray, start: int) -> None:
        struct.pack_into("<I", content, start + 42, 0x7FFFFFFF)

    assert "project file" in refusal(path, damaged_header(packed([(SPEC, RECIPE)]), move))


def test_an_entry_that_claims_another_size(path: Path):
    def shrink(content: bytearray, start: int) -> None:
        struct.pack_into("<I", content, start + 24, 10)

    assert "not a whole project file" in refusal(path, damaged_header(packed([(SPEC, RECIPE)]), shrink))


def test_a_file_cut_off_anywhere(path: Path):
    write_project(path, replace(PROJECT, runs=RUNS, thumbnail=PNG))
    whole = path.read_bytes()
    assert len(whole) // 100 > 7
    for length in range(0, len(whole) - 1, 7):  # closer together than every hundredth
        assert refusal(path, whole[:length])


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6), st.booleans())
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_some_bytes_changed(path: Path, changes: list[tuple[int, int]], at_the_end: bool):
    """Either it is refused, or what was changed did not matter to the recipe: every entry has a checksum."""
    content = bytearray(MUTABLE)
    for place, value in changes:
        content[-1 - place % 200 if at_the_end else place % len(content)] = value
    path.write_bytes(content)
    try:
        project = read_project(path)
    except RecipeError as error:
        sentence = str(error)
    else:
        assert project.spec in (PROJECT.spec, changed(PROJECT.spec, notes=""))
        return
    assert sentence.startswith(f"{path}: ")


def _mutable() -> bytes:
    """Small, so that changed bytes hit something."""
    return packed([(SPEC, RECIPE), (NOTES, PROJECT.spec.notes.encode()), (WEIGHTS, b"w"), (STATE, b"s"), (HISTORY, b"epoch\n")])


MUTABLE = _mutable()


def test_what_is_no_file(tmp_path: Path):
    folder = tmp_path / "folder.nnp"
    folder.mkdir()
    for path in (folder, tmp_path / "nowhere.nnp"):
        with pytest.raises(RecipeError, match="cannot be read"):
            read_project(path)
    with (tmp_path / "huge.nnp").open("wb") as file:
        file.truncate(3_000_000_000)
    with pytest.raises(RecipeError, match="at most 2,000,000,000 bytes"):
        read_project(tmp_path / "huge.nnp")


@pytest.mark.parametrize("name", ["p.nnp", "r.toml"])
def test_a_full_disk_leaves_the_old_project_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    path = tmp_path / name
    write_project(path, PROJECT)
    before, kept = path.read_bytes(), read_project(path)

    def half(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="No space left"):
        write_project(path, ProjectFile(default_project()))
    assert path.read_bytes() == before
    assert read_project(path) == kept
    assert [p.name for p in tmp_path.iterdir()] == [name]
