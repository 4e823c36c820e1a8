from __future__ import annotations

import gc
import itertools
from dataclasses import fields

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnplayground.core.resources import resource
from nnplayground.ui.theme import numbers
from nnplayground.ui.theme.colormap import diverging, diverging_image, grey_image, sequential_image
from nnplayground.ui.theme.theme import Role, Theme, dress
from nnplayground.ui.theme.tokens import DARK, LIGHT, Tokens

TEXT, PART, HINT = 4.5, 2.99, 2.0
PAIRS = [
    *((ink, ground, TEXT) for ink in ("text", "muted") for ground in ("surface", "window", "sunken", "raised")),
    *((ink, ground, TEXT) for ink in ("faint",) for ground in ("surface", "sunken")),
    *((ink, "surface", TEXT) for ink in ("neg_text", "pos_text", "train", "test", "error", "warn", "ok", "accent")),
    *((ink, f"{ink}_soft", TEXT) for ink in ("error", "warn", "ok", "accent")),
    ("on_accent", "accent", TEXT),
    ("on_accent", "accent_hover", TEXT),
    ("text", "accent_soft", TEXT),
    ("text", "error_soft", TEXT),
    ("text", "hover", TEXT),
    *(("control", ground, PART) for ground in ("surface", "sunken")),
    *(("accent", ground, PART) for ground in ("surface", "window")),
    *((ink, "surface", PART) for ink in ("neg", "pos", "magnitude")),
    ("ghost", "surface", HINT),
]
THEMES = [pytest.param(t, id=t.name) for t in (LIGHT, DARK)]


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", THEMES)
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_contrast(tokens: Tokens, ink: str, ground: str, least: float):
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= least


@pytest.mark.parametrize("tokens", THEMES)
def test_every_colour_is_one(tokens: Tokens):
    colors = [getattr(tokens, f.name) for f in fields(tokens) if f.type == "str" and f.name != "name"]
    assert all(QColor(c).isValid() and len(c) == 7 for c in (*colors, *tokens.classes))
    assert len(set(tokens.classes)) == 10


@pytest.mark.parametrize("tokens", THEMES)
def test_the_diverging_map_goes_from_orange_over_grey_to_blue(tokens: Tokens):
    table = diverging(tokens)
    assert table.shape == (511, 3)
    for index, color in ((0, tokens.neg), (255, tokens.zero), (510, tokens.pos)):
        assert QColor(*table[index].tolist()).name().upper() == color
    assert np.abs(np.diff(table.astype(int), axis=0)).max() <= 24


def test_pictures_are_turned_upright_and_what_is_no_number_has_no_colour():
    values = np.zeros((8, 12))
    values[0] = 1.0  # the lowest row of the plane
    values[7] = np.nan
    picture = diverging_image(values, LIGHT)
    assert (picture.width(), picture.height()) == (12, 8)
    assert picture.pixelColor(3, 7).name().upper() == LIGHT.pos
    assert picture.pixelColor(3, 4).name().upper() == LIGHT.zero
    assert {picture.pixelColor(x, 0).name().upper() for x in range(12)} == {LIGHT.control, LIGHT.grid}


def test_probabilities_and_ink_stand_the_way_they_are_given():
    assert sequential_image(np.array([[0.0, 1.0]]), LIGHT).pixelColor(1, 0).name().upper() == LIGHT.magnitude
    picture = grey_image(np.array([[0, 255]], np.uint8), DARK)
    assert [picture.pixelColor(x, 0).name().upper() for x in (0, 1)] == [DARK.surface, DARK.text]


@pytest.mark.parametrize(("first", "second"), list(itertools.pairwise((400, 500, 600, 700))))
def test_the_four_faces_differ(theme: Theme, first: int, second: int):
    widths = [QFontMetrics(theme.font(Role.BODY, weight=w)).horizontalAdvance("Learning rate 0.03" * 10) for w in (first, second)]
    assert QFontInfo(theme.font(Role.BODY, weight=first)).family() == "Inter"
    assert widths[0] < widths[1]


def test_digits_are_equally_wide_where_numbers_change(theme: Theme):
    metrics = QFontMetrics(theme.font(Role.COUNTER))
    assert metrics.horizontalAdvance("111111") == metrics.horizontalAdvance("888888")


def test_zoom_changes_fonts_that_were_given(theme: Theme, qtbot: QtBot):
    label = QLabel("Epoch")
    qtbot.addWidget(label)
    theme.use_font(label, Role.TITLE)
    with qtbot.waitSignal(theme.changed):
        theme.set_zoom(2.0)
    assert label.font().pixelSize() == 26
    theme.set_zoom(9.0)
    assert theme.zoom == 2.0


def test_light_and_dark_change_palette_and_sheet(theme: Theme, qapp: QApplication):
    sheets = []
    for dark, tokens in ((False, LIGHT), (True, DARK)):
        theme.set_dark(dark)
        assert theme.tokens is tokens
        assert qapp.palette().window().color().name().upper() == tokens.window
        sheets.append(qapp.styleSheet())
    assert sheets[0] != sheets[1]
    assert not any("$" in sheet for sheet in sheets)


@pytest.mark.parametrize("tokens", THEMES)
def test_the_sheets_pictures_are_there_in_the_themes_colours(tokens: Tokens, qapp: QApplication):
    used = [line.split("$icons/")[1].split('"')[0] for line in sheet_lines() if "$icons/" in line]
    assert used
    colors = {tokens.muted, tokens.disabled, tokens.on_accent}
    for name in used:
        assert any(c in resource("icons", tokens.name, name).read_text() for c in colors)


def sheet_lines() -> list[str]:
    from nnplayground.ui.theme.qss import SHEET

    return SHEET.template.splitlines()


def test_fonts_are_never_set_by_the_sheet():
    assert "font" not in "".join(sheet_lines())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (numbers.number(0.01), "0.01"),
        (numbers.number(-0.65), "\N{MINUS SIGN}0.65"),
        (numbers.number(12345.6), "12,346"),
        (numbers.number(2.8e-5), "2.8e\N{MINUS SIGN}5"),
        (numbers.number(float("nan")), "not a number"),
        (numbers.signed(1.596), "+1.596"),
        (numbers.signed(-1.596), "\N{MINUS SIGN}1.596"),
        (numbers.loss(0.1329), "0.1329"),
        (numbers.loss(0.5), "0.5000"),
        (numbers.loss(8.124), "8.124"),
        (numbers.loss(99999), "99,999"),
        (numbers.loss(2.8e-5), "2.8e\N{MINUS SIGN}5"),
        (numbers.loss(float("inf")), "∞"),
            (numbers.loss(float("nan")), "not a number"),
        (numbers.percent(0.96), "96.0 %"),
        (numbers.count(3120), "3,120"),
        (numbers.duration(0.61), "0.6 s"),
        (numbers.duration(130), "2 min 10 s"),
        (numbers.duration(59.97), "1 min 0 s"),
        (numbers.duration(11100), "3 h 5 min"),
        (numbers.shape((26, 26, 8)), "26 \N{MULTIPLICATION SIGN} 26 \N{MULTIPLICATION SIGN} 8"),
    ],
)
def test_numbers_are_written_for_people(written: str, expected: str):
    assert written == expected


def test_a_spin_box_grows_with_the_text(qtbot: QtBot, theme: Theme) -> None:
    box = QSpinBox()
    qtbot.addWidget(box)
    theme.use_font(box, Role.HELPER)
    box.show()
    theme.set_zoom(2.0)
    assert box.lineEdit().font().pixelSize() == box.font().pixelSize() == 24
    theme.set_zoom(1.0)
    assert box.lineEdit().font().pixelSize() == 12


def test_icons_outlive_their_theme(qapp: QApplication):
    """Python's collector took the drawing engines of icons first, and the icons then crashed."""
    theme = Theme(qapp)
    icon = theme.icon("restart")
    theme.deleteLater()
    qapp.sendPostedEvents(theme, QEvent.Type.DeferredDelete)
    del theme
    gc.collect()
    assert not icon.pixmap(16, 16).isNull()


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_another_tone_leaves_the_font_as_it_is(theme: Theme, qtbot: QtBot, zoom: float):
    page = QWidget()
    qtbot.addWidget(page)
    column, label, button = QVBoxLayout(page), QLabel("one"), QPushButton("two")
    column.addWidget(label)
    column.addWidget(button)
    theme.use_font(label, Role.HELPER)
    page.show()
    theme.set_zoom(zoom)
    pixels = [widget.font().pixelSize() for widget in (label, button)]
    assert pixels[0] == theme.pixels(Role.HELPER.pixels)
    for tone in ("warn", "muted", "error"):
        dress(label, "tone", tone)
        dress(button, "kind", tone)
        assert [widget.font().pixelSize() for widget in (label, button)] == pixels
    theme.set_zoom(1.5)
    assert [widget.font().pixelSize() for widget in (label, button)] == [theme.pixels(role.pixels) for role in (Role.HELPER, Role.CONTROL)]
