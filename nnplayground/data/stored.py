"""Data sets that are kept in files: the full set, or the sample that is built in."""

from __future__ import annotations

from collections.abc import Callable

from nnplayground.core.data_spec import SourceChoice
from nnplayground.data.dataset import Part, Source
from nnplayground.data.store import DataUnavailable, Store, Transfer


def read(
    name: str, choice: SourceChoice, store: Store, report: Callable[[Transfer], None] | None, cancelled: Callable[[], bool]
) -> tuple[Source, Part, Part, tuple[str, ...]]:
    """Training and test samples of `name`, where they came from, and what must be said about that."""
    raise DataUnavailable(f"{name}: reading files comes with the next commit.")
