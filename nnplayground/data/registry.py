"""One door to every data set: what there is, what is known of it, and its samples ready for training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from nnplayground.core.data_spec import (
    Boston,
    DataSpec,
    Gates,
    Gender,
    Images,
    Line,
    OwnArrays,
    OwnImages,
    OwnPoints,
    OwnTable,
    PlaneClasses,
    PlaneValues,
    SourceChoice,
    Texts,
    default_data,
)
from nnplayground.data import generators, own
from nnplayground.data.catalogue import INFOS, OWN_INFOS, DataInfo, Group
from nnplayground.data.dataset import Dataset, Part, Source
from nnplayground.data.features import derive, features_of
from nnplayground.data.raw import Raw
from nnplayground.data.scaling import fitted
from nnplayground.data.split import SplitError, training_slices
from nnplayground.data.static_facts import facts, train_count
from nnplayground.data.store import Report, Store, never, unreported
from nnplayground.data.stored import read, read_sample_head
from nnplayground.data.texts import Corpus, encode, read_texts

__all__ = ["DataInfo", "Group", "SplitError", "facts", "info", "infos", "load", "preview"]

PREVIEW_POINTS = 200
GENERATORS = {
    f.__name__: f
    for f in (
        generators.circle,
        generators.xor_cloud,
        generators.gauss,
        generators.spiral,
        generators.moons,
        generators.plane,
        generators.gaussians,
    )
}


def infos() -> tuple[DataInfo, ...]:
    """Every data set, in the order of the gallery."""
    return INFOS


def info(name: str) -> DataInfo:
    """Raises KeyError for an unknown name."""
    for entry in (*INFOS, *OWN_INFOS):
        if entry.name == name:
            return entry
    raise KeyError(name)


def load(
    data: DataSpec,
    seed: int,
    store: Store,
    report: Report | None = None,
    cancelled: Callable[[], bool] = never,
) -> Dataset:
    """The samples that `data` asks for, split, with their scaling fitted on what is left to learn from.

    Equal settings and seeds give equal samples. May download; `report` hears how it goes, and when `cancelled` turns
    true it ends with `Cancelled`. Raises DataUnavailable when the files are not to be had, SplitError when
    validation leaves nothing to learn from or to watch.
    """
    if isinstance(data, Images | Boston):
        source, train, test, notes = read(data.name, data.source, store, report or unreported, cancelled)
        return _dataset(data, Raw(train, test, source, notes))
    if isinstance(data, Texts):
        return _dataset(data, _texts(data, store, report or unreported, cancelled))
    if isinstance(data, OwnPoints | OwnTable | OwnImages | OwnArrays):
        return _dataset(data, own.read(data, seed, report or unreported, cancelled))
    return _dataset(data, _generate(data, seed))


def preview(name: str, seed: int = 0) -> Dataset:
    """A small version of a data set, to draw a picture of it: made up or built in, so it needs no network.

    Sets of points have 200 training points, sets of images 200 images. Raises KeyError for an unknown name, DataUnavailable
    for texts, which are never built in.
    """
    data = default_data(name)
    if isinstance(data, PlaneClasses | PlaneValues):
        data = data.model_copy(update={"samples": 2 * PREVIEW_POINTS})
    elif isinstance(data, Images):
        return _dataset(data, Raw(*read_sample_head(data.name, PREVIEW_POINTS), Source.SAMPLE))
    elif isinstance(data, Boston | Texts):
        data = data.model_copy(update={"source": SourceChoice.SAMPLE})
    return load(data, seed, Store(folders=(), download_to=Path()))


def _texts(data: Texts, store: Store, report: Report, cancelled: Callable[[], bool]) -> Raw:
    train, test, vocabulary = read_texts(data, store, report, cancelled)
    texts, test_texts = (Corpus(part.texts, vocabulary, data.num_words, data.skip_top) for part in (train, test))
    train_part, test_part = (Part(encode(data, part.texts), part.y) for part in (train, test))
    return Raw(train_part, test_part, Source.FULL, store.notes(data.name), texts=texts, test_texts=test_texts)


def _generate(data: Gates | Line | Gender | PlaneClasses | PlaneValues, seed: int) -> Raw:
    rng = np.random.default_rng(seed)
    match data:
        case Gates():
            points, answers = generators.gate(data.name)
            part = Part(points, answers)
            return Raw(part, part, points=points, test_points=points)
        case Line():
            return Raw(Part(*generators.line()), Part(np.array([[10]], np.float32), np.array([19], np.float32)))
        case Gender():
            return Raw(Part(*generators.gender(rng, data.samples)), Part(*generators.gender(rng, data.samples)))
        case PlaneClasses() | PlaneValues():
            points, labels = GENERATORS[data.name](rng, data.samples, data.noise)
            x = derive(points, features_of(data))
            cut = train_count(data)
            return Raw(Part(x[:cut], labels[:cut]), Part(x[cut:], labels[cut:]), points=points[:cut], test_points=points[cut:])


def _dataset(data: DataSpec, raw: Raw) -> Dataset:
    kept, aside = training_slices(len(raw.train), data.validation)
    train = raw.train.take(kept)
    validation = raw.train.take(aside) if aside is not None else None
    validation_texts = raw.texts.take(aside) if aside is not None and raw.texts is not None else None
    if data.validation is not None and data.validation.use == "test":
        validation, validation_texts = raw.test, raw.test_texts
    known = replace(facts(data), train_samples=len(raw.train), test_samples=len(raw.test))
    scaler, target_scaler = fitted(data, train, known.task)
    return Dataset(
        facts=known,
        source=raw.source,
        train=train,
        test=raw.test,
        validation=validation,
        scaler=scaler,
        target_scaler=target_scaler,
        notes=raw.notes,
        points=raw.points[kept] if raw.points is not None else None,
        test_points=raw.test_points,
        texts=raw.texts.take(kept) if raw.texts is not None else None,
        test_texts=raw.test_texts,
        validation_texts=validation_texts,
    )
