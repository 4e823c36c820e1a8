"""Small sets are filled up to few sizes: the rows that fill them up count for nothing, and one sample more compiles nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnplayground.core.losses import CLASSIFICATION_METRICS, REGRESSION_METRICS, TOP_K
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Split, TrainRequest
from nnplayground.engine.loader import create_backend
from nnplayground.engine.probes import ProbeRequest
from nnplayground.engine.train import train
from tests.engine.making import dense, make_dataset, make_spec, request_for
from tests.engine.oracle import compare

NET = [dense(4, "tanh"), dense(1, "sigmoid")]
DRAWING = [dense(6, "tanh"), {"type": "BatchNormalization"}, {"type": "Dropout", "rate": 0.3}, dense(1, "sigmoid")]
"""It draws random numbers, and so is not compiled by XLA."""
COUNTS = (53, 54, 64, 33, 40)
"""All are filled up to 64."""


def training(**more: Any) -> dict[str, Any]:
    return {"epochs": 3, "batch_size": 10, "shuffle": False, **more}


def samples_in(backend: Backend, split: Split = Split.TRAIN) -> Any:
    return backend._run.parts[split]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("count", "rows"), [(1, 8), (8, 8), (9, 16), (256, 256), (257, 512), (16_384, 16_384), (20_001, 20_001)])
def test_few_sizes_have_room_for_every_small_number(count: int, rows: int) -> None:
    from nnplayground.engine.keras_backend.loops import room_for

    assert room_for(count) == rows


@pytest.mark.parametrize("batch_size", [10, 1000])
@pytest.mark.parametrize("count", [2, 8, 53, 64, 65])
def test_any_number_of_points_is_trained_on_as_keras_does(count: int, batch_size: int, backend: Backend) -> None:
    spec = make_spec(NET, training(batch_size=batch_size, optimizer="adam", shuffle=True))
    compare(request_for(spec, make_dataset(n=count)), backend)
    assert samples_in(backend).size == count
    assert samples_in(backend).rows >= max(8, count)


@pytest.mark.parametrize(("classes", "output", "metrics"), [
    (0, dense(1), REGRESSION_METRICS),
    (2, dense(1, "sigmoid"), [name for name in CLASSIFICATION_METRICS if name != TOP_K]),
    (2, dense(1, "tanh"), ["accuracy"]),
    (3, dense(3, "softmax"), ["accuracy", TOP_K]),
])  # fmt: skip
def test_every_metric_leaves_out_what_only_fills_up(classes: int, output: dict[str, Any], metrics: list[str], backend: Backend) -> None:
    loss = {"loss": "hinge"} if output["activation"] == "tanh" else {}
    spec = make_spec([dense(4, "tanh"), output], training(metrics=list(metrics), **loss))
    compare(request_for(spec, make_dataset(classes=classes)), backend)
    assert samples_in(backend).rows == 64


@pytest.mark.parametrize("count", [9, 53, 64])
def test_any_number_of_points_is_trained_on_where_random_numbers_are_drawn(count: int, backend: Backend) -> None:
    layers = [dense(6, "tanh"), {"type": "Dropout", "rate": 0.3}, dense(1, "sigmoid")]
    compare(request_for(make_spec(layers, training(shuffle=True)), make_dataset(n=count)), backend)
    assert samples_in(backend).rows == 1 << (count - 1).bit_length()


@pytest.mark.parametrize("classes", [2, 3])
def test_weights_of_classes_and_prices_on_weights_are_kept(classes: int, backend: Backend) -> None:
    output = dense(1, "sigmoid") if classes == 2 else dense(3, "softmax")
    layers = [dense(6, "relu", kernel_regularizer={"type": "L2", "l2": 0.05}), {"type": "LayerNormalization"}, output]
    compare(request_for(make_spec(layers, training(class_weight="balanced")), make_dataset(classes=classes)), backend)
    assert samples_in(backend).weights.shape == (64,)


@pytest.mark.parametrize("layer", [{"type": "BatchNormalization"}, dense(4, "relu", activity_regularizer={"type": "L1", "l1": 0.02})])
def test_what_looks_at_the_whole_batch_sees_nothing_but_samples(layer: dict[str, Any], backend: Backend) -> None:
    compare(request_for(make_spec([dense(4, use_bias=False), layer, dense(1, "sigmoid")], training())), backend)
    assert samples_in(backend).rows == samples_in(backend).size == 53


def test_sets_whose_size_nobody_changes_are_not_filled_up(backend: Backend) -> None:
    backend.open(request_for(make_spec(NET, training()), make_dataset((3,))))
    assert samples_in(backend).rows == 53


def test_nothing_of_the_rows_that_fill_up_is_ever_read(backend: Backend) -> None:
    """Nothing times nothing-that-is-a-number would be no number either."""
    import tensorflow as tf

    spec = make_spec(NET, training(optimizer="adam", shuffle=True, metrics=["accuracy", "auc"]))
    request = request_for(spec)
    other = create_backend()
    runs = []
    for one in (backend, other):
        one.open(request)
        runs.append(one._run)  # type: ignore[attr-defined]
    parts = runs[1].parts
    for split, samples in parts.items():
        empty = [np.where(np.arange(samples.rows)[:, None] < samples.size, array.numpy(), np.nan) for array in (samples.x, samples.y)]
        assert np.isnan(empty[0]).any()
        parts[split] = samples._replace(x=tf.constant(empty[0], tf.float32), y=tf.constant(empty[1], tf.float32))
    runs[1].loop.use(parts[Split.TRAIN], parts[Split.VALIDATION])
    first, second = (b.advance(3, float("inf")) for b in (backend, other))
    assert isinstance(first, Epochs)
    assert isinstance(second, Epochs)
    for name, values in first.logs.items():
        np.testing.assert_array_equal(values, second.logs[name])
    for a, b in zip(backend.weights(), other.weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def everything(backend: Backend, spec: ProjectSpec, dataset: Dataset, run_id: int) -> list[Any]:
    """The history, the weights, and what is to be seen of a run."""
    history = [event.logs for event in train(TrainRequest(spec, dataset, run_id), backend) if isinstance(event, Epochs)]
    columns = [np.concatenate([logs[name] for logs in history]) for name in history[0]]
    snapshot = backend.probe(ProbeRequest(grid=9, gradients=True, examine=True))
    assert snapshot is not None
    assert snapshot.examination is not None
    slopes = [g for layer in snapshot.gradients for g in layer if g is not None]
    tested = [np.array(list((backend.evaluate(split) or {}).values())) for split in Split]
    return [*columns, *backend.weights(), snapshot.output_map, *slopes, snapshot.examination.outputs, *tested]


@pytest.fixture(scope="module")
def used() -> Backend:
    return create_backend()


@pytest.mark.parametrize("layers", [NET, DRAWING], ids=["XLA", "graph"])
@pytest.mark.parametrize("count", [53, 54, 33, 65])
def test_a_run_with_other_points_is_the_run_that_it_would_have_been_alone(
    count: int, layers: list[dict[str, Any]], used: Backend, backend: Backend
) -> None:
    spec = make_spec(layers, training(epochs=12, shuffle=True, class_weight="balanced"))
    dataset = make_dataset(n=count, seed=count)
    run_id = (used.run_id or 0) + 1
    for a, b in zip(everything(used, spec, dataset, run_id), everything(backend, spec, dataset, run_id), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("layers", [NET, DRAWING], ids=["XLA", "graph"])
def test_a_point_more_or_less_compiles_nothing(layers: list[dict[str, Any]], backend: Backend) -> None:
    spec = make_spec(layers, training())
    loops = []
    for run_id, count in enumerate(COUNTS, 1):
        dataset = make_dataset(n=count)
        held = dataset.test.take(slice(0, 9 + run_id))
        list(train(TrainRequest(spec, replace(dataset, test=held, validation=held), run_id), backend))
        loops.append(backend._run.loop)  # type: ignore[attr-defined]
        assert loops[-1].steps == -(-count // 10)
    assert all(loop is loops[0] for loop in loops)
    assert loops[0]._run.experimental_get_tracing_count() == 1
