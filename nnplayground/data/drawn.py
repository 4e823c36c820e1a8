"""Drawings that are kept to learn from: a folder of pictures for each class, as data of one's own has them."""

from __future__ import annotations

import io
import os
import re
import secrets
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.atomic import write_bytes

FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")


def folder_name(label: str) -> str:
    """A class's name as that of a folder, on every system."""
    name = FORBIDDEN.sub("_", label).strip(" .")[:80] or "_"
    return f"_{name}" if RESERVED.match(name) else name


def keep(root: Path, label: str, pixels: NDArray[Any]) -> Path:
    """Write bytes (h, w, 1, 3 or 4) as a PNG file into the class's folder. Raises OSError."""
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[2] not in (3, 4) else pixels)).save(content, "PNG")
    path = root / folder_name(label) / f"drawn-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}.png"
    write_bytes(path, content.getvalue())
    return path


def take_back(path: Path) -> None:
    """Remove a drawing that was kept; one that is gone already is no matter. Raises OSError."""
    path.unlink(missing_ok=True)


def counts(root: Path, labels: tuple[str, ...]) -> dict[str, int]:
    """How many pictures there are of each class; none where there is no folder. Raises OSError where it cannot be read."""
    found = {}
    for label in labels:
        try:
            with os.scandir(root / folder_name(label)) as entries:
                found[label] = sum(entry.name.endswith(".png") and not entry.name.startswith(".") for entry in entries)
        except FileNotFoundError:
            found[label] = 0
    return found
