"""The files of data sets: found where Keras keeps them, checked, and downloaded when they are missing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from nnplayground.data.errors import Cancelled, DataUnavailable, DownloadFailed, NotDownloaded
from nnplayground.data.hashes import hash_of, problem
from nnplayground.data.ledger import Ledger
from nnplayground.data.sources import NEVER_SHIPPED, SOURCES, RemoteFile
from nnplayground.data.transfer import Control, Report, Timeouts, Transfer, never, unreported

__all__ = ["Cancelled", "Control", "DataUnavailable", "RemoteFile", "Report", "Store", "Timeouts", "Transfer", "never", "unreported"]


class State(StrEnum):
    """How it stands with a file, or with all files of a set."""

    THERE = "there"
    MISSING = "missing"
    PARTLY = "partly"
    WRONG = "wrong"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Found:
    """A file that stands where it is looked for. What is wrong with it is the rest of a sentence."""

    path: Path
    state: State
    problem: str = ""
    note: str = ""
    """What must be said of a file that is used though it is not the known one."""
    ours: bool = False
    """Whether nnplayground has put it there."""
    bytes: int = 0


@dataclass(frozen=True)
class Store:
    """Folders laid out like Keras's datasets folder. Files are looked for in each, and downloaded to one.

    The folders are shared with Keras: a file that is there is read or left alone, never changed or replaced unless
    somebody asks for it. What is made of files to load them faster the next time stands in `cache`, which is ours; None:
    nothing is kept. `ledger` knows which files we have put into the folders.
    """

    folders: tuple[Path, ...]
    download_to: Path
    sources: Mapping[str, tuple[RemoteFile, ...]] = field(default_factory=lambda: SOURCES)
    timeouts: Timeouts = field(default_factory=Timeouts)
    cache: Path | None = None
    ledger: Ledger = field(default_factory=lambda: Ledger(None))

    @classmethod
    def default(cls, data_dir: Path | None = None) -> Store:
        """`data_dir` if given, then Keras's own folder, then one of ours, which is for those who may not write to Keras's."""
        keras = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"
        home = user_data_path("nnplayground")
        ours = home / "datasets"
        shared = _may_write(keras)
        folders = (*((data_dir,) if data_dir else ()), keras, *(() if shared and not ours.is_dir() else (ours,)))
        download_to = data_dir or (keras if shared else ours)
        return cls(folders, download_to, cache=user_cache_path("nnplayground"), ledger=Ledger(home / "files"))

    def obtain(self, name: str, report: Report = unreported, cancelled: Callable[[], bool] = never) -> tuple[Path, ...]:
        """The files of the data set `name`, in the order of `sources`; missing ones are downloaded.

        Raises DataUnavailable when one is not to be had, Cancelled when called off.
        """
        control = Control(cancelled)
        return tuple(self._obtain(name, file, report, control) for file in self.sources[name])

    def notes(self, name: str) -> tuple[str, ...]:
        """What must be said of the files that `obtain` gives: that one of them is not the known one."""
        found = (self.find(file) for file in self.sources[name])
        return tuple(f"{name}: {each.note}" for each in found if each is not None and each.note)

    def find(self, file: RemoteFile) -> Found | None:
        """The right file in the first folder that has it; without one, the first that is wrong; None when there is nothing."""
        wrong = None
        for folder in self.folders:
            found = self.look(folder / file.path, file)
            if found is not None and found.state is State.THERE:
                return found
            wrong = wrong or found
        return wrong

    def look(self, path: Path, file: RemoteFile) -> Found | None:
        try:
            if not path.is_file():
                return Found(path, State.UNREADABLE, "it is not a readable file.") if os.path.lexists(path) else None
            entry = self.ledger.find(path)
            size = path.stat().st_size
            what = problem(path, file, entry.sha256 if entry and entry.note else None)
            if what is not None:
                return Found(path, State.WRONG, what)
            known = entry if entry is not None and entry.sha256 == hash_of(path) else None
        except OSError as error:  # also of a folder that may not be looked into
            return Found(path, State.UNREADABLE, f"it cannot be read ({error.strerror or error}).")
        return Found(path, State.THERE, note=known.note if known else "", ours=bool(known and known.ours), bytes=size)

    def _obtain(self, name: str, file: RemoteFile, report: Report, control: Control) -> Path:
        found = self.find(file)
        if found is not None and found.state is State.THERE:
            return found.path
        wrong = f"{found.path} is there, but {found.problem}" if found else ""
        target = self.download_to / file.path
        if os.path.lexists(target):
            raise DataUnavailable(
                f"{name}: {wrong or f'{target} is there, but it is not a readable file.'} It was left as it is. "
                f"The data manager, or nnplayground --download {name}, sets it aside and downloads the right one."
            )
        there = f"{wrong} It was left as it is." if wrong else f"{file.name} is not in {self.folders_in_words()}."
        self.fetch(name, file, report, control, there)
        return target

    def fetch(self, name: str, file: RemoteFile, report: Report, control: Control, why: str = "") -> Path | None:
        """Download a file, whatever is there; something else in its place is set aside, and its new name given.

        Raises DataUnavailable, which begins with `why`, and Cancelled.
        """
        from nnplayground.data.download import download  # requests: only when something is missing
        from nnplayground.data.partial import Partial

        target = self.download_to / file.path
        try:
            aside = download(file, target, report, control, self.timeouts)
        except DownloadFailed as error:
            by_hand = f"put the file from {file.url} at {target}"
            came = Partial.beside(target, file).bytes
            kept = f"The {came:,} bytes that came are kept: the next download goes on from there." if came else ""
            start = f"{name}: {why} " if why else f"{name}: "
            raise NotDownloaded(start, error, kept, by_hand, has_sample=name not in NEVER_SHIPPED) from error
        self.ledger.claim(target, file.sha256)
        return aside

    def folders_in_words(self) -> str:
        return " or ".join(str(f) for f in dict.fromkeys((*self.folders, self.download_to)))


def _may_write(folder: Path) -> bool:
    """Whether files could be put there; the folder may have to be made first."""
    there = next((place for place in (folder, *folder.absolute().parents) if os.path.lexists(place)), folder)
    return os.access(there, os.W_OK)
