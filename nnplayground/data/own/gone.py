"""What is said of own files that are not there any more, or are others by now."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from nnplayground.core.own_data import OwnArrays, OwnImages, OwnTable

NOWHERE = (FileNotFoundError, NotADirectoryError)
"""What is raised where there is no such file or folder."""


def gone(data: OwnTable | OwnImages | OwnArrays) -> str:
    """That it is at none of the places where it was looked for, and what to do."""
    what = "folder" if isinstance(data, OwnImages) else "file"
    first, *others = data.places
    nor = f", nor is {others[0]}" if others else ""
    return f"{first} is not there{nor}. Put the {what} back, or choose it again."


def changed_note(data: OwnTable | OwnImages | OwnArrays) -> str:
    """That it is not what it was when it was chosen, and since when."""
    path = Path(data.path)
    try:
        when = f", last on {datetime.fromtimestamp(path.stat().st_mtime).astimezone():%Y-%m-%d at %H:%M}"
    except (OSError, ValueError, OverflowError):
        when = ""
    return f"{path.name or 'The table'} has changed since it was chosen{when}: what was learnt from it may not fit it any more."
