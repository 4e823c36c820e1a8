"""`train`: one run as a stream of events, the same for window and script."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace

from nnplayground.engine.backend import Backend
from nnplayground.engine.events import Event, Finished, Progress, Status, TrainRequest
from nnplayground.engine.rules import diverged_reason, first_verdict, rules_of


@dataclass
class Pace:
    """How far one pull of the next event may go. The driver may change it between pulls, on the same thread."""

    seconds: float = 0.03
    """About how long a pull computes; a stop waits no longer than this."""
    epochs: int = 1_000_000_000
    """The most epochs a pull trains: 1 to step."""
    until: int | None = None
    """The epoch at which the run is complete; None: what the project says."""


def train(request: TrainRequest, backend: Backend, pace: Pace | None = None) -> Generator[Event, None, None]:
    """Train a run to its end, one event at a time; to pause, do not pull; to stop, close the generator.

    Opens the run if the backend does not have it open already, and goes on from where the backend stands otherwise.
    Yields Started (only when it opens the run), then Epochs and Progress, then Finished. An epoch is exact: a rule
    that ends the run ends it after the very epoch whose numbers say so, history and weights.
    """
    pace = pace or Pace()
    if backend.run_id != request.run_id:
        yield backend.open(request)
    rules = rules_of(request.spec.training)
    may_end_early = len(rules) > 1
    finished = Finished(request.run_id, Status.COMPLETED, backend.epoch)
    while backend.epoch < (until := request.spec.training.epochs if pace.until is None else pace.until):
        mark = backend.mark() if may_end_early else None
        event = backend.advance(min(pace.epochs, until - backend.epoch), pace.seconds)
        if isinstance(event, Progress):
            yield event
            if not math.isfinite(event.logs["loss"]):
                reason = diverged_reason(f"epoch {event.epoch:,}, by step {event.step:,} of {event.steps:,}")
                finished = Finished(request.run_id, Status.DIVERGED, event.epoch - 1, reason)
                break
            continue
        ending = first_verdict(rules, event)
        trained = event.count if ending is None else ending[0]
        for rule in rules:
            rule.chunk_done(mark, event.first)
        if trained < event.count and may_end_early:
            backend.rewind(mark)
            backend.advance(trained, math.inf)
        yield replace(event, logs={name: values[:trained] for name, values in event.logs.items()})
        finished = Finished(request.run_id, Status.COMPLETED, event.first + trained - 1)
        if ending is not None:
            finished = replace(finished, status=ending[1].status, reason=ending[1].reason)
            break
    for rule in rules:
        rule.finish(backend)
    yield finished
