"""K-fold cross-validation: the same network trained k times, each time with another part set aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from nnplayground.core import edits
from nnplayground.core.data_spec import DataSpec
from nnplayground.core.spec import ProjectSpec
from nnplayground.data.dataset import Dataset
from nnplayground.data.scaling import fitted
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Event, TrainRequest
from nnplayground.engine.train import Pace, train


def folds(dataset: Dataset, k: int, data: DataSpec) -> Iterator[Dataset]:
    """The training samples split into k runs of neighbours, as the book does it; each is the validation part once.

    Scaling is fitted anew in each, since what it is validated on must not have a say in it.
    """
    edges = np.linspace(0, len(dataset.train), k + 1).astype(int)
    everything = np.arange(len(dataset.train))
    for low, high in pairwise(edges):
        kept = np.concatenate([everything[:low], everything[high:]])
        train, held = dataset.train.take(kept), dataset.train.take(slice(low, high))
        scaler, target_scaler = fitted(data, train, dataset.facts.task)
        yield replace(dataset, train=train, validation=held, scaler=scaler, target_scaler=target_scaler, points=None, texts=None)


def cross_validate(request: TrainRequest, backend: Backend, pace: Pace | None = None) -> Iterator[tuple[int, Event]]:
    """Train every fold from the same initial weights; gives each event with the fold's number, from 0 on.

    Runs are opened in the `backend`, one after another: it has to be one that nobody else has a run open in.
    """
    for fold, dataset in enumerate(folds(request.dataset, request.spec.training.k_fold or 1, request.spec.data)):
        run = replace(request, dataset=dataset, run_id=request.run_id - fold - 1, state=None)
        for event in train(run, backend, pace):
            yield fold, event


def without_folds(spec: ProjectSpec) -> ProjectSpec:
    """The run beside the folds: on all training samples, without rules that would watch a fold's validation."""
    training = spec.training
    if training.k_fold is None:
        return spec
    watched = {"early_stopping": training.early_stopping and training.early_stopping.monitor,
               "reduce_lr_on_plateau": training.reduce_lr_on_plateau and training.reduce_lr_on_plateau.monitor,
               "stop_when": training.stop_when and training.stop_when.metric}  # fmt: skip
    blind = {rule: None for rule, name in watched.items() if name and name.startswith("val_") and spec.data.validation is None}
    return edits.change_training(spec, k_fold=None, **blind)
