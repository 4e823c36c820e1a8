"""What somebody is still writing in a field is taken as if they had left it: also what an input method still composes of keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget


def take_typed(window: QWidget) -> None:
    """Leave the field of a window that has the focus, and come back to it if it is still there."""
    QGuiApplication.inputMethod().commit()
    field = QApplication.focusWidget()
    if not isinstance(field, QLineEdit | QAbstractSpinBox) or field.window() is not window:
        return
    field.clearFocus()
    if field.isVisible():
        field.setFocus(Qt.FocusReason.OtherFocusReason)
