"""Problems of stacks and of layers: each is said in its place, and its first way out leaves a project that can be trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplayground.core import edits
from nnplayground.core.data_spec import DATA_NAMES, Encoding, Scaling
from nnplayground.core.keras_objects import Constant, GlorotUniform, Ones, Orthogonal, RandomNormal, RandomUniform, Zeros
from nnplayground.core.layers import (
    GRU,
    LSTM,
    Activation,
    AveragePooling1D,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GaussianNoise,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    LayerBase,
    LayerNormalization,
    MaxPooling1D,
    MaxPooling2D,
    Rescaling,
    Reshape,
)
from nnplayground.core.optimizers import OPTIMIZERS, SGD, Adadelta, Adam
from nnplayground.core.presets import recommended
from nnplayground.core.problems import Problem, Severity
from nnplayground.core.recipe import parse_recipe, to_toml
from nnplayground.core.resources import resource
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.validation import MAX_PARAMETERS, errors
from tests.core.strategies import values_of
from tests.core.test_validation import SIGMOID, SOFTMAX, problems, training, with_layers

LESSONS = sorted(path.name for path in (resource("lessons")).iterdir() if path.name.endswith(".toml") and ".lesson." not in path.name)


def sequences(*layers: LayerBase) -> ProjectSpec:
    return edits.change_data(with_layers("imdb", *layers), encoding=Encoding.SEQUENCE)


def hidden(*layers: LayerBase) -> ProjectSpec:
    """Points, with these layers before the answer."""
    return with_layers("circle", *layers, SIGMOID)


WORDS = Embedding(output_dim=4)
TANH = Dense(units=4, activation="tanh")
VALUE = Dense(units=1)
ADVICE, ERROR = Severity.ADVICE, Severity.ERROR


@dataclass(frozen=True)
class Case:
    """A project with something wrong: where, words of the sentence, and the buttons' labels."""

    spec: Callable[[], ProjectSpec]
    path: str
    words: str
    fixes: tuple[str, ...]
    severity: Severity = ERROR


CASES = {
    # wrong rank
    "rows of points for a recurrent layer": Case(
        lambda: hidden(LSTM(units=2)), "layers[0]", "LSTM wants samples with 2 axes", ("Insert Reshape to 2 × 1", "Remove LSTM")),
    "which words occur for a recurrent layer": Case(
        lambda: with_layers("imdb", LSTM(units=2), SIGMOID), "layers[0]", "2 axes",
        ("Use sequences with Embedding", "Insert Reshape to 10,000 × 1", "Remove LSTM")),
    "word numbers for a recurrent layer": Case(
        lambda: sequences(GRU(units=2), SIGMOID), "layers[0]", "GRU wants samples with 2 axes",
        ("Insert Embedding", "Insert Reshape to 200 × 1", "Remove GRU")),
    "the last output only for a second recurrent layer": Case(
        lambda: sequences(WORDS, LSTM(units=2), Dropout(), LSTM(units=2), SIGMOID), "layers[3]", "2 axes",
        ("Turn on return_sequences", "Insert Reshape to 2 × 1", "Remove LSTM")),
    "the last output of both directions": Case(
        lambda: sequences(WORDS, Bidirectional(layer=GRU(units=2)), GRU(units=2), SIGMOID), "layers[2]", "2 axes",
        ("Turn on return_sequences", "Insert Reshape to 4 × 1", "Remove GRU")),
    "a flattened picture for filters": Case(
        lambda: with_layers("mnist", Flatten(), Conv2D(filters=2, activation="relu"), Flatten(), SOFTMAX), "layers[1]",
        "Conv2D wants samples with 3 axes; it gets 784", ("Remove Flatten", "Insert Reshape to 28 × 28 × 1", "Remove Conv2D")),
    "a sequence's filters on a picture": Case(
        lambda: with_layers("mnist", Conv1D(filters=2, activation="relu"), Flatten(), SOFTMAX), "layers[0]", "Conv1D wants",
        ("Use Conv2D", "Insert Reshape to 28 × 28", "Remove Conv1D")),
    "a picture's filters on a sequence": Case(
        lambda: sequences(WORDS, Conv2D(filters=2, activation="relu"), GlobalMaxPooling1D(), SIGMOID), "layers[1]", "Conv2D wants",
        ("Use Conv1D", "Insert Reshape to 200 × 4 × 1", "Remove Conv2D")),
    "a mean over the places of a row": Case(
        lambda: hidden(TANH, GlobalAveragePooling2D()), "layers[1]", "3 axes", ("Remove GlobalAveragePooling2D",)),
    "words in a picture": Case(
        lambda: with_layers("mnist", WORDS, Flatten(), SOFTMAX), "layers[0]", "Embedding wants samples with 1 axis", ("Remove Embedding",)),
    # too small, and other arguments that do not go
    "a window larger than the picture": Case(
        lambda: with_layers("mnist", Conv2D(filters=2, kernel_size=(30, 30), activation="relu"), Flatten(), SOFTMAX), "layers[0]",
        "window of 30 × 30 is larger", ("Use padding same", "Remove Conv2D")),
    "nothing left to pool": Case(
        lambda: with_layers("mnist", *(Conv2D(filters=2, activation="relu"), MaxPooling2D()) * 2, MaxPooling2D(pool_size=(5, 5)),
                            MaxPooling2D(), Flatten(), SOFTMAX),
        "layers[5]", "larger than its input, 1 × 1", ("Remove MaxPooling2D",)),
    "a pool larger than the sequence": Case(
        lambda: sequences(WORDS, AveragePooling1D(pool_size=500), Flatten(), SIGMOID), "layers[1]", "larger than its input",
        ("Use padding same", "Remove AveragePooling1D")),
    "groups that divide nothing": Case(
        lambda: with_layers("mnist", Conv2D(filters=3, groups=2, activation="relu"), Flatten(), SOFTMAX), "layers[0]", "groups=2",
        ("Make groups 1", "Remove Conv2D")),
    "strides and gaps": Case(
        lambda: with_layers("mnist", Conv2D(strides=(2, 2), dilation_rate=(2, 2), activation="relu"), Flatten(), SOFTMAX), "layers[0]",
        "cannot be used together", ("Make dilation_rate 1", "Remove Conv2D")),
    "other numbers": Case(
        lambda: hidden(Reshape(target_shape=(3,)), TANH), "layers[0]", "does not fit", ("Lay all in one row", "Remove Reshape")),
    "both directions backwards": Case(
        lambda: sequences(WORDS, Bidirectional(layer=GRU(units=2, go_backwards=True)), SIGMOID), "layers[1]", "go_backwards",
        ("Switch go_backwards off", "Remove Bidirectional")),
    # the answers' shape
    "filters without a row": Case(
        lambda: with_layers("mnist", Conv2D(filters=2, activation="relu"), SOFTMAX), "layers[1]", "single rows",
        ("Insert Flatten", "Insert GlobalAveragePooling2D")),
    "words without a row": Case(
        lambda: sequences(WORDS, SIGMOID), "layers[1]", "single rows", ("Insert Flatten", "Insert GlobalAveragePooling1D")),
    "every place's answer": Case(
        lambda: sequences(WORDS, SIGMOID, LSTM(units=1, activation="sigmoid", return_sequences=True)), "layers[2]", "200 × 1",
        ("Turn off return_sequences",)),
    "no answer at all": Case(
        lambda: with_layers("mnist", Conv2D(filters=2, activation="relu")), "layers[0]", "single rows", ("Add Flatten and Dense",)),
    "all switched off": Case(
        lambda: with_layers("circle", Dense(units=1, activation="sigmoid", disabled=True)), "layers", "switched off",
        ("Switch on", "Add Dense")),
    "classes behind a layer that is off": Case(
        lambda: with_layers("mnist", Flatten(), Dense(units=11, activation="softmax"), Dropout(disabled=True)), "layers[1].units",
        "10 classes", ("Make it 10 units",)),
    # functions
    "softmax of one in a layer of its own": Case(
        lambda: with_layers("circle", TANH, VALUE, Activation(activation="softmax")), "layers[2].activation", "always 1",
        ("Use sigmoid", "Make it 2 units")),
    "softmax of one number": Case(
        lambda: with_layers("line", Dense(units=1, activation="softmax")), "layers[0].activation", "always 1", ("Use linear",)),
    "softmax of one inside": Case(
        lambda: hidden(Dense(units=1, activation="softmax")), "layers[0].activation", "always 1", ("Use tanh",), ADVICE),
    "relu for negative numbers": Case(
        lambda: with_layers("plane", Dense(units=1, activation="relu")), "layers[0].activation", "-1 to 1; relu cannot reach",
        ("Use linear",), ADVICE),
    "tanh for prices": Case(
        lambda: with_layers("boston_housing", Dense(units=1, activation="tanh")), "layers[0].activation", "tanh cannot reach",
        ("Use linear",), ADVICE),
    "no function but a dropout between": Case(
        lambda: hidden(Dense(units=4), Dropout()), "layers[0].activation", "no more than one", ("Use relu",), ADVICE),
    "no function between filters": Case(
        lambda: with_layers("mnist", Conv2D(filters=2), Conv2D(filters=2, activation="relu"), Flatten(), SOFTMAX),
        "layers[0].activation", "Conv2D and Conv2D without a function", ("Use relu",), ADVICE),
    "a function that is off": Case(
        lambda: hidden(Dense(units=4), Activation(disabled=True)), "layers[0].activation", "no more than one", ("Use relu",), ADVICE),
    "normalized answers of a loss for probabilities": Case(
        lambda: edits.change_training(
            with_layers("mnist", Flatten(), Dense(units=10), LayerNormalization()), loss="categorical_crossentropy"),
        "layers[2]", "LayerNormalization gives others", ("Add softmax", "Use mean_squared_error")),
    # order
    "dropout as the last layer": Case(
        lambda: with_layers("circle", TANH, SIGMOID, Dropout()), "layers[2]", "drops answers",
        ("Move it before Dense", "Remove Dropout"), ADVICE),
    "dropout straight before softmax": Case(
        lambda: with_layers("mnist", Flatten(), Dense(units=10), Dropout(), Activation(activation="softmax")), "layers[2]",
        "drops answers", ("Remove Dropout",), ADVICE),
    "noise on answers": Case(
        lambda: with_layers("line", VALUE, GaussianNoise()), "layers[1]", "blurs the answers", ("Remove GaussianNoise",), ADVICE),
    "normalized probabilities": Case(
        lambda: with_layers("mnist", Flatten(), Dense(units=8, activation="relu"), SOFTMAX, BatchNormalization()), "layers[3]",
        "behind softmax", ("Move it before Dense", "Remove BatchNormalization")),
    "normalized probabilities of a layer of its own": Case(
        lambda: with_layers("mnist", Flatten(), Dense(units=10), Activation(activation="softmax"), BatchNormalization()), "layers[3]",
        "behind softmax", ("Remove BatchNormalization",)),
    # words
    "measured words": Case(
        lambda: with_layers("imdb", WORDS, GlobalAveragePooling1D(), SIGMOID), "layers[0]", "gives which words occur",
        ("Use sequences", "Remove it")),
    "more words than vectors": Case(
        lambda: sequences(Embedding(input_dim=500, output_dim=4), GlobalAveragePooling1D(), SIGMOID), "layers[0].input_dim",
        "0 to 9,999; an Embedding of 500", ("Make it 10,000",)),
    "words as amounts": Case(
        lambda: sequences(SIGMOID), "layers[0]", "names, not amounts", ("Insert Embedding", "Use multi-hot"), ADVICE),
    # learning
    "all frozen": Case(
        lambda: with_layers("circle", edits.changed(TANH, trainable=False), edits.changed(SIGMOID, trainable=False)),
        "layers[1]", "All layers with weights are frozen", ("Unfreeze Dense", "Unfreeze all"), ADVICE),
    "the only one frozen": Case(
        lambda: with_layers("line", Dense(units=1, trainable=False)), "layers[0]", "The only layer", ("Unfreeze Dense",), ADVICE),
    "no weights": Case(lambda: with_layers("line", Activation(activation="linear")), "layers", "nothing to learn", ("Add Dense",)),
    "a dead start": Case(
        lambda: hidden(Dense(units=4, activation="relu", kernel_initializer=Zeros())), "layers[0].kernel_initializer",
        "never learn", ("Use glorot_uniform",), ADVICE),
    "units that are alike": Case(
        lambda: hidden(Dense(units=4, activation="tanh", kernel_initializer=Ones())), "layers[0].kernel_initializer",
        "All 4 units begin with the same weights", ("Use glorot_uniform",), ADVICE),
    "filters that are alike": Case(
        lambda: with_layers("mnist", Conv2D(filters=2, activation="relu", kernel_initializer=Constant(value=0.1)), Flatten(), SOFTMAX),
        "layers[0].kernel_initializer", "All 2 filters", ("Use glorot_uniform",), ADVICE),
    "noise of no width": Case(
        lambda: hidden(Dense(units=4, activation="tanh", kernel_initializer=RandomNormal(stddev=0.0))),
        "layers[0].kernel_initializer", "same weights", ("Use glorot_uniform",), ADVICE),
    "a range of one number": Case(
        lambda: hidden(Dense(units=4, activation="tanh", kernel_initializer=RandomUniform(minval=0.5, maxval=0.5))),
        "layers[0].kernel_initializer", "same weights", ("Use glorot_uniform",), ADVICE),
    "orthogonal zeros": Case(
        lambda: hidden(Dense(units=4, activation="relu", use_bias=False, kernel_initializer=Orthogonal(gain=0.0))),
        "layers[0].kernel_initializer", "never learn", ("Use glorot_uniform",), ADVICE),
    "a mean over one": Case(
        lambda: edits.change_training(hidden(TANH, BatchNormalization()), batch_size=1), "layers[1]", "batches of 1 sample",
        ("Use batches of 32", "Remove it"), ADVICE),
    "an absurd rate": Case(
        lambda: training("circle", optimizer=Adam(learning_rate=10.0)), "training.optimizer.learning_rate", "10 makes Adam leap about",
        ("Use 0.001",), ADVICE),
    "an absurd rate for plain descent": Case(
        lambda: training("line", optimizer=SGD(learning_rate=1000.0)), "training.optimizer.learning_rate", "1000 makes SGD",
        ("Use 0.01",), ADVICE),
    "no rate to speak of": Case(
        lambda: training("circle", optimizer=Adam(learning_rate=1e-12)), "training.optimizer.learning_rate", "hardly move",
        ("Use 0.001",), ADVICE),
    # size
    "too many words' vectors": Case(
        lambda: sequences(Embedding(input_dim=1_000_000, output_dim=64), GlobalAveragePooling1D(), SIGMOID), "layers[0]",
        "64,000,000 parameters", ("Make output_dim 8",)),
    "a step that is too large by far": Case(
        lambda: edits.change_training(with_layers("mnist", Conv2D(filters=8192, kernel_size=(1, 1), activation="relu"),
                                                  GlobalAveragePooling2D(), SOFTMAX), batch_size=20_000),
        "training.batch_size", "GB", ("Use batches of 32",)),
    # inputs
    "pixels in filters": Case(
        lambda: edits.change_data(with_layers("mnist", Conv2D(filters=2, activation="relu"), Flatten(), SOFTMAX), scaling=Scaling.NONE),
        "data.scaling", "0 to 255", ("Scale to 0..1",), ADVICE),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_problem_and_its_ways_out(name: str) -> None:
    case = CASES[name]
    spec = case.spec()
    found = [p for p in problems(spec) if p.path == case.path and case.words in p.message]
    assert len(found) == 1, problems(spec)
    (problem,) = found
    assert problem.severity is case.severity
    assert tuple(fix.label for fix in problem.fixes) == case.fixes
    assert problem.message.endswith(".")
    for fix in problem.fixes:
        assert parse_recipe(to_toml(fix.spec)) == fix.spec
        assert (case.path, problem.message) not in [(p.path, p.message) for p in problems(fix.spec)], fix.label
    assert not errors(problems(problem.fixes[0].spec))


NO_PROBLEM = {
    "zeros in the only layer": lambda: with_layers("line", Dense(units=1, kernel_initializer=Zeros())),
    "zeros before softmax": lambda: with_layers("mnist", Flatten(), Dense(units=10, activation="softmax", kernel_initializer=Zeros())),
    "a zero that is random elsewhere": lambda: hidden(Dense(units=4, activation="tanh", kernel_initializer=GlorotUniform())),
    "one frozen layer": lambda: hidden(Dense(units=4, activation="tanh", trainable=False)),
    "a function of its own": lambda: hidden(Dense(units=4), BatchNormalization(), Activation(activation="relu")),
    "layer normalization bends": lambda: hidden(Dense(units=4), LayerNormalization()),
    "dropout before softmax's layer": lambda: with_layers("mnist", Flatten(), Dropout(), SOFTMAX),
    "softmax of its own": lambda: with_layers("mnist", Flatten(), Dense(units=10), Activation(activation="softmax")),
    "scaled by a layer": lambda: edits.change_data(
        with_layers("mnist", Rescaling(scale=1 / 255), Flatten(), SOFTMAX), scaling=Scaling.NONE),
    "normalized by a layer": lambda: edits.change_data(
        with_layers("boston_housing", BatchNormalization(), VALUE), scaling=Scaling.NONE),
    "a large rate for Adadelta": lambda: training("circle", optimizer=Adadelta(learning_rate=100.0)),
    "the Playground's largest rate": lambda: training("circle", optimizer=SGD(learning_rate=10.0)),
    "what is wrong is off": lambda: with_layers("circle", LSTM(disabled=True), TANH, SIGMOID, Dropout(disabled=True)),
    "a mean of filters": lambda: with_layers("mnist", Conv2D(filters=10, activation="softmax"), GlobalAveragePooling2D()),
    "a pool that just fits": lambda: with_layers("mnist", MaxPooling2D(pool_size=(28, 28)), Flatten(), SOFTMAX),
    "a sequence read in full": lambda: sequences(WORDS, LSTM(units=2, return_sequences=True), MaxPooling1D(), LSTM(units=2), SIGMOID),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_PROBLEM)
def test_no_false_alarm(name: str) -> None:
    assert problems(NO_PROBLEM[name]()) == ()


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda c: c.__name__)
def test_an_optimizers_own_rate_is_no_problem(optimizer: type) -> None:
    assert problems(training("circle", optimizer=optimizer())) == ()


@pytest.mark.parametrize("name", LESSONS)
def test_no_lesson_has_a_problem(name: str) -> None:
    found = problems(parse_recipe(resource("lessons", name).read_text("utf-8")))
    raw_pixels = ["data.scaling"] if name == "fashion_raw.toml" else []  # which that one is about
    assert [p.path for p in found] == raw_pixels


SMALL = {
    "units": st.integers(1, 4), "filters": st.integers(1, 4), "output_dim": st.integers(1, 4), "input_dim": st.sampled_from([10, 10_000]),
    "target_shape": st.lists(st.sampled_from([-1, 1, 2, 4, 28]), min_size=1, max_size=3).map(tuple), "name": st.none(),
}  # fmt: skip
KINDS = (
    Dense, Activation, Flatten, Reshape, Dropout, GaussianNoise, BatchNormalization, LayerNormalization, Conv1D, Conv2D, MaxPooling1D,
    MaxPooling2D, GlobalAveragePooling1D, GlobalAveragePooling2D, Embedding, LSTM, GRU, Bidirectional,
)  # fmt: skip
STEPS = 40


def _layer(kind: type[LayerBase]) -> st.SearchStrategy[LayerBase]:
    drawn = {name: strategy for name, strategy in SMALL.items() if name in kind.model_fields}
    return st.tuples(values_of(kind), st.fixed_dictionaries(drawn)).map(lambda both: edits.changed(both[0], **both[1]))


@given(
    data=st.sampled_from(DATA_NAMES), sequence=st.booleans(), scaled=st.booleans(), batch=st.sampled_from([1, 32]),
    layers=st.lists(st.sampled_from(KINDS).flatmap(_layer), max_size=5),
    loss=st.sampled_from(["auto", "mean_squared_error", "binary_crossentropy", "sparse_categorical_crossentropy", "hinge", "perceptron"]),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_taking_the_first_way_out_again_and_again_comes_to_an_end(
    data: str, sequence: bool, scaled: bool, batch: int, layers: list[LayerBase], loss: str
) -> None:
    spec = edits.change_training(with_layers(data, *layers), loss=loss, batch_size=batch)
    if data in ("imdb", "reuters"):
        spec = edits.change_data(spec, encoding=Encoding.SEQUENCE if sequence else Encoding.MULTI_HOT)
    elif not scaled:
        spec = edits.change_data(spec, scaling=Scaling.NONE)
    taken: list[str] = []
    while (problem := next((p for p in problems(spec) if p.fixes), None)) is not None:
        assert len(taken) < STEPS, taken
        taken.append(f"{problem.path}: {problem.fixes[0].label}")
        spec = problem.fixes[0].spec
    # How to make a network smaller that became too large is nobody's to guess.
    assert [p for p in errors(problems(spec)) if f"at most {MAX_PARAMETERS:,}" not in p.message] == [], taken


def test_a_fix_keeps_what_it_does_not_touch() -> None:
    spec = edits.change_layer(hidden(LSTM(units=2, name="memory")), 1, kernel_initializer=Ones())
    found: Problem = problems(spec)[0]
    assert found.fixes[0].spec.layers[1:] == spec.layers
    assert found.fixes[0].spec.training == recommended("circle").training


CONSTRAINED = (
    (Dense(units=3), "kernel_constraint", 2), (Dense(units=3), "bias_constraint", 1), (Conv1D(filters=2), "kernel_constraint", 3),
    (Conv2D(filters=2), "kernel_constraint", 4), (Embedding(input_dim=50), "embeddings_constraint", 2),
    (GRU(units=2), "bias_constraint", 2), (GRU(units=2, reset_after=False), "bias_constraint", 1),
    (LSTM(units=2), "recurrent_constraint", 2),
    (Bidirectional(layer=LSTM(units=2)), "kernel_constraint", 2),
)  # fmt: skip


@pytest.mark.parametrize(("layer", "name", "axes"), CONSTRAINED, ids=str)
def test_a_length_is_measured_along_an_axis_that_there_is(layer: LayerBase, name: str, axes: int) -> None:
    for axis in range(-axes - 2, axes + 3):
        inside = layer.layer if isinstance(layer, Bidirectional) else layer
        changed = edits.changed(inside, **{name: {"type": "MaxNorm", "axis": axis}})
        spec = with_layers("circle", edits.changed(layer, layer=changed) if inside is not layer else changed)
        found = [p for p in problems(spec) if p.path.endswith(f"{name}.axis")]
        assert bool(found) is not (-axes <= axis < axes)
        for problem in found:
            assert [p for p in problems(problem.fixes[0].spec) if p.path.endswith("axis")] == []


def test_weights_that_are_not_there_are_held_to_nothing() -> None:
    layer = Dense(units=1, use_bias=False, bias_constraint={"type": "UnitNorm", "axis": 7})
    assert not any(p.path.endswith("axis") for p in problems(with_layers("circle", layer)))
