"""The table of a sweep: a row for each run, as CSV, as JSON, and as lines for people."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any

from nnplayground.core.losses import MORE_IS_BETTER
from nnplayground.core.sweep_plan import PlannedRun, short_names, word
from nnplayground.script.sweep_worker import Outcome, last_and_best

FIRST = ("run", "status", "reason", "epochs", "seed", "parameters", "source", "seconds")
PENDING = "pending"


@dataclass(frozen=True)
class Row:
    """One run in the table; `outcome` is None when it has not been carried out (yet)."""

    number: int
    planned: PlannedRun
    folder: str
    outcome: Outcome | None = None

    @property
    def status(self) -> str:
        return self.outcome.status if self.outcome is not None else PENDING

    @property
    def result(self) -> Mapping[str, Any]:
        """What the run came to; empty for one that has not."""
        return self.outcome.result if self.outcome is not None else {}

    def plain(self) -> dict[str, Any]:
        """The run as an object of the JSON table."""
        result = self.result
        reason = " ".join(self.outcome.failures) if self.outcome is not None and self.outcome.failures else result.get("reason", "")
        return {
            "run": self.number,
            "settings": dict(self.planned.settings),
            "status": self.status,
            "reason": reason,
            "epochs": result.get("epochs"),
            "seed": self.planned.spec.seed,
            "parameters": result.get("parameters"),
            "source": result.get("source"),
            "seconds": round(sum(result["seconds"].values()), 3) if result else None,
            "numbers": self.numbers(),
            "folder": self.folder,
        }

    def numbers(self) -> dict[str, float | None]:
        """Last and best of the history, of the test set, and of folds their mean and deviation, by the names of their columns."""
        result = self.result
        found = last_and_best(result.get("history", {}), MORE_IS_BETTER)
        scores = [fold["score"] for fold in result.get("folds", ()) if fold["score"] and None not in fold["score"].values()]
        for name in scores[0] if scores else ():
            values = [score[name] for score in scores]
            found |= {f"folds_{name}": fmean(values), f"folds_{name}_deviation": pstdev(values)}
        return found | {f"test_{name}": value for name, value in result.get("test", {}).items()}


def to_csv(rows: Sequence[Row]) -> str:
    """The table with a header; a cell that has no value is empty, a setting that is a table or list is JSON."""
    settings, numbers = _places(rows), _number_names(rows)
    first = [name for name in FIRST[1:] if name not in settings]  # the seed may be one of the settings
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([FIRST[0], *settings, *first, *numbers, "folder"])
    for row in rows:
        plain = row.plain()
        values = [plain["settings"].get(place) for place in settings]
        cells = [plain["run"], *map(_cell, values), *(plain[name] for name in first), *(plain["numbers"].get(n) for n in numbers)]
        writer.writerow(["" if cell is None else cell for cell in (*cells, plain["folder"])])
    return text.getvalue()


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | tuple | bool) else value


def lines(rows: Sequence[Row]) -> list[str]:
    """The table for people: settings, how it ended, the last loss and what the test set says."""
    places = _places(rows)
    numbers = [n for n in _number_names(rows) if n.startswith(("test_", "folds_")) and not n.endswith("_deviation")]
    numbers = [n for n in ("last_loss", "best_val_loss") if n in _number_names(rows)] + numbers
    table = [["run", *short_names(places), "status", "epochs", *numbers, "seconds"]]
    for row in rows:
        plain = row.plain()
        cells = [str(row.number), *(word(row.planned.settings[p]) if p in row.planned.settings else "" for p in places), row.status]
        cells += ["" if plain["epochs"] is None else f"{plain['epochs']:,}"]
        cells += ["" if (v := plain["numbers"].get(n)) is None else f"{v:.4g}" for n in numbers]
        table.append([*cells, "" if plain["seconds"] is None else f"{plain['seconds']:.1f}"])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip() for cells in table]


def _places(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place for row in rows for place in row.planned.settings))


def _number_names(rows: Sequence[Row]) -> list[str]:
    """Columns of numbers: those of the history, of folds, of the test set, in this order whichever run came first."""
    names = dict.fromkeys(name for row in rows for name in row.numbers())
    kinds = ("last_", "best_", "folds_", "test_")
    return sorted(names, key=lambda name: next(i for i, kind in enumerate(kinds) if name.startswith(kind)))
