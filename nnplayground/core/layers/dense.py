"""Layers for vectors, and those that keep or only rearrange the shape."""

from __future__ import annotations

from math import prod
from typing import Annotated, ClassVar, Literal

from pydantic import Field, Strict

from nnplayground.core.keras_objects import (
    Activation as ActivationName,
)
from nnplayground.core.keras_objects import (
    Constraint,
    GlorotUniform,
    Initializer,
    Ones,
    Regularizer,
    Zeros,
)
from nnplayground.core.layers.base import LayerBase, Rate, Shape, ShapeError, Units, flat, shape_text


class Dense(LayerBase):
    type: Literal["Dense"] = "Dense"
    summary: ClassVar[str] = "Every unit sees every input: weighted sum, bias, activation."
    units: Units = Field(default=4, description="How many neurons the layer has. Keras: units")
    activation: ActivationName = Field(default="linear", description="What each neuron makes of its weighted sum. Keras: activation")
    use_bias: bool = Field(default=True, description="A constant added to each neuron's sum. Keras: use_bias")
    kernel_initializer: Initializer = Field(default=GlorotUniform(), description="How the weights begin. Keras: kernel_initializer")
    bias_initializer: Initializer = Field(default=Zeros(), description="How the biases begin. Keras: bias_initializer")
    kernel_regularizer: Regularizer | None = Field(
        default=None, description="A price on large weights, added to the loss. Keras: kernel_regularizer")
    bias_regularizer: Regularizer | None = Field(default=None, description="A price on large biases. Keras: bias_regularizer")
    activity_regularizer: Regularizer | None = Field(default=None, description="A price on large outputs. Keras: activity_regularizer")
    kernel_constraint: Constraint | None = Field(
        default=None, description="What the weights are held to after each step. Keras: kernel_constraint")
    bias_constraint: Constraint | None = Field(
        default=None, description="What the biases are held to after each step. Keras: bias_constraint")

    def _output_shape(self, shape: Shape) -> Shape:
        if not shape:
            raise ShapeError("Dense wants samples with at least 1 axis; it gets single numbers.")
        return (*shape[:-1], self.units)

    def parameters(self, shape: Shape) -> int:
        return shape[-1] * self.units + (self.units if self.use_bias else 0)

    def caption(self) -> str:
        return self.activation


class Activation(LayerBase):
    type: Literal["Activation"] = "Activation"
    summary: ClassVar[str] = "Applies a function to every number, and nothing else."
    needed: ClassVar[tuple[str, ...]] = ("activation",)
    activation: ActivationName = Field(default="relu", description="The function. Keras: activation")

    def caption(self) -> str:
        return self.activation


class Flatten(LayerBase):
    type: Literal["Flatten"] = "Flatten"
    category: ClassVar[str] = "Shape"
    summary: ClassVar[str] = "Lays all numbers of a sample in one row, ready for Dense."

    def _output_shape(self, shape: Shape) -> Shape:
        return (flat(shape),)


class Reshape(LayerBase):
    type: Literal["Reshape"] = "Reshape"
    category: ClassVar[str] = "Shape"
    summary: ClassVar[str] = "Arranges the same numbers in another shape."
    target_shape: Annotated[tuple[Annotated[int, Strict(), Field(ge=-1)], ...], Strict(False)] = Field(
        default=(-1,), min_length=1, max_length=5, description="The new shape; -1 stands for 'what is left'. Keras: target_shape"
    )

    def _output_shape(self, shape: Shape) -> Shape:
        target, count = self.target_shape, flat(shape)
        if target.count(-1) > 1 or 0 in target:
            raise ShapeError(f"Reshape wants positive numbers and at most one -1; it has {list(target)}.")
        known = prod(n for n in target if n != -1)
        if count % known if -1 in target else count != known:
            raise ShapeError(f"Reshape to {list(target)} does not fit {shape_text(shape)}, which is {count:,} numbers.")
        return tuple(count // known if n == -1 else n for n in target)

    def caption(self) -> str:
        return " × ".join("…" if n == -1 else str(n) for n in self.target_shape)


class Rescaling(LayerBase):
    type: Literal["Rescaling"] = "Rescaling"
    category: ClassVar[str] = "Shape"
    summary: ClassVar[str] = "Multiplies every number by scale and adds offset."
    needed: ClassVar[tuple[str, ...]] = ("scale",)
    scale: float = Field(default=1.0, description="The factor. Keras: scale")
    offset: float = Field(default=0.0, description="Added afterwards. Keras: offset")

    def caption(self) -> str:
        return f"× {self.scale:g} + {self.offset:g}"


class Dropout(LayerBase):
    type: Literal["Dropout"] = "Dropout"
    category: ClassVar[str] = "Regularization"
    summary: ClassVar[str] = "While training, sets a random share of its inputs to 0, so that no unit is relied on alone."
    rate: Rate = Field(default=0.5, description="The share that is dropped, 0 to 1. Keras: rate")

    def caption(self) -> str:
        return f"rate {self.rate:g}"


class GaussianNoise(LayerBase):
    type: Literal["GaussianNoise"] = "GaussianNoise"
    category: ClassVar[str] = "Regularization"
    summary: ClassVar[str] = "While training, adds random noise."
    stddev: float = Field(default=0.1, ge=0, le=1, description="The noise's standard deviation. Keras: stddev")

    def caption(self) -> str:
        return f"stddev {self.stddev:g}"


class _Normalization(LayerBase):
    category: ClassVar[str] = "Normalization"
    epsilon: float = Field(default=0.001, gt=0, description="Keeps the division away from 0. Keras: epsilon")
    center: bool = Field(default=True, description="Learn an offset. Keras: center")
    scale: bool = Field(default=True, description="Learn a factor. Keras: scale")
    beta_initializer: Initializer = Field(default=Zeros(), description="How the offset begins. Keras: beta_initializer")
    gamma_initializer: Initializer = Field(default=Ones(), description="How the factor begins. Keras: gamma_initializer")

    def _output_shape(self, shape: Shape) -> Shape:
        if not shape:
            raise ShapeError(f"{self.type} wants samples with at least 1 axis; it gets single numbers.")  # type: ignore[attr-defined]
        return shape

    def parameters(self, shape: Shape) -> int:
        return shape[-1] * (self.center + self.scale)


class BatchNormalization(_Normalization):
    type: Literal["BatchNormalization"] = "BatchNormalization"
    summary: ClassVar[str] = "Brings each feature to mean 0 and variance 1 over the batch."
    momentum: float = Field(default=0.99, ge=0, lt=1, description="How slowly the running mean and variance move. Keras: momentum")

    def parameters(self, shape: Shape) -> int:
        return super().parameters(shape) + 2 * shape[-1]


class LayerNormalization(_Normalization):
    type: Literal["LayerNormalization"] = "LayerNormalization"
    summary: ClassVar[str] = "Brings the numbers of each sample to mean 0 and variance 1."
