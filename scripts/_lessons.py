"""What the tutorials' chapters are to come to: their figures, those of plain Keras, and the bands that ours must be in.

Plain Keras's figures are those of `Model.fit` (Keras 3.15, TensorFlow 2.21), one value a seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

SEEDS = (7, 8, 9)


@dataclass(frozen=True)
class Run:
    """One run of a chapter's recipe: what `--json` printed, and what the network answers to the inputs that were `asked`."""

    result: Mapping[str, Any]
    answers: Sequence[float] = ()

    def last(self, name: str) -> float:
        return float(self.result["history"][name][-1])

    def least(self, name: str) -> tuple[float, int]:
        """The least value and its epoch."""
        values = [math.inf if v is None else v for v in self.result["history"][name]]
        return min(values), values.index(min(values)) + 1

    def test(self, name: str) -> float:
        return float(self.result["test"][name])


Runs = Sequence[Run]
Earlier = Mapping[str, Runs]
"""The runs of the rows above, by recipe."""


@dataclass(frozen=True)
class Verdict:
    """Ours in words, and whether it is inside the band."""

    ours: str
    inside: bool


@dataclass(frozen=True)
class Lesson:
    """A row of the table."""

    chapter: str
    recipe: str
    tutorial: str
    keras: str
    band: str
    judge: Callable[[Runs, Earlier], Verdict]
    seeds: Sequence[int] = (7,)
    asked: Sequence[float] | None = None
    short: bool = False
    """So quick that it is always run in full."""
    texts: bool = False
    """Whether its data is never built in."""


def between(name: str, low: float, high: float = math.inf, *, last: bool = False) -> Callable[[Runs, Earlier], Verdict]:
    """The mean over the seeds of a number on the test set, or with `last` of the last epoch, is between two values."""

    def judge(runs: Runs, _earlier: Earlier) -> Verdict:
        values = [run.last(name) if last else run.test(name) for run in runs]
        return Verdict(f"{fmean(values):.4f}{_each(values)}", low <= fmean(values) <= high)

    return judge


def _each(values: Sequence[float]) -> str:
    return f" ({', '.join(f'{v:.3f}' for v in values)})" if len(values) > 1 else ""


def _line(runs: Runs, _earlier: Earlier) -> Verdict:
    found = [run.answers[0] for run in runs]
    return Verdict(", ".join(f"{v:.3f}" for v in found), all(18.9 <= v <= 19.05 for v in found))


def _settles(runs: Runs, _earlier: Earlier) -> Verdict:
    run = runs[0]
    return Verdict(f"{run.last('accuracy'):.2f}, {run.result['status']} after {run.result['epochs']}", run.last("accuracy") == 1)


def _never_settles(runs: Runs, _earlier: Earlier) -> Verdict:
    run = runs[0]
    return Verdict(f"{run.last('accuracy'):.2f}, {run.result['status']} after {run.result['epochs']}", run.last("accuracy") <= 0.75)


def _gender(runs: Runs, _earlier: Earlier) -> Verdict:
    accuracy, women = [run.last("accuracy") for run in runs], [run.answers[1] for run in runs]
    inside = 0.74 <= fmean(accuracy) <= 0.86 and all(p > 0.5 for p in women)
    return Verdict(f"{fmean(accuracy):.3f}; p(woman) {', '.join(f'{p:.2f}' for p in women)}", inside)


def _raw(runs: Runs, earlier: Earlier) -> Verdict:
    scaled, raw = ([run.test(n) for n in ("accuracy", "loss")] for run in (earlier["fashion"][0], runs[0]))
    return Verdict(f"{raw[0]:.4f}, loss {raw[1]:.3f}", raw[0] < scaled[0] - 0.03 and raw[1] > 1.2 * scaled[1])


def _stops(runs: Runs, _earlier: Earlier) -> Verdict:
    result = runs[0].result
    said = result["status"] == "stopped" and result["reason"] and runs[0].last("loss") < 0.4
    return Verdict(f"after {result['epochs']}: {result['reason']}", bool(said))


def _turns_up(low: float, high: float) -> Callable[[Runs, Earlier], Verdict]:
    """The validation loss has its least value in a band, well before the end, and is a good deal higher there."""

    def judge(runs: Runs, _earlier: Earlier) -> Verdict:
        (least, epoch), last = runs[0].least("val_loss"), runs[0].last("val_loss")
        inside = low <= least <= high and epoch <= runs[0].result["epochs"] // 2 and last > 1.2 * least
        return Verdict(f"{least:.3f} at epoch {epoch}, then {last:.3f}", inside)

    return judge


def _bottleneck(runs: Runs, earlier: Earlier) -> Verdict:
    wide, narrow = fmean(run.test("accuracy") for run in earlier["reuters"]), runs[0].test("accuracy")
    return Verdict(f"{narrow:.4f}", narrow < wide - 0.05)


def _folds(runs: Runs, _earlier: Earlier) -> Verdict:
    result = runs[0].result
    scores, mean = [fold["score"]["mae"] for fold in result["folds"]], result["mean_history"]["val_mae"]
    least = min(mean)
    return Verdict(f"mean {fmean(scores):.2f}; least {least:.2f} at epoch {mean.index(least) + 1}", 2.0 <= least <= 3.0)


LESSONS: tuple[Lesson, ...] = (
    Lesson("line", "line", "18.98 at x = 10", "18.978, 18.985, 18.981", "18.9 to 19.05", _line, SEEDS, asked=(10.0,), short=True),
    Lesson("gates", "gates", "AND separated", "", "accuracy 1", _settles, short=True),
    Lesson("gates", "gates_or", "OR separated", "", "accuracy 1", _settles, short=True),
    Lesson("gates", "gates_sigmoid", "AND separated", "", "accuracy 1", _settles, short=True),
    Lesson("gates", "gates_xor", "XOR never settles", "", "accuracy ≤ .75", _never_settles, short=True),
    Lesson("gates", "xor_one_unit", "XOR: no line does", "", "accuracy ≤ .75", _never_settles, short=True),
    Lesson("gates", "xor", "XOR: a hidden layer does", "", "accuracy 1", _settles, short=True),
    Lesson("gender", "gender", "accuracy .79, a woman", ".823, .811, .830; p .84, .82, .86", ".74 to .86, p(woman) > .5", _gender, SEEDS,
           asked=(0.0, 0.0, 0.0), short=True),
    Lesson("playground", "circle", "a boundary forms", "", "test accuracy ≥ .95", between("accuracy", 0.95), short=True),
    Lesson("playground", "spiral", "a boundary forms", "", "test accuracy ≥ .9", between("accuracy", 0.9)),
    Lesson("softmax", "softmax", "", "test accuracy .893", ".88 to .91", between("accuracy", 0.88, 0.91)),
    Lesson("mnist", "mnist", "test accuracy .965", ".964, .955", "mean of three ≥ .955", between("accuracy", 0.955), SEEDS),
    Lesson("mnist", "mnist_rate", "learning rate .005", "", "≥ .93", between("accuracy", 0.93)),
    Lesson("mnist", "mnist_batch", "10 epochs × batch 64", "", "≥ .95", between("accuracy", 0.95)),
    Lesson("mnist", "mnist_deep", "4 hidden layers", "", "≥ .94", between("accuracy", 0.94)),
    Lesson("mnist", "mnist_sigmoid", "sigmoid", "", "≥ .93", between("accuracy", 0.93)),
    Lesson("mnist", "mnist_dropout", "Dropout(0.5)", ".909, .923, .911", ".89 to .94", between("accuracy", 0.89, 0.94)),
    Lesson("mnist", "mnist_validation", "watched on the test set", "", "val. accuracy ≥ .95", between("val_accuracy", 0.95, last=True)),
    Lesson("fashion", "fashion", "scaled: better", "test accuracy .871, .873", ".85 to .89", between("accuracy", 0.85, 0.89)),
    Lesson("fashion", "fashion_raw", "raw: worse", ".734, .808", "scaled − .03, loss × 1.2", _raw),
    Lesson("fashion", "fashion_overfitting", "validation loss turns up", "", "least .29 to .36", _turns_up(0.29, 0.36)),
    Lesson("stop", "stop", "ends below .4 and says why", "", "stopped, with the reason", _stops),
    Lesson("imdb", "imdb", "val. loss .27-.28 near epoch 4, then .65", ".275, .280; then .544, .548", "least .26 to .30",
           _turns_up(0.26, 0.30), texts=True),
    Lesson("imdb", "imdb_final", "test accuracy .86-.88", ".885, .874", "≥ .86", between("accuracy", 0.86), texts=True),
    Lesson("reuters", "reuters", "test accuracy .78-.80", ".790, .792, .790", "≥ .77", between("accuracy", 0.77), SEEDS, texts=True),
    Lesson("reuters", "reuters_bottleneck", "clearly worse", ".663, .698", "64-64-46 − .05", _bottleneck, texts=True),
    Lesson("boston", "boston_final", "test MAE 2.4-2.7", "2.71, 2.63, 2.67", "2.2 to 3.0", between("mae", 2.2, 3.0), SEEDS),
    Lesson("boston", "boston", "4 folds, 80 epochs", "", "test MAE 2.2 to 3.0", between("mae", 2.2, 3.0)),
    Lesson("boston", "boston_folds", "4 folds, 500 epochs", "", "least mean val. MAE 2 to 3", _folds),
)  # fmt: skip
