"""`Theme`: the one place that dresses the application, light or dark, at any text size."""

from __future__ import annotations

from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QLayout, QPlainTextEdit, QStyleFactory, QWidget
from shiboken6 import isValid

from nnplayground.core.resources import resource
from nnplayground.ui.theme.qss import style_sheet
from nnplayground.ui.theme.tokens import DARK, LIGHT, Tokens

if TYPE_CHECKING:
    from qtawesome.iconic_font import IconicFont

FACES = ("Regular", "Medium", "SemiBold", "Bold")
FAMILIES = ("Inter", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei UI")
ZOOMS = (0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)


class Role(Enum):
    """What a text is for: its size in pixels, its weight, and whether its digits are all equally wide."""

    COUNTER = (20, 600, True)
    METRIC = (14, 600, True)
    TITLE = (13, 600, False)
    BODY = (13, 400, False)
    CONTROL = (13, 500, False)
    HELPER = (12, 400, False)
    SECTION = (11, 600, False)
    CAPTION = (11, 500, False)
    AXIS = (10, 400, True)

    def __init__(self, pixels: int, weight: int, tabular: bool) -> None:
        self.pixels = pixels
        self.weight = weight
        self.tabular = tabular


class Theme(QObject):
    """Colours, fonts and icons of one application. Whoever caches any of them makes them anew on `changed`."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice: bool | None = None
        self._fonts: WeakKeyDictionary[QWidget, tuple[Role, int | None, bool]] = WeakKeyDictionary()
        self._icon_sizes: WeakKeyDictionary[QAbstractButton, int] = WeakKeyDictionary()
        self.tokens: Tokens = LIGHT
        self.zoom = 1.0
        self._applied: tuple[bool, float] | None = None
        """What the application is dressed in."""
        load_fonts()
        app.setStyle(QStyleFactory.create("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._apply()

    @property
    def dark(self) -> bool:
        return self.tokens is DARK

    def set_dark(self, dark: bool | None) -> None:
        """Choose dark or light; None follows the system."""
        self._choice = dark
        self._apply()

    @property
    def appearance(self) -> str:
        """The choice as settings keep it: `light`, `dark` or `system`."""
        return {True: "dark", False: "light", None: "system"}[self._choice]

    def restore(self, appearance: str, zoom: float) -> None:
        """Go back to what was chosen in an earlier session; unknown words follow the system."""
        self._choice = {"dark": True, "light": False}.get(appearance)
        self.set_zoom(zoom)

    def set_zoom(self, zoom: float) -> None:
        """Make all text `zoom` times its usual size, from 0.9 to 2."""
        before, self.zoom = self.zoom, min(max(zoom, ZOOMS[0]), ZOOMS[-1])
        self._apply()
        if self.zoom != before:
            self._measure_anew()

    def _measure_anew(self) -> None:
        """Let hidden pages, too, forget how large their parts were: Qt tells only those that are seen."""
        widgets = self._app.allWidgets()
        for widget in widgets:
            if (whole := widget.layout()) is not None:
                for layout in (whole, *whole.findChildren(QLayout)):
                    layout.invalidate()
        for widget in widgets:
            widget.updateGeometry()

    def font(self, role: Role, *, weight: int | None = None, tabular: bool = False) -> QFont:
        font = QFont()
        font.setFamilies(FAMILIES)
        font.setPixelSize(self.pixels(role.pixels))
        font.setWeight(QFont.Weight(weight or role.weight))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        if tabular or role.tabular:
            font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def use_font(self, widget: QWidget, role: Role, *, weight: int | None = None, tabular: bool = False) -> None:
        """Give a widget a font, now and after every change of the theme."""
        self._fonts[widget] = (role, weight, tabular)
        _set_font(widget, self.font(role, weight=weight, tabular=tabular))

    def use_icon_size(self, button: QAbstractButton, pixels: int) -> None:
        """Let a button's icon be so large, and grow with the text."""
        self._icon_sizes[button] = pixels
        self._size_icon(button, pixels)

    def _size_icon(self, button: QAbstractButton, pixels: int) -> None:
        button.setIconSize(QSize(self.pixels(pixels), self.pixels(pixels)))

    def pixels(self, size: float) -> int:
        """A length that grows with the text."""
        return round(size * self.zoom)

    def color(self, token: str) -> QColor:
        """A colour by the name of its token."""
        return QColor(getattr(self.tokens, token))

    def icon(self, name: str, color: str | None = None) -> QIcon:
        """An icon by its Material Design name, in `color` (`#RRGGBB`) or muted; disabled and checked states too."""
        t = self.tokens
        off, on = color or t.muted, color or t.accent
        return _icon_font().icon(
            f"mdi6.{name}", color=off, color_active=off, color_selected=off, color_on=on, color_on_active=on, color_on_selected=on,
            color_disabled=t.disabled, color_on_disabled=t.disabled,
        )  # fmt: skip

    def _follow_system(self) -> None:
        if self._choice is None:
            self._apply()

    def _apply(self) -> None:
        dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark if self._choice is None else self._choice
        self.tokens = DARK if dark else LIGHT
        if self._applied == (dark, self.zoom):
            return  # to dress a window takes as long as a tenth of making it
        self._applied = dark, self.zoom
        self._app.setFont(self.font(Role.BODY))
        for name in ("QMenuBar", "QMenu", "QPushButton", "QToolButton", "QComboBox", "QTabBar"):
            self._app.setFont(self.font(Role.CONTROL), name)  # type: ignore[arg-type]  # the stub says bytes, Qt takes str
        self._app.setFont(self.font(Role.HELPER), "QToolTip")  # type: ignore[arg-type]
        self._app.setPalette(palette(self.tokens))
        self._app.setStyleSheet(style_sheet(self.tokens, Path(str(resource("icons", self.tokens.name))), self.zoom))
        for widget, (role, weight, tabular) in list(self._fonts.items()):
            if isValid(widget):
                _set_font(widget, self.font(role, weight=weight, tabular=tabular))
        for button, pixels in list(self._icon_sizes.items()):
            if isValid(button):
                self._size_icon(button, pixels)
        self.changed.emit()


def dress(widget: QWidget, name: str, value: object) -> None:
    """Give a widget a property that the style sheet looks at: its tone, its kind. It keeps its font, which Qt would take away."""
    if widget.property(name) == value:
        return
    font = widget.font()
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    if widget.font() != font:
        _set_font(widget, font)


def _set_font(widget: QWidget, font: QFont) -> None:
    widget.setFont(font)
    if isinstance(widget, QAbstractSpinBox):  # under a style sheet the field inside keeps the font that it had first
        widget.lineEdit().setFont(font)
    elif isinstance(widget, QPlainTextEdit):  # and so does what paints the placeholder
        widget.viewport().setFont(font)


@cache
def load_fonts() -> None:
    """Make the faces that are shipped known to Qt."""
    for face in FACES:
        data = resource("fonts", f"Inter-{face}.otf").read_bytes()
        if QFontDatabase.addApplicationFontFromData(data) < 0:
            raise RuntimeError(f"expected Inter-{face}.otf to be a font; Qt cannot read it. Installing nnplayground again brings it back.")


def palette(tokens: Tokens) -> QPalette:
    """Qt's roles from the tokens, for what the style sheet does not reach."""
    group, role, table = QPalette.ColorGroup, QPalette.ColorRole, QPalette()
    for place, color in (
        (role.Window, tokens.window), (role.WindowText, tokens.text), (role.Base, tokens.surface),
        (role.AlternateBase, tokens.sunken), (role.Text, tokens.text), (role.PlaceholderText, tokens.faint),
        (role.Button, tokens.surface), (role.ButtonText, tokens.text), (role.BrightText, tokens.on_accent),
        (role.ToolTipBase, tokens.raised), (role.ToolTipText, tokens.text), (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent), (role.Link, tokens.accent), (role.LinkVisited, tokens.accent),
        (role.Accent, tokens.accent), (role.Light, tokens.surface), (role.Midlight, tokens.grid), (role.Mid, tokens.border),
        (role.Dark, tokens.control), (role.Shadow, tokens.control),
    ):  # fmt: skip
        table.setColor(place, QColor(color))
    for place in (role.WindowText, role.Text, role.ButtonText):
        table.setColor(group.Disabled, place, QColor(tokens.disabled))
    return table


@cache
def _icon_font() -> IconicFont:
    """What paints the icons, kept for good: an icon whose engine Python's collector takes first crashes."""
    import qtawesome  # a tenth of a second: not before the first icon is wanted
    from qtawesome.iconic_font import IconicFont

    # Only the one set that is used: all of QtAwesome's together cost a tenth of a second at every start.
    folder = Path(qtawesome.__file__).parent / "fonts"
    face, table = (next(folder.glob(f"materialdesignicons6-*{ending}")).name for ending in (".ttf", ".json"))
    font = IconicFont(("mdi6", face, table))
    if (app := QApplication.instance()) is not None:
        app.destroyed.connect(font.icon_cache.clear)
    return font
