"""`train`: one run as a stream of events, the same for window and script."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace

from nnplayground.engine.backend import Backend, MarkedWeights
from nnplayground.engine.events import Epochs, Event, Finished, Noted, Progress, Status, TrainRequest
from nnplayground.engine.rules import Reduction, Rule, Verdict, diverged_reason, first_decision, rules_of


@dataclass
class Pace:
    """How far one pull of the next event may go. The driver may change it between pulls, on the same thread."""

    seconds: float = 0.1
    """About how long a pull computes; a stop waits no longer than this. Many short pulls cost a large network a tenth of its time."""
    epochs: int = 1_000_000_000
    """The most epochs a pull trains: 1 to step."""
    until: int | None = None
    """The epoch at which the run is complete; None: what the project says."""

    def goal(self, request: TrainRequest) -> int:
        """Asked before every pull, since the driver may change its mind."""
        return request.spec.training.epochs if self.until is None else self.until


def train(request: TrainRequest, backend: Backend, pace: Pace | None = None) -> Generator[Event, None, None]:
    """Train a run to its end, one event at a time; to pause, do not pull; to stop, close the generator.

    Opens the run if the backend does not have it open already, and goes on from where the backend stands otherwise.
    Yields Started (only when it opens the run), then Epochs, Progress and Noted, then Finished. An epoch is exact: a
    rule that decides after an epoch takes effect after that very epoch, in history and weights, however many epochs
    were computed at once; and where the stream is left makes no difference to what is trained.
    """
    pace = pace or Pace()
    if backend.run_id != request.run_id:
        yield backend.open(request)
    yield from _train(request, backend, pace)


def _train(request: TrainRequest, backend: Backend, pace: Pace) -> Generator[Event, None, None]:
    rules = rules_of(request.spec.training, backend)
    epoch, memory, proven = backend.epoch, backend.memory, False
    ending = Verdict(Status.STOPPED, memory.ending) if memory.ending else None
    while ending is None and (left := pace.goal(request) - backend.epoch) > 0:
        _put_last_weights_back(backend)
        mark = backend.mark()
        event = backend.advance(min(pace.epochs, left), pace.seconds)
        if isinstance(event, Progress):
            yield event
            if not math.isfinite(event.logs["loss"]):
                ending = _diverged(backend, mark, 0, f"in epoch {event.epoch:,}, by step {event.step:,} of {event.steps:,}")
            continue
        trained, decisions = first_decision(rules, event)
        if trained < event.count and mark is not None:
            backend.rewind(mark)
            backend.advance(trained, math.inf)
        _remember_best(rules, backend, mark, event)
        reductions = [d for d in decisions if isinstance(d, Reduction)]
        for reduction in reductions:  # before anything is told: whoever stops listening then has all that he was told
            backend.set_learning_rate(reduction.learning_rate)
        epoch = event.first + trained - 1
        proven = "val_loss" in event.logs and math.isfinite(event.logs["val_loss"][trained - 1])
        ending = next((d for d in decisions if isinstance(d, Verdict)), None)
        if ending is None and event.stopped:
            ending = Verdict(Status.STOPPED, f"Stopped after epoch {epoch:,}: a callback asked for it.")
        if ending is not None and ending.status is Status.DIVERGED:
            ending = _diverged(backend, mark, trained - 1, f"in epoch {epoch:,}")
        elif ending is not None:
            memory.ending = ending.reason
        rates = None if event.learning_rate is None else event.learning_rate[:trained]
        yield replace(event, logs={name: values[:trained] for name, values in event.logs.items()}, learning_rate=rates)
        for reduction in reductions:
            yield Noted(request.run_id, epoch, reduction.reason)
    if not proven and (ending is None or ending.status is not Status.DIVERGED) and not backend.is_finite():
        ending = _diverged(backend, None, 0, f"after epoch {epoch:,}")  # in the last step: no loss tells of that any more
    backend.end()  # before the end is told: callbacks may restore weights, too
    _put_best_weights_in(rules, backend)
    if ending is None:
        yield Finished(request.run_id, Status.COMPLETED, epoch)
        return
    memory.clear()  # who goes on after this begins to watch anew
    yield Finished(request.run_id, ending.status, epoch, ending.reason)


def _put_best_weights_in(rules: list[Rule], backend: Backend) -> None:
    """What a rule restores at the end of a run. What is trained on from, should there be more epochs, stays the last."""
    if any(rule.best_epoch for rule in rules) and (best := backend.best_weights()):
        backend.memory.last = backend.memory.last or backend.weights()
        backend.set_weights(best)


def _put_last_weights_back(backend: Backend) -> None:
    """A completed run is gone on with: as if it had never ended."""
    if backend.memory.last:
        backend.set_weights(backend.memory.last)
        backend.memory.last = ()


def _diverged(backend: Backend, mark: object | None, epochs: int, when: str) -> Verdict:
    return Verdict(Status.DIVERGED, diverged_reason(backend.diagnose(mark, epochs) or when))


def _remember_best(rules: list[Rule], backend: Backend, mark: object | None, event: Epochs) -> None:
    """Note where the best epoch is, if it is one of the event's: the weights themselves are only fetched when wanted."""
    best = next((rule.best_epoch for rule in rules if rule.best_epoch), 0)
    if best < event.first:
        return
    if mark is None or event.count == 1:
        backend.memory.best = backend.weights()
    else:
        backend.memory.best = MarkedWeights(mark, best - event.first + 1)
