"""Rows of words: the same matrix as the dense one, whatever is asked of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.data.dataset import Part
from nnplayground.data.ragged import Ragged
from nnplayground.data.rows import Rows

WIDTH = 7
texts = st.lists(st.lists(st.integers(0, WIDTH - 1), max_size=12), max_size=8)


def ragged(samples: list[list[int]]) -> Ragged:
    return Ragged.of(np.array([n for sample in samples for n in sample], np.int32), np.array([len(s) for s in samples], np.int64))


def rows(samples: list[list[int]], width: int = WIDTH) -> Rows:
    return Rows.of(ragged(samples).blocks(), width)


def dense(samples: list[list[int]], width: int = WIDTH) -> np.ndarray:
    """As the tutorial does it."""
    matrix = np.zeros((len(samples), width), np.float32)
    for i, sample in enumerate(samples):
        matrix[i, sample] = 1
    return matrix


@given(texts)
def test_rows_are_the_multi_hot_matrix(samples: list[list[int]]):
    made = rows(samples)
    assert made.shape == (len(made), made.width) == (len(samples), WIDTH)
    assert (made.indptr.dtype, made.indices.dtype) == (np.int64, np.int32)
    assert made.indptr[0] == 0
    for i, sample in enumerate(samples):
        assert made.indices[made.indptr[i] : made.indptr[i + 1]].tolist() == sorted(set(sample))
    assert made.dense().dtype == np.float32
    np.testing.assert_array_equal(made.dense(), dense(samples))


@given(texts, st.slices(8))
def test_a_slice_of_rows(samples: list[list[int]], index: slice):
    part = rows(samples)[index]
    np.testing.assert_array_equal(part.dense(), dense(samples)[index])
    assert len(part.indices) == part.indptr[-1]


@given(texts.filter(bool), st.data())
def test_rows_in_any_order(samples: list[list[int]], data: st.DataObject):
    index = np.array(data.draw(st.lists(st.integers(-len(samples), len(samples) - 1), max_size=20)), np.int64)
    np.testing.assert_array_equal(rows(samples)[index].dense(), dense(samples)[index])
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(samples), max_size=len(samples))))
    np.testing.assert_array_equal(rows(samples)[mask].dense(), dense(samples)[mask])


def test_a_slice_shares_its_words():
    whole = rows([[1, 2], [3], [4, 5]])
    assert np.shares_memory(whole[1:].indices, whole.indices)


def test_a_part_of_rows():
    part = Part(rows([[1], [2], [3]]), np.array([0, 1, 0]))
    assert len(part.take(slice(1, None))) == 2
    np.testing.assert_array_equal(part.take(np.array([2, 0])).x.dense(), dense([[3], [1]]))
    with pytest.raises(TypeError, match=r"rows of words of shape \(3, 7\)"):
        _ = part.array
    images = np.zeros((2, 28, 28, 1), np.uint8)
    assert Part(images, np.array([0, 1])).array is images
