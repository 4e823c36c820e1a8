"""What suits a project where its description leaves the choice: losses, metrics, numbers to watch, and values to begin with."""

from __future__ import annotations

from typing import Any

from nnplayground.core import edits
from nnplayground.core.answer_rules import fitting_output, loss_rule, metrics_rule
from nnplayground.core.facts import DataFacts
from nnplayground.core.losses import LOSSES, METRICS
from nnplayground.core.schedules import (
    MAX_STEPS,
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)
from nnplayground.core.spec import EarlyStopping, ProjectSpec, ReduceLROnPlateau, StopWhen
from nnplayground.core.targets import Goal, resolve

PATIENCE = 10
DEFAULT_RATE = 0.001
"""Keras's, for a run whose first step has the rate 0."""
FEW_STEPS = 4
"""The shortest run that a schedule is laid out for."""
FALL = 0.1
"""The share of the learning rate that a schedule leaves at the end of a run."""
WAVES = 7
"""Of a wave's length, each twice as long as the one before: 1 + 2 + 4 for three waves."""


def losses_for(spec: ProjectSpec, facts: DataFacts) -> tuple[str, ...]:
    """'auto', and the losses that the rules accept for these answers, from this network or from one that suits the task;
    all while the data is unknown.
    """
    if facts.unknown:
        return ("auto", *LOSSES)
    networks = (spec, edits.set_layers(spec, (fitting_output(facts),)))

    def suits(loss: str) -> bool:
        tried = [edits.change_training(network, loss=loss) for network in networks]
        return any(not list(loss_rule(t, facts, (), resolve(t, facts))) for t in tried)

    return ("auto", *filter(suits, LOSSES))


def metrics_for(spec: ProjectSpec, facts: DataFacts) -> tuple[str, ...]:
    """'auto', and the metrics that the rules accept from a network that suits the task; all while the data is unknown."""
    if facts.unknown:
        return ("auto", *METRICS)
    network = edits.change_training(edits.set_layers(spec, (fitting_output(facts),)), loss="auto")

    def suits(metric: str) -> bool:
        tried = edits.change_training(network, metrics=(metric,))
        return not list(metrics_rule(tried, facts, (), resolve(tried, facts)))

    return ("auto", *filter(suits, METRICS))


def watchable(spec: ProjectSpec, goal: Goal) -> tuple[str, ...]:
    """The numbers that a run of this project measures after each epoch, as its history calls them."""
    names = ("loss", *goal.metric_names)
    validated = spec.data.validation is not None or spec.training.k_fold is not None
    return (*names, *(f"val_{name}" for name in names)) if validated else names


def steps_of(spec: ProjectSpec, facts: DataFacts) -> int:
    """How many steps one epoch of this project takes; samples that are set aside to watch make none."""
    samples, validation = facts.train_samples, spec.data.validation
    if validation is not None:
        samples = int((samples - (validation.count or 0)) * (1 - (validation.fraction or 0.0)))
    return max(1, -(-samples // spec.training.batch_size))


def first_value(kind: Any, spec: ProjectSpec, facts: DataFacts) -> Any:
    """A value to begin with when one of this kind is chosen: Keras's defaults, and what suits the run where those say too little.

    `kind` is a class of values, `float` for a learning rate, or `tuple` for the weights of classes. A schedule begins at
    the learning rate there is, and has fallen to a tenth when the run ends.
    """
    rate = spec.training.optimizer.initial_rate or DEFAULT_RATE
    steps = min(max(spec.training.epochs * steps_of(spec, facts), FEW_STEPS), MAX_STEPS)
    if kind is float:
        return rate
    if kind is tuple:
        return (1.0,) * len(facts.classes)
    if kind is StopWhen:
        return StopWhen(below=0.01)
    if kind in (EarlyStopping, ReduceLROnPlateau):  # Keras's own patience of 0 ends a run at its first uphill epoch
        watched = "val_loss" if "val_loss" in watchable(spec, resolve(spec, facts)) else "loss"
        return kind(monitor=watched, patience=PATIENCE)
    if kind in (ExponentialDecay, InverseTimeDecay):
        by = FALL if kind is ExponentialDecay else _short(1 / FALL - 1)
        return kind(initial_learning_rate=rate, decay_steps=steps, decay_rate=by)
    if kind is PolynomialDecay:
        return PolynomialDecay(initial_learning_rate=rate, decay_steps=steps, end_learning_rate=_short(rate * FALL))
    if kind is PiecewiseConstantDecay:
        return PiecewiseConstantDecay(boundaries=(steps // 2, steps * 3 // 4), values=(rate, _short(rate * FALL**0.5), _short(rate * FALL)))
    if kind is CosineDecay:
        return CosineDecay(initial_learning_rate=rate, decay_steps=steps, alpha=FALL)
    if kind is CosineDecayRestarts:
        return CosineDecayRestarts(initial_learning_rate=rate, first_decay_steps=max(1, steps // WAVES), alpha=FALL)
    return kind()


def _short(number: float) -> float:
    """Without the digits that only binary arithmetic has put there."""
    return float(f"{number:.3g}")
