"""What the data manager does, in the window and on the command line: how it stands with every set that has files, and
downloading, verifying, removing and taking them. Everything here reads whole files: not for the window's own thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nnplayground.data.catalogue import INFOS
from nnplayground.data.errors import DataUnavailable
from nnplayground.data.hashes import read_through
from nnplayground.data.partial import Partial
from nnplayground.data.sources import NEVER_SHIPPED, RemoteFile
from nnplayground.data.store import State, Store
from nnplayground.data.transfer import Control, Report, Transfer, unreported

__all__ = ["Control", "FileStatus", "Manager", "Outcome", "SetStatus", "State", "Transfer"]

MEGA = 1e6


@dataclass(frozen=True)
class FileStatus:
    """One file: where it is, or where it would be downloaded to."""

    name: str
    path: Path
    state: State
    bytes: int
    fetched: int = 0
    """How many bytes of it an earlier download has left, to go on from."""
    problem: str = ""
    """What is wrong with it, as a sentence that names it."""
    note: str = ""
    ours: bool = False
    """Whether nnplayground has put it there; other files in Keras's folder are Keras's or somebody's."""


@dataclass(frozen=True)
class SetStatus:
    """A data set that has files."""

    name: str
    title: str
    licence: str
    origin: str
    folder: Path
    """Where its files are, or would be downloaded to."""
    sample: bool
    """Whether a sample is built in."""
    files: tuple[FileStatus, ...]

    @property
    def state(self) -> State:
        states = [file.state for file in self.files]
        for bad in (State.UNREADABLE, State.WRONG):
            if bad in states:
                return bad
        if State.MISSING not in states:
            return State.THERE
        return State.PARTLY if State.THERE in states or self.done else State.MISSING

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    @property
    def done(self) -> int:
        """Bytes that are there, those of unfinished downloads included."""
        return sum(file.bytes if file.state is State.THERE else file.fetched for file in self.files)

    @property
    def sentence(self) -> str:
        """How it stands with the set."""
        sample = " A sample is built in." if self.sample else ""
        notes = "".join(f" {file.note}" for file in self.files if file.note)
        match self.state:
            case State.THERE:
                return f"The full set is there ({megabytes(self.bytes)}).{notes}"
            case State.MISSING:
                return f"Not downloaded yet ({megabytes(self.bytes)}).{sample}"
            case State.PARTLY:
                return f"{megabytes(self.done)} of {megabytes(self.bytes)} are there; a download goes on from there.{sample}"
            case State.WRONG | State.UNREADABLE:
                return " ".join(file.problem for file in self.files if file.problem) + sample


@dataclass(frozen=True)
class Outcome:
    """How it stands with the set after something was done, and what there is to say about that."""

    status: SetStatus
    message: str


@dataclass(frozen=True)
class Manager:
    """Everything that fails raises DataUnavailable with a sentence, everything that is called off Cancelled."""

    store: Store

    def names(self) -> tuple[str, ...]:
        """The sets that have files, in the gallery's order. KeyError is raised for any other."""
        return tuple(info.name for info in INFOS if info.name in self.store.sources)

    def statuses(self) -> tuple[SetStatus, ...]:
        return tuple(self.status(name) for name in self.names())

    def status(self, name: str) -> SetStatus:
        """How it stands with the set: compares hashes, of files that have changed since the last time."""
        info = next(info for info in INFOS if info.name == name)
        files = tuple(self._file(file) for file in self.store.sources[name])
        return SetStatus(name, info.title, info.licence, info.origin, files[0].path.parent, name not in NEVER_SHIPPED, files)

    def _file(self, file: RemoteFile) -> FileStatus:
        found = self.store.find(file)
        target = self.store.download_to / file.path
        fetched = Partial.beside(target, file).bytes
        if found is None:
            return FileStatus(file.name, target, State.MISSING, file.bytes, fetched)
        if found.state is State.THERE:
            return FileStatus(file.name, found.path, State.THERE, found.bytes, note=found.note, ours=found.ours)
        what = f"{found.path} is there, but {found.problem}"
        return FileStatus(file.name, found.path, found.state, file.bytes, fetched, problem=what)

    def download(self, name: str, report: Report = unreported, control: Control | None = None) -> Outcome:
        """Fetch what is missing or wrong. `report` hears of the whole set; a wrong file is set aside when the right one is there."""
        control = control or Control()
        wanted = [file for file in self.store.sources[name] if self._file(file).state is not State.THERE]
        whole = _Whole(name, sum(file.bytes for file in wanted), report)
        said = ""
        for file in wanted:
            aside = self.store.fetch(name, file, whole, control)
            whole.before += file.bytes
            said += f" What was in the place of {file.name} is now {aside}." if aside else ""
        status = self.status(name)
        return Outcome(status, status.sentence + said)

    def gather(self, name: str, other: Store, report: Report = unreported, control: Control | None = None) -> Outcome:
        """`download`, but what `other` has is copied from there. A wrong file is set aside here, too."""
        from nnplayground.data.adopt import adopt

        copied, said = [], ""
        for file in self.store.sources[name]:
            found = other.find(file) if self._file(file).state is not State.THERE else None
            if found is not None and found.state is State.THERE:
                taken = adopt(self.store, name, found.path, report, control or Control())
                copied.append(found.path)
                said += f" What was in the place of {file.name} is now {taken.aside}." if taken.aside else ""
        outcome = self.download(name, report, control)
        if not copied:
            return outcome
        folders = " and ".join(dict.fromkeys(str(path.parent) for path in copied))
        return Outcome(outcome.status, f"Copied from {folders}: {_files(len(copied))}.{said} {outcome.message}")

    def verify(self, name: str, report: Report = unreported, control: Control | None = None) -> Outcome:
        """Read every file that is there from the disk once more, and compare its hash."""
        there = [file for file in self.status(name).files if file.state is not State.MISSING]
        whole = _Whole(name, sum(file.bytes for file in there), report)
        for file in there:
            try:
                read_through(file.path, whole, control or Control())
            except OSError:
                continue  # the status says so
            whole.before += file.bytes
        status = self.status(name)
        checked = f"Read and compared: {_files(len(there))}." if there else "There is nothing to verify yet."
        return Outcome(status, f"{checked} {status.sentence}")

    def remove(self, name: str, *, others: bool = False) -> Outcome:
        """Remove the set's files that nnplayground has put there, and what a download has left unfinished.

        With `others` also those that it has not (`FileStatus.ours` tells them apart): Keras may be using them.
        """
        removed: list[Path] = []
        left: list[Path] = []
        for file in self.store.sources[name]:
            for folder in self.store.folders:
                path = folder / file.path
                found = self.store.look(path, file)
                if found is not None:
                    (removed if found.ours or others else left).append(path)
        try:
            for path in removed:
                path.unlink()
                self.store.ledger.forget(path)
            for file in self.store.sources[name]:
                Partial.beside(self.store.download_to / file.path, file).discard()
            for prepared in self.store.cache.glob(f"{name}-*.npz") if self.store.cache else ():
                prepared.unlink()
        except OSError as error:
            raise DataUnavailable(f"{name}: {error.filename} cannot be removed ({error.strerror or error}).") from error
        said = f"Removed: {_files(len(removed))}." if removed else "There was nothing of nnplayground's to remove."
        if left:
            said += f" Left, because nnplayground has not put them there: {', '.join(str(path) for path in left)}."
        return Outcome(self.status(name), said)

    def adopt(self, name: str, path: Path, report: Report = unreported, control: Control | None = None) -> Outcome:
        """Take a file that somebody has for one of the set's: known by its hash, or else by what it holds; a copy is made."""
        from nnplayground.data.adopt import adopt

        taken = adopt(self.store, name, path, report, control or Control())
        said = f"{path} is used as {taken.file.name}." + (f" {taken.note}" if taken.note else "")
        if taken.aside is not None:
            said += f" What was in its place is now {taken.aside}."
        return Outcome(self.status(name), said)


class _Whole:
    """Turns what is heard of files into what is heard of the set; a speed that is not known yet is that of the file before."""

    def __init__(self, name: str, total: int, report: Report) -> None:
        self.name, self.total, self.before = name, total, 0
        self._report = report
        self._speed: float | None = None

    def __call__(self, transfer: Transfer) -> None:
        self._speed = transfer.speed or self._speed
        self._report(Transfer(self.name, self.before + transfer.done, self.total, self._speed))


def megabytes(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / MEGA:,.1f} MB" if count >= MEGA / 10 else f"{count / 1e3:,.0f} kB"


def _files(count: int) -> str:
    return f"{count} file" if count == 1 else f"{count} files"
