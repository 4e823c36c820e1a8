"""Optimizers with Keras's names, arguments and defaults. Source: keras.optimizers (Keras 3)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from nnplayground.core.schedules import LearningRate
from nnplayground.core.value import Typed, keras_object

Share = Annotated[float, Field(ge=0, lt=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]


class _Optimizer(Typed):
    summary: ClassVar[str] = ""
    learning_rate: LearningRate = Field(default=0.001, description="How far each step moves the weights: a number or a schedule. Keras: learning_rate")  # noqa: E501
    weight_decay: NotNegative | None = Field(default=None, description="Pulls weights towards 0 at each step. Keras: weight_decay")
    clipnorm: Positive | None = Field(default=None, description="Longest gradient allowed, per weight array. Keras: clipnorm")
    clipvalue: Positive | None = Field(default=None, description="Largest gradient value allowed. Keras: clipvalue")
    global_clipnorm: Positive | None = Field(default=None, description="Longest gradient allowed over all. Keras: global_clipnorm")

    @property
    def initial_rate(self) -> float:
        """The learning rate of the first step."""
        rate = self.learning_rate
        return rate if isinstance(rate, float) else float(rate.initial_rate)


class SGD(_Optimizer):
    type: Literal["SGD"] = "SGD"
    summary: ClassVar[str] = "Plain gradient descent: each step goes straight downhill."
    learning_rate: LearningRate = 0.01
    momentum: Share = 0.0
    nesterov: bool = False


class RMSprop(_Optimizer):
    type: Literal["RMSprop"] = "RMSprop"
    summary: ClassVar[str] = "Divides each step by the recent size of its gradient."
    rho: Share = 0.9
    momentum: Share = 0.0
    epsilon: Positive = 1e-7
    centered: bool = False


class _AdamLike(_Optimizer):
    beta_1: Share = 0.9
    beta_2: Share = 0.999
    epsilon: Positive = 1e-7


class Adam(_AdamLike):
    type: Literal["Adam"] = "Adam"
    summary: ClassVar[str] = "RMSprop with momentum: a good first choice."
    amsgrad: bool = False


class AdamW(_AdamLike):
    type: Literal["AdamW"] = "AdamW"
    summary: ClassVar[str] = "Adam with weight decay done right."
    weight_decay: NotNegative = 0.004
    amsgrad: bool = False


class Nadam(_AdamLike):
    type: Literal["Nadam"] = "Nadam"
    summary: ClassVar[str] = "Adam with Nesterov's momentum."


class Adamax(_AdamLike):
    type: Literal["Adamax"] = "Adamax"
    summary: ClassVar[str] = "Adam with the largest gradient instead of its mean square."


class Adagrad(_Optimizer):
    type: Literal["Adagrad"] = "Adagrad"
    summary: ClassVar[str] = "Each weight's steps shrink with all the gradients it has seen."
    initial_accumulator_value: NotNegative = 0.1
    epsilon: Positive = 1e-7


class Adadelta(_Optimizer):
    type: Literal["Adadelta"] = "Adadelta"
    summary: ClassVar[str] = "Adagrad over a window of recent gradients."
    rho: Share = 0.95
    epsilon: Positive = 1e-7


class Ftrl(_Optimizer):
    type: Literal["Ftrl"] = "Ftrl"
    summary: ClassVar[str] = "Follows the regularized leader: for many sparse features."
    learning_rate_power: Annotated[float, Field(le=0)] = -0.5
    initial_accumulator_value: NotNegative = 0.1
    l1_regularization_strength: NotNegative = 0.0
    l2_regularization_strength: NotNegative = 0.0
    l2_shrinkage_regularization_strength: NotNegative = 0.0
    beta: float = 0.0


class Lion(_Optimizer):
    type: Literal["Lion"] = "Lion"
    summary: ClassVar[str] = "Moves each weight by the sign of its momentum."
    beta_1: Annotated[float, Field(gt=0, le=1)] = 0.9
    beta_2: Share = 0.99


OPTIMIZERS = (SGD, RMSprop, Adam, AdamW, Nadam, Adagrad, Adadelta, Adamax, Ftrl, Lion)
Optimizer = keras_object("an optimizer", *OPTIMIZERS)
