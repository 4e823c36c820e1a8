"""A folder of 2,000 pictures: how quickly it is looked at and loaded, and whether the window answers meanwhile."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from _bench.desk import Desk
from _bench.rows import Row, Target, against, compared, seconds
from _bench.window import Gaps
from nnplayground.core import edits, presets
from nnplayground.core.layers import Dense, Flatten
from nnplayground.core.own_data import OwnImages
from nnplayground.core.spec import ProjectSpec
from nnplayground.data import registry
from nnplayground.data.own import pictures as folders
from nnplayground.data.store import Store

NUMBER, SIDE, CLASSES = 2_000, 64, 4
LONGEST_GAP = 50.0
"""Milliseconds that the window may not answer while a folder is looked at or loaded."""


def pictures() -> list[Row]:
    """Looking at 2,000 PNGs of 64×64 pixels in folders and loading them, against a plain loop of Pillow; event-loop gaps meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        root, store = Path(name) / "pictures", Store(folders=(), download_to=Path(name))
        _write(root)
        data = OwnImages(name="images", path=str(root), height=SIDE, width=SIDE, color="rgb")

        def theirs() -> float:
            return seconds(lambda: _plain(root))

        def load() -> float:
            _forget(data, store)
            return seconds(lambda: registry.load(data, 1, store))

        works: dict[str, tuple[Callable[[], float], Target | None]] = {
            "look": (lambda: seconds(lambda: folders.survey(data)), None),
            "load": (load, Target(1.2, at_most=True)),
            "load again": (lambda: seconds(lambda: registry.load(data, 2, store)), None),
        }
        what = f"{NUMBER:,} PNGs of {SIDE}×{SIDE}"
        other = "a plain loop of Pillow"
        rows = [compared(f"{what}: {name}", "s", other, target, work, theirs, 5) for name, (work, target) in works.items()]
        return rows + _gaps(data, store, what)


def _forget(data: OwnImages, store: Store) -> None:
    """What was read last is kept, and that only: so read something else."""
    registry.load(edits.changed(data, height=4, width=4), 1, store)


def _plain(root: Path) -> tuple[np.ndarray, np.ndarray]:
    """What one would write oneself."""
    x, y = [], []
    for label, folder in enumerate(sorted(root.iterdir())):
        for path in sorted(folder.iterdir()):
            with Image.open(path) as image:
                x.append(np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)))
            y.append(label)
    return np.stack(x), np.array(y)


def _gaps(data: OwnImages, store: Store, what: str) -> list[Row]:
    desk, most = Desk(), Target(1, at_most=True)
    looking, loading = [], []
    for _ in range(3):
        desk.open(presets.recommended("circle"))
        desk.wait(500)
        with Gaps() as gaps:
            thread = threading.Thread(target=folders.survey, args=(data,))
            thread.start()
            while thread.is_alive():
                desk.wait(50)
        looking.append(gaps.longest)
        _forget(data, store)
        spec = _project(data)
        with Gaps() as gaps:
            desk.edit(spec)
            desk.until(lambda: desk.session.dataset is not None, desk.session.dataset_changed)
            desk.wait(100)
        loading.append(gaps.longest)
    desk.close()
    return [against(f"event-loop gap, longest: {what}, {doing}", "ms", "the target", most, values, LONGEST_GAP)
            for doing, values in (("looking", looking), ("loading", loading))]  # fmt: skip


def _project(data: OwnImages) -> ProjectSpec:
    base = presets.recommended("mnist")
    layers = (Flatten(), Dense(units=16, activation="relu"), Dense(units=CLASSES, activation="softmax"))
    return edits.set_data(edits.set_layers(base, layers), data)


def _write(root: Path) -> None:
    """Noise on a colour: neither packs as small as a drawing nor as badly as pure noise."""
    rng = np.random.default_rng(0)
    for label in range(CLASSES):
        folder = root / f"class {label}"
        folder.mkdir(parents=True)
        for i in range(NUMBER // CLASSES):
            pixels = rng.integers(0, 40, (SIDE, SIDE, 3)) + rng.integers(0, 200, 3)
            Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{i}.png")


BENCHES: dict[str, Callable[[], list[Row]]] = {"pictures": pictures}
