"""Looking at a table, on another thread than the window's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nnplayground.core.data_spec import OwnTable
from nnplayground.core.own_data import MAX_TEXT
from nnplayground.data.own import table, table_text
from nnplayground.data.own.table_survey import Survey


@dataclass(frozen=True)
class Found:
    """What was found. `inside` is the whole table as text where it is small enough to travel in a project."""

    survey: Survey
    inside: str | None


def look_at(data: OwnTable, cancelled: Callable[[], bool]) -> Found:
    """Raises DataUnavailable (WrongSetting where a setting is at fault) or Cancelled."""
    survey = table.survey(data, cancelled)
    if not data.path:
        return Found(survey, data.text)
    if Path(data.path).stat().st_size > 4 * MAX_TEXT:
        return Found(survey, None)
    text = table_text.read_text(data, cancelled).content.decode()
    return Found(survey, text if len(text) <= MAX_TEXT else None)
