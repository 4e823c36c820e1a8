"""Layers that read sequences: words as vectors, and recurrent layers."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, field_validator

from nnplayground.core.keras_objects import (
    Activation,
    Constraint,
    GlorotUniform,
    Initializer,
    Orthogonal,
    RandomUniform,
    Regularizer,
    Zeros,
)
from nnplayground.core.layers.base import LayerBase, Rate, Shape, ShapeError, Units
from nnplayground.core.value import keras_object


class Embedding(LayerBase):
    type: Literal["Embedding"] = "Embedding"
    category: ClassVar[str] = "Sequence"
    summary: ClassVar[str] = "Gives every word number a vector of its own that is learned."
    ranks: ClassVar[tuple[int, ...] | None] = (1,)
    input_dim: int = Field(default=10_000, ge=1, le=1_000_000, description="How many different words there are. Keras: input_dim")
    output_dim: Units = Field(default=16, description="How long a word's vector is. Keras: output_dim")
    embeddings_initializer: Initializer = Field(default=RandomUniform(), description="How the vectors begin. Keras: embeddings_initializer")
    embeddings_regularizer: Regularizer | None = Field(default=None, description="A price on large vectors. Keras: embeddings_regularizer")
    embeddings_constraint: Constraint | None = Field(default=None, description="What the vectors are held to. Keras: embeddings_constraint")
    mask_zero: bool = Field(default=False, description="Word 0 means padding and is skipped by what follows. Keras: mask_zero")

    def _output_shape(self, shape: Shape) -> Shape:
        return (*shape, self.output_dim)

    def parameters(self, shape: Shape) -> int:
        return self.input_dim * self.output_dim

    def caption(self) -> str:
        return f"{self.input_dim:,} words to {self.output_dim}"


class _Recurrent(LayerBase):
    category: ClassVar[str] = "Sequence"
    ranks: ClassVar[tuple[int, ...] | None] = (2,)
    gates: ClassVar[int] = 1
    units: Units = Field(default=16, description="How many numbers the layer remembers. Keras: units")
    activation: Activation = Field(default="tanh", description="What a unit makes of its sum. Keras: activation")
    use_bias: bool = Field(default=True, description="A constant added to each sum. Keras: use_bias")
    return_sequences: bool = Field(default=False, description="Give an output for every place, not only the last. Keras: return_sequences")
    go_backwards: bool = Field(default=False, description="Read from the end to the start. Keras: go_backwards")
    dropout: Rate = Field(default=0.0, description="Share of inputs dropped while training. Keras: dropout")
    recurrent_dropout: Rate = Field(default=0.0, description="Share of the memory dropped while training. Keras: recurrent_dropout")
    kernel_initializer: Initializer = Field(default=GlorotUniform(), description="How the input weights begin. Keras: kernel_initializer")
    recurrent_initializer: Initializer = Field(
        default=Orthogonal(), description="How the memory's weights begin. Keras: recurrent_initializer")
    bias_initializer: Initializer = Field(default=Zeros(), description="How the biases begin. Keras: bias_initializer")
    kernel_regularizer: Regularizer | None = Field(default=None, description="A price on large input weights. Keras: kernel_regularizer")
    recurrent_regularizer: Regularizer | None = Field(
        default=None, description="A price on large memory weights. Keras: recurrent_regularizer")
    bias_regularizer: Regularizer | None = Field(default=None, description="A price on large biases. Keras: bias_regularizer")
    kernel_constraint: Constraint | None = Field(default=None, description="What the input weights are held to. Keras: kernel_constraint")
    recurrent_constraint: Constraint | None = Field(
        default=None, description="What the memory's weights are held to. Keras: recurrent_constraint")
    bias_constraint: Constraint | None = Field(default=None, description="What the biases are held to. Keras: bias_constraint")

    def _output_shape(self, shape: Shape) -> Shape:
        return (shape[0], self.units) if self.return_sequences else (self.units,)

    def parameters(self, shape: Shape) -> int:
        biases = self.units if self.use_bias else 0
        return self.gates * (self.units * (shape[-1] + self.units) + biases)

    def caption(self) -> str:
        return f"{self.units} units"


class SimpleRNN(_Recurrent):
    type: Literal["SimpleRNN"] = "SimpleRNN"
    summary: ClassVar[str] = "Reads a sequence place by place with a simple memory."


class LSTM(_Recurrent):
    type: Literal["LSTM"] = "LSTM"
    summary: ClassVar[str] = "Reads a sequence with a memory that learns what to keep and what to forget."
    gates: ClassVar[int] = 4
    recurrent_activation: Activation = Field(default="sigmoid", description="The gates' function. Keras: recurrent_activation")
    unit_forget_bias: bool = Field(default=True, description="Begin with a memory that keeps. Keras: unit_forget_bias")


class GRU(_Recurrent):
    type: Literal["GRU"] = "GRU"
    summary: ClassVar[str] = "Reads a sequence with a gated memory, lighter than LSTM's."
    gates: ClassVar[int] = 3
    recurrent_activation: Activation = Field(default="sigmoid", description="The gates' function. Keras: recurrent_activation")
    reset_after: bool = Field(default=True, description="Apply the reset gate after the product (as on a GPU). Keras: reset_after")

    def parameters(self, shape: Shape) -> int:
        extra = self.gates * self.units if self.use_bias and self.reset_after else 0
        return super().parameters(shape) + extra


RECURRENT = (SimpleRNN, LSTM, GRU)


class Bidirectional(LayerBase):
    type: Literal["Bidirectional"] = "Bidirectional"
    category: ClassVar[str] = "Sequence"
    summary: ClassVar[str] = "Reads a sequence in both directions with two copies of a recurrent layer."
    ranks: ClassVar[tuple[int, ...] | None] = (2,)
    layer: keras_object("a recurrent layer", *RECURRENT) = Field(  # type: ignore[valid-type]
        default=LSTM(), description="The layer that is doubled. Keras: layer")
    merge_mode: Literal["concat", "sum", "mul", "ave"] = Field(
        default="concat", description="How the two results are joined. Keras: merge_mode")

    @field_validator("layer")
    @classmethod
    def _switched_on(cls, layer: LayerBase) -> LayerBase:
        if layer.disabled:
            raise ValueError("expected a layer that is on; switch the Bidirectional off instead of what is inside it")
        return layer

    def _output_shape(self, shape: Shape) -> Shape:
        if self.layer.go_backwards:
            raise ShapeError(f"Bidirectional reads in both directions by itself; switch go_backwards of its {self.layer.type} off.")
        *rest, last = self.layer.output_shape(shape)
        return (*rest, 2 * last if self.merge_mode == "concat" else last)

    def parameters(self, shape: Shape) -> int:
        one_way: int = self.layer.parameters(shape)
        return 2 * one_way

    def caption(self) -> str:
        return f"{self.layer.type}, {self.layer.units} units"
