"""The network and training that suit each data set: what choosing it proposes, and what the window starts with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

from pydantic import ValidationError

from nnplayground.core.answer_rules import fitting_output
from nnplayground.core.data_spec import DataSpec, Encoding, Texts, default_data
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import Conv2D, Dense, Dropout, Embedding, Flatten, LayerBase, MaxPooling2D
from nnplayground.core.layers.base import Shape
from nnplayground.core.optimizers import SGD, Adam, RMSprop
from nnplayground.core.problems import Severity
from nnplayground.core.shapes import walk
from nnplayground.core.spec import ProjectSpec, TrainingSpec
from nnplayground.core.validation import check


def _dense(units: tuple[int, ...], activation: str, output: Dense) -> tuple[LayerBase, ...]:
    return (*(Dense(units=n, activation=activation) for n in units), output)  # type: ignore[arg-type]


_SIGMOID = Dense(units=1, activation="sigmoid")
_VALUE = Dense(units=1)
_PLANE = TrainingSpec(optimizer=Adam(learning_rate=0.01), epochs=500, batch_size=10)
_IMAGES = TrainingSpec(optimizer=Adam(), epochs=5, batch_size=32)
_TEXTS = TrainingSpec(optimizer=RMSprop(), epochs=20, batch_size=512)
_BOOK_IMAGES: tuple[LayerBase, ...] = (Flatten(), *_dense((64, 64), "relu", Dense(units=10, activation="softmax")))
_BATCHES = ((1_000, 16), (20_000, 32), (200_000, 256))
"""Up to how many samples which batch is used."""
_LARGEST_BATCH = 1024
_STEPS = 10_000
"""About how many steps a recommended training takes."""
MOST_STEPS = 500_000
FEW_FEATURES, MANY_FEATURES = 10, 20
"""Up to few, a network is so small that each of its neurons can be looked at."""
FEWEST_WORDS = 40
"""A network that takes fewer numbers is hardly one for texts."""
SMALLEST_PICTURE = 10
"""The height or width below which a picture is not searched for patterns any more."""
LARGE_PICTURE = 128 * 128

_NETWORKS: dict[str, tuple[tuple[LayerBase, ...], TrainingSpec, dict[str, Any]]] = {
    "circle": (_dense((4, 2), "tanh", _SIGMOID), _PLANE, {}),
    "xor_cloud": (_dense((4, 2), "tanh", _SIGMOID), _PLANE, {}),
    "gauss": (_dense((4, 2), "tanh", _SIGMOID), _PLANE, {}),
    "spiral": (_dense((8, 8), "tanh", _SIGMOID), _PLANE, {"features": ("x1", "x2", "sin(x1)", "sin(x2)")}),
    "moons": (_dense((8, 4), "tanh", _SIGMOID), _PLANE, {}),
    "plane": (_dense((4, 2), "tanh", _VALUE), _PLANE, {}),
    "gaussians": (_dense((8, 6), "tanh", _VALUE), _PLANE, {}),
    "and": ((_SIGMOID,), TrainingSpec(optimizer=SGD(learning_rate=1.0), epochs=500, batch_size=4), {}),
    "or": ((_SIGMOID,), TrainingSpec(optimizer=SGD(learning_rate=1.0), epochs=500, batch_size=4), {}),
    "xor": (_dense((4,), "tanh", _SIGMOID), TrainingSpec(optimizer=Adam(learning_rate=0.05), epochs=500, batch_size=4), {}),
    "line": ((_VALUE,), TrainingSpec(optimizer=SGD(learning_rate=0.01), epochs=500, batch_size=6), {}),
    "gender": (_dense((4,), "relu", Dense(units=2, activation="softmax")), TrainingSpec(optimizer=RMSprop(), epochs=10, batch_size=8), {}),
    "mnist": (_BOOK_IMAGES, _IMAGES, {"scaling": "minus_half_to_half"}),
    "fashion_mnist": (
        (Flatten(), Dense(units=128, activation="relu"), Dropout(rate=0.2), Dense(units=10, activation="softmax")),
        _IMAGES, {}),
    "imdb": (_dense((16, 16), "relu", _SIGMOID), _TEXTS, {"validation": {"count": 10_000}}),
    "reuters": (_dense((64, 64), "relu", Dense(units=46, activation="softmax")), _TEXTS, {"validation": {"count": 1_000}}),
    "boston_housing": (_dense((64, 64), "relu", _VALUE), TrainingSpec(optimizer=RMSprop(), epochs=80, batch_size=16), {}),
}


def recommended(name: str, title: str = "") -> ProjectSpec:
    """A whole project for a data set. Raises KeyError for an unknown name."""
    layers, training, settings = _NETWORKS[name]
    data = default_data(name)
    data = type(data).model_validate({**data.model_dump(), "validation": {"use": "test"}, **settings})
    return ProjectSpec(name=title or "Untitled", data=data, layers=layers, training=training)


def default_project() -> ProjectSpec:
    """What the window opens with: learns something visible on the first click."""
    return recommended("circle")


def recommended_for(facts: DataFacts) -> tuple[tuple[LayerBase, ...], TrainingSpec]:
    """A small network and its training for data that nothing is known of but its facts: one's own."""
    output = fitting_output(facts)
    if facts.is_plane:
        return _dense((8, 4), "tanh", output), _PLANE
    batch = next((size for samples, size in _BATCHES if facts.train_samples <= samples), _LARGEST_BATCH)
    if len(facts.input_shape) == 3 and min(facts.input_shape[:2]) >= SMALLEST_PICTURE:
        layers = _convolutions(facts.input_shape[:2], output)
        batch = min(batch, 32) if prod(facts.input_shape[:2]) <= LARGE_PICTURE else 8
    else:
        inputs = prod(facts.input_shape)
        units = (8, 8) if inputs <= FEW_FEATURES else (16, 16) if inputs <= MANY_FEATURES else (64, 32)
        layers = _dense(units, "relu", output)
        if len(facts.input_shape) > 1:
            layers = (Flatten(), *layers)
    steps = -(-facts.train_samples // batch)
    return layers, TrainingSpec(optimizer=Adam(), epochs=min(max(_STEPS // max(steps, 1), 5), 200), batch_size=batch)


def _convolutions(size: tuple[int, ...], output: Dense) -> tuple[LayerBase, ...]:
    """Filters and pooling until little is left of a picture's height and width, then one hidden layer."""
    layers: list[LayerBase] = []
    height, width = size
    filters = 16
    while min(height, width) >= SMALLEST_PICTURE:
        layers += [Conv2D(filters=filters, kernel_size=(3, 3), activation="relu"), MaxPooling2D()]
        height, width, filters = (height - 2) // 2, (width - 2) // 2, min(2 * filters, 64)
    return (*layers, Flatten(), Dense(units=32, activation="relu"), output)


def choose_data(spec: ProjectSpec, name: str, facts: DataFacts) -> ProjectSpec:
    """Take a data set that is built in: with the network one has if it fits `facts`, else with the recommended one."""
    proposal = recommended(name, spec.name)
    return _take(spec, proposal.data, facts, proposal.layers, proposal.training)


def take_data(spec: ProjectSpec, data: DataSpec, facts: DataFacts) -> ProjectSpec:
    """Take data of one's own: with the network one has if it fits `facts`, else with `recommended_for` them.

    A network that is a built-in set's recommended one, untouched, is nobody's: it gives way. A training that would take
    for ever on so many samples gets other batches and epochs; all else of it stays.
    """
    layers, training = recommended_for(facts)
    preset = _NETWORKS.get(spec.data.name)
    if preset is not None and preset[:2] == (spec.layers, spec.training):
        return spec.model_copy(update={"data": data, "layers": layers, "training": training})
    taken = _take(spec, data, facts, layers, training)
    if taken.training.epochs * -(-facts.train_samples // taken.training.batch_size) > MOST_STEPS:
        shorter = taken.training.model_copy(update={"batch_size": training.batch_size, "epochs": training.epochs})
        return taken.model_copy(update={"training": shorter})
    return taken


def _take(spec: ProjectSpec, data: DataSpec, facts: DataFacts, layers: tuple[LayerBase, ...], training: TrainingSpec) -> ProjectSpec:
    """A network for words is none for measurements, even where the shapes fit: its batches and epochs do not."""
    alike = isinstance(data, Texts) == isinstance(spec.data, Texts)
    kept = spec.model_copy(update={"data": data})
    fits = not any(p.severity is Severity.ERROR for p in check(kept, facts))
    if alike and fits and spec.output_layer == fitting_output(facts):
        return kept
    return spec.model_copy(update={"data": data, "layers": layers, "training": training})


def around(
    spec: ProjectSpec, layers: tuple[LayerBase, ...], training: TrainingSpec | None, shape: Shape | None,
    known: Callable[[DataSpec], DataFacts],
) -> ProjectSpec:  # fmt: skip
    """A project for a network from elsewhere that takes samples of `shape`: on the present data, or on the built-in set that suits it.

    Where none does, it stays with the present data, and `misfit` says so.
    """
    compiled = {k: getattr(training, k) for k in ("optimizer", "loss", "metrics")} if training is not None else {}

    def on(project: ProjectSpec) -> ProjectSpec:
        return project.model_copy(update={"layers": layers, "training": project.training.model_copy(update=compiled)})

    proposals = [spec, *(recommended(name, spec.name) for name in _NETWORKS)]
    candidates = [on(project) for project in (*proposals, *_texts_of(proposals, layers, shape))]
    suiting = [p for p in candidates if (facts := known(p.data)).input_shape == shape and not facts.unknown]
    sound = (p for p in suiting if not any(problem.severity is Severity.ERROR for problem in check(p, known(p.data))))
    return next(sound, (suiting or candidates)[0])


def _texts_of(proposals: list[ProjectSpec], layers: tuple[LayerBase, ...], shape: Shape | None) -> Iterator[ProjectSpec]:
    """Texts as a network takes them: so many words in their order for an Embedding, else which of so many occur."""
    first = next((layer for layer in layers if not layer.disabled), None)
    for project in proposals:
        if not isinstance(project.data, Texts) or shape is None or len(shape) != 1 or shape[0] < FEWEST_WORDS:
            continue
        settings: dict[str, Any] = {"encoding": Encoding.MULTI_HOT, "num_words": shape[0]}
        if isinstance(first, Embedding):
            words = min(project.data.num_words, first.input_dim)
            settings = {"encoding": Encoding.SEQUENCE, "maxlen": shape[0], "num_words": words}
        try:
            yield project.model_copy(update={"data": type(project.data).model_validate({**project.data.model_dump(), **settings})})
        except ValidationError:
            continue


def misfit(spec: ProjectSpec, shape: Shape | None, facts: DataFacts) -> str:
    """What a network from elsewhere takes and gives, where its data does not go with that; empty where it does."""
    wrong = any(problem.severity is Severity.ERROR for problem in check(spec, facts))
    if shape is None or facts.unknown or (facts.input_shape == shape and not wrong):
        return ""
    last = walk(shape, spec.layers)[-1].output if spec.layers else None
    gives = f" and gives {last[0]:,} number{'s' if last[0] > 1 else ''} for each" if last is not None and len(last) == 1 else ""
    written = f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
    what = {1: "a table with as many columns", 3: "pictures of this size"}.get(len(shape), "arrays of this shape")
    return f"It takes samples of shape {written}{gives}: no built-in data set has them. Import {what} to train it or to try it."
