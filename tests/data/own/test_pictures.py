"""Pictures in folders: what is found, how each kind of file is read, and what a folder that is no such folder says."""

from __future__ import annotations

import os
import struct
import threading
import zlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data.own.making import COLOURS, picture, pictures
from PIL import Image

from nnplayground.core.losses import Task
from nnplayground.core.own_data import OwnImages
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset
from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.data.own import picture_folder
from nnplayground.data.own import pictures as own
from nnplayground.data.own.picture_reading import Unreadable, attempt, header
from nnplayground.data.registry import facts, load
from nnplayground.data.source_code import data_code
from nnplayground.data.store import Store
from nnplayground.data.transfer import Transfer


def spec_of(root: Path, **settings: Any) -> OwnImages:
    return OwnImages.model_validate({"name": "images", "path": str(root), "height": 8, "width": 10, "color": "rgb", **settings})


def loaded(data: OwnImages, seed: int = 3) -> Dataset:
    return load(data, seed, Store(folders=(), download_to=Path()))


def refusal(data: OwnImages) -> str:
    with pytest.raises(DataUnavailable) as caught:
        loaded(data)
    return str(caught.value)


# ---- what is found


def test_a_folder_a_class(tmp_path: Path) -> None:
    data = spec_of(pictures(tmp_path), train_fraction=0.8)
    known, dataset = facts(data), loaded(data)
    assert known.classes == ("blue", "green", "red")
    assert (known.input_shape, known.task, known.train_samples, known.test_samples) == ((8, 10, 3), Task.MULTICLASS, 24, 6)
    assert dataset.facts == known
    assert dataset.train.array.dtype == np.uint8
    assert dataset.train.array.shape == (24, 8, 10, 3)
    for part in (dataset.train, dataset.test):
        means = part.array.reshape(len(part), -1, 3).mean(axis=1)
        expected = np.array([COLOURS[known.classes[label]] for label in part.y])
        np.testing.assert_allclose(means, expected, atol=14)
    assert sorted(np.concatenate([dataset.train.y, dataset.test.y]).tolist()) == [0] * 10 + [1] * 10 + [2] * 10
    assert float(dataset.scaler.apply(dataset.train.array).max()) <= 1


def test_the_seed_mixes(tmp_path: Path) -> None:
    data = spec_of(pictures(tmp_path))
    first, again, other = loaded(data, 1), loaded(data, 1), loaded(data, 2)
    np.testing.assert_array_equal(first.train.array, again.train.array)
    assert (first.train.y != other.train.y).any()


def test_two_classes_are_binary_and_grey_has_one_channel(tmp_path: Path) -> None:
    data = spec_of(pictures(tmp_path, classes=("green", "red")), color="grey")
    assert facts(data).task is Task.BINARY
    dataset = loaded(data)
    assert dataset.train.array.shape[1:] == (8, 10, 1)
    red = dataset.train.array[dataset.train.y == 1]
    assert abs(float(red.mean()) - (0.299 * 230 + 0.587 * 30 + 0.114 * 20)) < 4


@pytest.mark.parametrize("names", [("train", "test"), ("Training", "val")])
def test_train_and_test_folders(tmp_path: Path, names: tuple[str, str]) -> None:
    pictures(tmp_path / names[0], each=6)
    pictures(tmp_path / names[1], each=2, classes=("green", "red"))
    data = spec_of(tmp_path)
    dataset = loaded(data)
    assert (len(dataset.train), len(dataset.test)) == (18, 4)
    assert facts(data).classes == ("blue", "green", "red")
    assert sorted(dataset.test.y.tolist()) == [1, 1, 2, 2]
    assert dataset.train.y.tolist() != sorted(dataset.train.y.tolist())


def test_a_validation_folder_besides_is_said_to_be_left_out(tmp_path: Path) -> None:
    for part in ("train", "test", "val"):
        pictures(tmp_path / part, each=2)
    assert own.survey(spec_of(tmp_path)).folder.notes == ("'val' is not used: train and test are.",)


def test_a_class_only_to_test_on_is_refused(tmp_path: Path) -> None:
    pictures(tmp_path / "train", each=2, classes=("green", "red"))
    pictures(tmp_path / "test", each=2)
    assert "'blue' has pictures to test on, but none to learn from in train" in refusal(spec_of(tmp_path))


def test_what_is_no_picture_is_left_alone(tmp_path: Path) -> None:
    pictures(tmp_path, each=3)
    (tmp_path / "red" / "Thumbs.db").write_bytes(b"thumbs")
    (tmp_path / "red" / ".hidden.png").write_bytes(b"hidden")
    (tmp_path / "red" / "._001.png").write_bytes(b"resource fork")
    (tmp_path / "__MACOSX" / "red").mkdir(parents=True)
    picture(tmp_path / "__MACOSX" / "red" / "1.png", (0, 0, 0))
    (tmp_path / ".git").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "red" / "notes.txt").write_text("notes")
    picture(tmp_path / "loose.png", (0, 0, 0))
    picture(tmp_path / "red" / "deeper" / "one.JPG", COLOURS["red"])
    found = own.survey(spec_of(tmp_path)).folder
    assert found.classes == ("blue", "green", "red")
    assert found.train.counts(3).tolist() == [3, 3, 4]
    assert found.train.files[-1] == "red/deeper/one.JPG"
    assert found.notes == (
        "'empty' holds no pictures and is left out.",
        "1 picture that is in no class's folder: left out.",
        "1 file of another kind is left out (.txt).",
    )


def test_links_that_lead_round(tmp_path: Path) -> None:
    root = pictures(tmp_path / "all", each=3, classes=("green", "red"))
    elsewhere = pictures(tmp_path / "elsewhere", each=2, classes=("blue",))
    (root / "red" / "loop").symlink_to(root, target_is_directory=True)
    (root / "round").symlink_to(tmp_path, target_is_directory=True)
    (root / "self").symlink_to("self", target_is_directory=True)
    (root / "red" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (root / "blue").symlink_to(elsewhere / "blue", target_is_directory=True)
    found = own.survey(spec_of(root)).folder
    assert found.classes == ("blue", "green", "red")
    assert found.train.counts(3).tolist() == [2, 3, 3]


def test_a_changed_folder_is_said_and_the_hash_does_not_depend_on_times(tmp_path: Path) -> None:
    root = pictures(tmp_path, each=3)
    before = own.survey(spec_of(root)).folder
    os.utime(root / "red" / "000.png", (1, 1))
    touched = own.survey(spec_of(root)).folder
    assert touched.sha256 == before.sha256
    assert touched.stamp != before.stamp
    data = spec_of(root, sha256=before.sha256)
    assert loaded(data).notes == ()
    picture(root / "red" / "new.png", COLOURS["red"])
    dataset = loaded(data)
    assert "has changed since it was chosen" in dataset.notes[0]
    assert len(dataset.train) + len(dataset.test) == 10


def test_a_class_that_came_meanwhile_is_said(tmp_path: Path) -> None:
    root = pictures(tmp_path, each=3, classes=("green", "red"))
    data = spec_of(root)
    assert facts(data).classes == ("green", "red")
    pictures(root, each=3, classes=("blue",))
    assert facts(data).classes == ("green", "red"), "facts never wait for the disk again"
    assert "has other classes than before: it had green, red, and has blue, green, red now" in refusal(data)
    assert facts(data).classes == ("blue", "green", "red")


# ---- folders that are none


def test_a_folder_that_went_away_is_forgotten(tmp_path: Path) -> None:
    data = spec_of(pictures(tmp_path / "here", each=3))
    loaded(data)
    (tmp_path / "here").rename(tmp_path / "there")
    assert facts(data).classes == ("blue", "green", "red")
    assert "is not there" in refusal(data)
    with pytest.raises(DataUnavailable, match="is not there"):
        facts(data)


def test_folders_that_do_not_serve(tmp_path: Path) -> None:
    assert "is not there. Put the folder back, or choose it again." in refusal(spec_of(tmp_path / "gone"))
    file = tmp_path / "file.png"
    picture(file, (1, 2, 3))
    assert "is a file" in refusal(spec_of(file))
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "No pictures in" in refusal(spec_of(empty))
    (empty / "a").mkdir()
    (empty / "a" / "film.mov").write_bytes(b"mov")
    assert "found other files (.mov)" in refusal(spec_of(empty))
    loose = tmp_path / "loose"
    picture(loose / "one.png", (1, 2, 3))
    assert "holds 1 pictures but no folders" in refusal(spec_of(loose))
    one = pictures(tmp_path / "one", each=2, classes=("red",))
    assert "found one class, 'red'" in refusal(spec_of(one))


def test_too_many_classes_files_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = pictures(tmp_path, each=5)
    with monkeypatch.context() as fewer:
        fewer.setattr(picture_folder, "MAX_CLASSES", 2)
        assert "holds 3 folders, so as many classes" in refusal(spec_of(root))
    with monkeypatch.context() as fewer:
        fewer.setattr(picture_folder, "MAX_ENTRIES", 12)
        assert "holds more than 12 files" in refusal(spec_of(root))
    with monkeypatch.context() as less:
        less.setattr(own, "MAX_BYTES", 1000)
        assert "15 pictures of 8 × 10 pixels take 0.0 GB of memory" in refusal(spec_of(root))


def test_places_that_cannot_be_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is not there" in refusal(spec_of(picture(tmp_path / "file.png", (1, 2, 3)) / "below"))
    assert "cannot be read" in refusal(spec_of(Path(f"{tmp_path}/a\0b")))

    def refused(self: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refused)
    assert "Permission denied" in refusal(spec_of(tmp_path))


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = pictures(tmp_path, each=2)
    scan = os.scandir

    def guarded(folder: Path) -> Any:
        if Path(folder).name == "red":
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", guarded)
    assert f"The folder {root / 'red'} cannot be read (Permission denied)" in refusal(spec_of(root))


# ---- kinds of pictures


def one(path: Path, channels: int = 3, height: int = 4, width: int = 4) -> np.ndarray:
    return attempt(path, (height, width, channels))


def test_clear_parts_are_white(tmp_path: Path) -> None:
    half = np.zeros((4, 4, 4), np.uint8)
    half[:2, :, 3] = 255
    Image.fromarray(half, "RGBA").save(tmp_path / "alpha.png")
    pixels = one(tmp_path / "alpha.png")
    assert pixels[0].max() == 0
    assert pixels[3].min() == 255
    palette = Image.fromarray(np.array([[0, 1], [1, 0]], np.uint8), "P")
    palette.putpalette([200, 10, 10, 0, 0, 0])
    palette.save(tmp_path / "palette.png", transparency=1)
    np.testing.assert_array_equal(one(tmp_path / "palette.png", height=2, width=2)[:, :, 0], [[200, 255], [255, 200]])


def test_sixteen_bits_bilevel_and_cmyk(tmp_path: Path) -> None:
    deep = np.full((4, 4), 40_000, np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    assert np.unique(one(tmp_path / "deep.png", 1)).tolist() == [40_000 >> 8]
    assert np.unique(one(tmp_path / "deep.png", 3)).tolist() == [40_000 >> 8]
    Image.fromarray(np.eye(4) > 0).save(tmp_path / "two.png")
    np.testing.assert_array_equal(one(tmp_path / "two.png", 1)[:, :, 0], np.eye(4) * 255)
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "print.jpg")
    red = one(tmp_path / "print.jpg").reshape(-1, 3).mean(axis=0)
    assert red[0] > 200
    assert red[1:].max() < 60


def test_upright_as_the_camera_was_held(tmp_path: Path) -> None:
    pixels = np.zeros((40, 80), np.uint8)
    pixels[:, :40] = 250
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it to the right by 90 degrees
    Image.fromarray(pixels).save(tmp_path / "turned.jpg", exif=exif, quality=95)
    shown = one(tmp_path / "turned.jpg", 1, 8, 4)[:, :, 0]
    assert shown[0].min() > 230
    assert shown[-1].max() < 20


def test_damaged_notes_of_a_camera_do_not_spoil_a_picture(tmp_path: Path) -> None:
    for name in ("a", "b"):
        picture(tmp_path / name / "1.jpg", COLOURS["red"])
    head = (tmp_path / "a" / "1.jpg").read_bytes()
    notes = b"Exif\0\0II*\0\x08\0\0\0\xff\xff broken"
    (tmp_path / "a" / "1.jpg").write_bytes(head[:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + head[2:])
    assert loaded(spec_of(tmp_path)).notes == ()


def test_the_first_picture_of_a_film(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    for name in ("film.gif", "film.png"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
        assert one(tmp_path / name)[0, 0].tolist() == [255, 0, 0]


def test_a_wrong_ending_does_not_matter(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "blue").save(tmp_path / "a.webp", "WEBP", lossless=True)
    (tmp_path / "a.webp").rename(tmp_path / "a.jpg")
    assert one(tmp_path / "a.jpg")[0, 0].tolist() == [0, 0, 255]


def test_a_large_photo_is_made_small(tmp_path: Path) -> None:
    across = np.linspace(0, 255, 1600).astype(np.uint8)
    Image.fromarray(np.tile(across, (1200, 1))).save(tmp_path / "large.jpg", quality=95)
    row = one(tmp_path / "large.jpg", 1, 6, 8)[0, :, 0].astype(float)
    np.testing.assert_allclose(row, np.linspace(0, 255, 17)[1::2], atol=6)


def bomb(path: Path) -> None:
    """A PNG of a few bytes that says it has 400 million pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))


def test_damaged_pictures_are_named_and_left_out(tmp_path: Path) -> None:
    root = pictures(tmp_path, each=10, suffix=".jpg")
    whole = (root / "red" / "000.jpg").read_bytes()
    (root / "red" / "000.jpg").write_bytes(whole[: len(whole) // 2])
    (root / "green" / "003.jpg").write_bytes(b"")
    (root / "green" / "004.jpg").write_text("<svg/>")
    bomb(root / "blue" / "bomb.png")
    before = own.survey(spec_of(root)).folder
    dataset = loaded(spec_of(root))
    assert len(dataset.train) + len(dataset.test) == 27 == len(before.train) - 4
    (note,) = dataset.notes
    assert note.startswith("4 of 31 pictures could not be read and are left out (blue/bomb.png: ")
    assert "green/003.jpg: it is empty" in note
    assert "green/004.jpg: it is no picture" in note
    assert note.endswith("; and 1 more).")
    assert dataset.facts.train_samples == len(dataset.train)
    means = dataset.train.array.reshape(len(dataset.train), -1, 3).mean(axis=1)
    np.testing.assert_allclose(means, np.array([COLOURS[dataset.facts.classes[y]] for y in dataset.train.y]), atol=20)


def test_pictures_that_run_programs_elsewhere_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n")
    with pytest.raises(Unreadable, match="it is no picture"):
        one(tmp_path / "a.png")


def test_none_can_be_read(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for i in range(3):
            (tmp_path / name / f"{i}.png").write_text("no picture")
    assert "Too few of the pictures" in refusal(spec_of(tmp_path))
    with pytest.raises(DataUnavailable, match="None of the pictures"):
        own.survey(spec_of(tmp_path))


# ---- work that is watched


def test_progress_and_cancel(tmp_path: Path) -> None:
    root = pictures(tmp_path, each=60)
    heard: list[Transfer] = []
    load(spec_of(root, height=9), 0, Store(folders=(), download_to=Path()), heard.append)
    assert [t.done for t in heard] == [64, 128, 180]
    assert {(t.total, t.counted) for t in heard} == {(180, "pictures")}
    off = threading.Event()
    with pytest.raises(Cancelled):
        load(spec_of(root, height=11), 0, Store(folders=(), download_to=Path()), lambda _transfer: off.set(), off.is_set)
    with pytest.raises(Cancelled):
        own.survey(spec_of(pictures(tmp_path / "more", each=250)), lambda: True)


def test_another_split_reads_nothing_again(tmp_path: Path) -> None:
    root = pictures(tmp_path, each=8)
    first = loaded(spec_of(root))
    heard: list[Transfer] = []
    again = load(spec_of(root, train_fraction=0.5), 9, Store(folders=(), download_to=Path()), heard.append)
    assert heard == []
    assert len(first.train) == 19
    assert len(again.train) == 12
    picture(root / "red" / "000.png", COLOURS["blue"], seed=77)
    load(spec_of(root), 3, Store(folders=(), download_to=Path()), heard.append)
    assert len(heard) == 1


# ---- the survey


def test_survey(tmp_path: Path) -> None:
    root = pictures(tmp_path, each=30)
    found = own.survey(spec_of(root))
    assert (found.height, found.width, found.color, found.sizes) == (16, 20, "rgb", "16 × 20 pixels")
    assert found.warnings == ()
    assert all(sample is not None and sample.shape == (64, 80, 3) for sample in found.samples)
    picture(root / "red" / "large.jpg", COLOURS["red"], (640, 480))
    assert own.survey(spec_of(root)).sizes == "16 × 20 to 480 × 640 pixels"


def test_survey_of_photos_and_of_few_uneven_greys(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    for i in range(22):
        Image.new("L", (400, 300), 10 * i).save(tmp_path / "a" / f"{i}.jpg")
    Image.new("L", (400, 300)).save(tmp_path / "b" / "1.jpg")
    found = own.survey(spec_of(tmp_path))
    assert (found.height, found.width, found.color) == (48, 64, "grey")
    assert "Classes are of very unequal size: 1 of 'b', 22 of 'a'." in found.warnings
    assert any("few pictures" in warning for warning in found.warnings)


# ---- as a program


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("scaling", ["none", "unit", "standard"])
def test_exported_code_reads_the_same(tmp_path: Path, cut: bool, scaling: str) -> None:
    if cut:
        pictures(tmp_path / "train", each=5)
        pictures(tmp_path / "test", each=2)
    else:
        pictures(tmp_path, each=6)
        (tmp_path / "red" / "bad.png").write_text("no picture")
        (tmp_path / "red" / ".hidden.png").write_text("hidden")
        for name in ("B.png", "a.png", "a/1.png", "a.b/2.png"):
            picture(tmp_path / "red" / name, COLOURS["red"], seed=len(name))
    data = spec_of(tmp_path, scaling=scaling, validation={"fraction": 0.2})
    spec = ProjectSpec.model_validate({"seed": 5, "data": data.model_dump(), "layers": [{"type": "Dense", "units": 1}]})
    ran: dict[str, Any] = {}
    exec(compile(data_code(spec), "train.py", "exec"), ran)
    dataset = loaded(data, 5)
    assert dataset.validation is not None
    for split, part in (("train", dataset.train), ("val", dataset.validation), ("test", dataset.test)):
        np.testing.assert_allclose(ran[f"x_{split}"], dataset.scaler.apply(part.array), rtol=1e-4, atol=2e-5)
        np.testing.assert_array_equal(ran[f"y_{split}"], part.y)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_what_would_block_is_no_file(tmp_path: Path):
    os.mkfifo(tmp_path / "x.png")
    for look in (header, partial(attempt, shape=(8, 8, 1))):
        with pytest.raises(Unreadable, match="it is no file"):
            look(tmp_path / "x.png")
