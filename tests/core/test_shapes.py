"""Shapes and parameter counts without TensorFlow, held against Keras itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from nnplayground.core.layers import (
    LAYERS,
    LSTM,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Embedding,
    Flatten,
    LayerBase,
    MaxPooling2D,
    Reshape,
    ShapeError,
)  # fmt: skip
from nnplayground.core.layers.sequence import RECURRENT
from nnplayground.core.shapes import parameters, walk
from tests.core.strategies import values_of

SMALL: dict[str, st.SearchStrategy[Any]] = {
    "units": st.integers(1, 5), "filters": st.integers(1, 6), "groups": st.integers(1, 3), "output_dim": st.integers(1, 5),
    "input_dim": st.integers(1, 50), "padding": st.sampled_from(["valid", "same"]), "return_sequences": st.booleans(),
    "use_bias": st.booleans(), "keepdims": st.booleans(), "center": st.booleans(), "scale": st.booleans(), "reset_after": st.booleans(),
    "merge_mode": st.sampled_from(["concat", "sum", "mul", "ave"]),
    "target_shape": st.lists(st.sampled_from([-1, 1, 2, 3, 4, 6, 12, 0]), min_size=1, max_size=3).map(tuple),
    "go_backwards": st.booleans(), "mask_zero": st.booleans(), "trainable": st.booleans(),
    "disabled": st.sampled_from([False, False, False, True]),
}  # fmt: skip
"""What shapes and counts depend on, small enough to build at once; Keras's defaults for the rest."""
WINDOWS = {"kernel_size": 4, "pool_size": 4, "strides": 3, "dilation_rate": 3}
SHAPES = {
    1: st.tuples(st.integers(1, 24)),
    2: st.tuples(st.integers(1, 12), st.integers(1, 6)),
    3: st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1, 6)),
}


@st.composite
def small(draw: st.DrawFn, kind: type[LayerBase]) -> LayerBase:
    arguments: dict[str, Any] = {}
    for name in kind.model_fields:
        if kind.__name__ == "Rescaling" and name == "scale":
            continue
        if name in SMALL:
            arguments[name] = draw(SMALL[name])
        elif name in WINDOWS:
            sizes = st.integers(1, WINDOWS[name])
            size = sizes if kind.__name__.endswith("1D") else st.tuples(sizes, sizes)
            arguments[name] = draw(size | st.none() if "Pooling" in kind.__name__ and name == "strides" else size)
        elif kind is Bidirectional and name == "layer":
            arguments[name] = draw(st.one_of([small(k) for k in RECURRENT]).filter(lambda inner: not inner.disabled))
    return kind.model_validate(arguments)


def model_of(shape: tuple[int, ...], layers: tuple[LayerBase, ...]) -> Any:
    """The real network."""
    from nnplayground.engine.loader import create_backend

    create_backend()
    import keras

    from nnplayground.engine.keras_backend.build import keras_layer

    return keras.Sequential([keras.Input(shape), *map(keras_layer, layers)])


def of_keras(shape: tuple[int, ...], layers: tuple[LayerBase, ...]) -> tuple[tuple[int, ...], int]:
    """The output shape and the number of parameters of the real network."""
    model = model_of(shape, layers)
    return tuple(model.output_shape[1:]), model.count_params()


def or_nothing(shape: tuple[int, ...], layers: tuple[LayerBase, ...]) -> tuple[tuple[int, ...] | None, int]:
    """The same where Keras can make it; else what the rules say then."""
    try:
        return of_keras(shape, layers)
    except (ValueError, ZeroDivisionError):
        return None, 0


@pytest.mark.parametrize("kind", LAYERS, ids=lambda c: c.__name__)
def test_a_layer_does_to_a_shape_what_keras_does(kind: type[LayerBase]):
    """And refuses what Keras refuses, and nothing else."""
    # Keras would take words in rows and columns too, and give samples of three axes; no text has such.
    ranks = (1,) if kind is Embedding else (1, 2, 3)
    fitting = st.one_of([SHAPES[r] for r in kind.ranks or ranks])

    @given(small(kind), fitting | fitting | fitting | st.one_of([SHAPES[r] for r in ranks]))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def check(layer: LayerBase, shape: tuple[int, ...]) -> None:
        (entry,) = walk(shape, (layer,))
        assert (entry.output, entry.parameters) == or_nothing(shape, (layer,))
        assert bool(entry.error) == (entry.output is None)

    check()


@pytest.mark.parametrize("kind", LAYERS, ids=lambda c: c.__name__)
def test_the_memory_of_a_layer_is_that_of_keras(kind: type[LayerBase]):
    @given(small(kind), st.one_of([SHAPES[r] for r in kind.ranks or (1, 2, 3)]))
    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def check(layer: LayerBase, shape: tuple[int, ...]) -> None:
        (entry,) = walk(shape, (layer,))
        assume(not entry.error and not layer.disabled)
        model = model_of(shape, (layer,))
        assert entry.weight_bytes == sum(weight.numpy().nbytes for weight in model.weights) == 4 * model.count_params()
        assert entry.output_bytes == model(np.zeros((1, *shape), "float32")).numpy().nbytes

    check()


def test_the_memory_of_what_is_off_or_unknown():
    off, bad, behind = walk((6,), (Dense(units=9, disabled=True), Conv2D(), Dense()))
    assert (off.output, off.parameters, off.weight_bytes, off.output_bytes) == ((6,), 0, 0, 0)
    assert (bad.input, bad.weight_bytes, bad.output_bytes) == ((6,), 0, None)
    assert (behind.weight_bytes, behind.output_bytes) == (0, None)


@pytest.mark.parametrize(("layer", "shape"), [
    (Conv2D(kernel_size=(5, 5)), (4, 9, 1)),
    (Conv1D(kernel_size=3, dilation_rate=3), (6, 2)),
    (Conv2D(groups=2), (9, 9, 3)),
    (Conv2D(strides=(2, 2), dilation_rate=(2, 2)), (20, 20, 1)),
    (MaxPooling2D(pool_size=(3, 3)), (2, 9, 1)),
    (Bidirectional(layer=LSTM(go_backwards=True)), (5, 2)),
    (Reshape(target_shape=(5, 5)), (24,)),
    (Reshape(target_shape=(-1, 7)), (24,)),
    (Reshape(target_shape=(-1, -1)), (24,)),
])  # fmt: skip
def test_what_keras_refuses_is_a_shape_error(layer: LayerBase, shape: tuple[int, ...]):
    (entry,) = walk(shape, (layer,))
    assert entry.error.endswith(".")
    assert entry.output is None
    with pytest.raises(ValueError):
        of_keras(shape, (layer,))


@pytest.mark.parametrize("kind", [k for k in LAYERS if k.ranks], ids=lambda c: c.__name__)
def test_a_sample_with_the_wrong_number_of_axes_is_named(kind: type[LayerBase]):
    shape = (2,) * (max(kind.ranks or ()) + 1)
    with pytest.raises(ShapeError, match=rf"{kind.__name__} wants samples with {kind.ranks[0]} ax[ie]s; it gets 2 × 2"):
        kind().output_shape(shape)


@given(st.sampled_from(LAYERS).flatmap(values_of), st.one_of(*SHAPES.values()))
@settings(max_examples=200, deadline=None)
def test_no_argument_and_no_shape_breaks_the_rules(layer: LayerBase, shape: tuple[int, ...]):
    (entry,) = walk(shape, (layer,))
    assert bool(entry.error) == (entry.output is None)
    assert entry.parameters >= 0
    assert all(isinstance(n, int) and n > 0 for n in entry.output or ())
    assert isinstance(layer.caption(), str)


def test_a_whole_stack():
    layers = (Conv2D(filters=4, kernel_size=(3, 3)), MaxPooling2D(), BatchNormalization(), Flatten(), Dense(units=10))
    shapes = walk((28, 28, 1), layers)
    assert [s.output for s in shapes] == [(26, 26, 4), (13, 13, 4), (13, 13, 4), (676,), (10,)]
    assert (shapes[-1].output, parameters((28, 28, 1), layers)) == of_keras((28, 28, 1), layers)


def test_behind_a_layer_that_does_not_fit_nothing_is_known():
    shapes = walk((2,), (Dense(units=3), Conv2D(), Dense(units=1)))
    assert (shapes[0].output, shapes[0].parameters) == ((3,), 9)
    assert shapes[1].error.startswith("Conv2D wants samples with 3 axes; it gets 3")
    assert shapes[2] == type(shapes[2])(None, None)
    assert parameters((2,), ()) == 0


def test_word_vectors():
    assert walk((20,), (Embedding(input_dim=100, output_dim=8),))[0].output == (20, 8)
