"""Convolution and pooling, over sequences (1D) and pictures (2D). Samples are channels-last."""

from __future__ import annotations

from math import prod
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from nnplayground.core.keras_objects import Activation, Constraint, GlorotUniform, Initializer, Regularizer, Zeros
from nnplayground.core.layers.base import LayerBase, Pair, Shape, ShapeError, Units, as_pair, shape_text

Padding = Literal["valid", "same"]
PairOrInt = Annotated[Pair, BeforeValidator(as_pair)]
Positive = Annotated[int, Field(ge=1)]


def window_length(length: int, size: int, stride: int, padding: Padding, dilation: int = 1) -> int:
    """How many places a window of `size` finds on `length` (Keras's rule for 'valid' and 'same')."""
    if padding == "same":
        return -(-length // stride)
    return (length - (size - 1) * dilation - 1) // stride + 1


def window_shape(kind: str, shape: Shape, size: Shape, strides: Shape, padding: Padding, dilation: Shape) -> Shape:
    """The spatial axes behind a window. Raises ShapeError when the window is larger than the sample."""
    spatial = tuple(window_length(n, k, s, padding, d) for n, k, s, d in zip(shape, size, strides, dilation, strict=True))
    if min(spatial) < 1:
        raise ShapeError(f"{kind} with a window of {shape_text(size)} is larger than its input, {shape_text(shape)}.")
    return spatial


class _Conv(LayerBase):
    category: ClassVar[str] = "Convolution"
    filters: Units = Field(default=8, description="How many patterns the layer looks for. Keras: filters")
    padding: Padding = Field(default="valid", description="'same' keeps the size, 'valid' uses no padding. Keras: padding")
    activation: Activation = Field(default="linear", description="What each filter makes of its weighted sum. Keras: activation")
    use_bias: bool = Field(default=True, description="A constant added to each filter's sum. Keras: use_bias")
    groups: Positive = Field(default=1, description="Into how many groups the channels are split. Keras: groups")
    kernel_initializer: Initializer = Field(default=GlorotUniform(), description="How the weights begin. Keras: kernel_initializer")
    bias_initializer: Initializer = Field(default=Zeros(), description="How the biases begin. Keras: bias_initializer")
    kernel_regularizer: Regularizer | None = Field(default=None, description="A price on large weights. Keras: kernel_regularizer")
    bias_regularizer: Regularizer | None = Field(default=None, description="A price on large biases. Keras: bias_regularizer")
    activity_regularizer: Regularizer | None = Field(default=None, description="A price on large outputs. Keras: activity_regularizer")
    kernel_constraint: Constraint | None = Field(default=None, description="What the weights are held to. Keras: kernel_constraint")
    bias_constraint: Constraint | None = Field(default=None, description="What the biases are held to. Keras: bias_constraint")

    def windows(self) -> tuple[Shape, Shape, Shape]:
        """Size, strides and dilation of the window along the spatial axes."""
        raise NotImplementedError

    def _output_shape(self, shape: Shape) -> Shape:
        size, strides, dilation = self.windows()
        if shape[-1] % self.groups or self.filters % self.groups:
            raise ShapeError(f"groups={self.groups} must divide the {shape[-1]} channels and the {self.filters} filters.")
        if max(strides) > 1 and max(dilation) > 1:
            raise ShapeError("strides above 1 and dilation_rate above 1 cannot be used together.")
        kind = type(self).__name__
        return (*window_shape(kind, shape[:-1], size, strides, self.padding, dilation), self.filters)

    def parameters(self, shape: Shape) -> int:
        size, _, _ = self.windows()
        return prod(size) * (shape[-1] // self.groups) * self.filters + (self.filters if self.use_bias else 0)

    def caption(self) -> str:
        return f"{self.filters} filters {'×'.join(map(str, self.windows()[0]))}, {self.activation}"


class Conv1D(_Conv):
    type: Literal["Conv1D"] = "Conv1D"
    summary: ClassVar[str] = "Looks for short patterns anywhere in a sequence."
    ranks: ClassVar[tuple[int, ...] | None] = (2,)
    kernel_size: Positive = Field(default=3, description="How long a pattern is. Keras: kernel_size")
    strides: Positive = Field(default=1, description="How far the window moves at a time. Keras: strides")
    dilation_rate: Positive = Field(default=1, description="Gaps inside the window. Keras: dilation_rate")

    def windows(self) -> tuple[Shape, Shape, Shape]:
        return (self.kernel_size,), (self.strides,), (self.dilation_rate,)


class Conv2D(_Conv):
    type: Literal["Conv2D"] = "Conv2D"
    summary: ClassVar[str] = "Looks for small patterns anywhere in a picture."
    ranks: ClassVar[tuple[int, ...] | None] = (3,)
    kernel_size: PairOrInt = Field(default=(3, 3), description="Height and width of a pattern. Keras: kernel_size")
    strides: PairOrInt = Field(default=(1, 1), description="How far the window moves at a time. Keras: strides")
    dilation_rate: PairOrInt = Field(default=(1, 1), description="Gaps inside the window. Keras: dilation_rate")

    def windows(self) -> tuple[Shape, Shape, Shape]:
        return self.kernel_size, self.strides, self.dilation_rate


class _Pooling(LayerBase):
    category: ClassVar[str] = "Pooling"
    padding: Padding = Field(default="valid", description="'same' also uses the incomplete windows at the edge. Keras: padding")

    def windows(self) -> tuple[Shape, Shape]:
        raise NotImplementedError

    def _output_shape(self, shape: Shape) -> Shape:
        size, strides = self.windows()
        return (*window_shape(type(self).__name__, shape[:-1], size, strides, self.padding, (1,) * len(size)), shape[-1])

    def caption(self) -> str:
        return "×".join(map(str, self.windows()[0]))


class _Pooling1D(_Pooling):
    ranks: ClassVar[tuple[int, ...] | None] = (2,)
    pool_size: Positive = Field(default=2, description="How many places become one. Keras: pool_size")
    strides: Positive | None = Field(default=None, description="How far the window moves; empty: as far as it is long. Keras: strides")

    def windows(self) -> tuple[Shape, Shape]:
        return (self.pool_size,), (self.strides or self.pool_size,)


class _Pooling2D(_Pooling):
    ranks: ClassVar[tuple[int, ...] | None] = (3,)
    pool_size: PairOrInt = Field(default=(2, 2), description="Height and width of the window that becomes one pixel. Keras: pool_size")
    strides: PairOrInt | None = Field(default=None, description="How far the window moves; empty: as far as it is large. Keras: strides")

    def windows(self) -> tuple[Shape, Shape]:
        return self.pool_size, self.strides or self.pool_size


class MaxPooling1D(_Pooling1D):
    type: Literal["MaxPooling1D"] = "MaxPooling1D"
    summary: ClassVar[str] = "Keeps the largest of every few places in a sequence."


class AveragePooling1D(_Pooling1D):
    type: Literal["AveragePooling1D"] = "AveragePooling1D"
    summary: ClassVar[str] = "Keeps the mean of every few places in a sequence."


class MaxPooling2D(_Pooling2D):
    type: Literal["MaxPooling2D"] = "MaxPooling2D"
    summary: ClassVar[str] = "Shrinks a picture, keeping the largest value of every window."


class AveragePooling2D(_Pooling2D):
    type: Literal["AveragePooling2D"] = "AveragePooling2D"
    summary: ClassVar[str] = "Shrinks a picture, keeping the mean of every window."


class _GlobalPooling(LayerBase):
    category: ClassVar[str] = "Pooling"
    keepdims: bool = Field(default=False, description="Keep the pooled axes with length 1. Keras: keepdims")

    def _output_shape(self, shape: Shape) -> Shape:
        return (*((1,) * (len(shape) - 1) if self.keepdims else ()), shape[-1])


class GlobalMaxPooling1D(_GlobalPooling):
    type: Literal["GlobalMaxPooling1D"] = "GlobalMaxPooling1D"
    summary: ClassVar[str] = "One number per channel: the largest over the whole sequence."
    ranks: ClassVar[tuple[int, ...] | None] = (2,)


class GlobalAveragePooling1D(_GlobalPooling):
    type: Literal["GlobalAveragePooling1D"] = "GlobalAveragePooling1D"
    summary: ClassVar[str] = "One number per channel: the mean over the whole sequence."
    ranks: ClassVar[tuple[int, ...] | None] = (2,)


class GlobalMaxPooling2D(_GlobalPooling):
    type: Literal["GlobalMaxPooling2D"] = "GlobalMaxPooling2D"
    summary: ClassVar[str] = "One number per channel: the largest over the whole picture."
    ranks: ClassVar[tuple[int, ...] | None] = (3,)


class GlobalAveragePooling2D(_GlobalPooling):
    type: Literal["GlobalAveragePooling2D"] = "GlobalAveragePooling2D"
    summary: ClassVar[str] = "One number per channel: the mean over the whole picture."
    ranks: ClassVar[tuple[int, ...] | None] = (3,)
