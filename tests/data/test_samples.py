"""The built-in samples: whole, balanced, small, licensed, and really parts of the known sets."""

from __future__ import annotations

from importlib.resources import as_file
from pathlib import Path

import numpy as np
import pytest

from nnplayground.core.data_spec import SourceChoice
from nnplayground.core.resources import resource
from nnplayground.data.store import Store, never, unreported
from nnplayground.data.stored import read, read_sample

MAX_BYTES = 5_000_000


def test_everything_together_is_small():
    with as_file(resource("samples")) as folder:
        assert sum(f.stat().st_size for f in folder.iterdir()) < MAX_BYTES


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "boston_housing"])
def test_a_licence_stands_beside_every_sample(name: str):
    assert "MIT" in resource("samples", f"{name}.LICENSE.txt").read_text("utf-8") or name == "fashion_mnist"
    assert f"{name}.npz" in resource("samples", "README.md").read_text("utf-8")


def test_fashions_licence_is_the_mit_text():
    text = resource("samples", "fashion_mnist.LICENSE.txt").read_text("utf-8")
    assert "2017, Zalando SE" in text
    assert "Permission is hereby granted, free of charge" in text


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_images_are_balanced_different_and_mixed(name: str):
    train, test = read_sample(name)
    assert np.bincount(train.y).tolist() == [500] * 10
    assert np.bincount(test.y).tolist() == [100] * 10
    images = [image.tobytes() for part in (train, test) for image in part.x]
    assert len(set(images)) >= 5990  # Fashion-MNIST itself has a few twins
    assert not {i.tobytes() for i in train.x} & {i.tobytes() for i in test.x}
    assert np.bincount(train.y[-500:], minlength=10).min() >= 25
    assert (train.x.min(), train.x.max()) == (0, 255)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "boston_housing"])
def test_samples_are_parts_of_the_real_sets(name: str, real_data: Path | None):
    if real_data is None:
        pytest.skip("the full data sets are not there: set KERAS_HOME to a folder that has them")
    _, full_train, full_test, _ = read(name, SourceChoice.FULL, Store.default(), unreported, never)
    train, test = read_sample(name)
    if name == "boston_housing":
        np.testing.assert_array_equal(train.x, full_train.x)
        np.testing.assert_array_equal(test.y, full_test.y)
        return
    known = {x.tobytes(): y for part in (full_train, full_test) for x, y in zip(part.x, part.y, strict=True)}
    for part in (train, test):
        assert [known.get(x.tobytes()) for x in part.x] == part.y.tolist()
