"""What can go wrong with data that is kept in files."""

from __future__ import annotations


class DataUnavailable(Exception):
    """Data is not to be had: which set and file, why, and what to do."""


class Cancelled(Exception):
    """A download was called off."""


class DownloadFailed(Exception):
    """One file could not be downloaded; the message says why, as a sentence."""


class MalformedFile(Exception):
    """A file does not hold what it should; the message says what is wrong with it, as a sentence."""
