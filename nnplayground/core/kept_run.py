"""`KeptRun`: a run that is over and was kept, to be compared with others and opened again."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator

from nnplayground.core.history import History
from nnplayground.core.losses import MORE_IS_BETTER
from nnplayground.core.own_paths import make_absolute
from nnplayground.core.recipe import build_spec, first_mistake, to_plain
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.value import Value

MAX_RUNS = 200
MAX_NUMBERS = 100
MAX_NOTES = 10_000

Name = Annotated[str, Field(min_length=1, max_length=200)]


class Best(Value):
    """A number at its best, and the epoch it was so first."""

    value: float
    epoch: int = Field(ge=1)


class KeptRun(Value):
    """What is left of a run: what it was, what came out, and the weights if they were wanted."""

    key: str = Field(default="", pattern=r"^([0-9a-f]{32})?$", description="The same wherever the run is kept, and no other run's.")
    name: Name
    time: str = Field(description="When it ended, as ISO 8601 with the offset from UTC.")
    spec: ProjectSpec
    last: dict[Name, float | None] = Field(default={}, max_length=MAX_NUMBERS, description="Its last numbers; None: no finite number.")
    best: dict[Name, Best] = Field(default={}, max_length=MAX_NUMBERS, description="Its best numbers, of those that ever were finite.")
    epochs: int = Field(default=0, ge=0, description="How many epochs it trained.")
    ended: Literal["", "paused", "completed", "stopped", "diverged"] = Field(default="", description="How it ended; '' when it was left.")
    seconds: float = Field(default=0.0, ge=0, description="How long it trained.")
    parameters: int = Field(default=0, ge=0, description="How many numbers its network learned.")
    notes: str = Field(default="", max_length=MAX_NOTES)
    pinned: bool = False
    history: str = Field(default="", exclude=True, description="As CSV, like `ProjectFile.history`.")
    weights: bytes | None = Field(default=None, exclude=True, description="A `.weights.h5` file.")

    @property
    def identity(self) -> str:
        """Its key; for a run of before there were keys, one that is made of what it holds."""
        return self.key or hashlib.sha256(self.model_dump_json(exclude={"notes", "pinned"}).encode()).hexdigest()[:32]

    @property
    def bare(self) -> KeptRun:
        """Without history and weights, which may be large."""
        return self.model_copy(update={"history": "", "weights": None})

    @field_validator("time")
    @classmethod
    def _a_moment(cls, value: str) -> str:
        try:
            aware = datetime.fromisoformat(value).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            raise ValueError(f"expected a time such as 2026-03-01T12:30:00+00:00; found '{value[:60]}'")
        return value


def told(numbers: Mapping[str, float]) -> dict[str, float | None]:
    """Numbers as they are kept in `last`."""
    return {name: value if math.isfinite(value) else None for name, value in numbers.items()}


def best_numbers(history: History) -> dict[str, Best]:
    """The best of every number, the learning rate aside, which is neither better nor worse."""
    found = {}
    for name in history.names:
        epoch = history.best(name, more=name.removeprefix("val_") in MORE_IS_BETTER)
        if epoch is not None and name != "learning_rate":
            found[name] = Best(value=float(history.values(name)[epoch - 1]), epoch=epoch)
    return found


def to_json(run: KeptRun, folder: Path) -> str:
    """Everything but history and weights. Paths of own data become relative to `folder`."""
    plain = {**run.model_dump(mode="json", exclude_defaults=True, exclude={"spec"}), "spec": to_plain(run.spec, folder)}
    return json.dumps(plain, indent=2, ensure_ascii=False)


def from_plain(raw: dict[str, Any], folder: Path, history: str, weights: bytes | None, name: str) -> KeptRun:
    """The way back. Raises RecipeError for its project, and ValueError with a sentence for the rest."""
    spec = raw.get("spec")
    if not isinstance(spec, dict):
        raise ValueError("spec: expected the run's project, but it is not there")
    if "history" in raw or "weights" in raw:
        raise ValueError("history and weights stand in files of their own")
    make_absolute(spec, folder)
    try:
        return KeptRun.model_validate({**raw, "spec": build_spec(spec, name), "history": history, "weights": weights})
    except ValidationError as error:
        raise ValueError(first_mistake(error)) from error
