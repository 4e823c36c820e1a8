"""Arrays in a .npz file: x and y, or x_train, y_train and x_test, y_test."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.data_common import Scaling
from nnplayground.core.facts import DataFacts
from nnplayground.core.own_data import OwnArrays
from nnplayground.data.catalogue import TITLES
from nnplayground.data.dataset import Part, Source
from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.data.own.answers import Answers, understood
from nnplayground.data.own.array_file import HOW, Held, arrays_in, read_array
from nnplayground.data.own.gone import NOWHERE, changed_note, gone
from nnplayground.data.own.memory import Memory
from nnplayground.data.raw import Raw
from nnplayground.data.split import shuffled_cut
from nnplayground.data.transfer import never

NAMES = ("x", "y"), ("x_train", "y_train", "x_test", "y_test"), ("x_train", "y_train")
MAX_NAMED = 1_000
"""Features beyond this number have no names."""
SAMPLES = 60
BLOCK = 1 << 22

_found: Memory[tuple[str, str], ArraysSurvey] = Memory(16)
_hashes: Memory[tuple[str, int, int], str] = Memory(16)


@dataclass(frozen=True, eq=False)
class ArraysSurvey:
    """What a file holds. `samples` are one picture a class where samples are pictures, else nothing."""

    held: tuple[Held, ...]
    names: tuple[str, ...]
    """Of the arrays that are used, as they are written in the file: x, y or x_train, y_train, x_test, y_test."""
    input_shape: tuple[int, ...]
    pixels: bool
    """Whether x holds pictures as bytes."""
    answers: Answers
    train_samples: int
    test_samples: int | None
    """None where the file is not cut into two parts."""
    limits: tuple[float, float]
    """The smallest and the largest number of x."""
    counts: tuple[tuple[int, int], ...]
    """Of each class: how many samples to learn from and to test on; the second is 0 where the file is not cut."""
    sha256: str
    warnings: tuple[str, ...] = ()
    samples: tuple[NDArray[Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True, eq=False)
class _Content:
    survey: ArraysSurvey
    x: tuple[NDArray[Any], ...]
    y: tuple[NDArray[Any], ...]


def survey(data: OwnArrays, cancelled: Callable[[], bool] = never) -> ArraysSurvey:
    """Look at the file anew. Raises DataUnavailable or Cancelled."""
    return _content(data, cancelled).survey


def facts(data: OwnArrays) -> DataFacts:
    """Raises DataUnavailable where the file does not hold what it should."""
    found = _found.get((data.path, data.task)) or survey(data)
    answers = found.answers
    if found.test_samples is None:
        first, second = shuffled_cut(found.train_samples, data.train_fraction, 0)
        train, test = len(first), len(second)
    else:
        train, test = found.train_samples, found.test_samples
    shape = found.input_shape
    names = tuple(f"x{i + 1}" for i in range(shape[0])) if len(shape) == 1 and shape[0] <= MAX_NAMED else ()
    scaled = {Scaling.UNIT: (0.0, 1.0), Scaling.MINUS_HALF_TO_HALF: (-0.5, 0.5), Scaling.STANDARD: (-3.0, 3.0)}
    target = (-3.0, 3.0) if data.target_scaling == "standard" else answers.limits
    return DataFacts(
        name=data.name, title=TITLES[data.name], input_shape=shape, task=answers.task, train_samples=train, test_samples=test,
        classes=answers.classes, input_names=names, input_range=scaled.get(data.scaling, found.limits),
        target_range=(0.0, 1.0) if answers.classes else target, target_name="class" if answers.classes else "y",
    )  # fmt: skip


def has_pixels(data: OwnArrays) -> bool:
    """Whether x holds pictures as bytes, which are scaled alike everywhere."""
    return (_found.get((data.path, data.task)) or survey(data)).pixels


def known_hash(data: OwnArrays) -> str:
    """Of what the last look found; empty where nobody has looked yet."""
    found = _found.get((data.path, data.task))
    return found.sha256 if found is not None else ""


def read(data: OwnArrays, seed: int, cancelled: Callable[[], bool]) -> Raw:
    """The samples as they are in the file now, cut by `seed` where the file is not cut itself."""
    known = _found.get((data.path, data.task))
    content = _content(data, cancelled)
    found = content.survey
    if known is not None and (known.input_shape, known.answers.classes) != (found.input_shape, found.answers.classes):
        raise DataUnavailable(f"{data.path} holds other samples than before: another shape or other classes. Choose the file again.")
    notes = []
    if data.sha256 and data.sha256 != found.sha256:
        notes.append(changed_note(data))
    if found.test_samples is not None:
        parts = [Part(x, y) for x, y in zip(content.x, content.y, strict=True)]
        # Files are often sorted by class, and a share of the training samples may be set aside.
        return Raw(parts[0].take(np.random.default_rng(seed).permutation(len(parts[0]))), parts[1], Source.FULL, tuple(notes))
    whole = Part(content.x[0], content.y[0])
    train, test = shuffled_cut(len(whole), data.train_fraction, seed)
    return Raw(whole.take(train), whole.take(test), Source.FULL, tuple(notes))


def code(data: OwnArrays, seed: int) -> str:
    """A program that reads the same arrays."""
    found = _found.get((data.path, data.task)) or survey(data)
    cut = found.test_samples is not None
    suffixes = ("_train", "_test") if cut else ("",)
    lines = [f"data = np.load({data.path!r})\n"]
    for suffix, x, y in zip(suffixes, found.names[::2], found.names[1::2], strict=True):
        shape = ", ".join(("-1", *map(str, found.input_shape)))
        lines.append(f'x{suffix} = data[{x!r}].astype("float32").reshape({shape})\n')
        lines.append(found.answers.code(f"y{suffix}", f"data[{y!r}]"))
    if cut:
        return "".join(lines) + (
            "# Mixed, so that no class comes last.\n"
            f"order = np.random.default_rng({seed}).permutation(len(x_train))\n"
            "x_train, y_train = x_train[order], y_train[order]\n"
        )
    train, _ = shuffled_cut(found.train_samples, data.train_fraction, seed)
    return "".join(lines) + (
        "# Mixed, then cut in two: to learn from, and to test on.\n"
        f"order = np.random.default_rng({seed}).permutation(len(x))\n"
        f"x_train, y_train = x[order[:{len(train)}]], y[order[:{len(train)}]]\n"
        f"x_test, y_test = x[order[{len(train)}:]], y[order[{len(train)}:]]\n"
    )


def _content(data: OwnArrays, cancelled: Callable[[], bool]) -> _Content:
    """The file as it is now; what was known of it is forgotten where it cannot be read any more."""
    try:
        content = _read(data, cancelled)
    except NOWHERE as error:
        _found.forget((data.path, data.task))
        raise DataUnavailable(gone(data)) from error
    except DataUnavailable:
        _found.forget((data.path, data.task))
        raise
    _found.put((data.path, data.task), content.survey)
    return content


def _read(data: OwnArrays, cancelled: Callable[[], bool]) -> _Content:
    path = Path(data.path)
    held = arrays_in(path)
    chosen = _chosen(path, held)
    loaded = []
    for name in chosen:
        if cancelled():
            raise Cancelled
        loaded.append(read_array(path, held[name], cancelled))
    xs = tuple(_inputs(path, name, array) for name, array in zip(chosen[::2], loaded[::2], strict=True))
    for name, x, y in zip(chosen[1::2], xs, loaded[1::2], strict=True):
        if y.ndim == 0 or len(y) != len(x):
            raise DataUnavailable(f"{path.name}: expected {len(x):,} answers, one for each sample; found {name} of shape {y.shape}.")
    if len({x.shape[1:] for x in xs}) > 1:
        raise DataUnavailable(f"{path.name}: samples to learn from are of shape {xs[0].shape[1:]}, those to test on {xs[1].shape[1:]}.")
    total = sum(map(len, xs))
    if total < 2 or not all(map(len, xs)):
        raise DataUnavailable(f"{path.name}: expected at least two samples, to learn from one and test on the other; found {total}.")
    answers, ys = understood(path.name, chosen[1], loaded[1::2], data.task)
    pixels = xs[0].dtype == np.uint8
    limits = (0.0, 255.0) if pixels else (min(float(x.min()) for x in xs), max(float(x.max()) for x in xs))
    classes = len(answers.classes)
    counts = [np.bincount(y, minlength=classes) for y in ys] if classes else []
    if len(counts) == 1:
        counts.append(np.zeros(classes, np.int64))
    found = ArraysSurvey(
        tuple(held.values()), chosen, xs[0].shape[1:], pixels, answers, len(xs[0]), len(xs[1]) if len(xs) > 1 else None, limits,
        tuple((int(a), int(b)) for a, b in zip(*counts, strict=True)) if counts else (), _sha256(path, cancelled),
    )  # fmt: skip
    return _Content(replace(found, warnings=tuple(_warnings(found)), samples=_samples(xs[0], ys[0], classes)), xs, ys)


def _chosen(path: Path, held: dict[str, Held]) -> tuple[str, ...]:
    """The names of the arrays to use, as the file writes them (X or x)."""
    by_name = {name.lower(): name for name in reversed(held)}
    for names in NAMES:
        if all(name in by_name for name in names):
            return tuple(by_name[name] for name in names)
    shown = "; ".join(str(entry) for entry in list(held.values())[:6])
    raise DataUnavailable(f"{path.name}: expected arrays named x and y, or x_train, y_train, x_test and y_test; found {shown}. {HOW}")


def _inputs(path: Path, name: str, x: NDArray[Any]) -> NDArray[Any]:
    """Samples as the network takes them: bytes of pictures, or float32."""
    if x.dtype.kind not in "fiub":
        raise DataUnavailable(f"{path.name}: expected numbers in {name}; found {x.dtype}.")
    if not 1 <= x.ndim <= 4:
        raise DataUnavailable(
            f"{path.name}: expected {name} of shape (samples, features) or (samples, height, width) or (samples, height, width, channels); "
            f"found {x.shape}."
        )
    if 0 in x.shape[1:]:
        raise DataUnavailable(f"{path.name}: {name} of shape {x.shape} holds no numbers.")
    if x.ndim in {1, 3}:
        x = x[..., np.newaxis]
    if x.dtype == np.uint8 and x.ndim == 4:
        return x
    with np.errstate(over="ignore"):
        x = x.astype(np.float32)
    bad = int(x.size - np.count_nonzero(np.isfinite(x)))
    if bad:
        raise DataUnavailable(
            f"{path.name}: {name} holds {bad:,} {'number that is' if bad == 1 else 'numbers that are'} not finite (NaN, infinite or too "
            "large for float32). Leave those samples out, or fill them."
        )
    return x


def _warnings(found: ArraysSurvey) -> list[str]:
    warnings = list(found.answers.warnings)
    shape = found.input_shape
    if len(shape) == 3 and shape[0] in (1, 3) and shape[2] not in (1, 3):
        warnings.append(f"Samples are of shape {shape}: Keras expects the channels last. Turn them with np.moveaxis(x, 1, -1).")
    taught = [train for train, _ in found.counts]
    if taught and max(taught) >= 10 * max(min(taught), 1):
        warnings.append(f"Classes are of very unequal size: from {min(taught):,} to {max(taught):,} samples.")
    return warnings


def _samples(x: NDArray[Any], y: NDArray[Any], classes: int) -> tuple[NDArray[Any], ...]:
    if x.ndim != 4 or not classes:
        return ()
    present, firsts = np.unique(y, return_index=True)
    first = dict(zip(present.tolist(), firsts.tolist(), strict=True))
    return tuple(x[first.get(label, 0)].copy() for label in range(min(classes, SAMPLES)))


def _sha256(path: Path, cancelled: Callable[[], bool]) -> str:
    """Of the file; not worked out again while its size and time are the same."""
    state = path.stat()
    key = (str(path), state.st_size, state.st_mtime_ns)
    known = _hashes.get(key)
    if known is not None:
        return known
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if cancelled():
                raise Cancelled
            digest.update(block)
    _hashes.put(key, digest.hexdigest())
    return digest.hexdigest()
