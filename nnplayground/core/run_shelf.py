"""`RunShelf`: the folder in which finished runs are kept, one file each. Several windows may use it at the same time.

Nothing in it is trusted: what cannot be read is put aside, never deleted. Nothing here is quick: it is for a thread of its own.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnplayground.core.edits import changed
from nnplayground.core.kept_run import MAX_RUNS, KeptRun
from nnplayground.core.recipe import RecipeError
from nnplayground.core.run_file import read_history, read_run, write_run

MOST_BYTES = 500_000_000
SUFFIX, GONE, BROKEN = ".run", ".run.gone", ".run.broken"
A_KEY = re.compile(r"[0-9a-f]{32}")
WAY_BACK = 24 * 3600.0
"""Seconds that a deleted run can be had back, should the window that deleted it not have ended in order."""


@dataclass(frozen=True)
class Found:
    """What was on the shelf, and what was not to be read, in sentences."""

    runs: tuple[KeptRun, ...]
    broken: tuple[str, ...] = ()


class RunShelf:
    """Keys are those of the runs. `most` runs and `most_bytes` together are kept; pinned ones count, but never go by themselves."""

    def __init__(self, folder: Path, most: int = MAX_RUNS, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self.most, self.most_bytes = most, most_bytes
        self._gone: set[str] = set()

    def look(self, known: Collection[str] = ()) -> Found:
        """All runs but those `known`, without history and weights, the oldest first. Raises OSError where the folder cannot be read."""
        runs, broken = [], []
        for _, path in self._files():
            if path.stem in known:
                continue
            try:
                runs.append(changed(read_run(path, whole=False), key=path.stem))
            except RecipeError as error:
                if path.exists():  # else another window has just deleted it
                    broken.append(self._put_aside(path, error))
        return Found(tuple(runs), tuple(broken))

    def put(self, run: KeptRun) -> bool:
        """Keep a run, instead of what had its key before; says whether its weights were kept, too. Raises OSError."""
        fits = run.weights is None or len(run.weights) <= self.most_bytes // 2
        write_run(self._path(run.key), run if fits else changed(run, weights=None))
        return fits

    def describe(self, key: str, **changes: Any) -> None:
        """Give a run another name, other notes, or pin it. Raises OSError and RecipeError."""
        path = self._path(key)
        kept = path.stat()
        write_run(path, changed(read_run(path), **changes))
        os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))  # it is as old as it was

    def run(self, key: str) -> KeptRun:
        """A run with history and weights. Raises RecipeError."""
        return changed(read_run(self._path(key)), key=key)

    def history(self, key: str) -> str:
        """Its history as CSV. Raises RecipeError."""
        return read_history(self._path(key))

    def remove(self, keys: Iterable[str]) -> None:
        """Take runs away; `restore` brings them back until `forget`. Raises OSError."""
        for key in keys:
            if (path := self._path(key)).exists():
                self._gone.add(key)
                path.replace(path.with_suffix(GONE))

    def restore(self, keys: Iterable[str]) -> None:
        """The way back. Raises OSError."""
        for key in keys:
            if key in self._gone:
                self._path(key).with_suffix(GONE).replace(self._path(key))
                self._gone.discard(key)

    def forget(self) -> None:
        """Delete for good what was removed here, and what a window that died has left."""
        for key in self._gone:
            with contextlib.suppress(OSError):
                self._path(key).with_suffix(GONE).unlink(missing_ok=True)
        self._gone.clear()
        for path in self.folder.glob(f"*{GONE}"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_ctime > WAY_BACK:
                    path.unlink()

    def make_room(self, keep: Collection[str] = ()) -> tuple[str, ...]:
        """Delete the oldest runs that are neither pinned nor among `keep`, as many as must; says which."""
        sizes = {path: size for size, path in self._files()}
        left, room, went = len(sizes), sum(sizes.values()), []
        for path, size in sizes.items():
            if left <= self.most and room <= self.most_bytes:
                break
            if path.stem in keep or _is_pinned(path):
                continue
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
                went.append(path.stem)
                left, room = left - 1, room - size
        return tuple(went)

    def _files(self) -> Iterator[tuple[int, Path]]:
        """Sizes and files, the oldest first. Other files in the folder are none of ours."""
        found = []
        if not self.folder.exists():
            return
        for path in self.folder.glob(f"*{SUFFIX}"):
            with contextlib.suppress(OSError):  # it went in this moment
                if A_KEY.fullmatch(path.stem) and path.is_file():
                    stat = path.stat()
                    found.append((stat.st_mtime_ns, path.name, stat.st_size, path))
        yield from ((size, path) for _, _, size, path in sorted(found))

    def _path(self, key: str) -> Path:
        if not A_KEY.fullmatch(key):
            raise ValueError(f"expected a key of 32 hexadecimal digits; found {key[:40]!r}")
        return self.folder / f"{key}{SUFFIX}"

    def _put_aside(self, path: Path, error: RecipeError) -> str:
        reason = error.mistakes[0].message if error.mistakes else str(error)
        aside = path.with_suffix(BROKEN)
        try:
            path.replace(aside)
        except OSError:
            return f"The kept run {path.name} cannot be read: {reason}"
        return f"The kept run {path.name} cannot be read and was put aside as {aside.name}: {reason}"


def _is_pinned(path: Path) -> bool:
    """Asked of the file itself: another window may have pinned it. What cannot be read is not deleted either."""
    try:
        return read_run(path, whole=False).pinned
    except RecipeError:
        return True
