"""The arithmetic of one sample as it is written on paper: small tables of words and numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from nnplayground.core.facts import DataFacts
from nnplayground.data.dataset import Affine
from nnplayground.engine.sample_loss import Formula, SampleLoss
from nnplayground.engine.working import LayerWorking
from nnplayground.ui.theme.numbers import TIMES, count, loss, measured, number, signed
from nnplayground.ui.trying.functions import NEARLY, formula, symbol

FEWEST_CLASSES = 3
OVERFLOW = 20.0
"""Sums from which on their exponentials are written relative to the largest."""


@dataclass(frozen=True)
class Line:
    """Cells from left to right; `tones` names the colour of each: pos, neg, muted or nothing."""

    cells: tuple[str, ...]
    strong: bool = False
    ruled: bool = False
    """Whether a line is drawn above, as above a sum."""
    tones: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """`columns` has an l or r for each column: flush left or right."""

    title: str
    columns: str
    lines: tuple[Line, ...]


def probability(value: float) -> str:
    """Four places, or as a power of ten where these would be nothing but zeros."""
    return loss(value) if not np.isfinite(value) or 0 < value < NEARLY else f"{value:.4f}"


def sum_sheet(working: LayerWorking, unit: str, names: tuple[str, ...]) -> Sheet | None:
    """The weighted sum z = Σ w·x + b; `names` are what the terms' inputs are called. None where the layer only applies a function."""
    total = working.sum
    if total is None:
        return None
    lines = [Line(("", "w", "x", "w·x"), tones=("muted",) * 4)]
    for name, term in zip(names, total.terms, strict=True):
        tones = ("", _sign(term.weight), "", _sign(term.product))
        lines.append(Line((name, signed(term.weight), number(term.value), signed(term.product)), tones=tones))
    if total.others:
        cells = (_tr("… {n} more").format(n=count(total.others)), "", "", signed(total.others_sum))
        lines.append(Line(cells, tones=("muted", "", "", _sign(total.others_sum))))
    if total.bias is not None:
        lines.append(Line((_tr("bias b"), "", "", signed(total.bias)), tones=("", "", "", _sign(total.bias))))
    lines.append(Line(("z", "", "", signed(total.z)), strong=True, ruled=True, tones=("", "", "", _sign(total.z))))
    return Sheet(_tr("Weighted sum of {unit}").format(unit=unit), "lrrr", tuple(lines))


def function_sheet(working: LayerWorking) -> Sheet:
    """f(z)."""
    value = probability(working.output) if 0 <= working.output <= 1 else number(working.output)
    lines = (
        Line((formula(working.activation),), tones=("muted",)),
        Line((f"{_applied(working.activation, signed(working.z))} =",)),
        Line((value,), strong=True),
    )
    return Sheet(_tr("Activation"), "l", lines)


def softmax_sheet(working: LayerWorking, names: tuple[str, ...], result: SampleLoss | None, most: int) -> Sheet:
    """The sums, their exponentials and what share of all each has, of `most` units; with a loss also what would have been right."""
    assert working.logits is not None
    assert working.outputs is not None
    relative = bool(np.abs(working.logits).max() > OVERFLOW)
    exps = working.exps if relative else np.exp(working.logits)
    power = "e^(z−max)" if relative else "eᶻ"
    targets = result.targets if result is not None else None
    shown = shown_units(working.outputs, targets, most)
    head = ("", "z", power, "p") + (("y",) if targets is not None else ())
    lines = [Line(head, tones=("muted",) * len(head))]
    for i in shown:
        right = targets is not None and bool(targets[i] == targets.max())
        cells: tuple[str, ...] = (names[i], signed(float(working.logits[i])), loss(float(exps[i])), probability(float(working.outputs[i])))
        cells += (number(float(targets[i])),) if targets is not None else ()
        lines.append(Line(cells, strong=right, tones=("", _sign(float(working.logits[i])))))
    if (others := len(exps) - len(shown)) > 0:
        rest = [i for i in range(len(exps)) if i not in shown]
        more = _tr("… {n} more").format(n=count(others))
        left = (more, "", loss(float(exps[rest].sum())), probability(float(working.outputs[rest].sum())))
        lines.append(Line(left, tones=("muted",) * 4))
    lines.append(Line(("Σ", "", loss(float(exps.sum())), probability(float(working.outputs.sum()))), ruled=True))
    if result is not None and result.formula is Formula.CATEGORICAL:
        told = _tr("loss {working} = {loss}").format(working=_categorical(result), loss=loss(result.value))
        lines.append(Line((told,), strong=True))
    return Sheet(_tr("softmax: p = {power} / Σ").format(power=power), "lrrrr"[: len(head)], tuple(lines))


def shown_units(outputs: np.ndarray, targets: np.ndarray | None, most: int) -> list[int]:
    """The units that answer most, in their order, the right one among them."""
    order = [int(i) for i in np.argsort(-outputs, kind="stable")]
    shown = order[: max(most, FEWEST_CLASSES)]
    if targets is not None and int(targets.argmax()) not in shown:
        shown[-1] = int(targets.argmax())
    return sorted(shown)


def loss_sheet(result: SampleLoss, names: tuple[str, ...], facts: DataFacts, truth: float, answer: float | None, most: int) -> Sheet:
    """How far the answers are from what would have been right. `truth` and, for values, `answer` are in the data's own unit."""
    lines: list[Line] = []
    if facts.classes:
        lines.append(Line((_tr("right: {name}").format(name=facts.classes[int(truth)]),), tones=("muted",)))
    elif answer is not None:
        told = [_tr("answer {value}").format(value=number(answer)), _tr("right {value}").format(value=number(truth)), facts.target_unit]
        if not np.isclose(result.targets[0], truth):
            told.append(_tr("scaled for the network:"))
        lines += [Line((text,), tones=("muted",)) for text in told if text]
    if result.formula is Formula.CATEGORICAL:
        lines += [Line((_categorical(result) + " =",)), Line((loss(result.value),), strong=True)]
    elif len(result.parts) == 1:
        lines += [Line((_part(result, 0) + " =",)), Line((loss(result.value),), strong=True)]
    else:
        shown = shown_units(result.answers, result.targets, most)
        lines += [Line((f"{names[i]}: {_part(result, i)} = {loss(float(result.parts[i]))}",)) for i in shown]
        if len(shown) < len(result.parts):
            lines.append(Line((_tr("… {n} more").format(n=count(len(result.parts) - len(shown))),), tones=("muted",)))
        mean = _tr("mean of {n} = {loss}").format(n=count(len(result.parts)), loss=loss(result.value))
        lines.append(Line((mean,), strong=True, ruled=True))
    return Sheet(_tr("Loss: {name}").format(name=result.formula.value), "l", tuple(lines))


def _categorical(result: SampleLoss) -> str:
    """Only the right class counts; where targets are smoothed the others do a little, too."""
    right = int(result.targets.argmax())
    p = probability(float(result.answers[right]))
    return f"−ln {p}" if result.targets[right] == 1 else f"−({number(float(result.targets[right]))} · ln {p} + …)"


def _part(result: SampleLoss, unit: int) -> str:
    """One unit's part of the loss, with its numbers."""
    answer, target = float(result.answers[unit]), float(result.targets[unit])
    p, y, t = probability(answer), number(answer), number(target)
    match result.formula:
        case Formula.BINARY if target == 1:
            return f"−ln {p}"
        case Formula.BINARY if target == 0:
            rest = float(np.exp(-result.parts[unit]))  # exact where 1 − p is all zeros
            return f"−ln(1 − {p})" if rest >= NEARLY else f"−ln {probability(rest)}"
        case Formula.BINARY:
            return f"−({t} · ln {p} + {number(1 - target)} · ln(1 − {p}))"
        case Formula.SQUARED:
            return f"({y} − {_bracketed(t)})²"
        case Formula.ABSOLUTE:
            return f"|{y} − {_bracketed(t)}|"
        case Formula.HINGE | Formula.SQUARED_HINGE:
            return f"max(0, 1 − {_bracketed(t)} · {_bracketed(y)}){'²' if result.formula is Formula.SQUARED_HINGE else ''}"
        case Formula.PERCEPTRON:
            return f"max(0, −{_bracketed(t)} · {_bracketed(y)})"
        case _:
            return f"huber({y} − {_bracketed(t)})"


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def _applied(activation: str, z: str) -> str:
    """The function with the number in the place of z."""
    written = symbol(activation)
    return z if written == "z" else written.replace("(z)", f"({z})").replace("z)", f"{z})").replace(" z", f" {_bracketed(z)}")


def _sign(value: float) -> str:
    return "pos" if value >= 0 else "neg"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Working", text)


def unscaled_sheet(output: float, scaler: Affine, facts: DataFacts) -> Sheet | None:
    """From what the network learns to give out to the data's own unit; None where that is the same."""
    scale, offset = float(np.ravel(scaler.scale)[0]), float(np.ravel(scaler.offset)[0])
    if (scale, offset) == (1.0, 0.0):
        return None
    times, plus = 1 / scale, -offset / scale
    worked_out = Line((f"{number(output)} {TIMES} {number(times)} {signed(plus)} =",))
    return Sheet(_tr("Back from scaling"), "l", (worked_out, Line((measured(output * times + plus, facts.target_unit),), strong=True)))
