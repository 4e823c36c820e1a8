"""Optimizers with Keras's names, arguments and defaults. Source: keras.optimizers (Keras 3)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from nnplayground.core.schedules import LearningRate
from nnplayground.core.value import Typed, keras_object

Share = Annotated[float, Field(ge=0, lt=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
LEARNING_RATE = "How far each step moves the weights: a number or a schedule. Keras: learning_rate"
WEIGHT_DECAY = "Pulls weights towards 0 at each step. Keras: weight_decay"


class _Optimizer(Typed):
    summary: ClassVar[str] = ""
    learning_rate: LearningRate = Field(default=0.001, description=LEARNING_RATE)
    weight_decay: NotNegative | None = Field(default=None, description=WEIGHT_DECAY)
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
    learning_rate: LearningRate = Field(default=0.01, description=LEARNING_RATE)
    momentum: Share = Field(default=0.0, description="How much of the step before is kept. Keras: momentum")
    nesterov: bool = Field(default=False, description="Look ahead along the momentum before measuring the slope. Keras: nesterov")


class RMSprop(_Optimizer):
    type: Literal["RMSprop"] = "RMSprop"
    summary: ClassVar[str] = "Divides each step by the recent size of its gradient."
    rho: Share = Field(default=0.9, description="How slowly older gradients are forgotten. Keras: rho")
    momentum: Share = Field(default=0.0, description="How much of the step before is kept. Keras: momentum")
    epsilon: Positive = Field(default=1e-7, description="Keeps the division away from 0. Keras: epsilon")
    centered: bool = Field(default=False, description="Divide by the variance, not by the mean square. Keras: centered")


class _AdamLike(_Optimizer):
    beta_1: Share = Field(default=0.9, description="How slowly the mean of the gradients moves. Keras: beta_1")
    beta_2: Share = Field(default=0.999, description="How slowly the mean of their size moves. Keras: beta_2")
    epsilon: Positive = Field(default=1e-7, description="Keeps the division away from 0. Keras: epsilon")


class Adam(_AdamLike):
    type: Literal["Adam"] = "Adam"
    summary: ClassVar[str] = "RMSprop with momentum: a good first choice."
    amsgrad: bool = Field(default=False, description="Never forget the largest gradients. Keras: amsgrad")


class AdamW(_AdamLike):
    type: Literal["AdamW"] = "AdamW"
    summary: ClassVar[str] = "Adam with weight decay done right."
    weight_decay: NotNegative = Field(default=0.004, description=WEIGHT_DECAY)
    amsgrad: bool = Field(default=False, description="Never forget the largest gradients. Keras: amsgrad")


class Nadam(_AdamLike):
    type: Literal["Nadam"] = "Nadam"
    summary: ClassVar[str] = "Adam with Nesterov's momentum."


class Adamax(_AdamLike):
    type: Literal["Adamax"] = "Adamax"
    summary: ClassVar[str] = "Adam with the largest gradient instead of its mean square."


class Adagrad(_Optimizer):
    type: Literal["Adagrad"] = "Adagrad"
    summary: ClassVar[str] = "Each weight's steps shrink with all the gradients it has seen."
    initial_accumulator_value: NotNegative = Field(default=0.1, description="What the sum of squares begins with. Keras: initial_accumulator_value")  # noqa: E501
    epsilon: Positive = Field(default=1e-7, description="Keeps the division away from 0. Keras: epsilon")


class Adadelta(_Optimizer):
    type: Literal["Adadelta"] = "Adadelta"
    summary: ClassVar[str] = "Adagrad over a window of recent gradients."
    rho: Share = Field(default=0.95, description="How slowly older gradients are forgotten. Keras: rho")
    epsilon: Positive = Field(default=1e-7, description="Keeps the division away from 0. Keras: epsilon")


class Ftrl(_Optimizer):
    type: Literal["Ftrl"] = "Ftrl"
    summary: ClassVar[str] = "Follows the regularized leader: for many sparse features."
    learning_rate_power: Annotated[float, Field(le=0)] = Field(default=-0.5, description="How quickly steps shrink. Keras: learning_rate_power")  # noqa: E501
    initial_accumulator_value: NotNegative = Field(default=0.1, description="What the sum of squares begins with. Keras: initial_accumulator_value")  # noqa: E501
    l1_regularization_strength: NotNegative = Field(default=0.0, description="Pulls weights to 0 by a fixed amount. Keras: l1_regularization_strength")  # noqa: E501
    l2_regularization_strength: NotNegative = Field(default=0.0, description="Pulls weights to 0 in proportion. Keras: l2_regularization_strength")  # noqa: E501
    l2_shrinkage_regularization_strength: NotNegative = Field(default=0.0, description="The same, added to the gradient. Keras: l2_shrinkage_regularization_strength")  # noqa: E501
    beta: float = Field(default=0.0, description="Added to each weight's divisor. Keras: beta")


class Lion(_Optimizer):
    type: Literal["Lion"] = "Lion"
    summary: ClassVar[str] = "Moves each weight by the sign of its momentum."
    beta_1: Annotated[float, Field(gt=0, le=1)] = Field(default=0.9, description="How slowly the mean of the gradients moves. Keras: beta_1")  # noqa: E501
    beta_2: Share = Field(default=0.99, description="How slowly the mean of their size moves. Keras: beta_2")


OPTIMIZERS = (SGD, RMSprop, Adam, AdamW, Nadam, Adagrad, Adadelta, Adamax, Ftrl, Lion)
Optimizer = keras_object("an optimizer", *OPTIMIZERS)
