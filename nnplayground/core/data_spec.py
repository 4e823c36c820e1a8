"""What a project says about its data: which set, how it is made, split and scaled."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, Strict, field_validator, model_serializer, model_validator

from nnplayground.core.value import Value, WordError, type_names


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


class _Data(Value):
    scaling: ScalingName = Field(default=Scaling.NONE, description="What is done to the inputs before the network sees them.")
    validation: Validation | None = Field(default=None, description="Samples kept aside to watch, not to learn from.")
    source: SourceName = Field(default=SourceChoice.AUTO, description="The full set, the built-in sample, or what there is.")


    @model_serializer(mode="wrap")
    def _name_first(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {"name": self.name, **{k: v for k, v in handler(self).items() if k != "name"}}  # type: ignore[attr-defined]


class Gates(_Data):
    name: Literal["and", "or", "xor"]


class Line(_Data):
    name: Literal["line"]


class Gender(_Data):
    name: Literal["gender"]
    samples: int = Field(default=1000, ge=2, le=1_000_000, description="How many people.")


class _Plane(_Data):
    noise: float = Field(default=0.0, ge=0, le=1, description="How far points stray (TensorFlow Playground's noise divided by 100).")
    train_fraction: float = Field(default=0.5, gt=0, lt=1, description="The share of points to learn from; the rest is the test set.")
    features: Annotated[tuple[Annotated[Feature, Strict(False)], ...], Strict(False)] = Field(
        default=(Feature.X1, Feature.X2), min_length=1, max_length=7, description="What the network is given of each point."
    )

    @model_validator(mode="after")
    def _no_feature_twice(self) -> Self:
        if len(set(self.features)) < len(self.features):
            raise ValueError("expected each feature once; found one twice")
        return self


class PlaneClasses(_Plane):
    name: Literal["circle", "xor_cloud", "gauss", "spiral", "moons"]
    samples: int = Field(default=500, ge=4, le=100_000, description="How many points, train and test together.")


class PlaneValues(_Plane):
    name: Literal["plane", "gaussians"]
    samples: int = Field(default=1200, ge=4, le=100_000, description="How many points, train and test together.")


class Images(_Data):
    name: Literal["mnist", "fashion_mnist"]
    scaling: ScalingName = Field(default=Scaling.UNIT, description="What is done to the pixels before the network sees them.")


class Texts(_Data):
    name: Literal["imdb", "reuters"]
    num_words: int = Field(
        default=10_000, ge=4, le=100_000, description="Only the most frequent words count; others are unknown. Keras: num_words")
    skip_top: int = Field(default=0, ge=0, description="The most frequent words that count as unknown too. Keras: skip_top")
    encoding: Annotated[Encoding, Strict(False)] = Field(
        default=Encoding.MULTI_HOT, description="Which words occur (multi_hot), or the words in their order (sequence).")  # fmt: skip
    maxlen: int = Field(
        default=200, ge=1, le=5_000,
        description="How many words a sequence has: the last ones of a longer text, padded in front where it is shorter. Keras: maxlen",
    )  # fmt: skip

    @field_validator("scaling")
    @classmethod
    def _words_are_not_scaled(cls, scaling: Scaling) -> Scaling:
        if scaling is not Scaling.NONE:
            raise ValueError(f"expected none, because words are not measurements; found {scaling}")
        return scaling

    @model_validator(mode="after")
    def _some_words_are_left(self) -> Self:
        if self.skip_top >= self.num_words:
            raise ValueError(f"expected skip_top below num_words ({self.num_words}); found {self.skip_top}")
        return self


class Boston(_Data):
    name: Literal["boston_housing"]
    scaling: ScalingName = Field(default=Scaling.STANDARD, description="What is done to the features before the network sees them.")
    target_scaling: Literal["none", "standard"] = Field(
        default="none", description="What is done to the prices; results are in thousands of dollars all the same."
    )


DATA_SPECS: tuple[type[_Data], ...] = (Gates, Line, Gender, PlaneClasses, PlaneValues, Images, Texts, Boston)
DATA_NAMES = type_names(DATA_SPECS, "name")
PLANE_NAMES = type_names((PlaneClasses, PlaneValues), "name")


def _check_name(value: Any) -> Any:
    if isinstance(value, str):
        value = {"name": value}
    if isinstance(value, dict):
        name = value.get("name")
        if not isinstance(name, str) or name not in DATA_NAMES:
            raise WordError("name", "a data set", name, DATA_NAMES)
    return value


DataSpec = Annotated[
    Gates | Line | Gender | PlaneClasses | PlaneValues | Images | Texts | Boston,
    Field(discriminator="name"),
    BeforeValidator(_check_name),
]


def default_data(name: str) -> Any:
    """The settings with which a data set is first chosen. Raises KeyError for an unknown name."""
    for cls in DATA_SPECS:
        if name in type_names((cls,), "name"):
            return cls(name=name)  # type: ignore[call-arg]
    raise KeyError(name)


