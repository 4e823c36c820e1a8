"""What is dragged over a window or a dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDropEvent


def dropped_path(event: QDropEvent) -> Path | None:
    """The one file or folder that is being dragged; None for anything else."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
