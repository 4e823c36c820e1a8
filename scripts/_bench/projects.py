"""The projects that are measured: networks and data of the books and of TensorFlow Playground's page."""

from __future__ import annotations

from dataclasses import replace

from nnplayground.core import edits, presets
from nnplayground.core.data_spec import Feature
from nnplayground.core.layers import LSTM, Conv2D, Dense, Embedding, Flatten, MaxPooling2D, Reshape
from nnplayground.core.optimizers import SGD, Adam
from nnplayground.core.spec import ProjectSpec, StopWhen
from nnplayground.data.dataset import Dataset
from nnplayground.data.registry import load
from nnplayground.data.store import Store

ENDLESS = 1_000_000_000
ALL_FEATURES = tuple(Feature)


def dataset_of(spec: ProjectSpec, *, samples: int | None = None) -> Dataset:
    """The project's data with nothing to validate on; of the training samples the first `samples`."""
    dataset = load(spec.data, spec.seed, Store.default())
    return replace(dataset, validation=None, points=None, train=dataset.train.take(slice(0, samples)))


def plane(name: str, units: tuple[int, ...], *, features: tuple[Feature, ...] = ALL_FEATURES[:2], seed: int = 42) -> ProjectSpec:
    """TensorFlow Playground's own: 250 points to learn from and 250 to test, batch 10, tanh throughout, gradient descent.

    Its loss is half the squared error, so that its learning rate .03 is .015 for the mean squared error.
    """
    spec = edits.set_seed(presets.recommended(name), seed)
    spec = edits.change_data(spec, features=features)
    layers = tuple(Dense(units=n, activation="tanh") for n in (*units, 1))
    return endless(edits.change_training(edits.set_layers(spec, layers), optimizer=SGD(learning_rate=0.015), batch_size=10))


def until_loss(spec: ProjectSpec, loss: float) -> ProjectSpec:
    """The project, ended by the epoch whose loss is below a mark."""
    return edits.change_training(spec, stop_when=StopWhen(metric="loss", below=loss))


def endless(spec: ProjectSpec) -> ProjectSpec:
    return edits.change_training(spec, epochs=ENDLESS)


def full(name: str) -> ProjectSpec:
    """The recommended project on the full set, never on the built-in sample."""
    return endless(edits.change_data(presets.recommended(name), source="full"))


def convolutional() -> ProjectSpec:
    """MNIST with 32 and 64 filters of 3 by 3, batch 128."""
    layers = (
        Reshape(target_shape=(28, 28, 1)),
        Conv2D(filters=32, kernel_size=(3, 3), activation="relu"),
        MaxPooling2D(),
        Conv2D(filters=64, kernel_size=(3, 3), activation="relu"),
        MaxPooling2D(),
        Flatten(),
        Dense(units=10, activation="softmax"),
    )
    return edits.change_training(edits.set_layers(full("mnist"), layers), batch_size=128, optimizer=Adam())


def small_convolutional() -> ProjectSpec:
    """MNIST with 16 and 32 filters of 3 by 3, batch 32: a network that digits are drawn for."""
    layers = (
        Conv2D(filters=16, kernel_size=(3, 3), activation="relu"),
        MaxPooling2D(),
        Conv2D(filters=32, kernel_size=(3, 3), activation="relu"),
        MaxPooling2D(),
        Flatten(),
        Dense(units=10, activation="softmax"),
    )
    return edits.change_training(edits.set_layers(full("mnist"), layers), batch_size=32, optimizer=Adam())


def recurrent() -> ProjectSpec:
    """IMDB as sequences of 200 words, padded: 10,000 words to 32 numbers, 32 LSTM units, batch 128."""
    spec = edits.change_data(full("imdb"), encoding="sequence", maxlen=200)
    layers = (Embedding(input_dim=10_000, output_dim=32), LSTM(units=32), Dense(units=1, activation="sigmoid"))
    return edits.change_training(edits.set_layers(spec, layers), batch_size=128)
