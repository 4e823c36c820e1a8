from __future__ import annotations

from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.core.column import BLOCKS
from nnplayground.core.history import History, mean_of


def history(**columns: list[float]) -> History:
    result = History()
    result.append(columns, 1)
    return result


def test_it_grows_epoch_by_epoch_and_in_batches():
    run = history(loss=[3.0, 2.0])
    for epoch in range(3, 1001):
        run.append({"loss": np.array([1 / epoch])}, epoch)
    assert run.epochs == 1000
    np.testing.assert_array_equal(run.values("loss"), [3.0, 2.0, *(1 / np.arange(3, 1001))])
    assert run.last() == {"loss": 0.001}


def test_a_name_that_comes_later_or_stays_away_is_not_a_number_there():
    run = history(loss=[1.0])
    run.append({"loss": [0.5], "val_loss": [0.6]}, 2)
    run.append({"val_loss": [0.7]}, 3)
    assert run.names == ("loss", "val_loss")
    np.testing.assert_array_equal(run.values("loss"), [1.0, 0.5, np.nan])
    np.testing.assert_array_equal(run.values("val_loss"), [np.nan, 0.6, 0.7])


def test_going_back_forgets_what_followed():
    run = history(loss=[5.0, 4.0, 3.0, 2.0])
    run.append({"loss": [9.0]}, 2)
    np.testing.assert_array_equal(run.values("loss"), [5.0, 9.0])


def test_a_gap_is_not_a_number():
    run = history(loss=[1.0])
    run.append({"loss": [0.1]}, 4)
    np.testing.assert_array_equal(run.values("loss"), [1.0, np.nan, np.nan, 0.1])


def test_views_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        history(loss=[1.0]).values("loss")[0] = 2


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"equally many values under each name; found \[1, 2\]"):
        history(loss=[1.0, 2.0], accuracy=[0.5])


def test_a_copy_does_not_follow():
    run = history(loss=[1.0])
    kept = run.copy()
    run.append({"loss": [0.5]}, 2)
    assert (kept.epochs, run.epochs) == (1, 2)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60), st.integers(0, 60)), max_size=12))
def test_copies_and_what_they_were_made_of_go_their_own_ways(steps: list[tuple[bool, int, int]]):
    """Each step, one of them goes on with so many epochs, from so many before its end."""
    random, pair, expected = np.random.default_rng(3), [History(), History()], [np.empty(0), np.empty(0)]
    pair[0].append({"loss": random.normal(size=40)}, 1)
    pair[1], expected = pair[0].copy(), [pair[0].values("loss").copy()] * 2
    for which, count, back in steps:
        first = max(len(expected[which]) - back, 0)
        fresh = random.normal(size=count)
        pair[which].append({"loss": fresh}, first + 1)
        expected[which] = np.concatenate([expected[which][:first], fresh])
        for run, values in zip(pair, expected, strict=True):
            np.testing.assert_array_equal(run.values("loss"), values)
            assert run.best("loss") == int(np.argmin(values)) + 1
            _, drawn = run.downsampled("loss", 2)
            assert (drawn.min(), drawn.max()) == (values.min(), values.max())


def test_short_histories_are_drawn_whole():
    x, y = history(loss=[3.0, 2.0, 1.0]).downsampled("loss", 400)
    np.testing.assert_array_equal(x, [1, 2, 3])
    np.testing.assert_array_equal(y, [3, 2, 1])


@given(st.integers(1, 5000), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_a_drawn_curve_keeps_its_extremes_and_its_order(epochs: int, columns: int, seed: int):
    values = np.random.default_rng(seed).random(epochs)
    run = History()
    run.append({"loss": values}, 1)
    x, y = run.downsampled("loss", columns)
    assert len(x) <= 2 * columns
    assert (y.min(), y.max()) == (values.min(), values.max())
    assert (np.diff(x) >= 0).all()
    np.testing.assert_array_equal(values[x.astype(int) - 1], y)


@pytest.mark.parametrize("columns", [1_000, 300, 60, 4])
@pytest.mark.parametrize("pieces", [[90_000], [1, 255, 256, 257, 70_000, 3], [40_000, 40_000]])
def test_long_curves_are_drawn_from_what_is_kept_of_each_block(pieces: list[int], columns: int) -> None:
    random = np.random.default_rng(4)
    history = History()
    for count in pieces:
        history.append({"loss": random.normal(size=count)}, history.epochs + 1)
    history.append({"loss": random.normal(size=5_000), "late": random.normal(size=5_000)}, history.epochs - 700)
    history.append({"loss": [7.0], "late": [-7.0]}, history.epochs + 400)
    for name in history.names:
        values = history.values(name)
        block = max((block for block in BLOCKS if 4 * block * columns <= len(values)), default=1)
        width = block * ceil(ceil(len(values) / columns) / block)
        epochs, drawn = history.downsampled(name, columns)
        assert len(drawn) <= 2 * columns
        np.testing.assert_array_equal(drawn, values[epochs.astype(int) - 1])
        for start in range(0, len(values), width):
            column = values[start : start + width]
            inside = drawn[(epochs > start) & (epochs <= start + width)]
            if np.isfinite(column).any():
                assert (np.nanmin(inside), np.nanmax(inside)) == (np.nanmin(column), np.nanmax(column))


def test_a_peak_beside_missing_values_is_drawn():
    values = np.full(1000, np.nan)
    values[123] = 7.0
    run = History()
    run.append({"loss": values}, 1)
    _, y = run.downsampled("loss", 10)
    assert np.nanmax(y) == 7.0


def test_a_table_comes_back_exactly():
    run = history(loss=[0.1 + 0.2, float("nan")], accuracy=[1 / 3, 1.0])
    text = run.to_csv()
    assert text.splitlines()[0] == "epoch,loss,accuracy"
    again = History.from_csv(text)
    assert again.names == run.names
    np.testing.assert_array_equal(again.values("loss"), run.values("loss"))
    np.testing.assert_array_equal(again.values("accuracy"), run.values("accuracy"))


@given(st.lists(st.floats(), min_size=1, max_size=50))
def test_every_number_comes_back_to_the_last_bit(values: list[float]):
    run = history(loss=values)
    np.testing.assert_array_equal(History.from_csv(run.to_csv()).values("loss"), values)


@given(st.integers(1, 4_000), st.integers(1, 3), st.integers(50, 500), st.integers(0, 2**32 - 1))
def test_a_table_of_too_many_epochs_keeps_what_their_curves_show(epochs: int, names: int, most: int, seed: int):
    random = np.random.default_rng(seed)
    run = History()
    run.append({f"number {i}": random.normal(size=epochs) for i in range(names)}, 1)
    text = run.to_csv(most)
    again = History.from_csv(text)
    assert text.count("\n") - 1 <= most + 2 * names + 1
    assert (again.epochs, again.names, again.last()) == (epochs, run.names, run.last())
    for name in run.names:
        kept = np.flatnonzero(~np.isnan(again.values(name)))
        np.testing.assert_array_equal(again.values(name)[kept], run.values(name)[kept])
        assert (again.best(name), again.best(name, more=True)) == (run.best(name), run.best(name, more=True))
        _, y = again.downsampled(name, 20)
        assert not np.isnan(y).any()
        assert (y.min(), y.max()) == (run.values(name).min(), run.values(name).max())
    if epochs <= most:
        assert len(kept) == epochs


def test_tables_of_earlier_versions_are_read():
    run = History.from_csv("epoch,loss,mae\n1,nan,1e-07\n2,inf,-inf\n3,0.1,2\n")
    np.testing.assert_array_equal(run.values("loss"), [np.nan, np.inf, 0.1])
    np.testing.assert_array_equal(run.values("mae"), [1e-7, -np.inf, 2.0])


def test_an_empty_history_comes_back_empty():
    assert History().to_csv() == "epoch\n"
    assert History.from_csv("epoch\n").epochs == 0
    assert History.from_csv("").epochs == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("loss,accuracy\n1,2\n", "a header"),
        ("epoch,loss\n1,abc\n", "one number per column"),
        ("epoch,loss\n1\n", "one number per column"),
        ("epoch,loss\n1,2\n2\n", "one number per column"),
        ("epoch,loss\n1,2,3\n", "one number per column"),
        ("epoch,loss\n1,\ud800\n", "one number per column"),
        ("epoch,loss\n1,2\n1,4\n", "the epochs 1, 2, 3"),
        ("epoch,loss\n2,2\n1,4\n", "the epochs 1, 2, 3"),
        ("epoch,loss\n0,2\n1,4\n", "the epochs 1, 2, 3"),
        ("epoch,loss\n1.5,2\n", "the epochs 1, 2, 3"),
        ("epoch,loss\nNaN,2\n", "the epochs 1, 2, 3"),
        ("epoch,loss\ninf,2\n", "the epochs 1, 2, 3"),
        ("epoch,loss\n1,2\n1e300,4\n", "the epochs 1, 2, 3"),
        ("epoch,loss\n1,2\n900000000000,4\n", "the epochs 1, 2, 3"),
    ],
)
def test_what_is_no_history_is_refused_with_a_sentence(text: str, words: str):
    with pytest.raises(ValueError, match=words):
        History.from_csv(text)


def test_the_mean_of_several_goes_as_far_as_all_of_them():
    short, long, empty = History(), History(), History()
    short.append({"loss": [1.0, 2.0], "extra": [0.0, 0.0]}, 1)
    long.append({"loss": [3.0, 6.0, 9.0]}, 1)
    mean = mean_of([short, long])
    assert (mean.names, mean.values("loss").tolist()) == (("loss",), [2.0, 4.0])
    assert mean_of([short, long, empty]).epochs == mean_of([]).epochs == 0


@given(
    st.lists(st.sampled_from([1.0, 2.0, 3.0, np.nan, np.inf, -np.inf]), min_size=1, max_size=3 * BLOCKS[0]),
    st.integers(0, 2 * BLOCKS[-1]), st.booleans(),
)  # fmt: skip
def test_the_best_of_many_epochs_is_the_one_that_looking_through_all_of_them_finds(values: list[float], twos: int, more: bool) -> None:
    run = history(loss=[*values, *[2.0] * twos])
    finite = {epoch: value for epoch, value in enumerate(run.values("loss").tolist(), 1) if np.isfinite(value)}
    expected = (max if more else min)(finite, key=lambda epoch: (finite[epoch], -epoch if more else epoch)) if finite else None
    assert run.best("loss", more=more) == expected


def test_the_best_epoch_is_the_first_of_the_best() -> None:
    history = History()
    accuracy = [0.1, 0.9, 0.9, 0.3, np.nan, np.inf]
    history.append({"loss": [np.nan, 0.5, 0.2, 0.2, np.inf, -np.inf], "accuracy": accuracy, "auc": [np.nan] * 6}, 1)
    assert history.best("loss") == 3
    assert history.best("accuracy", more=True) == 2
    assert history.best("auc") is None
    assert history.best("nothing") is None


@pytest.mark.parametrize("between", [(500.0, 530.0), (0.0, 100.0), (9_990.0, 12_000.0), (-50.0, 4_000.4), (2_000.2, 9_000.9)])
def test_a_closer_look_has_every_peak_and_goes_beyond_its_edges(between: tuple[float, float]) -> None:
    history = History()
    values = np.random.default_rng(3).normal(size=10_000)
    history.append({"loss": values}, 1)
    epochs, seen = history.downsampled("loss", 100, between)
    assert len(epochs) <= 220
    assert (np.diff(epochs) >= 0).all()
    assert seen == pytest.approx(values[epochs.astype(int) - 1])
    inside = np.arange(1, 10_001)
    inside = inside[(inside >= between[0]) & (inside <= between[1])]
    assert values[inside - 1].max() <= seen.max()
    assert values[inside - 1].min() >= seen.min()
    column = (between[1] - between[0]) / 100
    assert epochs[0] <= max(inside[0], column)  # the run's own first and last column may begin with any epoch of it
    assert epochs[-1] >= min(inside[-1], 10_000 - column)
    if between[1] - between[0] <= 100:
        assert set(inside) <= set(epochs.astype(int))


def thinned() -> History:
    """Of 100 epochs the 1st, 10th, 50th and 100th are known."""
    return History.from_csv("epoch,loss\n1,4.0\n10,3.0\n50,2.0\n100,1.0\n")


@pytest.mark.parametrize(("epoch", "nearest"), [(-5, 1), (1, 1), (5.4, 1), (5.5, 10), (29, 10), (31, 50), (100, 100), (1e9, 100)])
def test_in_a_thinned_history_the_nearest_known_epoch_is_found(epoch: float, nearest: int) -> None:
    assert thinned().nearest(epoch) == nearest


def test_a_thinned_history_is_walked_from_one_known_epoch_to_the_next() -> None:
    history = thinned()
    assert [history.nearest(10, by=by) for by in (-9, -1, 0, 1, 2, 9)] == [1, 1, 10, 50, 100, 100]
    whole = History()
    whole.append({"loss": np.arange(5.0)}, 1)
    assert [whole.nearest(3, by=by) for by in (-9, -1, 0, 1, 9)] == [1, 2, 3, 4, 5]


def test_a_thinned_history_that_goes_on_knows_all_that_comes() -> None:
    history = thinned()
    history.append({"loss": [0.9, 0.8]}, 101)
    assert list(history.known) == [1, 10, 50, 100, 101, 102]
    assert list(history.copy().known) == list(history.known)
    again = History.from_csv(history.to_csv())
    assert list(again.known) == [1, 10, 50, 100, 101, 102]
    history.append({"loss": [0.5, 0.4]}, 31)  # gone back to epoch 30
    assert list(history.known) == [1, 10, 31, 32]
    assert history.to_csv().count("\n") == 5


def test_a_closer_look_at_a_thinned_history_goes_on_beyond_both_edges() -> None:
    x, y = thinned().downsampled("loss", 100, (20.0, 30.0))
    assert (list(x), list(y)) == ([10.0, 50.0], [3.0, 2.0])
    x, _ = thinned().downsampled("loss", 100, (40.0, 60.0))
    assert list(x) == [10.0, 50.0, 100.0]
