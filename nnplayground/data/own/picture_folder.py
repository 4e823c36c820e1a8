"""Folders of pictures: which pictures there are and of which class, without opening one."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.data.own.gone import NOWHERE

KINDS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
"""What keras.utils.image_dataset_from_directory takes for pictures."""
TRAIN, TEST = ("train", "training"), ("test", "testing", "val", "valid", "validation")
"""Folders that cut the pictures into two parts already; of several for testing, the first of these."""
MAX_CLASSES = 1_000
MAX_ENTRIES = 1_000_000
LOOK_EVERY = 500
LAYOUT = "expected a folder that holds a folder of pictures for each class"


@dataclass(frozen=True, eq=False)
class Section:
    """Pictures by their paths below the folder, in their order, and the class number of each (n,)."""

    files: tuple[str, ...]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.files)

    def counts(self, classes: int) -> NDArray[np.int64]:
        """How many pictures each class has."""
        return np.bincount(self.labels, minlength=classes).astype(np.int64)


@dataclass(frozen=True, eq=False)
class PictureFolder:
    """What a folder holds. `sha256` is of the pictures' names and sizes: the same on every machine, and quick."""

    root: Path
    classes: tuple[str, ...]
    train: Section
    test: Section | None
    """None where the folder is not cut into two parts."""
    notes: tuple[str, ...]
    sha256: str
    stamp: str
    """Of names, sizes and times: another one when a picture was changed, on this machine."""
    parts: tuple[str, ...] = ()
    """The names of the folders with training and test pictures, if there are such."""


@dataclass
class _Walk:
    """One look through a folder: what was met so far."""

    root: Path
    cancelled: Callable[[], bool]
    entries: int = 0
    loose: int = 0
    """Pictures beside the folders of the classes."""
    others: Counter[str] = field(default_factory=Counter)
    sha256: int = 0
    stamp: int = 0

    def folders(self, folder: Path) -> list[os.DirEntry[str]]:
        """The folders in a folder, by name. A link to where the pictures are themselves is none."""
        home = self.root.resolve()
        there = list(self._scan(folder))
        found = [e for e in there if _is_folder(e)]
        self.loose += sum(e.name.lower().endswith(KINDS) for e in there) if found else 0
        return [e for e in found if not e.is_symlink() or not home.is_relative_to(Path(e.path).resolve())]

    def pictures(self, below: str) -> list[str]:
        """The pictures in a folder and in the folders in it, in order. Links to folders are not followed: they may lead round."""
        found: list[str] = []
        waiting = [(below, self._scan(self.root / below))]
        while waiting:
            folder, entries = waiting[-1]
            entry = next(entries, None)
            if entry is None:
                waiting.pop()
                continue
            path, name = f"{folder}/{entry.name}" if folder else entry.name, entry.name.lower()
            if _is_folder(entry):
                if not entry.is_symlink():
                    waiting.append((path, self._scan(Path(entry.path))))
            elif name.endswith(KINDS):
                if self._note(entry, path):
                    found.append(path)
            elif name not in ("thumbs.db", "desktop.ini"):
                self.others[Path(name).suffix or entry.name] += 1
        return found

    def _scan(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                shown = sorted((e for e in entries if not e.name.startswith(".") and e.name != "__MACOSX"), key=lambda e: e.name)
        except OSError as error:
            raise DataUnavailable(f"The folder {folder} cannot be read ({error.strerror or error}). Check that you may open it.") from error
        for entry in shown:
            self.entries += 1
            if self.entries % LOOK_EVERY == 0 and self.cancelled():
                raise Cancelled
            if self.entries > MAX_ENTRIES:
                raise DataUnavailable(
                    f"{self.root} holds more than {MAX_ENTRIES:,} files: {LAYOUT} and nothing else. Choose a smaller folder."
                )
            yield entry

    def _note(self, entry: os.DirEntry[str], path: str) -> bool:
        try:
            state = entry.stat()
        except OSError:
            return False  # a link that leads nowhere, or a file that has just gone
        if not entry.is_file():
            return False
        name = unicodedata.normalize("NFC", path)  # file systems differ in how they write accents
        self.sha256 = _together(self.sha256, f"{name}\0{state.st_size}")
        self.stamp = _together(self.stamp, f"{path}\0{state.st_size}\0{state.st_mtime_ns}")
        return True


def look(root: Path, cancelled: Callable[[], bool]) -> PictureFolder:
    """Look through a folder of pictures. Raises DataUnavailable where it does not hold what it should, `NOWHERE` and Cancelled."""
    try:
        is_folder = stat.S_ISDIR(root.stat().st_mode)
    except NOWHERE:
        raise
    except (OSError, ValueError) as error:
        raise DataUnavailable(f"The folder {root} cannot be read ({error}). Check that you may open it.") from error
    if not is_folder:
        raise DataUnavailable(f"{root} is a file: {LAYOUT}. Choose the folder.")
    walk = _Walk(root, cancelled)
    names = [e.name for e in walk.folders(root)]
    if len(names) > MAX_CLASSES:
        raise DataUnavailable(f"{root} holds {len(names):,} folders, so as many classes: at most {MAX_CLASSES:,} are possible.")
    parts = _parts(names)
    if not parts:
        found = _by_class(walk, "", names)
        return _described(walk, found, None)
    subfolders = [[e.name for e in walk.folders(root / part)] for part in parts]
    train = _by_class(walk, f"{parts[0]}/", subfolders[0])
    test = _by_class(walk, f"{parts[1]}/", subfolders[1])
    unused = [n for n in names if n not in parts]
    return _described(walk, train, test, parts, unused)


def _parts(names: list[str]) -> tuple[str, ...]:
    """The folders for training and testing, if all folders there are have such names."""
    by_use = {name.lower(): name for name in names}
    if not by_use or not set(by_use) <= {*TRAIN, *TEST}:
        return ()
    train = next((by_use[n] for n in TRAIN if n in by_use), None)
    test = next((by_use[n] for n in TEST if n in by_use), None)
    return (train, test) if train and test else ()


def _by_class(walk: _Walk, below: str, names: list[str]) -> dict[str, list[str]]:
    return {name: walk.pictures(below + name) for name in names}


def _described(
    walk: _Walk,
    train: dict[str, list[str]],
    test: dict[str, list[str]] | None,
    parts: tuple[str, ...] = (),
    unused: list[str] | None = None,
) -> PictureFolder:
    classes = tuple(sorted(name for name in {*train, *(test or {})} if train.get(name) or (test or {}).get(name)))
    empty = sorted({*train, *(test or {})} - set(classes))
    if len(classes) < 2:
        raise DataUnavailable(_too_few(walk, classes, empty))
    untaught = [name for name in classes if not train.get(name)]
    if untaught:
        raise DataUnavailable(f"{walk.root}: {_named(untaught)} has pictures to test on, but none to learn from in {parts[0]}.")
    notes = []
    if empty:
        verb = "holds no pictures and is" if len(empty) == 1 else "hold no pictures and are"
        notes.append(f"{_named(empty)} {verb} left out.")
    if unused:
        notes.append(f"{_named(unused)} is not used: {parts[0]} and {parts[1]} are.")
    if walk.loose:
        notes.append(f"{walk.loose:,} {'picture that is' if walk.loose == 1 else 'pictures that are'} in no class's folder: left out.")
    if walk.others:
        kinds = ", ".join(kind for kind, _ in walk.others.most_common(4))
        number = sum(walk.others.values())
        notes.append(f"{number:,} {'file of another kind is' if number == 1 else 'files of other kinds are'} left out ({kinds}).")
    return PictureFolder(
        walk.root, classes, _section(classes, train), None if test is None else _section(classes, test), tuple(notes),
        f"{walk.sha256:064x}", f"{walk.stamp:064x}", parts,
    )  # fmt: skip


def _too_few(walk: _Walk, classes: tuple[str, ...], empty: list[str]) -> str:
    if classes:
        more = f"; {_named(empty)} holds none" if empty else ""
        return (
            f"Expected pictures of at least two classes in {walk.root}, each in a folder of its own; "
            f"found one class, '{classes[0]}'{more}. Add a folder with pictures of another."
        )
    loose = walk.pictures("") if not empty else []
    if loose:
        return f"{walk.root} holds {len(loose):,} pictures but no folders: {LAYOUT}. Sort them into folders first."
    kinds = ", ".join(kind for kind, _ in walk.others.most_common(4))
    found = f"found other files ({kinds})" if kinds else "found none"
    return f"No pictures in {walk.root}: {LAYOUT}, PNG or JPEG; {found}."


def _section(classes: tuple[str, ...], found: dict[str, list[str]]) -> Section:
    files = tuple(path for name in classes for path in found.get(name, ()))
    labels = np.repeat(np.arange(len(classes), dtype=np.int64), [len(found.get(name, ())) for name in classes])
    return Section(files, labels)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link to itself


def _together(total: int, line: str) -> int:
    """The sum of the lines' SHA-256 hashes: the same in whatever order the files are met."""
    digest = hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest()
    return (total + int.from_bytes(digest)) % (1 << 256)


def _named(names: list[str]) -> str:
    shown = [f"'{name}'" for name in names[:4]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
