"""What is proposed for data of one's own: it fits whatever the facts are, and gives way to what one has made."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.core import edits, presets
from nnplayground.core.data_spec import OwnTable
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import Conv2D, Dense, Embedding, Flatten, GlobalAveragePooling1D, LayerBase
from nnplayground.core.losses import Task
from nnplayground.core.problems import Severity
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.validation import check
from nnplayground.data import registry

TABLE = OwnTable(name="csv", text="a,b\n1,2\n")


def _facts(shape: tuple[int, ...], classes: int, samples: int = 800, **more: Any) -> DataFacts:
    task = Task.REGRESSION if classes == 0 else Task.BINARY if classes == 2 else Task.MULTICLASS
    return DataFacts("csv", "My table", shape, task, samples, 200, tuple(str(i) for i in range(classes)), **more)


def _project(facts: DataFacts) -> ProjectSpec:
    layers, training = presets.recommended_for(facts)
    return ProjectSpec(data=TABLE, layers=layers, training=training)


@given(
    shape=st.one_of(
        st.tuples(st.integers(1, 10_000)),
        st.tuples(st.integers(1, 60), st.integers(1, 60)),
        st.tuples(st.integers(4, 512), st.integers(4, 512), st.sampled_from([1, 3])),
    ),
    classes=st.sampled_from([0, 2, 3, 10, 50]),
    samples=st.integers(1, 2_000_000),
)
def test_the_recommended_network_fits_whatever_the_facts_are(shape: tuple[int, ...], classes: int, samples: int) -> None:
    facts = _facts(shape, classes, samples)

    assert [p.message for p in check(_project(facts), facts) if p.severity is Severity.ERROR] == []


def test_points_of_many_classes_get_a_network_of_the_plane() -> None:
    layers, training = presets.recommended_for(_facts((2,), 4, plane_range=(-6.0, 6.0)))

    assert layers[-1] == Dense(units=4, activation="softmax")
    assert training.batch_size == 10


def test_pictures_get_filters_and_tiny_ones_do_not() -> None:
    assert isinstance(presets.recommended_for(_facts((28, 28, 1), 3))[0][0], Conv2D)
    assert not any(isinstance(layer, Conv2D) for layer in presets.recommended_for(_facts((4, 40, 3), 3))[0])


@pytest.mark.parametrize(("samples", "most"), [(30, 500), (2_000, 12_000), (1_000_000, 10_000)])
def test_the_recommended_training_is_neither_endless_nor_nothing(samples: int, most: int) -> None:
    training = presets.recommended_for(_facts((5,), 2, samples))[1]
    steps = training.epochs * -(-samples // training.batch_size)

    assert 100 <= steps <= most
    assert training.epochs >= 5


def test_an_untouched_preset_gives_way_to_what_suits_the_table() -> None:
    facts = _facts((30,), 2)
    taken = presets.take_data(presets.default_project(), TABLE, facts)

    assert (taken.layers, taken.training) == presets.recommended_for(facts)
    assert taken.data == TABLE


def test_ones_own_network_is_kept_where_it_fits() -> None:
    own = edits.set_layers(presets.default_project(), (Dense(units=7, activation="selu"), Dense(units=1, activation="sigmoid")))

    assert presets.take_data(own, TABLE, _facts((30,), 2)).layers == own.layers
    assert presets.take_data(own, TABLE, _facts((30,), 2)).training == own.training
    endless = presets.take_data(own, TABLE, _facts((30,), 2, 1_000_000))
    assert (endless.layers, endless.training.optimizer) == (own.layers, own.training.optimizer)
    assert (endless.training.batch_size, endless.training.epochs) == (1024, 10)
    assert presets.take_data(own, TABLE, _facts((30,), 5)).layers[-1] == Dense(units=5, activation="softmax")


WORDS = (Embedding(input_dim=1_000, output_dim=8), GlobalAveragePooling1D(), Dense(units=1, activation="sigmoid"))


@pytest.mark.parametrize(("layers", "shape", "data", "said"), [
    (WORDS, (100,), "imdb", ""),
    ((Dense(units=46, activation="softmax"),), (2_000,), "reuters", ""),
    ((Dense(units=1),), (13,), "boston_housing", ""),
    ((Dense(units=3, activation="softmax"),), (7,), "circle", "It takes samples of shape (7,) and gives 3 numbers for each: no built-in"),
    ((Flatten(), Dense(units=2, activation="softmax")), (64, 48, 3), "circle", "Import pictures of this size"),
    ((Dense(units=1, activation="sigmoid"),), None, "circle", ""),
])  # fmt: skip
def test_a_network_from_elsewhere_comes_to_the_data_that_fits_or_it_is_said_what_it_takes(
    layers: tuple[LayerBase, ...], shape: tuple[int, ...] | None, data: str, said: str
):
    spec = presets.around(presets.default_project(), layers, None, shape, registry.facts)
    assert spec.data.name == data
    assert spec.layers == layers
    misfit = presets.misfit(spec, shape, registry.facts(spec.data))
    assert said in misfit
    assert bool(misfit) == bool(said)
    if shape is not None and not said:
        assert registry.facts(spec.data).input_shape == shape
