"""The canvas's keys: what each stands for, and the words in which menus and the list of keys (F1) name it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from PySide6.QtCore import QCoreApplication, QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence


class Command(Enum):
    """What can be done with the chosen layers: (key, what the menus say)."""

    CUT = ("Ctrl+X", "Cut")
    COPY = ("Ctrl+C", "Copy")
    PASTE = ("Ctrl+V", "Paste")
    DUPLICATE = ("Ctrl+D", "Duplicate")
    RENAME = ("F2", "Rename …")
    RESIZE = ("Return", "Set units …")
    WEIGHTS = ("W", "Edit weights …")
    SWITCH = ("O", "Switch off")
    FREEZE = ("F", "Freeze")
    ADD_BEFORE = ("Shift+Ins", "Add layer before …")
    ADD_AFTER = ("Ins", "Add layer behind …")
    SELECT_ALL = ("Ctrl+A", "Choose all layers")
    REMOVE = ("Del", "Remove")

    def __init__(self, keys: str, words: str) -> None:
        self.keys = QKeySequence(keys)
        self.words = words

    @property
    def title(self) -> str:
        return QCoreApplication.translate("NetworkKeys", self.words)

    @property
    def menu_text(self) -> str:
        """With its key at the right; the key itself stays the canvas's own."""
        return f"{self.title}\t{self.shown_keys}"

    @property
    def shown_keys(self) -> str:
        return self.keys.toString(QKeySequence.SequenceFormat.NativeText)


OTHER_KEYS = (
    ("Left, Right, Home, End", "Choose a layer"),
    ("Shift+Left, Shift+Right", "Choose several layers"),
    ("Alt+Left, Alt+Right", "Move the chosen layers"),
    ("+, -", "One unit more or less"),
    ("Page up, Page down", "Another weight, in a weight's field; another sample, on cards"),
    ("Menu, Shift+F10", "All that can be done with a layer"),
)
_SAME = {Qt.Key.Key_Enter: Qt.Key.Key_Return, Qt.Key.Key_Backspace: Qt.Key.Key_Delete}


def command_of(event: QKeyEvent) -> Command | None:
    """The command that a key stands for."""
    key = _SAME.get(Qt.Key(event.key()), Qt.Key(event.key()))
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    pressed = QKeySequence(QKeyCombination(modifiers, key))
    return next((command for command in Command if command.keys == pressed), None)


def key_list() -> Iterator[tuple[str, str]]:
    """Keys and what they do, for people."""
    for keys, words in OTHER_KEYS:
        yield keys, QCoreApplication.translate("NetworkKeys", words)
    for command in Command:
        yield command.shown_keys, command.title.removesuffix(" …")
