"""Initializers, regularizers, constraints and activations, with Keras's names, arguments and defaults.

Source of names and defaults: keras.initializers, keras.regularizers, keras.constraints, keras.activations (Keras 3).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nnplayground.core.value import Typed, keras_object


class Zeros(Typed):
    type: Literal["Zeros"] = "Zeros"


class Ones(Typed):
    type: Literal["Ones"] = "Ones"


class Constant(Typed):
    type: Literal["Constant"] = "Constant"
    value: float = 0.0


class RandomNormal(Typed):
    type: Literal["RandomNormal"] = "RandomNormal"
    mean: float = 0.0
    stddev: float = Field(default=0.05, ge=0)


class RandomUniform(Typed):
    type: Literal["RandomUniform"] = "RandomUniform"
    minval: float = -0.05
    maxval: float = 0.05


class TruncatedNormal(Typed):
    type: Literal["TruncatedNormal"] = "TruncatedNormal"
    mean: float = 0.0
    stddev: float = Field(default=0.05, ge=0)


class VarianceScaling(Typed):
    type: Literal["VarianceScaling"] = "VarianceScaling"
    scale: float = Field(default=1.0, gt=0)
    mode: Literal["fan_in", "fan_out", "fan_avg"] = "fan_in"
    distribution: Literal["normal", "truncated_normal", "untruncated_normal", "uniform"] = "truncated_normal"


class GlorotUniform(Typed):
    type: Literal["GlorotUniform"] = "GlorotUniform"


class GlorotNormal(Typed):
    type: Literal["GlorotNormal"] = "GlorotNormal"


class HeUniform(Typed):
    type: Literal["HeUniform"] = "HeUniform"


class HeNormal(Typed):
    type: Literal["HeNormal"] = "HeNormal"


class LecunUniform(Typed):
    type: Literal["LecunUniform"] = "LecunUniform"


class LecunNormal(Typed):
    type: Literal["LecunNormal"] = "LecunNormal"


class Orthogonal(Typed):
    type: Literal["Orthogonal"] = "Orthogonal"
    gain: float = 1.0


INITIALIZERS = (
    GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal, RandomNormal, RandomUniform,
    TruncatedNormal, VarianceScaling, Orthogonal, Zeros, Ones, Constant,
)  # fmt: skip
Initializer = keras_object("an initializer", *INITIALIZERS)


class L1(Typed):
    type: Literal["L1"] = "L1"
    l1: float = Field(default=0.01, ge=0)


class L2(Typed):
    type: Literal["L2"] = "L2"
    l2: float = Field(default=0.01, ge=0)


class L1L2(Typed):
    type: Literal["L1L2"] = "L1L2"
    l1: float = Field(default=0.0, ge=0)
    l2: float = Field(default=0.0, ge=0)


REGULARIZERS = (L1, L2, L1L2)
Regularizer = keras_object("a regularizer", *REGULARIZERS)


class MaxNorm(Typed):
    type: Literal["MaxNorm"] = "MaxNorm"
    max_value: float = Field(default=2.0, gt=0)
    axis: int = 0


class MinMaxNorm(Typed):
    type: Literal["MinMaxNorm"] = "MinMaxNorm"
    min_value: float = Field(default=0.0, ge=0)
    max_value: float = Field(default=1.0, gt=0)
    rate: float = Field(default=1.0, ge=0, le=1)
    axis: int = 0


class NonNeg(Typed):
    type: Literal["NonNeg"] = "NonNeg"


class UnitNorm(Typed):
    type: Literal["UnitNorm"] = "UnitNorm"
    axis: int = 0


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
