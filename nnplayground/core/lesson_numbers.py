r"""A run's own numbers in a lesson's formulas: `$\hat{y} = <w> \cdot x + <b>$` becomes `$\hat{y} = 1.997 \cdot x - 0.9903$`.

A number that is not known yet is shown as its letter, so that the formula can be read before anything is trained.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

import numpy as np

from nnplayground.core.history import Floats
from nnplayground.core.layers import Dense
from nnplayground.core.lesson_seen import Seen, chosen_class, plain_at

PLACE = re.compile(r"<([a-z_][a-z0-9_]*)>")
"""Where a number goes in a formula. Mathtext has no such brackets; a 'less than' has spaces around it."""

NAMES: Mapping[str, str] = {
    "epoch": r"\mathrm{epoch}", "epochs": r"\mathrm{epochs}", "batch_size": r"\mathrm{batch}", "learning_rate": r"\eta",
    "loss": r"\mathrm{loss}", "accuracy": r"\mathrm{accuracy}", "mae": r"\mathrm{MAE}",
    "val_loss": r"\mathrm{val\ loss}", "val_accuracy": r"\mathrm{val\ accuracy}", "val_mae": r"\mathrm{val\ MAE}",
    "test_loss": r"\mathrm{test\ loss}", "test_accuracy": r"\mathrm{test\ accuracy}", "test_mae": r"\mathrm{test\ MAE}",
    "first_loss": r"\mathrm{loss}_1", "best_val_loss": r"\mathrm{val\ loss}_{\min}", "best_epoch": r"\mathrm{epoch}_{\min}",
    "exp_loss": r"e^{-\mathrm{loss}}", "w": "w", "b": "b", "w1": "w_1", "w2": "w_2",
    "x": "x", "x1": "x_1", "x2": "x_2", "x3": "x_3", "z": "z", "y": r"\hat{y}", "y2": r"\hat{y}_2",
    "p": "p", "log_p": r"-\ln p", "classes": "k", "log_classes": r"\ln k",
    "folds": "k", "score": r"\overline{\mathrm{score}}", "deviation": r"s",
    "s1": "s_1", "s2": "s_2", "s3": "s_3", "s4": "s_4",
}  # fmt: skip
"""What may stand in a formula, and the letter it is while it is not known.

`first_loss` is that of the first epoch, `best_val_loss` the lowest and `best_epoch` its epoch; `exp_loss` is e to the minus loss.
`w`, `b`, `w1`, `w2` are those of a network of one unit, `x`, `x1` … what is filled in, `z` the weighted sum of both. `y` is the first
number the network answers, `y2` the second, `p` the probability of the class it says, `log_p` its minus logarithm. `score` is the mean
of the folds' scores and `deviation` how far they are spread around it.
"""


SIGNS = (
    (re.compile(r"\\cdot\s*(-[\d.]+)"), r"\\cdot (\1)"),
    (re.compile(r"\+\s*(?:\\,)?\s*-(?=[\d.])"), "- "),
    (re.compile(r"(?<=[\d})])\s*-\s*-(?=[\d.])"), " + "),
)
"""What becomes of the signs of negative numbers: `2 \\cdot (-1)`, and no `+ -`."""


def numbers(seen: Seen) -> dict[str, float]:
    """What is known of the run now, by the names in `NAMES`."""
    with np.errstate(all="ignore"):  # weights and scores of a run that diverges
        return {name: value for name, value in _all(seen) if value is not None and math.isfinite(value) and name in NAMES}


def filled(formula: str, known: Mapping[str, float]) -> str:
    """A formula with its numbers put in; what is not known becomes its letter, and a question mark where that would say `p = p`."""

    def put(place: re.Match[str]) -> str:
        if place[1] in known:
            return written(known[place[1]])
        letter = NAMES.get(place[1], place[1])
        return "?" if formula[: place.start()].endswith((f"{letter} = ", f"{letter} =\\; ")) else letter

    text = PLACE.sub(put, formula)
    for signs, instead in SIGNS:
        text = signs.sub(instead, text)
    return text


def written(value: float) -> str:
    r"""A number as mathtext, with four digits: `2.8 \times 10^{-5}`."""
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    digits, _, power = f"{value:.4g}".partition("e")
    return rf"{digits} \times 10^{{{int(power)}}}" if power else digits


def _all(seen: Seen) -> Iterator[tuple[str, float | None]]:
    yield "epoch", seen.epoch or None
    for name in ("epochs", "batch_size", "learning_rate"):
        place = "training.optimizer.learning_rate" if name == "learning_rate" else f"training.{name}"
        value = plain_at(seen.spec, place)
        yield name, value if isinstance(value, int | float) else None
    for name in ("loss", "accuracy", "mae"):
        yield from ((full, seen.number(full)) for full in (name, f"val_{name}", f"test_{name}"))
    if (loss := seen.number("loss")) is not None:
        yield "exp_loss", math.exp(-min(max(loss, -700.0), 700.0))
    if "loss" in seen.history.names and seen.history.epochs:
        yield "first_loss", float(seen.history.values("loss")[0])
    if (best := seen.history.best("val_loss")) is not None:
        yield from (("best_epoch", best), ("best_val_loss", float(seen.history.values("val_loss")[best - 1])))
    output = seen.spec.output_layer
    if isinstance(output, Dense) and output.units > 1:
        yield from (("classes", output.units), ("log_classes", math.log(output.units)))
    yield from _unit(seen)
    yield from _answer(seen)
    if seen.scores:
        yield "folds", len(seen.scores)
        if seen.spec.training.k_fold in (None, len(seen.scores)):  # else a formula would name folds that are not in their mean
            yield from (("score", float(np.mean(seen.scores))), ("deviation", float(np.std(seen.scores))))
        yield from ((f"s{number}", score) for number, score in enumerate(seen.scores, 1))


def one_unit(seen: Seen) -> tuple[Floats, float] | None:
    """The weights and the bias of a network that is one Dense unit, where they are known."""
    arrays = [array for layer in seen.weights for array in layer]
    single = len(seen.spec.active) == 1 and isinstance(seen.spec.output_layer, Dense) and seen.spec.output_layer.units == 1
    if not single or not arrays:
        return None
    return np.asarray(arrays[0], np.float64).ravel(), float(np.ravel(arrays[1])[0]) if len(arrays) > 1 else 0.0


def _unit(seen: Seen) -> Iterator[tuple[str, float | None]]:
    found = one_unit(seen)
    if found is None:
        return
    weights, bias = found
    yield "b", bias
    if len(weights) == 1:
        yield "w", float(weights[0])
    yield from ((f"w{number}", float(weight)) for number, weight in enumerate(weights, 1))
    given = seen.asked[-1].input if seen.asked else ()
    if len(given) == len(weights):
        yield "z", float(np.dot(weights, given)) + bias


def _answer(seen: Seen) -> Iterator[tuple[str, float | None]]:
    if not seen.asked:
        return
    asked = seen.asked[-1]
    if len(asked.input) == 1:
        yield "x", asked.input[0]
    yield from ((f"x{number}", value) for number, value in enumerate(asked.input, 1))
    if not asked.outputs:
        return
    yield from zip(("y", "y2"), asked.outputs, strict=False)
    chosen = chosen_class(asked, seen.spec)
    p = asked.outputs[chosen] if len(asked.outputs) > 1 else asked.outputs[0] if chosen else 1 - asked.outputs[0]
    if 0 < p <= 1:
        yield from (("p", p), ("log_p", -math.log(p)))
