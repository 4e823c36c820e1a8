"""What can go wrong with data that is kept in files."""

from __future__ import annotations


class DataUnavailable(Exception):
    """Data is not to be had: which set and file, why, and what to do."""


class WrongSetting(DataUnavailable):
    """A setting that does not fit what the data holds, such as a column that is not there; `place` is where it stands in a recipe."""

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place


class NotDownloaded(DataUnavailable):
    """A missing file could not be fetched. Its sentence is in the words of recipes; whoever shows it elsewhere puts it together."""

    def __init__(self, start: str, failed: DownloadFailed, kept: str, by_hand: str, *, has_sample: bool) -> None:
        self.why = str(failed)
        """What was in the way; a sentence that begins small where it does not begin with a name."""
        self.kept = kept
        """What is there for the next time, in a sentence; empty when nothing is."""
        self.is_offline = isinstance(failed, NoConnection)
        self.unknown_hosts = failed.hosts if isinstance(failed, NoAddress) else ()
        self._start, self._by_hand, self._has_sample = start, by_hand, has_sample
        super().__init__(self.sentence('use the built-in sample (source = "sample")'))

    def sentence(self, sample: str) -> str:
        """Everything there is to say. `sample` says how the sample is chosen; empty where it is used already."""
        ways = f"{self._by_hand}, or {sample}." if self._has_sample and sample else f"or {self._by_hand}."
        kept = f" {self.kept}" if self.kept else ""
        return f"{self._start}Downloading it failed: {self.why}{kept} Try again later, {ways}"


class Cancelled(Exception):
    """A download was called off."""


class DownloadFailed(Exception):
    """One file could not be downloaded; the message says why, as a sentence."""


class NoConnection(DownloadFailed):
    """No server was reached."""


class NoAddress(NoConnection):
    """A server's name means nothing here: mostly there is no network at all."""

    def __init__(self, *hosts: str) -> None:
        super().__init__(f"no connection to {' or '.join(hosts)}: the address cannot be found. Is this computer connected to the internet?")
        self.hosts = hosts


class MalformedFile(Exception):
    """A file does not hold what it should; the message says what is wrong with it, as a sentence."""
