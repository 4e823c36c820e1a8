"""The presets of every data set: each can be trained as it is, keeps what is one's own, and those of the tutorials are there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplayground.core import edits
from nnplayground.core.data_spec import DATA_NAMES, Encoding, OwnTable, Scaling
from nnplayground.core.facts import DataFacts
from nnplayground.core.keras_objects import L2
from nnplayground.core.layers import Dense, Embedding
from nnplayground.core.losses import Task
from nnplayground.core.optimizers import SGD
from nnplayground.core.presets import recommended
from nnplayground.core.recipe import parse_recipe, to_toml
from nnplayground.core.shapes import walk
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.validation import check
from nnplayground.core.variants import Variant, variants, with_variant
from nnplayground.data import registry
from nnplayground.data.static_facts import unknown_facts

SEQUENCE = {"encoding": Encoding.SEQUENCE}


def taken(spec: ProjectSpec, variant: Variant) -> ProjectSpec:
    return with_variant(spec, variant, registry.facts(edits.change_data(spec, **variant.data).data))


def of(spec: ProjectSpec) -> tuple[Variant, ...]:
    return variants(spec.data, registry.facts(spec.data))


@pytest.mark.parametrize("name", DATA_NAMES)
def test_every_preset_can_be_trained_as_it_is(name: str) -> None:
    spec = recommended(name)
    found = of(spec)
    assert len(found) >= 2
    for one in ("key", "title", "sentence"):
        assert len({getattr(v, one) for v in found}) == len(found)
    for variant in found:
        project = taken(spec, variant)
        facts = registry.facts(project.data)
        assert check(project, facts) == (), variant.title
        assert facts.input_shape == variant.input_shape
        assert parse_recipe(to_toml(project)) == project
        assert [v.key for v in of(project) if v.is_of(project)] == [variant.key]
        assert variant.sentence.endswith(".")


@pytest.mark.parametrize("name", DATA_NAMES)
def test_what_a_data_set_begins_with_is_among_them(name: str) -> None:
    spec = recommended(name)
    assert [v.parameters for v in of(spec) if v.is_of(spec)] == [sum(_parameters(spec))]


def _parameters(spec: ProjectSpec) -> list[int]:
    return [s.parameters for s in walk(registry.facts(spec.data).input_shape, spec.layers)]


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_other_ways_to_read_words_switch_the_encoding_and_nothing_else_of_the_data(name: str) -> None:
    spec = edits.change_data(recommended(name), num_words=500, maxlen=40, skip_top=3)
    lstm = next(v for v in of(spec) if v.key == "lstm")
    project = taken(spec, lstm)
    assert project.data == edits.change_data(spec, encoding=Encoding.SEQUENCE).data
    assert project.layers[0] == Embedding(input_dim=500, output_dim=32)
    back = taken(project, next(v for v in of(project) if v.data.get("encoding") is Encoding.MULTI_HOT and v.key in ("16-16", "64-64")))
    assert back == spec


def test_what_is_ones_own_stays() -> None:
    spec = edits.set_name(edits.set_seed(recommended("circle"), 7), "Mine")
    spec = edits.change_training(edits.change_data(spec, noise=0.3), epochs=123, optimizer=SGD(learning_rate=0.3), stop_when={
        "metric": "loss", "below": 0.1})  # fmt: skip
    project = taken(spec, next(v for v in of(spec) if v.key == "8-8"))
    assert (project.data, project.training, project.seed, project.name) == (spec.data, spec.training, 7, "Mine")


def test_a_loss_that_does_not_go_with_it_becomes_automatic() -> None:
    spec = edits.change_training(recommended("and"), loss="binary_crossentropy", metrics=("auc",))
    project = taken(spec, next(v for v in of(spec) if v.key == "perceptron"))
    assert (project.training.loss, project.training.metrics) == ("auto", ("auto",))
    kept = taken(spec, next(v for v in of(spec) if v.key == "4"))
    assert (kept.training.loss, kept.training.metrics) == ("binary_crossentropy", ("auc",))


def test_a_network_that_was_changed_is_no_preset() -> None:
    spec = recommended("circle")
    assert not any(v.is_of(edits.change_layer(spec, 0, kernel_regularizer=L2())) for v in of(spec))


def test_the_tutorials_networks() -> None:
    def parameters(name: str, key: str) -> int:
        return next(v.parameters for v in of(recommended(name)) if v.key == key)

    assert parameters("mnist", "regression") == 7_850
    assert parameters("mnist", "64-64") == 55_050
    assert parameters("fashion_mnist", "128") == 100_480 + 1_290
    assert parameters("reuters", "64-4") == 640_064 + 260 + 230
    assert parameters("imdb", "16-16") == 160_016 + 272 + 17
    assert parameters("boston_housing", "64-64") == 896 + 4_160 + 65


@given(
    shape=st.one_of(
        st.tuples(st.integers(1, 2_000)), st.tuples(st.integers(1, 60), st.integers(1, 60)),
        st.tuples(st.integers(4, 64), st.integers(4, 64), st.sampled_from([1, 3])),
        st.tuples(*[st.integers(1, 4)] * 4)),
    classes=st.sampled_from([0, 2, 3, 50]), plane=st.booleans(),
)  # fmt: skip
def test_presets_of_ones_own_data_fit_whatever_the_facts_are(shape: tuple[int, ...], classes: int, plane: bool) -> None:
    task = Task.REGRESSION if classes == 0 else Task.BINARY if classes == 2 else Task.MULTICLASS
    plane_range = (-6.0, 6.0) if plane and len(shape) == 1 else None
    facts = DataFacts("csv", "My table", shape, task, 800, 200, tuple(str(i) for i in range(classes)), plane_range=plane_range)
    spec = ProjectSpec(data=OwnTable(name="csv", text="a,b\n1,2\n"), layers=(Dense(),))
    found = variants(spec.data, facts)
    assert found
    for variant in found:
        assert check(with_variant(spec, variant, facts), facts) == (), variant.title


def test_nothing_is_proposed_for_data_of_which_nothing_is_known() -> None:
    data = recommended("circle").data
    assert variants(data, unknown_facts(data, "It is gone.")) == ()


def test_settings_of_the_data_stay() -> None:
    spec = edits.change_data(recommended("mnist"), scaling=Scaling.STANDARD)
    assert all(taken(spec, v).data == spec.data for v in of(spec))
