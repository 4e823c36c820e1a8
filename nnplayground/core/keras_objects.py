"""Initializers, regularizers, constraints and activations, with Keras's names, arguments and defaults.

Source of names and defaults: keras.initializers, keras.regularizers, keras.constraints, keras.activations (Keras 3).
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from nnplayground.core.value import Typed, keras_object

# `hint` is a sentence for people about what is chosen.


class Zeros(Typed):
    type: Literal["Zeros"] = "Zeros"
    hint: ClassVar[str] = "All begin at 0."


class Ones(Typed):
    type: Literal["Ones"] = "Ones"
    hint: ClassVar[str] = "All begin at 1."


class Constant(Typed):
    type: Literal["Constant"] = "Constant"
    hint: ClassVar[str] = "All begin with the same number."
    value: float = Field(default=0.0, description="The number that all begin with. Keras: value")


class RandomNormal(Typed):
    type: Literal["RandomNormal"] = "RandomNormal"
    hint: ClassVar[str] = "Drawn from a bell curve."
    mean: float = Field(default=0.0, description="What the numbers lie around. Keras: mean")
    stddev: float = Field(default=0.05, ge=0, description="How far they spread: the standard deviation. Keras: stddev")


class RandomUniform(Typed):
    type: Literal["RandomUniform"] = "RandomUniform"
    hint: ClassVar[str] = "Drawn evenly between two numbers."
    minval: float = Field(default=-0.05, description="The least number. Keras: minval")
    maxval: float = Field(default=0.05, description="The largest number. Keras: maxval")


class TruncatedNormal(Typed):
    type: Literal["TruncatedNormal"] = "TruncatedNormal"
    hint: ClassVar[str] = "Drawn from a bell curve without its far ends."
    mean: float = Field(default=0.0, description="What the numbers lie around. Keras: mean")
    stddev: float = Field(
        default=0.05, ge=0, description="How far they spread; what lies further than twice this is drawn again. Keras: stddev")


class VarianceScaling(Typed):
    type: Literal["VarianceScaling"] = "VarianceScaling"
    hint: ClassVar[str] = "Spread by the numbers of inputs and outputs."
    scale: float = Field(default=1.0, gt=0, description="A factor for the variance. Keras: scale")
    mode: Literal["fan_in", "fan_out", "fan_avg"] = Field(
        default="fan_in", description="What the variance is divided by: inputs, outputs, or their mean. Keras: mode")
    distribution: Literal["normal", "truncated_normal", "untruncated_normal", "uniform"] = Field(
        default="truncated_normal", description="How the numbers are spread. Keras: distribution")


class GlorotUniform(Typed):
    type: Literal["GlorotUniform"] = "GlorotUniform"
    hint: ClassVar[str] = "Spread evenly by inputs and outputs: suits tanh and sigmoid. Keras's default."


class GlorotNormal(Typed):
    type: Literal["GlorotNormal"] = "GlorotNormal"
    hint: ClassVar[str] = "A bell curve by inputs and outputs: suits tanh and sigmoid."


class HeUniform(Typed):
    type: Literal["HeUniform"] = "HeUniform"
    hint: ClassVar[str] = "Spread evenly by the inputs: suits relu."


class HeNormal(Typed):
    type: Literal["HeNormal"] = "HeNormal"
    hint: ClassVar[str] = "A bell curve by the inputs: suits relu."


class LecunUniform(Typed):
    type: Literal["LecunUniform"] = "LecunUniform"
    hint: ClassVar[str] = "Spread evenly by the inputs: suits selu."


class LecunNormal(Typed):
    type: Literal["LecunNormal"] = "LecunNormal"
    hint: ClassVar[str] = "A bell curve by the inputs: suits selu."


class Orthogonal(Typed):
    type: Literal["Orthogonal"] = "Orthogonal"
    hint: ClassVar[str] = "A rotation: keeps lengths, so that memories do not fade or explode."
    gain: float = Field(default=1.0, description="A factor for the orthogonal matrix. Keras: gain")


INITIALIZERS = (
    GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal, RandomNormal, RandomUniform,
    TruncatedNormal, VarianceScaling, Orthogonal, Zeros, Ones, Constant,
)  # fmt: skip
Initializer = keras_object("an initializer", *INITIALIZERS)


class L1(Typed):
    type: Literal["L1"] = "L1"
    hint: ClassVar[str] = "A price on the size of weights: many become 0."
    l1: float = Field(default=0.01, ge=0, description="The price of each weight's size: draws weights to 0. Keras: l1")


class L2(Typed):
    type: Literal["L2"] = "L2"
    hint: ClassVar[str] = "A price on the squares of weights: all stay small."
    l2: float = Field(default=0.01, ge=0, description="The price of each weight's square: keeps weights small. Keras: l2")


class L1L2(Typed):
    type: Literal["L1L2"] = "L1L2"
    hint: ClassVar[str] = "Both prices at once."
    l1: float = Field(default=0.0, ge=0, description="The price of each weight's size: draws weights to 0. Keras: l1")
    l2: float = Field(default=0.0, ge=0, description="The price of each weight's square: keeps weights small. Keras: l2")


REGULARIZERS = (L1, L2, L1L2)
Regularizer = keras_object("a regularizer", *REGULARIZERS)


class MaxNorm(Typed):
    type: Literal["MaxNorm"] = "MaxNorm"
    hint: ClassVar[str] = "A unit's weights together become no longer than this."
    max_value: float = Field(default=2.0, gt=0, description="The longest that a unit's weights together may be. Keras: max_value")
    axis: int = Field(default=0, description="The axis along which lengths are measured. Keras: axis")


class MinMaxNorm(Typed):
    type: Literal["MinMaxNorm"] = "MinMaxNorm"
    hint: ClassVar[str] = "A unit's weights together stay between two lengths."
    min_value: float = Field(default=0.0, ge=0, description="The shortest that a unit's weights together may be. Keras: min_value")
    max_value: float = Field(default=1.0, gt=0, description="The longest that a unit's weights together may be. Keras: max_value")
    rate: float = Field(default=1.0, ge=0, le=1, description="How strongly lengths are held, from 0 (not at all) to 1. Keras: rate")
    axis: int = Field(default=0, description="The axis along which lengths are measured. Keras: axis")


class NonNeg(Typed):
    type: Literal["NonNeg"] = "NonNeg"
    hint: ClassVar[str] = "No weight is below 0."


class UnitNorm(Typed):
    type: Literal["UnitNorm"] = "UnitNorm"
    hint: ClassVar[str] = "A unit's weights together have the length 1."
    axis: int = Field(default=0, description="The axis along which lengths are measured. Keras: axis")


CONSTRAINTS = (MaxNorm, MinMaxNorm, NonNeg, UnitNorm)
Constraint = keras_object("a constraint", *CONSTRAINTS)

Activation = Literal[
    "linear", "relu", "tanh", "sigmoid", "softmax", "elu", "selu", "gelu", "silu", "swish", "softplus", "softsign",
    "leaky_relu", "relu6", "mish", "celu", "exponential", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh",
    "hard_shrink", "soft_shrink", "tanh_shrink", "squareplus", "sparse_plus", "sparse_sigmoid", "sparsemax",
    "log_sigmoid", "log_softmax", "sign", "sine",
]  # fmt: skip
"""Keras's activations that need no arguments and keep the shape (so not `glu`, which halves it), and two more.

`sign` is the perceptron's: +1 for z >= 0, else -1; its gradient passes straight through, as if it were linear.
`sine` is sin(z).
"""
