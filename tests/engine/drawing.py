"""Whole projects drawn at random, with data: every kind of layer, optimizer, loss and metric that a project can name.

Ranges are chosen so that the last digits of a float stay the last digits: no division by what is nearly nothing
(`epsilon`), no huge rates, no signs of numbers around zero. What amplifies rounding by its nature has cases of its own.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from hypothesis import strategies as st

from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import LAYERS
from nnplayground.core.losses import Task
from nnplayground.core.optimizers import OPTIMIZERS
from nnplayground.core.shapes import walk
from nnplayground.core.validation import check, errors
from nnplayground.data.dataset import Affine, Dataset, Part, Source
from nnplayground.data.rows import Rows
from nnplayground.engine.events import TrainRequest
from tests.engine.making import dense, make_spec

EXAMPLES = int(os.environ.get("NNPLAYGROUND_EXAMPLES", "1"))
"""So many times as many projects are drawn as suits a quick check: 10 takes half an hour."""
Table = dict[str, Any]
WORDS = 11
ROW_WIDTH = 9
CLASSES = 7  # more than five, so that the best five of them say something

smooth = st.sampled_from(["linear", "tanh", "sigmoid", "softplus", "silu", "gelu", "softsign", "elu", "sine"])
activations = smooth | st.sampled_from(["relu", "selu", "mish", "leaky_relu", "relu6", "celu", "hard_sigmoid", "hard_silu", "soft_shrink",
                                        "hard_tanh", "softmax", "log_softmax", "squareplus", "sparse_sigmoid", "tanh_shrink"])  # fmt: skip
rates = st.sampled_from([0.0, 0.2, 0.5])
small = st.sampled_from([0.0, 0.01, 0.1])
initializers = st.sampled_from([
    "glorot_uniform", "he_normal", "lecun_uniform", "orthogonal", "random_normal", {"type": "TruncatedNormal", "stddev": 0.3},
    {"type": "VarianceScaling", "scale": 0.5, "mode": "fan_avg", "distribution": "uniform"}])  # fmt: skip
biases = st.sampled_from(["zeros", {"type": "Constant", "value": 0.1}, "ones"])
regularizers = st.none() | st.fixed_dictionaries({"type": st.just("L1"), "l1": small}) | st.fixed_dictionaries(
    {"type": st.just("L2"), "l2": small}) | st.fixed_dictionaries({"type": st.just("L1L2"), "l1": small, "l2": small})  # fmt: skip
constraints = st.none() | st.sampled_from([
    {"type": "MaxNorm", "max_value": 0.8}, "non_neg", "unit_norm", {"type": "MinMaxNorm", "min_value": 0.5, "max_value": 1.0, "rate": 0.7}])
bias_constraints = st.none() | st.sampled_from([{"type": "MaxNorm", "max_value": 0.05}, "non_neg"])
few = st.integers(1, 4)
padding = st.sampled_from(["valid", "same"])
kernels: dict[str, st.SearchStrategy[Any]] = {
    "use_bias": st.booleans(), "kernel_initializer": initializers, "bias_initializer": biases, "kernel_regularizer": regularizers,
    "bias_regularizer": regularizers, "kernel_constraint": constraints, "bias_constraint": bias_constraints,
}  # fmt: skip
convolution = {**kernels, "filters": st.sampled_from([2, 4]), "activation": activations, "padding": padding,
               "activity_regularizer": regularizers}  # fmt: skip
recurrent = {**kernels, "units": few, "activation": st.sampled_from(["tanh", "sigmoid"]),
             "return_sequences": st.booleans(), "go_backwards": st.booleans(), "dropout": rates,
             "recurrent_dropout": rates, "recurrent_regularizer": regularizers}  # fmt: skip
gates = {"recurrent_activation": st.sampled_from(["sigmoid", "hard_sigmoid"])}
norms = {"epsilon": st.sampled_from([0.01, 0.1]), "center": st.booleans(), "scale": st.booleans()}
ARGUMENTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "Dense": {**kernels, "units": few, "activation": activations, "activity_regularizer": regularizers, "trainable": st.booleans()},
    "Activation": {"activation": activations},
    "Flatten": {},
    "Reshape": {"target_shape": st.sampled_from([(-1,), (-1, 1), (1, -1), (-1, 2), (2, -1, 1)])},
    "Rescaling": {"scale": st.sampled_from([0.5, -1.5]), "offset": st.sampled_from([0.0, 0.3])},
    "Dropout": {"rate": rates},
    "GaussianNoise": {"stddev": small},
    "BatchNormalization": {**norms, "momentum": st.sampled_from([0.0, 0.7, 0.99])},
    "LayerNormalization": norms,
    "Conv1D": {**convolution, "kernel_size": st.integers(1, 3), "strides": st.integers(1, 2), "dilation_rate": st.integers(1, 2)},
    "Conv2D": {**convolution, "kernel_size": st.sampled_from([1, (2, 3), 3]), "strides": st.sampled_from([1, (1, 2), 2])},
    "MaxPooling1D": {"padding": padding, "pool_size": st.integers(1, 3), "strides": st.none() | st.integers(1, 2)},
    "AveragePooling1D": {"padding": padding, "pool_size": st.integers(1, 3), "strides": st.none() | st.integers(1, 2)},
    "MaxPooling2D": {"padding": padding, "pool_size": st.sampled_from([1, 2, (1, 3)]), "strides": st.none() | st.integers(1, 2)},
    "AveragePooling2D": {"padding": padding, "pool_size": st.sampled_from([1, 2, (1, 3)]), "strides": st.none() | st.integers(1, 2)},
    **{f"Global{kind}Pooling{axes}D": {"keepdims": st.booleans()} for kind in ("Max", "Average") for axes in (1, 2)},
    "Embedding": {"input_dim": st.just(WORDS), "output_dim": few, "mask_zero": st.booleans(), "embeddings_regularizer": regularizers,
                  "embeddings_constraint": constraints},
    "SimpleRNN": recurrent,
    "LSTM": {**recurrent, **gates, "unit_forget_bias": st.booleans()},
    "GRU": {**recurrent, **gates, "reset_after": st.booleans()},
    "Bidirectional": {"layer": st.sampled_from(["SimpleRNN", "LSTM", "GRU"]).map(lambda kind: {"type": kind, "units": 2}),
                      "merge_mode": st.sampled_from(["sum", "mul", "concat", "ave"])},
}  # fmt: skip
"""What is drawn of each layer's arguments. All layers must be here."""
assert set(ARGUMENTS) == {cls().type for cls in LAYERS}  # type: ignore[attr-defined]

decays: st.SearchStrategy[Any] = st.sampled_from([
    {"type": "ExponentialDecay", "initial_learning_rate": 0.02, "decay_steps": 3, "decay_rate": 0.7, "staircase": True},
    {"type": "InverseTimeDecay", "initial_learning_rate": 0.02, "decay_steps": 2, "decay_rate": 0.5},
    {"type": "PolynomialDecay", "initial_learning_rate": 0.02, "decay_steps": 5, "power": 2.0, "cycle": True},
    {"type": "PiecewiseConstantDecay", "boundaries": [2, 5], "values": [0.02, 0.01, 0.001]},
    {"type": "CosineDecay", "initial_learning_rate": 0.001, "decay_steps": 6, "warmup_target": 0.02, "warmup_steps": 3},
    {"type": "CosineDecayRestarts", "initial_learning_rate": 0.02, "first_decay_steps": 3}])  # fmt: skip
clips = {"clipnorm": st.sampled_from([0.05, 1.0]), "clipvalue": st.sampled_from([0.01, 0.5]),
         "global_clipnorm": st.sampled_from([0.1, 1.0])}  # fmt: skip
careful = {"epsilon": st.sampled_from([1e-3, 0.1])}
betas = {"beta_1": st.sampled_from([0.0, 0.9]), "beta_2": st.sampled_from([0.9, 0.999])}
OWN: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "SGD": {"momentum": rates, "nesterov": st.booleans()},
    "RMSprop": {**careful, "rho": rates, "momentum": rates, "centered": st.booleans()},
    "Adam": {**careful, **betas, "amsgrad": st.booleans()},
    "AdamW": {**careful, **betas, "amsgrad": st.booleans()},
    "Nadam": {**careful, **betas},
    "Adamax": {**careful, **betas},
    "Adagrad": {**careful, "initial_accumulator_value": st.sampled_from([0.1, 1.0])},
    "Adadelta": careful,
    "Ftrl": {"l1_regularization_strength": small, "l2_regularization_strength": small, "l2_shrinkage_regularization_strength": small,
             "beta": small},
    "Lion": {},
}  # fmt: skip
assert set(OWN) == {cls().type for cls in OPTIMIZERS}

NUMBER_LOSSES = ["auto", "mean_absolute_error", {"type": "Huber", "delta": 0.3}, "log_cosh", "mean_absolute_percentage_error",
                 "mean_squared_logarithmic_error", "poisson", "cosine_similarity"]  # fmt: skip
YES_NO_LOSSES = [("sigmoid", "auto"), ("sigmoid", {"type": "BinaryCrossentropy", "label_smoothing": 0.2}),
                 ("tanh", "hinge"), ("tanh", "auto"), ("tanh", "squared_hinge"), ("linear", "perceptron"), ("softmax", "auto"),
                 ("sigmoid", {"type": "BinaryFocalCrossentropy", "gamma": 1.5, "apply_class_balancing": True}),
                 ("hard_sigmoid", "mean_squared_error")]  # fmt: skip
CLASS_LOSSES = ["auto", "sparse_categorical_crossentropy", {"type": "CategoricalCrossentropy", "label_smoothing": 0.1}, "kl_divergence",
                {"type": "CategoricalFocalCrossentropy", "alpha": 0.5}, "categorical_hinge", "mean_squared_error"]  # fmt: skip
NUMBER_METRICS = ["mae", "mse", "rmse", "mape", "r2_score"]


@st.composite
def optimizers(draw: st.DrawFn, kind: str) -> Table:
    table: Table = {"type": kind, **draw(st.fixed_dictionaries(OWN[kind]))}
    # Lion moves every weight by its rate, whichever sign a gradient of nearly nothing has; Ftrl divides by it, and some schedules end at 0.
    numbers = st.sampled_from([2e-6] if kind == "Lion" else [0.001, 0.02])
    table["learning_rate"] = draw(numbers if kind in ("Lion", "Ftrl") else decays | numbers)
    if draw(st.booleans()):
        table["weight_decay"] = draw(st.sampled_from([0.004, 0.1]))
    clip = draw(st.none() | st.sampled_from(sorted(clips)))
    return table | ({clip: draw(clips[clip])} if clip else {})


KEEPING = ("Dense", "Activation", "BatchNormalization", "Dropout", "LayerNormalization", "Rescaling", "GaussianNoise")
"""Kinds of layers that take samples of any shape, and keep the number of their axes."""


@st.composite
def stacks(draw: st.DrawFn, shape: tuple[int, ...], kind: str, output: Table) -> list[Table]:
    """A layer of a kind, others that fit before and behind it, and what brings their result to the output."""
    embeds = kind == "Embedding"
    layers = [] if embeds else draw(some_layers([], shape))
    arguments = st.fixed_dictionaries({"type": st.just(kind), **ARGUMENTS[kind]})
    layer = draw(arguments.filter(lambda table: out_of([*layers, table], shape) is not None))
    layers = draw(some_layers([*layers, layer], shape))
    return [*layers, *([{"type": "Flatten"}] if len(out_of(layers, shape) or ()) > 1 else []), output]


@st.composite
def some_layers(draw: st.DrawFn, before: list[Table], shape: tuple[int, ...]) -> list[Table]:
    """A stack with a layer or two more that keep the samples' axes."""
    for kind in draw(st.lists(st.sampled_from(KEEPING), max_size=2)):
        before = [*before, {"type": kind, **draw(st.fixed_dictionaries(ARGUMENTS[kind]))}]
    assert out_of(before, shape) is not None
    return before


SWITCHED_OFF: list[Table] = [
    {"type": "Dense", "units": 9, "kernel_regularizer": "l2"}, {"type": "Dropout", "rate": 0.4}, {"type": "Conv2D"}, {"type": "Flatten"},
    {"type": "Embedding"}, {"type": "BatchNormalization"}, {"type": "LSTM", "recurrent_dropout": 0.3},
]  # fmt: skip
"""Layers that are switched off may stand anywhere, whatever they would take."""


def out_of(layers: list[Table], shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape behind a stack; None where it does not fit."""
    shapes = walk(shape, make_spec(layers, {}).layers)
    return shapes[-1].output if shapes else shape


SHAPES: dict[str, st.SearchStrategy[tuple[int, ...]]] = {
    "vector": st.tuples(few), "sequence": st.tuples(st.integers(3, 6), few),
    "picture": st.tuples(st.integers(4, 6), st.integers(4, 6), st.integers(1, 2)),
    "words": st.tuples(st.integers(2, 6)), "rows": st.just((ROW_WIDTH,)),
}  # fmt: skip
DATA: dict[tuple[int, ...] | None, tuple[str, ...]] = {
    None: ("vector", "rows", "sequence", "picture"), (1,): ("words",), (2,): ("sequence",), (3,): ("picture",),
}  # fmt: skip
"""Data by how many axes a layer wants."""


@st.composite
def goals(draw: st.DrawFn, task: Task) -> tuple[Table, Table]:
    """An output layer, and the loss and metrics that go with it."""
    if task is Task.REGRESSION:
        loss, activation = draw(st.sampled_from(NUMBER_LOSSES)), "softplus"  # above 0, as two of the losses want it
        return dense(1, activation), {"loss": loss, "metrics": draw(st.lists(st.sampled_from(NUMBER_METRICS), unique=True, max_size=3))}
    if task is Task.MULTICLASS:
        metrics = draw(st.sampled_from([["accuracy"], ["accuracy", "top_k_categorical_accuracy"], []]))
        return dense(CLASSES, "softmax"), {"loss": draw(st.sampled_from(CLASS_LOSSES)), "metrics": metrics}
    activation, loss = draw(st.sampled_from(YES_NO_LOSSES))
    extra = ["precision", "recall", "auc"] if activation == "sigmoid" else []
    metrics = ["accuracy", *draw(st.lists(st.sampled_from(extra), unique=True))] if extra else ["accuracy"]
    return dense(2 if activation == "softmax" else 1, activation), {"loss": loss, "metrics": metrics}


@st.composite
def projects(draw: st.DrawFn, layer: str, optimizer: str) -> TrainRequest:
    """A project that can be trained, for three epochs, with its data; a layer and an optimizer of these kinds are part of it."""
    ranks = next(cls.ranks for cls in LAYERS if cls().type == layer)  # type: ignore[attr-defined]
    kind, task = draw(st.sampled_from(DATA[ranks])), draw(st.sampled_from(Task))
    shape, count = draw(SHAPES[kind]), draw(st.integers(5, 30))
    output, training = draw(goals(task))
    training |= {"epochs": 3, "batch_size": draw(st.sampled_from([4, 10, 1, 64])), "shuffle": draw(st.booleans())}
    if task is not Task.REGRESSION and draw(st.booleans()):
        training["class_weight"] = draw(st.sampled_from(["balanced", [0.5, 2.0]]))
    layers = draw(stacks(shape, layer, output))
    for off in draw(st.lists(st.sampled_from(SWITCHED_OFF), max_size=2)):
        layers.insert(draw(st.integers(0, len(layers))), {**off, "disabled": True})
    spec = make_spec(layers, {**training, "optimizer": draw(optimizers(optimizer))}, seed=draw(st.integers(0, 99)))
    words = WORDS if kind == "words" else 0
    # Keras draws dropout masks of recurrent layers in the validation, too, and drops them; the engine draws only in training.
    idle = any(table.get("dropout") or table.get("recurrent_dropout") for table in layers if not table.get("disabled"))
    dataset = make_data(shape, task, count, 0 if idle else draw(st.sampled_from([17, 1, 0])), rows=kind == "rows", words=words)
    assert not errors(check(spec, dataset.facts))
    return TrainRequest(spec, dataset, 1)


def make_data(shape: tuple[int, ...], task: Task, count: int, held: int, *, rows: bool, words: int) -> Dataset:
    """Random samples; answers above 0 for numbers, and every class at least once where there are enough samples."""
    rng = np.random.default_rng(count)
    classes = {Task.REGRESSION: 0, Task.BINARY: 2, Task.MULTICLASS: CLASSES}[task]

    def part(n: int) -> Part:
        y = rng.permutation(np.arange(n) % classes) if classes else rng.uniform(0.5, 1.5, n).astype(np.float32)
        if rows:
            return Part(Rows.of([], shape[0]) if not n else sparse(rng.random((n, *shape)) < 0.3), y)
        return Part(rng.integers(0, words, (n, *shape)) if words else rng.normal(size=(n, *shape)).astype(np.float32), y)

    names = tuple(map(str, range(classes)))
    facts = DataFacts("circle", "Circle", shape, task, count, 17, names, words=words, target_range=(0.5, 1.5))
    scaler = Affine() if rows or words else Affine(0.5, 0.1)
    return Dataset(facts, Source.GENERATED, part(count), part(17), part(held), scaler)


def sparse(matrix: np.ndarray) -> Rows:
    """The places of a matrix's ones."""
    return Rows(np.concatenate([[0], matrix.sum(1).cumsum()]).astype(np.int64), np.nonzero(matrix)[1].astype(np.int32), matrix.shape[1])
