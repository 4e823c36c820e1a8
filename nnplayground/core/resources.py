"""Where the files that are shipped with the app are found: icons, sample data, lessons, translations."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

PACKAGE = "nnplayground"


def resource(*parts: str) -> Traversable:
    """A file or folder below resources/, as `resource("samples", "mnist.npz")`.

    A wheel carries them inside the package, a checkout beside it. Raises FileNotFoundError when it is in neither.
    """
    for folder in (files(PACKAGE) / "resources", Path(__file__).parents[2] / "resources"):
        found = folder.joinpath(*parts)
        if found.is_file() or found.is_dir():
            return found
    name = "/".join(("resources", *parts))
    raise FileNotFoundError(f"expected {name} among the app's own files; it is not there. Installing {PACKAGE} again brings it back.")
