"""Taking a file that somebody has: known by its hash, or else by what it holds, and copied to where files are looked for."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nnplayground.data.catalogue import TITLES
from nnplayground.data.contents import contents
from nnplayground.data.errors import DataUnavailable, MalformedFile
from nnplayground.data.formats import MAX_BYTES
from nnplayground.data.hashes import BLOCK, disk_problem, hash_of, set_aside
from nnplayground.data.sources import RemoteFile
from nnplayground.data.store import Found, State, Store
from nnplayground.data.transfer import Control, Meter, Report


@dataclass(frozen=True)
class Adopted:
    """A file that is used from now on; `note` says what is unusual about it, `aside` where the one before it has gone."""

    file: RemoteFile
    path: Path
    note: str
    aside: Path | None


def adopt(store: Store, name: str, path: Path, report: Report, control: Control) -> Adopted:
    """Take the file at `path` for one of the set's. It stays where it is; a copy is made unless it is where it belongs.

    Raises DataUnavailable with a sentence if it is none of the set's files or cannot be copied, and Cancelled.
    """
    try:
        if not path.is_file():
            found = "a folder" if path.is_dir() else "something else" if path.exists() else "nothing"
            raise DataUnavailable(f"{name}: expected a file, {_names(store, name)}; found {found} at {path}.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DataUnavailable(f"{name}: {path} has {size:,} bytes, far more than any of its files ({_names(store, name)}).")
        at_home = next((f for f in store.sources[name] for folder in store.folders if _same(path, folder / f.path)), None)
        if at_home is not None:
            return _approve(store, name, path, at_home, control)
    except OSError as error:
        raise DataUnavailable(f"{name}: {path} cannot be read ({error.strerror or error}).") from error
    try:
        with _copied(name, path, size, store.download_to, Meter(path.name, size, report), control) as (copy, sha256):
            file, note = _recognise(store, name, path, copy, sha256, control)
            there = store.find(file)
            if there is not None and there.state is State.THERE and (not there.note or hash_of(there.path) == sha256):
                return _have_already(name, file, there, note)
            target = store.download_to / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            _remember(store, name, target, sha256, ours=True, note=note)
            aside = set_aside(target, target) if os.path.lexists(target) else None
            copy.replace(target)
    except OSError as error:
        raise DataUnavailable(f"{name}: {path.name} could not be copied: {disk_problem(error, store.download_to)}") from error
    return Adopted(file, target, note, aside)


def _have_already(name: str, file: RemoteFile, there: Found, note: str) -> Adopted:
    if note and not there.note:
        raise DataUnavailable(f"{name}: {note} It is not needed: the right {file.name} is there already, at {there.path}.")
    return Adopted(file, there.path, there.note, None)


def _approve(store: Store, name: str, path: Path, file: RemoteFile, control: Control) -> Adopted:
    """A file that already stands where it is looked for."""
    sha256 = hash_of(path)
    note = "" if sha256 == file.sha256 else _note(name, file, _checked(name, file, path, path, control))
    entry = store.ledger.find(path)
    _remember(store, name, path, sha256, ours=entry is not None and entry.ours, note=note)
    return Adopted(file, path, note, None)


def _remember(store: Store, name: str, path: Path, sha256: str, *, ours: bool, note: str) -> None:
    """A file that is not the known one is used only because this says so; for the known one it is no great matter."""
    try:
        store.ledger.write(path, sha256, ours=ours, note=note)
    except OSError as error:
        if note:
            raise DataUnavailable(
                f"{name}: {note} It is not used, because that could not be noted ({error.strerror or error})."
            ) from error


def _recognise(store: Store, name: str, path: Path, copy: Path, sha256: str, control: Control) -> tuple[RemoteFile, str]:
    """Which of the set's files it is, and what must be said about that. `path` is the name it came under. Raises DataUnavailable."""
    files = store.sources[name]
    for file in files:
        if sha256 == file.sha256:
            return file, ""
    # The name decides which file it is meant to be; without one that is known, whatever it can be read as.
    meant = [file for file in files if file.name == path.name] or list(files)
    for file in meant[:-1]:
        try:
            return file, _note(name, file, contents(name, file, copy, control))
        except MalformedFile:
            continue
    return meant[-1], _note(name, meant[-1], _checked(name, meant[-1], path, copy, control))


def _checked(name: str, file: RemoteFile, path: Path, copy: Path, control: Control) -> str:
    try:
        return contents(name, file, copy, control)
    except MalformedFile as error:
        raise DataUnavailable(
            f"{name}: {path} is not the {file.name} that is known (its sha256 is another), and it cannot stand for it: {error}"
        ) from error


def _note(name: str, file: RemoteFile, found: str) -> str:
    return f"{file.name} is not the file that Keras has (its sha256 is another), but it holds {found}, as {TITLES[name]} should."


@contextmanager
def _copied(name: str, path: Path, size: int, folder: Path, meter: Meter, control: Control) -> Iterator[tuple[Path, str]]:
    """A copy in `folder` under another name, on the disk for sure, and its hash; removed if it still has that name at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < size:
        raise DataUnavailable(f"{name}: the disk is full: {size:,} bytes are needed in {folder} for {path.name}, {free:,} are free.")
    copy = folder / f".{secrets.token_hex(4)}-{path.name[-50:]}"
    digest = hashlib.sha256()
    try:
        with copy.open("xb") as out:
            meter.begin(0)
            for block in _blocks(name, path):
                control.check(path.name)
                out.write(block)
                digest.update(block)
                meter(out.tell())
            out.flush()
            os.fsync(out.fileno())
        yield copy, digest.hexdigest()
    finally:
        copy.unlink(missing_ok=True)


def _blocks(name: str, path: Path) -> Iterator[bytes]:
    """Its content, but not without end if it grows meanwhile. Raises DataUnavailable: what else fails is the fault of the copy's disk."""
    try:
        with path.open("rb") as file:
            for _ in range(0, MAX_BYTES, BLOCK):
                if not (block := file.read(BLOCK)):
                    return
                yield block
    except OSError as error:
        raise DataUnavailable(f"{name}: {path} cannot be read ({error.strerror or error}).") from error


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False


def _names(store: Store, name: str) -> str:
    return " or ".join(file.name for file in store.sources[name])
