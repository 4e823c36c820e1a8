"""A picture of every chapter: its recipe trained to the end in the window, with what is to be seen in it open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SEVEN = [(0.3, 0.24), (0.48, 0.24), (0.68, 0.24), (0.62, 0.4), (0.54, 0.58), (0.48, 0.78)]
"""A stroke of the pen, in shares of the pad."""
REVIEW = "a wonderful film with a brilliant cast , though the ending is a little boring and much too long"


@dataclass(frozen=True)
class Chapter:
    """Which recipe, which of the tabs below the network, and what else is done once it has learned."""

    recipe: str
    tab: str
    """Its objectName without `Panel`."""
    then: Callable[[Any], None] = lambda _stage: None


def _ask_ten(stage: Any) -> None:
    stage.window.trying.row.fill({0: 10.0})


def _draw(stage: Any) -> None:
    stage.draw(SEVEN)


def _review(stage: Any) -> None:
    stage.write("textInput", REVIEW)
    stage.click("whyButton")


def _why(stage: Any) -> None:
    stage.click("whyButton")


CHAPTERS = {
    "line": Chapter("line", "curves", _ask_ten),
    "gates": Chapter("xor", "curves"),
    "playground": Chapter("circle", "curves"),
    "softmax": Chapter("softmax", "working", _draw),
    "mnist": Chapter("mnist", "mistakes", _draw),
    "fashion": Chapter("fashion", "confusion"),
    "stop": Chapter("stop", "log"),
    "imdb": Chapter("imdb", "curves", _review),
    "reuters": Chapter("reuters", "confusion"),
    "boston": Chapter("boston_final", "confusion", _why),
    "gender": Chapter("gender", "weights", _why),
}
