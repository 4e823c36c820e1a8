"""Pictures in folders, one folder a class: surveyed, read, and as a program."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnplayground.core.data_common import Scaling
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import Task
from nnplayground.core.own_data import OwnImages
from nnplayground.data.catalogue import TITLES
from nnplayground.data.dataset import Part, Source
from nnplayground.data.errors import Cancelled, DataUnavailable
from nnplayground.data.own.gone import NOWHERE, changed_note, gone
from nnplayground.data.own.memory import Memory
from nnplayground.data.own.picture_folder import KINDS, PictureFolder, Section, look
from nnplayground.data.own.picture_reading import Count, Pixels, Unreadable, attempt, header, quiet, read_all, read_picture
from nnplayground.data.raw import Raw
from nnplayground.data.split import shuffled_cut
from nnplayground.data.transfer import Report, Transfer, never

MAX_BYTES = 1 << 31
"""Of pictures in memory."""
KEPT_BYTES = 1 << 27
"""Pictures that take no more than this are kept, so that another split or scaling does not read them again."""
HEADERS = 5_000
"""Of so many pictures, spread over all, a survey looks at size and colour, and whether they are pictures at all."""
SMALL, USUAL = 64, 64
"""Up to this many pixels a side pictures keep their size; larger ones are proposed to be this long."""
SAMPLE_SIDE, SAMPLES = 80, 60
RANGES = {Scaling.NONE: (0.0, 255.0), Scaling.UNIT: (0.0, 1.0), Scaling.MINUS_HALF_TO_HALF: (-0.5, 0.5), Scaling.STANDARD: (-2.0, 2.6)}

_folders: Memory[str, PictureFolder] = Memory(16)
_pixels: Memory[tuple[str, str, tuple[int, int, int]], tuple[Pixels, Pixels | None]] = Memory(1)


@dataclass(frozen=True, eq=False)
class PicturesSurvey:
    """What a dialog shows of a folder. `samples` has one picture a class, (h, w, 3), None where it cannot be read."""

    folder: PictureFolder
    height: int
    width: int
    color: str
    """What suits these pictures."""
    sizes: str
    """In words: how large they are as files."""
    samples: tuple[NDArray[np.uint8] | None, ...]
    bad: tuple[tuple[str, str], ...]
    """Those that cannot be read, as far as was seen: path and reason."""
    train_counts: tuple[int, ...]
    """For each class, without those."""
    test_counts: tuple[int, ...]
    warnings: tuple[str, ...]


def survey(data: OwnImages, cancelled: Callable[[], bool] = never) -> PicturesSurvey:
    """Look at a folder anew. Raises DataUnavailable or Cancelled."""
    folder = _look(data, cancelled)
    train, test = folder.train, folder.test
    quiet()
    found, bad = _headers(folder, train, cancelled)
    bad_test = _headers(folder, test, cancelled)[1] if test is not None else {}
    if not found:
        raise DataUnavailable(f"None of the pictures in {folder.root} can be read. They may be damaged, or not be pictures at all.")
    heights, widths = sorted(h for h, _, _ in found), sorted(w for _, w, _ in found)
    height, width = heights[len(heights) // 2], widths[len(widths) // 2]
    longest = max(height, width)
    if longest > SMALL:
        height, width = round(height / longest * USUAL), round(width / longest * USUAL)
    alike = heights[0] == heights[-1] and widths[0] == widths[-1]
    smallest = f"{heights[0]:,} × {widths[0]:,}"
    sizes = f"{smallest} pixels" if alike else f"{smallest} to {heights[-1]:,} × {widths[-1]:,} pixels"
    every = train.counts(len(folder.classes))
    firsts = np.concatenate([[0], np.cumsum(every)[:-1]])
    samples = []
    for first, number in zip(firsts[:SAMPLES].tolist(), every[:SAMPLES].tolist(), strict=True):
        if cancelled():
            raise Cancelled
        samples.append(_sample(folder, first, number))
    counts, test_counts = _readable(folder, train, bad), _readable(folder, test, bad_test)
    warnings = list(folder.notes)
    sections = ((train, bad), (test, bad_test))
    unreadable = tuple((section.files[i], why) for section, those in sections if section is not None for i, why in those.items())
    if unreadable:
        warnings.append(_unreadable(list(unreadable), len(train) + len(test or ())))
    if counts.max() >= 10 * counts.min():
        rare, common = folder.classes[int(counts.argmin())], folder.classes[int(counts.argmax())]
        warnings.append(f"Classes are of very unequal size: {counts.min():,} of '{rare}', {counts.max():,} of '{common}'.")
    if len(train) < 20 * len(folder.classes):
        warnings.append("These are few pictures: a network may learn them by heart. Some 50 of each class are a beginning.")
    return PicturesSurvey(
        folder, max(height, 4), max(width, 4), "rgb" if any(c for _, _, c in found) else "grey", sizes, tuple(samples),
        unreadable, tuple(counts.tolist()), tuple(test_counts.tolist()), tuple(warnings),
    )  # fmt: skip


def _headers(folder: PictureFolder, section: Section, cancelled: Callable[[], bool]) -> tuple[list[tuple[int, int, bool]], dict[int, str]]:
    """What the headers of a section's pictures say, and why others, by their places, have none that can be read."""
    found, bad = [], {}
    for i in range(0, len(section), max(1, -(-len(section) // HEADERS))):
        if cancelled():
            raise Cancelled
        try:
            found.append(header(folder.root / section.files[i]))
        except Unreadable as error:
            bad[i] = str(error)
    return found, bad


def _readable(folder: PictureFolder, section: Section | None, bad: Iterable[int]) -> NDArray[np.intp]:
    """How many pictures of each class there are, but for those that cannot be read."""
    classes = len(folder.classes)
    if section is None:
        return np.zeros(classes, np.intp)
    return section.counts(classes) - np.bincount(section.labels[np.fromiter(bad, np.intp)], minlength=classes)


def _sample(folder: PictureFolder, first: int, number: int) -> NDArray[np.uint8] | None:
    """A small picture of a class, in colour and with its own proportions: the first that can be read, if it is among the first few."""
    for file in folder.train.files[first : first + min(number, 5)]:
        with suppress(Unreadable):
            height, width, _ = header(folder.root / file)
            shrunk = SAMPLE_SIDE / max(height, width)
            return attempt(folder.root / file, (max(1, round(height * shrunk)), max(1, round(width * shrunk)), 3))
    return None


def facts(data: OwnImages) -> DataFacts:
    """Raises DataUnavailable where there is no such folder, or its pictures are too many for their size."""
    folder = _folders.get(data.path) or _look(data, never)
    _check_size(data, folder)
    train, test = _sizes(data, folder)
    task = Task.BINARY if len(folder.classes) == 2 else Task.MULTICLASS
    return DataFacts(
        name=data.name, title=TITLES[data.name], input_shape=_shape(data), task=task,
        train_samples=train, test_samples=test, classes=folder.classes, target_name="class",
        input_range=RANGES[data.scaling],
    )  # fmt: skip


def known_hash(data: OwnImages) -> str:
    """Of what the last look found; empty where nobody has looked yet."""
    folder = _folders.get(data.path)
    return folder.sha256 if folder is not None else ""


def read(data: OwnImages, seed: int, report: Report, cancelled: Callable[[], bool]) -> Raw:
    """The pictures as they are in the folder now, mixed by `seed`. `report` hears how many of them are read."""
    known = _folders.get(data.path)
    folder = _look(data, cancelled)
    if known is not None and known.classes != folder.classes:
        raise DataUnavailable(
            f"{folder.root} has other classes than before: it had {', '.join(known.classes[:8])}, and has "
            f"{', '.join(folder.classes[:8])} now. Choose the folder again."
        )
    shape = _shape(data)
    _check_size(data, folder)
    train, test = _read_sections(
        folder, shape, lambda done, total: report(Transfer(folder.root.name, done, total, counted="pictures")), cancelled
    )
    bad = [*train.bad, *(test.bad if test else ())]
    notes = []
    if data.sha256 and data.sha256 != folder.sha256:
        notes.append(changed_note(data))
    if bad:
        notes.append(_unreadable(bad, len(folder.train) + len(folder.test or ())))
    first, second = _cut(data, seed, folder)
    if test is None or folder.test is None:
        parts = _part(train, folder.train, first), _part(train, folder.train, second)
    else:
        parts = _part(train, folder.train, first), _part(test, folder.test, second)
    if not len(parts[0]) or not len(parts[1]):
        raise DataUnavailable(f"Too few of the pictures in {folder.root} can be read to learn from some and test on others. {notes[-1]}")
    return Raw(*parts, Source.FULL, tuple(notes))


def code(data: OwnImages, seed: int) -> str:
    """A program that reads the same pictures; those that cannot be read are left out."""
    folder = _folders.get(data.path) or _look(data, never)
    if folder.test is None:
        split = (
            "files = list_pictures(folder)\n"
            "# Mixed, then cut in two: to learn from, and to test on.\n"
            f"order = np.random.default_rng({seed}).permutation(len(files))\n"
            f"train_files, test_files = [files[i] for i in order[:{_sizes(data, folder)[0]}]], "
            f"[files[i] for i in order[{_sizes(data, folder)[0]}:]]\n"
        )
    else:
        split = (
            f"train_files, test_files = list_pictures(folder / {folder.parts[0]!r}), list_pictures(folder / {folder.parts[1]!r})\n"
            "# Mixed, so that no class comes last.\n"
            f"rng = np.random.default_rng({seed})\n"
            "train_files = [train_files[i] for i in rng.permutation(len(train_files))]\n"
            "test_files = [test_files[i] for i in rng.permutation(len(test_files))]\n"
        )
    height, width, channels = _shape(data)
    return (
        "from pathlib import Path\n"
        "from numpy.typing import NDArray\n"
        "\n\n"
        f"{inspect.getsource(read_picture)}"
        "\n\n"
        f"{_LISTING.format(kinds=KINDS, height=height, width=width, channels=channels)}"
        "\n\n"
        "# A folder of pictures for each class.\n"
        f"folder = Path({data.path!r})\n"
        f"classes = {list(folder.classes)!r}\n"
        f"{split}"
        "x_train, y_train = read_pictures(train_files)\n"
        "x_test, y_test = read_pictures(test_files)\n"
    )


_LISTING = '''def list_pictures(folder: Path) -> list[tuple[Path, int]]:
    """Every picture below a folder, class by class, with its class number."""
    return [
        (path, label)
        for label, name in enumerate(classes)
        for path in sorted((folder / name).rglob("*"), key=lambda path: path.parts)
        if path.suffix.lower() in {kinds!r} and path.is_file()
        and not any(part.startswith(".") or part == "__MACOSX" for part in path.relative_to(folder).parts)
    ]


def read_pictures(files: list[tuple[Path, int]]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Pictures of shape (n, {height}, {width}, {channels}), bytes from 0 to 255, and class numbers."""
    x, y = [], []
    for path, label in files:
        try:
            x.append(read_picture(path, {height}, {width}, {channels}))
            y.append(label)
        except Exception as error:
            print(f"{{path}} is left out: {{error}}")
    return np.array(x, dtype="float32"), np.array(y, dtype="int64")
'''


def _look(data: OwnImages, cancelled: Callable[[], bool]) -> PictureFolder:
    try:
        folder = look(Path(data.path), cancelled)
    except NOWHERE as error:
        _folders.forget(data.path)
        raise DataUnavailable(gone(data)) from error
    except DataUnavailable:
        _folders.forget(data.path)
        raise
    _folders.put(data.path, folder)
    return folder


def _shape(data: OwnImages) -> tuple[int, int, int]:
    return data.height, data.width, 1 if data.color == "grey" else 3


def _check_size(data: OwnImages, folder: PictureFolder) -> None:
    number = len(folder.train) + len(folder.test or ())
    total = number * math.prod(_shape(data))
    if total > MAX_BYTES:
        raise DataUnavailable(
            f"{number:,} pictures of {data.height} × {data.width} pixels take {total / 1e9:,.1f} GB of memory, "
            f"more than {MAX_BYTES / 1e9:.1f} GB. Choose a smaller size, grey instead of colour, or fewer pictures."
        )


def _cut(data: OwnImages, seed: int, folder: PictureFolder) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which pictures are to learn from and which to test on, in what order; of two folders, which of each."""
    if folder.test is None:
        return shuffled_cut(len(folder.train), data.train_fraction, seed)
    rng = np.random.default_rng(seed)
    return rng.permutation(len(folder.train)), rng.permutation(len(folder.test))


def _sizes(data: OwnImages, folder: PictureFolder) -> tuple[int, int]:
    first, second = _cut(data, 0, folder)
    return len(first), len(second)


def _read_sections(
    folder: PictureFolder, shape: tuple[int, int, int], report: Count, cancelled: Callable[[], bool]
) -> tuple[Pixels, Pixels | None]:
    key = (str(folder.root), folder.stamp, shape)
    kept = _pixels.get(key)
    if kept is not None:
        return kept
    files = len(folder.train) + len(folder.test or ())
    try:
        train = read_all(folder.root, folder.train.files, shape, lambda done, _: report(done, files), cancelled)
        test = None
        if folder.test is not None:
            test = read_all(folder.root, folder.test.files, shape, lambda done, _: report(done + len(folder.train), files), cancelled)
    except MemoryError as error:
        raise DataUnavailable("There is not enough memory for these pictures. Choose a smaller size, or fewer pictures.") from error
    if train.x.nbytes + (test.x.nbytes if test else 0) <= KEPT_BYTES:
        _pixels.put(key, (train, test))
    return train, test


def _part(pixels: Pixels, section: Section, order: NDArray[np.intp]) -> Part:
    """Those pictures of a section that could be read, in the given order."""
    order = order[pixels.good[order]]
    places = np.cumsum(pixels.good) - 1
    return Part(pixels.x[places[order]], section.labels[order])


def _unreadable(bad: list[tuple[str, str]], total: int) -> str:
    shown = "; ".join(f"{path}: {reason}" for path, reason in bad[:3])
    more = f"; and {len(bad) - 3:,} more" if len(bad) > 3 else ""
    return f"{len(bad):,} of {total:,} pictures could not be read and {'is' if len(bad) == 1 else 'are'} left out ({shown}{more})."
