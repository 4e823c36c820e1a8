"""Arrays in a .npz file: what they mean, and what a file says that does not hold what it should."""

from __future__ import annotations

import io
import threading
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnplayground.core.data_common import Scaling
from nnplayground.core.losses import Task
from nnplayground.core.own_data import OwnArrays
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset
from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.data.own import array_file
from nnplayground.data.own import arrays as own
from nnplayground.data.registry import facts, load
from nnplayground.data.source_code import data_code
from nnplayground.data.store import Store

RNG = np.random.default_rng(1)


def file(path: Path, **arrays: Any) -> OwnArrays:
    np.savez(path / "data.npz", **arrays)
    return spec_of(path / "data.npz")


def spec_of(path: Path, **given: Any) -> OwnArrays:
    return OwnArrays.model_validate({"name": "arrays", "path": str(path), **given})


def loaded(data: OwnArrays, seed: int = 3) -> Dataset:
    return load(data, seed, Store(folders=(), download_to=Path()))


def refusal(data: OwnArrays) -> str:
    with pytest.raises(DataUnavailable) as caught:
        loaded(data)
    return str(caught.value)


# ---- what arrays mean


def test_features_and_class_numbers_that_begin_elsewhere(tmp_path: Path) -> None:
    y = np.array([3, 7, 9, 7, 3, 9, 9, 3, 7, 3])
    data = file(tmp_path, x=y[:, None] * np.ones((1, 4)), y=y)
    known, dataset = facts(data), loaded(data)
    assert (known.input_shape, known.task, known.classes) == ((4,), Task.MULTICLASS, ("3", "7", "9"))
    assert (known.train_samples, known.test_samples, known.input_names) == (8, 2, ("x1", "x2", "x3", "x4"))
    assert dataset.train.array.dtype == np.float32
    assert dataset.train.y.dtype == np.int64
    named = np.array([int(known.classes[i]) for i in dataset.train.y])
    np.testing.assert_array_equal(dataset.train.array[:, 0], named)


def test_two_classes_names_and_truth(tmp_path: Path) -> None:
    x = np.arange(6.0)
    assert facts(file(tmp_path, x=x, y=np.array(["no", "yes"] * 3))).classes == ("no", "yes")
    (tmp_path / "b").mkdir()
    truth = file(tmp_path / "b", X=x, Y=np.array([True, False] * 3))
    assert (facts(truth).task, facts(truth).classes, facts(truth).input_shape) == (Task.BINARY, ("0", "1"), (1,))


def test_floats_are_values_and_can_be_classes(tmp_path: Path) -> None:
    y = np.array([0.0, 1.0, 2.0, 1.0, 0.0])
    data = file(tmp_path, x=np.zeros((5, 2)), y=y[:, None])
    assert facts(data).task is Task.REGRESSION
    assert facts(data).target_range == (0.0, 2.0)
    assert loaded(data).train.y.dtype == np.float32
    assert "choose classes" in own.survey(data).warnings[0]
    as_classes = data.model_copy(update={"task": "classification"})
    assert facts(as_classes).classes == ("0", "1", "2")
    assert sorted(np.concatenate([loaded(as_classes).train.y, loaded(as_classes).test.y]).tolist()) == [0, 0, 1, 1, 2]


def test_many_whole_numbers_are_values(tmp_path: Path) -> None:
    data = file(tmp_path, x=np.zeros((300, 2)), y=np.arange(300))
    assert facts(data).task is Task.REGRESSION
    assert "300 different whole numbers: they are taken for values" in own.survey(data).warnings[0]
    assert facts(data.model_copy(update={"task": "classification"})).task is Task.MULTICLASS


def test_one_hot_rows(tmp_path: Path) -> None:
    labels = RNG.integers(0, 3, 20)
    labels[:3] = [0, 1, 2]
    data = file(tmp_path, x=labels[:, None].astype(float), y=np.eye(3)[labels])
    dataset = loaded(data)
    assert dataset.facts.classes == ("0", "1", "2")
    np.testing.assert_array_equal(dataset.train.array[:, 0], dataset.train.y)


@pytest.mark.parametrize("shape", [(12, 9), (12, 9, 1), (12, 9, 3)])
def test_pictures_stay_bytes(tmp_path: Path, shape: tuple[int, ...]) -> None:
    x = RNG.integers(0, 256, (10, *shape)).astype(np.uint8)
    data = file(tmp_path, x=x, y=np.arange(10) % 2).model_copy(update={"scaling": Scaling.UNIT})
    dataset = loaded(data)
    assert dataset.train.array.dtype == np.uint8
    assert dataset.facts.input_shape == (12, 9, shape[2] if len(shape) > 2 else 1)
    assert dataset.scaler.scale == pytest.approx(1 / 255)
    assert own.survey(data).samples[1].shape == dataset.facts.input_shape


def test_pictures_as_floats_and_channels_first(tmp_path: Path) -> None:
    data = file(tmp_path, x=RNG.random((10, 3, 8, 9)), y=np.arange(10) % 2)
    assert facts(data).input_shape == (3, 8, 9)
    assert "np.moveaxis(x, 1, -1)" in own.survey(data).warnings[0]
    assert loaded(data).train.array.dtype == np.float32


def test_a_file_that_is_cut_already(tmp_path: Path) -> None:
    x = np.arange(10.0)[:, None]
    data = file(tmp_path, x_train=x, y_train=np.arange(10) % 2, x_test=x[:4] + 50, y_test=np.array([0, 1, 1, 1]))
    dataset = loaded(data)
    assert (facts(data).train_samples, facts(data).test_samples) == (10, 4)
    assert sorted(dataset.train.array[:, 0].tolist()) == list(range(10))
    assert dataset.train.array[:, 0].tolist() != list(range(10)), "sorted files are mixed"
    np.testing.assert_array_equal(dataset.train.array[:, 0] % 2, dataset.train.y)
    np.testing.assert_array_equal(dataset.test.array[:, 0], [50, 51, 52, 53])
    assert own.survey(data).counts == ((5, 1), (5, 3))


def test_training_arrays_alone_are_cut(tmp_path: Path) -> None:
    data = file(tmp_path, x_train=np.zeros((10, 2)), y_train=np.arange(10) % 2)
    assert (len(loaded(data).train), len(loaded(data).test)) == (8, 2)


def test_target_scaling_and_standard_inputs(tmp_path: Path) -> None:
    x = RNG.normal(100, 30, (50, 3))
    data = file(tmp_path, x=x, y=x.sum(axis=1)).model_copy(update={"scaling": Scaling.STANDARD, "target_scaling": "standard"})
    dataset = loaded(data)
    scaled = dataset.scaler.apply(dataset.train.array)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-4)
    assert facts(data).input_range == (-3.0, 3.0) == facts(data).target_range


# ---- files that changed


def test_a_changed_file_is_said(tmp_path: Path) -> None:
    data = file(tmp_path, x=np.zeros((6, 2)), y=np.arange(6) % 2)
    kept = data.model_copy(update={"sha256": own.survey(data).sha256})
    assert loaded(kept).notes == ()
    file(tmp_path, x=np.ones((7, 2)), y=np.arange(7) % 2)
    assert loaded(kept).notes[0].startswith("data.npz has changed since it was chosen")
    file(tmp_path, x=np.ones((7, 3)), y=np.arange(7) % 2)
    assert "holds other samples than before" in refusal(kept)
    assert facts(kept).input_shape == (3,)


def test_a_file_that_went_away_is_forgotten(tmp_path: Path) -> None:
    data = file(tmp_path, x=np.zeros((6, 2)), y=np.arange(6) % 2)
    loaded(data)
    Path(data.path).unlink()
    assert facts(data).input_shape == (2,)
    assert "is not there" in refusal(data)
    with pytest.raises(DataUnavailable, match="is not there"):
        facts(data)


# ---- files that are none


class Trap:
    """What a pickle would call."""

    fallen = False

    def __reduce__(self) -> Any:
        return (setattr, (Trap, "fallen", True))


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    objects = np.empty(4, object)
    objects[:] = [Trap()] * 4
    data = file(tmp_path, x=objects, y=np.arange(4))
    assert "holds Python objects, which are never opened" in refusal(data)
    data = file(tmp_path, x=np.zeros(4), y=objects)
    assert "y holds Python objects" in refusal(data)
    assert Trap.fallen is False


def test_files_of_other_kinds(tmp_path: Path) -> None:
    assert "is not there" in refusal(spec_of(tmp_path / "gone.npz"))
    assert "is a folder" in refusal(spec_of(tmp_path))
    for name, content, said in (
        ("empty.npz", b"", "is empty"),
        ("text.npz", b"x,y\n1,2\n", "is no .npz file, by its first bytes"),
        ("zip.npz", b"PK\x03\x04 no zip", "is damaged or incomplete"),
    ):
        (tmp_path / name).write_bytes(content)
        assert said in refusal(spec_of(tmp_path / name))
    np.save(tmp_path / "one.npy", np.zeros(3))
    assert "holds one array (.npy)" in refusal(spec_of(tmp_path / "one.npy"))
    with zipfile.ZipFile(tmp_path / "texts.zip", "w") as archive:
        archive.writestr("a.txt", "text")
    assert "is a zip archive without arrays" in refusal(spec_of(tmp_path / "texts.zip"))


def test_a_file_that_is_cut_off_anywhere(tmp_path: Path) -> None:
    whole = file(tmp_path, x=RNG.random((40, 3)), y=np.arange(40) % 2)
    content = Path(whole.path).read_bytes()
    for length in range(1, len(content), 97):
        (tmp_path / "part.npz").write_bytes(content[:length])
        assert "part.npz" in refusal(spec_of(tmp_path / "part.npz"))


@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_ends_in_a_sentence(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    stream = io.BytesIO()
    np.savez_compressed(stream, x=np.arange(60.0).reshape(20, 3), y=np.arange(20) % 2)
    content = bytearray(stream.getvalue())
    for place, value in changes:
        content[place % len(content)] = value
    path = tmp_path / "damaged.npz"
    path.write_bytes(content)
    try:
        said = f"{own.survey(spec_of(path)).train_samples} samples."
    except DataUnavailable as error:
        said = str(error)
    assert said.endswith(".")
    assert len(said) > 10


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez_compressed(tmp_path / "zeros.npz", x=np.zeros((1000, 1000), np.float32), y=np.arange(1000) % 2)
    monkeypatch.setattr(array_file, "MAX_BYTES", 1_000_000)
    assert "x takes 0.0 GB unpacked" in refusal(spec_of(tmp_path / "zeros.npz"))
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (10**9, 10**9)})
    with zipfile.ZipFile(tmp_path / "liar.npz", "w") as archive:
        archive.writestr("x.npy", header.getvalue() + bytes(100))
    assert "x is said to be (1000000000, 1000000000), but has not so many bytes" in refusal(spec_of(tmp_path / "liar.npz"))


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"a": np.zeros(3), "b": np.zeros((2, 2))}, "expected arrays named x and y, or x_train"),
        ({"x": np.zeros((4, 2)), "y": np.zeros(3, int)}, "expected 4 answers, one for each sample; found y of shape (3,)"),
        ({"x": np.zeros((4, 2)), "y": np.array(3)}, "found y of shape ()"),
        ({"x": np.zeros((4, 2, 2, 2, 2)), "y": np.arange(4)}, "(samples, height, width, channels)"),
        ({"x": np.array(1.0), "y": np.arange(1)}, "expected x of shape"),
        ({"x": np.zeros((4, 0)), "y": np.arange(4)}, "holds no numbers"),
        ({"x": np.zeros((0, 3)), "y": np.zeros(0)}, "expected at least two samples"),
        ({"x": np.zeros((1, 3)), "y": np.zeros(1)}, "expected at least two samples"),
        ({"x": np.array([[1.0], [np.nan], [np.inf]]), "y": np.arange(3)}, "x holds 2 numbers that are not finite"),
        ({"x": np.array([[1.0], [1e300]]), "y": np.arange(2)}, "too large for float32"),
        ({"x": np.array([["a"], ["b"]]), "y": np.arange(2)}, "expected numbers in x; found <U1"),
        ({"x": np.zeros((3, 2), complex), "y": np.arange(3)}, "expected numbers in x; found complex128"),
        ({"x": np.zeros((3, 2)), "y": np.array([1.0, np.nan, 2])}, "1 answers that are not finite"),
        ({"x": np.zeros((3, 2)), "y": np.zeros(3, complex)}, "expected numbers, or names of classes"),
        ({"x": np.zeros((3, 2)), "y": np.zeros(3, int)}, "holds one class only, 0"),
        ({"x": np.zeros((3, 2)), "y": np.zeros((3, 2))}, "rows with a single 1 (one-hot)"),
        ({"x": np.zeros((3, 2)), "y": np.array([0, 1e300, 1])}, "too large for float32"),
        (
            {"x_train": np.zeros((3, 2)), "y_train": np.arange(3), "x_test": np.zeros((3, 4)), "y_test": np.arange(3)},
            "those to test on (4,)",
        ),
    ],
)
def test_arrays_that_do_not_serve(tmp_path: Path, arrays: dict[str, Any], said: str) -> None:
    assert said in refusal(file(tmp_path, **arrays))


def test_tasks_that_do_not_suit(tmp_path: Path) -> None:
    words = file(tmp_path, x=np.zeros(4), y=np.array(["a", "b", "a", "b"]))
    assert "y holds words" in refusal(words.model_copy(update={"task": "regression"}))
    halves = file(tmp_path, x=np.zeros(4), y=np.array([0.5, 1, 2, 3]))
    assert "y holds 0.5: expected whole numbers" in refusal(halves.model_copy(update={"task": "classification"}))
    many = file(tmp_path, x=np.zeros(1001), y=np.arange(1001))
    assert "holds 1,001 classes" in refusal(many.model_copy(update={"task": "classification"}))


def test_a_large_array_is_called_off_in_its_midst(tmp_path: Path) -> None:
    path = tmp_path / "large.npz"
    np.savez(path, x=np.zeros((2_000, 1_000), np.float32), y=np.arange(2_000) % 3)
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 10

    with pytest.raises(Cancelled):
        own.survey(OwnArrays(name="arrays", path=str(path)), cancelled)
    assert len(asked) == 11, "it was asked often while one array was read, and nothing went on after that"


def test_cancel(tmp_path: Path) -> None:
    data = file(tmp_path, x=np.zeros(4), y=np.arange(4))
    off = threading.Event()
    off.set()
    with pytest.raises(Cancelled):
        own.survey(data, off.is_set)


# ---- as a program


@pytest.mark.parametrize(
    "arrays",
    [
        {"x": RNG.random((30, 3)), "y": RNG.integers(4, 7, 30)},
        {"X": RNG.integers(0, 256, (30, 5, 6)).astype(np.uint8), "y": np.array(["cat", "o'dog"] * 15)},
        {"x": RNG.random((30, 3)), "y": RNG.random((30, 1))},
        {"x": RNG.random(30), "y": np.eye(3)[np.arange(30) % 3]},
        {"x": RNG.random((30, 3)), "y": np.array(["0", "1"] * 15)},
        {"x_train": RNG.random((20, 3)), "y_train": np.arange(20) % 2, "x_test": RNG.random((9, 3)), "y_test": np.arange(9) % 2},
    ],
)
@pytest.mark.parametrize("scaling", ["none", "unit", "standard"])
def test_exported_code_reads_the_same(tmp_path: Path, arrays: dict[str, Any], scaling: str) -> None:
    path = file(tmp_path, **arrays).path
    data = spec_of(Path(path), scaling=scaling, validation={"fraction": 0.25})
    spec = ProjectSpec.model_validate({"seed": 5, "data": data.model_dump(), "layers": [{"type": "Dense", "units": 1}]})
    ran: dict[str, Any] = {}
    exec(compile(data_code(spec), "train.py", "exec"), ran)
    dataset = loaded(data, 5)
    assert dataset.validation is not None
    for split, part in (("train", dataset.train), ("val", dataset.validation), ("test", dataset.test)):
        np.testing.assert_allclose(ran[f"x_{split}"], dataset.scaler.apply(part.array), rtol=1e-4, atol=2e-5)
        np.testing.assert_array_equal(ran[f"y_{split}"], part.y)
        assert ran[f"y_{split}"].dtype == part.y.dtype
