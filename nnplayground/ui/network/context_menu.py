"""The menus of the right button and the Menu key: of a layer, of a gap between two, of the ground."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from nnplayground.core.spec import ProjectSpec
from nnplayground.ui.network.keys import Command
from nnplayground.ui.network.picture import Hit, Part
from nnplayground.ui.network.plan import size_field
from nnplayground.ui.network.selection import Selection

GAP = (Command.ADD_AFTER, Command.PASTE)
LAYER = (
    Command.CUT, Command.COPY, Command.PASTE, Command.DUPLICATE, None,
    Command.RENAME, Command.RESIZE, Command.WEIGHTS, None, Command.SWITCH, Command.FREEZE, None,
    Command.ADD_BEFORE, Command.ADD_AFTER, None, Command.REMOVE,
)  # fmt: skip
GROUND = (Command.ADD_AFTER, Command.PASTE, Command.SELECT_ALL)
SINGLE = (Command.RENAME, Command.RESIZE, Command.WEIGHTS, Command.ADD_BEFORE)


def context_menu(parent: QWidget, spec: ProjectSpec, selection: Selection, hit: Hit | None, *, weights: bool) -> QMenu:
    """A menu whose actions carry their `Command`; `weights` says whether the chosen layer's can be edited."""
    menu = QMenu(parent)
    menu.setObjectName("layerMenu")
    if hit is not None and hit.part is Part.INSERT:
        menu.setAccessibleName(_tr("Between two layers"))
        commands: tuple[Command | None, ...] = GAP
    elif hit is not None and hit.layer is not None:
        menu.setAccessibleName(_tr("The chosen layers"))
        commands = LAYER
    else:
        menu.setAccessibleName(_tr("The network"))
        commands = GROUND
    for command in commands:
        if command is None:
            menu.addSeparator()
        else:
            _add(menu, command, spec, selection, commands, weights=weights)
    return menu


def label(command: Command, spec: ProjectSpec, selection: Selection) -> str:
    """What a command is called for what is chosen."""
    layers = [spec.layers[i] for i in selection.chosen if i < len(spec.layers)]
    text = command.menu_text
    if command is Command.SWITCH and layers and all(layer.disabled for layer in layers):
        text = text.replace(command.title, _tr("Switch on"))
    elif command is Command.FREEZE and layers and not any(layer.trainable for layer in layers):
        text = text.replace(command.title, _tr("Unfreeze"))
    elif command is Command.RESIZE and len(layers) == 1 and (field := size_field(layers[0])) is not None:
        text = text.replace(command.title, _tr("Set {field} …").format(field=field))
    return text


def _add(
    menu: QMenu, command: Command, spec: ProjectSpec, selection: Selection, commands: tuple[Command | None, ...], *, weights: bool
) -> None:
    layers = [spec.layers[i] for i in selection.chosen if i < len(spec.layers)]
    text = label(command, spec, selection)
    if commands is not LAYER and command in GAP:
        text = {Command.ADD_AFTER: _tr("Add layer …"), Command.PASTE: _tr("Paste layers")}[command]
    action = menu.addAction(text)
    action.setData(command)
    action.setObjectName(f"layerMenu.{command.name.lower()}")
    possible = len(layers) == 1 or command not in SINGLE
    if command is Command.RESIZE:
        possible = possible and size_field(layers[0]) is not None
    elif command is Command.WEIGHTS:
        possible = possible and weights
    elif command is Command.SELECT_ALL:
        possible = bool(spec.layers)
    action.setEnabled(possible)


def _tr(text: str) -> str:
    return QCoreApplication.translate("LayerMenu", text)
