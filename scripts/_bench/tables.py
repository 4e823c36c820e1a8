"""A table of a million rows and twenty columns: how quickly it is looked at and loaded, and whether the window answers meanwhile."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from _bench.desk import Desk
from _bench.rows import Row, Target, against, compared, seconds
from _bench.window import Gaps
from nnplayground.core import edits, presets
from nnplayground.core.layers import Dense
from nnplayground.core.own_data import OwnTable
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import own, registry
from nnplayground.data.own import table as tables
from nnplayground.data.store import Store

ROWS = 1_000_000
LONGEST_GAP = 50.0
"""Milliseconds that the window may not answer while a table is looked at or loaded."""


def table() -> list[Row]:
    """Looking at a table of 1,000,000 × 20 and loading it, against polars' own reader; event-loop gaps meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.csv"
        _write(path)
        data = OwnTable(name="csv", path=str(path))
        store = Store(folders=(), download_to=Path(folder))
        most = Target(3, at_most=True)

        def theirs() -> float:
            return seconds(lambda: pl.read_csv(path))

        works: dict[str, Callable[[], float]] = {
            "look": lambda: seconds(lambda: tables.survey(data)),
            "look and load": lambda: _look_and_load(data, store),
            "load again": lambda: seconds(lambda: registry.load(data, 1, store)),
        }
        rows = [compared(f"table of 1,000,000 × 20: {what}", "s", "polars.read_csv", most, work, theirs, 5) for what, work in works.items()]
        return rows + _gaps(data)


def _look_and_load(data: OwnTable, store: Store) -> float:
    """From the file to samples, scaling included, when nothing was known of it."""

    def work() -> None:
        tables.survey(data)
        registry.load(data, 1, store)

    return seconds(work)


def _gaps(data: OwnTable) -> list[Row]:
    desk, most = Desk(), Target(1, at_most=True)
    looking, loading = [], []
    for _ in range(3):
        desk.open(presets.recommended("circle"))
        desk.wait(500)
        with Gaps() as gaps:
            thread = threading.Thread(target=tables.survey, args=(data,))
            thread.start()
            while thread.is_alive():
                desk.wait(50)
        looking.append(gaps.longest)
        spec = _project(data)
        with Gaps() as gaps:
            desk.edit(spec)
            desk.until(lambda: desk.session.dataset is not None, desk.session.dataset_changed)
        loading.append(gaps.longest)
    desk.close()
    return [against(f"event-loop gap, longest: {what} it", "ms", "the target", most, values, LONGEST_GAP)
            for what, values in (("looking at", looking), ("loading", loading))]  # fmt: skip


def _project(data: OwnTable) -> ProjectSpec:
    width = own.facts(data).input_shape[0]
    base = edits.set_layers(presets.recommended("line"), (Dense(units=min(width, 16), activation="relu"), Dense(units=1)))
    return edits.set_data(base, data)


def _write(path: Path) -> None:
    rng = np.random.default_rng(0)
    columns: dict[str, Any] = {f"value {i}": rng.normal(size=ROWS).round(5) for i in range(14)}
    columns |= {f"count {i}": rng.integers(0, 1000, ROWS) for i in range(3)}
    columns |= {"colour": rng.choice(["red", "green", "blue", "yellow"], ROWS), "town": rng.choice([f"town {i}" for i in range(40)], ROWS)}
    pl.DataFrame({**columns, "price": rng.normal(100, 20, ROWS).round(2)}).write_csv(path)


BENCHES: dict[str, Callable[[], list[Row]]] = {"table": table}
