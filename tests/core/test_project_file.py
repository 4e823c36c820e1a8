"""Project files: what is kept comes back, and hostile or broken ones are refused with a sentence."""

from __future__ import annotations

import errno
import io
import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnplayground.core.edits import changed
from nnplayground.core.presets import default_project
from nnplayground.core.project_file import HISTORY, MAX_ENTRIES, NOTES, SPEC, STATE, WEIGHTS, ProjectFile, read_project, write_project
from nnplayground.core.recipe import RecipeError, to_json
from tests.core.strategies import projects

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


BOMB = ("runs/old.bin", bytes(50_000_000))
HOSTILE: dict[str, tuple[list[tuple[str, bytes]], str]] = {
    "a way out": ([(SPEC, RECIPE), ("../evil", b"x")], "outside"),
    "a way out, deeper": ([(SPEC, RECIPE), ("runs/../../evil", b"x")], "outside"),
    "an absolute name": ([(SPEC, RECIPE), ("/etc/passwd", b"x")], "outside"),
    "a Windows drive": ([(SPEC, RECIPE), ("C:evil", b"x")], "outside"),
    "a Windows way out": ([(SPEC, RECIPE), ("..\\evil", b"x")], "outside"),
    "a bomb": ([(SPEC, RECIPE), BOMB], "50,000,000 bytes"),
    "a recipe of many bytes": ([(SPEC, b" " * 30_000_000 + RECIPE)], "30,0"),
    "too many entries": ([(SPEC, RECIPE), *((f"runs/{i}", b"") for i in range(MAX_ENTRIES))], "at most 1000 entries"),
    "no recipe": ([("readme.txt", b"hello")], "no project.json"),
    "an empty zip": ([], "no project.json"),
    "a recipe that is none": ([(SPEC, b"[]")], "TOML"),
    "a recipe that is cut off": ([(SPEC, RECIPE[:-9])], "JSON"),
    "a recipe that is bytes": ([(SPEC, bytes(range(200)))], "UTF-8"),
    "a wrong value": ([(SPEC, RECIPE.replace(b'"units": 2', b'"units": -2'))], "layers[1].units: expected at least 1; found -2"),
    "a wrong key": ([(SPEC, RECIPE.replace(b'"epochs"', b'"epocs"'))], "training.epocs: unknown key 'epocs'"),
    "a newer format": ([(SPEC, RECIPE.replace(b'"format": 1', b'"format": 2'))], "newer nnplayground"),
    "notes that are bytes": ([(SPEC, RECIPE), (NOTES, b"\xff\xfe")], "not a whole project"),
    "a history that is bytes": ([(SPEC, RECIPE), (HISTORY, b"\xff\xfe")], "not a whole project"),
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

    assert "not a whole project file" in refusal(path, damaged_header(packed([(SPEC, RECIPE)]), encrypt))


def test_an_entry_that_claims_to_be_elsewhere(path: Path):
    def move(content: bytearray, start: int) -> None:
        struct.pack_into("<I", content, start + 42, 0x7FFFFFFF)

    assert "project file" in refusal(path, damaged_header(packed([(SPEC, RECIPE)]), move))


def test_an_entry_that_claims_another_size(path: Path):
    def shrink(content: bytearray, start: int) -> None:
        struct.pack_into("<I", content, start + 24, 10)

    assert "not a whole project file" in refusal(path, damaged_header(packed([(SPEC, RECIPE)]), shrink))


def test_a_file_cut_off_anywhere(path: Path):
    write_project(path, PROJECT)
    whole = path.read_bytes()
    for length in range(0, len(whole) - 1, 7):
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
