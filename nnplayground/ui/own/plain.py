"""Words out of files are shown as they are written, never as HTML."""

from __future__ import annotations

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """A tooltip that says exactly this: Qt takes what looks like HTML for HTML."""
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text
