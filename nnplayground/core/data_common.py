"""What the settings of every data set have in common: scaling, validation, source, and the features of points."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, Strict, model_serializer, model_validator

from nnplayground.core.value import Value


class SourceChoice(StrEnum):
    """Which files to use for a set that has a full and a built-in version."""

    AUTO = "auto"
    FULL = "full"
    SAMPLE = "sample"


class Scaling(StrEnum):
    """What is done to the inputs; anything fitted is fitted on the training part only."""

    NONE = "none"
    UNIT = "unit"
    MINUS_HALF_TO_HALF = "minus_half_to_half"
    STANDARD = "standard"


class Encoding(StrEnum):
    """What a network is given of a text."""

    MULTI_HOT = "multi_hot"
    SEQUENCE = "sequence"


class Feature(StrEnum):
    """TensorFlow Playground's seven inputs for points on a plane."""

    X1 = "x1"
    X2 = "x2"
    X1_SQUARED = "x1^2"
    X2_SQUARED = "x2^2"
    X1_X2 = "x1*x2"
    SIN_X1 = "sin(x1)"
    SIN_X2 = "sin(x2)"


class Validation(Value):
    """Which samples are set aside: exactly one of `fraction`, `count` and `use`."""

    fraction: float | None = Field(
        default=None, gt=0, lt=1, description="The last share of the training samples, as Keras's validation_split.")  # fmt: skip
    count: int | None = Field(default=None, ge=1, le=100_000_000, description="The first N training samples.")
    use: Literal["test"] | None = Field(default=None, description="The test set.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [k for k in ("fraction", "count", "use") if getattr(self, k) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise ValueError(f"expected exactly one of fraction, count and use; found {found}")
        return self


ScalingName = Annotated[Scaling, Strict(False)]
SourceName = Annotated[SourceChoice, Strict(False)]


class Data(Value):
    """The settings that every data set has; each class below adds a `name` and its own."""

    scaling: ScalingName = Field(default=Scaling.NONE, description="What is done to the inputs before the network sees them.")
    validation: Validation | None = Field(default=None, description="Samples kept aside to watch, not to learn from.")
    source: SourceName = Field(default=SourceChoice.AUTO, description="The full set, the built-in sample, or what there is.")

    @model_serializer(mode="wrap")
    def _name_first(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {"name": self.name, **{k: v for k, v in handler(self).items() if k != "name"}}  # type: ignore[attr-defined]


class PlaneData(Data):
    """Points on a plane: the network is given features of each."""

    train_fraction: float = Field(default=0.5, gt=0, lt=1, description="The share of points to learn from; the rest is the test set.")
    features: Annotated[tuple[Annotated[Feature, Strict(False)], ...], Strict(False)] = Field(
        default=(Feature.X1, Feature.X2), min_length=1, max_length=7, description="What the network is given of each point."
    )

    @model_validator(mode="after")
    def _no_feature_twice(self) -> Self:
        if len(set(self.features)) < len(self.features):
            raise ValueError("expected each feature once; found one twice")
        return self
