"""Networks to choose from for the data at hand: from one neuron to what its tutorials build, each with the training that suits it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nnplayground.core import edits
from nnplayground.core.answer_rules import fitting_output
from nnplayground.core.data_spec import DATA_NAMES, DataSpec, Encoding, Gates, Images, Line, Texts
from nnplayground.core.facts import DataFacts
from nnplayground.core.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    LayerBase,
    MaxPooling2D,
    Shape,
)
from nnplayground.core.losses import Task
from nnplayground.core.optimizers import SGD, Adam, RMSprop
from nnplayground.core.presets import FEW_FEATURES, recommended, recommended_for
from nnplayground.core.shapes import parameters, walk
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.validation import check, errors

Layers = tuple[LayerBase, ...]

SEQUENCES = {"optimizer": Adam(), "batch_size": 128, "epochs": 5}
WORD_SETS = {"optimizer": RMSprop(), "batch_size": 512, "epochs": 20}
PICTURES = {"optimizer": Adam(), "batch_size": 32, "epochs": 5}
REGRESSION = {Task.REGRESSION: "Linear regression", Task.BINARY: "Logistic regression", Task.MULTICLASS: "Softmax regression"}


@dataclass(frozen=True)
class Variant:
    """A network for the data: its title, what is to be said of it, its layers, and what it changes of training and data.

    `input_shape` is that of one sample once `data` is changed; what is not named stays as it is.
    """

    key: str
    title: str
    sentence: str
    layers: Layers
    input_shape: Shape
    training: dict[str, Any] = field(default_factory=dict, hash=False)
    data: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def parameters(self) -> int:
        return parameters(self.input_shape, self.layers)

    def is_of(self, spec: ProjectSpec) -> bool:
        """Whether a project has this network; how it is trained is one's own."""
        return spec.layers == self.layers and all(getattr(spec.data, name) == value for name, value in self.data.items())


def variants(data: DataSpec, facts: DataFacts) -> tuple[Variant, ...]:
    """The networks for this data, the simplest first; none while nothing is known of it."""
    if facts.unknown:
        return ()
    found = [v for v in _family(data, facts) if (out := walk(v.input_shape, v.layers)[-1].output) is not None and len(out) == 1]
    layers, training = recommended_for(facts)
    if data.name in DATA_NAMES:
        proposal = recommended(data.name)
        layers, training = proposal.layers, proposal.training
    fits = isinstance(data, Texts) and data.encoding is Encoding.SEQUENCE  # the proposal is for which words occur
    if not fits and walk(facts.input_shape, layers)[-1].output is not None and all(v.layers != layers for v in found):
        units = [layer.units for layer in layers[:-1] if isinstance(layer, Dense)]
        title = "-".join(map(str, units)) or REGRESSION[facts.task]
        kept = {name: getattr(training, name) for name in ("optimizer", "batch_size", "epochs")}
        sentence = "What is proposed when this data is chosen."
        found.append(Variant("first", f"{title}, as at first", sentence, layers, facts.input_shape, kept))
    return tuple(found)


def with_variant(spec: ProjectSpec, variant: Variant, facts: DataFacts) -> ProjectSpec:
    """The project with this network; `facts` are those of its data with the variant's changes.

    A loss or metrics that do not go with the new network become automatic again; everything else stays one's own.
    """
    taken = edits.change_data(spec, **variant.data) if variant.data else spec
    taken = edits.set_layers(edits.change_training(taken, **variant.training), variant.layers)
    for automatic in ({"loss": "auto"}, {"metrics": ("auto",)}):
        if errors(check(taken, facts)):
            taken = edits.change_training(taken, **automatic)
    return taken


def _family(data: DataSpec, facts: DataFacts) -> Iterator[Variant]:
    if isinstance(data, Texts):
        yield from _texts(data, facts)
    elif isinstance(data, Gates):
        yield from _gates(facts)
    elif facts.is_plane:
        yield from _plane(facts)
    elif isinstance(data, Line):
        yield from _line(facts)
    elif len(facts.input_shape) == 3:
        yield from _pictures(isinstance(data, Images), facts)
    elif len(facts.input_shape) == 2:
        yield from _measured_sequences(facts)
    elif len(facts.input_shape) == 1:
        yield from _tables(facts)


def _dense(units: tuple[int, ...], activation: str, facts: DataFacts) -> Layers:
    return (*(Dense(units=n, activation=activation) for n in units), fitting_output(facts))  # type: ignore[arg-type]


def _alone(facts: DataFacts) -> tuple[str, str]:
    """Title and sentence of a network without hidden layers."""
    if facts.task is Task.MULTICLASS:
        return "No hidden layer", "One neuron a class: borders between classes are straight."
    sees = "a straight border" if facts.task is Task.BINARY else "a tilted plane"
    sentence = f"One weighted sum: {sees}, no more."
    return "One neuron (no hidden layer)", sentence


def _plane(facts: DataFacts) -> Iterator[Variant]:
    shape = facts.input_shape
    yield Variant("neuron", *_alone(facts), _dense((), "", facts), shape)
    yield Variant("4-2", "4-2 tanh", "Four neurons see straight edges, two put them together.", _dense((4, 2), "tanh", facts), shape)
    yield Variant("wide", "Wide 10", "One layer of ten neurons: many edges, put together at once.", _dense((10,), "tanh", facts), shape)
    yield Variant("8-8", "8-8 relu", "Two layers with corners instead of bends; enough for a spiral.", _dense((8, 8), "relu", facts), shape)


def _gates(facts: DataFacts) -> Iterator[Variant]:
    shape, epochs = facts.input_shape, {"epochs": 500, "batch_size": 4}
    yield Variant("perceptron", "Perceptron", "A sign and the perceptron's rule: settles for AND and OR, never for XOR.",
                  (Dense(units=1, activation="sign"),), shape,
                  {"optimizer": SGD(learning_rate=0.1), "epochs": 100, "batch_size": 1, "loss": "auto"})  # fmt: skip
    yield Variant("neuron", "One neuron (no hidden layer)", "A sigmoid unit: one straight border, found by gradient descent.",
                  _dense((), "", facts), shape, {"optimizer": SGD(learning_rate=1.0), **epochs})  # fmt: skip
    yield Variant("4", "4 tanh", "A hidden layer of four neurons: what XOR needs.", _dense((4,), "tanh", facts), shape,
                  {"optimizer": Adam(learning_rate=0.05), **epochs})  # fmt: skip


def _line(facts: DataFacts) -> Iterator[Variant]:
    shape, rest = facts.input_shape, {"epochs": 500, "batch_size": 6}
    yield Variant("neuron", "One neuron (no hidden layer)", "A weight and a bias: the very line that is looked for.",
                  _dense((), "", facts), shape, {"optimizer": SGD(learning_rate=0.01), **rest})  # fmt: skip
    yield Variant("8", "8 relu", "A hidden layer where none is needed: it bends between the points and beyond.",
                  _dense((8,), "relu", facts), shape, {"optimizer": Adam(learning_rate=0.01), **rest})  # fmt: skip


def _pictures(of_book: bool, facts: DataFacts) -> Iterator[Variant]:
    shape, output = facts.input_shape, fitting_output(facts)

    def convolutions(*, dropout: bool) -> Layers:
        filters: Layers = (
            Conv2D(filters=16, kernel_size=(3, 3), activation="relu"), MaxPooling2D(),
            Conv2D(filters=32, kernel_size=(3, 3), activation="relu"), MaxPooling2D(), Flatten(),
        )  # fmt: skip
        return (*filters, *((Dropout(rate=0.5),) if dropout else ()), Dense(units=64, activation="relu"), output)

    # The lesson's rate with its batches of 100, as the tutorial's plain gradient descent has it.
    plain = {"optimizer": SGD(learning_rate=0.01), "batch_size": 100, "epochs": 5}
    yield Variant("regression", REGRESSION[facts.task], "One layer from pixels to answers: a template for each.",
                  (Flatten(), output), shape, plain)  # fmt: skip
    book = "The book's network (64-64)" if of_book else "64-64"
    yield Variant("64-64", book, "Two hidden layers of 64 over the pixels in a row.",
                  (Flatten(), *_dense((64, 64), "relu", facts)), shape, PICTURES)  # fmt: skip
    yield Variant("64-dropout", "64-64 with dropout", "The same, half of each layer left out at random while it learns.",
                  (Flatten(), Dense(units=64, activation="relu"), Dropout(rate=0.5), Dense(units=64, activation="relu"),
                   Dropout(rate=0.5), output), shape, PICTURES)  # fmt: skip
    yield Variant("deep", "Four hidden layers", "64 units four times: deeper, and hardly better.",
                  (Flatten(), *_dense((64, 64, 64, 64), "relu", facts)), shape, PICTURES)  # fmt: skip
    yield Variant("128", "128 units", "One wide hidden layer, as in TensorFlow's first tutorial.",
                  (Flatten(), *_dense((128,), "relu", facts)), shape, PICTURES)  # fmt: skip
    yield Variant("512", "512 units", "Very wide: learns fast, and learns by heart.",
                  (Flatten(), *_dense((512,), "relu", facts)), shape, PICTURES)  # fmt: skip
    yield Variant("cnn", "Small CNN", "Filters look for small patterns wherever they are.", convolutions(dropout=False), shape, PICTURES)
    yield Variant("cnn-dropout", "CNN with dropout", "The same, with half of what the filters found left out at random.",
                  convolutions(dropout=True), shape, PICTURES)  # fmt: skip


def _texts(data: Texts, facts: DataFacts) -> Iterator[Variant]:
    words, output, hot = data.num_words, fitting_output(facts), {"encoding": Encoding.MULTI_HOT}
    many = f"-{output.units}" if facts.task is Task.MULTICLASS else ""

    def of_words(key: str, title: str, sentence: str, units: tuple[int, ...], dropout: float = 0.0) -> Variant:
        noise = (Dropout(rate=dropout),) if dropout else ()
        layers = (layer for n in units for layer in (Dense(units=n, activation="relu"), *noise))
        return Variant(key, title, sentence, (*layers, output), (words,), WORD_SETS, hot)

    yield of_words("regression", REGRESSION[facts.task], "Every word has a weight of its own, and no word depends on another.", ())
    if many:
        yield of_words("64-64", f"64-64{many}", "The tutorial's network: wide enough for all topics.", (64, 64))
        yield of_words("64-4", f"64-4{many} (bottleneck)", "Four units cannot tell so many topics apart: clearly worse.", (64, 4))
        yield of_words("64-32", f"64-32{many}", "A narrower second layer.", (64, 32))
        yield of_words("64-128", f"64-128{many}", "A wider second layer.", (64, 128))
        yield of_words("64", f"64{many}", "One hidden layer only.", (64,))
        yield of_words("64-64-64", f"64-64-64{many}", "Three hidden layers.", (64, 64, 64))
    else:
        yield of_words("16-16", "16-16", "The tutorial's network for which words occur.", (16, 16))
        yield of_words("4-4", "4-4", "A smaller one: learns slower, and less by heart.", (4, 4))
        yield of_words("16-dropout", "16-16 with dropout", "Half of each layer left out at random while it learns.", (16, 16), 0.5)
    sequence = {"encoding": Encoding.SEQUENCE}
    after: Layers = (Dense(units=64, activation="relu"), output) if many else (output,)
    for key, title, sentence, layers in (
        ("average", "Embedding and average", "A vector for each word, and their mean: the order does not count.",
         (GlobalAveragePooling1D(),)),
        ("lstm", "LSTM", "Reads word by word with a memory.", (LSTM(units=32),)),
        ("conv1d", "Conv1D", "Filters look for phrases of five words.",
         (Conv1D(filters=32, kernel_size=5, activation="relu"), GlobalMaxPooling1D())),
        ("gru", "Bidirectional GRU", "Reads forwards and backwards with a lighter memory.", (Bidirectional(layer=GRU(units=16)),)),
    ):  # fmt: skip
        embedding = Embedding(input_dim=words, output_dim=32)
        yield Variant(key, title, sentence, (embedding, *layers, *after), (data.maxlen,), SEQUENCES, sequence)


def _measured_sequences(facts: DataFacts) -> Iterator[Variant]:
    shape, output = facts.input_shape, fitting_output(facts)
    yield Variant("regression", REGRESSION[facts.task], "All numbers in one row, and no hidden layer.", (Flatten(), output), shape)
    yield Variant("64-32", "64-32", "All numbers in one row.", (Flatten(), *_dense((64, 32), "relu", facts)), shape)
    yield Variant("conv1d", "Conv1D", "Filters look for short patterns anywhere.",
                  (Conv1D(filters=32, kernel_size=3, activation="relu"), GlobalMaxPooling1D(), output), shape)  # fmt: skip
    yield Variant("lstm", "LSTM", "Reads step by step with a memory.", (LSTM(units=32), output), shape)


def _tables(facts: DataFacts) -> Iterator[Variant]:
    shape, output = facts.input_shape, fitting_output(facts)
    yield Variant("regression", REGRESSION[facts.task], "Every feature has a weight, and nothing is between.", (output,), shape)
    small = (4,) if facts.input_shape[0] <= FEW_FEATURES else (16, 16)
    yield Variant("small", "-".join(map(str, small)), "A small network.", _dense(small, "relu", facts), shape)
    yield Variant("64-64", "64-64", "Two hidden layers of 64.", _dense((64, 64), "relu", facts), shape)
    yield Variant("64-dropout", "64-64 with dropout", "Some of each layer left out at random, so that less is learned by heart.",
                  (Dense(units=64, activation="relu"), Dropout(rate=0.2), Dense(units=64, activation="relu"), Dropout(rate=0.2),
                   output), shape)  # fmt: skip
