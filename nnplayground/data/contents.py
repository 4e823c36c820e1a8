"""Whether a file that is not the known one holds what the known one does: read as the set's own, and of its size."""

from __future__ import annotations

from pathlib import Path

from nnplayground.data.errors import MalformedFile
from nnplayground.data.formats import read_idx
from nnplayground.data.sources import RemoteFile
from nnplayground.data.static_facts import BOSTON_ROWS, FULL_IMAGES, IMAGE_CLASSES, IMAGE_SHAPE, TEXTS
from nnplayground.data.stored import boston_parts, image_parts
from nnplayground.data.texts import read_lists_file
from nnplayground.data.transfer import Control
from nnplayground.data.vocabulary import Vocabulary

WORDS = {"imdb": 88_584, "reuters": 30_979}
"""In the lists of words."""


def contents(name: str, file: RemoteFile, path: Path, control: Control) -> str:
    """What the file at `path` holds, in words, if it can stand for `file` of the set `name`.

    Raises MalformedFile if it cannot, and Cancelled.
    """
    match name:
        case "fashion_mnist":
            return _idx(name, file, path)
        case "imdb" | "reuters" if file.name.endswith(".json"):
            return _counted("words", WORDS[name], len(Vocabulary.read(path).words))
        case "imdb" | "reuters":
            texts = read_lists_file(path, name, None, lambda: control.cancelled)
            return _counted("texts", sum(TEXTS[name]), sum(len(part.y) for part in texts))
        case "boston_housing":
            return _counted("districts", sum(BOSTON_ROWS), sum(len(part) for part in boston_parts(path)))
        case _:
            return _counted("images", sum(FULL_IMAGES), sum(len(part) for part in image_parts(name, path)))


def _idx(name: str, file: RemoteFile, path: Path) -> str:
    """One of four files: images or labels, to learn from or to test on."""
    expected = FULL_IMAGES[0 if file.name.startswith("train") else 1]
    if "images" in file.name:
        images = read_idx(path, 3)
        if images.shape[1:] != IMAGE_SHAPE[:2]:
            raise MalformedFile(f"expected images of 28 by 28 bytes; found an array of shape {images.shape}.")
        return _counted("images", expected, len(images))
    labels = read_idx(path, 1)
    classes = len(IMAGE_CLASSES[name])
    if len(labels) and labels.max() >= classes:
        raise MalformedFile(f"expected labels from 0 to {classes - 1}; found {labels.max()}.")
    return _counted("labels", expected, len(labels))


def _counted(what: str, expected: int, found: int) -> str:
    if found != expected:
        raise MalformedFile(f"expected {expected:,} {what}; found {found:,}.")
    return f"{found:,} {what}"
