"""The files of data sets: found where Keras keeps them, checked, and downloaded when they are missing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nnplayground.data.sources import SOURCES, RemoteFile


class DataUnavailable(Exception):
    """A file is not to be had: which one, why, and what to do."""


class Cancelled(Exception):
    """A download was called off."""


@dataclass(frozen=True)
class Transfer:
    """How far a download is, in bytes."""

    file: str
    done: int
    total: int


@dataclass(frozen=True)
class Store:
    """Folders laid out like Keras's datasets folder. Files are looked for in each, and downloaded to one."""

    folders: tuple[Path, ...]
    download_to: Path
    sources: Mapping[str, tuple[RemoteFile, ...]] = field(default_factory=lambda: SOURCES)

    @classmethod
    def default(cls, data_dir: Path | None = None) -> Store:
        """Keras's own folder, or `data_dir` before it."""
        keras = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"
        folders = (data_dir, keras) if data_dir else (keras,)
        return cls(folders, folders[0])
