"""`Shelf`: the data sets that consist of files, as the window knows them, and everything that is being done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from nnplayground.data.catalogue import DataInfo
from nnplayground.data.errors import Cancelled, NotDownloaded
from nnplayground.data.manager import Control, Manager, Outcome, SetStatus, State, Transfer
from nnplayground.data.registry import info
from nnplayground.data.transfer import Report
from nnplayground.ui.store.errands import Errands

INTERVAL = 100
"""Milliseconds between two reports that are shown."""


class Doing(Enum):
    """What is being done with a set."""

    NOTHING = "nothing"
    QUEUED = "queued"
    DOWNLOADING = "downloading"
    PAUSED = "paused"
    CHECKING = "checking"
    ADOPTING = "adopting"
    REMOVING = "removing"


FETCHING = frozenset({Doing.QUEUED, Doing.DOWNLOADING, Doing.PAUSED})
DONE = {"doing": Doing.NOTHING, "transfer": None}
SILENT = {"message": "", "tone": "", "failed": None}


@dataclass(frozen=True)
class Entry:
    """One set: what was last found of it (None: nobody has looked yet), what is being done, and what was last said."""

    info: DataInfo
    status: SetStatus | None = None
    doing: Doing = Doing.NOTHING
    transfer: Transfer | None = None
    message: str = ""
    tone: str = ""
    failed: NotDownloaded | None = None
    """Why the last download came to nothing; the message says it in short."""

    @property
    def complete(self) -> bool:
        return self.status is not None and self.status.state is State.THERE

    @property
    def has_files(self) -> bool:
        """Whether there is anything of it on the disk, be it a part of a file or a wrong one."""
        return self.status is not None and self.status.state is not State.MISSING


class Shelf(QObject):
    """Lives on the window's thread and never waits. Downloads have one thread, everything else with the disk another."""

    changed = Signal(str)
    """A set is no longer as it was: its name."""
    completed = Signal(str)
    """All files of a set have come: its name."""
    _moved = Signal(object)

    def __init__(self, manager: Manager, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._manager = manager
        self._entries = {name: Entry(info(name)) for name in manager.names()}
        self._controls: dict[str, Control] = {}
        self._downloads, self._disk = Errands("downloads", self), Errands("files of data sets", self)
        self._moved.connect(self._show_later)
        self._to_show: list[Callable[[], None]] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._show_all)
        self._looking = self._look_again = self._closed = False

    def close(self) -> None:
        """Call everything off and wait for it. What was fetched is kept, for the next download to go on with."""
        self._closed = True
        for control in self._controls.values():
            control.cancel()
        self._downloads.close()
        self._timer.stop()
        self._disk.close()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def entry(self, name: str) -> Entry:
        """Raises KeyError for a set without files."""
        return self._entries[name]

    @property
    def fetching(self) -> tuple[Entry, ...]:
        """The sets that are being downloaded, or are to be."""
        return tuple(entry for entry in self._entries.values() if entry.doing in FETCHING)

    def look(self) -> None:
        """See what is there of every set. While one look is under way, another follows it at most."""
        self._look_again = self._looking
        if self._looking:
            return
        self._looking = True

        def done(found: Any, error: Exception | None) -> None:
            self._looking = False
            for status in found or ():
                self._seen(status)
            if error is not None:
                for name in self.names:
                    self._set(name, message=str(error), tone="error")
            if self._look_again:
                self.look()

        self._disk.do(self._manager.statuses, done)

    def _seen(self, status: SetStatus) -> None:
        entry = self._entries[status.name]
        if entry.doing is Doing.NOTHING and entry.status is not None and entry.status.state is not status.state:
            self._set(status.name, **SILENT)  # what was said is no longer so
        self._set(status.name, status=status)

    # Downloads

    def download(self, name: str) -> None:
        """Fetch what is missing, after what is being fetched already."""
        if self._entries[name].doing not in (Doing.NOTHING, Doing.PAUSED):
            return
        control = self._begin(name, Doing.QUEUED)

        def work() -> Outcome:
            control.check(name)
            self._moved.emit(partial(self._show_progress, name, control, None))
            return self._manager.download(name, self._reporter(name, control), control)

        self._downloads.do(work, self._done(name, control, quiet=True))
        self._make_way()

    def download_all(self) -> None:
        """Fetch what is missing of every set."""
        for name, entry in self._entries.items():
            if not entry.complete:
                self.resume(name) if entry.doing is Doing.PAUSED else self.download(name)

    def pause(self, name: str) -> None:
        """Let it rest. One that still waits for its turn loses that."""
        doing = self._entries[name].doing
        if doing in (Doing.QUEUED, Doing.DOWNLOADING):
            control = self._controls[name]
            control.pause() if doing is Doing.DOWNLOADING else control.cancel()
            self._set(name, doing=Doing.PAUSED)
            self._make_way()

    def resume(self, name: str) -> None:
        if self._entries[name].doing is not Doing.PAUSED:
            return
        control = self._controls.get(name)
        if control is None or control.cancelled:  # it has made way for another
            self.download(name)
        else:
            control.resume()
            self._set(name, doing=Doing.DOWNLOADING)

    def cancel(self, name: str) -> None:
        """Call off whatever is being done. It counts at once; a thread that waits for a server hears of it later."""
        control = self._controls.pop(name, None)
        if control is not None:
            control.cancel()
        self._set(name, **DONE)
        self.look()

    def _make_way(self) -> None:
        """While one is paused others need not wait: it gives up its connection, and goes on later with what it has."""
        if any(entry.doing is Doing.QUEUED for entry in self._entries.values()):
            for name, entry in self._entries.items():
                if entry.doing is Doing.PAUSED and name in self._controls:
                    self._controls[name].cancel()

    # The disk

    def verify(self, name: str) -> None:
        """Read the files anew and compare them with what is known of them."""
        control = self._begin(name, Doing.CHECKING)
        self._disk.do(lambda: self._manager.verify(name, self._reporter(name, control), control), self._done(name, control))

    def adopt(self, name: str, paths: Sequence[Path]) -> None:
        """Take files that somebody has; those that are taken stay, even if a later one is not the right one."""
        control = self._begin(name, Doing.ADOPTING)

        def work() -> Outcome:
            outcomes = [self._manager.adopt(name, path, self._reporter(name, control), control) for path in paths]
            return Outcome(outcomes[-1].status, " ".join(outcome.message for outcome in outcomes))

        self._disk.do(work, self._done(name, control))

    def remove(self, name: str, *, others: bool) -> None:
        """Delete the files; with `others` also those that nnplayground has not put there."""
        control = self._begin(name, Doing.REMOVING)
        self._disk.do(lambda: self._manager.remove(name, others=others), self._done(name, control))

    # What comes from the threads

    def _begin(self, name: str, doing: Doing) -> Control:
        control = self._controls[name] = Control()
        self._set(name, doing=doing, transfer=None, **SILENT)
        return control

    def _reporter(self, name: str, control: Control) -> Report:
        """For a thread: what it reports is shown, the newest each time; thousands of blocks a second are too many."""
        newest, under_way = Transfer(name, 0, 0), False

        def show() -> None:
            nonlocal under_way
            under_way = False  # before `newest` is read: what is reported from now on is shown by itself
            self._show_progress(name, control, newest)

        def report(transfer: Transfer) -> None:
            nonlocal newest, under_way
            newest = transfer
            if not under_way:
                under_way = True
                self._moved.emit(show)

        return report

    def _show_later(self, show: Callable[[], None]) -> None:
        self._to_show.append(show)
        if not self._timer.isActive() and not self._closed:
            self._timer.start()

    def _show_all(self) -> None:
        shows, self._to_show = self._to_show, []
        for show in shows:
            show()

    def _show_progress(self, name: str, control: Control, transfer: Transfer | None) -> None:
        if self._controls.get(name) is not control:
            return  # called off meanwhile
        doing = self._entries[name].doing
        self._set(name, doing=Doing.DOWNLOADING if doing is Doing.QUEUED else doing, transfer=transfer)

    def _done(self, name: str, control: Control, *, quiet: bool = False) -> Callable[[Any, Exception | None], None]:
        """What happens when something has been done; with `quiet` only that is said which the set's state does not tell."""

        def done(outcome: Outcome | None, error: Exception | None) -> None:
            if self._controls.get(name) is not control:
                self.look()
                return
            del self._controls[name]
            if isinstance(error, Cancelled) and self._entries[name].doing is Doing.PAUSED:
                return  # it has made way for another
            before = self._entries[name].complete
            if outcome is None:
                failed = error if isinstance(error, NotDownloaded) else None
                message = self._in_short(failed) if failed else str(error).removeprefix(f"{name}: ")
                self._set(name, **DONE, message=message, tone="error", failed=failed)
                self.look()
                return
            known = quiet and outcome.message == outcome.status.sentence
            good = outcome.status.state in (State.THERE, State.MISSING, State.PARTLY)
            self._set(name, **DONE, status=outcome.status, message="" if known else outcome.message, tone="ok" if good else "error")
            self.look()  # one that began before this was done would show what is no longer so
            if self._entries[name].complete and not before:
                self.completed.emit(name)

        return done

    def _in_short(self, failed: NotDownloaded) -> str:
        """What was in the way; the dialog says once for all sets what to do about it."""
        why = self.tr("No network.") if failed.is_offline else failed.why[:1].upper() + failed.why[1:]
        return f"{why} {failed.kept}" if failed.kept else why

    def _set(self, name: str, **changes: Any) -> None:
        before = self._entries[name]
        after = self._entries[name] = replace(before, **changes)
        if after != before:
            self.changed.emit(name)
