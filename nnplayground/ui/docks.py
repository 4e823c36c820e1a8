"""Panels in docks: the panel's own header is the bar by which the dock is dragged."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from nnplayground.ui.panel import Panel

Area = Qt.DockWidgetArea


class PanelDock(QDockWidget):
    """A dock that looks like its panel."""

    def __init__(self, name: str, title: str, panel: Panel, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.panel = panel
        panel.setProperty("docked", True)
        panel.header.setProperty("kind", "panelHeader")
        panel.header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setTitleBarWidget(panel.header)
        self.setWidget(panel)


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


