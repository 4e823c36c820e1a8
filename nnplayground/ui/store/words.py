"""What the data manager says: states, sizes and how far a download is, as people read it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby

from PySide6.QtCore import QCoreApplication

from nnplayground.data.catalogue import DataInfo
from nnplayground.data.manager import FileStatus, State, megabytes
from nnplayground.ui.store.shelf import Doing, Entry
from nnplayground.ui.theme.numbers import duration

MINUTE = 60


def tr(text: str) -> str:
    return QCoreApplication.translate("DataManager", text)


def state(entry: Entry) -> tuple[str, str]:
    """How it stands with a set, and the tone to say it in."""
    if entry.doing is not Doing.NOTHING:
        return {
            Doing.QUEUED: tr("Waiting for its turn"),
            Doing.DOWNLOADING: tr("Downloading"),
            Doing.PAUSED: tr("Paused"),
            Doing.CHECKING: tr("Verifying"),
            Doing.ADOPTING: tr("Taking the file"),
            Doing.REMOVING: tr("Deleting"),
        }[entry.doing], ""
    status = entry.status
    if status is None:
        return tr("Looking"), "muted"
    told, tone = {
        State.THERE: (tr("Full set is there"), "ok"),
        State.PARTLY: (tr("Partly there"), "warn"),
        State.MISSING: (tr("Not there"), "muted"),
        State.WRONG: (tr("A file is wrong"), "error"),
        State.UNREADABLE: (tr("A file cannot be read"), "error"),
    }[status.state]
    if status.sample and status.state is not State.THERE:
        told = tr("{state}; a sample is built in").format(state=told)
    return told, tone


def sizes(entry: Entry) -> str:
    """How large a set is; where only a part is there, how much of it."""
    status = entry.status
    if status is None:
        return ""
    if status.state is State.PARTLY:
        return tr("{done} of {total}").format(done=megabytes(status.done), total=megabytes(status.bytes))
    return megabytes(status.bytes)


def about(info: DataInfo) -> str:
    return tr("Licence: {licence} {origin}").format(licence=info.licence, origin=info.origin)


def note(entry: Entry) -> tuple[str, str]:
    """The sentence below a set and its tone: what was last said, or what must be said of its files."""
    if entry.message:
        return entry.message, entry.tone
    if entry.status is None or entry.doing is not Doing.NOTHING:
        return "", ""
    problems = " ".join(_sentence(file.problem) for file in entry.status.files if file.problem)
    if problems:
        return tr("{problems} It was left as it is; a download sets it aside.").format(problems=problems), "error"
    return " ".join(file.note for file in entry.status.files if file.note), "warn"


def transfer(entry: Entry) -> str:
    """How far something is: `12.3 MB of 26.4 MB · 3.1 MB/s · 5 s left`."""
    moved = entry.transfer
    if moved is None or not moved.total:
        return tr("Connecting") if entry.doing is Doing.DOWNLOADING else ""
    parts = [tr("{done} of {total}").format(done=megabytes(moved.done), total=megabytes(moved.total))]
    if entry.doing is Doing.DOWNLOADING and moved.speed and moved.seconds_left is not None:
        seconds = math.ceil(moved.seconds_left)
        left = tr("{seconds} s").format(seconds=seconds) if seconds < MINUTE else duration(seconds)
        parts.append(tr("{speed} a second").format(speed=megabytes(round(moved.speed))))
        parts.append(tr("{time} left").format(time=left))
    return " · ".join(parts)


def summary(entries: Iterable[Entry]) -> str:
    """How many of the sets are there, and what is left to be fetched."""
    entries = list(entries)
    if any(entry.status is None for entry in entries):
        return tr("Looking for the files")
    there = sum(entry.complete for entry in entries)
    left = sum(entry.status.bytes - entry.status.done for entry in entries if entry.status is not None and not entry.complete)
    if there == len(entries):
        return tr("All {total} full sets are there: everything works without a network.").format(total=len(entries))
    return tr("{there} of {total} full sets are there; {left} are left to download.").format(
        there=there, total=len(entries), left=megabytes(left)
    )


def advice(entries: Iterable[Entry]) -> str:
    """Once for all sets that could not be downloaded: why no server was reached, and what to do; empty where none has failed."""
    entries = [entry for entry in entries if entry.failed is not None]
    failed = [entry.failed for entry in entries if entry.failed is not None]
    if not failed:
        return ""
    first, *more = dict.fromkeys(host for each in failed for host in each.unknown_hosts) or ("",)
    offline = dict.fromkeys(each.why for each in failed if each.is_offline and not each.unknown_hosts)
    why = " ".join(text[:1].upper() + text[1:] for text in offline)
    if first:
        hosts = tr("{host} and {count} more").format(host=first, count=len(more)) if more else first
        why = tr("The address of {hosts} cannot be found: is this computer connected to the internet?").format(hosts=hosts)
    here = tr("Download again later, or fetch the files elsewhere and give them to their set with “I have the file…”.")
    samples = tr("Until then the data panel has the built-in samples (Source: Sample).")
    has_sample = any(entry.status is not None and entry.status.sample for entry in entries)
    return " ".join(part for part in (why, here, samples if has_sample else "") if part)


def fetching(entries: Sequence[Entry]) -> str:
    """The downloads in a few words, for the status row: the one that moves, and how many there are besides."""
    if not entries:
        return ""
    first = next((entry for entry in entries if entry.doing is Doing.DOWNLOADING), entries[0])
    share = f" {math.floor(100 * first.transfer.done / first.transfer.total)} %" if first.transfer and first.transfer.total else ""
    text = tr("{title} paused{share}") if first.doing is Doing.PAUSED else tr("{title}{share}")
    text = text.format(title=first.info.title, share=share)
    return tr("{text} and {count} more").format(text=text, count=len(entries) - 1) if len(entries) > 1 else text


def line(entry: Entry) -> str:
    """A download in one line."""
    return ": ".join(part for part in (entry.info.title, state(entry)[0], transfer(entry)) if part)


def removal(ours: Sequence[FileStatus], others: Sequence[FileStatus], parts: Sequence[FileStatus]) -> str:
    """What deleting means: which files, and whose they are."""
    lines = []
    for folder, files in groupby((*ours, *others), key=lambda file: file.path.parent):
        lines += [*(file.name for file in files), tr("in {folder}").format(folder=folder)]
    lines += [tr("{file}: the {size} that were fetched of it").format(file=file.name, size=megabytes(file.fetched)) for file in parts]
    if others:
        names = ", ".join(file.name for file in others)
        known = (
            tr("nnplayground has not put them there.") if not ours else tr("nnplayground has not put {files} there.").format(files=names)
        )
        lines += ["", f"{known} {tr('Keras shares this folder, and its programs may be using them.')}"]
    elif ours:
        lines += ["", tr("Keras shares this folder: its programs will have to download them again, too.")]
    return "\n".join(lines)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
