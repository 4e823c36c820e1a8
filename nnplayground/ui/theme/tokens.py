"""The colours by name, for light and dark. Every colour of the window comes from here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tokens:
    """One table of colours. Orange and blue (`neg`, `pos`) belong to the data, `accent` to the hand."""

    name: str
    window: str
    surface: str
    sunken: str
    raised: str
    hover: str
    pressed: str
    border: str
    control: str
    grid: str
    text: str
    muted: str
    faint: str
    disabled: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    neg: str
    zero: str
    pos: str
    neg_end: str
    pos_end: str
    neg_text: str
    pos_text: str
    train: str
    test: str
    ghost: str
    magnitude: str
    error: str
    error_soft: str
    error_border: str
    warn: str
    warn_soft: str
    ok: str
    ok_soft: str
    classes: tuple[str, ...]
    map_opacity: float
    """How strongly the decision map covers its surface; less than 1, so that points stand out."""


LIGHT = Tokens(
    name="light",
    window="#ECEEF1",
    surface="#FFFFFF",
    sunken="#F5F6F8",
    raised="#FFFFFF",
    hover="#EEF0F3",
    pressed="#E3E6EB",
    border="#DDE1E7",
    control="#878F9C",
    grid="#E8EBEF",
    text="#16191F",
    muted="#545C6A",
    faint="#68707E",
    disabled="#A3AAB5",
    accent="#5A54D6",
    accent_hover="#4B45C4",
    accent_soft="#ECEBFC",
    on_accent="#FFFFFF",
    neg="#E07A10",
    zero="#E9EBEE",
    pos="#1276C4",
    neg_end="#C25E00",
    pos_end="#0A5FA8",
    neg_text="#A34F00",
    pos_text="#0B5FA3",
    train="#252B36",
    test="#B3267F",
    ghost="#A9B0BB",
    magnitude="#4338A8",
    error="#C22F44",
    error_soft="#FDEEF0",
    error_border="#EFB3BC",
    warn="#7A5B00",
    warn_soft="#FFF6DA",
    ok="#237A3B",
    ok_soft="#E6F5EA",
    classes=(
        "#1276C4", "#E07A10", "#17453C", "#0CBCE9", "#741C06", "#865070", "#2A1FB8", "#94B280", "#BE93A4", "#736A45",
    ),
    map_opacity=0.80,
)  # fmt: skip

DARK = Tokens(
    name="dark",
    window="#111317",
    surface="#191C21",
    sunken="#13161A",
    raised="#22262D",
    hover="#262A32",
    pressed="#30353F",
    border="#2C313A",
    control="#747D8C",
    grid="#262A31",
    text="#E9ECF1",
    muted="#A7AFBD",
    faint="#8E97A5",
    disabled="#5E6674",
    accent="#9A96FF",
    accent_hover="#B0ADFF",
    accent_soft="#2A2950",
    on_accent="#14132B",
    neg="#F2953A",
    zero="#2B3038",
    pos="#4AA3EE",
    neg_end="#FFAE5C",
    pos_end="#6DB8FA",
    neg_text="#F8AE66",
    pos_text="#7DBDF5",
    train="#E9ECF1",
    test="#F083C1",
    ghost="#5C6573",
    magnitude="#A29EFF",
    error="#FF8A99",
    error_soft="#391C23",
    error_border="#74303C",
    warn="#EBCB6A",
    warn_soft="#332B12",
    ok="#6FCF8B",
    ok_soft="#15301E",
    classes=(
        "#4AA3EE", "#F2953A", "#CFEEA0", "#F32075", "#17826D", "#B1ECFB", "#7E4FC4", "#BE93AD", "#E0D4CC", "#747406",
    ),
    map_opacity=0.72,
)  # fmt: skip
