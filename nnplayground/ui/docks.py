"""Panels in docks: the panel's own header is the bar by which the dock is dragged."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from nnplayground.ui.panel import Panel

Area = Qt.DockWidgetArea


class PanelDock(QDockWidget):
    """A dock that looks like its panel."""

    def __init__(self, name: str, title: str, panel: Panel, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.panel = panel
        self._tabbed = False
        panel.setProperty("docked", True)
        panel.header.setProperty("kind", "panelHeader")
        panel.header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setTitleBarWidget(panel.header)
        self.setWidget(panel)
        self.visibilityChanged.connect(self._on_visible)
        self.dockLocationChanged.connect(self._on_visible)

    def _on_visible(self) -> None:
        """Docks behind one another have tabs: there a title in the header would be the second."""
        window = self.parent()
        if isinstance(window, QMainWindow):
            name_once(window)

    def set_tabbed(self, tabbed: bool) -> None:
        if tabbed != self._tabbed:
            self._tabbed = tabbed
            self.panel.show_title(not tabbed)


def arrange(window: QMainWindow, data: PanelDock, output: PanelDock, inspector: PanelDock, curves: PanelDock) -> None:
    """The places the docks have at first."""
    for dock in (data, output, inspector, curves):
        window.removeDockWidget(dock)
    window.setCorner(Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea)
    window.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)
    window.addDockWidget(Area.LeftDockWidgetArea, data)
    window.addDockWidget(Area.BottomDockWidgetArea, curves)
    window.addDockWidget(Area.RightDockWidgetArea, output)
    window.splitDockWidget(output, inspector, Qt.Orientation.Vertical)
    for dock in (data, output, inspector, curves):
        dock.setFloating(False)
        dock.show()


def name_once(window: QMainWindow) -> None:
    """Let each panel's title stand in its header or on its tab."""
    for dock in window.findChildren(PanelDock):
        dock.set_tabbed(not all(other.isHidden() for other in window.tabifiedDockWidgets(dock)))


def stack(window: QMainWindow, first: PanelDock, second: PanelDock) -> None:
    """Lay one dock behind the other, with a tab for each, unless a person has put one of them elsewhere."""
    if _side_by_side(window, first, second):
        hidden = [dock for dock in (first, second) if dock.isHidden()]
        window.setTabPosition(window.dockWidgetArea(first), QTabWidget.TabPosition.North)
        window.tabifyDockWidget(first, second)
        for dock in hidden:
            dock.hide()
        first.raise_()
        name_once(window)


def unstack(window: QMainWindow, first: PanelDock, second: PanelDock) -> None:
    """Put the second dock below the first again."""
    if second in window.tabifiedDockWidgets(first):
        hidden = second.isHidden()
        window.removeDockWidget(second)
        window.addDockWidget(window.dockWidgetArea(first), second, Qt.Orientation.Vertical)
        second.setVisible(not hidden)
        name_once(window)


def _side_by_side(window: QMainWindow, first: PanelDock, second: PanelDock) -> bool:
    return not first.isFloating() and not second.isFloating() and window.dockWidgetArea(first) is window.dockWidgetArea(second)
