"""The files of data sets: found where Keras keeps them, checked, and downloaded when they are missing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from platformdirs import user_cache_path

from nnplayground.data.errors import Cancelled, DataUnavailable, DownloadFailed
from nnplayground.data.sources import NEVER_SHIPPED, SOURCES, RemoteFile
from nnplayground.data.transfer import Report, Timeouts, Transfer

__all__ = ["Cancelled", "DataUnavailable", "RemoteFile", "Report", "Store", "Timeouts", "Transfer", "never", "unreported"]


def never() -> bool:
    """The answer of someone who does not call off."""
    return False


def unreported(transfer: Transfer) -> None:
    """For callers who do not watch."""


@dataclass(frozen=True)
class Store:
    """Folders laid out like Keras's datasets folder. Files are looked for in each, and downloaded to one.

    The folders are shared with Keras: a file that is there is read or left alone, never changed or replaced. What is
    made of files to load them faster the next time stands in `cache`, which is ours; None: nothing is kept.
    """

    folders: tuple[Path, ...]
    download_to: Path
    sources: Mapping[str, tuple[RemoteFile, ...]] = field(default_factory=lambda: SOURCES)
    timeouts: Timeouts = field(default_factory=Timeouts)
    cache: Path | None = None

    @classmethod
    def default(cls, data_dir: Path | None = None) -> Store:
        """Keras's own folder, with `data_dir` before it if given."""
        keras = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"
        folders = (data_dir, keras) if data_dir else (keras,)
        return cls(folders, folders[0], cache=user_cache_path("nnplayground"))

    def obtain(self, name: str, report: Report = unreported, cancelled: Callable[[], bool] = never) -> tuple[Path, ...]:
        """The files of the data set `name`, in the order of `sources`; missing ones are downloaded.

        Raises DataUnavailable when one is not to be had, Cancelled when called off.
        """
        return tuple(self._obtain(name, file, report, cancelled) for file in self.sources[name])

    def _obtain(self, name: str, file: RemoteFile, report: Report, cancelled: Callable[[], bool]) -> Path:
        wrong = None
        for folder in self.folders:
            path = folder / file.path
            if _is_file(path):
                problem = _problem(path, file)
                if problem is None:
                    return path
                wrong = wrong or f"{path} is there, but {problem}"
        target = self.download_to / file.path
        if os.path.lexists(target):
            raise DataUnavailable(
                f"{name}: {wrong or f'{target} is there, but it is not a readable file.'} It was left as it is. "
                f"Move it away, and the right {file.name} is downloaded in its place."
            )
        from nnplayground.data.download import download  # pooch and requests: only when something is missing

        try:
            download(file, target, report, cancelled, self.timeouts)
        except DownloadFailed as error:
            there = f"{wrong} It was left as it is." if wrong else f"{file.name} is not in {self.folders_in_words()}."
            by_hand = f"put the file from {file.url} at {target}"
            ways = f"or {by_hand}." if name in NEVER_SHIPPED else f'{by_hand}, or use the built-in sample (source = "sample").'
            raise DataUnavailable(f"{name}: {there} Downloading it failed: {error} Try again later, {ways}") from error
        return target

    def folders_in_words(self) -> str:
        return " or ".join(str(f) for f in dict.fromkeys((*self.folders, self.download_to)))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that may not be looked into
        return False


def _problem(path: Path, file: RemoteFile) -> str | None:
    """What is wrong with the file at `path`, as the rest of a sentence; None when it is the right one."""
    try:
        stat = path.stat()
        if stat.st_size != file.bytes:
            return f"it has {stat.st_size:,} bytes instead of {file.bytes:,}."
        if sha256(path, stat.st_size, stat.st_mtime_ns) != file.sha256:
            return "its content is not that of the known file (its sha256 is wrong)."
    except OSError as error:
        return f"it cannot be read ({error.strerror or error})."
    return None


@lru_cache(maxsize=64)
def sha256(path: Path, size: int, modified: int) -> str:
    """The file's hash. `size` and `modified` (nanoseconds) say which state of the file is remembered."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
