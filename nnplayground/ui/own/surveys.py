"""`Surveys`: files of one's own are looked at on a thread of their own, so that the window never waits for their facts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnplayground.core.data_spec import DataSpec, OwnArrays, OwnImages, OwnTable
from nnplayground.core.facts import DataFacts
from nnplayground.data import registry
from nnplayground.data.errors import DataUnavailable
from nnplayground.data.own.gone import gone
from nnplayground.ui.store.errands import Errands

Key = tuple[str, str]

LONG_TEXT = 20_000
"""Letters from which on a pasted table is not looked at in passing."""


class Surveys(QObject):
    """Lives on the window's thread. What it has not looked at yet it calls unknown, and says when it knows."""

    looked = Signal()
    """What `facts` said may be otherwise now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.errands = Errands("own data", self)
        self._known: set[Key] = set()
        self._refused: dict[Key, str] = {}
        self._under_way: set[Key] = set()

    def facts(self, data: DataSpec) -> DataFacts:
        """What is known of any data, without a wait. Raises DataUnavailable for files that are not there or not looked at yet."""
        key = _key(data)
        if key is None or key in self._known:
            return registry.facts(data)
        if key in self._refused:
            raise DataUnavailable(self._refused[key])
        self._look(key, data)
        raise DataUnavailable(self.tr("{name} is being looked at.").format(name=own_name(data)))

    def is_looking_at(self, data: DataSpec) -> bool:
        return _key(data) in self._under_way

    def know(self, data: DataSpec) -> None:
        """Somebody has looked at it: its facts are at hand."""
        if (key := _key(data)) is not None:
            self._known.add(key)
            self._refused.pop(key, None)

    def forget(self, data: DataSpec) -> None:
        """Its files may be others now: they are looked at when the facts are asked for again."""
        if (key := _key(data)) is not None:
            self._known.discard(key)
            self._refused.pop(key, None)

    def look_again(self, data: DataSpec) -> None:
        """Forget, and have the facts asked for."""
        self.forget(data)
        self.looked.emit()

    def close(self) -> None:
        self.errands.close()

    def _look(self, key: Key, data: DataSpec) -> None:
        if key in self._under_way:
            return

        def done(_facts: object, error: Exception | None) -> None:
            self._under_way.discard(key)
            if error is None:
                self._known.add(key)
            else:
                self._refused[key] = str(error)
            self.looked.emit()

        self._under_way.add(key)
        self.errands.do(lambda: _facts(data), done)


def _facts(data: DataSpec) -> DataFacts:
    """Facts are remembered, also those of files that went away since."""
    if isinstance(data, OwnTable | OwnImages | OwnArrays) and data.path and not Path(data.path).exists():
        raise DataUnavailable(gone(data))
    return registry.facts(data)


def own_name(data: DataSpec) -> str:
    """How a person calls it: the file's or folder's name, or the kind of data."""
    path = getattr(data, "path", "")
    return Path(path).name if path else registry.info(data.name).title


def _key(data: DataSpec) -> Key | None:
    """What tells files apart; None for data that takes no time. Other settings of the same file are no reason to look again."""
    if isinstance(data, OwnTable) and len(data.text) > LONG_TEXT:
        return data.name, data.text
    if isinstance(data, OwnArrays):  # whose answers are read anew for another task
        return data.name, f"{data.path}|{data.task}"
    path = data.path if isinstance(data, OwnTable | OwnImages) else ""
    return (data.name, path) if path else None
