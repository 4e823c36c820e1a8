"""What a project says about its data: which set, how it is made, split and scaled."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, Strict, field_validator, model_validator

from nnplayground.core.data_common import (
    Data,
    Encoding,
    Feature,
    PlaneData,
    Scaling,
    ScalingName,
    SourceChoice,
    Validation,
)
from nnplayground.core.own_data import OWN_DATA, OwnArrays, OwnImages, OwnPoints, OwnTable
from nnplayground.core.value import WordError, type_names

__all__ = [
    "BUILT_IN", "DATA_NAMES", "DATA_SPECS", "OWN_NAMES", "PLANE_NAMES", "Boston", "Data", "DataSpec", "Encoding", "Feature", "Gates",
    "Gender", "Images", "Line", "OwnArrays", "OwnImages", "OwnPoints", "OwnTable", "PlaneClasses", "PlaneData", "PlaneValues", "Scaling",
    "SourceChoice", "Texts", "Validation", "default_data",
]  # fmt: skip


class Gates(Data):
    name: Literal["and", "or", "xor"]


class Line(Data):
    name: Literal["line"]


class Gender(Data):
    name: Literal["gender"]
    samples: int = Field(default=1000, ge=2, le=1_000_000, description="How many people.")


class GeneratedPlane(PlaneData):
    """Points made by a formula."""

    noise: float = Field(default=0.0, ge=0, le=1, description="How far points stray (TensorFlow Playground's noise divided by 100).")


class PlaneClasses(GeneratedPlane):
    name: Literal["circle", "xor_cloud", "gauss", "spiral", "moons"]
    samples: int = Field(default=500, ge=4, le=100_000, description="How many points, train and test together.")


class PlaneValues(GeneratedPlane):
    name: Literal["plane", "gaussians"]
    samples: int = Field(default=1200, ge=4, le=100_000, description="How many points, train and test together.")


class Images(Data):
    name: Literal["mnist", "fashion_mnist"]
    scaling: ScalingName = Field(default=Scaling.UNIT, description="What is done to the pixels before the network sees them.")


class Texts(Data):
    name: Literal["imdb", "reuters"]
    num_words: int = Field(
        default=10_000, ge=4, le=100_000, description="Only the most frequent words count; others are unknown. Keras: num_words")
    skip_top: int = Field(default=0, ge=0, description="The most frequent words that count as unknown too. Keras: skip_top")
    shorter_than: int | None = Field(
        default=None, ge=2, le=100_000,
        description="Only texts of fewer words than this, their start counted as one. Keras: maxlen of load_data",
    )  # fmt: skip
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


class Boston(Data):
    name: Literal["boston_housing"]
    scaling: ScalingName = Field(default=Scaling.STANDARD, description="What is done to the features before the network sees them.")
    target_scaling: Literal["none", "standard"] = Field(
        default="none", description="What is done to the prices; results are in thousands of dollars all the same."
    )


BUILT_IN: tuple[type[Data], ...] = (Gates, Line, Gender, PlaneClasses, PlaneValues, Images, Texts, Boston)
DATA_SPECS = (*BUILT_IN, *OWN_DATA)
DATA_NAMES, OWN_NAMES = type_names(BUILT_IN, "name"), type_names(OWN_DATA, "name")
"""The sets that are there by themselves, and the ways to bring one's own."""
PLANE_NAMES = type_names((PlaneClasses, PlaneValues), "name")


def _check_name(value: Any) -> Any:
    if isinstance(value, str):
        value = {"name": value}
    if isinstance(value, dict):
        name = value.get("name")
        if not isinstance(name, str) or name not in (*DATA_NAMES, *OWN_NAMES):
            raise WordError("name", "a data set", name, (*DATA_NAMES, *OWN_NAMES))
    return value


DataSpec = Annotated[
    Gates | Line | Gender | PlaneClasses | PlaneValues | Images | Texts | Boston | OwnPoints | OwnTable | OwnImages | OwnArrays,
    Field(discriminator="name"),
    BeforeValidator(_check_name),
]


def default_data(name: str) -> Any:
    """The settings with which a data set is first chosen. Raises KeyError for an unknown name."""
    for cls in BUILT_IN:
        if name in type_names((cls,), "name"):
            return cls(name=name)  # type: ignore[call-arg]
    raise KeyError(name)


