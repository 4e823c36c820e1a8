"""The small picture of a project that is saved with it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtWidgets import QWidget

LONGEST = 256
"""Pixels of its longer side, at most."""


def thumbnail(views: Iterable[QWidget]) -> bytes | None:
    """A PNG of the first of these that is in sight; None when none is."""
    shown = next((view for view in views if view.isVisible() and not view.size().isEmpty()), None)
    if shown is None:
        return None
    picture = shown.grab().toImage()
    if max(picture.width(), picture.height()) > LONGEST:
        picture = picture.scaled(LONGEST, LONGEST, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return bytes(buffer.data().data()) if picture.save(buffer, "PNG") else None  # type: ignore[call-overload]
