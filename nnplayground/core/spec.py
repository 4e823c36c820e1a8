"""`ProjectSpec`: the one value that says everything about an experiment."""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, Strict, field_validator, model_validator

from nnplayground.core.class_weights import ClassWeight
from nnplayground.core.data_spec import DataSpec
from nnplayground.core.layers import Layer, LayerBase
from nnplayground.core.losses import MORE_IS_BETTER, Loss, Metric, OneOrMany, history_name
from nnplayground.core.optimizers import Optimizer
from nnplayground.core.schedules import MAX_RATE
from nnplayground.core.value import Value

FORMAT = 1
MAX_LAYERS = 100
MAX_EPOCHS = 1_000_000_000
MAX_BATCH_SIZE = 1_000_000
MAX_SEED = 2**31 - 1


class StopWhen(Value):
    """Stop after the epoch in which a metric passes a mark: exactly one of `below` and `above`."""

    metric: str = Field(default="loss", min_length=1, max_length=60, description="Which number is watched.")
    below: float | None = Field(default=None, description="Stop when the number is below this.")
    above: float | None = Field(default=None, description="Stop when the number is above this.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.below is None) == (self.above is None):
            found = "neither" if self.below is None else "both"
            raise ValueError(f"expected exactly one of below and above; found {found}")
        return self


class _Watching(Value):
    """A rule that watches whether a number improves."""

    monitor: str = Field(default="val_loss", min_length=1, max_length=60, description="Which number is watched. Keras: monitor")
    mode: Literal["auto", "min", "max"] = Field(default="auto", description="Whether less or more is better. Keras: mode")

    @property
    def prefers_more(self) -> bool:
        """Whether larger values are better, as Keras decides it for `mode='auto'`: by the class of the metric."""
        if self.mode == "auto":
            return history_name(self.monitor).removeprefix("val_") in MORE_IS_BETTER
        return self.mode == "max"


class EarlyStopping(_Watching):
    """Stop when a number has not improved for a while. Source of names: keras.callbacks.EarlyStopping."""

    min_delta: float = Field(default=0.0, ge=0, description="The least change that counts. Keras: min_delta")
    patience: int = Field(default=0, ge=0, le=MAX_EPOCHS, description="How many epochs without improvement are borne. Keras: patience")
    baseline: float | None = Field(default=None, description="The mark to beat. Keras: baseline")
    restore_best_weights: bool = Field(default=False, description="Go back to the best epoch's weights. Keras: restore_best_weights")
    start_from_epoch: int = Field(default=0, ge=0, le=MAX_EPOCHS, description="Epochs before watching begins. Keras: start_from_epoch")


class ReduceLROnPlateau(_Watching):
    """Take smaller steps when a number has not improved for a while. Source of names: keras.callbacks.ReduceLROnPlateau."""

    factor: float = Field(default=0.1, gt=0, lt=1, description="What the learning rate is multiplied by. Keras: factor")
    patience: int = Field(default=10, ge=0, le=MAX_EPOCHS, description="How many epochs without improvement are borne. Keras: patience")
    min_delta: float = Field(default=1e-4, ge=0, description="The least change that counts. Keras: min_delta")
    cooldown: int = Field(default=0, ge=0, le=MAX_EPOCHS, description="Epochs of rest after a reduction. Keras: cooldown")
    min_lr: float = Field(default=0.0, ge=0, le=MAX_RATE, description="The learning rate never goes below this. Keras: min_lr")


class TrainingSpec(Value):
    """How the network learns. Names are those of keras.Model.compile and fit."""

    optimizer: Optimizer = Field(default="adam", validate_default=True, description="How each step is taken. Keras: optimizer")
    loss: Loss = Field(default="auto", description="What is made smaller. Keras: loss")
    metrics: Annotated[tuple[Metric, ...], Strict(False), OneOrMany] = Field(default=("auto",), max_length=10, description="What is watched besides the loss. Keras: metrics")  # noqa: E501
    epochs: int = Field(default=10, ge=0, le=MAX_EPOCHS, description="How often the network sees all training samples. Keras: epochs")
    batch_size: int = Field(default=32, ge=1, le=MAX_BATCH_SIZE, description="How many samples make one step. Keras: batch_size")
    shuffle: bool = Field(default=True, description="A new order in every epoch. Keras: shuffle")
    stop_when: StopWhen | None = Field(default=None, description="Stop after the epoch in which a number passes a mark.")
    early_stopping: EarlyStopping | None = Field(default=None, description="Stop when a number has not improved for a while. Keras: EarlyStopping")  # noqa: E501
    reduce_lr_on_plateau: ReduceLROnPlateau | None = Field(default=None, description="Take smaller steps when a number has not improved for a while. Keras: ReduceLROnPlateau")  # noqa: E501
    class_weight: ClassWeight | None = Field(default=None, description="What each class weighs in the loss: 'balanced', or a number a class. Keras: class_weight")  # noqa: E501
    k_fold: int | None = Field(default=None, ge=2, le=100, description="Train that many times, each time with another part set aside.")

    @model_validator(mode="after")
    def _metrics_once(self) -> Self:
        if len(set(self.metrics)) < len(self.metrics):
            raise ValueError("expected each metric once; found one twice")
        return self

    @property
    def loss_name(self) -> str:
        """The loss without its arguments: Keras's short name, or 'auto'."""
        return self.loss if isinstance(self.loss, str) else str(self.loss.loss_name)


CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Characters that end a line or command a terminal."""


def _one_line(text: str) -> str:
    if CONTROL.search(text):
        raise ValueError(f"expected one line without control characters; found {text!r}")
    return text


def _inside(path: str) -> str:
    """An output stays below the output folder."""
    for kind in (PurePosixPath(path), PureWindowsPath(path)):
        if kind.is_absolute() or kind.drive or ".." in kind.parts:
            raise ValueError(f"expected a path below the output folder; found '{path}'")
    if CONTROL.search(path) or path.endswith(("/", "\\")) or PurePosixPath(path).name in ("", "."):
        raise ValueError(f"expected a file name; found {path!r}")
    return path


def _ends(*suffixes: str) -> AfterValidator:
    def check(path: str) -> str:
        if not path.endswith(suffixes):  # Keras wants its own endings in small letters
            raise ValueError(f"expected a name ending in {' or '.join(suffixes)}; found '{path}'")
        return path

    return AfterValidator(check)


OutputPath = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_inside)]


class OutputSpec(Value):
    """Which files a run leaves behind, relative to the output folder. Their endings differ, so no two are one file."""

    project: Annotated[OutputPath, _ends(".nnp")] | None = None
    weights: Annotated[OutputPath, _ends(".weights.h5")] | None = None
    model: Annotated[OutputPath, _ends(".keras")] | None = None
    code: Annotated[OutputPath, _ends(".py")] | None = None
    history: Annotated[OutputPath, _ends(".csv")] | None = None
    plots: Annotated[OutputPath, _ends(".png", ".svg", ".pdf")] | None = None

    def wanted(self) -> dict[str, str]:
        """The outputs asked for, kind to path."""
        return {k: v for k in type(self).model_fields if (v := getattr(self, k)) is not None}


class ProjectSpec(Value):
    """Everything about an experiment: what is saved, undone, shared and trained."""

    format: int = Field(default=FORMAT, description="The version of the recipe format.")
    name: Annotated[str, AfterValidator(_one_line)] = Field(default="Untitled", min_length=1, max_length=200)
    seed: int = Field(default=42, ge=0, le=MAX_SEED, description="Everything random comes from it: data, initial weights, order, dropout.")
    notes: str = Field(default="", max_length=100_000)
    data: DataSpec
    layers: Annotated[tuple[Layer, ...], Strict(False)] = Field(max_length=MAX_LAYERS)
    training: TrainingSpec = TrainingSpec()
    output: OutputSpec = OutputSpec()

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: int) -> int:
        if value > FORMAT:
            raise ValueError(f"expected format {FORMAT}; found {value}, which a newer nnplayground wrote. Update the app to open it.")
        if value < 1:
            raise ValueError(f"expected format {FORMAT}; found {value}")
        return value

    @property
    def active(self) -> tuple[LayerBase, ...]:
        """The layers that are on: those that the network is built of."""
        return tuple(layer for layer in self.layers if not layer.disabled)

    @property
    def input_index(self) -> int | None:
        """The index in `layers` of the first one that is on, which takes the samples; None without one."""
        return next((i for i, layer in enumerate(self.layers) if not layer.disabled), None)

    @property
    def output_index(self) -> int | None:
        """The index in `layers` of the last one that is on, which gives the answers; None without one."""
        return next((i for i in reversed(range(len(self.layers))) if not self.layers[i].disabled), None)

    @property
    def output_layer(self) -> LayerBase | None:
        """The last layer that is on; None without one."""
        return None if self.output_index is None else self.layers[self.output_index]
