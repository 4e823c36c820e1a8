"""`train`: one run as a stream of events, the same for window and script."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nnplayground.core.spec import EarlyStopping, StopWhen
from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Epochs, Event, Finished, Progress, Status, TrainRequest


@dataclass
class Pace:
    """How far one pull of the next event may go. The driver may change it between pulls, on the same thread."""

    seconds: float = 0.03
    """About how long a pull computes; a stop waits no longer than this."""
    epochs: int = 1_000_000_000
    """The most epochs a pull trains: 1 to step."""
    until: int | None = None
    """The epoch at which the run is complete; None: what the project says."""


def train(request: TrainRequest, backend: Backend, pace: Pace | None = None) -> Iterator[Event]:
    """Train a run to its end, one event at a time; to pause, do not pull; to stop, close the generator.

    Opens the run if the backend does not have it open already, and goes on from where the backend stands otherwise.
    Yields Started (only when it opens the run), then Epochs and Progress, then Finished.
    """
    pace = pace or Pace()
    if backend.run_id != request.run_id:
        yield backend.open(request)
    training = request.spec.training
    rules = [rule for rule in (_stop_rule(training.stop_when), _early_rule(training.early_stopping)) if rule is not None]
    while backend.epoch < (until := training.epochs if pace.until is None else pace.until):
        mark = backend.mark() if rules else None
        event = backend.advance(min(pace.epochs, until - backend.epoch), pace.seconds)
        if isinstance(event, Progress):
            yield event
            if not math.isfinite(event.logs["loss"]):
                yield _diverged(request, event.epoch - 1, f"step {event.step} of epoch {event.epoch:,}")
                return
            continue
        ending = _first_ending(request, event, rules)
        if ending is None:
            yield event
            continue
        trained = ending.epoch - event.first + 1
        if trained < event.count and mark is not None:
            backend.rewind(mark)
            backend.advance(trained, math.inf)
        yield replace(event, logs={name: values[:trained] for name, values in event.logs.items()})
        for rule in rules:
            rule.finish(backend)
        yield ending
        return
    for rule in rules:
        rule.finish(backend)
    yield Finished(request.run_id, Status.COMPLETED, backend.epoch)
