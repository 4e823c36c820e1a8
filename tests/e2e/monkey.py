"""Somebody who clicks and types at random. What is done depends on the seed, and on what happens to be in sight."""

from __future__ import annotations

import random
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from nnplayground.ui.files import Choice
from nnplayground.ui.main_window import MainWindow

KEYS = (
    Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Delete, Qt.Key.Key_Backspace,
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown, Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_Menu, Qt.Key.Key_Plus, Qt.Key.Key_Minus, *(Qt.Key(ord(c)) for c in
    "0123456789ABCDEOWXZ,.%#"),
)  # fmt: skip
WITH_CONTROL = "ACVXZYDBRN+-0."
"""Shortcuts that leave the window open: not Q and W. Ctrl+O, Ctrl+S and Ctrl+I open dialogs of files, which are closed again."""
BUTTONS = (*[Qt.MouseButton.LeftButton] * 8, Qt.MouseButton.RightButton)
NO_KEY, CONTROL, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NEVER = {"quitAction"}


class Monkey:
    """Each `act` is one deed. `done` says what the last ones were, to repeat them by hand."""

    def __init__(self, window: MainWindow, seed: int, folder: Path) -> None:
        self.window = window
        self.done: list[str] = []
        self._random = random.Random(seed)
        questions = window.files.questions
        questions.unsaved = lambda _text, done: done(self._random.choice((Choice.DISCARD, Choice.CANCEL)))  # type: ignore[method-assign]
        questions.save_path = lambda _suggested, done: done(folder / "saved.nnp")  # type: ignore[method-assign]
        questions.export_path = lambda suggested, _suffixes, _kinds, done: done(folder / suggested.name)  # type: ignore[method-assign]
        for action in window.actions():
            if action.objectName() in NEVER:
                action.setEnabled(False)

    def act(self) -> None:
        """Click, drag, turn the wheel or type somewhere."""
        target = self._target()
        if target is None:
            return
        deed = self._random.choices(
            (self._click, self._double_click, self._drag, self._wheel, self._key, self._shortcut, self._text), (30, 3, 8, 4, 14, 6, 3)
        )[0]
        self.done = [*self.done[-60:], f"{deed.__name__} on {type(target).__name__} {target.objectName()!r}"]
        deed(target)

    def _target(self) -> QWidget | None:
        """What is in front: a menu, else a dialog, else the window; and one of its parts that can be seen and used."""
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self._other_window() or self.window
        if isinstance(top, QFileDialog):
            top.reject()  # what is on the disk is no matter of ours
            return None
        if isinstance(top, QMenu):
            return top
        parts = [w for w in top.findChildren(QWidget) if w.isVisible() and w.isEnabled() and w.window() is top]
        parts = [w for w in parts if w.width() > 2 < w.height()]
        leaves = [w for w in parts if w.focusPolicy() is not Qt.FocusPolicy.NoFocus or w.hasMouseTracking()] or parts
        return self._random.choice(leaves) if leaves else top

    def _other_window(self) -> QWidget | None:
        others = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.isEnabled() and w is not self.window and w.isWindow()]
        others = [w for w in others if w.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog)]
        if others and self._random.random() < 0.15:
            others[0].close()  # as Escape does; else a window without a button would never be left
            return None
        return others[0] if others and self._random.random() < 0.7 else None

    def _at(self, target: QWidget) -> QPoint:
        inside = target.visibleRegion().boundingRect() if not isinstance(target, QMenu) else target.rect()
        return QPoint(self._random.randint(inside.left(), max(inside.right(), inside.left())),
                      self._random.randint(inside.top(), max(inside.bottom(), inside.top())))  # fmt: skip

    def _modifier(self) -> Qt.KeyboardModifier:
        return self._random.choice((NO_KEY, NO_KEY, NO_KEY, CONTROL, SHIFT))

    def _click(self, target: QWidget) -> None:
        QTest.mouseClick(target, self._random.choice(BUTTONS), self._modifier(), self._at(target))

    def _double_click(self, target: QWidget) -> None:
        QTest.mouseDClick(target, Qt.MouseButton.LeftButton, NO_KEY, self._at(target))

    def _drag(self, target: QWidget) -> None:
        QTest.mousePress(target, Qt.MouseButton.LeftButton, NO_KEY, self._at(target))
        for _ in range(3):
            QTest.mouseMove(target, self._at(target))
        QTest.mouseRelease(target, Qt.MouseButton.LeftButton, NO_KEY, self._at(target))

    def _wheel(self, target: QWidget) -> None:
        at, turn = QPointF(self._at(target)), QPoint(0, self._random.choice((-120, 120)))
        event = QWheelEvent(
            at, QPointF(target.mapToGlobal(at.toPoint())), QPoint(), turn, Qt.MouseButton.NoButton, NO_KEY, Qt.ScrollPhase.NoScrollPhase,
            False,  # not inverted; PySide knows the argument by its place only
        )  # fmt: skip
        QApplication.sendEvent(target, event)

    def _key(self, target: QWidget) -> None:
        QTest.keyClick(QApplication.focusWidget() or target, self._random.choice(KEYS), self._modifier())

    def _shortcut(self, target: QWidget) -> None:
        QTest.keyClick(QApplication.focusWidget() or target, Qt.Key(ord(self._random.choice(WITH_CONTROL))), CONTROL)

    def _text(self, target: QWidget) -> None:
        QTest.keyClicks(QApplication.focusWidget() or target, self._random.choice(("0.5", "-1", "12", "relu", "1e9", "[[layers]]")))
