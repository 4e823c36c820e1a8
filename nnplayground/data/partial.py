"""The part of a file that has been fetched: kept beside the file, under another name, until it is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from nnplayground.core.atomic import write_bytes
from nnplayground.data.sources import RemoteFile


@dataclass(frozen=True)
class Version:
    """Which version of the file the server at `url` was sending: its ETag or date, for `If-Range`."""

    url: str
    mark: str


@dataclass(frozen=True)
class Partial:
    """What is there of one version of a file: of another version, with another hash, nothing is there."""

    path: Path

    @classmethod
    def beside(cls, target: Path, file: RemoteFile) -> Partial:
        return cls(target.with_name(f".{target.name}.{file.sha256[:8]}.part"))

    @property
    def bytes(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    @property
    def _version(self) -> Path:
        return self.path.with_name(f"{self.path.name}.json")

    @property
    def _lock(self) -> Path:
        return self.path.with_name(f"{self.path.name}.lock")

    def version(self) -> Version | None:
        """Where the part came from; None when that is not known, or no longer readable."""
        try:
            found = json.loads(self._version.read_bytes())
            return Version(str(found["url"]), str(found["mark"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def begin(self, version: Version | None) -> None:
        """Throw away what is there, and note what comes next. Raises OSError."""
        self.path.unlink(missing_ok=True)
        self._version.unlink(missing_ok=True)
        if version is not None:
            write_bytes(self._version, json.dumps({"url": version.url, "mark": version.mark}).encode())

    def discard(self) -> None:
        """Raises OSError."""
        self.begin(None)

    def sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @contextmanager
    def locked(self, wait: Callable[[], None]) -> Iterator[None]:
        """Nobody else, in any process, fetches this file meanwhile; `wait` is called again and again while somebody does.

        Raises OSError where files cannot be written.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self._lock)
        while True:
            try:
                lock.acquire(timeout=0)
                break
            except Timeout:
                wait()
        try:
            yield
        finally:
            # Removed before it is given free: whoever waits for it looks whether it is still there. Windows does so by itself.
            with suppress(OSError):
                self._lock.unlink()
            lock.release()
