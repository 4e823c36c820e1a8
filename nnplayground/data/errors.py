"""What can go wrong with data that is kept in files."""

from __future__ import annotations


class DataUnavailable(Exception):
    """Data is not to be had: which set and file, why, and what to do."""


class WrongSetting(DataUnavailable):
    """A setting that does not fit what the data holds, such as a column that is not there; `place` is where it stands in a recipe."""

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place


class Cancelled(Exception):
    """A download was called off."""


class DownloadFailed(Exception):
    """One file could not be downloaded; the message says why, as a sentence."""


class MalformedFile(Exception):
    """A file does not hold what it should; the message says what is wrong with it, as a sentence."""
