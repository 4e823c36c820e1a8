"""Tables of text: what they hold, and their samples."""

from __future__ import annotations

from collections.abc import Callable

from nnplayground.core.facts import DataFacts
from nnplayground.core.own_data import OwnTable
from nnplayground.data.own.table_survey import Survey
from nnplayground.data.raw import Raw
from nnplayground.data.store import never


def survey(data: OwnTable, cancelled: Callable[[], bool] = never) -> Survey:
    """Look at the whole table anew, and remember what was found, so that `facts` never waits after it.

    Only `path` or `text`, `separator`, `decimal`, `header`, `encoding` and `kinds` count for it; what is predicted from
    what may be changed without another look. Raises DataUnavailable (WrongSetting where a setting is at fault) or Cancelled.
    """
    raise NotImplementedError


def known(data: OwnTable) -> Survey | None:
    """What the last look at the table found; None when nobody has looked yet. Never waits."""
    raise NotImplementedError


def facts(data: OwnTable) -> DataFacts:
    """From what is remembered; only where nobody has looked yet it looks. Raises DataUnavailable."""
    raise NotImplementedError


def read(data: OwnTable, seed: int, cancelled: Callable[[], bool]) -> Raw:
    """The samples: rows shuffled by `seed` and cut, words one-hot. Raises DataUnavailable or Cancelled."""
    raise NotImplementedError


def code(data: OwnTable, seed: int) -> str:
    """Python that reads the same samples with nothing but Python's csv and NumPy."""
    raise NotImplementedError
