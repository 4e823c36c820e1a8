"""What must be true of a project's data before it is trained, and cannot be known before it is loaded. No TensorFlow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnplayground.core.cost import Cost
from nnplayground.core.losses import history_name
from nnplayground.core.spec import ProjectSpec
from nnplayground.core.targets import resolve
from nnplayground.data.dataset import Dataset, Part
from nnplayground.data.rows import Rows
from nnplayground.engine.backend import EngineError
from nnplayground.engine.machine import available_memory

POSITIVE_ONLY = {"poisson": 0.0, "mean_squared_logarithmic_error": -1.0}
"""Losses that take a logarithm: targets must be above this."""


def require_sound(spec: ProjectSpec, dataset: Dataset) -> None:
    """Raise EngineError, with a sentence for people, for data that cannot be trained on."""
    if not len(dataset.train):
        raise EngineError("There are no training samples. Keep less for validation and test, or use more data.")
    for name, part in (("training", dataset.train), ("validation", dataset.validation), ("test", dataset.test)):
        if part is not None and len(part):
            _require_sound_part(name, part, dataset)
    require_measured(spec, dataset)


def _require_sound_part(name: str, part: Part, dataset: Dataset) -> None:
    facts, shape = dataset.facts, part.x.shape[1:]
    if shape != facts.input_shape:
        raise EngineError(f"The {name} samples have shape {shape}; expected {facts.input_shape}.")
    if len(part.x) != len(part.y):
        raise EngineError(f"There are {len(part.x):,} {name} samples but {len(part.y):,} answers; each sample needs one.")
    if not isinstance(part.x, Rows) and not np.isfinite(part.x).all():
        raise EngineError(f"Some inputs of the {name} samples are not finite numbers. Remove those samples, or fill the gaps.")
    if not np.isfinite(part.y).all():
        raise EngineError(f"Some answers of the {name} samples are not finite numbers. Remove those samples.")
    classes = len(facts.classes)
    if facts.task.is_classification and not (part.y.min() >= 0 and part.y.max() < classes):
        found = f"{part.y.min():g} to {part.y.max():g}"
        raise EngineError(f"The answers of the {name} samples must be class numbers from 0 to {classes - 1}; found {found}.")


def require_measured(spec: ProjectSpec, dataset: Dataset) -> None:
    """Raise EngineError for a rule that watches a number which this run does not have."""
    measured = {"loss", *resolve(spec, dataset.facts).metric_names}
    validated = dataset.validation is not None and len(dataset.validation) > 0
    names = measured | {f"val_{name}" for name in measured} if validated else measured
    training = spec.training
    for key, rule in (("stop_when.metric", training.stop_when), ("early_stopping.monitor", training.early_stopping),
                      ("reduce_lr_on_plateau.monitor", training.reduce_lr_on_plateau)):  # fmt: skip
        if rule is None:
            continue
        watched = history_name(getattr(rule, key.split(".")[1]))
        if watched not in names:
            missing = watched.startswith("val_") and watched.removeprefix("val_") in measured
            why = "" if not missing else f" {'There is no' if dataset.validation is None else 'Nothing is in the'} validation part."
            raise EngineError(f"training.{key}: '{watched}' is not measured in this run; there are {', '.join(sorted(names))}.{why}")


def oddities(spec: ProjectSpec, dataset: Dataset) -> Iterator[str]:
    """What is odd about the data, though training can begin: sentences for people."""
    y, facts = dataset.train.y, dataset.facts
    if len(dataset.train) == 1:
        yield "There is only 1 training sample; a network can learn it by heart, and nothing else."
    elif len(np.unique(y)) == 1:
        what = f"of one class, {facts.classes[int(y[0])]}" if facts.task.is_classification else f"{y[0]:g}"
        yield f"All {len(y):,} training answers are {what}; there is nothing to tell apart."
    if dataset.validation is not None and not len(dataset.validation):
        yield "The validation part is empty: there will be no val_ numbers."
    if not len(dataset.test):
        yield "The test part is empty: there will be no test numbers."
    lowest = POSITIVE_ONLY.get(resolve(spec, facts).loss)
    if lowest is not None and not facts.task.is_classification and y.min() < lowest:
        yield f"{spec.training.loss_name} is for targets above {lowest:g}; the lowest is {y.min():g}."


def memory_needed(spec: ProjectSpec, dataset: Dataset, cost: Cost) -> int:
    """About how many bytes a run takes on top of what is loaded: the data once more as tensors, and the network."""
    batch = min(spec.training.batch_size, len(dataset.train))
    held = None if dataset.validation is dataset.test else dataset.validation
    parts = [part for part in (dataset.train, held, dataset.test) if part is not None]
    return sum(_bytes(part) for part in parts) + cost.step_bytes(batch, spec.training.optimizer.type)


def _bytes(part: Part) -> int:
    if isinstance(part.x, Rows):
        return 8 * (len(part.x.indptr) + len(part.x.indices)) + part.y.nbytes
    return int(part.x.nbytes + part.y.nbytes)


def require_memory(needed: int) -> None:
    """Raise EngineError when a run of so many bytes does not fit into what the machine has left."""
    available = available_memory()
    if needed > available:
        raise EngineError(
            f"This run would need about {needed / 1e9:,.1f} GB of memory; {available / 1e9:,.1f} GB are free. "
            "Use a smaller batch_size, fewer units or filters, or fewer samples."
        )
