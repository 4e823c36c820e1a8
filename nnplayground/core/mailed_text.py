"""Layers in a text as mail programs and chats leave it: quoted, fenced, greeted, with curly quotes and odd blanks."""

from __future__ import annotations

import re

HEADER = re.compile(r"\s*\[\[\s*layers\s*\]\]")
ENTRY = re.compile(r"""\s*(?:\[\[?[\w."' -]+\]\]?\s*(?:#.*)?$|[\w."'-]+\s*=|#)""")
"""What a line of TOML begins with: a table, a key, or a comment."""
QUOTED = re.compile(r"\s{0,3}(?:>\s?)+")
FENCE = re.compile(r"\s*(?:```|~~~)")
FAREWELL = re.compile(r"\s*--")
STRAIGHT = str.maketrans({
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'), **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
    **dict.fromkeys("\u00a0\u2007\u202f\u2009\u3000", " "), **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
})  # fmt: skip


def plain_layers(text: str) -> str | None:
    """The TOML in a text, from its first `[[layers]]` to where words for people begin again; None where there is no such table."""
    lines: list[str] = []
    open_lists, may_end, was_quoted = 0, False, False
    all_lines = text.translate(STRAIGHT).splitlines()
    last = max((i for i, line in enumerate(all_lines) if ENTRY.match(_bare(line))), default=-1)
    for i, line in enumerate(all_lines):
        bare = _bare(line)
        if not lines and not HEADER.match(bare):
            continue
        if FENCE.match(bare):
            may_end = True
            continue
        goes_on = open_lists > 0 or not bare.strip() or ENTRY.match(bare) is not None
        # Words at the end are a farewell only behind a gap: right below a table they are a setting that is misspelt.
        quoted = QUOTED.match(line) is not None
        if not goes_on and i > last and (may_end or FAREWELL.match(bare) or quoted != was_quoted):
            break
        lines.append(bare)
        may_end, was_quoted = not bare.strip(), quoted
        if open_lists or "=" in bare:
            open_lists = max(0, open_lists + bare.count("[") - bare.count("]"))
    return "\n".join(lines) + "\n" if lines else None


def _bare(line: str) -> str:
    """Without the marks of a quotation."""
    return QUOTED.sub("", line, count=1)
