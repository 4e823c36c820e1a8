"""What a project says about data of one's own: painted points, a table, pictures in folders, arrays in a file.

In memory `path` is absolute; a saved project or recipe holds it relative to itself where it can.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, Strict, ValidationInfo, field_validator, model_validator

from nnplayground.core.data_common import Data, PlaneData, Scaling, ScalingName

MAX_POINTS = 20_000
MAX_CLASSES = 10
LARGEST_NUMBER = 1e6
"""Places and values of points go no further: their squares, and those of the network's errors, stay numbers."""
MAX_TEXT = 2_000_000
"""Characters of a table that travels inside a project."""

Task = Literal["auto", "classification", "regression"]


_Number = Annotated[float, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
_CLASS_NUMBERS = frozenset(float(i) for i in range(MAX_CLASSES))


class OwnPoints(PlaneData):
    """Points that were painted: two places and an answer each, a class number or a value."""

    name: Literal["points"]
    task: Literal["classification", "regression"] = Field(default="classification", description="Whether answers are classes or values.")
    points: Annotated[tuple[Annotated[tuple[_Number, _Number, _Number], Strict(False)], ...], Strict(False)] = Field(
        default=(), max_length=MAX_POINTS, description="x1, x2 and the answer of each point."
    )

    # Of the field, not of the whole: a whole is looked at again with every change of its project.
    @field_validator("points")
    @classmethod
    def _classes_are_numbered(cls, points: tuple[tuple[float, float, float], ...], info: ValidationInfo) -> Any:
        if info.data.get("task") == "classification":
            for x, y, answer in points:
                if answer not in _CLASS_NUMBERS:
                    raise ValueError(f"expected class numbers from 0 to {MAX_CLASSES - 1}; found {answer:g} at ({x:g}, {y:g})")
        return points


class _Own(Data):
    train_fraction: float = Field(default=0.8, gt=0, lt=1, description="The share of samples to learn from; the rest is the test set.")
    sha256: str = Field(default="", pattern="^([0-9a-f]{64})?$", description="The hash of what was chosen; empty: not checked.")
    path: str = Field(default="", description="The file or folder.")
    _also: str = PrivateAttr(default="")

    @property
    def places(self) -> tuple[str, ...]:
        """Where the file is looked for."""
        return (self.path, self._also) if self._also else (self.path,)

    def looked_for_at(self, place: str) -> Self:
        """The same, knowing of another place where the file is not either."""
        copy = self.model_copy()
        copy.__pydantic_private__ = {"_also": place}
        return copy

    def __eq__(self, other: object) -> bool:
        """Where it was looked for is no part of the value."""
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = Data.__hash__


class OwnTable(_Own):
    """A table of text: a file, or what was pasted. Settings that are 'auto' are guessed from what it holds."""

    name: Literal["csv"]
    path: str = Field(default="", description="The file.")
    text: str = Field(default="", max_length=MAX_TEXT, description="The table itself, where it travels inside the project.")
    separator: Literal["auto", ",", ";", "\t", "|", " "] = Field(default="auto", description="What stands between two values.")
    decimal: Literal["auto", ".", ","] = Field(default="auto", description="What stands before a number's decimals.")
    header: Literal["auto", "yes", "no"] = Field(default="auto", description="Whether the first row holds the columns' names.")
    encoding: str = Field(default="auto", max_length=40, description="How letters are written in the file: utf-8, cp1252, gb18030 …")
    target: str = Field(default="", description="The column to predict; empty: the last one.")
    columns: Annotated[tuple[str, ...], Strict(False)] = Field(default=(), description="The columns to predict from; empty: all others.")
    kinds: dict[str, Literal["number", "category"]] = Field(default_factory=dict, description="What columns hold where the guess is wrong.")
    task: Task = Field(default="auto", description="Whether to predict classes or values.")
    missing: Literal["drop", "fill"] = Field(
        default="drop", description="Rows with missing values: left out, or filled with a column's median or commonest word.")  # fmt: skip
    scaling: ScalingName = Field(default=Scaling.STANDARD, description="What is done to the features before the network sees them.")
    target_scaling: Literal["none", "standard"] = Field(
        default="none", description="What is done to values to predict; results are in their own unit all the same.")  # fmt: skip

    @model_validator(mode="after")
    def _file_or_text(self) -> Self:
        if bool(self.path) == bool(self.text):
            raise ValueError(f"expected either path or text; found {'both' if self.path else 'neither'}")
        return self


class OwnImages(_Own):
    """Pictures in folders, one folder a class."""

    name: Literal["images"]
    path: str = Field(min_length=1, description="The folder that holds a folder of pictures for each class.")
    height: int = Field(default=28, ge=4, le=512, description="Rows that every picture is resized to.")
    width: int = Field(default=28, ge=4, le=512, description="Columns that every picture is resized to.")
    color: Literal["grey", "rgb"] = Field(default="grey", description="Grey (one channel) or colour (three).")
    scaling: ScalingName = Field(default=Scaling.UNIT, description="What is done to the pixels before the network sees them.")


class OwnArrays(_Own):
    """A .npz file with the arrays x and y, or x_train, y_train, x_test and y_test."""

    name: Literal["arrays"]
    path: str = Field(min_length=1, description="The .npz file.")
    task: Task = Field(default="auto", description="Whether y holds classes or values.")
    target_scaling: Literal["none", "standard"] = Field(
        default="none", description="What is done to values to predict; results are in their own unit all the same.")  # fmt: skip


OWN_DATA: tuple[type[Data], ...] = (OwnPoints, OwnTable, OwnImages, OwnArrays)
