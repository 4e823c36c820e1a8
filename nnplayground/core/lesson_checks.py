"""What a lesson asks for and the app finds out itself: each check is a small value that looks at what there was to be `Seen`.

Every check is true or not of the moment it is asked; whoever shows a lesson remembers what was true once, since the next step may begin
another run.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal, Self

from pydantic import Field, Strict, model_validator

from nnplayground.core.keyed import keyed
from nnplayground.core.layers import Dense
from nnplayground.core.lesson_deeds import Page
from nnplayground.core.lesson_seen import Asked, Seen, chosen_class, plain_at, said
from nnplayground.core.losses import history_name
from nnplayground.core.value import Value

TURNED = 1.1
"""A curve has turned up when it ends so many times above its lowest."""
Told = tuple[bool, str]
"""Whether it holds, and what was expected and found in one short sentence."""


class _Check(Value):
    def told(self, seen: Seen) -> Told:
        """Whether it holds, and expected and found in one short sentence."""
        raise NotImplementedError


class _Mark(_Check):
    """Something below or above a mark, or both."""

    below: float | None = None
    above: float | None = None

    def holds(self, value: float) -> bool:
        return (self.below is None or value < self.below) and (self.above is None or value > self.above)

    @property
    def wanted(self) -> str:
        marks = (("above", self.above), ("below", self.below))
        return " and ".join(f"{word} {said(mark)}" for word, mark in marks if mark is not None)


class Trained(_Check):
    """The run is so many epochs on."""

    trained: int = Field(ge=1, le=1_000_000)

    def told(self, seen: Seen) -> Told:
        plural = "s" * (self.trained != 1)
        return seen.epoch >= self.trained, f"trained for {self.trained:,} epoch{plural}: it is at {seen.epoch:,}"


class MetricMark(_Mark):
    """A number of the last epoch is below or above a mark: `loss`, `val_accuracy` …, or `test_accuracy` of the test set."""

    metric: str = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _some_mark(self) -> Self:
        if self.below is None and self.above is None:
            raise ValueError("expected below or above; found neither")
        return self

    def told(self, seen: Seen) -> Told:
        value = seen.number(self.metric)
        found = "not measured yet" if value is None else f"it is {said(value)}"
        return value is not None and self.holds(value), f"{_metric(self.metric)} {self.wanted}: {found}"


def _metric(name: str) -> str:
    """A metric for people: `val_mae` is the validation MAE."""
    name = re.sub("^val_", "validation ", name).replace("_", " ")
    return re.sub(r"\b(mae|mse|rmse)\b", lambda found: found[1].upper(), name)


class TurnedUp(_Check):
    """A curve was lowest well before its end, and has risen by a tenth or more since."""

    turned_up: str = Field(min_length=1, max_length=60)

    def told(self, seen: Seen) -> Told:
        name = history_name(self.turned_up)
        best = seen.history.best(name)
        if best is None:
            return False, f"{_metric(name)} has turned up: not measured yet"
        values = seen.history.values(name)
        low, last = float(values[best - 1]), float(values[-1])
        turned = best < len(values) and last >= low * TURNED
        return turned, f"{_metric(name)} has turned up: lowest {said(low)} after epoch {best:,}, now {said(last)}"


class Ended(_Check):
    """The run ended in this way."""

    status: Literal["completed", "stopped", "diverged", "cancelled"]

    def told(self, seen: Seen) -> Told:
        found = seen.status or "not ended yet"
        return seen.status == self.status, f"the run has {_ENDINGS[self.status]}: {seen.reason or found}"


_ENDINGS = {"completed": "come to its last epoch", "stopped": "stopped by itself", "diverged": "diverged", "cancelled": "been stopped"}


class Setting(_Mark):
    """A place of the project, as in `--set`: `is` a value, `not` one, `has` it in its list, or is below or above a mark."""

    setting: str = Field(pattern=r"^[a-z0-9_.\[\]]{1,120}$")
    equals: Any = Field(default=None, alias="is")
    other: Any = Field(default=None, alias="not")
    has: Any = None

    @model_validator(mode="after")
    def _something_wanted(self) -> Self:
        if not self.model_fields_set - {"setting"}:
            raise ValueError("expected one of is, not, has, below and above; found none")
        return self

    def told(self, seen: Seen) -> Told:
        found = plain_at(seen.spec, self.setting)
        wants: list[tuple[bool, str]] = []
        if "equals" in self.model_fields_set:
            wants.append((_same(found, self.equals), _word(self.equals)))
        if "other" in self.model_fields_set:
            wants.append((not _same(found, self.other), f"other than {_word(self.other)}"))
        if "has" in self.model_fields_set:
            wants.append((isinstance(found, list | dict) and self.has in found, f"with {_word(self.has)}"))
        if self.wanted:
            wants.append((isinstance(found, int | float) and self.holds(found), self.wanted))
        return all(ok for ok, _ in wants), f"{_titled(self.setting)} {' and '.join(text for _, text in wants)}: it is {_word(found)}"


def _titled(place: str) -> str:
    """A place for people: `layers[1].units` is layer 2's."""
    if place == "data.name":
        return "data"
    place = re.sub(r"^layers\[(\d+)\]\.", lambda found: f"layer {int(found[1]) + 1}, ", place)
    return re.sub(r"^(training\.|data\.)?(optimizer\.)?", "", place).replace(".", " ").replace("_", " ")


def _same(found: Any, wanted: Any) -> bool:
    """Equal, where a Keras object with its defaults may be named by its type alone, and numbers are near enough."""
    if isinstance(found, dict) and isinstance(wanted, str):
        return wanted in (found.get("type"), found.get("name"))
    if isinstance(found, dict) and isinstance(wanted, dict):
        return all(_same(found.get(key), value) for key, value in wanted.items())
    if isinstance(found, int | float) and isinstance(wanted, int | float):
        return math.isclose(found, wanted, rel_tol=1e-6)
    return bool(found == wanted)


def _word(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict):
        return str(value.get("type") or value.get("name") or ", ".join(f"{key} {_word(v)}" for key, v in value.items() if v is not None))
    if isinstance(value, list):
        return ", ".join(map(_word, value))
    if isinstance(value, bool):
        return "on" if value else "off"
    return said(value) if isinstance(value, int | float) else str(value)


class HiddenLayers(_Check):
    """So many Dense layers, or more, before the last one; with 0, none."""

    hidden_layers: int = Field(ge=0, le=20)

    def told(self, seen: Seen) -> Told:
        hidden = sum(isinstance(layer, Dense) for layer in seen.spec.active[:-1])
        wanted = f"{self.hidden_layers or 'no'} hidden layer{'s' * (self.hidden_layers > 1)}"
        holds = hidden >= self.hidden_layers if self.hidden_layers else hidden == 0
        return holds, f"{wanted}: there {'is' if hidden == 1 else 'are'} {hidden or 'none'}"


class Opened(_Check):
    """A view was looked at."""

    opened: Page

    def told(self, seen: Seen) -> Told:
        done = self.opened in seen.opened
        return done, f"{self._title(seen)} looked at: {'yes' if done else 'not yet'}"

    def _title(self, seen: Seen) -> str:
        output = seen.spec.output_layer
        if self.opened == "confusion" and isinstance(output, Dense) and output.activation == "linear":
            return "Errors"  # as the tab is called where values are predicted
        return {"try": "Try it", "inspector": "Training"}.get(self.opened, self.opened.capitalize())


class _About(_Check):
    """About an answer: to anything, to numbers that are each `within` so much of those in `input`, or to a test sample."""

    input: Annotated[tuple[float, ...], Strict(False)] = ()
    within: float = Field(default=1e-6, ge=0)
    sample: int | None = Field(default=None, ge=0)

    def newest(self, seen: Seen) -> Asked | None:
        """The last answer that is meant."""
        for asked in reversed(seen.asked):
            if asked.outputs and self._is_near(asked.input) and self.sample in (None, asked.sample):
                return asked
        return None

    def _is_near(self, found: tuple[float, ...]) -> bool:
        if not self.input:
            return True
        return len(self.input) == len(found) and all(abs(a - b) <= self.within for a, b in zip(self.input, found, strict=True))

    @property
    def to(self) -> str:
        """To what the answer is, in words."""
        if self.input:
            about = "about " if self.within > 1e-3 else ""
            return f" to {about}{_list(self.input)}"
        return "" if self.sample is None else f" to test sample {self.sample + 1:,}"


class Answer(_About):
    """The network's answer in 'Try it' is this class."""

    answer: int = Field(ge=0, le=1000)

    def told(self, seen: Seen) -> Told:
        asked = self.newest(seen)
        wanted = f"the answer{self.to} is class {self.answer}"
        if asked is None:
            return False, f"{wanted}: not asked yet"
        found = chosen_class(asked, seen.spec)
        return found == self.answer, f"{wanted}: it is class {found}"


class AnswerBetween(_About):
    """The network's answer in 'Try it', its first number, lies between two."""

    answer_between: Annotated[tuple[float, float], Strict(False)]

    def told(self, seen: Seen) -> Told:
        asked = self.newest(seen)
        low, high = self.answer_between
        wanted = f"the answer{self.to} between {said(low)} and {said(high)}"
        if asked is None:
            return False, f"{wanted}: not asked yet"
        return low <= asked.outputs[0] <= high, f"{wanted}: it is {said(asked.outputs[0])}"


class AskedCheck(_About):
    """The network was asked something in 'Try it'."""

    asked: Literal[True]

    def told(self, seen: Seen) -> Told:
        done = self.newest(seen) is not None
        about = f" for its answer{self.to}" if self.to else ""
        return done, f"the network was asked{about}: {'yes' if done else 'not yet'}"


class AskedWhy(_Check):
    """The network was asked why."""

    why: Literal[True]

    def told(self, seen: Seen) -> Told:
        return seen.why, f"the network was asked why: {'yes' if seen.why else 'not yet'}"


def _list(values: tuple[float, ...]) -> str:
    return said(values[0]) if len(values) == 1 else f"({', '.join(map(said, values))})"


class RunsKept(_Check):
    """So many runs of this lesson are kept."""

    runs: int = Field(ge=1, le=50)

    def told(self, seen: Seen) -> Told:
        return seen.runs >= self.runs, f"{self.runs} run{'s' * (self.runs != 1)} in the Runs panel: there are {seen.runs}"


class Compared(_Check):
    """A comparison of the lesson is trained."""

    compared: int = Field(ge=0, le=20)

    def told(self, seen: Seen) -> Told:
        done = self.compared in seen.compared
        return done, f"comparison trained: {'yes' if done else 'not yet'}"


class FoldsDone(_Check):
    """So many folds are trained."""

    folds: int = Field(ge=2, le=100)

    def told(self, seen: Seen) -> Told:
        return len(seen.scores) >= self.folds, f"{self.folds} folds trained: {len(seen.scores)} so far"


CHECKS = (Trained, MetricMark, TurnedUp, Ended, Setting, HiddenLayers, Opened, Answer, AnswerBetween, AskedCheck, AskedWhy, RunsKept,
          Compared, FoldsDone)  # fmt: skip
Check = keyed("a check", *CHECKS)
