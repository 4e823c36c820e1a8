"""The few marks that a lesson's texts have, as labels show them."""

from __future__ import annotations

import html
import re

BOLD, CODE = re.compile(r"\*\*(.+?)\*\*", re.DOTALL), re.compile(r"`(.+?)`", re.DOTALL)


def rich(text: str) -> str:
    """**bold** and `code`; everything else is shown as it is."""
    plain = html.escape(" ".join(text.split()), quote=False)
    return BOLD.sub(r"<b>\1</b>", CODE.sub(r'<span style="font-weight:600">\1</span>', plain))
