"""Learning-rate schedules with Keras's names, arguments and defaults. Source: keras.optimizers.schedules (Keras 3)."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, Strict, model_validator

from nnplayground.core.value import Typed, closest, keras_object, known_words, plain_or_table, type_names

MAX_RATE = 1e6
MAX_STEPS = 2**31 - 1
"""Keras counts steps as 32-bit numbers."""
MAX_VALUES = 1000

Rate = Annotated[float, Field(gt=0, le=MAX_RATE)]
RateOrZero = Annotated[float, Field(ge=0, le=MAX_RATE)]
Steps = Annotated[int, Field(ge=1, le=MAX_STEPS)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Schedule(Typed):
    summary: ClassVar[str] = ""

    @property
    def initial_rate(self) -> float:
        """The learning rate of the first step."""
        raise NotImplementedError


class _Decay(_Schedule):
    initial_learning_rate: Rate = Field(description="The learning rate of the first step. Keras: initial_learning_rate")

    @property
    def initial_rate(self) -> float:
        return self.initial_learning_rate


class _RateDecay(_Decay):
    decay_steps: Steps = Field(description="After how many steps decay_rate has been applied once. Keras: decay_steps")
    decay_rate: Annotated[float, Field(gt=0, le=1e6)] = Field(description="How strongly the rate falls. Keras: decay_rate")
    staircase: bool = Field(default=False, description="Falls in stairs, not smoothly. Keras: staircase")


class ExponentialDecay(_RateDecay):
    type: Literal["ExponentialDecay"] = "ExponentialDecay"
    summary: ClassVar[str] = "Multiplies the rate by decay_rate every decay_steps."


class InverseTimeDecay(_RateDecay):
    type: Literal["InverseTimeDecay"] = "InverseTimeDecay"
    summary: ClassVar[str] = "Divides the rate by 1 + decay_rate × steps / decay_steps."


class PolynomialDecay(_Decay):
    type: Literal["PolynomialDecay"] = "PolynomialDecay"
    summary: ClassVar[str] = "Goes down to end_learning_rate in decay_steps; in a straight line with power 1."
    decay_steps: Steps = Field(description="After how many steps the end is reached. Keras: decay_steps")
    end_learning_rate: RateOrZero = Field(default=0.0001, description="Where it ends. Keras: end_learning_rate")
    power: Annotated[float, Field(gt=0, le=1000)] = Field(default=1.0, description="1 is a straight line. Keras: power")
    cycle: bool = Field(default=False, description="Begins again behind the end, each time longer. Keras: cycle")


class PiecewiseConstantDecay(_Schedule):
    type: Literal["PiecewiseConstantDecay"] = "PiecewiseConstantDecay"
    summary: ClassVar[str] = "One rate up to each boundary, and one behind the last."
    boundaries: Annotated[tuple[Annotated[int, Strict(), Field(ge=0, le=MAX_STEPS)], ...], Strict(False)] = Field(
        max_length=MAX_VALUES, description="Up to which step each rate holds. Keras: boundaries")  # fmt: skip
    values: Annotated[tuple[Annotated[float, Strict(), Field(ge=0, le=MAX_RATE)], ...], Strict(False)] = Field(
        max_length=MAX_VALUES + 1, description="The rates: one more than there are boundaries. Keras: values")  # fmt: skip

    @model_validator(mode="after")
    def _one_rate_a_piece(self) -> Self:
        if not self.boundaries or len(self.values) != len(self.boundaries) + 1:
            found = f"{len(self.boundaries)} boundaries and {len(self.values)} values"
            raise ValueError(f"expected at least one boundary, and one value more than boundaries; found {found}")
        if any(a >= b for a, b in pairwise(self.boundaries)):
            raise ValueError("expected boundaries that grow; found one that does not")
        return self

    @property
    def initial_rate(self) -> float:
        return self.values[0]


class CosineDecay(_Schedule):
    type: Literal["CosineDecay"] = "CosineDecay"
    summary: ClassVar[str] = "Goes down along half a cosine wave, after a rise to warmup_target where one is given."
    initial_learning_rate: RateOrZero = Field(description="Where it begins; may be 0 with a warm-up. Keras: initial_learning_rate")
    decay_steps: Steps = Field(description="How many steps the way down takes. Keras: decay_steps")
    alpha: Share = Field(default=0.0, description="Where it ends, as a share of where the way down began. Keras: alpha")
    warmup_target: Rate | None = Field(default=None, description="Where the rise ends and the way down begins. Keras: warmup_target")
    warmup_steps: int = Field(default=0, ge=0, le=MAX_STEPS, description="How many steps the rise takes. Keras: warmup_steps")

    @model_validator(mode="after")
    def _more_than_zero(self) -> Self:
        if self.initial_learning_rate == 0 and self.warmup_target is None:
            raise ValueError("expected an initial_learning_rate above 0, or a warmup_target; found 0 and none")
        return self

    @property
    def initial_rate(self) -> float:
        return self.initial_learning_rate if self.warmup_target is None or self.warmup_steps else self.warmup_target


class CosineDecayRestarts(_Decay):
    type: Literal["CosineDecayRestarts"] = "CosineDecayRestarts"
    summary: ClassVar[str] = "Half a cosine wave down, again and again, each time longer."
    first_decay_steps: Steps = Field(description="How many steps the first way down takes. Keras: first_decay_steps")
    t_mul: Annotated[float, Field(ge=1, le=1000)] = Field(default=2.0, description="How much longer each next one is. Keras: t_mul")
    m_mul: Annotated[float, Field(gt=0, le=1000)] = Field(default=1.0, description="How much higher each next one begins. Keras: m_mul")
    alpha: Share = Field(default=0.0, description="Where it ends, as a share of where it began. Keras: alpha")


SCHEDULES = (ExponentialDecay, InverseTimeDecay, PolynomialDecay, PiecewiseConstantDecay, CosineDecay, CosineDecayRestarts)
Schedule = keras_object("a learning-rate schedule", *SCHEDULES)


def _no_word(value: Any) -> Any:
    """A schedule has arguments without defaults, so its name alone says too little."""
    if isinstance(value, str):
        names = type_names(SCHEDULES)
        hint = closest(value, names) or known_words(names)
        raise ValueError(f"expected a number, or a schedule as a table with 'type' and its arguments; found '{value}'.{hint}")
    return value


LearningRate = plain_or_table(Rate, Schedule, BeforeValidator(_no_word))
